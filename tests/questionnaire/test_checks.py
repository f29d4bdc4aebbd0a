"""Faults that only show between questions: gates, cycles, universes, titles."""
# ruff: noqa: E501 (a row of a table stays on its line)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_questionnaires import YES_NO, built, refusal, single

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.rules import Condition


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
    rule = built(gate + single("b", 2, ", ask_if: {a: [other]}"))["b"].ask_if
    assert rule == ((Condition("a", ("other",)),),)


def test_build_questionnaire_refuses_a_gate_that_comes_later():
    later_page = single("b", 1, ", ask_if: {a: [yes]}") + single("a", 2)
    assert refusal(later_page) == [
        "line 2: question 'b': ask_if: gate 'a' comes later (line 3, page 2) than the question (page 1)."
    ]
    same_page = single("b", 1, ", ask_if: {a: [yes]}") + single("a", 1)
    assert "gate 'a' comes later" in refusal(same_page)[0]


def test_build_questionnaire_takes_a_gate_above_on_the_same_page():
    assert built(single("a") + single("b", 1, ", ask_if: {a: [yes]}"))["b"].gates == ("a",)


NO_CODES = [
    # the gate's type, what else it has, and what is to stand there
    ("open", "", "{answered: true}"),
    ("date", "", "{answered: true}"),
    ("ranking", ", options: {yes: Y, no: N}", "{answered: true}"),
    ("numeric", "", "{at_least: 1} or {answered: true}"),
]


@pytest.mark.parametrize(("kind", "more", "expected"), NO_CODES)
def test_build_questionnaire_refuses_codes_of_a_gate_that_no_code_answers(kind, more, expected):
    gate = f"- {{id: a, text: A, type: {kind}, page: 1{more}}}\n"
    assert refusal(gate + single("b", 2, ", ask_if: {a: [yes]}")) == [
        f"line 3: question 'b': ask_if: gate 'a' is {kind}, which no code answers; expected {expected}."
    ]
    survey = built(gate + single("b", 2, ", ask_if: {a: {answered: true}}"))
    assert survey["b"].ask_if == ((Condition("a"),),)


GATES = (
    single("s")
    + "- {id: m, text: M, type: multiple, page: 1, options: {x: X, y: Y, z: Z}, other: [Else, More]}\n"
    + "- {id: n, text: N, type: numeric, page: 1}\n"
    + "- {id: boxes, text: B, type: numeric, page: 1, rows: {up: Up, down: Down}}\n"
    + "- {id: v, text: V, type: matrix, page: 1, rows: {soup: Soup, b.c: Bread}, options: {good: G, bad: B}}\n"
    + "- {id: w, text: W, type: matrix_multiple, page: 1, rows: {k: K}, options: {mop: Mop, broom: Broom}}\n"
    + "- {id: o, text: O, type: open, page: 1}\n"
)


