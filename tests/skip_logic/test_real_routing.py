"""Two published surveys: the routing table against a count made with the csv module alone."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from dmsi_lib.questionnaire.model import read_questionnaire
from dmsi_lib.reading.export import read_export
from dmsi_lib.skip_logic.edits import reconcile
from dmsi_lib.skip_logic.routing import route
from dmsi_lib.skip_logic.routing_tables import off_route_table, routing_table

ROOT = Path(__file__).resolve().parents[2]
EXPORTS = ROOT.parent / "shared" / "exports"
STEAK, THANKSGIVING = "steak-risk-survey.csv", "thanksgiving-2015-poll-data.csv"


@pytest.fixture(params=[STEAK, THANKSGIVING])
def export(request):
    return export_path(request.param)


def export_path(name):
    path = EXPORTS / name
    if not path.exists():
        pytest.skip(f"{name} is not in {EXPORTS.name}/ beside the repository; it isn't committed")
    return path


def read(path):
    name = {STEAK: "routing_steak.yaml", THANKSGIVING: "routing_thanksgiving.yaml"}[path.name]
    questionnaire = read_questionnaire(ROOT / "tests" / "data" / name)
    return questionnaire, read_export(path, questionnaire).responses


# ---- the independent count: question -> (page, first columns, gate)

STEAK_COLUMNS = {
    "lottery": (1, [1], None),
    **{
        name: (2, [n], None)
        for n, name in enumerate(["smoke", "drink", "gamble", "skydive", "speed", "cheat"], 2)
    },
    "eats_steak": (3, [8], None),
    "doneness": (4, [9], "eats_steak"),
    "gender": (5, [10], None),
    "age": (5, [11], None),
}
THANKSGIVING_COLUMNS = {
    "celebrates": (1, [1], None),
    "main_dish": (2, [2, 3], "celebrates"),
    "gravy": (2, [10], "celebrates"),
    "pie": (3, list(range(26, 39)), "celebrates"),
    "prays": (4, [51], "celebrates"),
    "retail": (5, [58], "celebrates"),
    "employer": (6, [59], "retail"),
    "age": (7, [61], "celebrates"),
}


def count_by_csv(path):
    """For each question, how many respondents have which status. All gates ask for "Yes"."""
    columns = STEAK_COLUMNS if path.name == STEAK else THANKSGIVING_COLUMNS
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[2 if path.name == STEAK else 1 :]
    counts = {name: Counter() for name in columns}
    for row in rows:
        given = {name: any(row[n].strip() for n in at) for name, (_, at, _) in columns.items()}
        last = max((page for name, (page, *_) in columns.items() if given[name]), default=0)
        applies = {}
        for name, (page, _, gate) in columns.items():
            if gate is None:
                applies[name] = "yes"
            elif given[gate]:
                applies[name] = "yes" if row[columns[gate][1][0]] == "Yes" else "no"
            else:
                applies[name] = "no" if applies[gate] == "no" else "unknown"
            blank = "break_off" if page > last else "item_nonresponse"
            status = {
                "yes": "answered" if given[name] else blank,
                "no": "off_route" if given[name] else "legitimate_skip",
                "unknown": "gate_unknown_answered" if given[name] else "gate_unknown_blank",
            }
            counts[name][status[applies[name]]] += 1
    return len(rows), counts


def test_routing_table_equals_the_count_by_csv(export):
    questionnaire, responses = read(export)
    table = routing_table(route(responses, questionnaire)).set_index("question")
    size, counts = count_by_csv(export)
    assert list(table.index) == list(counts)
    for name, count in counts.items():
        row = table.loc[name].to_dict()
        assert row.pop("n") == size
        assert row.pop("universe") == (
            count["answered"] + count["item_nonresponse"] + count["break_off"]
        )
        assert row == {status: count[status] for status in row}


@pytest.mark.parametrize("edit", ["gate", "follow_up"])
def test_reconcile_changes_only_records_out_of_order(export, edit):
    questionnaire, responses = read(export)
    off_route = off_route_table(route(responses, questionnaire), responses)
    done = reconcile(responses, questionnaire, edit)
    touched = set(done.log["respondent"]) | set(done.undecided["respondent"])
    if edit == "gate":  # behind a blank gate there is nothing to trust
        off_route = off_route[off_route["cause"] == "gate contradicts"]
    assert touched == set(off_route["respondent"])
    same = ~responses.index.isin(list(touched))
    assert done.responses[same].equals(responses[same])
    assert len(done.responses) == len(responses)


COLUMNS = [
    *("universe", "answered", "item_nonresponse", "break_off", "legitimate_skip"),
    *("off_route", "gate_unknown_answered", "gate_unknown_blank"),
]


def test_steak_counts():
    """The figures themselves, so that a reader can check them with a spreadsheet's filters."""
    questionnaire, responses = read(export_path(STEAK))
    table = routing_table(route(responses, questionnaire)).set_index("question")[COLUMNS]
    assert table.loc["eats_steak"].tolist() == [550, 539, 2, 9, 0, 0, 0, 0]
    assert table.loc["doneness"].tolist() == [430, 430, 0, 0, 109, 0, 2, 9]
    done = reconcile(responses, questionnaire, "follow_up")
    # Two people said how they like their steak, but not that they eat it.
    assert done.log[["question", "before", "after"]].to_numpy().tolist() == (
        2 * [["eats_steak", "", "yes"]]
    )


def test_thanksgiving_counts():
    questionnaire, responses = read(export_path(THANKSGIVING))
    table = routing_table(route(responses, questionnaire)).set_index("question")[COLUMNS]
    assert table.loc["main_dish"].tolist() == [980, 974, 0, 6, 78, 0, 0, 0]
    assert table.loc["employer"].tolist() == [70, 70, 0, 0, 959, 0, 0, 29]
    assert table.loc["age"].tolist() == [980, 947, 0, 33, 0, 78, 0, 0]
    assert (reconcile(responses, questionnaire, "gate").log["question"] == "age").sum() == 78
    assert reconcile(responses, questionnaire, "follow_up").log["after"].tolist() == 78 * ["yes"]
