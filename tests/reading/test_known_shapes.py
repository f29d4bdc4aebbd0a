"""Imitations, with invented answers, of the shapes in which public survey exports are found."""
# ruff: noqa: E501 (a row of a table stays on its line)

import pytest
from sample_exports import counts, csv_text, questionnaire, read_rows_as

from dmsi_lib.errors import InputError
from dmsi_lib.reading.export import read_export

# ---- two header rows, dashes that two wrong encodings have turned into letters, ranking, matrix

FILMS = {
    "one": "Film: Part I – The Start",
    "two": "Film: Part II – The Rest",
    "three": "Film: Part III –The End",
}
FILM_OPTIONS = ", ".join(f"{code}: '{label}'" for code, label in FILMS.items())
STARS = f"""
id_column: RespondentID
questions:
  - {{id: seen_any, text: Have you seen any of the 3 films?, type: single, page: 1, options: {{yes: "Yes", no: "No"}}}}
  - id: seen
    text: Which of the following films have you seen? Please select all that apply.
    type: multiple
    page: 2
    ask_if: {{seen_any: [yes]}}
    options: {{{FILM_OPTIONS}}}
  - id: rank
    text: Please rank the films in order of preference with 1 being your favorite.
    type: ranking
    page: 2
    ask_if: {{seen_any: [yes]}}
    options: {{{FILM_OPTIONS}}}
  - id: views
    text: Please state whether you view the following characters favorably, unfavorably, or are unfamiliar with him/her.
    type: matrix
    page: 3
    ask_if: {{seen_any: [yes]}}
    rows: {{han: Han Solo, c3po: C-3P0, r2: R2 D2}}
    options: {{good: Very favorably, neutral: Neither favorably nor unfavorably (neutral), bad: Very unfavorably, na: Unfamiliar (N/A)}}
  - {{id: knows, text: Are you familiar with the Expanded Universe?, type: single, page: 4, options: {{yes: "Yes", no: "No"}}}}
  - {{id: fan, text: Do you consider yourself to be a fan of the Expanded Universe?, type: single, page: 4, ask_if: {{knows: [yes]}}, options: {{yes: "Yes", no: "No"}}}}
  - {{id: age, text: Age, type: single, page: 5, options: {{a: 18-29, b: 30-44, c: 45-60, d: "> 60"}}}}
"""


def star_rows():
    films = [label.replace("–", "äóñ") for label in FILMS.values()]
    return [
        [
            *("RespondentID", "Have you seen any of the 3 films?"),
            *("Which of the following films have you seen? Please select all that apply.", "", ""),
            *("Please rank the films in order of preference with 1 being your favorite.", "", ""),
            "Please state whether you view the following characters favorably, unfavorably, or are unfamiliar with him/her.",
            *("", ""),
            "Are you familiar with the Expanded Universe?",
            *("Do you consider yourself to be a fan of the Expanded Universe?Œæ", "Age"),
        ],
        ["", "Response", *films, *films, "Han Solo", "C-3P0", "R2 D2", "Response", "Response", "Response"],
        ["1", "Yes", films[0], films[1], "", "1", "2", "3", "Very favorably", "Unfamiliar (N/A)", "Very unfavorably", "Yes", "No", "18-29"],
        ["2", "No", *[""] * 9, "", "", "> 60"],
        ["3", "Yes", "", "", films[2], "3", "2", "1", "Neither favorably nor unfavorably (neutral)", "", "Very favorably", "No", "", ""],
        ["4", "Yes", *[""] * 12],
    ]  # fmt: skip


def check_stars(responses):
    assert counts(responses, "seen_any") == {"yes": 3, "no": 1}
    assert [counts(responses, "seen", film) for film in FILMS] == [
        {True: 1, False: 1}, {True: 1, False: 1}, {False: 1, True: 1}
    ]  # fmt: skip
    assert responses["rank", "three"].dropna().to_dict() == {"1": 3, "3": 1}
    assert counts(responses, "views", "han") == {"good": 1, "neutral": 1}
    assert counts(responses, "views", "c3po") == {"na": 1}
    assert counts(responses, "views", "r2") == {"bad": 1, "good": 1}
    assert counts(responses, "knows") == {"yes": 1, "no": 1}
    assert counts(responses, "fan") == {"no": 1}
    assert counts(responses, "age") == {"a": 1, "d": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "mac_roman", "cp1252"])
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_read_export_reads_films_characters_and_damaged_dashes(tmp_path, encoding, end):
    path = tmp_path / "stars.csv"
    path.write_bytes(csv_text(star_rows()).replace("\r\n", end).encode(encoding))
    check_stars(read_export(path, questionnaire(STARS)).responses)


