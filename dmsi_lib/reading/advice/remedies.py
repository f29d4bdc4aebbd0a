"""Remedies of faults, tried on the file before they are offered.

What a fault proposes is written into the questionnaire's text and the rows are interpreted again.
It is accepted if the fault is gone and nothing else is wrong instead. New faults do not count where
they have a remedy in turn that adds a mere wording: the answers of a column show once its question
is found, and one of them may be spelt otherwise. If it takes new options or another type to read a
column as a question's, it is another question's.
"""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, count, islice, pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from dmsi_lib.errors import InputError
from dmsi_lib.files import Place
from dmsi_lib.questionnaire import (
    Questionnaire,
    amended,
    build_questionnaire,
    parse_yaml,
    yaml_text,
)
from dmsi_lib.reading.advice.proposals import Changes, change_of, is_wording, shown_change
from dmsi_lib.reading.change_log import Fault, Refused
from dmsi_lib.reading.rows.file_rows import Numbered

Interpret = Callable[[Numbered, Questionnaire], Any]  # raises Refused
Faults = Sequence[Fault]
Attempt = Callable[[Faults], Faults | None]
Remedy = list[tuple[str, str]]  # the id of a question, "" for the rest, and YAML for it
Tried = tuple[list[Fault], Faults]  # those with accepted remedies, and what is left then

MOST_TRIES = 40
MOST_SECONDS = 10.0
MOST_FAULTS = 200
_ROUNDS = 3  # of faults that show only once others are gone
_MANY_ROWS = 5_000  # beyond which proposals are tried on some rows first
_HEADER_ROWS = 8  # no header has more
_TEXTS = 50  # of each column that stand in the rows that are tried first
# An apostrophe is no quotation mark; how many columns there are changes with the rest, too.
_QUOTED = r"(?<!\w)'.*?'(?!\w)"
_COUNTED = r" and \d+ more| in \d+ rows|\d+( \([A-Z]+\))?"
_QUOTED_OR_NUMBER = re.compile(f"{_QUOTED}|{_COUNTED}")
_REMARK = re.compile(r"[;.] ")
_PLAIN_PATH = re.compile(r"[\w./\\:+,@=-]+")
LINE = re.compile(r" \(line \d+\)")


@dataclass(frozen=True)
class Instrument:
    """A questionnaire as the text of its file."""

    path: str
    text: str

    @cached_property
    def document(self) -> Any:
        """What the text says, a map; an InputError where it can't be read."""
        return parse_yaml(self.text, self.path)

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """The checked questionnaire; an InputError where it is none."""
        return build_questionnaire(self.document, self.path)

    def change(self, faults: Faults) -> Changes:
        """What all these faults propose."""
        return change_of(self.document, [each for fault in faults for each in fault.proposals])

    def changed(self, change: Changes) -> "Instrument":
        """The same with a change in its text."""
        return replace(self, text=amended(self.text, change))

    def is_wording(self, fault: Fault) -> bool:
        """Whether a fault proposes other wordings, and nothing else."""
        found = [is_wording(self.document, proposal) for proposal in fault.proposals]
        return bool(found) and all(found)

    def remedies(self, faults: Faults) -> list[Remedy]:
        """What each fault adds to the change of those before it: ids of questions, and YAML."""
        changes = [self.change(faults[:number]) for number in range(len(faults) + 1)]
        return [
            [*shown_change(self.document, _news(after, before))]
            for before, after in pairwise(changes)
        ]


@dataclass(frozen=True)
class Trials:
    """How remedies are tried.

    Attributes
    ----------
    attempt : gives the faults that are left with the remedies of some, or None where those can't
        be applied
    is_wording : whether a fault's remedy is but another wording of what the questionnaire has
    early : whether nothing else was looked at because of the fault; then it only has to go
    marked : gives a text as it may be shown; what would not be shown as it is, is not proposed
    """

    attempt: Attempt
    is_wording: Callable[[Fault], bool]
    early: bool = False
    marked: Callable[[str], str] = str

    def may_propose(self, fault: Fault) -> bool:
        """Whether there are proposals, and none would write an identity into a questionnaire."""
        texts = (text for each in fault.proposals for text in _texts(each.value))
        return bool(fault.proposals) and all(self.marked(text) == text for text in texts)


