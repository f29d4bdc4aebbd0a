"""What names or reaches a person is found in free texts, and how much of it."""

import gc
from collections import Counter
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsi_lib.reading.identities.finder import (
    IDENTITY_KINDS,
    Found,
    find_identities,
    mark_identities,
)
from dmsi_lib.reading.identities.known_names import KnownNames


def found(text, names=()):
    findings = find_identities(text, KnownNames([names]))
    return [(f.kind, text[f.start : f.end]) for f in findings]


# ---- kind by kind; the corpus below measures the breadth


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("mail ann.lee+x@mail.example.org.", "e-mail", "ann.lee+x@mail.example.org"),
        ("mail o'hara@example.org", "e-mail", "o'hara@example.org"),
        ("ann @ example.org", "e-mail", "ann @ example.org"),
        ("ann (at) example (dot) org", "e-mail", "ann (at) example (dot) org"),
        ("ann at example dot org!", "e-mail", "ann at example dot org"),
        ("see https://example.org/a?b=c#d.", "URL", "https://example.org/a?b=c#d"),
        ("(www.example.org/x)", "URL", "www.example.org/x"),
        ("example.ca", "URL", "example.ca"),
        ("from 203.0.113.9.", "IP address", "203.0.113.9"),
        ("2001:db8::8a2e:370:7334", "IP address", "2001:db8::8a2e:370:7334"),
        ("(416) 555-0187 is mine", "telephone", "(416) 555-0187"),
        ("604-555-0142 ext. 12", "telephone", "604-555-0142 ext. 12"),
        ("+44 20 7946 0958", "telephone", "+44 20 7946 0958"),
        ("on 555-0123", "telephone", "555-0123"),
        ("call us on 555 0123", "telephone", "555 0123"),
        ("poste 204", "telephone", "poste 204"),
        ("00963 944 567 890", "telephone", "00963 944 567 890"),
        ("call 0944 567 890", "telephone", "0944 567 890"),
        ("on ٦٠٤-٥٥٥-٠١٤٢.", "telephone", "٦٠٤-٥٥٥-٠١٤٢"),
        ("a ６０４－５５５－０１４２ b", "telephone", "６０４－５５５－０１４２"),
        ("to nora＠example．org!", "e-mail", "nora＠example．org"),
        ("to ji\u200bll@example.org", "e-mail", "ji\u200bll@example.org"),
        ("joe@example dot org", "e-mail", "joe@example dot org"),
        ("ann.lee at example.org", "e-mail", "ann.lee at example.org"),
        ("luc arobase example point org", "e-mail", "luc arobase example point org"),
        ("see bit.ly/no-such", "URL", "bit.ly/no-such"),
        ("SIN 000 000 123", "SIN", "000 000 123"),
        ("a 4111 1111 1111 1111 b", "card number", "4111 1111 1111 1111"),
        ("client #48213 came", "client number", "48213"),
        ("case 123 456 789 was closed", "client number", "123 456 789"),
        ("11-2345-6789", "client number", "11-2345-6789"),
        ("born 12 March 2005", "date of birth", "12 March 2005"),
        ("née le 3 mai 1980", "date of birth", "3 mai 1980"),
        ("on 12/03/1985", "date of birth", "12/03/1985"),
        ("2009-01-02 (DOB)", "date of birth", "2009-01-02"),
        ("WeChat ID: lucyzhang", "handle", "lucyzhang"),
        ("i'm ann.lee on skype", "handle", "ann.lee"),
        ("P.O. Box 1142", "street address", "P.O. Box 1142"),
        ("046 454 286", "SIN", "046 454 286"),
        ("046-454-286", "SIN", "046-454-286"),
        ("046454286", "SIN", "046454286"),
        ("x0z 9z9", "postal code", "x0z 9z9"),
        ("X0Z9Z9", "postal code", "X0Z9Z9"),
        ("77 North Invented Road", "street address", "77 North Invented Road"),
        ("45, rue Saint-Inventé", "street address", "45, rue Saint-Inventé"),
        ("on @ann_lee.", "handle", "@ann_lee"),
        ("my WeChat ID is fatima88", "handle", "fatima88"),
        ("Regards, J. Smith", "signature", "J. Smith"),
    ],
)
def test_find_identities_finds_each_kind(text, kind, expected):
    assert found(text) == [(kind, expected)]


