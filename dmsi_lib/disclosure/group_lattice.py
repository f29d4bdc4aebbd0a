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

from dmsi_lib.disclosure.plan import Group, group_name
from dmsi_lib.errors import UsageError
from dmsi_lib.questionnaire import Questionnaire

NATION = ()
_NOT = ""  # before the codes of a rest; no code of a questionnaire


def is_option(codes: tuple[str, ...]) -> bool:
    """Whether a condition's codes are options', not those of a rest."""
    return codes[0] != _NOT


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
    """The lattice of the groups that have tables.

    Raises
    ------
    UsageError
        Where two groups share some answers to a single-choice question, but not all of them.
    """
    groups = list(real) + sorted(_between(real) - set(real))
    split: dict[tuple[Group, str], list[tuple[str, ...]]] = {}
    for group in groups:
        for pair in group:
            split.setdefault((_without(group, pair), pair[0]), []).append(pair[1])
    sums, covers, rests = [], [], []

    def virtual(parent: Group, name: str, *codes: str) -> Group:
        groups.append((*parent, (name, (_NOT, *codes))))
        return groups[-1]

    for (parent, name), conditions in split.items():
        codes = [code for condition in conditions for code in condition]
        children = [tuple(sorted([*parent, (name, condition)])) for condition in conditions]
        if questionnaire[name].type == "single":
            if len(set(codes)) < len(codes):
                raise UsageError(
                    f"Groups by '{name}' overlap: {'; '.join(map(group_name, children))}. Publish "
                    "groups together that have no answer in common, or the same ones."
                )
            parts = [*children, virtual(parent, name)]
            sums.append({parent: 1} | dict.fromkeys(parts, -1))
            continue
        for code, child in zip(codes, children, strict=True):
            sums.append({parent: 1, child: -1, virtual(parent, name, code): -1})
        rest = virtual(parent, name)
        covers.append({parent: -1, rest: 1} | dict.fromkeys(children, 1))
        rests.append((parent, name, codes, rest))
    position = {group: n for n, group in enumerate(groups)}
    return Lattice(groups, rows_of(sums, position), rows_of(covers, position), rests)


def _without(group: Group, pair: tuple[str, tuple[str, ...]]) -> Group:
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
