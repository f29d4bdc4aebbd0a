"""How far a percentage depends on how it is read: edit, base, and those who did not answer.

A *reading* is one edit with one base. What the silent could have changed is bounded without any
assumption: the share in the universe is lowest if none of them would have chosen the option and
highest if all would have (worst-case bounds; Manski 1989, "Anatomy of the selection problem",
Journal of Human Resources 24, 343-360; Manski 2003, "Partial identification of probability
distributions", chapter 1).
"""

from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import NOT_STATED
from dmsi_lib.skip_logic import EDITS
from dmsi_lib.tables import BASES

READINGS = tuple((edit, base) for edit in EDITS for base in BASES)
AS_PUBLISHED = ("none", "answered")
COMPARISON_COLUMNS = [
    *("concept", "item", "label", "difference", "smallest", "largest"),
    *("survives_readings", "survives_bounds"),
]


def reading_name(edit, base):
    """A reading as a column name: "none / answered"."""
    return f"{edit} / {base}"


NAMES = tuple(reading_name(*reading) for reading in READINGS)


def percents_by_reading(tables, questionnaire):
    """Every option's percent under every reading.

    Parameters
    ----------
    tables : dict of (edit, base) to DataFrame
        Tidy tables of all questions, see `tables.question_table`, one for each of READINGS.
    questionnaire : Questionnaire

    Returns
    -------
    DataFrame
        Indexed by question and item; `label`, a percent (0 to 100) for each of NAMES, and `range`,
        the largest less the smallest of them in percentage points. Questions without options and
        "Not stated" have no row.
    """
    columns = {}
    for reading in READINGS:
        table = _options(tables[reading], questionnaire)
        columns[reading_name(*reading)] = table.set_index(["question", "item"])["percent"]
    frame = pd.DataFrame(columns)
    labels = _options(tables[AS_PUBLISHED], questionnaire).set_index(["question", "item"])["label"]
    frame.insert(0, "label", labels)
    values = frame[list(NAMES)].to_numpy(float)
    return frame.assign(range=values.max(axis=1) - values.min(axis=1)).loc[labels.index]


def _options(table, questionnaire):
    """The rows of options: no rankings, no open or numeric answers, no "Not stated"."""
    choices = [q.id for q in questionnaire.questions if q.type in ("single", "multiple", "matrix")]
    return table[table["question"].isin(choices) & ~_is_silent(table)]


def _is_silent(table):
    return table["item"].str.rpartition(".")[2].eq(NOT_STATED)


def worst_case_bounds(table, questionnaire):
    """Worst-case bounds of every option's percent in its universe.

    Parameters
    ----------
    table : DataFrame
        Tidy tables of all questions with base "universe".
    questionnaire : Questionnaire

    Returns
    -------
    DataFrame
        Indexed by question and item: `bound_low`, `bound_high` (0 to 100), `silent` (number in the
        universe who gave no answer), `universe`.
    """
    # A matrix has a "Not stated" for each of its rows, every other question has one.
    silent = table[_is_silent(table)]
    places = silent["question"] + "/" + silent["item"].str.rpartition(".")[0]
    silent = pd.Series(silent["count"].to_numpy(), index=places)
    frame = _options(table, questionnaire)
    is_matrix = frame["question"].map(lambda name: questionnaire[name].type == "matrix")
    row = frame["item"].str.rpartition(".")[0].where(is_matrix, "")
    frame = frame.assign(silent=(frame["question"] + "/" + row).map(silent).astype(int))
    base = frame["base"].where(frame["base"] > 0).astype(float)
    return frame.assign(
        bound_low=100 * frame["count"] / base,
        bound_high=100 * (frame["count"] + frame["silent"]) / base,
        universe=frame["base"],
    ).set_index(["question", "item"])[["bound_low", "bound_high", "silent", "universe"]]


def order_by_reading(percents):
    """Whether the order of a question's options is the same under every reading.

    Parameters
    ----------
    percents : DataFrame as from `percents_by_reading`

    Returns
    -------
    DataFrame
        One row a question with two options or more: `pairs` (pairs of options of which one is
        ahead under the published reading), `reversed` (how many of them any reading turns round),
        `first` (label of the option in front) and `first_stays` (whether nothing overtakes it).
    """
    rows = []
    for question, frame in percents.groupby(level="question", sort=False):
        values = frame[list(NAMES)].to_numpy(float)
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


def compare_by_reading(percents, bounds, pairs):
    """Whether the sign of a difference between two groups survives every reading, and the bounds.

    Parameters
    ----------
    percents : DataFrame as from `percents_by_reading`
    bounds : DataFrame as from `worst_case_bounds`
    pairs : list of (concept, question of the one group, question of the other)

    Returns
    -------
    DataFrame
        One row an option that both questions have: concept, item, label, `difference` under the
        published reading (percentage points, first less second), `smallest` and `largest`
        difference under any reading, `survives_readings`, and `survives_bounds` (whether the sign
        stays whatever the silent of both groups would have said).
    """
    rows = []
    for concept, one, other in pairs:
        for item in [i for i in percents.loc[one].index if (other, i) in percents.index]:
            a, b = percents.loc[(one, item)], percents.loc[(other, item)]
            differences = (a[list(NAMES)] - b[list(NAMES)]).to_numpy(float)
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


def concept_pairs(questionnaire):
    """Questions that ask two groups the same: (concept, first id, second id)."""
    by_concept = {}
    for question in questionnaire.questions:
        if question.concept and question.type in ("single", "multiple"):
            by_concept.setdefault(question.concept, []).append(question.id)
    return [(concept, *ids) for concept, ids in by_concept.items() if len(ids) == 2]


class Readings:
    """The same survey read in every way.

    Parameters
    ----------
    surveys : dict of (edit, base) to Survey, one for each of `READINGS`
    """

    def __init__(self, surveys):
        self._surveys = surveys
        self._questionnaire = surveys[AS_PUBLISHED].questionnaire

    @cached_property
    def _tables(self):
        return {reading: survey.tables() for reading, survey in self._surveys.items()}

    @cached_property
    def percents(self):
        """Every option's percent under every reading; see `percents_by_reading`."""
        return percents_by_reading(self._tables, self._questionnaire)

    @cached_property
    def bounds(self):
        """What the silent could have changed; see `worst_case_bounds`."""
        table = self._tables["none", "universe"]
        return worst_case_bounds(table, self._questionnaire)

    @cached_property
    def intervals(self):
        """Wilson intervals as published, by question and item: ci_low, ci_high (0 to 100)."""
        table = self._tables[AS_PUBLISHED]
        return table.set_index(["question", "item"])[["ci_low", "ci_high"]]

    @property
    def orders(self):
        """Whether options keep their order; see `order_by_reading`."""
        return order_by_reading(self.percents)

    @property
    def comparisons(self):
        """Whether differences keep their sign; see `compare_by_reading`."""
        pairs = concept_pairs(self._questionnaire)
        return compare_by_reading(self.percents, self.bounds, pairs)

    @cached_property
    def reproduced_by(self):
        """For every published figure, the edits and bases that reproduce it as a text (Series)."""
        matches = pd.DataFrame(
            {
                reading_name(*reading): survey.published.reproduced()
                for reading, survey in self._surveys.items()
            }
        )
        return pd.Series([_named(row) for row in matches.to_dict("records")], matches.index)


def _named(matches):
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
