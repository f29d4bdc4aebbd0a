"""This wave beside an earlier one: changes of the questionnaire, and changes of the answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from dmsi_lib.choices import Baseline
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.published import (
    Pair,
    WaveAnswers,
    is_ledger,
    match_waves,
    read_published,
    split_changes,
)
from dmsi_lib.questionnaire import NOT_STATED, Questionnaire
from dmsi_lib.survey.survey import Survey, read_survey
from dmsi_lib.tables import FEWEST, compare_options, enough
from dmsi_lib.where import Where
from dmsi_lib.wording import SYNTHETIC_MARK, how_many, unknown

BEFORE, AFTER = "before", "after"
EARLIER, THIS = "the earlier wave", "this wave"  # where questionnaires do not tell them apart
LEVEL = 0.05  # of a test, Holm's correction within the question
_MOST = 20  # differences that are told
_FEW_NAMED = 5  # questions in a message
_COUNTS = {
    f"{name}_{n}": f"{name}_{wave}"
    for name in ("count", "base", "percent")
    for n, wave in ((1, AFTER), (2, BEFORE))
}
COLUMNS = ["question", "item", "label", *_COUNTS.values(), "difference", "ci_low", "ci_high"]
COLUMNS += ["p_value", "p_holm", "questionnaire", "routing", "composition", "answers"]
COLUMNS += ["comparable", "why_not"]


FEW = f"fewer than {FEWEST} answered"


@dataclass(frozen=True)
class Wave:
    """What is known of a wave besides its answers; no questionnaire of published figures."""

    name: str  # as sentences call it: "2018", "the earlier wave"
    synthetic: bool
    n: int | None = None
    questionnaire: Questionnaire | None = None


@dataclass(frozen=True)
class WaveComparison:
    """What two waves differ in.

    Attributes
    ----------
    before, after : the two waves
    changes : DataFrame with columns question, kind, before, after: every change of the instrument
    table : DataFrame with COLUMNS, a row for each option that both waves offered
    pairs : the questions that both asked, none where figures alone are known of the earlier one
    alike : ids of the questions by which respondents were made alike
    """

    before: Wave
    after: Wave
    changes: pd.DataFrame
    table: pd.DataFrame
    pairs: tuple[Pair, ...] = ()
    alike: tuple[str, ...] = ()

    @property
    def synthetic(self) -> bool:
        """Whether the answers of either wave are."""
        return self.before.synthetic or self.after.synthetic

    @property
    def differing(self) -> pd.DataFrame:
        """The rows whose difference is larger than chance gives, corrected within the question, and
        of questions that can be compared; the largest first. Of two answers that are all there is,
        both are here: what one gains the other loses."""
        found = self.table[self.table["comparable"] & (self.table["p_holm"] < LEVEL)]
        order = found["difference"].abs().sort_values(ascending=False, kind="stable").index
        return found.loc[order]

    def lines(self) -> Iterator[str]:
        """What is told of it: changes of the questionnaire first, then differences."""
        yield how_many(len(self.changes), "change") + " of the questionnaire"
        for row in self.changes.itertuples():
            told = " -> ".join(filter(None, (row.before, row.after)))
            yield f"  {row.question}: {row.kind}: {told}"
        table, differing = self.table, self.differing
        if others := sum(pair.after.type not in ("single", "multiple") for pair in self.pairs):
            asked = how_many(others, "question")
            yield f"{asked} of both waves are left out: ranks, grids, numbers and own words"
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
        if self.synthetic:
            of = [wave.name for wave in (self.before, self.after) if wave.synthetic]
            yield f"{SYNTHETIC_MARK}: {' and '.join(of)}"


def compare_with_baseline(after: Survey, baseline: Baseline) -> WaveComparison:
    """Compare a wave with an earlier one: with its export, or with figures published of it,
    whichever the file holds. The earlier wave is edited and filtered as the later one is.

    Parameters
    ----------
    after : of everybody or of a group
    baseline : where the earlier wave is

    Returns
    -------
    WaveComparison

    Raises
    ------
    InputError
        Where a file can't be read, or the two have nothing in common.
    UsageError
        Where published figures are to be split or are those of others, or a question of `alike`, or
        a condition on the respondents, is not of both waves.

    Examples
    --------
    >>> earlier = Baseline("data/synthetic/dmsi-2018-synthetic.csv")
    >>> compare_with_baseline(survey, earlier).differing.empty
    True
    """
    if is_ledger(baseline.file):
        if baseline.alike:
            raise UsageError("--alike needs answers; published figures have none.")
        if baseline.questionnaire:
            raise UsageError(
                "--baseline-questionnaire is for an export; published figures have none. Leave it "
                "out."
            )
        if after.where:
            raise UsageError(
                "Published figures are those of everybody: leave out --where, or give the export "
                "of the earlier wave as --baseline."
            )
        figures = read_published(baseline.file)
        return compare_with_published(after, figures, Path(baseline.file).name)
    questionnaire = baseline.questionnaire or after.choices.questionnaire
    choices = replace(after.choices, export=baseline.file, questionnaire=questionnaire)
    before = read_survey(replace(choices, where=Where(), baseline=None))
    if after.where:
        pairs = match_waves(before.questionnaire, after.questionnaire)[0]
        where = _as_before(after.where, pairs)
        try:
            before = before.part(where)
        except InputError as error:
            raise InputError(f"{baseline.file}: {error}") from None
    return compare_waves(before, after, baseline.alike)


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
        Where the two have no question in common.
    UsageError
        Where a question of `alike` is not of both waves, or not of one answer.

    Examples
    --------
    >>> compare_waves(survey, survey, ["role"]).differing.empty
    True
    """
    pairs, changes = match_waves(before.questionnaire, after.questionnaire)
    _refuse_unrelated(before, after, pairs)
    by_id = {pair.after.id: pair for pair in pairs}
    usable = [name for name, pair in by_id.items() if pair.is_single]
    for name in alike:
        if name not in usable:
            raise UsageError(unknown("single-choice question of both waves", name, usable))
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
    waves = _named(before, after)
    return WaveComparison(*waves, changes, table, tuple(pairs), tuple(alike))


