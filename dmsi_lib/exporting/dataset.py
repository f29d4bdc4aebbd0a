"""The reconciled answers as one table: a row for each respondent, a column for each variable.

Every question has a variable of its status besides, which says of a blank why it is one, and of an
answer whether it stands where the skip logic expects none.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import Question, Questionnaire, not_a_number

CHOICE, TICK, RANK, NUMBER, TEXT, DATE, STATUS = (
    *("choice", "tick", "rank", "number", "text", "date", "status"),
)
RESPONDENT = "respondent"
NO_NUMBER = "no_number"
REASONS = {
    "legitimate_skip": "Routed past",
    "item_nonresponse": "Passed over",
    "break_off": "Left the survey before",
    "gate_unknown": "Nobody can tell whether it was to be asked",
    "not_asked": "Not asked in this wave",
    NO_NUMBER: "Answered, but with no number",
}
STATUS_LABELS = {
    "answered": "Answered",
    "off_route": "Answered, though the skip logic leads past",
    "gate_unknown": "The answer that decides is blank",
    **{name: REASONS[name] for name in ("legitimate_skip", "item_nonresponse", "break_off")},
    "not_asked": REASONS["not_asked"],
}
_REASONS = pd.CategoricalDtype(["", *REASONS])
_TICKED = {"0": "Not chosen", "1": "Chosen"}
_PARTS = {"legitimate_skip", "break_off", "not_asked"}  # statuses that hold of all of a question
# The place of the reason that each status gives for a blank.
_OF_STATUS = _REASONS.categories.get_indexer(
    [name if name in {*_PARTS, "gate_unknown"} else "item_nonresponse" for name in STATUS_LABELS]
)


@dataclass(frozen=True)
class Variable:
    """A column of a data set.

    Attributes
    ----------
    name : as in the file; the question's id, and where it has several items theirs besides
    label : the question's text, and that of the option or row
    question, item : as in `responses`; "" of the respondent
    kind : "choice", "tick", "rank", "number", "text", "date" or "status"
    values : label by code, in the questionnaire's order; of ticks those of 0 and 1
    order : codes from low to high, of a choice whose options all stand in an order; else ()
    """

    name: str
    label: str
    question: str
    item: str
    kind: str
    values: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A variable with what it holds: see DataSet.

    Attributes
    ----------
    variable : Variable
    values, reasons : Series (n,)
    status : Series (n,) of categories, the routing status of its question; of respondents None
    """

    variable: Variable
    values: pd.Series
    reasons: pd.Series
    status: pd.Series | None


@dataclass(frozen=True)
class DataSet:
    """Answers that are ready to be written.

    Attributes
    ----------
    variables : in the order of the questionnaire
    values : DataFrame (n, variables), what was answered: choices and statuses as categories, in the
        order of the variable's values, ticks as boolean, ranks as Int64, numbers as Float64, texts
        and dates (ISO 8601) as str; NA where nothing was answered
    reasons : DataFrame (n, variables) of categories, why a value is NA; "" where there is one
    synthetic : whether a program made the data
    title : of the survey
    """

    variables: tuple[Variable, ...]
    values: pd.DataFrame
    reasons: pd.DataFrame
    synthetic: bool
    title: str

    def column(self, variable: Variable) -> Column:
        """One of the variables with its values."""
        name, status = variable.name, self.values.get(_status_name(variable.question))
        return Column(variable, self.values[name], self.reasons[name], status)


def data_set(
    responses: pd.DataFrame,
    status: pd.DataFrame,
    questionnaire: Questionnaire,
    synthetic: bool,
    texts: Callable[[str], str] | None = None,
) -> DataSet:
    """The answers as a data set.

    Parameters
    ----------
    responses : respondents x (question, item), with pseudonyms as the index
    status : respondents x questions, the routing statuses, in the same order
    questionnaire : Questionnaire
    synthetic : whether a program made the data
    texts : gives each answer in own words as it may be shown; without it such answers are left out,
        and it is only told whether there is one

    Returns
    -------
    DataSet

    Examples
    --------
    >>> made = data_set(survey.responses, survey.status, survey.questionnaire, True)
    >>> made.values["role"].value_counts().to_dict()
    {'frontline': 109, 'management': 99}
    """
    named = Variable(RESPONDENT, "Pseudonym of the respondent", "", "", TEXT)
    respondents = pd.Series(responses.index, index=responses.index, dtype="string")
    columns = [Column(named, respondents, _no_reasons(responses.index), None)]
    for question in questionnaire.questions:
        columns += question_columns(question, responses, status[question.id], texts)
    return DataSet(
        tuple(column.variable for column in columns),
        pd.DataFrame({column.variable.name: column.values for column in columns}),
        pd.DataFrame({column.variable.name: column.reasons for column in columns}),
        synthetic,
        f"{questionnaire.title} {questionnaire.wave}".strip(),
    )


