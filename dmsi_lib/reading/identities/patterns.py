"""What reaches a person, or is a person's alone, by its form: addresses, numbers, dates.

Rules, not a model. They are narrow where ordinary sentences of a survey look alike: a number of a
client needs its name in front, a date of birth too unless it lies before 2000. English and French.

Sources: RFC 5321 and 5322 for e-mail; ISO/IEC 7812-1 for cards and the social insurance number
(SIN); Canada Post for postal codes; Immigration, Refugees and Citizenship Canada for the unique
client identifier (UCI: 8 or 10 digits) and application numbers; the provinces' health cards.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator

from dmsi_lib.reading.identities.birth_dates import BIRTH_DATES

_DOMAIN = r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"
_ENDINGS = "com|org|net|info|edu|gov|ca"
_PROVIDERS = "gmail|hotmail|yahoo|outlook|icloud|videotron|sympatico|shaw|telus|rogers"
_LOCAL = r"(?<!\w)[\w.%+'’-]{1,64}"
_DOT = r"\s?(?:\.|[(\[{<*](?:dot|point|\.)[)\]}>*]|(?<=\s)(?:dot|point)(?=\s))\s?"
_HOST = rf"[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,4}}"
_SPOKEN_HOST = (
    r"[\w-]{1,63}(?:\s(?:dot|point)\s[\w-]{1,63}){0,3}\s(?:dot|point)\s"
    rf"(?:{_ENDINGS}|co|uk|fr|qc|io)(?!\w)"
)
# A word with a point, a digit or the like in it is rather the name of a mailbox.
_MAILBOX = r"(?<![\w.])[^\W\d_][\w+-]{0,60}?[._+\d][\w.+-]{0,60}"
_LINK_ENDINGS = (
    f"{_ENDINGS}|io|co|me|ly|gl|gle|be|gg|us|uk|fr|de|eu|app|link|page|site|online|to|cc|tv|dev|xyz"
)
_STREETS = (
    "Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Boulevard|Blvd|Lane|Ln|Crescent|Cres|Court|Ct|Way|Place|"
    "Pl|Highway|Hwy|Terrace|Trail|Parkway|Pkwy|Circle|Cir"
)
_SERVICES = (
    "instagram|insta|facebook|messenger|wechat|weixin|skype|twitter|snapchat|tiktok|telegram|"
    "kakao(?:talk)?|discord|line(?= id)"
)
_MORE_SERVICES = f"{_SERVICES}|ig|snap|whatsapp|viber|signal|fb|imo|zalo"
_NO_HANDLES = (
    "needed|required|optional|shown|private|public|secret|blocked|hidden|unknown|confidential|used|"
    "the|not|only|same|mine|visible|there|here|also|okay|nécessaire|obligatoire"
)
_CLIENT = (
    "client|case|file|dossier|member|student|participant|patient|application|demande|account|compte|"
    r"driver['’]?s licen[cs]e|licen[cs]e|permis(?: de conduire)?|permit|passe?port|passeport|visa|"
    "(?:PR|permanent resident) card|carte RP|id|identifiant|UCI|IUC|(?:health|care) (?:card|number)"
    "|OHIP|MSP|PHN|RAMQ|AHCIP|MCP|medicare|carte soleil|(?:carte d['’])?assurance[- ]maladie"
)
_NUMBER = r"(?:(?:card|id)\s?)?(?:number|num\.?|no\.?|nº|n°|numéro|#|:|id\b)"
_CODE = (
    r"(?-i:[A-Z]{0,4}[ -]?)\d[\dA-Za-z]{0,16}(?:-[\dA-Za-z]{1,10}){0,4}(?: \d{3,4}(?!\w)){0,3}"
    r"(?:[ -]?(?-i:[A-Z]{2})(?!\w))?"
)
# Every repetition is bounded, or begins with what it can't contain: time grows with the text only.
_RULES = (
    ("e-mail", rf"{_LOCAL}(?:@|\s@\s){_DOMAIN}"),
    (
        "e-mail",
        rf"(?i){_LOCAL}\s?@\s?[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,4}}{_DOT}(?:{_ENDINGS})\b",
    ),
    ("e-mail", rf"(?i){_LOCAL}(?:@|\s@\s|\sat\s)(?:{_PROVIDERS})(?:\.\w{{2,3}}){{1,2}}\b"),
    ("e-mail", rf"(?i){_LOCAL}(?:@|\s@\s)(?:{_PROVIDERS})\b|{_MAILBOX}\sat\s(?:{_PROVIDERS})\b"),
    (
        "e-mail",
        rf"(?i)(?<!\w)[\w.%+-]{{1,64}}(?:{_DOT}\w{{1,64}}){{0,2}}"
        rf"\s?[(\[{{<*]\s?(?:at|a|@|arobase)\s?[)\]}}>*]\s?{_HOST}",
    ),
    (
        "e-mail",
        r"(?i)(?<!\w)[\w.%+-]{1,64}(?:\s(?:dot|point)\s[\w-]{1,63}){0,2}\s(?:at|arobase)\s"
        rf"{_SPOKEN_HOST}",
    ),
    (
        "e-mail",
        r"(?i)(?<![^\W_])[a-z0-9.+]{1,64}([-_*/|])at\1[a-z0-9]{1,63}(?:\1(?:dot|point)\1[a-z0-9]{1,63}){1,4}",
    ),
    ("e-mail", rf"(?<!\w)[\w.%+-]{{1,64}}\s(?:[Aa]robase|AT)\s{_DOMAIN}|{_MAILBOX}\sat\s{_DOMAIN}"),
    ("URL", r"(?i)(?:https?://|\bwww\.)[^\s<>\"]*[^\s<>\".,;:!?)\]'’»]"),
    (
        "URL",
        rf"(?i)(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,5}}(?:{_ENDINGS})(?![\w-])"
        r"(?:/[^\s<>\",;)]{0,2000})?",
    ),
    (
        "URL",
        rf"(?<![\w@.-])(?:[A-Za-z0-9-]{{1,63}}\.){{1,5}}(?:{_LINK_ENDINGS}|{_LINK_ENDINGS.upper()})"
        r"/[\w@~+][^\s<>\",;)]{0,2000}",
    ),
    ("IP address", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)"),
    ("IP address", r"(?<![\w:.])[0-9A-Fa-f:]{6,39}(?![\w:])"),
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
        rf"(?i)\b(?:{_CLIENT})\s?(?P<named>(?:{_NUMBER})\s?[:#]?\s?|(?:is|est)\s)?(?:(?:is|est)\s)?"
        rf"(?P<span>{_CODE})",
    ),
    (
        "client number",
        rf"(?i)(?:\bno\.?|nº|n°|numéro)\sd['’e]\s?(?:{_CLIENT})(?P<named>)\s?[:#]?\s?"
        rf"(?P<span>{_CODE})",
    ),
    # By their shape alone: UCI, Ontario's and Quebec's health cards, applications to IRCC.
    (
        "client number",
        r"(?<![\w-])(?:\d{2}-\d{4}-\d{4}|\d{4}-\d{3}-\d{3}(?:-?[A-Z]{2})?|[EFSUVW]\d{9}|"
        r"[A-Z]{4} ?(?!(?:19|20)\d\d (?:19|20)\d\d)\d{4} ?\d{4})(?![\w-])",
    ),
    # Canada Post: never D, F, I, O, Q or U, and neither W nor Z in front.
    (
        "postal code",
        r"(?i)(?<!\w)[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z]\d(?!\w)",
    ),
    (
        "street address",
        r"(?<!\w)(?:#\s?\d{1,5}\s?-\s?|(?i:apt|unit|suite|app)\.?\s?#?\d{1,5},?\s)?"
        r"\d{1,6}(?:-?[A-Z])?,?\s(?:[A-ZÀ-Þ0-9][\w'’.-]{0,30}\s){1,4}"
        rf"(?:{_STREETS})(?!\w)\.?",
    ),
    (
        "street address",
        r"(?<![\w.,])\d{2,6}\s[a-zà-þ]{4,20}\s(?:street|avenue|boulevard|crescent)(?!\w)",
    ),
    (
        "street address",
        r"(?<!\w)\d{1,6}[A-Z]?,?\s(?i:rue|avenue|av\.|boulevard|boul\.|chemin|ch\.|place|rang|"
        r"route|allée|impasse)\s(?:(?:de la|de|du|des|la|le|les)\s|[ld]['’]){0,2}"
        r"[A-ZÀ-Þ0-9][\w'’-]{0,40}(?:\s[A-ZÀ-Þ][\w'’-]{0,40}){0,3}",
    ),
    ("street address", r"(?i)(?<!\w)(?:P\.?\s?O\.?\s?box|C\.P\.|case postale)\s?#?\d{1,6}(?!\w)"),
    *BIRTH_DATES,
    (
        "handle",
        r"(?<![\w@.])@(?!(?i:home|work|all|everyone|here|noon|midnight|night|lunch|school)\b)"
        r"[^\W\d]\w[\w.]{0,28}\w",
    ),
    (
        "handle",
        rf"(?i)\b(?:{_SERVICES})(?:\s(?:id|handle|name|username|account|is)){{0,2}}\s?[:=-]?\s?"
        r"(?P<span>(?=[\w.:-]{0,30}(?:[\d_]|\.\w))[^\W\d_][\w.:-]{2,30}\w)",
    ),
    (
        "handle",
        rf"(?i)\b(?:{_MORE_SERVICES})(?:\s(?:id|handle|name|username|account)\s?(?:is|est)?|\s(?:is|est))?"
        r"\s?[:=-]\s?(?P<span>(?=[\w.:-]{0,30}(?:[\d_]|\.\w))[^\W\d_][\w.:-]{2,30}\w)",
    ),
    (
        "handle",
        rf"(?i)\b(?:{_MORE_SERVICES}|line)\s(?:id|handle|user ?name|name|account|pseudo)\s?"
        rf"(?:is|est|[:=])\s?(?!(?:{_NO_HANDLES})\b)(?P<span>@?[^\W\d_][\w.:-]{{2,30}}\w)",
    ),
    ("handle", r"\bQQ(?:\s(?i:id|number))?\s?[:=]?\s?(?P<span>\d{5,11})(?!\d)"),
)
_PATTERNS = tuple((kind, re.compile(rule)) for kind, rule in _RULES)
_DIGIT = re.compile(r"\d")
# What most answers need not be searched for.
_OF_DIGITS = {
    *("IP address", "SIN", "card number", "client number", "postal code", "street address"),
    "date of birth",
}
_WITHOUT_DIGITS = tuple(pattern for pattern in _PATTERNS if pattern[0] not in _OF_DIGITS)


def find_patterns(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of whatever is written like an identity; places may overlap."""
    for kind, pattern in _PATTERNS if _DIGIT.search(text) else _WITHOUT_DIGITS:
        check = _CHECKS.get(kind)
        for match in pattern.finditer(text):
            if check is None or check(match):
                yield *match.span("span" if "span" in pattern.groupindex else 0), kind


