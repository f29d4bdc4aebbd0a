"""YAML in which nothing is guessed: every scalar is the text that was written.

The usual loaders turn `NO`, `on` and `1-5` into booleans or dates and keep the last of two equal
keys. Here scalars stay strings (YAML 1.2's failsafe schema), duplicate keys, anchors, tags and
second documents are refused, and every key remembers its line for the messages that follow.
"""

from collections.abc import Iterator
from typing import Any

import yaml

from dmsi_lib.errors import InputError
from dmsi_lib.files import Place, content_of

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DEEPEST = 12
_LARGEST = 5_000_000  # bytes; the largest questionnaire known has under 100 kB


class Mapping(dict[str, Any]):
    """A dict of strings that knows the line of each key."""

    def __init__(self, line: int):
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Sequence(list[Any]):
    """A list that knows the line of each entry."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def read_yaml(path: Place) -> Any:
    """Read one YAML document.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Mapping, Sequence or str

    Raises
    ------
    InputError
        With file, line, what was found and what was expected.
    """
    return parse_yaml(yaml_text(path), path)


def yaml_text(path: Place) -> str:
    """The text of a YAML file, line ends as they are; an InputError where it is not UTF-8."""
    raw = content_of(path, _LARGEST)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: not UTF-8; save the file as UTF-8.") from None


def parse_yaml(text: str, name: Place = "questionnaire") -> Any:
    """Parse one YAML document from a string; see `read_yaml`."""
    events = _accepted(yaml.parse(text, Loader=_LOADER), name)
    try:
        first = next(events, None)
        document = first and _node(first, events, name)
        next(events, None)  # refuses a second document
    except yaml.YAMLError as error:
        raise InputError(_syntax_message(error, name)) from None
    if document is None or document == "":
        raise InputError(f"{name}: the file is empty.")
    return document


def _syntax_message(error: yaml.YAMLError, name: Place) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    return f"{name}{where}: not valid YAML ({problem}). Check indentation, quotes and colons there."


def _accepted(events: Iterator[Any], name: Place) -> Iterator[Any]:
    """The events that make up values, as long as nothing refused is among them."""
    documents = depth = 0
    for event in events:
        where = f"{name}, line {_line(event)}: "
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if documents > 1:
            raise InputError(where + "a second document; expected one.")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError(where + "anchors and aliases (& and *) are not allowed.")
        if getattr(event, "tag", None) not in (None, "!"):
            raise InputError(f"{where}tags ({event.tag}) are not allowed.")
        if depth > _DEEPEST:
            raise InputError(f"{where}nested deeper than {_DEEPEST} levels.")
        if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            yield event


def _node(event: Any, events: Iterator[Any], name: Place) -> Any:
    """The value that begins with an event; it recurses no deeper than `_accepted` allows."""
    if isinstance(event, yaml.ScalarEvent):
        return event.value
    if isinstance(event, yaml.SequenceStartEvent):
        sequence = Sequence()
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            sequence.lines.append(_line(event))
            sequence.append(_node(event, events, name))
        return sequence
    mapping = Mapping(_line(event))
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        where = f"{name}, line {_line(event)}: "
        if not isinstance(event, yaml.ScalarEvent):
            raise InputError(where + "a list or mapping can't be a key.")
        if (key := event.value) in mapping:
            raise InputError(
                f"{where}the key '{key}' stands twice (first in line {mapping.lines[key]}); "
                "remove or rename one."
            )
        mapping.lines[key] = _line(event)
        mapping[key] = _node(next(events), events, name)
    return mapping


def _line(event: Any) -> int:
    return event.start_mark.line + 1
