"""The questionnaire as a routing diagram: who is led where, who gets there, and where people leave.

A *station* is a run of pages whose questions share one routing rule. Arrows lead from the station
that holds a gate to the stations that the gate opens; their width is the number of respondents.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dmsi_lib.questionnaire import Question, Questionnaire, Rule
from dmsi_lib.skip_logic import BREAK_OFF, GATE_UNKNOWN, OFF_ROUTE, Routing

_INK, _PAPER, _FLOW, _LOST = "#222222", "#f4f6f8", "#0173b2", "#b04a00"
_COLUMN, _ROW = 3.1, 1.25  # inches between stations


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
        """The first question's id in words, and how many more there are."""
        words = self.questions[0].id.replace("_", " ")
        more = len(self.questions) - 1
        return words + (f"\n+ {more} more question{'s' if more > 1 else ''}" if more else "")


@dataclass(frozen=True)
class Arrow:
    """Leads from the station of a gate to one that it opens, both by their place in the list.

    `label` says which gates of that station open it, by which codes, and how many they lead on.
    """

    start: int
    end: int
    label: str


def stations(routing: Routing) -> list[Station]:
    """The stations of a questionnaire in routing order, counted."""
    runs = _runs(routing.questionnaire)
    pages = [{question.page for question in run} for run in runs]
    # Side questions share their page with the main one, where leaving is counted once.
    return [
        _counted(run, routing, is_main=not any(its < other for other in pages))
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


def _counted(run: list[Question], routing: Routing, is_main: bool) -> Station:
    codes = np.column_stack([routing.of(q.id) for q in run])
    has = np.column_stack([routing.has_answer(q.id) for q in run]).any(axis=1)
    inside = routing.in_universe(run[0].id)
    # Who broke off has a question after their last page.
    left = (routing.codes == BREAK_OFF).any(axis=1) & (routing.last_page > 0)
    left &= np.isin(routing.last_page, [q.page for q in run]) & inside & has & is_main
    counts = {
        "asked": inside,
        "answered": inside & has,
        "off_route": (codes == OFF_ROUTE).any(axis=1),
        "gate_blank": (codes == GATE_UNKNOWN).all(axis=1) & has,
        "left": left,
    }
    return Station(tuple(run), **{name: int(who.sum()) for name, who in counts.items()})


def arrows(found: Sequence[Station]) -> list[Arrow]:
    """The arrows between stations; a gate always stands before what it opens."""
    home = {q.id: n for n, station in enumerate(found) for q in station.questions}
    drawn = []
    for end, station in enumerate(found):
        opening: dict[
            int, dict[str, None]
        ] = {}  # gates of one station share an arrow; one gate may stand in several rules
        for rule in station.questions[0].ask_if:
            for condition in (each for each in rule if each.gate in home):
                opening.setdefault(home[condition.gate], {})[str(condition)] = None
        drawn += [
            Arrow(start, end, f"{'; '.join(texts)}: {station.asked}")
            for start, texts in opening.items()
        ]
    return sorted(drawn, key=lambda arrow: (arrow.start, arrow.end))


def draw_routing(routing: Routing) -> tuple[Figure, str]:
    """The routing diagram, and what it shows in words."""
    found = stations(routing)
    flows = arrows(found)
    places = _places(len(found), flows)
    rightmost = max((x for x, _ in places.values()), default=0)
    lowest = min((y for _, y in places.values()), default=0)
    size = (_COLUMN * (1 + rightmost), _ROW * (1 - lowest) + 0.3)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    axes.set_axis_off()
    most = max((station.asked for station in found), default=0) or 1
    for flow in flows:
        fraction = found[flow.end].asked / most
        _draw_arrow(axes, places[flow.start], places[flow.end], flow.label, fraction)
    for n, station in enumerate(found):
        _draw_station(axes, *places[n], station)
    axes.set_xlim(-0.5, rightmost + 0.5)
    axes.set_ylim(lowest - 0.55, 0.55)
    return figure, alt_text(found)


def _places(count: int, flows: Sequence[Arrow]) -> dict[int, tuple[int, int]]:
    """Column by the number of gates above; rows so that each station stands below the first one it
    depends on."""
    columns = [0] * count
    opened: list[list[int]] = [[] for _ in range(count)]
    for flow in flows:  # in the order of their starts, so what leads to a start is known by then
        columns[flow.end] = max(columns[flow.end], columns[flow.start] + 1)
        opened[flow.start].append(flow.end)
    rows = 0
    places: dict[int, tuple[int, int]] = {}

    def place(n: int, top: int) -> None:
        nonlocal rows
        places[n] = (columns[n], -top)
        for k, child in enumerate([c for c in opened[n] if c not in places]):
            if child in places:
                continue
            if k:
                rows += 1
            place(child, rows)

    for n in range(count):
        if n not in places:
            place(n, rows)
            rows += 1
    return places


def _draw_arrow(
    axes: Axes, start: tuple[int, int], end: tuple[int, int], label: str, fraction: float
) -> None:
    (left, above), (right, below) = start, end  # the boxes cover both ends
    middle = right - 0.42
    line: dict[str, Any] = {
        "color": _FLOW,
        "linewidth": 0.8 + 5 * fraction,
        "alpha": 0.55,
        "zorder": 1,
    }
    axes.plot([left, middle, middle, right], [above, above, below, below], **line)
    text = textwrap.fill(label.replace("_", " "), 34)
    axes.text(right - 0.4, below + 0.27, text, fontsize=7.5, color=_FLOW, va="bottom")


def _draw_station(axes: Axes, x: int, y: int, station: Station) -> None:
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8, "zorder": 3}
    box = {"boxstyle": "round,pad=0.45", "facecolor": _PAPER, "edgecolor": "#666"}
    text = f"{station.name}\n{station.asked} asked, {station.answered} answered"
    axes.text(x, y, text, color=_INK, bbox=box, **style)
    notes = ", ".join(_notes(station))
    axes.text(x, y - 0.4, notes, color=_LOST, fontweight="bold", **style)


def _notes(station: Station) -> list[str]:
    """Who is lost at a station, and who answered there although not led to it."""
    notes = {
        "left here": station.left,
        "answered off-route": station.off_route,
        "answered with the gate blank": station.gate_blank,
    }
    return [f"{count} {what}" for what, count in notes.items() if count]


def alt_text(found: Sequence[Station]) -> str:
    """Every station with its numbers, in routing order."""
    parts = []
    for station in found:
        name = " ".join(station.name.split())
        counts = [f"{station.asked} asked", f"{station.answered} answered", *_notes(station)]
        parts.append(f"{name}: {', '.join(counts)}")
    return f"Routing diagram. {'; '.join(parts)}."
