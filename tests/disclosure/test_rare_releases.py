"""What is known, and what may be shown, of rows with several answers, boxes, scales and gates that
ask for more than an option."""

import numpy as np
import pandas as pd
import pytest
from random_releases import all_tables
from reference_skip_logic import questionnaire_of
from small_tables import slot_of

from dmsi_lib.disclosure.attack import recover_cells
from dmsi_lib.disclosure.plan import PLAN_COLUMNS, Plan, group_of, suppress_table
from dmsi_lib.disclosure.release import release_of
from dmsi_lib.disclosure.slots import SIZE
from dmsi_lib.disclosure.suppression import plan_suppression
from dmsi_lib.errors import UsageError
from dmsi_lib.where import Where


def release(questionnaire, responses, base="answered"):
    tables = all_tables(responses, questionnaire, base)
    return release_of(questionnaire, {(): tables}, sizes={(): len(responses)})


def frame(columns):
    made = pd.DataFrame(columns)
    made.columns = pd.MultiIndex.from_tuples(list(columns), names=["question", "item"])
    return made


def hide(found, *cells):
    """A plan that hides the counts of some (row, item), and nothing else."""
    slots = [SIZE, *(found.knowledge.slots[line.count] for line in found.knowledge.lines)]
    rows = [
        ("", s.table.question, s.table.kind, s.row, s.item, why, "", "")
        for s in slots
        for why in ["primary" if (s.row, s.item) in cells else ""]
    ]
    return Plan(pd.DataFrame(rows, columns=PLAN_COLUMNS))


def ranges(found, *cells):
    """Least and largest value of the hidden counts, by row and item."""
    return {
        (one.slot.row, one.slot.item): (round(one.low, 6), round(one.high, 6))
        for one in recover_cells(found, hide(found, *cells), min_cell=10**6)
    }


# ---- several answers a row

TOOLS = questionnaire_of(
    "  - {id: q, type: matrix_multiple, page: 1, rows: [soup, steak], options: [pan, pot]}\n"
)


def ticks(pan, pot, n=40):
    """So many of n tick either option of soup, the pot from the end; all about steak tick both."""
    order = np.arange(n)
    return frame(
        {
            ("q", "soup.pan"): pd.array(order < pan, "boolean"),
            ("q", "soup.pot"): pd.array(order >= n - pot, "boolean"),
            ("q", "steak.pan"): pd.array([True] * n, "boolean"),
            ("q", "steak.pot"): pd.array([True] * n, "boolean"),
        }
    )


@pytest.mark.parametrize("base", ["answered", "universe"])
def test_options_of_a_row_with_several_answers_are_no_parts_of_its_base(base):
    found = release(TOOLS, ticks(30, 25), base)
    # Of 40, 25 ticked the pot, so that 15 at least ticked the pan, and perhaps all of them did.
    assert ranges(found, ("soup", "pan")) == {("soup", "pan"): (15, 40)}


def test_a_row_with_several_answers_sums_to_no_base_even_where_its_counts_do():
    found = release(TOOLS, ticks(30, 10))
    assert ranges(found, ("soup", "pan")) == {("soup", "pan"): (30, 40)}


def test_who_stated_nothing_ticked_nothing_in_the_row():
    responses = ticks(30, 25)
    responses.loc[30:34, [("q", "soup.pan"), ("q", "soup.pot")]] = pd.NA
    found = release(TOOLS, responses, "universe")  # five of 40 say nothing, 20 tick the pot
    assert ranges(found, ("soup", "pan")) == {("soup", "pan"): (15, 35)}


# ---- several boxes

BOXES = questionnaire_of("  - {id: q, type: numeric, page: 1, rows: [food, drink, rent]}\n")


def filled(food, drink, rent, n=40):
    order = np.arange(n)
    numbers = {"food": order < food, "drink": order >= n - drink, "rent": order < rent}
    return frame(
        {
            ("q", row): pd.array(np.where(who, 10.0, np.nan), "Float64")
            for row, who in numbers.items()
        }
    )


def test_boxes_have_one_base_that_they_need_not_add_up_to():
    found = release(BOXES, filled(30, 20, 5))
    bases = {
        int(found.system.variable[0, found.knowledge.position[slot_of("q", "base", row=row)]])
        for row in ("food", "drink", "rent")
    }
    assert len(bases) == 1
    # Everybody filled some box: 15 at least filled that of food, since 25 filled others.
    assert ranges(found, ("food", "answered")) == {("food", "answered"): (15, 40)}
    # With the universe as base that is not said: what is not stated says it all.
    universe = release(BOXES, filled(30, 20, 5), "universe")
    assert ranges(universe, ("food", "answered")) == {("food", "answered"): (30, 30)}


