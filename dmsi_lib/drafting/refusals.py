"""What the reader refuses of a draft, in words for somebody who has no questionnaire yet."""

import re

_IN_QUOTES = re.compile(r"'([A-Za-z]\w*)'")
_LINE = re.compile(r" \(line \d+\)")
_CLAUSE = re.compile(r"(?<=[;.?])\s+")
_ADVICE = re.compile(r"\b(aliases|questionnaire|layout|write it|expected)\b", re.IGNORECASE)
_MOST_SHOWN = 5


def named_in(message: str) -> dict[str, str]:
    """The names in quotation marks of a refusal, each with what is said of it first."""
    why: dict[str, str] = {}
    for line in message.splitlines():
        for name in _IN_QUOTES.findall(line):
            why.setdefault(name, f"could not be drafted: {_without_advice(line)}")
    return why


def refusal(path: object, message: str) -> str:
    """That nothing can be drafted, why, and what helps."""
    lines = [_without_advice(line) for line in message.splitlines()[1:]] or [message]
    more = f"\n  and {len(lines) - _MOST_SHOWN} more" if len(lines) > _MOST_SHOWN else ""
    listed = "\n  ".join(lines[:_MOST_SHOWN])
    return (
        f"{path}: no draft of this file can be read.\n  {listed}{more}\n"
        "Take the columns that are named here out of a copy of the file, and draft that."
    )


def _without_advice(line: str) -> str:
    """What was found, without what may be changed in a questionnaire that nobody has."""
    clauses = _CLAUSE.split(_LINE.sub("", line.strip().lstrip("- ")))
    kept = [clause for clause in clauses if not _ADVICE.search(clause)] or clauses[:1]
    return " ".join(kept).rstrip(";")
