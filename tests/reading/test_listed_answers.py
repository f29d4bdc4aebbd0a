"""Several answers in one cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsi_lib.reading.answers.labels import Labels
from dmsi_lib.reading.shapes.listed_answers import Listed, read_lists

LABELS = Labels(
    {"a": "Ansible", "c": "Controller (ODL, DNAC, NSX)", "n": "Nornir", "p": "Plan; do, check"},
    {"n": ("Nornir, the Python one",)},
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Ansible", ("a",)),
        ("Ansible, Controller (ODL, DNAC, NSX)", ("a", "c")),
        ("Controller (ODL, DNAC, NSX), Nornir, Ansible", ("c", "n", "a")),
        ("Nornir, the Python one, Ansible", ("n", "a")),
        ("Ansible;Nornir;", ("a", "n")),
        ("Ansible\nNornir", ("a", "n")),
        ("Ansible | Nornir", ("a", "n")),
        ("Ansible,Nornir", ("a", "n")),
        ("ansible , nornir", ("a", "n")),
        ("Plan; do, check;Ansible", ("p", "a")),
        ("Plan; do, check, Ansible", ("p", "a")),
    ],
)
def test_read_lists_reads_a_sequence_of_labels(text, codes):
    assert read_lists([text], LABELS) == [Listed(codes)]


def test_read_lists_takes_one_separator_for_all_cells():
    assert read_lists(["Ansible, Nornir", "Ansible;Nornir"], LABELS) == [
        Listed(("a", "n")),
        Listed((), unknown=("Ansible;Nornir",)),
    ]


def test_read_lists_names_what_is_no_label_as_a_whole():
    assert read_lists(["Ansible, My own (a, b), Nornir", "Ansible, Ansible"], LABELS) == [
        Listed(("a", "n"), unknown=("My own (a, b)",)),
        Listed(("a", "a")),
    ]


def test_read_lists_gives_the_end_of_a_cell_to_the_companion():
    assert read_lists(["Ansible, my own, mostly", "mine"], LABELS, with_rest=True) == [
        Listed(("a",), "my own, mostly"),
        Listed((), "mine"),
    ]
    # an option behind an unknown text: nobody knows what that text is
    assert read_lists(["Ansible, mine, Nornir"], LABELS, with_rest=True) == [
        Listed(("a", "n"), unknown=("mine",))
    ]


def test_read_lists_takes_nothing_but_separators_for_no_list():
    assert read_lists([",", "Ansible"], LABELS, with_rest=True) == [
        Listed(unknown=(",",)),
        Listed(("a",)),
    ]


def test_read_lists_does_not_choose_between_two_readings():
    labels = Labels({"r": "Red", "b": "Blue", "x": "Red, Blue"}, {})
    (listed,) = read_lists(["Red, Blue"], labels)
    assert listed.ambiguous and not listed.sound


def test_read_lists_of_a_long_cell_takes_no_time():
    (listed,) = read_lists([", ".join(["Ansible", "x"] * 50_000)], LABELS)
    assert not listed.sound


NAMES = st.lists(
    st.text(st.sampled_from("ab,; "), min_size=1, max_size=5).filter(lambda t: t.strip(",; ")),
    min_size=1,
    max_size=4,
    unique_by=lambda text: text.strip(" ,;"),
)


@given(names=NAMES, data=st.data())
def test_read_lists_gives_back_what_was_listed_or_says_that_it_can_not(names, data):
    labels = Labels({str(n): name for n, name in enumerate(names)}, {})
    ticked = data.draw(st.lists(st.sampled_from(range(len(names))), unique=True, min_size=1))
    (listed,) = read_lists([", ".join(names[n] for n in sorted(ticked))], labels)
    right = tuple(labels.find(names[n]) for n in sorted(ticked))
    assert not listed.sound or listed.codes == right or None in right
