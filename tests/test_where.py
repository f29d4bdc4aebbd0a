"""The one grammar of conditions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsi_lib.errors import UsageError
from dmsi_lib.where import Condition, Where

CODES = st.text(min_size=1, max_size=8).filter(
    lambda code: code == " ".join(code.split()) and code.isprintable()
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("role=cook", Condition("role", ("cook",))),
        (" role = cook ", Condition("role", ("cook",))),
        ("role=cook, guest", Condition("role", ("cook", "guest"))),
        ("role!=cook", Condition("role", ("cook",), True)),
        ("role != cook,guest", Condition("role", ("cook", "guest"), True)),
        ("size=<=5", Condition("size", ("<=5",))),
        ("size = a=b", Condition("size", ("a=b",))),
        ('size="1,000",few', Condition("size", ("1,000", "few"))),
        ('size=5" or more', Condition("size", ('5" or more',))),
    ],
)
def test_condition_parse(text, expected):
    assert Condition.parse(text) == expected
    assert Condition.parse(str(expected)) == expected


@pytest.mark.parametrize(
    "text", ["=", "role=", "=cook", "role", "role!=", "!=cook", "role=,", "role=a,,b", "!", "a!b"]
)
def test_condition_parse_refuses(text):
    with pytest.raises(UsageError, match=r"is no condition; expected question=code"):
        Condition.parse(text)


@given(st.lists(CODES, min_size=1, max_size=4), st.booleans())
def test_condition_says_itself(codes, negated):
    condition = Condition("role", tuple(codes), negated)
    assert Condition.parse(str(condition)) == condition


@pytest.mark.parametrize("given", [None, "", [], (), [""]])
def test_where_of_nothing_keeps_everybody(given):
    assert Where.of(given) == Where()
    assert not Where.of(given)
    assert str(Where.of(given)) == ""


def test_where_joins_conditions_and_says_each_once():
    first, second = Where.of("a=1"), Where.of(["b!=2", "a=1"])
    assert (first & second).texts == ["a=1", "b!=2"]
    assert first & Where() == Where() & first == first
    assert Where.of(second) is second
    assert Where.of((first & second).texts) == first & second
