"""How many more answers must be coded until a figure is as certain as it should be.

An interval of a finite number of answers shrinks to nothing once all of them are coded. It is a
plan: it holds if those that are left resemble those that were coded, as in a random order.
"""

from collections.abc import Collection, Sequence
from math import ceil, isnan
from statistics import NormalDist

import pandas as pd

from dmsi_lib.questionnaire import Theme
from dmsi_lib.tables import settled_tags
from dmsi_lib.wording import how_many

SHARE_REACH = KAPPA_REACH = 0.03  # how far the 95 % interval may reach to either side
_Z2 = NormalDist().inv_cdf(0.975) ** 2


def sample_needed(variance: float, answers: int, reach: float) -> float:
    """How many of the answers must be coded for a 95 % interval of +- `reach`.

    `variance` is what one answer has, so that the figure's is that over n. n0 = z^2 variance /
    reach^2, and of a finite number N of answers n0 / (1 + (n0 - 1) / N): Cochran (1977), "Sampling
    Techniques", 3rd ed., section 4.4. Tested on the table of Krejcie & Morgan (1970), "Determining
    sample size for research activities", Educational and Psychological Measurement 30, 607-610.
    """
    unlimited = _Z2 * variance / reach**2
    return min(unlimited / (1 + (unlimited - 1) / answers), answers) if unlimited else 0.0


def further_answers(variance: float, coded: int, answers: int, reach: float) -> int | None:
    """How many answers beyond those coded `sample_needed` asks for; None of an unknown variance."""
    if isnan(variance):
        return None
    return max(0, ceil(sample_needed(variance, answers, reach)) - coded)


def further_for_share(carried: int, coded: int, answers: int) -> int:
    """The same for the share of the coded answers that carry a theme.

    The share is taken as the middle of Wilson's interval, so that one of 0 or 1 is not taken for
    certain: Agresti & Coull (1998), "Approximate is better than 'exact' for interval estimation of
    binomial proportions", The American Statistician 52, 119-126.
    """
    share = (carried + _Z2 / 2) / (coded + _Z2)
    return further_answers(share * (1 - share), coded, answers, SHARE_REACH) or 0


def still_to_code(tags: pd.DataFrame, themes: Sequence[Theme], answers: Collection[str]) -> str:
    """In a sentence, how many more answers make every theme's share certain to 3 points.

    Parameters
    ----------
    tags : DataFrame with the columns `tags.TAG_COLUMNS`, of all coders
    themes : the question's codebook
    answers : respondents who gave one

    Returns
    -------
    str, "" where nothing was coded
    """
    tags = settled_tags(tags[tags["respondent"].isin(list(answers))])
    coded, all_of_them = tags["respondent"].nunique(), len(answers)
    if not coded:
        return ""
    if coded == all_of_them:
        return "Every answer is coded, so no theme's share depends on which were coded."
    carried = tags.drop_duplicates(["respondent", "theme"])["theme"].value_counts()
    needed = {
        theme.code: further_for_share(int(carried.get(theme.code, 0)), coded, all_of_them)
        for theme in themes
    }
    most, aim = max(needed.values()), f"each theme's share to within {100 * SHARE_REACH:.0f} points"
    if not most:
        return f"The {how_many(coded, 'coded answer')} tell {aim} (95 % interval)."
    each = sorted(((n, code) for code, n in needed.items() if n), key=lambda one: -one[0])
    listed = ", ".join(f"{code} {n:,}" for n, code in each)
    return (
        f"To tell {aim} (95 % interval), code {most:,} more of the "
        f"{how_many(all_of_them - coded, 'answer')} that nobody has coded ({listed})."
    )
