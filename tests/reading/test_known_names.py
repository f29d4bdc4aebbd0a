"""Names of the export are found in answers, and can be read nowhere."""

import copy
import gc
import pickle

import pytest

from dmsi_lib.reading.identities.known_names import KnownNames

NAMES = KnownNames(
    [
        ("Grace", "May"),
        ("Fatima", "Al-Sayed"),
        ("Hélène.Roy2@example.org",),
        ("Li", "Ng"),
        ("", ""),
    ],
    phrases=["Harbour House Society", "REF-7"],
    common=["How do you serve newcomers?"],
)


def found(text, names=NAMES):
    return [text[start:end] for start, end in names.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ask fatima", ["fatima"]),
        ("FATIMA's phone", ["FATIMA"]),
        ("Fatima Al-Sayed", ["Fatima Al-Sayed"]),
        ("Al-Sayed, Fatima and Fatima", ["Al-Sayed, Fatima", "Fatima"]),
        ("al-sayed knows", ["al-sayed"]),
        ("Helene and hélène", ["Helene", "hélène"]),
        ("a fatimah is another", []),
        ("", []),
        ("?!", []),
    ],
)
def test_find_knows_uncommon_names_in_any_writing(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a grace period in May", []),
        ("May we? With grace", []),
        ("Grace May said so", ["Grace May"]),
        ("May, Grace", ["May, Grace"]),
        ("Grace. We May", []),
        ("Grace said: May is cold", []),
        ("Li Ng texts", ["Li Ng"]),
        ("li ng", []),
        ("Li alone", []),
    ],
)
def test_find_takes_common_and_short_words_as_capitalised_pairs_only(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Harbour House has wifi", ["Harbour House"]),
        ("the Harbour House Society", ["Harbour House Society"]),
        ("harbour house", []),
        ("House Harbour", []),
        ("our harbour", []),
    ],
)
def test_find_takes_phrases_as_neighbouring_words_only(text, expected):
    assert found(text) == expected


def test_known_names_leaves_out_what_is_common():
    names = KnownNames([("Serve", "Newcomers")], common=["How do you serve newcomers?"])
    assert found("we serve newcomers", names) == []
    assert found("serve", KnownNames([("Serve",)])) == ["serve"]
    assert found("we use info", KnownNames([("info@example.org",)])) == []
    assert found("anything at all", KnownNames()) == []


def test_known_names_takes_the_name_in_an_address_and_not_its_domain():
    names = KnownNames([("zora.quill7@harbourhouse.example.org",)])
    assert found("zora quill of harbourhouse", names) == ["zora quill"]


def test_known_names_holds_no_name_as_text():
    names = KnownNames([("Zoraquilla", "Brzeczyk")], phrases=["Umbrella Quartz"])
    names.find("Zoraquilla of Umbrella Quartz")
    shown = f"{names!r} {names} "
    queue, seen = [names], set()
    while queue:  # everything that the object leads to
        thing = queue.pop()
        if id(thing) in seen or isinstance(thing, type):
            continue
        seen.add(id(thing))
        shown += repr(thing) if isinstance(thing, str | bytes) else ""
        queue.extend(gc.get_referents(thing))
    for word in ("zoraquilla", "brzeczyk", "umbrella", "quartz"):
        assert word not in shown.casefold()


def test_known_names_uses_a_new_key_every_time():
    first, second = KnownNames([("Zora",)]), KnownNames([("Zora",)])
    assert first._words.isdisjoint(second._words)


@pytest.mark.parametrize("copied", [pickle.dumps, copy.deepcopy])
def test_known_names_refuses_to_leave_the_process(copied):
    with pytest.raises(TypeError, match="stay in the process"):
        copied(NAMES)
