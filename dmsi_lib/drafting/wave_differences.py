"""What a next wave's questionnaire has otherwise than the one before it."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

import pandas as pd

from dmsi_lib.drafting.draft import Draft
from dmsi_lib.drafting.writing import is_sure, rule_words
from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.reading import Export
from dmsi_lib.skip_logic import reconcile, routing_table
from dmsi_lib.wording import same

NEW, GONE, REWORDED, RETYPED = "new question", "question gone", "new wording", "new type"
OPTION_NEW, OPTION_GONE, OPTION_REWORDED = "new option", "option gone", "option reworded"
RULE_NEW, RULE_LOST, GATE_GONE = "asked of some alone", "rule not kept", "gate gone"
LOOKS_RETYPED, PLACED = "looks like another type", "told apart by its place"
_COLUMNS = ["question", "kind", "before", "after"]
_NOT_KEPT = 0.5  # of those whom a rule leads past: where more answered, it does not hold
_FEWEST_PAST = 10


def wave_changes(
    before: Questionnaire,
    after: Questionnaire,
    export: Export,
    draft: Draft,
    known: Mapping[str, str],
) -> pd.DataFrame:
    """Every change between two waves.

    Parameters
    ----------
    before, after : the questionnaires
    export : the later wave as the reader has it with `after`
    draft : what the export alone says
    known : the id in both questionnaires by that of the drafted question

    Returns
    -------
    DataFrame of str with the columns question, kind, before, after
    """
    found = [
        *_changes(before, export.questionnaire, after),
        *_type_changes(after, draft, known),
        *_rule_changes(export, draft, known),
    ]
    return pd.DataFrame(found, columns=_COLUMNS)


def _changes(
    before: Questionnaire, shown: Questionnaire, after: Questionnaire
) -> Iterator[tuple[str, str, str, str]]:
    """Rows of changes; `shown` is `after` as the export has it."""
    asked = {question.id for question in shown.in_file if question.asked}
    for question in after.in_file:
        old, own = before.by_id.get(question.id), question.id
        if old is None:
            yield own, NEW, "", question.text
        elif own not in asked:
            yield own, GONE, old.text, ""
        else:
            yield from ((own, *change) for change in _of_question(old, question, shown[own]))


def _of_question(old: Question, new: Question, shown: Question) -> Iterator[tuple[str, str, str]]:
    """What a question has otherwise: (kind, before, after)."""
    if more := new.aliases[len(old.aliases) :]:
        yield (REWORDED, *_told(old.text, new.text, more))
    if old.type != new.type:
        yield RETYPED, old.type, new.type
    if old.occurrence != new.occurrence:
        yield PLACED, str(old.occurrence or ""), str(new.occurrence or "")
    for labels, aliases in (("choices", "option_aliases"), ("rows", "row_aliases")):
        mine, theirs, there = (getattr(question, labels) for question in (old, new, shown))
        for code, label in theirs.items():
            more = getattr(new, aliases).get(code, ())[len(getattr(old, aliases).get(code, ())) :]
            if code not in mine:
                yield OPTION_NEW, "", label
            elif code not in there:
                yield OPTION_GONE, label, ""
            elif more and code in mine:
                yield (OPTION_REWORDED, *_told(mine[code], label, more))


def _told(old: str, new: str, aliases: Sequence[str]) -> tuple[str, str]:
    """A wording before and after: the old one stands as an alias, or the new one does."""
    return (old, new) if not same(old, new) else (old, aliases[-1])


def _type_changes(
    after: Questionnaire, draft: Draft, known: Mapping[str, str]
) -> Iterator[tuple[str, str, str, str]]:
    """Questions whose columns look like another type than the questionnaire says."""
    for new, old in known.items():
        drafted = draft.questionnaire[new].type
        if drafted != after[old].type:
            yield old, LOOKS_RETYPED, after[old].type, drafted


def _rule_changes(
    export: Export, draft: Draft, known: Mapping[str, str]
) -> Iterator[tuple[str, str, str, str]]:
    """Rules of the earlier wave that most whom they lead past did not keep to, and questions that
    everybody was asked and that now have a rule."""
    routing = reconcile(export.responses, export.questionnaire, "none", export.reached).routing
    counted = routing_table(routing).set_index("question")
    for new, old in known.items():
        question, found, row = export.questionnaire[old], draft.routes.get(new), counted.loc[old]
        lacking = [name for name in question.gates if not export.questionnaire[name].asked]
        if lacking:
            yield old, GATE_GONE, "", f"{', '.join(lacking)} not in this file"
        if question.ask_if:
            answered, past = row["off_route"], row["off_route"] + row["legitimate_skip"]
            if past >= _FEWEST_PAST and answered > _NOT_KEPT * past:
                yield old, RULE_LOST, "", f"{answered} of {past} led past answered"
        elif question.asked and found and found.alternatives and is_sure(found):
            rules = " or ".join(rule_words(gates) for gates in found.alternatives)
            yield old, RULE_NEW, "", rules


def moved_questions(
    after: Questionnaire, known: Mapping[str, str], draft: Draft
) -> tuple[str, ...]:
    """The questions that stand elsewhere in the file: as few as can be taken out, so that the
    others stand in the questionnaire's order."""
    place = {question.id: number for number, question in enumerate(after.in_file)}
    file = [known[q.id] for q in draft.questionnaire.questions if known.get(q.id) in place]
    ordered = sorted(file, key=lambda name: place[name])
    blocks = SequenceMatcher(None, file, ordered, autojunk=False).get_matching_blocks()
    kept = {file[n] for block in blocks for n in range(block.a, block.a + block.size)}
    return tuple(name for name in ordered if name not in kept)
