"""Notebooks for a survey that has none: ordinary ones, written to be read, copied and changed.

A section for each few pages, in which every question has an answer, a chart and a folded table by
its type, and twins are set side by side; before them one about the quality of the data, after them
one about what is not known and one about figures that were published. What only a researcher wants
to try stands at the end of each, and on no page.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.wording import how_many, in_markdown

_FEWEST, _MOST = 4, 9  # questions of a section
_LONGEST = 60  # letters of a section's title
_OPTIONS = ("single", "multiple")
_GRIDS = ("matrix", "matrix_multiple")
_COMPARED = (*_OPTIONS, *_GRIDS, "numeric")  # of twins
_MOST_GROUPS = 6  # by which a researcher may try to compare

_SETUP = """from dmsi_lib import Survey, check_parameters, how_many, say, show

check_parameters()
survey = Survey.load(export, questionnaire, edit, base, where, plan)
survey"""
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def generic_notebooks(
    questionnaire: Questionnaire, export: Path, place: Path, coded: Collection[str] = ()
) -> dict[str, NotebookNode]:
    """The notebooks of a report about any survey, by name.

    Parameters
    ----------
    questionnaire : whose questions the sections are about
    export, place : paths of the export and the questionnaire, which stand in the parameters
    coded : ids of the open questions that have themes
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
        cells = _section(questions, questionnaire, coded)
        found[name] = _notebook(first, name, cells)
    found["80_sensitivity"] = _notebook(first, "sensitivity", _sensitivity(), "about")
    found["81_reproduction"] = _notebook(first, "reproduction", _reproduction(), "about")
    found["81_reproduction"].metadata["dmsi"]["needs"] = "published"
    return found


def generic_texts(
    questionnaire: Questionnaire, export: Path, place: Path, coded: Collection[str] = ()
) -> dict[str, str]:
    """The same as files have them."""
    found = generic_notebooks(questionnaire, export, place, coded)
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


def _section(
    questions: Sequence[Question], questionnaire: Questionnaire, coded: Collection[str]
) -> Iterator[Cell]:
    """A section: what was found first, then question by question, then what to try."""
    yield "markdown", f"# {_shortened(questions[0].short)}\n\n{_introduction(questions)}"
    twins = {question.id for question in questions if _has_twin(question, questionnaire)}
    with_options = [question for question in questions if question.type in _OPTIONS]
    # One that everybody was asked is found first; of twins the first speaks for its group alone.
    leading = min(with_options, key=lambda question: question.id in twins, default=None)
    if leading:
        yield "finding", _finding(leading, leading.id in twins)
    for question in questions:
        yield "markdown", f"## {_shortened(question.short)}"
        if question.id in coded:
            yield from _themes(question, question.id in twins)
        elif question.id in twins and question.type in _COMPARED:
            yield from _twins(question)
        else:
            yield from _question(question)
    if leading:
        yield from _to_try(leading, questionnaire)


def _finding(question: Question, has_twin: bool) -> str:
    """What the first page tells of a section."""
    if has_twin:
        first = f'first = survey.compare("{question.id}").sentences().texts[:1]'
        return f'{first}\nsay(*[f"“{_in_f_string(question.short)}”: {{text}}" for text in first])'
    top = f'top = survey.top("{question.id}")[0]'
    said = f"“{_in_f_string(question.short)}”: “{{top.label}}” leads with {{top:full}}."
    return f'{top}\nsay(f"{said}", bar=top)'


def _introduction(questions: Sequence[Question]) -> str:
    """What a section holds, and who was asked."""
    text = f"{how_many(len(questions), 'question')}, in the order in which people met them."
    some = sum(bool(question.ask_if) for question in questions)
    if not some:
        return f"{text} Everybody was asked."
    if some == len(questions):
        return f"{text} None was put to everybody; each chart says who was asked."
    return f"{text} Not all were put to everybody; each chart says who was asked."


def _has_twin(question: Question, questionnaire: Questionnaire) -> bool:
    """Whether another group was asked the same, so that both can be set side by side."""
    pair = (question.concept, question.type)
    pairs = [(other.concept, other.type) for other in questionnaire.in_file]
    return bool(question.concept) and pairs.count(pair) > 1


