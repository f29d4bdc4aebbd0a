"""YAML in which nothing is guessed: every scalar is the text that was written.

The usual loaders turn `NO`, `on` and `1-5` into booleans or dates and keep the last of two equal
keys. Here scalars stay strings (YAML 1.2's failsafe schema), duplicate keys, anchors, tags and
second documents are refused, and every key remembers its line for the messages that follow.
"""

from pathlib import Path

import yaml

from dmsi_lib.errors import InputError

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DEEPEST = 12
_LARGEST = 5_000_000  # bytes; the largest questionnaire known has under 100 kB


class Mapping(dict):
    """A dict of strings that knows the line of each key."""

    def __init__(self, line):
        super().__init__()
        self.line, self.lines = line, {}


class Sequence(list):
    """A list that knows the line of each entry."""

    def __init__(self, line):
        super().__init__()
        self.line, self.lines = line, []


def read_yaml(path):
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
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror or error}).") from None
    if len(raw) > _LARGEST:
        raise InputError(f"{path}: {len(raw):,} bytes; expected at most {_LARGEST:,}.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: not UTF-8; save the file as UTF-8.") from None
    return parse_yaml(text, path)


def parse_yaml(text, name="questionnaire"):
    """Parse one YAML document from a string; see `read_yaml`."""
    try:
        return _build(yaml.parse(text, Loader=_LOADER), name)
    except yaml.YAMLError as error:
        raise InputError(_syntax_message(error, name)) from None


def _syntax_message(error, name):
    mark = getattr(error, "problem_mark", None)
    where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    return f"{name}{where}: not valid YAML ({problem}). Check indentation, quotes and colons there."


def _build(events, name):
    """Build the document from parser events, without recursion: depth can't exhaust the stack."""
    document, stack, pending = None, [], []
    documents = 0
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise InputError(f"{name}, line {line}: a second document; expected one.")
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError(f"{name}, line {line}: anchors and aliases (& and *) are not allowed.")
        elif getattr(event, "tag", None) not in (None, "!"):
            raise InputError(f"{name}, line {line}: tags ({event.tag}) are not allowed.")
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(stack) >= _DEEPEST:
                raise InputError(f"{name}, line {line}: nested deeper than {_DEEPEST} levels.")
            kind = Mapping if isinstance(event, yaml.MappingStartEvent) else Sequence
            stack.append(kind(line))
            pending.append(None)
        elif isinstance(event, yaml.ScalarEvent):
            if stack and isinstance(stack[-1], Mapping) and pending[-1] is None:
                pending[-1] = _new_key(stack[-1], event.value, line, name)
            else:
                document = _place(event.value, line, stack, pending)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = stack.pop()
            pending.pop()
            if stack and isinstance(stack[-1], Mapping) and pending[-1] is None:
                raise InputError(f"{name}, line {done.line}: a list or mapping can't be a key.")
            document = _place(done, done.line, stack, pending)
    if document is None or document == "":
        raise InputError(f"{name}: the file is empty.")
    return document


def _new_key(mapping, key, line, name):
    if key in mapping:
        first = mapping.lines[key]
        raise InputError(
            f"{name}, line {line}: the key '{key}' stands twice (first in line {first}); "
            "remove or rename one."
        )
    mapping.lines[key] = line
    return key


def _place(value, line, stack, pending):
    if not stack:
        return value
    if isinstance(stack[-1], Mapping):
        stack[-1][pending[-1]] = value
        pending[-1] = None
    else:
        stack[-1].append(value)
        stack[-1].lines.append(line)
    return None
