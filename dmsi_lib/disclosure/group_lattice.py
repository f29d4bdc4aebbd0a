"""How groups of respondents make up one another, and the groups that this implies.

The groups of a single question and the *rest*, who chose none of their codes, make up the group
without that condition. Options of a multiple question overlap: each has a rest of its own, and all
of them and those who ticked none of them cover the group. Groups that lie between others (a
province, where only province x role has tables) and rests are *virtual*: they have no tables.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy import sparse

from dmsi_lib.disclosure.plan import Group
from dmsi_lib.questionnaire import Questionnaire

NATION = ()
# Stand for an option's code in virtual groups. No code of a questionnaire begins so.
REST, NOT = "", " not "


def is_option(code: str) -> bool:
    """Whether a condition's code is an option's, not that of a rest."""
    return code != REST and not code.startswith(NOT)


@dataclass(frozen=True)
class Lattice:
    """Groups with tables and virtual ones, and what they add up to."""

    groups: list[Group]  # first those that have tables
    sums: sparse.csr_array  # (relations, groups): each row is 0 in every slot
    covers: sparse.csr_array  # (relations, groups): each row is at least 0 in every slot
    # Of multiple questions: the parent, the question's id, the codes of its groups, and the rest,
    # those who ticked none of the codes.
    rests: list[tuple[Group, str, list[str], Group]]


def lattice_of(questionnaire: Questionnaire, real: Sequence[Group]) -> Lattice:
    """The lattice of the groups that have tables."""
    groups = list(real) + sorted(_between(real) - set(real))
    split: dict[tuple[Group, str], list[str]] = {}
    for group in groups:
        for pair in group:
            split.setdefault((_without(group, pair), pair[0]), []).append(pair[1])
    sums, covers, rests = [], [], []

    def virtual(parent: Group, name: str, code: str) -> Group:
        groups.append((*parent, (name, code)))
        return groups[-1]

    for (parent, name), codes in split.items():
        children = [tuple(sorted([*parent, (name, code)])) for code in codes]
        if questionnaire[name].type == "single":
            parts = [*children, virtual(parent, name, REST)]
            sums.append({parent: 1} | dict.fromkeys(parts, -1))
            continue
        for code, child in zip(codes, children, strict=True):
            sums.append({parent: 1, child: -1, virtual(parent, name, NOT + code): -1})
        rest = virtual(parent, name, REST)
        covers.append({parent: -1, rest: 1} | dict.fromkeys(children, 1))
        rests.append((parent, name, codes, rest))
    position = {group: n for n, group in enumerate(groups)}
    return Lattice(groups, rows_of(sums, position), rows_of(covers, position), rests)


def _without(group: Group, pair: tuple[str, str]) -> Group:
    return tuple(other for other in group if other != pair)


def _between(groups: Iterable[Group]) -> set[Group]:
    """Every group that comes of leaving out conditions, the groups themselves included."""
    found = set(groups)
    for group in groups:
        found |= _between([_without(group, pair) for pair in group])
    return found


def rows_of(
    terms: Sequence[Mapping[Any, float]], position: Mapping[Any, int] | range
) -> sparse.csr_array:
    """Rows of a matrix from dicts of name to weight; `position` gives each name's column."""
    matrix = sparse.lil_array((len(terms), len(position)))
    for n, row in enumerate(terms):
        for name, weight in row.items():
            matrix[n, position[name]] = weight
    return sparse.csr_array(matrix)
