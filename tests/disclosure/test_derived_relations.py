"""Derived questions in public tables: nothing hidden can be worked out of them, nor by them.

The reader here knows more than any relation: every combination of answers is a number of people,
and all tables are sums of these. What that reader can't tell is hidden.
"""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from random_releases import all_tables, random_release
from reference_skip_logic import NO_NUMBER, frame_of, questionnaire_of
from scipy.optimize import linprog

from dmsi_lib.disclosure import attack, group_relations
from dmsi_lib.disclosure.attack import recover_cells
from dmsi_lib.disclosure.derived_relations import is_net, left_out
from dmsi_lib.disclosure.plan import Plan, group_of
from dmsi_lib.disclosure.release import release_of
from dmsi_lib.disclosure.suppression import plan_suppression
from dmsi_lib.errors import UsageError
from dmsi_lib.where import Where

MIN_CELL = 4
SIDES = "  - {id: side, type: single, page: 1, options: [north, south, isles]}\n"
TOOLS = (
    SIDES + "  - {id: tools, type: multiple, page: 2, exclusive: none, "
    "options: [pan, pot, oven, none]}\n",
    "  - {id: land, recode: side, options: {main: {label: M, codes: [north, south]},"
    " isles: {label: I, codes: isles}}}\n"
    "  - {id: any, net: tools, options: {flat: {label: F, codes: [pan, pot]},"
    " all: {label: A, codes: [pan, pot, oven]}}}\n"
    "  - {id: more, net: tools, options: {cold: {label: C, codes: [none]},"
    " every: {label: E, codes: [pan, pot, oven, none]}}}\n"
    "  - {id: many, count: tools}\n",
)
TICKS = ["pan", "pot", "oven", "none", "pan pot", "pot oven", "pan pot oven"]
TWINS = (
    SIDES
    + "  - {id: role, type: single, page: 1, options: [cook, guest]}\n"
    + "".join(
        f"  - {{id: {name}, type: single, page: 2, options: [yes, no, unsure],"
        f" ask_if: {{role: {name}}}}}\n"
        for name in ("cook", "guest")
    ),
    "  - {id: either, coalesce: [cook, guest]}\n"
    "  - {id: sure, recode: either, options: {sure: {label: S, codes: [yes, no]},"
    " unsure: {label: U, codes: unsure}}}\n"
    "  - {id: not_no, net: cook, options: {not_no: {label: N, codes: [yes, unsure]},"
    " not_yes: {label: Y, codes: [no, unsure]}}}\n",
)
NUMBERS = (
    SIDES + "  - {id: one, type: numeric, page: 2}\n  - {id: two, type: numeric, page: 2}\n",
    "  - {id: size, bands: one, options: {low: {label: L, at_most: 10},"
    " mid: {label: M, more_than: 10, at_most: 20}, high: {label: H, more_than: 20}}}\n"
    "  - {id: big, recode: size, options: {no: {label: N, codes: [low, mid]},"
    " yes: {label: Y, codes: high}}}\n",
)
SURVEYS = {
    "tools": (TOOLS, {"tools": [*(frozenset(ticked.split()) for ticked in TICKS), None]}),
    "twins": (
        TWINS,
        {name: ["yes", "no", "unsure", None] for name in ("cook", "guest")}
        | {"role": ["cook", "guest", None]},
    ),
    "numbers": (NUMBERS, {"one": [5, 15, 25, NO_NUMBER, None], "two": [1, None]}),
}  # fmt: skip


def survey_of(name):
    """A questionnaire and every record that there can be in it."""
    (asked, derived), answers = SURVEYS[name]
    answers = {"side": ["north", "south", "isles", None]} | answers
    records = [dict(zip(answers, given, strict=True)) for given in product(*answers.values())]
    return questionnaire_of(asked, derived), records


def released(questionnaire, records, seed, base, size=90):
    """Everybody, and the people of each side, drawn from the records, some of them often."""
    random = np.random.default_rng(seed)
    weights = random.dirichlet(np.full(len(records), 0.15))
    drawn = [records[n] for n in random.choice(len(records), size, p=weights)]
    tables, sizes = {}, {}
    for side in [None, *questionnaire["side"].options]:
        people = [one for one in drawn if side in (None, one["side"])]
        if people:
            group = (("side", (side,)),) if side else ()
            tables[group] = all_tables(frame_of(questionnaire, people), questionnaire, base)
            sizes[group] = len(people)
    return release_of(questionnaire, tables, sizes)


