"""Cross tables of a survey: by hand, and against pandas and statsmodels on the shipped data."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.figures.cross_tables import CrossTable
from dmsi_lib.figures.reader_tables import Instead, NotAsked
from dmsi_lib.pages.body import tidy_body
from dmsi_lib.report.public_release import plan_release
from dmsi_lib.survey.public_survey import as_public
from dmsi_lib.tables.totals import TOTAL

CONTRACT = [
    *("question", "item", "label", "group", "count", "base", "base_name", "percent"),
    *("ci_low", "ci_high", "mean_rank", "rank_1_percent", "mean", "median"),
]


# ---- the figures


def test_single_by_single_is_pandas_own_crosstab(survey):
    own = survey.responses
    wanted = pd.crosstab(own["staff_size", ""], own["role", ""])
    table = survey.crosstab("staff_size", "role", percent="both").table
    found = table[table["group"] != TOTAL].pivot_table(
        index="item", columns="group", values="count", sort=False
    )
    assert found.astype(int).to_numpy().tolist() == wanted.to_numpy().tolist()
    across = table[table["group"] != TOTAL].pivot_table(
        index="item", columns="group", values="row_percent", sort=False
    )
    assert across.to_numpy() == pytest.approx(
        100 * wanted.div(wanted.sum(axis=1), axis=0).to_numpy()
    )


def test_multiple_by_multiple_counts_pairs_of_ticks(survey):
    rows, columns = "how_evaluate", "when_ask_preference"
    own = survey.responses
    assert {survey.question(name).type for name in (rows, columns)} == {"multiple"}
    ticks = {name: own[name][list(survey.question(name).choices)] for name in (rows, columns)}
    both = ticks[rows].notna().all(axis=1) & ticks[columns].notna().all(axis=1)
    among = {name: frame[both].astype(bool) for name, frame in ticks.items()}
    table = survey.crosstab(rows, columns, percent="both").table
    for line in table[table["group"] != TOTAL].itertuples():
        chosen, group = among[rows][line.item], among[columns][line.group]
        assert (line.count, line.base) == ((chosen & group).sum(), group.sum())
        assert line.row_total == (chosen & among[columns].any(axis=1)).sum()
    total = table[table["group"] == TOTAL]
    assert total["base"].unique().tolist() == [among[columns].any(axis=1).sum()]


def test_letters_agree_with_statsmodels_on_every_question_by_province(survey):
    table = survey.crosstabs("province", letters=True)
    letters = dict(zip(table["group"], table["letter"], strict=True))
    shares = table[(table["group"] != TOTAL) & table["mean_rank"].isna()]
    lettered = 0
    for _, line in shares.groupby(["question", "item"], sort=False):
        tested, higher = [], []
        for one, other in combinations(line.itertuples(), 2):
            counts, bases = np.array([one.count, other.count]), np.array([one.base, other.base])
            rest = bases - counts
            if bases.min() < 30:
                continue
            least = min(counts.sum(), rest.sum()) * bases.min() / bases.sum()
            if least < 5:
                continue
            tested.append(proportions_ztest(counts, bases)[1])
            first = counts[0] / bases[0] > counts[1] / bases[1]
            higher.append((one.group, other.group) if first else (other.group, one.group))
        wanted = {group: [] for group in line["group"]}
        differ = multipletests(tested, method="holm")[0] if tested else []
        for (group, lower), one in zip(higher, differ, strict=True):
            if one:
                wanted[group].append(letters[lower])
        assert dict(zip(line["group"], line["higher_than"], strict=True)) == {
            group: " ".join(sorted(own)) for group, own in wanted.items()
        }
        lettered += sum(map(bool, wanted.values()))
    assert lettered > 0


def test_crosstabs_are_the_tables_by_one_question_and_a_total(survey):
    crossed, by = survey.crosstabs("role"), survey.tables("role")
    assert crossed.columns.tolist() == [*CONTRACT, "small_base"]
    own = crossed[crossed["group"] != TOTAL].drop(columns="small_base").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, by)
    assert "role" not in set(crossed["question"])


def test_columns_come_only_when_they_are_asked_for(survey):
    row, letters = ["row_total", "row_percent"], ["letter", "higher_than", "not_tested"]
    for how, more in (
        ({}, []), ({"percent": "row"}, row), ({"letters": True}, letters),
        ({"percent": "both", "letters": True}, [*row, *letters]),
    ):  # fmt: skip
        table = survey.crosstab("staff_size", "role", **how).table
        assert table.columns.tolist() == [*CONTRACT, *more, "small_base"]


def test_edit_and_conditions_hold_in_cross_tables(survey):
    ontario = survey.with_(edit="gate", base="universe", where="province=ontario")
    crossed = ontario.crosstab("tools_frontline", "role").table
    frontline = crossed[crossed["group"] == "frontline"].drop(columns="small_base")
    by = ontario.table("tools_frontline", by="role")
    pd.testing.assert_frame_equal(
        frontline.reset_index(drop=True), by[by["group"] == "frontline"].reset_index(drop=True)
    )


# ---- as readers see it


def test_it_shows_bases_shares_and_letters(small):
    crossed = small.crosstab("eats", "role", percent="both", letters=True, min_base=4)
    assert repr(crossed).splitlines() == [
        "Base: 6 respondents who answered.",
        "Answer Total            Cook [A]            Guest [B]           ",
        "           n    % row %        n    % row %         n    % row %",
        "  Base     6                  3*                   3*           ",
        "   Yes     4 66.7 100.0        2 66.7  50.0         2 66.7  50.0",
        "    No     2 33.3 100.0        1 33.3  50.0         1 33.3  50.0",
        "Columns by “Are you a cook or a guest?”. Total: everybody in any of them.",
        "*: a base of fewer than 4, of which a share tells little, and is not compared. Row %: of "
        "all in these columns who gave the answer, how many are in this one. No letters: no column "
        "is shown to be higher than another.",
        "All answers by “Are you a cook or a guest?” together can't be tested.",
    ]


def test_letters_stand_beside_the_shares_that_are_higher(survey):
    crossed = survey.crosstab("usefulness", "role", letters=True)
    cells = crossed.shown.frame.astype(str)
    marked = cells.stack([0, 1]).loc[lambda text: text.str.fullmatch(r"[\d.]+\u00a0[A-Z]")]
    assert len(marked) == (crossed.table["higher_than"] != "").sum() == 1
    assert any("A letter beside a share" in note for note in crossed.notes)
    assert sum("Cramér's V" in note for note in crossed.notes) == 1


def test_who_is_in_no_column_is_said_and_so_is_who_is_in_several(small):
    crossed = small.crosstab("sauces", "shops")
    assert crossed.notes == [
        "Columns by “Where do you buy? Choose all that apply.”. Total: everybody in any of them. "
        "Besides these, 1 of the question's base are in no column. Whoever gave several answers to "
        "“Where do you buy? Choose all that apply.” is in several columns. Several answers could "
        "be given, so that the percentages of a column may add up to more than 100.",
        "*: a base of fewer than 30, of which a share tells little.",
    ]


def test_rows_of_a_matrix_stand_in_blocks_under_their_bases(small):
    frame = small.crosstab("views", "role").shown.frame
    assert frame.iloc[:, 0].tolist() == [
        *("It is dear: base", "It is dear: Agree", "It is dear: Disagree"),
        *("It is tasty: base", "It is tasty: Agree", "It is tasty: Disagree"),
    ]


def test_ranks_and_numbers_show_means(small):
    ranks = small.crosstab("cuts", "role", letters=True)
    assert ranks.shown.frame["Cook"].columns.tolist() == ["n", "Mean rank"]
    assert ranks.notes[1].endswith("Letters compare shares; means and ranks have none.")
    numbers = small.crosstab("grams", "role").shown.frame["Cook"]
    assert numbers.to_numpy().tolist() == [["3*", "", ""], ["3", "200.00", "200.00"]]


def test_its_headers_can_be_read_aloud(survey):
    crossed = survey.crosstab("use_digital_messaging", "role", "province", letters=True)
    soup = BeautifulSoup(tidy_body(crossed._repr_html_()).html, "html.parser")
    heads = soup.select("thead th")
    assert all(head["scope"] in ("col", "colgroup") for head in heads)
    assert heads[0].get_text() == "Answer" and heads[0]["rowspan"] == "3"
    assert {"Everybody", "Front-line or management"} <= {head.get_text() for head in heads}
    assert all(row.find("th")["scope"] == "row" for row in soup.select("tbody tr"))
    assert soup.caption.get_text().startswith("Base: ")


def test_labels_are_escaped(small):
    from dataclasses import replace

    crossed = small.crosstab("eats", "role")
    block = crossed.banner.blocks[0]
    labels = dict.fromkeys(block.labels, "<script>alert(1)</script>")
    banner = replace(crossed.banner, blocks=(replace(block, labels=labels),))
    assert "<script>" not in replace(crossed, banner=banner)._repr_html_()


# ---- refusals


def test_a_sentence_stands_for_a_table_without_anybody(small):
    guests = small.with_(where="role=guest")
    assert isinstance(guests.crosstab("grams", "role"), NotAsked)
    assert isinstance(guests.crosstab("eats", ["role", "eats"]), CrossTable)
    # r6, who does not eat steak, did not say how they like it
    nobody = small.with_(where=["role=guest", "eats=no"]).crosstab("why", "doneness")
    assert isinstance(nobody, Instead)
    assert "makes no columns" in repr(nobody)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (("rle",), "Did you mean 'role'?"),
        (("views",), "of type matrix"),
        ((), "needs a question for its columns"),
    ],
)
def test_unknown_columns_are_refused_by_name(small, how, said):
    with pytest.raises(UsageError) as refused:
        small.crosstab("eats", *how)
    assert said in str(refused.value)


def test_a_public_survey_has_no_cross_table_and_says_what_to_do(small):
    public = as_public(small, plan_release(small, [], 2))
    with pytest.raises(InputError, match="`dmsi batch`, or tag the cell 'internal'"):
        public.crosstab("eats", "role", letters=True)
    with pytest.raises(InputError, match="no part of a public report"):
        public.crosstabs("role")
    with pytest.raises(InputError, match="no part of a public report"):
        public.counted_across(["role"], None)
