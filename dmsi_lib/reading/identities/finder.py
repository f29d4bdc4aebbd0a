"""What names or reaches a person in a text: found, and replaced by marks.

Respondents write telephone numbers, addresses and names where nobody asked for them, and so do
those who write the titles of an export's columns. Rules find most of what has a form of its own and
never all: a marked text still has to be read before it is shown to others. SECURITY.md says how
much of every form is found.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from dmsi_lib.reading.identities.known_names import KnownNames
from dmsi_lib.reading.identities.names_in_text import find_signatures
from dmsi_lib.reading.identities.patterns import find_patterns
from dmsi_lib.reading.identities.readable import readable
from dmsi_lib.reading.identities.telephones import find_telephones

_NOBODY = KnownNames()
# "name" is on a list, see `KnownNames`; "signature" what the words around it betray.
IDENTITY_KINDS = (
    *("e-mail", "URL", "IP address", "SIN", "card number", "client number", "telephone"),
    *("date of birth", "postal code", "street address", "handle", "name", "signature"),
)
_RANKS = {kind: rank for rank, kind in enumerate(IDENTITY_KINDS)}


@dataclass(frozen=True, order=True)
class Found:
    """One place in a text; `kind` is one of IDENTITY_KINDS."""

    start: int
    end: int
    kind: str


def find_identities(text: str, names: KnownNames = _NOBODY) -> list[Found]:
    """What names or reaches a person in a text, in its order; of overlapping ones the longest.

    Parameters
    ----------
    text : an answer, or another text of the file
    names : names to look for, such as `Export.identities`

    Returns
    -------
    list of Found, whose places do not overlap

    Examples
    --------
    >>> [found.kind for found in find_identities("ann at example dot org")]
    ['e-mail']
    """
    plain, places = readable(text)
    found = [Found(*each) for each in find_patterns(plain)]
    found += [Found(start, end, "telephone") for start, end in find_telephones(plain)]
    found += [Found(start, end, "signature") for start, end in find_signatures(plain)]
    found += [Found(start, end, "name") for start, end in names.find(plain)]
    return [
        Found(places[each.start], places[each.end - 1] + 1, each.kind)
        for each in _longest(found, len(plain))
    ]


def mark_identities(text: str, names: KnownNames = _NOBODY) -> tuple[str, Counter[str]]:
    """A text with marks, such as [e-mail], instead of what names or reaches a person.

    Parameters
    ----------
    text : an answer, or another text of the file
    names : names to look for, such as `Export.identities`

    Returns
    -------
    The marked text, and how many of each of the IDENTITY_KINDS there were

    Examples
    --------
    >>> mark_identities("write to ann@example.org")[0]
    'write to [e-mail]'
    """
    found = find_identities(text, names)
    for each in reversed(found):
        text = f"{text[: each.start]}[{each.kind}]{text[each.end :]}"
    return text, Counter(each.kind for each in found)


def _longest(found: Iterable[Found], length: int) -> list[Found]:
    """Without those that overlap a longer one; of equal ones the earlier, then the earlier kind."""
    taken, kept = bytearray(length), list[Found]()
    for each in sorted(found, key=lambda f: (f.start - f.end, f.start, _RANKS[f.kind])):
        if not any(taken[each.start : each.end]):
            taken[each.start : each.end] = b"\x01" * (each.end - each.start)
            kept.append(each)
    return sorted(kept)
