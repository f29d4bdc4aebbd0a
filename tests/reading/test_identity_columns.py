"""Columns that say who the respondents are: by title, by label, by what their cells hold."""

import pytest
from sample_exports import questionnaire, read_rows_as, refused_export, survey

from dmsi_lib.reading.header.headers import Header
from dmsi_lib.reading.identities.identities import identity_columns, known_phrases
from dmsi_lib.reading.rows.rows import Rows

ASKED = questionnaire(
    """
    identity_columns: [Nickname]
    questions:
      - {id: a, text: A, type: open, page: 1}
      - id: collects
        text: What contact information do you collect?
        type: multiple
        page: 1
        options: {email: Email, phone: Cell phone}
        other: Other
    """
)


def kinds(titles, subtitles=None, *body):
    header = Header(list(titles), subtitles and list(subtitles))
    rows = Rows.of(body) if body else Rows.of_cells([[]] * len(titles))
    return identity_columns(header, rows, ASKED)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("IP Address", "data"),
        ("ip address:", "data"),
        ("<b>Email</b> Address", "e-mail"),
        ("E-mail", "e-mail"),
        ("FIRST NAME", "name"),
        ("Last nameÊ", "name"),
        ("Phone", "telephone"),
        ("Custom Data 2", "data"),
        ("Nick-name", "data"),
        ("Nom", "name"),
        ("Prénom", "name"),
        ("Courriel", "e-mail"),
        ("Adresse courriel", "e-mail"),
        ("Téléphone", "telephone"),
        ("RecipientLastName", "name"),
        ("RecipientFirstName", "name"),
        ("RecipientEmail", "e-mail"),
        ("IPAddress", "data"),
        ("LocationLatitude", "data"),
        ("LocationLongitude", "data"),
        ("ExternalReference", "data"),
        ("Username", "name"),
    ],
)
def test_identity_columns_know_a_title_however_it_is_written(title, kind):
    assert kinds(["Respondent ID", title, "", "A", ""]) == {1: kind, 2: kind}


@pytest.mark.parametrize(
    "title", ["Name of your agency", "Emails sent", "Names", "Address", "City"]
)
def test_identity_columns_leave_other_titles_alone(title):
    assert kinds(["Respondent ID", title], None, ["1", "Ottawa"]) == {}


def test_identity_columns_are_not_that_of_the_ids():
    survey = questionnaire(
        "id_column: Email Address\nquestions:\n  - {id: a, text: A, type: open, page: 1}\n"
    )
    header = Header(["Email Address", "Email", "A"])
    rows = Rows.of([["a@b.org", "c@d.org", "so"]])
    assert identity_columns(header, rows, survey) == {1: "e-mail"}


CONTACT = ["Name", "Company", "Address", "Address 2", "City/Town", "State/Province"]
CONTACT += ["ZIP/Postal Code", "Country", "Email Address", "Phone Number", "Best time"]
PERSON = ["Zora Quill", "Harbour House", "1 Main St", "", "Ottawa", "ON", "K1A 0A1", "Canada"]
PERSON += ["zq@example.org", "6135550100", "noon"]


def test_identity_columns_know_the_labels_of_a_contact_question():
    titles = ["Respondent ID", "Contact information", *[""] * 10, "A"]
    found = kinds(titles, ["", *CONTACT, "Response"], ["1", *PERSON, "so"], ["2", *[""] * 12])
    assert list(found.values()) == [
        *("name", "address", "address", "address", "place", "place", "place", "place"),
        *("e-mail", "telephone", "data"),
    ]
    assert known_phrases(found, Rows.of([["1", *PERSON, "so"]])) == (
        {("Zora Quill", "zq@example.org")},
        {"Harbour House", "1 Main St", "", "6135550100", "noon"},
    )
    # under a title that does not say so, what is no part of an address stays
    titles[1] = "About you"
    assert set(found) - set(kinds(titles, ["", *CONTACT, ""], ["1", *PERSON, "so"])) == {11}


def test_identity_columns_know_the_labels_in_one_header_row():
    titles = ["Respondent ID", *(f"Contact information - {label}" for label in CONTACT), "A"]
    assert list(kinds(titles, None, ["1", *PERSON, "so"])) == [*range(1, 12)]
    titles = ["Respondent ID", "Votre agence : Courriel", "A [Email]"]
    assert list(kinds(titles, None, ["1", "a@example.org", "b@example.org"])) == [1, 2]


