"""Rule 3 of `union`: what groups of several publications tell together, as linear programmes.

Respondents are divided into kinds by all conditions that make groups, so that every figure of a
group is the sum over the kinds in it, whatever groups lie within or across one another.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy import sparse

from dmsi_lib.disclosure.bounds import CLOSE, outer_bounds, ranges, unknowns_of
from dmsi_lib.disclosure.shown import (
    ALL,
    BASE,
    COUNT,
    FREE,
    SIZE,
    TABLE,
    Conditions,
    Learnt,
    Publication,
    ShownReport,
    SideBySide,
)
from dmsi_lib.errors import InputError

Parts = list[tuple[Publication, list[ShownReport]]]  # the reports of one reading

_MOST_KINDS = 500  # of respondents; more are too slow


def learnt_of_groups(union: SideBySide) -> Iterator[Learnt]:
    """Rule 3, reading by reading."""
    readings = {report.reading for one in union.publications for report in one.reports}
    for reading in sorted(readings):
        parts = [
            (one, [report for report in one.reports if report.reading == reading])
            for one in union.publications
        ]
        parts = [(one, reports) for one, reports in parts if reports]
        if _is_tried(union, parts):
            continue
        yield from _of_reading(union, parts)


def _is_tried(union: SideBySide, parts: Parts) -> bool:
    """Whether everything was planned and attacked when it was made: one set of groups, beside
    everybody, with one minimum."""
    sets = {
        frozenset(union.group(r.where) for r in reports) - {frozenset()} for _, reports in parts
    }
    least = {report.min_cell for _, reports in parts for report in reports}
    return len(sets - {frozenset()}) <= 1 and len(least) == 1


def _of_reading(union: SideBySide, parts: Parts) -> Iterator[Learnt]:
    groups = _Groups(union, parts)
    lists = {
        (file, table.source): table
        for report in groups.reports
        for file, table in report.tables.items()
        if table.lists
    }
    for (file, source), table in lists.items():
        for total, items in table.lists:
            listed = _Listed(file, source, table.question, total, tuple(items))
            first = table.lines.get(items[0])
            row = first.label if first and len(table.lists) > 1 else ""
            for group, figure, item in _recovered(groups, listed):
                label = table.lines[item].label if item in table.lines else row
                yield _learnt(union, groups.groups[group], listed, figure, item, label)


def _learnt(
    union: SideBySide, group: Conditions, listed: "_Listed", figure: str, item: str, label: str
) -> Learnt:
    who = union.name(group)
    if figure == TABLE:
        text = f"{listed.file}: counted otherwise than before, so that nobody knows what follows"
        return Learnt(group, listed.file, "", TABLE, text)
    if figure == SIZE:
        return Learnt(group, "", "", SIZE, f"respondents ({who}): follows from all groups together")
    what = ", ".join(filter(None, [listed.file, label, figure]))
    text = f"{what} ({who}): follows from all groups together"
    return Learnt(group, listed.file, item or listed.items[0], figure, text)


class _Groups:
    """The groups of several publications of one reading, and the kinds of respondents in them.

    Attributes
    ----------
    groups : list of Conditions
    shown : of each group its reports, none where it is too small for one
    enough : float array (groups,)
        How far its hidden figures must be able to vary.
    inside : bool array (groups, kinds)
    answers : of each question that makes groups, of each code that is a kind by itself:
        bool array (kinds,), who gave it
    told : what tables say of the numbers of people of some kinds, bool (kinds,), and how many
    """

    def __init__(self, union: SideBySide, parts: Parts):
        shown: dict[Conditions, list[ShownReport]] = {}
        least: dict[Conditions, int] = {}
        for one, reports in parts:
            most = max(report.min_cell for report in reports)
            for report in reports:
                shown.setdefault(union.group(report.where), []).append(report)
            for group in {union.group(report.where) for report in reports} | union.unreported(one):
                least[group] = max(least.get(group, 0), most)
        self.groups = sorted(least, key=lambda group: (len(group), union.name(group)))
        self.shown = [shown.get(group, []) for group in self.groups]
        self.enough = np.array([least[group] for group in self.groups], float)
        self.inside, self.answers = _kinds_of(union, self.groups)
        self.told = [
            (inside & who, line.count)
            for inside, reports in zip(self.inside, self.shown, strict=True)
            for report in reports
            for table in report.tables.values()
            for item, who in self.answers.get(table.question, {}).items()
            if (line := table.lines.get(item)) and line.count is not None
        ]

    @property
    def reports(self) -> Iterable[ShownReport]:
        """All reports."""
        return (report for reports in self.shown for report in reports)


def _kinds_of(
    union: SideBySide, groups: Sequence[Conditions]
) -> tuple[np.ndarray, dict[str, dict[str, np.ndarray]]]:
    """Every combination of answers that the groups' conditions tell apart; see `_Groups`."""
    sides = [
        (question, side)
        for question in sorted({name for group in groups for name, _ in group})
        for side in _sides_of(union, question, groups)
    ]
    if np.prod([len(side) for _, side in sides], initial=1.0) > _MOST_KINDS:
        raise InputError(
            "The groups published so far are too many to be tried together with these. Publish "
            "groups by fewer questions."
        )
    kinds = list(product(*(side.items() for _, side in sides)))
    holds = [frozenset().union(*(pairs for pairs, _ in kind)) for kind in kinds]
    inside = np.array([[group <= pairs for pairs in holds] for group in groups])
    answers: dict[str, dict[str, np.ndarray]] = {}
    for n, (question, side) in enumerate(sides):
        for pairs, codes in side.items():
            if len(codes) == 1:
                who = np.array([kind[n][0] == pairs for kind in kinds])
                answers.setdefault(question, {})[codes[0]] = who
    return inside, answers