def test_a_box_that_few_filled_or_few_left_is_hidden():
    plan = plan_suppression(release(BOXES, filled(35, 20, 5))).of(()).set_index("row")["status"]
    assert plan[["food", "rent"]].tolist() == ["primary", "primary"]


# ---- means


def suppressed(questionnaire, responses, min_cell=10, base="answered"):
    found = release(questionnaire, responses, base)
    plan = plan_suppression(found, min_cell)
    return suppress_table(found.tables[()], plan.of(()).iloc[1:])


def test_a_mean_of_few_numbers_is_hidden_and_how_many_are_none_is_never_shown():
    questionnaire = questionnaire_of("  - {id: q, type: numeric, page: 1}\n")
    for numbers, shown in ((12, True), (9, False)):
        values = [30.0] * numbers + [None] * (40 - numbers)
        texts = [None] * numbers + [True] * (40 - numbers)
        responses = frame(
            {
                ("q", ""): pd.array(values, "Float64"),
                ("q", "not_a_number"): pd.array(texts, "boolean"),
            }
        )
        found = suppressed(questionnaire, responses)
        assert found["count"].tolist() == [40]
        assert found[["mean", "median"]].notna().all(axis=None) == shown
        assert found["left_out"].isna().all()
        assert found["suppressed"].tolist() == [""]


SCALE = questionnaire_of(
    f"  - {{id: q, type: single, page: 1, options: [{', '.join(map(str, range(11)))}]}}\n"
)


def answers(counts):
    codes = [str(code) for code, n in enumerate(counts) for _ in range(n)]
    return frame({("q", ""): pd.Categorical(codes, categories=list(map(str, range(11))))})


@pytest.mark.parametrize("base", ["answered", "universe"])
def test_what_a_scale_comes_to_is_shown_only_where_all_its_counts_are(base):
    # "Not stated" of nobody is a small cell as any.
    blank = pd.Series([None] * 20, name=("q", ""), dtype=object)
    for counts, shown in (([12] * 11, True), ([12] * 10 + [3], False)):
        responses = answers(counts)
        column = pd.concat([responses["q", ""].astype(object), blank], ignore_index=True)
        categories = pd.Categorical(column, categories=list(map(str, range(11))))
        found = suppressed(SCALE, frame({("q", ""): categories}), base=base)
        hidden = found["suppressed"] != ""
        assert hidden.any() != shown
        columns = found.loc[found["item"] != "not_stated", ["mean", "median", "net_promoter"]]
        assert columns.notna().all(axis=None) == shown
        assert columns.isna().all(axis=None) != shown
        assert found.loc[~hidden, "count"].notna().all()


def test_what_a_row_of_scales_comes_to_follows_its_own_counts():
    questionnaire = questionnaire_of(
        '  - {id: q, type: matrix, page: 1, rows: [dear, tasty], options: ["1", "2", "3"]}\n'
    )
    codes = {"dear": "1" * 20 + "2" * 20 + "3" * 20, "tasty": "1" * 30 + "2" * 26 + "3" * 4}
    responses = frame(
        {
            ("q", row): pd.Categorical([*all_], categories=["1", "2", "3"])
            for row, all_ in codes.items()
        }
    )
    found = suppressed(questionnaire, responses)
    assert (
        found["mean"].tolist()[:3] == [2.0] * 3 and found["mean"].isna().tolist()[3:] == [True] * 3
    )


# ---- gates that ask for more than an option

_GATES = """\
  - {id: role, type: single, page: 1, options: [cook, guest, critic]}
  - {id: shops, type: multiple, page: 1, options: [market, web]}
  - {id: age, type: numeric, page: 1}
  - {id: tools, type: matrix_multiple, page: 1, rows: [soup], options: [pan, pot]}
  - {id: why, type: open, page: 1}
"""


def gated(rule, n=60):
    questionnaire = questionnaire_of(
        f"{_GATES}  - {{id: q, type: open, page: 2, ask_if: {rule}}}\n"
    )
    order = np.arange(n)
    return questionnaire, frame(
        {
            ("role", ""): pd.Categorical(np.resize(["cook", "guest", "critic"], n)),
            ("shops", "market"): pd.array(order % 2 == 0, "boolean"),
            ("shops", "web"): pd.array(order % 3 > 0, "boolean"),
            ("age", ""): pd.array(order + 10.0, "Float64"),
            ("tools", "soup.pan"): pd.array(order < 40, "boolean"),
            ("tools", "soup.pot"): pd.array(order > 30, "boolean"),
            ("why", ""): pd.array(np.where(order < 35, "why", None), "string"),
            ("q", ""): pd.array(["words"] * n, "string"),
        }
    )


