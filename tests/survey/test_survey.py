"""The one object a notebook holds: what it loads, whom it leaves out, what it says."""

import shutil

import pandas as pd
import pytest
from small_survey import IDS, STEAK, make_responses, write_survey

from dmsi_lib import Survey
from dmsi_lib.choices import QUESTIONNAIRE, SYNTHETIC_EXPORT, Choices
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.figures import say
from dmsi_lib.reading.export import read_export
from dmsi_lib.survey.numbers import NOT_CODED
from dmsi_lib.tables.tables import COLUMNS, UNWRITTEN
from dmsi_lib.where import Where

CODEBOOK = """\
why:
  - {code: body, label: For the body}
  - {code: taste, label: For the taste}
"""
TAGS = "respondent,theme,coder\nr1,body,ann\nr3,taste,ann\nr6,body,ann\n"


@pytest.fixture
def coded(tmp_path):
    """The small survey with a codebook and tags beside it."""
    files = write_survey(tmp_path)
    (tmp_path / "themes.yaml").write_text(CODEBOOK, encoding="utf-8")
    (tmp_path / "tags").mkdir()
    (tmp_path / "tags" / "why.csv").write_text(TAGS, encoding="utf-8")
    return files


# ---- loading


def test_load_without_arguments_reads_the_synthetic_export(survey):
    assert survey.export.path == str(SYNTHETIC_EXPORT)
    assert survey.questionnaire.path == str(QUESTIONNAIRE)
    assert (survey.edit, survey.base, survey.where) == ("none", "answered", Where())
    assert survey.synthetic
    assert (survey.n, len(survey.questionnaire.questions)) == (443, 68)


def test_load_reads_the_given_files(small):
    assert small.n == 8
    assert list(small.responses.index) == IDS
    assert not small.synthetic
    pd.testing.assert_frame_equal(
        small.responses, make_responses(small.questionnaire), check_names=False
    )


def test_load_takes_the_settings_of_the_command_line(tmp_path):
    files = write_survey(tmp_path)
    survey = Survey.load(*files, edit="gate", base="universe", where=["role=cook"])
    assert (survey.edit, survey.base, survey.where) == ("gate", "universe", Where.of("role=cook"))
    # cooks: r1, r2 on route; r5's off-route answer is removed by the gate.
    assert list(survey.table("doneness")[["item", "count", "base"]].itertuples(index=False)) == [
        *(("rare", 2, 2), ("medium", 0, 2), ("well", 0, 2), ("not_stated", 0, 2)),
    ]


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"export": "none.csv"}, InputError, "none.csv"),
        ({"questionnaire": "none.yaml"}, InputError, "none.yaml"),
        ({"edit": "gates"}, UsageError, "There is no edit 'gates'. Did you mean 'gate'?"),
        ({"base": "universal"}, UsageError, "no base 'universal'. Did you mean 'universe'?"),
        ({"where": "province"}, UsageError, "'province' is no condition; expected question=code"),
        ({"where": "provnce=ontario"}, UsageError, "Did you mean 'province'"),
        ({"where": "province=ontaro"}, UsageError, "Did you mean 'ontario'?"),
        ({"where": "why_not_using=a"}, UsageError, "is of type open; it has no codes"),
        ({"where": ["role=frontline", "role=management"]}, InputError, "No respondent is left"),
    ],
)
def test_load_refuses(settings, error, message):
    with pytest.raises(error) as raised:
        Survey.load(**settings)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_load_reads_a_file_again_only_once_its_content_has_changed(tmp_path, monkeypatch):
    files, reads = write_survey(tmp_path), []
    monkeypatch.setattr(
        "dmsi_lib.reading.kept.read_export",
        lambda *file: reads.append(file) or read_export(*file),
    )
    assert Survey.load(*files).n == Survey.load(*files, base="universe").n == 8
    assert len(reads) == 1
    text = files[0].read_text(encoding="utf-8")
    files[0].write_text(text[: text.rstrip().rindex("\n") + 1], encoding="utf-8")
    assert Survey.load(*files).n == 7
    files[1].write_text(STEAK.replace("title: Steak", "title: Beef"), encoding="utf-8")
    assert Survey.load(*files).questionnaire.title == "Beef"
    assert len(reads) == 3


# ---- a survey never changes