_Side = dict[Conditions, list[str]]  # the conditions that hold, with the answers that fulfil them


def _sides_of(union: SideBySide, question: str, groups: Sequence[Conditions]) -> list[_Side]:
    """How a question divides respondents; its options do each for itself where several may be
    ticked."""
    asked = {pair for group in groups for pair in group if pair[0] == question}
    nothing: Conditions = frozenset()
    if question not in union.options:
        return [
            {nothing: [], frozenset([pair]): sorted(pair[1])} for pair in sorted(asked, key=str)
        ]
    side: _Side = {nothing: []}  # whoever gave no answer
    for code in sorted(union.options[question]):
        side.setdefault(frozenset(pair for pair in asked if code in pair[1]), []).append(code)
    if side[nothing]:  # answers that make no group are no kind apart from no answer
        side[nothing] = []
    return [side]


@dataclass(frozen=True)
class _Listed:
    """One list of lines that share a base."""

    file: str
    source: str
    question: str
    total: str
    items: tuple[str, ...]

    @property
    def figures(self) -> list[tuple[str, str]]:
        """What there is of every group and kind: figure and item."""
        return [(SIZE, ""), (BASE, ""), *((COUNT, item) for item in self.items)]

    @property
    def relations(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights (relations, figures) of sums that are 0 at least, and the most they may be."""
        n = len(self.items)
        below = np.hstack([np.zeros((n, 1)), np.ones((n, 1)), -np.eye(n)])
        size = np.array([[1.0, -1.0, *[0.0] * n]])
        total = np.array([[0.0, -1.0, *[1.0] * n]])[: self.total != FREE]
        most = np.full(n + 1 + len(total), np.inf)
        if self.total == ALL:
            most[-1] = 0
        return np.vstack([below, size, total]), most

    def is_in(self, report: ShownReport) -> bool:
        """Whether a report has the list's table."""
        table = report.tables.get(self.file)
        return table is not None and table.source == self.source

    def shown(self, reports: Iterable[ShownReport], size: float) -> np.ndarray:
        """The figures of a group that its reports show, NaN where none does; float (figures,)."""
        values = np.full(len(self.items) + 2, np.nan)
        values[0] = size
        for report in filter(self.is_in, reports):
            lines = [report.tables[self.file].lines.get(item) for item in self.items]
            values[1] = _either(values[1], *(line.base for line in lines if line))
            for n, line in enumerate(lines, 2):
                values[n] = _either(values[n], line.count if line else None)
        return values


def _either(*values: float | None) -> float:
    """The first that is known, NaN where none is."""
    return next((float(v) for v in values if v is not None and not np.isnan(v)), np.nan)


@dataclass(frozen=True)
class _Relations:
    """See `bounds.Relations`."""

    matrix: sparse.csr_array
    low: np.ndarray
    high: np.ndarray
    values: np.ndarray


def _recovered(groups: _Groups, listed: _Listed) -> Iterator[tuple[int, str, str]]:
    """Positions of groups, with figure and item, that are hidden and can be told."""
    shape = (len(groups.groups) + groups.inside.shape[1], len(listed.figures))
    asked = np.zeros(shape, dtype=bool)
    for n, (group, reports) in enumerate(zip(groups.groups, groups.shown, strict=True)):
        # A report without the table hides nothing of it.
        asked[n] = [
            (not reports or any(map(listed.is_in, reports))) and is_asked
            for is_asked in _is_asked(group, listed)
        ]
    enough = np.repeat(np.append(groups.enough, np.zeros(groups.inside.shape[1])), shape[1])
    place = np.column_stack([index.ravel() for index in np.indices(shape)])
    place[:, 1] = 0
    for by_definition, total in ((True, listed.total), (False, listed.total), (False, FREE)):
        system = _system(groups, replace(listed, total=total), by_definition)
        wanted = np.isnan(system.values) & asked.ravel()
        if not wanted.any():
            return
        spread = _spread(system, wanted, enough, place)
        if spread is not None:
            found = wanted & (spread < enough - CLOSE)
            for n, figure in np.argwhere(found.reshape(shape)):
                yield int(n), *listed.figures[figure]
            return
    yield 0, TABLE, ""  # counted anew with other numbers: nobody can tell what follows


def _spread(
    system: _Relations, wanted: np.ndarray, enough: np.ndarray, place: np.ndarray
) -> np.ndarray | None:
    """How far the wanted figures can vary, as far as `enough`, float (variables,); None where no
    numbers fulfil all relations, since an edit may move answers about."""
    unknown = np.isnan(system.values)
    unknowns, spread = unknowns_of(system, unknown), np.full(len(unknown), np.inf)
    least, most = outer_bounds(unknowns)
    if (most < least - CLOSE).any():
        return None
    try:
        low, high = ranges(unknowns, wanted[unknown], enough[unknown], place[unknown])
    except InputError:
        return None
    spread[unknown] = high - low
    return spread


def _is_asked(group: Conditions, listed: _Listed) -> list[bool]:
    """Which figures of a group are looked at: not what goes without saying, such as how many in
    Ontario live there, or elsewhere."""
    own = {codes for question, codes in group if question == listed.question}
    return [
        not own or (figure == COUNT and all(item in codes and len(codes) > 1 for codes in own))
        for figure, item in listed.figures
    ]


def _system(groups: _Groups, listed: _Listed, by_definition: bool) -> _Relations:
    """All groups, and then all kinds, with all figures of a list."""
    number, kinds = groups.inside.shape
    figures = len(listed.figures)
    weights, most = listed.relations
    sums = sparse.hstack([-sparse.eye_array(number), sparse.csr_array(groups.inside.astype(float))])
    inside = sparse.hstack([sparse.csr_array((kinds, number)), sparse.eye_array(kinds)])
    parts: list[tuple[sparse.csr_array, object, object]] = [
        (sparse.kron(sums, sparse.eye_array(figures)), 0.0, 0.0),
        (sparse.kron(inside, sparse.csr_array(weights)), 0.0, np.tile(most, kinds)),
    ]
    values = np.full((number + kinds, figures), np.nan)
    for n, reports in enumerate(groups.shown):
        size = _either(*(report.size for report in reports))
        values[n] = listed.shown(reports, size)
    if by_definition:
        parts += _by_definition(groups, listed, values)
    low, high = (
        np.concatenate([np.resize(np.array(part[k]), part[0].shape[0]) for part in parts])
        for k in (1, 2)
    )
    matrix = sparse.csr_array(sparse.vstack([part[0] for part in parts]))
    matrix.eliminate_zeros()
    return _Relations(matrix, low, high, values.ravel())


def _by_definition(
    groups: _Groups, listed: _Listed, values: np.ndarray
) -> list[tuple[sparse.csr_array, object, object]]:
    """What answers that make groups are in the table of their question: whoever gave one counts
    there, and nobody else. Fills in the zeros."""
    number, figures, rows, sums = len(groups.groups), listed.figures, [], []
    for who, count in groups.told:
        row = np.zeros(values.shape)
        row[number:, 0] = who
        rows.append(row.ravel())
        sums.append(count)
    for item, who in groups.answers.get(listed.question, {}).items():
        if (COUNT, item) not in figures:
            continue
        at = figures.index((COUNT, item))
        values[number:, at][~who] = 0
        for kind in np.flatnonzero(who):
            row = np.zeros(values.shape)
            row[number + kind, [0, at]] = 1, -1
            rows.append(row.ravel())
            sums.append(0)
    matrix = sparse.csr_array(np.array(rows).reshape(len(rows), values.size))
    return [(matrix, np.array(sums, float), np.array(sums, float))] if rows else []
