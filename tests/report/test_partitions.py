"""A folder of files counted as one survey: here, and on the workers of a scheduler."""

import csv

import pytest
from pandas.testing import assert_frame_equal

from dmsi_lib import Survey
from dmsi_lib.choices import SYNTHETIC_EXPORT, Choices
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.report.partitions import tables_of_folder


def write_parts(folder, number=2, change=lambda rows, n: rows):
    """The shipped export in so many files, each with the header; its respondents in turn."""
    with SYNTHETIC_EXPORT.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    folder.mkdir(exist_ok=True)
    for n in range(number):
        with (folder / f"part{n}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(change(rows[:2] + rows[2 + n :: number], n))
    return folder


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return write_parts(tmp_path_factory.mktemp("parts") / "three", 3)


@pytest.mark.parametrize("by", [None, "role", ["role", "ircc_funding"], "tools_frontline"])
@pytest.mark.parametrize(("edit", "base"), [("none", "universe"), ("follow_up", "answered")])
def test_parts_have_every_count_of_the_whole(parts, survey, by, edit, base):
    found = tables_of_folder(Choices(export=str(parts), edit=edit, base=base), by)
    whole = survey.with_(edit=edit, base=base).tables(by)
    assert_frame_equal(found.table, whole, check_dtype=False, rtol=1e-12)
    for name in ("count", "base"):
        assert found.table[name].tolist() == whole[name].tolist()
    assert found.n == survey.n and found.synthetic


def test_conditions_may_leave_a_part_empty(tmp_path, survey):
    folder = write_parts(tmp_path / "by", 2)
    where = "province=northwest_territories"
    found = tables_of_folder(Choices(export=str(folder), where=where))
    assert_frame_equal(found.table, survey.with_(where=where).tables(), check_dtype=False)
    with pytest.raises(InputError, match="No respondent is left where"):
        tables_of_folder(Choices(export=str(folder), where="province=yukon"))


def test_two_workers_have_every_count_of_one_process(tmp_path, survey):
    pytest.importorskip("distributed", reason="needs the extra packages of `cluster`")
    from dask_cluster import Cluster

    folder = write_parts(tmp_path / "two", 2)
    cluster = Cluster(tmp_path)
    try:
        cluster.wait(2)
        found = tables_of_folder(Choices(export=str(folder)), "role", cluster.address)
        assert_frame_equal(found.table, survey.tables("role"), check_dtype=False)
        (folder / "part1.csv").write_text("not an export\n1\n", encoding="utf-8")
        with pytest.raises(InputError, match=r"part1\.csv"):
            tables_of_folder(Choices(export=str(folder)), None, cluster.address)
    finally:
        cluster.close()


def test_a_respondent_in_two_parts_is_refused(tmp_path):
    kept = []

    def doubled(rows, n):
        kept.extend(rows[2:3])
        return rows if n == 0 else [*rows, kept[0]]

    folder = write_parts(tmp_path / "twice", 2, doubled)
    with pytest.raises(InputError, match=r"part1\.csv: 1 respondent of it also in .*part0\.csv"):
        tables_of_folder(Choices(export=str(folder)))


def test_parts_with_other_columns_are_refused(tmp_path):
    def one_more(rows, n):
        return [[r[0], *[f"Extra {r[0]}"] * n, *r[1:]] for r in rows]

    folder = write_parts(tmp_path / "more", 2, one_more)
    with pytest.raises(InputError, match=r"part1\.csv: its columns belong to other questions"):
        tables_of_folder(Choices(export=str(folder)))
    folder = write_parts(tmp_path / "less", 2, lambda rows, n: [r[: len(r) - n] for r in rows])
    with pytest.raises(InputError, match=r"part1\.csv"):
        tables_of_folder(Choices(export=str(folder)))


def test_every_part_s_faults_are_told(tmp_path):
    def damaged(rows, n):
        return [*rows, [f"x{n}", *[""] * (len(rows[0]) - 2)]]

    folder = write_parts(tmp_path / "bad", 2, damaged)
    with pytest.raises(InputError) as refused:
        tables_of_folder(Choices(export=str(folder)))
    assert "part0.csv" in str(refused.value) and "part1.csv" in str(refused.value)


def test_wrong_use_is_told_once(parts, tmp_path):
    with pytest.raises(UsageError, match="There is no question 'nothing'"):
        tables_of_folder(Choices(export=str(parts)), "nothing")
    with pytest.raises(InputError, match="is a folder without exports"):
        tables_of_folder(Choices(export=str(tmp_path)))
    (tmp_path / "tags").mkdir()  # which lie beside an export
    (tmp_path / "more").mkdir()
    with pytest.raises(InputError, match=r"there are others \(more\); expected all parts in one"):
        tables_of_folder(Choices(export=str(tmp_path)))


def test_means_and_medians_of_parts_are_those_of_the_whole(tmp_path):
    place = tmp_path / "q.yaml"
    place.write_text(
        'questions:\n  - {id: n, text: "How many?", type: numeric, page: 1}\n'
        '  - {id: s, text: "How good?", type: single, page: 1, options: ["1", "2", "3", "4"]}\n'
        '  - {id: r, text: "Rank them.", type: ranking, page: 1, options: [x, y]}\n',
        encoding="utf-8",
    )
    head = [["Respondent ID", "How many?", "How good?", "Rank them.", ""], ["", "", "", "x", "y"]]
    body = [["1", "5", "4", "1", "2"], ["2", "7.5", "1", "", "1"], ["3", "", "2", "", ""]]
    body += [["4", "many", "2", "2", "1"], ["5", "5", "", "1", ""]]
    (tmp_path / "parts").mkdir()
    for name, rows in {"whole": body, "parts/a": body[:3], "parts/b": body[3:]}.items():
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(head + rows)
    whole = Survey.load(tmp_path / "whole.csv", place).tables()
    found = tables_of_folder(Choices(str(tmp_path / "parts"), str(place))).table
    assert_frame_equal(found, whole, check_dtype=False)
    assert found.loc[found["question"] == "n", "median"].tolist() == [5.0]
