"""What other programs write, read by the layout that the questionnaire says, else refused."""
# ruff: noqa: E501 (a row of a table stays on its line)

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_exports import counts, questionnaire, read_rows_as, refused_export, write_csv

from dmsi_lib.errors import InputError
from dmsi_lib.reading.change_log import Proposal
from dmsi_lib.reading.export import read_export
from dmsi_lib.reading.header.header_rows import read_header
from dmsi_lib.reading.header.headers import column_blocks
from dmsi_lib.reading.rows.rows import Rows

WORK = """
layout: {}
id_column: {}
questions:
  - {{id: team, page: 1, type: single, text: On which team do you work?, options: {{a: Sales, b: Research}}, other: Elsewhere}}
  - {{id: tools, page: 1, type: multiple, text: Which tools do you use?, options: {{a: Ansible, c: "Controller (ODL, DNAC)", n: Nornir}}, other: Other}}
  - {{id: rate, page: 2, type: matrix, text: How good are they?, rows: {{a: Ansible, n: Nornir}}, options: {{g: Good, b: Bad}}}}
  - {{id: why, page: 2, type: open, text: Why?}}
"""


def work(layout, id_column="Response ID"):
    return WORK.format(layout, id_column)


def header_of(rows, text):
    return read_header(Rows.of(rows), questionnaire(text), Path("export.csv"))


def proposed(header):
    (fault,) = header.faults
    return fault.proposals


def imported(*names):
    return [f'{{"ImportId":"{name}"}}' for name in names]


# ---- Qualtrics

NAMES = [
    "StartDate",
    "ResponseId",
    "Q1",
    "Q1_3_TEXT",
    "Q2_1",
    "Q2_2",
    "Q2_3",
    "Q2_4",
    "Q2_4_TEXT",
    "Q3_1",
    "Q3_2",
    "Q4",
]
TEXTS = [
    *("Start Date", "Response ID"),
    *(
        "On which team do you work? - Selected Choice",
        "On which team do you work? - Elsewhere - Text",
    ),
    *(
        f"Which tools do you use? - Selected Choice - {label}"
        for label in ("Ansible", "Controller (ODL, DNAC)", "Nornir", "Other")
    ),
    "Which tools do you use? - Other - Text",
    *("How good are they? - Ansible", "How good are they? - Nornir", "Why?"),
]
IMPORTS = imported(*NAMES)
QUALTRICS_BODY = [
    ["2020-01-01", "R_1", "Sales", "", "Ansible", "", "Nornir", "", "", "Good", "Bad", "So"],
    [
        "2020-01-01",
        "R_2",
        "Elsewhere",
        "At home",
        "",
        "Controller (ODL, DNAC)",
        "",
        "Other",
        "A pen",
        "",
        "Good",
        "",
    ],
]


def check_work(responses, names):
    assert list(responses.index) == names
    assert counts(responses, "team") == {"a": 1, "other": 1}
    assert responses["team", "other_text"].fillna("").tolist() == ["", "At home"]
    ticks = {code: responses["tools", code].tolist() for code in ("a", "c", "n", "other")}
    assert ticks == {
        "a": [True, False],
        "c": [False, True],
        "n": [True, False],
        "other": [False, True],
    }
    assert responses["tools", "other_text"].fillna("").tolist() == ["", "A pen"]
    assert counts(responses, "rate", "a") == {"g": 1}
    assert counts(responses, "rate", "n") == {"b": 1, "g": 1}
    assert responses["why", ""].fillna("").tolist() == ["So", ""]


@pytest.mark.parametrize("id_column", ["ResponseId", "Response ID"])
@pytest.mark.parametrize("header", [[NAMES, TEXTS, IMPORTS], [NAMES, TEXTS], [TEXTS, IMPORTS]])
def test_read_export_reads_qualtrics(tmp_path, header, id_column):
    """All three rows, or one of the two last removed, as people do."""
    export = read_rows_as(tmp_path, [*header, *QUALTRICS_BODY], work("qualtrics", id_column))
    check_work(export.responses, ["R_1", "R_2"])
    assert "rows left out" not in set(export.findings["kind"])


