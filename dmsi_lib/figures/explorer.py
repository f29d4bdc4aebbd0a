"""Controls for looking around in JupyterLab."""

import base64
import html
from collections.abc import Iterator, Sequence
from typing import Any

from dmsi_lib.errors import DmsiError
from dmsi_lib.files import csv_bytes
from dmsi_lib.questionnaire import Question
from dmsi_lib.skip_logic import EDITS
from dmsi_lib.tables import BASES, GROUPED_TYPES
from dmsi_lib.where import Condition, Where

# A list that offers None can't be brought back to it: None is what it has where nothing is chosen.
_NO_GROUPS = ""
_FOUND_NONE = "No question has all of these words."


def make_explorer(survey: Any) -> Any:
    """Controls above the table and figure that they choose: an ipywidgets.VBox for a Survey.

    Search, question, groups, filters, edit and base; below them the line of code that makes what is
    seen, the question with its table, figure and themes, and the table as a file.
    """
    import ipywidgets  # needed by nothing else

    controls = _controls(survey)
    search, pick, clear = (controls.pop(name) for name in ("search", "pick", "clear"))
    code, download = ipywidgets.HTML(), ipywidgets.HTML()

    def draw(question: str, by: str, where: Sequence[str], edit: str, base: str) -> None:
        code.value = download.value = ""
        if not question:
            print(_FOUND_NONE)
            return
        try:
            choices, conditions = _choices(survey, edit, base), _conditions(where)
            chosen = survey.with_(**choices).part(conditions)
            _display(chosen, question, by or None)
            download.value = _link(chosen.table(question, by or None), question)
            line = _code(choices, conditions, question, by)
            code.value = f"<pre>{html.escape(line)}</pre>"
        except DmsiError as error:
            print(error)

    _connect(survey, controls, search, pick, clear)
    shown = ipywidgets.interactive_output(draw, controls)
    rows = [search, controls["question"]], [controls["by"], clear], [pick, controls["where"]]
    boxes = [ipywidgets.HBox(row) for row in (*rows, [controls["edit"], controls["base"]])]
    return ipywidgets.VBox([*boxes, code, shown, download])


def _controls(survey: Any) -> dict[str, Any]:
    import ipywidgets

    asked = [q for q in survey.questionnaire.questions if q.asked and q.type in GROUPED_TYPES]
    groups = [("(no groups)", _NO_GROUPS), *((f"{q.id}: {q.text[:60]}", q.id) for q in asked)]
    filters, narrow = [words for words, _ in _filters(survey)], ipywidgets.Layout(width="22em")
    how: dict[str, Any] = {"ensure_option": True, "continuous_update": False}
    return {
        "search": ipywidgets.Text(description="Search", placeholder="words of the question"),
        "question": ipywidgets.Dropdown(options=_found(survey, ""), description="Question"),
        "by": ipywidgets.Dropdown(options=groups, value=_NO_GROUPS, description="Groups"),
        "clear": ipywidgets.Button(description="Clear groups, filters"),
        "pick": ipywidgets.Combobox(options=filters, description="Only those", **how),
        "where": ipywidgets.TagsInput(allow_duplicates=False, layout=narrow),
        "edit": ipywidgets.Dropdown(options=EDITS, value=survey.edit, description="Edit"),
        "base": ipywidgets.Dropdown(options=BASES, value=survey.base, description="Base"),
    }


def _connect(survey: Any, controls: dict[str, Any], search: Any, pick: Any, clear: Any) -> None:
    """What is searched for narrows the list, what is picked becomes a filter, and both are cleared
    at once."""
    question, where, filters = controls["question"], controls["where"], dict(_filters(survey))

    def narrow(change: Any) -> None:
        before = question.value
        question.options = _found(survey, change.new)
        if before in [name for _, name in question.options]:
            question.value = before

    def add(change: Any) -> None:
        if change.new:
            where.value = list(dict.fromkeys([*where.value, filters[change.new]]))
            pick.value = ""

    def reset(_: Any) -> None:
        controls["by"].value, where.value = _NO_GROUPS, []

    search.observe(narrow, "value")
    pick.observe(add, "value")
    clear.on_click(reset)


def _found(survey: Any, words: str) -> list[tuple[str, str]]:
    """The questions that have all of some words in their id, text or answers: label and id."""

    def text(question: Question) -> str:
        return " ".join([question.id, question.text, *question.choices.values()]).casefold()

    wanted = words.casefold().split()
    questions = [q for q in survey.questionnaire.questions if all(w in text(q) for w in wanted)]
    return [(f"{q.id}: {q.text[:60]}", q.id) for q in questions]


def _filters(survey: Any) -> Iterator[tuple[str, str]]:
    """What respondents can be filtered by: answers in words, each with its condition."""
    for question in survey.questionnaire.questions:
        if question.asked and question.type in GROUPED_TYPES:
            for code, label in question.choices.items():
                yield f"{question.id}: {label}", str(Condition(question.id, (code,)))


def _choices(survey: Any, edit: str, base: str) -> dict[str, str]:
    """The choices that are not the survey's own."""
    own = {"edit": survey.edit, "base": survey.base}
    return {name: value for name, value in (("edit", edit), ("base", base)) if value != own[name]}


def _display(survey: Any, name: str, by: str | None) -> None:
    from IPython.display import display

    display(survey.wording(name), survey.show(name, by), survey.plot(name, by))
    if name in survey.themes.coded:
        display(survey.themes.show(name), survey.themes.plot(name))


def _conditions(texts: Sequence[str]) -> list[str]:
    """Filters as conditions that must all hold, those of one question as one: any of its answers,
    or none of them."""
    codes: dict[tuple[str, bool], tuple[str, ...]] = {}
    for one in Where.of(texts).conditions:
        kind = one.question, one.negated
        codes[kind] = tuple(dict.fromkeys((*codes.get(kind, ()), *one.codes)))
    return [str(Condition(name, found, negated)) for (name, negated), found in codes.items()]


def _code(choices: dict[str, str], where: list[str], question: str, by: str) -> str:
    """The line that makes the table; the survey is called `survey`, as in the notebooks."""
    named = ", ".join(f'{name}="{value}"' for name, value in choices.items())
    steps = [f".with_({named})"] if named else []
    steps += [f".part({where!r})"] if where else []
    groups = f', by="{by}"' if by else ""
    return f'survey{"".join(steps)}.show("{question}"{groups})'


def _link(table: Any, name: str) -> str:
    """A table as a file that the browser saves."""
    content = base64.b64encode(csv_bytes(table)).decode()
    file = html.escape(name)
    return f'<a download="{file}.csv" href="data:text/csv;base64,{content}">Table (CSV)</a>'
