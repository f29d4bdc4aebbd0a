"""Small exports of the shapes in which real ones are found: what is read, or what is said.

Each is an invented pair of questionnaire and export, a few rows long. Where a file is refused, what
the message proposes is done by `dmsi check --fix`, and the file is read then.
"""
# ruff: noqa: E501 (a row of a file stays on its line)

import pytest
from sample_exports import counts

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.model import read_questionnaire
from dmsi_lib.reading.export import read_export
from dmsi_lib.survey import Survey

TOYS = 'questions:\n  - {id: a, page: 1, type: multiple, text: "Which toys?", options: {ball: Ball, rope: Rope, bone: Bone}}\n'
DOG = '  - {id: gate, page: 1, type: single, text: "Do you own a dog?", options: {yes: "Yes", no: "No"}}\n'
LIVE = "How often did you attend the meeting live? (PS - We are moving)"
INFORMAL = "Informal: working groups, mailing lists and/or channels, managed by job roles not formally defined as open source"
TWELVE = [f"Option {letter}" for letter in "ABCDEFGHIJKL"]


def flat(question):
    return f"questions:\n  - {question}\n"


CASES = {
    "01_no_id_column": (TOYS, "Which toys?,,\nBall,Rope,Bone\nBall,,\n,Rope,Bone\n"),
    "02_second_header_repeats_titles": (
        TOYS,
        "Respondent ID,Which toys?,,\nRespondent ID,Ball,Rope,Bone\n1,Ball,,\n2,,Rope,Bone\n",
    ),
    "03_title_row_above_header": (
        TOYS,
        "My Survey,,,\n,,,\nRespondent ID,Which toys?,,\n,Ball,Rope,Bone\n1,Ball,,\n2,,Rope,Bone\n",
    ),
    "04_single_choice_in_expanded_columns": (
        flat("{id: gender, page: 1, type: single, text: Gender, options: {m: Male, f: Female}}")
        + '  - {id: pets, page: 1, type: single, text: "Pets?", options: {yes: "Yes", no: "No"}}\n',
        "Respondent ID,Gender,,Pets?\n,Male,Female,Response\n1,Male,,Yes\n2,,Female,No\n3,,Female,Yes\n",
    ),
    "05_several_boxes": (
        "questions:\n"
        '  - {id: d, page: 1, type: numeric, text: "How many devices?"}\n'
        '  - {id: when, page: 1, type: open, text: "When did it begin?"}\n'
        "  - {id: hrs, page: 1, type: open, text: Name three tools}\n" + DOG,
        "Respondent ID,Do you own a dog?,How many devices?,,When did it begin?,Name three tools,,\n"
        ",Response,Desktops,Laptops,Date / Time,1.,2.,3.\n"
        "1,Yes,2,3,01/02/2018,Slack,Zoom,\n2,No,,4,,,Excel,Word\n",
    ),
    "06_option_twice": (
        flat('{id: p, page: 1, type: multiple, text: "Which project?", options: {a: Helm, b: Strimzi, c: Flux}}'),
        "Respondent ID,Which project?,,,\n,Helm,Strimzi,Flux,Strimzi\n1,Helm,,,\n2,,Strimzi,,\n3,,,,Strimzi\n",
    ),
    "07_matrix_several_answers_per_row": (
        "questions:\n" + DOG + '  - {id: m, page: 2, type: matrix, text: "Which tools in which room?", rows: {k: Kitchen, b: Bath}, options: {mop: Mop, broom: Broom}}\n',
        "Respondent ID,Do you own a dog?,Which tools in which room?,,,\n"
        ",Response,Kitchen - Mop,Kitchen - Broom,Bath - Mop,Bath - Broom\n1,Yes,Mop,Broom,,\n2,No,,Broom,Mop,Broom\n",
    ),
    "08_matrix_row_missing": (
        flat("{id: m, page: 1, type: matrix, text: Rate the steps, rows: {r: Reviews, t: Tests}, options: {g: Good, p: Poor}}"),
        "Respondent ID,Rate the steps,,\n,Reviews,Tests,Our CI\n1,Good,Poor,Good\n2,Poor,Poor,Good\n",
    ),
    "09_longer_title": (
        flat('{id: m, page: 1, type: single, text: "How often did you attend the meeting live?", options: [never]}'),
        f"Respondent ID,{LIVE}\n,Response\n1,never\n2,never\n",
    ),
    "09b_after_a_fragment_as_alias": (
        flat('{id: m, page: 1, type: single, text: "How often did you attend the meeting live?", aliases: ["How often did you attend the meeting live? (PS"], options: [never]}'),
        f"Respondent ID,{LIVE}\n,Response\n1,never\n2,never\n",
    ),
    "10_long_answer": (
        flat('{id: m, page: 1, type: single, text: "How is it structured?", options: [Formal]}'),
        f'Respondent ID,How is it structured?\n1,"{INFORMAL}"\n2,Formal\n',
    ),
    "11_matrix_flattened_into_titles": (
        flat('{id: m, page: 1, type: matrix, text: "How often do you", rows: {w: Walk, r: Run}, options: {n: Never, d: Daily}}'),
        "Respondent ID,How often do you: Walk,How often do you: Run\n,Response,Response\n1,Never,Daily\n2,Daily,Never\n",
    ),
    "12_option_in_two_wordings": (
        flat('{id: income, page: 1, type: single, text: Income, options: {lo: "$0 - $24,999", hi: "$150,000+"}}'),
        'Respondent ID,Income\n1,"$150,000+"\n2,150000\n3,"$0 - $24,999"\n',
    ),
    "13_coded_headers": (
        'id_column: id\nblank: ["NA"]\n' + flat("{id: m, page: 1, type: multiple, text: q0004, options: {f: Father, m: Mother}}"),
        "id,q0004_0001,q0004_0002\n1,Father,Not selected\n2,Not selected,Mother\n3,NA,NA\n",
    ),
    "14_none_of_the_above_with_others": (
        "questions:\n" + DOG + '  - {id: a, page: 2, type: multiple, text: "Which toys?", options: {ball: Ball, rope: Rope, none: None of the above}, ask_if: {gate: [yes]}}\n',
        "Respondent ID,Do you own a dog?,Which toys?,,\n,Response,Ball,Rope,None of the above\n"
        "1,Yes,Ball,,None of the above\n2,Yes,Ball,Rope,\n3,No,,,\n4,Yes,,,None of the above\n",
    ),
    "15_google_forms_list_in_one_cell": (
        "id_column: Timestamp\n" + flat('{id: u, page: 1, type: multiple, text: "Which tools do you use?", options: {a: "Ansible", c: "Controller (ODL, DNAC, NSX)", n: Nornir}}'),
        'Timestamp,Which tools do you use?\n2019/11/18 9:00:00 AM,"Ansible, Controller (ODL, DNAC, NSX)"\n2019/11/18 9:01:00 AM,Nornir\n',
    ),
    "16_qualtrics_three_headers": (
        "id_column: ResponseId\n" + flat("{id: team, page: 1, type: single, text: On which team do you work?, options: {a: Sales, b: Research}}")
        + "  - {id: race, page: 1, type: multiple, text: Race, options: {w: White, b: Black, a: Asian}}\n",
        "StartDate,ResponseId,Q1,Q2_1,Q2_2,Q2_3\n"
        "Start Date,Response ID,On which team do you work?,Race - White,Race - Black,Race - Asian\n"
        '"{""ImportId"":""startDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}",'
        '"{""ImportId"":""QID2_1""}","{""ImportId"":""QID2_2""}","{""ImportId"":""QID2_3""}"'
        "\n2020-01-01,R_1,Sales,White,,Asian\n2020-01-01,R_2,Research,,Black,\n",
    ),
    "17_limesurvey_brackets": (
        "id_column: Response ID\n" + flat('{id: rec, page: 1, type: multiple, text: "Do you like recursion?", options: {o: One, t: Two}}'),
        '"Response ID","Do you like recursion? [One]","Do you like recursion? [Two]"\n"1","Yes","No"\n"2","No","No"\n"3","",""\n',
    ),
    "18_contact_block": (
        "questions:\n" + DOG + "  - {id: rem, page: 1, type: open, text: Remarks}\n",
        "Respondent ID,Do you own a dog?,Contact information,,,,Remarks\n"
        ",Response,Name,Email Address,Phone Number,City/Town,Open-Ended Response\n"
        "1,Yes,Zebulon Quarterfield,zq@example.org,555 0100,Ottawa,Zebulon Quarterfield helped me\n2,No,,,,,nothing\n",
    ),
    "19_many_alike": (
        flat('{id: w, page: 1, type: multiple, text: "Which?", options: [' + ", ".join(TWELVE) + "]}")
        + '  - {id: y, page: 1, type: single, text: "Why?", options: {yes: "Yes", no: "No"}}\n',
        "Respondent ID,Which?" + "," * 12 + "Why?\n," + ",".join(TWELVE) + ",Response\n"
        + "".join(f"{n},Option A{',' * 12}{'Yes' if n % 2 else 'No'}\n" for n in range(1, 16)),
    ),
}  # fmt: skip


