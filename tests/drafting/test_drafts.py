"""Drafts as a whole: accepted by the reader as they are, with the counts that the file has."""

import csv
from pathlib import Path

import numpy as np
import pytest
from sample_exports import MEALS_ONE_ROW, MEALS_TWO_ROWS, write_csv

import dmsi_lib.drafting.draft as drafts
from dmsi_lib import Survey
from dmsi_lib.drafting.draft import draft_questionnaire
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.wording import key

EXPORTS = Path(__file__).resolve().parents[3] / "shared" / "exports"
TWICE = [
    ["Respondent ID", "Eats?", "Which?", "Which?"],
    ["", "Response", "Response", "Response"],
    *[[str(n), "Yes", "A", ""] if n % 2 else [str(n), "No", "", "B"] for n in range(60)],
]


def saved(draft, folder):
    place = folder / "questionnaire.yaml"
    place.write_text(draft.text, encoding="utf-8")
    return place


@pytest.mark.parametrize("rows", [MEALS_TWO_ROWS, MEALS_ONE_ROW, TWICE])
def test_a_draft_reads_its_export(tmp_path, rows):
    export = write_csv(tmp_path / "export.csv", rows)
    survey = Survey.load(export, saved(draft_questionnaire(export), tmp_path))
    assert survey.n == len({row[0] for row in rows} - {"", "Respondent ID"})


def test_a_title_that_stands_twice_is_numbered(tmp_path):
    draft = draft_questionnaire(write_csv(tmp_path / "export.csv", TWICE))
    assert [q.occurrence for q in draft.questionnaire.questions] == [None, 1, 2]
    rules = {q.id: q.ask_if for q in draft.questionnaire.questions if q.ask_if}
    assert {name: rule[0][0].gate for name, rule in rules.items()} == {
        "which": "eats",
        "which_2": "eats",
    }


def test_identities_are_no_questions(tmp_path):
    rows = [["Respondent ID", "Email Address", "First Name", "Eats?"]]
    rows += [[str(n), f"a{n}@example.org", "Ann", "Yes" if n % 2 else "No"] for n in range(40)]
    draft = draft_questionnaire(write_csv(tmp_path / "export.csv", rows))
    assert [q.text for q in draft.questionnaire.questions] == ["Eats?"]
    assert "example.org" not in draft.text and "Ann" not in draft.text
    assert any("identity column" in line for line in draft.lines())


def test_the_shipped_export_is_drafted_as_it_was_written(survey):
    draft = draft_questionnaire(survey.choices.export or survey._counts.material.export.path)
    types = [q.type for q in draft.questionnaire.questions]
    written = [q.type for q in survey.questionnaire.in_file]
    assert types == written
    assert {q.text for q in draft.questionnaire.questions} == {
        q.text for q in survey.questionnaire.in_file
    }
    lines = list(draft.lines())
    assert "63 questions, 52 rules" in lines
    first = lines[lines.index("to be confirmed first:") + 1 :]
    assert len(first) == 4  # those that the platform did not enforce


def test_explain_shows_what_was_considered(survey):
    draft = draft_questionnaire(survey._counts.material.export.path)
    name = next(q.id for q in draft.questionnaire.questions if q.text.startswith("Are you or your"))
    text, taken, *others = draft.explain(name)
    assert text.startswith("Are you or your agency interested") and len(others) > 1
    assert taken.endswith("= no: 105 of 108 asked answered, 0 of 208 led past")
    with pytest.raises(UsageError, match="There is no question"):
        list(draft.explain("nothing"))


def test_explain_shows_no_identity_of_a_title(tmp_path):
    title = "Why? Tell ann@example.org"
    rows = [[title if text == "Why?" else text for text in row] for row in MEALS_TWO_ROWS]
    draft = draft_questionnaire(write_csv(tmp_path / "export.csv", rows))
    [name] = [each.id for each in draft.questionnaire.questions if each.text == title]
    assert next(draft.explain(name)) == "Why? Tell [e-mail]"