@pytest.mark.parametrize(
    ("rule", "text", "conditions"),
    [
        ("{s: yes}", "s = yes", [Condition("s", ("yes",))]),
        ("{s: [yes, no]}", "s = yes / no", [Condition("s", ("yes", "no"))]),
        ("{m: {any_of: [x, y]}}", "m = x / y", [Condition("m", ("x", "y"))]),
        ("{m: {all_of: [x, y]}}", "m = x, m = y", [Condition("m", ("x",)), Condition("m", ("y",))]),
        ("{m: {none_of: z}}", "m ≠ z", [Condition("m", ("z",), negated=True)]),
        ("{m: other_2}", "m = other_2", [Condition("m", ("other_2",))]),
        ("{m: {any_of: x, none_of: [y, z]}}", "m = x, m ≠ y / z",
         [Condition("m", ("x",)), Condition("m", ("y", "z"), negated=True)]),
        ("{n: {at_least: 2}}", "n ≥ 2", [Condition("n", bounds=(("at_least", 2.0),))]),
        ("{n: {more_than: 0.5, at_most: 1234567}}", "n > 0.5 and ≤ 1234567",
         [Condition("n", bounds=(("more_than", 0.5), ("at_most", 1234567.0)))]),
        ("{n: {less_than: -1}}", "n < -1", [Condition("n", bounds=(("less_than", -1.0),))]),
        ("{boxes.down: {at_least: 1}}", "boxes.down ≥ 1", [Condition("boxes", (), "down", bounds=(("at_least", 1.0),))]),
        ("{boxes.up: {answered: true}}", "boxes.up answered", [Condition("boxes", (), "up")]),
        ("{boxes: {answered: true}}", "boxes answered", [Condition("boxes")]),
        ("{v.soup: good}", "v.soup = good", [Condition("v", ("good",), "soup")]),
        ("{v.b.c: {none_of: bad}}", "v.b.c ≠ bad", [Condition("v", ("bad",), "b.c", True)]),
        ("{v: {answered: true}}", "v answered", [Condition("v")]),
        ("{w.k: {all_of: [mop, broom]}}", "w.k = mop, w.k = broom",
         [Condition("w", ("mop",), "k"), Condition("w", ("broom",), "k")]),
        ("{o: {answered: true}}", "o answered", [Condition("o")]),
        ("{s: {any_of: yes, answered: true}}", "s = yes, s answered", [Condition("s", ("yes",)), Condition("s")]),
    ],
)  # fmt: skip
def test_build_questionnaire_reads_every_condition(rule, text, conditions):
    (alternative,) = built(GATES + single("b", 2, f", ask_if: {rule}"))["b"].ask_if
    assert [*alternative] == conditions
    assert ", ".join(map(str, alternative)) == text


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("{v: good}", "gate 'v' has rows; expected one of v.soup, v.b.c, or {answered: true}."),
        ("{w: {none_of: mop}}", "gate 'w' has rows; expected one of w.k, or {answered: true}."),
        ("{boxes: {at_least: 1}}", "gate 'boxes' has rows; expected one of boxes.up, boxes.down, or {answered: true}."),
        ("{v.soop: good}", "There is no row of v with code 'soop'. Did you mean 'soup'?"),
        ("{v.soup: best}", "There is no option of v.soup with code 'best'. Expected one of: good, bad."),
        ("{s.soup: yes}", "gate 's' has no rows; expected 's', without '.soup'."),
        ("{t.soup: yes}", "There is no question 't.soup'. Expected one of: s, m, n, boxes, v, w, o, b."),
        ("{s: {at_least: 1}}", "gate 's' is single; only a numeric question is compared to a number."),
        ("{o: {less_than: 1}}", "gate 'o' is open; only a numeric question is compared to a number."),
        ("{n: [few]}", "gate 'n' is numeric, which no code answers; expected {at_least: 1} or {answered: true}."),
        ("{m: {all_of: [x, q]}}", "There is no option of m with code 'q'. Expected one of: x, y, z, other, other_2."),
        ("{m: {none_of: [a, b]}}", "There is no option of m with code 'a'. Expected one of: x, y, z, other, other_2."),
    ],
)  # fmt: skip
def test_build_questionnaire_names_a_condition_that_its_gate_can_not_meet(rule, fault):
    assert f"line 9: question 'b': ask_if: {fault}" in refusal(
        GATES + single("b", 2, f", ask_if: {rule}")
    )


CODES = st.lists(st.sampled_from(["x", "y", "z", "other"]), min_size=1, max_size=3, unique=True)
NUMBERS = st.integers(-99, 99) | st.sampled_from([0.5, -2.25, 1234567.125])


