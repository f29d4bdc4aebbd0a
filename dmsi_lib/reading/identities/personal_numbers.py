"""Numbers that are one person's: social insurance, payment cards, clients and cases, documents.

A number of a client or a case has no form of its own: it counts behind a word that says so, if it
is long enough and no year. Few are known by their form alone.

Sources: ISO/IEC 7812-1 for cards and the social insurance number (SIN); Immigration, Refugees and
Citizenship Canada for the unique client identifier (UCI: 8 or 10 digits) and the numbers of
applications; Ontario's (4-3-3 digits and two letters) and Quebec's health cards.
"""

import re

_CLIENT = (
    "client|cliente|case|file|dossier|member|student|participant|patient|application|demande|"
    "account|compte|reference|référence|form|id|identifiant|driver['’]?s licen[cs]e|licen[cs]e|"
    "permis(?: de conduire)?|permit|passport|passeport|visa|(?:PR|permanent resident)(?: card)?|"
    "carte RP|UCI|IUC|(?:health|care) (?:card|number)|OHIP|MSP|PHN|RAMQ|AHCIP|MCP|medicare|"
    "carte soleil|(?:carte d['’])?assurance[- ]maladie"
)
_NUMBER = r"(?:(?:card|id)\s?)?(?:number|num\.?|no\.?|nº|n°|numéro|#|:|ids?\b)"
_CODE = (
    r"(?-i:[A-Z]{0,4}(?:[ /-](?=\d))?)\d[\dA-Za-z]{0,16}(?:[/-][\dA-Za-z]{1,10}){0,4}"
    r"(?: \d{3,4}(?!\w)){0,3}(?:[ -]?(?-i:[A-Z]{2})(?!\w))?"
)
RULES = (
    ("SIN", r"(?<!\d)(?<!\d[ -])\d{3}([ .-]?)\d{3}\1\d{3}(?![ -]?\d)"),
    (
        "SIN",
        r"(?i)\b(?:SIN|NAS|social insurance|assurance sociale)"
        r"(?:\s(?:number|no\.?|card|is|est)){0,2}\s?[:#]?\s?"
        r"(?P<span>\d{3}[ .-]?\d{3}[ .-]?\d{3})(?!\d)",
    ),
    ("card number", r"(?<![\d-])[2-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{1,7}(?![\d-])"),
    ("card number", r"(?<![\d-])3[47]\d{2}([ -]?)\d{6}\1\d{5}(?![\d-])"),
    (
        "client number",
        rf"(?i)\b(?:{_CLIENT})\s?(?P<named>(?:{_NUMBER})\s?[:#]?\s?|(?:is|est)\s)?"
        rf"(?:(?:is|est)\s)?(?P<span>{_CODE})",
    ),
    (
        "client number",
        rf"(?i)(?:\bno\.?|nº|n°|numéro)\sd['’e]\s?(?:{_CLIENT})(?P<named>)\s?[:#]?\s?"
        rf"(?P<span>{_CODE})",
    ),
    (
        "client number",
        r"(?<![\w-])(?:\d{2}-\d{4}-\d{4}|\d{4}-\d{3}-\d{3}(?:-?[A-Z]{2})?|[EFSUVW]\d{9}|"
        r"[A-Z]{4} ?(?!(?:19|20)\d\d (?:19|20)\d\d)\d{4} ?\d{4})(?![\w-])",
    ),
)
_DIGIT = re.compile(r"\d")
_YEARS = re.compile(r"(?:19|20)\d\d(?:[-/ ](?:(?:19|20)\d\d|\d\d))*")


def passes_luhn(match: re.Match[str]) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right doubled, the sum ends in 0."""
    digits = [int(digit) for digit in match[0] if digit.isdecimal()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return sum(doubled + digits[-1::-2]) % 10 == 0


def is_sin(match: re.Match[str]) -> bool:
    """Whether nine digits are said to be a SIN, or have its check digit."""
    return "span" in match.re.groupindex or passes_luhn(match)


def is_client_number(match: re.Match[str]) -> bool:
    """Whether it is long enough for what stands before it, and no year or range of years."""
    if "span" not in match.re.groupindex:
        return True
    code, named = match["span"], match["named"]
    fewest = 6 if named is None else 4 if re.search("[:#]", named) else 5
    return len(_DIGIT.findall(code)) >= fewest and not _YEARS.fullmatch(code)
