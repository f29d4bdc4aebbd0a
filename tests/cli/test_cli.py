"""The command line: what each command writes, and the one message with which it refuses."""

import argparse
import csv
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from small_survey import STEAK, write_survey

from dmsi_lib.cli.arguments import make_parser
from dmsi_lib.cli.commands import COMMANDS as STEPS
from dmsi_lib.cli.commands import main
from dmsi_lib.open_answers.pseudonyms import pseudonym, read_key

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
EXPORT = str(ROOT / "data" / "synthetic" / "dmsi-2018-synthetic.csv")
TABLES = [
    *("question", "item", "label", "group", "count", "base", "base_name", "percent"),
    *("ci_low", "ci_high", "mean_rank", "rank_1_percent"),
]
ROUTING = [
    *("question", "n", "universe", "answered", "item_nonresponse", "break_off"),
    *("legitimate_skip", "off_route", "gate_unknown_answered", "gate_unknown_blank"),
]
OFF_ROUTE = ["respondent", "question", "gate", "gate_answer", "cause"]
EDITS = ["respondent", "question", "before", "after", "rule"]


def subcommands():
    (action,) = (a for a in make_parser()._actions if isinstance(a, argparse._SubParsersAction))
    return action.choices


COMMANDS = list(subcommands())


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def rows(path, *columns):
    return list(read(path)[list(columns)].itertuples(index=False, name=None))


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ---- help and wrong usage


@pytest.mark.parametrize("command", COMMANDS)
def test_main_help_of_every_command(run, command):
    status, said, _ = run(command, "--help")
    assert status == 0
    assert said.startswith(f"usage: dmsi {command}")
    for action in subcommands()[command]._actions:
        assert action.help, f"{command} {action.option_strings}"


