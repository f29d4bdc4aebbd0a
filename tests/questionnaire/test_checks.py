"""Faults that only show between questions: gates, cycles, universes, titles."""
# ruff: noqa: E501 (a row of a table stays on its line)

import pytest
from sample_questionnaires import YES_NO, built, refusal, single


def test_build_questionnaire_names_both_lines_of_a_double_id():
    assert refusal(single("a") + single("b") + single("a", text="Another")) == [
        "line 4: question 'a': the id is taken by line 2."
    ]


def test_build_questionnaire_names_an_unknown_gate_and_suggests():
    assert refusal(single("steak") + single("b", 2, ", ask_if: {steaks: [yes]}")) == [
        "line 3: question 'b': ask_if: There is no question 'steaks'. Did you mean 'steak'?"
    ]


def test_build_questionnaire_names_an_unknown_code_and_suggests():
    assert refusal(single("a") + single("b", 2, ", ask_if: {a: [yess]}")) == [
        "line 3: question 'b': ask_if: There is no option of a with code 'yess'. Did you mean 'yes'?"
    ]


def test_build_questionnaire_lets_the_companion_be_a_gate_code():
    gate = single("a", more=", other: Else")
    assert built(gate + single("b", 2, ", ask_if: {a: [other]}"))["b"].ask_if == (
        {"a": ("other",)},
    )


def test_build_questionnaire_refuses_a_gate_that_comes_later():
    later_page = single("b", 1, ", ask_if: {a: [yes]}") + single("a", 2)
    assert refusal(later_page) == [
        "line 2: question 'b': ask_if: gate 'a' comes later (line 3, page 2) than the question (page 1)."
    ]
    same_page = single("b", 1, ", ask_if: {a: [yes]}") + single("a", 1)
    assert "gate 'a' comes later" in refusal(same_page)[0]


def test_build_questionnaire_takes_a_gate_above_on_the_same_page():
    assert built(single("a") + single("b", 1, ", ask_if: {a: [yes]}"))["b"].gates == ("a",)


@pytest.mark.parametrize("kind", ["open", "numeric"])
def test_build_questionnaire_refuses_a_gate_without_options(kind):
    gate = f"- {{id: a, text: A, type: {kind}, page: 1}}\n"
    (fault,) = refusal(gate + single("b", 2, ", ask_if: {a: [yes]}"))
    assert f"gate 'a' is {kind}; only single and multiple questions can be gates." in fault


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"a": "a"}, "a -> a"),
        ({"a": "b", "b": "a"}, "a -> b -> a"),
        ({"a": "b", "b": "c", "c": "b"}, "b -> c -> b"),
        ({"a": "b", "b": "c", "c": "d", "d": "a"}, "a -> b -> c -> d -> a"),
    ],
)
def test_build_questionnaire_shows_a_cycle_of_gates(rules, path):
    questions = "".join(
        single(name, 1, f", ask_if: {{{rules[name]}: [yes]}}" if name in rules else "")
        for name in "abcd"
    )
    (fault,) = (fault for fault in refusal(questions) if "cycle" in fault)
    assert fault.endswith(f": cycle: {path}.")
    assert fault.startswith(f"line {2 + 'abcd'.index(path[0])}: question '{path[0]}'")


def test_build_questionnaire_shows_every_cycle_and_what_is_beside_them():
    rules = {"a": "a", "b": "c", "c": "b", "d": "x"}
    faults = refusal("".join(single(n, 1, f", ask_if: {{{g}: [yes]}}") for n, g in rules.items()))
    assert faults[:2] == [
        "line 2: question 'a': cycle: a -> a.",
        "line 3: question 'b': cycle: b -> c -> b.",
    ]
    assert faults[2].startswith("line 5: question 'd': ask_if: There is no question 'x'.")


def test_build_questionnaire_stops_at_as_many_cycles_as_are_shown():
    cycles = "".join(single(f"q{n}", 1, f", ask_if: {{q{n}: [yes]}}") for n in range(3000))
    assert len(refusal(cycles)) == 20


# ---- everything at once


def test_build_questionnaire_tells_faults_within_and_between_questions_at_once():
    questions = (
        single("a")
        + "- {id: b, text: B, type: single, page: two, options: {x: X, y: Y}, ask_if: {aa: [yes]}}\n"
        + single("c", 1, ", ask_if: {a: [maybe]}")
        + single("d", 1, ", ask_if: {d: [yes]}")
        + single("e", 3, ", ask_if: {a: [yes], f: [yes]}")
        + single("f", 2, ", ask_if: {a: [no]}")
        + single("a", 4, text="Another")
    )
    assert refusal(questions, "titel: T\n") == [
        "line 1: There is no key 'titel'. Did you mean 'title'?",
        "line 4: question 'b': 'page' is 'two'; expected a whole number from 1.",
        "line 4: question 'b': ask_if: There is no question 'aa'. Expected one of: a, b, c, d, e, f.",
        "line 5: question 'c': ask_if: There is no option of a with code 'maybe'. Expected one of: yes, no.",
        "line 6: question 'd': cycle: d -> d.",
        "line 7: question 'e': nobody can reach it; its gates ask for answers that exclude each other.",
        "line 9: question 'a': the id is taken by line 3.",
    ]


