"""Ids for questions and codes for options, made of the words that tell them apart."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[a-z0-9]+")
_FILLERS = {
    *(
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "with",
        "and",
        "or",
        "by",
        "from",
        "if",
    ),
    *("do", "does", "did", "is", "are", "was", "were", "be", "been", "have", "has", "had", "would"),
    *("you", "your", "we", "our", "i", "it", "its", "this", "that", "these", "those", "there"),
    *("what", "which", "how", "please", "select", "choose", "check", "all", "any", "apply", "will"),
    *("following", "describe", "so", "as", "can", "could", "much", "many", "ever", "they", "their"),
    *("le", "la", "les", "de", "des", "du", "un", "une", "et", "ou", "vous", "votre", "vos", "est"),
}
_MOST_WORDS = 5
_LONGEST = 40
_RESERVED = {
    *("con", "prn", "aux", "nul", "none"),  # of Windows, and of ours
    *("null", "true", "false", "yes", "no", "on", "off", "y", "n"),  # of other readers of YAML
}


def question_ids(texts: Iterable[str]) -> list[str]:
    """An id for each wording, all different: letters, digits and _, a letter first.

    Examples
    --------
    >>> question_ids(["Do you own a dog?", "Do you own a dog?", "Why?"])
    ['own_dog', 'own_dog_2', 'why']
    """
    return _distinct(_id(text) for text in texts)


def option_codes(labels: Iterable[str]) -> list[str]:
    """A code for each label, all different.

    Examples
    --------
    >>> option_codes(["Yes", "18 - 29", "> 60"])
    ['yes', '18_29', 'over_60']
    """
    return _distinct(_code(label) for label in labels)


def _distinct(names: Iterable[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        number, own = 1, name
        while own in found:
            number += 1
            own = f"{name}_{number}"
        found.append(own)
    return found


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("'", ""))
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)).lower())


def _id(text: str) -> str:
    words = _words(text)
    telling = [word for word in words if word not in _FILLERS] or words
    name = _joined(telling[:_MOST_WORDS])
    if not name or name in _RESERVED or re.fullmatch(r"(com|lpt)\d", name):
        name = f"question_{name}".rstrip("_")
    return name if name[0].isalpha() else f"q_{name}"


def _code(label: str) -> str:
    text = re.sub(r"^\s*<", "under ", re.sub(r"^\s*>", "over ", label))
    text = re.sub(r"^\s*[-\N{MINUS SIGN}](?=\d)", "minus ", text)
    text = re.sub(r"(?<=\d)['\N{PRIME}’](?=\d)", " ", text)
    words = _words(re.sub(r"(?<=\d)\+", " or more", text))
    return _joined(words) or "option"


def _joined(words: Sequence[str]) -> str:
    """Words as one name, as many as fit; a first one that is too long is cut."""
    name = "_".join(words[:1])[:_LONGEST]
    for word in words[1:]:
        if len(name) + len(word) >= _LONGEST:
            break
        name += f"_{word}"
    return name
