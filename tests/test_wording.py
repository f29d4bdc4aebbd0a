"""Which texts count as one wording, and which are only near each other."""
# ruff: noqa: E501 (a row of a table stays on its line)

import unicodedata
from time import process_time
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmsi_lib.wording import Wordings, key, nearest, plain, same, undamaged_key, unknown

# Anything a title could hold, with the characters that mean something here more often than by chance.
TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("15-.,+<>=≤$_ é"))
)
WORDS = st.text("abcdeghiou 1", min_size=1).filter(key)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Which <b>tools</b>?", "Which tools ?"),
        ("situations: <br>In Lottery A,<br/>you", "situations: In Lottery A, you"),
        ("Texting &amp; SMS&nbsp;/ MMS", "Texting & SMS / MMS"),
        ("  two\r\nlines\tand a tab ", "two lines and a tab"),
        ("zero\u200bwidth and soft\u00adhyphen \ufeffmark", "zerowidth and softhyphen mark"),
        ("< 18 or > 60", "< 18 or > 60"),
        ("<18", "<18"),
    ],
)
def test_plain_is_what_a_reader_sees(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Do you eat steak?", "do you EAT steak"),
        (
            "What type of cranberry saucedo you typically have?",
            "What type of cranberry sauce do you typically have?",
        ),
        ("How much?<br>", "How much"),
        ("Clients’ needs – now", "Clients' needs - now"),
        ("Québec", "Quebec"),
        ("Straße", "STRASSE"),
        ("ﬁve", "five"),
        ("18 - 29", "18–29"),
        ("$25,000 - $49,999", "25000-49999"),
        ("$150,000+", "150000 +"),
        ("> 60", ">60"),
        ("<= 5", "≤5"),
        ("−2", "-2"),
        ("6'3\"", "6 ' 3"),
        ("It?s the right thing to do", "It’s the right thing to do"),
    ],
)
def test_key_ignores_how_a_wording_is_written(one, other):
    assert key(one) == key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1-5", "15"),
        ("1_5", "15"),
        ("5'1\"", '51"'),
        ("<18", ">18"),
        ("<=18", ">=18"),
        ("<=18", "18"),
        ("60+", "60"),
        ("> 60", "60"),
        ("1.5", "15"),
        (".5", "5"),
        ("-1", "1"),
        ("1.0", "10"),
        ("5½ hours", "5 hours"),
        ("Yes", "Yes, often"),
        ("", "?"),
    ],
)
def test_same_keeps_different_numbers_apart(one, other):
    assert not same(one, other)


@pytest.mark.parametrize(
    ("damaged", "meant"),
    [
        ("Are you a fan of the Expanded Universe?Œæ", "Are you a fan of the Expanded Universe?"),
        ("cuisine ofÊAustralia.", "cuisine of Australia."),
        ("Not muchÊ", "Not much"),
        ("Star Wars: Episode V äóñThe Empire Strikes Back", "Star Wars: Episode V – The Empire Strikes Back"),
        ("DonÃ¢â‚¬â„¢t know", "Don’t know"),
        ("MÃ¼nchen", "München"),
        ("Caf\ufffd", "Café"),
        ("18äóñ29 years", "18-29 years"),
    ],
)  # fmt: skip
def test_same_sees_through_damaged_letters(damaged, meant):
    assert key(damaged) != key(meant)
    assert same(damaged, meant)


@pytest.mark.parametrize(
    ("one", "other"), [("да 1", "нет 1"), ("≥5", "≤5"), ("5½", "5"), ("是", "否")]
)
def test_undamaged_key_does_not_mistake_a_remainder_for_the_whole(one, other):
    assert undamaged_key(one) != undamaged_key(other) or not undamaged_key(one)
    assert not same(one, other)


@given(TEXTS)
@settings(max_examples=400)
def test_key_is_idempotent(text):
    assert key(key(text)) == key(text)


@given(TEXTS)
def test_plain_has_no_edges_and_no_double_spaces(text):
    assert plain(text) == " ".join(plain(text).split())


@given(
    WORDS,
    st.sampled_from(["<b>{}</b>", " {} ", "{}?", "“{}”", "{}\u00a0\n", "({})", "<br>{}<br/>"]),
)
def test_key_does_not_change_in_a_wrapping(words, wrapping):
    assert key(wrapping.format(words)) == key(words)


@given(WORDS)
def test_key_does_not_change_with_case_or_accents(words):
    accented = words.replace("e", "é").replace("u", "ü").replace("o", "ô")
    assert key(words.upper()) == key(words) == key(accented)