@pytest.mark.parametrize("name", [*vars(Choices()), "choices", "n", "responses", "anything"])
def test_survey_refuses_to_be_assigned_to(small, name):
    with pytest.raises(AttributeError, match=rf"survey\.{name} can't be assigned to.*with_\("):
        setattr(small, name, "gate")
    with pytest.raises(AttributeError, match="never changes"):
        delattr(small, name)
    assert (small.edit, small.base, small.n) == ("none", "answered", 8)
    for part in (small.flow, small.themes):
        with pytest.raises(AttributeError, match="never changes"):
            setattr(part, name, "gate")


def test_with_gives_another_survey_and_leaves_this_one(small):
    other = small.with_(edit="gate", where="role=cook")
    assert (other.edit, other.base, str(other.where), other.n) == (
        *("gate", "answered", "role=cook"),
        3,
    )
    assert (small.edit, str(small.where), small.n) == ("none", "", 8)
    assert other.with_(base="universe").where == other.where
    assert other.with_(where=None).n == 8
    assert "Edit: gate." in other.show("doneness").caption
    assert "Edit" not in small.show("doneness").caption


def test_surveys_of_the_same_answers_share_what_was_counted(small):
    again, other = small.with_(), small.with_(base="universe")
    assert again._counts is small._counts
    assert other._counts is not small._counts
    assert other._counts.reconciled is small._counts.reconciled
    assert small.with_(edit="gate")._counts.reconciled is not small._counts.reconciled
    written = small.table("doneness")
    written["count"] = 0
    assert again.table("doneness")["count"].sum() > 0


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"edti": "gate"}, "no choice of a survey 'edti'"),
        ({"export": "other.csv"}, "no choice of a survey 'export'"),
        ({"edit": "gates"}, "no edit 'gates'"),
        ({"base": "all"}, "no base 'all'"),
    ],
)
def test_with_refuses(small, choices, message):
    with pytest.raises(UsageError, match=message):
        small.with_(**choices)


def test_part_adds_to_the_conditions_that_hold_already(survey):
    ontario = survey.with_(where="province=ontario")
    front = ontario.part("role=frontline")
    assert (ontario.n, front.n) == (114, 48)
    assert str(front.where) == "province=ontario, role=frontline"
    assert front.n == survey.part(["province=ontario", "role=frontline"]).n


def test_frames_handed_out_are_copies(tmp_path):
    files = write_survey(tmp_path)
    survey = Survey.load(*files)
    calls = [
        *(lambda s: s.responses, lambda s: s.status, lambda s: s.table("role")),
        *(lambda s: s.tables(), lambda s: s.routing(), lambda s: s.flow.off_route()),
        *(lambda s: s.flow.edits, lambda s: s.export.responses, lambda s: s.export.findings),
        *(lambda s: s.export.log, lambda s: s.table("role", by="eats")),
    ]
    before = [call(survey).copy(deep=True) for call in calls]
    for call in calls:
        frame = call(survey)
        for name in frame.columns:
            frame[name] = None
    assert survey.table("doneness")["count"].tolist() == [3, 0, 2]
    for again in (survey, Survey.load(*files), survey.with_(base="answered")):
        for call, frame in zip(calls, before, strict=True):
            pd.testing.assert_frame_equal(call(again), frame)


def test_arrays_of_the_answers_can_be_written_into_without_harm(small):
    answers = small.responses
    answers["doneness", ""].array[:] = "medium"
    assert small.table("doneness")["count"].tolist() == [3, 0, 2]
    assert small.responses["doneness", ""].tolist()[:3] == ["rare", "rare", "well"]


# ---- all files are read at once


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("themes.yaml", "why: [{code: a}]\n", "themes.yaml: the codebook can't be used"),
        ("themes.yaml", "why: [\n", "themes.yaml, line"),
        ("tags/why.csv", "respondent,theme\n", "why.csv, row 1: expected the columns"),
        ("tags/why.csv", "respondent,theme,coder\nr1,none,ann\n", "why.csv, row 2: There is no"),
        ("quotations.csv", "a,b\n", "quotations.csv, row 1: expected the columns"),
        ("published_figures.csv", "figure\n", "published_figures.csv: row 1: found columns"),
    ],
)
def test_load_and_check_find_a_broken_file_beside_the_others(coded, run, file, text, message):
    (coded[0].parent / file).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        Survey.load(*coded)
    status, _, err = run("check", "--export", coded[0], "--questionnaire", coded[1])
    assert status == 1 and message in err


