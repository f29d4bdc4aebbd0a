"""What reports that were made separately tell together, from their shown figures alone.

Each report was planned and attacked by itself when it was made; a reader may lay several side by
side. Nothing here knows an answer: it is tried with what the reports show, in three rules.

1. *One group, two reports.* A figure that one hides and the other shows is learnt. So is a
   difference between the two of 1 or more, but fewer than the minimum: it counts the few people
   whom another edit or base leaves out. Bases are compared in the second way alone where the
   reports' bases differ, since they are two figures then.
2. *Two groups, one within the other, of one edit and base.* They are learnt where both sizes are
   shown and differ by fewer than the minimum.
3. *Groups of several publications, of one edit and base.* All tables of a question are one linear
   system: respondents are divided into kinds by all conditions that make groups; every figure of a
   group is the sum over its kinds; a count is at most its base, and that at most its size; options
   of a single question sum to the base, those of other lists to the base at least. A hidden figure
   is learnt where it can vary by less than the minimum. Combinations of a batch that have no report
   are hidden as a whole. Whoever is of a kind counts in the tables of the questions that make it.

Rule 3 has fewer relations than the attack on one report (`attack`), none between questions: it
seeks what comes of putting reports together. What one of them tells alone is left to that attack.

Sources: as of `attack`; differences of published totals: Hundepool et al., Statistical Disclosure
Control (2012), section 5.2 (differencing).
"""

from collections.abc import Iterator, Sequence

from dmsi_lib.disclosure.shown import (
    BASE,
    COUNT,
    FIRST,
    MEAN,
    SIZE,
    Conditions,
    Learnt,
    Publication,
    ShownLine,
    ShownReport,
    ShownTable,
    SideBySide,
)
from dmsi_lib.disclosure.union_of_groups import learnt_of_groups


def learnt_together(new: Publication, before: Sequence[Publication]) -> list[Learnt]:
    """What is learnt from a publication beside those before it, and from neither alone.

    Parameters
    ----------
    new : Publication
        With the lists of its tables; see `ShownTable`.
    before : sequence of Publication
        Of the same export.

    Returns
    -------
    list of Learnt, each figure once; see the module for the rules
    """
    union = SideBySide([*before, new])
    there = [(union.group(r.where), r.figures) for one in before for r in one.reports]
    fresh = [r for r in new.reports if (union.group(r.where), r.figures) not in there]
    found: dict[Learnt, None] = {}
    for report in fresh:
        for other in before:
            found |= dict.fromkeys(_of_one_group(union, report, other))
            found |= dict.fromkeys(_of_sizes(union, report, other))
    if not fresh:
        return []
    if not found and (together := [*learnt_of_groups(union)]):
        alone = {*learnt_of_groups(SideBySide(before)), *learnt_of_groups(SideBySide([new]))}
        found = dict.fromkeys(one for one in together if one not in alone)
    return list(found)


# ---- one group, two reports


def _of_one_group(union: SideBySide, mine: ShownReport, other: Publication) -> Iterator[Learnt]:
    group = union.group(mine.where)
    for theirs in other.reports:
        if union.group(theirs.where) == group:
            yield from _of_two_reports(union, group, mine, theirs, other.name)


def _of_two_reports(
    union: SideBySide, group: Conditions, mine: ShownReport, theirs: ShownReport, name: str
) -> Iterator[Learnt]:
    most = max(mine.min_cell, theirs.min_cell)
    who = union.name(group)
    if why := _told(mine.size, theirs.size, most, True, name):
        yield Learnt(group, "", "", SIZE, f"respondents ({who}): {why}")
    for file, table, other in _common(mine, theirs):
        for item, line in table.lines.items():
            if item in other.lines:
                for figure, why in _of_two_lines(line, other.lines[item], most, mine, theirs, name):
                    text = f"{file}, {line.label}, {figure} ({who}): {why}"
                    yield Learnt(group, file, item, figure, text)


def _common(mine: ShownReport, theirs: ShownReport) -> Iterator[tuple[str, ShownTable, ShownTable]]:
    """The tables of both that were counted from the same answers."""
    for file, table in mine.tables.items():
        if file in theirs.tables and theirs.tables[file].source == table.source:
            yield file, table, theirs.tables[file]


def _of_two_lines(
    mine: ShownLine,
    theirs: ShownLine,
    most: int,
    my: ShownReport,
    their: ShownReport,
    name: str,
) -> Iterator[tuple[str, str]]:
    if why := _told(mine.count, theirs.count, most, True, name):
        yield COUNT, why
    if why := _told(mine.base, theirs.base, most, my.base == their.base, name):
        yield BASE, why
    if why := _told(mine.first, theirs.first, most, False, name):
        yield FIRST, why
    if (mine.mean is None) != (theirs.mean is None):
        yield MEAN, _one_shows(mine.mean is None, name)


def _told(mine: int | None, theirs: int | None, most: int, is_same: bool, name: str) -> str:
    """Why a figure is learnt from two reports, "" where it is not."""
    if mine is not None and theirs is not None:
        few = 0 < abs(mine - theirs) < most
        return f"differs by fewer than {most} from that of {name}" if few else ""
    if is_same and (mine is None) != (theirs is None):
        return _one_shows(mine is None, name)
    return ""


def _one_shows(hidden_here: bool, name: str) -> str:
    return f"hidden here, shown by {name}" if hidden_here else f"shown here, hidden by {name}"


# ---- groups within groups


def _of_sizes(union: SideBySide, mine: ShownReport, other: Publication) -> Iterator[Learnt]:
    """Rule 2: a group without a few of its people."""
    group = union.group(mine.where)
    for theirs in (report for report in other.reports if report.reading == mine.reading):
        wider, most = union.group(theirs.where), max(mine.min_cell, theirs.min_cell)
        if mine.size is None or theirs.size is None or not _is_nested(group, wider):
            continue
        if 0 < abs(mine.size - theirs.size) < most:
            text = (
                f"respondents ({union.name(group)}): fewer than {most} more or less than "
                f"{union.name(wider)} of {other.name}"
            )
            yield Learnt(group, "", "", SIZE, text)


def _is_nested(one: Conditions, other: Conditions) -> bool:
    return _is_within(one, other) or _is_within(other, one)


def _is_within(inner: Conditions, outer: Conditions) -> bool:
    return inner != outer and all(
        any(question == asked and codes <= wanted for question, codes in inner)
        for asked, wanted in outer
    )
