"""How far a percentage depends on how it is read: edit, base, and those who did not answer.

A *reading* is one edit with one base. What the silent could have changed is bounded without any
assumption: the share in the universe is lowest if none of them would have chosen the option and
highest if all would have (worst-case bounds; Manski 1989, "Anatomy of the selection problem",
Journal of Human Resources 24, 343-360; Manski 2003, "Partial identification of probability
distributions", chapter 1).
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import NOT_STATED, Questionnaire
from dmsi_lib.skip_logic import EDITS
from dmsi_lib.tables import BASES, written_item

READINGS = tuple((edit, base) for edit in EDITS for base in BASES)
AS_PUBLISHED = ("none", "answered")
COMPARISON_COLUMNS = [
    *("concept", "item", "label", "difference", "smallest", "largest"),
    *("survives_readings", "survives_bounds"),
]


def reading_name(edit: str, base: str) -> str:
    """A reading as a column name: "none / answered"."""
    return f"{edit} / {base}"


NAMES = [reading_name(*reading) for reading in READINGS]
_LINE = ["question", "row", "item"]
_WITH_SHARES = ("single", "multiple", "matrix", "matrix_multiple")


def percents_by_reading(
    tables: Mapping[tuple[str, str], pd.DataFrame], questionnaire: Questionnaire
) -> pd.DataFrame:
    """Every option's percent under every reading, from the tables of all questions under each.

    Indexed by question and item as written: `label`, a percent (0 to 100) for each of NAMES, and
    `range`, the largest less the smallest of them in percentage points. Questions without options
    and "Not stated" have no row.
    """
    options = {reading: _options(tables[reading], questionnaire) for reading in READINGS}
    percents = {reading_name(*reading): table["percent"] for reading, table in options.items()}
    frame = options[AS_PUBLISHED][["label"]].assign(**percents)
    values = frame[NAMES].to_numpy(float)
    return _written(frame.assign(range=values.max(axis=1) - values.min(axis=1)))


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


def worst_case_bounds(table: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Worst-case bounds of every option's percent, from the tables with base "universe".

    Indexed by question and item: `bound_low`, `bound_high` (0 to 100), `silent` (number in the
    universe who gave no answer), `universe`.
    """
    # A matrix has a "Not stated" for each of its rows, every other question has one.
    silent = table[table["item"] == NOT_STATED].set_index(_LINE[:2])["count"]
    frame = _options(table, questionnaire)
    silent = silent.loc[frame.index.droplevel("item")].to_numpy()
    base = frame["base"].where(frame["base"] > 0).astype(float)
    bounds = {
        "bound_low": 100 * frame["count"] / base,
        "bound_high": 100 * (frame["count"] + silent) / base,
        "silent": silent,
        "universe": frame["base"],
    }
    return _written(pd.DataFrame(bounds))


def order_by_reading(percents: pd.DataFrame) -> pd.DataFrame:
    """Whether the order of a question's options is the same under every reading.

    A row a question with two options or more: `pairs` (pairs of options of which one is ahead under
    the published reading), `reversed` (how many of them any reading turns round), `first` (label of
    the option in front) and `first_stays` (whether nothing overtakes it).
    """
    rows = []
    for question, frame in percents.groupby(level="question", sort=False):
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
            rows.append(
                {
                    "question": question,
                    "pairs": len(ahead),
                    "reversed": len(turned),
                    "first": frame["label"].iloc[first],
                    "first_stays": not (values > values[first]).any(),
                }
            )
    return pd.DataFrame(rows, columns=["question", "pairs", "reversed", "first", "first_stays"])


def compare_by_reading(
    percents: pd.DataFrame, bounds: pd.DataFrame, pairs: Sequence[tuple[str, str, str]]
) -> pd.DataFrame:
    """Whether the sign of a difference between two groups survives every reading, and the bounds.

    A row an option that both questions of a pair (see `concept_pairs`) have: concept, item, label,
    `difference` under the published reading (percentage points, first less second), `smallest` and
    `largest` difference under any reading, `survives_readings`, and `survives_bounds` (whether the
    sign stays whatever the silent of both groups would have said).
    """
    rows = []
    for concept, one, other in pairs:
        for item in [i for i in percents.loc[one].index if (other, i) in percents.index]:
            a, b = percents.loc[(one, item)], percents.loc[(other, item)]
            differences = (a[NAMES] - b[NAMES]).to_numpy(float)
            published = differences[NAMES.index(reading_name(*AS_PUBLISHED))]
            low = bounds.loc[(one, item), "bound_low"] - bounds.loc[(other, item), "bound_high"]
            high = bounds.loc[(one, item), "bound_high"] - bounds.loc[(other, item), "bound_low"]
            rows.append(
                {
                    "concept": concept,
                    "item": item,
                    "label": a["label"],
                    "difference": published,
                    "smallest": differences.min(),
                    "largest": differences.max(),
                    "survives_readings": bool((np.sign(differences) == np.sign(published)).all()),
                    "survives_bounds": bool(low > 0 or high < 0),
                }
            )
    return pd.DataFrame(rows, columns=COMPARISON_COLUMNS)


def concept_pairs(questionnaire: Questionnaire) -> list[tuple[str, str, str]]:
    """Questions that ask two groups the same: (concept, first id, second id)."""
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
    def percents(self) -> pd.DataFrame:
        """Every option's percent under every reading; see `percents_by_reading`."""
        return percents_by_reading(self._tables, self._questionnaire)

    @cached_property
    def bounds(self) -> pd.DataFrame:
        """What the silent could have changed; see `worst_case_bounds`."""
        return worst_case_bounds(self._tables["none", "universe"], self._questionnaire)

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """Wilson intervals as published, by question and item: ci_low, ci_high (0 to 100)."""
        return _written(self._tables[AS_PUBLISHED].set_index(_LINE)[["ci_low", "ci_high"]])

    @property
    def orders(self) -> pd.DataFrame:
        """Whether options keep their order; see `order_by_reading`."""
        return order_by_reading(self.percents)

    @property
    def comparisons(self) -> pd.DataFrame:
        """Whether differences keep their sign; see `compare_by_reading`."""
        pairs = concept_pairs(self._questionnaire)
        return compare_by_reading(self.percents, self.bounds, pairs)

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
