"""What messages and pages repeat of a file's own words, without what names or reaches a person.

People write the titles of columns, and answers that are no option: an address may stand in either,
and a respondent's name. A message keeps the rest of the words, so that the place is found.
"""

import re
from dataclasses import replace

from dmsi_lib.reading.change_log import Finding
from dmsi_lib.reading.identities.finder import mark_identities
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
