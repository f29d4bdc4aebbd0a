"""The routing diagram: every station counted by hand, nothing drawn that is not said."""

import pytest
from drawn_texts import collisions, words
from small_survey import STEAK, make_questionnaire, make_responses, stub_survey

from dmsi_lib.figures.diagrams import Arrow, arrows, draw_routing, stations
from dmsi_lib.skip_logic.routing import route


def routed(text=STEAK):
    questionnaire = make_questionnaire(text)
    return route(make_responses(questionnaire), questionnaire)


def drawn(routing, synthetic=False):
    return draw_routing(routing, stub_survey(synthetic))


# ---- stations


def test_stations_are_runs_of_pages_under_one_rule():
    found = stations(routed())
    assert [[q.id for q in station.questions] for station in found] == [
        ["role", "shops", "eats"],
        ["doneness", "sauces", "cuts", "views", "grams"],
        ["why"],  # asked of everybody again, two pages later
    ]


def test_stations_are_counted_by_hand():
    # r7 answers neither role nor shops nor eats, but something about steak with the gate blank;
    # r5 does so off-route, and r4, who should, does not. r4 and r8 leave before page 3.
    found = [(s.asked, s.answered, s.off_route, s.gate_blank, s.left) for s in stations(routed())]
    assert found == [(8, 7, 0, 0, 2), (4, 3, 1, 1, 0), (8, 3, 0, 0, 0)]


@pytest.mark.parametrize(("page", "runs"), [(3, 2), (4, 3)])
def test_stations_end_where_a_page_lies_between(page, runs):
    # "eats" is on page 2: what everybody is asked on page 3 belongs to the same run.
    text = STEAK.replace("type: open\n    page: 5", f"type: open\n    page: {page}")
    found = stations(routed(text))
    assert len(found) == runs
    assert [q.id for q in found[0].questions][-1] == ("why" if runs == 2 else "eats")


def on_pages(answers):
    """Stations of a survey whose page 2 is two stations: one of those who say a, one of b."""
    text = (
        "questions:\n"
        "  - {id: q, text: Q?, type: multiple, page: 1, options: {a: A, b: B}}\n"
        "  - {id: a, text: About a?, type: open, page: 2, ask_if: {q: [a]}}\n"
        "  - {id: b, text: About b?, type: open, page: 2, ask_if: {q: [b]}}\n"
        "  - {id: end, text: Anything else?, type: open, page: 4}\n"
    )
    names = [("q", "a"), ("q", "b"), ("a", ""), ("b", ""), ("end", "")]
    columns = dict(zip(names, zip(*answers, strict=True), strict=True))
    questionnaire = make_questionnaire(text)
    found = stations(route(make_responses(questionnaire, columns), questionnaire))
    return {station.questions[0].id: station for station in found}


def test_stations_count_who_left_where_they_gave_their_last_answer():
    found = on_pages(
        [
            (True, False, "yes", None, None),  # leaves at a
            (False, True, None, "yes", None),  # leaves at b
            (True, True, "yes", None, None),  # was asked both, and leaves at a
            (True, False, None, "off-route", None),  # was not asked what they answered last
            (True, False, "yes", None, "bye"),  # comes to the end
            (True, False, None, None, "bye"),
            (True, True, None, None, None),  # leaves on page 1
        ]
    )
    assert {name: station.left for name, station in found.items()} == {
        **{"q": 1, "a": 2, "b": 1, "end": 0},
    }
    assert {name: (station.asked, station.answered) for name, station in found.items()} == {
        **{"q": (7, 7), "a": (6, 3), "b": (3, 1), "end": (7, 2)},
    }


@pytest.mark.parametrize(("more", "name"), [(0, "Why?"), (1, "Why? (and 1 more question)")])
def test_station_names(more, name):
    text = STEAK + "  - {id: tip, text: Tip?, type: open, page: 5}\n" * more
    questionnaire = make_questionnaire(text)
    responses = make_responses(questionnaire)
    if more:
        responses["tip", ""] = responses["why", ""]
    assert stations(route(responses, questionnaire))[2].name == name


def test_stations_of_this_survey_agree_with_the_routing_table(survey):
    table = survey.routing().set_index("question")
    found = stations(survey._counts.routing)
    asked = [question.id for question in survey.questionnaire.in_file]
    assert sorted(q.id for s in found for q in s.questions) == sorted(asked)
    for station in found:
        rows = table.loc[[q.id for q in station.questions]]
        assert set(rows["universe"]) == {station.asked}
        assert rows["answered"].max() <= station.answered <= rows["answered"].sum()
        assert rows["off_route"].max() <= station.off_route <= rows["off_route"].sum()
    left = survey.flow.break_off_table()["stopped_here"].sum()
    assert sum(station.left for station in found) <= left


# ---- arrows


def test_arrows_lead_from_the_gate():
    assert arrows(stations(routed())) == [Arrow(0, 1)]


def test_arrows_lead_from_every_gate_and_once_from_each_station():
    text = STEAK.replace(
        "page: 5\n    ask_if: {eats: [yes]}",
        "page: 7\n    ask_if: [{eats: [yes]}, {role: [cook]}, {sauces: [other]}]",
    )
    assert arrows(stations(routed(text))) == [Arrow(0, 1), Arrow(0, 3), Arrow(1, 3)]


# ---- the drawing

MORE = " (and 2 more questions)"


def test_draw_routing_says_every_station_and_number():
    picture, seen = drawn(routed()), words(drawn(routed()))
    first, second = (station.name for station in stations(routed())[:2])
    assert picture.alt == (
        f"Routing diagram. Who was led where, and who left. {first}: 8 asked, 7 answered, 2 left "
        f"here; {second}: 4 asked, 3 answered, 1 answered although not asked, 1 answered; what "
        "decides is blank; Why?: 8 asked, 3 answered."
    )
    assert first.endswith(MORE)
    for text in (
        *(
            f"{first} Asked of everybody 8 asked, 7 answered, 2 left here",
            "1 answered although not",
        ),
        *(
            f"{second} Asked of those who answered “Yes” to “Do you eat steak?” "
            "4 asked, 3 answered",
            "Why?",
        ),
    ):
        assert text in seen
    assert collisions(picture) == []
    assert "SYNTHETIC" not in seen and "SYNTHETIC" in words(drawn(routed(), synthetic=True))


def test_draw_routing_is_the_same_each_time():
    assert drawn(routed()).svg() == drawn(routed()).svg()


def test_plot_routing_of_this_survey_says_every_station_in_words(survey):
    picture = survey.flow.plot_routing()
    seen = words(picture)
    for station in stations(survey._counts.routing):
        assert f"{station.name}: {station.asked} asked, {station.answered} answered" in picture.alt
        assert station.name in seen
    assert collisions(picture) == []
    assert not any(question.id in seen.split() for question in survey.questionnaire.questions[1:14])


def test_plot_routing_says_what_the_counts_off_route_rest_on(survey, small):
    caption = survey.flow.plot_routing().caption
    assert "the data were calibrated" in caption and "at least 95" in caption
    assert "calibrated" not in small.flow.plot_routing().caption


@pytest.mark.parametrize("where", ["province=northwest_territories", "role=management"])
def test_plot_routing_of_a_part_is_readable(survey, where):
    part = survey.with_(where=where)
    assert collisions(part.flow.plot_routing()) == []
