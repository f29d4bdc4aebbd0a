"""The questionnaire as a routing diagram: who is led where, who gets there, and where people leave.

A *station* is a run of pages whose questions share one routing rule. Arrows lead from the station
that holds a gate to the stations that the gate opens; their width is the number of respondents.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.figures.headings import Heading
from dmsi_lib.figures.lettering import PLAIN, SMALL, broken, height_of
from dmsi_lib.figures.pictures import Picture, marked_data, redrawable
from dmsi_lib.figures.reader_tables import Source
from dmsi_lib.figures.sheets import INK, PALE, Sheet, new_sheet, text_width
from dmsi_lib.figures.styles import style_now
from dmsi_lib.questionnaire import Question, Questionnaire, Rule
from dmsi_lib.skip_logic import BREAK_OFF, GATE_UNKNOWN, OFF_ROUTE, Routing
from dmsi_lib.tables import audience
from dmsi_lib.wording import how_many

_STEP, _BETWEEN, _PAD = 0.2, 0.09, 0.03  # inches: set in, between stations, before a name
_FIGURES = ["asked", "answered", "off_route", "gate_blank", "left"]
Line = tuple[str, float, str, str]  # text, size, colour, weight


@dataclass(frozen=True)
class Station:
    """Neighbouring pages under one rule: who was to be asked, who answered, who left there.

    `asked` is the universe, `answered` how many in it answered anything there, `off_route` how many
    answered outside it, `gate_blank` how many answered while the gate is blank, `left` whose last
    answer stands there although more would have followed on their route.
    """

    questions: tuple[Question, ...]
    asked: int
    answered: int
    off_route: int
    gate_blank: int
    left: int

    @property
    def name(self) -> str:
        """The first question's title, and how many more there are."""
        more = len(self.questions) - 1
        return self.questions[0].short + (
            f" (and {how_many(more, 'more question')})" if more else ""
        )


@dataclass(frozen=True)
class Arrow:
    """Leads from the station of a gate to one that it opens, both by their place in the list."""

    start: int
    end: int


def stations(routing: Routing) -> list[Station]:
    """The stations of a questionnaire in routing order, counted."""
    runs = _runs(routing.questionnaire)
    pages = [{question.page for question in run} for run in runs]
    # Who broke off has a question after their last page. Side questions share their page with the
    # main one, where leaving is counted once.
    left = (routing.codes == BREAK_OFF).any(axis=1) & (routing.last_page > 0)
    return [
        _counted(run, routing, left & (not any(its < other for other in pages)))
        for run, its in zip(runs, pages, strict=True)
    ]


def _runs(questionnaire: Questionnaire) -> list[list[Question]]:
    """Lists of questions on neighbouring pages under one rule; of those alone that were asked."""
    runs: list[list[Question]] = []
    open_by_rule: dict[Rule, list[Question]] = {}
    asked = {question.id for question in questionnaire.in_file}
    for question in (question for question in questionnaire.routing_order if question.id in asked):
        rule = question.ask_if
        run = open_by_rule.get(rule)
        if run is None or question.page > run[-1].page + 1:
            run = open_by_rule[rule] = []
            runs.append(run)
        run.append(question)
    return runs


def _counted(run: list[Question], routing: Routing, left: np.ndarray) -> Station:
    codes = np.column_stack([routing.of(q.id) for q in run])
    has = np.column_stack([routing.has_answer(q.id) for q in run]).any(axis=1)
    inside = routing.in_universe(run[0].id)
    on_these = np.isin(routing.last_page, [question.page for question in run])
    counts = {
        "asked": inside,
        "answered": inside & has,
        "off_route": (codes == OFF_ROUTE).any(axis=1),
        "gate_blank": (codes == GATE_UNKNOWN).all(axis=1) & has,
        "left": left & on_these & inside & has,
    }
    return Station(tuple(run), **{name: int(who.sum()) for name, who in counts.items()})


def arrows(found: Sequence[Station]) -> list[Arrow]:
    """The arrows between stations, one from each that holds a gate; a gate always stands before
    what it opens."""
    home = {q.id: n for n, station in enumerate(found) for q in station.questions}
    drawn = {
        Arrow(home[condition.gate], end)
        for end, station in enumerate(found)
        for rule in station.questions[0].ask_if
        for condition in rule
        if condition.gate in home
    }
    return sorted(drawn, key=lambda arrow: (arrow.start, arrow.end))


