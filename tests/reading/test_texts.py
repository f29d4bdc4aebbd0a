"""The texts of a column, each once."""

from dmsi_lib.reading.answers.texts import column_texts
from dmsi_lib.reading.rows.rows import Column


def test_texts_gives_each_text_once_and_blanks_a_negative_code():
    found = column_texts("column 1", Column.of(("b", " a", "", "b ", "-")), ("", "-"))
    assert (found.name, found.texts) == ("column 1", ["b", "a"])
    assert found.codes.tolist() == [0, 1, -1, 0, -1]
    assert found.counts.tolist() == [2, 1]
    assert found.trimmed.tolist() == [False, True, False, True, False]
    assert found.spread([10, 20], 0).tolist() == [10, 20, 0, 10, 0]


def test_texts_of_blanks_alone_has_none():
    found = column_texts("column 1", Column.of(("", " ", "\t", "\n", "\u00a0")), ())
    assert found.texts == [] and found.counts.tolist() == []
    assert found.codes.tolist() == [-1] * 5
    assert not found.trimmed.any()
