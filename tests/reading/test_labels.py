"""Which option a text stands for."""
# ruff: noqa: E501 (a row of a table stays on its line)

import pytest
from sample_exports import counts, questionnaire, read_rows_as, survey

from dmsi_lib.reading.answers.labels import BY_POINT, CUT, NORMALISED, cut_short, option_labels

# 200 characters; the 120th byte of the second one is the first half of its "é"
LONG = "A sentence about tools that goes on and on, " * 5
FRENCH = "x" * 119 + "é and so on, for longer than SPSS holds it" + "x" * 80


def labels(options):
    asked = questionnaire(
        survey(f"  - {{id: a, text: A, type: single, page: 1, options: {options}}}\n")
    )
    return option_labels(asked["a"])


SCALE = (
    "{"
    + ", ".join(f"s{n}: '{n}'" for n in range(1, 10))
    + ", s0: Not at all likely - 0, s10: Extremely likely - 10}"
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Extremely likely - 10", "s10"),
        ("10 = Extremely likely", "s10"),
        ("10", "s10"),
        ("0", "s0"),
        ("Not likely (0)", "s0"),
        ("7", "s7"),
        ("7 - neutral", "s7"),
        ("11", None),
        ("seven", None),
    ],
)
def test_labels_know_the_points_of_a_scale(text, code):
    assert labels(SCALE).find(text) == code


def test_labels_take_no_number_for_a_point_where_the_options_are_no_scale():
    assert labels("{a: One - 1, b: 2 or more}").find("1") is None


def test_labels_take_no_range_for_a_point():
    days = labels("{a: '0', b: '1', c: '2', d: 'More - 3'}")
    assert days.find("1 - 5 days") is None and days.find("1 = once") == "b"


def test_labels_name_all_that_a_cut_text_may_be():
    both = labels(f"{{a: '{LONG * 2} one', b: '{LONG * 2} two', c: No}}")
    cut = (LONG * 2)[:119].replace(" ", " ")
    assert both.find(cut) is None and both.cut_to(cut) == ["a", "b"]


def test_labels_tell_the_rule_by_which_a_text_was_known():
    known = labels(SCALE)
    assert known.read("7") == ("s7", "")
    assert known.read("extremely likely – 10") == ("s10", NORMALISED)
    assert known.read("10 = Extremely likely") == ("s10", BY_POINT)
    assert known.read("?") == (None, "")


def test_labels_know_an_alias_exactly_and_in_another_spelling():
    known = labels("{yes: {label: 'Yes', aliases: [Oui, Si]}, no: {label: 'No', aliases: [Non]}}")
    assert known.read("Oui") == ("yes", "")
    assert known.read("oui !") == ("yes", NORMALISED)
    assert known.near("Ouis") == ("yes", "Oui")


@pytest.mark.parametrize("size", [117, 118, 119, 120, 253, 254, 255, 256])
def test_cut_short_knows_what_spss_keeps_of_a_label(size):
    label = LONG * 2
    assert cut_short(label[:size].replace(" ", "z"), label.replace(" ", "z"))
    assert not cut_short(label[:116], label) and not cut_short(label[:130], label)
    assert not cut_short(label[:120], label[:120])  # that is all of it


def test_cut_short_counts_bytes_and_forgives_half_a_letter():
    damaged = FRENCH.encode()[:120].decode(errors="replace")
    assert cut_short(FRENCH.encode()[:120].decode(errors="ignore"), FRENCH)
    assert damaged.endswith("\N{REPLACEMENT CHARACTER}")
    assert not cut_short(FRENCH[:120], FRENCH[1:])


def test_labels_take_a_cut_label_for_the_one_option_that_begins_so():
    known = labels(f"{{a: '{LONG}', b: '{LONG.replace('sentence', 'question')}'}}")
    assert known.read(LONG[:120]) == ("a", CUT)
    same = labels(f"{{a: '{LONG}', b: '{LONG}, or not'}}")
    assert same.find(LONG[:120]) is None


def test_read_export_logs_cut_labels_and_reads_bilingual_files_without_a_line(tmp_path):
    text = survey(
        f"  - {{id: a, text: A, type: single, page: 1, options: {{x: '{LONG}', y: {{label: Yes, aliases: [Oui]}}}}}}\n"
    )
    rows = [["id", "A"], ["1", LONG[:119]], ["2", "Oui"], ["3", "Yes"]]
    export = read_rows_as(tmp_path, rows, text)
    assert counts(export.responses, "a") == {"x": 1, "y": 2}
    assert export.log[["respondent", "before", "after", "rule"]].values.tolist() == [
        ["1", LONG[:119], LONG, CUT]
    ]
