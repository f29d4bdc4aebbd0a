"""Notebooks for a survey that has none: ordinary ones, written to be read, copied and changed.

A section for each few pages, in which every question has an answer, a chart and a folded table by
its type; before them one about the quality of the data, after them one about what is not known.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dmsi_lib.questionnaire import Question, Questionnaire

_FEWEST, _MOST = 4, 9  # questions of a section
_LONGEST = 60  # letters of a section's title
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")  # which Markdown takes for its own
_OPTIONS = ("single", "multiple")
_GRIDS = ("matrix", "matrix_multiple")

_SETUP = """from dmsi_lib import Survey, check_parameters, how_many, say, show

check_parameters()
survey = Survey.load(export, questionnaire, edit, base, where, plan)
survey"""
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def generic_notebooks(
    questionnaire: Questionnaire, export: Path, place: Path
) -> dict[str, NotebookNode]:
    """The notebooks of a report about any survey, by name.

    Parameters
    ----------
    questionnaire : whose questions the sections are about
    export, place : paths of the export and the questionnaire, which stand in the parameters
    """
    first = [
        f"export = {str(export)!r}  # a .csv, .xlsx or .sav file",
        f"questionnaire = {str(place)!r}  # the questionnaire.yaml",
        'edit = "none"  # "none", "gate" or "follow_up"',
        'base = "answered"  # "answered" or "universe"',
        "where = []  # a list of conditions, as `dmsi report --where` takes them; all must hold",
        "plan = None  # a plan of suppression, for a public report",
    ]
    sections = list(_sections(questionnaire))
    found = {"00_data_quality": _notebook(first, "quality", _quality(questionnaire), "about")}
    for number, questions in enumerate(sections, 1):
        name = f"{number:02d}_{questions[0].id}"
        found[name] = _notebook(first, name, _section(questions))
    found["80_sensitivity"] = _notebook(first, "sensitivity", _sensitivity(), "about")
    return found


def generic_texts(questionnaire: Questionnaire, export: Path, place: Path) -> dict[str, str]:
    """The same as files have them."""
    found = generic_notebooks(questionnaire, export, place)
    return {name: f"{nbformat.writes(notebook)}\n" for name, notebook in found.items()}


Cell = tuple[str, str]  # "markdown", or the tag of a code cell ("" for none), and the source


def _notebook(
    parameters: Sequence[str], name: str, cells: Iterator[Cell], part: str = ""
) -> NotebookNode:
    """A notebook: its title, the parameters, the set-up, and what it is about."""
    title, *rest = cells
    made = [
        _cell(title),
        _cell(("parameters", "\n".join(parameters))),
        _cell(("setup", _SETUP)),
        *map(_cell, rest),
    ]
    for number, cell in enumerate(made):
        cell["id"] = f"{name[:40]}-{number}".replace("_", "-")
    about = {"dmsi": {"part": part}} if part else {}
    return new_notebook(cells=made, metadata={"kernelspec": _KERNEL} | about)


def _cell(cell: Cell) -> NotebookNode:
    kind, source = cell
    if kind.startswith("markdown"):
        tags = kind.split()[1:]
        return new_markdown_cell(source, metadata={"tags": tags} if tags else {})
    return new_code_cell(source, metadata={"tags": [kind]} if kind else {})


# ---- sections of questions


def _sections(questionnaire: Questionnaire) -> Iterator[list[Question]]:
    """Questions of neighbouring pages, few enough for a page of the report; of twins the first."""
    section: list[Question] = []
    told: set[tuple[str, str]] = set()
    for question in questionnaire.in_file:
        pair = (question.concept or question.id, question.type)
        if pair in told:
            continue
        told.add(pair)
        turned = section and question.page != section[-1].page
        if (turned and len(section) >= _FEWEST) or len(section) == _MOST:
            yield section
            section = []
        section.append(question)
    if section:
        yield section


def _section(questions: Sequence[Question]) -> Iterator[Cell]:
    """A section: what was found first, then question by question."""
    head = _shortened(questions[0].short)
    more = f"This section shows {len(questions)} questions, one after the other."
    yield "markdown", f"# {head}\n\n{more if len(questions) > 1 else 'One question.'}"
    leading = next((question for question in questions if question.type in _OPTIONS), None)
    if leading:
        top = f'top = survey.top("{leading.id}")[0]'
        said = f"“{_in_f_string(leading.short)}”: “{{top.label}}” leads with {{top:full}}."
        yield "finding", f'{top}\nsay(f"{said}", bar=top)'
    for question in questions:
        yield "markdown", f"## {_shortened(question.short)}"
        yield from _question(question)


def _question(question: Question) -> Iterator[Cell]:
    """The cells of a question, by its type."""
    name = question.id
    if question.type in _OPTIONS:
        yield "", f'survey.summarise("{name}")'
        yield "", f'survey.chart("{name}")'
        yield "table", f'survey.show("{name}")'
        yield "details", f'survey.details("{name}")'
        if question.companions:
            yield "", f'survey.others("{name}")'
    elif question.type == "ranking":
        yield "", f'ranking = survey.ranking("{name}")\nranking.sentences()'
        yield "", "ranking.plot()"
        yield "table", "ranking"
        yield "details", "ranking.details()"
    elif question.type == "numeric" and not question.rows:
        yield "", f'mean = survey.mean("{name}")\nsay(f"On average {{mean:,.1f}}.")'
        yield "", f'survey.chart("{name}")'
        yield "table", f'survey.show("{name}")'
    elif question.type in (*_GRIDS, "numeric"):
        yield "", f'survey.chart("{name}")'
        yield "table", f'survey.show("{name}")'
    else:
        answered = f'answered = survey.count("{name}")'
        own = "" if question.type == "date" else " in their own words"
        yield "", f'{answered}\nsay(f"{{answered}} answered{own}.")'
        yield "table", f'survey.show("{name}")'


def _shortened(text: str) -> str:
    """A title of a few words, as Markdown has it."""
    plain = " ".join(text.split())
    if len(plain) > _LONGEST:
        plain = f"{plain[:_LONGEST].rpartition(' ')[0] or plain[:_LONGEST]} …"
    return _SIGNS.sub(r"\\\1", plain)


def _in_f_string(text: str) -> str:
    """A title as an f-string between double quotation marks has it."""
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return plain.replace("{", "{{").replace("}", "}}")


# ---- about the data


def _quality(questionnaire: Questionnaire) -> Iterator[Cell]:
    """How far people came, and which answers do not fit together."""
    first = questionnaire.in_file[0].id
    # The last of everybody: who was led past a question, or had nothing to add, did not leave.
    whole = [q.id for q in questionnaire.in_file if not q.ask_if and q.type != "open"]
    last = whole[-1] if whole else questionnaire.in_file[-1].id
    yield (
        "markdown internal",
        "# Data quality: who answered\n\nHow far people came, where they left, and which answers "
        "do not fit together. Everybody who opened the survey is counted here.",
    )
    yield (
        "finding",
        f'reached = survey.flow.reached("{last}")\n'
        'say(f"{reached:Words} of all came to the end: {reached:full}.", bar=reached)',
    )
    yield "markdown", "## Who stayed to the end?"
    yield (
        "",
        f'lost = survey.flow.lost("{first}")\n'
        "say(\n"
        "    f\"{how_many(survey.n, 'person')} opened the survey. \"\n"
        "    f\"{lost or 'Nobody'} left right after the first question.\",\n"
        "    *survey.readings.staying,\n"
        ")",
    )
    yield "", "survey.flow.plot_survival()"
    yield (
        "table",
        "pages = survey.named(survey.flow.break_off_table())\n"
        'show(pages, "Pages reached, and pages after which people left. Of everybody who began.")',
    )
    yield "markdown", "## Who was asked what?"
    yield "", "survey.flow.plot_routing()"
    yield (
        "table",
        "routing = survey.routing()\n"
        'show(survey.named(routing), "What became of every question. Of everybody here.")',
    )
    yield "markdown", "## Which answers do not fit together?"
    yield (
        "",
        "off_route = survey.flow.off_route()\n"
        "say(\n"
        "    f\"{how_many(len(off_route), 'answer')} stand where the skip logic expects none.\"\n"
        "    if len(off_route)\n"
        '    else "Every answer fits the answers before it."\n'
        ")",
    )
    yield (
        "table",
        "patterns = survey.flow.off_route_patterns()\n"
        'show(survey.named(patterns), "Answers that do not fit, by the earlier answer.")',
    )
    yield "markdown", "## What was read from the file?"
    yield (
        "table",
        'show(survey.named(survey.export.findings), "What the reader found in the file.")',
    )


def _sensitivity() -> Iterator[Cell]:
    """What those who said nothing could change."""
    yield (
        "markdown internal",
        "# Sensitivity: which conclusions hold\n\nPeople leave a survey early, and answers may "
        "contradict each other. This page asks how much that matters.",
    )
    yield "markdown", "## Which answers lead for certain?"
    yield (
        "",
        "orders = survey.readings.orders\n"
        'clear, sure = orders["first_in_sample"].sum(), orders["first_open"].sum()\n'
        "say(\n"
        "    f\"One answer leads clearly in {clear} of {how_many(len(orders), 'question')}. \"\n"
        '    f"{sure} of these leads would hold whatever is not known."\n'
        ")",
    )
    yield (
        "markdown",
        "An answer leads clearly if its lead is larger than chance would give and enough people "
        "answered. It leads for certain if, besides, no answer of those who said nothing could "
        "take the lead away.",
    )
    yield (
        "table",
        'clear = orders[orders["first_in_sample"]]\n'
        'columns = ["question", "first", "first_open", "first_gate", "first_follow_up"]\n'
        'caption = "Answers that lead clearly, and whether they are certain to."\n'
        "show(survey.named(clear[columns]), caption)",
    )
    yield "markdown", "## Every share, counted in every way"
    yield (
        "table",
        "percents = survey.readings.percents.reset_index()\n"
        'show(survey.named(percents.drop(columns="item")), "Percent, counted in every way.")',
    )
