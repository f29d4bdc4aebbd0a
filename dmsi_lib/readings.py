"""One survey under every edit and base: what a notebook asks when it asks how much that matters."""

from functools import cached_property

import pandas as pd

from dmsi_lib import sensitivity
from dmsi_lib.edits import EDITS
from dmsi_lib.tables import BASES


class Readings:
    """The same survey read in every way.

    Parameters
    ----------
    surveys : dict of (edit, base) to Survey, one for each of `sensitivity.READINGS`
    """

    def __init__(self, surveys):
        self._surveys = surveys
        self._questionnaire = surveys[sensitivity.AS_PUBLISHED].questionnaire

    @cached_property
    def _tables(self):
        return {reading: survey.tables() for reading, survey in self._surveys.items()}

    @cached_property
    def percents(self):
        """Every option's percent under every reading; see `sensitivity.percents_by_reading`."""
        return sensitivity.percents_by_reading(self._tables, self._questionnaire)

    @cached_property
    def bounds(self):
        """What the silent could have changed; see `sensitivity.worst_case_bounds`."""
        table = self._tables["none", "universe"]
        return sensitivity.worst_case_bounds(table, self._questionnaire)

    @cached_property
    def intervals(self):
        """Wilson intervals as published, by question and item: ci_low, ci_high (0 to 100)."""
        table = self._tables[sensitivity.AS_PUBLISHED]
        return table.set_index(["question", "item"])[["ci_low", "ci_high"]]

    @property
    def orders(self):
        """Whether options keep their order; see `sensitivity.order_by_reading`."""
        return sensitivity.order_by_reading(self.percents)

    @property
    def comparisons(self):
        """Whether differences keep their sign; see `sensitivity.compare_by_reading`."""
        pairs = sensitivity.concept_pairs(self._questionnaire)
        return sensitivity.compare_by_reading(self.percents, self.bounds, pairs)

    @cached_property
    def reproduced_by(self):
        """For every published figure, the edits and bases that reproduce it as a text (Series)."""
        matches = pd.DataFrame(
            {
                sensitivity.reading_name(*reading): survey.reproduced()
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
        edits = [edit for edit in EDITS if matches[sensitivity.reading_name(edit, base)]]
        if edits:
            named = "every edit" if len(edits) == len(EDITS) else ", ".join(edits)
            parts.append(f"{base}: {named}")
    return "; ".join(parts)
