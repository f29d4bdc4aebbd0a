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
    """What a test found, to stand behind what was tested: "(n = 90): …, p = 0.012".

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
    return f"(n = {test.n}): {words}{adjusted}"


def p_text(value: float) -> str:
    """A p value as it is printed."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def equation(p_value: float) -> str:
    """A p value as it stands in a sentence: "p = 0.039"."""
    text = p_text(p_value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def _p_value(test: Test) -> float:
    if isinstance(test, MultipleResponseTest):  # where there is none, neither is the other
        return test.permutation_p_value
    return test.p_value


def _ordered(test: OrderedTest, names: Sequence[str]) -> str:
    if test.effect_name == HIGHER:
        first, second = names
        effect = (
            f"the chance that one of {first} stands higher than one of {second}, ties counted "
            f"half, is {test.effect:.2f}"
        )
    elif test.effect_name == CORRELATION:
        effect = f"correlation of group and score {test.effect:+.2f}"
    else:
        effect = f"{test.effect_name} {test.effect:.3f}"
    among = f" among {DRAWS:,} tables drawn with the same totals" if test.drawn else ""
    return (
        f"{test.name}, {effect}; chi-square {test.statistic:.1f} on "
        f"{how_many(test.df, 'degree')} of freedom{among}, {equation(test.p_value)}"
    )


def _means(test: MeansTest, names: Sequence[str]) -> str:
    found = f"{test.effect_name} {test.effect:.2f}; {test.statistic:.2f} on"
    if len(names) > 2:
        degrees = f"{len(names) - 1} and {test.df:.1f} degrees of freedom"
        return f"{test.name}, {found} {degrees}, {equation(test.p_value)}"
    return (
        f"{test.name}, difference {test.difference:+.2f}, single 95 % interval {test.ci_low:+.2f} "
        f"to {test.ci_high:+.2f}; {found} {test.df:.1f} degrees of freedom, "
        f"{equation(test.p_value)}"
    )


def _association(test: AssociationTest, names: Sequence[str]) -> str:
    how = {
        APPROXIMATE: f"chi-square {test.statistic:.1f} on {how_many(test.df, 'degree')} of freedom",
        EXACT: "Fisher's exact test",
        DRAWN: f"chi-square {test.statistic:.1f} among {DRAWS:,} tables drawn with the same totals",
    }
    return f"Cramér's V {test.cramers_v:.2f}; {how[test.name]}, {equation(test.p_value)}"


def _multiple(test: MultipleResponseTest, names: Sequence[str]) -> str:
    effect = f"Cramér's V {test.cramers_v:.2f} over the options"
    permuted = f"permuting whole respondents gives {equation(test.permutation_p_value)}"
    if np.isnan(test.p_value):  # a group of one leaves only the permutation
        return f"{effect}; {permuted}"
    return (
        f"{effect}; adjusted chi-square {test.adjusted_statistic:.1f} on {test.df:.1f} degrees of "
        f"freedom (Rao-Scott), {equation(test.p_value)}; {permuted}"
    )


_WORDS: dict[type, Callable[[Any, Sequence[str]], str]] = {
    OrderedTest: _ordered,
    MeansTest: _means,
    AssociationTest: _association,
    MultipleResponseTest: _multiple,
}
