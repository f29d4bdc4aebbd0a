import numpy as np
import pytest

from dmsi_lib.drafting.columns import Column, Group
from dmsi_lib.drafting.questions import Drafted, drafted
from dmsi_lib.drafting.writing import Named

RANDOM = np.random.default_rng(4)


def group(title, **columns):
    """A group of columns by their labels; `answer` has none."""
    found = [
        Column(n, "" if label == "answer" else label.replace("_", " "), tuple(texts))
        for n, (label, texts) in enumerate(columns.items(), 1)
    ]
    return Group(title, tuple(found))


def question(title, **columns):
    (found,) = drafted(group(title, **columns))
    return found


def many(*texts, n=60):
    return [str(text) for text in RANDOM.choice(texts, n)]


def unlike(n=60):
    return [f"text {number} of its own" for number in range(n)]


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (many("Yes", "No"), "single"),
        (unlike(), "open"),
        (many(*range(18, 80)), "numeric"),
        (many(*range(11)), "single"),  # a scale
        (many("01/02/2018", "03/05/2018", "12/31/2018"), "date"),
        (many("A; B", "A", "B; C", "C; A; B", "B"), "multiple"),
        ([""] * 9, "open"),
        (["Yes", "No", "Yes", "", ""], "open"),  # too few to tell
    ],
)
def test_one_column_is_told_by_its_texts(texts, kind):
    assert question("What?", answer=texts).type == kind


def test_cells_with_several_answers_are_a_list():
    ticks = [
        "; ".join(sorted({*many("Apples", "Bread", "Cheese", "Dates", "Eggs", "Figs", n=3)}))
        for _ in range(200)
    ]
    made = question("What?", answer=ticks)
    assert (made.type, made.listed) == ("multiple", True)
    assert {*made.options} == {"Apples", "Bread", "Cheese", "Dates", "Eggs", "Figs"}


def test_ticks_are_single_or_multiple_by_how_many_stand_together():
    one = many("A", "B")
    spread = {name: [text if text == name else "" for text in one] for name in "AB"}
    assert question("Which?", **spread).type == "single"
    assert question("Which? Select all that apply.", **spread).type == "multiple"
    both = {name: many(name, "") for name in "AB"}
    made = question("Which?", **both)
    assert (made.type, made.options, made.spread) == ("multiple", ("A", "B"), True)


def test_a_text_beside_ticks_is_the_companion():
    made = question("Which?", A=many("A", ""), B=many("B", ""), Other_please_specify=unlike())
    assert (made.options, made.other) == (("A", "B"), ("Other please specify",))


def test_a_text_beside_an_answer_is_companion_or_comment():
    made = question("Which?", answer=many("A", "Other"), Other=unlike())
    assert (made.type, made.other) == ("single", ("Other",))
    made = question("Which?", answer=many("A", "B"), Any_remarks=unlike())
    assert (made.other, made.comment) == ((), "Any remarks")


def test_none_goes_with_no_other_option_unless_it_does():
    ticks = {"A": many("A", "")}
    alone = ["" if text else "None of these" for text in ticks["A"]]
    made = question("Which? Select all that apply.", **ticks, None_of_these=alone)
    assert made.exclusive == ("None of these",)
    both = question("Which?", **ticks, None_of_these=["None of these"] * 60)
    assert both.exclusive == ()


def test_places_once_each_are_a_ranking_and_else_a_matrix():
    orders = [RANDOM.permutation(3) + 1 for _ in range(60)]
    ranked = {name: [str(order[n]) for order in orders] for n, name in enumerate("ABC")}
    assert question("Rank these", **ranked).type == "ranking"
    rated = {name: many(1, 2, 3) for name in "ABC"}
    made = question("Rate these", **rated)
    assert (made.type, made.options, made.rows) == ("matrix", ("1", "2", "3"), ("A", "B", "C"))