def test_read_export_reads_films_in_one_header_row(tmp_path):
    titles, subtitles, *body = star_rows()
    header, last = [], ""
    for title, subtitle in zip(titles, subtitles, strict=True):
        last = title or last
        header.append(last if subtitle in ("", "Response") else f"{last} - {subtitle}")
    check_stars(read_rows_as(tmp_path, [header, *body], STARS).responses)


# ---- one header row, ratings in cells, N/A an answer, non-breaking spaces turned into Ê

COUNTRIES = ["Algeria", "Australia", "the Netherlands"]
FOOD = """
id_column: RespondentID
questions:
  - {id: level, text: "Generally speaking, how would you rate your level of knowledge of cuisines?", type: single, page: 1, options: {novice: Novice, expert: Expert}}
  - {id: interest, text: "How much, if at all, are you interested in cuisines?", type: single, page: 1, options: {lot: A lot, little: Not much, none: Not at all}}
""" + "".join(
    f"  - {{id: c{n}, text: Please rate how much you like the traditional cuisine of {country}., "
    "type: single, page: 2, options: {5: '5', 4: '4', 3: '3', 2: '2', 1: '1', na: N/A}}\n"
    for n, country in enumerate(COUNTRIES)
)


def test_read_export_reads_ratings_and_not_applicable(tmp_path):
    rows = [
        [
            *(
                "RespondentID",
                "Generally speaking, how would you rate your level of knowledgeÊof cuisines?",
            ),
            "How much, if at all, are you interested in cuisines?",
            "Please rate how much you like the traditional cuisine of Algeria:",
            "Please rate how much you like the traditional cuisine ofÊAustralia.",
            "Please rate how much you like the traditional cuisine of the Netherlands.",
        ],
        ["1", "Novice", "Not muchÊ", "N/A", "5", "1"],
        ["2", "Expert", "Not at allÊ", "N/A", "4", "N/A"],
        ["3", "Expert", "A lot", "", "", ""],
    ]
    responses = read_rows_as(tmp_path, rows, FOOD).responses
    assert counts(responses, "interest") == {"little": 1, "none": 1, "lot": 1}
    assert counts(responses, "c0") == {"na": 2}
    assert counts(responses, "c1") == {"5": 1, "4": 1}
    assert counts(responses, "c2") == {"1": 1, "na": 1}


# ---- one header row, words run together, feet and inches, a label cut down to its number

FLIGHTS = """
id_column: RespondentID
questions:
  - {id: tall, text: How tall are you?, type: single, page: 1, options: ["5'1\\"", "5'11\\"", "6'3\\"", "Under 5 ft."]}
  - {id: friends, text: Is it rude to ask someone to switch seats with you in order to be closer to friends?, type: single, page: 1, options: {no: "No, not at all rude", yes: "Yes, very rude"}}
  - {id: family, text: Is it rude to ask someone to switch seats with you in order to be closer to family?, type: single, page: 1, options: {no: "No, not at all rude", yes: "Yes, very rude"}}
  - {id: rests, text: "In a row of three seats, who should get to use the two arm rests?", type: single, page: 1, options: {shared: The arm rests should be shared}, other: Other (please specify)}
  - {id: income, text: Household Income, type: single, page: 2, options: {low: "$0 - $24,999", high: "$100,000 - $149,999", top: "$150,000+"}}
"""
FLIGHT_ROWS = [
    [
        *("RespondentID", "How tall are you?"),
        "Is it rude to ask someone to switch seats with you in order to be closer to friends?",
        "Is itrude to ask someone to switch seats with you in order to be closer to family?",
        "In a row of three seats, who should get to use the two arm rests?",
        "Household Income",
    ],
    [
        "1",
        "5'1\"",
        "No, not at all rude",
        "Yes, very rude",
        "The arm rests should be shared",
        "$0 - $24,999",
    ],
    ["2", "5'11\"", "Yes, very rude", "Yes, very rude", "Other (please specify)", "$150,000+"],
    ["3", "6'3\"", "", "", "", ""],
]


