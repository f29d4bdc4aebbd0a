import numpy as np
import pytest
from drafted_surveys import drafted_rules, draw
from sample_exports import write_csv

from dmsi_lib import Survey
from dmsi_lib.drafting.draft import draft_questionnaire
from dmsi_lib.drafting.routes import Evidence, Gate, find_routes

PLAIN = ("province", "ircc_funding", "staff_size", "clients_count")


@pytest.fixture(scope="module")
def found():
    survey = Survey.load()
    return find_routes(survey.responses, survey.questionnaire.in_file, PLAIN)


def test_the_rules_of_the_shipped_survey_are_found(found):
    """All but two: who declined left, which makes no blanks that could tell; and of those who don't
    know whether they ask, nine in ten answered why they do not."""
    known = Survey.load().questionnaire
    for question in known.in_file:
        rules = {
            tuple((c.gate, frozenset(c.wanted(known[c.gate]))) for c in rule)
            for rule in question.ask_if
        }
        own = {
            tuple((gate.question, frozenset(gate.codes)) for gate in gates)
            for gates in found[question.id].alternatives
        }
        if rules == {(("consent", frozenset({"agree"})),)}:
            assert not own
        elif question.id == "why_not_ask_preference":
            assert own == {(("ask_preference", frozenset({"no", "dont_know"})),)}
        else:
            assert own == rules, question.id


def test_soft_gates_are_those_with_off_route_answers(found):
    soft = {name for name, one in found.items() if one.evidence and not one.evidence.hard}
    assert soft == {
        *("when_ask_preference", "why_not_ask_preference", "how_evaluate", "why_not_evaluate"),
    }
    assert found["how_evaluate"].evidence.others_answered == 23


@pytest.mark.parametrize("noise", [0, 0.02])
def test_rules_of_random_surveys(tmp_path, noise):
    """A few of the 200 that tests/benchmarks/benchmark_draft.py measures."""
    wanted = right = wrong = 0
    for seed in range(6):
        survey = draw(np.random.default_rng(seed), noise, n=700)
        place = tmp_path / f"{seed}.csv"
        place.write_text(survey.csv(), encoding="utf-8")
        rules, own = survey.rules(), drafted_rules(draft_questionnaire(place))
        wanted += len(rules)
        right += sum(own.get(text) == rule for text, rule in rules.items())
        wrong += sum(rules.get(text) != rule for text, rule in own.items())
    assert wanted > 25 and wrong <= 1 and right >= 0.95 * wanted


def rows_of(*answers):
    header = ["Respondent ID", "Eats?", "Where?", "Mood?"]
    return [header, *([str(n), *answer] for n, answer in enumerate(answers))]


def test_few_respondents_are_no_support(tmp_path):
    blanks = 4
    rows = rows_of(*[["Yes", "Home", "Good"]] * 40, *[["No", "", "Bad"]] * blanks)
    draft = draft_questionnaire(write_csv(tmp_path / "e.csv", rows))
    assert not draft.routes["where"].alternatives
    rows = rows_of(*[["Yes", "Home", "Good"]] * 40, *[["No", "", "Bad"]] * 8)
    draft = draft_questionnaire(write_csv(tmp_path / "f.csv", rows))
    assert draft.routes["where"].alternatives == ((Gate("eats", ("yes",)),),)


def test_leaving_is_no_rule(tmp_path):
    """Half of those who say no leave at once: the blanks after it are nobody's route."""
    rows = rows_of(
        *[["Yes", "Home", "Good"]] * 40,
        *[["No", "Home", "Bad"]] * 20,
        *[["No", "", ""]] * 20,
    )
    draft = draft_questionnaire(write_csv(tmp_path / "e.csv", rows))
    assert not any(one.alternatives for one in draft.routes.values())


def test_a_page_passed_over_is_no_rule(tmp_path):
    """Some skip a page of three open questions: none of these hangs on the answer to another."""
    random = np.random.default_rng(5)
    skipped = random.random(300) < 0.15
    rows = [["Respondent ID", "Eats?", *(f"Story {n}?" for n in range(3)), "Mood?"]]
    for number, away in enumerate(skipped):
        texts = ["" if away else f"text {random.integers(10**9)}" for _ in range(3)]
        eats, mood = random.choice(["Yes", "No"]), random.choice(["Bad", "Good"])
        rows.append([str(number), eats, *texts, mood])
    draft = draft_questionnaire(write_csv(tmp_path / "e.csv", rows))
    assert not any(one.alternatives for one in draft.routes.values())


def test_a_rule_at_the_end_is_found_by_those_who_came_to_its_gate(tmp_path):
    rows = [["Respondent ID", "Mood?", "Eats?", "Where?"]]
    for number in range(120):
        eats = "Yes" if number % 2 else "No"
        rows.append([str(number), "Good", eats, "Home" if number % 2 else ""])
    draft = draft_questionnaire(write_csv(tmp_path / "e.csv", rows))
    found = draft.routes["where"]
    assert found.alternatives == ((Gate("eats", ("yes",)),),) and found.at_the_end
    assert "Nobody can be seen to go on" in draft.text


def test_evidence_counts_by_hand():
    evidence = Evidence((Gate("a", ("x",)),), 50, 45, 30, 3, 10, 2)
    assert (evidence.mistakes, evidence.inside, evidence.outside) == (5 + 3 + 2, 0.9, 0.1)
    a, b, c, d = 45, 5, 3, 27
    total = a + b + c + d
    expected = [[(a + b) * (a + c), (a + b) * (b + d)], [(c + d) * (a + c), (c + d) * (b + d)]]
    g = 2 * sum(
        o * np.log(o * total / e) for o, e in zip((a, b, c, d), np.ravel(expected), strict=True)
    )
    assert evidence.g == pytest.approx(g) and evidence.convinces() and not evidence.hard


def drafted_from(tmp_path, titles, rows):
    numbered = [[str(number), *row] for number, row in enumerate(rows)]
    place = write_csv(tmp_path / "n.csv", [["Respondent ID", *titles], *numbered])
    return draft_questionnaire(place)


@pytest.mark.parametrize("more", [True, False])
def test_a_rule_by_a_number_is_found(tmp_path, more):
    random = np.random.default_rng(8)
    rows = []
    for children in random.integers(0, 15, 300):
        asked = children > 3 if more else children <= 3
        where = random.choice(["Home", "Inn"]) if asked and random.random() < 0.97 else ""
        rows.append([str(children), where, random.choice(["Good", "Bad"])])
    draft = drafted_from(tmp_path, ["How many children?", "Where?", "Mood?"], rows)
    bound = {"at_least": 4.0} if more else {"at_most": 3.0}
    assert draft.routes["where"].alternatives == ((Gate("children", **bound),),)
    wanted = "{children: {at_least: 4}}" if more else "{children: {at_most: 3}}"
    assert f"ask_if: {wanted}" in draft.text
    assert f"taken: where if children {'at least 4' if more else 'at most 3'}:" in "\n".join(
        draft.explain("where")
    )
    assert draft.questionnaire["where"].ask_if and not draft.routes["mood"].alternatives


def test_numbers_that_part_nobody_are_no_rule(tmp_path):
    random = np.random.default_rng(9)
    rows = [
        [str(random.integers(0, 90)), random.choice(["Home", "Inn", ""]), "Good"]
        for _ in range(300)
    ]
    draft = drafted_from(tmp_path, ["How many?", "Where?", "Mood?"], rows)
    assert not any(found.alternatives for found in draft.routes.values())