@given(
    any_of=CODES,
    none_of=CODES,
    bounds=st.dictionaries(st.sampled_from(["at_least", "at_most", "more_than", "less_than"]), NUMBERS, min_size=1),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_conditions_that_read_alike_are_alike(any_of, none_of, bounds):
    """What a condition says holds all that it is made of: written again, it is the same."""
    limits = ", ".join(f"{name}: {bound}" for name, bound in bounds.items())
    rules = f"{{m: {{any_of: {any_of}}}}}", f"{{m: {{none_of: {none_of}}}}}", f"{{n: {{{limits}}}}}"
    for rule in rules:
        try:
            ((condition,),) = built(GATES + single("b", 2, f", ask_if: {rule}"))["b"].ask_if
        except InputError as refused:
            assert "exclude each other" in str(refused)
            continue
        words = str(condition).split(" ")
        if condition.bounds:
            signs = {"≥": "at_least", "≤": "at_most", ">": "more_than", "<": "less_than"}
            pairs = zip(words[1::3], words[2::3], strict=True)
            assert {signs[sign]: float(number) for sign, number in pairs} == bounds
        else:
            assert (words[1] == "≠") is condition.negated
            assert words[2::2] == (none_of if condition.negated else any_of)


# ---- cycles


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


@pytest.mark.parametrize(
    ("rule", "reachable"),
    [
        ("{m: {any_of: x, none_of: y}}", True),
        ("{m: {any_of: x, none_of: [x, y]}}", False),
        ("{m: {any_of: [x, z], none_of: [x, y]}}", True),
        ("{m: {any_of: [x, y], none_of: [x, y]}}", False),
        ("{m: {all_of: [x, y], none_of: z}}", True),
        ("{m: {all_of: [x, y], none_of: y}}", False),
        ("{m: {none_of: [x, y, z, other, other_2]}}", True),  # a form may be sent without a tick
        ("{s: {all_of: [yes, no]}}", False),
        ("{s: {none_of: yes}}", True),
        ("{s: {none_of: [yes, no]}}", False),
        ("{s: {any_of: yes, none_of: no}}", True),
        ("{s: {any_of: yes, none_of: yes}}", False),
        ("[{s: {any_of: yes, none_of: yes}}, {s: no}]", True),
        ("{v.soup: {all_of: [good, bad]}}", False),
        ("{v.soup: good, v.b.c: bad}", True),
        ("{v.soup: {none_of: [good, bad]}}", False),
        ("{w.k: {all_of: [mop, broom]}}", True),
        ("{w.k: {any_of: mop, none_of: mop}}", False),
        ("{n: {at_least: 5, at_most: 3}}", False),
        ("{n: {at_least: 3, at_most: 3}}", True),
        ("{n: {more_than: 3, at_most: 3}}", False),
        ("{n: {more_than: 3, less_than: 4}}", True),  # 3.5, say
        ("{n: {more_than: 3, less_than: 3}}", False),
        ("{n: {less_than: -5, more_than: -6}}", True),
        ("{boxes.up: {at_least: 5}, boxes.down: {at_most: 3}}", True),
        ("{boxes.up: {at_least: 5, less_than: 5}}", False),
        ("{s: {answered: true, any_of: yes}}", True),
    ],
)  # fmt: skip
def test_build_questionnaire_finds_conditions_that_exclude_each_other(rule, reachable):
    questions = GATES + single("b", 2, f", ask_if: {rule}")
    if reachable:
        assert "b" in built(questions)
    else:
        assert refusal(questions) == [
            "line 9: question 'b': nobody can reach it; its gates ask for answers that exclude each other."
        ]


def test_build_questionnaire_finds_numbers_that_exclude_each_other_along_a_chain():
    few = single("few", 2, ", ask_if: {n: {at_most: 3}}")
    many = single("many", 3, ", ask_if: {few: yes, n: {at_least: 5}}")
    some = single("some", 3, ", ask_if: {few: yes, n: {at_least: 2}}")
    none = single("none", 3, ", ask_if: {w.k: {none_of: mop}}")
    mop = single("mop", 4, ", ask_if: {none: yes, w.k: mop}")
    assert len(refusal(GATES + few + many)) == len(refusal(GATES + none + mop)) == 1
    assert "some" in built(GATES + few + some + none)


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
            "line 3: question 'b': same text, page, options and rule as 'a' (line 2); no way to tell "
            "them apart in a file. Give them an 'occurrence'."
        ]


def test_build_questionnaire_lets_rules_tell_questions_of_one_title_apart():
    twins = "".join(single(n, 2, f", ask_if: {{g: [{c}]}}", "T") for n, c in ("ay", "bn"))
    twins = twins.replace("[y]", "[yes]").replace("[n]", "[no]")
    assert len(built(single("g") + twins).questions) == 3


