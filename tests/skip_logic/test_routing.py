"""Routing, counted by hand."""

from dataclasses import replace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from reference_skip_logic import CHAIN, NO_NUMBER, frame_of, person, questionnaire_of

from dmsi_lib.skip_logic.routing import STATUSES, answered_matrix, route
from dmsi_lib.skip_logic.routing_tables import (
    answer_texts,
    off_route_patterns,
    off_route_table,
    routing_table,
)

SHORT = {
    "A": "answered",
    "L": "legitimate_skip",
    "N": "item_nonresponse",
    "B": "break_off",
    "O": "off_route",
    "U": "gate_unknown",
    "X": "not_asked",
}


def statuses(questionnaire, records, reached=None):
    """The statuses as one word of initials for each respondent."""
    initials = {name: initial for initial, name in SHORT.items()}
    status = route(frame_of(questionnaire, records), questionnaire, reached).status
    return ["".join(initials[name] for name in row) for row in status.to_numpy()]


PEOPLE = [
    person(works="yes", remote="partly", tools={"chat"}, chat_quality="bad", comment="x"),
    person(works="no", comment="x"),
    person(works="yes", tools={"chat"}, chat_quality="good", comment="x"),
    person(works="yes", remote="always"),
    person(works="no", remote="never", tools={"chat", "mail"}, chat_quality="bad", comment="x"),
    person(works="yes", remote="never", chat_quality="bad"),
    person(remote="always", tools={"video"}, comment="x"),
    person(),
]
WORDS = [
    "AAAAA",
    "ALLLA",  # one gate skips everything behind it
    "ANUAA",  # the blank gate makes tools unknown; tools was answered and opens chat_quality
    "AABUB",  # left after page 2; chat_quality's gate is blank
    "AOOAA",  # an off-route gate counts with its answer: chat was ticked
    "AALOB",  # remote=never skips tools, so chat_quality is off-route
    "NUALA",  # page 1 passed over: nonresponse, not break-off
    "BUUUB",  # nothing at all
]


def test_route_gives_every_status():
    assert statuses(CHAIN, PEOPLE) == WORDS
    assert {SHORT[initial] for initial in "".join(WORDS)} == {*STATUSES} - {"not_asked"}


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ({}, "NUUUA"),
        ({"works": "yes"}, "ANUUA"),
        ({"works": "yes", "remote": "always"}, "AANUA"),
        ({"works": "yes", "remote": "always", "tools": {"chat"}}, "AAANA"),
        ({"works": "no"}, "ALLLA"),
        ({"works": "yes", "remote": "never"}, "AALLA"),
        ({"works": "yes", "remote": "always", "tools": {"mail"}}, "AAALA"),
    ],
)
def test_route_with_the_chain_ending_at_each_depth(answers, word):
    assert statuses(CHAIN, [person(**answers, comment="x")]) == [word]


def test_route_multiple_gate_opens_with_any_wanted_tick():
    questionnaire = questionnaire_of("""
  - {id: apps, type: multiple, page: 1, options: [sms, signal, none], other: Other}
  - {id: cost, type: numeric, page: 2, ask_if: {apps: [sms, other]}}
  - {id: end, type: open, page: 3}
""")
    records = [
        person(apps={"sms"}, cost=None, end="x"),
        person(apps={"signal", "other"}, end="x"),
        person(apps={"signal", "none"}, end="x"),
        person(apps=set(), end="x"),  # answered by ticking nothing: the gate does not hold
        person(apps=None, end="x"),
        person(apps=None),
    ]
    assert statuses(questionnaire, records) == ["ANA", "ANA", "ALA", "ALA", "NUA", "BUB"]


@pytest.mark.parametrize(
    ("condition", "word"),
    [  # of x | x, y | z | nothing ticked | blank
        ("{all_of: [x, y]}", "LNLLU"),
        ("{none_of: [x]}", "LLNNU"),
        ("{any_of: [x], none_of: [y]}", "NLLLU"),
        ("{answered: true}", "NNNNU"),
    ],
)
def test_route_by_ticks_that_are_there_and_that_are_not(condition, word):
    questionnaire = questionnaire_of(f"""
  - {{id: apps, type: multiple, page: 1, options: [x, y, z]}}
  - {{id: cost, type: open, page: 2, ask_if: {{apps: {condition}}}}}
  - {{id: end, type: open, page: 3}}
""")
    ticked = [{"x"}, {"x", "y"}, {"z"}, set(), None]
    found = statuses(questionnaire, [person(apps=apps, end="t") for apps in ticked])
    assert "".join(each[1] for each in found) == word


