"""The notebook that sets a survey beside an earlier wave: an ordinary one, to read and copy."""

from pathlib import Path

from nbformat import NotebookNode, writes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dmsi_lib.choices import Baseline, Choices
from dmsi_lib.published import is_ledger
from dmsi_lib.questionnaire import read_questionnaire

_SETUP = """from dmsi_lib import Survey, check_parameters

check_parameters()
survey = Survey.load(export, questionnaire, edit, base, where, plan)
waves = survey.compared_with(baseline, baseline_questionnaire, alike)
survey"""
_ABOUT = (
    "This page sets the answers beside those of an earlier time. It begins with the questionnaire: "
    "a question that was put in other words, or to others, gets other answers."
)
_EARLIER = "the earlier wave"
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def wave_notebook(choices: Choices, baseline: Baseline) -> NotebookNode:
    """The notebook of the page that compares a survey with an earlier wave.

    Parameters
    ----------
    choices : of the survey; its files stand in the parameters, those of absolute paths by name
    baseline : the earlier wave; its files do, too
    """
    cells = [
        # Not for the public: no plan of suppression knows the figures of the earlier wave.
        _text(f"# {_title(choices, baseline)}\n\n{_ABOUT}", "internal"),
        _code(_parameters(choices, baseline), "parameters"),
        _code(_SETUP, "setup"),
        _code("waves.finding()", "finding"),
        _code("waves.about()"),
        _text("## What was changed in the questionnaire?"),
        _code("waves.changes()"),
        _text("## What changed in the answers?"),
        _code("waves.summarise()"),
        _code("waves.plot()"),
        _code("waves.show()", "table"),
        _text("## What are the changes made of?"),
        _code("waves.reasons()"),
        _code("waves.plot_parts()"),
        _code("waves.show_parts()", "table"),
        _text("## What could not be compared?"),
        _code("waves.not_compared()"),
        _text("## How to read this page"),
        _code("waves.how_to_read()"),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"waves-{number}"
    return new_notebook(cells=cells, metadata={"kernelspec": _KERNEL})


def wave_text(choices: Choices, baseline: Baseline) -> str:
    """The same as a file has it."""
    return f"{writes(wave_notebook(choices, baseline))}\n"


def _title(choices: Choices, baseline: Baseline) -> str:
    """What it is compared with, as its questionnaire calls it where that is another."""
    if is_ledger(baseline.file):
        return "Compared with the published figures"
    if baseline.questionnaire is None:
        return f"Compared with {_EARLIER}"
    later = read_questionnaire(choices.questionnaire_path).wave
    earlier = read_questionnaire(baseline.questionnaire).wave
    return f"Compared with {earlier if earlier and later not in ('', earlier) else _EARLIER}"


def _parameters(choices: Choices, baseline: Baseline) -> str:
    """The parameters, each with what it may be; paths as they were given."""
    export, questionnaire = _given(choices.export), _given(choices.questionnaire)
    file, own = _given(baseline.file), _given(baseline.questionnaire)
    lines = [
        f"export = {export}  # a .csv, .xlsx or .sav file; None: the synthetic export",
        f"questionnaire = {questionnaire}  # a questionnaire.yaml; None: that of the repository",
        'edit = "none"  # "none", "gate" or "follow_up"',
        'base = "answered"  # "answered" or "universe"',
        "where = []  # a list of conditions, as `dmsi report --where` takes them; all must hold",
        "plan = None  # a plan of suppression, for a public report",
        f"baseline = {file}  # the earlier wave's export, or figures published of it",
        f"baseline_questionnaire = {own}  # its own questionnaire; None: that above",
        f"alike = {list(baseline.alike)!r}  # single-choice questions that make respondents alike",
    ]
    return "\n".join(lines)


def _given(path: str | None) -> str:
    """A path for Python; of an absolute one the name alone, since reports name no place."""
    return repr(Path(path).name if path and Path(path).is_absolute() else path)


def _text(source: str, tag: str = "") -> NotebookNode:
    return new_markdown_cell(source, metadata={"tags": [tag]} if tag else {})


def _code(source: str, tag: str = "") -> NotebookNode:
    return new_code_cell(source, metadata={"tags": [tag]} if tag else {})
