"""What reaches a person, or is a person's alone, by its form: addresses, numbers, dates of birth.

Rules, not a model. They are narrow where ordinary sentences of a survey look alike. English and
French. Every repetition in them is bounded, or begins with what it can't contain, so that time
grows with the text only. A rule's group `span`, where it has one, is what is found.
"""

import re
from collections.abc import Callable, Iterator

from dmsi_lib.reading.identities import birth_dates, net_addresses, personal_numbers
from dmsi_lib.reading.identities import postal_addresses as postal

_RULES = (*net_addresses.RULES, *personal_numbers.RULES, *postal.RULES, *birth_dates.RULES)
_CHECKS: dict[str, Callable[[re.Match[str]], bool]] = {
    "SIN": personal_numbers.is_sin,
    "card number": personal_numbers.passes_luhn,
    "IP address": net_addresses.is_network_address,
    "client number": personal_numbers.is_client_number,
}
_PATTERNS = tuple((kind, re.compile(rule), _CHECKS.get(kind)) for kind, rule in _RULES)
_DIGIT = re.compile(r"\d")
# What most answers need not be searched for.
_WITHOUT_DIGITS = tuple(each for each in _PATTERNS if each[0] in ("e-mail", "URL", "handle"))


def find_patterns(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of whatever is written like an identity; places may overlap."""
    for kind, pattern, check in _PATTERNS if _DIGIT.search(text) else _WITHOUT_DIGITS:
        for match in pattern.finditer(text):
            if check is None or check(match):
                yield *match.span("span" if "span" in pattern.groupindex else 0), kind