def _twins(question: Question) -> Iterator[Cell]:
    """The cells of a question that two groups were asked."""
    name = question.id
    yield "", f'comparison = survey.compare("{name}")\ncomparison.sentences()'
    yield "", f'survey.chart("{name}")'
    yield "table", "comparison"
    yield "details", "comparison.details()"


def _themes(question: Question, has_twin: bool) -> Iterator[Cell]:
    """The cells of an open question whose answers were sorted into themes."""
    name = question.id
    if has_twin:
        yield "", f'comparison = survey.themes.compare("{name}")\ncomparison.sentences()'
        yield "", f'survey.chart("{name}")'
        yield "table", "comparison"
        yield "details", "comparison.details()"
        return
    yield "", f'survey.themes.summarise("{name}")'
    yield "", f'survey.chart("{name}")'
    yield "", f'survey.quotations("{name}")'
    yield "table", f'survey.themes.show("{name}")'


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
        yield "", f'{answered}\nsay(f"{{answered:,}} answered{own}.")'
        yield "table", f'survey.show("{name}")'


def _to_try(question: Question, questionnaire: Questionnaire) -> Iterator[Cell]:
    """How to go on from a section, with a first question by way of example."""
    yield (
        "markdown researcher",
        "## Try\n\nThis notebook is yours: change its words, leave questions out, put them into "
        "another order. A cell tagged `finding` is told on the first page, one tagged `table` or "
        "`details` is folded, and one tagged `researcher`, as these, is on no page. `by=` sets "
        "groups side by side; `with_(edit=...)` settles answers that contradict each other; "
        "`part(...)` keeps some of the people.",
    )
    groups = [
        other.id
        for other in questionnaire.in_file
        if other.type == "single" and 1 < len(other.choices) <= _MOST_GROUPS and other != question
    ]
    if groups:
        yield "researcher", f'survey.compare("{question.id}", by="{groups[-1]}").sentences()'
    yield "researcher", f'survey.with_(edit="gate").show("{question.id}")'
    if question.options:
        code = next(iter(question.options))
        yield "researcher", f'survey.part("{question.id}={code}").routing()'


def _shortened(text: str) -> str:
    """A title of a few words, as Markdown has it."""
    plain = " ".join(text.split())
    if len(plain) > _LONGEST:
        plain = f"{plain[:_LONGEST].rpartition(' ')[0] or plain[:_LONGEST]} …"
    return in_markdown(plain)


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


def _reproduction() -> Iterator[Cell]:
    """Published figures beside those of the export."""
    yield (
        "markdown internal",
        "# Reproduction: what was published before\n\nDo the figures of this file agree with those "
        "that were published? Every published figure stands here beside ours.",
    )
    yield (
        "",
        "ledger = survey.published.reproduction()\n"
        "out = ledger['match'].sum()\n"
        "say(\n"
        "    f\"{out:,} of {how_many(len(ledger), 'figure')} come out as printed.\",\n"
        "    survey.published.made_to_fit,\n"
        ")",
    )
    yield "markdown", "## Which figures do not come out?"
    yield (
        "",
        'missed = ledger[~ledger["match"]]\n'
        'columns = ["source_line", "question", "label", "remark"]\n'
        'caption = "Figures that do not come out."\n'
        "show(survey.named(missed[columns]), caption) if len(missed) else say("
        '"All of them come out.")',
    )
    yield "markdown", "## Do the published figures agree with one another?"
    yield (
        "",
        "findings = survey.published.arithmetic()\n"
        "say(\n"
        "    f\"They do not agree in {how_many(len(findings), 'place')}.\"\n"
        "    if len(findings)\n"
        '    else "No two of them contradict each other."\n'
        ")",
    )
    yield (
        "table",
        'columns = ["source_line", "question", "message", "basis"]\n'
        'show(survey.named(findings[columns]), "What does not agree, found without any data.")',
    )
    yield "markdown", "## The whole list"
    yield (
        "table",
        'columns = ["source_line", "question", "label", "published_count", "published_percent"]\n'
        'columns += ["published_base", "count", "percent", "base", "match"]\n'
        'show(survey.named(ledger[columns]), "Every published figure beside ours.")',
    )
