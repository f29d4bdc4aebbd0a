"""A survey as the public sees it: small cells gone from all that is shown, the rest refused."""

import functools
import shutil
from pathlib import Path
from types import FunctionType, MethodType, ModuleType

import pandas as pd
import pytest
from drawn_texts import bars
from small_survey import ANSWERS, write_survey
from twin_survey import TWIN_ANSWERS, TWINS

from dmsi_lib import Survey
from dmsi_lib.choices import SYNTHETIC_EXPORT, TAGS
from dmsi_lib.disclosure.plan import Plan
from dmsi_lib.errors import InputError
from dmsi_lib.figures import none_coded
from dmsi_lib.figures.reader_tables import HIDDEN, HIDDEN_NOTE
from dmsi_lib.reading import Export
from dmsi_lib.report.public_release import plan_release, refuse_leaks, unreviewed_words
from dmsi_lib.skip_logic import Routing
from dmsi_lib.survey.counts import Counts
from dmsi_lib.survey.flow import Flow
from dmsi_lib.survey.material import Material
from dmsi_lib.survey.public_survey import as_public, read_plan

MIN_CELL = 2
FIGURES = ["count", "percent", "ci_low", "ci_high"]


@pytest.fixture(scope="module")
def plan(small):
    return plan_release(small, [], MIN_CELL)


@pytest.fixture(scope="module")
def public(small, plan):
    return as_public(small, plan)


def all_tables(survey):
    return [survey.table(question.id) for question in survey.questionnaire.questions]


# ---- tables


def test_public_tables_show_no_small_cell(public, small):
    hidden = 0
    for table, full in zip(all_tables(public), all_tables(small), strict=True):
        shown = table[table["suppressed"] == ""]
        hidden += len(table) - len(shown)
        assert table.loc[table["suppressed"] != "", FIGURES].isna().all(axis=None)
        if full["item"].tolist() != ["answered"]:
            assert shown["count"].min() >= MIN_CELL if len(shown) else True
            assert (shown["base"] - shown["count"]).min() >= MIN_CELL if len(shown) else True
        assert shown["count"].tolist() == full.loc[shown.index, "count"].tolist()
    assert hidden > 0


def test_public_survey_comes_from_a_file_with_the_plan(tmp_path, plan, public):
    export, questionnaire = write_survey(tmp_path)
    (tmp_path / "plan.csv").write_bytes(plan.to_csv())
    survey = Survey.load(export, questionnaire, plan=tmp_path / "plan.csv")
    assert survey.public
    assert survey.table("eats").equals(public.table("eats"))


def test_public_survey_without_the_plan_file(tmp_path):
    export, questionnaire = write_survey(tmp_path)
    with pytest.raises(InputError, match=r"none\.csv: can't be read"):
        Survey.load(export, questionnaire, plan=tmp_path / "none.csv")


def test_read_plan_names_the_file_that_is_no_plan(tmp_path):
    (tmp_path / "plan.csv").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"plan\.csv: The suppression plan has the columns a, b"):
        read_plan(tmp_path / "plan.csv")


def test_public_survey_of_a_group_the_plan_lacks(small, plan):
    with pytest.raises(InputError, match="plan all groups together"):
        as_public(small.part(["role=cook"]), plan).table("eats")


@pytest.mark.parametrize("name", ["role", "sauces"])
def test_public_survey_names_the_table_whose_lines_the_plan_lacks(small, plan, name):
    lines = plan.cells[plan.cells["question"] == name]
    without = Plan(plan.cells.drop(lines.index[0]))
    with pytest.raises(InputError, match=f"other lines for '{name}' than its table"):
        as_public(small, without)
    twice = Plan(pd.concat([plan.cells, lines[:1]], ignore_index=True))
    with pytest.raises(InputError, match=f"other lines for '{name}' than its table"):
        as_public(small, twice)


def test_public_size_is_none_where_it_is_hidden(small, plan):
    assert as_public(small, plan).n == 8
    cells = plan.cells.copy()
    cells.loc[cells["kind"] == "size", "status"] = "complementary"
    survey = as_public(small, Plan(cells))
    assert survey.n is None
    assert f"{HIDDEN} respondents" in repr(survey)
    assert f": {HIDDEN} respondents" in survey._repr_html_()