@pytest.fixture
def case(tmp_path):
    """Writes a case; gives the paths of its questionnaire and its export."""

    def case(number):
        (name,) = (name for name in CASES if name.split("_")[0] == number)
        instrument, export = (tmp_path / f"{name}{suffix}" for suffix in (".yaml", ".csv"))
        instrument.write_text("title: T\n" + CASES[name][0], "utf-8")
        export.write_text(CASES[name][1], "utf-8")
        return instrument, export

    return case


@pytest.fixture
def read(case):
    """What is read of a case."""

    def read(number):
        instrument, export = case(number)
        return read_export(export, read_questionnaire(instrument))

    return read


@pytest.fixture
def after_fixing(case, run, tmp_path):
    """What is said of a case that is refused, and what is read once the proposals are applied."""

    def after_fixing(number):
        instrument, export = case(number)
        with pytest.raises(InputError):
            read_export(export, read_questionnaire(instrument))
        status, *said = run("check", "--questionnaire", instrument, "--export", export)
        assert status == 1
        fixed = tmp_path / "fixed.yaml"
        run("check", "--questionnaire", instrument, "--export", export, "--fix", fixed)
        assert run("check", "--questionnaire", fixed, "--export", export)[0] == 0
        return "\n".join(said), read_export(export, read_questionnaire(fixed))

    return after_fixing


