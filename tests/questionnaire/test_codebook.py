"""What lies beside a questionnaire: the codebook and the tile maps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_survey import STEAK, make_questionnaire

from dmsi_lib.choices import CODEBOOK, QUESTIONNAIRE, TILES
from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.codebook import Theme, read_codebook, read_tiles
from dmsi_lib.questionnaire.model import read_questionnaire

STEAKS = make_questionnaire()
THEMES = """\
why:
  - code: body
    label: For the body
    definition: Hunger, health.
    keywords: [hunger, health]
  - code: taste
    label: For the taste
"""
WHY = (
    Theme("body", "For the body", "Hunger, health.", ("hunger", "health")),
    Theme("taste", "For the taste"),
)
MAP = "doneness:\n  rare: [R, 0, 0]\n  medium: [ME, 1, 0]\n"


def read(reader, folder, text, questionnaire=STEAKS):
    path = folder / "beside.yaml"
    path.write_text(text, encoding="utf-8")
    return reader(path, questionnaire)


def refusal(reader, folder, text):
    """The lines of the message, the heading left out."""
    with pytest.raises(InputError, match=r"beside\.yaml") as error:
        read(reader, folder, text)
    return [line.removeprefix("  - ") for line in str(error.value).splitlines()[1:]]


@pytest.mark.parametrize("reader", [read_codebook, read_tiles])
def test_reading_what_is_not_there_gives_nothing(tmp_path, reader):
    assert reader(tmp_path / "none.yaml", STEAKS) == {}


@pytest.mark.parametrize("reader", [read_codebook, read_tiles])
@pytest.mark.parametrize("text", ["- a list", "why: [", "just a text"])
def test_reading_refuses_what_is_no_mapping(tmp_path, reader, text):
    with pytest.raises(InputError, match=r"beside\.yaml.*(expected a map|not valid YAML)"):
        read(reader, tmp_path, text)


def test_shipped_files_are_read():
    questionnaire = read_questionnaire(QUESTIONNAIRE)
    assert len(read_codebook(CODEBOOK, questionnaire)) == 17
    (places,) = read_tiles(TILES, questionnaire).values()
    assert places["ontario"] == ("ON", 4, 1)


# ---- themes


def test_read_codebook(tmp_path):
    assert read(read_codebook, tmp_path, THEMES) == {"why": WHY}


def test_read_codebook_shares_a_list(tmp_path):
    text = "  - {id: why_not, text: Why not?, type: open, page: 9}\n"
    codebook = read(
        read_codebook, tmp_path, THEMES + "why_not: why\n", make_questionnaire(STEAK + text)
    )
    assert codebook["why_not"] == codebook["why"] == WHY


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("wy: []", "line 1: There is no question 'wy'. Did you mean 'why'?"),
        ("doneness: []", "line 1: question 'doneness' is single; expected open."),
        ("why: wy", "line 1: There is no codebook above it 'wy'."),
        (
            "why:",
            "line 1: 'why' is empty; expected a list of themes, or the id of a question above",
        ),
        ("why: {code: a}", "line 1: 'why' is a map; expected a list of themes"),
        ("why:\n  - a", "line 2: 'why': 'a' is no theme; expected a map with code and label."),
        ("why:\n  - {code: a}", "line 2: 'why': 'label' is missing; expected a text."),
        ("why:\n  - {code: [a], label: A}", "line 2: 'why': 'code' is a list; expected a text."),
        ("why:\n  - {code: a, label: }", "line 2: 'why': 'label' is empty; expected a text."),
        (
            "why:\n  - {code: a, label: A,\n     keywords: b}",
            "line 3: 'why': 'keywords' is 'b'; expected a list of texts.",
        ),
        (
            "why:\n  - {code: a, label: A, keyword: [b]}",
            "line 2: 'why': There is no key 'keyword'. Did you mean 'keywords'?",
        ),
        (
            "why:\n  - {code: a, label: A}\n  - {code: a, label: B}",
            "line 3: 'why' has the theme code 'a' twice.",
        ),
    ],
)
def test_read_codebook_refuses(tmp_path, text, fault):
    (found,) = refusal(read_codebook, tmp_path, text)
    assert found.startswith(fault)


def test_read_codebook_names_every_fault(tmp_path):
    faults = refusal(read_codebook, tmp_path, "wy: []\nwhy:\n  - {code: a}\n  - {label: B}\n")
    assert [fault.split(":")[0] for fault in faults] == ["line 1", "line 3", "line 4"]


# ---- tile maps


def test_read_tiles(tmp_path):
    expected = {"doneness": {"rare": ("R", 0, 0), "medium": ("ME", 1, 0)}}
    assert read(read_tiles, tmp_path, MAP) == expected


PLACE = "[abbreviation, column, row], whole numbers from 0 to 99."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("donenes: {rare: [R, 0, 0]}", "line 1: There is no question 'donenes'."),
        ("why: {rare: [R, 0, 0]}", "line 1: question 'why' is open; expected single or multiple."),
        ("doneness: {}", f"line 1: 'doneness' is an empty map; expected for each code {PLACE}"),
        ("doneness: [R, 0, 0]", f"line 1: 'doneness' is a list; expected for each code {PLACE}"),
        ("doneness:\n  rare: R", f"line 2: 'doneness.rare' is 'R'; expected {PLACE}"),
        ("doneness:\n  rare: [R, 0]", f"line 2: 'doneness.rare' is a list; expected {PLACE}"),
        ("doneness:\n  rare: [R, 0, 0, 0]", f"line 2: 'doneness.rare' is a list; expected {PLACE}"),
        ("doneness:\n  rare: [R, 0, a]", f"line 2: 'doneness.rare' is a list; expected {PLACE}"),
        ("doneness:\n  rare: [R, 0, 1.5]", f"line 2: 'doneness.rare' is a list; expected {PLACE}"),
        ("doneness:\n  rare: [R, 0, 100]", f"line 2: 'doneness.rare' is a list; expected {PLACE}"),
        ("doneness:\n  rarre: [R, 0, 0]", "line 2: There is no option of doneness with code 'r"),
        (MAP.replace("1, 0", "0, 0"), "line 3: 'doneness.medium' has the place of 'rare'."),
    ],
)  # fmt: skip
def test_read_tiles_refuses(tmp_path, text, fault):
    (found,) = refusal(read_tiles, tmp_path, text)
    assert found.startswith(fault)


def test_read_tiles_names_every_fault(tmp_path):
    text = "doneness:\n  raw: [R, 0, 0]\n  rare: [R, x, 0]\nwhy: 7\n"
    faults = refusal(read_tiles, tmp_path, text)
    assert [fault.split(":")[0] for fault in faults] == ["line 2", "line 3", "line 4", "line 4"]


# ---- whatever is written, it is read or refused

VALUES = st.recursive(
    st.sampled_from(["why", "doneness", "a", "1", "", "code", "label"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["rare", "code", "label", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)


def flow(value):
    """A value as YAML in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"'{k}': {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return f"'{value}'"


@pytest.mark.parametrize("reader", [read_codebook, read_tiles])
@given(document=st.dictionaries(st.sampled_from(["why", "doneness", "x"]), VALUES, min_size=1))
@settings(max_examples=150, deadline=None)
def test_reading_reads_or_refuses_any_shape(tmp_path_factory, reader, document):
    folder = tmp_path_factory.mktemp("beside")
    try:
        assert read(reader, folder, flow(document)).keys() == document.keys()
    except InputError as refused:
        assert "line 1" in str(refused)
