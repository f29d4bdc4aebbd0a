"""Which questions two waves of a survey share, and what of them has changed.

Questions are matched by id, else by wording; options by code, else by label. What `aliases` say to
be the same is the same. A change of wording, type, options or routing is told before any
difference is, and most of them forbid one: whoever was asked something else did not change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.wording import same

CHANGES = ["question", "kind", "before", "after"]
NEW, GONE = "new question", "question gone"
WORDING, TYPE, ASKED = "wording changed", "type changed", "asked of others"
SAME_IN_OTHER_WORDS = "other words, said to be the same"
OPTION_NEW, OPTION_GONE, OPTION_RENAMED = "option new", "option gone", "option renamed"
_FORBIDS = (WORDING, TYPE, ASKED)  # a difference


@dataclass(frozen=True)
class Pair:
    """A question of both waves.

    Attributes
    ----------
    before, after : as each wave asked it
    options : code after, by code before, of what both offered
    changes : rows of CHANGES without the first column
    """

    before: Question
    after: Question
    options: Mapping[str, str]
    changes: tuple[tuple[str, str, str], ...] = field(default=())

    @property
    def is_single(self) -> bool:
        """Whether each respondent gave one answer in both waves."""
        return self.before.type == self.after.type == "single"

    @property
    def why_not(self) -> str:
        """Why no difference of it can be told; "" where one can. Options that came or went move the
        shares of answers of which only one could be given."""
        kinds = [kind for kind, _, _ in self.changes]
        found = [kind for kind in kinds if kind in _FORBIDS]
        if self.after.type == "single":
            found += [kind for kind in kinds if kind in (OPTION_NEW, OPTION_GONE)]
        return ", ".join(dict.fromkeys(found))


def match_waves(before: Questionnaire, after: Questionnaire) -> tuple[list[Pair], pd.DataFrame]:
    """The questions that two waves share, and every change of the instrument.

    Parameters
    ----------
    before, after : Questionnaire, as their files show them

    Returns
    -------
    pairs : in the order of the later wave
    changes : DataFrame of str with the columns question, kind, before, after
    """
    earlier = [question for question in before.in_file if question.asked]
    later = [question for question in after.in_file if question.asked]
    taken = dict(_matched(earlier, later))
    ids = {old.id: new for new, old in taken.items()}
    pairs = [_pair(taken[question.id], question, ids) for question in later if question.id in taken]
    known = {old.id for old in taken.values()}
    rows = [(question.id, NEW, "", question.text) for question in later if question.id not in taken]
    rows += [(q.id, GONE, q.text, "") for q in earlier if q.id not in known]
    rows += [(pair.after.id, *change) for pair in pairs for change in pair.changes]
    return pairs, pd.DataFrame(rows, columns=CHANGES)


def _matched(earlier: list[Question], later: list[Question]) -> Iterator[tuple[str, Question]]:
    """Id of each later question that was asked before, with the earlier one."""
    free = {question.id: question for question in earlier}
    for question in later:
        if question.id in free:
            yield question.id, free.pop(question.id)
    left = [question for question in later if question.id not in {q.id for q in earlier}]
    for question in left:
        found = next((q for q in free.values() if q.worded_as(question)), None)
        if found is not None:
            yield question.id, free.pop(found.id)


def _pair(before: Question, after: Question, ids: Mapping[str, str]) -> Pair:
    options = dict(_options(before, after))
    changes = list(_changes(before, after, options))
    if _rules(before, ids) != _rules(after, {q: q for q in ids.values()}):
        changes.append((ASKED, _said(before), _said(after)))
    return Pair(before, after, options, tuple(changes))


def _changes(
    before: Question, after: Question, options: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    if not before.worded_as(after):
        yield WORDING, before.text, after.text
    elif not same(before.text, after.text):
        yield SAME_IN_OTHER_WORDS, before.text, after.text
    if before.type != after.type:
        yield TYPE, before.type, after.type
    for code, label in before.choices.items():
        if code not in options:
            yield OPTION_GONE, label, ""
        elif not same(label, after.choices[options[code]]):
            yield OPTION_RENAMED, label, after.choices[options[code]]
    for code, label in after.choices.items():
        if code not in options.values():
            yield OPTION_NEW, "", label


def _options(before: Question, after: Question) -> Iterator[tuple[str, str]]:
    """Code before and after of each option that both offered."""
    free = dict(after.choices)
    for code in before.choices:
        if code in free:
            yield code, code
            del free[code]
    for code, label in before.choices.items():
        if code in after.choices:
            continue
        aliases = before.option_aliases.get(code, ())
        found = next(
            (
                theirs
                for theirs, text in free.items()
                for one in (text, *after.option_aliases.get(theirs, ()))
                if any(same(mine, one) for mine in (label, *aliases))
            ),
            None,
        )
        if found is not None:
            yield code, found
            del free[found]


def _rules(question: Question, ids: Mapping[str, str]) -> frozenset[frozenset[object]]:
    """Who is asked, by the ids of the later wave."""
    return frozenset(
        frozenset(
            (ids.get(c.gate, c.gate), frozenset(c.codes), c.row, c.negated, c.bounds) for c in rule
        )
        for rule in question.ask_if
    )


def _said(question: Question) -> str:
    rules = [" and ".join(f"{c.subject} {','.join(c.codes)}" for c in r) for r in question.ask_if]
    return " or ".join(rules) or "everybody"