def test_main_help_lists_every_command(run):
    status, said, _ = run("--help")
    assert status == 0
    for command in COMMANDS:
        assert re.search(rf"^    {command}\s", said, re.MULTILINE), command


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "COMMAND"),
        (["repor"], "invalid choice: 'repor'"),
        (["tables"], "--out"),
        (["tables", "--out", "a.csv", "--edit", "gates"], "invalid choice: 'gates'"),
        (["tables", "--out", "a.csv", "--base", "all"], "invalid choice: 'all'"),
        (["check", "--nothing"], "--nothing"),
        (["reconcile"], "--out"),
        (["synthesize"], "--out"),
        (["report", "--only", "99", "--out", "a"], "No notebook begins with '99'"),
        (["batch", "--by", "role", "--only", "99", "--out", "a"], "No notebook begins with '99'"),
        (["report", "--jobs", "0", "--out", "a"], "'0': expected a whole number from 1"),
        (["report", "--jobs", "two", "--out", "a"], "'two': expected a whole number from 1"),
        (["report", "--min-cell", "0", "--out", "a"], "'0': expected a whole number from 1"),
        (["report", "--audience", "friends", "--out", "a"], "invalid choice: 'friends'"),
        (["batch", "--out", "a"], "--by"),
        (["batch", "--by", "tools_frontline", "--out", "a"], "is a multiple question"),
        (["batch", "--by", "role", "--by", "role", "--out", "a"], "twice: role, role"),
        (["publish", "a", "--keep", "0"], "'0': expected a whole number from 1"),
        (["publish", "a", "--list", "--allow-internal"], "go without --from, --keep and --allow-"),
        (["tables", "--out", "a.csv", "--where", "province"], "'province' is no condition"),
        (["tables", "--out", "a.csv", "--where", "province=ontaro"], "Did you mean 'ontario'?"),
        (["tables", "--out", "a.csv", "--by", "why_not_using"], "'why_not_using' is of type open"),
        # What does not exist is wrong usage, whichever command and option names it.
        (["tables", "--out", "a.csv", "--where", "provnce=x"], "Did you mean 'province'?"),
        (["tables", "--out", "a.csv", "--by", "rle"], "Did you mean 'role'?"),
        (["report", "--out", "a", "--where", "provnce=x"], "Did you mean 'province'?"),
        (["batch", "--out", "a", "--by", "rle"], "Did you mean 'role'?"),
        (["batch", "--out", "a", "--by", "role", "--where", "rle=x"], "Did you mean 'role'?"),
        (["code", "--question", "rle", "--coder", "A", "--out", "a.csv"], "Did you mean 'role'?"),
        (["compare", "--baseline", EXPORT, "--alike", "rle"], "Did you mean 'role'?"),
        (["report", "--out", "a", "--alike", "role"], "go with --baseline"),
        (["report", "--out", "a", "--baseline", EXPORT, "--alike", "rle"], "mean 'role'?"),
        (["report", "--out", "a", "--baseline", "a", "--audience", "public"], "--baseline, or"),
        (["batch", "--out", "a", "--by", "role", "--baseline", "a"], "`dmsi report --where"),
    ],
)
def test_main_wrong_usage_is_status_2(run, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tabels"], "Did you mean 'tables'?"),
        (["tables", "--out", "a.csv", "--edit", "gaet"], "Did you mean 'gate'?"),
        (
            ["tables", "--out", "a.csv", "--edti", "gate"],
            "no option '--edti'. Did you mean '--edit'?",
        ),
        (["tables", "--out", "a.csv", "--edti=gate"], "no option '--edti'. Did you mean '--edit'?"),
        (["tables", "--edti", "gate"], "no option '--edti'. Did you mean '--edit'?"),  # nor --out
        (["tables", "--otu", "a.csv"], "no option '--otu'. Did you mean '--out'?"),
        (["tables", "-out", "a.csv"], "no option '-out'. Did you mean '--out'?"),
        (["tables", "--hlep"], "no option '--hlep'. Did you mean '--help'?"),
        (["--hlep"], "no option '--hlep'. Did you mean '--help'?"),
        (["publish", "a", "--lits"], "no option '--lits'. Did you mean '--list'?"),
        (["check", "--nothing"], "Expected one of: -h, --export, --questionnaire, --fix, --help."),
    ],
)
def test_main_wrong_usage_suggests(run, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    status, _, err = run(*arguments)
    assert status == 2
    assert said in err


@pytest.mark.parametrize(
    "arguments",
    [["frobnicate"], ["tables", "--out", "a.csv", "--edit", "all"], ["tables", "--ed", "gate"]],
)
def test_main_wrong_usage_suggests_nothing_far_fetched(run, arguments):
    status, _, err = run(*arguments)
    assert status == 2
    assert "Did you mean" not in err and "no option" not in err


@pytest.mark.parametrize("choices", ["'none', 'gate'", "none, gate"])
def test_parser_suggests_whatever_python_quotes(capsys, choices):
    with pytest.raises(SystemExit, match="2"):
        make_parser().error(f"argument --edit: invalid choice: 'gaet' (choose from {choices})")
    assert "Did you mean 'gate'?" in capsys.readouterr().err


# ---- refusals


@pytest.mark.parametrize("command", ["report", "batch", "check", "reconcile", "tables"])
@pytest.mark.parametrize("missing", ["--export", "--questionnaire"])
def test_main_a_missing_file_is_status_1_and_one_line(run, tmp_path, command, missing):
    out = (
        []
        if command == "check"
        else ["--out", tmp_path / ("out.csv" if command == "tables" else "out")]
    )
    out += ["--by", "role"] if command == "batch" else []
    status, said, err = run(command, missing, tmp_path / "none.csv", *out)
    assert (status, said) == (1, "")
    assert err.startswith(f"dmsi: {tmp_path / 'none.csv'}: ")
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_main_an_unknown_option_in_the_data_is_named(run, tmp_path, steak):
    export = Path(steak[1])
    export.write_text(export.read_text("utf-8").replace("Well done", "Wel done"), "utf-8")
    status, said, err = run("tables", *steak, "--out", tmp_path / "out.csv")
    assert (status, said) == (1, "")
    assert str(export) in err and "'Wel done'" in err and "Well done" in err
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("tables", "data"),  # a folder
        ("tables", "taken/out.csv"),  # below a file
        ("reconcile", "taken"),  # a file
        ("reconcile", "taken/out"),
        ("report", "taken"),
        ("report", "data"),  # a folder that holds something else
        ("batch", "taken"),
        ("batch", "data"),
        ("synthesize", "data"),
        ("synthesize", "taken"),
        ("synthesize", "taken/out.csv"),
    ],
)
def test_main_a_place_that_is_taken_is_status_1_and_nothing_changes(
    run, tmp_path, steak, command, place
):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    before = everything(tmp_path)
    data = [] if command == "synthesize" else steak
    data = [*data, "--by", "role", "--min-cell", "1"] if command == "batch" else data
    status, _, err = run(command, *data, "--out", tmp_path / place)
    assert status == 1
    assert err.startswith(f"dmsi: {tmp_path}")
    assert len(err.splitlines()) == 1
    assert everything(tmp_path) == before


