"""Questionnaires with any of their keys, and files that may be exports of them, out of choices.

A file has the columns of its questions in a shape that some program writes, be it that which the
questionnaire says or another; then columns, cells and rows are changed as people and programs do.
"""

KINDS = ("single", "multiple", "ranking", "matrix", "matrix_multiple", "open", "numeric", "date")
LAYOUTS = ("surveymonkey", "condensed", "google_forms", "qualtrics", "limesurvey")
TITLES = ("Which?", "How often, and why?", "Rate: the rest", "Which? - more")
OPTIONS = {
    "words": {"x": "Ball", "y": "Rope, or so", "n": "None of these"},
    "alike": {"x": "Staff", "y": "Staff - front line", "z": "front line"},
    "points": {"a": "0", "b": "1 - 5 days", "c": "Always - 3"},
    "scale": {"a": "Never - 1", "b": "2", "c": "3", "d": "Always - 4"},
    "more": {
        "x": {"label": "Ball", "aliases": ["Balle", "X"], "score": 1},
        "y": {"label": "Rope", "optional": "true", "score": -2},
    },
}
ROWS = (
    {"r": "Soup", "s": "Bread"},
    {"r": "Soup - hot", "s": {"label": "Soup", "optional": "true"}},
)
TEXTS = (
    *("Yes", "No", "1", "0", "x", "N/A", "-", "2", "about 30", "$40", "1,5", "1,500", "2018-05-01"),
    *("13/05/2018", "01/02/2018 10:00", "Ball", "Ball, Rope", "Rope, or so, Ball", "Balle", "why"),
    *("Other", "3", "1 - 5 days", "Not selected", "NA", "Soup", "Ball; Rope", "=1+1", "Zoraquilla"),
)
_ANY = {"answered": "true"}
_NUMBERS = (_ANY, {"at_least": "2"}, {"less_than": "3", "more_than": "0"})
_HEADER_OF = {"surveymonkey": 0, "condensed": 0, "google_forms": 4, "limesurvey": 4, "qualtrics": 5}
_MATRICES = ("matrix", "matrix_multiple")


def drawn_document(draw):
    """A questionnaire as a document; not every one is accepted."""
    questions = []
    for _ in range(1 + draw.below(5)):
        questions.append(_question(draw, questions))
    document = {"title": "Drawn", "layout": draw.one_of(LAYOUTS), "questions": questions}
    document["id_column"] = draw.one_of(("Respondent ID", "none", "Respondent ID"))
    if draw.below(3) == 1:
        document["blank"] = ["-", "NA"]
    if draw.below(3) == 1 and len(questions) > 1:
        parts = [question["id"] for question in questions[-2:]]
        document["derived"] = [{"id": "whole", "text": "As one", "coalesce": parts}]
    if draw.below(3) == 1:
        document.setdefault("derived", []).append(_derived(draw, draw.one_of(questions)))
    return document


def _derived(draw, source):
    """A question made of another, of a kind that its type suggests; perhaps of the wrong one."""
    name, codes = source["id"], [*source.get("options", {}), "other"]
    kinds = {"numeric": "bands", "multiple": draw.one_of(("count", "net"))}
    kinds |= {"single": draw.one_of(("recode", "net", "combine")), "matrix": "recode"}
    kind = draw.one_of((kinds.get(source["type"], "net"), kinds.get(source["type"], "combine")))
    first, *rest = codes
    options = {
        "one": {"label": "One", "codes": [first]},
        "two": {"label": "Two", "codes": rest if "other" in source else rest[:-1] or [first]},
    }
    if kind in ("count", "bands"):
        options = {"low": {"label": "Low", "at_most": "2"}, "high": {"label": "H", "at_least": "3"}}
    if kind == "combine":
        rule = {name: [first]} if source.get("options") else {name: _ANY}
        options = {"a": {"label": "A", "if": rule}, "b": {"label": "B", "otherwise": "true"}}
    made = {"id": "made", "text": "Made", kind: name, "options": options}
    if kind == "count" and draw.below(2):
        del made["options"]
    return made


