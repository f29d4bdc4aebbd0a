"""The codebook as a page, alone or of an internal report, and as the files of other programs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from dmsi_lib.choices import MIN_CELL
from dmsi_lib.errors import UsageError
from dmsi_lib.exporting import codebook, ddi_codebook, reconciled_data
from dmsi_lib.files import csv_bytes
from dmsi_lib.pages import PARTS, Entry, PageContext, Section, render_codebook
from dmsi_lib.questionnaire import Question
from dmsi_lib.report.folder import marked, page_context
from dmsi_lib.survey import Survey

ABOUT = (
    "Every question in the order of the survey: how it was put, who was asked, and what became of "
    "it. Open the fold below a question for its answers."
)
CODEBOOK_SECTION = Section("codebook.html", "Codebook", ABOUT, [*PARTS][-1])
_FACTS = {
    "made_of": "Nobody was asked this",
    "asked_of": "Asked of",
    "asked_if": "Rule",
    "remarks": "Remark",
}
_FIGURES = {
    "count": "Count",
    "answered": "To be asked",
    "off_route": "Led past all the same",
    "gate_unknown": "Nobody can tell",
}


def codebook_maker(path: Path) -> Callable[[Survey], bytes]:
    """What makes the content of a codebook's file of this ending: .html, .csv, or .xml for archives
    (DDI-Codebook).

    Raises
    ------
    UsageError
        For another ending.
    """
    makers: dict[str, Callable[[Survey], bytes]] = {
        ".html": lambda survey: codebook_page(survey).encode("utf-8"),
        ".csv": lambda survey: csv_bytes(marked(codebook(survey), survey)),
        ".xml": lambda survey: ddi_codebook(reconciled_data(survey), survey.questionnaire),
    }
    maker = makers.get(path.suffix.lower())
    if maker is None:
        raise UsageError(f"{path}: expected a name that ends in .html, .csv or .xml.")
    return maker


def codebook_page(
    survey: Survey, sections: Sequence[Section] = (), context: PageContext | None = None
) -> str:
    """The codebook as a self-contained HTML page, internal: it shows every count.

    Parameters
    ----------
    survey : Survey
    sections : of the report that it is a page of, itself among them; by default it stands alone
    context : what all pages of that report have in common

    Returns
    -------
    str
    """
    if context is None:
        context = replace(page_context(survey, MIN_CELL), alone=True)
    groups: dict[str, list[Entry]] = {}
    rows = codebook(survey).to_dict("records")
    for name, own in groupby(rows, lambda row: row["question"]):
        question = survey.questionnaire[name]
        groups.setdefault(f"Page {question.page}", []).append(_entry(question, [*own]))
    return render_codebook(
        groups,
        ["Answer", "Code", *_FIGURES.values()],
        f"Respondents, of {survey.n} in all",
        CODEBOOK_SECTION,
        sections or [CODEBOOK_SECTION],
        context,
    )


def _entry(question: Question, rows: Sequence[Mapping[str, Any]]) -> Entry:
    facts = {"Id": question.id, "Type": question.type.replace("_", " ")}
    facts |= {name: rows[0][column] for column, name in _FACTS.items() if rows[0][column]}
    parts: dict[str, list[list[str]]] = {}
    for row in rows:
        statement, _, option = row["item"].rpartition(".")
        if row["item"] in question.rows:
            statement, option = row["item"], ""
        blank = row["code"].startswith("(")
        shown = [row["label"], row["code"] if blank or not option else option]
        shown += ["" if pd.isna(row[name]) else str(row[name]) for name in _FIGURES]
        parts.setdefault(question.rows.get(statement, ""), []).append(shown)
    return Entry(question.id, question.text, facts, parts)