def test_read_export_reads_qualtrics_by_the_names_of_columns(tmp_path):
    text = work("qualtrics", "ResponseId")
    for name, title in (
        ("Q1", "On which team do you work?"),
        ("Q2", "Which tools do you use?"),
        ("Q3", "How good are they?"),
        ("Q4", "Why?"),
    ):
        text = text.replace(f"text: {title}", f"text: {name}")
    export = read_rows_as(tmp_path, [NAMES, TEXTS, IMPORTS, *QUALTRICS_BODY], text)
    check_work(export.responses, ["R_1", "R_2"])


def test_read_export_keeps_an_option_of_qualtrics_that_is_called_text(tmp_path):
    text = work("qualtrics").replace("n: Nornir}, other", "n: Text}, other")
    titles = [
        title.replace("tools do you use? - Selected Choice - Nornir", "tools do you use? - Text")
        for title in TEXTS
    ]
    rows = [[cell.replace("Nornir", "Text") for cell in row] for row in QUALTRICS_BODY]
    check_work(
        read_rows_as(tmp_path, [NAMES, titles, IMPORTS, *rows], text).responses, ["R_1", "R_2"]
    )


def test_read_header_gives_a_list_of_qualtrics_as_one_plain_column():
    rows = [
        ["ResponseId", "Q2"],
        ["Response ID", "Which tools do you use?"],
        imported("_recordId", "QID2"),
        ["R_1", "Ansible,Nornir"],
    ]
    header = header_of(rows, work("qualtrics"))
    assert header.faults == ()
    (block,) = column_blocks(header, questionnaire(work("qualtrics")), {0})
    assert (block.columns, block.asked) == ({1: ""}, ("tools",))


@pytest.mark.parametrize("header", [[NAMES, TEXTS, IMPORTS], [NAMES, TEXTS]])
@pytest.mark.parametrize("layout", ["surveymonkey", "limesurvey", "condensed"])
def test_read_header_names_qualtrics_and_reads_on(header, layout):
    found = header_of([*header, *QUALTRICS_BODY], work(layout))
    assert "that of Qualtrics" in found.faults[0].text
    assert found.faults[0].text.endswith(f"the questionnaire's layout is {layout}.")
    assert proposed(found) == (Proposal("layout", "qualtrics"),)
    assert (found.rows, found.layout) == (len(header), "qualtrics")


def test_read_header_refuses_another_file_as_qualtrics():
    rows = [["Response ID", "On which team do you work?"], ["1", "Sales"]]
    header = header_of(rows, work("qualtrics"))
    assert "there is no row of ImportIds" in header.faults[0].text
    assert proposed(header) == (Proposal("layout", "surveymonkey"),)
    assert (header.rows, header.layout) == (1, "surveymonkey")


# ---- Google Forms, condensed columns

FORM = [
    ["Timestamp", "On which team do you work?", "Which tools do you use?", "How good are they? [Ansible]", "How good are they? [Nornir]", "Why?"],
    ["2020/01/01 9:00:00 AM", "Sales", "Ansible, Controller (ODL, DNAC)", "Good", "Bad", "So"],
    ["2020/01/01 9:01:00 AM", "Research", "Nornir", "", "Good", ""],
]  # fmt: skip


def test_read_header_gives_the_columns_of_google_forms():
    text = work("google_forms", "Timestamp")
    header = header_of(FORM, text)
    assert (header.faults, header.rows, header.layout) == ((), 1, "google_forms")
    blocks = column_blocks(header, questionnaire(text), {0})
    assert [(block.asked, [*block.columns.values()]) for block in blocks] == [
        (("team",), [""]), (("tools",), [""]), (("rate",), ["Ansible", "Nornir"]), (("why",), [""])
    ]  # fmt: skip


def test_read_header_names_google_forms_and_reads_on():
    header = header_of(FORM, work("surveymonkey", "Timestamp"))
    assert header.faults[0].text == (
        "column 3 'Which tools do you use?': cells hold several answers to 'tools', as from "
        "Google Forms; the questionnaire's layout is surveymonkey."
    )
    assert proposed(header) == (Proposal("layout", "google_forms"),)
    assert header.layout == "google_forms"