def test_main_reconcile_writes_all_files_or_none(run, tmp_path, steak):
    (tmp_path / "out" / "edits.csv").mkdir(parents=True)
    status, _, err = run("reconcile", *steak, "--out", tmp_path / "out")
    assert status == 1
    assert "edits.csv: is a folder" in err
    assert everything(tmp_path / "out") == {}


def test_main_a_place_without_permission_is_status_1(run, tmp_path, steak, monkeypatch):
    def refuses(*arguments, **settings):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("dmsi_lib.files.working_folder", refuses)
    status, _, err = run("tables", *steak, "--out", tmp_path / "out.csv")
    assert status == 1
    assert err == f"dmsi: {tmp_path / 'out.csv'}: can't be written (Permission denied).\n"


def test_main_an_unexpected_exception_is_one_line(run, monkeypatch):
    def breaks(*arguments):
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr("dmsi_lib.survey.read_survey", breaks)
    monkeypatch.delenv("DMSI_DEBUG", raising=False)
    status, said, err = run("check")
    assert (status, said) == (1, "")
    assert err == (
        "dmsi: RuntimeError: first line. This is a fault of the program; DMSI_DEBUG=1 shows where "
        "it happened.\n"
    )
    monkeypatch.setenv("DMSI_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main(["check"])


def test_main_an_exception_without_a_text_is_one_line(run, monkeypatch):
    def breaks(*arguments):
        raise MemoryError

    monkeypatch.setattr("dmsi_lib.survey.read_survey", breaks)
    monkeypatch.delenv("DMSI_DEBUG", raising=False)
    status, _, err = run("check")
    assert status == 1
    assert err.startswith("dmsi: MemoryError")
    assert len(err.splitlines()) == 1


def test_main_interrupted_says_so(run, monkeypatch):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("dmsi_lib.survey.read_survey", interrupt)
    assert run("check") == (130, "", "dmsi: interrupted; nothing is half written.\n")


# ---- as a program


def test_program_runs_as_module_and_as_command(tmp_path):
    scripts = Path(sys.executable).parent
    for start in ([sys.executable, "-m", "dmsi_lib"], [str(scripts / "dmsi")]):
        done = subprocess.run([*start, "--help"], capture_output=True, text=True, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "usage: dmsi" in done.stdout


def test_program_helps_at_once():
    # Without what takes seconds to load; a refusal of wrong arguments is as quick.
    code = (
        "import sys; from dmsi_lib.cli.commands import main; main(['--help']); main(['tables']); "
    )
    code += "sys.exit(str({'pandas', 'matplotlib', 'papermill'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == "set()"


@pytest.mark.parametrize(
    "command", [["check"], ["tables", "--out", "t.csv"], ["reconcile", "--out", "."]]
)
def test_commands_that_write_no_pages_load_nothing_that_makes_them(fresh_python, tmp_path, command):
    heavy = {"nbconvert", "jupyter_client", "jsonschema", "matplotlib", "seaborn", "scipy"}
    code = f"""
import os, sys
from dmsi_lib.cli import main
os.chdir({str(tmp_path)!r})
assert main({command!r}) == 0
print({heavy!r} & set(sys.modules))
"""
    assert fresh_python(code).splitlines()[-1] == "set()"


def test_versions_are_listed_without_pandas(fresh_python, tmp_path):
    code = f"""
import sys
from dmsi_lib.cli import main
assert main(["publish", {str(tmp_path)!r}, "--list"]) == 0
print({{"pandas", "numpy", "nbconvert"}} & set(sys.modules))
"""
    assert fresh_python(code).splitlines()[-1] == "set()"


def test_program_refuses_without_traceback(tmp_path):
    command = [sys.executable, "-m", "dmsi_lib", "check", "--export", "none.csv"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("dmsi: none.csv: ") and len(done.stderr.splitlines()) == 1


PROGRAM = """
import sys
from pathlib import Path
import dmsi_lib.report.notebooks
from dmsi_lib.cli.commands import main
dmsi_lib.report.notebooks.NOTEBOOKS = Path("notebooks")
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("command", ["check", "tables", "report"])
def test_program_does_its_work_when_nobody_reads_on(tmp_path, notebooks, steak, command):
    for n in (1, 2):
        notebooks(f"0{n}_a.ipynb", "1")
    out = {"check": [], "tables": ["--out", "new.csv"], "report": ["--out", "new"]}[command]
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, command, *steak, *out],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    program.stdout.close()
    assert program.stderr.read() == b""
    program.stderr.close()
    assert program.wait(60) == 0
    if command == "report":
        assert len(list((tmp_path / "new" / "notebooks").iterdir())) == 2
        assert (tmp_path / "new" / "run.json").exists()
    assert (tmp_path / "new.csv").exists() == (command == "tables")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_program_says_so_when_its_output_is_lost_but_does_its_work(tmp_path, steak):
    command = [sys.executable, "-m", "dmsi_lib", "tables", *steak, "--out", "tables.csv"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, text=True)
    assert done.returncode == 1
    assert done.stderr == "dmsi: standard output: can't be written (No space left on device).\n"
    assert (tmp_path / "tables.csv").exists()


# ---- tables


def test_tables_writes_every_question(run, tmp_path, steak):
    out = tmp_path / "new" / "tables.csv"
    status, said, err = run("tables", *steak, "--out", out)
    assert (status, err) == (0, "")
    assert said == f"{out}: {len(read(out))} rows\n"
    table = read(out)
    assert list(table.columns)[: len(TABLES)] == TABLES
    assert list(table["question"].unique()) == [
        *("role", "shops", "eats", "doneness", "sauces", "cuts", "views", "why", "grams"),
    ]
    assert set(table["group"]) == {""}
    assert set(table["data"]) == {"export"}
    doneness = table[table["question"] == "doneness"]
    assert doneness[["item", "count", "base", "percent"]].to_numpy().tolist() == [
        ["rare", "3", "5", "60.0"], ["medium", "0", "5", "0.0"], ["well", "2", "5", "40.0"],
    ]  # fmt: skip


def test_tables_with_edit_base_where_and_by(run, tmp_path, steak):
    out = tmp_path / "tables.csv"
    settings = ["--edit", "gate", "--base", "universe", "--where", "role=cook", "--by", "shops"]
    assert run("tables", *steak, *settings, "--out", out)[0] == 0
    table = read(out)
    part = table[(table["question"] == "doneness") & (table["group"] == "butcher")]
    # cooks who buy at the butcher's: r1 alone
    assert part[["item", "count", "base"]].to_numpy().tolist() == [
        ["rare", "1", "1"], ["medium", "0", "1"], ["well", "0", "1"], ["not_stated", "0", "1"],
    ]  # fmt: skip
    assert "shops" not in set(table["question"])


def test_tables_by_two_questions_nests_the_groups(run, tmp_path, steak):
    out = tmp_path / "tables.csv"
    assert run("tables", *steak, "--by", "role", "--by", "shops", "--out", out)[0] == 0
    table = read(out)
    assert not {"role", "shops"} & set(table["question"])
    eats = table.query("question == 'eats' and item == 'yes'").set_index("group")
    assert list(eats.index)[:2] == ["role=cook, shops=market", "role=cook, shops=butcher"]
    for group in eats.index:
        one = tmp_path / "one.csv"
        conditions = [f"--where={condition}" for condition in group.split(", ")]
        assert run("tables", *steak, *conditions, "--out", one)[0] == 0
        alone = read(one).query("question == 'eats' and item == 'yes'").iloc[0]
        assert eats.loc[group, ["count", "base"]].tolist() == alone[["count", "base"]].tolist()


def test_tables_by_a_question_twice_is_refused(run, tmp_path, steak):
    by = ["--by", "role", "--by", "role"]
    status, _, err = run("tables", *steak, *by, "--out", tmp_path / "a.csv")
    assert (status, err) == (2, "dmsi: Groups by a question twice: role, role.\n")


def test_tables_where_may_be_repeated(run, tmp_path, steak):
    out = tmp_path / "tables.csv"
    where = ["--where", "role=cook", "--where", "eats=no"]
    assert run("tables", *steak, *where, "--out", out)[0] == 0
    assert set(read(out).query("question == 'role'")["base"]) == {"1"}


def test_tables_twice_are_the_same_bytes(run, tmp_path):
    for name in ("a.csv", "b.csv"):
        assert run("tables", "--by", "role", "--out", tmp_path / name)[0] == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    table = read(tmp_path / "a.csv")
    assert set(table["group"]) == {"frontline", "management"}
    assert set(table["data"]) == {"synthetic"}


def test_tables_of_an_unknown_group_suggests(run, tmp_path):
    status, _, err = run("tables", "--by", "provnce", "--out", tmp_path / "a.csv")
    assert status == 2
    assert err == "dmsi: There is no question 'provnce'. Did you mean 'province'?\n"


# ---- reconcile


def test_reconcile_writes_routing_off_route_and_edits(run, tmp_path, steak):
    out = tmp_path / "out"
    status, said, err = run("reconcile", *steak, "--out", out)
    assert (status, err) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == [
        *("edits.csv", "off_route.csv", "routing.csv", "undecided.csv"),
    ]
    assert said.splitlines() == [
        f"{out / name}.csv: {len(read(out / f'{name}.csv'))} rows"
        for name in ("routing", "off_route", "edits", "undecided")
    ]
    for name, columns in (("routing", ROUTING), ("off_route", OFF_ROUTE), ("edits", EDITS)):
        assert list(read(out / f"{name}.csv").columns)[: len(columns)] == columns
    assert ("doneness", "8", "4", "3", "0", "1", "1", "1", "1", "1") in rows(
        out / "routing.csv", *ROUTING
    )
    # respondents under pseudonyms, made with the key that now lies beside the export
    key = read_key(Path(steak[1]).parent)
    r5, r7 = pseudonym("r5", key), pseudonym("r7", key)
    off_route = rows(out / "off_route.csv", *OFF_ROUTE)
    assert (r5, "doneness", "eats", "no", "gate contradicts") in off_route
    assert (r7, "doneness", "eats", "", "gate blank") in off_route
    # trusting the gate, r5's answer goes; trusting the follow-up, r5 and r7 do eat steak
    edited = rows(out / "edits.csv", "edit", "respondent", "question", "before", "after")
    assert ("gate", r5, "doneness", "rare", "") in edited
    assert ("follow_up", r5, "eats", "no", "yes") in edited
    assert ("follow_up", r7, "eats", "", "yes") in edited


def test_reconcile_routing_adds_up(run, tmp_path):
    assert run("reconcile", "--out", tmp_path)[0] == 0
    table = pd.read_csv(tmp_path / "routing.csv")
    assert (table[ROUTING[3:]].sum(axis=1) == table["n"]).all()
    parts = ["answered", "item_nonresponse", "break_off"]
    assert (table[parts].sum(axis=1) == table["universe"]).all()
    assert set(table["n"]) == {443}
    odd = table["off_route"] + table["gate_unknown_answered"]
    off_route = read(tmp_path / "off_route.csv")
    assert off_route.groupby("question").size().to_dict() == dict(
        zip(table["question"][odd > 0], odd[odd > 0], strict=True)
    )
    assert set(off_route["data"]) == {"synthetic"}


# ---- check


def test_check_lists_reading_skip_logic_and_arithmetic(run):
    status, said, err = run("check")
    assert (status, err) == (0, "")
    assert "SYNTHETIC DATA" in said.splitlines()[0]
    for part in (
        "identity column dropped: IP Address: only hashes",
        "Skip logic: 4 questions with answers where the rules expect none",
        "when_ask_preference: universe 239, answered 231 in it, 44 off-route",
        "why_not_evaluate: 125 answered, but only 119 could be asked",
        "how_evaluate: 223 answered, but only 207 could be asked",
        "when_ask_preference: 275 answered, but only 239 could be asked",
        "count 117, but the table in line 495 prints 119",
        "the comments beside it (not thought of, too recent or informal) can be read otherwise",
    ):
        assert part in said, part


def test_check_of_another_survey_has_no_published_report(run, steak):
    status, said, _ = run("check", *steak)
    assert status == 0
    assert said.startswith("Survey 'Steak' 2014: 8 respondents")
    assert "Skip logic: 5 questions with answers" in said
    assert "doneness: universe 4, answered 3 in it, 1 off-route, 1 with the gate blank" in said
    assert "Published" not in said and "SYNTHETIC" not in said


def test_check_names_what_a_survey_s_folder_holds_and_lacks(run, steak):
    _, said, _ = run("check")
    for name in ("themes.yaml", "tiles.yaml", "published_figures.csv", "quotations.csv"):
        assert f"  {name}: there\n" in said
    assert re.search(r"  notebooks/: \d+ in .*notebooks\n", said)
    _, said, _ = run("check", *steak)
    assert "  tiles.yaml: not beside the questionnaire; there is no tile map\n" in said
    assert "  tags: not beside the export; themes of open answers are not counted\n" in said
    assert "the library's generic ones are used" in said


def test_check_says_how_many_answers_are_no_numbers(tmp_path, capsys):
    (tmp_path / "q.yaml").write_text(
        "questions:\n- {id: n, text: How many?, type: numeric, page: 1}\n", encoding="utf-8"
    )
    export = tmp_path / "x.csv"
    export.write_text("Respondent ID,How many?\n1,about 3\n2,4\n3,some\n", encoding="utf-8")
    main(["check", "--questionnaire", str(tmp_path / "q.yaml"), "--export", str(export)])
    assert "  not a number: How many?: 2 of n are no numbers" in capsys.readouterr().out


def test_check_shows_nothing_that_people_wrote(run, steak, tmp_path):
    export = Path(steak[1])
    text = export.read_text(encoding="utf-8")
    assert "hunger" in text and "my garden" in text
    said = run("check", *steak)[1]
    assert not [word for word in ("hunger", "taste", "my garden", "mint") if word in said]
    run("reconcile", *steak, "--out", tmp_path / "out")
    for path in (tmp_path / "out").iterdir():
        assert not {"hunger", "taste", "my garden", "mint"} & set(
            cell for row in csv.reader(path.open(encoding="utf-8", newline="")) for cell in row
        )


# ---- synthesize


def test_synthesize_writes_export_and_tags(run, tmp_path):
    out = tmp_path / "new" / "export.csv"
    status, said, err = run("synthesize", "--out", out)
    assert (status, err) == (0, "")
    assert said == f"{out}: every published figure comes out as printed\n"
    with out.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 2 + 443
    assert (out.parent / "tags" / "benefits_frontline.csv").exists()
    assert sorted(path.name for path in out.parent.iterdir()) == ["export.csv", "tags"]


# ---- README


def readme():
    return README.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_readme_mentions_every_command(command):
    assert f"`dmsi {command}" in readme()


def test_readme_mentions_every_option():
    mentioned = set(re.findall(r"--[a-z][a-z-]*", readme()))
    options = {
        option
        for command in subcommands().values()
        for action in command._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    }
    assert options <= mentioned


def readme_commands():
    blocks = re.findall(r"^```\w*\n(.*?)^```", readme(), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    pieces = [piece for line in lines for piece in re.split(r"&&|\|", line)]
    return [piece.partition(" #")[0].strip() for piece in pieces if re.match(r"\s*dmsi ", piece)]


def test_readme_shows_commands():
    assert len(readme_commands()) >= 5


@pytest.mark.parametrize("line", readme_commands())
def test_readme_command_can_be_given(line):
    arguments = make_parser().parse_args(shlex.split(line)[1:])
    assert callable(STEPS[arguments.command])


def test_readme_names_only_options_there_are():
    known = {
        option
        for command in subcommands().values()
        for action in command._actions
        for option in action.option_strings
    }
    named = re.findall(r"`(--[a-z][a-z-]*)", readme())
    assert set(named) <= known


# ---- the small survey itself


def test_write_survey_has_two_header_rows(tmp_path):
    export, questionnaire = write_survey(tmp_path)
    with export.open(encoding="utf-8", newline="") as file:
        cells = list(csv.reader(file))
    assert len(cells) == 2 + 8
    assert questionnaire.read_text(encoding="utf-8") == STEAK
