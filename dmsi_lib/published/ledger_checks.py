"""What a published report says against itself, found without any data."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dmsi_lib.published.ledger import DECIMALS, KINDS, RELATIONS, plain_number, round_half_up
from dmsi_lib.questionnaire import Question, Questionnaire

FINDINGS = ("check", "section", "question", "source_line", "found", "expected", "message")


def check_arithmetic(
    published: pd.DataFrame, questionnaire: Questionnaire | None = None
) -> pd.DataFrame:
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
        statement_findings(published),
    ]
    if questionnaire is not None:
        questions = {question.id: question for question in questionnaire.questions}
        findings += [
            _sum_findings(published, questions),
            _gate_findings(published, questions),
            _flow_findings(published, list(questions)),
        ]
    table = pd.concat(findings).astype({"source_line": "Int64"})
    return table.sort_values("source_line", kind="stable", ignore_index=True)


def _findings(check: str | pd.Series, rows: pd.DataFrame, message: str) -> pd.DataFrame:
    """Rows with `found` and `expected` as findings; the message is filled in from each row."""
    texts = [message.format_map(row) for row in rows.to_dict("records")]
    plain = {name: [plain_number(value) for value in rows[name]] for name in ("found", "expected")}
    return rows.assign(check=check, message=texts, **plain).reindex(columns=list(FINDINGS))


def _percent_findings(published: pd.DataFrame) -> pd.DataFrame:
    rows = published[published["relation"] == "="].dropna(subset=["count", "percent", "base"])
    share = 100 * rows["count"].astype(float) / rows["base"].astype(float)
    wrong = (share - rows["percent"]).abs() > 0.5 / 10**DECIMALS + 1e-9
    rows = rows.assign(found=rows["percent"], expected=round_half_up(share))[wrong]
    text = "'{label}' is printed as {found:.2f} %, but {count} of {base} is {expected:.2f} %."
    return _findings("percent", rows, text)


def _base_findings(published: pd.DataFrame) -> pd.DataFrame:
    place = ["section", "question"]
    totals = published[published["kind"] == "total"].groupby(place)["count"].first()
    rows = published[published["kind"] == "table"].join(totals.rename("expected"), on=place)
    rows = rows.assign(found=rows["base"])[rows["base"].ne(rows["expected"]).fillna(False)]
    return _findings("base", rows, "'{label}' stands on {found}, its table's total is {expected}.")


def _by_authority(published: pd.DataFrame) -> pd.DataFrame:
    return published.sort_values("kind", key=lambda kind: kind.map(KINDS.index), kind="stable")


def _with_references(published: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows with the first and most authoritative exact figure `name` for the same thing."""
    rows, same = _by_authority(published), ["question", "item", "measure", "text"]
    rows = rows.assign(text=rows["label"].where(rows["measure"] == "other_text", ""))
    exact = rows[rows[name].notna() & (rows["relation"] == "=")].drop_duplicates(same)
    titles = {name: "reference"} | {c: f"reference_{c}" for c in ("kind", "source_line", "label")}
    references = exact[[*same, *titles]].rename(columns=titles)
    return rows.merge(references, on=same, how="left").set_axis(rows.index)


def _repeat_findings(published: pd.DataFrame, name: str) -> pd.DataFrame:
    rows = _with_references(published[published["relation"] == "="], name)
    rows = rows.assign(name=name, found=rows[name], expected=rows["reference"])
    rows = rows[rows["found"].ne(rows["expected"]).fillna(False) & rows["found"].notna()]
    check = (rows["kind"] == rows["reference_kind"]).map({True: "twice", False: "repeat"})
    text = "'{label}': {name} {found}, but the {reference_kind} in line "
    return _findings(check, rows, text + "{reference_source_line} prints {expected}.")


def statement_findings(published: pd.DataFrame) -> pd.DataFrame:
    """Findings about words ("<", ">", "~") that the printed percentage of the same thing denies."""
    rows = _with_references(published, "percent")
    rows = rows[rows["relation"].ne("=") & rows["percent"].notna() & rows["reference"].notna()]
    holds = [RELATIONS[row.relation](row.reference, row.percent) for row in rows.itertuples()]
    rows = rows[~np.array(holds, dtype=bool)]
    stated = rows["relation"] + " " + rows["percent"].map(plain_number)
    text = "'{reference_label}' is printed as {found:.2f} % (line {reference_source_line}), "
    text += "which contradicts {label}; {reading}."
    return _findings("statement", rows.assign(found=rows["reference"], expected=stated), text)


def _exact_options(published: pd.DataFrame) -> pd.DataFrame:
    exact = published["measure"].eq("option") & published["relation"].eq("=")
    return published[exact & published["count"].notna()]


def _answered(published: pd.DataFrame) -> pd.Series:
    """How many answered each question, the table's total before the prose."""
    rows = _by_authority(published[published["measure"] == "answered"])
    return rows.groupby("question")["count"].first()


def _sum_findings(published: pd.DataFrame, questions: Mapping[str, Question]) -> pd.DataFrame:
    """Options of a single-choice question against the number who answered, place by place."""
    single = {
        name: {*question.choices}
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


def _gate_findings(published: pd.DataFrame, questions: Mapping[str, Question]) -> pd.DataFrame:
    """A follow-up's base against its gates; where a gate's count differs, against either."""
    gates = _exact_options(published).groupby(["question", "item"])["count"]
    extremes = [gates.max().to_dict(), gates.min().to_dict()]
    limits = [
        (name, limit, _route(question))
        for name, question in questions.items()
        for limit in dict.fromkeys(_most_asked(question, each, questions) for each in extremes)
        if limit is not None
    ]
    base = published["count"].where(published["measure"] == "answered", published["base"])
    rows = published.assign(found=base).dropna(subset="found")
    rows = rows.drop_duplicates(["question", "found"])
    rows = rows.merge(pd.DataFrame(limits, columns=["question", "limit", "route"]), on="question")
    rows = rows[rows["found"] > rows["limit"]]
    rows = rows.assign(expected="at most " + rows["limit"].astype(str))
    return _findings("gate", rows, "{found} answered, but only {limit} could be asked ({route}).")


def _route(question: Question) -> str:
    """A question's routing rule in words: "a = yes and b = no, or c = yes / maybe"."""
    return ", or ".join(" and ".join(map(str, rule)) for rule in question.ask_if)


def _most_asked(
    question: Question,
    counts: Mapping[tuple[str, str], int],
    questions: Mapping[str, Question],
) -> int | None:
    """The most respondents a question's rule lets through; None where the figures don't tell."""
    limits = []
    for rule in question.ask_if:
        asked = []
        for condition in rule:
            gate = questions[condition.gate]
            codes = condition.wanted(gate) if gate.type == "single" else ()  # others overlap
            if codes and all((gate.id, code) in counts for code in codes):
                asked.append(sum(counts[gate.id, code] for code in codes))
        if not asked:
            return None
        limits.append(min(asked))
    return sum(limits) if limits else None


def _flow_findings(published: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Start less drop-off against the next question that has a published base."""
    answered = _answered(published)
    following = answered.reindex([name for name in order if name in answered.index]).shift(-1)
    rows = published[published["measure"] == "lost"].drop_duplicates(["question", "count"])
    rows = rows.assign(start=rows["question"].map(answered), found=rows["question"].map(following))
    rows = rows.assign(expected=rows["start"] - rows["count"])
    rows = rows[rows["found"].ne(rows["expected"]).fillna(False)]
    text = "{start} less {count} is {expected}, but {found} answered the next question."
    return _findings("flow", rows, text)
