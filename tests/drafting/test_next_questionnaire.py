"""The next wave: the last one's questionnaire, changed where a new export has it otherwise."""

import csv
import random

import pytest
from sample_exports import write_csv

from dmsi_lib import Survey
from dmsi_lib.drafting import draft_questionnaire, next_wave
from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire import with_questions

EARLIER = """# Written by hand.
title: Toys
wave: "2018"
scales: {often: [Never, Daily, Weekly]}
questions:
  # who has one
  - {id: dog, text: Do you own a dog?, type: single, page: 1, options: {yes: "Yes", no: "No"}}
  - id: toys
    text: Which toys does your dog have at home?
    type: multiple
    page: 2
    ask_if: {dog: yes}
    options:
      ball: A ball made of rubber
      rope: Rope
      bone: Bone
  - {id: walks, text: How often do you walk?, type: single, page: 3, options: often}
"""
TITLES = ["Respondent ID", "Do you own a dog?", "Which toys does your dog have at home?", "", ""]
LABELS = ["", "Response", "A ball made of rubber", "Rope", "Bone"]


def rows(titles=TITLES, labels=LABELS, walks=("Never", "Daily", "Weekly")):
    """Sixty respondents, every other with a dog; the walks come last."""
    found = [[*titles, "How often do you walk?"], [*labels, "Response"]]
    for n in range(60):
        ticks = [labels[k] if n % 2 and n % (k + 1) < 2 else "" for k in range(2, 5)]
        found.append([str(n), "Yes" if n % 2 else "No", *ticks, walks[n % len(walks)]])
    return found


@pytest.fixture
def drafted(tmp_path):
    """Drafts from an export's rows, and reads the export with the draft."""
    earlier = tmp_path / "earlier.yaml"
    earlier.write_text(EARLIER, encoding="utf-8")

    def draft(found):
        export = write_csv(tmp_path / "export.csv", found)
        wave = next_wave(export, earlier)
        place = tmp_path / "questionnaire.yaml"
        place.write_text(wave.text, encoding="utf-8")
        return wave, Survey.load(export, place)

    return draft


def kinds(wave):
    return list(zip(wave.changes["question"], wave.changes["kind"], strict=True))


def test_the_same_wave_keeps_the_file_to_the_letter(drafted):
    wave, _ = drafted(rows())
    assert wave.text == EARLIER
    assert kinds(wave) == []


def test_the_shipped_questionnaire_fits_its_export():
    wave = next_wave("data/synthetic/dmsi-2018-synthetic.csv", "data/questionnaire.yaml")
    assert kinds(wave) == []


def test_another_wording_keeps_the_id_and_has_the_old_one_as_an_alias(drafted):
    titles = [*TITLES[:2], "Which toys does your dog have at your home?", "", ""]
    wave, survey = drafted(rows(titles))
    assert kinds(wave) == [("toys", "new wording")]
    toys = survey.questionnaire["toys"]
    assert toys.text == titles[2] and toys.aliases == (TITLES[2],)
    assert "# (?) new wording" in wave.text and "# Written by hand." in wave.text
    assert survey.questionnaire.wave == "after 2018"


def test_options_that_are_new_gone_or_reworded(drafted):
    labels = ["", "Response", "A ball made of red rubber", "Rope", "A squeaking mouse"]
    wave, survey = drafted(rows(labels=labels, walks=("Never", "Daily", "Twice a day")))
    assert sorted(kinds(wave)) == [
        ("toys", "new option"),
        ("toys", "option gone"),
        ("toys", "option reworded"),
        ("walks", "new option"),
    ]
    toys = survey.questionnaire["toys"]
    assert toys.option_aliases["ball"] == ("A ball made of rubber",)
    assert toys.options["ball"] == "A ball made of red rubber"
    assert "bone" not in toys.options  # of this wave's file
    assert survey.table("walks").set_index("item")["count"].to_dict()["Weekly"] == 0


def test_a_number_in_a_label_is_not_reworded(drafted):
    """Ages 18 to 24 are not those from 18 to 25, alike as they look."""
    labels = ["", "Response", "A ball made of rubber", "Rope 2", "Bone"]
    wave, _ = drafted(rows(labels=labels))
    assert ("toys", "option reworded") not in kinds(wave)


def test_what_says_the_opposite_is_no_other_wording(drafted):
    labels = ["", "Response", "No ball made of rubber", "Rope", "Bone"]
    wave, _ = drafted(rows(labels=labels, walks=("Never", "Not daily", "Weekly")))
    assert sorted(kinds(wave)) == [
        *(("toys", "new option"), ("toys", "option gone"), ("walks", "new option")),
    ]


def test_peoples_own_words_never_become_options(drafted):
    found = rows()
    for n, row in enumerate(found[2:]):
        row[5] = f"When my neighbour {n} has time and it does not rain"
    with pytest.raises(InputError, match="own words stand among the answers to walks") as refused:
        drafted(found)
    assert "neighbour" not in str(refused.value)


def test_own_words_beside_options_are_an_other(tmp_path):
    """As Google Forms writes them, in a wave whose first one had none."""
    ways = ("By bus", "On foot", "By car")
    first = [["Timestamp", "How do you come?"]]
    first += [[f"2020/03/01 10:{n:02d}:00", ways[n % 3]] for n in range(60)]
    own = [[f"2021/03/01 10:{n:02d}:00", f"the priest takes me {n}"] for n in range(3)]
    earlier = tmp_path / "earlier.yaml"
    earlier.write_text(draft_questionnaire(write_csv(tmp_path / "1.csv", first)).text, "utf-8")
    wave = next_wave(write_csv(tmp_path / "2.csv", [*first, *own]), earlier)
    assert [kind for _, kind in kinds(wave)] == ["new option"]
    (question,) = wave.export.questionnaire.questions
    assert question.other and "priest" not in wave.text
    assert list(question.options.values()) == list(ways)


