"""Names that only the words around them betray, in English and French."""

import pytest

from dmsi_lib.reading.identities.names_in_text import find_signatures


def found(text):
    return [text[start:end] for start, end in find_signatures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It helps. – Ann Lee, program coordinator", "Ann Lee, program coordinator"),
        ("It helps - Ann Lee", "Ann Lee"),
        ("-- Ann Lee", "Ann Lee"),
        ("Regards, J. Smith", "J. Smith"),
        ("Kind regards,\nRosa van Delm", "Rosa van Delm"),
        ("Thanks! Ann", "Ann"),
        ("Cordialement, Mireille Roy", "Mireille Roy"),
        ("my name is Fatima Noor", "Fatima Noor"),
        ("My name's fatima and I text", "fatima"),
        ("Je m'appelle Rosalie Dubé.", "Rosalie Dubé"),
        ("call Maria at ext. 12", "Maria"),
        ("Appelez Maria au 3", "Maria"),
        ("ask for Maria", "Maria"),
        ("Mrs. O'Hara-Lee texts", "O'Hara-Lee"),
        ("my supervisor Ann said no", "Ann"),
        ("notre directrice, Odile Roy", "Odile Roy"),
        ("I'm Ngozi Adeyemo, call me", "Ngozi Adeyemo"),
        ("a client named Soraya", "Soraya"),
        ("this is Zoe from the front desk", "Zoe"),
        ("Ruth Lee, executive director at Harbour House", None),
        ("Farid, my colleague", "Farid, my colleague"),
        ("name: Ann Lee", "Ann Lee"),
    ],
)
def test_find_signatures_finds_the_name_and_the_job(text, expected):
    assert found(text) == [expected or text]


@pytest.mark.parametrize(
    "text",
    [
        *("Thanks for asking", "Thank you Canada", "Best practices", "Regards to privacy"),
        *("my name is on the list", "ask for help", "ask for Google Translate", "- WhatsApp"),
        *("we use one tool – Google Translate", "- Digital Literacy", "I am Canadian"),
        *("I'm Syrian and I know", "my supervisor said no", "Mr and Mrs", "this is important"),
        *("In Surrey, program coordinators decide", "call Settlement Workers at 604"),
        *("the manager, not the worker", "British Columbia, Nova Scotia", "CALL IRCC AT 1", ""),
        *("Thanks, Ann told me to say so", "call Maria back", "this is Zoe"),
    ],
)
def test_find_signatures_leaves_other_words_alone(text):
    assert found(text) == []
