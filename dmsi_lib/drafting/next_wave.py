"""The questionnaire of a survey's next wave: the file of the last one, changed where a new export
has it otherwise.

The file stays what its authors made of it: comments, order, ids, codes and derived questions. A
question that got another wording keeps its id, and has the old wording as an alias; one that the
export lacks stays as an optional one, so that one set of notebooks serves both waves; what is new
comes as drafted, behind the question that it stands behind. What rests on a guess has a (?).
"""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from dmsi_lib.drafting.draft import Draft, draft_questionnaire
from dmsi_lib.drafting.routes import Found, Gate
from dmsi_lib.drafting.same_questions import matched_questions, reworded_options
from dmsi_lib.drafting.wave_differences import NEW, moved_questions, wave_changes
from dmsi_lib.drafting.writing import Named, question_lines
from dmsi_lib.errors import InputError
from dmsi_lib.files import Place
from dmsi_lib.questionnaire import (
    Questionnaire,
    amended,
    build_questionnaire,
    commented,
    parse_yaml,
    with_questions,
    yaml_text,
)
from dmsi_lib.reading import Export, fixed_text, interpreted, mark_identities, read_rows
from dmsi_lib.wording import how_many, key

_FEWEST_SHARED = 0.25  # of the questions, for two questionnaires to be of one survey

Change = dict[str, dict[str, Any]]  # see `questionnaire.amended`


@dataclass(frozen=True)
class NextWave:
    """A questionnaire for another export of a survey whose questionnaire there is.

    Attributes
    ----------
    text : YAML
    export : what the reader makes of the file with it
    changes : DataFrame of str with the columns question, kind, before, after
    moved : ids of questions that stand elsewhere in the file than in the questionnaire
    """

    text: str
    export: Export
    changes: pd.DataFrame
    moved: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Every change, by kind, and what is to be looked at first."""
        counted = ", ".join(
            f"{n} {kind}" for kind, n in self.changes["kind"].value_counts().items()
        )
        yield f"changes: {counted or 'none'}"
        for row in self.changes.itertuples():
            told = " -> ".join(filter(None, (row.before, row.after)))
            told = mark_identities(told, self.export.identities)[0]
            yield f"  {row.question}: {row.kind}: {told}"
        if self.moved:
            verb = "stands" if len(self.moved) == 1 else "stand"
            yield (
                f"{how_many(len(self.moved), 'question')} {verb} elsewhere in this file: "
                f"{', '.join(self.moved)}. Pages and order are those of the earlier wave; set "
                "`page` anew, since it decides who left before a question."
            )


def next_wave(path: Place, earlier: Place) -> NextWave:
    """Draft the next wave's questionnaire from its export and the questionnaire of an earlier wave.

    Parameters
    ----------
    path : str or Path
        .csv, .xlsx or .sav of the next wave.
    earlier : str or Path
        The earlier questionnaire.yaml; it is read, and left as it is.

    Returns
    -------
    NextWave

    Raises
    ------
    InputError
        Where a file can't be read, no question of the earlier wave is found in the export, or the
        reader does not accept what was drafted.

    Examples
    --------
    >>> wave = next_wave("data/synthetic/dmsi-2018-synthetic.csv", "data/questionnaire.yaml")
    >>> list(wave.changes["kind"])
    []
    """
    text = yaml_text(earlier)
    document = parse_yaml(text, earlier)
    before = build_questionnaire(document, earlier)
    draft, rows = draft_questionnaire(path), read_rows(path)
    known = matched_questions(before.in_file, draft.questionnaire.questions)
    there = min(len(before.in_file), len(draft.questions))
    if len(known) < _FEWEST_SHARED * there:
        raise InputError(
            f"{path}: {len(known)} of its {how_many(len(draft.questions), 'question')} and of the "
            f"{len(before.in_file)} of {earlier} are the same; expected another wave of the same "
            "survey. Draft it without --questionnaire."
        )

    def read(text: str) -> Export:
        return interpreted(rows, build_questionnaire(parse_yaml(text, earlier)), Path(path))

    def kept(known: Mapping[str, str], lacking: Container[str]) -> str:
        change = _kept(before, document, draft, known, lacking)
        return fixed_text(amended(text, change), rows, Path(path))

    # Which of several questions with one title the file has is known to the reader alone.
    titles = Counter(key(question.text) for question in before.in_file)
    certain = {new: old for new, old in known.items() if titles[key(before[old].text)] == 1}
    export = read(kept(certain, _lacking(before, known)))
    known, asked = _taken(draft, export), export.questionnaire.by_id
    own = kept(known, {q.id for q in before.in_file if not asked[q.id].asked})
    export = read(own)
    text = fixed_text(_with_new(own, draft, known, export), rows, Path(path))
    after = build_questionnaire(parse_yaml(text, earlier), earlier)
    if spoken := _own_words(before, after, draft, known):
        raise InputError(
            f"{path}: people's own words stand among the answers to {', '.join(spoken)}, and what "
            f"is an option is published. In a copy of {earlier} give the question `other: Other` "
            "where some wrote their own words, or `type: open` and no options where all did."
        )
    export = interpreted(rows, after, Path(path))
    changes = wave_changes(before, after, export, draft, known)
    text = commented(text, _remarks(changes)) if len(changes) else text
    text = _head(text, before, export, changed=bool(len(changes)))
    return NextWave(text, export, changes, moved_questions(export.questionnaire, known, draft))


def _own_words(
    before: Questionnaire, after: Questionnaire, draft: Draft, known: Mapping[str, str]
) -> list[str]:
    """Ids of questions that would get options which the draft takes for people's own words."""
    found = []
    for new, old in known.items():
        drafted = draft.questionnaire[new]
        options = {*map(key, (*drafted.choices.values(), *drafted.rows.values()))}
        added = {**after[old].choices, **after[old].rows}
        there = {**before[old].choices, **before[old].rows}
        if any(key(label) not in options for code, label in added.items() if code not in there):
            found.append(old)
    return found


