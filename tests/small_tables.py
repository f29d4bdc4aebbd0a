"""Releases of one table, or of linked ones, whose figures are given."""

import pandas as pd
from reference_skip_logic import questionnaire_of

from dmsi_lib.choices import MIN_CELL
from dmsi_lib.disclosure.hidden_figures import Hiding
from dmsi_lib.disclosure.release import release_of
from dmsi_lib.disclosure.slots import Slot
from dmsi_lib.disclosure.suppression import plan_of
from dmsi_lib.tables.names import ANSWERS, TableName
from dmsi_lib.tables.tables import finish


def table_release(counts, base=None, kind="single"):
    """Everybody's table of one question q with these counts, and no other."""
    base = sum(counts.values()) if base is None else base
    options = ", ".join(counts)
    questionnaire = questionnaire_of(
        f"  - {{id: q, type: {kind}, page: 1, options: [{options}]}}\n"
    )
    return release_of(questionnaire, {(): _frame("q", counts, base)}, sizes={(): base})


def ranking_release(given, base, not_stated=None):
    """Everybody's table of one ranking q; `given` is a dict of item to how many ranked it, how many
    put it first, and the sum of the ranks they gave. With `not_stated` the base is the universe."""
    questionnaire = questionnaire_of(
        f"  - {{id: q, type: ranking, page: 1, options: [{', '.join(given)}]}}\n"
    )
    counts = {item: count for item, (count, _, _) in given.items()}
    frame = _frame("q", counts | ({} if not_stated is None else {"not_stated": not_stated}), base)
    for item, (count, first, ranks) in given.items():
        row = frame["item"] == item
        frame.loc[row, ["mean_rank", "rank_1_percent"]] = ranks / count, 100 * first / base
    return release_of(questionnaire, {(): frame}, sizes={(): base})


def linked_release(counts):
    """Everybody's and each group's tables of a grouping question g and of a question q; `counts` is
    a dict of group to dict of option to number of respondents."""
    options = list(next(iter(counts.values())))
    questionnaire = questionnaire_of(
        f"  - {{id: g, type: single, page: 1, options: [{', '.join(counts)}]}}\n"
        f"  - {{id: q, type: single, page: 2, options: [{', '.join(options)}]}}\n"
    )
    sizes = {group: sum(inside.values()) for group, inside in counts.items()}
    whole = {option: sum(inside[option] for inside in counts.values()) for option in options}
    tables = {(): {"g": sizes, "q": whole}}
    for group, inside in counts.items():
        mine = {other: sizes[group] * (other == group) for other in counts}
        tables[("g", (group,)),] = {"g": mine, "q": inside}
    size = {group: sum(of["q"].values()) for group, of in tables.items()}
    frames = {
        group: pd.concat([_frame(name, of[name], size[group]) for name in of], ignore_index=True)
        for group, of in tables.items()
    }
    return release_of(questionnaire, frames, sizes=size)


def _frame(question, counts, base):
    frame = pd.DataFrame({"item": list(counts), "count": list(counts.values())})
    names = {"question": question, "kind": ANSWERS, "row": "", "label": frame["item"], "group": ""}
    return finish(frame.assign(**names, base=base))


def primary_only(release, min_cell=MIN_CELL):
    """The plan that hides small cells alone: what complementary suppression is measured against."""
    hidden = {}
    for level in release.levels:
        hidden = Hiding(release.up_to(level), hidden, min_cell).statuses()
    return plan_of(release, hidden, min_cell)


def slot_of(question, figure, item="", row=""):
    """A figure of the table of a question's answers."""
    return Slot(TableName(question), figure, row, item)
