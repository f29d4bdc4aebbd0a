"""Remedies are offered only where they help: tried on faults in the mind, and on small files."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_exports import MEALS, MEALS_TWO_ROWS, replaced, write_csv

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.model import read_questionnaire
from dmsi_lib.questionnaire.strict_yaml import parse_yaml
from dmsi_lib.reading.advice import remedies
from dmsi_lib.reading.advice.fixing import fix_questionnaire
from dmsi_lib.reading.advice.remedies import (
    Trials,
    accepted_remedies,
    instrument_of,
    tried,
    witnesses,
)
from dmsi_lib.reading.change_log import Fault, Proposal, Refused
from dmsi_lib.reading.export import interpreted, read_export
from dmsi_lib.reading.rows.file_rows import read_rows
from dmsi_lib.reading.rows.rows import Rows

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "cases"


# ---- the search


def fault(text, *proposals):
    return Fault(text, proposals or (Proposal("aliases", text, "q"),))


def searched(faults, left_by, is_wording=lambda fault: True, **more):
    """The texts of the accepted faults and of those left, and how many attempts it took."""
    wanted = []

    def attempt(some):
        wanted.append([each.text for each in some])
        return left_by({each.text for each in some})

    accepted, left = tried(faults, Trials(attempt, is_wording), **more)
    return [each.text for each in accepted], [each.text for each in left], len(wanted)


FAULTS = [fault(f"no column '{name}'") for name in "abcdefgh"]


def without(*bad):
    """What is left where all remedies help but these."""
    return lambda wanted: [f for f in FAULTS if f.text not in wanted or f.text[-2] in bad]


def test_tried_needs_one_attempt_where_everything_helps():
    accepted, left, attempts = searched(FAULTS, without())
    assert (len(accepted), left, attempts) == (8, [], 1)


def test_tried_leaves_out_what_does_not_help():
    accepted, left, attempts = searched(FAULTS, without("f"))
    assert [text[-2] for text in accepted] == [*"abcdegh"]
    assert left == ["no column 'f'"]
    assert attempts == 7  # 8; abcd, efgh; ef, e, f; gh


def test_tried_leaves_out_what_makes_something_else_wrong():
    def left_by(wanted):
        worse = [Fault("two questions with this title")] if "no column 'b'" in wanted else []
        return without()(wanted) + worse

    accepted, _, _ = searched(FAULTS, left_by)
    assert [text[-2] for text in accepted] == [*"acdefgh"]


def test_tried_leaves_out_what_can_not_be_applied():
    def left_by(wanted):
        return None if "no column 'c'" in wanted else without()(wanted)

    assert [text[-2] for text in searched(FAULTS, left_by)[0]] == [*"abdefgh"]


def test_tried_offers_one_of_two_remedies_that_exclude_each_other():
    first, second = (fault(f"option '{name}' has no column; near to it is 'x'") for name in "ab")

    def left_by(wanted):
        if len(wanted) == 2:
            return None
        return [Fault(one.text.split(";")[0]) for one in (first, second) if one.text not in wanted]

    accepted, left, _ = searched([first, second], left_by)
    assert accepted == [first.text]
    assert left == ["option 'b' has no column"]  # the same fault, without the remark


@pytest.mark.parametrize(("is_wording", "expected"), [(True, 2), (False, 0)])
def test_tried_follows_new_faults_as_long_as_other_wordings_remedy_them(is_wording, expected):
    new = fault("'150000' is no option")

    def left_by(wanted):
        if FAULTS[0].text not in wanted:
            return FAULTS[:1]
        return [] if new.text in wanted else [new]

    accepted, _, _ = searched(FAULTS[:1], left_by, lambda fault: is_wording)
    assert len(accepted) == expected


def test_tried_leaves_out_what_shows_a_new_fault_without_a_remedy():
    def left_by(wanted):
        return without()(wanted) + ([Fault("'x' is no number")] if wanted else [])

    assert searched(FAULTS[:1], left_by)[0] == []


def test_tried_ends_after_so_many_attempts_and_so_much_time():
    assert searched(FAULTS, without(*"abcdefgh"), most=5)[2] == 5
    assert searched(FAULTS, without(), seconds=0.0)[2] == 0


def test_tried_takes_faults_for_the_same_whatever_their_lines_and_counts():
    given, later = fault("'x1' (3 times) in 'q' (line 7)"), fault("'x2' (3 times) in 'q' (line 7)")

    def left_by(wanted):
        return [Fault("'x2' (5 times) in 'q' (line 9)")]

    assert searched([given, later], left_by)[0] == [given.text]


# ---- on files


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "q.yaml").write_text(MEALS, encoding="utf-8")
    return tmp_path


def refusal(folder, rows):
    """The message, as lines, with which rows are refused by the questionnaire's file."""
    path = write_csv(folder / "export.csv", rows)
    with pytest.raises(InputError) as error:
        read_export(path, read_questionnaire(folder / "q.yaml"))
    return str(error.value).splitlines()