def test_another_type_and_a_gate_that_is_gone_are_told(drafted, tmp_path):
    wave, _ = drafted([[row[0], *row[2:]] for row in rows()])
    assert ("toys", "gate gone") in kinds(wave)
    earlier = tmp_path / "earlier.yaml"
    earlier.write_text(
        "questions: [{id: age, text: How old is it?, type: numeric, page: 1}]", encoding="utf-8"
    )
    found = [["Respondent ID", "How old is it?"]]
    found += [[str(n), "Young" if n % 2 else "Old"] for n in range(40)]
    wave = next_wave(write_csv(tmp_path / "e.csv", found), earlier)
    assert kinds(wave) == [("age", "looks like another type")]


def test_a_question_that_is_gone_stays_as_an_optional_one(drafted):
    wave, survey = drafted([[*row[:2], row[5]] for row in rows()])
    assert kinds(wave) == [("toys", "question gone")]
    assert not survey.questionnaire["toys"].asked
    assert survey.table("walks")["count"].sum() == 60


def test_a_new_question_comes_with_its_rule_in_the_ids_of_the_file(drafted):
    found = rows()
    for n, row in enumerate(found):
        more = "Which breed is it?" if n == 0 else "Response" if n == 1 else ""
        row.insert(2, more or ("Collie" if n % 3 else "Poodle") * (row[1] == "Yes"))
    wave, survey = drafted(found)
    assert kinds(wave) == [("breed", "new question")]
    assert survey.questionnaire["breed"].gates == ("dog",)
    assert [q.id for q in survey.questionnaire.in_file] == ["dog", "breed", "toys", "walks"]
    assert survey.table("breed")["count"].sum() == 30


def test_a_rule_that_hardly_anybody_keeps_is_told(drafted):
    found = rows()
    for row in found[2:]:
        row[3] = "Rope"
    wave, _ = drafted(found)
    assert kinds(wave) == [("toys", "rule not kept")]
    assert "30 of 30 led past answered" in "\n".join(wave.lines())


def test_questions_that_stand_elsewhere_are_told(drafted):
    wave, _ = drafted([[row[0], row[5], *row[1:5]] for row in rows()])
    assert kinds(wave) == []
    assert wave.moved == ("walks",)


def test_another_survey_is_refused(tmp_path):
    earlier = tmp_path / "earlier.yaml"
    earlier.write_text(EARLIER, encoding="utf-8")
    other = [["Respondent ID", "What do you cook on Sundays?"]]
    other += [[str(n), "Soup" if n % 2 else "Rice"] for n in range(40)]
    with pytest.raises(InputError, match=r"0 of its 1 question and of the 3 of .* are the same"):
        next_wave(write_csv(tmp_path / "export.csv", other), earlier)


SHIPPED = "data/synthetic/dmsi-2018-synthetic.csv"


def test_of_twins_with_one_title_the_one_that_is_gone_is_found(tmp_path):
    """Which of them the file lacks shows in who answered alone."""
    with open(SHIPPED, encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file))
    first = next(n for n, text in enumerate(found[0]) if text.startswith("Rank how digital"))
    last = next(n for n, text in enumerate(found[0]) if n > first and text)
    export = write_csv(tmp_path / "e.csv", [row[:first] + row[last:] for row in found])
    wave = next_wave(export, "data/questionnaire.yaml")
    ((name, kind),) = kinds(wave)
    assert kind == "question gone" and name.endswith("_frontline")


def test_what_was_changed_in_the_shipped_second_wave_is_found():
    """With the first wave's questionnaire and the second one's export alone."""
    second = "data/synthetic/second_wave/dmsi-2020-synthetic.csv"
    wave = next_wave(second, "data/questionnaire.yaml")
    assert sorted(kinds(wave)) == sorted(
        [
            ("message_clients_more_than_two", "new question"),
            ("agencys_work_paid_ircc", "new question"),
            *((name, "question gone") for name in ("integrated_frontline", "ircc_funding")),
            ("integrated_management", "question gone"),
            ("staff_size", "new wording"),
            ("when_ask_preference", "rule not kept"),
            *(
                (f"tools_{role}", what)
                for role in ("frontline", "management")
                for what in ("option reworded", "option gone", "new option")
            ),
        ]
    )
    assert "tools_frontline" in wave.moved
    assert 'wave: "2020"' in wave.text


def test_an_entry_is_put_behind_another_in_either_style():
    block = "questions:\n- id: a\n  text: A?\n\n- id: b\n  text: B?\n"
    entry = ["  - id: c", "    # why", "    text: C?"]
    expected = "questions:\n- id: a\n  text: A?\n- id: c\n  # why\n  text: C?\n\n- id: b\n"
    assert with_questions(block, "a", entry) == f"{expected}  text: B?\n"
    flow = "questions: [{id: a, text: A?}, {id: b, text: B?}]\n"
    assert with_questions(flow, "a", entry) == (
        'questions: [{id: a, text: A?}, {id: c, text: "C?"}, {id: b, text: B?}]\n'
    )


def test_columns_in_any_order_make_no_change(tmp_path):
    found = rows()
    for seed in range(3):
        blocks = [[1], [2, 3, 4], [5]]
        random.Random(seed).shuffle(blocks)
        order = [0, *(n for block in blocks for n in block)]
        export = write_csv(tmp_path / f"{seed}.csv", [[row[n] for n in order] for row in found])
        (tmp_path / "earlier.yaml").write_text(EARLIER, encoding="utf-8")
        assert kinds(next_wave(export, tmp_path / "earlier.yaml")) == []
