"""What the YAML files of a survey's folder may say, key by key: for the reader and for editors.

A model is the shape of one mapping. The reader takes what has this shape (`take`), and an editor
completes what is typed by the JSON Schema that is made from it (`schemas`). A title says what a
value must be, in messages, too; a description says what it is for.
"""

from collections.abc import Mapping as Map
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo

from dmsi_lib.errors import InputError, problems
from dmsi_lib.questionnaire.strict_yaml import Mapping, Sequence
from dmsi_lib.wording import unknown

_LONGEST = 60  # characters of a text that a message repeats
SAMPLING = (
    "Intervals and tests treat the respondents as a random sample. They do not cover who was never "
    "asked, or chose not to answer."
)


def _listed(value: object) -> object:
    """A single text stands for a list of one."""
    return [value] if isinstance(value, str) else value


def _labelled(value: object) -> object:
    """A list of labels stands for its own codes; one with a label twice is left as it is."""
    if isinstance(value, list) and all(isinstance(label, str) for label in value):
        return {label: label for label in value} if len(set(value)) == len(value) else value
    return value


def _flag(value: object) -> object:
    """The two texts that say whether; all others are left as they are, which no flag is."""
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else value


def _option(value: object) -> object:
    """A label stands for an option that has no more than that."""
    return {"label": value} if isinstance(value, str) else value


def _condition(value: object) -> object:
    """Codes stand for the condition that any of them was answered."""
    return value if isinstance(value, dict) else {"any_of": value}


def _alternatives(value: object) -> object:
    """A single rule stands for a list of one, and an empty one for none."""
    return value if isinstance(value, list) else [value] if value != {} else []


def _says_something(condition: "ConditionKeys") -> "ConditionKeys":
    """A condition without any key would hold for nobody knows whom."""
    if not condition.model_fields_set:
        raise ValueError
    return condition


_NOT_EMPTY = Field(min_length=1)
Code = Annotated[str, _NOT_EMPTY]
Some = Annotated[str | None, AfterValidator(lambda text: text or None)]
Words = Annotated[str, Field(pattern=r"\S")]
Id = Annotated[
    str, Field(pattern=r"^[A-Za-z]\w*([-.]\w+)*$", title="letters, digits and _, a letter first")
]
Type = Annotated[
    Literal[
        "single", "multiple", "ranking", "matrix", "matrix_multiple", "open", "numeric", "date"
    ],
    Field(title="single, multiple, ranking, matrix, matrix_multiple, open, numeric or date"),
]
Layout = Annotated[
    Literal["surveymonkey", "condensed", "google_forms", "qualtrics", "limesurvey"],
    Field(title="surveymonkey, condensed, google_forms, qualtrics or limesurvey"),
]
Flag = Annotated[
    bool,
    BeforeValidator(_flag, json_schema_input_type=Annotated[str, Field(pattern="^(true|false)$")]),
    Field(title="true or false"),
]
Number = Annotated[
    str,
    Field(pattern=r"^[+-]?[0-9]{1,15}(\.[0-9]{1,15})?$", title="a number"),
    AfterValidator(float),
]
Count = Annotated[
    str,
    Field(pattern="^0*[1-9][0-9]{0,5}$", title="a whole number from 1"),
    Field(json_schema_extra={"minimum": 1}),
    AfterValidator(int),
]
Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed, json_schema_input_type=str | list[str]),
    Field(title="a list of texts"),
]
Codes = Annotated[
    tuple[Code, ...],
    BeforeValidator(_listed, json_schema_input_type=Code | Annotated[list[Code], _NOT_EMPTY]),
    _NOT_EMPTY,
]


Yes = Annotated[
    Literal["true"],
    WithJsonSchema({"pattern": "^true$", "type": ["string", "boolean"]}),
    Field(title="true"),
]


class _Keys(BaseModel, extra="forbid", validate_assignment=True, defer_build=True):
    pass


class OptionKeys(_Keys):
    """An option of a question, or a row of a matrix, that has more than a label."""

    label: Code = Field(title="a text", description="What tables print, and the export holds.")
    aliases: Texts = Field((), description="Other texts of it in exports, as in another language.")
    optional: Flag = Field(False, description="Whether a file may lack it.")
    score: Number | None = Field(
        None, title="a number", description="What it counts in the mean of a scale."
    )
    plural: Some = Field(
        None, description="What sentences call those who chose it, as front-line workers."
    )