@pytest.mark.parametrize(
    ("first", "second", "fault"),
    [
        (", occurrence: 1", ", occurrence: 2", None),
        (", occurrence: 2", ", occurrence: 1", None),
        ("", ", occurrence: 2", None),  # the other takes what is left
        (", occurrence: 2", ", occurrence: 2", "occurrence 2 of its title is 'a' (line 2); expected another number."),
    ],
)  # fmt: skip
def test_build_questionnaire_tells_questions_of_one_title_apart_by_occurrence(first, second, fault):
    questions = single("a", 1, first, "Tools?") + single("b", 1, second, "Tools")
    if fault is None:
        assert [q.occurrence for q in built(questions).questions].count(2) == 1
    else:
        assert refusal(questions) == [f"line 3: question 'b': {fault}"]


def test_build_questionnaire_refuses_one_occurrence_twice_whatever_the_options():
    other = "options: {x: X, y: Y}, occurrence: 1"
    (fault,) = refusal(single("a", 1, ", occurrence: 1", "T") + single("b", 2, "", "T", other))
    assert fault.startswith("line 3: question 'b': occurrence 1 of its title is 'a'")


def test_build_questionnaire_takes_an_occurrence_of_a_title_that_stands_alone():
    assert built(single("a", 1, ", occurrence: 3"))["a"].occurrence == 3


def test_build_questionnaire_takes_a_gate_that_a_file_may_lack():
    survey = built(single("a", 1, ", optional: true") + single("b", 2, ", ask_if: {a: yes}"))
    assert survey["a"].optional and survey["b"].gates == ("a",)


# ---- derived questions

BRANCHES = single("role", options="options: {work: Work, lead: Lead}") + "".join(
    single(f"policy_{code}", 2, f", ask_if: {{role: {code}}}", text=f"A policy for {code}")
    for code in ("work", "lead")
)


def derived(coalesce="[policy_work, policy_lead]", more=""):
    """The line of a derived question, after those of the questions."""
    return f"derived:\n  - {{id: policy, text: A policy?, coalesce: {coalesce}{more}}}\n"


def test_build_questionnaire_reads_a_derived_question():
    survey = built(BRANCHES, derived(more=", concept: policy"))
    policy = survey["policy"]
    assert [q.id for q in survey.questions][-1] == "policy"
    assert policy not in survey.in_file and len(survey.in_file) == 3
    assert policy.parts == ("policy_work", "policy_lead")
    assert (policy.type, policy.page, policy.concept) == ("single", 2, "policy")
    assert (policy.text, policy.aliases) == ("A policy?", ())
    assert policy.options == {"yes": "Yes", "no": "No"}
    assert [str(each) for rule in policy.ask_if for each in rule] == ["role = work", "role = lead"]


def test_a_derived_question_has_the_options_and_scores_of_all_its_parts():
    points = "options: {{1: {{label: Bad, score: 1}}, {}: {{label: {}, score: {}}}}}"
    survey = built(
        single("a", 1, options=points.format(2, "Fair", 2))
        + single("b", 3, options=points.format(3, "Good", 3)),
        "derived: [{id: c, text: a, coalesce: [b, a]}]\n",
    )
    assert survey["c"].options == {"1": "Bad", "3": "Good", "2": "Fair"}
    assert survey["c"].scores == {"1": 1.0, "2": 2.0, "3": 3.0}
    assert (survey["c"].page, survey["c"].ask_if) == (3, ())  # everybody may have answered one


PARTS = (
    single("a")
    + single("b", text="B")
    + "- {id: o, text: O, type: open, page: 1}\n"
    + single("c", options="options: {yes: Sure, no: 'No'}")
    + single("e", more=", other: Else")
    + single("s1", options="options: {x: {label: X, score: 1}, y: {label: Y, score: 2}}")
    + single("s2", options="options: {x: {label: X, score: 2}, y: {label: Y, score: 3}}")
)