def _lacking(before: Questionnaire, known: Mapping[str, str]) -> set[str]:
    """Ids of earlier questions that the file may lack: those with no drafted one, and those whose
    title they share."""
    titles = {key(q.text) for q in before.in_file if q.id not in known.values()}
    return {q.id for q in before.in_file if key(q.text) in titles}


def _taken(draft: Draft, export: Export) -> dict[str, str]:
    """The id of the question that the reader took for each drafted one, by the id of that."""
    owner = dict(zip(export.columns["position"], export.columns["question"], strict=True))
    found = {named.id: owner[named.question.positions[0] + 1] for named in draft.questions}
    return {new: old for new, old in found.items() if old}


# ---- the text


def _kept(
    before: Questionnaire,
    document: Any,
    draft: Draft,
    known: Mapping[str, str],
    lacking: Container[str],
) -> Change:
    """What changes in the earlier questions: wordings, and which a file may lack."""
    drafted = {old: draft.questionnaire[new] for new, old in known.items()}
    entries = {entry["id"]: entry for entry in document["questions"]}
    change: Change = {"questions": {}, "scales": {}}
    for question in before.in_file:
        new = drafted.get(question.id)
        own = change["questions"].setdefault(question.id, {})
        if question.id in lacking:
            own["optional"] = True
        if new is None:
            continue
        if new.other and key(new.other) not in {*map(key, question.all_others)}:
            own["other"] = new.other
        if not question.worded_as(new):
            own |= {"text": new.text, "aliases": [question.text]}
        for name, old, theirs in (
            ("options", question.options, new.choices.values()),
            ("rows", question.rows, new.rows.values()),
        ):
            labels, scale = reworded_options(old, [*theirs]), entries[question.id].get(name)
            if isinstance(scale, str):  # others have it too, and perhaps in the old wording
                aliases = change["scales"].setdefault(scale, {})
                aliases |= {code: {"aliases": [label]} for code, label in labels.items()}
            elif labels:
                own[name] = {
                    code: {"label": label, "aliases": [old[code]]} for code, label in labels.items()
                }
    changed = {name: {k: v for k, v in inner.items() if v} for name, inner in change.items()}
    return {name: inner for name, inner in changed.items() if inner}


def _with_new(text: str, draft: Draft, known: Mapping[str, str], export: Export) -> str:
    """The text with the drafted questions whose columns no question has taken."""
    left = set(export.columns.loc[export.columns["why"] != "", "position"])
    place = next(iter(export.questionnaire.in_file)).id
    taken, names = set(export.questionnaire.by_id), dict(known)
    for named in draft.questions:
        if named.id in known:
            place = known[named.id]
        elif {position + 1 for position in named.question.positions} <= left:
            own = _free_id(named.id, taken)
            page = build_questionnaire(parse_yaml(text))[place].page
            new = replace(named, id=own, page=page)
            text, done = _inserted(text, place, new, _route(draft, named.id, names, text))
            if done:
                names[named.id], place = own, own
                taken.add(own)
    return text


def _free_id(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def _inserted(text: str, place: str, new: Named, route: Found | None) -> tuple[str, bool]:
    """The text with a question behind another, and whether there is room for it; without its rule
    where that hangs on a question further down."""
    for rule in (route, None):
        added = with_questions(text, place, question_lines(new, rule))
        try:
            build_questionnaire(parse_yaml(added))
        except InputError:
            continue
        return added, True
    return text, False


def _route(draft: Draft, name: str, names: Mapping[str, str], text: str) -> Found | None:
    """A drafted rule in the ids and codes of the questionnaire, None where it has them not."""
    found, questionnaire = draft.routes.get(name), build_questionnaire(parse_yaml(text))
    if found is None or not found.alternatives:
        return None

    def renamed(gate: Gate) -> Gate:
        theirs, ours = draft.questionnaire[gate.question], questionnaire[names[gate.question]]
        codes = {
            key(label): code
            for code, own in ours.choices.items()
            for label in (own, *ours.option_aliases.get(code, ()))
        }
        found = tuple(codes[key(theirs.choices[code])] for code in gate.codes)
        return replace(gate, question=ours.id, codes=found)

    try:
        return found.renamed(renamed)
    except KeyError:  # a question or an option that the questionnaire lacks
        return None


def _head(text: str, before: Questionnaire, export: Export, changed: bool) -> str:
    """The text with the name of the new wave: the year in which it was in the field, if known."""
    period = export.field_period
    year = str(period.last.year) if period else before.wave
    if not before.wave or (year == before.wave and not changed):
        return text
    return amended(text, {"wave": year if year != before.wave else f"after {before.wave}"})


def _remarks(changes: pd.DataFrame) -> dict[str, list[str]]:
    """A comment above each question that was changed."""
    found: dict[str, list[str]] = {}
    for row in changes[changes["kind"] != NEW].itertuples():
        told = " -> ".join(filter(None, (str(row.before), str(row.after))))
        found.setdefault(str(row.question), []).append(f"(?) {row.kind}: {told}")
    head = "Drafted from an export and the questionnaire of an earlier wave; look at each (?)."
    return {"": [f"{head} Say in `wave` which wave this is."], **found}