@pytest.mark.parametrize(
    ("condition", "word"),
    [  # of 1 | 2 | 3.5 | "about three" | blank
        ("{at_least: 2}", "LNNUU"),
        ("{more_than: 2}", "LLNUU"),
        ("{at_most: 2}", "NNLUU"),
        ("{less_than: 2}", "NLLUU"),
        ("{more_than: 1, less_than: 3}", "LNLUU"),
        ("{answered: true}", "NNNNU"),  # what is no number is an answer all the same
    ],
)
def test_route_by_a_number(condition, word):
    questionnaire = questionnaire_of(f"""
  - {{id: children, type: numeric, page: 1}}
  - {{id: names, type: open, page: 2, ask_if: {{children: {condition}}}}}
  - {{id: end, type: open, page: 3}}
""")
    given = [1.0, 2.0, 3.5, NO_NUMBER, None]
    found = statuses(questionnaire, [person(children=answer, end="t") for answer in given])
    assert "".join(each[1] for each in found) == word


GRID = questionnaire_of("""
  - {id: gate, type: single, page: 1, options: [x, y]}
  - {id: views, type: matrix, page: 2, options: [good, bad], rows: [soup, fish],
     ask_if: {gate: [x]}}
  - {id: uses, type: matrix_multiple, page: 2, options: [home, work], rows: [car, bus]}
  - {id: soup, type: open, page: 3, ask_if: {views.soup: [good]}}
  - {id: not_soup, type: open, page: 3, ask_if: {views.soup: {none_of: [good]}}}
  - {id: car, type: open, page: 3, ask_if: {uses.car: {all_of: [home, work]}}}
  - {id: end, type: open, page: 4}
""")


@pytest.mark.parametrize(
    ("answers", "word"),
    [  # gate views uses | soup not_soup car
        ({"gate": "x", "views": {"soup": "good", "fish": "bad"}}, "AANNLU"),
        ({"gate": "x", "views": {"soup": "bad"}}, "AANLNU"),
        ({"gate": "x", "views": {"fish": "good"}}, "AANUUU"),  # the row is blank
        ({"gate": "y"}, "ALNLLU"),  # a skipped gate holds nothing, not even "none of"
        ({"gate": "y", "views": {"soup": "good"}}, "AONNLU"),  # off route, but an answer
        ({"gate": "y", "views": {"fish": "good"}}, "AONUUU"),
        ({"uses": {"car": frozenset({"home"})}}, "NUAUUL"),
        ({"uses": {"car": frozenset({"home", "work"})}}, "NUAUUN"),
        ({"uses": {"bus": frozenset({"home", "work"})}}, "NUAUUU"),
    ],
)
def test_route_by_a_row(answers, word):
    assert statuses(GRID, [person(**answers, end="t")]) == [word + "A"]


def test_route_by_a_row_that_the_file_lacks():
    views = replace(GRID["views"], rows={"fish": "fish"})
    lacking = GRID.with_questions({"views": views})
    records = [person(gate="x", views={"fish": "bad"}), person(gate="y")]
    assert statuses(lacking, records) == ["AANUUUB", "ALBLLUB"]


def test_route_by_any_answer_to_an_open_question():
    questionnaire = questionnaire_of("""
  - {id: why, type: open, page: 1}
  - {id: more, type: open, page: 2, ask_if: {why: {answered: true}}}
""")
    records = [person(why="t"), person(why="t", more="t"), person(more="t"), person()]
    assert statuses(questionnaire, records) == ["AB", "AA", "NU", "BU"]


def test_route_a_question_that_the_file_lacks():
    lacking = CHAIN.with_questions({"remote": replace(CHAIN["remote"], asked=False)})
    records = [
        person(works="yes", tools={"chat"}, comment="x"),
        person(works="no", comment="x"),
        person(),
    ]
    # Whether tools was to be asked nobody can tell, not even of those whom works routes past.
    assert statuses(lacking, records) == ["AXUNA", "AXUUA", "BXUUB"]
    table = routing_table(route(frame_of(lacking, records), lacking)).set_index("question")
    assert table.loc["remote"].tolist() == [3, 0, 0, 0, 0, 0, 0, 0, 0, 3]
    assert (table.iloc[:, 2:].sum(axis=1) == table["n"]).all()


