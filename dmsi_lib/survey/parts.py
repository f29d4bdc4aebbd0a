"""A survey that comes as several files, each counted by itself: more than memory holds at once.

Answers, routing and edits are those of single respondents, so that the tables of the whole are sums
of those of its files. What is decided by looking at a whole file, as which columns belong to which
question, must have been decided alike in each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dmsi_lib.choices import Choices
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.questionnaire import Question, Questionnaire, has_answer
from dmsi_lib.reading import RESPONDENT
from dmsi_lib.survey.counts import Counts
from dmsi_lib.survey.material import read_material
from dmsi_lib.tables import BASES, Part, as_written, by_names, count_part, sum_parts
from dmsi_lib.wording import how_many, unknown

_TAKEN = ["position", "question", "item"]


@dataclass(frozen=True, eq=False)
class CountedFile:
    """What was counted in one file.

    Attributes
    ----------
    path : as it was given
    questionnaire : as the file shows it
    taken : what each of its columns was taken for
    ids : hashes of the respondents' ids; empty where the file has none
    part : its tables, None where the conditions keep nobody or the groups have nobody
    n : how many respondents the conditions keep
    synthetic : whether a program made the answers
    """

    path: str
    questionnaire: Questionnaire
    taken: pd.DataFrame
    ids: np.ndarray
    part: Part | None
    n: int
    synthetic: bool


@dataclass(frozen=True, eq=False)
class SummedFiles:
    """The tables of several files together: `table` as from `Survey.tables`."""

    table: pd.DataFrame
    n: int
    synthetic: bool


def count_file(choices: Choices, by: str | Sequence[str] | None = None) -> CountedFile:
    """Read one file and count it.

    Parameters
    ----------
    choices : whose export is the file
    by : as in `Survey.tables`

    Raises
    ------
    InputError, UsageError
        As from `Survey.load` and `Survey.tables`, but where the conditions keep nobody.
    """
    if choices.base not in BASES:
        raise UsageError(unknown("base", choices.base, BASES))
    material = read_material(choices)
    export, questionnaire = material.export, material.questionnaire
    counts, names = Counts(material, choices), by_names(by)
    groups = [questionnaire[name] for name in names]
    questions = [q for q in questionnaire.questions if q.id not in names]
    part = None
    if len(counts.responses) and _has_groups(groups, counts.responses):
        part = count_part(questions, counts.responses, counts.routing, choices.base, groups)
    ids = export.responses.index.to_numpy(dtype=object)
    numbered = not (export.columns["item"] == RESPONDENT).any()
    return CountedFile(
        str(choices.export),
        replace(questionnaire, path=""),
        export.columns[_TAKEN],
        np.array([], np.uint64) if numbered else pd.util.hash_array(ids),
        part,
        len(counts.responses),
        export.synthetic,
    )


def _has_groups(by: Sequence[Question], responses: pd.DataFrame) -> bool:
    """Whether anybody is in a group; that a question was not asked is told by whoever counts."""
    answered = [has_answer(responses, question) for question in by if question.asked]
    return not answered or bool(np.logical_and.reduce(answered).any())


def sum_files(
    files: Sequence[CountedFile], choices: Choices, by: str | Sequence[str] | None = None
) -> SummedFiles:
    """The tables of all files together.

    Parameters
    ----------
    files : as from `count_file`, one at least
    choices, by : with which they were counted

    Returns
    -------
    SummedFiles

    Raises
    ------
    InputError
        Where the files are not parts of one survey: a question shown otherwise, columns taken for
        other questions, or a respondent in two of them; where nobody is left.
    """
    first, *others = files
    for other in others:
        _check_alike(first, other)
    _check_ids(files)
    parts = [file.part for file in files if file.part is not None]
    n = sum(file.n for file in files)
    if not n:
        raise InputError(f"No respondent is left where {choices.where}; nothing can be counted.")
    if not parts:
        raise InputError(f"Nobody answered all of {', '.join(by_names(by))}; no groups.")
    groups = [first.questionnaire[name] for name in by_names(by)]
    table = sum_parts(parts, first.questionnaire, groups)
    return SummedFiles(as_written(table), n, any(file.synthetic for file in files))


def _check_alike(first: CountedFile, other: CountedFile) -> None:
    """Refuse a file that was read otherwise than the first one."""
    pairs = zip(first.questionnaire.questions, other.questionnaire.questions, strict=True)
    shown = next((one.id for one, same in pairs if one != same), None)
    if shown:
        raise InputError(
            f"{other.path}: shows '{shown}' otherwise than {first.path}; expected parts of one "
            "export, each with all of its columns."
        )
    if not first.taken.equals(other.taken):
        raise InputError(
            f"{other.path}: its columns belong to other questions than those of {first.path}; "
            "expected parts of one export, with the same columns in the same order. Where several "
            "questions have one title, `occurrence` in the questionnaire says which is which."
        )


def _check_ids(files: Sequence[CountedFile]) -> None:
    """Refuse respondents who stand in two files."""
    ids = np.concatenate([file.ids for file in files])
    if len(np.unique(ids)) == len(ids):
        return
    for number, file in enumerate(files):
        for other in files[:number]:
            twice = len(np.intersect1d(file.ids, other.ids))
            if twice:
                raise InputError(
                    f"{file.path}: {how_many(twice, 'respondent')} of it also in {other.path}; "
                    "expected each in one file. Is a part there twice?"
                )
