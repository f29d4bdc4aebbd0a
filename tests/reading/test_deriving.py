"""Derived questions made of the answers to others, on frames that can be counted by hand."""

from dataclasses import replace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from reference_skip_logic import NO_NUMBER, frame_of, person, questionnaire_of, records_of

from dmsi_lib.errors import InputError
from dmsi_lib.reading.answers.deriving import answered_differently, derived_answers
from dmsi_lib.reading.export import read_export

BOTH = "  - {id: both, coalesce: [one, two]}\n"


def made(questionnaire, records):
    """The answers to `both`, made of those to its parts."""
    frame = frame_of(questionnaire, records)
    without = frame.drop(columns="both", level="question")
    untouched = without.copy(deep=True)
    found = derived_answers(without, questionnaire)
    assert_frame_equal(without, untouched)
    assert {name for name in found.columns if name[0] == "both"} == {
        name for name in frame.columns if name[0] == "both"
    }
    assert found.columns.names == frame.columns.names
    for name in (name for name in frame.columns if name[0] == "both"):
        assert found[name].dtype == frame[name].dtype
    assert_frame_equal(derived_answers(found, questionnaire), found)
    return [record["both"] for record in records_of(questionnaire, found)]


@pytest.mark.parametrize(
    ("kind", "one", "two", "differs"),
    [
        ("single, options: [a, b]", ["a", None, "b", None], ["b", "a", "b", None], 1),
        ("open", ["x", None, "y", None], ["z", "y", "y", None], 1),
        ("numeric", [1.0, None, NO_NUMBER, None], [2.0, 3.0, 2.0, None], 2),
        ("numeric", [None, 1.0, None, None], [NO_NUMBER, 1.0, NO_NUMBER, None], 0),
        (
            "multiple, options: [a, b]",
            [frozenset("a"), None, frozenset(), None],
            [frozenset("ab"), frozenset("b"), frozenset(), None],
            1,
        ),
        (
            "matrix, options: [a, b], rows: [r, s]",
            [{"r": "a"}, None, {"r": "a", "s": "b"}, None],
            [{"s": "b"}, {"s": "b"}, {"r": "a", "s": "b"}, None],
            1,
        ),
        (
            "matrix_multiple, options: [a, b], rows: [r, s]",
            [{"r": frozenset("a")}, None, {"s": frozenset()}, None],
            [{"s": frozenset("b")}, {"s": frozenset("ab")}, {"s": frozenset("b")}, None],
            2,
        ),
        (
            "open, rows: [r, s]",
            [{"r": "x"}, None, None, None],
            [{"s": "y"}, {"s": "z"}, None, None],
            1,
        ),
    ],
)
def test_coalesced_takes_the_first_answer_whole(kind, one, two, differs):
    questionnaire = questionnaire_of(
        f"  - {{id: one, type: {kind}, page: 1}}\n  - {{id: two, type: {kind}, page: 1}}\n", BOTH
    )
    records = [person(one=a, two=b) for a, b in zip(one, two, strict=True)]
    first = [b if a is None else a for a, b in zip(one, two, strict=True)]
    assert made(questionnaire, records) == first
    assert answered_differently(frame_of(questionnaire, records), questionnaire) == {
        "both": differs
    }


def test_coalesced_takes_ranks_and_dates():
    questionnaire = questionnaire_of(
        """
  - {id: rank1, type: ranking, page: 1, options: [a, b]}
  - {id: rank2, type: ranking, page: 1, options: [b, c]}
  - {id: day1, type: date, page: 1}
  - {id: day2, type: date, page: 1}
""",
        "  - {id: rank, coalesce: [rank1, rank2]}\n  - {id: day, coalesce: [day2, day1]}\n",
    )
    days = pd.to_datetime(["2018-01-05", None, "2018-01-07"])
    columns = {
        ("rank1", "a"): pd.array([1, None, None], dtype="Int64"),
        ("rank1", "b"): pd.array([2, None, None], dtype="Int64"),
        ("rank2", "b"): pd.array([1, 1, None], dtype="Int64"),
        ("rank2", "c"): pd.array([2, 2, None], dtype="Int64"),
        ("day1", ""): days,
        ("day2", ""): days[::-1],
    }
    found = derived_answers(pd.DataFrame(columns), questionnaire)
    assert found["rank"].astype(object).where(found["rank"].notna(), None).to_numpy().tolist() == [
        [1, 2, None],
        [None, 1, 2],
        [None, None, None],
    ]
    assert found["rank"].columns.tolist() == ["a", "b", "c"]
    assert found["day", ""].dt.day.tolist()[::2] == [7, 5]
    assert found["day", ""].isna().tolist() == [False, True, False]
    assert answered_differently(pd.DataFrame(columns), questionnaire) == {"rank": 1, "day": 2}


