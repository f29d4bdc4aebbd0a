"""What messages and pages repeat of a file's own words, without what names or reaches a person.

People write the titles of columns, and answers that are no option: an address may stand in either,
and a respondent's name. A message keeps the rest of the words, so that the place is found.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dmsi_lib.reading.change_log import Fault, Finding
from dmsi_lib.reading.identities.finder import find_identities, mark_identities
from dmsi_lib.reading.identities.known_names import KnownNames

_NOBODY = KnownNames()
_BETWEEN = " - "  # a question and its option in one title; no sign-off
_QUOTED = re.compile(r"(?<!\w)'(.+?)'(?!\w)")


def discreet(text: str, names: KnownNames = _NOBODY) -> str:
    """A title, or a message that quotes one, with marks such as [telephone]."""

    def marked(part: str) -> str:
        return mark_identities(part, names)[0]

    # What is quoted first by itself: a quotation mark may be part of an address.
    text = _QUOTED.sub(lambda match: f"'{marked(match[1])}'", text)
    return _BETWEEN.join(map(marked, text.split(_BETWEEN)))


def discreet_finding(finding: Finding, names: KnownNames) -> Finding:
    """A finding whose words may be shown."""
    column, message = discreet(finding.column, names), discreet(finding.message, names)
    return replace(finding, column=column, message=message)


def discreet_fault(fault: Fault, names: KnownNames) -> Fault:
    """A fault whose words may be shown; what would write an identity into the questionnaire is not
    proposed."""
    proposed = (text for proposal in fault.proposals for text in _texts(proposal.value))
    telling = any(find_identities(text, names) for text in proposed)
    return Fault(discreet(fault.text, names), () if telling else fault.proposals)


def _texts(value: Any) -> Iterable[str]:
    """The texts in what is proposed: one, a list, or labels by their codes."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, Iterable):
        return [text for each in value for text in _texts(each)]
    return []
