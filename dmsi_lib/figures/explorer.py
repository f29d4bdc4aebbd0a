"""Controls for looking around in JupyterLab."""

from typing import Any

from dmsi_lib.errors import DmsiError
from dmsi_lib.skip_logic import EDITS
from dmsi_lib.tables import BASES, GROUPED_TYPES


def make_explorer(survey: Any) -> Any:
    """Drop-down lists for question, groups, edit and base above the table and figure they choose:
    an ipywidgets.VBox for a Survey."""
    import ipywidgets  # needed by nothing else
    from IPython.display import display

    questions = [(f"{q.id}: {q.text[:60]}", q.id) for q in survey.questionnaire.questions]
    groups = [("(no groups)", None)]
    asked = [q for q in survey.questionnaire.questions if q.asked]
    groups += [(q.id, q.id) for q in asked if q.type in GROUPED_TYPES]
    controls = {
        "question": ipywidgets.Dropdown(options=questions, description="Question"),
        "by": ipywidgets.Dropdown(options=groups, description="Groups"),
        "edit": ipywidgets.Dropdown(options=EDITS, value=survey.edit, description="Edit"),
        "base": ipywidgets.Dropdown(options=BASES, value=survey.base, description="Base"),
    }

    def draw(question: str, by: str | None, edit: str, base: str) -> None:
        try:
            chosen = survey.with_(edit=edit, base=base)
            display(chosen.wording(question), chosen.show(question, by), chosen.plot(question, by))
        except DmsiError as error:
            print(error)

    return ipywidgets.VBox([*controls.values(), ipywidgets.interactive_output(draw, controls)])
