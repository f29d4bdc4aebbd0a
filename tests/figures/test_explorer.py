"""The controls of the exploring notebook offer what the survey has and draw what is chosen."""

import pytest

pytest.importorskip("ipywidgets")


def controls(survey):
    box = survey.explore()
    return {control.description: control for control in box.children[:-1]}


def test_explore_offers_every_question_edit_and_base(small):
    made = controls(small)
    assert list(made) == ["Question", "Groups", "Edit", "Base"]
    assert [value for _, value in made["Question"].options] == [
        *("role", "shops", "eats", "doneness", "sauces", "cuts", "views", "why", "grams"),
    ]
    assert made["Question"].options[3][0] == "doneness: How do you like it?"
    assert [value for _, value in made["Groups"].options] == [
        *(None, "role", "shops", "eats", "doneness", "sauces"),
    ]
    assert tuple(made["Edit"].options) == ("none", "gate", "follow_up")
    assert tuple(made["Base"].options) == ("answered", "universe")


def test_explore_starts_with_the_survey_s_own_reading(small):
    made = controls(small.with_(edit="gate", base="universe"))
    assert (made["Edit"].value, made["Base"].value) == ("gate", "universe")
    assert (made["Question"].value, made["Groups"].value) == ("role", None)


def test_explore_shows_wording_table_and_figure_of_the_choice(small, capsys):
    made = controls(small)
    capsys.readouterr()
    made["Question"].value = "doneness"
    shown = capsys.readouterr().out
    assert "How do you like it?\nAsked of: those who answered “Yes” (eats)." in shown
    assert "Base: 5 respondents who answered." in shown and "Bar chart. Counts" in shown
    made["Base"].value = "universe"
    assert "Base: 4 in the universe" in capsys.readouterr().out
    made["Edit"].value = "gate"
    assert "Edit: gate." in capsys.readouterr().out
    made["Groups"].value = "role"
    assert "Cook (2)" in capsys.readouterr().out


def test_explore_draws_every_question_in_groups(small, capsys):
    made = controls(small)
    made["Groups"].value = "eats"
    for _, name in made["Question"].options:
        capsys.readouterr()
        made["Question"].value = name
        if name != "role":
            assert small.question(name).text in capsys.readouterr().out


def test_explore_says_in_words_what_can_t_be_done(small, capsys, monkeypatch):
    from dmsi_lib.errors import InputError

    made = controls(small)

    def refuse(*arguments):
        raise InputError("Nothing can be counted.")

    monkeypatch.setattr(type(small), "show", refuse)
    capsys.readouterr()
    made["Question"].value = "eats"
    assert capsys.readouterr().out.strip().endswith("Nothing can be counted.")