def _refuse_unrelated(before: Survey, after: Survey, pairs: Sequence[Pair]) -> None:
    """Raise InputError where no question was put in both waves as it was."""
    if not all(pair.why_not for pair in pairs):
        return
    found = [f"{pair.after.id} ({pair.why_not})" for pair in pairs[:_FEW_NAMED]]
    changed = f"; changed were {', '.join(found)}" if found else ""
    more = f" and {len(pairs) - _FEW_NAMED} more" if len(pairs) > _FEW_NAMED else ""
    old, new = (wave.choices.questionnaire_path for wave in (before, after))
    raise InputError(
        f"{old} and {new}: no question stands in both unchanged, so there is nothing to compare"
        f"{changed}{more}. Give the earlier wave of this survey, with its own questionnaire "
        "(--baseline-questionnaire); what was put otherwise and meant alike needs `aliases`."
    )


def compare_with_published(
    after: Survey, figures: pd.DataFrame, name: str = "the figures"
) -> WaveComparison:
    """Compare a wave with figures that were published of an earlier one: counts and bases suffice.

    Parameters
    ----------
    after : of everybody
    figures : as from `published.read_published`; its rows of tables are compared
    name : what messages call their file

    Returns
    -------
    WaveComparison; nothing is known of changes of the instrument, nor of what a change is made of,
    so that the parts are NaN

    Raises
    ------
    InputError
        Where no figure is of a question of the survey.

    Examples
    --------
    >>> from dmsi_lib.published import read_published
    >>> figures = read_published("data/published_figures.csv")
    >>> compare_with_published(survey, figures).differing.empty
    True
    """
    known = figures[(figures["kind"] == "table") & (figures["measure"] == "option")]
    known = known.dropna(subset=["count", "base"])
    tables = [
        _from_counts(after, str(question), rows.set_index("item"))
        for question, rows in known.groupby("question", sort=False)
    ]
    tables = [one for one in tables if len(one)]
    if not tables:
        raise InputError(
            f"{name}: no table of it is of a question that this survey asked, so there is nothing "
            f"to compare; expected ids of {after.choices.questionnaire_path} in the column "
            "'question'."
        )
    table = pd.concat(tables, ignore_index=True).rename(columns=_COUNTS)
    bases = table[["base_before", "base_after"]].min(axis=1)
    table["why_not"] = np.where(enough(bases), "", FEW)
    table["comparable"] = table["why_not"] == ""
    changes = match_waves(after.questionnaire, after.questionnaire)[1]
    earlier = Wave("the published figures", synthetic=False)
    called = after.questionnaire.wave or THIS
    later = Wave(called, after.synthetic, after.n, after.questionnaire)
    return WaveComparison(earlier, later, changes, table.reindex(columns=COLUMNS))


def _from_counts(after: Survey, name: str, theirs: pd.DataFrame) -> pd.DataFrame:
    """The shares of a question beside published ones; no row where there are not both."""
    question = after.questionnaire.by_id.get(name)
    if question is None or not question.asked or question.type not in ("single", "multiple"):
        return pd.DataFrame()
    ours, single = after.table(name).set_index("item"), question.type == "single"
    shared = [item for item in theirs.index if item in ours.index]
    waves = [_by_counts(one.loc[shared], single) for one in (theirs, ours)]
    if not shared or not all(map(len, waves)):
        return pd.DataFrame()
    wave = np.repeat([BEFORE, AFTER], [*map(len, waves)])
    together = pd.concat(waves, ignore_index=True)
    found = compare_options(wave, together, (AFTER, BEFORE), exclusive=single)
    return found.assign(question=name, label=found["item"].map(question.choices))


def _named(before: Survey, after: Survey) -> tuple[Wave, Wave]:
    """Both waves, called as their questionnaires do where these tell them apart."""
    own = [wave.questionnaire.wave for wave in (before, after)]
    names = own if all(own) and own[0] != own[1] else [EARLIER, THIS]
    first, second = (
        Wave(name, wave.synthetic, wave.n, wave.questionnaire)
        for name, wave in zip(names, (before, after), strict=True)
    )
    return first, second


def _as_before(where: Where, pairs: Sequence[Pair]) -> Where:
    """Conditions on the later wave's answers as the earlier wave has them."""
    by_id, found = {pair.after.id: pair for pair in pairs}, []
    for condition in where.conditions:
        pair = by_id.get(condition.question)
        old = {new: code for code, new in pair.options.items()} if pair else {}
        codes = tuple(old[code] for code in condition.codes if code in old)
        if pair is None or not codes:
            raise UsageError(
                f"--where {condition}: the earlier wave has no such question and answer, so its "
                "respondents can't be chosen by it; leave out the condition or --baseline."
            )
        found.append(replace(condition, question=pair.before.id, codes=codes))
    return Where(tuple(found))


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
    labels, few = (
        found["item"].map(pair.after.choices),
        not enough(min(len(one.chosen) for one in waves)),
    )
    why = ", ".join(filter(None, (pair.why_not, FEW if few else "")))
    found = found.assign(question=pair.after.id, label=labels, why_not=why)
    return found.assign(comparable=not why)[COLUMNS]