@pytest.mark.parametrize(
    "second", [[], [["", "Response", "Response", "Ansible", "Nornir", "Open-Ended Response"]]]
)
@pytest.mark.parametrize("mark", [", ", "; ", "|", "\n"])
def test_read_header_names_condensed_columns_and_reads_on(second, mark):
    titles = ["Response ID", *FORM[0][1:]]
    if second:
        titles[3:5] = ["How good are they?", ""]
    rows = [titles, *second, ["1", "Sales", f"Nornir{mark}Ansible", "", "", ""]]
    header = header_of(rows, work("surveymonkey"))
    assert "as from SurveyMonkey with condensed columns" in header.faults[0].text
    assert proposed(header) == (Proposal("layout", "condensed"),)
    assert header_of(rows, work("condensed")).faults == ()


def test_read_header_takes_no_answer_with_a_comma_for_a_list():
    rows = [FORM[0], *([*row[:2], "Controller (ODL, DNAC)", *row[3:]] for row in FORM[1:])]
    assert header_of(rows, work("surveymonkey", "Timestamp")).faults == ()


EXPANDED = [
    ["Response ID", "On which team do you work?", "Which tools do you use?", "", ""],
    ["", "Response", "Ansible", "Controller (ODL, DNAC)", "Nornir"],
    ["1", "Sales", "Ansible", "", "Nornir"],
]


@pytest.mark.parametrize(
    ("layout", "found"),
    [
        ("condensed", "'tools' has a column for each option"),
        ("google_forms", "two rows, where Google Forms writes one"),
        ("limesurvey", "two rows, where LimeSurvey writes one"),
    ],
)
def test_read_header_refuses_a_layout_that_does_not_fit(layout, found):
    header = header_of(EXPANDED, work(layout))
    assert found in header.faults[0].text
    assert header.faults[0].text.endswith(f"the questionnaire's layout is {layout}.")
    assert proposed(header) == (Proposal("layout", "surveymonkey"),)
    assert header.layout == "surveymonkey"


# ---- LimeSurvey

LIME = [
    [
        *("Response ID", "Date submitted", "On which team do you work?", "On which team do you work? [Other]"),
        *(f"Which tools do you use? [{label}]" for label in ("Ansible", "Controller (ODL, DNAC)", "Nornir", "Other")),
        *("How good are they? [Ansible]", "How good are they? [Nornir]", "Why?"),
    ],
    ["1", "2020-01-01", "Sales", "", "Yes", "No", "Yes", "", "Good", "Bad", "So"],
    ["2", "2020-01-01", "Other", "At home", "No", "Yes", "No", "A pen", "", "Good", ""],
]  # fmt: skip
SHOWN_TO_FEW = [
    "3",
    "2020-01-02",
    "Research",
    "N/A",
    "N/A",
    "N/A",
    "N/A",
    "N/A",
    "N/A",
    "N/A",
    "N/A",
]


def test_read_export_reads_limesurvey(tmp_path):
    text = work("limesurvey").replace("other: Elsewhere", "other: Other")
    check_work(read_rows_as(tmp_path, LIME, text).responses, ["1", "2"])
    export = read_rows_as(tmp_path, [*LIME, SHOWN_TO_FEW], text)
    check_work(export.responses.loc[["1", "2"]], ["1", "2"])
    shown = export.responses.loc["3"].dropna()
    assert shown.to_dict() == {("team", ""): "b"}
    assert export.questionnaire.layout == "limesurvey"


def test_read_header_names_limesurvey_where_its_blanks_are_not_known():
    text = work("surveymonkey").replace("other: Elsewhere", "other: Other")
    assert header_of(LIME, text).faults == ()  # nothing in it is read otherwise
    header = header_of([*LIME, SHOWN_TO_FEW], text)
    assert (
        "cells hold 'N/A', which is no answer to 'tools', as from LimeSurvey"
        in header.faults[0].text
    )
    assert proposed(header) == (Proposal("layout", "limesurvey"),)