def about_universe(rule):
    """What is known of q's universe by the counts of its gates, in signs."""
    questionnaire, responses = gated(rule)
    knowledge = release(questionnaire, responses, "universe").knowledge
    base = knowledge.position[slot_of("q", "base")]
    known = set()
    for row in np.flatnonzero(knowledge.matrix[:, [base]].toarray()):
        weights = knowledge.matrix[[row]].toarray()[0]
        others = [n for n in np.flatnonzero(weights) if n != base]
        slots = [knowledge.slots[n] for n in others]
        if {slot.table.question for slot in slots} <= {"q", ""}:
            continue
        # Here each relation is that its sum is nothing, or at most nothing.
        sign = "=" if knowledge.low[row] == 0 else "≤" if weights[base] > 0 else "≥"
        terms = [
            f"{-weights[base] * weights[n]:+g} {name(slot)}"
            for n, slot in zip(others, slots, strict=True)
        ]
        known.add(" ".join([sign, *terms]))
    return known


def name(slot):
    return slot.item or slot.table.question or "everybody"


ROLE, AGE, SHOPS = (f"+1 {gate} -1 not_stated" for gate in ("role", "age", "shops"))


@pytest.mark.parametrize(
    ("rule", "known"),
    [
        (
            "{role: {none_of: [cook]}}",
            ["= +1 guest +1 critic", "≤ +1 guest +1 critic", "≥ +1 guest +1 critic", f"≤ {ROLE}"],
        ),
        ("{role: [cook], age: {at_least: 30}}", ["≤ +1 cook", f"≤ {ROLE}", f"≤ {AGE}"]),
        (
            "{shops: {all_of: [market, web]}}",
            ["≤ +1 market", "≤ +1 web", f"≤ {SHOPS}", "≥ -1 everybody +1 market +1 web"],
        ),
        (
            "{shops: [market, web]}",
            ["≤ +1 market +1 web", f"≤ {SHOPS}", "≥ +1 market", "≥ +1 web"],
        ),
        (
            "{shops: {none_of: [market]}}",
            [f"≤ {SHOPS}", *(f"{sign} +1 shops -1 market -1 not_stated" for sign in "≤≥")],
        ),
        ("{age: {at_least: 30}}", [f"≤ {AGE}"]),
        ("{tools.soup: [pan]}", ["≤ +1 pan", "≥ +1 pan", "≤ +1 tools -1 not_stated"]),
        ("{why: {answered: true}}", ["≤ +1 why -1 not_stated", "≥ +1 why -1 not_stated"]),
        ("{role: {answered: true}}", [f"≤ {ROLE}", f"≥ {ROLE}"]),
        (
            "[{role: [cook]}, {age: {at_least: 30}}]",
            [f"≤ +1 cook {AGE}", f"≤ {ROLE} {AGE}", "≥ +1 cook"],
        ),
    ],
)
def test_universe_is_bounded_by_what_its_rule_says_of_counts(rule, known):
    assert about_universe(rule) == set(known)
    found = release(*gated(rule), "universe")
    truth = found.knowledge.matrix @ found.knowledge.values[0]
    assert (truth >= found.knowledge.low - 1e-9).all() and (
        truth <= found.knowledge.high + 1e-9
    ).all()


@pytest.mark.parametrize(
    "rule", ["{shops: {none_of: [market]}}", "{tools.soup: [pan]}", "{why: {answered: true}}"]
)
def test_universes_of_richer_rules_are_protected(rule):
    for base in ("answered", "universe"):
        found = release(*gated(rule), base)
        assert not recover_cells(found, plan_suppression(found))


def test_a_release_without_a_gates_table_is_planned():
    questionnaire, responses = gated("{role: [cook]}")
    tables = all_tables(responses, questionnaire, "universe")
    tables = tables[tables["question"] != "role"].reset_index(drop=True)
    found = release_of(questionnaire, {(): tables}, sizes={(): len(responses)})
    assert not recover_cells(found, plan_suppression(found))


def test_group_of_refuses_a_derived_question():
    questionnaire = questionnaire_of(
        "  - {id: a, type: single, page: 1, options: [yes, no]}\n"
        "  - {id: b, type: single, page: 1, options: [yes, no]}\n"
        "derived:\n  - {id: both, text: Both?, coalesce: [a, b]}\n"
    )
    with pytest.raises(UsageError, match=r"'both=yes': 'both' is derived, .* choose by a or b"):
        group_of(Where.of("both=yes"), questionnaire)


def test_tables_of_one_question_are_suppressed_alone_as_with_others():
    questionnaire, responses = gated("{role: [cook]}")
    found = release(questionnaire, responses)
    plan = plan_suppression(found).of(())
    whole = suppress_table(found.tables[()], plan.iloc[1:])
    own = found.tables[()].query("question == 'tools'").reset_index(drop=True)
    alone = suppress_table(own, plan[plan["question"] == "tools"])
    assert alone.equals(whole[whole["question"] == "tools"].reset_index(drop=True))
