"""This wave beside an earlier one: changes of the questionnaire, and changes of the answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.published import Pair, WaveAnswers, match_waves, split_changes
from dmsi_lib.questionnaire import NOT_STATED
from dmsi_lib.survey.survey import Survey
from dmsi_lib.tables import compare_options

BEFORE, AFTER = "before", "after"
_MOST = 20  # differences that are told
_COUNTS = {
    f"{name}_{n}": f"{name}_{wave}"
    for name in ("count", "base", "percent")
    for n, wave in ((1, AFTER), (2, BEFORE))
}
COLUMNS = ["question", "item", "label", *_COUNTS.values(), "difference", "ci_low", "ci_high"]
COLUMNS += ["p_value", "p_holm", "questionnaire", "routing", "composition", "answers"]
COLUMNS += ["comparable", "why_not"]


@dataclass(frozen=True)
class WaveComparison:
    """What two waves differ in.

    Attributes
    ----------
    changes : DataFrame with columns question, kind, before, after: every change of the instrument
    table : DataFrame with COLUMNS, a row for each option that both waves offered
    """

    changes: pd.DataFrame
    table: pd.DataFrame

    @property
    def differing(self) -> pd.DataFrame:
        """The rows whose difference is larger than chance gives, corrected within the question, and
        of questions that can be compared; the largest first."""
        found = self.table[self.table["comparable"] & (self.table["p_holm"] < 0.05)]
        order = found["difference"].abs().sort_values(ascending=False, kind="stable").index
        return found.loc[order]

    def lines(self) -> Iterator[str]:
        """What is told of it: changes of the questionnaire first, then differences."""
        yield f"{len(self.changes)} changes of the questionnaire"
        for row in self.changes.itertuples():
            told = " -> ".join(filter(None, (row.before, row.after)))
            yield f"  {row.question}: {row.kind}: {told}"
        table, differing = self.table, self.differing
        cannot = int((~table["comparable"].astype(bool)).sum())
        yield f"{len(table)} shares stand in both waves, {cannot} of which can't be compared"
        yield f"{len(differing)} differ by more than chance gives (Holm's correction in a question)"
        for row in differing.head(_MOST).itertuples():
            yield (
                f"  {row.question}, {row.label}: {row.percent_before:.1f} % of {row.base_before} "
                f"before, {row.percent_after:.1f} % of {row.base_after} now, {row.difference:+.1f} "
                f"points ({row.ci_low:+.1f} to {row.ci_high:+.1f})"
            )
        if len(differing) > _MOST:
            yield f"  and {len(differing) - _MOST} more"


def compare_waves(before: Survey, after: Survey, alike: Sequence[str] = ()) -> WaveComparison:
    """Compare two waves of a survey.

    Parameters
    ----------
    before, after : of everybody or of a group each
    alike : ids of single-choice questions of both waves, by whose answers the change is split into
        that of who answered and that of what they answered; by none of them all is the latter

    Returns
    -------
    WaveComparison

    Raises
    ------
    InputError
        Where a question of `alike` is not of both waves, or not of one answer.

    Examples
    --------
    >>> compare_waves(survey, survey, ["role"]).differing.empty
    True
    """
    pairs, changes = match_waves(before.questionnaire, after.questionnaire)
    by_id = {pair.after.id: pair for pair in pairs}
    for name in alike:
        if name not in by_id or by_id[name].after.type != "single":
            raise InputError(
                f"'{name}' can't make the waves alike; expected a question of both with one answer."
            )
    groups = [
        _groups(wave, [by_id[name] for name in alike], wave is after and wave is not before)
        for wave in (before, after)
    ]
    tables = [
        _differences(pair, before, after, groups)
        for pair in pairs
        if pair.before.type == pair.after.type and pair.after.type in ("single", "multiple")
    ]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
    return WaveComparison(changes, table)


def compare_with_published(after: Survey, figures: pd.DataFrame) -> WaveComparison:
    """Compare a wave with figures that were published of an earlier one: counts and bases suffice.

    Parameters
    ----------
    after : of everybody
    figures : as from `published.read_published`; its rows of tables are compared

    Returns
    -------
    WaveComparison; nothing is known of changes of the instrument, nor of what a change is made of,
    so that the parts are NaN

    Examples
    --------
    >>> from dmsi_lib.published import read_published
    >>> figures = read_published("data/published_figures.csv")
    >>> compare_with_published(survey, figures).differing.empty
    True
    """
    known = figures[(figures["kind"] == "table") & (figures["measure"] == "option")]
    known = known.dropna(subset=["count", "base"])
    tables = []
    for name, rows in known.groupby("question", sort=False):
        question = after.questionnaire.by_id.get(str(name))
        if question is None or not question.asked or question.type not in ("single", "multiple"):
            continue
        ours, single = after.table(question.id).set_index("item"), question.type == "single"
        shared = [item for item in rows["item"] if item in ours.index]
        theirs = rows.set_index("item").loc[shared]
        waves = [_by_counts(one.loc[shared], single) for one in (theirs, ours)]
        if shared and all(map(len, waves)):
            wave = np.repeat([BEFORE, AFTER], [*map(len, waves)])
            together = pd.concat(waves, ignore_index=True)
            found = compare_options(wave, together, (AFTER, BEFORE), exclusive=single)
            labels = found["item"].map(question.choices)
            tables.append(found.assign(question=question.id, label=labels))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    table = table.rename(columns=_COUNTS).assign(comparable=True, why_not="")
    changes = match_waves(after.questionnaire, after.questionnaire)[1]
    return WaveComparison(changes, table.reindex(columns=COLUMNS))


def _by_counts(rows: pd.DataFrame, single: bool) -> pd.DataFrame:
    """Respondents that give these counts, bool (base, items). What was chosen together is not
    known, and no figure of one option depends on it; of a single question each chose one."""
    places = np.arange(int(rows["base"].max()))
    counts = [int(count) for count in rows["count"]]
    begins = np.cumsum([0, *counts[:-1]]) if single else np.zeros(len(counts), dtype=int)
    chosen = {
        item: (places >= begin) & (places < begin + count)
        for item, begin, count in zip(rows.index, begins, counts, strict=True)
    }
    return pd.DataFrame(chosen)


def _groups(survey: Survey, alike: Sequence[Pair], later: bool) -> np.ndarray:
    """What each respondent is alike by, in the later wave's codes."""
    responses = survey.responses
    found = np.full(len(responses), "", dtype=object)
    for pair in alike:
        question = pair.after if later else pair.before
        given = responses[question.id, ""].astype(object)
        codes = given if later else given.map(lambda code, own=pair: own.options.get(code, code))
        found = found + "|" + codes.fillna("").astype(str).to_numpy(object)
    return found


