"""The synthetic second wave: made as it was committed, and what was planted in it is found."""

import csv

import numpy as np
import pytest

from dmsi_lib import Survey
from dmsi_lib.choices import DATA
from dmsi_lib.cli.commands import main
from dmsi_lib.errors import InputError
from dmsi_lib.published.wave_changes import PARTS
from dmsi_lib.questionnaire import read_questionnaire, read_yaml
from dmsi_lib.survey.waves import compare_waves
from dmsi_lib.synthetic.second_wave import second_wave, write_second_wave

FOLDER = DATA / "synthetic" / "second_wave"
PLANTED, QUESTIONNAIRE = FOLDER / "planted.yaml", FOLDER / "questionnaire.yaml"
EXPORT = FOLDER / "dmsi-2020-synthetic.csv"
SETTINGS = read_yaml(PLANTED)
MOVED = SETTINGS["moved"]


@pytest.fixture(scope="module")
def later():
    return Survey.load(EXPORT, QUESTIONNAIRE)


@pytest.fixture(scope="module")
def found(survey, later):
    return compare_waves(survey, later, ["role"])


def test_second_wave_is_made_as_it_was_committed(tmp_path, capsys):
    made = tmp_path / EXPORT.name
    assert main(["synthesize", "--planted", str(PLANTED), "--out", str(made)]) == 0
    assert made.read_bytes() == EXPORT.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == [made.name]


def test_second_wave_says_in_every_row_that_it_is_synthetic(later, survey):
    with EXPORT.open(encoding="utf-8", newline="") as file:
        head, _, *rows = csv.reader(file, strict=True)
    place = head.index("Collector ID")
    assert {row[place] for row in rows} == {"SYNTHETIC DATA - no real respondent"}
    assert later.synthetic and later.n == survey.n == len(rows)
    assert not set(later.responses.index) & set(survey.responses.index)


def test_second_wave_respondents_are_not_the_same_twice(later):
    kinds = later.export.findings.iloc[:, 0].astype(str)
    assert not kinds.str.contains("duplicate").any()


def test_every_change_of_the_questionnaire_is_found_and_no_other(found):
    assert sorted(zip(found.changes["question"], found.changes["kind"], strict=True)) == sorted(
        [
            ("more_than_before", "new question"),
            *((f"integrated_{role}", "question gone") for role in ("frontline", "management")),
            ("when_ask_preference", "asked of others"),
            ("ircc_funding", "wording changed"),
            ("staff_size", "other words, said to be the same"),
            *(
                (f"tools_{role}", f"option {what}")
                for role in ("frontline", "management")
                for what in ("renamed", "gone", "new")
            ),
        ]
    )
    why = found.table.groupby("question")["why_not"].first()
    assert why[why != ""].to_dict() == {
        "when_ask_preference": "asked of others",
        "ircc_funding": "wording changed",
    }


def test_every_share_that_was_moved_is_found_and_no_question_is_invented(found, later):
    moved = {(one["question"], one["option"]): float(one["points"]) for one in MOVED}
    mixed = {
        (q, code): float(by) for q, codes in SETTINGS["mix"].items() for code, by in codes.items()
    }
    offered = set(zip(found.table["question"], found.table["item"], strict=True))
    wanted = {one: by for one, by in (moved | mixed).items() if one in offered}
    assert len(wanted) == 10
    claimed = found.differing.set_index(["question", "item"])["difference"]
    for one, points in wanted.items():
        assert np.sign(claimed[one]) == np.sign(points), one
    # Of single choices what was taken from moves, too.
    single = {name for name, _ in wanted if later.question(name).type == "single"}
    assert {one for one in claimed.index if one not in wanted and one[0] not in single} == set()


def test_what_moves_among_all_moves_by_as_much_as_was_planted(survey, later, found):
    table = found.table.set_index(["question", "item"])
    for one in (m for m in MOVED if "among" not in m and m["option"] != "zoom"):
        row = table.loc[one["question"], one["option"]]
        chance = 100 * np.sqrt(0.25 / row["base_before"])
        assert abs(row["difference"] - float(one["points"])) < 2.5 * chance
    for role, points in (("management", 40), ("frontline", 25)):
        zoom = later.cell(f"tools_{role}", "zoom")  # nobody could choose it before
        assert zoom["count"] == round(zoom["base"] * points / 100)


def test_the_parts_add_up_and_composition_is_found_where_only_the_mix_changed(found):
    table = found.table
    np.testing.assert_allclose(table[PARTS].sum(axis=1), table["difference"], rtol=0, atol=1e-9)
    # Managers evaluate communication less often than front-line workers, and there are more now.
    row = table.set_index(["question", "item"]).loc["evaluate_communication", "yes"]
    assert row["composition"] < -2 and abs(row["answers"]) < 0.5
    assert row["questionnaire"] == row["routing"] == 0


def test_composition_alone_where_a_mix_alone_changed(survey, tmp_path):
    """Twice as many non-users: what follows of it in other answers is composition."""
    nothing = {
        "moved": [],
        "gone": [],
        "mix": {"use_digital_messaging": {"yes": "-30", "no": "30"}},
    }
    (tmp_path / "w.csv").write_text(
        second_wave(survey, read_questionnaire(QUESTIONNAIRE), SETTINGS | nothing), encoding="utf-8"
    )
    later = Survey.load(tmp_path / "w.csv", QUESTIONNAIRE)
    table = compare_waves(survey, later, ["use_digital_messaging"]).table
    row = table.set_index(["question", "item"]).loc["clients_ask", "yes"]
    shares = [
        survey.cell("clients_ask", "yes", "use_digital_messaging", use)["percent"]
        for use in ("yes", "no")
    ]
    assert row["composition"] == pytest.approx(-0.3 * (shares[0] - shares[1]), abs=2.5)
    assert row["composition"] < -8 and abs(row["answers"]) < 4


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"moved": [{"question": "nope", "option": "a", "points": "1"}]}, "no question 'nope'"),
        (
            {"moved": [{"question": "role", "option": "x", "points": "1"}]},
            "leads to other questions",
        ),
        ({"moved": [{"question": "clients_ask", "option": "x", "points": "1"}]}, "with code 'x'"),
        ({"mix": {"usefulness": {"other": "1"}}}, "expected single"),
        ({"moves": []}, "no setting 'moves'. Did you mean 'moved'?"),
        ({"moved": [{"question": "clients_ask", "option": "yes", "points": "90"}]}, "fewer points"),
    ],
)
def test_second_wave_refuses_what_it_cannot_plant(survey, changed, said):
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        second_wave(survey, read_questionnaire(QUESTIONNAIRE), SETTINGS | changed)


def test_second_wave_replaces_no_other_file(tmp_path):
    (tmp_path / "mine.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="is no synthetic export"):
        write_second_wave(tmp_path / "mine.csv", PLANTED)
