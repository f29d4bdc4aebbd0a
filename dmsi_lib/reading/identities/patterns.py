"""What reaches a person, or is a person's alone, by its form: addresses, numbers, dates of birth.

Rules, not a model. They are narrow where ordinary sentences of a survey look alike. English and
French. Every repetition in them is bounded, or begins with what it can't contain, so that time
grows with the text only. A rule's group `span`, where it has one, is what is found.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain

from dmsi_lib.reading.identities import birth_dates, net_addresses, personal_numbers
from dmsi_lib.reading.identities import postal_addresses as postal

_RULES = (*net_addresses.RULES, *personal_numbers.RULES, *postal.RULES, *birth_dates.RULES)
_CHECKS: dict[str, Callable[[re.Match[str]], bool]] = {
    "SIN": personal_numbers.is_sin,
    "card number": personal_numbers.passes_luhn,
    "IP address": net_addresses.is_network_address,
    "client number": personal_numbers.is_client_number,
}
# What every rule of a kind needs: most answers have none of it and need not be searched.
_DIGIT = re.compile(r"\d")
_CLUES = {
    "e-mail": re.compile(r"(?i)@|(?<![^\W_])at(?![^\W_])|[(\[{<*]\s?a\s?[)\]}>*]|arobas"),
    "URL": re.compile(r"(?i)\w\.\w|://"),
    "handle": re.compile(r"(?i)[@\d_]|\.\w|\b(?:id|handle|user ?name|name|account|pseudo)\b"),
}
_BY_KIND = {kind: tuple(rule for of, rule in _RULES if of == kind) for kind, _ in _RULES}


def find_patterns(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of whatever is written like an identity; places may overlap."""
    for kind in _BY_KIND:
        if not _CLUES.get(kind, _DIGIT).search(text):
            continue
        check = _CHECKS.get(kind)
        for match in chain.from_iterable(rule.finditer(text) for rule in _compiled(kind)):
            if check is None or check(match):
                yield *match.span("span" if "span" in match.re.groupindex else 0), kind


@cache
def _compiled(kind: str) -> list[re.Pattern[str]]:
    """The rules of a kind, compiled when the first text may hold it: most titles hold none."""
    return [re.compile(rule) for rule in _BY_KIND[kind]]
