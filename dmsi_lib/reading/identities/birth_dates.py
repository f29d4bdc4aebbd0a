"""Dates of birth: a date behind a word that says so, or a full date of the last century.

A full date from 2000 on is rather a deadline, an event or a fiscal year, and is left alone unless
"born", "DOB", "née le" or the like stands before it; so is every date without a day.
"""

_MONTH = (
    r"(?:jan(?:uary|vier)?|feb(?:ruary)?|f[ée]v(?:rier)?|mar(?:ch|s)?|a[pv]r(?:il)?|ma[iy]|june?|juin|"
    r"july?|juil(?:let)?|aug(?:ust)?|ao[ûu]t|sept?(?:ember|embre)?|oct(?:ober|obre)?|"
    r"nov(?:ember|embre)?|d[ée]c(?:ember|embre)?)\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_NUMBER = r"(?:0?[1-9]|1[0-2])"


def _date(year: str, two_digits: str = "") -> str:
    """A date with a day, in the orders of English and French; the year in two digits where told."""
    short = f"|{two_digits}" if two_digits else ""
    return (
        rf"(?:{year}[-/. ]{_NUMBER}[-/. ]{_DAY}|{_DAY}[-/. ]{_DAY}[-/. ](?:{year}{short})"
        rf"|{_DAY}(?:st|nd|rd|th|er|e)?[\s-](?:of\s|de\s)?{_MONTH},?[\s-](?:{year}{short})"
        rf"|{_MONTH}\s{_DAY}(?:st|nd|rd|th)?(?:,?\s|/)(?:{year}{short}))(?!\d)"
    )


_SAID = (
    r"(?:born|d\.?o\.?b|dates?\sof\sbirth|birth\s?date|birthday|b-?day|birth|née?s?|naissance|ddn|"
    r"anniversaire)"
)
BIRTH_DATES = (
    (
        "date of birth",
        rf"(?i)\b{_SAID}\b[^\d\n]{{0,30}}(?P<span>{_date('(?:19|20)[0-9]{2}', '[0-9]{2}')})",
    ),
    ("date of birth", rf"(?i)(?<![\w./-]){_date('19[0-9]{2}')}"),
)