def test_route_takes_into_account_what_else_shows_a_page_to_be_reached():
    records = [person(works="yes"), person(works="yes", remote="never"), person()]
    assert statuses(CHAIN, records) == ["ABUUB", "AALLB", "BUUUB"]
    reached = pd.Series([2, 1, 5], index=["r1", "r2", "r3"])
    assert statuses(CHAIN, records, reached) == ["ANUUB", "AALLB", "NUUUN"]
    routing = route(frame_of(CHAIN, records), CHAIN, reached.to_numpy())
    assert routing.last_page.tolist() == [2, 2, 5]


ROLES = questionnaire_of(
    """
  - {id: role, type: single, page: 1, options: [staff, lead, other]}
  - {id: staff_view, type: single, page: 2, options: [good, bad], ask_if: {role: [staff]}}
  - {id: end, type: open, page: 3}
  - {id: lead_view, type: single, page: 4, options: [good, bad], ask_if: {role: [lead]}}
""",
    "  - {id: view, coalesce: [staff_view, lead_view]}\n",
)


def test_route_a_derived_question():
    records = [
        person(role="staff", staff_view="good"),
        person(role="staff"),
        person(role="staff", end="t"),
        person(role="lead", end="t"),  # left before the second part
        person(role="lead", lead_view="bad"),
        person(role="other", end="t"),
        person(role="other", lead_view="bad"),
        person(role="staff", lead_view="bad"),  # off route there, but an answer of a view
        person(staff_view="good"),
    ]
    assert statuses(ROLES, records) == [
        *("AABLA", "ABBLB", "ANALN", "ALABB", "ALNAA", "ALALL", "ALNOO", "ANNOA", "NUBUU")
    ]
    # A part answered early does not show that the page of the last one was reached.
    assert route(frame_of(ROLES, records), ROLES).last_page.tolist() == [2, 1, 3, 3, 4, 3, 4, 4, 2]
    off_route = off_route_table(route(frame_of(ROLES, records), ROLES), frame_of(ROLES, records))
    assert "view" not in set(off_route["question"])  # each answer once, where it was given


def test_route_a_derived_question_of_which_the_file_lacks_a_part():
    absent = {"lead_view": replace(ROLES["lead_view"], asked=False)}
    lacking = ROLES.with_questions(absent)
    records = [
        person(role="staff", staff_view="good", end="t"),
        person(role="staff", end="t"),
        person(role="lead", end="t"),
        person(role="other", end="t"),
    ]
    assert statuses(lacking, records) == ["AAAXA", "ANAXN", "ALAXX", "ALAXL"]
    absent |= {"staff_view": replace(ROLES["staff_view"], asked=False)}
    assert statuses(ROLES.with_questions(absent), records[1:]) == 3 * ["AXAXX"]


ANY_OF = questionnaire_of("""
  - {id: a, type: single, page: 1, options: [x, y]}
  - {id: b, type: single, page: 1, options: [x, y]}
  - {id: c, type: single, page: 1, options: [x, y]}
  - {id: either, type: open, page: 2, ask_if: [{a: [x]}, {b: [x], c: [x]}]}
  - {id: end, type: open, page: 3}
""")


@pytest.mark.parametrize(
    ("a", "b", "c", "status"),
    [
        ("x", "y", "y", "N"),
        ("x", None, None, "N"),  # one alternative that holds settles it
        ("y", "x", "x", "N"),
        (None, "x", "x", "N"),
        ("y", "y", None, "L"),  # b=y settles the second alternative
        ("y", None, "y", "L"),
        ("y", "x", None, "U"),
        (None, "y", "y", "U"),
        (None, None, None, "U"),
    ],
)
def test_route_any_of_rule_in_three_valued_logic(a, b, c, status):
    assert statuses(ANY_OF, [person(a=a, b=b, c=c, end="x")])[0][3] == status