def ticks(export, question, *codes):
    """How many ticked each option, of how many."""
    columns = [export.responses[question, code] for code in codes]
    return [(int(column.sum()), int(column.notna().sum())) for column in columns]


def kinds(export):
    return set(export.findings["kind"])


def message(export, word):
    """The one finding whose message or kind has a word."""
    texts = (
        export.findings["kind"] + " " + export.findings["column"] + " " + export.findings["message"]
    )
    (place,) = [n for n, text in enumerate(texts) if word in text.casefold()]
    return export.findings.iloc[place]


# ---- read as they are


@pytest.mark.parametrize("number", ["02", "03"])
def test_headers_with_something_more_are_read(read, number):
    export = read(number)
    assert list(export.responses.index) == ["1", "2"]
    assert ticks(export, "a", "ball", "rope", "bone") == [(1, 2), (1, 2), (1, 2)]


def test_04_a_single_choice_spread_over_columns_is_single(read, case):
    export = read("04")
    assert counts(export.responses, "gender") == {"m": 1, "f": 2}
    assert export.responses["gender", ""].tolist() == ["m", "f", "f"]
    instrument, path = case("04")
    survey = Survey.load(path, instrument)
    table = survey.table("pets", by="gender").set_index(["group", "item"])["count"]
    assert table.loc["f"].to_dict() == {"yes": 1, "no": 1}


def test_05_several_boxes_are_rows(read):
    export = read("05")
    devices, tools = export.questionnaire["d"], export.questionnaire["hrs"]
    assert [*devices.rows.values()] == ["Desktops", "Laptops"]
    assert [*tools.rows.values()] == ["1.", "2.", "3."]
    values = [export.responses["d", row].astype(object).tolist() for row in devices.rows]
    assert values[0][0] == 2 and values[1] == [3, 4]
    texts = [export.responses["hrs", row].dropna().tolist() for row in tools.rows]
    assert texts == [["Slack"], ["Zoom", "Excel"], ["Word"]]
    assert export.responses["when", ""].dropna().tolist() == ["01/02/2018"]
    assert len(export.findings) >= 2  # that there are boxes is told


def test_05_nobody_who_filled_a_box_is_a_nonresponse(case):
    instrument, path = case("05")
    survey = Survey.load(path, instrument)
    assert survey.status["d"].tolist() == survey.status["hrs"].tolist() == ["answered", "answered"]


def test_06_an_option_that_stands_twice_is_ticked_in_either_column(read):
    export = read("06")
    assert ticks(export, "p", "a", "b", "c") == [(1, 3), (2, 3), (0, 3)]


def test_07_a_matrix_with_several_ticks_in_a_row_is_multiple(read):
    export = read("07")
    assert export.questionnaire["m"].type == "matrix_multiple"
    items = ("k.mop", "k.broom", "b.mop", "b.broom")
    assert ticks(export, "m", *items) == [(1, 2), (2, 2), (1, 1), (1, 1)]


