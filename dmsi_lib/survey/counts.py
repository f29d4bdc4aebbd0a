"""A survey as numbers: read, filtered and reconciled; the tables that may be shown, no layout.

What goes beyond tables, up to single respondents, is in `records`.
"""

from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from dmsi_lib import open_answers, tables
from dmsi_lib.choices import CODEBOOK, QUOTATIONS, TAGS, TILES
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.questionnaire import read_codebook, read_tiles
from dmsi_lib.skip_logic import reconcile
from dmsi_lib.wording import unknown


class Counts:
    """A survey's tables.

    What it counts follows from four choices: the export, the `edit` that reconciles answers with
    gates, the `base` of percentages, and the respondents (`where`).
    """

    public = False  # whether small cells are suppressed

    def __init__(self, questionnaire, export, *, edit="none", base="answered", where=None):
        if base not in tables.BASES:
            raise UsageError(unknown("base", base, tables.BASES))
        self.questionnaire, self._export = questionnaire, export
        self.edit, self.base, self.where = edit, base, parse_where(where)
        members = _members(export.responses, questionnaire, self.where)
        self._reconciled = reconcile(export.responses[members], questionnaire, edit)
        # Made when first asked for: several figures stand on one table.
        self._tables, self._theme_tables = {}, {}

    @property
    def _responses(self):
        return self._reconciled.responses

    @property
    def _routing(self):
        return self._reconciled.routing

    @property
    def synthetic(self):
        """Whether the data are synthetic."""
        return self._export.synthetic

    @property
    def n(self):
        """Number of respondents."""
        return len(self._responses)

    def question(self, question_id):
        """The question of that id."""
        return self.questionnaire[question_id]

    def table(self, question_id, by=None):
        """The table of a question, by the options of another if wanted; see `tables`."""
        if (question_id, by) not in self._tables:
            self._count([self.question(question_id)], by)
        return self._tables[question_id, by].copy(deep=False)  # pandas copies when it is written

    def tables(self, by=None):
        """The tables of all questions, one under the other."""
        questions = [q for q in self.questionnaire.questions if q.id != by]
        self.count_together(by)
        return pd.concat([self.table(q.id, by) for q in questions], ignore_index=True)

    def count_together(self, by=None):
        """Count the tables of all questions at once, before they are asked for one by one: that is
        much quicker."""
        questions = [q for q in self.questionnaire.questions if q.id != by]
        self._count([q for q in questions if (q.id, by) not in self._tables], by)

    def _count(self, questions, by):
        """Keep the tables of questions."""
        if questions:
            table = tables.question_tables(
                *(questions, self._responses, self._routing, self.base),
                by=None if by is None else self.question(by),
            )
            for name, rows in table.groupby("question", sort=False):
                self._tables[name, by] = rows.reset_index(drop=True)

    def cell(self, question_id, item, by=None, group=""):
        """One row of a table, for sentences: attributes count, base, percent, label, …"""
        table = self.table(question_id, by)
        row = table[(table["item"] == item) & (table["group"] == group)]
        if item not in set(table["item"]):
            raise InputError(unknown(f"item of '{question_id}' with code", item, table["item"]))
        if row.empty:
            raise InputError(unknown(f"group of '{by}' with code", group, table["group"].unique()))
        return row.iloc[0]

    def tiles(self, question_id):
        """Where a tile map puts each option: dict of code to (abbreviation, column, row)."""
        path = Path(self.questionnaire.path).parent / TILES.name
        known = read_tiles(path, self.questionnaire)
        if question_id not in known:
            raise InputError(unknown("tile map for question", question_id, known))
        return known[question_id]

    # ---- open-ended answers

    @cached_property
    def codebook(self):
        """Themes by question id; empty where this questionnaire has no codebook."""
        path = Path(self.questionnaire.path).parent / CODEBOOK.name
        return read_codebook(path, self.questionnaire)

    @cached_property
    def _tags(self):
        return tables.read_tags(self.tag_folder, self.codebook, self._responses.index)

    @property
    def coded(self):
        """Ids of the open questions whose answers were coded, in the codebook's order."""
        return tuple(self._tags)

    @property
    def tag_folder(self):
        """Where the tags lie: `<question id>.csv` in the folder `tags` beside the export."""
        return Path(self._export.path).parent / TAGS

    def themes_of(self, question_id):
        """The codebook of an open question (tuple of Theme)."""
        if self.question(question_id).id not in self.codebook:
            raise InputError(unknown("codebook for question", question_id, self.codebook))
        return self.codebook[question_id]

    def _tags_of(self, question_id):
        return self._tags.get(question_id, pd.DataFrame(columns=tables.TAG_COLUMNS, dtype=str))

    def theme_table(self, question_id):
        """The themes of an open question, counted over the coded answers; where coders disagree,
        see `tables.settled_tags`."""
        if question_id not in self._theme_tables:
            book, tags = self.themes_of(question_id), self._tags_of(question_id)
            self._theme_tables[question_id] = tables.theme_table(
                self.question(question_id), book, tables.settled_tags(tags)
            )
        return self._theme_tables[question_id].copy(deep=False)

    def _theme_matrix(self, question_id):
        """Which theme each respondent's coded answer carries: bool DataFrame (n, themes)."""
        tags = tables.settled_tags(self._tags_of(question_id))
        codes = [theme.code for theme in self.themes_of(question_id)]
        carried = pd.crosstab(tags["respondent"], tags["theme"]) > 0
        return carried.reindex(index=self._responses.index, columns=codes, fill_value=False)

    @cached_property
    def _reviewed(self):
        path = Path(self._export.path).parent / QUOTATIONS
        return open_answers.read_quotations(path, self.questionnaire)

    def reviewed_answers(self, question_id):
        """The answers that may be quoted, each text once; see `open_answers.reviewed_answers`."""
        texts = open_answers.reviewed_answers(
            self._answers(question_id), self._reviewed, question_id
        )
        return tuple(dict.fromkeys(text for text in texts if text))

    def all_reviewed_answers(self):
        """Every answer that may be quoted, of any question (list of str)."""
        names = self._reviewed["question"].unique()
        return [text for name in names for text in self.reviewed_answers(name)]

    def _answers(self, question_id):
        question = self.question(question_id)
        if question.type != "open":
            raise InputError(
                f"'{question_id}' is a {question.type} question; expected an open one."
            )
        return self._responses[question_id, ""].dropna()


