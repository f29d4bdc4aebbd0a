"""Numbers as a sentence has them: a share writes itself, and a number that can't be shown says why.

Such a number leaves a private mark in the sentence; `say` leaves out a sentence with a mark. So an
author writes one sentence for every report, and none of them is ever false or half empty.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, SupportsIndex, overload

from dmsi_lib.errors import UsageError
from dmsi_lib.figures.group_names import GroupNames
from dmsi_lib.wording import unknown

_OPEN, _CLOSE = "\ue000", "\ue001"  # of Unicode's private use: no text of a survey has them
_MARKED = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
NO_FURTHER = "There is no further answer."


class Unavailable(float):
    """A number that can't be shown, and why.

    It is not a number (nan): every comparison with it is false, arithmetic with it gives it back,
    and in a sentence it is the mark.
    """

    why: str

    def __new__(cls, why: str) -> "Unavailable":
        made = super().__new__(cls, "nan")
        made.why = why
        return made

    def __format__(self, form: str) -> str:
        return marked(self.why)

    def __str__(self) -> str:
        return marked(self.why)

    def __repr__(self) -> str:
        return self.why

    def _itself(self, *_: object) -> Any:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _itself
    __truediv__ = __rtruediv__ = __neg__ = __abs__ = __round__ = _itself


def marked(why: str) -> str:
    """What stands in a sentence for a number that can't be shown."""
    return f"{_OPEN}{why}{_CLOSE}"


def why_not(text: str) -> str:
    """Why a sentence can't be shown: the reason in its first mark; "" where it can."""
    found = _MARKED.search(text)
    return found[1] if found else ""


@dataclass(frozen=True)
class Share:
    """How many of a base gave an answer; `survey.percent` gives it.

    In an f-string `{x}` is "64 %", `{x:of}` "212 of 332", `{x:full}` "64 % (212 of 332)",
    `{x:count}` "212", `{x:base}` "332", `{x:words}` "almost two in three" and `{x:Words}` the same
    at the beginning of a sentence; the last two are followed by "of". Shares are ordered by size;
    one that can't be shown is neither smaller nor larger than another, and `if x:` tells it.

    Attributes
    ----------
    label : str, of the answer; "a or b" of several
    count, base : int, or Unavailable
    why : str, why no percent can be shown; "" where it can
    """

    label: str
    count: int | Unavailable
    base: int | Unavailable
    why: str = ""

    @property
    def share(self) -> float:
        """Count through base, 0 to 1."""
        return Unavailable(self.why) if self.why else self.count / self.base

    @property
    def percent(self) -> float:
        """The share in percent, 0 to 100."""
        return 100 * self.share

    def __bool__(self) -> bool:
        return not self.why

    def __lt__(self, other: "Share") -> bool:
        return self.share < other.share

    def __le__(self, other: "Share") -> bool:
        return self.share <= other.share

    def __gt__(self, other: "Share") -> bool:
        return self.share > other.share

    def __ge__(self, other: "Share") -> bool:
        return self.share >= other.share

    def __format__(self, form: str) -> str:
        if form in ("count", "base", "of") and self.why and self.base == 0:
            return marked(self.why)  # "0 of 0" says less than why there is nothing to say
        if form in ("count", "base"):
            return f"{getattr(self, form):,}"
        if form == "of":
            return f"{self.count:,} of {self.base:,}"
        if form not in _FORMS:
            names = ["count", "base", "of", *filter(None, _FORMS)]
            raise UsageError(unknown("way to write a share", form, names))
        return marked(self.why) if self.why else _FORMS[form](self.count, self.base)

    def __str__(self) -> str:
        return format(self)

    def __repr__(self) -> str:
        return self.why or f"{self.label}: {self:full}"


def no_share(why: str) -> Share:
    """A share of which nothing can be shown, not even whose it is."""
    nothing = Unavailable(why)
    return Share(marked(why), nothing, nothing, why)


class Shares(tuple[Share, ...]):
    """The most frequent answers, the first first; `survey.top` gives them.

    There is no number out of range: a share beyond the last is one that can't be shown. In an
    f-string `{x}` is "Texting (66 %) and WhatsApp (62 %)", and a form is that of each share.
    """

    why: str

    def __new__(cls, shares: tuple[Share, ...] = (), why: str = NO_FURTHER) -> "Shares":
        made = super().__new__(cls, shares)
        made.why = why
        return made

    @overload
    def __getitem__(self, place: SupportsIndex) -> Share: ...
    @overload
    def __getitem__(self, place: slice) -> "Shares": ...

    def __getitem__(self, place: SupportsIndex | slice) -> "Share | Shares":
        if isinstance(place, slice):
            return Shares(super().__getitem__(place), self.why)
        inside = -len(self) <= place.__index__() < len(self)
        return super().__getitem__(place) if inside else no_share(self.why)

    @property
    def labels(self) -> str:
        """The labels in words: "A, B and C"."""
        return in_words([share.label for share in self]) if self else marked(self.why)

    def __format__(self, form: str) -> str:
        if not self:
            return marked(self.why)
        return in_words([f"{share.label} ({format(share, form)})" for share in self])

    def __str__(self) -> str:
        return format(self)


