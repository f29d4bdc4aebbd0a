"""What a test found, in the words of the statistical details: effect, statistic, p value."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dmsi_lib.tables import (
    APPROXIMATE,
    CORRELATION,
    DRAWN,
    DRAWS,
    EXACT,
    HIGHER,
    AssociationTest,
    MeansTest,
    MultipleResponseTest,
    OrderedTest,
    Test,
)
from dmsi_lib.wording import how_many

NO_TEST = "can't be tested"


def told(test: Test | None, names: Sequence[str], p_holm: float = np.nan) -> str:
    """A test in one clause, without a full stop.

    Parameters
    ----------
    test : None where there were too few
    names : of the groups that were tested, in order
    p_holm : added where it is known
    """
    if test is None or np.isnan(_p_value(test)):
        return NO_TEST
    words = _WORDS[type(test)](test, names)
    adjusted = "" if np.isnan(p_holm) else f", {equation(p_holm)} after Holm's correction"
    return f"{words}, {equation(_p_value(test))}{adjusted}"


def p_text(value: float) -> str:
    """A p value as it is printed."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def equation(p_value: float) -> str:
    """A p value as it stands in a sentence: "p = 0.039"."""
    text = p_text(p_value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def _p_value(test: Test) -> float:
    if isinstance(test, MultipleResponseTest) and np.isnan(test.p_value):
        return test.permutation_p_value
    return test.p_value


def _ordered(test: OrderedTest, names: Sequence[str]) -> str:
    if test.effect_name == HIGHER:
        first, second = names
        effect = (
            f"the chance that one of “{first}” stands higher than one of “{second}”, ties counted "
            f"half, is {test.effect:.2f}"
        )
    elif test.effect_name == CORRELATION:
        effect = f"correlation of group and score {test.effect:+.2f}"
    else:
        effect = f"{test.effect_name} {test.effect:.3f}"
    among = f" among {DRAWS:,} tables drawn with the same totals" if test.drawn else ""
    return (
        f"{test.name} (n = {test.n}): {effect}; chi-square {test.statistic:.1f} on "
        f"{how_many(test.df, 'degree')} of freedom{among}"
    )


def _means(test: MeansTest, names: Sequence[str]) -> str:
    effect = f"{test.effect_name} {test.effect:.2f}"
    if len(names) > 2:
        degrees = f"{len(names) - 1} and {test.df:.1f} degrees of freedom"
        return f"{test.name} (n = {test.n}): {effect}; {test.statistic:.2f} on {degrees}"
    return (
        f"{test.name} (n = {test.n}): difference {test.difference:+.2f}, single 95 % interval "
        f"{test.ci_low:+.2f} to {test.ci_high:+.2f}; {effect}; {test.statistic:.2f} on "
        f"{test.df:.1f} degrees of freedom"
    )


def _association(test: AssociationTest, names: Sequence[str]) -> str:
    how = {
        APPROXIMATE: f"chi-square {test.statistic:.1f} on {how_many(test.df, 'degree')} of freedom",
        EXACT: "Fisher's exact test",
        DRAWN: f"chi-square {test.statistic:.1f} among {DRAWS:,} tables drawn with the same totals",
    }
    return f"Cramér's V {test.cramers_v:.2f} (n = {test.n}); {how[test.name]}"


def _multiple(test: MultipleResponseTest, names: Sequence[str]) -> str:
    v = f"Cramér's V {test.cramers_v:.2f} over the options (n = {test.n})"
    if np.isnan(test.p_value):  # a group of one leaves only the permutation
        return f"{v}; permuting whole respondents"
    permuted = test.permutation_p_value
    drawn = (
        "" if np.isnan(permuted) else f" permuting whole respondents gives {equation(permuted)};"
    )
    return (
        f"{v};{drawn} adjusted chi-square {test.adjusted_statistic:.1f} on {test.df:.1f} degrees "
        "of freedom (Rao-Scott)"
    )


_WORDS: dict[type, Callable[[Any, Sequence[str]], str]] = {
    OrderedTest: _ordered,
    MeansTest: _means,
    AssociationTest: _association,
    MultipleResponseTest: _multiple,
}
