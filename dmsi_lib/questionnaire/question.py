"""One question of an instrument: its wording, its options, whom it is put to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from dmsi_lib.questionnaire.derivation import Derivation
from dmsi_lib.questionnaire.rules import Rule
from dmsi_lib.wording import key, plain, same

OTHER, OTHER_TEXT, NOT_STATED, COMMENT = "other", "other_text", "not_stated", "comment"
NOT_A_NUMBER = "not_a_number"
BOX_TYPES = ("open", "numeric")  # may have rows: a box each
ROW_TYPES = ("matrix", "matrix_multiple")
_POINT = re.compile(  # "1 - 5 days" is a range
    r"(?P<first>-?\d{1,3})(?:\s*[-–—:=.)]\s*(?![-–—+]\s*\d)[^\d\s].*)?"  # "10", "1 = never"
    r"|\D(?:.*[^\d\s])?\s+[-–—:=(]\s*(?P<last>-?\d{1,3})\)?"  # "Very likely - 10", "Never (0)"
)
_FEWEST_POINTS = 3  # of a scale
_MOST_NAMED = 3  # of them: both ends and the middle


@dataclass(frozen=True)
class Question:
    """One question as it was put to the respondents.

    Attributes
    ----------
    options : dict of code to label, without the "Other" companion; empty for open and numeric.
    rows : dict of code to label: the statements of a matrix, or the boxes of an open or numeric
        question; empty where it has one answer.
    ask_if : tuple of alternatives, each a tuple of Condition; () for everybody (see `rules`).
    other : label of the free-text companion, or None; `others` are the labels of further ones.
    comment : label of a free text that belongs to no option, or None.
    option_aliases, row_aliases : other texts of an option or row in exports, by code.
    optional_codes : options and rows that a file may lack.
    stated_scores : what options count in the mean of a scale, by code, where it is said.
    plurals : what sentences call those who chose an option, by code, where it is said.
    same_question : whether it asks the same as its twin, the one of its concept, in other words.
    stated_order : the options that stand in an order, from low to high, where it is said.
    exclusive : options that go with no other option.
    stated_short : title of its charts, where it is said; see `short`.
    asked_of : who is asked, in words, or None; see `Questionnaire.asked_of`.
    occurrence : which of the questions with this title it is in the file, or None.
    format : how dates are written, or None.
    derivation : how its answers follow from those to others; None of one that was asked.
    asked : whether the file at hand has the question.
    line : line in the questionnaire file, for messages.
    """

    id: str
    text: str
    type: str
    page: int
    options: dict[str, str] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    ask_if: Rule = ()
    other: str | None = None
    aliases: tuple[str, ...] = ()
    concept: str | None = None
    line: int = 0
    others: tuple[str, ...] = ()
    comment: str | None = None
    option_aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    row_aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    optional: bool = False
    optional_codes: frozenset[str] = frozenset()
    stated_scores: dict[str, float] = field(default_factory=dict)
    plurals: dict[str, str] = field(default_factory=dict)
    same_question: bool = False
    stated_order: tuple[str, ...] = ()
    exclusive: tuple[str, ...] = ()
    occurrence: int | None = None
    format: str | None = None
    derivation: Derivation | None = None
    asked: bool = True
    stated_short: str | None = None
    asked_of: str | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """Ids of the questions that a derived one is made of; () for one that was asked."""
        return self.derivation.parts if self.derivation else ()

    @property
    def short(self) -> str:
        """Title of its charts, in a few words where the questionnaire has them."""
        return self.stated_short or self.text

    @cached_property
    def other_code(self) -> str | None:
        """Code of the option that the companion belongs to; None without a companion.

        The companion's label may be one of the options' own labels; else its code is "other".
        """
        return next(iter(self.companions), None)

    @cached_property
    def companions(self) -> dict[str, str]:
        """The label of each free-text companion by the code of the option that it belongs to."""
        found: dict[str, str] = {}
        for number, label in enumerate(self.all_others, 1):
            same = [code for code, text in self.options.items() if key(text) == key(label)]
            found[same[0] if same else OTHER + ("" if number == 1 else f"_{number}")] = label
        return found

    @property
    def has_texts(self) -> bool:
        """Whether people answer it in their own words, be it beside "Other"."""
        return self.type == "open" or bool(self.companions)

    @property
    def all_others(self) -> tuple[str, ...]:
        """The labels of all free-text companions."""
        return () if self.other is None else (self.other, *self.others)

    @cached_property
    def text_items(self) -> dict[str, str]:
        """The item of each companion's text by the code of its option: other_text, ..."""
        return {
            code: OTHER_TEXT + ("" if number == 1 else f"_{number}")
            for number, code in enumerate(self.companions, 1)
        }

    @cached_property
    def choices(self) -> dict[str, str]:
        """Codes and labels of every option, the companions' included."""
        more = {code: label for code, label in self.companions.items() if code not in self.options}
        return self.options | more if more else self.options

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The items of the question in `responses`, without texts beside the answer."""
        if self.type == "multiple":
            return tuple(self.choices)
        if self.type == "ranking":
            return tuple(self.options)
        if self.type == "matrix_multiple":
            return tuple(self.item(row, code) for row in self.rows for code in self.options)
        return tuple(self.rows) or ("",)

    def item(self, row: str, code: str) -> str:
        """The item of an option, of a row where the question has any: "code", "row.code"."""
        return f"{row}.{code}" if row else code

    def answer_items(self, row: str = "") -> tuple[str, ...]:
        """The items of which one at least is there where the question, or a row of it, was
        answered; the options of a multiple question are blank together or not at all."""
        if self.type == "multiple":
            return self.items[:1]
        rows = [row] if row or not self.rows else [*self.rows]
        if self.type == "matrix_multiple":
            return tuple(self.item(each, next(iter(self.options))) for each in rows)
        if self.type == "numeric":
            return (*rows, *map(not_a_number, rows))
        return tuple(rows) if self.rows else self.items

    @cached_property
    def scores(self) -> dict[str, float]:
        """What each option counts in the mean of a scale; {} where the question is none.

        As the questionnaire says it, or where the labels are a scale: whole numbers one after
        the other, those at the ends perhaps with words ("Extremely likely - 10").
        """
        if self.stated_scores or self.type not in ("single", "matrix"):
            return self.stated_scores
        points = {code: scale_point(label) for code, label in self.options.items()}
        found = {code: float(point) for code, point in points.items() if point is not None}
        steps = sorted(found.values())
        even = [steps[0] + n for n in range(len(steps))] == steps if steps else False
        bare = sum(label.strip().lstrip("-").isdigit() for label in self.options.values())
        whole = len(found) == len(self.options) >= _FEWEST_POINTS
        whole = whole and bare >= max(1, len(found) - _MOST_NAMED)  # "1. Yes", "2. No" are none
        return found if whole and even else {}

    def worded_as(self, other: "Question") -> bool:
        """Whether a title of one, or an alias of it, is a title of the other."""
        return any(same(mine, theirs) for mine in self.wordings for theirs in other.wordings)

    def asks_the_same_as(self, other: "Question") -> bool:
        """Whether the answers to both can be compared: the wordings agree in letters and digits, or
        the questionnaire says that two wordings are one question."""
        return self.same_question or other.same_question or same(self.text, other.text)

    @cached_property
    def ordered(self) -> tuple[str, ...]:
        """The options that stand in an order, from low to high; () where there is none.

        Those of a scale by their scores, else as the questionnaire says it. What is not among them,
        as "Don't know", is on no place of the order.
        """
        if self.scores:
            return tuple(sorted(self.scores, key=lambda code: self.scores[code]))
        found = tuple(code for code in self.stated_order if code in self.options)
        return found if len(found) > 1 else ()

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All options from low to high; () where one of them has no place in the order, as "Don't
        know", so that the answers as a whole are in none."""
        return self.ordered if {*self.ordered} == {*self.choices} else ()

    def not_offered(self, items: Iterable[str]) -> bool:
        """Whether one of these answers is an option, or one to a row, that the file lacks."""
        lacking = self.optional_codes - {*self.choices, *self.rows}
        return any(code in lacking for item in items for code in (item, *item.split(".")))

    @property
    def gates(self) -> tuple[str, ...]:
        """Ids of the questions whose answers decide this one's universe."""
        return tuple(dict.fromkeys(each.gate for rule in self.ask_if for each in rule))

    @property
    def wordings(self) -> tuple[str, ...]:
        """The title and its aliases."""
        return (self.text, *self.aliases)


def not_a_number(row: str = "") -> str:
    """The item that says of a numeric question, or a row of it, that what was written is no number.

    Only responses in which that occurs have it.
    """
    return f"{row}.{NOT_A_NUMBER}" if row else NOT_A_NUMBER


def scale_point(label: str) -> int | None:
    """The number that a label of a scale stands for: "10", "Very likely - 10", "1 = never"."""
    match = _POINT.fullmatch(plain(label))
    return int(match["first"] or match["last"]) if match else None
