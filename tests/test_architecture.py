"""The library as a whole: data flow one way, and nothing in it knows this one survey."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from dmsi_lib.inputs import QUESTIONNAIRE
from dmsi_lib.questionnaire import read_questionnaire

LIBRARY = Path(__file__).resolve().parents[1] / "dmsi_lib"
LARGEST = 14_000  # bytes; a module that outgrows it holds two concepts

# A module may import from its own stage and from earlier ones. A new module has to be put here.
STAGES = {
    "foundations": {
        *("errors", "wording", "files", "strict_yaml", "change_log", "locking", "pseudonyms"),
        "inputs",
    },
    "instrument": {"questionnaire_checks", "questionnaire"},
    "reading": {
        *("workbooks", "spss", "cells", "headers", "decoding", "matching", "cleaning", "sheets"),
        *("known_names", "export"),
    },
    "routing": {
        *("skip_logic", "routing_tables", "minimum_change", "follow_up", "edits"),
        "dispositions",
    },
    "statistics": {"multiple_response", "worths", "inference", "ranking", "break_off_model"},
    "tables": {
        *("tables", "themes", "agreement", "coding", "quotations", "sensitivity", "readings"),
        *("signatures", "free_text", "leaks"),
    },
    "ledger": {"published", "arithmetic", "reproduction"},
    "disclosure": {
        *("disclosure", "knowledge", "lattice", "release", "older_report"),
        *("small_cells", "bounds", "attack", "hiding", "widening", "suppression"),
    },
    "counts": {"counts", "records"},
    "figures": {"display", "figures", "charts", "diagrams", "comparisons", "rankings"},
    "survey": {"presentation", "public_survey", "explorer", "survey", "__init__"},
    "synthetic data": {"calibration", "synthetic", "synthetic_export"},
    "report": {
        *("sources", "freshness", "warm_kernels", "kernels", "execution", "cluster"),
        *("public_release", "report_files", "report", "batch", "versions", "publishing"),
        *("page_style", "page_body", "page_files", "pages", "single_file", "pdf"),
    },
    "command line": {"arguments", "cli", "__main__"},
}
STAGE_OF = {name: n for n, names in enumerate(STAGES.values()) for name in names}
MODULES = {path.stem: path for path in sorted(LIBRARY.glob("*.py"))}
# An id that is also the default of Survey.compare.
GENERIC = {"role"}
# Modules that run what a file says, or may.
UNSAFE = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}


def parsed(name):
    return ast.parse(MODULES[name].read_text(encoding="utf-8"), str(MODULES[name]))


def imported(tree):
    """Modules that a module imports, wherever in it, as dotted names."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "dmsi_lib":
            own = {alias.name for alias in node.names}
            found |= {f"dmsi_lib.{name if name in MODULES else '__init__'}" for name in own}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            found.add(node.module)
    return found


def own_imports(name):
    """Modules of the library that a module imports."""
    found = imported(parsed(name))
    return {module.split(".")[1] for module in found if module.startswith("dmsi_lib.")}


def literals(tree):
    """String literals outside docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and ast.get_docstring(node, clean=False) is not None
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    ]


def test_every_module_has_a_stage():
    assert set(MODULES) == set(STAGE_OF)


@pytest.mark.parametrize("name", MODULES)
def test_module_imports_nothing_from_a_later_stage(name):
    backward = {other for other in own_imports(name) if STAGE_OF[other] > STAGE_OF[name]}
    assert backward == set()


def test_modules_import_in_no_circle():
    graph = {name: own_imports(name) for name in MODULES}
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)


def test_only_the_command_line_knows_the_command_line():
    for name in set(MODULES) - STAGES["command line"]:
        assert not {"argparse", "sys.exit"} & imported(parsed(name)), name
        assert "cli" not in own_imports(name), name


@pytest.mark.parametrize("name", MODULES)
def test_module_names_no_question_of_this_survey(name):
    ids = {question.id for question in read_questionnaire(QUESTIONNAIRE).questions} - GENERIC
    assert ids & set(literals(parsed(name))) == set()


def test_literals_sees_names_but_no_docstrings():
    tree = ast.parse(
        '"""staff_size"""\ndef f(by="role"):\n    """province"""\n    return {"a": by}'
    )
    assert literals(tree) == ["role", "a"]


@pytest.mark.parametrize("name", MODULES)
def test_module_is_small(name):
    assert MODULES[name].stat().st_size < LARGEST


@pytest.mark.parametrize("name", MODULES)
def test_module_says_what_it_is_for(name):
    assert ast.get_docstring(parsed(name))


@pytest.mark.parametrize("name", MODULES)
def test_module_runs_nothing_that_a_file_says(name):
    tree = parsed(name)
    assert {module.split(".")[0] for module in imported(tree)} & UNSAFE == set()
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not {call.id for call in called if isinstance(call, ast.Name)} & {"eval", "exec"}
    assert not {call.attr for call in called if isinstance(call, ast.Attribute)} & {
        *("read_pickle", "to_pickle", "unsafe_load", "full_load", "system"),
    }


def test_no_module_is_a_drawer_for_everything():
    assert not {"utils", "util", "helpers", "common", "misc", "tools"} & set(MODULES)