def _passes_luhn(match: re.Match[str]) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right doubled, the sum ends in 0."""
    digits = [int(digit) for digit in match[0] if digit.isdecimal()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return sum(doubled + digits[-1::-2]) % 10 == 0


def _is_sin(match: re.Match[str]) -> bool:
    return "span" in match.re.groupindex or _passes_luhn(match)


def _is_address(match: re.Match[str]) -> bool:
    if not _DIGIT.search(match[0]):
        return False
    try:
        ipaddress.ip_address(match[0])
    except ValueError:
        return False
    return True


_YEARS = re.compile(r"(?:19|20)\d\d(?:[-/ ](?:(?:19|20)\d\d|\d\d))*")


def _is_code(match: re.Match[str]) -> bool:
    """Whether it is long enough for what stands before it, and no year or range of years."""
    if "span" not in match.re.groupindex:
        return True
    code, named = match["span"], match["named"]
    fewest = 6 if named is None else 4 if re.search("[:#]", named) else 5
    return len(_DIGIT.findall(code)) >= fewest and not _YEARS.fullmatch(code)


_CHECKS: dict[str, Callable[[re.Match[str]], bool]] = {
    "SIN": _is_sin,
    "card number": _passes_luhn,
    "IP address": _is_address,
    "client number": _is_code,
}
