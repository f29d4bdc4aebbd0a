"""The house: imports run down through the doors of the wings, and nothing knows this one survey."""

import ast
import re
from pathlib import Path

import pytest

import dmsi_lib
from dmsi_lib.choices import QUESTIONNAIRE
from dmsi_lib.questionnaire import read_questionnaire

LIBRARY = Path(dmsi_lib.__file__).parent
# From the top down: a wing imports what stands below it, and the ground.
WINGS = (
    *("cli", "shared_drive", "report", "pages", "exporting", "synthetic", "survey", "figures"),
    *("disclosure", "open_answers", "published", "drafting", "tables", "skip_logic", "reading"),
    "questionnaire",
)
GROUND = {"errors", "files", "working_folders", "wording", "where", "choices"}
FRONT_DOORS = {"__init__", "__main__", "inference"}  # what other programs call
# The wings that read and write files, and the ground's one module for it.
TOUCH_FILES = {
    *("cli", "shared_drive", "report", "pages", "synthetic", "open_answers", "reading"),
    "exporting",
    *("questionnaire", "files", "working_folders", "choices"),
}
MODULES = {path.relative_to(LIBRARY).as_posix()[:-3]: path for path in LIBRARY.rglob("*.py")}
# Ids of this survey that are also words of a program.
GENERIC = {"role", "region"}  # of a page of HTML
# Modules that run what a file says, or may.
UNSAFE = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
# Loaded by those alone who draw, test hypotheses, or look around.
HEAVY = ("scipy", "statsmodels", "matplotlib", "seaborn", "IPython", "ipywidgets", "nbconvert")


def parsed(name):
    return ast.parse(MODULES[name].read_text(encoding="utf-8"), str(MODULES[name]))


def imports(name):
    """What a module imports, wherever in it: pairs of module and names."""
    for node in ast.walk(parsed(name)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            yield node.module, tuple(alias.name for alias in node.names)


def room_of(name):
    """The wing of a module, or the module of the ground."""
    return name.split("/")[0]


def own_imports(name):
    """Dotted paths below `dmsi_lib` that a module imports from, each with the names."""
    for module, names in imports(name):
        if module == "dmsi_lib":
            yield from (((own,), ()) for own in names)
        elif module.startswith("dmsi_lib."):
            yield tuple(module.split(".")[1:]), names


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


def floors():
    """The README's map: floor by wing or module of the ground."""
    readme = (LIBRARY.parent / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d|beside) \| (`.*?`) \| .+ \|$", readme, re.MULTILINE)
    return {
        name.removesuffix("/"): floor
        for floor, names in rows
        for name in names.strip("`").split("`, `")
    }


def test_readme_names_every_wing_and_nothing_else():
    folders = {path.name for path in LIBRARY.iterdir() if (path / "__init__.py").exists()}
    files = {path.name for path in LIBRARY.glob("*.py")} - {f"{name}.py" for name in FRONT_DOORS}
    assert set(floors()) == folders | files == {*WINGS, *(f"{name}.py" for name in GROUND)}


@pytest.mark.parametrize("name", MODULES)
def test_imports_run_down_the_floors_of_the_readme(name):
    floor = floors() | {"synthetic": "6"}  # beside the others, below the command line alone
    used = {path[0] for path, _ in own_imports(name)} & set(WINGS)
    assert room_of(name) not in WINGS or all(floor[one] <= floor[room_of(name)] for one in used)


def test_every_module_stands_in_a_wing_or_on_the_ground():
    assert {room_of(name) for name in MODULES} == set(WINGS) | GROUND | FRONT_DOORS


@pytest.mark.parametrize("name", MODULES)
def test_imports_run_down(name):
    room = room_of(name)
    if room in FRONT_DOORS:
        return
    below = WINGS[WINGS.index(room) :] if room in WINGS else ()
    used = {path[0] for path, _ in own_imports(name)}
    assert used <= {*below, *GROUND}


@pytest.mark.parametrize("name", MODULES)
def test_wings_are_entered_by_their_doors(name):
    deep = [path for path, _ in own_imports(name) if len(path) > 1 and path[0] != room_of(name)]
    assert deep == []


@pytest.mark.parametrize("name", MODULES)
def test_nothing_private_is_imported_from_another_file(name):
    own = [(path, one) for path, names in own_imports(name) for one in (*path, *names)]
    assert [path for path, one in own if one.startswith("_")] == []


@pytest.mark.parametrize("wing", WINGS)
def test_door_offers_what_it_lists(wing):
    door = getattr(__import__(f"dmsi_lib.{wing}"), wing)
    assert door.__all__
    for name in door.__all__:
        value = getattr(door, name)
        assert not isinstance(value, type(ast)), f"{name} is hidden by the module of that name"


@pytest.mark.parametrize("wing", WINGS)
def test_door_offers_only_what_others_use(wing):
    """A door is what others need: whatever only the wing itself uses stays inside."""
    offered = set(getattr(__import__(f"dmsi_lib.{wing}"), wing).__all__)
    used = set()
    for name in MODULES:
        if room_of(name) != wing:
            tree = parsed(name)
            used |= {one for path, names in own_imports(name) if path == (wing,) for one in names}
            used |= {
                node.attr
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == wing
            }
    used |= {"Survey", "say", "show", "main", "multiple_response_test"}  # for other programs
    used |= {"check_parameters"}  # for notebooks
    used |= {"review_entry"}  # for the reviewers of quotations, see docs/coding-open-answers.md
    assert offered - used == set()


def test_doors_are_cheap(fresh_python):
    names = ", ".join(f"dmsi_lib.{wing}" for wing in WINGS)
    code = f"import sys, dmsi_lib, {names}; print(*sys.modules)"
    assert not {"pandas", "numpy", *HEAVY} & set(fresh_python(code).split())


def test_tables_wait_for_no_library_of_statistics(fresh_python):
    wings = {"tables", "skip_logic", "published"}
    modules = [name.replace("/", ".") for name in MODULES if room_of(name) in wings]
    code = f"import sys, {', '.join(f'dmsi_lib.{name}' for name in modules)}; print(*sys.modules)"
    assert not set(HEAVY) & set(fresh_python(code).split())


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
def test_module_says_what_it_is_for(name):
    assert ast.get_docstring(parsed(name))


@pytest.mark.parametrize("name", MODULES)
def test_module_runs_nothing_that_a_file_says(name):
    tree = parsed(name)
    assert {module.split(".")[0] for module, _ in imports(name)} & UNSAFE == set()
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not {call.id for call in called if isinstance(call, ast.Name)} & {"eval", "exec"}
    assert not {call.attr for call in called if isinstance(call, ast.Attribute)} & {
        *("read_pickle", "to_pickle", "unsafe_load", "full_load", "system"),
    }


@pytest.mark.parametrize("name", MODULES)
def test_files_are_touched_in_few_wings(name):
    if room_of(name) in TOUCH_FILES:
        return
    calls = [node.func for node in ast.walk(parsed(name)) if isinstance(node, ast.Call)]
    names = {getattr(call, "attr", getattr(call, "id", "")) for call in calls}
    assert not names & {"open", "read_text", "write_text", "read_bytes", "write_bytes", "read_csv"}


def test_only_the_command_line_knows_the_command_line():
    for name in MODULES:
        if room_of(name) not in ("cli", "__main__"):
            assert not {"argparse"} & {module for module, _ in imports(name)}, name


def test_no_module_is_a_drawer_for_everything():
    names = {name.split("/")[-1] for name in MODULES}
    assert not {"utils", "util", "helpers", "common", "misc", "tools"} & names
