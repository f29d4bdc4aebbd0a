"""The published report as a ledger: its figures, whether they agree, and whether we get the same.

A figure counts as reproduced at the precision at which it was printed, no finer and no coarser.
"""

import csv
import operator
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError, problems

# In the order of authority: where two places disagree, the table is the reference.
KINDS = ("table", "total", "ranking", "prose", "statement")
MEASURES = ("option", "answered", "rank", "theme", "themes", "other_text", "lost")
DECIMALS = 2
ERROR = "report's error"
FINDINGS = ("check", "section", "question", "source_line", "found", "expected", "message")


def round_half_up(percent):
    """A percentage as the report prints it; 10 of 64 is 15.63, which round() makes 15.62."""
    return np.floor(percent * 10**DECIMALS + 0.5 + 1e-9) / 10**DECIMALS


# How a figure relates to what is stated of it; "almost" is below, by one point at the most.
RELATIONS = {
    "=": lambda percent, stated: round_half_up(percent) == stated,
    ">": operator.gt,
    "<": operator.lt,
    "~": lambda percent, stated: stated - 1 <= percent < stated,
}
_TEXT, _WHOLE = (r".*\S.*", "a text"), (r"[0-9]{1,9}", "a whole number")
_OPTIONAL = (r"([0-9]{1,9})?", "a whole number or nothing")
_SHAPES = {
    "figure": _WHOLE,
    "section": _TEXT,
    "kind": ("|".join(KINDS), f"one of {', '.join(KINDS)}"),
    "source_line": _WHOLE,
    "question": _TEXT,
    "item": (r".*", "a code or nothing"),
    "measure": ("|".join(MEASURES), f"one of {', '.join(MEASURES)}"),
    "label": _TEXT,
    "count": _OPTIONAL,
    "percent": (r"((100|[0-9]{1,2})(\.[0-9]{1,2})?)?", "0 to 100 with two decimals, or nothing"),
    "base": _OPTIONAL,
    "relation": ("|".join(RELATIONS), f"one of {' '.join(RELATIONS)}"),
    "rank": _OPTIONAL,
    "reading": (r".*", "a note or nothing"),
}
COLUMNS = tuple(_SHAPES)
_NEEDED = {"table": ("count", "percent", "base"), "total": ("count",), "ranking": ("rank",)}


