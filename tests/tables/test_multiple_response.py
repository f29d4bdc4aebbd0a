"""The multiple-response test against published figures, plainer formulas and invariances."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

import dmsi_lib.tables.multiple_response
from dmsi_lib.errors import InputError
from dmsi_lib.tables.multiple_response import multiple_response_test

# "Presidential Pre-Election Survey Data (2016)" by Survata, 1,000 respondents, BSD licence:
# likeliest vote (six answers) against "check all of the statements you believe are true" (five,
# a to e). Respondents of each group, and how many ticked which statements; the others none.
# Data and the figures of R's MRCV package: github.com/statsmodels/statsmodels, pull request 3378,
# presidential_survey_filtered.csv, srcv_r_all_chis_result.csv and srcv_r_rao_scott.csv.
SURVATA = {
    "vote 1": "227: 33 b, 32 e, 10 d, 9 c, 8 a, 6 ab, 6 bc, 4 ad, 4 be, 2 ae, 2 bd, 2 cd, 2 de, "
    "1 ace, 1 ade",
    "vote 2": "182: 27 c, 20 a, 18 ad, 8 d, 8 e, 6 cd, 5 ac, 2 b, 2 ab, 2 de, 2 acd, 2 bc, 1 be, "
    "1 bcd, 1 ade, 1 ae, 1 bd, 1 abc, 1 ace",
    "vote 3": "39: 6 b, 4 e, 2 ab, 2 ae, 2 bd, 1 d, 1 bc, 1 c, 1 de, 1 bcd",
    "vote 4": "109: 13 a, 10 b, 10 c, 10 e, 7 d, 4 ad, 3 bc, 2 cd, 2 ab, 1 ade, 1 bd, 1 ae, 1 ace, "
    "1 bcd, 1 ac",
    "vote 5": "227: 19 c, 16 a, 12 b, 12 e, 8 ad, 6 ae, 5 d, 5 bc, 4 be, 3 bd, 2 de, 2 ab, 2 acd, "
    "1 cd",
    "vote 6": "216: 18 a, 10 e, 10 c, 8 ad, 8 b, 6 d, 5 ab, 5 bc, 4 ae, 3 be, 2 bd, 2 de, 2 cd, "
    "1 bcd, 1 acd",
}


def survata():
    group, chosen = [], []
    for name, text in SURVATA.items():
        size, patterns = text.split(": ")
        for pattern in patterns.split(", "):
            times, ticked = pattern.split()
            chosen += [[option in ticked for option in "abcde"]] * int(times)
        group += [name] * int(size)
        chosen += [[False] * 5] * (len(group) - len(chosen))
    return np.array(group), pd.DataFrame(chosen, columns=list("abcde"))


def from_counts(counts):
    """Respondents with the given (not chosen, chosen) of each group and option: {group: pairs}.

    How the options go together is invented; an option's own statistic doesn't depend on it.
    """
    group, chosen = [], []
    for name, pairs in counts.items():
        columns = [[False] * no + [True] * yes for no, yes in pairs]
        group += [name] * len(columns[0])
        chosen.append(np.array(columns).T)
    return np.array(group), np.vstack(chosen)


def moderate(seed, n=400, options=6, groups=3, effect=0.0):
    """Correlated answers; groups of unequal size, the last one given to the first option."""
    random = np.random.default_rng(seed)
    group = random.choice(groups, size=n, p=np.arange(1, groups + 1) / sum(range(groups + 1)))
    liking = random.normal(size=(n, options)) + random.normal(size=(n, 1))
    liking[:, 0] += effect * (group == groups - 1)
    return group, liking > np.linspace(-0.5, 1.5, options)


def reference(group, chosen):
    """Appendix A of Bilder, Loughin & Nettleton (2000) as it stands there: all r c eigenvalues."""
    labels = np.unique(group)
    r, c, n = len(labels), chosen.shape[1], len(group)
    share = chosen.mean(axis=0)
    statistic, blocks, scale = 0.0, np.zeros((r * c, r * c)), []
    for i, label in enumerate(labels):
        members = chosen[group == label].astype(float)
        for j in range(c):
            for count, expected in (
                (members[:, j].sum(), len(members) * share[j]),
                ((1 - members[:, j]).sum(), len(members) * (1 - share[j])),
            ):
                statistic += (count - expected) ** 2 / expected
        part = slice(i * c, (i + 1) * c)
        blocks[part, part] = n / len(members) * np.cov(members.T, ddof=0).reshape(c, c)
        scale += list(n / len(members) * share * (1 - share))
    mean = np.kron(np.ones((r, 1)) * [[np.mean(group == label) for label in labels]], np.eye(c))
    centring = np.eye(r * c) - mean
    weights = np.linalg.eigvals(np.diag(1 / np.array(scale)) @ centring @ blocks @ centring.T).real
    squares = np.sum(weights**2)
    return statistic, statistic * (r - 1) * c / squares, ((r - 1) * c) ** 2 / squares


# ---- published figures


def test_multiple_response_test_survata_equals_r():
    group, chosen = survata()
    found = multiple_response_test(group, chosen)
    r_statistics = [27.49359187926111, 36.51100002683987, 33.065276193484756]
    r_statistics += [19.305085866717544, 16.238788898013365]
    assert list(found.per_option) == pytest.approx(r_statistics, rel=1e-12)
    assert found.adjusted_statistic == pytest.approx(109.952240309527, rel=1e-12)
    assert found.df == pytest.approx(20.727912118057, rel=1e-12)
    # R prints 3.79697e-14, having taken it from 1, which costs it the last digits.
    assert found.p_value == pytest.approx(3.79696274421804e-14, abs=1e-16)
    assert (found.n, found.sizes["vote 3"], found.permutations) == (1000, 39, 0)


def test_multiple_response_test_farmers_statistics():
    # Education of 262 Kansas farmers against their sources of veterinary information (Loughin &
    # Scherer 1998, Biometrics 54, 630-637): the item response table and the test as printed on the
    # MI.test and item.response.table pages of R's MRCV package 0.4-0 (data set farmer1).
    found = multiple_response_test(
        *from_counts(
            {
                "high school": [(69, 19), (50, 38), (59, 29), (41, 47), (48, 40)],
                "vocational school": [(14, 2), (10, 6), (8, 8), (8, 8), (12, 4)],
                "2-year college": [(30, 1), (18, 13), (21, 10), (14, 17), (17, 14)],
                "4-year college": [(94, 19), (84, 29), (73, 40), (60, 53), (84, 29)],
                "other": [(11, 3), (10, 4), (6, 8), (8, 6), (8, 6)],
            }
        )
    )
    assert [round(value, 2) for value in found.per_option] == [5.96, 7.89, 4.62, 1.42, 10.95]
    assert round(found.statistic, 2) == 30.84
    # The page's adjusted 28.68 with df 18.6 and p 0.0632 need the joint answers, which it doesn't
    # give; they have the relation of this result to the statistic and to chi-square.
    assert round(30.84 / 20, 2) == round(28.68 / 18.6, 2)
    assert chi2.sf(28.68, 18.6) == pytest.approx(0.0632, abs=0.001)
    assert found.adjusted_statistic / found.df == pytest.approx(found.statistic / 20)
    assert found.p_value == pytest.approx(chi2.sf(found.adjusted_statistic, found.df))


def test_multiple_response_test_swine_waste_statistics():
    # Testing for nitrogen (yes, no) against four ways of storing swine waste: the first row of
    # the tables in Koziol & Bilder (2014), R Journal 6(1), pages 145 and 146.
    storage = {
        "no": [(123, 116), (175, 64), (156, 83), (228, 11)],
        "yes": [(13, 27), (24, 16), (38, 2), (38, 2)],
    }
    found = multiple_response_test(*from_counts(storage))
    assert [round(value, 2) for value in found.per_option] == [4.93, 2.93, 14.29, 0.01]


# ---- by hand and in plainer ways


def test_multiple_response_test_counted_by_hand():
    # a: 3 of 4 against 1 of 4, chi-square 2 by hand; b: 2 of 4 against 2 of 4.
    chosen = [[1, 1], [1, 1], [1, 0], [0, 0], [1, 1], [0, 1], [0, 0], [0, 0]]
    found = multiple_response_test(list("xxxxyyyy"), chosen)
    assert list(found.per_option) == [2, 0]
    assert found.statistic == 2


@pytest.mark.parametrize(("second", "df"), [("same", 1), ("opposite", 1), ("unrelated", 2)])
def test_multiple_response_test_df_counts_what_options_add(second, df):
    first = np.array([0, 0, 1, 1] * 2)
    columns = {"same": first, "opposite": 1 - first, "unrelated": np.array([0, 1, 0, 1] * 2)}
    found = multiple_response_test(list("xxxxyyyy"), np.column_stack([first, columns[second]]))
    assert found.statistic == 0
    assert found.df == pytest.approx(df)
    assert found.p_value == 1


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(2, 5))
def test_multiple_response_test_equals_the_eigenvalues(seed, options, groups):
    group, chosen = moderate(seed, n=80, options=options, groups=groups)
    chosen[0], chosen[1] = True, False
    found = multiple_response_test(group, chosen)
    result = found.statistic, found.adjusted_statistic, found.df
    assert result == pytest.approx(reference(group, chosen), rel=1e-8)


@pytest.mark.parametrize("cells", [4_000_000, 0])  # dealt one by one, and by what was answered
def test_multiple_response_test_permutation_equals_all_permutations(monkeypatch, cells):
    monkeypatch.setattr(dmsi_lib.tables.multiple_response, "CELLS", cells)
    group = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    chosen = np.array([[1, 1, 0], [1, 0, 1], [1, 1, 1], [0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 0, 1],
                       [0, 0, 0]])  # fmt: skip
    observed = multiple_response_test(group, chosen, permutations=20_000)
    as_large = 0
    for members in combinations(range(8), 4):
        dealt = np.isin(np.arange(8), members)
        as_large += multiple_response_test(dealt, chosen).statistic >= observed.statistic - 1e-9
    expected = as_large / 70
    error = np.sqrt(expected * (1 - expected) / 20_000)
    assert observed.permutation_p_value == pytest.approx(expected, abs=4 * error)


@pytest.mark.parametrize("cells", [4_000_000, 0])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("effect", [0.0, 0.25])
def test_multiple_response_test_permutation_and_rao_scott_agree(monkeypatch, seed, effect, cells):
    monkeypatch.setattr(dmsi_lib.tables.multiple_response, "CELLS", cells)
    found = multiple_response_test(*moderate(seed, effect=effect), permutations=10_000, seed=seed)
    error = np.sqrt(found.p_value * (1 - found.p_value) / 10_000)
    # Three Monte-Carlo errors, and what an approximation is off at 400 respondents.
    assert found.permutation_p_value == pytest.approx(found.p_value, abs=3 * error + 0.01)


def test_multiple_response_test_finds_a_difference():
    found = multiple_response_test(*moderate(0, effect=2.0), permutations=999)
    assert found.p_value < 0.001
    assert found.permutation_p_value == 1 / 1000
    assert found.per_option.idxmax() == 0


def test_multiple_response_test_permutations_repeat_with_the_seed(monkeypatch):
    data = moderate(3, n=60)
    first = multiple_response_test(*data, permutations=500, seed=7).permutation_p_value
    assert multiple_response_test(*data, permutations=500, seed=8).permutation_p_value != first
    assert multiple_response_test(*data, permutations=500, seed=7).permutation_p_value == first
    monkeypatch.setattr(dmsi_lib.tables.multiple_response, "CELLS", 0)  # as where n is large
    many = multiple_response_test(*data, permutations=500, seed=7).permutation_p_value
    assert many == pytest.approx(first, abs=0.05)
    assert multiple_response_test(*data, permutations=500, seed=7).permutation_p_value == many


def test_multiple_response_test_permutes_many_respondents_of_three_groups():
    # Three thousand, dealt by what they answered: as likely as by the approximation, which is good
    # with so many.
    found = multiple_response_test(*moderate(4, n=3000, effect=0.1), permutations=2000)
    error = np.sqrt(found.p_value * (1 - found.p_value) / 2000)
    assert 0.01 < found.p_value < 0.99
    assert found.permutation_p_value == pytest.approx(found.p_value, abs=3 * error + 0.01)


# ---- what must not matter


@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_multiple_response_test_order_and_names_do_not_matter(seed, random):
    group, chosen = moderate(seed, n=60, options=4)
    rows, columns = list(range(60)), list(range(4))
    random.shuffle(rows)
    random.shuffle(columns)
    names = np.array(["west", "east", "north"])
    plain = multiple_response_test(group, chosen)
    for other in (
        multiple_response_test(group[rows], chosen[rows]),
        multiple_response_test(group, chosen[:, columns]),
        multiple_response_test(names[group], chosen),
        multiple_response_test(group, ~chosen),  # chosen or not chosen: one question
    ):
        for name in ("statistic", "adjusted_statistic", "df", "p_value"):
            assert getattr(other, name) == pytest.approx(getattr(plain, name), nan_ok=True)


def test_multiple_response_test_options_of_all_or_nobody_are_left_out():
    group, chosen = moderate(1, n=60, options=3)
    plain = multiple_response_test(group, chosen, permutations=200)
    wide = np.column_stack([np.ones(60), chosen, np.zeros(60)])
    found = multiple_response_test(group, wide, permutations=200)
    assert list(found.per_option.isna()) == [True, False, False, False, True]
    assert found.permutation_p_value == plain.permutation_p_value
    for name in ("statistic", "adjusted_statistic", "df", "p_value"):
        assert getattr(found, name) == pytest.approx(getattr(plain, name))


def test_multiple_response_test_nothing_to_compare_is_no_p_value():
    found = multiple_response_test(list("xxyy"), np.ones((4, 2)), permutations=10)
    assert found.statistic == 0
    assert np.isnan([found.adjusted_statistic, found.df, found.p_value]).all()
    assert np.isnan(found.permutation_p_value)


def test_multiple_response_test_groups_that_do_not_vary_within():
    group = ["x"] * 6 + ["y"] * 6
    chosen = np.column_stack([[1] * 6 + [0] * 6, [0] * 6 + [1] * 6])
    found = multiple_response_test(group, chosen, permutations=5000)
    assert found.statistic == 24
    assert np.isnan(found.p_value)
    assert found.permutation_p_value == pytest.approx(2 / 924, abs=0.002)


def test_multiple_response_test_group_of_one_leaves_the_permutation():
    group, chosen = moderate(2, n=60, groups=2)
    found = multiple_response_test([9, *group[1:]], chosen, permutations=500)
    assert found.sizes.loc[9] == 1
    assert np.isnan([found.adjusted_statistic, found.df, found.p_value]).all()
    assert 0 < found.permutation_p_value < 1


def test_multiple_response_test_leaves_out_who_has_no_group_or_no_answer():
    group = pd.Series(["x", "x", "y", "y", None, "x"], index=list("abcdef"))
    answers = {"p": [True, True, False, False, True, pd.NA]}
    answers["q"] = [True, False, True, False, True, pd.NA]
    chosen = pd.DataFrame(answers, index=group.index, dtype="boolean")
    before = group.copy(), chosen.copy()
    found = multiple_response_test(group, chosen)
    assert found.n == 4
    assert dict(found.per_option) == {"p": 4, "q": 0}
    pd.testing.assert_series_equal(group, before[0])
    pd.testing.assert_frame_equal(chosen, before[1])


def test_multiple_response_test_categories_without_respondents_are_no_groups():
    group = pd.Categorical(["b", "b", "a", "a"], categories=["b", "c", "a"])
    found = multiple_response_test(group, [[1], [0], [1], [0]])
    assert list(found.sizes.index) == ["b", "a"]


@pytest.mark.parametrize(
    ("group", "chosen", "message"),
    [
        (["x", "x"], [[1], [0]], "at least two groups; found only 'x' among the 2"),
        ([None, None], [[1], [0]], "found none among the 0"),
        (["x", "y", "z"], [[1], [0]], "3 group labels for 2 rows"),
        (["x", "y"], [[1], [2]], "other than 0 and 1 in 'chosen', respondent 1, option 0"),
        (["x", "y"], [["yes"], ["no"]], "Found text"),
        (["x", "y"], [[1, None], [0, 1]], "blank beside answers .* respondent 0, option 1"),
        (["x", "y"], [[], []], "no options"),
    ],
)
def test_multiple_response_test_refuses(group, chosen, message):
    with pytest.raises(InputError, match=message):
        multiple_response_test(group, chosen)


def test_multiple_response_test_refuses_other_respondents_and_negative_permutations():
    chosen = pd.DataFrame({"p": [True, False]}, index=[1, 2])
    with pytest.raises(InputError, match="same respondents"):
        multiple_response_test(pd.Series(["x", "y"], index=[2, 1]), chosen)
    with pytest.raises(InputError, match="permutations=-1"):
        multiple_response_test(["x", "y"], chosen, permutations=-1)
