"""Dates of birth: a date beside a word that says so, or a full date of the last century.

A full date from 2000 on is rather a deadline, an event or a fiscal year, and is left alone unless
"born", "DOB", "née le" or the like stands beside it; so is every date without a day.
"""

_MONTH = (
    r"(?:jan(?:uary|vier)?|feb(?:ruary)?|f[ée]v(?:rier)?|mar(?:ch|s)?|a[pv]r(?:il)?|ma[iy]|june?|juin|"
    r"july?|juil(?:let)?|aug(?:ust)?|ao[ûu]t|sept?(?:ember|embre)?|oct(?:ober|obre)?|"
    r"nov(?:ember|embre)?|d[ée]c(?:ember|embre)?)\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_NUMBER = r"(?:0?[1-9]|1[0-2])"


def _date(year: str) -> str:
    """A date with a day, in the orders of English and French."""
    return (
        rf"(?:{year}[-/. ]{_NUMBER}[-/. ]{_DAY}|{_DAY}[-/. ]{_DAY}[-/. ]{year}"
        rf"|{_DAY}(?:st|nd|rd|th|er|e)?[\s-](?:of\s|de\s)?{_MONTH},?[\s-]{year}"
        rf"|{_MONTH}\s{_DAY}(?:st|nd|rd|th)?(?:,?\s|/){year})(?!\d)"
    )


_SAID = (
    r"(?:born|d\.?o\.?b|dates?\sof\sbirth|birth\s?date|birthday|b-?day|birth|née?s?|naissance|ddn|"
    r"anniversaire)"
)
_ANY_YEAR = r"(?:(?:19|20)\d\d|['’]?\d\d)"
_DATES = (
    rf"(?i)\b{_SAID}\b[^\d\n]{{0,30}}(?P<span>{_date(_ANY_YEAR)})",
    rf"(?i)(?<![\w./-])(?P<span>{_date(_ANY_YEAR)})"
    rf"\W{{1,3}}(?:(?:is|was|est)\s(?:\w{{1,5}}\s)?)?{_SAID}\b",
    rf"(?i)(?<![\w./-]){_date('19[0-9]{2}')}",
)
RULES = tuple(("date of birth", rule) for rule in _DATES)
