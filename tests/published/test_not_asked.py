"""Published figures of questions that the file lacks, and of rows with several answers."""

import pandas as pd
import pytest
from rare_types import RARE, RARE_ANSWERS
from small_survey import make_questionnaire, survey_of, without

from dmsi_lib.published.ledger import COLUMNS
from dmsi_lib.published.ledger_checks import check_arithmetic
from dmsi_lib.published.reproduction import NOT_COMPARABLE

QUESTIONNAIRE = make_questionnaire(RARE)
FIGURES = [
    ("role", "cook", "option", 4),
    ("recommend", "10", "option", 2),
    ("age", "answered", "answered", 5),
    ("tools", "soup.pan", "option", 2),
    ("days", "worst.answered", "option", 2),
    ("days", "", "answered", 3),
]


def ledger():
    rows = [
        dict.fromkeys(COLUMNS, "")
        | {"figure": n, "section": "1", "kind": "prose", "source_line": n, "relation": "="}
        | {"question": question, "item": item, "measure": measure, "label": item, "count": count}
        for n, (question, item, measure, count) in enumerate(FIGURES, 1)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("figure", "source_line", "count", "base", "rank"):
        frame[name] = pd.to_numeric(frame[name]).astype("Int64")
    return frame.assign(percent=float("nan"))


def survey(*lacking):
    questionnaire = without(QUESTIONNAIRE, *lacking)
    answers = {k: [None] * 8 if k[0] in lacking else v for k, v in RARE_ANSWERS.items()}
    return survey_of(questionnaire, answers, ledger=ledger())


def test_figures_of_rows_and_boxes_are_reproduced():
    assert survey().published.reproduced().all()


def test_a_question_that_the_file_lacks_is_not_comparable():
    found = survey("recommend", "age").published.reproduction()
    assert found["match"].tolist() == [True, False, False, True, True, True]
    assert found["remark"].tolist() == ["", NOT_COMPARABLE, NOT_COMPARABLE, "", "", ""]
    lacking = found[~found["match"]]
    assert lacking[["count", "percent", "base"]].isna().all(axis=None)  # not even 0


def test_readings_take_rows_with_several_answers_and_leave_out_what_was_not_asked():
    readings = survey("recommend").readings
    questions = set(readings.percents.index.get_level_values("question"))
    assert {"tools", "agree", "liked"} <= questions and "recommend" not in questions
    pan = readings.bounds.loc[("tools", "soup.pan")]
    assert pan[["open_low", "open_high", "settled"]].tolist() == [25.0, 75.0, 8]
    assert "recommend" not in set(readings.orders["question"])


@pytest.mark.parametrize(
    ("rule", "most"),
    [
        ("{role: {none_of: [guest]}}", 30),  # whoever else answered
        ("[{role: [cook]}, {role: [guest]}]", 50),
        ("{role: {answered: true}}", 50),
        ("{age: {at_least: 18}}", None),  # counts tell nothing of numbers,
        ("{views.dear: [yes]}", None),  # of rows,
        ("{shops: {none_of: [market]}}", None),  # nor of options that overlap
        ("{role: [cook], age: {answered: true}}", 30),
    ],
)
def test_check_arithmetic_limits_a_base_by_what_the_gates_figures_tell(rule, most):
    questionnaire = make_questionnaire(f"""\
title: Gates
wave: "2024"
questions:
  - {{id: role, text: Role?, type: single, page: 1, options: [cook, guest]}}
  - {{id: shops, text: Shops?, type: multiple, page: 1, options: [market, web]}}
  - {{id: age, text: Age?, type: numeric, page: 1}}
  - {{id: views, text: Views?, type: matrix, page: 1, rows: {{dear: Dear}}, options: [yes, no]}}
  - {{id: why, text: Why?, type: open, page: 2, ask_if: {rule}}}
""")
    counts = {("role", "cook"): 30, ("role", "guest"): 20, ("shops", "market"): 5}
    rows = [(*pair, "option", count) for pair, count in counts.items()]
    rows.append(("why", "", "answered", 60))
    frame = ledger().iloc[[0] * len(rows)].reset_index(drop=True)
    frame["figure"] = frame["source_line"] = pd.array(range(1, len(rows) + 1), dtype="Int64")
    for name, values in zip(
        ("question", "item", "measure", "count"), zip(*rows, strict=True), strict=True
    ):
        frame[name] = pd.array(values, dtype=frame[name].dtype)
    found = check_arithmetic(frame, questionnaire).query("check == 'gate'")
    assert found["expected"].tolist() == ([] if most is None else [f"at most {most}"])