@pytest.mark.parametrize(
    ("coalesce", "fault"),
    [
        ("[a]", "coalesce: expected two different questions at least."),
        ("[a, a]", "coalesce: expected two different questions at least."),
        ("[]", "'coalesce' is an empty list; expected the ids of two questions or more."),
        ("[a, bb]", "coalesce: There is no question 'bb'. Expected one of: a, b, o, c, e, s1, s2."),
        ("[a, o]", "coalesce: 'a' is single and 'o' is open; expected questions of one type."),
        ("[a, c]", "coalesce: the code 'yes' is 'Yes' in 'a' and 'Sure' in 'c'; give different options different codes."),
        ("[a, e]", "coalesce: the questions differ in their 'other'; expected the same, or none."),
        ("[s1, s2]", "coalesce: the score of 'x' is '1.0' in 's1' and '2.0' in 's2'; give different options different codes."),
    ],
)  # fmt: skip
def test_build_questionnaire_refuses_parts_that_do_not_make_one_question(coalesce, fault):
    head = f"derived: [{{id: d, text: D, coalesce: {coalesce}}}]\n"
    assert refusal(PARTS, head) == [f"line 1: derived question 'd': {fault}"]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("a", "'a' is no derived question; expected a map with id, text and how."),
        ("{text: D, coalesce: [a, b]}", "derived question without id: 'id' is missing; expected letters, digits and _, a letter first."),
        ("{id: d, coalesce: [a, b]}", "derived question 'd': 'text' is missing; expected a text."),
        ("{id: d, text: D}", "derived question 'd': it does not say how it is made; expected one of coalesce, recode, net, count, bands, combine."),
        ("{id: d, text: D, coalesce: [a, b], net: a}", "derived question 'd': 'coalesce' and 'net' stand together; expected one of coalesce, recode, net, count, bands, combine."),
        ("{id: d, text: D, coalesce: [a, b], page: 1}", "derived question 'd': There is no key 'page'. Expected one of: id, text, short, concept, same_question, coalesce."),
        ("{id: a, text: D, coalesce: [a, b]}", "question 'a': the id is taken by line 3."),
    ],
)  # fmt: skip
def test_build_questionnaire_names_a_fault_of_a_derived_question(entry, fault):
    assert f"line 1: {fault}" in refusal(PARTS, f"derived: [{entry}]\n")


def test_a_derived_question_is_made_of_those_above_it():
    net = "  - {id: e, text: E, net: d, options: {yes: {label: 'Yes', codes: yes}}}\n"
    made = "  - {id: d, text: D, coalesce: [a, b]}\n"
    questions = single("a") + single("b", 3)
    survey = built(questions, f"derived:\n{made}{net}")
    assert (survey["e"].parts, survey["e"].type, survey["e"].page) == (("d",), "multiple", 3)
    assert [q.id for q in survey.sources(survey["e"])] == ["a", "b"]
    assert refusal(questions, f"derived:\n{net}{made}") == [
        "line 2: derived question 'e': net: 'd' is derived below; move it above."
    ]
    # What only follows from another fault is not told.
    (fault,) = refusal(questions, f"derived:\n{made.replace('b]', 'bb]')}{net}")
    assert "There is no question 'bb'" in fault