def test_boxes_are_numbers_or_texts():
    assert question("How many?", Cats=many(*range(30)), Dogs=many(*range(30))).type == "numeric"
    made = question("Name two", First=unlike(), Second=unlike())
    assert (made.type, made.rows) == ("open", ("First", "Second"))


def test_rows_and_options_in_one_label_are_a_grid():
    labels = [f"{row} - {option}" for row in ("Home", "Work") for option in ("Cat", "Dog")]
    columns = tuple(Column(n, label, tuple(many(label, ""))) for n, label in enumerate(labels))
    (made,) = drafted(Group("Which, where?", columns))
    assert made.type == "matrix_multiple"
    assert (made.rows, made.options) == (("Home", "Work"), ("Cat", "Dog"))


def test_columns_that_share_a_beginning_and_nothing_else_stay_apart():
    apart = drafted(
        group("Part one", Gender=many("Male", "Female"), Story=unlike(), Region=many(*"NESW"))
    )
    assert [made.text for made in apart] == [
        *("Part one - Gender", "Part one - Story", "Part one - Region"),
    ]


@pytest.mark.parametrize("unticked", ["Not selected", "0", "No"])
def test_what_says_that_an_option_was_not_chosen_is_no_tick(unticked):
    one = many("A", "B")
    spread = {name: [text if text == name else unticked for text in one] for name in "AB"}
    assert question("Which?", **spread).type == "single"


def test_none_beside_ticks_that_say_no_is_exclusive():
    ticks = many("Yes", "No")
    alone = ["No" if text == "Yes" else "Yes" for text in ticks]
    made = question("Which? Select all that apply.", A=ticks, B=ticks, None_of_these=alone)
    assert made.exclusive == ("None of these",)


def test_numbers_with_many_decimals_are_numbers():
    assert question("Share?", answer=[f"0.{n}23456789012345" for n in range(10, 70)]).type == (
        "numeric"
    )


def listed(*options, n=300, own=0):
    """Cells that list some of the options, some of them with words of somebody's own."""
    cells = []
    for number in range(n):
        ticks = [each for each in options if RANDOM.random() < 0.4] or [options[0]]
        words = [f"My thing no. {number}"] if own and number % own == 0 else []
        cells.append(", ".join([*ticks, *words]))
    return cells


def test_own_words_at_the_end_of_lists_are_no_options():
    made = question("Which?", answer=listed("Apples", "Bread", "Cheese", "Dates", own=6))
    assert (made.type, made.listed, made.other) == ("multiple", True, ("Other",))
    assert {*made.options} == {"Apples", "Bread", "Cheese", "Dates"}


def test_own_words_instead_of_an_option_are_none_where_the_program_writes_them_there():
    texts = [*many("Home", "Work", "Inn", n=200), *unlike(30)]
    (made,) = drafted(group("Where?", answer=texts), own_words=True)
    assert (made.type, {*made.options}) == ("single", {"Home", "Work", "Inn"})
    assert made.other == ("Other",) and made.doubt
    assert question("Where?", answer=texts).type == "open"
    (made,) = drafted(group("Where?", answer=[*many("Rome", n=40), *unlike(60)]), own_words=True)
    assert made.type == "open"  # most wrote something of their own


def test_pieces_that_always_stand_together_are_one_option():
    cells = listed("Tablet, large", "Phone, large", "Laptop", "Controller (ODL, DNAC)")
    made = question("Which?", answer=cells)
    assert {*made.options} == {"Tablet, large", "Phone, large", "Laptop", "Controller (ODL, DNAC)"}
    assert made.doubt


def test_options_with_commas_are_no_lists():
    made = question("Rude?", answer=many("Yes, very rude", "Yes, somewhat rude", "No, not rude"))
    assert (made.type, len(made.options)) == ("single", 3)


def test_rows_whose_cells_list_several_options_are_a_grid():
    home, work = listed("Hammer", "Saw", "Drill", "Axe"), listed("Hammer", "Saw", "Drill", "Axe")
    made = question("Which where?", Home=home, Work=work)
    assert (made.type, made.listed, made.rows) == ("matrix_multiple", True, ("Home", "Work"))
    assert {*made.options} == {"Hammer", "Saw", "Drill", "Axe"}