def test_11_a_matrix_flattened_into_titles_is_a_matrix(read):
    export = read("11")
    assert export.responses["m", "w"].tolist() == ["n", "d"]
    assert export.responses["m", "r"].tolist() == ["d", "n"]


def test_13_coded_headers_are_read_by_what_stands_below_them(read):
    export = read("13")
    assert ticks(export, "m", "f", "m") == [(1, 2), (1, 2)]


def test_14_none_of_the_above_with_others_is_a_finding(read):
    export = read("14")
    assert ticks(export, "a", "ball", "rope", "none") == [(2, 3), (1, 3), (2, 3)]
    found = message(export, "none of the above")
    assert found["count"] == 1 and "1" in found["message"]


def test_18_names_addresses_and_numbers_are_identities(read):
    export = read("18")
    assert list(export.responses.columns) == [("gate", ""), ("rem", "")]
    assert "identity column dropped" in kinds(export)
    assert export.identities.find("Zebulon Quarterfield helped me")
    said = export.findings.to_csv()
    assert "Zebulon" not in said and "zq@" not in said and "555" not in said


def test_19_few_answers_alike_are_no_duplicates(case, run):
    instrument, export = case("19")
    status, out, _ = run("check", "--questionnaire", instrument, "--export", export)
    assert status == 0
    assert "duplicate?" not in out and "exclude:" not in out


def test_09b_a_title_up_to_a_hyphen_is_read_where_it_was_said_so(read):
    assert counts(read("09b").responses, "m") == {"never": 2}


def test_17_subquestions_in_brackets_are_read(read):
    assert ticks(read("17"), "rec", "o", "t") == [(1, 2), (0, 2)]


# ---- refused with a way out


def test_01_a_file_without_ids_is_numbered_where_that_is_said(after_fixing):
    said, export = after_fixing("01")
    assert "id_column: none" in said
    assert list(export.responses.index) == ["1", "2"]
    assert ticks(export, "a", "ball", "rope", "bone") == [(1, 2), (1, 2), (1, 2)]


def test_08_a_row_that_is_missing_is_proposed_as_a_row(after_fixing):
    said, export = after_fixing("08")
    assert "rows" in said and "Our CI" in said and "add it to its options" not in said.casefold()
    rows = export.questionnaire["m"].rows
    (code,) = (code for code, label in rows.items() if label == "Our CI")
    assert [*rows][:2] == ["r", "t"]
    assert counts(export.responses, "m", code) == {"g": 2}
    assert counts(export.responses, "m", "r") == {"g": 1, "p": 1}


def test_09_the_whole_title_is_proposed_as_an_alias(after_fixing):
    said, export = after_fixing("09")
    assert LIVE in said and '(PS"' not in said
    assert LIVE in export.questionnaire["m"].aliases
    assert counts(export.responses, "m") == {"never": 2}


def test_10_the_whole_answer_is_proposed_as_an_option(after_fixing):
    said, export = after_fixing("10")
    assert INFORMAL in said
    labels = export.questionnaire["m"].options
    assert [*labels.values()] == ["Formal", INFORMAL]
    assert sorted(labels[code] for code in export.responses["m", ""]) == ["Formal", INFORMAL]


def test_12_a_second_wording_is_proposed_as_an_alias_of_its_option(after_fixing):
    said, export = after_fixing("12")
    assert "150000" in said and "aliases" in said and "change the label" not in said
    assert counts(export.responses, "income") == {"hi": 2, "lo": 1}
    assert export.questionnaire["income"].options["hi"] == "$150,000+"


@pytest.mark.parametrize(
    ("number", "program", "layout"),
    [
        ("15", "Google Forms", "google_forms"),
        ("16", "Qualtrics", "qualtrics"),
    ],
)
def test_the_export_of_another_program_is_named_and_its_layout_proposed(
    after_fixing, number, program, layout
):
    said, export = after_fixing(number)
    assert program in said and f"layout: {layout}" in said
    assert export.questionnaire.layout == layout
    expected = {
        "15": ("u", {"a": (1, 2), "c": (1, 2), "n": (1, 2)}),
        "16": ("race", {"w": (1, 2), "b": (1, 2), "a": (1, 2)}),
    }
    question, found = expected[number]
    assert ticks(export, question, *found) == [*found.values()]
    if number == "16":
        assert export.responses["team", ""].to_dict() == {"R_1": "a", "R_2": "b"}


def test_the_cases_are_all_here():
    assert [name.split("_")[0] for name in CASES] == [
        *(f"{n:02}" for n in range(1, 10)), "09b", *(f"{n:02}" for n in range(10, 20)),
    ]  # fmt: skip
