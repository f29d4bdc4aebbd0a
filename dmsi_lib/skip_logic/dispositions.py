"""How far each respondent came: complete, partial, break-off, and where the survey lost people.

Two things are called break-off. As a *disposition* of a respondent (AAPOR) it means that too small
a share of the applicable questions was answered. *Stopping* is about the place: the last answer is
followed by a question that was still to be asked. Who stops late can be a complete; who skips a lot
without stopping can be a break-off.

An export holds answers, not page views. A respondent therefore counts as stopped after the page of
their last answer, and whoever leaves the whole last page blank counts as stopped before it.

Applicable are the questions in whose universe the respondent is known to be. Where a gate is blank
nobody can tell, so gate-unknown questions are left out of the share; `undecided` counts them. They
make people who stopped before a gate look more complete than they are. Questions that the file
lacks are applicable to nobody, and derived ones are counted with the questions they are made of.

Sources: AAPOR (2015), Standard Definitions, 8th ed., "Internet Surveys of Specifically Named
Persons": break-off under 50 % of all applicable questions answered, partial 50 to 80 %, complete
above. Callegaro & DiSogra (2008), "Computing response metrics for online panels", Public Opinion
Quarterly 72(5), 1008-1032: rates over all who started. Peytchev (2009), "Survey breakoff", Public
Opinion Quarterly 73(1), 74-97: break-off as a hazard over pages.
"""

import warnings

import numpy as np
import pandas as pd

from dmsi_lib.errors import UsageError
from dmsi_lib.skip_logic.routing import (
    ANSWERED,
    BREAK_OFF,
    GATE_UNKNOWN,
    IN_UNIVERSE,
    Routing,
    among,
)

DISPOSITIONS = ("complete", "partial", "break_off")


def final_dispositions(
    routing: Routing, partial_from: float = 50, complete_above: float = 80
) -> pd.DataFrame:
    """The disposition of every respondent.

    Parameters
    ----------
    routing : Routing
    partial_from : float
        Percent of the applicable questions answered from which a record is partial.
    complete_above : float
        Percent above which it is complete.

    Returns
    -------
    DataFrame, indexed by respondent
        applicable, answered, undecided : int, numbers of questions; answered counts answers on
        route only, undecided the questions whose gate is blank
        percent : float, answered of applicable, 0 to 100
        disposition : categorical of DISPOSITIONS
        last_page : int, the page of the last answer, 0 for none
        stopped : bool, a question of theirs was still to come after the last answer

    Raises
    ------
    UsageError
        For cut-offs that are not 0 <= partial_from <= complete_above <= 100.
    """
    if not 0 <= partial_from <= complete_above <= 100:
        raise UsageError(
            f"cut-offs {partial_from} and {complete_above}: expected percentages, the one for "
            "partial not above the one for complete."
        )
    answered = _count(routing, ANSWERED)
    applicable = _count(routing, *IN_UNIVERSE)
    # Compared as products, so that exactly 80 % does not depend on how a division rounds.
    of_all = 100 * answered
    is_complete = of_all > complete_above * applicable
    is_partial = (of_all >= partial_from * applicable) & (applicable > 0)
    kind = np.where(is_complete, 0, np.where(is_partial, 1, 2))
    return pd.DataFrame(
        {
            "applicable": applicable,
            "answered": answered,
            "undecided": _count(routing, GATE_UNKNOWN),
            "percent": of_all / np.maximum(applicable, 1),
            "disposition": pd.Categorical.from_codes(kind, categories=list(DISPOSITIONS)),
            "last_page": routing.last_page,
            "stopped": _count(routing, BREAK_OFF) > 0,
        },
        index=routing.index,
    )


def _count(routing: Routing, *statuses: int) -> np.ndarray:
    """How many of each respondent's questions have one of these status codes: int32 (n,)."""
    count = np.zeros(len(routing.index), dtype=np.int32)
    for question in routing.questionnaire.questions:
        if not question.derivation:
            count += among(routing.of(question.id), statuses)
    return count


def disposition_table(people: pd.DataFrame) -> pd.DataFrame:
    """Dispositions counted.

    The percent of "complete" is the completion rate, that of "break_off" the break-off rate, both
    over everybody in the export: I / (I + P + BO) and BO / (I + P + BO) in AAPOR's letters.

    Parameters
    ----------
    people : DataFrame
        From `final_dispositions`.

    Returns
    -------
    DataFrame with columns disposition, count, base, percent
    """
    count = people["disposition"].value_counts(sort=False)
    table = pd.DataFrame({"disposition": list(count.index), "count": count.to_numpy()})
    table["base"] = len(people)
    table["percent"] = 100 * table["count"] / max(len(people), 1)
    return table


def break_off_table(routing: Routing) -> pd.DataFrame:
    """Where people stop: a life table over pages, with the Kaplan-Meier curve.

    The event is stopping after a page; who came to the end of their own route is censored at the
    page of their last answer.

    Parameters
    ----------
    routing : Routing

    Returns
    -------
    DataFrame, a row for each page that the file has questions of, or that was somebody's last; page
    0 (no answer at all) if it occurs
        page : int
        reached : int, respondents whose last answer is on this page or a later one
        stopped_here : int, those of them who stopped after this page
        percent : float, stopped_here of reached; NaN where nobody reached the page
        remaining : float, Kaplan-Meier estimate, in percent, of those going on beyond the page
        ci_low, ci_high : float, pointwise 95 %, log-minus-log transformed with Greenwood's variance
        (Kalbfleisch & Prentice 2002, The Statistical Analysis of Failure Time Data, section 1.4)
    """
    # Imported here: scipy takes half a second that routing alone need not wait for.
    from scipy.stats import CensoredData, ecdf

    stopped = _count(routing, BREAK_OFF) > 0
    asked = {question.page for question in routing.questionnaire.in_file}
    pages = sorted(asked | {*np.unique(routing.last_page).tolist()})
    here = pd.Series(routing.last_page)
    ending = here.value_counts().reindex(pages, fill_value=0)
    table = pd.DataFrame({"page": pages})
    table["reached"] = ending[::-1].cumsum()[::-1].to_numpy()
    table["stopped_here"] = here[stopped].value_counts().reindex(pages, fill_value=0).to_numpy()
    table["percent"] = 100 * table["stopped_here"] / table["reached"].where(table["reached"] > 0)
    table[["remaining", "ci_low", "ci_high"]] = 100.0
    if len(here):
        ends = CensoredData(here[stopped], right=here[~stopped])
        with warnings.catch_warnings():  # undefined where nobody, or everybody, has stopped
            warnings.simplefilter("ignore", RuntimeWarning)
            curve = ecdf(ends).sf
            interval = curve.confidence_interval(0.95, method="log-log")
        table["remaining"] = 100 * curve.evaluate(table["page"])
        for name, bound in (("ci_low", interval.low), ("ci_high", interval.high)):
            values = pd.Series(100 * bound.evaluate(table["page"]))
            table[name] = values.fillna(table["remaining"])  # no width there
    return table
