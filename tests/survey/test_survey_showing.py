"""What a survey shows of itself in a notebook: wordings, sentences, quotations, its card."""

import pytest
from bs4 import BeautifulSoup
from shipped import IDS
from small_survey import ANSWERS, STEAK, left_blank, write_survey
from statsmodels.stats.contingency_tables import cochrans_q

from dmsi_lib import Survey
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.figures.reader_tables import Wording
from dmsi_lib.open_answers.quotations import QUOTATION_COLUMNS, review_entry
from dmsi_lib.questionnaire.formats import SAMPLING
from dmsi_lib.report.public_release import plan_release
from dmsi_lib.survey.public_survey import as_public
from dmsi_lib.wording import how_many

SCRIPT = "<script>alert(1)</script>"
CODEBOOK = """\
why:
  - {code: body, label: For the body}
  - {code: taste, label: For the taste}
"""
TAGS = "respondent,theme,coder\nr1,body,ann\nr3,taste,ann\nr6,body,ann\n"


def load(folder, text=STEAK, answers=ANSWERS, codebook=CODEBOOK, tags=TAGS, quoted=()):
    files = write_survey(folder, text, answers)
    (folder / "themes.yaml").write_text(codebook, encoding="utf-8")
    (folder / "tags").mkdir()
    (folder / "tags" / "why.csv").write_text(tags, encoding="utf-8")
    entries = [review_entry("why", name, words, "ann") for name, words in quoted]
    lines = [",".join(QUOTATION_COLUMNS), *(",".join(entry.values()) for entry in entries)]
    (folder / "quotations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Survey.load(*files)


# ---- wordings


def test_wording_of_several_questions_in_their_order(small):
    shown = small.wording("doneness", "why")
    assert shown.questions == (
        Wording(
            "How do you like it?",
            "those who answered “Yes” to “Do you eat steak?”",
            "Of the 4 asked, 3 answered. 2 more answered, though the question was not meant for "
            "them.",
        ),
        Wording("Why?", "all respondents", "Of the 8 asked, 3 answered."),
    )
    assert repr(shown) == "\n\n".join(map(repr, shown.questions))
    soup = BeautifulSoup(shown._repr_html_(), "html.parser")
    assert [quote.text for quote in soup.find_all("blockquote")] == ["How do you like it?", "Why?"]


def test_wording_refuses_an_unknown_question_among_several(small):
    with pytest.raises(UsageError, match="no question 'whi'"):
        small.wording("doneness", "whi")


def test_wording_numbers_of_this_survey_recomputed(survey):
    table = survey.routing().set_index("question")
    for name, row in table.iterrows():
        shown = survey.wording(name).questions[0]
        assert shown.answered.startswith(
            f"Of the {row['universe']} asked, {row['answered']} answered."
        )
        besides = row["off_route"] + row["gate_unknown_answered"]
        assert (f"{besides} more answered" in shown.answered) == bool(besides)
        assert ("calibrated" in shown.answered) == bool(besides)


def test_wording_of_whom_nobody_was_to_ask(tmp_path):
    nobody = ANSWERS | {("eats", ""): ["no"] * 8}
    shown = load(tmp_path, answers=nobody).wording("doneness").questions[0]
    assert shown.answered == (
        "Nobody was to be asked. 5 answered, though the question was not meant for them."
    )


# ---- sentences


@pytest.mark.usefixtures("however_few")
def test_summarise_single(small):
    # Wilson for 3 of 5, see test_display.py
    assert repr(small.summarise("doneness")) == ("Most said “Rare”: 3 of 5 (60 %).")
    assert repr(small.details("doneness")) == "“Rare”: 60.0 % of 5, 95 % interval 23.1 to 88.2."


def test_summary_and_details_claim_nothing_of_few(small):
    assert repr(small.summarise("doneness")).startswith("Answers: 5. That is under 30, too few ")
    assert small.details("doneness").texts == small.details("sauces").texts == ()


@pytest.mark.usefixtures("however_few")
def test_summarise_names_all_that_are_most_frequent(small):
    # cooks r1, r2, r5; guests r3, r4, r6, r8; three say yes and as many, with r3, do not
    assert repr(small.summarise("role")) == "Most said “Guest”: 4 of 7 (57 %)."
    part = small.with_(where="shops=butcher")  # r1, r3, r4
    assert repr(part.summarise("doneness")).startswith(
        "The most frequent answers are “Rare” and “Well done”: 1 of 2 (50 %) each."
    )


@pytest.mark.usefixtures("however_few")
def test_summarise_names_other_where_it_is_the_most_frequent(tmp_path):
    others = ANSWERS | {("shops", "other"): [True] * 6 + [None] * 2}
    survey = load(tmp_path, answers=others)
    for base, of, how in (("answered", "6", "All"), ("universe", "8", "Most")):
        said = survey.with_(base=base).summarise("shops").texts[0]
        assert said.startswith(f"{how} chose “Other (please specify)”: 6 of {of} (")
        assert f"Of the listed ones the most frequent answer is “Market”: 4 of {of} (" in said


@pytest.mark.usefixtures("however_few")
def test_summarise_leaves_the_silent_aside(tmp_path):
    silent = ANSWERS | {("eats", ""): ["yes"] + [None] * 7}
    said = repr(load(tmp_path, answers=silent).with_(base="universe").summarise("eats"))
    assert said.startswith("The most frequent answer is “Yes”: 1 of 8 (")


@pytest.mark.parametrize("name", [*IDS["single"], *IDS["multiple"]])
def test_summarise_never_names_less_than_the_most(survey, name):
    table = survey.table(name)
    top = table.loc[table["count"].idxmax()]
    said = survey.summarise(name).texts[0].split(":")[0]
    assert f"“{top['label']}”" in said


@pytest.mark.usefixtures("however_few")
def test_details_of_multiple_end_with_cochran_s_q(small):
    # pepper: r1, r3, r5, r7; butter: r1, r2. Two options: Q is McNemar's (b - c)^2 / (b + c),
    # pepper alone three times and butter alone once: 4 / 4.
    assert repr(small.summarise("sauces")) == "Most chose “Pepper”: 4 of 5 (80 %)."
    said = small.details("sauces").texts
    assert said[0].startswith("“Pepper”: 80.0 % of 5, 95 % interval ")
    assert said[1] == (
        "Within the 5 respondents the listed options are not shown to be chosen unequally often "
        "(40.0 to 80.0 %): Cochran's Q 1.0 on 1 degree of freedom, p = 0.317."
    )
    assert len(small.details("doneness").texts) == 1


@pytest.mark.parametrize("name", IDS["multiple"])
def test_summary_and_details_of_this_survey_recomputed(survey, name):
    question, said = survey.question(name), survey.details(name).texts
    ticks = survey.responses[name][list(question.options)]
    ticks = ticks[survey.responses[name].notna().any(axis=1)].astype(bool)
    assert f" of {len(ticks)} (" in survey.summarise(name).texts[0]
    assert f" % of {len(ticks)}, 95 % interval " in said[0]
    q = cochrans_q(ticks.to_numpy(int))
    share = 100 * ticks.mean()
    found = "chosen equally often" if q.pvalue < 0.05 else "shown to be chosen unequally often"
    assert said[1].startswith(
        f"Within the {len(ticks)} respondents the listed options are not {found} "
        f"({share.min():.1f} to {share.max():.1f} %): Cochran's Q {q.statistic:.1f} on "
        f"{how_many(ticks.shape[1] - 1, 'degree')} of freedom, p "
    )


@pytest.mark.parametrize("name", ["doneness", "sauces"])
def test_summarise_of_nobody_says_so(tmp_path, name):
    survey = Survey.load(*write_survey(tmp_path, STEAK, left_blank(name)))
    said = f"Nobody answered “{survey.question(name).text}”."
    shown = survey.summarise(name), survey.show(name), survey.plot(name), survey.show(name, "role")
    assert {*map(repr, shown)} == {said}
    assert repr(survey.plot_combinations(name)) == said


@pytest.mark.parametrize("name", ["cuts", "views", "why", "grams"])
def test_summarise_and_combinations_refuse_what_has_no_options_to_count(small, name):
    for call in (small.summarise, small.plot_combinations):
        with pytest.raises(InputError, match=f"'{name}' is of type .*single or multiple"):
            call(name)


@pytest.mark.usefixtures("however_few")
def test_summarise_themes(tmp_path, survey):
    assert repr(load(tmp_path).themes.summarise("why")) == (
        "The most frequent theme is “For the body”: 2 of the 3 coded answers (67 %)."
    )
    table = survey.themes.table("why_not_using")
    top = table.sort_values("count", ascending=False, kind="stable").iloc[0]
    assert f"“{top['label']}”: {top['count']} of the {top['base']} coded answers" in repr(
        survey.themes.summarise("why_not_using")
    )


def test_summarise_themes_without_tags_says_so(tmp_path):
    survey = load(tmp_path, tags="respondent,theme,coder\n")
    themes = survey.themes
    shown = themes.summarise("why"), themes.show("why"), themes.plot("why")
    assert {*map(repr, shown)} == {"No answer to “Why?” has been coded."}


# ---- quotations


def test_quotations_are_the_reviewed_answers_only(tmp_path):
    survey = load(tmp_path, quoted=[("r1", "hunger"), ("r3", "another text"), ("r6", "health")])
    assert survey.quotations("why").texts == ("hunger", "health")
    assert repr(survey.quotations("why")) == "“hunger”\n“health”"
    assert "Synthetic" not in survey.quotations("why")._repr_html_()


def test_quotations_without_a_review_are_none(small):
    assert small.quotations("why").texts == ()
    assert small.quotations("why")._repr_html_() == ""
    with pytest.raises(UsageError, match="'role' is a single question; expected an open one"):
        small.quotations("role")


# ---- figures by name


def test_plot_stacked_by_a_question_and_of_twins(small, survey):
    assert "Cook (3): Rare 3 (100.0 %)" in small.plot_stacked("doneness", by="role").alt
    alt = survey.plot_stacked("policies_frontline").alt
    for role, group in (("frontline", "Front-line workers"), ("management", "Managers")):
        table = survey.table(f"policies_{role}")
        said = "; ".join(f"{r.label} {r.count} ({r.percent:.1f} %)" for r in table.itertuples())
        assert f"{group} ({table['base'].iloc[0]}): {said}" in alt


def test_plot_combinations_counts_the_choices_of_a_question(small):
    # shops: r1 both, r2 market, r3 butcher, r4 both, r5 market, r6 elsewhere
    alt = small.plot_combinations("shops").alt
    assert "6 respondents answered. 4 combinations" in alt
    for text in ("Market + Butcher 2", "Market 2", "Butcher 1", "Other (please specify) 1"):
        assert text in alt


def test_plot_map_refuses_without_tiles(small, survey):
    with pytest.raises(InputError, match="no tile map for question 'role'"):
        small.plot_map("role")
    with pytest.raises(InputError, match="no tile map for question 'staff_size'"):
        survey.plot_map("staff_size")


# ---- the survey itself


def test_key_completions_are_all_ids_and_each_key_shows_its_table(small):
    keys = small._ipython_key_completions_()
    assert keys == [q.id for q in small.questionnaire.questions]
    for key in keys:
        assert repr(small[key]) == repr(small.show(key))
    with pytest.raises(UsageError, match=r"no question 'donenes'.* 'doneness'"):
        small["donenes"]


def test_card_says_what_the_survey_is(small, survey):
    text = BeautifulSoup(small._repr_html_(), "html.parser").get_text(" ", strip=True)
    assert text.startswith("Steak 2014: 8 respondents. Export. Edit: none; base: answered.")
    assert "9 questions" in text
    for question in small.questionnaire.questions:
        assert f"{question.id} {question.text} {question.type}" in text
    assert text.endswith(SAMPLING)
    shown = survey._repr_html_()
    assert "443 respondents. Synthetic data." in shown
    assert shown.count("Anybody with the link could answer this survey") == 1


# ---- escaping


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A survey whose title, wordings, labels, themes and answers all hold a script."""
    text = STEAK.replace("title: Steak", f"title: {SCRIPT}").replace('"2014"', SCRIPT)
    text = text.replace("text: How do you like it?", f"text: {SCRIPT}")
    for number, label in enumerate(("Rare", "Pepper", "Rump", "It is dear", "Cook,", "Market")):
        end = "," if label.endswith(",") else ""
        text = text.replace(f": {label}", f": {SCRIPT}{number}{end}")
    text = text.replace("other: Another (which?)", f"other: {SCRIPT}7")
    text = text.replace('{yes: "Yes"', f'{{yes: "{SCRIPT}"')
    answers = ANSWERS | {
        ("why", ""): [SCRIPT, None, "taste", None, None, "health", None, None],
        ("sauces", "other_text"): [None, SCRIPT, *[None] * 6],
    }
    return load(
        tmp_path_factory.mktemp("hostile"),
        *(text, answers, CODEBOOK.replace("For the body", SCRIPT)),
        quoted=[("r1", SCRIPT)],
    )


def test_nothing_a_survey_shows_can_run(hostile):
    shown = [
        hostile,
        hostile.wording("doneness", "why"),
        *(hostile[key] for key in hostile._ipython_key_completions_()),
        *(hostile.show(name, by="role") for name in ("doneness", "sauces", "cuts", "views")),
        *(hostile.summarise(name) for name in ("doneness", "sauces", "shops")),
        *(hostile.themes.summarise("why"), hostile.themes.show("why"), hostile.quotations("why")),
        *(
            hostile.themes.show_agreement("why"),
            hostile.compare("sauces", by="role"),
            hostile.ranking("cuts"),
        ),
        *(hostile.compare("sauces", by="role").sentences(), hostile.ranking("cuts").sentences()),
    ]
    for one in shown:
        made = one._repr_html_()
        assert "<script" not in made.lower(), repr(one)
    assert SCRIPT in hostile.quotations("why").texts
    assert hostile._repr_html_().count("&lt;script&gt;") >= 3


def test_no_figure_of_a_survey_can_run(hostile):
    pictures = [
        *(hostile.plot("sauces"), hostile.plot("doneness", by="role"), hostile.flow.plot_routing()),
        *(hostile.plot_stacked("doneness", by="role"), hostile.plot_combinations("sauces")),
        *(hostile.ranking("cuts").plot(), hostile.compare("sauces", by="role").plot()),
    ]
    for picture in pictures:
        data, _ = picture._repr_mimebundle_()
        assert "<script" not in data.get("text/html", "").lower(), picture.name
        assert b"<script" not in picture.svg(), picture.name


# ---- one chart for each question


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("policies_frontline", "Stacked bars"), ("skills_management", "Stacked bars")),
        *(("tools_frontline", "Dot plot"), ("usefulness", "Bar chart"), ("province", "Bar chart")),
        *(("benefits_frontline", "Dot plot"), ("why_not_evaluate", "Bar chart")),
        ("ways_frontline", "Dot plot. Mean ranks"),
    ],
)
def test_chart_suits_the_question(survey, name, kind):
    assert survey.chart(name).alt.startswith(f"{kind}.")


def test_chart_by_a_question_leaves_the_twin_aside(survey):
    alt = survey.chart("policies_frontline", by="ircc_funding").alt
    assert "Managers" not in alt and "Yes (" in alt


def test_others_says_how_many_wrote_and_quotes_what_a_reviewer_allowed(survey, small):
    said = repr(survey.others("how_evaluate"))
    assert said.startswith("31 of 223 gave another answer in their own words. Some of what they")
    allowed = survey.quotations("how_evaluate").texts
    assert len(allowed) == 3 and all(f"“{text}”" in said for text in allowed)
    left = {*survey.other_texts("how_evaluate")} - {*allowed}
    assert left and not [text for text in left if text in said]
    assert repr(survey.others("tools_frontline")).startswith(
        "13 of 94 front-line workers and 10 of 77 managers gave another answer in their own words."
    )
    assert repr(survey.others("challenges_staff_frontline")).endswith(
        "Nobody has reviewed these texts, so they are not shown."
    )
    with pytest.raises(InputError, match="no companion text"):
        survey.others("role")


def test_others_tells_of_those_alone_who_answered(survey):
    managers = survey.with_(where="role=management")
    assert managers.others("tools_frontline").texts[0].startswith("10 of 77 gave")
    nobody = survey.with_(where="use_digital_messaging=no")
    assert nobody.others("tools_frontline").texts == ()  # the chart has said so
    few = survey.with_(where="province=new_brunswick")
    nobodys = "Nobody gave another answer in their own words."
    assert few.others("components_frontline").texts == (nobodys,)


@pytest.mark.parametrize("name", ["tools_frontline", "integrated_frontline"])
def test_chart_of_twins_shows_the_one_alone_that_has_answers(survey, name):
    alt = survey.with_(where="role=management").chart(name).alt
    assert "Asked of managers who use digital messaging." in alt and "ront-line" not in alt


def test_others_that_are_hidden_are_not_all_that_is(survey):
    public = as_public(survey, plan_release(survey, [], 10))
    hidden = "How many answered in their own words is hidden, so that nobody can be recognised."
    assert public.others("components_frontline").texts == (hidden,)


def test_ranking_of_one_group_leaves_the_other_out(survey):
    managers = survey.with_(where="role=management").ranking("ways_frontline")
    assert set(managers.summary["group"]) == {"Managers"}
    assert "Front-line" not in repr(managers.sentences())


def test_chart_of_one_who_was_asked_has_no_plural(survey):
    one = survey.with_(where="province=new_brunswick", edit="gate", base="universe")
    assert "Shares of the 1 asked." in one.chart("funding_applied_management").alt


def test_themes_show_one_reviewed_answer_each_where_there_is_one(survey):
    shown = survey.themes.show("why_not_evaluate").frame.set_index("Answer")["For example"]
    quoted = {text.strip("“”") for text in shown if text}
    assert quoted and quoted <= set(survey.quotations("why_not_evaluate").texts)
    assert len(quoted) == (shown != "").sum()  # no answer stands twice
    tags = survey.themes.tags("why_not_evaluate")
    labels = {theme.code: theme.label for theme in survey.themes.of("why_not_evaluate")}
    answers = survey.answers("why_not_evaluate")
    for label, text in shown[shown != ""].items():
        who = answers.index[answers == text.strip("“”")]
        assert label in tags[tags["respondent"].isin(who)]["theme"].map(labels).tolist()
