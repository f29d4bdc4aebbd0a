"""What a public report's run.json says of its tables, so that reports made at different times can
be tried together before they are published: what they were counted from, and what adds up.

An export and the tags of a question are told apart by keyed hashes. The key lies beside the export:
whoever has the report alone can't try whether an export they have guessed is this one.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from dmsi_lib.choices import TAGS, Choices, input_files
from dmsi_lib.disclosure import ALL, FREE, LEAST, is_net
from dmsi_lib.files import sha256
from dmsi_lib.open_answers import lasting_key
from dmsi_lib.questionnaire import NOT_STATED, Question
from dmsi_lib.report.folder import tables_of
from dmsi_lib.survey import PublicSurvey
from dmsi_lib.tables import ANSWERS, TableName, file_names, written_item

_ONE_EACH = ("single", "matrix")  # types of which everybody in the base is in one line
_BOXES = ("open", "numeric", "date")


def shown_figures(choices: Choices, survey: PublicSurvey) -> dict[str, Any]:
    """What run.json says under "shown".

    Parameters
    ----------
    choices : those of the report
    survey : what it tells of

    Returns
    -------
    dict of "export" ("" where its folder can't hold a key) and "tables": by the name of their file
    without ending, with "question", "source" (of themes: their tags) and "lists", pairs of what the
    counts sum to (`disclosure.ALL`, `LEAST` or `FREE`) and the items that share a base
    """
    export, files = choices.export_path, input_files(choices)
    key = lasting_key(export, survey.synthetic)

    def keyed(name: str) -> str:
        content = sha256(files[name]).encode() if name in files else b""
        return hmac.new(key, content, hashlib.sha256).hexdigest() if key else ""

    names, tables = file_names(survey.questionnaire), {}
    for name, table in tables_of(survey).items():
        question = survey.questionnaire[name.question]
        tables[names[name]] = {
            "question": question.id,
            "source": "" if name.kind == ANSWERS else keyed(f"{TAGS}/{question.id}.csv"),
            "lists": [
                (FREE if is_net(question, survey.questionnaire) else total, items)
                for total, items in _lists(name, question, list(table()["item"]))
            ],
        }
    return {"export": keyed(export.name), "tables": tables}


def _lists(name: TableName, question: Question, items: list[str]) -> list[tuple[str, list[str]]]:
    """The lines of a table that share a base."""
    rows = list(question.rows) if name.kind == ANSWERS else []
    parts: Mapping[str, list[str]] = {row: [] for row in rows or [""]}
    for item in items:
        own = [row for row in rows if item.startswith(written_item(row, ""))]
        parts[max(own, key=len, default="")].append(item)
    return [(_total(name, question, row, part), part) for row, part in parts.items() if part]


def _total(name: TableName, question: Question, row: str, items: list[str]) -> str:
    if name.kind != ANSWERS or question.type not in (*_ONE_EACH, *_BOXES):
        return LEAST
    is_box = question.type in _BOXES and bool(row)
    return FREE if is_box and written_item(row, NOT_STATED) not in items else ALL
