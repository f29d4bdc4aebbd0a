"""Where a person is reached on the net: e-mail, also as it is spoken, links, and names in services.

Sources: RFC 5321 and 5322 for e-mail; RFC 3986 for addresses of pages; `ipaddress` for networks.
"""

import ipaddress
import re

_ENDINGS = "com|org|net|info|edu|gov|ca"
_LINK_ENDINGS = (
    f"{_ENDINGS}|io|co|me|ly|gl|gle|be|gg|us|uk|fr|de|eu|app|link|page|site|online|to|cc|tv|dev|xyz"
    "|ee|gy|ws|id|in"
)
_PROVIDERS = "gmail|hotmail|yahoo|outlook|icloud|videotron|sympatico|shaw|telus|rogers"
_DOMAIN = r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"
_LOCAL = r"(?<!\w)[\w.%+'’-]{1,64}"
_AT = r"(?:at(?:[ -]sign)?|arobase?)"
_DOT = r"\s?(?:\.|[(\[{<*](?:dot|point|\.)[)\]}>*]|(?<=\s)(?:dot|point)(?=\s))\s?"
# A word with a point, a digit or the like in it is rather the name of a mailbox.
_MAILBOX = r"(?<![\w.])[^\W\d_][\w+-]{0,60}?[._+\d][\w.+-]{0,60}"
_EMAILS = (
    rf"{_LOCAL}(?:@|\s@\s){_DOMAIN}",
    # ann @example . org, ann@example dot org
    rf"(?i){_LOCAL}\s?@\s?[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,4}}{_DOT}(?:{_ENDINGS})\b",
    # ann at gmail.com, ann@gmail, ann.lee at gmail
    rf"(?i){_LOCAL}(?:@|\s@\s|\sat\s)(?:{_PROVIDERS})(?:\.\w{{2,3}}){{1,2}}\b",
    rf"(?i){_LOCAL}(?:@|\s@\s)(?:{_PROVIDERS})\b|{_MAILBOX}\sat\s(?:{_PROVIDERS})\b",
    # ann (at) example (dot) org
    rf"(?i)(?<!\w)[\w.%+-]{{1,64}}(?:{_DOT}\w{{1,64}}){{0,2}}"
    rf"\s?[(\[{{<*]\s?(?:{_AT}|a|@)\s?[)\]}}>*]\s?[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,4}}",
    # ann dot lee at example dot org; words of a sentence do not end so
    r"(?i)(?<!\w)[\w.%+-]{1,64}(?:\s(?:dot|point)\s[\w-]{1,63}){0,2}"
    rf"\s{_AT}\s[\w-]{{1,63}}(?:\s(?:dot|point)\s[\w-]{{1,63}}){{0,3}}"
    rf"\s(?:dot|point)\s(?:{_ENDINGS}|co|uk|fr|qc|io)(?!\w)",
    # ann-at-example-dot-org
    r"(?i)(?<![^\W_])[a-z0-9.+]{1,64}([-_*/|])at\1[a-z0-9]{1,63}"
    r"(?:\1(?:dot|point)\1[a-z0-9]{1,63}){1,4}",
    # ann AT example.org, ann.lee at example.org
    rf"(?<!\w)[\w.%+-]{{1,64}}\s(?:[Aa]robase?|AT)\s{_DOMAIN}|{_MAILBOX}\sat\s{_DOMAIN}",
)
_LINKS = (
    r"(?i)(?:\bh(?:tt|xx)ps?://|\bwww\.)[^\s<>\"]*[^\s<>\".,;:!?)\]'’»]",
    rf"(?i)(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,5}}(?:{_ENDINGS})(?![\w-])"
    r"(?:[/?][^\s<>\",;)]{0,2000})?",
    # bit.ly/x: what ends in no word of a sentence, and has a path.
    rf"(?<![\w@.-])(?:[A-Za-z0-9-]{{1,63}}\.){{1,5}}(?:{_LINK_ENDINGS}|{_LINK_ENDINGS.upper()})"
    r"/[\w@~+][^\s<>\",;)]{0,2000}",
)
_NETWORKS = (
    r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)",
    r"(?<![\w:.])[0-9A-Fa-f:]{6,39}(?![\w:])",
)
_OFTEN = (
    "instagram|insta|facebook|messenger|wechat|weixin|skype|twitter|snapchat|tiktok|telegram|"
    "kakao(?:talk)?|discord|line(?= id)"
)
_SERVICES = f"{_OFTEN}|ig|snap|whatsapp|viber|signal|fb|imo|zalo"
_CALLED = "(?:id|handle|user ?name|name|account|pseudo)"
_NO_HANDLES = (
    "needed|required|optional|shown|private|public|secret|blocked|hidden|unknown|confidential|used|"
    "the|not|only|same|mine|visible|there|here|also|okay|nécessaire|obligatoire"
)
_HANDLE = r"(?=[\w.:-]{0,30}(?:[\d_]|\.\w))[^\W\d_][\w.:-]{2,30}\w"  # with a digit or a sign
_HANDLES = (
    r"(?<![\w@.])@(?!(?i:home|work|all|everyone|here|noon|midnight|night|lunch|school)\b)"
    r"[^\W\d]\w[\w.]{0,28}\w",
    rf"(?i)\b(?:{_OFTEN})(?:\s(?:{_CALLED}|is)){{0,2}}\s?[:=(-]?\s?(?P<span>{_HANDLE})",
    rf"(?i)\b(?:{_SERVICES})(?:\s{_CALLED}\s?(?:is|est)?|\s(?:is|est))?"
    rf"(?:(?<=\sid)\s|\s?[:=(,-]\s?)(?P<span>{_HANDLE})",
    rf"(?i)\b(?:{_SERVICES}|line)\s{_CALLED}\s?(?:is|est|[:=])\s?(?!(?:{_NO_HANDLES})\b)"
    r"(?P<span>@?[^\W\d_][\w.:-]{2,30}\w)",
    rf"(?i)(?<!\w){_MAILBOX}(?=\s(?:on|sur)\s(?:{_SERVICES})\b)",
    r"(?i)\b(?:my|mon)\s(?:id|pseudo|handle|username)\s?(?:is|est|c['’]est|:)\s"
    rf"(?P<span>{_MAILBOX}\w)",
    r"\bQQ(?:\s(?i:id|number))?\s?[:=]?\s?(?P<span>\d{5,11})(?!\d)",
)
RULES = (
    *(("e-mail", rule) for rule in _EMAILS),
    *(("URL", rule) for rule in _LINKS),
    *(("IP address", rule) for rule in _NETWORKS),
    *(("handle", rule) for rule in _HANDLES),
)


def is_network_address(match: re.Match[str]) -> bool:
    """Whether what looks like the address of a machine is one."""
    if not any(map(str.isdigit, match[0])):
        return False
    try:
        ipaddress.ip_address(match[0])
    except ValueError:
        return False
    return True