def test_load_tells_the_faults_of_all_files_at_once(coded):
    folder = coded[0].parent
    (folder / "themes.yaml").write_text("why: [{code: a}]\n", encoding="utf-8")
    (folder / "quotations.csv").write_text("a,b\n", encoding="utf-8")
    (folder / "published_figures.csv").write_text("figure\n", encoding="utf-8")
    text = coded[0].read_text(encoding="utf-8").replace("Well done", "Burnt")
    coded[0].write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        Survey.load(*coded)
    for name in ("themes.yaml", "quotations.csv", "published_figures.csv", "'Burnt'"):
        assert name in str(error.value)


def test_load_without_a_questionnaire_tells_of_the_export_too(tmp_path):
    (tmp_path / "q.yaml").write_text("questions: []\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        Survey.load(tmp_path / "none.csv", tmp_path / "q.yaml")
    assert "'questions' is" in str(error.value)
    assert "none.csv: there is no such file" in str(error.value)


def test_repr_says_what_the_figures_stand_on(survey, tmp_path):
    assert repr(survey) == (
        "Survey 'Digital messaging in settlement agencies (DMSI)' 2018: 443 respondents, "
        "63 questions and 5 derived; SYNTHETIC DATA; edit none, base answered"
    )
    other = Survey.load(*write_survey(tmp_path), "gate", "universe", ["role=cook", "eats=yes"])
    assert repr(other) == (
        "Survey 'Steak' 2014: 2 respondents where role=cook, eats=yes, 9 questions; export; "
        "edit gate, base universe"
    )


# ---- whom it leaves out


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        (None, IDS),
        ([], IDS),
        ("", IDS),
        ("role=cook", ["r1", "r2", "r5"]),
        (["role=cook"], ["r1", "r2", "r5"]),
        (" role = cook ", ["r1", "r2", "r5"]),
        (["role=cook", "eats=no"], ["r5"]),
        ("shops=butcher", ["r1", "r3", "r4"]),  # of a multiple question: whoever ticked it
        (["shops=butcher", "shops=market"], ["r1", "r4"]),
        ("shops=other", ["r6"]),
        ("sauces=pepper", ["r1", "r3", "r5", "r7"]),
    ],
)
def test_where_keeps_those_who_answered_so(small, where, ids):
    part = small.with_(where=where)
    assert list(part.responses.index) == ids
    assert part.n == len(ids)


def test_where_keeps_routing_and_tables_together(small):
    part = small.with_(where="role=guest")  # r3, r4, r6, r8
    assert set(part.routing()["n"]) == {4}
    assert list(part.status.index) == ["r3", "r4", "r6", "r8"]
    assert part.table("doneness")["count"].tolist() == [0, 0, 1]


# ---- tables


def test_table_of_an_unknown_question_suggests(survey):
    with pytest.raises(UsageError, match="no question 'tools_frontlin'"):
        survey.table("tools_frontlin")
    for call in (
        *(survey.wording, survey.show, survey.flow.answered, survey.flow.lost),
        survey.themes.table,
    ):
        with pytest.raises(UsageError, match="no question 'nobody_asked'"):
            call("nobody_asked")


def test_tables_holds_every_question_once(small):
    found = small.tables()
    assert list(found.columns) == [name for name in COLUMNS if name not in UNWRITTEN]
    assert list(found["question"].unique()) == [q.id for q in small.questionnaire.questions]
    assert len(found) == sum(len(small.table(q.id)) for q in small.questionnaire.questions)


def test_tables_by_leaves_the_grouping_question_out(small):
    found = small.tables("role")
    assert "role" not in set(found["question"])
    assert set(found["group"]) == {"cook", "guest", "critic"}


def test_edit_decides_what_is_counted(small):
    gate = small.with_(edit="gate")
    # r5's off-route "rare" goes; r7, whose gate is blank, stays.
    assert small.table("doneness")["count"].tolist() == [3, 0, 2]
    assert gate.table("doneness")["count"].tolist() == [2, 0, 2]
    assert set(gate.flow.edits["respondent"]) == {"r5"}
    assert small.flow.edits.empty


def test_off_route_answers_of_real_data_without_published_figures_need_no_source(small):
    assert small.flow.off_route_source == ""


def test_show_and_compare_use_the_table(small):
    assert small.show("doneness").caption == "Base: 5 respondents who answered."
    assert "Guest" in small.compare("doneness", by="role").plot().alt
    assert small.compare("doneness", by="eats").plot().alt.count("Rare") == 2


