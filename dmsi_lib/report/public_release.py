"""What a public report or batch may show: one plan for all its tables, tried by the attacker's
programme before anything is written."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from dmsi_lib.disclosure import (
    SHOWN,
    Plan,
    Recovered,
    group_name,
    group_of,
    known_figures,
    left_out,
    plan_suppression,
    recover_cells,
    release_of,
    unpublished,
    where_of,
)
from dmsi_lib.errors import InputError, problems
from dmsi_lib.open_answers import Pieces, free_texts
from dmsi_lib.reading import mark_identities
from dmsi_lib.report.waiting import Watch
from dmsi_lib.survey import Survey
from dmsi_lib.tables import written_item


def plan_release(whole: Survey, parts: list[Survey], min_cell: int) -> Plan:
    """Plan what is hidden in tables that are published together: those of everybody, of the groups
    that have reports, and of those too small to have one.

    Raises
    ------
    InputError
        Where the groups can be protected only by hiding figures that a report of everybody shows;
        where the attacker's programme still recovers a cell, with the list: without the published
        report, so that nothing rests on its being out of print, and with it; where all that takes
        too long.
    """
    told = Watch()
    surveys = {group_of(survey.where, survey.questionnaire): survey for survey in [whole, *parts]}
    between = {
        group: whole.part(where_of(group)) for group in unpublished(whole.questionnaire, surveys)
    }
    release = release_of(
        whole.questionnaire,
        {group: all_tables(survey) for group, survey in surveys.items()},
        sizes={group: survey.n for group, survey in (surveys | between).items()},
        between={group: all_tables(survey) for group, survey in between.items()},
    )
    known = known_figures(whole.published.figures, release) if whole.published else None
    plan = plan_suppression(release, min_cell, known, told)
    if len(surveys) > 1:
        refuse_shown_by(plan_suppression(release.up_to(0), min_cell, known, told), plan)
    refuse_recovered(recover_cells(release, plan, min_cell, told=told))
    if known is not None:
        refuse_recovered(recover_cells(release, plan, min_cell, known, told))
    return plan


def refuse_shown_by(alone: Plan, plan: Plan) -> None:
    """Refuse to publish groups, as planned with everybody, beside a report of everybody `alone`
    that shows what protects them."""
    names = ["status", "base_status", "mean_status"]
    shown, hidden = (one.of(())[names] == SHOWN for one in (alone, plan))
    rows = plan.of(())[(shown & ~hidden).any(axis=1)]
    if len(rows):
        text = (
            f"These groups can be protected only if {len(rows)} figures about everybody are hidden "
            "too, which the report of everybody shows. Publish fewer groups, or choose a larger "
            "--min-cell:"
        )
        lines = [f"{r.question}, {written_item(r.row, r.item) or 'n'}" for r in rows.itertuples()]
        raise InputError(problems(text, lines))


def refuse_recovered(recovered: Collection[Recovered]) -> None:
    """Refuse to publish what can be worked out; the message names cells, not what they hold."""
    if recovered:
        lines = [f"{group_name(one.group) or 'everybody'}: {one.slot}" for one in recovered]
        text = (
            f"{len(lines)} suppressed figures could be worked out from the others. Publish fewer "
            "groups, or choose a larger --min-cell:"
        )
        raise InputError(problems(text, lines))


def all_tables(survey: Survey) -> pd.DataFrame:
    """All tables of a survey that are planned, one under the other: not those of questions that
    the file lacks, which tell of nobody, nor those that public reports leave out."""
    tables, questions = survey.counted(), survey.questionnaire
    without = left_out(questions)
    shown = [each.id for each in questions.questions if each.asked and each.id not in without]
    coded = [name for name in survey.themes.coded if not questions[name].derivation]
    planned = tables[tables["question"].isin(shown)]
    return pd.concat([planned, *map(survey.themes.counted, coded)], ignore_index=True)


def unreviewed_words(survey: Survey) -> Pieces:
    """What respondents wrote and may not be quoted, to be found in files: what no reviewer has
    allowed, and of the rest what names or reaches a person."""
    texts = free_texts(survey.export.responses, survey.questionnaire)
    labels = [theme.label for book in survey.themes.codebook.values() for theme in book]
    wordings = [
        text
        for question in survey.questionnaire.questions
        for text in (*question.wordings, *question.choices.values(), *question.rows.values())
    ]
    names = survey.export.identities
    quoted = [mark_identities(text, names)[0] for text in survey.reviewed_answers]
    allowed = [*wordings, *labels, *quoted]
    return Pieces(texts.set_index("question")["text"], allowed)


def refuse_leaks(folder: Path, pieces: Pieces) -> None:
    """Refuse a public report that quotes what no reviewer has allowed; the message names files and
    questions, not the words."""
    lines = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".csv", ".ipynb", ".json", ".svg"):
            found: list[Any] = pieces.found_in(path.read_text(encoding="utf-8"))
            names = ", ".join(sorted({*found}))
            lines += [f"{path.relative_to(folder)}: answers to {names}"] if names else []
    if lines:
        text = "A public report would quote answers that nobody has reviewed:"
        raise InputError(problems(text, lines))
