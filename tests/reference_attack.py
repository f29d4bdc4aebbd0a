"""The attacker once more, plainly: every relation an equation of its own, two programmes a figure.

For tables of those who answered, by the options of one single question: figures are named (group,
question, figure, row, item), groups "" (everybody), the codes and "rest".
"""

from itertools import product

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from dmsi_lib.disclosure.plan import group_name

SIZE = ("", "size", "", "")


def recovered(release, plan, by, min_cell):
    """Names of the hidden figures that can be told more closely than `min_cell`."""
    truth = figures(release)
    groups = [group_name(group) for group in release.groups]
    names = sorted({name[1:] for name in truth})
    columns = {
        (g, *name): n
        for n, (g, name) in enumerate((g, m) for g in [*groups, "rest"] for m in names)
    }
    equal, below = [], []  # dicts of name to weight: = 0, <= 0
    for g in [*groups, "rest"]:
        for terms, is_equal in inside(release.questionnaire, g, names):
            (equal if is_equal else below).append(terms)
    below += routes(release.questionnaire, truth, groups, names)
    for name in names:
        parts = dict.fromkeys(((g, *name) for g in [*groups[1:], "rest"]), -1)
        equal.append({("", *name): 1, **parts})
    for g in groups[1:]:
        code = g.partition("=")[2]
        equal.append({(g, *SIZE): 1, ("", by, "count", "", code): -1})
        equal.append({(g, *SIZE): 1, (g, by, "count", "", code): -1})
        equal.append({(g, *SIZE): 1, (g, by, "base", "", ""): -1})
    hidden = hidden_figures(release, plan)
    a_eq, b_eq = dense(equal, columns), np.zeros(len(equal))
    shown = [name for name in truth if name not in hidden]
    a_eq = np.vstack([a_eq, dense([{name: 1} for name in shown], columns)])
    b_eq = np.append(b_eq, [truth[name] for name in shown])
    a_ub, found = sparse.csr_array(dense(below, columns)), set()
    a_eq, b_ub = sparse.csr_array(a_eq), np.zeros(len(below))
    for name in hidden:
        ends = []
        for sign in (1, -1):
            cost = dense([{name: sign}], columns)[0]
            done = linprog(cost, A_ub=a_ub, b_ub=b_ub, A_eq=a_eq, b_eq=b_eq)
            assert done.status in (0, 3)  # solved, or without bound
            ends.append(sign * done.fun if done.status == 0 else -sign * np.inf)
        if ends[1] - ends[0] < min_cell - 1e-6 and not said(name, by):
            found.add(name)
    return found


def said(name, by):
    """Whether a group's definition says it: of the group's own question all but the size."""
    return name[0] != "" and name[1] == by


def figures(release):
    truth = {}
    for group, frame in release.tables.items():
        g = group_name(group)
        truth[g, *SIZE] = release.sizes[group]
        for row in frame.itertuples():
            line = (row.row, row.item)
            truth[g, row.question, "count", *line] = row.count
            truth[g, row.question, "base", row.row, ""] = row.base
            if release.questionnaire[row.question].type == "ranking":
                ranked = row.count > 0
                first = round(row.rank_1_percent * row.base / 100) if ranked else 0
                truth[g, row.question, "first", *line] = first
                truth[g, row.question, "ranks", *line] = (
                    round(row.mean_rank * row.count) if ranked else 0
                )
    return truth


def hidden_figures(release, plan):
    """What no table shows; a group's size also stands in everybody's table, and the other way."""
    hidden, shown = set(), set()
    for row in plan.cells.itertuples():
        kinds = ("count", "first", "ranks")
        for kind in kinds:
            name = (row.group, row.question, kind, row.row, row.item)
            (hidden if row.status else shown).add(name)
        base = (row.group, row.question, "base", row.row, "")
        (hidden if row.base_status else shown).add(base)
        if row.question == "":
            (hidden if row.status else shown).add((row.group, *SIZE))
    return sorted(name for name in figures(release) if name in hidden and name not in shown)


def inside(questionnaire, g, names):
    """Pairs of terms and whether they are 0 or at most 0, for one group."""
    for question in questionnaire.questions:
        if question.rows and question.type in ("open", "numeric"):
            yield from boxes(question, g)
            continue
        for row in [r for q, kind, r, _ in names if q == question.id and kind == "base"]:
            base = (g, question.id, "base", row, "")
            items = [i for q, k, r, i in names if (q, k, r) == (question.id, "count", row)]
            counts = {(g, question.id, "count", row, item): 1 for item in items}
            yield {base: 1, (g, *SIZE): -1}, False
            for count in counts:
                yield {count: 1, base: -1}, False
            if question.type in ("multiple", "matrix_multiple", "ranking"):
                yield {base: 1} | dict.fromkeys(counts, -1), False
            else:
                yield counts | {base: -1}, True
            if question.type == "ranking":
                firsts = {(g, question.id, "first", row, item): 1 for item in items}
                yield firsts | {base: -1}, True
                for item in items:
                    first, ranks = (
                        (g, question.id, kind, row, item) for kind in ("first", "ranks")
                    )
                    count = (g, question.id, "count", row, item)
                    yield {first: 1, count: -1}, False
                    yield {ranks: -1, count: 2, first: -1}, False
                    yield {ranks: 1, count: -len(items), first: len(items) - 1}, False


def routes(questionnaire, truth, groups, names):
    """Terms that are at most 0 by the routing rules, of every group in which they are true."""
    figures_of = {g: {name: truth[g, *name] for name in names} for g in groups}
    figures_of["rest"] = {
        name: truth["", *name] - sum(truth[g, *name] for g in groups[1:]) for name in names
    }
    found = []
    for question in questionnaire.questions:
        rows = [row for q, kind, row, _ in names if (q, kind) == (question.id, "base")]
        for row, most in product(rows, at_most(question, questionnaire)):
            terms = {(question.id, "base", row, ""): 1} | dict.fromkeys(most, -1)

            def excess(g, terms=terms):
                return sum(weight * figures_of[g][name] for name, weight in terms.items())

            if all(excess(g) <= 0 for g in groups):  # answers off route say otherwise
                found += [
                    {(g, *name): weight for name, weight in terms.items()}
                    for g in figures_of
                    if excess(g) <= 0
                ]
    return found


def at_most(question, questionnaire):
    """Lists of names whose figures add up to the universe at least, for rules of one option list:
    who answered the gate so, who answered it, and the same of the gates behind it."""
    for conditions in question.ask_if:
        for condition in conditions:
            gate = questionnaire[condition.gate]
            yield [(gate.id, "count", "", code) for code in condition.codes]
            yield [(gate.id, "base", "", "")]
            yield from at_most(gate, questionnaire)


def boxes(question, g):
    """Several boxes have one base: whoever filled any of them."""
    bases = [(g, question.id, "base", row, "") for row in question.rows]
    counts = [(g, question.id, "count", row, "answered") for row in question.rows]
    yield {bases[0]: 1, (g, *SIZE): -1}, False
    yield {bases[0]: 1} | dict.fromkeys(counts, -1), False
    for base, count in zip(bases, counts, strict=True):
        yield {count: 1, base: -1}, False
        if base != bases[0]:
            yield {base: 1, bases[0]: -1}, True


def dense(rows, columns):
    matrix = np.zeros((len(rows), len(columns)))
    for n, terms in enumerate(rows):
        for name, weight in terms.items():
            matrix[n, columns[name]] += weight
    return matrix
