"""What public reports show, as it can be read from them, and the groups they tell of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from dmsi_lib.questionnaire import NOT_STATED
from dmsi_lib.where import Where

ALL, LEAST, FREE = "all", "at least", ""  # what the counts of a list sum to: its base, or more
COUNT, BASE, SIZE, FIRST, MEAN = "count", "base", "size", "first places", "mean"
TABLE = "whole table"  # whose figures do not fit together

Conditions = frozenset[tuple[str, frozenset[str]]]  # a question, and the codes that make a group


@dataclass(frozen=True)
class ShownLine:
    """One line of a table; None is hidden, or not there."""

    label: str = field(compare=False)
    count: int | None
    base: int | None
    first: int | None = None  # how many ranked it first
    mean: float | None = None


@dataclass(frozen=True)
class ShownTable:
    """One table; lists are the lines that share a base, each with what its counts sum to."""

    question: str
    source: str  # what it was counted from: only tables of one source are of the same answers
    lines: Mapping[str, ShownLine]  # by item
    lists: Sequence[Sequence[Any]] = ()  # none where that is not known


@dataclass(frozen=True)
class ShownReport:
    """The figures that a public report shows."""

    edit: str
    base: str
    min_cell: int
    where: tuple[str, ...]
    size: int | None
    tables: Mapping[str, ShownTable]  # by file

    @property
    def reading(self) -> tuple[str, str]:
        """How answers were read: tables of one reading are of the same numbers."""
        return self.edit, self.base

    @property
    def figures(self) -> object:
        """All it shows, to be compared with that of a report of the same group."""
        tables = {file: (table.source, table.lines) for file, table in self.tables.items()}
        return self.size, tables


@dataclass(frozen=True)
class Publication:
    """Reports that were made, planned and tried together."""

    name: str  # as a message says it
    reports: tuple[ShownReport, ...]
    by: tuple[str, ...] = ()  # of a batch: the questions that make its groups
    where: tuple[str, ...] = ()  # and the conditions of all of them
    export: str = ""  # tells one export from another, "" where that is not known
    file: str = ""  # its name

    def is_of(self, other: "Publication") -> bool:
        """Whether it is of the same export; without better knowledge, of one of the same name."""
        if self.export and other.export:
            return self.export == other.export
        return self.file == other.file


@dataclass(frozen=True)
class Learnt:
    """A figure that publications together give away."""

    group: Conditions
    table: str
    item: str
    figure: str
    text: str = field(compare=False)  # in words, without any number of it

    def __str__(self) -> str:
        return self.text


class SideBySide:
    """Publications side by side."""

    def __init__(self, publications: Sequence[Publication]):
        self.publications = publications
        self.labels: dict[tuple[str, str], str] = {}
        self.options: dict[str, frozenset[str]] = {}  # of the single-choice questions
        for report in (report for one in publications for report in one.reports):
            for table in report.tables.values():
                self.labels |= {(table.question, i): line.label for i, line in table.lines.items()}
                if [total for total, _ in table.lists] == [ALL]:
                    [(_, items)] = table.lists
                    stated = frozenset(items) - {NOT_STATED}
                    self.options.setdefault(table.question, stated)

    def group(self, where: Sequence[str]) -> Conditions:
        """The group of some conditions: one, however they say it."""
        left: dict[str, frozenset[str]] = {}
        several = set()
        for condition in Where.of(where).conditions:
            name, codes = condition.question, frozenset(condition.codes)
            if name in self.options:
                before = left.get(name, self.options[name])
                left[name] = before - codes if condition.negated else before & codes
            else:
                several.add((name, codes))
        return frozenset(several | set(left.items()))

    def name(self, group: Conditions) -> str:
        """A group in labels."""
        parts = []
        for question, codes in sorted(group, key=lambda pair: (pair[0], sorted(pair[1]))):
            names = [self.labels.get((question, code), code) for code in sorted(codes)]
            parts.append(" or ".join(names))
        return ", ".join(parts) or "everybody"

    def unreported(self, publication: Publication) -> set[Conditions]:
        """The combinations of a batch's answers that have no report: too few gave them."""
        if not all(question in self.options for question in publication.by):
            return set()
        answers = (
            [(question, frozenset([code])) for code in sorted(self.options[question])]
            for question in publication.by
        )
        common = self.group(publication.where)
        kept = {question: codes for question, codes in common}
        possible = {
            frozenset(common - {(q, kept[q]) for q, _ in chosen if q in kept} | {*chosen})
            for chosen in product(*answers)
            if all(codes <= kept.get(question, codes) for question, codes in chosen)
        }
        reported = {self.group(report.where) for report in publication.reports}
        return possible - reported if publication.by else set()
