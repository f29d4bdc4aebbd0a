"""How far a percentage depends on how it is read, and what survives of what it seems to say.

A *reading* is one edit with one base. Beyond the readings, what nobody knows is bounded under
assumptions that are named (`bounds`, `skip_logic.possible`). The weakest holds whatever is true;
each of the others is one way of being sure of more: the bounds under it lie inside the weakest.

A conclusion survives only if the bounds and the sampling interval agree and enough have answered.
Enough are `tables.FEWEST`, which has its source there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.published.bounds import Bounds, May, difference_bounds, lead_bound, share_bounds
from dmsi_lib.questionnaire import (
    NOT_STATED,
    Condition,
    Question,
    Questionnaire,
    gate_holds,
    has_answer,
)
from dmsi_lib.skip_logic import EDITS, Possible, possible
from dmsi_lib.tables import (
    BASES,
    FEWEST,
    difference_interval,
    enough,
    wilson_interval,
    written_item,
)
from dmsi_lib.where import Where

Line = tuple[str, str, str]  # question, row and item of a table
READINGS = tuple((edit, base) for edit in EDITS for base in BASES)
AS_PUBLISHED = ("none", "answered")


@dataclass(frozen=True)
class Assumption:
    """What is taken for settled before bounds are computed: an edit, in words."""

    edit: str
    name: str
    words: str


_SILENT = (
    "Whoever should have answered and did not may have chosen anything. Whoever left the earlier "
    "question blank may have been meant to be asked or not, with the answer given or, without one, "
    "with any."
)
ASSUMPTIONS = {
    "open": Assumption(
        "none",
        "nothing assumed",
        f"{_SILENT} Where an answer contradicts an earlier one, either may be true.",
    ),
    "gate": Assumption(
        "gate",
        "earlier answers trusted",
        f"{_SILENT} Where an answer contradicts an earlier one, the earlier one is true.",
    ),
    "follow_up": Assumption(
        "follow_up",
        "follow-ups trusted",
        f"{_SILENT} Where an answer contradicts an earlier one, or that is missing, the later one "
        "is true, if one smallest change of the earlier ones explains it. Else either may be.",
    ),
}
WEAKEST = "open"
_ENDS = [f"{name}_{end}" for name in ASSUMPTIONS for end in ("low", "high")]
BOUND_COLUMNS = [*_ENDS, "settled", "possible"]
CANNOT_BE_COMPARED = "nobody answered in one group, so there is no comparison"
OTHER_THINGS = "the two were asked different things, so nothing is claimed"
TOO_FEW = f"too few answers: under {FEWEST} in a group"
IN_SAMPLING_ERROR = "no larger than chance would give"
OPEN = "larger than chance would give, but what is not known could turn it round"
SURVIVES = "holds: "
# Where a question that many never came to has chosen the respondents.
SURVIVES_STAYED = "holds among those who stayed: "
COMPARISON_COLUMNS = [
    *("concept", "item", "label", "difference", "ci_low", "ci_high", "base_1", "base_2"),
    *("smallest", "largest", "survives_readings", *_ENDS, "verdict"),
]
ORDER_COLUMNS = [
    *("question", "row", "can_change", "pairs", "reversed", "first", "first_stays"),
]
LEAD_COLUMNS = ["first_in_sample", *(f"first_{name}" for name in ASSUMPTIONS)]


def reading_name(edit: str, base: str) -> str:
    """A reading as a column name: "none / answered"."""
    return f"{edit} / {base}"


NAMES = [reading_name(*reading) for reading in READINGS]
_LINE = ["question", "row", "item"]
_BLOCK = _LINE[:2]
_ROUNDING = 1e-12
_WITH_SHARES = ("single", "multiple", "matrix", "matrix_multiple")


def percents_by_reading(
    tables: Mapping[tuple[str, str], pd.DataFrame], questionnaire: Questionnaire
) -> pd.DataFrame:
    """Every option's percent under every reading, from the tables of all questions under each.

    Indexed by question, row and item: `label`, a percent (0 to 100) for each of NAMES, and `range`,
    the largest less the smallest of them in percentage points. Questions without options
    and "Not stated" have no row.
    """
    options = {reading: _options(tables[reading], questionnaire) for reading in READINGS}
    percents = {reading_name(*reading): table["percent"] for reading, table in options.items()}
    frame = options[AS_PUBLISHED][["label"]].assign(**percents)
    values = frame[NAMES].to_numpy(float)
    return frame.assign(range=values.max(axis=1) - values.min(axis=1))


def _options(table: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """The lines of options by question, row and item: no rankings, no open or numeric answers, no
    "Not stated", nothing that the file lacks."""
    choices = [q.id for q in questionnaire.questions if q.asked and q.type in _WITH_SHARES]
    is_option = table["question"].isin(choices) & (table["item"] != NOT_STATED)
    return table[is_option].set_index(_LINE)


def _written(frame: pd.DataFrame) -> pd.DataFrame:
    """Lines by question and item as they are written."""
    lines = [(question, written_item(row, item)) for question, row, item in frame.index]
    return frame.set_axis(pd.MultiIndex.from_tuples(lines, names=["question", "item"]))


@dataclass(frozen=True)
class LeftOpen:
    """What an assumption leaves possible, counted; lines are (question, row, item).

    Attributes
    ----------
    shares : bounds of each line's share, 0 to 1
    leads : by question and row, by how many the option in front is ahead of each other at least
    differences : bounds of the share of one line less that of another
    universes : by question, how many are in its universe for certain, and how many may be
    """

    shares: Mapping[Line, Bounds]
    leads: Mapping[tuple[str, str], float]
    differences: Mapping[tuple[Line, Line], Bounds]
    universes: Mapping[str, tuple[int, int]]


def left_open(
    found: Possible,
    lines: Iterable[Line],
    firsts: Mapping[tuple[str, str], str],
    pairs: Iterable[tuple[Line, Line]],
) -> LeftOpen:
    """Count what is possible.

    Parameters
    ----------
    found : Possible, of respondents by the hundred thousand so many masks that those of one
        assumption are enough to be there at a time
    lines : whose shares are wanted
    firsts : the option in front, by question and row
    pairs : lines whose difference is wanted
    """
    questionnaire, blocks = found.questionnaire, dict[tuple[str, str], list[str]]()
    for question, row, item in lines:
        blocks.setdefault((question, row), []).append(item)
    shares, leads = dict[Line, Bounds](), dict[tuple[str, str], float]()
    for (name, row), items in blocks.items():
        may = cache(partial(_may, found, questionnaire[name], row))
        shares |= {(name, row, item): share_bounds(may(item)) for item in items}
        first = firsts.get((name, row))
        if first is not None:
            others = [item for item in questionnaire[name].choices if item != first]
            leads[name, row] = lead_bound(may(first), map(may, others))
    differences = {pair: _difference_bounds(found, *pair) for pair in pairs}
    universes = {name: _universe(found, name) for name, _ in blocks}
    return LeftOpen(shares, leads, differences, universes)


def _universe(found: Possible, name: str) -> tuple[int, int]:
    inside, outside = found.inside[name], found.outside[name]
    return int(np.count_nonzero(inside & ~outside)), int(np.count_nonzero(inside))


def _difference_bounds(found: Possible, one: Line, other: Line) -> Bounds:
    first, second = (found.questionnaire[line[0]] for line in (one, other))
    may = _may(found, first, *one[1:]), _may(found, second, *other[1:])
    return difference_bounds(*may, are_apart(first, second, found.questionnaire))


def percent_bounds(left: Mapping[str, LeftOpen], lines: pd.MultiIndex) -> pd.DataFrame:
    """The bounds of every option's percent under each of ASSUMPTIONS; see `bounds`.

    Indexed like `lines`, by question, row and item: `{assumption}_low` and `{assumption}_high` (0
    to 100), `settled` and `possible`, how many are in the universe for certain and how many may be
    under the weakest assumption.
    """
    rows = [
        [100 * end for one in left.values() for end in one.shares[line]]
        + [*left[WEAKEST].universes[line[0]]]
        for line in lines
    ]
    return pd.DataFrame(rows, index=lines, columns=BOUND_COLUMNS)


def _may(found: Possible, question: Question, row: str, item: str) -> May:
    chosen, without = found.choice(question, row, item)
    return May(found.outside[question.id], without, chosen)


def order_by_reading(percents: pd.DataFrame, leads: pd.DataFrame) -> pd.DataFrame:
    """Whether the options of a question keep their order.

    Parameters
    ----------
    percents : by question, row and item, as in `percents_by_reading`
    leads : by question and row, as from `leads_of`

    Returns
    -------
    DataFrame
        A row a question, or row of a matrix, with two options or more of which one is ahead of
        another under the published reading: question, row, `can_change` (whether an edit changes
        any of its counts in another proportion than the rest), `pairs` (of which one is ahead),
        `reversed` (how many of them any reading turns round), `first` (label of the option in
        front), `first_stays` (whether no reading brings another level with it or ahead) and what
        `leads` say of it.
    """
    rows = []
    for (question, row), frame in percents.groupby(level=_BLOCK, sort=False):
        values = frame[NAMES].to_numpy(float)
        published = values[:, NAMES.index(reading_name(*AS_PUBLISHED))]
        ahead = [
            (a, b) if published[a] > published[b] else (b, a)
            for a, b in combinations(range(len(values)), 2)
            if abs(published[a] - published[b]) > 0  # and neither is NaN: nobody answered
        ]
        turned = [(a, b) for a, b in ahead if (values[a] < values[b]).any()]
        if ahead:
            first = int(np.nanargmax(published))
            others = np.delete(values, first, axis=0)
            rows.append(
                {
                    "question": question,
                    "row": row,
                    "can_change": _changes_shape(values),
                    "pairs": len(ahead),
                    "reversed": len(turned),
                    "first": frame["label"].iloc[first],
                    "first_stays": not (others >= values[first]).any(),
                }
            )
    orders = pd.DataFrame(rows, columns=ORDER_COLUMNS)
    return orders.join(leads, on=_BLOCK)


def _changes_shape(values: np.ndarray) -> bool:
    """Whether the percents of some reading are other than the published ones times a number: a base
    alone scales all options of a question alike, so that it can turn no order."""
    totals = np.nansum(values, axis=0)
    shares = values[:, totals > 0] / totals[totals > 0]
    return bool(shares.size and (np.abs(shares - shares[:, :1]) > _ROUNDING).any())


def leads_of(
    left: Mapping[str, LeftOpen],
    responses: pd.DataFrame,
    firsts: Mapping[tuple[str, str], str],
    q: Questionnaire,
) -> pd.DataFrame:
    """Whether the option in front stays there for certain, by question and row of a matrix.

    `first_in_sample`: it is ahead of each other option beyond the sampling error of those who
    answered (Wilson's interval of the share of those who chose it alone, among whoever chose one of
    the two alone, stays above one half) and FEWEST or more answered. `first_{assumption}`: it is so
    and it stays ahead in whatever the assumption leaves possible.
    """
    rows = {}
    for (name, row), code in firsts.items():
        question = q[name]
        others = [item for item in question.choices if item != code]
        sampled = _leads_in_sample(responses, question, row, code, others)
        stays = {f"first_{a}": sampled and one.leads[name, row] > 0 for a, one in left.items()}
        rows[name, row] = {"first_in_sample": sampled, **stays}
    blocks = [[key[level] for key in rows] for level in range(len(_BLOCK))]
    index = pd.MultiIndex.from_arrays(blocks, names=_BLOCK)
    return pd.DataFrame([*rows.values()], index=index, columns=LEAD_COLUMNS, dtype=bool)


def _leads_in_sample(
    responses: pd.DataFrame, question: Question, row: str, code: str, others: Iterable[str]
) -> bool:
    if np.count_nonzero(has_answer(responses, question, row)) < FEWEST:
        return False
    own = gate_holds(responses, question, [code], row)
    rivals = [gate_holds(responses, question, [other], row) for other in others]
    alone = np.array([np.count_nonzero(own & ~rival) for rival in rivals])
    beside = np.array([np.count_nonzero(rival & ~own) for rival in rivals])
    low, _ = wilson_interval(alone, alone + beside)
    return bool((low > 0.5).all())  # NaN, where all chose both or neither, is no lead


def compare_by_reading(
    percents: pd.DataFrame,
    tables: pd.DataFrame,
    left: Mapping[str, LeftOpen],
    questionnaire: Questionnaire,
    stayed: bool = False,
) -> pd.DataFrame:
    """Which differences between two groups hold, and under what.

    Parameters
    ----------
    percents : by question, row and item, as in `percents_by_reading`
    tables : counts and bases of the published reading, by question, row and item
    left : what is possible under each of ASSUMPTIONS, with the differences of `twin_lines`
    questionnaire : Questionnaire
    stayed : whether only those who stayed are counted (see `staying`), which the verdicts then say

    Returns
    -------
    DataFrame of COMPARISON_COLUMNS
        A row an option that both questions of a pair have. `difference` is that of the published
        reading (percentage points, first less second) with Newcombe's interval and the two bases;
        `smallest` and `largest` those under any reading; `survives_readings` whether its sign is
        the same under all of them, which 0 has not; `{assumption}_low` and `{assumption}_high` its
        bounds. `verdict` is OTHER_THINGS where the two are not one question (see
        `Question.asks_the_same_as`), CANNOT_BE_COMPARED, TOO_FEW, IN_SAMPLING_ERROR, OPEN, or the
        assumptions under which the difference survives: the interval and the bounds are both on
        the side of 0 where it is itself, and either base is FEWEST or more.
    """
    rows, survives = [], SURVIVES_STAYED if stayed else SURVIVES
    for concept, lines in twin_lines(percents.index, questionnaire):
        one, other = (questionnaire[question] for question, *_ in lines)
        a, b = (percents.loc[line] for line in lines)
        differences = (a[NAMES] - b[NAMES]).to_numpy(float)
        row = {"concept": concept, "item": lines[0][2], "label": a["label"]}
        row |= _sampled(*(tables.loc[line] for line in lines))
        row |= {"smallest": differences.min(), "largest": differences.max()}
        row["survives_readings"] = _one_sign(differences)
        bounds = [100 * end for found in left.values() for end in found.differences[lines]]
        row |= dict(zip(_ENDS, bounds, strict=True))
        same = one.asks_the_same_as(other)
        rows.append(row | {"verdict": _verdict(row, survives) if same else OTHER_THINGS})
    return pd.DataFrame(rows, columns=COMPARISON_COLUMNS)


def twin_lines(
    lines: pd.MultiIndex, questionnaire: Questionnaire
) -> list[tuple[str, tuple[Line, Line]]]:
    """The concept and the lines of each option that both questions of a pair have; see
    `concept_pairs`."""
    there = set(lines)
    return [
        (concept, (line, (other, *line[1:])))
        for concept, one, other in concept_pairs(questionnaire)
        for line in lines
        if line[0] == one and (other, "", line[2]) in there
    ]


def _sampled(one: pd.Series, other: pd.Series) -> dict[str, Any]:
    """The difference of two lines of a table, with its bases, and its interval where they are large
    enough."""
    low, high = difference_interval(one["count"], one["base"], other["count"], other["base"])
    if not enough([one["base"], other["base"]]).all():
        low = high = np.array(np.nan)
    return {
        "difference": one["percent"] - other["percent"],
        "ci_low": 100 * float(low),
        "ci_high": 100 * float(high),
        "base_1": int(one["base"]),
        "base_2": int(other["base"]),
    }


def _one_sign(differences: np.ndarray) -> bool:
    return bool((differences > 0).all() or (differences < 0).all())


def _verdict(row: Mapping[str, Any], survives: str) -> str:
    """What becomes of a difference; see `compare_by_reading`."""
    bases = row["base_1"], row["base_2"]
    if not all(bases):
        return CANNOT_BE_COMPARED
    if min(bases) < FEWEST:
        return TOO_FEW
    side = np.sign(row["difference"])
    if not _beyond(side, row["ci_low"], row["ci_high"]):
        return IN_SAMPLING_ERROR
    bounds = {name: (row[f"{name}_low"], row[f"{name}_high"]) for name in ASSUMPTIONS}
    held = [name for name, pair in bounds.items() if _beyond(side, *pair)]
    return survives + ", ".join(ASSUMPTIONS[name].name for name in held) if held else OPEN


def _beyond(side: float, low: float, high: float) -> bool:
    """Whether an interval lies wholly on one side of 0."""
    return bool(side * low > 0 and side * high > 0)


def are_apart(one: Question, other: Question, questionnaire: Questionnaire) -> bool:
    """Whether nobody can be in the universes of both: each way into the one asks of some
    single-choice gate what each way into the other rules out."""
    return bool(one.ask_if and other.ask_if) and all(
        any(_clash(a, b, questionnaire) for a in first for b in second)
        for first in one.ask_if
        for second in other.ask_if
    )


def _clash(one: Condition, other: Condition, questionnaire: Questionnaire) -> bool:
    gates = questionnaire[one.gate], questionnaire[other.gate]
    if one.subject == other.subject and gates[0].type == "single":
        return not {*one.wanted(gates[0])} & {*other.wanted(gates[1])}
    return are_apart(*gates, questionnaire)


def staying(where: Where, everybody: pd.DataFrame, questionnaire: Questionnaire) -> list[str]:
    """For each condition on a question that not everybody came to, a sentence on what that means.

    Parameters
    ----------
    where : the conditions that keep the respondents
    everybody : routing table of all respondents, whom no condition has sorted out
    questionnaire : Questionnaire
    """
    table, texts = everybody.set_index("question"), []
    for name in dict.fromkeys(condition.question for condition in where.conditions):
        counts = table.loc[name]
        gone = int(counts["break_off"] + counts["gate_unknown_blank"])
        if gone:
            texts.append(
                f"Only those who answered “{questionnaire[name].short}” are counted here. {gone} "
                f"of all {counts['n']} respondents had left before, or never came to be asked, and "
                "may belong here. So all this holds for those who stayed. With the others, the "
                "shares that are possible would lie further apart."
            )
    return texts


def concept_pairs(questionnaire: Questionnaire) -> list[tuple[str, str, str]]:
    """Questions that ask two groups about one thing: (concept, first id, second id)."""
    by_concept: dict[str, list[str]] = {}
    for question in (question for question in questionnaire.questions if question.asked):
        if question.concept and question.type in ("single", "multiple"):
            by_concept.setdefault(question.concept, []).append(question.id)
    return [(concept, ids[0], ids[1]) for concept, ids in by_concept.items() if len(ids) == 2]


class Readings:
    """The same survey read in every way.

    Parameters
    ----------
    surveys : dict of (edit, base) to Survey, one for each of `READINGS`
    """

    def __init__(self, surveys: Mapping[tuple[str, str], Any]):
        self._surveys = surveys
        self._questionnaire = surveys[AS_PUBLISHED].questionnaire

    @cached_property
    def _tables(self) -> dict[tuple[str, str], pd.DataFrame]:
        return {reading: survey.counted() for reading, survey in self._surveys.items()}

    @cached_property
    def _percents(self) -> pd.DataFrame:
        return percents_by_reading(self._tables, self._questionnaire)

    @property
    def percents(self) -> pd.DataFrame:
        """Every option's percent under every reading, by question and item as they are written; see
        `percents_by_reading`."""
        return _written(self._percents)

    @cached_property
    def _firsts(self) -> dict[tuple[str, str], str]:
        """The option in front, by question and row."""
        published = self._percents[reading_name(*AS_PUBLISHED)].dropna()
        firsts = published.groupby(level=_BLOCK, sort=False).idxmax()
        return {place: item for place, (_, _, item) in firsts.items()}

    @cached_property
    def _left_open(self) -> dict[str, LeftOpen]:
        """What each assumption leaves possible."""
        edited = {name: self._surveys[one.edit, BASES[0]] for name, one in ASSUMPTIONS.items()}
        lines, pairs = self._percents.index, twin_lines(self._percents.index, self._questionnaire)
        wanted = lines, self._firsts, [both for _, both in pairs]
        return {
            name: left_open(possible(one.responses, one.questionnaire), *wanted)
            for name, one in edited.items()
        }

    @cached_property
    def bounds(self) -> pd.DataFrame:
        """The bounds of every option's percent, by question and item; see `percent_bounds`."""
        return _written(percent_bounds(self._left_open, self._percents.index))

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """Wilson intervals as published, by question and item: ci_low, ci_high (0 to 100), NaN
        where fewer than `tables.FEWEST` answered."""
        table = self._tables[AS_PUBLISHED].set_index(_LINE)
        has = np.column_stack([enough(table["base"])] * 2)
        return _written(table[["ci_low", "ci_high"]].where(has))

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Whether options keep their order; see `order_by_reading`."""
        responses = self._surveys[AS_PUBLISHED].responses
        leads = leads_of(self._left_open, responses, self._firsts, self._questionnaire)
        return order_by_reading(self._percents, leads)

    @cached_property
    def comparisons(self) -> pd.DataFrame:
        """Which differences hold, and under what; see `compare_by_reading`."""
        table = self._tables[AS_PUBLISHED].set_index(_LINE)
        found = self._left_open, self._questionnaire
        return compare_by_reading(self._percents, table, *found, stayed=bool(self.staying))

    @property
    def assumptions(self) -> pd.DataFrame:
        """The assumptions under which bounds are computed: bounds, name, assumed."""
        rows = [(name, one.name, one.words) for name, one in ASSUMPTIONS.items()]
        return pd.DataFrame(rows, columns=["bounds", "name", "assumed"])

    @property
    def verdicts(self) -> dict[str, int]:
        """How many differences there are of each verdict."""
        return dict(self.comparisons["verdict"].value_counts())

    @cached_property
    def staying(self) -> list[str]:
        """What it means that the respondents were chosen by a late question; see `staying`."""
        survey = self._surveys[AS_PUBLISHED]
        if not survey.where:
            return []
        return staying(survey.where, survey.with_(where=None).routing(), self._questionnaire)

    @cached_property
    def reproduced_by(self) -> pd.Series:
        """For every published figure, the edits and bases that reproduce it as a text (Series)."""
        surveys = self._surveys.items()
        found = {reading_name(*reading): one.published.reproduced() for reading, one in surveys}
        matches = pd.DataFrame(found)
        return pd.Series([_named(row) for row in matches.to_dict("records")], matches.index)


def _named(matches: Mapping[str, bool]) -> str:
    """The readings that match in few words: "answered: every edit; universe: none"."""
    if all(matches.values()):
        return "every edit and base"
    parts = []
    for base in BASES:
        edits = [edit for edit in EDITS if matches[reading_name(edit, base)]]
        if edits:
            named = "every edit" if len(edits) == len(EDITS) else ", ".join(edits)
            parts.append(f"{base}: {named}")
    return "; ".join(parts)
