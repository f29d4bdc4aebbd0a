"""When two wordings are the same wording.

A survey's titles and option labels pass through web forms, spreadsheets and several encodings
before they reach us. Two texts count as one if they agree in case-folded letters and digits; HTML,
spaces and punctuation do not count, except where they carry a number's meaning ("1-5" is not "15",
"<18" is not ">18", "-1" is not "1"). Letters that an encoding has damaged ("Universe?Œæ") are
ignored in a last attempt. What agrees in none of these ways is never taken for the same, only
suggested.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

SYNTHETIC_MARK = "Synthetic data"
_PLURALS = {"person": "people"}  # that do not end in -s

_WORD = re.compile(r"[^\W\d_]+(?:['’]t)?")
_NEGATIONS = {
    *("not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot"),
    *("don't", "don’t", "doesn't", "doesn’t", "isn't", "isn’t", "can't", "can’t", "won't", "won’t"),
    *("didn't", "didn’t", "ne", "pas", "non", "jamais", "aucun", "aucune", "sans", "ni", "rien"),
}
_OPPOSITES = ("un", "dis", "in", "im", "ir", "il", "non", "mis", "dé", "més")

Value = TypeVar("Value")

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)(?:(\.)|[\W_]+)(?=\d)")
_COMPARISON = re.compile(r"([<>≤≥])\s*(?=\d)|(?<=\d)\s*(\+)")
# A point, a hyphen, a comparison or a plus stays where a number needs it; `(?!^)` spares a sign.
_NOT_A_LETTER = re.compile(r"[^\w.\-<>≤≥+]|_|(?<!\d)(?!^)[.\-]|[.\-](?!\d)|[<>≤≥](?!\d)|(?<!\d)\+")
_SLICE = 256  # characters
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_NO_DIGIT = re.compile(r"\D")
_BEGINNING = 15  # letters of a text that begins another; fewer begin many a text
_IN_BRACKETS = re.compile(r"[^(\[]\s*[(\[].*[)\]]\W*$")
_COMPARED = 500  # characters, in search of what was meant
_OF_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LISTED = 12  # of the names there are, in a message


def how_many(number: int | str, noun: str) -> str:
    """A number, or the mark of a hidden one, and its noun: "1 respondent", "x respondents".

    Thousands are divided by a comma, as in every sentence of a report.

    Examples
    --------
    >>> how_many(1, "answer"), how_many(2, "answer"), how_many(2, "person")
    ('1 answer', '2 answers', '2 people')
    >>> how_many(1058, "answer")
    '1,058 answers'
    """
    told = number if isinstance(number, str) else f"{number:,}"
    return f"{told} {noun if told == '1' else _PLURALS.get(noun, f'{noun}s')}"


def plain(text: str) -> str:
    """Text as a reader sees it: tags and entities resolved, white space folded."""
    text = _TAG.sub(" ", html.unescape(text))
    return " ".join(_INVISIBLE.sub("", text).split())


def in_markdown(text: str) -> str:
    """A text on one line as Markdown shows it, whatever signs of Markdown stand in it.

    Examples
    --------
    >>> in_markdown("a_b *c*")
    'a\\\\_b \\\\*c\\\\*'
    """
    return _OF_MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def decomposed(text: str) -> str:
    """Text in the form NFKD, save for the order of the marks of a letter.

    In slices: to sort n marks takes n² steps, and a text may be nothing but marks.
    """
    starts = range(0, len(text), _SLICE)
    return "".join(unicodedata.normalize("NFKD", text[n : n + _SLICE]) for n in starts)


def without_marks(text: str) -> str:
    """Text in the form NFKD without combining marks: "é" is "e"."""
    return "".join(c for c in decomposed(text) if c.isascii() or not unicodedata.combining(c))


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """Letters and digits of a wording, for comparison; "" where it has none."""
    text = without_marks(decomposed(plain(text)).casefold())
    text = text.replace("<=", "≤").replace(">=", "≥").replace("\N{MINUS SIGN}", "-")
    text = _THOUSANDS.sub("", text.replace("$", " ").strip())
    text = _COMPARISON.sub(r"\1\2", text)
    text = _BETWEEN_DIGITS.sub(lambda m: m.group(1) or "-", text)
    return _NOT_A_LETTER.sub("", text)


@lru_cache(maxsize=65536)
def undamaged_key(text: str) -> str:
    """`key` of the ASCII part alone: what no wrong encoding can have changed.

    "" where most letters are beyond ASCII, as in Cyrillic or Chinese: there the rest (the "18" of a
    label) does not stand for the whole.
    """
    text = plain(text)
    letters = [c for c in text if c.isalpha()]
    if 2 * sum(map(str.isascii, letters)) < len(letters):
        return ""
    return key(_BEYOND_ASCII.sub(_keep_quantities, text))


def _keep_quantities(match: re.Match[str]) -> str:
    """Fractions and comparisons are what was meant; "Ã¼" holds one too, but next to a letter."""
    meant = all(unicodedata.category(c) in ("No", "Sm") for c in match[0])
    return match[0] if meant else " "


_TIERS: tuple[Callable[[str], str], ...] = (
    lambda text: plain(text).casefold(),
    key,
    undamaged_key,
)


def same(text: str, other: str) -> bool:
    """Whether two texts are one wording; a text without any letter or digit is none."""
    return any(tier(text) == tier(other) != "" for tier in _TIERS)


def denies(one: str, other: str) -> bool:
    """Whether one of two wordings says that something is not so, and the other does not.

    Examples
    --------
    >>> denies("Satisfied", "Dissatisfied"), denies("Never", "Newer"), denies("Yes", "Yess")
    (True, True, False)
    """
    mine, theirs = ({*_WORD.findall(text.casefold())} for text in (one, other))
    if (mine ^ theirs) & _NEGATIONS:
        return True
    return any(
        f"{prefix}{word}" in others
        for words, others in ((mine, theirs), (theirs, mine))
        for word in words - others
        for prefix in _OPPOSITES
    )


class Wordings(Generic[Value]):
    """Look up texts among known wordings, the strictest reading first.

    Parameters
    ----------
    known : iterable of (text, value)
        Several texts may stand for one value; one text may stand for several values.
    """

    def __init__(self, known: Iterable[tuple[str, Value]]) -> None:
        self.known = list(known)
        self._by_tier: list[dict[str, list[Value]]] = []
        for tier in _TIERS:
            values: dict[str, list[Value]] = {}
            for text, value in self.known:
                if name := tier(text):
                    found = values.setdefault(name, [])
                    if value not in found:
                        found.append(value)
            self._by_tier.append(values)

    def find_all(self, text: str) -> list[Value]:
        """Every value the text stands for, in the order given; [] if it is unknown."""
        for tier, values in zip(_TIERS, self._by_tier, strict=True):
            if found := values.get(tier(text)):
                return found
        return []

    def find(self, text: str) -> Value | None:
        """The one value the text stands for; None if there is none, or more than one."""
        found = self.find_all(text)
        return found[0] if len(found) == 1 else None

    def suggest(self, text: str) -> str | None:
        """The known wording nearest to an unknown text, or None if none is near; what says the
        opposite is not."""
        for reading in _TIERS[:2]:  # "150000" is near "$150,000+" only by its key
            likely = [known for known, _ in self.known if not denies(text, known)]
            place = nearest(reading(text), [reading(known) for known in likely])
            if place is not None:
                return likely[place]
        return None


def continued(text: str, known: Iterable[str]) -> str | None:
    """The only known text that goes on where this one ends, as with a remark, or None.

    A short text begins many another; it must go on in brackets.
    """
    start = key(text)
    longer = [
        each for each in known if start and key(each).startswith(start) and key(each) != start
    ]
    if len(longer) != 1 or (len(start) < _BEGINNING and not _IN_BRACKETS.search(longer[0])):
        return None
    return longer[0]


def nearest(text: str, known: Sequence[str]) -> int | None:
    """Which known text was probably meant by one that is not known.

    Near is what slips make of it: one letter in four may be wrong, missing, too many or swapped
    with its neighbour (one at least, but not half of a text), and no digit: another number is
    another thing. A wrong hint is worse than none.

    Returns
    -------
    Its place in `known`; None if none is near
    """
    text, digits = text[:_COMPARED], _NO_DIGIT.sub("", text)
    alike = {
        place: one[:_COMPARED]
        for place, one in enumerate(known)
        if _NO_DIGIT.sub("", one) == digits
        and abs(len(one[:_COMPARED]) - len(text)) <= _slips(text, one[:_COMPARED])
    }
    if not text or not alike:
        return None
    from rapidfuzz import process  # takes its time, and most titles have nothing of their length
    from rapidfuzz.distance import OSA

    found = process.extractOne(text, alike, scorer=OSA.normalized_distance, score_cutoff=0.34)
    if not found:
        return None
    meant, share, place = found
    near = round(share * max(len(text), len(meant))) <= _slips(text, meant)
    return place if near else None


def _slips(text: str, meant: str) -> int:
    """How many slips a text may be away from what was meant."""
    return max(1, max(len(text), len(meant)) // 4)


def unknown(kind: str, name: object, known: Iterable[object]) -> str:
    """The message for a name that does not exist: the nearest that does, or what there is."""
    names = [str(one) for one in known]
    place = nearest(str(name), names)
    if place is not None:
        return f"There is no {kind} '{name}'. Did you mean '{names[place]}'?"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    listed = f" Expected one of: {', '.join(names[:_LISTED])}{more}." if names else ""
    return f"There is no {kind} '{name}'.{listed}"
