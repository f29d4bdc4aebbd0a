"""Rows kept by columns are the rows as they were, and each part of them as if it stood alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmsi_lib.reading.rows import memory
from dmsi_lib.reading.rows.rows import Column, ColumnBuilder, Rows, RowsBuilder, row_numbers

ROWS = [["id", "a"], ["", "Yes"], ["1", "No"], ["2", "Yes"], ["3", "No"]]


def texts_of(cells):
    return [*dict.fromkeys(cells)]


def test_rows_are_a_sequence_of_lists():
    rows = Rows.of(ROWS)
    assert len(rows) == 5 and rows.width == 2 and rows[0] == ["id", "a"] and rows[-1] == ["3", "No"]
    assert [*rows] == ROWS and rows == ROWS and rows == Rows.of(ROWS) and rows != ROWS[1:]
    assert rows[2:] == ROWS[2:] and rows.first(2) == ROWS[:2] and rows.first(9) == ROWS
    assert repr(rows) == "<5 rows of 2 columns>"
    with pytest.raises(IndexError):
        rows[5]


def test_a_part_of_a_column_has_its_own_texts_in_their_own_order():
    part = Rows.of(ROWS).below(2).columns[1]
    assert part.texts == ["No", "Yes"] and part.codes.tolist() == [0, 1, 0]
    assert part.codes.dtype == np.uint8


def test_a_column_takes_no_more_bytes_than_its_texts_need():
    kinds = [Column.of(map(str, range(n))).codes.dtype for n in (256, 257, 65_536, 65_537)]
    assert kinds == [np.uint8, np.uint16, np.uint16, np.uint32]


def test_distinct_rows_are_those_of_the_columns_asked_for():
    rows = Rows.of(ROWS)
    assert rows.of_columns([1]).distinct() == {("a",), ("Yes",), ("No",)}
    assert len(rows.distinct()) == 5 and rows.of_columns([]).distinct() == set()


def test_a_builder_fills_up_what_rows_lack():
    builder = RowsBuilder()
    for row in (["title"], *[["1", "x"]] * 5000, ["2", "y", "z"]):
        builder.add([*row])
    assert len(builder) == 5002
    rows = builder.rows()
    assert rows[0] == ["title", "", ""] and rows[1] == ["1", "x", ""]
    assert rows[-1] == ["2", "y", "z"] and rows.filled()[[0, 1, 5001]].tolist() == [1, 2, 3]


@given(st.lists(st.tuples(*[st.sampled_from("abcdef")] * 2), min_size=1, max_size=30), st.data())
@settings(deadline=None)
def test_every_part_of_rows_is_as_if_it_stood_alone(rows, data):
    rows = [*map(list, rows)]
    start = data.draw(st.integers(0, len(rows)))
    chosen = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))))
    whole = Rows.of(rows)
    for part, expected in (
        (whole[start:], rows[start:]),
        (whole[:start], rows[:start]),
        (whole[chosen], [row for row, kept in zip(rows, chosen, strict=True) if kept]),
        (whole[np.flatnonzero(chosen)], [rows[n] for n in np.flatnonzero(chosen)]),
    ):
        assert part == expected
        for n, column in enumerate(part.columns):
            assert [*column.texts] == texts_of(row[n] for row in expected)
            cells = [row[n] for row in expected]
            assert [cells[row] for row in column.first_rows()] == [*column.texts]


@given(st.lists(st.lists(st.integers(0, 300), max_size=8), max_size=4))
def test_a_column_may_come_in_blocks(blocks):
    builder, cells = ColumnBuilder(), []
    for block in blocks:
        texts, codes = np.unique(block, return_inverse=True)
        builder.add([str(text) for text in texts], codes.astype(np.int32))
        cells += map(str, block)
    assert builder.column().cells == cells


@given(st.lists(st.tuples(*[st.integers(-1, 2**21)] * 4), min_size=1, max_size=20))
def test_rows_have_one_number_where_they_are_equal(rows):
    numbers = row_numbers([np.array(column) for column in zip(*rows, strict=True)])
    pairs = {*zip(rows, numbers.tolist(), strict=True)}
    assert len(pairs) == len({*rows}) == len({*numbers.tolist()})


# ---- memory


def test_memory_is_that_of_the_container_where_it_has_less(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "_ROOT", tmp_path)
    free = memory.available_memory()
    assert free > 2**20
    (tmp_path / "memory.current").write_text("900\n")
    (tmp_path / "memory.stat").write_text("anon 5\ninactive_file 300\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.available_memory() > 2**20
    (tmp_path / "memory.max").write_text("1000\n")
    assert memory.available_memory() == 400
    (tmp_path / "memory.max").write_text("100\n")
    assert memory.available_memory() == 0