class ConditionKeys(_Keys, json_schema_extra={"minProperties": 1}):
    """What a gate has to have been answered with; all that is said must hold."""

    any_of: Codes | None = Field(None, title="codes", description="One of these options.")
    all_of: Codes | None = Field(
        None, title="codes", description="All of these options of a multiple question."
    )
    none_of: Codes | None = Field(
        None, title="codes", description="Answered, but with none of these options."
    )
    at_least: Number | None = Field(None, title="a number", description="A number not below this.")
    at_most: Number | None = Field(None, title="a number", description="A number not above this.")
    more_than: Number | None = Field(None, title="a number", description="A number above this.")
    less_than: Number | None = Field(None, title="a number", description="A number below this.")
    answered: Yes | None = Field(None, title="true", description="true: answered, in whatever way.")


Option = Annotated[OptionKeys, BeforeValidator(_option, json_schema_input_type=Code | OptionKeys)]
Scale = Annotated[
    dict[Code, Option],
    BeforeValidator(_labelled, json_schema_input_type=dict[Code, Option] | list[Code]),
]
Labels = Annotated[  # a scale's name is replaced before (see `entries`)
    dict[Code, Option],
    BeforeValidator(_labelled, json_schema_input_type=dict[Code, Option] | list[Code] | Code),
    Field(title="codes with labels (code: label), a list of labels that differ, or a scale's name"),
]
Condition = Annotated[
    ConditionKeys,
    AfterValidator(_says_something),
    BeforeValidator(
        _condition,
        json_schema_input_type=Code | Annotated[list[Code], _NOT_EMPTY] | ConditionKeys,
    ),
]
Rule = Annotated[dict[str, Condition], Field(min_length=1)]
Rules = Annotated[
    tuple[Rule, ...],
    BeforeValidator(_alternatives, json_schema_input_type=Rule | list[Rule]),
    Field(title="gates with codes (gate: [code, code]), or a list of such maps"),
]
Step = Annotated[str, Field(pattern="^[0-9]{1,2}$"), AfterValidator(int)]
Place = tuple[Code, Step, Step]  # on a tile map: abbreviation, column, row


class QuestionKeys(_Keys):
    """A question as it was put to the respondents."""

    id: Id = Field(description="What the question is called in tables, files and options.")
    text: Words = Field(description="Its title in the export; case and punctuation do not count.")
    type: Type = Field(description="What its answers are.")
    page: Count = Field(description="Where it stood; its gates stand above it or on earlier pages.")
    short: Some = Field(None, description="Title of its charts, in a few words; else its text.")
    asked_of: Some = Field(
        None,
        description="Who is asked, in words; also of other questions with the same ask_if.",
    )
    aliases: Texts = Field((), description="Other titles of the question.")
    occurrence: Count | None = Field(
        None,
        title="a whole number from 1",
        description="Which of the file's questions with this title it is, from the left.",
    )
    required: Flag = Field(False, description="A note for readers, without effect.")
    optional: Flag = Field(False, description="Whether a file may lack it.")
    options: Labels = Field({}, description="In the order in which they are shown.")
    exclusive: Codes | None = Field(
        None, title="codes", description="Options that go with no other option."
    )
    ordered: Codes | None = Field(
        None,
        title="true, or codes from low to high",
        description="true: the options stand in an order; or the codes of those that do.",
    )
    rows: Labels = Field({}, description="The statements of a matrix, or the boxes of a question.")
    format: Some = Field(None, description="How dates are written, as %d/%m/%Y.")
    ask_if: Rules = Field((), description="Who is asked: whom all of a map, any of a list, fits.")
    other: Texts = Field((), description="Label of the free text that belongs to the options.")
    comment: Some = Field(None, description="Label of a free text that belongs to no option.")
    concept: Some = Field(None, description="Pairs the same question asked of different groups.")
    same_question: Flag = Field(
        False, description="Whether it asks the same as its pair, although the wordings differ."
    )


class DerivedKeys(_Keys):
    """A question that was asked in several branches, read as one."""

    id: Id = Field(description="What it is called in tables, files and options.")
    text: Words = Field(description="Its wording in tables and figures.")
    short: Some = Field(None, description="Title of its charts, in a few words; else its text.")
    coalesce: Codes = Field(
        title="the ids of two questions or more",
        description="The questions whose answers it takes, the first before.",
    )
    concept: Some = Field(None, description="Pairs the same question asked of different groups.")
    same_question: Flag = Field(
        False, description="Whether it asks the same as its pair, although the wordings differ."
    )


