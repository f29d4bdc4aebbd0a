"""Random surveys and their tables for every group: questions of all types, gates, twins."""

import numpy as np
import pandas as pd
from reference_skip_logic import questionnaire_of

from dmsi_lib.disclosure.derived_relations import left_out
from dmsi_lib.disclosure.release import release_of
from dmsi_lib.reading.answers.deriving import derived_answers
from dmsi_lib.skip_logic.edits import reconcile
from dmsi_lib.tables.tables import question_tables

_TYPES = ("single", "single", "multiple", "ranking", "matrix", "open", "numeric")
_RARE = ("matrix_multiple", "open boxes", "numeric boxes", "date", "single")


_DERIVED = (
    "- {id: side, recode: region, options: {ns: {label: NS, codes: [north, south]},"
    " rest: {label: R, codes: [east, west]}, isles: {label: I, codes: isles}}}",
    "- {id: shop, net: shops, options: {real: {label: Real, codes: [market, butcher]},"
    " any: {label: Any, codes: [market, butcher, web]}}}",
    "- {id: crossed, net: shops, options: {real: {label: Real, codes: [market, butcher]},"
    " far: {label: Far, codes: [butcher, web]}}}",
    "- {id: many, count: shops}",
    "- {id: few, bands: many, options: {one: {label: One, at_most: 1},"
    " more: {label: More, more_than: 1}}}",
    "- {id: both, combine: [role, shops], options: {c: {label: C, if: {role: cook, shops: market}},"
    " g: {label: G, if: {role: guest}}, o: {label: O, otherwise: true}}}",
)


def random_release(seed, most=120, plain=False, wide=False, rare=False, derived=False):
    """A release of everybody and of the groups of one or two grouping questions; a plain one is by
    region and of those who answered, groups of a wide one are of several regions, a rare one has
    the rarer types of question, and one with derived questions has some of every kind."""
    random = np.random.default_rng(seed)
    questionnaire = _questionnaire(random, _RARE if rare else _TYPES, derived)
    responses = _responses(random, questionnaire, int(random.integers(40, most)))
    base, edit = random.choice(["answered", "universe"]), random.choice(["none", "gate"])
    if plain:
        base, edit = "answered", "none"
        conditions = [[("region", (code,))] for code in questionnaire["region"].choices]
    elif random.random() < 0.2:
        conditions = [[("shops", (code,))] for code in questionnaire["shops"].choices]
    else:
        conditions = [[("region", (code,))] for code in questionnaire["region"].choices]
        if random.random() < 0.4:
            conditions = [
                [*pairs, ("role", (code,))]
                for pairs in conditions
                for code in questionnaire["role"].choices
            ]
    if wide:
        regions = [("region", ("north", "south"))], [("region", ("east", "west", "isles"))]
        roles = [[], [("role", ("guest",))]][: random.integers(1, 3)]
        conditions = [
            [*pairs, *role] for pairs in regions[: random.integers(1, 3)] for role in roles
        ]
    tables, sizes = {}, {}
    for pairs in [[], *conditions]:
        part = members(responses, questionnaire, pairs)
        if len(part):
            group = tuple(sorted(pairs))
            tables[group], sizes[group] = all_tables(part, questionnaire, base, edit), len(part)
    return release_of(questionnaire, tables, sizes)


def members(responses, questionnaire, pairs):
    """The responses of those who answered so."""
    chosen = np.ones(len(responses), dtype=bool)
    for name, codes in pairs:
        if questionnaire[name].type == "single":
            chosen &= responses[name, ""].isin(codes).to_numpy()
        else:
            chosen &= responses[name, codes[0]].to_numpy(dtype=bool, na_value=False)
    return responses[chosen]


def all_tables(responses, questionnaire, base="answered", edit="none"):
    """The tables of all questions that are planned, one under the other."""
    done = reconcile(responses, questionnaire, edit)
    without = left_out(questionnaire)
    questions = [question for question in questionnaire.questions if question.id not in without]
    return question_tables(questions, done.responses, done.routing, base)


