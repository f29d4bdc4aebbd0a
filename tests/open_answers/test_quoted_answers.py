"""Answers are found again in outputs, however they are wrapped there."""

import html
import json
import unicodedata

import pandas as pd
import pytest

from dmsi_lib.open_answers.quoted_answers import Pieces

LONG = "We started texting when a mother told us that she can’t phone from “the plant” – it helped"
ANSWERS = pd.Series(
    [
        LONG,
        "Clients of the Tuesday group prefer texts",
        "no time",
        "I don't know",
        "Communication!",
    ],
    index=pd.MultiIndex.from_product([["why"], ["r1", "r2", "r3", "r4", "r5"]]),
)


def leaked(text, answers=ANSWERS, allowed=()):
    return [who for _, who in Pieces(answers, allowed).found_in(text)]


@pytest.mark.parametrize(
    "output",
    [
        LONG,
        LONG.upper(),
        f"<td>{html.escape(LONG)}</td>",
        f"<p>{html.escape(html.escape(LONG))}</p>",
        "<p>" + LONG.replace(" ", "<br>\n") + "</p>",
        f'<img alt="{html.escape(LONG)}">',
        LONG.replace("’", "'").replace("“", '""').replace("”", '""').replace("–", "-"),
        LONG.replace(" ", "\u00a0"),
        json.dumps({"text": [LONG.replace(" ", "\n")]}),
        json.dumps({"html": f"<td>{LONG.encode('ascii', 'xmlcharrefreplace').decode()}</td>"}),
        "x " * 1000 + "that she can't phone from the plant" + " x" * 1000,
        "&quot;can&rsquo;t phone from the plant&quot;",
    ],
)
def test_pieces_found_in_tells_of_a_piece_however_it_is_wrapped(output):
    assert leaked(output) == ["r1"]


@pytest.mark.parametrize(
    "output",
    [
        "",
        "a mother told us that",
        "that she can phone from the plant",
        "No time. I don't know; communication! no time",
        LONG[::-1],
        "plant the from phone can't she that us told mother a when texting started we",
    ],
)
def test_pieces_found_in_takes_less_than_six_words_for_chance(output):
    assert leaked(output) == []


def test_pieces_found_in_takes_fewer_long_words():
    answers = pd.Series(["Interprovincial telecommunication infrastructure helps"], index=["r1"])
    assert Pieces(answers).found_in("interprovincial telecommunication infrastructure") == ["r1"]
    assert Pieces(answers).found_in("interprovincial telecommunication") == []


def test_pieces_found_in_takes_the_whole_of_a_shorter_answer():
    answers = pd.Series(["Families prefer short texts", "Texts are quick"], index=["r1", "r2"])
    assert Pieces(answers).found_in("that families prefer short texts, always") == ["r1"]
    assert Pieces(answers).found_in("families prefer short calls; texts are quick") == []


def test_pieces_found_in_allows_wording_and_reviewed_quotations():
    assert leaked(f"{LONG} {ANSWERS.iloc[1]}", allowed=[LONG]) == ["r2"]
    assert leaked("told us that she can't phone from", allowed=["She can’t phone from the plant"]) \
        == ["r1"]  # fmt: skip


def test_pieces_returns_labels_in_order_and_each_once():
    pieces = Pieces(pd.Series([LONG, "no", LONG], index=["b", "c", "a"]))
    assert pieces.found_in(f"{LONG} and again {LONG}") == ["b", "a"]
    assert pieces.found_in("something else") == []


def test_pieces_finds_nothing_where_there_are_no_answers():
    assert Pieces(pd.Series([], dtype=object)).found_in(LONG) == []
    assert Pieces(pd.Series(["", "?!"])).found_in("?! and nothing else") == []


def test_pieces_found_in_ignores_accents_and_how_they_are_written():
    answer = "Personne n’a été consulté à temps, même par téléphone"
    answers = pd.Series({"one": answer})
    for form in ("NFC", "NFD"):
        assert Pieces(answers).found_in(unicodedata.normalize(form, answer)) == ["one"], form
    assert Pieces(answers).found_in("personne n'a ete consulte a temps") == ["one"]
    split = "x" * 251 + " " + unicodedata.normalize("NFD", answer)  # é lies where a slice ends
    assert Pieces(answers).found_in(split) == ["one"]


def test_pieces_found_in_a_text_of_marks():
    marks = "a" + "\u0301\u0323" * 100_000
    answers = pd.Series({"one": LONG})
    assert Pieces(answers).found_in(marks) == []
    assert Pieces(answers).found_in(marks + " " + LONG) == ["one"]