def _question(draw, before):
    kind, number = draw.one_of(KINDS), len(before)
    title = draw.one_of((TITLES[number % len(TITLES)], f"Question {number}?", TITLES[0]))
    question = {"id": f"q{number}", "text": title, "type": kind, "page": str(1 + number // 2)}
    if kind not in ("open", "numeric", "date"):
        plain = kind in ("multiple", "ranking", "matrix_multiple")
        question["options"] = OPTIONS[draw.one_of([n for n in OPTIONS if n != "more" or not plain])]
    if kind in _MATRICES or (kind in ("open", "numeric") and draw.below(2)):
        question["rows"] = draw.one_of(ROWS)
    for name, value in _likely(draw, question, before).items():
        if draw.below(3) == 1:
            question[name] = value
    return question


def _likely(draw, question, before):
    """Further keys that a question may have, by its type."""
    kind = question["type"]
    likely = {"comment": "Remarks", "optional": "true", "aliases": ["Lequel ?", "q0007"]}
    if kind == "single":
        likely["other"] = "Other"
    if kind == "multiple":
        likely["other"] = draw.one_of(("Other", ["Other", "Another"], ["Other", "Other"]))
        likely["exclusive"] = [draw.one_of(question["options"])]
    if kind == "date":
        likely["format"] = "%d/%m/%Y"
    if [each for each in before if each["text"] == question["text"]]:
        likely["occurrence"] = str(2 - draw.below(2))
    if before:
        likely["ask_if"] = dict(_condition(draw, draw.one_of(before)) for _ in range(2))
    return likely


def _condition(draw, gate):
    """A gate, or a row of it, and what it must have been answered with."""
    kind, name = gate["type"], gate["id"]
    if kind in ("open", "date", "ranking"):
        return name, _ANY
    if "rows" in gate:
        row = draw.one_of((*gate["rows"], ""))
        if not row:
            return name, _ANY
        name = f"{name}.{row}"
    if kind == "numeric":
        return name, draw.one_of(_NUMBERS)
    one, other = draw.one_of(gate["options"]), draw.one_of(gate["options"])
    ways = [one, [one, other], {"none_of": [one]}, {"any_of": one, "none_of": other}, _ANY]
    return name, draw.one_of([*ways, {"all_of": [one, other]}][: 6 if "multiple" in kind else 5])


def drawn_rows(draw, document, secrets):
    """The rows of a file; `secrets` are one person's cells under the titles that say who it is."""
    numbered = document["id_column"] == "none" and draw.below(4) > 0
    columns = [] if numbered else [("Respondent ID", "", ())]
    columns += [(title, "", ()) for title in secrets]
    kept = len(columns)
    for question in document["questions"]:
        columns += _columns(draw, question, document["layout"])
    wild = draw.below(3) == 1
    respondents = range(1 + draw.below(6))
    filled = [
        [title, label, *(_cell(draw, n, title, usual, secrets, wild) for n in respondents)]
        for title, label, usual in columns
    ]
    for _ in range(draw.below(4) if wild else 0):
        _change(draw, filled, kept)
    shape = draw.one_of((_HEADER_OF[document["layout"]],) * 4 + (draw.below(6),))
    return _headed(draw, [list(row) for row in zip(*filled, strict=True)], shape)


def _columns(draw, question, layout):
    """Title and label over each of a question's columns, and what usually stands below them."""
    title, kind = draw.one_of((question["text"], *question.get("aliases", ()))), question["type"]
    options = [_label(each) for each in question.get("options", {}).values()]
    rows = [_label(each) for each in question.get("rows", {}).values()]
    said = {"numeric": ("3", "12", "about 30"), "date": ("13/05/2018", "01/02/2018")}
    said |= {"open": ("why", "Ball"), "ranking": ("1", "2")}
    texts = said.get(kind, options)
    listed = layout not in ("surveymonkey", "limesurvey") and draw.below(2)
    if kind == "multiple" and listed:
        found = [("Response", (*options, ", ".join(options[:2])))]
    elif kind == "multiple" or (kind == "single" and draw.below(4) == 1):
        found = [(option, (option,)) for option in options]
    elif kind == "ranking":
        found = [(option, texts) for option in options]
    elif kind == "matrix_multiple" or (kind == "matrix" and draw.below(4) == 1):
        found = [(f"{row} - {option}", (option,)) for row in rows for option in options]
    elif rows or (kind in ("open", "numeric") and draw.below(4) == 1):
        found = [(row, texts) for row in rows or ("Cats", draw.one_of(("", "Dogs")))]
    else:
        found = [("Response", texts)]
    others = question.get("other", [])
    beside = [others] if isinstance(others, str) else [*others]
    beside += [question["comment"]] if "comment" in question else []
    return [(title, label, texts) for label, texts in (*found, *((b, ("my own",)) for b in beside))]


def _label(entry):
    return entry if isinstance(entry, str) else entry["label"]


def _cell(draw, n, title, usual, secrets, wild):
    if title == "Respondent ID":
        return str(n + 1)
    if title in secrets:
        return secrets[title] if n == 0 else ""
    if draw.below(2):
        return ""
    return draw.one_of(TEXTS if wild and draw.below(8) == 1 else usual)


def _change(draw, columns, kept):
    """One change; the first columns, which say who it is, stay."""
    change, free = draw.below(4), [*range(kept, len(columns))]
    if not free:
        return
    one, other = draw.one_of(free), draw.one_of(free)
    if change == 0:
        columns[one], columns[other] = columns[other], columns[one]
    elif change == 1:
        columns.append(list(columns[one]))
    elif change == 2 and len(free) > 1:
        del columns[one]
    else:
        columns[one][draw.below(len(columns[one]))] = draw.one_of((*TEXTS, *TITLES))


def _headed(draw, rows, shape):
    """The rows with their header written as a program does."""
    titles, labels, *body = rows
    named = [label not in ("", "Response") for label in labels]
    pairs = [*zip(titles, labels, named, strict=True)]
    if shape < 3:
        alone = [n == 0 or title != titles[n - 1] for n, title in enumerate(titles)]
        shown = [title if first else "" for title, first in zip(titles, alone, strict=True)]
        return [*draw.one_of(([], [["A survey", *[""] * (len(titles) - 1)]])), shown, labels, *body]
    if shape == 3:
        return [[f"{title} - {label}" if has else title for title, label, has in pairs], *body]
    if shape == 4:
        return [[f"{title} [{label}]" if has else title for title, label, has in pairs], *body]
    texts = [f"{title} - {label}" if has else title for title, label, has in pairs]
    names = [f"Q{n}" for n in range(len(titles))]
    names[0] = titles[0]
    imports = [f'{{"ImportId":"QID{n}"}}' for n in range(len(titles))]
    return [names, texts, *draw.one_of(([], [imports])), *body]
