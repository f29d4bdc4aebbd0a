"""What names or reaches a person in a free text: found, marked, counted.

Respondents write telephone numbers, addresses and names where nobody asked for them. Patterns find
most of those, and never all: a marked text still has to be read before it is shown to others. The
tests print how many of the planted ones are found.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from phonenumbers import Leniency, PhoneNumberMatcher

from dmsi_lib.open_answers.names_in_text import find_signatures
from dmsi_lib.questionnaire import COMMENT, Question, Questionnaire
from dmsi_lib.reading import KnownNames

_NOBODY = KnownNames()
_DOMAIN = r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"
_STREETS = (
    "Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Boulevard|Blvd|Lane|Ln|Crescent|Cres|Court|Ct|Way|Place|"
    "Pl|Highway|Hwy|Terrace|Trail"
)
_SERVICES = (
    "instagram|insta|facebook|messenger|wechat|weixin|skype|twitter|snapchat|tiktok|telegram|"
    "line(?= id)"
)
# Every repetition is bounded, or begins with what it can't contain: time grows with the text only.
_RULES = (
    ("e-mail", rf"(?<!\w)[\w.%+'’-]{{1,64}}(?:@|\s@\s){_DOMAIN}"),
    (
        "e-mail",
        r"(?i)(?<!\w)(?:[\w.%+-]{1,64}\s?[(\[]\s?(?:at|@|arobase)\s?[)\]]\s?"
        r"[\w-]{1,63}(?:\s?(?:\.|[(\[](?:dot|point)[)\]]|(?<=\s)(?:dot|point)\s)\s?[\w-]{1,63}){1,4}"
        r"|[\w.%+-]{1,64}\s(?:at|arobase)\s[\w-]{1,63}(?:\s(?:dot|point)\s[\w-]{1,63}){1,4}"
        rf"|[\w.%+-]{{1,64}}\sarobase\s{_DOMAIN})",
    ),
    ("URL", r"(?i)(?:https?://|\bwww\.)[^\s<>\"]*[^\s<>\".,;:!?)\]'’»]"),
    (
        "URL",
        r"(?i)(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,5}(?:com|org|net|info|edu|gov|ca)(?![\w-])"
        r"(?:/[^\s<>\",;)]{0,2000})?",
    ),
    ("IP address", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)"),
    ("IP address", r"(?<![\w:.])[0-9A-Fa-f:]{6,39}(?![\w:])"),
    # An exchange never begins with 0 or 1; three noughts at the end are rather those of a range.
    ("telephone", r"(?<![\d-])[2-9]\d{2}-(?!\d000)\d{4}(?![\d-])"),
    (
        "telephone",
        r"(?i)(?:\b(?:call|phone|tel|text|cell|fax|number|appele[rz]|tél|cellulaire)\W{1,3}"
        r"(?:\w{1,12}\s){0,3})(?P<span>[2-9]\d{2}[ .]\d{4})(?!\d)",
    ),
    (
        "telephone",
        r"(?i)\b(?:ext|extension|poste)\b\.?\s?#?\d{2,6}\b(?!\s(?:day|week|month|year|hour))",
    ),
    ("SIN", r"(?<!\d)(?<!\d[ -])\d{3}([ \u00a0.-]?)\d{3}\1\d{3}(?![ -]?\d)"),
    # Canada Post: never D, F, I, O, Q or U, and neither W nor Z in front.
    (
        "postal code",
        r"(?i)(?<!\w)[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ \u00a0-]?"
        r"\d[ABCEGHJ-NPRSTV-Z]\d(?!\w)",
    ),
    (
        "street address",
        r"(?<!\w)\d{1,6}(?:-?[A-Z])?,?\s(?:[A-ZÀ-Þ0-9][\w'’.-]{0,30}\s){1,4}"
        rf"(?:{_STREETS})(?!\w)\.?",
    ),
    (
        "street address",
        r"(?<!\w)\d{1,6}[A-Z]?,?\s(?i:rue|avenue|av\.|boulevard|boul\.|chemin|ch\.|place|rang|"
        r"route|allée|impasse)\s(?:(?:de la|de|du|des|la|le|les)\s|[ld]['’]){0,2}"
        r"[A-ZÀ-Þ0-9][\w'’-]{0,40}(?:\s[A-ZÀ-Þ][\w'’-]{0,40}){0,3}",
    ),
    ("handle", r"(?<![\w@.])@(?!(?i:home|work|all|everyone|here)\b)[^\W\d]\w[\w.]{0,28}\w"),
    (
        "handle",
        rf"(?i)\b(?:{_SERVICES})(?:\s(?:id|handle|name|username|account|is)){{0,2}}\s?:?\s?"
        r"(?P<span>(?=[\w.:-]{0,30}[\d_.])[^\W\d_][\w.:-]{2,30}\w)",
    ),
)
_PATTERNS = tuple((kind, re.compile(rule)) for kind, rule in _RULES)
_DIGIT = re.compile(r"\d")
# What most answers need not be searched for.
_NUMBERS = {"IP address", "telephone", "SIN", "postal code", "street address"}
_WITHOUT_NUMBERS = tuple(pattern for pattern in _PATTERNS if pattern[0] not in _NUMBERS)
# "name" is on a list, see `KnownNames`; "signature" what the words around it betray.
KINDS = (*dict.fromkeys(kind for kind, _ in _PATTERNS), "name", "signature")


@dataclass(frozen=True, order=True)
class Finding:
    """One place in a text; `kind` is one of KINDS."""

    start: int
    end: int
    kind: str


def find_identities(text: str, names: KnownNames = _NOBODY) -> list[Finding]:
    """What names or reaches a person in a text, in its order; of overlapping ones the longest."""
    found = [
        Finding(start, end, kind)
        for kind, pattern in (_PATTERNS if _DIGIT.search(text) else _WITHOUT_NUMBERS)
        for match in pattern.finditer(text)
        if _counts(kind, match[0])
        for start, end in [match.span("span" if "span" in pattern.groupindex else 0)]
    ]
    found += [Finding(start, end, "telephone") for start, end in _telephones(text)]
    found += [Finding(start, end, "signature") for start, end in find_signatures(text)]
    found += [Finding(start, end, "name") for start, end in names.find(text)]
    return _longest(found, len(text))


def mark_identities(text: str, names: KnownNames = _NOBODY) -> tuple[str, Counter[str]]:
    """A text with marks, such as [e-mail], instead of what names or reaches a person.

    Parameters
    ----------
    text : an answer
    names : names to look for, such as `Export.identities`

    Returns
    -------
    The marked text, and how many of each of the KINDS there were
    """
    findings = find_identities(text, names)
    for found in reversed(findings):
        text = f"{text[: found.start]}[{found.kind}]{text[found.end :]}"
    return text, Counter(found.kind for found in findings)


def free_texts(responses: pd.DataFrame, questionnaire: Questionnaire) -> pd.Series:
    """Everything that respondents wrote: open answers, in every box, the texts beside "Other" and
    the comments; what a derived question repeats, once.

    Parameters
    ----------
    responses : DataFrame, respondents x (question, item)
    questionnaire : whose questions these are

    Returns
    -------
    Series of str by (question, respondent), without blanks; as many of one respondent as there are
    texts
    """
    columns = [
        (name, responses[name, item].dropna())
        for name, item in responses.columns
        if item in _text_items(questionnaire[name])
    ]
    index = pd.MultiIndex.from_tuples(
        [(name, who) for name, texts in columns for who in texts.index],
        names=["question", "respondent"],
    )
    texts = [text for _, column in columns for text in column]
    return pd.Series(texts, index=index, dtype=object)


def _text_items(question: Question) -> set[str]:
    """The items of a question that hold what respondents wrote."""
    if question.coalesce:
        return set()
    own = question.items if question.type == "open" else ()
    return {*own, *question.text_items.values(), COMMENT}


def scan_answers(texts: pd.Series, names: KnownNames = _NOBODY) -> pd.DataFrame:
    """How much of every kind stands in the answers to each question; never the texts themselves.

    Parameters
    ----------
    texts : Series of str by (question, respondent), as from `free_texts`
    names : names to look for, such as `Export.identities`

    Returns
    -------
    DataFrame with the columns question, kind and count, in the questions' order; only what was
    found
    """
    kinds = {text: [f.kind for f in find_identities(text, names)] for text in texts.unique()}
    counts: dict[str, Counter[str]] = {}
    for (question, _), text in texts.items():
        counts.setdefault(question, Counter()).update(kinds[text])
    rows = [
        (question, kind, own[kind])
        for question, own in counts.items()
        for kind in KINDS
        if own[kind]
    ]
    return pd.DataFrame(rows, columns=["question", "kind", "count"]).astype({"count": "int64"})


def _counts(kind: str, text: str) -> bool:
    """What a pattern can't check."""
    checks = {"SIN": _passes_luhn, "IP address": _is_address}
    return kind not in checks or checks[kind](text)


