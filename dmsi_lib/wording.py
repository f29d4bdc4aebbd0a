"""When two wordings are the same wording.

A survey's titles and option labels pass through web forms, spreadsheets and several encodings before
they reach us. Two texts count as one if they agree in case-folded letters and digits; HTML, spaces
and punctuation do not count, except where they carry a number's meaning ("1-5" is not "15", "<18" is
not ">18"). Letters that an encoding has damaged ("Universe?Œæ") are ignored in a last attempt. What
agrees in none of these ways is never taken for the same, only suggested.
"""

import html
import re
import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz, process

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)(?:(\.)|\W+)(?=\d)")
_COMPARISON = re.compile(r"([<>≤≥])\s*(?==?\s*\$?\s*\d)|(?<=\d)\s*(\+)")
_NOT_A_LETTER = re.compile(r"[^\w.\-<>≤≥+]|_|(?<!\d)[.\-]|[.\-](?!\d)|[<>≤≥](?!\d)|(?<!\d)\+")
SUGGESTION_SCORE = 85  # rapidfuzz ratio, 0 to 100, from which a near miss is worth showing


def plain(text):
    """Text as a reader sees it: tags and entities resolved, white space folded."""
    text = _TAG.sub(" ", html.unescape(text))
    return " ".join(_INVISIBLE.sub("", text).split())


@lru_cache(maxsize=65536)
def key(text):
    """Letters and digits of a wording, for comparison; "" where it has none."""
    text = unicodedata.normalize("NFKD", plain(text))
    text = "".join(c for c in text if not unicodedata.combining(c)).casefold()
    text = _THOUSANDS.sub("", text)
    text = _COMPARISON.sub(r"\1\2", text).replace("$", "")
    text = _BETWEEN_DIGITS.sub(lambda m: m.group(1) or "-", text)
    return _NOT_A_LETTER.sub("", text)


@lru_cache(maxsize=65536)
def undamaged_key(text):
    """`key` of the ASCII part alone: what no wrong encoding can have changed."""
    return key(plain(text).encode("ascii", "ignore").decode())


_TIERS = (lambda text: plain(text).casefold(), key, undamaged_key)


class Wordings:
    """Look up texts among known wordings, the strictest reading first.

    Parameters
    ----------
    known : iterable of (text, value)
        Several texts may stand for one value; one text may stand for several values.
    """

    def __init__(self, known):
        self.known = list(known)
        self._by_tier = []
        for tier in _TIERS:
            values = {}
            for text, value in self.known:
                if name := tier(text):
                    found = values.setdefault(name, [])
                    if value not in found:
                        found.append(value)
            self._by_tier.append(values)

    def find_all(self, text):
        """Every value the text stands for, in the order given; [] if it is unknown."""
        for tier, values in zip(_TIERS, self._by_tier, strict=True):
            if found := values.get(tier(text)):
                return found
        return []

    def find(self, text):
        """The one value the text stands for; None if there is none, or more than one."""
        found = self.find_all(text)
        return found[0] if len(found) == 1 else None

    def suggest(self, text):
        """The known wording nearest to an unknown text, or None if none is near."""
        best = process.extractOne(
            plain(text).casefold(),
            [plain(known).casefold() for known, _ in self.known],
            scorer=fuzz.ratio,
            score_cutoff=SUGGESTION_SCORE,
        )
        return self.known[best[2]][0] if best else None