def _answers(survey: Survey, pair: Pair, later: bool, group: np.ndarray) -> WaveAnswers:
    question, counts = (pair.after if later else pair.before), survey._counts
    has = counts.routing.has_answer(question.id)
    chosen = counts.chosen(question, has)[has].drop(columns=NOT_STATED)
    names = {} if later else dict(pair.options)
    # An option that only the earlier wave offered keeps a name that no later one has.
    chosen = chosen.rename(
        columns=lambda code: code if later else names.get(code, f"{code} (gone)")
    )
    on_route = counts.routing.in_universe(question.id)[has]
    return WaveAnswers(chosen, np.asarray(on_route), group[has])


def _differences(
    pair: Pair, before: Survey, after: Survey, groups: Sequence[np.ndarray]
) -> pd.DataFrame:
    waves = [
        _answers(survey, pair, later, group)
        for survey, later, group in ((before, False, groups[0]), (after, True, groups[1]))
    ]
    single = pair.after.type == "single"
    shared = [item for item in waves[1].chosen if item in waves[0].chosen]
    if not shared or not all(len(wave.chosen) for wave in waves):
        return pd.DataFrame(columns=COLUMNS)
    together = pd.concat([wave.chosen[shared] for wave in waves], ignore_index=True)
    wave = np.repeat([BEFORE, AFTER], [len(one.chosen) for one in waves])
    found = compare_options(wave, together, (AFTER, BEFORE), exclusive=single)
    found = found.rename(columns=_COUNTS).merge(
        split_changes(waves[0], waves[1], single), on="item"
    )
    labels = found["item"].map(pair.after.choices)
    found = found.assign(question=pair.after.id, label=labels, why_not=pair.why_not)
    return found.assign(comparable=found["why_not"] == "")[COLUMNS]