def instrument_of(questionnaire: Questionnaire) -> Instrument | None:
    """The text that a questionnaire was read from; None where its file has no, or another one."""
    try:
        instrument = Instrument(questionnaire.path, yaml_text(questionnaire.path))
        return instrument if instrument.questionnaire == questionnaire else None
    except InputError:
        return None


def _news(after: Any, before: Any) -> Any:
    """The parts of a change that another has not, or otherwise."""
    if not isinstance(after, dict) or not isinstance(before, dict):
        return after
    return {name: _news(v, before.get(name)) for name, v in after.items() if v != before.get(name)}


def fixing_command(export: Place, questionnaire: str) -> str:
    """The command that writes a questionnaire with all remedies, beside the one that there is: only
    there it has the themes, tiles and published figures of the survey."""
    place = Path(questionnaire)
    names = chain(["fixed"], (f"fixed-{number}" for number in count(2)))
    places = (place.with_name(f"{place.stem}-{name}.yaml") for name in names)
    out = next(one for one in places if not one.exists())
    files = {"export": export, "questionnaire": questionnaire, "fix": out}
    return " ".join(["dmsi check", *(f"--{name} {_typed(file)}" for name, file in files.items())])


def _typed(path: Place) -> str:
    """A path as it is typed: in double quotes, which every shell knows, where it has blanks."""
    text = str(path)
    if _PLAIN_PATH.fullmatch(text):
        return text
    return shlex.quote(text) if re.search(r'["$`!]', text) else f'"{text}"'


def advised(
    refused: Refused,
    interpret: Interpret,
    rows: Numbered,
    source: Questionnaire,
    path: Place = "EXPORT",
) -> Refused:
    """A refusal whose message says what helps.

    Parameters
    ----------
    refused : Refused
    interpret : function of (rows and their numbers, Questionnaire) that raises Refused
    rows : as from `read_rows`
    source : Questionnaire
        By which the rows were refused; nothing is proposed where it has no file.
    path : of the export, for the command that the message names

    Returns
    -------
    Refused
    """
    instrument = instrument_of(source) if any(f.proposals for f in refused.faults) else None
    if instrument is None:
        return refused
    accepted, left = accepted_remedies(refused, instrument, interpret, rows)
    if not accepted:
        return refused
    found = instrument.remedies(accepted)
    remedies: dict[str, Remedy] = {}
    for fault, remedy in zip(accepted, found, strict=True):
        remedies.setdefault(fault.text, remedy)
    later = [fault for fault in accepted if fault not in refused.faults]
    lines = [
        ("then " if fault in later else "") + _with_remedy(fault, remedies, source)
        for fault in (*refused.faults, *later)
    ]
    number = sum(map(len, found))
    rest = f"faults left then: {len(left)}" if left else "the file is accepted then"
    end = (
        f"`{fixing_command(path, source.path)}` writes the questionnaire with these changes "
        f"({number}), each marked for you to look at; {rest}."
    )
    return Refused.of(refused.heading, refused.faults, lines, end, refused.early, refused.marked)


def _with_remedy(fault: Fault, remedies: Mapping[str, Remedy], source: Questionnaire) -> str:
    """What is wrong, and what to write where; nothing is said where nothing helps."""
    places = [
        f"In question '{name}' (line {source[name].line}): {yaml}"
        if name
        else f"In the questionnaire: {yaml}"
        for name, yaml in remedies.get(fault.text, ())
    ]
    return " ".join([fault.text, *places])


def accepted_remedies(
    refused: Refused, instrument: Instrument, interpret: Interpret, rows: Numbered
) -> Tried:
    """The faults whose remedies, all together, help; and the faults that are left then.

    Where there are many rows, those that work on some of them are tried on all.
    """

    def trials(some: Numbered) -> Trials:
        attempt = partial(_left, instrument, interpret, some)
        return Trials(attempt, instrument.is_wording, refused.early, refused.marked)

    faults, on_all = refused.faults, trials(rows)
    if len(rows[0]) <= _MANY_ROWS:
        return tried(faults, on_all)
    on_few = trials(witnesses(rows))
    accepted, _ = tried(on_few.attempt(()) or (), on_few)
    works = {*map(_identity, accepted)}
    group = [fault for fault in faults if _identity(fault) in works]
    found = _followed((), group, faults, on_all) if group else None
    return found or ([], faults)


