"""The questionnaire as a routing diagram: who is led where, who gets there, and where people leave.

A *station* is a run of pages whose questions share one routing rule. Arrows lead from the station
that holds a gate to the stations that the gate opens; their width is the number of respondents.
"""

import textwrap
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

import matplotlib.figure
import numpy as np

from dmsi_lib.skip_logic import BREAK_OFF, GATE_UNKNOWN, OFF_ROUTE

_PALETTE = {"ink": "#222222", "paper": "#f4f6f8", "flow": "#0173b2", "lost": "#b04a00"}
_COLUMN, _ROW = 3.1, 1.25  # inches between stations


@dataclass
class Station:
    """Neighbouring pages under one rule: who was to be asked, who answered, who left there."""

    questions: list = field(default_factory=list)
    asked: int = 0
    answered: int = 0
    off_route: int = 0
    gate_blank: int = 0
    left: int = 0

    @property
    def name(self):
        """The first question's id in words, and how many more there are."""
        words = self.questions[0].id.replace("_", " ")
        more = len(self.questions) - 1
        return words + (f"\n+ {more} more question{'s' if more > 1 else ''}" if more else "")


def stations(routing):
    """The stations of a questionnaire in routing order, counted.

    Parameters
    ----------
    routing : Routing

    Returns
    -------
    list of Station
        `asked` is the universe, `answered` how many in it answered anything there, `off_route` how
        many answered outside it, `gate_blank` how many answered while the gate is blank, `left`
        whose last answer stands there although more would have followed on their route.
    """
    found, open_by_rule = [], {}
    for question in routing.questionnaire.routing_order:
        rule = str(question.ask_if)
        station = open_by_rule.get(rule)
        if station is None or question.page > station.questions[-1].page + 1:
            station = open_by_rule[rule] = Station()
            found.append(station)
        station.questions.append(question)
    left = _left_after(routing)
    for station in found:
        codes = np.column_stack([routing.of(q.id) for q in station.questions])
        has = np.column_stack([routing.has_answer(q.id) for q in station.questions]).any(axis=1)
        inside = routing.in_universe(station.questions[0].id)
        station.asked = int(inside.sum())
        station.answered = int((inside & has).sum())
        station.off_route = int((codes == OFF_ROUTE).any(axis=1).sum())
        station.gate_blank = int(((codes == GATE_UNKNOWN).all(axis=1) & has).sum())
        pages = {q.page for q in station.questions}
        here = np.isin(routing.last_page, list(pages)) & inside & has
        # Side questions share their page with the main one, where leaving is counted once.
        station.left = int((here & left).sum()) if _is_main(station, found) else 0
    return found


def _left_after(routing):
    """bool (n,): somebody broke off, that is, has a question after their last page."""
    return (routing.codes == BREAK_OFF).any(axis=1) & (routing.last_page > 0)


def _is_main(station, found):
    pages = {q.page for q in station.questions}
    return not any(
        other is not station and pages < {q.page for q in other.questions} for other in found
    )


@dataclass(frozen=True)
class Arrow:
    """What leads from one station to another, both given by their positions.

    Attributes
    ----------
    start, end : int
    codes : str, the gates, the codes that open them and how many they lead on
    """

    start: int
    end: int
    codes: str


def arrows_between(found):
    """The arrows that lead from the stations of gates to those they open, first starts first.

    Parameters
    ----------
    found : list of Station

    Returns
    -------
    list of Arrow
    """
    home = {q.id: n for n, station in enumerate(found) for q in station.questions}
    arrows = []
    for n, station in enumerate(found):
        opening = {}  # gates of one station share an arrow
        for rule in station.questions[0].ask_if:
            for gate, codes in rule.items():
                opening.setdefault(home[gate], []).append(f"{gate} = {' / '.join(codes)}")
        for start, gates in opening.items():
            label = f"{'; '.join(dict.fromkeys(gates))}: {station.asked}"
            arrows.append(Arrow(start, n, label))
    return sorted(arrows, key=lambda arrow: (arrow.start, arrow.end))


