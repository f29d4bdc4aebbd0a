"""The numbers of a survey for the sentences of a notebook: shares, counts, means.

The sentence is its author's; what stands here gives the numbers in it, and where one can't be shown
the reason, so that `say` leaves the sentence out.
"""

# Types of what is drawn are not loaded for saying so.
from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.figures import GroupShares, Share, Shares, Unavailable, no_share, twin_groups
from dmsi_lib.questionnaire import NOT_STATED, Question
from dmsi_lib.survey.showing import Showing
from dmsi_lib.tables import FEWEST, By, by_names, lines_of, written_item
from dmsi_lib.wording import unknown

HIDDEN = "Hidden, so that nobody can be recognised."
NOT_ASKED = "This question was not asked in this wave."
NOT_OFFERED = "This answer was not offered in this wave."
GROUPS_NOT_ASKED = "The question that makes these groups was not asked in this wave."
NOBODY = "Nobody answered this question."
NONE_CHOSEN = "Nobody chose any of the answers."
NOT_CODED = "No answer to this question has been coded."
_ADDED = ("single", "matrix")  # each respondent gives one answer, so that counts add up


class Numbers(Showing):
    """A survey that gives its numbers to sentences.

    A number that can't be shown (hidden in a public report, not asked in this wave, a share of
    fewer than `tables.FEWEST` answers) is nan with a reason: comparisons with it are false, so that
    an `if` goes on, and `say` leaves out the sentence that it stands in.
    """

    # ---- what the two kinds of survey have of their own

    def _untold(self, question_id: str, by: By) -> str:
        """Why a survey tells nothing of a question or of groups, "" where it does."""
        raise NotImplementedError

    def _any_of(self, question: Question, items: Sequence[str], by: By, group: str) -> int | None:
        """How many gave any of several answers; None where that is not told."""
        raise NotImplementedError

    def _answered(self, question: Question) -> int | None:
        raise NotImplementedError

    def _asked(self, question: Question) -> int | None:
        raise NotImplementedError

    # ---- numbers

    def percent(self, question_id: str, *items: str, by: By = None, group: str = "") -> Share:
        """How many gave an answer, or any of several.

        Parameters
        ----------
        question_id : str
        *items : str
            Codes of answers; of a matrix "row.option". Those of a single question are added up; of
            a multiple question whoever ticked any of them counts once.
        by, group : as in `cell`

        Returns
        -------
        figures.Share
            With `.count`, `.base`, `.percent` (0 to 100), `.share` (0 to 1), `.label`; in an
            f-string `{x}` "64 %", `{x:of}` "212 of 332", `{x:full}`, `{x:words}`, …

        Raises
        ------
        InputError, UsageError
            For a question, answer or group that does not exist, and where several answers make no
            sum.

        Examples
        --------
        >>> use = survey.percent("use_digital_messaging", "yes")
        >>> f"{use:Words} of the respondents: {use:full}"
        'Almost two in three of the respondents: 64 % (212 of 332)'
        """
        untold = self._untold(question_id, by)
        if untold:
            return no_share(untold)
        question, items = self.question(question_id), tuple(dict.fromkeys(items))
        if question.not_offered(items):
            return no_share(NOT_OFFERED)
        rows = self._group_rows(question_id, by, group)
        written = rows.assign(item=list(map(written_item, rows["row"], rows["item"])))
        wanted = rows_of(written, question_id, items)
        count: int | None = int(wanted["count"].fillna(0).sum())
        if len(items) > 1:
            _refuse_sum(question, wanted)
            if question.type not in _ADDED:
                count = self._any_of(question, items, by, group)
        return share_of(wanted, count, self._reason(question, wanted, by, group))

    def percent_each(self, question_id: str, *items: str) -> GroupShares:
        """How many gave an answer in each of the two groups that a question and its twin were put
        to; see `percent`.

        Parameters
        ----------
        question_id : str, of a question with a twin
        *items : str, as in `percent`

        Returns
        -------
        figures.GroupShares
            To begin a sentence with. A group of whom nothing can be shown is left out of it, so
            that the sentence stays true in a report of the other group alone.

        Raises
        ------
        InputError, UsageError
            As in `percent`; where the question has no twin.

        Examples
        --------
        >>> f"{survey.percent_each('tools_frontline', 'sms')} text."
        '66 % of front-line workers (62 of 94) and 86 % of managers (66 of 77) text.'
        """
        question = self.question(question_id)
        twins = self._same_concept(question)
        if len(twins) != 1:
            raise UsageError(f"'{question_id}' has no twin; percent('{question_id}', …) has one.")
        names = twin_groups(question, twins[0], self.questionnaire)
        shares = [self.percent(one.id, *items) for one in (question, twins[0])]
        return GroupShares(dict(zip(names.labels, shares, strict=True)), names)

    def top(
        self, question_id: str, n: int = 1, listed: bool = False, by: By = None, group: str = ""
    ) -> Shares:
        """The most frequent answers, the first first.

        Parameters
        ----------
        question_id : str, of a single or multiple question
        n : int, how many; more where several share the last place, fewer where fewer were chosen
        listed : bool, whether "Other" is left out, which stands for many answers
        by, group : as in `cell`

        Returns
        -------
        figures.Shares
            A tuple of Share; `.labels` is "A, B and C". A public report knows the most frequent
            answers where none of the hidden ones can be among them.

        Raises
        ------
        InputError, UsageError
            As in `table`; for another type of question.

        Examples
        --------
        >>> survey.top("tools_frontline", 2).labels
        'Texting/SMS/MMS and WhatsApp'
        """
        untold = self._untold(question_id, by)
        if untold:
            return Shares(why=untold)
        question = self._with_options(question_id)
        rows = self._group_rows(question_id, by, group)
        rows = rows[rows["item"] != NOT_STATED]
        aside = question.companions if listed else ()
        whole = question.type == "single"
        return top_shares(rows, n, aside, self._reason(question, rows, by, group), whole)

    def count(self, question_id: str) -> int | Unavailable:
        """How many answered a question, whether they were to be asked or not.

        Parameters
        ----------
        question_id : str

        Returns
        -------
        int, or Unavailable where a public report does not tell it

        Raises
        ------
        UsageError
            For an unknown question.

        Examples
        --------
        >>> survey.count("role")
        208
        """
        return self._number(question_id, self._answered)

    def asked(self, question_id: str) -> int | Unavailable:
        """How many were to be asked a question, by the routing rules.

        Parameters
        ----------
        question_id : str

        Returns
        -------
        int, or Unavailable where a public report does not tell it

        Raises
        ------
        UsageError
            For an unknown question.

        Examples
        --------
        >>> survey.asked("role")
        212
        """
        return self._number(question_id, self._asked)

    def mean(self, question_id: str, row: str = "") -> float:
        """The mean of a numeric question or a scale, or the mean rank of an item.

        Parameters
        ----------
        question_id : str
        row : str, of a matrix or of several boxes; of a ranking the item

        Returns
        -------
        float, Unavailable where it can't be shown or stands on fewer than `tables.FEWEST` answers

        Raises
        ------
        InputError
            For a question without a mean, or a row that does not exist.

        Examples
        --------
        >>> f"{survey.mean('benefits_ranked_frontline', 'quick_information'):.1f}"
        '2.0'
        """
        untold = self._untold(question_id, None)
        if untold:
            return Unavailable(untold)
        question, table = self.question(question_id), self._counted(question_id)
        ranked = question.type == "ranking"
        if not (ranked or question.scores or question.type == "numeric"):
            raise InputError(f"'{question_id}' is a {question.type} question without a mean.")
        place = table["item" if ranked else "row"]
        rows = table[(place == row) & (table["item"] != NOT_STATED)]
        if rows.empty and question.not_offered([row]):
            return Unavailable(NOT_OFFERED)
        if rows.empty:
            raise InputError(unknown(f"row of '{question_id}' with code", row, place.unique()))
        value, n = rows["mean_rank" if ranked else "mean"], rows["count" if ranked else "measured"]
        why = self._reason(question, rows.assign(base=n))
        if not why and value.isna().all():
            why = HIDDEN if self.public else NOBODY
        return Unavailable(why) if why else float(value.dropna().iloc[0])

    # ---- in detail

    def _number(self, question_id: str, source: object) -> int | Unavailable:
        untold = self._untold(question_id, None)
        if untold:
            return Unavailable(untold)
        question = self.question(question_id)
        if not question.asked:
            return Unavailable(NOT_ASKED)
        number = source(question)  # type: ignore[operator]
        return Unavailable(HIDDEN) if number is None else number

    def _group_rows(self, question_id: str, by: By, group: str) -> pd.DataFrame:
        """The rows of a table of one group; of nobody for a group that could be, but is not."""
        table = self._counted(question_id, by)
        rows = table[(table["group"] == group).to_numpy(dtype=bool)]
        if len(rows):
            return rows
        if group not in self._group_labels(by):
            names, there = ", ".join(by_names(by)), table["group"].unique()
            raise InputError(unknown(f"group of '{names}' with code", group, there))
        return table.drop_duplicates(["row", "item"]).assign(count=0, base=0)

    def _reason(
        self, question: Question, rows: pd.DataFrame, by: By = None, group: str = ""
    ) -> str:
        """Why no share of these rows can be shown, "" where it can."""
        if not question.asked:
            return NOT_ASKED
        answered = "answered" if self.base == "answered" else "were asked"
        who = f" in the group “{self._group_labels(by)[group]}”" if by else ""
        return too_few(rows, f"{answered} this question{who}", answered, NOBODY)


