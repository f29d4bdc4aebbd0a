"""What is made again and what is not: everything a notebook or a page depends on, one by one."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from small_notebooks import LOAD, last_text

from dmsi_lib.choices import Choices, Options
from dmsi_lib.files import sha256
from dmsi_lib.report import freshness
from dmsi_lib.report.execution import Run
from dmsi_lib.report.freshness import (
    is_current,
    library_hash,
    notebook_keys,
    read_record,
    report_key,
    unchanged_files,
)
from dmsi_lib.report.notebooks import read_source, section_notebooks
from dmsi_lib.where import Where

THEMES = "why:\n  health: {label: Health}\n"


@pytest.fixture
def choices(steak):
    """The small survey with everything that may lie beside it, all of it invented here."""
    export, questionnaire = Path(steak[1]), Path(steak[3])
    (export.parent / "tags").mkdir()
    (export.parent / "tags" / "why.csv").write_text("respondent,theme,coder\n", encoding="utf-8")
    (export.parent / "quotations.csv").write_text("respondent,question\n", encoding="utf-8")
    for name in ("themes.yaml", "published_figures.csv", "tiles.yaml"):
        (questionnaire.parent / name).write_text("a\n", encoding="utf-8")
    return Choices(export=str(export), questionnaire=str(questionnaire))


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A copy of the library that tests may change, and that keys are made from."""
    copy = tmp_path / "library"
    shutil.copytree(freshness.LIBRARY, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(freshness, "LIBRARY", copy)
    library_hash.cache_clear()
    yield copy
    library_hash.cache_clear()


def change(path):
    """Add a line to a file, as if it had been changed since this process began."""
    path.write_bytes(path.read_bytes() + b"\n# changed\n")
    library_hash.cache_clear()


def keys(choices):
    return notebook_keys(section_notebooks(), choices)


def content(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stamps(folder):
    """What would differ if a file were written again, even with the same content."""
    found = {path: path.stat() for path in [folder, *folder.rglob("*")]}
    return {path: (stat.st_mtime_ns, stat.st_ino) for path, stat in found.items()}


# ---- keys of notebooks


def test_notebook_keys_are_the_same_where_nothing_has_changed(notebooks, choices, library):
    notebooks("01_a.ipynb", "1")
    before = keys(choices)
    os.utime(choices.export, (1, 1))
    library_hash.cache_clear()
    assert keys(choices) == before
    assert set(before) == {"01_a"}


def test_notebook_keys_of_a_changed_source_alone_change(notebooks, choices):
    notebooks("01_a.ipynb", "1")
    notebooks("02_b.ipynb", "2")
    before = keys(choices)
    notebooks("02_b.ipynb", "3")
    after = keys(choices)
    assert after["01_a"] == before["01_a"]
    assert after["02_b"] != before["02_b"]


@pytest.mark.parametrize(
    "name",
    [
        *("export.csv", "questionnaire.yaml", "themes.yaml", "published_figures.csv"),
        *("tiles.yaml", "quotations.csv", "tags/why.csv"),
    ],
)
def test_notebook_keys_change_with_every_input_file(notebooks, choices, name):
    notebooks("01_a.ipynb", "1")
    path = Path(choices.export).parent / name
    before = keys(choices)
    change(path)
    changed = keys(choices)
    assert changed != before
    if name not in ("export.csv", "questionnaire.yaml"):
        path.unlink()
        assert keys(choices) not in (before, changed)


def test_notebook_keys_change_with_tags_of_another_question(notebooks, choices):
    notebooks("01_a.ipynb", "1")
    before = keys(choices)
    (Path(choices.export).parent / "tags" / "other.csv").touch()
    assert keys(choices) != before


@pytest.mark.parametrize(
    "other",
    [
        *({"edit": "gate"}, {"base": "universe"}, {"where": ("role=cook",)}, {"min_cell": 5}),
        {"audience": "public"},
    ],
)
def test_notebook_keys_change_with_every_choice(notebooks, choices, other):
    notebooks("01_a.ipynb", "1")
    assert keys(replace(choices, **other)) != keys(choices)


@pytest.mark.parametrize(
    "module", ["survey/survey", "tables/tables", "reading/export", "figures/bars", "wording"]
)
def test_notebook_keys_change_with_the_wings_below_notebooks(notebooks, choices, library, module):
    notebooks("01_a.ipynb", "1")
    before = keys(choices)
    change(library / f"{module}.py")
    assert keys(choices) != before


@pytest.mark.parametrize(
    "file", ["pages/pages.py", "report/report.py", "pages/templates/page.html.j2"]
)
def test_report_key_alone_changes_with_what_only_pages_reach(notebooks, choices, library, file):
    notebooks("01_a.ipynb", "1")
    before, report = keys(choices), report_key(keys(choices), Options())
    change(library / file)
    assert keys(choices) == before
    assert report_key(keys(choices), Options()) != report


@pytest.mark.parametrize("module", ["shared_drive/publishing", "cli/commands", "synthetic/export"])
def test_report_key_leaves_wings_out_that_no_report_reaches(notebooks, choices, library, module):
    notebooks("01_a.ipynb", "1")
    before = report_key(keys(choices), Options())
    change(library / f"{module}.py")
    assert report_key(keys(choices), Options()) == before


@pytest.mark.parametrize("package", ["python", "pandas", "matplotlib", "papermill"])
def test_notebook_keys_change_with_versions(notebooks, choices, monkeypatch, package):
    notebooks("01_a.ipynb", "1")
    before, found = keys(choices), freshness.versions()
    assert package in found
    monkeypatch.setattr(freshness, "versions", lambda: found | {package: "0.0"})
    assert keys(choices) != before


def test_report_key_changes_with_what_is_written_but_not_with_how(notebooks, choices):
    notebooks("01_a.ipynb", "1")
    key = report_key(keys(choices), Options())
    assert key != report_key(keys(choices), Options(single_file=True))
    assert key != report_key(keys(choices), Options(pdf=True))
    other = Options(jobs=1, warm=False, force=True, scheduler="tcp://somewhere:1")
    assert key == report_key(keys(choices), other)


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_notebook_keys_of_a_public_report_change_with_the_other_groups(
    notebooks, choices, audience
):
    # What is hidden in one group depends on all that are published with it.
    path, mine = notebooks("01_a.ipynb", "1"), replace(choices, audience=audience)
    alone = notebook_keys([path], mine, [Where.of("role=cook")])
    together = notebook_keys([path], mine, [Where.of("role=cook"), Where.of("role=guest")])
    turned = notebook_keys([path], mine, [Where.of("role=guest"), Where.of("role=cook")])
    assert (alone != together) == (audience == "public")
    assert together == turned


def test_notebook_keys_of_a_public_report_without_groups_are_those_of_its_one_group(
    notebooks, choices
):
    path = notebooks("01_a.ipynb", "1")
    mine = replace(choices, audience="public", where=("role=cook",))
    assert notebook_keys([path], mine) == notebook_keys([path], mine, [Where.of("role=cook")])
    assert notebook_keys([path], mine) != notebook_keys([path], mine, [Where.of("role=guest")])


@pytest.mark.parametrize("audience", ["internal", "public"])
@pytest.mark.parametrize("wing", ["report", "pages", "cli"])
def test_notebook_keys_of_a_public_report_change_with_the_wings_that_hide_figures(
    notebooks, choices, library, audience, wing
):
    # `report` plans what is hidden and reads the pages for leaks; the command line does neither.
    notebooks("01_a.ipynb", "1")
    mine = replace(choices, audience=audience)
    before = keys(mine)
    change(library / wing / "__init__.py")
    assert (keys(mine) != before) == (audience == "public" and wing != "cli")


# ---- a report that is there already


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """Where the first test leaves the report that the others begin with."""
    return tmp_path_factory.mktemp("original")


@pytest.fixture
def built(tmp_path, notebooks, steak, ran, run, original):
    """A report of two sections, and the command that made it."""
    folders, out = ("notebooks", "report"), tmp_path / "report"
    command = ["report", *steak, "--out", out]
    if not any(original.iterdir()):
        notebooks("01_a.ipynb", "1")
        notebooks("02_b.ipynb", "2")
        assert run(*command)[0] == 0
        assert ran == ["01_a", "02_b"]
        ran.clear()
        for name in folders:
            shutil.copytree(tmp_path / name, original / name)
    for name in folders:
        shutil.copytree(original / name, tmp_path / name, dirs_exist_ok=True)
    return out, command


def test_report_command_writes_nothing_where_nothing_has_changed(built, run, ran):
    out, command = built
    before = stamps(out.parent)
    assert run(*command) == (
        *(0, f"Report: {out / 'index.html'} (nothing has changed; --force makes it anew)\n", ""),
    )
    assert stamps(out.parent) == before
    assert ran == []


def test_report_command_with_force_runs_all(built, run, ran):
    _, command = built
    status, said, _ = run(*command, "--force")
    assert (status, ran) == (0, ["01_a", "02_b"])
    assert "nothing has changed" not in said


def test_report_command_runs_only_the_changed_notebook(built, run, ran, notebooks):
    out, command = built
    before = (out / "notebooks" / "01_a.ipynb").read_bytes()
    notebooks("02_b.ipynb", "'another'")
    assert run(*command)[0] == 0
    assert ran == ["02_b"]
    assert (out / "notebooks" / "01_a.ipynb").read_bytes() == before
    assert "another" in (out / "02_b.html").read_text(encoding="utf-8")


def test_report_command_runs_a_new_notebook_and_names_it_everywhere(built, run, ran, notebooks):
    out, command = built
    notebooks("03_c.ipynb", "3", title="A third")
    assert run(*command)[0] == 0
    assert ran == ["03_c"]
    for name in ("index", "01_a", "02_b", "03_c"):
        assert "A third" in (out / f"{name}.html").read_text(encoding="utf-8")


def test_report_command_drops_a_notebook_that_is_gone(built, run, ran, notebooks):
    out, command = built
    notebooks("02_b.ipynb").unlink()
    assert run(*command)[0] == 0
    assert ran == []
    assert not (out / "02_b.html").exists()
    assert "02_b.html" not in (out / "01_a.html").read_text(encoding="utf-8")


def test_report_command_runs_all_where_the_data_have_changed(built, run, ran, steak):
    out, command = built
    export = Path(steak[1])
    export.write_text(export.read_text("utf-8").replace("Rare", "Medium"), encoding="utf-8")
    assert run(*command)[0] == 0
    assert ran == ["01_a", "02_b"]
    assert "medium,Medium,,3," in (out / "tables" / "doneness.csv").read_text(encoding="utf-8")


def test_report_command_makes_pages_alone_where_only_they_have_changed(built, run, ran, library):
    out, command = built
    (out / "run.json").stat()
    assert "nothing has changed" in run(*command)[1]  # the copy is as the original
    before = stamps(out)
    change(library / "pages" / "pages.py")
    status, said, _ = run(*command)
    assert (status, ran) == (0, [])
    assert "nothing has changed" not in said
    assert stamps(out)[out / "01_a.html"] != before[out / "01_a.html"]
    assert "nothing has changed" in run(*command)[1]


@pytest.mark.parametrize(
    ("file", "runs"),
    [("01_a.html", []), ("tables/role.csv", []), ("notebooks/02_b.ipynb", ["02_b"])],
)
def test_report_command_makes_again_what_somebody_has_deleted(built, run, ran, file, runs):
    out, command = built
    before = content(out)
    (out / file).unlink()
    status, said, _ = run(*command)
    assert (status, ran) == (0, runs)
    assert "nothing has changed" not in said
    after = content(out)
    for path in before.keys() - {out / "run.json", out / "index.html"}:
        assert after[path] == before[path], path.name
    assert "nothing has changed" in run(*command)[1]


@pytest.mark.parametrize(
    ("other", "runs"),
    [
        *((["--edit", "gate"], ["01_a", "02_b"]), (["--base", "universe"], ["01_a", "02_b"])),
        *((["--where", "role=cook"], ["01_a", "02_b"]), (["--only", "02"], [])),
        *((["--single-file"], []), (["--xlsx"], [])),
    ],
)
def test_report_command_does_not_mistake_a_report_of_other_options(built, run, ran, other, runs):
    _, command = built
    status, said, _ = run(*command, *other)
    assert (status, ran) == (0, runs)
    assert "nothing has changed" not in said
    assert "nothing has changed" in run(*command, *other)[1]
    assert "nothing has changed" not in run(*command)[1]


@pytest.mark.parametrize("file", ["index.html", "tables/role.csv", "notebooks/02_b.ipynb"])
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_report_command_keeps_and_names_what_somebody_has_written(built, run, ran, file, force):
    out, command = built
    (out / file).write_bytes((out / file).read_bytes() + b" my notes")
    before = stamps(out)
    status, said, err = run(*command, *force)
    assert (status, said, ran, stamps(out)) == (1, "", [], before)
    assert err.startswith(f"dmsi: {out}: is not replaced, since") and err.endswith(f"- {file}\n")
    (out / file).unlink()
    assert run(*command)[0] == 0


def test_report_command_lets_notes_lie_where_nothing_has_changed(built, run):
    out, command = built
    (out / "notes.txt").write_text("a day's work", encoding="utf-8")
    assert "nothing has changed" in run(*command)[1]
    assert run(*command, "--force")[0] == 1
    assert (out / "notes.txt").read_text(encoding="utf-8") == "a day's work"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"key": 1}', '{"files": [], "keys": {}}'])
def test_report_command_with_a_damaged_record_knows_no_report(built, run, ran, text):
    out, command = built
    (out / "run.json").write_text(text, encoding="utf-8")
    before = stamps(out)
    status, _, err = run(*command)
    assert (status, ran, stamps(out)) == (1, [], before)
    assert err == f"dmsi: {out}: holds files that are no report; choose an empty folder.\n"


@pytest.mark.parametrize(
    ("part", "value", "runs"),
    [
        *(("files", None, None), ("files", {}, None), ("keys", "text", None)),
        *(("seconds", [], None), ("keys", {}, ["01_a", "02_b"]), ("key", None, [])),
    ],
)
def test_report_command_with_a_damaged_part_of_the_record(built, run, ran, part, value, runs):
    out, command = built
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    record[part], record["made"] = value, ""
    if part != "files":  # which would tell
        del record["key"]
    (out / "run.json").write_text(json.dumps(record), encoding="utf-8")
    status, _, err = run(*command)
    if runs is None:  # whose files these are nobody can tell
        assert (status, ran) == (1, []) and str(out) in err
        return
    assert (status, err, ran) == (0, "", runs)
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["made"]


def test_report_command_that_fails_leaves_the_old_report_and_what_it_knows(
    built, run, ran, notebooks
):
    out, command = built
    before = stamps(out)
    notebooks("02_b.ipynb", "1 / 0")
    status, _, said = run(*command)
    assert status == 1
    assert said.startswith("dmsi: 02_b.ipynb, cell 3: ZeroDivisionError")
    assert stamps(out) == before
    notebooks("02_b.ipynb", "3")
    ran.clear()
    assert run(*command)[0] == 0
    assert ran == ["02_b"]


def test_report_command_that_is_interrupted_leaves_the_old_report(
    built, run, notebooks, monkeypatch
):
    out, command = built
    before = stamps(out)
    notebooks("02_b.ipynb", "3")

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("dmsi_lib.report.report.run_tasks", interrupt)
    assert run(*command) == (130, "", "dmsi: interrupted; nothing is half written.\n")
    assert stamps(out) == before
    assert sorted(path.name for path in out.parent.iterdir()) == ["data", "notebooks", "report"]


def test_is_current_of_no_folder(tmp_path):
    assert not is_current(tmp_path / "nothing", "key")
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    assert not is_current(tmp_path, None)


def test_read_record_takes_one_that_is_nested_too_deep_for_none(tmp_path):
    (tmp_path / "run.json").write_text("[" * 100_000 + "]" * 100_000, encoding="utf-8")
    assert read_record(tmp_path) == {}


def test_unchanged_files_are_files_of_the_folder(tmp_path):
    report, other = tmp_path / "report", tmp_path / "other.html"
    (report / "tables").mkdir(parents=True)
    for path in (report / "a.html", report / "tables" / "q.csv", other):
        path.write_text("same", encoding="utf-8")
    outside = ["../other.html", "tables/../../other.html", str(other), "..\\other.html"]
    impossible = ["n" * 256, "a\0b", "\ud800", "", ".", "tables", "nowhere.html", 7, None]
    same = sha256(other)
    names = ["a.html", "tables/q.csv", *outside, *impossible]
    record = {"files": dict.fromkeys(names, same)}
    assert unchanged_files(report, record) == {"a.html", "tables/q.csv"}
    assert unchanged_files(report, {"files": {"a.html": 7, "tables/q.csv": same}}) == {
        "tables/q.csv"
    }


@pytest.mark.slow
def test_report_command_takes_over_what_a_kernel_has_really_made(tmp_path, notebooks, steak, run):
    notebooks("01_a.ipynb", LOAD, "survey.n")
    notebooks("02_b.ipynb", LOAD, 'survey.plot("doneness")')
    command = ["report", *steak, "--out", tmp_path / "report"]
    assert run(*command)[0] == 0
    before = content(tmp_path / "report")
    notebooks("01_a.ipynb", LOAD, "survey.n + 1")
    status, said, _ = run(*command)
    assert (status, [line[:4] for line in said.splitlines()]) == (0, ["01_a", "Repo"])
    after = content(tmp_path / "report")
    for name in ("02_b.html", "notebooks/02_b.ipynb", "figures/02_doneness.png"):
        assert after[tmp_path / "report" / name] == before[tmp_path / "report" / name], name
    notebook = read_source(tmp_path / "report" / "notebooks" / "01_a.ipynb")
    assert last_text(Run("01_a", "", 0.0, notebook)) == "9"