def test_public_twins_are_compared_where_the_size_is_hidden(tmp_path):
    survey = Survey.load(*write_survey(tmp_path, TWINS, TWIN_ANSWERS))
    plan = plan_release(survey, [], MIN_CELL)
    cells = plan.cells.copy()
    cells.loc[cells["kind"] == "size", "status"] = "complementary"
    shown, hidden = (as_public(survey, one).compare("tools_cook") for one in (plan, Plan(cells)))
    assert hidden.survey.n is None
    assert repr(hidden) == repr(shown)
    assert repr(hidden.sentences()) == repr(shown.sentences())


def test_public_comparison_of_which_all_is_hidden_is_one_sentence(tmp_path):
    survey = Survey.load(*write_survey(tmp_path, TWINS, TWIN_ANSWERS))
    cells = plan_release(survey, [], MIN_CELL).cells
    seen = as_public(survey, Plan(cells.assign(status="primary")))
    compared = seen.compare("tools_cook")
    assert repr(compared).endswith("every figure is hidden, so that nobody can be recognised.")
    assert compared.plot().texts == compared.sentences().texts == ()


# ---- what is shown


def test_public_show_marks_what_is_hidden(public):
    shown = public.show("doneness")
    assert HIDDEN in shown.frame["Count"].tolist()
    assert set(shown.frame.loc[shown.frame["Count"] == HIDDEN, "Percent"]) == {HIDDEN}
    assert shown.caption.endswith(HIDDEN_NOTE)


@pytest.mark.parametrize("name", ["role", "shops", "doneness", "sauces", "cuts", "views", "grams"])
def test_public_show_and_plot_hold_no_hidden_figure(public, small, name):
    table, full = public.table(name), small.table(name)
    shown = public.plot(name)
    texts = [public.show(name)._repr_html_(), getattr(shown, "alt", repr(shown))]
    for row in full[(table["suppressed"] != "").to_numpy()].itertuples():
        if row.base:
            assert not [text for text in texts if f"{row.label} {row.count} (" in text]
    if (table["suppressed"] != "").all():
        question = public.question(name).text
        assert (
            texts[1] == f"“{question}”: every figure is hidden, so that nobody can be recognised."
        )
    else:
        assert (HIDDEN_NOTE in texts[1]) == bool((table["suppressed"] != "").any())
    assert "nan" not in "".join(texts).lower().replace("finance", "")


def test_public_stacked_bars_leave_out_what_is_hidden(public, small):
    open_, full = public.plot_stacked("doneness"), small.plot_stacked("doneness")
    assert HIDDEN in open_.alt and "(" in full.alt
    lengths = [sum(bar.get_width() for bar in bars(picture)) for picture in (open_, full)]
    assert lengths[0] < lengths[1]


def test_public_themes_give_no_example_of_a_hidden_count(survey):
    private = plan_release(survey, [], 5)
    seen = as_public(survey, private)
    for name in seen.themes.codebook:
        hidden = seen.themes.counted(name).loc[lambda rows: rows["suppressed"] != "", "item"]
        examples = seen.themes.examples(name)
        assert not {*examples} & {*hidden}
        assert {*examples.values()} <= set(seen.quotations(name).texts)


@pytest.mark.parametrize("coded", [(), ("why_not_using",)])
def test_public_survey_of_an_export_whose_answers_are_coded_in_part_or_not_at_all(tmp_path, coded):
    export = Path(shutil.copy(SYNTHETIC_EXPORT, tmp_path))
    (tmp_path / TAGS).mkdir()
    for name in coded:
        shutil.copy(SYNTHETIC_EXPORT.parent / TAGS / f"{name}.csv", tmp_path / TAGS)
    survey = Survey.load(export)
    part = survey.part(["province=ontario"])
    plan = plan_release(survey, [part], MIN_CELL)
    for public in (as_public(survey, plan), as_public(part, plan)):
        assert public.themes.coded == coded
        for name in public.themes.codebook:
            assert (len(public.themes.table(name)) > 0) and repr(public.themes.show(name))
            assert (repr(public.themes.show(name)) == repr(none_coded(public.question(name)))) == (
                name not in coded
            )


@pytest.mark.usefixtures("however_few")
def test_public_summary_speaks_of_what_is_shown(public):
    assert "Suppressed figures: " in repr(public.summarise("doneness"))
    assert "Cochran" not in repr(public.summarise("sauces"))


def test_public_wording_states_the_base_alone(public):
    text = repr(public.wording("eats", "doneness"))
    assert "Answered by 6." in text
    assert "Besides them" not in text and "Of the" not in text


def test_public_quotations_are_the_reviewed_ones(public):
    assert public.quotations("why").texts == ()