def read_published(path):
    """Read the figures of a published report.

    Parameters
    ----------
    path : str or Path
        UTF-8 comma-separated text with the columns of `COLUMNS`, in that order.

    Returns
    -------
    DataFrame, one row a figure; `figure`, `source_line`, `count`, `base` and `rank` are Int64,
    `percent` is a float from 0 to 100, the rest are texts ("" for nothing).

    Raises
    ------
    InputError
        One message: file, and for each fault the row, what was found and what was expected.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            header = next(reader, [])
            rows = [(reader.line_num, cells) for cells in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: expected published figures (UTF-8 text), got: {error}") from None
    if tuple(header) != COLUMNS:
        raise InputError(f"{path}: row 1: found columns {header}, expected {list(COLUMNS)}.")
    faults = [f for n, (line, cells) in enumerate(rows, 1) for f in _row_faults(n, line, cells)]
    if faults or not rows:
        faults = faults or ["row 2: found the end of the file, expected at least one figure."]
        raise InputError(problems(f"{path}: the published figures can't be used.", faults))
    frame = pd.DataFrame([cells for _, cells in rows], columns=list(COLUMNS))
    for name in ("figure", "source_line", "count", "base", "rank"):
        frame[name] = pd.array([int(text) if text else pd.NA for text in frame[name]], "Int64")
    frame["percent"] = [float(text) if text else np.nan for text in frame["percent"]]
    return frame


def _row_faults(number, line, cells):
    """What is wrong with one row, a text each; `number` is the figure it should be."""
    if len(cells) != len(COLUMNS):
        return [f"row {line}: found {len(cells)} fields, expected {len(COLUMNS)}."]
    row = dict(zip(COLUMNS, cells, strict=True))
    faults = [
        f"row {line}: column '{name}': found '{row[name]}', expected {expected}."
        for name, (pattern, expected) in _SHAPES.items()
        if not re.fullmatch(pattern, row[name])
    ]
    if not faults and int(row["figure"]) != number:
        faults.append(f"row {line}: column 'figure': found {row['figure']}, expected {number}.")
    faults += [
        f"row {line}: column '{name}': found nothing, expected a number (kind {row['kind']})."
        for name in _NEEDED.get(row["kind"], ())
        if not row[name]
    ]
    if not (row["count"] or row["percent"] or row["rank"]):
        faults.append(f"row {line}: found no figure, expected a count, percent or rank.")
    return faults


def check_arithmetic(published, questionnaire=None):
    """Where the published figures contradict themselves or one another.

    Parameters
    ----------
    published : DataFrame
        From `read_published`.
    questionnaire : Questionnaire, optional
        Its types and routing rules; without it only what needs neither is checked.

    Returns
    -------
    DataFrame with the columns `FINDINGS`, a row a finding, in the report's order. `check` is
    `percent` (not its count of its base, within half of the last printed digit), `base` (a row's
    against its table's total), `repeat` (prose against table), `twice` (one share printed twice),
    `statement` (words against figures), `sum` (a single choice against its total), `gate` (more
    answers than the routing rule lets through) or `flow` (start less drop-off).
    """
    findings = [
        _percent_findings(published),
        _base_findings(published),
        *(_repeat_findings(published, name) for name in ("count", "percent", "rank")),
        _statement_findings(published),
    ]
    if questionnaire is not None:
        questions = {question.id: question for question in questionnaire.questions}
        findings += [
            _sum_findings(published, questions),
            _gate_findings(published, questions),
            _flow_findings(published, list(questions)),
        ]
    table = pd.concat([found.astype({"source_line": "Int64"}) for found in findings])
    return table.sort_values("source_line", kind="stable", ignore_index=True)


def _findings(check, rows, message):
    """Rows with `found` and `expected` as findings; the message is filled in from each row."""
    texts = [message.format_map(row) for row in rows.to_dict("records")]
    plain = {name: [_plain(value) for value in rows[name]] for name in ("found", "expected")}
    return rows.assign(check=check, message=texts, **plain).reindex(columns=list(FINDINGS))


def _plain(value):
    return value if isinstance(value, str) else f"{value:.10g}"


def _percent_findings(published):
    rows = published[published["relation"] == "="].dropna(subset=["count", "percent", "base"])
    share = 100 * rows["count"].astype(float) / rows["base"].astype(float)
    wrong = (share - rows["percent"]).abs() > 0.5 / 10**DECIMALS + 1e-9
    rows = rows.assign(found=rows["percent"], expected=round_half_up(share))[wrong]
    text = "'{label}' is printed as {found:.2f} %, but {count} of {base} is {expected:.2f} %."
    return _findings("percent", rows, text)


def _base_findings(published):
    place = ["section", "question"]
    totals = published[published["kind"] == "total"].groupby(place)["count"].first()
    rows = published[published["kind"] == "table"].join(totals.rename("expected"), on=place)
    rows = rows.assign(found=rows["base"])[rows["base"].ne(rows["expected"]).fillna(False)]
    return _findings("base", rows, "'{label}' stands on {found}, its table's total is {expected}.")


def _by_authority(published):
    return published.sort_values("kind", key=lambda kind: kind.map(KINDS.index), kind="stable")


def _with_references(published, name):
    """The rows with the first and most authoritative exact figure `name` for the same thing."""
    rows = _by_authority(published)
    exact = rows[name].where(rows["relation"] == "=")
    text = rows["label"].where(rows["measure"] == "other_text", "")
    same = [rows["question"], rows["item"], rows["measure"], text]
    columns = {"": exact} | {f"_{c}": rows[c] for c in ("kind", "source_line", "label")}
    references = {
        f"reference{suffix}": column.where(exact.notna()).groupby(same).transform("first")
        for suffix, column in columns.items()
    }
    return rows.assign(**references)


def _repeat_findings(published, name):
    rows = _with_references(published[published["relation"] == "="], name)
    rows = rows.assign(name=name, found=rows[name], expected=rows["reference"])
    rows = rows[rows["found"].ne(rows["expected"]).fillna(False) & rows["found"].notna()]
    check = (rows["kind"] == rows["reference_kind"]).map({True: "twice", False: "repeat"})
    text = "'{label}': {name} {found}, but the {reference_kind} in line "
    return _findings(check, rows, text + "{reference_source_line} prints {expected}.")


def _contradicted(published):
    """The rows whose words ("<", ">", "~") the printed percentage of the same thing denies."""
    rows = _with_references(published, "percent")
    rows = rows[rows["relation"].ne("=") & rows["percent"].notna() & rows["reference"].notna()]
    holds = [RELATIONS[row.relation](row.reference, row.percent) for row in rows.itertuples()]
    return rows[~np.array(holds, dtype=bool)]


def _statement_findings(published):
    rows = _contradicted(published)
    stated = rows["relation"] + " " + rows["percent"].map(_plain)
    text = "'{reference_label}' is printed as {found:.2f} % (line {reference_source_line}), "
    text += "which contradicts {label}; {reading}."
    return _findings("statement", rows.assign(found=rows["reference"], expected=stated), text)


def _exact_options(published):
    exact = published["measure"].eq("option") & published["relation"].eq("=")
    return published[exact & published["count"].notna()]


def _answered(published):
    """How many answered each question, the table's total before the prose."""
    rows = _by_authority(published[published["measure"] == "answered"])
    return rows.groupby("question")["count"].first()


def _sum_findings(published, questions):
    """Options of a single-choice question against the number who answered, place by place."""
    single = {
        name: {*question.options, *(["other"] if question.other else [])}
        for name, question in questions.items()
        if question.type == "single"
    }
    place = ["section", "question", "kind"]
    rows = _exact_options(published).drop_duplicates([*place, "item"])
    rows = rows[rows["question"].isin(list(single))].groupby(place, sort=False, as_index=False)
    rows = rows.agg(
        source_line=("source_line", "first"), found=("count", "sum"), items=("item", set)
    )
    # Prose that names some of the options only adds up to nothing in particular.
    whole = [row.kind == "table" or single[row.question] <= row.items for row in rows.itertuples()]
    rows = rows.assign(expected=rows["question"].map(_answered(published)))
    rows = rows[np.array(whole, dtype=bool) & rows["found"].ne(rows["expected"]).fillna(False)]
    return _findings("sum", rows, "the answers in the {kind} make {found}; {expected} answered.")


def _gate_findings(published, questions):
    """A follow-up's base against its gates; where a gate's count differs, against either."""
    gates = _exact_options(published).groupby(["question", "item"])["count"].agg(["max", "min"])
    limits = [
        (name, limit, _route(question.ask_if))
        for name, question in questions.items()
        for limit in dict.fromkeys(_most_asked(question.ask_if, gates[m], questions) for m in gates)
        if limit is not None
    ]
    base = published["count"].where(published["measure"] == "answered", published["base"])
    rows = published.assign(found=base).dropna(subset="found")
    rows = rows.drop_duplicates(["question", "found"])
    rows = rows.merge(pd.DataFrame(limits, columns=["question", "limit", "route"]), on="question")
    rows = rows[rows["found"] > rows["limit"]]
    rows = rows.assign(expected="at most " + rows["limit"].astype(str))
    return _findings("gate", rows, "{found} answered, but only {limit} could be asked ({route}).")


def _route(rules):
    """A routing rule in words: "a = yes and b = no, or c = yes/maybe"."""
    return ", or ".join(
        " and ".join(f"{gate} = {'/'.join(codes)}" for gate, codes in rule.items())
        for rule in rules
    )


def _most_asked(rules, counts, questions):
    """The most respondents a routing rule lets through; None where the figures don't tell."""
    limits = []
    for rule in rules:
        asked = [
            [counts.get((gate, code)) for code in codes]
            for gate, codes in rule.items()
            if questions[gate].type == "single"  # the answers to a multiple one overlap
        ]
        limits.append(min((sum(found) for found in asked if None not in found), default=None))
    return sum(limits) if limits and None not in limits else None


def _flow_findings(published, order):
    """Start less drop-off against the next question that has a published base."""
    answered = _answered(published)
    following = answered.reindex([name for name in order if name in answered.index]).shift(-1)
    rows = published[published["measure"] == "lost"].drop_duplicates(["question", "count"])
    rows = rows.assign(start=rows["question"].map(answered), found=rows["question"].map(following))
    rows = rows.assign(expected=rows["start"] - rows["count"])
    rows = rows[rows["found"].ne(rows["expected"]).fillna(False)]
    text = "{start} less {count} is {expected}, but {found} answered the next question."
    return _findings("flow", rows, text)


def reproduce(published, table, themes=None, other_texts=None, answered=None, lost=None):
    """Set every published figure beside the one that the data give.

    Parameters
    ----------
    published : DataFrame
        From `read_published`.
    table : callable of question id to DataFrame
        The tidy table (`item`, `count`, `base`, `percent`; for a ranking also `mean_rank`).
    themes : callable of question id to DataFrame, optional
        The same shape, an item being a theme's code.
    other_texts : callable of question id to Series of str, optional
        What was written beside "Other".
    answered, lost : callable of question id to int, optional
        How many answered the question; how many of them answered nothing after it. Without
        `answered` the table's base is taken.

    Returns
    -------
    DataFrame, one row a figure, in the order given. `match` is True where all that was printed is
    met: counts, bases and ranks equal, percentages equal once rounded half-up to the printed
    decimals, or in the stated relation. `remark` says why not; a figure that is the report's own
    error never matches.
    """
    sources = {"theme": themes, "themes": themes, "other_text": other_texts}
    sources |= {"option": table, "rank": table, "answered": answered or table, "lost": lost}
    once = {source: cache(source) for source in set(sources.values()) - {None}}
    figures = [_ours(row, once.get(sources[row.measure])) for row in published.itertuples()]
    ours = pd.DataFrame(figures, columns=["count", "percent", "base", "rank"])
    ours = ours.set_axis(published.index).astype(
        {"count": "Int64", "percent": float, "base": "Int64", "rank": "Int64"}
    )
    agrees = _agreement(published, ours)
    match = agrees.all(axis=1) & ~published["reading"].str.startswith(ERROR)
    shown = published[["section", "question", "label", "count", "percent", "base"]]
    return shown.rename(columns=lambda c: f"published_{c}" if c in ours else c).assign(
        **ours[["count", "percent", "base"]],
        match=match,
        kind=published["kind"],
        relation=published["relation"],
        remark=_remarks(published, ours, agrees).where(~match, ""),
        source_line=published["source_line"],
        published_rank=published["rank"],
        rank=ours["rank"],
    )


def _ours(row, source):
    """Our count, percent, base and rank for one published figure, as far as there are any."""
    if source is None:
        return {}
    found = source(row.question)
    if row.measure == "other_text":
        named = found.str.contains(rf"(?<!\w){re.escape(row.label)}(?!\w)", case=False)
        return {"count": int(named.fillna(False).sum())}
    if not isinstance(found, pd.DataFrame):
        return {"count": found}
    if row.measure == "answered":
        column = "count" if found["item"].eq("answered").all() else "base"
        return {"count": found[column].iloc[0]} if len(found) else {}
    items = row.item.split("+") if row.measure == "themes" else [row.item]
    rows = found[found["item"].isin(items)]
    if len(rows) != len(items):
        return {}
    if row.measure == "rank":
        return {"rank": found["mean_rank"].rank(method="min")[rows.index[0]]}
    ours = {"base": rows["base"].iloc[0]} | {c: rows[c].sum() for c in ("count", "percent")}
    if pd.notna(row.rank):
        ours["rank"] = found["count"].rank(method="min", ascending=False)[rows.index[0]]
    return ours


def _agreement(published, ours):
    """Per figure and column: nothing printed, or ours is what was printed (booleans)."""
    equal = {c: published[c].eq(ours[c]).fillna(False) for c in ("count", "base", "rank")}
    pairs = zip(published["relation"], ours["percent"], published["percent"], strict=True)
    equal["percent"] = [bool(RELATIONS[relation](*values)) for relation, *values in pairs]
    return published[list(equal)].isna() | pd.DataFrame(equal, index=published.index).astype(bool)


def _remarks(published, ours, agrees):
    """Why a figure is not met: the report's error, its contradiction, or the difference."""
    remarks = pd.Series("", index=published.index)
    ours = ours.assign(percent=round_half_up(ours["percent"]))
    for name in agrees:
        stated = published.loc[~agrees[name], name].map(_plain)
        if name == "percent":
            stated = (published["relation"].replace("=", "") + " ").str.lstrip() + stated
        found = ours[name].map(lambda value: "nothing" if pd.isna(value) else _plain(value))
        text = f"{name}: ours " + found + ", published " + stated + "; "
        remarks += text.reindex(remarks.index).fillna("")
    remarks = remarks.str.removesuffix("; ")
    remarks.update(_statement_findings(published)["message"])
    return remarks.mask(published["reading"].str.startswith(ERROR), published["reading"])
