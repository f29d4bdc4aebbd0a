"""How far an option goes on a scale of words: "Not very rude" below "Very rude".

Lists of words tell of well-known scales; else the options are one word with degrees, and perhaps
its opposite: "Very unsafe", "Neither", "Somewhat safe".
"""

import re
from collections.abc import Sequence

from dmsi_lib.wording import key

# Words of scales, from low to high; an option has the place of the first that it begins with or is.
_SCALES = (
    "never|hardly ever|rarely|seldom|once a year or less|once a year|a few times a year"
    "|once a month or less|occasionally|sometimes|once a month|a few times per month"
    "|a few times a month|once a week|weekly or more|weekly|once in a while|a few times per week"
    "|a few times a week|about half the time|often|usually|frequently|most of the time|once a day"
    "|daily|every day|every night|several times a day|always",
    "strongly disagree|disagree strongly|somewhat disagree|disagree somewhat|disagree"
    "|neither agree nor disagree|neither|neutral|somewhat agree|agree somewhat|agree"
    "|strongly agree|agree strongly",
    "nothing at all|not at all|not very|not so|not much|not too|only a little|a little|slightly"
    "|somewhat|some|moderately|fairly|quite|very|a lot|a great deal|extremely|completely",
    "very poor|poor|fair|good|very good|excellent",
    "very bad|bad|neither|okay|good|very good",
    "much worse|worse|about the same|the same|better|much better",
    "did not finish high school|no high school|less than high school|some high school"
    "|high school or less|high school|trade school|some college|college|associate|bachelor"
    "|college graduate|some graduate|graduate degree|master|post graduate|postgraduate"
    "|professional|doctor|phd",
    "novice|beginner|basic|intermediate|advanced|expert",
    "very low|low|medium|high|very high",
    "extra small|small|medium|large|extra large",
    "no|yes",
)
_PLACES = [{key(word): place for place, word in enumerate(words.split("|"))} for words in _SCALES]
_HOW_OFTEN = 0  # of these, the one in which two options may share a place: "Never, but ..."

_DEGREES = (  # what stands before the word, from none of it to all of it; the longest is taken
    (0, ("not at all", "none", "no")),
    (1, ("not very", "not too", "not so", "not that", "not particularly", "not much", "hardly")),
    (2, ("a little", "slightly", "a bit", "only a little", "mildly")),
    (3, ("somewhat", "some", "moderately", "rather")),
    (4, ("fairly", "quite", "pretty", "mostly", "generally", "probably")),
    (5, ("",)),
    (6, ("very", "a lot", "strongly", "much", "definitely", "highly")),
    (7, ("extremely", "completely", "totally", "absolutely", "very much")),
)
_DEGREE = {phrase: degree for degree, phrases in _DEGREES for phrase in phrases}
_OPPOSITES = {
    **{"worse": "better", "less": "more", "bad": "good", "negative": "positive", "hard": "easy"},
    **{"difficult": "easy", "oppose": "support", "against": "for", "decrease": "increase"},
    **{"decreased": "increased", "low": "high", "weak": "strong", "conservative": "liberal"},
}
_NEGATION = ("un", "dis", "in", "im")
_MIDDLE = re.compile(
    r"^(neither|neutral|about the same|the same|no change|no difference|moderate|undecided)\b"
)
_NOT = re.compile(r"\b(not|never)\b|n.t\b")
_AT_ALL = re.compile(r"^not (?P<word>.+) at all$")


def by_words(options: Sequence[str]) -> tuple[list[float], bool]:
    """The place of each option on a scale of words, and whether two may have one place.

    [] where they are on none.
    """
    for number, places in enumerate(_PLACES):
        found = [_on_list(option, places) for option in options]
        known = [place for place in found if place is not None]
        if len(known) < len(options):
            continue
        if len(set(known)) == len(known):
            return known, False
        if number == _HOW_OFTEN and len(set(known)) > 2:
            return known, True
    return _by_degree(options), False


def _on_list(option: str, places: dict[str, int]) -> float | None:
    text = key(option)
    fitting = [text] if text in places else [word for word in places if text.startswith(word)]
    return float(places[max(fitting, key=len)]) if fitting else None


def _by_degree(options: Sequence[str]) -> list[float]:
    """The places of degrees of one word and its opposite; [] where they are of several words."""
    read = [_degree(option) for option in options]
    words = {word for word, _ in read if word}
    positive = {_positive(word, words) for word in words} or {""}
    if len(positive) != 1 or len(words) > 2:
        return []
    places = []
    for word, degree in read:
        middle = degree is None
        sign = -1 if word and word not in positive else 1
        places.append(0.0 if middle else sign * float(degree or 0))
    return places if len(set(places)) == len(places) else []


def _degree(option: str) -> tuple[str, int | None]:
    """The word of which an option says how much, "" where it has none, and the degree; None for
    the middle."""
    text = re.sub(r"\(.*?\)|[,.;:!]", " ", option.casefold())
    text = re.sub(r"^\s*(yes|no)\s+(?=\w)", "", " ".join(text.split()))
    if _MIDDLE.match(text):
        return "", None
    text = _AT_ALL.sub(r"not at all \g<word>", text)
    fitting = [phrase for phrase in _DEGREE if f"{text} ".startswith(f"{phrase} ") or not phrase]
    phrase = max(fitting, key=len)
    return text[len(phrase) :].strip(), _DEGREE[phrase]


def _positive(word: str, words: set[str]) -> str:
    """The word of which this one is the opposite, or itself."""
    if _NOT.search(word):  # "Probably not" beside "Probably"
        return " ".join(_NOT.sub(" ", word).split())
    if word in _OPPOSITES:
        return _OPPOSITES[word]
    stems = (word.removeprefix(start) for start in _NEGATION if word.startswith(start))
    return next((stem for stem in stems if stem in words), word)