@pytest.mark.parametrize(
    "gate",
    [
        "- {id: a, text: A, type: singel, page: 1, options: {yes: Y}}\n",
        "- {id: a, text: A, type: single, page: 1, optons: {yes: Y, no: N}}\n",
        "- {id: a, text: A, type: single, page: x, options: {yes: Y, no: N}}\n",
        "- {id: a, text: A, type: single, page: 1, options: {yes: Y, no: Y}}\n",
    ],
)
def test_build_questionnaire_does_not_blame_those_who_ask_a_gate_that_is_wrong_itself(gate):
    faults = refusal(gate + single("b", 2, ", ask_if: {a: [no]}"))
    assert faults and all(fault.startswith("line 2: question 'a'") for fault in faults)


def test_build_questionnaire_follows_a_long_chain_of_gates():
    chain = single("q0") + "".join(
        single(f"q{n}", n + 1, f", ask_if: {{q{n - 1}: [yes]}}") for n in range(1, 400)
    )
    assert len(built(chain).questions) == 400


@pytest.mark.parametrize(
    ("rule", "reachable"),
    [
        ("{role: [lead]}", True),
        ("{uses: [no], role: [lead]}", False),  # the role is only asked of those who use it
        ("[{uses: [no], role: [lead]}, {uses: [no]}]", True),
        ("{role: [lead], detail: [yes]}", False),  # the detail is only asked of workers
        ("{uses: [yes], role: [work], detail: [no]}", True),
        ("{uses: [yes, no], role: [lead]}", True),
        ("{tools: [x], role: [lead]}", True),
        ("{tools: [x], uses: [no]}", False),  # the tools are only asked of those who use it
    ],
)
def test_build_questionnaire_refuses_a_universe_that_nobody_can_reach(rule, reachable):
    questions = (
        single("uses")
        + single("role", 2, ", ask_if: {uses: [yes]}", options="options: {work: Work, lead: Lead}")
        + "- {id: tools, text: Tools, type: multiple, page: 2, ask_if: {uses: [yes]}, options: {x: X, y: Y}}\n"
        + single("detail", 3, ", ask_if: {role: [work]}")
        + single("last", 4, f", ask_if: {rule}")
    )
    if reachable:
        assert "last" in built(questions)
    else:
        assert refusal(questions) == [
            "line 6: question 'last': nobody can reach it; its gates ask for answers that exclude each other."
        ]


def test_build_questionnaire_lets_a_multiple_gate_hold_for_two_codes_at_once():
    tools = "- {id: tools, text: Tools, type: multiple, page: 1, options: {x: X, y: Y}}\n"
    questions = (
        tools
        + single("b", 2, ", ask_if: {tools: [x]}")
        + single("c", 3, ", ask_if: {tools: [y], b: [yes]}")
    )
    assert "c" in built(questions)


def test_build_questionnaire_decides_many_alternatives_quickly():
    gates = "".join(single(f"g{n}") for n in range(12))
    rule = ", ".join(f"{{{', '.join(f'g{m}: [yes]' for m in range(n, 12))}}}" for n in range(12))
    layers = "".join(
        single(
            f"a{n}",
            n + 2,
            f", ask_if: [{', '.join(f'{{a{n - 1}: [yes], g{m}: [no]}}' for m in range(12))}]",
        )
        for n in range(1, 30)
    )
    assert "a29" in built(gates + single("a0", 2, f", ask_if: [{rule}]") + layers)


SAME_TITLE = [
    # line of the second question, whether the two can be told apart
    (single("b", 1, text="A"), False),
    (single("b", 1, text="a ?"), False),
    (single("b", 2, text="A"), True),  # pages tell which of two columns comes first
    (single("b", 1, text="A", options="options: {x: X, y: Y}"), True),
    ("- {id: b, text: A, type: open, page: 1}\n", True),
    ("- {id: b, text: Other, aliases: [A], type: single, page: 1, " + YES_NO + "}\n", False),
]


@pytest.mark.parametrize(("second", "can_be_told_apart"), SAME_TITLE)
def test_build_questionnaire_refuses_two_questions_that_look_the_same(second, can_be_told_apart):
    if can_be_told_apart:
        assert len(built(single("a", text="A") + second).questions) == 2
    else:
        assert refusal(single("a", text="A") + second) == [
            "line 3: question 'b': same text, page and options as 'a' (line 2); no way to tell them "
            "apart in the export."
        ]


def test_build_questionnaire_stops_looking_where_rules_multiply():
    gates = "".join(single(f"g{n}") for n in range(30))
    rules = [
        ", ".join(f"{{g{a}: [yes], g{b}: [yes]}}" for a in half for b in half if a < b)
        for half in (range(15), range(15, 30))
    ]
    both = "".join(single(f"h{n}", 2, f", ask_if: [{rule}]") for n, rule in enumerate(rules))
    asked = "".join(single(f"z{n}", 3, ", ask_if: {h0: [yes], h1: [yes]}") for n in range(300))
    assert len(built(gates + both + asked).questions) == 332


def test_build_questionnaire_stops_looking_along_an_endless_chain():
    chain = "".join(single(f"q{n}", 1, f", ask_if: {{q{n - 1}: [yes]}}") for n in range(1, 1500))
    assert len(built(single("q0") + chain).questions) == 1500


def test_build_questionnaire_still_finds_what_nobody_reaches_behind_many_rules():
    chain = "".join(single(f"q{n}", 1, f", ask_if: {{q{n - 1}: [yes]}}") for n in range(1, 100))
    lost = single("lost", 2, ", ask_if: {q99: [yes], q0: [no]}")
    assert "nobody can reach it" in refusal(single("q0") + chain + lost)[0]
