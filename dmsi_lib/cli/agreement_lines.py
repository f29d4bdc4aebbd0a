"""What `dmsi code` says once a sheet was read: how many answers more to code, how coders agree."""

from collections.abc import Collection, Sequence
from math import isnan
from typing import Any

import pandas as pd

from dmsi_lib.open_answers import agreement_table, alpha_table, still_to_code
from dmsi_lib.questionnaire import Theme
from dmsi_lib.wording import how_many


def agreement_lines(
    tags: pd.DataFrame, themes: Sequence[Theme], answers: Collection[str], coder: str
) -> list[str]:
    """The lines, of the pairs with one coder alone.

    Parameters
    ----------
    tags : DataFrame with the columns of `open_answers.TAG_COLUMNS`, of all coders
    themes : the question's codebook
    answers : respondents who gave one
    coder : whose sheet was read
    """
    pairs = agreement_table(tags, themes, len(answers))
    own = pairs[(pairs[["coder_1", "coder_2"]] == coder).any(axis=1)]
    by_pair = own.dropna(subset="further").groupby(["coder_1", "coder_2"], as_index=False)
    most = by_pair["further"].max()
    together = alpha_table(tags, themes)
    return [
        *filter(None, [still_to_code(tags, themes, answers)]),
        *map(_pair_line, own.itertuples()),
        *map(_further_line, most.itertuples()),
        *map(_line_of_all, together.itertuples()),
    ]


def _pair_line(row: Any) -> str:
    same = f"the same on {row.both + row.neither} of {row.n}"
    line = f"  {row.coder_1} and {row.coder_2}, {row.theme}: {same}, kappa {_told(row.kappa)}"
    if isnan(row.kappa_low):
        return line
    return f"{line} (95 % interval {row.kappa_low:.2f} to {row.kappa_high:.2f})"


def _further_line(row: Any) -> str:
    aim = "to tell each kappa to ±0.03"
    more = how_many(row.further, "more answer")
    return f"  {row.coder_1} and {row.coder_2}: {aim}, both code {more}"


def _line_of_all(row: Any) -> str:
    line = f"  all {row.coders} coders, {row.theme}: alpha {_told(row.alpha)} on {row.n} answers"
    if isnan(row.alpha_low):
        return line
    return f"{line} (95 % interval {row.alpha_low:.2f} to {row.alpha_high:.2f})"


def _told(figure: float) -> str:
    return "undefined" if isnan(figure) else f"{figure:.2f}"