@dataclass(frozen=True)
class GroupShares:
    """The shares of groups, to be the subject of a sentence; `survey.percent_each` gives them.

    In an f-string `{x}` is "66 % of front-line workers (62 of 94) and 86 % of managers (66 of 77)",
    of a group too small for a percent "5 of 12 managers". A group of whom nothing can be shown is
    left out; where that is true of all, `say` leaves out the sentence.

    Attributes
    ----------
    shares : by the code of the group
    names : of the groups
    """

    shares: Mapping[str, Share]
    names: GroupNames

    @property
    def first(self) -> Share:
        """The first share that has a percent; of none the first of all."""
        shares = list(self.shares.values())
        return next(filter(None, shares), shares[0])

    def __str__(self) -> str:
        told = [text for code in self.shares if (text := self._told(code))]
        return in_words(told) if told else marked(self.first.why)

    def __format__(self, form: str) -> str:
        if form:
            raise UsageError("The shares of groups have no further way to be written.")
        return str(self)

    def _told(self, code: str) -> str:
        """The share of one group, "" where nothing can be shown of it."""
        share = self.shares[code]
        if share:
            return f"{share} of {self.names.among(code)} ({share:of})"
        counted = not why_not(f"{share:of}") and share.base > 0
        return self.names.of(code, f"{share:of}", int(share.base)) if counted else ""


def in_words(names: list[str]) -> str:
    """Names as a sentence lists them: "A", "A and B", "A, B and C"."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


# ---- how a share is written


def whole_percent(percent: float) -> str:
    """A percent as prose and charts have it, a whole number, halves upwards: "64 %".

    Only who is nobody is 0 %, and only who is everybody 100 %: others are "<1 %" and ">99 %".
    """
    rounded = math.floor(percent + 0.5)
    if rounded == 0 and percent > 0:
        return "<1 %"
    return ">99 %" if rounded == 100 and percent < 100 else f"{rounded} %"


def _whole(count: int, base: int) -> str:
    return whole_percent(100 * count / base)


class _Named(NamedTuple):
    size: Fraction
    name: str


_NAMED = [
    *(_Named(Fraction(n, 10), f"{words} in ten") for n, words in ((1, "one"), (9, "nine"))),
    *(
        _Named(Fraction(n, 5), f"{words} in five")
        for n, words in enumerate(("one", "two", "three", "four"), 1)
    ),
    *(_Named(Fraction(n, 4), words) for n, words in ((1, "a quarter"), (3, "three in four"))),
    *(_Named(Fraction(n, 3), words) for n, words in ((1, "a third"), (2, "two in three"))),
    _Named(Fraction(1, 2), "half"),
]
_NEAR = Fraction(3, 100)  # how far a share may be from what is called almost or just over it
_ABOUT = Fraction(1, 200)  # half a percent: what rounding makes the same


def fraction_in_words(count: int, base: int) -> str:
    """A share as a fraction in words, to stand before "of": "almost two in three", "half".

    Only fractions that everybody knows, written out, as the style guide of the UK's Office for
    National Statistics asks (service-manual.ons.gov.uk, "Writing numbers", Fractions). The words
    before them are ours, and true of the share itself, not of its rounded percent:

    - none and "a third" alone: exactly; "about a third": at most half a point away;
    - "almost", "just over": at most 3 points below or above the nearest fraction;
    - "hardly any", "almost all": at most 3 points away from nobody and everybody;
    - elsewhere "fewer than half" from two in five up to it, "fewer than one in ten" below that,
      else "more than" the next fraction below.
    """
    share = Fraction(count, base)
    if share in (0, 1):
        return "all" if share else "none"
    if share <= _NEAR or 1 - share <= _NEAR:
        return "hardly any" if share <= _NEAR else "almost all"
    nearest = min(_NAMED, key=lambda named: abs(named.size - share))
    away = share - nearest.size
    if abs(away) <= _NEAR:
        before = "almost " if away < 0 else "just over "
        before = "about " if abs(away) <= _ABOUT else before
        return f"{before if away else ''}{nearest.name}"
    below = [named for named in _NAMED if named.size < share]
    if not below:
        return "fewer than one in ten"
    if Fraction(2, 5) < share < Fraction(1, 2):
        return "fewer than half"
    return f"more than {max(below).name}"


def _full(count: int, base: int) -> str:
    return f"{_whole(count, base)} ({count:,} of {base:,})"


def _begun(count: int, base: int) -> str:
    words = fraction_in_words(count, base)
    return words[0].upper() + words[1:]


_FORMS: dict[str, Any] = {
    "": _whole,
    "percent": _whole,
    "full": _full,
    "words": fraction_in_words,
    "Words": _begun,
}
