"""What a reader reads: tables with captions, the wording of questions, sentences, quotations.

Every table names its base and says when the data are synthetic; whatever comes from the data is
escaped, so that nothing in an answer or a label can run.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn, Protocol

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.figures.group_names import GroupNames
from dmsi_lib.figures.shares import Share, in_words, whole_percent, why_not
from dmsi_lib.files import Place
from dmsi_lib.questionnaire import NOT_STATED, OTHER, Question, Questionnaire
from dmsi_lib.tables import (
    ALL_NAME,
    NET_PROMOTER,
    REACH,
    TOTAL,
    TableName,
    enough,
    file_names,
    labels_with_notes,
    lines_of,
    totals,
)
from dmsi_lib.wording import SYNTHETIC_MARK, how_many

MOST_PARTS = 4  # of a bar that shows a whole
_PERCENT, NO_BREAK = re.compile(r"(?<=\d) (?=%)"), "\u00a0"  # keeps a number and its sign together
NOT_OFFERED = ("not offered", "")  # in the columns of a group that was not offered an item
NO_FIGURE = "–"  # where nobody is there to count
HIDDEN = "x"  # where a public report suppresses a figure
_OTHERS_HIDDEN = "How many answered in their own words is hidden, so that nobody can be recognised."
HIDDEN_NOTE = f"{HIDDEN}: suppressed, so that nobody can be recognised."


class Source(Protocol):
    """The survey that a table comes from, as far as captions and marks speak of it."""

    synthetic: bool
    edit: str
    base: str
    questionnaire: Questionnaire

    @property
    def n(self) -> int | None: ...


@dataclass(frozen=True)
class ShownTable:
    """A table with its caption; shows itself in a notebook, everything from the data escaped.

    `tables` are the names of the report's tables that hold its figures; see `table_files`.
    """

    frame: pd.DataFrame
    caption: str
    tables: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        body = self.frame.to_html(index=False, escape=True, border=0, na_rep="", classes="figures")
        return body.replace("<thead>", f"<caption>{html.escape(self.caption)}</caption><thead>", 1)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        about = {"text/html": {"tables": list(self.tables)}} if self.tables else {}
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}, about

    def __repr__(self) -> str:
        return f"{self.caption}\n{self.frame.to_string(index=False)}"


def show(frame: pd.DataFrame, caption: str) -> ShownTable:
    """Any frame as a table for readers: plain column names, blanks for what is missing."""
    shown = frame.rename(columns=lambda name: str(name).replace("_", " ").capitalize())
    for name, column in shown.items():
        form = "{:.2f}" if column.dtype == "float64" else "{}"
        shown[name] = ["" if pd.isna(value) else form.format(value) for value in column]
    return ShownTable(shown, caption)


@dataclass(frozen=True)
class Sentences:
    """Sentences with computed numbers; whatever they take from the data is escaped.

    `share` (0 to 1) is what a small bar beside them shows on the front page, None for no bar.
    `unavailable` are those that only say why there is nothing to tell: they are no finding.
    """

    texts: tuple[str, ...]
    share: float | None = None
    unavailable: bool = False

    def _repr_html_(self) -> str:
        return "".join(f"<p>{_PERCENT.sub(NO_BREAK, html.escape(t))}</p>" for t in self.texts)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        about: dict[str, Any] = {} if self.share is None else {"share": round(self.share, 3)}
        if self.unavailable:
            about["unavailable"] = True
        content = {"text/html": self._repr_html_(), "text/plain": repr(self)}
        return content, {"text/html": about} if about else {}

    def __repr__(self) -> str:
        return " ".join(self.texts)

    def save(self, place: Place, *_: Any, **__: Any) -> NoReturn:
        """What a figure has; of sentences in its place nothing is saved."""
        raise InputError(f"{place}: there is no figure to save. {self}".rstrip())


def say(*texts: str, bar: Share | None = None) -> Sentences:
    """Show sentences, those alone whose numbers can be shown.

    Parameters
    ----------
    *texts : str
        One sentence each, with numbers from `survey.percent` and its like. A sentence is left out
        where one of its numbers can't be shown: hidden in a public report, not asked in this wave,
        of too few answers. Where all are left out, one sentence says why. An empty text is none.
    bar : Share, optional
        The share that a small bar beside the sentences shows on the report's front page.

    Returns
    -------
    Sentences, which show themselves

    Examples
    --------
    >>> use = survey.percent("use_digital_messaging", "yes")
    >>> say(f"{use:Words} of the respondents message their clients: {use:full}.", bar=use)
    Almost two in three of the respondents message their clients: 64 % (212 of 332).
    """
    said = [text for text in texts if text]
    shown = tuple(text for text in said if not why_not(text))
    if said and not shown:
        return Sentences((why_not(said[0]),), unavailable=True)
    return Sentences(shown, bar.share if bar else None)


@dataclass(frozen=True, repr=False)
class Instead(Sentences):
    """One sentence in the place of all that a question would show; said once, by the table.

    As a comparison it shows no difference: `largest` is None, `differing` empty, `alike` False.
    """

    unavailable: bool = True
    largest: ClassVar[None] = None
    differing: ClassVar[tuple[()]] = ()
    alike: ClassVar[bool] = False

    def plot(self) -> Sentences:
        """Nothing: there is nothing to draw."""
        return Sentences(())

    def sentences(self) -> Sentences:
        """Nothing: there is nothing else to say."""
        return Sentences(())

    def details(self) -> Sentences:
        """Nothing: there is nothing else to say."""
        return Sentences(())


def all_hidden(question: Question) -> Instead:
    """What stands for a question of which a public report may show nothing."""
    return Instead(
        (f"“{question.text}”: every figure is hidden, so that nobody can be recognised.",)
    )


def left_out(what: str) -> Instead:
    """What stands for a figure that tells more than tables, which public reports leave out."""
    return Instead((f"{what}: left out of public reports, which show tables alone.",))


class NotAsked(Instead):
    """One sentence in the place of all that would show a question of which there is nothing to
    show: the file lacks it, or nobody answered."""


def not_asked(question: Question) -> NotAsked:
    """What stands for the tables and figures of a question that the file lacks."""
    return NotAsked((f"“{question.text}” was not asked in this wave.",))


@dataclass(frozen=True, repr=False)
class OneAlone(NotAsked):
    """The table of a question whose twin the file lacks, and a sentence that says so."""

    unavailable: bool = False
    table: ShownTable | None = None

    def _repr_html_(self) -> str:
        return (self.table._repr_html_() if self.table else "") + super()._repr_html_()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        content = {"text/html": self._repr_html_(), "text/plain": repr(self)}
        tables = list(self.table.tables) if self.table else []
        return content, {"text/html": {"tables": tables}} if tables else {}

    def __repr__(self) -> str:
        return "\n".join([*([repr(self.table)] if self.table else []), *self.texts])


def nobody_answered(question: Question) -> NotAsked:
    """What stands for the tables and figures of a question that nobody answered."""
    return NotAsked((f"Nobody answered “{question.text}”.",))


def none_coded(question: Question) -> NotAsked:
    """What stands for the themes of an open question none of whose answers was coded."""
    return NotAsked((f"No answer to “{question.text}” has been coded.",))


def is_empty(table: pd.DataFrame) -> bool:
    """Whether nobody stands behind a table; a base that is hidden may be anybody."""
    return bool((table["base"].to_numpy(dtype=float, na_value=np.nan) == 0).all())


def hides_all(table: pd.DataFrame) -> bool:
    """Whether every figure of a table is hidden."""
    return bool(hidden_rows(table).all()) and len(table) > 0


def other_answers(
    table: pd.DataFrame,
    question: Question,
    names: GroupNames,
    reviewed: Mapping[str, Sequence[str]] | None = None,
) -> Sentences:
    """How many of each group answered in their own words, and the texts that a reviewer allowed.

    Parameters
    ----------
    table : tidy, of the question or of twins
    question : whose companions they are
    names : of the groups
    reviewed : the texts of each group that may be quoted
    """
    asked = table[table["item"].isin(question.companions) & (table["base"] != 0).fillna(True)]
    rows = asked[~hidden_rows(asked)]
    if rows.empty:
        return Sentences((_OTHERS_HIDDEN,))
    if not rows["count"].sum():
        return Sentences(("Nobody gave another answer in their own words.",))
    who, texts = [], list[str]()
    for code in rows["group"].unique():
        own = rows[rows["group"] == code]
        given, base = int(own["count"].sum()), int(own["base"].iloc[0])
        of = f"{given:,} of {base:,}"
        who.append(names.of(code, of, base) if code else of)
        texts += (reviewed or {}).get(code, ())
    quoted = (
        f"Some of what they wrote: {'; '.join(f'“{text}”' for text in dict.fromkeys(texts))}."
        if texts
        else "Nobody has reviewed these texts, so they are not shown."
    )
    return Sentences((f"{in_words(who)} gave another answer in their own words. {quoted}",))


@dataclass(frozen=True)
class Wording:
    """A question as it was put, who it was put to, and how many of them answered."""

    text: str
    asked: str
    answered: str

    def _repr_html_(self) -> str:
        return (
            f"<blockquote><p>{html.escape(self.text)}</p></blockquote>"
            f"<p>Asked of: {html.escape(self.asked)}. {html.escape(self.answered)}</p>"
        )

    def __repr__(self) -> str:
        return f"{self.text}\nAsked of: {self.asked}. {self.answered}"


@dataclass(frozen=True)
class Wordings:
    """The wordings of one question, or of the twins that ask two groups the same."""

    questions: tuple[Wording, ...]

    def _repr_html_(self) -> str:
        return "".join(question._repr_html_() for question in self.questions)

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.questions))


@dataclass(frozen=True)
class Quotations:
    """Answers in the respondents' own words, as far as a reviewer has allowed it.

    `marked` is how many places in them were replaced by a mark such as [e-mail].
    """

    texts: tuple[str, ...]
    synthetic: bool = False
    marked: int = 0

    def _notes(self) -> Iterator[str]:
        if self.marked:
            yield f"{self.marked} places that could name or reach a person are replaced by a mark."

    def _repr_html_(self) -> str:
        quotes = "".join(f"<blockquote><p>{html.escape(t)}</p></blockquote>" for t in self.texts)
        return quotes + "".join(f"<p>{note}</p>" for note in self._notes())

    def __repr__(self) -> str:
        return "\n".join([*(f"“{text}”" for text in self.texts), *self._notes()])


def base_sentence(table: pd.DataFrame, survey: Source) -> str:
    """Base and edit of a table, for captions."""
    # Twins have a universe each; the beginning that they share is said once.
    names = list(table["base_name"].drop_duplicates())
    name = ", or ".join([*names[:1], *(name.removeprefix("universe: ") for name in names[1:])])
    base = _counted(sizes(table["base"]), name)
    edit = "" if survey.edit == "none" else f" Edit: {survey.edit}."
    note = f" {HIDDEN_NOTE}" if hidden_rows(table).any() else ""
    return f"Base: {base}.{edit}{note}"


def _counted(size: str, name: str) -> str:
    """A base's size and name: "1 respondent who answered", "all 40 respondents"."""
    name = name.replace("universe:", "in the universe:")
    if name == ALL_NAME:
        return f"{'' if size == '1' else 'all '}{how_many(size, 'respondent')}"
    noun, _, rest = name.partition(" ")
    if noun in ("respondents", "answers"):
        return f"{how_many(size, noun.removesuffix('s'))} {rest}"
    return f"{size} {name}"


