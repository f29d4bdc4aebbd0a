"""A survey of eight respondents that can be counted by hand, as a frame and as files."""

import csv
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd

from dmsi_lib.choices import Choices
from dmsi_lib.open_answers.quotations import QUOTATION_COLUMNS
from dmsi_lib.questionnaire.model import build_questionnaire
from dmsi_lib.questionnaire.question import COMMENT, NOT_A_NUMBER
from dmsi_lib.questionnaire.strict_yaml import parse_yaml
from dmsi_lib.reading.answers.deriving import derived_answers
from dmsi_lib.reading.export import Export
from dmsi_lib.skip_logic.routing import route
from dmsi_lib.survey.material import Material
from dmsi_lib.survey.survey import Survey
from dmsi_lib.tables.tables import question_tables

STEAK = """\
title: Steak
wave: "2014"
questions:
  - id: role
    text: Are you a cook or a guest?
    type: single
    page: 1
    options: {cook: Cook, guest: Guest, critic: Critic}
  - id: shops
    text: Where do you buy? Choose all that apply.
    type: multiple
    page: 1
    options: {market: Market, butcher: Butcher}
    other: Other (please specify)
  - id: eats
    text: Do you eat steak?
    type: single
    page: 2
    options: {yes: "Yes", no: "No"}
  - id: doneness
    text: How do you like it?
    type: single
    page: 3
    ask_if: {eats: [yes]}
    options: {rare: Rare, medium: Medium, well: Well done}
  - id: sauces
    text: Which sauces? Choose all that apply.
    type: multiple
    page: 3
    ask_if: {eats: [yes]}
    options: {pepper: Pepper, butter: Butter}
    other: Another (which?)
  - id: cuts
    text: Rank the cuts (1 is best)
    type: ranking
    page: 4
    ask_if: {eats: [yes]}
    options: {rump: Rump, flank: Flank, rib: Rib}
  - id: views
    text: Do you agree?
    type: matrix
    page: 4
    ask_if: {eats: [yes]}
    rows: {dear: It is dear, tasty: It is tasty}
    options: {agree: Agree, disagree: Disagree}
  - id: why
    text: Why?
    type: open
    page: 5
  - id: grams
    text: How many grams?
    type: numeric
    page: 5
    ask_if: {eats: [yes]}
"""

# r1 to r4 eat steak, r5 and r6 do not, r7 and r8 do not say. r5 answers about steak all the same
# (off-route), and so does r7 (gate unknown); r4, who should, does not.
_BLANK, _TICK, _OFF = None, True, False
ANSWERS = {
    ("role", ""): ["cook", "cook", "guest", "guest", "cook", "guest", None, "guest"],
    ("shops", "market"): [_TICK, _TICK, _OFF, _TICK, _TICK, _OFF, _BLANK, _BLANK],
    ("shops", "butcher"): [_TICK, _OFF, _TICK, _TICK, _OFF, _OFF, _BLANK, _BLANK],
    ("shops", "other"): [_OFF, _OFF, _OFF, _OFF, _OFF, _TICK, _BLANK, _BLANK],
    ("shops", "other_text"): [None, None, None, None, None, "my garden", None, None],
    ("eats", ""): ["yes", "yes", "yes", "yes", "no", "no", None, None],
    ("doneness", ""): ["rare", "rare", "well", None, "rare", None, "well", None],
    ("sauces", "pepper"): [_TICK, _OFF, _TICK, _BLANK, _TICK, _BLANK, _TICK, _BLANK],
    ("sauces", "butter"): [_TICK, _TICK, _OFF, _BLANK, _OFF, _BLANK, _OFF, _BLANK],
    ("sauces", "other"): [_OFF, _TICK, _OFF, _BLANK, _OFF, _BLANK, _OFF, _BLANK],
    ("sauces", "other_text"): [None, "mint", None, None, None, None, None, None],
    ("cuts", "rump"): [1, 2, None, None, 1, None, None, None],
    ("cuts", "flank"): [2, 1, None, None, 2, None, None, None],
    ("cuts", "rib"): [3, None, 1, None, 3, None, None, None],
    ("views", "dear"): ["agree", "agree", "disagree", None, "disagree", None, "agree", None],
    ("views", "tasty"): ["agree", None, "agree", None, None, None, "disagree", None],
    ("why", ""): ["hunger", None, "taste", None, None, "health", None, None],
    ("grams", ""): [200.0, 300.0, None, None, 100.0, None, None, None],
}
IDS = [f"r{n}" for n in range(1, 9)]


