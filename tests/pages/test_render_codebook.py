"""A codebook's page, whatever the questionnaire says."""

import pytest
from bs4 import BeautifulSoup
from hostile_texts import TEXTS, hostile_context

from dmsi_lib.pages.codebook import Entry, render_codebook
from dmsi_lib.pages.pages import Section

SECTION = Section("codebook.html", "Codebook", "All.", "about")


def rendered(text):
    entry = Entry("q", text, {"Remark": text}, {text: [[text, text, "1"]]})
    heads = ["Answer", "Code", "Count"]
    context = hostile_context(text)
    page = render_codebook({text: [entry]}, heads, text, SECTION, [SECTION], context)
    return BeautifulSoup(page, "html.parser")


@pytest.mark.parametrize("name", TEXTS)
def test_whatever_a_question_says_is_text(name):
    page, plain = rendered(TEXTS[name]), rendered("plain")
    assert [tag.name for tag in page.find_all(True)] == [tag.name for tag in plain.find_all(True)]
    assert not [tag for tag in page.find_all(True) for a in tag.attrs if a.startswith("on")]
    said = page.find(id="question-q").get_text()
    assert "".join(said.split()) == "".join(TEXTS[name].replace("\x00", "\ufffd").split())


def test_a_statement_heads_its_own_rows():
    page = rendered("tasty")
    assert page.select_one("tbody th[scope=rowgroup]").get_text() == "tasty"
    assert page.select_one("details .scroll")["aria-label"] == "Answers and blanks: tasty (q)"