def test_public_ranking_is_one_sentence_where_all_is_hidden(public):
    ranking = public.ranking("cuts")
    assert repr(ranking) == (
        "“Rank the cuts (1 is best)”: every figure is hidden, so that nobody can be recognised."
    )
    for nothing in (ranking.plot(), ranking.sentences(), ranking.details()):
        assert repr(nothing) == ""


@pytest.fixture(scope="module")
def ranked(survey):
    """The shipped survey with so small a minimum that some of a ranking is shown."""
    return as_public(survey, plan_release(survey, [], MIN_CELL))


@pytest.mark.parametrize("name", ["benefits_ranked_frontline", "ways_management"])
def test_public_ranking_shows_what_the_tables_show(ranked, survey, name):
    ranking = ranked.ranking(name)
    assert ranking.panels == () and ranking.worths.empty
    rows = ranking.summary.set_index(["group", "item"])
    full = survey.ranking(name).summary.set_index(["group", "item"]).loc[rows.index]
    hidden = rows["suppressed"] != ""
    assert 0 < hidden.sum() < len(rows)
    for figure in ("count", "mean_rank", "rank_1_count", "rank_1_percent"):
        assert rows.loc[hidden, figure].isna().all()
        assert rows.loc[~hidden, figure].tolist() == pytest.approx(
            full.loc[~hidden, figure].tolist()
        )
    texts = ranking._repr_html_() + ranking.plot().alt + repr(ranking.sentences())
    assert "too much is suppressed to say what is put first" in texts
    for row in full[hidden].itertuples():
        assert f"{row.label} {row.mean_rank:.2f}" not in texts
    assert ranking.shown.frame.isin([HIDDEN]).to_numpy().any() and HIDDEN_NOTE in texts
    assert "leaves out" in repr(ranking.details())


def test_public_combinations_are_a_sentence(public):
    assert repr(public.plot_combinations("sauces")).endswith(
        "left out of public reports, which show tables alone."
    )
    with pytest.raises(InputError, match="expected single or multiple"):
        public.plot_combinations("why")


# ---- what is not


@pytest.mark.parametrize(
    "name",
    [
        *("export", "responses", "status", "routing", "flow", "answers", "other_texts", "tables"),
        *("readings", "published", "with_", "part", "named_quotations", "reviewed_answers"),
        "explore",
    ],
)
def test_public_survey_has_nothing_beyond_its_tables(public, small, name):
    assert hasattr(small, name)
    with pytest.raises(InputError, match=f"survey.{name}: is no part of a public report"):
        getattr(public, name)


def test_public_survey_has_no_table_by_groups(public):
    for show in (public.table, public.show, public.plot, public.compare):
        with pytest.raises(InputError, match="a public report has no such table"):
            show("eats", by="role")


def test_public_survey_holds_nothing_but_suppressed_tables(public, small, plan):
    """Every object that can be reached from it: no export, no answers, no table as it was counted,
    no survey with all of them."""
    secret = {id(t) for t in (small._counts.responses, small._counts.material.export)}
    seen, waiting = {}, [public]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType | str | int):
            continue
        seen[id(one)] = one
        waiting += list(vars(one).values()) if hasattr(one, "__dict__") else []
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += list(one)
        elif isinstance(one, functools.partial | MethodType):
            waiting += [one.__self__] if isinstance(one, MethodType) else [one.func, *one.args]
    assert not secret & set(seen)
    kinds = (Survey, Counts, Material, Export, Flow, Plan, Routing)
    assert [type(one) for one in seen.values() if isinstance(one, kinds)] == []
    frames = [one for one in seen.values() if isinstance(one, pd.DataFrame)]
    assert len(frames) == len(small.questionnaire.questions)
    for frame in frames:
        hidden = frame["suppressed"] != ""
        assert frame.loc[hidden, FIGURES].isna().all(axis=None)
        assert "respondent" not in frame and frame.index.name is None


# ---- words


def test_refuse_leaks_names_file_and_question_but_not_the_words(tmp_path):
    long = "we cook everything on one grill behind the old house"
    answers = {("why", ""): [long, *[None] * 7]}
    export, questionnaire = write_survey(tmp_path, answers=ANSWERS | answers)
    survey = Survey.load(export, questionnaire)
    words = unreviewed_words(survey)
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "a.html").write_text("<p>Nothing.</p>", encoding="utf-8")
    refuse_leaks(folder, words)
    (folder / "b.html").write_text(f"<img alt='{long.upper()}'>", encoding="utf-8")
    with pytest.raises(InputError) as error:
        refuse_leaks(folder, words)
    assert "b.html: answers to why" in str(error.value)
    assert "grill" not in str(error.value)
