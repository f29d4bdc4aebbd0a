"""Which respondents are counted: conditions on their answers, in one grammar everywhere.

`province=ontario,alberta` keeps those who gave any of these answers; `province!=ontario` those who
answered, but otherwise (whoever gave no answer is on neither side, as in a questionnaire's
`ask_if`); several conditions must all hold. A code with a comma or a quotation mark in it stands in
double quotes, as in a CSV file: `size="1,000 or more"`.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from dmsi_lib.errors import UsageError

_CONDITION = re.compile(
    r"\s*(?P<question>[^=!\s][^=!]*?)\s*(?P<sign>!?=)\s*(?P<codes>.*\S)\s*", re.S
)


@dataclass(frozen=True)
class Condition:
    """One condition: a question and the codes that were, or were not, answered.

    Attributes
    ----------
    question : str, id
    codes : tuple of str; any of them
    negated : bool, whether none of them may have been answered
    """

    question: str
    codes: tuple[str, ...]
    negated: bool = False

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """The condition that a text says.

        Raises
        ------
        UsageError
            For a text of another form.

        Examples
        --------
        >>> Condition.parse("province != ontario, alberta")
        Condition(question='province', codes=('ontario', 'alberta'), negated=True)
        """
        match = _CONDITION.fullmatch(text)
        codes = _split(match["codes"]) if match else ()
        if not match or not all(codes):
            raise UsageError(
                f"'{text}' is no condition; expected question=code, question=code,code (any of "
                "them) or question!=code (not)."
            )
        return cls(match["question"], codes, match["sign"] == "!=")

    def __str__(self) -> str:
        return f"{self.question}{'!=' if self.negated else '='}{_joined(self.codes)}"


@dataclass(frozen=True)
class Where:
    """Conditions that must all hold; none keeps everybody.

    Examples
    --------
    >>> where = Where.of(["province=ontario,alberta", "role!=management"])
    >>> print(where)
    province=ontario,alberta, role!=management
    >>> Where.of(where.texts) == where
    True
    >>> print(where & Where.of("eats=yes"))
    province=ontario,alberta, role!=management, eats=yes
    """

    conditions: tuple[Condition, ...] = ()

    @classmethod
    def of(cls, given: "Where | str | Iterable[str] | None") -> "Where":
        """What notebooks, the command line and other programs give: a text, several, or none.

        Raises
        ------
        UsageError
            For a text that is no condition.
        """
        if isinstance(given, Where):
            return given
        texts = [given] if isinstance(given, str) else list(given or ())
        return cls(tuple(Condition.parse(text) for text in texts if text))

    @property
    def texts(self) -> list[str]:
        """A text for each condition, which `of` reads again."""
        return [str(condition) for condition in self.conditions]

    def __and__(self, other: "Where") -> "Where":
        return Where(tuple(dict.fromkeys((*self.conditions, *other.conditions))))

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def __str__(self) -> str:
        return ", ".join(self.texts)


def _split(text: str) -> tuple[str, ...]:
    """Codes between commas, those in quotation marks whole."""
    rows = list(csv.reader([text.replace("\n", " ")], skipinitialspace=True))
    return tuple(code.strip() for code in rows[0]) if len(rows) == 1 else ()


def _joined(codes: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(codes)
    return line.getvalue()