@pytest.mark.parametrize(
    "text",
    [
        *("2018-2019", "604 clients", "1-2-3", "2016 2017 2018", "300-4000", "555 0123 messages"),
        *("046 454 287", "046 454-286", "046 454 286 1", "1046454286", "123456789"),
        *("D0Z 9Z9", "W0Z 9Z9", "X0O 9Z9", "X0Z 9Z9B", "AX0Z 9Z9"),
        *("300.0.113.9", "1.2.3", "1.2.3.4.5", "10:30:45", "dec::ade", "::", "e.g. this"),
        *("4111 1111 1111 1112", "client 34", "case no. 2018", "file 2018-2019", "id 12345"),
        *("le 3 avril 2018", "born in 2005", "1/2/3", "June 1985", "+ 10 000 000 views"),
        *("look at point two", "texts.Calls", "WeChat: sometimes", "Skype name is needed"),
        *("meet @home", "@ 3 pm", "@1", "instagram is fine", "poste 12 weeks", "24/7", ""),
    ],
)
def test_find_identities_leaves_other_texts_alone(text):
    assert found(text) == []


def test_find_identities_knows_the_names_it_is_given():
    assert found("ask zora", ["Zora Quill"]) == [("name", "zora")]
    assert found("ask zora") == []


def test_find_identities_keeps_the_longest_of_overlapping_ones():
    assert found("zora.quill@example.org", ["Zora Quill"]) == [("e-mail", "zora.quill@example.org")]
    assert found("https://example.org/@zora?ip=192.0.2.1", ["Zora"]) == [
        ("URL", "https://example.org/@zora?ip=192.0.2.1")
    ]
    assert found("Regards, Zora", ["Zora"]) == [("name", "Zora")]  # as long, and the earlier kind


def test_find_identities_returns_findings_in_the_order_of_the_text():
    text = "604-555-0142 or ann@example.org"
    assert find_identities(text) == [Found(0, 12, "telephone"), Found(16, 31, "e-mail")]


@given(st.text(st.sampled_from("aZé19 .,@-–:/()+'\n#x"), max_size=80))
def test_find_identities_returns_disjoint_places(text):
    findings = find_identities(text, KnownNames([["Zaza"]]))
    assert all(0 <= f.start < f.end <= len(text) and f.kind in IDENTITY_KINDS for f in findings)
    assert all(a.end <= b.start for a, b in pairwise(findings))


def test_mark_identities_replaces_each_and_counts():
    text = "Ask Zora (604-555-0142 or 604-555-0143), zora@example.org"
    assert mark_identities(text, KnownNames([["Zora"]])) == (
        "Ask [name] ([telephone] or [telephone]), [e-mail]",
        Counter({"telephone": 2, "name": 1, "e-mail": 1}),
    )
    assert mark_identities("nothing") == ("nothing", Counter())


# ---- time grows with the text, not with its square


HOSTILE = {
    "letters": "a",
    "capitals": "A",
    "words": "Ab ",
    "digits": "1",
    "spaced digits": "1 ",
    "slashes": "12/34/",
    "dots": "a.",
    "at signs": "@",
    "addresses": "a@a.",
    "spoken addresses": "a at a dot ",
    "brackets": "a (at) ",
    "colons": "1:",
    "octets": "1.1.1.",
    "dashes": "-- ",
    "farewells": "Thanks, ",
    "greetings": "my name is ",
    "jobs": ", a a a a manager",
    "streets": "1 A A A A ",
    "rues": "1 rue de la ",
    "services": "wechat id ",
    "apostrophes": "l'",
    "postal codes": "A1A 1A",
    "blanks": " ",
    "line breaks": "Thanks\n",
    "pluses": "+1 ",
    "noughts": "00",
    "clients": "client no 1",
    "labels": "id # ",
    "births": "born ",
    "months": "1 May ",
    "mailboxes": "a.b_",
    "spoken hosts": "a at a dot a dot ",
    "hyphened": "a-at-a-dot-",
    "links": "a.co/",
    "handles": "skype name is ",
    "other digits": "٣",
    "invisible": "a\u200b",
}


@pytest.mark.parametrize("repeated", HOSTILE.values(), ids=HOSTILE)
def test_find_identities_takes_time_in_proportion_to_the_text(repeated):
    def seconds(length):
        text = (repeated * length)[:length] + "!"
        start = process_time()
        find_identities(text, KnownNames([["Zora Quill"]]))
        return process_time() - start

    gc.collect()
    # Sixteen times the text: sixteen times the time, where a square would take 256 times.
    small = min(seconds(6_250) for _ in range(2))
    assert seconds(100_000) < 70 * small + 0.05
