"""How much is found of what names or reaches a person, and how often where nothing is.

SECURITY.md shows the figures of the half of the corpus that no rule was made with, and of what was
written after the rules. To see them, and what was missed: pytest -n 0 -s with this file.
"""

from collections import Counter
from pathlib import Path

import identity_corpus as corpus
import planted_identities as older
import pytest

from dmsi_lib.reading.identities.finder import find_identities
from dmsi_lib.reading.identities.known_names import KnownNames

SECURITY = Path(__file__).resolve().parents[2] / "SECURITY.md"
NAMES = KnownNames(older.PEOPLE)


def places_found(text):
    return {i for each in find_identities(text, NAMES) for i in range(each.start, each.end)}


def is_found(answer, start, end):
    """Whether every letter and digit of a planted item is inside what was found."""
    letters = {i for i in range(start, end) if answer.text[i].isalnum()}
    return letters <= places_found(answer.text)


def counted(answers):
    """By kind of what was planted: how many were found, and how many there are."""
    planted, found = Counter(), Counter()
    for answer in answers:
        for kind, start, end in answer.items:
            planted[kind] += 1
            found[kind] += is_found(answer, start, end)
    return {kind: (found[kind], planted[kind]) for kind in planted}


def marked(sentences):
    """The sentences of which something is marked."""
    return [sentence for sentence in sentences if find_identities(sentence, NAMES)]


def in_half(half):
    """By form: how many were found in a half, and how many there are."""
    return {
        form: (sum(is_found(each, *each.items[0]) for each in answers), len(answers))
        for form, answers in corpus.planted_in(half)
    }


def table(heading, rows):
    lines = (f"| {kind} | {hits} | {planted} |" for kind, (hits, planted) in rows.items())
    return "\n".join([f"| {heading} | found | of |", "|---|---|---|", *lines])


# ---- what SECURITY.md says


def test_security_has_the_table_of_the_half_that_no_rule_was_made_with():
    shown = table("form", in_half(corpus.HELD_OUT))
    print(f"\n{shown}")
    assert shown in SECURITY.read_text(encoding="utf-8")


def test_security_has_the_table_of_what_was_written_after_the_rules():
    shown = table("kind", counted(corpus.LATER))
    print(f"\n{shown}")
    assert shown in SECURITY.read_text(encoding="utf-8")


def test_security_has_the_numbers_of_false_alarms():
    held_out, later = corpus.harmless_in(corpus.HELD_OUT), corpus.HARMLESS_LATER
    said = (
        f"Of {len(held_out)} harmless sentences of that half {len(marked(held_out))} had a mark, "
        f"of {len(later)} written later {len(marked(later))}"
    )
    print(f"\n{said}", marked(held_out), marked(later))
    assert said in " ".join(SECURITY.read_text(encoding="utf-8").split())


# ---- the corpora


def test_no_frame_value_or_sentence_stands_in_both_halves():
    halves = [corpus.TUNING, corpus.HELD_OUT]
    for texts in (corpus.HARMLESS, *(f.values for f in corpus.FORMS), corpus._ANYWHERE):
        one, other = (set(corpus._half(texts)[half]) for half in halves)
        assert not one & other and one | other == set(texts)
    one, other = (set(corpus.harmless_in(half)) for half in halves)
    assert not one & other and len(one) + len(other) > 600


def test_the_half_that_rules_were_made_with_is_found_but_for_what_no_rule_can_find():
    no_rule = {"telephone, in words", "other name, nothing around it", "name of an agency"}
    for form, (hits, planted) in in_half(corpus.TUNING).items():
        assert hits == (0 if form in no_rule else planted), form
    assert marked(corpus.harmless_in(corpus.TUNING)) == []


# How many of each kind may be missed, counted when the rules were last changed.
MISSED = {"street address": 1}
MISSED_LATER = {"telephone": 1, "name": 1, "signature": 3}


@pytest.mark.parametrize(
    ("texts", "missed"), [(older.PLANTED, MISSED), (older.PLANTED_LATER, MISSED_LATER)]
)
def test_no_more_of_the_older_corpus_is_missed_than_was_measured(texts, missed):
    for kind, (hits, planted) in counted(older.planted(texts)).items():
        assert hits >= planted - missed.get(kind, 0), kind


def test_the_older_sentences_raise_few_false_alarms():
    assert len(marked(older.innocent(older.INNOCENT))) <= 2
    assert len(marked(older.innocent(older.INNOCENT_LATER))) == 0