def scale_sentence(
    table: pd.DataFrame, question: Question, group_labels: Mapping[str, str] | None = None
) -> str:
    """What a scale comes to, for captions: the mean of each row and group, and promoters less
    detractors where the table has them; "" where nothing of it is shown.

    The mean stands on those who answered with an option that has a score, whatever the base.
    """
    if not question.scores:
        return ""
    parts = []
    scored = table[table["item"].isin(list(question.scores))]
    for (row, group), lines in scored.groupby(["row", "group"], sort=False):
        first = lines.iloc[0]
        if pd.isna(first["mean"]):
            continue
        names = question.rows.get(row, ""), (group_labels or {}).get(group, group)
        net = first.get(NET_PROMOTER, np.nan)
        more = "" if pd.isna(net) else f", promoters less detractors {net:+.0f}"
        named = f"{', '.join(filter(None, names))} ".lstrip()
        parts.append(f"{named}{first['mean']:.1f} (n = {first['measured']:.0f}){more}")
    if not parts:
        return ""
    points = question.scores.values()
    kind = "Means" if len(parts) > 1 else "Mean"
    scale = f"the scale from {min(points):g} to {max(points):g}"
    return f" {kind} on {scale}: {'; '.join(parts)}."


def table_files(table: pd.DataFrame, survey: Source) -> tuple[str, ...]:
    """Names of the report's tables that hold the figures of a table, of a question or of twins;
    none has those of groups."""
    pairs = dict.fromkeys(zip(table["question"], table["kind"], strict=True))
    names = [TableName(*pair) for pair in pairs]
    if len(names) == 1 and (table["group"] != "").any():
        return ()
    files = file_names(survey.questionnaire)
    return tuple(files[name] for name in names if name in files)


