"""What the YAML files of a survey's folder may say, key by key: for the reader and for editors.

A model is the shape of one mapping. The reader takes what has this shape (`take`), and an editor
completes what is typed by the JSON Schema that is made from it (`schemas`). A title says what a
value must be, in messages, too; a description says what it is for.
"""

from collections.abc import Mapping as Map
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

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

_RULES = "gates with codes (gate: [code, code]), or a list of such maps"
_ORDER = "true, or codes from low to high"
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


AtLeast = Annotated[Number | None, Field(title="a number", description="A number not below this.")]
AtMost = Annotated[Number | None, Field(title="a number", description="A number not above this.")]
MoreThan = Annotated[Number | None, Field(title="a number", description="A number above this.")]
LessThan = Annotated[Number | None, Field(title="a number", description="A number below this.")]
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
    at_least: AtLeast = None
    at_most: AtMost = None
    more_than: MoreThan = None
    less_than: LessThan = None
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
    Field(title=_RULES),
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
        title=_ORDER,
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


class _OptionOfDerived(_Keys):
    label: Code = Field(title="a text", description="What tables print.")
    score: Number | None = Field(
        None, title="a number", description="What it counts in the mean of a scale."
    )
    plural: Some = Field(None, description="What sentences call those who are in it.")


class CodesKeys(_OptionOfDerived):
    """An option that takes some answers."""

    codes: Codes = Field(title="codes", description="The answers that it takes.")


class BandKeys(_OptionOfDerived):
    """An option that takes some numbers."""

    at_least: AtLeast = None
    at_most: AtMost = None
    more_than: MoreThan = None
    less_than: LessThan = None


class RuleKeys(_OptionOfDerived):
    """An option that takes those of whom a rule holds."""

    if_: Rules = Field((), alias="if", title=_RULES, description="Who is in it, as in ask_if.")
    otherwise: Yes | None = Field(
        None, title="true", description="true, on the last: of whom no other option's rule holds."
    )


class _DerivedKeys(_Keys):
    id: Id = Field(description="What it is called in tables, files and options.")
    text: Words = Field(description="Its wording in tables and figures.")
    short: Some = Field(None, description="Title of its charts, in a few words; else its text.")
    concept: Some = Field(None, description="Pairs the same question asked of different groups.")
    same_question: Flag = Field(
        False, description="Whether it asks the same as its pair, although the wordings differ."
    )


class CoalesceKeys(_DerivedKeys):
    """A question that was asked in several branches, read as one."""

    coalesce: Codes = Field(
        title="the ids of two questions or more",
        description="The questions whose answers it takes, the first before.",
    )


class RecodeKeys(_DerivedKeys):
    """A question with fewer options, each of which takes some of those of another."""

    option: ClassVar[type[BaseModel]] = CodesKeys
    recode: Code = Field(title="the id of a question", description="A single one, or a matrix.")
    options: dict[Code, CodesKeys] = Field(
        min_length=1,
        title="options with label and codes",
        description="In which each code of the question stands once.",
    )
    ordered: Codes | None = Field(None, title=_ORDER, description="As of other questions.")


class NetKeys(_DerivedKeys):
    """A question whose options are each any of several answers to another."""

    option: ClassVar[type[BaseModel]] = CodesKeys
    net: Code = Field(title="the id of a question", description="One with options, no ranking.")
    options: dict[Code, CodesKeys] = Field(
        min_length=1,
        title="options with label and codes",
        description="They may share codes, and need not have all.",
    )


class CountKeys(_DerivedKeys):
    """How many options of another question were ticked."""

    option: ClassVar[type[BaseModel]] = BandKeys
    count: Code = Field(title="the id of a question", description="One of several answers.")
    codes: Codes | None = Field(
        None, title="codes", description="Those counted; else all that are not exclusive."
    )
    options: dict[Code, BandKeys] = Field(
        {}, title="options with label and bounds", description="Bands of the number."
    )
    ordered: Codes | None = Field(None, title=_ORDER, description="As of other questions.")


class BandsKeys(_DerivedKeys):
    """The numbers of another question in bands."""

    option: ClassVar[type[BaseModel]] = BandKeys
    bands: Code = Field(title="the id of a question", description="A numeric one.")
    options: dict[Code, BandKeys] = Field(
        min_length=1,
        title="options with label and bounds",
        description="No number is in two of them.",
    )
    ordered: Codes | None = Field(None, title=_ORDER, description="As of other questions.")


class CombineKeys(_DerivedKeys):
    """A question whose options are conditions on the answers to others."""

    option: ClassVar[type[BaseModel]] = RuleKeys
    combine: Codes = Field(
        title="the ids of questions", description="Those that the conditions name."
    )
    options: dict[Code, RuleKeys] = Field(
        min_length=1,
        title="options with label and if",
        description="Of whom several hold, the first counts.",
    )
    ordered: Codes | None = Field(None, title=_ORDER, description="As of other questions.")


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
    derived: list[Any] = Field([], title="a list of derived questions")


class QuestionnaireKeys(HeadKeys):
    """The instrument of a survey: what was asked, of whom, with which options."""

    questions: list[QuestionKeys] = Field(min_length=1, description="In the survey's order.")
    derived: list[CoalesceKeys | RecodeKeys | NetKeys | CountKeys | BandsKeys | CombineKeys] = (
        Field([], description="Made of the answers to other questions.")
    )


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
            faults += _shape_faults(error, mapping, owner, model)
            wrong.add(name)
    faults += [
        Fault(mapping.line, f"{owner}'{name}' is missing; expected {field.title or 'a text'}.")
        for name, field in fields.items()
        if field.is_required() and name not in mapping
    ]
    return {name: value for name, value in draft if name not in wrong}, faults


def _shape_faults(
    error: ValidationError, mapping: Mapping, owner: str, model: type[BaseModel]
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
        keys = _inner_keys(path, model)
        if one["type"] == "extra_forbidden":
            text = f"{'.'.join(path[:-1])}: {unknown('key', path[-1], keys)}"
        elif one["type"] == "missing":
            name = str(one["loc"][-1])
            wanted = (keys[name].title if name in keys else None) or "a text"
            text = f"'{'.'.join([*path, name])}' is missing; expected {wanted}."
        else:
            inner = keys[path[-1]].title if len(path) > 2 and path[-1] in keys else None
            wanted = inner or model.model_fields[path[0]].title or "a text"
            text = f"'{'.'.join(path)}' is {shown(found)}; expected {wanted}."
        faults.append(Fault(line, owner + text))
    return faults


def _inner_keys(path: list[str], model: type[BaseModel]) -> Map[str, FieldInfo]:
    """The keys that an option, a row or a condition may have, by the path of one of them."""
    in_rule = path[:1] == ["ask_if"] or (path[2:3] == ["if"] and len(path) > 3)
    keys = ConditionKeys if in_rule else getattr(model, "option", OptionKeys)
    return {field.alias or name: field for name, field in keys.model_fields.items()}


def shown(value: object) -> str:
    """What was found, as a message says it."""
    if isinstance(value, str):
        return f"'{value[:_LONGEST]}{'…' * (len(value) > _LONGEST)}'" if value else "empty"
    kind = "list" if isinstance(value, list) else "map"
    return f"a {kind}" if value else f"an empty {kind}"
