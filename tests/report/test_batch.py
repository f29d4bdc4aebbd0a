"""One report for each group: who is in which, under which name, and that readers find their way."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from small_notebooks import LOAD
from small_survey import ANSWERS, STEAK, write_survey

from dmsi_lib.choices import Options
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.report.batch import folder_names, plan_batch, write_front
from dmsi_lib.report.groups import groups_of
from dmsi_lib.shared_drive.publishing import publish
from dmsi_lib.where import Condition, Where


def quiet(line):
    """Progress that nobody reads."""


def pages(folder):
    return {
        path.relative_to(folder).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in sorted(folder.rglob("*.html"))
    }


def broken_links(folder):
    """Links of the pages in a folder that lead to no file, or to no place in one."""
    found, broken = pages(folder), []
    for name, page in found.items():
        for link in page.select("a[href]"):
            path, _, anchor = link["href"].partition("#")
            if re.match(r"\w+:", path):
                continue
            target = (folder / name).parent / path if path else folder / name
            inside = target.resolve().relative_to(folder.resolve()).as_posix()
            if not target.is_file() or (anchor and not found[inside].find(id=anchor)):
                broken.append(f"{name}: {link['href']}")
    return broken


# ---- groups


def counted(survey, by):
    return [(str(group.where), group.label, group.n) for group in groups_of(survey, by)]


def test_groups_of_one_question_in_the_questionnaire_s_order(small):
    assert counted(small, ["role"]) == [
        ("role=cook", "Cook", 3),
        ("role=guest", "Guest", 4),
    ]  # r7 does not say, and nobody is a critic


def test_groups_of_two_questions_are_the_combinations_that_occur(small):
    assert counted(small, ["role", "eats"]) == [
        ("role=cook, eats=yes", "Cook, Yes", 2),
        ("role=cook, eats=no", "Cook, No", 1),
        ("role=guest, eats=yes", "Guest, Yes", 2),
        ("role=guest, eats=no", "Guest, No", 1),
    ]  # r8 is a guest who does not say


def test_groups_of_add_up_to_whoever_answered(survey):
    for question in ("province", "role"):
        groups = groups_of(survey, [question])
        assert sum(group.n for group in groups) == survey.flow.answered(question)
        for group in groups:
            part = survey.part(group.where)
            assert part.n == group.n


@pytest.mark.parametrize(
    ("by", "error", "message"),
    [
        (["shops"], UsageError, "'shops' is a multiple question; group by single ones"),
        (["role", "why"], UsageError, "'why' is a open question"),
        (["role", "eats", "role"], UsageError, "twice: role, eats, role"),
        (["rolle"], UsageError, "no question 'rolle'. Did you mean 'role'?"),
    ],
)
def test_groups_of_refuses(small, by, error, message):
    with pytest.raises(error, match=re.escape(message)):
        groups_of(small, by)


# ---- names of folders


@pytest.mark.parametrize(
    ("codes", "names"),
    [
        (["ontario", "quebec"], ["ontario", "quebec"]),
        (["north_west", "a.b/c\\d:e"], ["north-west", "a-b-c-d-e"]),
        (["con", "NUL", "com1", "lpt9", "console"], None),
        (["Yes", "yes", "YES"], ["Yes", "yes-2", "YES-3"]),
        (["québec", "quêbec", "北京", "東京", "\U0001f600"], None),
        (["", "-", " ", ".", ".."], None),
        (["x" * 300, "x" * 299], ["x" * 80, "x" * 80 + "-2"]),
        (["yes", "yes-2", "yes"], ["yes", "yes-2", "yes-3"]),
    ],
)
def test_folder_names_are_safe_and_different(codes, names):
    found = folder_names(Where((Condition("question", (code,)),)) for code in codes)
    assert found == (names or found)
    assert len({name.casefold() for name in found}) == len(codes)
    for name in found:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", name), name
        assert not re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", name)


def test_folder_names_of_combinations_keep_the_parts_apart():
    codes = [("cook", "yes"), ("cook_eats", "yes"), ("", "")]
    wheres = [
        Where((Condition("role", (role,)), Condition("eats", (eats,)))) for role, eats in codes
    ]
    assert folder_names(wheres) == ["cook_yes", "cook-eats_yes", "group-_"]


# ---- the whole batch


@pytest.fixture
def batch(tmp_path, notebooks, steak, ran, run):
    """A batch by role, and the command that made it; groups of four are large enough."""
    notebooks("01_a.ipynb", "1", title="About cooks & guests")
    notebooks("02_b.ipynb", "2")
    out = tmp_path / "batch"
    command = ["batch", *steak, "--by", "role", "--min-cell", "3", "--out", out]
    status, said, err = run(*command)
    assert (status, err) == (0, "")
    assert said.splitlines()[-1] == f"Batch: {out / 'index.html'}, 2 reports"
    assert ran == ["cook/01_a", "cook/02_b", "guest/01_a", "guest/02_b"]
    ran.clear()
    return out, command


def test_batch_command_writes_a_report_for_each_group(batch):
    out, _ = batch
    assert sorted(path.name for path in out.iterdir()) == [
        *("cook", "guest", "index.html", "run.json"),
    ]
    for group, n in (("cook", 3), ("guest", 4)):
        record = json.loads((out / group / "run.json").read_text(encoding="utf-8"))
        assert record["respondents"] == n
        assert record["parameters"]["where"] == [f"role={group}"]
        assert (out / group / "tables" / "doneness.csv").exists()


def test_batch_command_names_the_group_on_every_page(batch):
    out, _ = batch
    for name, page in pages(out).items():
        folder, _, file = name.rpartition("/")
        if folder:
            assert folder.capitalize() in page.title.text, name
            assert f"Steak: {folder.capitalize()}" in page.text, name
        if folder and file == "index.html":
            assert page.h1.text == f"Steak: {folder.capitalize()}"


def test_batch_command_front_page_lists_the_reports(batch):
    out, _ = batch
    front = pages(out)["index.html"]
    links = {link["href"]: link.text for link in front.main.select("a[href]")}
    assert {"cook/index.html": "Cook", "guest/index.html": "Guest"}.items() <= links.items()
    assert "“Are you a cook or a guest?”" in front.text
    assert "3 respondents." in front.text and "4 respondents." in front.text
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["reports"] == {"cook": "Cook", "guest": "Guest"}
    assert (record["by"], record["refused"], record["audience"]) == (["role"], [], "internal")


def test_batch_command_front_page_for_the_public_says_so(tmp_path, notebooks, ran, run, steak):
    notebooks("01_a.ipynb", LOAD, tags=["public"])
    options = ["--audience", "public", "--min-cell", "2", "--out", tmp_path / "batch"]
    status, _, said = run("batch", "--by", "role", *steak, *options)
    assert (status, said) == (0, "")
    text = (tmp_path / "batch" / "index.html").read_text(encoding="utf-8")
    assert "Public: figures of fewer than 2 respondents are suppressed." in text
    assert "Internal" not in text
    assert "8 respondents" not in text  # in all: only a plan may show it


def test_batch_command_links_resolve(batch):
    out, _ = batch
    assert len(pages(out)) == 9  # with the codebook of each group
    assert broken_links(out) == []


def test_batch_command_again_runs_nothing_and_copies_what_is_unchanged(batch, run, ran):
    out, command = batch
    before = {p: p.read_bytes() for g in ("cook", "guest") for p in (out / g).rglob("*.*")}
    assert len(before) > 20
    assert run(*command)[0] == 0
    assert ran == []
    assert {path: path.read_bytes() for path in before} == before


def test_batch_command_runs_what_has_changed(batch, run, ran, notebooks):
    out, command = batch
    notebooks("02_b.ipynb", "3")
    (out / "cook" / "notebooks" / "01_a.ipynb").unlink()
    assert run(*command)[0] == 0
    assert ran == ["cook/01_a", "cook/02_b", "guest/02_b"]
    ran.clear()
    assert run(*command, "--force")[0] == 0
    assert len(ran) == 4


def test_batch_command_that_fails_leaves_the_old_one(batch, run, notebooks):
    out, command = batch
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    notebooks("02_b.ipynb", "1 / 0")
    status, _, err = run(*command)
    assert (status, err) == (1, "dmsi: cook/02_b.ipynb, cell 3: ZeroDivisionError\n")
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_batch_command_can_be_published(batch, tmp_path):
    out, _ = batch
    with pytest.raises(InputError, match="built for internal use"):
        publish(tmp_path / "share", out, progress=quiet)
    version = publish(tmp_path / "share", out, allow_internal=True, progress=quiet)
    assert {"cook/index.html", "guest/02_b.html"} <= set(version.files)
    assert broken_links(tmp_path / "share") == []
    (out / "guest" / "index.html").unlink()
    with pytest.raises(InputError, match=r"- guest/index\.html"):
        publish(tmp_path / "share", out, allow_internal=True, progress=quiet)


def test_batch_command_names_groups_that_are_too_small(tmp_path, notebooks, steak, ran, run):
    notebooks("01_a.ipynb", "1")
    out = tmp_path / "batch"
    command = ["batch", *steak, "--by", "role", "--by", "eats", "--min-cell", "2", "--out", out]
    status, said, _ = run(*command)
    assert status == 0
    assert said.splitlines()[-2:] == [
        f"Batch: {out / 'index.html'}, 2 reports",
        "No report for groups of fewer than 2 respondents: Cook, No; Guest, No.",
    ]
    assert sorted(path.name for path in out.iterdir() if path.is_dir()) == ["cook_yes", "guest_yes"]
    front = pages(out)["index.html"].text
    assert said.splitlines()[-1] in front
    assert json.loads((out / "run.json").read_text("utf-8"))["refused"] == ["Cook, No", "Guest, No"]


@pytest.fixture(scope="module")
def province_by_funding(survey):
    """What a public batch by province and funding says of the groups that have no report."""
    choices = replace(survey.choices, audience="public")
    by = ["province", "ircc_funding"]
    return plan_batch(survey, Path("none"), by, choices, Options(only=("01",)))


def test_public_batch_says_how_many_groups_have_no_report_and_never_which(
    province_by_funding, survey, tmp_path
):
    batch = province_by_funding
    alone = next(g for g in groups_of(survey, batch.by) if g.n == 1)  # named, it would be known
    assert alone.label in batch.refused and len(batch.refused) < batch.unreported
    write_front(tmp_path, [survey.part(r.choices.where) for r in batch.reports], batch)
    for file in ("index.html", "run.json"):
        text = (tmp_path / file).read_text(encoding="utf-8")
        assert not [label for label in batch.refused if label in text]
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    reports = len(batch.reports)
    assert "refused" not in record and record["without_report"] == batch.combinations - reports
    said = f"No report for {record['without_report']} of {batch.combinations} possible groups"
    assert batch.unreported_sentence.startswith(said)


def test_public_batch_command_names_no_group_without_a_report(tmp_path, notebooks, steak, ran, run):
    notebooks("01_a.ipynb", "1")
    out = tmp_path / "batch"
    options = ["--audience", "public", "--min-cell", "2", "--out", out]
    status, said, err = run("batch", *steak, "--by", "role", *options)
    assert (status, err) == (0, "")
    # nobody is a critic
    assert said.splitlines()[-1] == (
        "No report for 1 of 3 possible groups (fewer than 2 respondents, or none)."
    )
    assert "Critic" not in (out / "index.html").read_text(encoding="utf-8")


def test_batch_command_where_all_groups_are_too_small(tmp_path, notebooks, steak, ran, run):
    notebooks("01_a.ipynb", "1")
    out = tmp_path / "batch"
    status, said, err = run("batch", *steak, "--by", "role", "--out", out)
    assert (status, said) == (1, "")
    assert err == (
        "dmsi: No group by role has 10 respondents or more; there is no report to write.\n"
    )
    assert not out.exists() and ran == []


def test_batch_command_by_a_question_there_is_not(tmp_path, notebooks, steak, ran, run):
    notebooks("01_a.ipynb", "1")
    status, _, err = run("batch", *steak, "--by", "rolle", "--out", tmp_path / "batch")
    assert (status, err) == (2, "dmsi: There is no question 'rolle'. Did you mean 'role'?\n")
    assert not (tmp_path / "batch").exists()


def test_batch_command_of_some_respondents(tmp_path, notebooks, steak, ran, run):
    notebooks("01_a.ipynb", "1")
    out = tmp_path / "batch"
    where = ["--where", "eats=yes", "--min-cell", "1"]
    assert run("batch", *steak, "--by", "role", *where, "--out", out)[0] == 0
    records = [json.loads(p.read_text("utf-8")) for p in sorted(out.glob("*/run.json"))]
    assert [record["respondents"] for record in records] == [2, 2]
    assert records[0]["parameters"]["where"] == ["eats=yes", "role=cook"]


def test_batch_command_with_odd_codes_and_labels(tmp_path, notebooks, ran, run):
    text = STEAK.replace("cook: Cook", 'con: "Köche & <b>"').replace(
        "guest: Guest", '"é/ß": "Gäste"'
    )
    (tmp_path / "odd").mkdir()
    codes = {"cook": "con", "guest": "é/ß", None: None}
    roles = [codes[code] for code in ANSWERS["role", ""]]
    export, questionnaire = write_survey(tmp_path / "odd", text, ANSWERS | {("role", ""): roles})
    notebooks("01_a.ipynb", "1")
    out = tmp_path / "batch"
    command = ["--export", export, "--questionnaire", questionnaire, "--min-cell", "1"]
    assert run("batch", *command, "--by", "role", "--out", out)[0] == 0
    assert broken_links(out) == []
    front = pages(out)["index.html"]
    assert {"Köche & <b>", "Gäste"} <= {link.text for link in front.main.select("a")}


@pytest.mark.slow
def test_batch_command_with_kernels_counts_the_group_alone(tmp_path, notebooks, steak, run):
    notebooks("01_a.ipynb", LOAD, "'respondents', survey.n")
    out = tmp_path / "batch"
    command = ["batch", *steak, "--by", "role", "--min-cell", "1", "--out", out]
    status, said, _ = run(*command)
    assert status == 0
    names = sorted(line.split()[0] for line in said.splitlines()[:2])
    assert names == ["cook/01_a", "guest/01_a"]
    for group, n in (("cook", 3), ("guest", 4)):
        text = Path(out / group / "01_a.html").read_text(encoding="utf-8")
        assert f"{n})" in BeautifulSoup(text, "html.parser").main.text