def parse_where(where):
    """`question=code` texts as a tuple of (question, code).

    Raises
    ------
    UsageError
        For a text without "=".
    """
    texts = [where] if isinstance(where, str) else list(where or [])
    pairs = []
    for text in (t for t in texts if t):
        question, sign, code = (part.strip() for part in text.partition("="))
        if not (question and sign and code):
            raise UsageError(f"'{text}' is no condition; expected question=code.")
        pairs.append((question, code))
    return tuple(pairs)


def _members(responses, questionnaire, where):
    """bool (n,): the respondents that all conditions hold for."""
    members = np.ones(len(responses), dtype=bool)
    for name, code in where:
        question = questionnaire[name]
        if question.type not in tables.GROUPED_TYPES:
            raise UsageError(f"'{name}' is of type {question.type}; it has no codes to select.")
        if code not in question.choices:
            raise UsageError(unknown(f"option of {name} with code", code, question.choices))
        if question.type == "single":
            members &= (responses[name, ""] == code).to_numpy(dtype=bool)
        else:
            members &= responses[name, code].to_numpy(dtype=bool, na_value=False)
    if not members.any():
        chosen = ", ".join("=".join(pair) for pair in where)
        raise InputError(f"No respondent is left where {chosen}; nothing can be counted.")
    return members
