"""How hard the words of a page are to read.

Source: Kincaid, Fishburne, Rogers & Chissom 1975, Derivation of new readability formulas for Navy
enlisted personnel (Research Branch Report 8-75): grade = 0.39 words/sentences +
11.8 syllables/words - 15.59.
"""

import re

from bs4 import BeautifulSoup, Tag

# What a reader does not see, or sees as a list of links, figures or a picture.
_UNSEEN = "nav, header, footer, details, pre, table, figure, .files, .unprinted, .skip, style, head"
_BLOCKS = "h1, h2, h3, h4, p, li, dt, dd, blockquote, caption, figcaption"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_END = re.compile(r"[.!?][\"”’)]*(?=\s+[“\"(]*[A-Z0-9]|$)")
# An e that is not heard: at the end, but in "-le" after a consonant; in "-ed", but after d or t; in
# "-es", but after a hiss; before "-ment", "-ly", "-ful", "-less".
_SILENT = re.compile(
    r"(?<!^)(?<![aeiouy])(?<![^aeiouy]l)e$|(?<=[^aeioutdy])ed$|(?<=[^aeioucsxzgy])(?<![^aeiouy]l)es$"
    r"|(?<=[gvtds])e(?=(ment|ful|less)s?$|ly$)"
)
# Neighbouring vowels that are two syllables.
_APART = re.compile(
    r"ia(?![ln]\b)|io(?!n|us)|eo(?!us|ple)|(?<!q)ua(?!r)|(?<!t)ien|yee|ying|[aeo]ing|uou"
    r"|(?<=cr)ea(?=t[ei])|(?<=[dr])ea(?=s?$)"
)


def visible_text(page: str) -> str:
    """The running text of a page outside folds, navigation, tables and code, a block a line."""
    soup = BeautifulSoup(page, "html.parser")
    for tag in soup.select(_UNSEEN):
        tag.decompose()
    blocks = [tag for tag in soup.select(_BLOCKS) if not tag.select(_BLOCKS)]
    return "\n".join(filter(None, (_text(tag) for tag in blocks)))


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def syllables(word: str) -> int:
    """Syllables by groups of vowels: one more where two vowels part, one less for a silent e.

    Of the few dozen words in the tests it is right about all; others err by one now and then.
    """
    word = word.lower()
    if "-" in word:
        return sum(map(syllables, filter(None, word.split("-"))))
    groups = len(re.findall("[aeiouy]+", word)) + len(_APART.findall(word))
    return max(groups - len(_SILENT.findall(word)), 1)


def sentences(text: str) -> list[str]:
    """The sentences of a text, each of which ends with a mark; headings and lists of labels, which
    end with none, would make a page look easier than it is."""
    found = []
    for line in text.splitlines():
        start = 0
        for end in _END.finditer(line):
            found.append(line[start : end.end()])
            start = end.end()
    return [sentence for sentence in found if _WORD.search(sentence)]


def grade(text: str) -> float:
    """Flesch-Kincaid grade of a text: years at school that it takes to read it. Figures are left
    out: they are no words, and short."""
    said = sentences(text)
    words = [word for sentence in said for word in _WORD.findall(sentence)]
    if not words:
        return 0.0
    total = sum(map(syllables, words))
    return 0.39 * len(words) / len(said) + 11.8 * total / len(words) - 15.59
