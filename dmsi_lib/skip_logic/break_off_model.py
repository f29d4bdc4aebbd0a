"""Who stops before the end: logistic regression of stopping on early answers."""

import warnings
from collections.abc import Iterable

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.skip_logic.dispositions import final_dispositions
from dmsi_lib.skip_logic.routing import Routing
from dmsi_lib.wording import how_many

# Respondents who stopped, and respondents who did not, needed for each coefficient beside the
# constant: Peduzzi et al. (1996), J. Clin. Epidemiol. 49(12), 1373-1379.
MIN_EVENTS = 10
CONFIDENCE = 0.95


def fit_break_off(
    responses: pd.DataFrame, routing: Routing, predictors: str | Iterable[str]
) -> pd.DataFrame:
    """Odds ratios of stopping before the end of one's own route.

    Only respondents who answered every predictor are in the model. That choice is not innocent: a
    predictor must come so early that those who stopped had still answered it. An odds ratio
    describes an association, not a cause; on synthetic data it describes an invention.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
    routing : Routing
        Of `responses`.
    predictors : ids of single questions

    Returns
    -------
    DataFrame, a row for each option that was chosen
        question, item : the option
        n, stopped : int, respondents who chose it, and those of them who stopped
        odds_ratio, ci_low, ci_high, p_value : float
            Against the question's first row, whose odds_ratio is 1 and the rest NaN; Wald
            intervals of 95 %.

    Raises
    ------
    UsageError
        For no predictors, one given twice, or one that is not a single question.
    InputError
        Where the data can't carry the model: one answer only, too few events, predictors that
        determine each other, or separation (Albert & Anderson 1984, Biometrika 71(1), 1-10).
    """
    questions = _check_predictors(routing.questionnaire, predictors)
    known = np.logical_and.reduce([routing.has_answer(q.id) for q in questions])
    stopped = final_dispositions(routing)["stopped"].to_numpy()[known]
    answers = {q.id: responses[q.id, ""][known].cat.remove_unused_categories() for q in questions}
    chose = {name: pd.get_dummies(answer) for name, answer in answers.items()}
    counts = [
        (name, code, int(column.sum()), int((column & stopped).sum()))
        for name, columns in chose.items()
        for code, column in columns.items()
    ]
    rows = pd.DataFrame(counts, columns=["question", "item", "n", "stopped"])
    dummies = pd.concat([columns.iloc[:, 1:] for columns in chose.values()], axis=1)
    design = np.column_stack([np.ones(len(stopped)), *(dummies.to_numpy(dtype=float).T)])
    _check_data(rows, design, stopped, questions)
    return _with_estimates(rows, design, stopped)


def _check_predictors(
    questionnaire: Questionnaire, predictors: str | Iterable[str]
) -> list[Question]:
    predictors = [predictors] if isinstance(predictors, str) else list(predictors)
    if not predictors or len(set(predictors)) < len(predictors):
        raise UsageError("break-off model: expected at least one predictor, none of them twice.")
    questions = [questionnaire[name] for name in predictors]
    for question in questions:
        if question.type != "single":
            raise UsageError(
                f"break-off model: '{question.id}' is {question.type}; expected single questions."
            )
    return questions


def _check_data(
    rows: pd.DataFrame, design: np.ndarray, stopped: np.ndarray, questions: Iterable[Question]
) -> None:
    """Refuse what a logistic regression would answer with numbers that mean nothing."""
    size, events = len(stopped), int(stopped.sum())
    asked = {question.id: question for question in questions}
    if size == 0:
        raise InputError("break-off model: no respondent answered all predictors.")
    for question, group in rows.groupby("question", sort=False):
        if len(group) < 2:
            label = asked[str(question)].choices[group["item"].iloc[0]]
            raise InputError(
                f"break-off model: whoever is in it answered “{asked[str(question)].text}” alike "
                f"(“{label}”); leave the question out."
            )
    needed = MIN_EVENTS * (design.shape[1] - 1)
    if min(events, size - events) < needed:
        raise InputError(
            f"break-off model: of {how_many(size, 'respondent')} {events or 'nobody'} stopped; "
            f"with {how_many(design.shape[1] - 1, 'coefficient')} at least {needed:g} must have "
            "stopped and as many not. Take fewer predictors, or ones that more of those who "
            "stopped had answered."
        )
    for row in rows.itertuples():
        if row.stopped in (0, row.n):
            who = "none" if row.stopped == 0 else "all"
            raise InputError(
                f"break-off model: {row.n} answered “{asked[row.question].choices[row.item]}” to "
                f"“{asked[row.question].text}”, and {who} of them stopped (separation); the odds "
                "ratio has no finite estimate. Leave the question out, or merge its options."
            )
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise InputError("break-off model: one predictor determines another; leave one out.")
    if _separates(design, stopped):
        raise InputError(
            "break-off model: a combination of answers occurs only with, or only without, "
            "stopping (separation); there are no finite estimates. Take fewer predictors."
        )


def _separates(design: np.ndarray, stopped: np.ndarray) -> bool:
    """Whether some plane has all who stopped on one side and the others on the other.

    By linear programming (Konis 2007, Computational algorithms for detecting separation in binary
    data with logistic regression, thesis, Oxford, chapter 4): points on the plane are allowed, as
    long as not all are.
    """
    from scipy.optimize import linprog

    each = pd.DataFrame(np.where(stopped, 1.0, -1.0)[:, None] * design)
    sides = each.drop_duplicates().to_numpy()
    best = linprog(-sides.sum(axis=0), A_ub=-sides, b_ub=np.zeros(len(sides)), bounds=(-1, 1))
    return -best.fun > 1e-6


def _with_estimates(rows: pd.DataFrame, design: np.ndarray, stopped: np.ndarray) -> pd.DataFrame:
    # Imported here: statsmodels takes a second that routing alone need not wait for.
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            fit = Logit(stopped.astype(float), design).fit(disp=False, maxiter=100)
        except (ConvergenceWarning, np.linalg.LinAlgError):
            raise InputError(
                "break-off model: the estimation does not converge; take fewer predictors."
            ) from None
    interval = np.exp(fit.conf_int(alpha=1 - CONFIDENCE))
    first = ~rows["question"].duplicated()
    rows["odds_ratio"] = np.where(first, 1.0, np.nan)
    rows.loc[~first, "odds_ratio"] = np.exp(fit.params[1:])
    rows.loc[~first, "ci_low"] = interval[1:, 0]
    rows.loc[~first, "ci_high"] = interval[1:, 1]
    rows.loc[~first, "p_value"] = fit.pvalues[1:]
    return rows