@redrawable
def draw_routing(routing: Routing, survey: Source) -> Picture:
    """The routing diagram: a station under the one that leads to it, set in by a step."""
    found = stations(routing)
    flows = arrows(found)
    order = _in_tree_order(len(found), flows)
    width, lefts = text_width(survey), dict[int | None, float]({None: -_STEP})
    for n, parent in order:
        lefts[n] = lefts[parent] + _STEP
    texts = {n: _lines(found[n], routing.questionnaire, width - lefts[n]) for n, _ in order}
    tops, height = {}, 0.0
    for n, _ in order:
        tops[n] = height
        height += _height(texts[n]) + _BETWEEN
    heading = Heading("Who was led where, and who left")
    sheet = new_sheet(heading, survey, height)
    axes, colour = sheet.axes(), style_now().palette.colours[0]
    axes.set_xlim(0, width)
    most = max((station.asked for station in found), default=0) or 1
    for n, parent in order:
        if parent is not None:
            start = (lefts[parent] + _STEP / 2, tops[parent] + _height(texts[parent]))
            end = (lefts[n] - _PAD, tops[n] + height_of(1, PLAIN) / 2)
            line: dict[str, Any] = {"linewidth": 0.8 + 5 * found[n].asked / most}
            line |= {"color": colour, "alpha": 0.45, "solid_capstyle": "butt"}
            axes.plot([start[0], start[0], end[0]], [start[1], end[1], end[1]], **line)
        _write_station(sheet, lefts[n], tops[n], texts[n])
    alt = heading.alt("Routing diagram", "; ".join(map(_said, found)) or "No question", survey)
    parts = [replace(station, questions=()) for station in found]
    data = pd.DataFrame([asdict(part) for part in parts], columns=_FIGURES)
    data.insert(0, "station", [station.name for station in found])
    return Picture("routing", sheet.figure, alt, vector=True, data=marked_data(data, survey))


def _in_tree_order(count: int, flows: Sequence[Arrow]) -> list[tuple[int, int | None]]:
    """Each station with the one that it stands under: the last of those that lead to it."""
    parents: dict[int, int] = {}
    for flow in flows:  # in the order of their starts, so that the last one stays
        parents[flow.end] = flow.start
    order: list[tuple[int, int | None]] = []

    def place(n: int) -> None:
        order.append((n, parents.get(n)))
        for child in sorted(end for end, start in parents.items() if start == n):
            place(child)

    for n in range(count):
        if n not in parents:
            place(n)
    return order


def _lines(station: Station, questionnaire: Questionnaire, width: float) -> list[Line]:
    """What is written of a station, line by line, with size and style."""
    name = broken(station.name, width, PLAIN, bold=True)
    asked = f"Asked of {audience(station.questions[0], questionnaire)}"
    counts = _counts(station)
    notes = [line for note in _notes(station) for line in broken(note, width, SMALL)]
    return [
        *((line, PLAIN, INK, "bold") for line in name),
        *((line, SMALL, PALE, "normal") for line in broken(asked, width, SMALL)),
        *((line, PLAIN, INK, "normal") for line in broken(counts, width)),
        *((line, SMALL, style_now().palette.alarm, "normal") for line in notes),
    ]


def _height(lines: Sequence[Line]) -> float:
    return sum(height_of(1, size) for _, size, _, _ in lines)


def _write_station(sheet: Sheet, left: float, top: float, lines: Sequence[Line]) -> None:
    for text, size, colour, weight in lines:
        sheet.write(left, top, text, va="top", fontsize=size, color=colour, fontweight=weight)
        top += height_of(1, size)


def _notes(station: Station) -> list[str]:
    """Who answered at a station although not led to it."""
    notes = {
        "answered although not asked": station.off_route,
        "answered; what decides is blank": station.gate_blank,
    }
    return [f"{count} {what}" for what, count in notes.items() if count]


def _said(station: Station) -> str:
    return f"{station.name}: {', '.join([_counts(station), *_notes(station)])}"


def _counts(station: Station) -> str:
    left = f", {station.left} left here" if station.left else ""
    return f"{station.asked} asked, {station.answered} answered{left}"
