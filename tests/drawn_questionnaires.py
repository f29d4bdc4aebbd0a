"""Questionnaires of any shape, right or wrong, for Hypothesis."""

from typing import get_args

from hypothesis import strategies as st

from dmsi_lib.questionnaire.formats import ConditionKeys, HeadKeys, QuestionKeys, Type

PLAIN = ["a", "b", "yes", "1", "", "single", "multiple", "matrix", "other", "true", "%Y"]
NAMES = ["a", "b", "yes", "id", "other_text", "label", "aliases", "score", "optional", "a.b"]
VALUES = st.recursive(
    st.sampled_from(PLAIN),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=2)
    ),
    max_leaves=4,
)
CONDITIONS = st.dictionaries(st.sampled_from([*ConditionKeys.model_fields]), VALUES, max_size=2)
RULES = st.dictionaries(st.sampled_from(["a", "b", "a.a", "a.b"]), CONDITIONS, max_size=2)
QUESTIONS = st.fixed_dictionaries(
    {
        "id": st.sampled_from("ab") | VALUES,
        "text": st.sampled_from("AB") | VALUES,
        "type": st.sampled_from(get_args(Type.__origin__)) | VALUES,
        "page": st.sampled_from("12") | VALUES,
    },
    optional={
        name: VALUES if name != "ask_if" else VALUES | RULES
        for name in QuestionKeys.model_fields
        if name not in ("id", "text", "type", "page")
    },
)
HEADS = st.dictionaries(
    st.sampled_from([*set(HeadKeys.model_fields) - {"questions"}]), VALUES, max_size=2
)


def flow(value):
    """A value as YAML in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"'{k}': {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return f"'{value}'"
