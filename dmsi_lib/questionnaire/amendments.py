"""Changes written into a YAML text, in which everything else stays as it was written.

A change has the shape of the document: a dict goes into a mapping, a list adds to a list, and a
text takes the place of what is there. Lists of questions are entered by id. What is written in is
spliced into the text at the places that PyYAML's nodes name, so that comments, order, quotes and
line ends are those of the file; loaders that write a document anew keep most of them.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from dmsi_lib.wording import plain

Change = str | bool | int | list[str] | dict[str, Any]  # a dict of changes

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_LINE_END = re.compile(r"[\r\n\x85\u2028\u2029]|\Z")
_BARE = re.compile(r"[A-Za-z]\w*", re.ASCII)
_OTHER_TYPES = {"yes", "no", "y", "n", "on", "off", "true", "false", "null"}  # to other programs
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


class _Splice(NamedTuple):
    """What takes the place of the text between two positions."""

    start: int
    end: int
    text: str


def amended(text: str, change: Mapping[str, Change]) -> str:
    """A document's text with a change in it.

    Parameters
    ----------
    text : str
        A document that `parse_yaml` takes, a map.
    change : dict
        By key: a dict (of changes, for a map; by id, for a list of maps; by label, for a list of
        labels, which becomes a map; for a label, which becomes a map with `label`), a list of
        texts (added to a list, or to the one text that stands for it), or what is to stand there.

    Returns
    -------
    str
        It is not parsed again here.
    """
    return _spliced(text, _merged(_root(text), change, text, at_front=True))


def commented(text: str, comments: Mapping[str, Sequence[str]]) -> str:
    """A document's text with comments above its questions.

    Parameters
    ----------
    text : str
        A document with a list `questions`.
    comments : dict of list of str
        By the question's id, "" for the head; each comment becomes one line.

    Returns
    -------
    str
    """
    root = _root(text)
    questions = _entry(root, "questions")
    splices = []
    for name, lines in comments.items():
        node = _entry(questions, name) if name else root
        start = node.start_mark.index
        if name and not questions.flow_style:
            start = text.rindex("-", 0, start)
        at = max(text.rfind(end, 0, start) for end in "\r\n") + 1
        margin = text[at:start] if not text[at:start].strip() else ""
        splices.append(_Splice(at, at, "".join(margin + _comment(line, text) for line in lines)))
    done = _spliced(text, splices)
    if _values(done) == _values(text):
        return done
    # Within a text of several lines, or an unusual layout: there is always room at the top.
    return "".join(_comment(line, text) for lines in comments.values() for line in lines) + text


def question_remarks(text: str) -> dict[str, str]:
    """The comments within the entries of a document's questions, by id; each as one line.

    Parameters
    ----------
    text : str
        A document with a list `questions`, and perhaps one of derived ones.

    Returns
    -------
    dict of str to str, of the questions that have some
    """
    root = _root(text)
    lists = (_entry(root, name) for name in ("questions", "derived"))
    found = {}
    for node in (node for each in lists if each is not None for node in each.value):
        start, end = node.start_mark.index, _end(node, text)
        lines = [line.strip() for line in text[start:end].splitlines()]
        remarks = [line.lstrip("# ").rstrip() for line in lines if line.startswith("#")]
        if remarks:
            found[_entry(node, "id").value] = " ".join(filter(None, remarks))
    return found


def with_questions(text: str, behind: str, entry: Iterable[str]) -> str:
    """A document's text with a further question.

    Parameters
    ----------
    text : str
        A document with a list `questions`.
    behind : str
        The id of the question that it is to stand behind.
    entry : iterable of str
        Its lines, the first of which begins with a dash; comments among them are kept where each
        question has lines of its own.

    Returns
    -------
    str
    """
    lines = textwrap.dedent("\n".join(entry)).split("\n")
    questions = _entry(_root(text), "questions")
    at = _end(_entry(questions, behind), text)
    if questions.flow_style:
        new = yaml.load("\n".join(lines), Loader=_LOADER)[0]
        return _spliced(text, [_Splice(at, at, f", {flow(new)}")])
    at, margin = _line_end(text, at), " " * questions.start_mark.column
    new = "".join(f"{_newline(text)}{margin}{line}" for line in lines)
    return _spliced(text, [_Splice(at, at, new)])


def flow(value: Change) -> str:
    """A value as YAML in one line; texts that other programs may take for numbers are quoted."""
    if isinstance(value, dict):
        return "{" + ", ".join(_entry_text(*each) for each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_quoted, value)) + "]"
    if isinstance(value, str):
        return value if value.islower() and _is_bare(value) else _quoted(value)
    return str(value).lower()


def _entry_text(name: str, value: Change) -> str:
    return f"{name if _is_bare(name) else _quoted(name)}: {flow(value)}"


def _is_bare(text: str) -> bool:
    """Whether every program takes a text for one, and for a name, without quotation marks."""
    return bool(_BARE.fullmatch(text)) and text.lower() not in _OTHER_TYPES


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def _comment(line: str, text: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in plain(line))
    return f"# {shown}{_newline(text)}"


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _spliced(text: str, splices: Iterator[_Splice] | Sequence[_Splice]) -> str:
    """A text with splices in it; those at one place come in their order."""
    parts, done = [], 0
    for splice in sorted(splices, key=lambda splice: splice.start):
        parts += [text[done : splice.start], splice.text]
        done = splice.end
    return "".join([*parts, text[done:]])


def _values(text: str) -> Any:
    """What a document says; None where it is not YAML."""
    try:
        return yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError:
        return None


# ---- places in the text


def _root(text: str) -> yaml.MappingNode:
    root = yaml.compose(text, Loader=_LOADER)
    assert isinstance(root, yaml.MappingNode)  # else it is no questionnaire
    return root


def _end(node: yaml.Node, text: str) -> int:
    """Where a value ends, without white space and comments behind it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last, text)
    start, end = node.start_mark.index, node.end_mark.index
    return start + len(text[start:end].rstrip())