def too_few(rows: pd.DataFrame, did: str, number: str, nobody: str) -> str:
    """Why rows have too small a base for a share, "" where it is large enough, or hidden."""
    bases = rows["base"].dropna()
    if bases.empty:
        return ""
    if not bases.max():
        return nobody
    if bases.max() >= FEWEST:
        return ""
    number = number.replace("were", "was") if bases.max() == 1 else number
    return f"Fewer than {FEWEST} {did}, so no share is given: {bases.max():.0f} {number}."


def share_of(rows: pd.DataFrame, count: int | None, why: str) -> Share:
    """The share of the rows of one or several answers, of whom `count` gave any; None if untold."""
    label, base = " or ".join(rows["label"]), _base(rows)
    hidden = _hidden(rows).any() or isinstance(base, Unavailable)
    if count is None or hidden:
        return Share(label, Unavailable(HIDDEN), base, why or HIDDEN)
    if why == NOT_ASKED:
        return no_share(why)
    return Share(label, count, base, why)


def top_shares(
    rows: pd.DataFrame, n: int, aside: Collection[str], why: str, whole: bool = False
) -> Shares:
    """The n most frequent of the rows of one group.

    `aside` are items left out, `why` is why nothing is shown; where the rows are a `whole`, counts
    add up to the base, which bounds those that are hidden.
    """
    shown = rows[~_hidden(rows)]
    base, unseen = _base(rows), len(shown) < len(rows)
    if why or isinstance(base, Unavailable):
        return Shares(why=why or HIDDEN)
    most = base - (int(shown["count"].sum()) if whole else 0) if unseen else 0
    named = shown[~shown["item"].isin(list(aside)) & (shown["count"] > 0)]
    named = named.sort_values("count", ascending=False, kind="stable")
    if named.empty:
        return Shares(why=HIDDEN if unseen else NONE_CHOSEN)
    last = named["count"].iloc[min(n, len(named)) - 1]
    if unseen and (last <= most or len(named) < n):  # a hidden one may be as frequent
        return Shares(why=HIDDEN)
    named = named[named["count"] >= last]
    return Shares(tuple(Share(row.label, int(row.count), base) for row in lines_of(named)))


def rows_of(rows: pd.DataFrame, question_id: str, items: Sequence[str]) -> pd.DataFrame:
    """The rows of some items, in their order."""
    if not items:
        raise UsageError(f"'{question_id}': name one answer or more, as in percent(q, 'yes').")
    there, places = rows["item"].tolist(), list[int]()
    for item in items:
        if item not in there:
            raise InputError(unknown(f"item of '{question_id}' with code", item, rows["item"]))
        places += [n for n, one in enumerate(there) if one == item]
    return rows.iloc[places]


def _refuse_sum(question: Question, rows: pd.DataFrame) -> None:
    if question.type not in (*_ADDED, "multiple") or rows["row"].nunique() > 1:
        raise UsageError(
            f"'{question.id}': {', '.join(rows['item'])} make no share together; several answers "
            "can be named of a single or multiple question, or of one row of a matrix."
        )


def _hidden(rows: pd.DataFrame) -> pd.Series:
    if "suppressed" not in rows:
        return pd.Series(False, index=rows.index)
    return rows["suppressed"] != ""


def _base(rows: pd.DataFrame) -> int | Unavailable:
    bases = rows["base"].dropna()
    return int(bases.iloc[0]) if len(bases) else Unavailable(HIDDEN)