def widths(release, plan, records, base):
    """How far each hidden figure can vary for a reader who thinks of all combinations of answers,
    by the figure's name, of those that do not go without saying."""
    questionnaire, knowledge = release.questionnaire, release.knowledge
    one = [all_tables(frame_of(questionnaire, [each]), questionnaire, base) for each in records]
    figures = np.array([knowledge.values_of(table, 1) for table in one]).T  # (slots, records)
    shown, values, hidden = [], [], []
    for group, truth in zip(release.groups, knowledge.values, strict=True):
        inside = np.array([not group or each["side"] == group[0][1][0] for each in records])
        blank = attack._hidden_slots(release, plan.of(group))
        shown += [*(figures * inside)[~blank]]
        values += [*truth[~blank]]
        hidden += [(str(knowledge.slots[n]), (figures * inside)[n]) for n in np.flatnonzero(blank)]
    known = np.unique(np.column_stack([shown, values]), axis=0)
    rows, sums = known[:, :-1], known[:, -1]
    told = {row.tobytes() for row in [*rows, np.zeros(len(records))]}
    found = {}
    for name, row in hidden:
        if row.tobytes() not in told:  # else another name of a figure that is shown
            least, most = (linprog(sign * row, A_eq=rows, b_eq=sums).fun for sign in (1, -1))
            found[name] = min(found.get(name, np.inf), -most - least)
    return found


@pytest.mark.parametrize("base", ["answered", "universe"])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", SURVEYS)
def test_no_hidden_figure_can_be_told_from_all_combinations_of_answers(name, seed, base):
    questionnaire, records = survey_of(name)
    assert not left_out(questionnaire)
    release = released(questionnaire, records, seed, base)
    plan = plan_suppression(release, MIN_CELL)
    assert not recover_cells(release, plan, MIN_CELL)
    found = widths(release, plan, records, base)
    assert found
    assert not {name: width for name, width in found.items() if width < MIN_CELL - 1e-6}


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_recovered_from_releases_with_derived_questions(seed):
    release = random_release(seed, most=90, derived=True, rare=seed % 3 == 2)
    plan = plan_suppression(release, MIN_CELL)
    assert not recover_cells(release, plan, MIN_CELL)


@pytest.mark.parametrize("name", SURVEYS)
def test_the_attack_finds_what_a_plan_without_the_relations_gives_away(name, monkeypatch):
    questionnaire, records = survey_of(name)
    for seed in range(40):
        with monkeypatch.context() as patch:
            for relation in ("derived_relations", "same_as_source"):
                patch.setattr(group_relations, relation, lambda *_: ())
            release = released(questionnaire, records, seed, "answered")
            plan = plan_suppression(release, MIN_CELL)
            assert not recover_cells(release, plan, MIN_CELL)
        # A release made anew looks at what hangs together once more.
        if recover_cells(replace(release), plan, MIN_CELL):
            return
    raise AssertionError("nothing is given away")


def one_group(questionnaire, people):
    tables = all_tables(frame_of(questionnaire, people), questionnaire)
    return release_of(questionnaire, {(): tables}, {(): len(people)})


def tools_of(counts):
    """So many people each with some ticks."""
    return [{"tools": frozenset(t.split())} for t, n in counts.items() for _ in range(n)]


def test_the_mean_number_of_ticks_is_shown_only_where_all_that_it_counts_is():
    questionnaire, _ = survey_of("tools")
    few = one_group(questionnaire, tools_of({"pan": 20, "pan pot": 10, "oven": 2, "none": 8}))
    plan = plan_suppression(few, MIN_CELL)
    assert plan.of(()).set_index("question").loc["many", "mean_status"] == "complementary"
    told = plan.cells.assign(mean_status="")  # with the mean the two ovens are known
    found = recover_cells(few, Plan(told), MIN_CELL)
    assert ("tools", "oven") in {(one.slot.table.question, one.slot.item) for one in found}
    many = one_group(questionnaire, tools_of({"pan": 20, "pan pot": 10, "oven": 9, "none": 8}))
    shown = plan_suppression(many, MIN_CELL).of(()).set_index("question")
    assert shown.loc["many", "mean_status"] == ""