def _line_end(text: str, start: int) -> int:
    match = _LINE_END.search(text, start)
    return match.start() if match else len(text)


def _entry(node: yaml.Node, name: str) -> Any:
    """The value of a key, or the entry of a list that has this id; None where there is none."""
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == name), None)
    for each in node.value:
        found = _entry(each, "id") if isinstance(each, yaml.MappingNode) else None
        if found is not None and found.value == name:
            return each
    return None


# ---- what is written there


def _merged(node: Any, change: Any, text: str, at_front: bool = False) -> Iterator[_Splice]:
    """The splices that bring a change into a node; those inside it come first."""
    if isinstance(change, list):
        yield from _with_items(node, change, text)
    elif not isinstance(change, dict):
        yield _replaced(node, flow(change), text)
    elif isinstance(node, yaml.ScalarNode):
        yield _replaced(node, flow({"label": node.value, **change}), text)
    elif isinstance(node, yaml.SequenceNode) and not _has_maps(node):
        yield from _with_labels(node, change, text)
    else:
        there = {name: _entry(node, name) for name in change}
        for name, found in there.items():
            if found is not None:
                yield from _merged(found, change[name], text)
        new = {name: change[name] for name, found in there.items() if found is None}
        if new and not node.value:
            yield _replaced(node, flow(new), text)
            return
        for name, value in new.items():
            yield _new_entry(node, name, value, text, at_front)


def _has_maps(node: yaml.SequenceNode) -> bool:
    return any(isinstance(each, yaml.MappingNode) for each in node.value)


def _replaced(node: yaml.Node, new: str, text: str) -> _Splice:
    start, end = node.start_mark.index, _end(node, text)
    return _Splice(start, end, new if end > start else f" {new}")  # "key:" needs the space


def _new_entry(
    node: yaml.MappingNode, name: str, value: Change, text: str, at_front: bool
) -> _Splice:
    """A further key of a map: in front, behind its text, or last."""
    entry = _entry_text(name, value)
    first = node.value[0][0].start_mark
    if at_front:
        between = ", " if node.flow_style else _newline(text) + " " * first.column
        return _Splice(first.index, first.index, entry + between)
    last = node.value[-1][1]
    if name == "aliases":  # of a question: other texts of it
        last = _entry(node, "text") or last
    return _behind(last, entry, bool(node.flow_style), first.column, text)


def _behind(node: yaml.Node, entry: str, in_flow: bool, column: int, text: str) -> _Splice:
    """An entry after that of a node: on its line in flow style, else on a line of its own."""
    at = _end(node, text)
    if in_flow:
        return _Splice(at, at, f", {entry}")
    at = _line_end(text, at)
    return _Splice(at, at, _newline(text) + " " * column + entry)


def _with_items(node: Any, new: list[str], text: str) -> Iterator[_Splice]:
    """The list, or the one text that stands for it, with further texts."""
    if isinstance(node, yaml.ScalarNode):
        yield _replaced(node, flow([node.value, *new] if node.value else new), text)
    elif not node.value:
        yield _replaced(node, flow(new), text)
    else:
        column, dash = node.start_mark.column, "" if node.flow_style else "- "
        for each in new:
            yield _behind(node.value[-1], dash + _quoted(each), bool(node.flow_style), column, text)


def _with_labels(node: yaml.SequenceNode, change: dict[str, Any], text: str) -> Iterator[_Splice]:
    """A list of labels, which are their own codes, with further ones; as a map, if it has to be."""
    labels = {item.value for item in node.value}
    new = {name: value for name, value in change.items() if name not in labels}
    if len(new) == len(change) and all(name == value for name, value in new.items()):
        yield from _with_items(node, [*new], text)
        return
    in_flow = bool(node.flow_style)
    start, end = node.start_mark.index, node.end_mark.index
    if in_flow:
        yield _Splice(start, start + 1, "{")
    for item in node.value:
        label, start = item.value, item.start_mark.index
        value = {"label": label, **change[label]} if label in change else label
        entry = _entry_text(label, value)
        if in_flow:
            yield _Splice(start, _end(item, text), entry)
        else:  # in the place of the dash
            yield _Splice(text.rindex("-", 0, start), _end(item, text), f"  {entry}")
    for name, value in new.items():
        column = node.start_mark.column + 2
        yield _behind(node.value[-1], _entry_text(name, value), in_flow, column, text)
    if in_flow:
        yield _Splice(end - 1, end, "}")