SOURCES = (
    single("a")
    + "- {id: m, text: M, type: multiple, page: 1, options: {x: X, y: Y, z: Z}, exclusive: z}\n"
    + "- {id: n, text: N, type: numeric, page: 1}\n"
    + single("g", 1, options="options: {u: U, v: V}", more=", rows: {p: P}").replace(
        "single", "matrix"
    )
)
BAND = "{label: L, at_most: 1}"


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("recode: m, options: {o: {label: O, codes: [x, y, z]}}", "recode: 'm' is of type multiple; expected single or matrix."),
        ("recode: [a], options: {o: {label: O, codes: [yes, no]}}", "'recode' is a list; expected the id of a question."),
        ("recode: a, options: {o: {label: O, codes: yes}}", "no option takes no of 'a'; expected each in one option."),
        ("recode: a, options: {o: {label: O, codes: [yes, no]}, q: {label: Q, codes: no}}", "'no' stands in 'o' and 'q'; expected it in one option."),
        ("recode: a, options: {o: {label: O, codes: [yes, no, may]}}", "'o': There is no option of a with code 'may'. Expected one of: yes, no."),
        ("recode: a, options: {o: {label: O, codes: yes}, q: {label: o, codes: no}}", "the options 'o' and 'q' have the same label 'o'."),
        ("recode: a, options: {o: {label: O, codes: yes, score: 1}, q: {label: Q, codes: no}}", "one option alone has a 'score'; expected one for every point of the scale."),
        ("recode: a, ordered: [o, p], options: {o: {label: O, codes: yes}, q: {label: Q, codes: no}}", "There is no option with code 'p'. Expected one of: o, q."),
        ("recode: a, options: {not_stated: {label: O, codes: yes}, q: {label: Q, codes: no}}", "the code 'not_stated' is reserved."),
        ("recode: a, options: {o: O}", "'options.o' is 'O'; expected options with label and codes."),
        ("recode: a, options: {o: {label: O}}", "'options.o.codes' is missing; expected codes."),
        ("recode: a, options: {o: {label: O, codes: yes, at_most: 1}}", "options.o: There is no key 'at_most'. Expected one of: label, score, plural, codes."),
        ("recode: a", "'options' is missing; expected options with label and codes."),
        ("net: n, options: {o: {label: O, codes: x}}", "net: 'n' is of type numeric; expected single or matrix or multiple or matrix_multiple."),
        ("net: m, options: {o: {label: O, codes: [x, w]}}", "'o': There is no option of m with code 'w'. Expected one of: x, y, z."),
        ("net: m, options: {o: {label: O, codes: x, score: 1}, q: {label: Q, codes: y, score: 2}}", "only a single question or a matrix has a 'score', not a multiple."),
        ("count: a", "count: 'a' is of type single; expected multiple or matrix_multiple."),
        ("count: m, codes: [x, y, x]", "codes: 'x' stands there twice; expected each once."),
        ("count: d", "count: 'd' is the question itself; expected one above it."),
        ("count: m, codes: [x, w]", "There is no option of m with code 'w'. Expected one of: x, y, z."),
        ("count: m, options: {o: {label: O}}", "'o' has no bound; expected one of at_least, more_than, at_most, less_than."),
        ("bands: a, options: {o: {label: O, at_most: 1}}", "bands: 'a' is of type single; expected numeric."),
        ("bands: n, options: {o: {label: O, at_most: 1}, q: {label: Q, at_least: 1}}", "'o' and 'q' both take 1; expected one of them."),
        ("bands: n, options: {o: {label: O, at_most: 1, more_than: 1}}", "'o' takes no number; its bounds exclude each other."),
        ("bands: n, options: {o: {label: O, at_most: much}}", "'options.o.at_most' is 'much'; expected a number."),
        ("combine: [a, m], options: {o: {label: O, if: {a: yes}}}", "combine: no condition names 'm'; take it out."),
        ("combine: a, options: {o: {label: O, if: {a: yes, n: {at_least: 1}}}}", "'o': if: 'n' is not among the questions of 'combine'."),
        ("combine: a, options: {o: {label: O, if: {a: may}}}", "'o': if: There is no option of a with code 'may'. Expected one of: yes, no."),
        ("combine: [a, g], options: {o: {label: O, if: {a: yes, g: u}}}", "'o': if: gate 'g' has rows; expected one of g.p, or {answered: true}."),
        ("combine: a, options: {o: {label: O, if: {a: yes}}, q: {label: Q}}", "'q' needs either 'if' or 'otherwise: true'."),
        ("combine: a, options: {o: {label: O, if: {a: yes}, otherwise: true}}", "'o' needs either 'if' or 'otherwise: true'."),
        ("combine: a, options: {q: {label: Q, otherwise: true}, o: {label: O, if: {a: yes}}}", "'q' has 'otherwise', which only the last option may have."),
        ("combine: a, options: {o: {label: O, if: {a: {most: 1}}}}", "options.o.if.a: There is no key 'most'. Expected one of: any_of, all_of, none_of, at_least, at_most, more_than, less_than, answered."),
        ("combine: a, options: {o: {label: O, iff: {a: yes}}}", "options.o: There is no key 'iff'. Did you mean 'if'?"),
        ("combine: b, options: {o: {label: O, if: {b: yes}}}", "combine: There is no question 'b'. Expected one of: a, m, n, g."),
    ],
)  # fmt: skip
def test_build_questionnaire_refuses_a_derived_question_by_its_kind(entry, fault):
    found = refusal(SOURCES, f"derived: [{{id: d, text: D, {entry}}}]\n")
    assert f"line 1: derived question 'd': {fault}" in found


