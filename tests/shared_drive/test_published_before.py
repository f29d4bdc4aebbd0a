"""Reports made separately: what a reader of both would learn is refused, whatever lies there."""

import json
import os
import shutil

import pytest
from public_builds import write_public_build, write_small_questionnaire

from dmsi_lib.choices import SYNTHETIC_EXPORT
from dmsi_lib.cli.commands import main
from dmsi_lib.errors import InputError
from dmsi_lib.shared_drive.published_before import RECORDS
from dmsi_lib.shared_drive.publishing import publish, rollback, verify
from dmsi_lib.shared_drive.versions import find_versions

PLACES = "province=ontario,quebec"


@pytest.fixture(autouse=True)
def fsync(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """A public report by its choices, made once."""
    place = tmp_path_factory.mktemp("builds")
    questionnaire = str(write_small_questionnaire(place / "questionnaire.yaml"))
    export = shutil.copy(SYNTHETIC_EXPORT, place)  # without tags and quotations
    made = {}

    def build(**choices):
        key = repr(sorted(choices.items()))
        if key not in made:
            folder = place / f"build-{len(made)}"
            choices = {"export": str(export), "questionnaire": questionnaire} | choices
            made[key] = write_public_build(folder, **choices)
        return made[key]

    return build


@pytest.fixture
def dest(tmp_path):
    return tmp_path / "share"


def quiet(line):
    """Progress that nobody reads."""


def put(dest, *builds, **options):
    for build in builds:
        publish(dest, build, progress=quiet, **options)


def refusal(dest, build):
    """The lines with which a report is refused; nothing else has changed then."""
    before = {path: path.read_bytes() for path in sorted(dest.rglob("*")) if path.is_file()}
    with pytest.raises(InputError) as raised:
        put(dest, build)
    after = {path: path.read_bytes() for path in sorted(dest.rglob("*")) if path.is_file()}
    assert before == after
    return str(raised.value).splitlines()


def records(dest):
    return sorted((dest / RECORDS).glob("*.json"))


def edited(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


# ---- what is refused


def test_publish_refuses_another_edit_that_tells_of_a_few_by_difference(builds, dest):
    put(dest, builds())
    heading, *lines = refusal(dest, builds(edit="gate"))
    assert f"would tell {len(lines)} figures that neither tells alone" in heading
    assert all("differs by fewer than 10 from that of v0001" in line for line in lines)
    assert any("how_evaluate, Other (please specify), count (everybody)" in line for line in lines)


def test_publish_refuses_another_base_that_shows_what_is_hidden(builds, dest):
    put(dest, builds(base="universe"))
    _, *lines = refusal(dest, builds())
    assert any("hidden by v0001" in line for line in lines)
    assert any("ask_preference, Yes, count (everybody): shown here" in line for line in lines)


def test_publish_refuses_a_smaller_minimum_that_shows_what_is_hidden(builds, dest):
    put(dest, builds())
    _, *lines = refusal(dest, builds(min_cell=5))
    assert any("shown here, hidden by v0001" in line for line in lines)


def test_publish_refuses_a_group_from_which_a_batch_leaves_a_small_one(builds, dest):
    put(dest, builds(by=("province",)))
    _, *lines = refusal(dest, builds(where=(PLACES,)))
    assert any("(Quebec): follows from all groups together" in line for line in lines)


def test_publish_refuses_the_same_groups_of_another_batch_that_hides_other_cells(builds, dest):
    put(dest, builds(by=("province",)))
    _, *lines = refusal(dest, builds(by=("province",), min_cell=20))
    assert any("(Ontario): hidden here, shown by v0001" in line for line in lines)


def test_publish_says_by_the_command_line_what_would_be_learnt(builds, dest, capsys):
    assert main(["publish", str(dest), "--from", str(builds())]) == 0
    assert main(["publish", str(dest), "--from", str(builds(edit="gate"))]) == 1
    error = capsys.readouterr().err
    assert "figures that neither tells alone; nothing was published." in error
    assert "Traceback" not in error
    assert [version.version for version in find_versions(dest)] == ["v0001"]


# ---- what passes


def test_publish_takes_the_same_again(builds, dest, tmp_path):
    again = shutil.copytree(builds(), tmp_path / "again")
    edited(again / "run.json", lambda run: run.update(made="later"))
    put(dest, builds(), again, builds())
    assert len(find_versions(dest)) == 3
    assert len(records(dest)) == 2


@pytest.mark.parametrize("first", ["everybody", "groups"])
def test_publish_takes_everybody_and_a_batch(builds, dest, first):
    both = [builds(), builds(by=("province",))]
    put(dest, *(both if first == "everybody" else reversed(both)))
    assert len(records(dest)) == 2


def test_publish_takes_another_export_whatever_it_tells(builds, dest, tmp_path):
    export = tmp_path / "dmsi-2018-synthetic.csv"
    head, second, *rows = SYNTHETIC_EXPORT.read_text(encoding="utf-8").splitlines(keepends=True)
    export.write_text("".join([head, second, *rows[:-40]]), encoding="utf-8")
    put(dest, builds(), builds(export=str(export), edit="gate"))
    shown = [json.loads((dest / v / "run.json").read_text())["shown"] for v in ("v0001", "v0002")]
    assert shown[0]["export"] != shown[1]["export"]


def test_publish_leaves_reports_for_internal_use_alone_and_names_them(builds, dest, tmp_path):
    internal = shutil.copytree(builds(edit="gate"), tmp_path / "internal")
    edited(internal / "run.json", lambda run: run.update(audience="internal"))
    told = []
    put(dest, builds())
    put(dest, internal, allow_internal=True)
    assert len(records(dest)) == 1
    publish(dest, builds(), progress=told.append)
    assert told == [
        "For internal use, and lying there too: v0002. Whoever can read that folder sees in them "
        "what this report hides."
    ]


def test_publish_says_that_it_tries(builds, dest):
    told = []
    put(dest, builds())
    publish(dest, builds(by=("province",)), progress=told.append)
    assert told == ["Trying what it tells beside 1 earlier publication …"]


# ---- what counts as published


def test_publish_counts_versions_that_were_removed(builds, dest):
    put(dest, builds())
    shutil.rmtree(dest / "v0001")
    assert refusal(dest, builds(edit="gate"))


def test_publish_counts_versions_from_before_there_were_records(builds, dest, tmp_path):
    old = shutil.copytree(builds(), tmp_path / "old")
    edited(old / "run.json", lambda run: run.pop("shown"))
    put(dest, old)
    shutil.rmtree(dest / RECORDS)
    assert refusal(dest, builds(edit="gate"))
    put(dest, builds())
    assert len(records(dest)) == 2  # of both


def test_publish_counts_versions_whose_record_was_deleted(builds, dest):
    put(dest, builds(), builds(by=("province",)))
    records(dest)[0].unlink()
    records(dest)[0].unlink()
    assert refusal(dest, builds(edit="gate"))
    rollback(dest)
    assert refusal(dest, builds(edit="gate"))


def test_publish_asks_for_a_new_build_where_an_old_one_cannot_be_tried(builds, dest, tmp_path):
    old = shutil.copytree(builds(edit="gate"), tmp_path / "old")
    edited(old / "run.json", lambda run: run.pop("shown"))
    put(dest, builds())
    [line] = refusal(dest, old)
    assert "was made by an earlier version of the program" in line


@pytest.mark.parametrize(
    "change",
    [{"reports": {"gone": ""}}, {"parameters": {"where": ["province"]}}, {"respondents": "many"},
     {"shown": []}, {"shown": {"tables": {"province": {"lists": "all"}}}}, {"parameters": None}],
    ids=str,
)  # fmt: skip
def test_publish_refuses_a_report_whose_run_json_is_damaged(builds, dest, tmp_path, change):
    build = shutil.copytree(builds(), tmp_path / "build")
    edited(build / "run.json", lambda run: run.update(change))
    with pytest.raises(InputError, match=r"run\.json"):
        put(dest, build)
    assert not dest.exists()


def test_publish_refuses_tables_that_are_damaged(builds, dest, tmp_path):
    build = shutil.copytree(builds(), tmp_path / "build")
    path = build / "tables" / "province.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",56,", ",some,"), encoding="utf-8")
    with pytest.raises(InputError, match=r"province\.csv: damaged, or changed"):
        put(dest, build)


# ---- the record itself


def test_a_record_holds_what_the_report_shows_and_no_more(builds, dest):
    put(dest, builds())
    [path] = records(dest)
    publication = json.loads(path.read_text(encoding="utf-8"))["publication"]
    [report] = publication["reports"]
    assert report["size"] == 443
    province = report["tables"]["province"]["lines"]
    assert province["saskatchewan"]["count"] == 56
    assert province["yukon"] == {
        "label": "Yukon", "count": None, "base": 258, "first": None, "mean": None
    }  # fmt: skip
    assert path.stem == find_versions(dest)[0].run
    assert os.listdir(dest / RECORDS) == [path.name]


def change_a_count(record):
    lines = record["publication"]["reports"][0]["tables"]["province"]["lines"]
    lines["saskatchewan"]["count"] += 1


@pytest.mark.parametrize(
    "damage",
    [lambda path: path.write_bytes(path.read_bytes()[:-9]), lambda path: path.write_bytes(b"[]"),
     lambda path: path.write_bytes(b"\xff"), lambda path: edited(path, change_a_count),
     lambda path: edited(path, lambda record: record.pop("publication"))],
    ids=["cut", "other", "bytes", "count", "part"],
)  # fmt: skip
def test_publish_refuses_beside_a_record_that_is_damaged_or_edited(builds, dest, damage):
    put(dest, builds())
    [path] = records(dest)
    damage(path)
    [line] = refusal(dest, builds())
    assert line.startswith(f"{path}: damaged, or changed by somebody; expected")
    with pytest.raises(InputError, match="damaged, or changed by somebody"):
        verify(dest)
    path.unlink()  # the version lies there still
    put(dest, builds())
    assert verify(dest)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_publish_says_where_the_records_cannot_be_read(builds, dest):
    put(dest, builds())
    (dest / RECORDS).chmod(0)
    try:
        with pytest.raises(InputError, match="Check that the drive is connected"):
            put(dest, builds())
    finally:
        (dest / RECORDS).chmod(0o700)


def test_publish_deletes_a_record_that_was_not_finished(builds, dest):
    put(dest, builds())
    left = dest / RECORDS / "abc.json.0123456789abcdef.new"
    left.write_text("{")
    put(dest, builds())
    assert not left.exists()