def test_route_break_off_starts_after_the_last_page_answered():
    questionnaire = questionnaire_of("""
  - {id: p1, type: open, page: 1}
  - {id: p2_first, type: single, page: 2, options: [x, y]}
  - {id: p2_second, type: open, page: 2}
  - {id: p3, type: open, page: 3, ask_if: {p2_first: [x]}}
  - {id: p4, type: open, page: 4}
""")
    records = [
        person(p1="t"),
        person(p1="t", p2_second="t"),  # p2_first blank on the same page: passed over
        person(p2_first="y"),
        person(p2_first="y", p3="t"),  # an off-route answer shows that page 3 was reached
        person(p4="t"),
        person(),
    ]
    expected = ["ABBUB", "ANAUB", "NANLB", "NANOB", "NNNUA", "BBBUB"]
    assert statuses(questionnaire, records) == expected
    routing = route(frame_of(questionnaire, records), questionnaire)
    assert routing.last_page.tolist() == [1, 2, 2, 3, 4, 0]


def test_route_gate_on_the_same_page_and_pages_out_of_order():
    questionnaire = questionnaire_of("""
  - {id: late, type: open, page: 2}
  - {id: later, type: open, page: 2}
  - {id: gate, type: single, page: 1, options: [x, y]}
  - {id: same, type: open, page: 1, ask_if: {gate: [x]}}
""")
    records = [
        person(gate="x"),
        person(gate="y"),
        person(gate="y", same="t"),
        person(late="t"),
        person(late="t", gate="x"),  # listed first, but asked last
    ]
    assert statuses(questionnaire, records) == ["BBAN", "BBAL", "BBAO", "ANNU", "ANAN"]


def test_answered_matrix_counts_any_item_but_not_the_companion():
    questionnaire = questionnaire_of("""
  - {id: one, type: single, page: 1, options: [x, y], other: Other}
  - {id: rank, type: ranking, page: 1, options: [x, y]}
  - {id: grid, type: matrix, page: 1, options: [x, y], rows: [r, s]}
  - {id: many, type: multiple, page: 1, options: [x, y]}
  - {id: amount, type: numeric, page: 1}
""")
    choices = ["x", "y", "other"]
    columns = {
        ("one", ""): pd.Categorical(["x", None, None, None], categories=choices),
        ("one", "other_text"): pd.array([None, "text", None, None], dtype="string"),
        ("rank", "x"): pd.array([1, None, None, None], dtype="Int64"),
        ("rank", "y"): pd.array([None, 2, None, None], dtype="Int64"),
        ("grid", "r"): pd.Categorical([None, None, "x", None], categories=["x", "y"]),
        ("grid", "s"): pd.Categorical([None, "y", None, None], categories=["x", "y"]),
        ("many", "x"): pd.array([False, None, None, True], dtype="boolean"),
        ("many", "y"): pd.array([False, None, None, False], dtype="boolean"),
        ("amount", ""): pd.array([0.0, None, None, 1.5], dtype="Float64"),
    }
    frame = pd.DataFrame(columns, index=["r1", "r2", "r3", "r4"])
    assert answered_matrix(frame, questionnaire).astype(int).tolist() == [
        [1, 1, 0, 1, 1],
        [0, 1, 1, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 1, 1],
    ]
    texts = [answer_texts(frame, q, [0, 1, 2, 3]).tolist() for q in questionnaire.questions]
    assert texts == [
        ["x", "", "", ""],
        ["x=1", "y=2", "", ""],
        ["", "s=y", "r=x", ""],
        ["", "", "", "x"],
        ["0.0", "", "", "1.5"],
    ]


def test_answer_texts_join_ticks_and_hide_what_was_written():
    frame = frame_of(CHAIN, PEOPLE)
    shown = {q.id: answer_texts(frame, q, [0, 4, 7]).tolist() for q in CHAIN.questions}
    assert shown["tools"] == ["chat", "chat|mail", ""]
    assert shown["remote"] == ["partly", "never", ""]
    assert shown["comment"] == ["(text)", "(text)", ""]


def test_routing_reads_one_question():
    routing = route(frame_of(CHAIN, PEOPLE), CHAIN)
    assert routing.in_universe("tools").tolist() == [
        *(True, False, False, True),
        *(False, False, True, False),
    ]
    assert routing.has_answer("tools").tolist() == [
        *(True, False, True, False),
        *(True, False, True, False),
    ]
    assert [STATUSES[code] for code in routing.of("works")][-2:] == [
        "item_nonresponse",
        "break_off",
    ]