def test_reach_counts_over_everybody(small):
    assert small.flow.reach("role", "eats")["count"].tolist() == [7, 6]
    assert "Do you eat steak? 6 (75.0 %)" in small.flow.plot_reach("role", "eats").alt


# ---- sentences


def test_wording_counts_asked_and_answered(small):
    (shown,) = small.wording("doneness").questions
    assert shown.text == "How do you like it?"
    assert shown.asked == "those who answered “Yes” to “Do you eat steak?”"
    # universe r1 to r4; r5 off-route and r7 with the gate blank answered besides
    assert shown.answered == (
        "Of the 4 asked, 3 answered. 2 more answered, though the question was not meant for them."
    )


def test_wording_without_others_says_nothing_of_them(small):
    (shown,) = small.wording("why").questions
    assert (shown.answered, shown.asked) == ("Of the 8 asked, 3 answered.", "all respondents")


def test_cell_is_one_row_of_the_table(small):
    cell = small.cell("doneness", "rare")
    assert (cell["count"], cell["base"], cell["percent"], cell["label"]) == (3, 5, 60.0, "Rare")
    cell = small.cell("doneness", "well", by="role", group="guest")
    assert (cell["count"], cell["base"]) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("doneness", "raw"), "no item of 'doneness' with code 'raw'"),
        (("doneness", "rare", "role", "guests"), "no group of 'role' with code 'guests'"),
        (("doneness", "rare", "role"), "no group of 'role' with code ''"),
        (("doneness", "rarre"), "Did you mean 'rare'?"),
    ],
)
def test_cell_refuses(small, arguments, message):
    with pytest.raises(InputError) as error:
        small.cell(*arguments)
    assert message in str(error.value)


def test_answered_counts_on_route_and_off(small):
    assert [small.flow.answered(name) for name in ("doneness", "cuts", "why")] == [5, 4, 3]


def test_lost_answered_nothing_after(small):
    # Last answers: r8 on page 1, r4 on page 2, r7 on page 4, the others on page 5, the last.
    assert [small.flow.lost(name) for name in ("role", "eats", "doneness", "views", "why")] == [
        *(1, 1, 0, 1, 0),
    ]
    # r4 named a shop, r8 did not: lost at the shops nobody
    assert small.flow.lost("shops") == 0


def test_reached_is_a_share_of_everybody(survey, small):
    assert f"{survey.flow.reached('province'):full}" == "58 % (258 of 443)"
    few = small.flow.reached("doneness")
    assert (few.count, few.base) == (5, small.n) and not few


def test_other_texts(small):
    assert small.other_texts("sauces").to_dict() == {"r2": "mint"}
    with pytest.raises(InputError, match="'doneness' has no companion"):
        small.other_texts("doneness")


# ---- themes


def test_theme_table_counts_the_tags_beside_the_export(coded):
    survey = Survey.load(*coded)
    assert survey.themes.table("why")["count"].tolist() == [2, 1]
    assert survey.themes.table("why")["base"].tolist() == [3, 3]
    assert survey.themes.show("why").frame["Answer"].tolist() == ["For the body", "For the taste"]
    assert "For the body 2 (66.7 %)" in survey.themes.plot("why").alt


def test_theme_table_follows_where(coded):
    survey = Survey.load(*coded, where="role=guest")
    assert survey.themes.table("why")["count"].tolist() == [1, 1]


def test_theme_table_without_tags_counts_nobody(coded):
    shutil.rmtree(coded[0].parent / "tags")
    found = Survey.load(*coded).themes.table("why")
    assert found["base"].tolist() == [0, 0]


def test_themes_without_a_codebook_say_that_nothing_was_coded(small):
    assert small.themes.codebook == {} and small.themes.table("why").empty
    said = f"No answer to “{small.question('why').text}” has been coded."
    for shown in (small.themes.show("why"), small.themes.plot("why"), small.chart("why")):
        assert repr(shown) == said
    assert repr(small.themes.summarise("why")) == said
    assert repr(say(f"{small.themes.percent('why', 'any'):full}.")) == NOT_CODED
    assert small.themes.top("why").why == NOT_CODED
    with pytest.raises(InputError, match="no codebook for question 'role'"):
        small.themes.table("role")


def test_load_leaves_the_export_of_another_survey_alone(small):
    before = small.export.responses.copy()
    for edit in ("gate", "follow_up"):
        small.with_(edit=edit, base="universe").tables("role")
    pd.testing.assert_frame_equal(small.export.responses, before)
