"""Which question of an earlier questionnaire a drafted one is, and which option which."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from dmsi_lib.questionnaire import Question
from dmsi_lib.wording import denies, key

_ALIKE = 0.75  # of the letters of two wordings, for one question to have got the other
_RATHER_ALIKE = 0.4  # where most of the options are the same
_SAME_LABELS = 0.6
_FEWEST_LABELS = 3  # that say something of a question: many have "Yes" and "No"
_DIGITS = re.compile(r"\d+")
_FEWEST_LETTERS = 5  # of a wording that another holds: "Yes" stands in many


def matched_questions(earlier: Sequence[Question], drafted: Sequence[Question]) -> dict[str, str]:
    """The id of the earlier question by that of the drafted one: by wording, else by likeness."""
    free = [question for question in earlier if not question.derivation]
    found: dict[str, str] = {}
    for question in drafted:
        one = next((old for old in free if old.worded_as(question)), None)
        if one is not None:
            found[question.id] = one.id
            free.remove(one)
    left = [question for question in drafted if question.id not in found]
    pairs = sorted(
        ((_likeness(old, new), old.id, new.id) for old in free for new in left), reverse=True
    )
    for likeness, old_id, new_id in pairs:
        if likeness and new_id not in found and old_id not in found.values():
            found[new_id] = old_id
    return found


def _likeness(old: Question, new: Question) -> float:
    """How alike two questions are, 0.0 where too little to be one."""
    wording = _alike(old.text, new.text)
    mine, theirs = ({*map(key, (q.rows or q.choices).values())} for q in (old, new))
    shared = len(mine & theirs) / max(1, len(mine | theirs))
    telling = min(len(mine), len(theirs)) >= _FEWEST_LABELS and shared >= _SAME_LABELS
    same_kind = bool(mine) == bool(theirs)
    is_one = wording >= _ALIKE or (telling and wording >= _RATHER_ALIKE)
    return wording + shared if same_kind and is_one else 0.0


def _alike(one: str, other: str) -> float:
    """The share of letters that two wordings have in common; 0.0 where their numbers differ."""
    mine, theirs = key(one), key(other)
    if _DIGITS.findall(mine) != _DIGITS.findall(theirs) or denies(one, other):
        return 0.0
    shorter, longer = sorted(({*one.casefold().split()}, {*other.casefold().split()}), key=len)
    if shorter < longer and min(len(mine), len(theirs)) >= _FEWEST_LETTERS:
        return _ALIKE  # "Messenger", which was "Facebook Messenger"
    return SequenceMatcher(None, mine, theirs, autojunk=False).ratio()


def reworded_options(old: Mapping[str, str], new: Iterable[str]) -> dict[str, str]:
    """The new label of each code whose own is in the file no more, where one there is like it."""
    known = {*map(key, old.values())}
    free = [label for label in new if key(label) not in known]
    gone = {code: label for code, label in old.items() if key(label) not in {*map(key, new)}}
    pairs = sorted(
        ((_alike(mine, label), code, label) for code, mine in gone.items() for label in free),
        reverse=True,
    )
    found: dict[str, str] = {}
    for likeness, code, label in pairs:
        if likeness >= _ALIKE and code not in found and label not in found.values():
            found[code] = label
    return found
