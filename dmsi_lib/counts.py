"""A survey as numbers: read, filtered and reconciled; every table, no layout."""

from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from dmsi_lib import (
    agreement,
    arithmetic,
    dispositions,
    published,
    quotations,
    reproduction,
    sensitivity,
    tables,
    themes,
)
from dmsi_lib.edits import reconcile
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.export import read_export
from dmsi_lib.inputs import (
    CODEBOOK,
    PUBLISHED_FIGURES,
    QUESTIONNAIRE,
    QUOTATIONS,
    SYNTHETIC_EXPORT,
    TAGS,
    TILES,
)
from dmsi_lib.questionnaire import OTHER_TEXT, read_questionnaire, unknown
from dmsi_lib.readings import Readings
from dmsi_lib.routing_tables import off_route_patterns, off_route_table, routing_table
from dmsi_lib.strict_yaml import read_yaml


class Counts:
    """A survey's responses with their routing and tables.

    What it counts follows from four choices: the export, the `edit` that reconciles answers with
    gates, the `base` of percentages, and the respondents (`where`).
    """

    def __init__(self, questionnaire, export, *, edit="none", base="answered", where=None):
        if base not in tables.BASES:
            raise UsageError(unknown("base", base, tables.BASES))
        self.questionnaire, self.export = questionnaire, export
        self.edit, self.base, self.where = edit, base, parse_where(where)
        members = _members(export.responses, questionnaire, self.where)
        self._reconciled = reconcile(export.responses[members], questionnaire, edit)
        self._tables = {}  # made when first asked for: several figures stand on one table

    @classmethod
    def load(cls, export=None, questionnaire=None, edit="none", base="answered", where=None,
             plan=None):  # fmt: skip
        """Read an export and its questionnaire.

        Parameters
        ----------
        export : path, optional
            .csv, .xlsx or .sav; the synthetic export that comes with the repository by default.
        questionnaire : path, optional
            The DMSI instrument by default.
        edit : "none", "gate" or "follow_up"
        base : "answered" or "universe"
        where : str or list of str, optional
            `question=code`; only respondents who answered so. Several must all hold.

        Returns
        -------
        Survey

        Raises
        ------
        InputError, UsageError
            One message: file, row or column, found, expected, what to do.
        """
        instrument = read_questionnaire(questionnaire or QUESTIONNAIRE)
        data = read_export(export or SYNTHETIC_EXPORT, instrument)
        return cls(instrument, data, edit=edit, base=base, where=where)

    # ---- what is in it

    @property
    def responses(self):
        """DataFrame respondents x (question, item), after the edit."""
        return self._reconciled.responses

    @property
    def status(self):
        """DataFrame respondents x questions of routing statuses."""
        return self._reconciled.routing.status

    @property
    def synthetic(self):
        """Whether the data are synthetic."""
        return self.export.synthetic

    @property
    def n(self):
        """Number of respondents."""
        return len(self.responses)

    def question(self, question_id):
        """The question of that id."""
        return self.questionnaire[question_id]

    def routing(self):
        """Statuses counted for every question; see `skip_logic.routing_table`."""
        return routing_table(self._reconciled.routing)

    def off_route(self):
        """Every off-route answer; see `skip_logic.off_route_table`."""
        return off_route_table(self._reconciled.routing, self.responses)

    @property
    def edits(self):
        """The log of edits: respondent, question, before, after, rule."""
        return self._reconciled.log

    @property
    def undecided(self):
        """What the edit left as it was: respondent, gates, because_of, reason."""
        return self._reconciled.undecided

    def off_route_patterns(self):
        """Off-route answers by gate and answer, with the likely cause."""
        return off_route_patterns(self.off_route(), self.questionnaire)

    # ---- how far the respondents came

    def dispositions(self, **cut_offs):
        """The outcome of every interview; see `dispositions.dispositions`."""
        return dispositions.dispositions(self._reconciled.routing, **cut_offs)

    def disposition_table(self, **cut_offs):
        """Outcomes counted, in AAPOR's terms."""
        return dispositions.disposition_table(self.dispositions(**cut_offs))

    def break_off_table(self):
        """Pages reached and left from, with the Kaplan-Meier curve."""
        return dispositions.break_off_table(self._reconciled.routing)

    # ---- tables

    def table(self, question_id, by=None):
        """The table of a question, by the options of another if wanted; see `tables`."""
        if (question_id, by) not in self._tables:
            question, group = self.question(question_id), None if by is None else self.question(by)
            self._tables[question_id, by] = tables.question_table(
                question, self.responses, self._reconciled.routing, self.base, group
            )
        return self._tables[question_id, by].copy(deep=False)  # pandas copies when it is written

    def tables(self, by=None):
        """The tables of all questions, one under the other."""
        return pd.concat(
            [self.table(q.id, by) for q in self.questionnaire.questions if q.id != by],
            ignore_index=True,
        )

    def reach(self, *question_ids):
        """How many of all respondents answered each of some questions, as a tidy table."""
        return tables.reach_table(
            [self.question(name) for name in question_ids], self._reconciled.routing
        )

    def cell(self, question_id, item, by=None, group=""):
        """One row of a table, for sentences: attributes count, base, percent, label, …"""
        table = self.table(question_id, by)
        row = table[(table["item"] == item) & (table["group"] == group)]
        if item not in set(table["item"]):
            raise InputError(unknown(f"item of '{question_id}' with code", item, table["item"]))
        if row.empty:
            raise InputError(unknown(f"group of '{by}' with code", group, table["group"].unique()))
        return row.iloc[0]

    def answered(self, question_id):
        """How many answered a question, on route or off it."""
        return int(self._reconciled.routing.has_answer(self.question(question_id).id).sum())

    def lost(self, question_id):
        """How many answered a question and nothing after it."""
        page = self.question(question_id).page
        last = self._reconciled.routing.last_page
        return int((self._reconciled.routing.has_answer(question_id) & (last == page)).sum())

    def tiles(self, question_id):
        """Where a tile map puts each option: dict of code to (abbreviation, column, row)."""
        path = Path(self.questionnaire.path).parent / TILES.name
        known = read_yaml(path) if path.exists() else {}
        if question_id not in known:
            raise InputError(unknown("tile map for question", question_id, known))
        return {code: (t[0], int(t[1]), int(t[2])) for code, t in known[question_id].items()}

    # ---- open-ended answers

    @cached_property
    def codebook(self):
        """Themes by question id; empty where this questionnaire has no codebook."""
        path = Path(self.questionnaire.path).parent / CODEBOOK.name
        return themes.read_codebook(path, self.questionnaire)

    @cached_property
    def tags(self):
        """The researchers' tags by question id, from the folder `tags` beside the export."""
        return themes.read_tags(self.tag_folder, self.codebook, self.responses.index)

    @property
    def tag_folder(self):
        """Where the tags lie: `<question id>.csv` in the folder `tags` beside the export."""
        return Path(self.export.path).parent / TAGS

    def themes_of(self, question_id):
        """The codebook of an open question (tuple of Theme)."""
        if self.question(question_id).id not in self.codebook:
            raise InputError(unknown("codebook for question", question_id, self.codebook))
        return self.codebook[question_id]

    def _tags_of(self, question_id):
        return self.tags.get(question_id, pd.DataFrame(columns=themes.TAG_COLUMNS, dtype=str))

    def theme_table(self, question_id):
        """The themes of an open question, counted over the coded answers; where coders disagree,
        see `themes.settled_tags`."""
        book, tags = self.themes_of(question_id), themes.settled_tags(self._tags_of(question_id))
        return themes.theme_table(self.question(question_id), book, tags)

    def theme_matrix(self, question_id):
        """Which theme each respondent's coded answer carries: bool DataFrame (n, themes)."""
        tags = themes.settled_tags(self._tags_of(question_id))
        codes = [theme.code for theme in self.themes_of(question_id)]
        carried = pd.crosstab(tags["respondent"], tags["theme"]) > 0
        return carried.reindex(index=self.responses.index, columns=codes, fill_value=False)

    def agreement(self, question_id):
        """How far coders agree on each theme; see `agreement.agreement_table`."""
        return agreement.agreement_table(self._tags_of(question_id), self.themes_of(question_id))

    def answers(self, question_id):
        """The answers to an open question (Series of str). Never to be shown unreviewed."""
        question = self.question(question_id)
        if question.type != "open":
            raise InputError(
                f"'{question_id}' is a {question.type} question; expected an open one."
            )
        return self.responses[question_id, ""].dropna()

    @cached_property
    def _reviewed(self):
        path = Path(self.export.path).parent / QUOTATIONS
        return quotations.read_quotations(path, self.questionnaire)

    def other_texts(self, question_id):
        """The companion texts of a question (Series of str). Never to be shown unreviewed."""
        if self.question(question_id).other is None:
            raise InputError(f"'{question_id}' has no companion text ('other').")
        return self.responses[question_id, OTHER_TEXT].dropna()

    def reviewed_answers(self, question_id):
        """The answers that may be quoted, each text once; see `quotations.reviewed_answers`."""
        texts = quotations.reviewed_answers(self.answers(question_id), self._reviewed, question_id)
        return tuple(dict.fromkeys(text for text in texts if text))

    # ---- other readings of the same answers

    def reading(self, edit, base):
        """The same respondents under another edit and base."""
        where = ["=".join(pair) for pair in self.where]
        return type(self)(self.questionnaire, self.export, edit=edit, base=base, where=where)

    @cached_property
    def readings(self):
        """The same respondents under every edit and base; see `readings.Readings`."""
        others = [reading for reading in sensitivity.READINGS if reading != (self.edit, self.base)]
        return Readings({(self.edit, self.base): self} | {r: self.reading(*r) for r in others})

    # ---- the published report

    @cached_property
    def published(self):
        """The published figures that lie beside the questionnaire."""
        return published.read_published(
            Path(self.questionnaire.path).parent / PUBLISHED_FIGURES.name
        )

    def reproduction(self):
        """Every published figure beside ours; see `reproduction.reproduce`."""
        return reproduction.reproduce(
            self.published,
            self.table,
            self.theme_table,
            self.other_texts,
            self.answered,
            self.lost,
        )

    def arithmetic(self):
        """What the published report says against itself; see `arithmetic.check_arithmetic`."""
        return arithmetic.check_arithmetic(self.published, self.questionnaire)


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
