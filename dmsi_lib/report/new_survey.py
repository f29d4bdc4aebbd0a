"""A repository of one's own for another survey: questionnaire, notebooks, and how to go on."""

import shlex
from pathlib import Path

from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.report.generic_sections import generic_texts

_README = """# {title}

Begun from an export with {questions} questions. What lies here:

- `questionnaire.yaml` says what was asked, and of whom. It was drafted from the export: look at
  whatever is marked with (?), and add options that nobody chose.
- `notebooks/` has a notebook for each section of the report. They are yours: change the words,
  leave out what you don't need, put questions into another order.

The export stays where it is; it is confidential, so keep it out of this folder's history.

    dmsi check --export {export} --questionnaire questionnaire.yaml
    dmsi report --export {export} --questionnaire questionnaire.yaml --out report

Beside the questionnaire may lie `themes.yaml` (themes of open answers), `tiles.yaml` (a map) and
`published_figures.csv` (figures that were published before). What is missing means a report
without it.
"""


def new_survey(
    text: str, questionnaire: Questionnaire, export: Path, folder: Path
) -> dict[str, bytes]:
    """The files of a repository for a survey, by their names in it.

    Parameters
    ----------
    text : YAML of the questionnaire
    questionnaire : the same, read
    export, folder : absolute paths, which the notebooks' parameters name

    Returns
    -------
    dict of name to content

    Examples
    --------
    >>> from dmsi_lib.questionnaire import build_questionnaire, parse_yaml
    >>> text = "questions: [{id: why, text: Why?, type: open, page: 1}]"
    >>> here = Path("survey")
    >>> sorted(new_survey(text, build_questionnaire(parse_yaml(text)), here, here))[:2]
    ['README.md', 'notebooks/00_data_quality.ipynb']
    """
    notebooks = generic_texts(questionnaire, export, folder / "questionnaire.yaml")
    title, place = questionnaire.title or export.stem, shlex.quote(str(export))
    readme = _README.format(title=title, questions=len(questionnaire.questions), export=place)
    files = {"README.md": readme, "questionnaire.yaml": text}
    files |= {f"notebooks/{name}.ipynb": book for name, book in notebooks.items()}
    return {name: content.encode("utf-8") for name, content in files.items()}
