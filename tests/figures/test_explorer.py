"""The controls of the exploring notebook offer what the survey has and draw what is chosen."""

import base64

import pytest

from dmsi_lib.errors import InputError

pytest.importorskip("ipywidgets")


class Explorer:
    """The controls by their names, as they would be found on the screen."""

    def __init__(self, survey):
        *rows, self.code, _, self.download = survey.explore().children
        controls = [control for row in rows for control in row.children]
        names = ("search", "question", "by", "clear", "pick", "where", "edit", "base")
        vars(self).update(zip(names, controls, strict=True))

    @property
    def questions(self):
        return [name for _, name in self.question.options]


@pytest.fixture
def made(small):
    return Explorer(small)


@pytest.fixture
def seen(capsys):
    """What was drawn since the last look."""
    return lambda: capsys.readouterr().out


QUESTIONS = ["role", "shops", "eats", "doneness", "sauces", "cuts", "views", "why", "grams"]


def test_explore_offers_every_question_edit_and_base(made):
    assert made.questions == QUESTIONS
    assert made.question.options[3][0] == "doneness: How do you like it?"
    groups = ["", "role", "shops", "eats", "doneness", "sauces"]
    assert [value for _, value in made.by.options] == groups
    assert tuple(made.edit.options) == ("none", "gate", "follow_up")
    assert tuple(made.base.options) == ("answered", "universe")


def test_explore_starts_with_the_survey_s_own_reading(small):
    made = Explorer(small.with_(edit="gate", base="universe"))
    assert (made.edit.value, made.base.value) == ("gate", "universe")
    assert (made.question.value, made.by.value, list(made.where.value)) == ("role", "", [])
    assert made.code.value == "<pre>survey.show(&quot;role&quot;)</pre>"


def test_explore_shows_wording_table_and_figure_of_the_choice(made, seen):
    seen()
    made.question.value = "doneness"
    shown = seen()
    assert "How do you like it?\nAsked of: those who answered “Yes”" in shown
    assert "Base: 5 respondents who answered." in shown and "Bar chart. Counts" in shown
    made.base.value = "universe"
    assert "Base: 4 in the universe" in seen()
    made.edit.value = "gate"
    assert "Edit: gate." in seen()
    made.by.value = "role"
    shown = seen()
    assert "Cook (2)" in shown and "Total (" in shown


def test_explore_draws_every_question_in_groups(made, small, seen):
    made.by.value = "eats"
    for name in made.questions:
        seen()
        made.question.value = name
        if name != "role":
            assert small.question(name).text in seen()


def test_explore_finds_questions_by_words_of_id_text_and_answers(made, seen):
    made.search.value = "STEAK eat"
    assert made.questions == ["eats"]
    made.search.value = "well done"
    assert (made.questions, made.question.value) == (["doneness"], "doneness")
    made.search.value = "d"
    assert made.question.value == "doneness" and len(made.questions) > 1  # kept
    seen()
    made.search.value = "nothing like it"
    assert made.questions == [] and seen().endswith("No question has all of these words.\n")
    assert made.code.value == made.download.value == ""
    made.search.value = ""
    assert made.questions == QUESTIONS


def test_explore_clears_groups_and_filters(made, small):
    made.by.value, made.where.value = "role", ["eats=yes"]
    made.clear.click()
    assert (made.by.value, list(made.where.value)) == ("", [])
    made.by.value = "role"
    made.by.index = 0  # as the reader chooses "(no groups)" in the list
    assert (made.by.value, made.by.label) == ("", "(no groups)")


def test_explore_filters_by_answers_that_are_picked(made, seen):
    assert "eats: Yes" in made.pick.options
    made.question.value = "role"
    seen()
    made.pick.value = "eats: Yes"
    assert list(made.where.value) == ["eats=yes"] and made.pick.value == ""
    assert "Base: 4 respondents who answered." in seen()
    made.pick.value = "eats: No"  # any of one question's answers
    assert "Base: 6 respondents who answered." in seen()
    made.pick.value = "shops: Butcher"  # and those of another
    assert "Base: 3 respondents who answered." in seen()
    made.where.value = ["eats=no"]
    assert "Base: 2 respondents who answered." in seen()


def test_explore_says_what_is_wrong_with_a_filter_that_is_typed(made, seen):
    seen()
    made.where.value = ["eats"]
    assert "'eats' is no condition" in seen()
    made.where.value = ["eats=maybe"]
    assert "There is no option of eats with code 'maybe'" in seen()


def test_explore_tells_the_line_of_code_that_makes_the_table(made, small):
    made.question.value, made.by.value, made.edit.value = "doneness", "role", "gate"
    made.where.value = ["eats=yes", "eats=no", "role!=critic"]
    line = made.code.value.removeprefix("<pre>").removesuffix("</pre>")
    line = line.replace("&quot;", '"').replace("&#x27;", "'")
    assert line == (
        "survey.with_(edit=\"gate\").part(['eats=yes,no', 'role!=critic'])"
        '.show("doneness", by="role")'
    )
    assert "Cook (2)" in repr(eval(line, {"survey": small}))


def test_explore_gives_the_table_as_a_file(made, small):
    made.question.value = "doneness"
    assert 'download="doneness.csv"' in made.download.value
    content = made.download.value.split("base64,")[1].split('"')[0]
    table = base64.b64decode(content).decode("utf-8-sig").splitlines()
    assert table[0].startswith("question,item,label,group,count")
    assert len(table) == 1 + len(small.table("doneness"))


def test_explore_shows_themes_of_an_open_question(survey, seen):
    made = Explorer(survey)
    seen()
    made.question.value = "why_not_evaluate"
    shown = seen()
    assert "Don't see the need" in shown and "answers coded by the researchers" in shown


def test_explore_says_in_words_what_can_t_be_done(made, small, seen, monkeypatch):
    def refuse(*arguments):
        raise InputError("Nothing can be counted.")

    monkeypatch.setattr(type(small), "show", refuse)
    seen()
    made.question.value = "eats"
    assert seen().strip().endswith("Nothing can be counted.")