def test_what_is_no_export_is_refused(tmp_path):
    with pytest.raises(InputError, match="respondents"):
        draft_questionnaire(write_csv(tmp_path / "e.csv", [["Respondent ID", "Eats?"]]))


@pytest.mark.parametrize(
    ("name", "questions", "rules"),
    [
        ("steak-risk-survey", 14, {"like_steak_prepared": "eat_steak"}),
        ("weather-check", 7, {}),
        ("midwest", 9, {}),
        ("thanksgiving-2015-poll-data", 23, 18),
        ("religion", 11, 5),
    ],
)
def test_real_exports_are_drafted_and_read(tmp_path, name, questions, rules):
    export = EXPORTS / f"{name}.csv"
    if not export.exists():
        pytest.skip(f"{export} is not here")
    draft = draft_questionnaire(export)
    assert len(draft.questionnaire.questions) == questions
    assert not [line for line in draft.lines() if "not in the questionnaire" in line]
    survey = Survey.load(export, saved(draft, tmp_path))
    found = {q.id: q.ask_if[0][0].gate for q in survey.questionnaire.questions if q.ask_if}
    assert found == rules if isinstance(rules, dict) else len(found) == rules
    assert {*survey.flow.off_route()["cause"]} <= {"gate blank"}  # the platform kept its rules
    assert_counts_are_those_of_the_file(survey, export)


def assert_counts_are_those_of_the_file(survey, export):
    """Count answers and ticks once more, with `csv` alone."""
    with export.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = list(csv.reader(file))
    body = rows[-survey.n :]
    taken, checked = survey.export.columns, 0
    for question in survey.questionnaire.questions:
        own = taken[taken["question"] == question.id]
        for row in survey.table(question.id).itertuples():
            places = [n - 1 for n in own.loc[own["item"].isin([row.item, ""]), "position"]]
            if question.type == "single" and len(places) == 1:
                found = sum(key(cells[places[0]]) == key(row.label) for cells in body)
            elif question.type == "multiple" and row.item in question.options and places:
                found = sum(any(cells[n].strip() for n in places) for cells in body)
            else:
                continue
            assert row.count == found, (question.id, row.label)
            checked += 1
    assert checked >= 20


def test_spellings_of_one_option_are_one_and_what_is_not_accepted_is_left_out(tmp_path):
    rows = [["Respondent ID", "Eats?", "Where?", "Mood?"]]
    for n in range(80):
        eats = ("Yes", "yes", "YES ", "No")[n % 4]
        rows.append([str(n), eats, "" if eats == "No" else ("At home", "at  home")[n % 2], "Good"])
    draft = draft_questionnaire(write_csv(tmp_path / "e.csv", rows))
    known = {q.id: q for q in draft.questionnaire.questions}
    assert list(known["eats"].options.values()) == ["Yes", "No"]
    assert [*known["where"].options] == ["at_home"]
    assert draft.routes["where"].alternatives[0][0].codes == ("yes",)


def test_dates_that_may_be_read_in_two_ways_get_a_format_to_confirm(tmp_path):
    rows = [["Respondent ID", "When?", "Eats?"], ["1", "01/02/2018", "Yes"]]
    rows += [[str(n), f"0{n}/03/2018", "No"] for n in range(2, 9)]
    draft = draft_questionnaire(write_csv(tmp_path / "e.csv", rows))
    assert "(?) The dates may be written in more than one way." in draft.text
    assert draft.questionnaire["when"].format == "%m/%d/%Y"
    rows.append(["9", "12/31/2018", "No"])  # which one way alone can read
    draft = draft_questionnaire(write_csv(tmp_path / "f.csv", rows))
    assert draft.questionnaire["when"].format is None


