"""Relations between the figures of tables that are published together."""

import numpy as np
import pytest
from random_releases import all_tables, members, random_release
from small_survey import make_questionnaire, make_responses
from small_tables import slot_of

from dmsi_lib.disclosure.group_lattice import lattice_of
from dmsi_lib.disclosure.release import release_of
from dmsi_lib.disclosure.slots import SIZE
from dmsi_lib.errors import InputError, UsageError

COOKS, GUESTS = (("role", ("cook",)),), (("role", ("guest",)),)


def small_release(*groups, base="answered"):
    questionnaire = make_questionnaire()
    responses = make_responses(questionnaire)
    parts = {group: members(responses, questionnaire, group) for group in groups}
    tables = {group: all_tables(part, questionnaire, base) for group, part in parts.items()}
    sizes = {group: len(part) for group, part in parts.items()}
    return release_of(questionnaire, tables, sizes=sizes)


def variable(release, group, slot):
    position = release.knowledge.position[slot]
    return release.system.variable[release.groups.index(group), position]


def test_release_of_makes_a_groups_size_and_its_option_one_figure():
    release = small_release((), COOKS, GUESTS)
    size = variable(release, COOKS, SIZE)
    assert size == variable(release, (), slot_of("role", "count", "cook"))
    assert release.system.values[size] == 3
    assert size != variable(release, GUESTS, SIZE)


def test_release_of_knows_that_nobody_in_a_group_answered_otherwise():
    release = small_release((), COOKS)
    assert release.system.zero[variable(release, COOKS, slot_of("role", "count", "guest"))]
    assert not release.system.zero[variable(release, COOKS, slot_of("eats", "count", "no"))]


def test_release_of_knows_a_group_of_several_options_from_the_coarser_table():
    release = random_release(1, wide=True)
    wide = (("region", ("north", "south")),)
    for code in ("north", "south"):
        count = slot_of("region", "count", code)
        assert variable(release, wide, count) == variable(release, (), count)
    assert variable(release, wide, slot_of("region", "base")) == variable(release, wide, SIZE)
    for code in ("east", "west", "isles"):
        assert release.system.zero[variable(release, wide, slot_of("region", "count", code))]


def test_lattice_of_refuses_groups_that_overlap_in_part():
    cooks, both = COOKS, (("role", ("cook", "guest")),)
    with pytest.raises(UsageError, match="Groups by 'role' overlap: role=cook; role=cook,guest"):
        lattice_of(make_questionnaire(), [(), cooks, both])


def test_release_of_joins_the_universes_of_one_rule():
    release = small_release((), base="universe")
    yes = variable(release, (), slot_of("eats", "count", "yes"))
    assert variable(release, (), slot_of("doneness", "base")) == variable(
        release, (), slot_of("sauces", "base")
    )
    assert variable(release, (), slot_of("doneness", "base")) == yes
    assert variable(release, (), slot_of("why", "base")) == variable(release, (), SIZE)


def test_release_of_keeps_bases_of_those_who_answered_apart():
    release = small_release(())
    assert variable(release, (), slot_of("doneness", "base")) != variable(
        release, (), slot_of("sauces", "base")
    )
    assert variable(release, (), slot_of("why", "base")) == variable(
        release, (), slot_of("why", "count", "answered")
    )


@pytest.mark.parametrize(
    "kind", [{}, {"wide": True}, {"rare": True}], ids=["plain", "wide", "rare"]
)
# In survey 99 a universe exceeds its gate's counts in the rest of a group, and nowhere else.
@pytest.mark.parametrize(("seed", "most"), [*((seed, 60) for seed in range(6)), (99, 120)])
def test_system_holds_for_the_truth(seed, most, kind):
    """Virtual groups are worked out from their relations: one solution has to exist."""
    from scipy.optimize import linprog

    system = random_release(seed, most, **kind).system
    told = ~np.isnan(system.values)
    rest = system.values[told]
    matrix = system.matrix[:, np.flatnonzero(~told)]
    left = system.matrix[:, np.flatnonzero(told)] @ rest
    low, high = system.low - left, system.high - left
    above, below = np.isfinite(low), np.isfinite(high)
    if matrix.shape[1] == 0:
        assert (low <= 1e-9).all() and (high >= -1e-9).all()
        return
    found = linprog(
        np.zeros(matrix.shape[1]),
        A_ub=np.vstack([matrix[below].toarray(), -matrix[above].toarray()]),
        b_ub=np.concatenate([high[below], -low[above]]) + 1e-9,
    )
    assert found.status == 0


def test_lattice_of_adds_the_groups_between_and_their_rests():
    groups = [(("eats", ("yes",)), *COOKS)]
    lattice = lattice_of(make_questionnaire(), groups)
    assert lattice.groups[:4] == [groups[0], (), (("eats", ("yes",)),), COOKS]
    assert len(lattice.groups) == 8  # and a rest for each way to leave out a condition
    assert lattice.sums.shape == (4, 8)
    assert (lattice.sums.sum(axis=1) == -1).all()


def test_lattice_of_lets_options_of_a_multiple_question_overlap():
    groups = [(), (("shops", ("butcher",)),), (("shops", ("market",)),)]
    lattice = lattice_of(make_questionnaire(), groups)
    assert lattice.sums.shape[0] == 2  # each option and those who did not choose it
    assert lattice.covers.shape[0] == 1
    assert [codes for _, _, codes, _ in lattice.rests] == [["butcher", "market"]]


def test_release_of_refuses_tables_with_other_rows():
    questionnaire = make_questionnaire()
    responses = make_responses(questionnaire)
    tables = {(): all_tables(responses, questionnaire)}
    tables[COOKS] = all_tables(responses[:3], questionnaire, "universe")
    with pytest.raises(InputError, match="role=cook: its tables have other rows"):
        release_of(questionnaire, tables, sizes={(): 8, COOKS: 3})
