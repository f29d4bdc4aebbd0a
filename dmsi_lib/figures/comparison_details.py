"""The statistics behind a comparison in sentences, for those who open the fold.

Tests and their correction, effects and intervals, residuals. What a reader has to know without
them is in `comparisons`.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from dmsi_lib.figures.group_names import GroupNames
from dmsi_lib.figures.told_tests import equation, told
from dmsi_lib.tables import LEVEL, OrderedTest, Test, adjusted_residuals
from dmsi_lib.wording import how_many

_AT_THE_LEVEL = f"at the level of {100 * LEVEL:.0f} %"
_EACH_OPTION = (
    "Each option is tested by chi-square, or by Fisher's exact test where an expected count is "
    "below 5."
)


def option_sentences(
    differences: pd.DataFrame, items: Mapping[str, str], names: GroupNames
) -> Iterator[str]:
    """How many options differ after the correction, and how far each of these.

    Parameters
    ----------
    differences : as from `tables.compare_options` or `tables.compare_many`
    items : label of each option
    names : of the groups
    """
    hypotheses = int(differences["hypotheses"].iloc[0])
    if not hypotheses:
        yield "No single option can be tested."
        return
    yield _EACH_OPTION
    passing = differences[(differences["p_holm"] < LEVEL) & ~differences["repeats"]]
    if hypotheses == 1:
        once = "The two answers are one hypothesis, tested once: the"
        both = "" if differences["repeats"].any() else "Only one option varies: the"
        verb = "are not shown to differ" if passing.empty else "differ"
        p_value = differences["p_holm"].dropna().iloc[0]
        yield f"{both or once} groups {verb} {_AT_THE_LEVEL} ({equation(p_value)})."
    else:
        verb = {0: "is shown to differ", 1: "differs"}.get(len(passing), "differ")
        yield (
            f"After Holm's correction {len(passing) or 'none'} of the {hypotheses} options that "
            f"can be tested {verb} {_AT_THE_LEVEL}."
        )
    yield from (f"“{items[row['item']]}”: {_effect(row, names)}." for _, row in passing.iterrows())
    if "difference" in differences:
        yield (
            "The intervals are single ones by Newcombe's method: each covers its own difference in "
            "95 of 100 samples, and none is widened for the number of options."
        )


def _effect(row: "pd.Series", names: GroupNames) -> str:
    """How far groups differ in one option."""
    if "difference" not in row:
        return f"Cramér's V {row['cramers_v']:.2f}, {equation(row['p_holm'])}"
    return (
        f"{row['percent_1']:.1f} % ({names.labels[row['group_1']]}) against "
        f"{row['percent_2']:.1f} % ({names.labels[row['group_2']]}), "
        f"{row['difference']:+.1f} points with a single 95 % interval from {row['ci_low']:+.1f} to "
        f"{row['ci_high']:+.1f}, {equation(row['p_holm'])}"
    )


def pair_sentences(
    pairs: pd.DataFrame, items: Mapping[str, str], names: GroupNames
) -> Iterator[str]:
    """Which groups differ from which, in sentences; `pairs` as from `tables.compare_pairs`."""
    hypotheses = int(pairs["hypotheses"].iloc[0])
    if not hypotheses:
        return
    passing = pairs[(pairs["p_holm"] < LEVEL) & ~pairs["repeats"]]
    verb = "is shown to differ" if passing.empty else "differ" + "s" * (len(passing) == 1)
    yield (
        f"Each two groups are compared on each option: {how_many(hypotheses, 'test')}, corrected "
        f"together by Holm's method. {len(passing) or 'None'} of them {verb} {_AT_THE_LEVEL}."
    )
    for row in passing.itertuples():
        yield (
            f"“{items[row.item]}”: {row.percent_1:.1f} % ({names.labels[row.group_1]}) against "
            f"{row.percent_2:.1f} % ({names.labels[row.group_2]}), {row.difference:+.1f} points, "
            f"{equation(row.p_holm)}."
        )


def residual_sentences(
    counts: pd.DataFrame, passing: list[str], items: Mapping[str, str], names: GroupNames
) -> Iterator[str]:
    """The adjusted residuals of the answers that differ, in sentences.

    Parameters
    ----------
    counts : (groups, answers) of int, one answer a respondent
    passing : the answers that differ after the correction
    items, names : of the answers and groups
    """
    found = pd.DataFrame(adjusted_residuals(counts), counts.index, counts.columns)
    for item in passing:
        cells = ", ".join(
            f"{value:+.1f} ({names.labels[group]})" for group, value in found[item].items()
        )
        yield f"Adjusted residuals of “{items[item]}”: {cells}."


def together(test: Test, names: GroupNames) -> Iterator[str]:
    """The test of all options together, in sentences; `names` of the groups that it is about."""
    groups = [names.among(code) for code in names.labels]
    if not isinstance(test, OrderedTest):
        yield f"All options together {told(test, groups)}."
        return
    yield f"The answers in their order {told(test, groups)}."
    if test.left_out:
        yield f"Left out, for having no place in it: {how_many(test.left_out, 'answer')}."