def _left(
    instrument: Instrument, interpret: Interpret, rows: Numbered, wanted: Faults
) -> Faults | None:
    """The faults that are left with the remedies of some; None where they can't be applied."""
    try:
        interpret(rows, instrument.changed(instrument.change(wanted)).questionnaire)
    except Refused as refused:
        return refused.faults
    except InputError:
        return None
    return ()


def witnesses(rows: Numbered) -> Numbered:
    """The rows of the header, and those that hold one of the first texts of any column."""
    whole, numbers = rows
    kept = {*range(min(_HEADER_ROWS, len(whole)))}
    for column in whole.columns:
        kept |= {*np.sort(column.first_rows())[:_TEXTS].tolist()}
    places = sorted(kept)
    return whole[np.array(places)], [numbers[place] for place in places]


def tried(
    faults: Faults, trials: Trials, most: int = MOST_TRIES, seconds: float = MOST_SECONDS
) -> Tried:
    """Search for the remedies of the first faults that help: all together first, then in halves.

    Parameters
    ----------
    faults : sequence of Fault
    trials : Trials
    most, seconds : int and float
        After how many attempts, and how much time, the search ends.

    Returns
    -------
    list of Fault
        Those with accepted remedies; also new ones, each behind those that showed it.
    sequence of Fault
        Those that are left with these remedies.
    """
    ends, tries = monotonic() + seconds, 0

    def attempt(wanted: Faults) -> Faults | None:
        nonlocal tries
        tries += 1
        return trials.attempt(wanted) if tries <= most and monotonic() < ends else None

    bounded = replace(trials, attempt=attempt)
    accepted: list[Fault] = []
    left = faults
    groups = [[*islice(filter(trials.may_propose, faults), MOST_FAULTS)]]
    while groups and tries < most and monotonic() < ends:
        there = {*map(_identity, left)}
        group = [fault for fault in groups.pop() if _identity(fault) in there]
        if found := _followed(accepted, group, faults, bounded) if group else None:
            accepted, left = found
        elif len(group) > 1:
            half = len(group) // 2
            groups += [group[half:], group[:half]]
    return accepted, left


def _followed(accepted: Faults, group: Faults, faults: Faults, trials: Trials) -> Tried | None:
    """Whether the remedies of a group help besides those accepted; with those of new faults."""
    wanted = [*accepted, *group]
    most = len(faults) - sum(fault in faults for fault in wanted)
    for _ in range(_ROUNDS):
        left = trials.attempt(wanted)
        if left is None or {*map(_identity, left)} & {*map(_identity, wanted)}:
            return None
        new = _new_faults([fault for fault in faults if fault not in wanted], left)
        if trials.early or (not new and len(left) <= most):
            return wanted, left
        if not new or not all(trials.is_wording(f) and trials.may_propose(f) for f in new):
            return None
        wanted += new
    return None


def _new_faults(before: Faults, after: Faults) -> list[Fault]:
    """The faults that were not there before, not even with another remark at their end."""
    known, still = {*map(_identity, before)}, {*map(_identity, after)}
    gone = {_REMARK.split(text)[0] for text in known - still}
    return [
        fault
        for fault in after
        if (text := _identity(fault)) not in known and _REMARK.split(text)[0] not in gone
    ]


def _texts(value: Any) -> list[str]:
    """The texts in what is proposed: one, a list, or labels by their codes."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, Mapping) else value
    return [text for each in inner for text in _texts(each)] if isinstance(inner, Iterable) else []


def _identity(fault: Fault) -> str:
    """A fault's text without lines and counts, which other changes or fewer rows alter."""
    text = LINE.sub("", fault.text)
    return _QUOTED_OR_NUMBER.sub(lambda m: m[0] if m[0][0] == "'" else "", text)