def test_read_export_says_what_helps_and_that_fix_writes_it(folder):
    rows = replaced(replaced(MEALS_TWO_ROWS, 0, 5, "Do you eat a lunch?"), 2, 12, "1-5 bite")
    _, first, second, end = refusal(folder, rows)
    assert first.endswith("In question 'eats' (line 6): aliases: [\"Do you eat a lunch?\"]")
    assert second.endswith(
        "In question 'size' (line 21): options: "
        '{small: {label: "1-5 bites", aliases: ["1-5 bite"]}}'
    )
    files = [folder / name for name in ("export.csv", "q.yaml", "q-fixed.yaml")]
    assert end == (
        "`dmsi check --export {} --questionnaire {} --fix {}` writes the questionnaire with these "
        "changes (2), each marked for you to look at; the file is accepted then.".format(*files)
    )


def test_read_export_says_nothing_of_remedies_where_none_helps(folder):
    body = [list(row) for row in replaced(MEALS_TWO_ROWS, 0, 5, "Do you eat a lunch?")]
    for row in body[2:]:
        row[5] = "Maybe" if row[5] else ""  # another question's answers
    lines = refusal(folder, body)
    assert len(lines) == 2
    assert not any("In question" in line or "--fix" in line for line in lines)


def test_read_export_offers_nothing_for_a_questionnaire_that_its_file_no_longer_is(folder):
    path = write_csv(folder / "export.csv", replaced(MEALS_TWO_ROWS, 0, 5, "Do you eat a lunch?"))
    instrument = read_questionnaire(folder / "q.yaml")
    (folder / "q.yaml").write_text(MEALS.replace("At home", "Home"), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_export(path, instrument)
    assert "--fix" not in str(error.value)


def test_instrument_of_is_none_without_a_file(folder):
    instrument = read_questionnaire(folder / "q.yaml")
    assert instrument_of(instrument).document == parse_yaml(MEALS)
    (folder / "q.yaml").unlink()
    assert instrument_of(instrument) is None


def test_a_column_of_ids_is_found_although_the_rest_is_still_wrong(folder):
    """Nothing but the ids is looked at without their column; then the rest shows."""
    rows = replaced(MEALS_TWO_ROWS, 0, 5, "Something else")
    numbered = Rows.of(rows), [*range(1, len(rows) + 1)]
    instrument = instrument_of(read_questionnaire(folder / "q.yaml"))
    ids = Fault("no column of ids", (Proposal("title", "Meals 2", ""),))
    early = Refused.of("early", [ids], early=True)

    def interpret(numbered, questionnaire):
        if questionnaire.title == "Meals":
            raise early
        return interpreted(numbered, questionnaire, Path("export.csv"))

    accepted, left = accepted_remedies(early, instrument, interpret, numbered)
    assert accepted == [ids] and len(left) == 1


def test_witnesses_are_the_header_and_the_first_rows_of_every_text():
    rows = [["id", "a"]] + [[str(n), "xyz"[n % 3 if n < 20 else 2]] for n in range(1, 9000)]
    rows[700][1] = "late"
    some, numbers = witnesses((Rows.of(rows), [*range(len(rows))]))
    assert numbers[:8] == [*range(8)] and 700 in numbers and len(some) == len(numbers) < 60


def test_remedies_of_a_long_file_are_those_of_a_short_one(folder, monkeypatch):
    body = replaced(MEALS_TWO_ROWS, 0, 5, "Do you eat a lunch?")
    short = refusal(folder, body)
    rows = body[:2] + [[f"{n}-{row[0]}", *row[1:]] for n in range(1000) for row in body[2:]]
    seen = []

    def counted(numbered, questionnaire, path):
        seen.append(len(numbered[0]))
        return interpreted(numbered, questionnaire, path)

    monkeypatch.setattr("dmsi_lib.reading.export.interpreted", counted)
    assert refusal(folder, rows) == short
    assert sorted(seen)[-2:] == [6002, 6002] and len(seen) == 4 and sorted(seen)[1] < 100


# ---- the cases


@pytest.mark.skipif(not CASES.exists(), reason="the small exports that fail are not there")
@pytest.mark.parametrize("number", ["06", "08", "09", "09b", "10", "11", "12", "17"])
def test_what_is_advised_for_a_case_is_accepted(number, tmp_path):
    (export,) = CASES.glob(f"{number}_*.csv")
    questionnaire = export.with_suffix(".yaml")
    try:
        read_export(export, read_questionnaire(questionnaire))
        return  # read as it is
    except InputError as error:
        advised = "--fix" in str(error)
    changes, refused = fix_questionnaire(export, questionnaire, tmp_path / "out.yaml")
    assert bool(changes) == advised == (tmp_path / "out.yaml").exists()
    assert advised == (refused is None)


# ---- any damage

WORDS = ["lemon", "walnut", "pepper", "cherry", "almond", "carrot", "fennel", "radish", "tomato"]
TYPES = ["single", "multiple", "matrix", "ranking"]


@st.composite
def damaged_surveys(draw):
    """The text of a questionnaire and the rows of a file that fits it, but for some damage."""
    questions, titles, subtitles = [], ["Respondent ID"], [""]
    columns = [[str(n) for n in range(1, 7)]]
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(TYPES))
        words = draw(st.lists(st.sampled_from(WORDS), min_size=5, max_size=5, unique=True))
        labels, rows = words[:3], words[3:]
        title = f"Which {words[0]} or {words[1]} is it, number {number}?"
        shown = f"[{', '.join(labels)}]"
        if draw(st.booleans()):
            shown = "{" + ", ".join(f'c{n}: "{text}"' for n, text in enumerate(labels)) + "}"
        entry = [f"id: q{number}", f"text: '{title}'", f"type: {kind}", "page: 1"]
        entry += [f"options: {shown}", *[f"rows: [{', '.join(rows)}]"] * (kind == "matrix")]
        flow = draw(st.booleans())
        questions.append(f"  - {{{', '.join(entry)}}}" if flow else "  - " + "\n    ".join(entry))
        heads = {"single": ["Response"], "matrix": rows}.get(kind, labels)
        for n, head in enumerate(heads):
            cells = {"multiple": ["", head], "ranking": [str(n + 1)]}.get(kind, ["", *labels])
            titles.append("" if n else title)
            subtitles.append(head)
            columns.append([draw(st.sampled_from(cells)) for _ in range(6)])
    rows = [titles, subtitles, *map(list, zip(*columns, strict=True))]
    for _ in range(draw(st.integers(1, 3))):
        damage(draw, rows)
    return "questions:\n" + "\n".join(questions) + "\n", rows