def layers_of(arrows, count):
    """The number of gates above each of `count` stations, along the longest way: list of int."""
    above = {n: [arrow.start for arrow in arrows if arrow.end == n] for n in range(count)}
    layers = {}
    for n in TopologicalSorter(above).static_order():
        layers[n] = 1 + max((layers[start] for start in above[n]), default=-1)
    return [layers[n] for n in range(count)]


def draw_routing(routing):
    """Draw the routing diagram.

    Parameters
    ----------
    routing : Routing

    Returns
    -------
    figure : matplotlib Figure
    alt : str, the diagram in words
    """
    found = stations(routing)
    arrows = arrows_between(found)
    places = _places(arrows, layers_of(arrows, len(found)))
    width = _COLUMN * (1 + max(x for x, _ in places.values()))
    height = _ROW * (1 + max(-y for _, y in places.values())) + 0.3
    figure = matplotlib.figure.Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.set_axis_off()
    most = max(station.asked for station in found) or 1
    for arrow in arrows:
        fraction = found[arrow.end].asked / most
        _draw_edge(axes, places[arrow.start], places[arrow.end], arrow.codes, fraction)
    for n, station in enumerate(found):
        _draw_station(axes, places[n], station)
    axes.set_xlim(-0.5, max(x for x, _ in places.values()) + 0.5)
    axes.set_ylim(min(y for _, y in places.values()) - 0.55, 0.55)
    return figure, alt_text(found)


def _places(arrows, layers):
    """Column by layer; rows so that each station stands below the first one it depends on."""
    rows, places = 0, {}

    def place(n, top):
        nonlocal rows
        places[n] = (layers[n], -top)
        children = [a.end for a in arrows if a.start == n and a.end not in places]
        for k, child in enumerate(children):
            if child in places:
                continue
            if k:
                rows += 1
            place(child, rows)

    for n in range(len(layers)):
        if n not in places:
            place(n, rows)
            rows += 1
    return places


def _draw_edge(axes, start, end, codes, fraction):
    left, right = start[0], end[0]  # the boxes cover both ends
    middle = right - 0.42
    line = {"color": _PALETTE["flow"], "linewidth": 0.8 + 5 * fraction, "alpha": 0.55, "zorder": 1}
    axes.plot([left, middle, middle, right], [start[1], start[1], end[1], end[1]], **line)
    label = textwrap.fill(codes.replace("_", " "), 34)
    axes.text(
        *(right - 0.4, end[1] + 0.27, label), fontsize=7.5, color=_PALETTE["flow"], va="bottom"
    )


def _draw_station(axes, place, station):
    text = f"{station.name}\n{station.asked} asked, {station.answered} answered"
    axes.text(
        *place,
        text,
        ha="center",
        va="center",
        fontsize=8,
        color=_PALETTE["ink"],
        zorder=3,
        bbox={"boxstyle": "round,pad=0.45", "facecolor": _PALETTE["paper"], "edgecolor": "#666"},
    )
    axes.text(
        *(place[0], place[1] - 0.4, ", ".join(_notes(station))),
        ha="center",
        va="center",
        fontsize=8,
        fontweight="bold",
        color=_PALETTE["lost"],
        zorder=3,
    )


def _notes(station):
    """Who is lost at a station, and who answered there although not led to it."""
    notes = {
        "left here": station.left,
        "answered off-route": station.off_route,
        "answered with the gate blank": station.gate_blank,
    }
    return [f"{count} {what}" for what, count in notes.items() if count]


def alt_text(found):
    """Every station with its numbers, in routing order."""
    parts = [
        ", ".join(
            [
                f"{' '.join(station.name.split())}: {station.asked} asked",
                f"{station.answered} answered",
                *_notes(station),
            ]
        )
        for station in found
    ]
    return "Routing diagram. " + "; ".join(parts) + "."
