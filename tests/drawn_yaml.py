"""Questionnaires as people write them, drawn at random: any style, quotes, comments, line ends."""

import json

from hypothesis import strategies as st

LABELS = st.sampled_from(
    [
        "Yes",
        "no",
        "1-5",
        "007",
        "150000",
        "of, ten",
        "It's",
        'say "so"',
        "a: b",
        "# 1",
        "Zoë",
        "😀",
        "x y",
    ]
)
CODES = st.sampled_from(["a", "b", "yes", "c1", "d-e"])


@st.composite
def scalars(draw, text, in_flow=False):
    """A text, with the quotation marks that it needs or with others."""
    quoted = [json.dumps(text, ensure_ascii=False), "'" + text.replace("'", "''") + "'"]
    plain = [text] if text.replace(" ", "").isalnum() and text.isascii() else []
    block = [] if in_flow else [f">-\n            {text}"]
    return draw(st.sampled_from([*plain, *quoted, *block]))


@st.composite
def values(draw, value, margin, in_flow=False):
    """A value in block or flow style, as it stands behind a key."""
    if isinstance(value, str):
        return " " + draw(scalars(value, in_flow))
    if in_flow or not value or draw(st.booleans()):
        if isinstance(value, list):
            items = [draw(values(each, "", True)).strip() for each in value]
            return " [" + draw(st.sampled_from([", ", ",", ",\n" + " " * 14])).join(items) + "]"
        items = [f"{n}:{draw(values(v, '', True))}" for n, v in value.items()]
        return " {" + ", ".join(items) + draw(st.sampled_from(["}", " }"]))
    lines = []
    inner = margin + ("" if isinstance(value, list) and draw(st.booleans()) else "  ")
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in entries:
        key = f"{name}:" if isinstance(value, dict) else "-"
        written = draw(values(each, inner))
        # A comment behind a folded text would belong to it.
        remark = "" if ">-" in written else draw(st.sampled_from(["", "", "  #! remark"]))
        lines.append(inner + key + written + remark)
    return "\n" + "\n".join(lines)


@st.composite
def labels(draw):
    """Options: a list of labels, or codes with labels and more."""
    texts = draw(st.lists(LABELS, min_size=1, max_size=3, unique=True))
    if draw(st.booleans()):
        return texts
    codes = draw(st.lists(CODES, min_size=len(texts), max_size=len(texts), unique=True))
    more = st.one_of(
        *(st.just({}), st.just({"aliases": "Jo"}), st.just({"aliases": ["Jo", "Si"]})),
        st.just({"optional": "true"}),
    )
    options = {}
    for code, text in zip(codes, texts, strict=True):
        rest = draw(more)
        options[code] = {"label": text, **rest} if rest else text
    return options


@st.composite
def questions(draw, name):
    """A question, and a change of it."""
    question = {"id": name, "text": draw(LABELS), "type": "single", "options": draw(labels())}
    if draw(st.booleans()):
        question["aliases"] = draw(st.one_of(LABELS, st.lists(LABELS, max_size=2)))
    there, new = question["options"], st.lists(LABELS, min_size=1, max_size=2)
    options = {}
    if draw(st.booleans()):
        options[draw(st.sampled_from([*there]))] = {"aliases": draw(new)}
    if draw(st.booleans()):
        label = draw(LABELS.filter(lambda text: text not in there))
        options["new code" if isinstance(there, dict) else label] = label
    change = {"aliases": draw(new), "type": "multiple", "occurrence": 2, "options": options}
    keys = draw(st.sets(st.sampled_from([*change])))
    return question, {key: change[key] for key in change if key in keys and change[key]}


@st.composite
def documents(draw):
    """The text of a questionnaire, and a change of it (see `amendments`)."""
    names = draw(st.lists(st.sampled_from("pqrs"), min_size=1, max_size=3, unique=True))
    lines, changes = ["#! top", "title: T #! title", "questions:"], {}
    for name in names:
        question, changes[name] = draw(questions(name))
        lines.append("#! above")
        if draw(st.booleans()):
            lines.append("  -" + draw(values(question, "", True)))
        else:
            keys = [f"{key}:{draw(values(value, '    '))}" for key, value in question.items()]
            lines.append("  - " + "\n    ".join(keys))
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n#! end\n"]))
    head = draw(st.sampled_from([{}, {"id_column": "none"}, {"title": "U"}]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))), {**head, "questions": changes}