def _questionnaire(random, kinds, derived=False):
    lines = [
        "- {id: region, type: single, page: 1, options: [north, south, east, west, isles]}",
        "- {id: role, type: single, page: 1, options: [cook, guest]}",
        "- {id: shops, type: multiple, page: 1, options: [market, butcher, web]}",
    ]
    gates = {"role": ["cook", "guest"], "shops": ["market", "butcher", "web"]}
    for n in range(int(random.integers(2, 5))):
        kind, *boxes = str(random.choice(kinds)).split()
        codes = ["a", "b", "c", "d"][: int(random.integers(2, 5))]
        options = "" if kind in ("open", "numeric", "date") else f", options: [{', '.join(codes)}]"
        rows = ", rows: [r1, r2]" if boxes or kind.startswith("matrix") else ""
        rule = ""
        if random.random() < 0.6:
            gate = str(random.choice(list(gates)))
            wanted = random.choice(gates[gate], int(random.integers(1, 3)), replace=False)
            rule = f", ask_if: {{{gate}: [{', '.join(wanted)}]}}"
        lines.append(f"- {{id: q{n}, type: {kind}, page: {n + 2}{options}{rows}{rule}}}")
        if kind in ("single", "multiple"):
            gates[f"q{n}"] = codes
    asked = "".join(f"  {line}\n" for line in lines)
    if not derived:
        return questionnaire_of(asked)
    made = "".join(f"  {line}\n" for line in _derived(random, questionnaire_of(asked)))
    return questionnaire_of(asked, made)


def _derived(random, questionnaire):
    """A few derived questions, some of them made of others."""
    lines = list(_DERIVED)
    for question in questionnaire.questions[3:]:
        if question.type in ("single", "multiple", "matrix", "matrix_multiple"):
            first, *rest = question.options
            parts = {"x": [first, *rest[2:]], "y": rest[:2]}
            kind = "recode" if question.type in ("single", "matrix") else "net"
            options = ", ".join(
                f"{name}: {{label: {name}, codes: [{', '.join(codes)}]}}"
                for name, codes in parts.items()
                if codes
            )
            lines.append(
                f"- {{id: of_{question.id}, {kind}: {question.id}, options: {{{options}}}}}"
            )
        twin = next((q.id for q in questionnaire.questions[3:] if alike(q, question)), None)
        if twin:
            lines.append(f"- {{id: as_{question.id}, coalesce: [{question.id}, {twin}]}}")
    return [line for line in lines if random.random() < 0.6 or "id: many" in line]


def alike(one, other):
    """Whether two questions can be read as one."""
    same = (one.type, one.options, one.rows) == (other.type, other.options, other.rows)
    return one.id != other.id and same


def _responses(random, questionnaire, size):
    """Answers with blanks, some of them against the rules; some options are rare."""
    columns = {}
    for question in questionnaire.in_file:
        blank = random.random(size) < random.choice([0.02, 0.2, 0.5])
        codes = list(question.options)
        weights = random.dirichlet(np.full(max(len(codes), 1), 0.7))
        ranks = np.argsort(random.random((size, max(len(codes), 1))), axis=1) + 1
        ticks = random.random((size, max(len(codes), 1))) < 0.1 + 0.8 * weights
        ticks[~ticks.any(axis=1), 0] = True
        for k, item in enumerate(question.items):
            if question.rows and question.type in ("open", "numeric"):
                blank = random.random(size) < 0.3
            if question.type in ("single", "matrix"):
                drawn = np.where(blank, -1, random.choice(len(codes), size, p=weights))
                column = pd.Categorical.from_codes(drawn, categories=codes)
            elif question.type in ("multiple", "matrix_multiple"):
                column = pd.arrays.BooleanArray(ticks[:, k % len(codes)], blank)
            elif question.type == "ranking":
                column = pd.arrays.IntegerArray(ranks[:, k], blank)
            elif question.type == "numeric":
                column = pd.arrays.FloatingArray(random.random(size), blank)
            elif question.type == "date":
                column = pd.array(np.where(blank, None, "2024-05-06"), dtype="datetime64[ns]")
            else:
                column = pd.array(np.where(blank, None, "words"), dtype="string")
            columns[question.id, item] = column
    frame = pd.DataFrame(columns, index=pd.RangeIndex(size).astype(str))
    frame.columns = pd.MultiIndex.from_tuples(list(columns), names=["question", "item"])
    return derived_answers(frame, questionnaire)
