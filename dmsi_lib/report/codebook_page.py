"""The codebook as a page: a notebook that is all outputs, rendered like any other."""

from dataclasses import replace

import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dmsi_lib.choices import MIN_CELL
from dmsi_lib.exporting import codebook
from dmsi_lib.figures import show
from dmsi_lib.pages import Section, make_exporter, render_section
from dmsi_lib.questionnaire import Question
from dmsi_lib.report.folder import page_context
from dmsi_lib.survey import Survey
from dmsi_lib.wording import in_markdown

_TITLE = "Codebook"
_ABOUT = (
    "Every question in the order of the survey: how it was put, who was asked, and what became of "
    "it. Open the fold below a question for its answers."
)
_HEADS = {
    "label": "Answer",
    "code": "Code",
    "count": "Count",
    "answered": "To be asked",
    "off_route": "Led past all the same",
    "gate_unknown": "Nobody can tell",
}


def codebook_page(survey: Survey) -> str:
    """The codebook as a self-contained HTML page, internal: it shows every count.

    Parameters
    ----------
    survey : Survey

    Returns
    -------
    str
    """
    whole = codebook(survey)
    cells = [new_markdown_cell(f"# {_TITLE}\n\n{_ABOUT}")]
    page = 0
    for question in survey.questionnaire.questions:
        if question.page != page:
            page = question.page
            cells.append(new_markdown_cell(f"## Page {page}"))
        rows = whole[whole["question"] == question.id]
        cells.append(new_markdown_cell(_head(rows.iloc[0])))
        cells.append(_table(rows, question))
    notebook = new_notebook(cells=cells)
    section = Section("codebook.html", _TITLE, _ABOUT)
    context = replace(page_context(survey, MIN_CELL), tables=frozenset(), figures=False, alone=True)
    return render_section(notebook, section, [section], context, make_exporter())


def _head(row: pd.Series) -> str:
    """What a question is, as Markdown."""
    facts = [f"Id: `{row['question']}`; {row['type'].replace('_', ' ')}."]
    facts.append(f"Asked of {in_markdown(row['asked_of'])}.")
    if row["asked_if"]:
        facts.append(f"Rule: `{row['asked_if']}`.")
    if row["made_of"]:
        facts.append(f"Nobody was asked this. {in_markdown(row['made_of'])}.")
    if row["remarks"]:
        facts.append(f"Remark: {in_markdown(row['remarks'])}")
    return "\n".join([f"### {in_markdown(row['text'])}", "", *(f"- {fact}" for fact in facts)])


def _table(rows: pd.DataFrame, question: Question) -> NotebookNode:
    """The answers of a question as a folded table."""
    named = rows[[*_HEADS]].rename(columns=_HEADS)
    if question.rows:
        labels = [question.rows.get(item.partition(".")[0], "") for item in rows["item"]]
        named.insert(0, "Row", labels)
    shown = show(named.reset_index(drop=True), "Of everybody here.")
    data = {"text/html": shown._repr_html_(), "text/plain": repr(shown)}
    output = new_output("display_data", data)
    return new_code_cell("", metadata={"tags": ["table"]}, outputs=[output])