def make_questionnaire(text=STEAK):
    return build_questionnaire(parse_yaml(text))


def make_responses(questionnaire, answers=ANSWERS):
    """Responses as the reader returns them, from lists of answers by question and item."""
    columns = {
        (name, item): _column(questionnaire[name], item, values)
        for (name, item), values in answers.items()
    }
    size = len(next(iter(answers.values())))
    frame = pd.DataFrame(columns, index=pd.Index([f"r{n}" for n in range(1, size + 1)]))
    frame.columns = pd.MultiIndex.from_tuples(list(columns), names=["question", "item"])
    return frame


_DTYPES = {"open": "string", "multiple": "boolean", "matrix_multiple": "boolean"}
_DTYPES |= {"ranking": "Int64", "numeric": "Float64", "date": "datetime64[ns]"}


def _column(question, item, values):
    if item == COMMENT or item in question.text_items.values():
        return pd.array(values, dtype="string")
    if item.endswith(NOT_A_NUMBER):
        return pd.array(values, dtype="boolean")
    if question.type in ("single", "matrix"):
        codes = question.choices if question.type == "single" else question.options
        return pd.Categorical(values, categories=list(codes))
    return pd.array(values, dtype=_DTYPES[question.type])


def survey_of(questionnaire, answers, choices=None, **more):
    """A survey of answers that stand in no file; what a derived question reads is filled in.

    `more` is what else its material has, by name.
    """
    responses = derived_answers(make_responses(questionnaire, answers), questionnaire)
    log = pd.DataFrame({name: [] for name in ("respondent", "question", "item", "rule")})
    findings = pd.DataFrame({name: [] for name in ("kind", "column", "count", "message")})
    reached = pd.Series(0, index=responses.index)
    export = Export("export.csv", responses, log, findings, questionnaire, reached)
    parts = {"codebook": {}, "tags": {}, "tiles": {}, "ledger": None}
    parts["quotations"] = pd.DataFrame(columns=QUOTATION_COLUMNS, dtype=str)
    return Survey(Material(questionnaire, export, **parts | more), choices or Choices())


def without(questionnaire, *names):
    """The questionnaire as a file shows it that lacks some questions."""
    return questionnaire.with_questions(
        {name: replace(questionnaire[name], asked=False) for name in names}
    )


def make_table(name, text=STEAK, base="answered", by=None, answers=ANSWERS):
    """A question's table, and the question."""
    questionnaire = make_questionnaire(text)
    responses = make_responses(questionnaire, answers)
    by = questionnaire[by] if by else None
    routing = route(responses, questionnaire)
    return question_tables([questionnaire[name]], responses, routing, base, by), questionnaire[name]


def stub_survey(synthetic=False, edit="none", base="answered"):
    """What figures ask of a survey beside its tables."""
    return SimpleNamespace(
        synthetic=synthetic, edit=edit, base=base, questionnaire=make_questionnaire(), n=8
    )


def left_blank(name):
    """The answers, but that nobody answered one question."""
    return {k: [None] * 8 if k[0] == name else values for k, values in ANSWERS.items()}


def write_survey(folder, questionnaire_text=STEAK, answers=ANSWERS):
    """The questionnaire and the answers as files in a platform's shape; returns both paths."""
    instrument = folder / "questionnaire.yaml"
    instrument.write_text(questionnaire_text, encoding="utf-8")
    questionnaire = make_questionnaire(questionnaire_text)
    titles, subtitles, columns = ["Respondent ID"], [""], [IDS]
    last = None
    for (name, item), values in answers.items():
        question = questionnaire[name]
        titles.append("" if name == last else question.text)
        subtitles.append(_subtitle(question, item))
        columns.append([_cell(question, item, value) for value in values])
        last = name
    export = folder / "export.csv"
    with export.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([titles, subtitles, *zip(*columns, strict=True)])
    return export, instrument


def _subtitle(question, item):
    if item == "other_text":
        return question.other
    if question.type in ("multiple", "ranking"):
        return question.choices[item]
    if question.type == "matrix":
        return question.rows[item]
    return "Open-Ended Response" if question.type in ("open", "numeric") else "Response"


def _cell(question, item, value):
    if value is None or value is False:
        return ""
    if item == "other_text" or question.type in ("open", "ranking", "numeric"):
        return str(value)
    return question.choices[item if question.type == "multiple" else value]