def test_routing_table_counts_every_status():
    found = routing_table(route(frame_of(CHAIN, PEOPLE), CHAIN))
    columns = [
        *("question", "n", "universe", "answered", "item_nonresponse", "break_off"),
        *("legitimate_skip", "off_route", "gate_unknown_answered", "gate_unknown_blank"),
        "not_asked",
    ]
    expected = [
        ("works", 8, 8, 6, 1, 1, 0, 0, 0, 0, 0),
        ("remote", 8, 4, 3, 1, 0, 1, 1, 1, 1, 0),
        ("tools", 8, 3, 2, 0, 1, 2, 1, 1, 1, 0),
        ("chat_quality", 8, 3, 3, 0, 0, 2, 1, 0, 2, 0),
        ("comment", 8, 8, 5, 0, 3, 0, 0, 0, 0, 0),
    ]
    assert_frame_equal(found, pd.DataFrame(expected, columns=columns))
    assert (found.iloc[:, 3:].sum(axis=1) == found["n"]).all()


def test_off_route_table_names_gate_answer_and_cause():
    frame = frame_of(CHAIN, PEOPLE)
    found = off_route_table(route(frame, CHAIN), frame)
    assert list(found.columns) == ["respondent", "question", "gate", "gate_answer", "cause"]
    assert found.to_numpy().tolist() == [
        ["r5", "remote", "works", "no", "gate contradicts"],
        ["r7", "remote", "works", "", "gate blank"],
        ["r5", "tools", "remote", "never", "gate contradicts"],
        ["r3", "tools", "remote", "", "gate blank"],
        ["r6", "chat_quality", "tools", "", "gate contradicts"],  # skipped, hence no answer
    ]


def test_off_route_table_names_the_gate_that_decides():
    questionnaire = questionnaire_of("""
  - {id: a, type: single, page: 1, options: [x, y]}
  - {id: b, type: multiple, page: 1, options: [x, y, z]}
  - {id: both, type: open, page: 2, ask_if: {a: [x], b: [x]}}
  - {id: either, type: open, page: 2, ask_if: [{a: [x], b: [x]}, {b: [y]}]}
  - {id: c, type: single, page: 1, options: [x, y]}
  - {id: third, type: open, page: 2, ask_if: [{a: [x], b: [x]}, {c: [x]}]}
""")
    records = [
        person(a="x", b={"y", "z"}, both="t"),
        person(a=None, b={"z"}, both="t"),  # a is blank, but b alone contradicts
        person(a=None, b={"x"}, both="t", either="t"),
        person(a="y", b=None, either="t"),  # the first alternative is out; the second unknown
        person(a="y", b={"x", "z"}, both="t", either="t"),
        person(a="x", b={"x"}, both="t", either="t"),
        person(a=None, b={"z"}, third="t"),  # b rules the first alternative out, so c decides
    ]
    frame = frame_of(questionnaire, records)
    assert off_route_table(route(frame, questionnaire), frame).to_numpy().tolist() == [
        ["r1", "both", "b", "y|z", "gate contradicts"],
        ["r2", "both", "b", "z", "gate contradicts"],
        ["r5", "both", "a", "y", "gate contradicts"],
        ["r3", "both", "a", "", "gate blank"],
        ["r5", "either", "a", "y", "gate contradicts"],
        ["r3", "either", "a", "", "gate blank"],
        ["r4", "either", "b", "", "gate blank"],
        ["r7", "third", "c", "", "gate blank"],
    ]