@given(st.lists(st.sampled_from(["one", "two", "three", "four"]), min_size=2))
def test_key_does_not_change_when_words_run_together(words):
    assert key(" ".join(words)) == key("".join(words))


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_key_of_two_numbers_is_the_same_only_if_they_are(one, other):
    assert (key(f"{one:,}") == key(str(other))) == (one == other)


def test_find_prefers_the_strictest_reading():
    sentences = ["honest, kind and loyal.", "honest, kind, and loyal."]  # they differ by a comma
    known = Wordings((text, n) for n, text in enumerate(sentences))
    assert [known.find(text) for text in sentences] == [0, 1]
    assert known.find("HONEST, KIND AND LOYAL.") == 0
    assert known.find("honest kind and loyal") is None  # could be either
    assert known.find_all("honest kind and loyal") == [0, 1]


def test_find_all_gives_every_question_of_one_title_in_order():
    known = Wordings(
        [("Which staff?", "frontline"), ("Why?", "why"), ("Which staff?", "management")]
    )
    assert known.find_all("which staff") == ["frontline", "management"]
    assert known.find("which staff") is None
    assert known.find_all("") == known.find_all("?!") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Medium rar", "Medium rare"),
        ("150000", "$150,000+"),  # near by its key alone
        ("Raw", None),
        ("", None),
        ("?", None),
    ],
)
def test_suggest_names_the_nearest_but_find_never_takes_it(text, expected):
    known = Wordings([("Medium rare", "mr"), ("Well", "w"), ("$150,000+", "rich"), ("…", "dots")])
    assert known.suggest(text) == expected
    assert known.find(text) is None


def test_suggest_of_nothing_known_is_none():
    assert Wordings([]).suggest("anything") is None


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("eats_steek", ["age", "eats_steak"], "eats_steak"),
        ("edti", ["base", "edit"], "edit"),  # two letters swapped are one slip
        ("gaet", ["none", "gate", "follow_up"], "gate"),
        ("wy", ["wx", "why"], "why"),
        ("universal", ["answered", "universe"], "universe"),
        ("gender", ["funder_support_management"], None),
        ("gender", ["funder"], None),
        ("male", ["female"], None),
        ("agree", ["disagree"], None),
        ("no", ["on", "yes"], None),
        ("a", ["b", ""], None),
        ("", ["a", ""], None),
        ("1 to 5 years", ["1 to 4 years"], None),  # another number is another thing
        ("150 yeers", ["15 years", "150 years"], "150 years"),
        ("anything", [], None),
    ],
)
def test_nearest_is_only_what_a_slip_may_have_made(name, known, meant):
    place = nearest(name, known)
    assert (None if place is None else known[place]) == meant


def test_nearest_of_texts_without_end_is_quick():
    start = process_time()
    nearest("ab" * 500_000, ["ba" * 500_000])
    assert process_time() - start < 1


def test_unknown_suggests_a_near_name():
    assert unknown("question", "eats_steek", ["eats_steak", "age"]) == (
        "There is no question 'eats_steek'. Did you mean 'eats_steak'?"
    )


def test_unknown_lists_what_there_is_where_nothing_is_near():
    assert (
        unknown("edit", "x", ("none", "gate"))
        == "There is no edit 'x'. Expected one of: none, gate."
    )
    assert unknown("codebook", "x", {}) == "There is no codebook 'x'."
    many = unknown("question", "gender", [f"question{n}" for n in range(56)])
    assert many.endswith("question9, question10, question11 and 44 more.")


def whole_key(text):
    """`key`, with the text brought into the form NFKD as a whole, as the standard says."""
    with patch("dmsi_lib.wording.decomposed", lambda text: unicodedata.normalize("NFKD", text)):
        return key.__wrapped__(text)


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        st.one_of(
            st.characters(exclude_categories=["Cs"]),
            st.characters(categories=["Mn"]),
            st.sampled_from("aé\u0345\u0301\u0323\u1fb4한ﷺ½"),
        ),
        max_size=40,
    )
)
def test_key_in_slices_is_the_key_of_the_whole(text):
    with patch("dmsi_lib.wording._SLICE", 3):
        assert key.__wrapped__(text) == whole_key(text)


def test_key_of_a_text_of_marks():
    marks = "a" + "\u0301\u0323" * 100_000
    assert key(marks) == undamaged_key(marks) == "a"