def sizes(bases: pd.Series) -> str:
    """Bases in words: one number, or the least and the largest."""
    if bases.isna().any():
        known = f"{sizes(bases.dropna())} or " if bases.notna().any() else ""
        return f"{known}{HIDDEN}"
    least, most = int(bases.min()), int(bases.max())
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def with_intervals(table: pd.DataFrame) -> "pd.Series[bool]":
    """Of which rows a reader sees the interval: none of a hidden one, nor where few answered, since
    it would lend a share of few a certainty that it has not. Files have it all the same."""
    return pd.Series(enough(table["base"]), index=table.index) & ~hidden_rows(table)


def hidden_rows(table: pd.DataFrame) -> pd.Series:
    """Which rows of a table are suppressed (bool Series); none in an internal report."""
    if "suppressed" not in table:
        return pd.Series(False, index=table.index)
    return table["suppressed"] != ""


def keeps_its_order(question: Question) -> bool:
    """Whether the options stand in an order of their own, so that none is moved nor left out."""
    return bool(getattr(question, "ordered", question.scores))


def in_order(table: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Rows as they are shown: the most frequent first, rankings by mean rank; as in the
    questionnaire where the options have an order of their own, or are so few that they are drawn as
    one bar. What was written besides, "none of these" and "Not stated" last."""
    ranks = {NOT_STATED: 3} | dict.fromkeys(question.exclusive, 2)
    ranks = dict.fromkeys([*question.companions, OTHER], 1) | ranks
    # Not in a matrix, where each row has its own.
    lines = zip(table["row"], table["item"], strict=True)
    last = np.array([0 if row else ranks.get(item, 0) for row, item in lines])
    rank = np.zeros(len(table))
    moved = not any(table["row"]) and REACH not in set(table["kind"])
    if moved and not (keeps_its_order(question) or is_one_whole(question)):
        rank = -_over_groups(table, "count")[0]
    if question.type == "ranking":  # over the groups, so that every group has one order
        sums, known = _over_groups(table, "mean_rank")
        rank = sums / np.where(known, known, np.nan)
    return table.iloc[np.lexsort([rank, last])]  # stable; the last key comes first


def _over_groups(table: pd.DataFrame, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Of each line's item the sum of a column, and in how many lines it is known; (lines,) each."""
    items, _ = pd.factorize(table["item"])
    values = table[name].to_numpy(dtype=float, na_value=np.nan)
    known = ~np.isnan(values)
    return np.bincount(items, np.where(known, values, 0))[items], np.bincount(items, known)[items]


def is_one_whole(question: Question) -> bool:
    """Whether one bar shows the answers best, cut into the shares of a few options."""
    return question.type == "single" and len(question.choices) <= MOST_PARTS


def show_table(
    table: pd.DataFrame,
    question: Question,
    survey: Source,
    group_labels: Mapping[str, str] | None = None,
    note: str = "",
    overlapping: bool = False,
    examples: Mapping[str, str] | None = None,
) -> ShownTable:
    """A tidy table as a reader wants it, with a column for all groups together.

    Parameters
    ----------
    table : as from `tables.question_tables` or `tables.theme_table`
    question, survey : where it comes from
    group_labels : label of each group, its code by default
    note : a sentence for the end of the caption
    overlapping : whether a respondent may be in several groups, which then have no common total
    examples : a quotation for each item that has one
    """
    table = in_order(table, question)
    if (table["group"] != "").any():
        together = [] if overlapping or table["group"].nunique() < 2 else [totals(table)]
        labels = {**(group_labels or {}), TOTAL: "Total"}
        shown = grouped_columns(pd.concat([table, *together]), question, labels)
    else:
        shown = _ungrouped(table, question)
    if examples:
        quoted = [examples.get(item, "") for item in table["item"]]
        shown["For example"] = [f"“{text}”" if text else "" for text in quoted]
    scale = scale_sentence(table, question, group_labels)
    caption = f"{base_sentence(table, survey)}{scale} {note}".rstrip()
    return ShownTable(shown, caption, table_files(table, survey))


def _ungrouped(table: pd.DataFrame, question: Question) -> pd.DataFrame:
    counts = table["count"].map(formatted("{:,}"))
    shown = pd.DataFrame({"Answer": labels_with_notes(table), "Count": counts})
    if question.type == "ranking":
        shown["Mean rank"] = table["mean_rank"].map(formatted("{:.2f}"))
        shown["Ranked first, %"] = table["rank_1_percent"].map(formatted("{:.1f}"))
    else:
        shown["Percent"] = table["percent"].map(formatted("{:.1f}"))
        has = with_intervals(table)
        if has.any():
            ends = zip(table["ci_low"].where(has), table["ci_high"], strict=True)
            shown["95 % interval"] = [
                NO_FIGURE if pd.isna(low) else f"{low:.1f} to {high:.1f}" for low, high in ends
            ]
    if question.type == "numeric":
        # a public table has a base, so that each mean it lacks is hidden
        blank = HIDDEN if "suppressed" in table else NO_FIGURE
        shown["Mean"] = table["mean"].map(formatted("{:,.2f}", blank))
        shown["Median"] = table["median"].map(formatted("{:,.2f}", blank))
    if (table["row"] != "").any():
        shown.insert(2, "Base", table["base"].map(formatted("{:,}")))
    shown.loc[hidden_rows(table), shown.columns.drop("Answer")] = HIDDEN
    return shown


def grouped_columns(
    table: pd.DataFrame, question: Question, group_labels: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """A tidy table with groups as readers want it: an item a line, and two columns a group.

    Parameters
    ----------
    table, question, group_labels : see `show_table`; rows in the order of showing

    Returns
    -------
    DataFrame of str
        With two levels of columns: ("Answer", ""), then for each group, named with its base,
        "n" and "%", or the "Mean rank" of a ranking.
    """
    lines = table.drop_duplicates(["row", "item"])
    keys = list(zip(lines["row"], lines["item"], strict=True))
    columns = {("Answer", ""): lines["label"].tolist()}
    for group, name in group_names(table, group_labels or {}).items():
        rows = table[table["group"] == group]
        cells = {(row.row, row.item): _cells(row, question) for row in lines_of(rows)}
        lacking = (NO_FIGURE, NO_FIGURE) if group == TOTAL else NOT_OFFERED
        for n, head in enumerate(_cell_heads(question)):
            columns[name, head] = [cells.get(key, lacking)[n] for key in keys]
    return pd.DataFrame(columns)


def group_names(table: pd.DataFrame, labels: Mapping[str, str]) -> dict[str, str]:
    """The name of each group with its base: "Front-line worker (94)"; "" where there is none. All
    groups together stand last."""
    order = [*labels, *table["group"]]
    codes = sorted(table["group"].unique(), key=lambda code: (code == TOTAL, order.index(code)))
    bases = {code: sizes(table.loc[table["group"] == code, "base"]) for code in codes}
    return {code: f"{labels.get(code, code)} ({bases[code]})" if code else "" for code in codes}


def _cell_heads(question: Question) -> tuple[str, ...]:
    return ("Mean rank",) if question.type == "ranking" else ("n", "%")


def _cells(row: Any, question: Question) -> tuple[str, ...]:
    """What stands in a group's columns of one line."""
    if getattr(row, "suppressed", ""):
        return (HIDDEN, HIDDEN)
    if question.type == "ranking":
        return (formatted("{:.2f}")(row.mean_rank),)
    if not row.base:
        return (NO_FIGURE, NO_FIGURE)
    return (f"{int(row.count):,}", formatted("{:.1f}")(row.percent))


def formatted(form: str, blank: str = NO_FIGURE) -> Callable[[Any], str]:
    """A format that leaves no NaN in a table."""
    return lambda value: blank if pd.isna(value) else form.format(value)


def cell_text(row: Any, question: Question) -> str:
    """What stands at one bar and in one cell: a mean rank, or count and percent of a row as
    `lines_of` gives it."""
    if getattr(row, "suppressed", ""):
        return HIDDEN
    if not row.base:
        return NO_FIGURE
    if question.type == "ranking":
        return formatted("{:.2f}")(row.mean_rank)
    return f"{int(row.count)} ({row.percent:.1f} %)"


def bar_text(row: Any, question: Question, count: bool = True) -> str:
    """What stands at a bar: count and whole percent, or the percent alone; see `cell_text`."""
    if getattr(row, "suppressed", "") or not row.base or question.type == "ranking":
        return cell_text(row, question)
    percent = whole_percent(row.percent)
    return f"{int(row.count):,} ({percent})" if count else percent


def said(rows: pd.DataFrame, question: Question) -> str:
    """The rows of a table in words, for alternative texts."""
    if is_empty(rows):
        return "nobody answered"
    return "; ".join(f"{row.label} {cell_text(row, question)}" for row in lines_of(rows))


def survey_card(survey: Source) -> str:
    """What a survey is, at a glance: title, respondents, kind of data, questions."""
    kind = SYNTHETIC_MARK if survey.synthetic else "Export"
    n = HIDDEN if survey.n is None else survey.n
    rows = "".join(
        f"<tr><td>{html.escape(q.id)}</td><td>{html.escape(q.text)}</td><td>{q.type}</td></tr>"
        for q in survey.questionnaire.questions
    )
    return (
        f"<p><strong>{html.escape(survey.questionnaire.title)}</strong> "
        f"{html.escape(survey.questionnaire.wave)}: {how_many(n, 'respondent')}. {kind}. "
        f"Edit: {survey.edit}; base: {survey.base}.</p>"
        f"<details><summary>{survey.questionnaire.extent}</summary>"
        f"<table><thead><tr><th>id</th><th>wording</th><th>type</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></details>"
        f"<p>{html.escape(survey.questionnaire.sampling)}</p>"
    )
