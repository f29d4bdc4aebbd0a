"""What a public report or batch may show: one plan for all its tables, tried by the attacker's
programme before anything is written."""

import pandas as pd

from dmsi_lib.disclosure import (
    SHOWN,
    group_name,
    group_of,
    known_figures,
    plan_suppression,
    recover_cells,
    release_of,
)
from dmsi_lib.errors import InputError, problems
from dmsi_lib.open_answers import Pieces, free_texts
from dmsi_lib.tables import written_item


def plan_release(whole, parts, min_cell):
    """Plan what is hidden in tables that are published together.

    Parameters
    ----------
    whole : Survey of everybody
    parts : list of Survey, the groups that have reports, and those too small to have one
    min_cell : int

    Returns
    -------
    disclosure.Plan

    Raises
    ------
    InputError
        Where the groups can be protected only by hiding figures that a report of everybody shows;
        where the attacker's programme still recovers a cell, with the list: without the published
        report, so that nothing rests on its being out of print, and with it.
    """
    surveys = {group_of(survey.where, survey.questionnaire): survey for survey in [whole, *parts]}
    release = release_of(
        whole.questionnaire,
        {group: all_tables(survey) for group, survey in surveys.items()},
        sizes={group: survey.n for group, survey in surveys.items()},
    )
    known = known_figures(whole.published.figures, release) if whole.published else None
    plan = plan_suppression(release, min_cell, known)
    if len(surveys) > 1:
        refuse_shown_by(plan_suppression(release.up_to(0), min_cell, known), plan)
    refuse_recovered(recover_cells(release, plan, min_cell))
    if known is not None:
        refuse_recovered(recover_cells(release, plan, min_cell, known))
    return plan


def refuse_shown_by(alone, plan):
    """Refuse to publish groups beside a report of everybody that shows what protects them.

    Parameters
    ----------
    alone : disclosure.Plan of everybody alone, as `dmsi report` makes it
    plan : disclosure.Plan of everybody and the groups

    Raises
    ------
    InputError
        With the figures that the one shows and the other hides.
    """
    names = ["status", "base_status", "mean_status"]
    shown, hidden = (one.of(())[names] == SHOWN for one in (alone, plan))
    rows = plan.of(())[(shown & ~hidden).any(axis=1)]
    if len(rows):
        raise InputError(
            problems(
                f"These groups can be protected only if {len(rows)} figures about everybody are "
                "hidden too, which the report of everybody shows. Publish fewer groups, or choose "
                "a larger --min-cell:",
                [f"{r.question}, {written_item(r.row, r.item) or 'n'}" for r in rows.itertuples()],
            )
        )


def refuse_recovered(recovered):
    """Refuse to publish what can be worked out.

    Parameters
    ----------
    recovered : list of Recovered

    Raises
    ------
    InputError
        Where there is any, with the cells, not with what they hold.
    """
    if recovered:
        lines = [f"{group_name(one.group) or 'everybody'}: {one.slot}" for one in recovered]
        raise InputError(
            problems(
                f"{len(lines)} suppressed figures could be worked out from the others. Publish "
                "fewer groups, or choose a larger --min-cell:",
                lines,
            )
        )


def all_tables(survey):
    """All tables of a survey one under the other."""
    themes = [survey.themes.counted(name) for name in survey.themes.coded]
    return pd.concat([survey.counted(), *themes], ignore_index=True)


def unreviewed_words(survey):
    """What respondents wrote and no reviewer has allowed to be quoted, to be found in files.

    Parameters
    ----------
    survey : Survey of everybody

    Returns
    -------
    Pieces
    """
    texts = free_texts(survey.export.responses, survey.questionnaire)
    labels = [theme.label for book in survey.themes.codebook.values() for theme in book]
    allowed = [*wording_of(survey.questionnaire), *labels, *survey.reviewed_answers()]
    return Pieces(texts, allowed)


def refuse_leaks(folder, pieces):
    """Refuse a public report that quotes what no reviewer has allowed.

    Parameters
    ----------
    folder : Path of the report, before it takes its place
    pieces : Pieces as from `unreviewed_words`

    Raises
    ------
    InputError
        With the files and the questions, not with the words.
    """
    lines = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".csv", ".ipynb", ".json", ".svg"):
            found = pieces.found_in(path.read_text(encoding="utf-8"))
            names = sorted({question for question, _ in found})
            lines += [f"{path.relative_to(folder)}: answers to {', '.join(names)}"] * bool(names)
    if lines:
        raise InputError(
            problems("A public report would quote answers that nobody has reviewed:", lines)
        )


def wording_of(questionnaire):
    """Every text of the questionnaire, which is no respondent's."""
    for question in questionnaire.questions:
        yield from (*question.wordings, *question.choices.values(), *question.rows.values())