def question_columns(
    question: Question,
    responses: pd.DataFrame,
    status: pd.Series,
    texts: Callable[[str], str] | None = None,
) -> Iterator[Column]:
    """The variables of a question, that of its status last; see `data_set`."""
    named = Variable(
        _status_name(question.id), f"Status: {question.text}", question.id, "", STATUS,
        STATUS_LABELS,
    )  # fmt: skip
    statuses = _coded(named, status)
    for variable in _variables(question, texts is not None):
        values = _values(variable, question, responses)
        if variable.kind == TEXT and texts:
            values = values.map(texts, na_action="ignore").astype("string")
        reasons = _reasons(variable, values, statuses, responses)
        yield Column(variable, values, reasons, statuses)
    yield Column(named, statuses, _no_reasons(responses.index), statuses)


def _status_name(question: str) -> str:
    return f"{question}__status"


def _variables(question: Question, texts: bool) -> Iterator[Variable]:
    """The variables of a question, without its status."""
    kinds = {"single": CHOICE, "matrix": CHOICE, "multiple": TICK, "matrix_multiple": TICK}
    kinds |= {"ranking": RANK, "numeric": NUMBER, "date": DATE, "open": TEXT if texts else TICK}
    kind = kinds[question.type]
    values = question.choices if kind == CHOICE else _TICKED if kind == TICK else {}
    for item in question.items:
        name = f"{question.id}__{item}".replace(".", "__") if item else question.id
        order = question.order if kind == CHOICE else ()
        yield Variable(name, _label(question, item), question.id, item, kind, values, order)
    for code, item in question.text_items.items() if texts else ():
        label = f"{question.text} - {question.companions[code]}"
        yield Variable(f"{question.id}__{item}", label, question.id, item, TEXT)


def _label(question: Question, item: str) -> str:
    """The question's text, with the option or row that an item stands for."""
    if not item:
        return question.text
    labels = question.rows | question.choices
    row, _, code = item.partition(".")
    parts = [labels[item]] if item in labels else [labels[row], labels[code]]
    return " - ".join([question.text, *parts])


def _values(variable: Variable, question: Question, responses: pd.DataFrame) -> pd.Series:
    place = (variable.question, variable.item)
    # Of a question or an option that the file lacks nothing is there.
    found = responses[place] if place in responses else pd.Series(pd.NA, responses.index)
    if variable.kind == CHOICE:
        return _coded(variable, found)
    if question.type == "open" and variable.kind == TICK:
        return found.notna().astype("boolean").where(found.notna())
    if variable.kind == DATE:
        return pd.to_datetime(found).dt.strftime("%Y-%m-%d").astype("string")
    return found.astype(_DTYPES[variable.kind])


def _coded(variable: Variable, found: pd.Series) -> pd.Series:
    """Values as categories in the variable's order."""
    return pd.Series(pd.Categorical(found, [*variable.values]), found.index)


_DTYPES = {
    TICK: "boolean",
    RANK: "Int64",
    NUMBER: "Float64",
    TEXT: "string",
    DATE: "string",
}


def _reasons(
    variable: Variable, values: pd.Series, status: pd.Series, responses: pd.DataFrame
) -> pd.Series:
    """Why values are blank. What is blank beside an answer, as a row of a matrix or an item that
    was not ranked, was passed over."""
    places = _OF_STATUS[status.cat.codes]
    row = variable.item if variable.kind == NUMBER else ""
    strange = (variable.question, not_a_number(row))
    if variable.kind == NUMBER and strange in responses:
        said = responses[strange].fillna(False).to_numpy(dtype=bool)
        places = np.where(said, _REASONS.categories.get_loc(NO_NUMBER), places)
    return _as_reasons(np.where(values.isna(), places, 0), values.index)


def _as_reasons(places: np.ndarray, index: pd.Index) -> pd.Series:
    return pd.Series(pd.Categorical.from_codes(places, dtype=_REASONS), index)


def _no_reasons(index: pd.Index) -> pd.Series:
    return _as_reasons(np.zeros(len(index), dtype=np.int8), index)


def missing_codes(made: DataSet) -> dict[str, int]:
    """A number for each reason, below whatever was answered: -91 and on, or -991 and on, ...

    SPSS allows one range of user-missing numbers for a variable; here it is the same for all.
    """
    numbers = [made.values[v.name] for v in made.variables if v.kind == NUMBER]
    least = min((float(one.min()) for one in numbers if one.notna().any()), default=0.0)
    start = 90
    while least <= -start:
        start = 10 * start + 90
    return {name: -(start + place) for place, name in enumerate(REASONS, 1)}