def test_a_fault_of_a_derived_question_names_the_line_of_its_key():
    head = "derived:\n- id: d\n  text: D\n  recode: a\n  options:\n    o: {label: O, codes: yes}\n"
    assert [fault.split(":")[0] for fault in refusal(SOURCES, head)] == ["line 5"]


def test_build_questionnaire_derives_types_rows_and_universes():
    survey = built(
        SOURCES + single("f", 4, ", ask_if: {a: yes}"),
        "derived:\n"
        "- {id: rg, text: R, recode: g, options: {all: {label: All, codes: [u, v]}}}\n"
        "- {id: ng, text: R, net: g, options: {u: {label: U, codes: u}}}\n"
        "- {id: cm, text: C, count: m}\n"
        f"- {{id: cb, text: C, count: m, options: {{few: {BAND}}}}}\n"
        f"- {{id: bc, text: C, bands: cm, options: {{few: {BAND}}}}}\n"
        "- {id: rf, text: R, recode: f, options: {all: {label: All, codes: [yes, no]}}}\n"
        "- {id: cf, text: C, combine: [f, cm], options: {o: {label: O, if: {f: yes, cm: {at_least: 1}}}}}\n",
    )
    shapes = {q.id: (q.type, q.page, q.rows, len(q.ask_if)) for q in survey.derived}
    rows = {"p": "P"}
    assert shapes == {
        "rg": ("matrix", 1, rows, 0),
        "ng": ("matrix_multiple", 1, rows, 0),
        "cm": ("numeric", 1, {}, 0),
        "cb": ("single", 1, {}, 0),
        "bc": ("single", 1, {}, 0),
        "rf": ("single", 4, {}, 1),
        "cf": ("single", 4, {}, 0),  # everybody was asked m
    }
    assert survey["cm"].derivation.counted == ("x", "y")  # z goes with no other


def test_build_questionnaire_refuses_a_derived_question_as_a_gate():
    assert refusal(BRANCHES + single("b", 3, ", ask_if: {policy: yes}"), derived()) == [
        "line 7: question 'b': ask_if: gate 'policy' is derived; name the questions that it is made of, as alternatives."
    ]


def test_a_derived_question_repeats_no_fault_of_its_parts():
    assert refusal(BRANCHES.replace("role: work", "rule: work"), derived()) == [
        "line 5: question 'policy_work': ask_if: There is no question 'rule'. Did you mean 'role'?"
    ]
    assert refusal(BRANCHES.replace("page: 2", "page: two", 1), derived()) == [
        "line 5: question 'policy_work': 'page' is 'two'; expected a whole number from 1."
    ]


def test_a_derived_question_may_have_the_title_of_its_parts():
    both = single("a", 1, text="T") + single("b", 2, text="T")
    assert len(built(both, "derived: [{id: c, text: T, coalesce: [a, b]}]\n").questions) == 3


# ---- no end


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


# ---- names of files


@pytest.mark.parametrize("name", ["con", "CON", "nul", "aux", "prn", "com1", "LPT9", "con.x"])
def test_build_questionnaire_refuses_an_id_of_which_windows_makes_no_file(name):
    assert refusal(single("a") + single(name)) == [
        f"line 3: question '{name}': Windows makes no file of that name; choose another id."
    ]


@pytest.mark.parametrize("name", ["cone", "com", "com10", "console", "null"])
def test_build_questionnaire_takes_an_id_that_only_looks_like_a_device(name):
    assert built(single(name))[name].id == name