def test_no_median_number_of_ticks_is_shown_beside_a_hidden_net():
    """Median 1.5 of 40: just 20 ticked both, so that 30 + 28 - 20 ticked any."""
    asked = SIDES + "  - {id: tools, type: multiple, page: 2, options: [pan, pot, oven]}\n"
    lines = (
        "  - {id: any, net: tools, options: {flat: {label: F, codes: [pan, pot]}}}\n"
        "  - {id: many, count: tools, codes: [pan, pot]}\n"
    )
    ticks = {"pan pot": 14, "pan pot oven": 6, "pan": 10, "pot oven": 8}
    questionnaire = questionnaire_of(asked, lines)
    for others, status in ((2, "complementary"), (6, "")):
        people = tools_of(ticks | {"oven": others})
        plan = plan_suppression(one_group(questionnaire, people), MIN_CELL).of(())
        shown = plan.set_index("question")
        assert (shown.loc["tools", "status"] == "").all()
        assert (shown.loc["any", "status"] == "") == (status == "")
        assert shown.loc["many", "mean_status"] == status


@pytest.mark.parametrize(("few", "status"), [(2, "complementary"), (6, "")])
def test_no_mean_and_median_of_numbers_are_shown_beside_hidden_bands(few, status):
    """A mean of 5 says how many can be above 20 at most; a median in a band, how many are below."""
    questionnaire, _ = survey_of("numbers")
    people = [{"one": n} for n in [5] * 20 + [15] * 20 + [25] * few]
    plan = plan_suppression(one_group(questionnaire, people), MIN_CELL).of(())
    shown = plan.set_index("question")
    assert shown.loc["one", "mean_status"] == status
    assert (shown.loc["size", "status"] == "").all() == (status == "")


def test_how_many_answers_are_no_numbers_is_not_told_by_bands():
    questionnaire, _ = survey_of("numbers")
    people = [{"one": n} for n in [5] * 20 + [15] * 20 + [25] * 20 + [NO_NUMBER] * 2]
    hidden = plan_suppression(one_group(questionnaire, people), MIN_CELL).of(())
    assert (hidden.loc[hidden["question"] == "size", "base_status"] == "primary").all()
    enough = one_group(questionnaire, people + [{"one": NO_NUMBER}] * 10)
    shown = plan_suppression(enough, MIN_CELL).of(())
    assert (shown.loc[shown["question"] == "size", "base_status"] == "").all()


def test_public_reports_leave_out_what_no_relation_says():
    asked, derived = TOOLS
    lines = (
        "  - {id: cross, net: tools, options: {hot: {label: H, codes: [pot, oven]}}}\n"
        "  - {id: ticks, bands: many, options: {no: {label: N, at_most: 0}}}\n"
        "  - {id: counted, count: tools, options: {no: {label: N, at_most: 0}}}\n"
        "  - {id: both, combine: [side, tools], options: {b: {label: B, if: {side: north,"
        " tools: pan}}}}\n"
        "  - {id: of_both, net: both, options: {b: {label: B, codes: b}}}\n"
    )
    found = left_out(questionnaire_of(asked, derived + lines))
    assert found == {"cross", "ticks", "counted", "both", "of_both"}
    asked, derived = NUMBERS
    lines = (
        "  - {id: other, bands: one, options: {low: {label: L, at_most: 12}}}\n"
        "  - {id: first, coalesce: [one, two]}\n"
        "  - {id: of_first, bands: first, options: {low: {label: L, at_most: 12}}}\n"
        "  - {id: of_two, bands: two, options: {low: {label: L, at_most: 12}}}\n"
    )
    # Bands of the numbers of which there are others; of those of the other question there are none.
    assert left_out(questionnaire_of(asked, derived + lines)) == {"other", "of_first"}
    asked = "".join(
        f"  - {{id: {name}, type: multiple, page: 1, options: [pan, pot]}}\n" for name in ("a", "b")
    )
    lines = "  - {id: either, coalesce: [a, b]}\n  - {id: number, count: either}\n"
    assert left_out(questionnaire_of(asked, lines)) == {"either", "number"}


def test_only_nets_and_what_reads_them_as_one_need_not_take_everybody():
    asked, derived = TOOLS
    lines = "  - {id: nets, coalesce: [any, more]}\n  - {id: of_nets, count: any}\n"
    found = questionnaire_of(asked, derived + lines)
    assert [q.id for q in found.questions if is_net(q, found)] == ["any", "more", "nets"]


@pytest.mark.parametrize(
    ("condition", "instead"),
    [
        ("land=main", "side=north,south"),
        ("land!=isles", "side!=isles"),
        ("any=flat", "tools"),
        ("sure=sure", "cook or guest"),
    ],
)
def test_group_of_says_by_what_to_choose_instead_of_a_derived_question(condition, instead):
    name = "twins" if condition.startswith("sure") else "tools"
    with pytest.raises(UsageError, match=f"is derived, .* choose by {instead}\\."):
        group_of(Where.of([condition]), survey_of(name)[0])