DIFFERENT = questionnaire_of(
    """
  - {id: one, type: multiple, page: 1, options: {a: A, b: B, rest: Rest}, other: Rest}
  - {id: two, type: multiple, page: 1, options: {b: B, c: C}, other: Rest}
""",
    BOTH,
)


def test_coalesced_joins_different_options_and_their_companions():
    """What a part lacks was not ticked there; one companion has its code in one part alone."""
    ticks = {
        ("one", "a"): [True, None, None],
        ("one", "b"): [False, None, None],
        ("one", "rest"): [False, None, None],
        ("two", "b"): [True, True, None],
        ("two", "c"): [False, False, None],
        ("two", "other"): [False, True, None],
    }
    columns = {name: pd.array(ticks[name], dtype="boolean") for name in ticks}
    columns["one", "other_text"] = pd.array([None, None, None], dtype="string")
    columns["two", "other_text"] = pd.array([None, "written", None], dtype="string")
    found = derived_answers(pd.DataFrame(columns), DIFFERENT)["both"]
    assert found[["a", "b", "rest", "c"]].astype(object).to_numpy().tolist() == [
        [True, False, False, False],
        [False, True, True, False],
        [pd.NA, pd.NA, pd.NA, pd.NA],
    ]
    assert found["other_text"].tolist() == [pd.NA, "written", pd.NA]
    assert {*found.columns} == {"a", "b", "c", "rest", "other_text"}


def test_coalesced_follows_what_the_file_shows_of_a_part():
    """In one part a row has several ticks, so both are read so; one part is not in the file."""
    questionnaire = questionnaire_of(
        """
  - {id: one, type: matrix, page: 1, options: [a, b], rows: [r, s]}
  - {id: two, type: matrix, page: 1, options: [a, b], rows: [r, s]}
  - {id: three, type: matrix, page: 1, options: [a, b], rows: [r, s]}
""",
        "  - {id: both, coalesce: [one, two, three]}\n",
    )
    shown = questionnaire.with_questions(
        {
            "two": replace(questionnaire["two"], type="matrix_multiple"),
            "three": replace(questionnaire["three"], asked=False),
        }
    )
    assert shown["both"].type == "matrix_multiple"
    assert shown["both"].asked
    records = [person(one={"r": "a"}), person(two={"r": frozenset("ab"), "s": frozenset("b")})]
    ticked = [{"r": frozenset("a")}, records[1]["two"]]
    frame = frame_of(shown, records).drop(columns="both", level="question")
    found = derived_answers(frame, shown)
    assert [record["both"] for record in records_of(shown, found)] == ticked
    assert answered_differently(found, shown) == {"both": 0}


def test_coalesced_refuses_one_box_and_several():
    questionnaire = questionnaire_of(
        "  - {id: one, type: open, page: 1}\n  - {id: two, type: open, page: 1}\n", BOTH
    )
    boxes = replace(questionnaire["two"], rows={"r": "R", "s": "S"})
    shown = questionnaire.with_questions({"two": boxes})
    frame = frame_of(questionnaire, [person(one="t")]).drop(columns="both", level="question")
    with pytest.raises(InputError, match="different numbers of boxes, 'one' has 1, 'two' has 2"):
        derived_answers(frame, shown)


def test_coalesced_without_derived_questions_is_the_same_frame():
    plain = questionnaire_of("  - {id: one, type: open, page: 1}\n")
    frame = frame_of(plain, [person(one="t")])
    assert derived_answers(frame, plain) is frame
    assert answered_differently(frame, plain) == {}


def test_read_export_reads_two_branches_as_one_and_counts_who_contradicts(tmp_path):
    questionnaire = questionnaire_of(
        """
  - {id: role, type: single, page: 1, options: [Staff, Lead]}
  - {id: staff_view, type: single, page: 2, options: [Good, Bad], ask_if: {role: [Staff]}}
  - {id: lead_view, type: single, page: 3, options: [Good, Bad], ask_if: {role: [Lead]}}
""",
        "  - {id: view, text: View of either, coalesce: [staff_view, lead_view]}\n",
    )
    path = tmp_path / "export.csv"
    path.write_text(
        "Respondent ID,role,staff_view,lead_view\n,Response,Response,Response\n"
        "1,Staff,Good,\n2,Lead,,Bad\n3,Lead,Good,Bad\n4,Lead,Bad,Bad\n5,Lead,,\n"
    )
    export = read_export(path, questionnaire)
    assert export.responses["view", ""].tolist()[:4] == ["Good", "Bad", "Good", "Bad"]
    assert pd.isna(export.responses.loc["5", ("view", "")])
    found = export.findings.set_index("kind").loc["answered differently"]
    assert (found["column"], found["count"]) == ("View of either", 1)
    assert "1 answered staff_view, lead_view differently" in found["message"]
    agreeing = path.read_text().replace("3,Lead,Good,Bad\n", "")
    path.write_text(agreeing)
    assert "answered differently" not in set(read_export(path, questionnaire).findings["kind"])
