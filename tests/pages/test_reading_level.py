"""What readers see outside the folds can be read after ten years at school."""

import pytest
from reading_level import grade, sentences, syllables, visible_text

from dmsi_lib.report.notebooks import section_notebooks

HARDEST = 10
PAGES = ["index.html", *(f"{path.stem}.html" for path in section_notebooks())]


WORDS = {
    1: "the yes asked said score time used moved whole cell likes makes changed one range while",
    2: "survey clients answer message people table highest hidden worker given started question "
    "percent changes using other little handles being data users create largely statements",
    3: "percentage respondent management universe example radio being-asked settlement agencies "
    "policies newcomer benefit employee messages devices provider created area idea period "
    "questionnaire",
    4: "differently information community situation anonymous respondents-said definitely",
    5: "evaluation communication organization possibility",
}


@pytest.mark.parametrize("count", WORDS)
def test_syllables_of_words(count):
    wrong = {word: syllables(word) for word in WORDS[count].split() if syllables(word) != count}
    assert wrong == {}


def test_grade_of_a_published_example():
    # Wikipedia, Flesch-Kincaid readability tests: 24 syllables in 13 words are grade 11.3.
    text = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
    assert round(grade(text), 1) == 11.3


def test_grade_of_texts_without_words():
    assert grade("") == grade("12 of 13 (92 %)") == 0


def test_sentences_end_with_marks():
    text = "A heading\nIt rose by 4.5 points. “They use it daily.” Half (eg. these) did. And then"
    assert [len(one.split()) for one in sentences(text)] == [5, 4, 4]


def test_visible_text_leaves_out_what_is_folded_or_code():
    page = (
        "<head><title>T</title></head><body><nav><p>no</p></nav><main><h1>Yes</h1>"
        "<p>seen <b>too</b></p><details><summary>no</summary><p>no</p></details>"
        "<pre class='code'>no</pre><blockquote><p>asked</p></blockquote>"
        "<table><tr><td>no</td></tr></table></main></body>"
    )
    assert visible_text(page) == "Yes\nseen too\nasked"


@pytest.mark.slow
def test_pages_are_plain(report):
    grades = {
        name: round(grade(visible_text((report / name).read_text(encoding="utf-8"))), 1)
        for name in PAGES
    }
    assert {name: value for name, value in grades.items() if value > HARDEST} == {}
