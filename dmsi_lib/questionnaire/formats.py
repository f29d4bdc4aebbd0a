"""What the YAML files of a survey's folder may say, key by key: for the reader and for editors.

A model is the shape of one mapping. The reader takes what has this shape (`take`), and an editor
completes what is typed by the JSON Schema that is made from it (`schemas`). A title says what a
value must be, in messages, too; a description says what it is for.
"""

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

from dmsi_lib.errors import InputError, problems
from dmsi_lib.questionnaire.strict_yaml import Mapping, Sequence
from dmsi_lib.wording import unknown

_LONGEST = 60  # characters of a text that a message repeats


def _listed(value: object) -> object:
    """A single text stands for a list of one."""
    return [value] if isinstance(value, str) else value


def _labelled(value: object) -> object:
    """A list of labels stands for its own codes; one with a label twice is left as it is."""
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        return value
    return {label: label for label in value} if len(set(value)) == len(value) else value


def _alternatives(value: object) -> object:
    """A single rule stands for a list of one, and an empty one for none."""
    return value if isinstance(value, list) else [value] if value != {} else []


Code = Annotated[str, Field(min_length=1)]
Some = Annotated[str | None, AfterValidator(lambda text: text or None)]
Words = Annotated[str, Field(pattern=r"\S")]
Id = Annotated[
    str, Field(pattern=r"^[A-Za-z]\w*([-.]\w+)*$", title="letters, digits and _, a letter first")
]
Type = Annotated[
    Literal["single", "multiple", "ranking", "matrix", "open", "numeric"],
    Field(title="single, multiple, ranking, matrix, open or numeric"),
]
Page = Annotated[
    str,
    Field(pattern="^0*[1-9][0-9]{0,5}$", title="a whole number from 1"),
    Field(json_schema_extra={"minimum": 1}),  # for editors, to whom it is a number
    AfterValidator(int),
]
Flag = Annotated[str, Field(pattern="^(true|false)$", title="true or false")]
Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed, json_schema_input_type=str | list[str]),
    Field(title="a list of texts"),
]
Labels = Annotated[
    dict[Code, Code],
    BeforeValidator(_labelled, json_schema_input_type=dict[str, Code] | list[Code]),
    Field(title="codes with labels (code: label), or a list of labels that differ"),
]
Codes = Annotated[
    tuple[Code, ...],
    BeforeValidator(_listed, json_schema_input_type=Code | list[Code]),
    Field(min_length=1),
]
Rule = Annotated[dict[str, Codes], Field(min_length=1)]
Rules = Annotated[
    tuple[Rule, ...],
    BeforeValidator(_alternatives, json_schema_input_type=Rule | list[Rule]),
    Field(title="gates with codes (gate: [code, code]), or a list of such maps"),
]
Step = Annotated[str, Field(pattern="^[0-9]{1,2}$"), AfterValidator(int)]
Place = tuple[Code, Step, Step]  # on a tile map: abbreviation, column, row


class _Keys(BaseModel, extra="forbid", validate_assignment=True, defer_build=True):
    pass


class QuestionKeys(_Keys):
    """A question as it was put to the respondents."""

    id: Id = Field(description="What the question is called in tables, files and options.")
    text: Words = Field(description="Its title in the export; case and punctuation do not count.")
    type: Type = Field(description="What its answers are.")
    page: Page = Field(description="Where it stood; its gates stand above it or on earlier pages.")
    aliases: Texts = Field((), description="Other titles of the question.")
    required: Flag = Field("false", description="A note for readers, without effect.")
    options: Labels = Field({}, description="In the order in which they are shown.")
    rows: Labels = Field({}, description="The statements of a matrix.")
    ask_if: Rules = Field((), description="Who is asked: whom all of a map, any of a list, fits.")
    other: Some = Field(None, description="Label of the free text that belongs to the options.")
    concept: Some = Field(None, description="Pairs the same question asked of different groups.")


class HeadKeys(_Keys):
    """A questionnaire whose questions are still to be looked at."""

    title: str = Field("", description="The name of the survey.")
    wave: str = Field("", description="Which survey of a series, for example its year.")
    id_column: str = Field("Respondent ID", description="The export's column of respondent ids.")
    blank: Texts = Field((), description="Texts of cells that hold no answer.")
    identity_columns: Texts = Field((), description="Further columns that are dropped on reading.")
    exclude: Texts = Field((), description="Ids of respondents who are left out.")
    questions: list[Any] = Field(min_length=1, title="a list of questions, at least one")


class QuestionnaireKeys(HeadKeys):
    """The instrument of a survey: what was asked, of whom, with which options."""

    questions: list[QuestionKeys] = Field(min_length=1, description="In the survey's order.")


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
        text = f"{owner}'{'.'.join(path)}' is {shown(found)}; expected {expected or 'a text'}."
        faults.append(Fault(line, text))
    return faults


def shown(value: object) -> str:
    """What was found, as a message says it."""
    if isinstance(value, str):
        return f"'{value[:_LONGEST]}{'…' * (len(value) > _LONGEST)}'" if value else "empty"
    kind = "list" if isinstance(value, list) else "map"
    return f"a {kind}" if value else f"an empty {kind}"