# ---- numbers instead of answers


def numbers(text, rows):
    with pytest.raises(InputError) as error:
        header_of(rows, text)
    return str(error.value)


@pytest.mark.parametrize(
    ("layout", "named", "others"),
    [
        ("surveymonkey", ["Actual answer text", "Use choice text", "Full answers"], []),
        ("limesurvey", ["Full answers"], ["Actual answer text"]),
    ],
)
def test_read_header_names_an_export_of_numbers(layout, named, others):
    rows = [
        ["Response ID", "On which team do you work?", "Why?"],
        ["1", "1", "So"],
        ["2", "2", ""],
        ["3", "", ""],
    ]
    message = numbers(work(layout), rows)
    assert message.startswith(
        "export.csv, column 2 'On which team do you work?': numbers instead of answers, as in 1 of 1 "
        "questions with one answer"
    )
    assert all(name in message for name in named)
    assert not any(name in message for name in others)


def test_read_header_names_an_export_of_numbers_from_qualtrics():
    rows = [
        ["ResponseId", "Q1"],
        ["Response ID", "On which team do you work?"],
        imported("_recordId", "QID1"),
        ["R_1", "2"],
    ]
    message = numbers(work("surveymonkey"), rows)
    assert "The setting is in Qualtrics 'Use choice text', not 'Use numeric values'." in message


@pytest.mark.parametrize("cells", [("1", "Sales"), ("1", "100"), ("", "")])
def test_read_header_takes_a_few_numbers_for_answers(cells):
    rows = [
        ["Response ID", "On which team do you work?"],
        *([str(n), cell] for n, cell in enumerate(cells)),
    ]
    assert header_of(rows, work("surveymonkey")).faults == ()


def test_read_export_reads_options_that_are_numbers(tmp_path):
    text = "id_column: id\nquestions:\n  - {id: a, page: 1, type: single, text: A, options: {x: '1', y: {label: two, aliases: ['2']}}}\n"
    assert len(header_of([["id", "A"], ["1", "1"], ["2", "2"]], text).faults) == 0
    (message,) = refused_export(tmp_path, [["id", "A"], ["1", "3"]], text)
    assert "numbers instead of answers" in message


# ---- any file is read or refused


PIECES = [
    *(
        "",
        " ",
        "-",
        "Response",
        "Response ID",
        "ResponseId",
        "Timestamp",
        "N/A",
        "1",
        "2",
        "Yes",
        "x",
    ),
    *("On which team do you work?", "Which tools do you use?", "How good are they?", "Why?", "Q1"),
    *("Which tools do you use?_1", "Which tools do you use?.2", "Which tools do you use? [Nornir]"),
    *(
        "Which tools do you use? [SQ1]",
        "Which tools do you use? - Other - Text",
        "How good are they?_1",
    ),
    *(
        "Why?_1",
        "Why?_TEXT",
        "Unnamed: 1",
        "Ansible",
        "Controller (ODL, DNAC)",
        "Nornir",
        "Other",
        "Sales",
    ),
    *("Ansible, Nornir", "Good", "Bad", "Elsewhere", "Not selected", '{"ImportId":"QID1"}'),
]
LAYOUTS = ["surveymonkey", "condensed", "google_forms", "qualtrics", "limesurvey"]


@given(
    st.sampled_from(LAYOUTS),
    st.sampled_from(["Response ID", "Timestamp", "none", "''"]),
    st.integers(1, 6).flatmap(
        lambda n: st.lists(
            st.lists(st.sampled_from(PIECES), min_size=n, max_size=n), min_size=1, max_size=6
        )
    ),
)
@settings(deadline=None, max_examples=300)
def test_read_export_reads_or_refuses_any_header(tmp_path_factory, layout, id_column, rows):
    path = write_csv(tmp_path_factory.mktemp("t") / "a.csv", rows)
    try:
        export = read_export(path, questionnaire(work(layout, id_column)))
    except InputError as refused:
        assert str(refused).startswith(str(path))
    else:
        assert export.responses.index.is_unique