class HeadKeys(_Keys):
    """A questionnaire whose questions are still to be looked at."""

    title: str = Field("", description="The name of the survey.")
    wave: str = Field("", description="Which survey of a series, for example its year.")
    about: str = Field("", description="What the survey is about, for a report's front page.")
    layout: Layout = Field("surveymonkey", description="The program or form of the export.")
    id_column: str = Field(
        "Respondent ID", description="The export's column of respondent ids; none numbers the rows."
    )
    blank: Texts = Field((), description="Texts of cells that hold no answer.")
    identity_columns: Texts = Field((), description="Further columns that are dropped on reading.")
    exclude: Texts = Field((), description="Ids of respondents who are left out.")
    sampling: Words = Field(
        SAMPLING, description="Who could answer, and so what an interval does not cover."
    )
    scales: dict[Code, Scale] = Field(
        {},
        title="names, each with codes and labels (code: label) or a list of labels that differ",
        description="Options that several questions have, by a name.",
    )
    questions: list[Any] = Field(min_length=1, title="a list of questions, at least one")
    derived: list[Any] = Field([], title="a list of questions with 'coalesce'")


class QuestionnaireKeys(HeadKeys):
    """The instrument of a survey: what was asked, of whom, with which options."""

    questions: list[QuestionKeys] = Field(min_length=1, description="In the survey's order.")
    derived: list[DerivedKeys] = Field([], description="Made of the answers to other questions.")


class ThemeKeys(_Keys):
    """A theme of the answers to an open question."""

    code: Code = Field(description="What the tags hold.")
    label: Code = Field(description="What tables and charts print.")
    definition: str = Field("", description="Which answers carry the theme.")
    keywords: tuple[str, ...] = Field(
        (), title="a list of texts", description="Lower case; they suggest the theme, no more."
    )


Codebook = dict[str, list[ThemeKeys] | Id]  # an id: the themes are those of that question above


class Fault(NamedTuple):
    """What is wrong in a line of a file: what was found and what was expected."""

    line: int
    text: str


def refuse(heading: str, faults: list[Fault]) -> None:
    """Raise an InputError that tells all faults in the order of the file, if there are any."""
    if faults:
        raise InputError(problems(heading, [f"line {n}: {text}" for n, text in sorted(faults)]))


def take(
    model: type[BaseModel], mapping: Mapping, owner: str = ""
) -> tuple[dict[str, Any], list[Fault]]:
    """Take from a mapping what has the shape of a model, and the defaults of what is not there.

    The rest are faults; `owner` begins their texts.
    """
    fields, draft, faults, wrong = model.model_fields, model.model_construct(), [], set()
    for name in mapping:
        if name not in fields:
            faults.append(Fault(mapping.lines[name], owner + unknown("key", name, fields)))
            continue
        try:
            setattr(draft, name, mapping[name])
        except ValidationError as error:
            faults += _shape_faults(error, mapping, owner, fields[name].title)
            wrong.add(name)
    faults += [
        Fault(mapping.line, f"{owner}'{name}' is missing; expected {field.title or 'a text'}.")
        for name, field in fields.items()
        if field.is_required() and name not in mapping
    ]
    return {name: value for name, value in draft if name not in wrong}, faults


def _shape_faults(
    error: ValidationError, mapping: Mapping, owner: str, expected: str | None
) -> list[Fault]:
    """A Fault for each place in a mapping that pydantic's ValidationError names."""
    faults = []
    for one in error.errors(include_url=False, include_context=False):
        found: Any = mapping
        line, path = mapping.line, []
        for step in one["loc"]:
            inside = range(len(found)) if isinstance(found, Sequence) else found
            if not isinstance(found, str) and step in inside:  # else a step of pydantic's own
                line, found = found.lines[step], found[step]
                path += [step] if isinstance(step, str) else []
        keys = _inner_keys(path)
        if one["type"] == "extra_forbidden":
            text = f"{'.'.join(path[:-1])}: {unknown('key', path[-1], keys)}"
        elif one["type"] == "missing":
            text = f"'{'.'.join([*path, *map(str, one['loc'][-1:])])}' is missing; expected a text."
        else:
            inner = keys[path[-1]].title if len(path) > 2 and path[-1] in keys else None
            text = (
                f"'{'.'.join(path)}' is {shown(found)}; expected {inner or expected or 'a text'}."
            )
        faults.append(Fault(line, owner + text))
    return faults


def _inner_keys(path: list[str]) -> Map[str, FieldInfo]:
    """The keys that an option, a row or a condition may have, by the path of one of them."""
    return (ConditionKeys if path[:1] == ["ask_if"] else OptionKeys).model_fields


def shown(value: object) -> str:
    """What was found, as a message says it."""
    if isinstance(value, str):
        return f"'{value[:_LONGEST]}{'…' * (len(value) > _LONGEST)}'" if value else "empty"
    kind = "list" if isinstance(value, list) else "map"
    return f"a {kind}" if value else f"an empty {kind}"