@pytest.mark.parametrize("title", ["What contact information do you collect?", "Contact by?"])
@pytest.mark.parametrize("cells", [["Email", "Cell phone"], ["1", "1"], ["1", "0"], ["", ""]])
def test_identity_columns_are_none_that_only_tick_an_option(title, cells):
    titles, labels = ["Respondent ID", title, ""], ["", "Email", "Cell phone"]
    assert kinds(titles, labels, ["1", *cells]) == {}
    titles = ["Respondent ID", f"{title} - Email", f"{title} - Cell phone"]
    assert kinds(titles, None, ["1", *cells]) == {}


def test_identity_columns_are_no_rows_of_a_scale():
    titles, labels = ["Respondent ID", "How often?", ""], ["", "Email", "Name"]
    body = [[str(n), "Often" if n % 2 else "Never", "Never"] for n in range(6)]
    assert kinds(titles, labels, *body) == {}


@pytest.mark.parametrize(
    "title",
    ["Please enter your name", "Your full name:", "Name of the person who answers", "Vos noms"],
)
def test_identity_columns_know_that_a_title_asks_for_a_name(title):
    body = [["1", "Ann Lee"], ["2", "Bo Roy"], ["3", ""]]
    assert kinds(["Respondent ID", title], None, *body) == {1: "name"}
    often = [[str(n), "Yes"] for n in range(6)]  # "Did you tell your name?"
    assert kinds(["Respondent ID", title], None, *often) == {}


def test_read_export_reads_the_question_that_an_identity_stands_among(tmp_path):
    text = survey("  - {id: a, text: Where?, type: open, page: 1, rows: {v: Ville, o: Org}}\n")
    for at in range(3):
        labels, answers = ["Ville", "Org"], ["Laval", "House"]
        labels.insert(at, "Nom"), answers.insert(at, "Zoe Roy")
        two = [["id", "Where?", "", ""], ["", *labels], ["1", *answers]]
        one = [["id", *(f"Where? - {label}" for label in labels)], ["1", *answers]]
        for rows in (two, one):
            found = read_rows_as(tmp_path, rows, text).responses
            assert found.loc["1"].to_dict() == {("a", "v"): "Laval", ("a", "o"): "House"}


def test_read_export_says_that_a_question_is_made_of_identities(tmp_path):
    text = survey(
        "  - {id: a, text: You, type: open, page: 1}\n  - {id: b, text: B, type: open, page: 1}\n"
    )
    rows = [["id", "You", "", "B"], ["", "Name", "Email", "Response"]]
    rows += [["1", "Zoe Roy", "zoe@example.org", "so"], ["2", "Ann Lee", "", "so"]]
    (fault,) = refused_export(tmp_path, rows, text)
    assert fault.startswith("question 'a' (line 3): what stands under 'You' says who the")


def test_identity_columns_know_what_cells_hold():
    titles = ["Respondent ID", "Reach me", "Ring me", "Machine", "When", "Collector ID", "A"]
    body = [
        [
            "1",
            "a@example.org",
            "(613) 555-0100",
            "192.0.2.7",
            "2018-01-05",
            "4337954960",
            "a@b.org",
        ],
        [
            "2",
            "b@example.org",
            "+1 613 555 0100 ext. 2",
            "2001:db8::1",
            "2018-01-06",
            "2",
            "c@b.org",
        ],
        ["3", "rather not", "01 23 45 67 89", "", "1-5", "4337954960", "d@b.org"],
    ]
    assert kinds(titles, None, *body) == {1: "e-mail", 2: "telephone", 3: "data"}  # A is asked
    few = [*([row[0], "so", *row[2:]] for row in body[:2]), body[2]]
    assert 1 not in kinds(titles, None, *few)


def test_read_export_finds_the_names_of_a_contact_question_in_answers(tmp_path):
    text = survey("  - {id: rem, text: Remarks, type: open, page: 1}\n")
    rows = [
        ["id", "Contact information", "", "", "", "Remarks"],
        ["", "Name", "Email Address", "Phone Number", "City/Town", "Open-Ended Response"],
        ["1", "Zebulon Quarterfield", "zq@example.org", "555 0100", "Ottawa", "Zebulon helped me"],
        ["2", "", "", "", "", "nothing"],
    ]
    export = read_rows_as(tmp_path, rows, text)
    assert list(export.responses.columns) == [("rem", "")]
    assert export.identities.find("Zebulon helped me in Ottawa") == [(0, 7)]
    assert export.findings["column"].tolist() == [
        *("Name", "Email Address", "Phone Number", "City/Town")
    ]
    said = export.findings.to_csv() + export.log.to_csv()
    assert not any(word in said for word in ("Zebulon", "zq@", "555", "Ottawa"))