def test_words_that_end_like_age_are_no_question_about_the_respondent(tmp_path):
    rows = [["Respondent ID", "Do you write?", "Which apps do you message with?", "Age", "Mood?"]]
    for n in range(80):
        apps = "" if n % 2 else ("One", "Two")[n % 4 // 2]
        rows.append([str(n), "No" if n % 2 else "Yes", apps, ("18", "30")[n % 3 % 2], "Good"])
    draft = draft_questionnaire(write_csv(tmp_path / "e.csv", rows))
    ruled = [name for name, found in draft.routes.items() if found.alternatives]
    assert ruled == ["apps_message"]


def test_names_among_answers_are_no_options(tmp_path):
    names = ("Anna Schmidt", "Bert Brown", "Cleo Cruz")
    rows = [["Respondent ID", "Name", "Who helps you most?", "Who writes?"]]
    for n in range(90):
        rows.append([str(n), names[n % 3], names[(n + 1) % 3], ("a@b.org", "c@d.org")[n % 2]])
    draft = draft_questionnaire(write_csv(tmp_path / "e.csv", rows))
    assert [q.type for q in draft.questionnaire.questions][:1] == ["open"]
    text = draft.text + "\n".join(draft.lines())
    assert not [one for one in (*names, "a@b.org", "c@d.org") if one in text]


def test_columns_of_ids_and_of_nothing_are_no_questions(tmp_path):
    rows = [["Respondent ID", "Eats?", ""], *[[str(n // 2), "Yes", ""] for n in range(40)]]
    draft = draft_questionnaire(write_csv(tmp_path / "e.csv", rows))
    assert [q.id for q in draft.questionnaire.questions] == ["eats"]


def test_options_that_differ_by_a_comma_are_counted_apart(tmp_path):
    kind = ("honest, kind and loyal.", "honest, kind, and loyal.")
    rows = [["Respondent ID", "Which is right?"], *[[str(n), kind[n % 3 > 0]] for n in range(90)]]
    export = write_csv(tmp_path / "e.csv", rows)
    draft = draft_questionnaire(export)
    assert "# (?) Some options differ by signs alone." in draft.text
    table = Survey.load(export, saved(draft, tmp_path)).table("right")
    assert dict(zip(table["label"], table["count"], strict=True)) == {kind[0]: 30, kind[1]: 60}


def own_words_export(tmp_path, *more):
    random = np.random.default_rng(3)
    rows = [["Timestamp", "Which tools?", "Where?"]]
    for n in range(240):
        tools = [each for each in ("Hammer", "Saw", "Drill") if random.random() < 0.5] or ["Saw"]
        tools += [f"my thing {n}", *more] if n % 6 == 0 else []
        where = f"at my aunt's no {n}" if n % 9 == 0 else str(random.choice(["Home", "Work"]))
        rows.append([f"2019/11/18 9:00:{n % 60:02d} AM", ", ".join(tools), where])
    return write_csv(tmp_path / "e.csv", rows)


@pytest.mark.parametrize("more", [(), ("homemade",)])
def test_own_words_of_google_forms_are_texts_beside_the_options(tmp_path, more):
    export = own_words_export(tmp_path, *more)
    draft = draft_questionnaire(export)
    survey = Survey.load(export, saved(draft, tmp_path))
    assert [q.type for q in survey.questionnaire.questions] == ["multiple", "single"]
    table = survey.table("tools")
    assert {*table["label"]} == {"Hammer", "Saw", "Drill", "Other"}
    assert table.set_index("label").loc["Other", "count"] == 40
    assert (
        "my thing" not in draft.text and "aunt" not in draft.text and "homemade" not in draft.text
    )


def test_own_words_that_the_reader_would_make_options_of_make_the_question_open(tmp_path):
    rows = [["Timestamp", "Which tools?"]]
    tools = (["Saw", "Drill"], ["Drill"], ["Saw"], ["Hammer", "Saw"], ["Hammer"])
    rows += [["2019/11/18", ", ".join(tools[n % 5])] for n in range(200)]
    rows += [["2019/11/18", f"my thing {n}, Saw"] for n in range(9)]  # before an option
    draft = draft_questionnaire(write_csv(tmp_path / "e.csv", rows))
    assert [q.type for q in draft.questionnaire.questions] == ["open"]
    assert "my thing" not in draft.text and "could be read as multiple" in draft.text


def test_questions_with_the_same_options_have_them_in_one_order(tmp_path):
    rows = [["Respondent ID", "First?", "Second?"]]
    rows += [
        [str(n), ("Fig", "Nut", "Pea")[n % 3], ("Pea", "Fig", "Nut")[n % 3]] for n in range(60)
    ]
    draft = draft_questionnaire(write_csv(tmp_path / "e.csv", rows))
    assert "scale_1" in draft.text and "scale_2" not in draft.text


def test_titles_that_are_codes_or_damaged_are_marked(tmp_path):
    rows = [["Respondent ID", "Eats?"], *[[str(n), ("Yes", "No")[n % 2]] for n in range(40)]]
    remarks = ("The titles of this file are codes", "Damaged letters")
    for title, wanted in {"q0001": 0, "A fan of it?Œæ": 1, "Où mangez-vous ?": None}.items():
        rows[0][1] = title
        text = draft_questionnaire(write_csv(tmp_path / "e.csv", rows)).text
        assert [each in text for each in remarks] == [n == wanted for n in range(2)], title


def test_a_question_that_can_not_be_read_says_why(tmp_path, monkeypatch):
    """Whatever the reader refuses: the reason is told, not that a questionnaire lacks it."""
    rows = [["Respondent ID", "Eats?", "Why?"]]
    rows += [[str(n), ("Yes", "No")[n % 2], f"text {n}"] for n in range(40)]
    reader = drafts.interpreted

    def refuses(numbered, questionnaire, path):
        if "why" in questionnaire:
            raise InputError(
                f"{path}: this file does not fit:\n  - question 'why' (line 9) has two columns; "
                "no question has 'Why?'. If that is it, write it in the aliases of 'why'."
            )
        return reader(numbered, questionnaire, path)

    monkeypatch.setattr(drafts, "interpreted", refuses)
    draft = draft_questionnaire(write_csv(tmp_path / "e.csv", rows))
    lines = list(draft.lines())
    assert "column 3 'Why?': could not be drafted: question 'why' has two columns;" in lines[1]
    assert "aliases" not in lines[1] and "not in the questionnaire" not in lines[1]


@pytest.mark.parametrize("name", ["", " "])
def test_an_export_without_a_name_is_refused(name):
    with pytest.raises(InputError, match="The export has no name"):
        draft_questionnaire(name)


def test_a_file_of_identities_alone_has_no_question(tmp_path):
    rows = [["Respondent ID", "Email"], *[[str(n), f"a{n}@example.org"] for n in range(9)]]
    with pytest.raises(InputError, match="none of the 2 columns is a question; expected a header"):
        draft_questionnaire(write_csv(tmp_path / "e.csv", rows))


def test_rankings_and_platform_columns_of_limesurvey(tmp_path):
    random = np.random.default_rng(4)
    titles = [f"Rank these [Rank {place}]" for place in (1, 2, 3)]
    rows = [["Response ID", "Date submitted", "Last page", "Start language", "Seed", *titles]]
    orders = [random.permutation(["Soup", "Bread", "Fruit"]) for _ in range(60)]
    rows += [[str(n), "2020-01-01", "3", "en", str(n), *each] for n, each in enumerate(orders)]
    export = write_csv(tmp_path / "e.csv", rows)
    draft = draft_questionnaire(export)
    assert "what the platform notes about the response" in list(draft.lines())[1]
    table = Survey.load(export, saved(draft, tmp_path)).table("rank").set_index("label")
    for option in ("Soup", "Bread", "Fruit"):
        places = [list(order).index(option) + 1 for order in orders]
        assert table.loc[option, "mean_rank"] == pytest.approx(np.mean(places))