def damage(draw, rows):
    """A slip, another word, or a number in a title, a subtitle or an answer."""
    row = draw(st.integers(0, len(rows) - 1))
    column = draw(st.integers(1, len(rows[0]) - 1))
    text = rows[row][column]
    rows[row][column] = draw(
        st.sampled_from([text + "x", text[:2] + text[3:], text.upper(), "150000", "quince", ""])
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damaged_surveys())
def test_every_remedy_that_is_printed_makes_its_fault_go_away(tmp_path, survey):
    text, rows = survey
    out = tmp_path / "out.yaml"
    out.unlink(missing_ok=True)
    (tmp_path / "q.yaml").write_text(text, encoding="utf-8")
    path = write_csv(tmp_path / "export.csv", rows)
    try:
        read_export(path, read_questionnaire(tmp_path / "q.yaml"))
        return
    except InputError as error:
        lines = str(error).splitlines()
    printed = [line.split(" In question ")[0] for line in lines if " In question " in line]
    changes, refused = fix_questionnaire(path, tmp_path / "q.yaml", out)
    assert bool(printed) == bool(changes) == out.exists()
    left = faults_of(path, out) if changes else []
    assert not {line.removeprefix("  - ") for line in printed} & {*left}
    assert ("the file is accepted then" not in lines[-1]) or refused is None
    assert (refused is None) == (not left) or not changes


def faults_of(path, questionnaire):
    """The texts of all faults of a file."""
    try:
        interpreted(read_rows(path), read_questionnaire(questionnaire), path)
    except Refused as refused:
        return [fault.text for fault in refused.faults]
    return []


# ---- when two faults are one


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (
            "column 8 (H) 'How?' and 4 more: 'I don't' (37 times in 5 rows) is no option of 'a'",
            "column 5 (E) 'How?': 'I don't' (4 times) is no option of 'a'",
        ),
        ("column 30 (AD) 'It': 2 answers", "column 3 (C) 'It': 9 answers"),
    ],
)
def test_a_fault_is_the_same_whatever_its_counts(text, other):
    assert remedies._identity(Fault(text)) == remedies._identity(Fault(other))


@pytest.mark.parametrize(
    ("text", "other"),
    [("column 3 (C) '150'", "column 3 (C) '151'"), ("'I don't 1'", "'I don't 2'")],
)
def test_a_fault_is_another_where_what_was_found_is_another(text, other):
    assert remedies._identity(Fault(text)) != remedies._identity(Fault(other))