def test_off_route_table_names_rows_and_hides_what_is_no_number():
    questionnaire = questionnaire_of("""
  - {id: views, type: matrix, page: 1, options: [good, bad], rows: [soup, fish]}
  - {id: uses, type: matrix_multiple, page: 1, options: [home, work], rows: [car, bus]}
  - {id: age, type: numeric, page: 1}
  - {id: soup, type: open, page: 2, ask_if: {views.soup: [good], uses.car: {none_of: [work]}}}
  - {id: adult, type: open, page: 2, ask_if: {age: {at_least: 18}}}
""")
    records = [
        person(views={"soup": "bad", "fish": "good"}, soup="t"),
        person(views={"fish": "good"}, soup="t", age=17.0, adult="t"),
        person(
            views={"soup": "good"},
            uses={"car": frozenset({"home", "work"}), "bus": frozenset()},
            soup="t",
            age=NO_NUMBER,
            adult="t",
        ),
        person(adult="t"),
    ]
    frame = frame_of(questionnaire, records)
    found = off_route_table(route(frame, questionnaire), frame)
    assert found.to_numpy().tolist() == [
        ["r1", "soup", "views.soup", "bad", "gate contradicts"],
        ["r3", "soup", "uses.car", "home|work", "gate contradicts"],
        ["r2", "soup", "views.soup", "", "gate blank"],
        ["r2", "adult", "age", "17.0", "gate contradicts"],
        ["r3", "adult", "age", "(no number)", "gate blank"],
        ["r4", "adult", "age", "", "gate blank"],
    ]
    assert off_route_patterns(found, questionnaire)["observed"].tolist() == [
        "answered, though the earlier answer says otherwise (on different pages)",
        "answered, though the earlier answer says otherwise (on different pages)",
        "answered, and the earlier question left blank (on different pages)",
        "answered, though the earlier answer says otherwise (on different pages)",
        "answered, and the earlier answer is no number (on different pages)",
        "answered, and the earlier question left blank (on different pages)",
    ]
    lacking = questionnaire.with_questions({"age": replace(questionnaire["age"], asked=False)})
    frame = frame_of(questionnaire, [person(adult="t")])
    found = off_route_table(route(frame, lacking), frame)
    assert off_route_patterns(found, lacking)["observed"].tolist() == [
        "answered; the file lacks the earlier question"
    ]


def test_off_route_table_without_any_keeps_its_columns():
    frame = frame_of(CHAIN, PEOPLE[:2])
    found = off_route_table(route(frame, CHAIN), frame)
    assert found.empty
    assert list(found.columns) == ["respondent", "question", "gate", "gate_answer", "cause"]


def test_off_route_patterns_tell_what_is_observed_from_what_would_explain_it():
    questionnaire = questionnaire_of("""
  - {id: gate, type: single, page: 1, options: [x, y]}
  - {id: same, type: open, page: 1, ask_if: {gate: [x]}}
  - {id: after, type: open, page: 2, ask_if: {gate: [x]}}
""")
    records = [person(gate="y", same="t", after="t"), person(gate="y", after="t"), person(same="t")]
    frame = frame_of(questionnaire, records)
    found = off_route_patterns(off_route_table(route(frame, questionnaire), frame), questionnaire)
    assert found.columns.tolist() == [
        *("question", "gate", "gate_answer", "respondents", "observed", "explanations_that_fit")
    ]
    assert found.iloc[:, :5].to_numpy().tolist() == [
        [
            "same",
            "gate",
            "y",
            1,
            "answered, though the earlier answer says otherwise (on one page)",
        ],
        ["same", "gate", "", 1, "answered, and the earlier question left blank (on one page)"],
        [
            "after",
            "gate",
            "y",
            2,
            "answered, though the earlier answer says otherwise (on different pages)",
        ],
    ]
    explanations = found["explanations_that_fit"].str.split("; ").tolist()
    assert all(len(several) >= 3 for several in explanations)
    shown = "the page showed the question to everybody"
    assert [shown in several for several in explanations] == [True, False, False]
    assert (
        off_route_patterns(
            off_route_table(route(frame, questionnaire), frame)[:0], questionnaire
        ).columns.tolist()
        == found.columns.tolist()
    )


def test_route_does_not_change_its_input():
    frame = frame_of(CHAIN, PEOPLE)
    before = frame.copy(deep=True)
    off_route_table(route(frame, CHAIN), frame)
    assert_frame_equal(frame, before)


def test_route_reads_codes_by_name_not_by_position():
    frame = frame_of(CHAIN, PEOPLE)
    fewer = (
        frame["remote", ""]
        .cat.remove_unused_categories()
        .cat.reorder_categories(["never", "partly", "always"])
    )
    frame["remote", ""] = fewer
    initials = {name: initial for initial, name in SHORT.items()}
    status = route(frame, CHAIN).status.to_numpy()
    assert ["".join(initials[name] for name in row) for row in status] == WORDS


def test_route_of_nobody():
    frame = frame_of(CHAIN, [])
    routing = route(frame, CHAIN)
    assert routing.status.shape == (0, 5)
    assert routing_table(routing).drop(columns="question").to_numpy().sum() == 0
    assert off_route_table(routing, frame).empty
