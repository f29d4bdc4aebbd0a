"""How groups of respondents make up one another, and the groups that this implies.

A group is a tuple of (question, code) pairs, sorted; () is everybody. The groups of a single
question and the *rest*, who chose none of their codes, make up the group without that condition.
Options of a multiple question overlap: each has a rest of its own, and all of them and those who
ticked none of them cover the group. Groups that lie between others (a province, where only province
x role has tables) and rests are *virtual*: they have no tables.
"""

from dataclasses import dataclass

from scipy import sparse

NATION = ()
# Stand for an option's code in virtual groups. No code of a questionnaire begins so.
REST, NOT = "", " not "


def is_option(code):
    """Whether a condition's code is an option's, not that of a rest."""
    return code != REST and not code.startswith(NOT)


@dataclass(frozen=True)
class Lattice:
    """Groups with tables and virtual ones, and what they add up to.

    Attributes
    ----------
    groups : list of groups
    sums : csr array (relations, groups); each row is 0 in every slot
    covers : csr array (relations, groups); each row is at least 0 in every slot
    rests : list of (parent, question id, codes of the groups, the rest) of multiple
        questions, whose rest is those who ticked none of the codes
    """

    groups: list
    sums: sparse.csr_array
    covers: sparse.csr_array
    rests: list


def lattice_of(questionnaire, real):
    """The lattice of the groups that have tables.

    Parameters
    ----------
    questionnaire : Questionnaire
    real : sequence of groups

    Returns
    -------
    Lattice; its groups begin with those that have tables
    """
    groups = list(real) + sorted(_between(real) - set(real))
    split = {}
    for group in groups:
        for pair in group:
            parent = tuple(other for other in group if other != pair)
            split.setdefault((parent, pair[0]), []).append(pair[1])
    sums, covers, rests = [], [], []

    def virtual(parent, name, code):
        groups.append((*parent, (name, code)))
        return groups[-1]

    for (parent, name), codes in split.items():
        children = {code: tuple(sorted([*parent, (name, code)])) for code in codes}
        if questionnaire[name].type == "single":
            parts = [*children.values(), virtual(parent, name, REST)]
            sums.append({parent: 1} | dict.fromkeys(parts, -1))
            continue
        for code, child in children.items():
            sums.append({parent: 1, child: -1, virtual(parent, name, NOT + code): -1})
        rest = virtual(parent, name, REST)
        covers.append({parent: -1, rest: 1} | dict.fromkeys(children.values(), 1))
        rests.append((parent, name, codes, rest))
    position = {group: n for n, group in enumerate(groups)}
    return Lattice(groups, rows_of(sums, position), rows_of(covers, position), rests)


def _between(groups):
    """Every group that comes of leaving out conditions, the groups themselves included."""
    found = set(groups)
    for group in groups:
        for pair in group:
            found |= _between([tuple(other for other in group if other != pair)])
    return found


def rows_of(terms, position):
    """Rows of a matrix from dicts of name to weight; `position` gives each name's column."""
    matrix = sparse.lil_array((len(terms), len(position)))
    for n, row in enumerate(terms):
        for name, weight in row.items():
            matrix[n, position[name]] = weight
    return sparse.csr_array(matrix)