def _passes_luhn(text: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right doubled, the sum ends in 0."""
    digits = [int(digit) for digit in text if digit.isdecimal()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return sum(doubled + digits[-1::-2]) % 10 == 0


def _is_address(text: str) -> bool:
    if not _DIGIT.search(text):
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _telephones(text: str) -> list[tuple[int, int]]:
    """Numbers that are valid in Canada or begin with + and a country's code, with extensions."""
    if sum(map(str.isdigit, text)) < 7:
        return []
    tries = len(text) + 1  # the default gives up on long texts
    matcher = PhoneNumberMatcher(text, "CA", leniency=Leniency.VALID, max_tries=tries)
    return [(match.start + _opens(match.raw_string), match.end) for match in matcher]


def _opens(number: str) -> int:
    """1 for a bracket in front that is closed behind the number, as in "(604-555-0142, always)"."""
    return int(number.startswith("(") and ")" not in number)


def _longest(findings: Iterable[Finding], length: int) -> list[Finding]:
    """Without those that overlap a longer one; of equal ones the earlier, then the earlier kind."""
    taken, kept = bytearray(length), list[Finding]()
    for finding in sorted(findings, key=lambda f: (f.start - f.end, f.start, KINDS.index(f.kind))):
        if not any(taken[finding.start : finding.end]):
            taken[finding.start : finding.end] = b"\x01" * (finding.end - finding.start)
            kept.append(finding)
    return sorted(kept)