def test_read_export_reads_heights_and_an_other_without_text(tmp_path):
    responses = read_rows_as(tmp_path, FLIGHT_ROWS, FLIGHTS).responses
    assert counts(responses, "tall") == {"5'1\"": 1, "5'11\"": 1, "6'3\"": 1}
    assert counts(responses, "friends") == {"no": 1, "yes": 1}
    assert counts(responses, "family") == {"yes": 2}
    assert counts(responses, "rests") == {"shared": 1, "other": 1}


def test_read_export_suggests_the_label_of_an_income_cut_down_to_its_number(tmp_path):
    rows = [*FLIGHT_ROWS, ["4", "", "", "", "", "150000"]]
    with pytest.raises(
        InputError, match=r"'150000' \(1 times\) is no option of 'income'; near to '\$150,000\+'"
    ):
        read_rows_as(tmp_path, rows, FLIGHTS)
    corrected = FLIGHTS.replace('"$150,000+"', '"150000"')
    del rows[2]
    assert counts(read_rows_as(tmp_path, rows, corrected).responses, "income") == {
        "low": 1,
        "top": 1,
    }


# ---- "Not selected" in words, NA where nobody was asked, question marks for apostrophes

IDEALS = """
id_column: ID
blank: ["", NA, No answer]
questions:
  - {id: works, text: Which describes your job?, type: single, page: 1, options: {yes: "Employed, working full-time", no: "Not employed-retired"}}
  - id: gain
    text: What are the advantages at your work?
    type: multiple
    page: 2
    ask_if: {works: [yes]}
    options: {pay: It’s better paid, serious: Men are taken more seriously, none: None of the above}
    other: Other (please specify)
  - {id: often, text: How often?, type: single, page: 3, options: {often: Often, never: "Never, and not open to it", open: "Never, but open to it"}}
"""


def test_read_export_tells_ticking_nothing_from_not_being_asked(tmp_path):
    no = "Not selected"
    rows = [
        ["ID", "Which describes your job?", "What are the advantages at your work?", "", "", "", "How often?"],
        ["", "Response", "It?s better paid", "Men are taken more seriously", "None of the above", "Other (please specify)", "Response"],
        ["1", "Employed, working full-time", "It?s better paid", no, no, "Other (please specify)", "Often"],
        ["2", "Employed, working full-time", no, no, no, no, "Never, and not open to it"],
        ["3", "Not employed-retired", "NA", "NA", "NA", "NA", "Never, but open to it"],
        ["4", "No answer", "NA", "NA", "NA", "NA", "No answer"],
    ]  # fmt: skip
    responses = read_rows_as(tmp_path, rows, IDEALS).responses
    assert responses["gain", "pay"].astype(object).fillna("").tolist() == [True, False, "", ""]
    assert responses["gain", "other"].astype(object).fillna("").tolist() == [True, False, "", ""]
    assert responses["gain", "other_text"].isna().all()
    assert counts(responses, "often") == {"often": 1, "never": 1, "open": 1}
    assert counts(responses, "works") == {"yes": 2, "no": 1}


# ---- answers that differ by one comma

COMMAS = """
id_column: RespondentID
questions:
  - id: sentence
    text: In your opinion, which sentence is more gramatically correct?
    type: single
    page: 1
    options:
      without: It's important for a person to be honest, kind and loyal.
      with: It's important for a person to be honest, kind, and loyal.
  - {id: data, text: 'When faced with using the word "data", have you spent time on it?', type: single, page: 1, options: {yes: "Yes", no: "No"}}
"""


def test_read_export_keeps_apart_what_differs_by_a_comma(tmp_path):
    rows = [
        ["RespondentID", "In your opinion, which sentence is more gramatically correct?", 'When faced with using the word "data", have you spent time on it?'],
        ["1", "It's important for a person to be honest, kind and loyal.", "Yes"],
        ["2", "It's important for a person to be honest, kind, and loyal.", "No"],
        ["3", "It's important for a person to be honest, kind, and loyal.", ""],
    ]  # fmt: skip
    responses = read_rows_as(tmp_path, rows, COMMAS).responses
    assert counts(responses, "sentence") == {"with": 2, "without": 1}
    changed = [*rows, ["4", "It's important for a person to be honest; kind; and loyal", "Yes"]]
    with pytest.raises(InputError, match="is no option of 'sentence'"):
        read_rows_as(tmp_path, changed, COMMAS)