def test_options_in_columns_of_places_are_a_ranking():
    orders = [RANDOM.permutation(["Soup", "Bread", "Fruit"]) for _ in range(60)]
    ranked = {f"Rank_{n + 1}": [order[n] for order in orders] for n in range(3)}
    made = question("Rank these", **ranked)
    assert (made.type, {*made.options}) == ("ranking", {"Soup", "Bread", "Fruit"})


@pytest.mark.parametrize(
    ("title", "texts", "kind"),
    [
        ("Where?", [f"{n:05d}" for n in range(500, 560)], "open"),  # no mean of ZIP codes
        ("What is your ZIP code?", many(*range(10_000, 10_080)), "open"),
        ("Income?", ["1,058", "1058", *map(str, range(800, 860))], "numeric"),
        ("Weight?", [f"{n} kg" for n in range(50, 110)], "open"),
        ("Share?", [f"{n}%" for n in range(60)], "open"),
        ("Price?", [f"{n},50" for n in range(60)], "open"),
        ("How long?", many("5 years", "10 years"), "single"),
    ],
)
def test_numbers_are_told_from_what_only_has_digits(title, texts, kind):
    made = question(title, answer=texts)
    assert made.type == kind
    written = any(text[-1] in "g%" or "," in text for text in texts)
    assert bool(made.doubt) == (kind == "open" and written)


def test_an_option_that_says_no_and_stands_alone_is_exclusive():
    ticks = many("Ball", "", n=100)
    alone = ["" if text else "I don't own any" for text in ticks]
    made = question("Which? Select all that apply.", Ball=ticks, **{"I_don't_own_any": alone})
    assert made.exclusive == ("I don't own any",)


def test_a_few_own_words_among_many_answers_are_no_options():
    cells = listed("Apples", "Bread", "Cheese", "Dates", n=200)
    cells[5], cells[9] = "Apples, my own dish", "another dish of mine"
    texts = [*many("Home", "Work", "Inn", n=100), "at my aunt's"]
    for answer, kind in ((cells, "multiple"), (texts, "single")):
        (made,) = drafted(group("Which?", answer=answer), own_words=True)
        assert (made.type, made.other) == (kind, ("Other",))
        assert not [each for each in made.options if "my" in each or "mine" in each]


def test_a_rare_answer_on_a_scale_is_no_word_of_somebody_s_own():
    texts = [*many("Never", "Rarely", "Often", n=100), "Always"]
    (made,) = drafted(group("How often?", answer=texts), own_words=True)
    assert made.options == ("Never", "Rarely", "Often", "Always") and not made.other


@pytest.mark.parametrize("several", [True, False])
def test_ticks_of_the_option_in_a_label_are_a_grid_by_how_many_stand_in_a_row(several):
    columns = []
    for row in ("Home", "Work"):
        mop = many("Mop", "")
        broom = many("Broom", "") if several else ["" if text else "Broom" for text in mop]
        columns += [(f"{row} - Mop", mop), (f"{row} - Broom", broom)]
    columns = tuple(Column(n, label, tuple(texts)) for n, (label, texts) in enumerate(columns, 1))
    (made,) = drafted(Group("Which, where?", columns))
    assert made.type == ("matrix_multiple" if several else "matrix")
    assert (made.rows, made.options) == (("Home", "Work"), ("Mop", "Broom"))


def test_an_option_other_and_a_text_beside_it_have_codes_of_their_own():
    question = Drafted("Tools?", "multiple", (0, 1, 2), ("SMS", "Other"), other=("Other - Text",))
    assert Named("tools", question).options == {"sms": "SMS", "other_answer": "Other"}
    own = Drafted("Tools?", "multiple", (0, 1), ("SMS", "Other"))
    assert Named("tools", own).options == {"sms": "SMS", "other": "Other"}
