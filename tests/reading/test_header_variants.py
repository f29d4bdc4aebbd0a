"""The shipped export with its header in other shapes and between other separators: all equal."""

import csv
import io
from dataclasses import replace
from functools import cache

import pytest
from sample_exports import one_row

from dmsi_lib.choices import QUESTIONNAIRE, SYNTHETIC_EXPORT
from dmsi_lib.questionnaire.model import read_questionnaire
from dmsi_lib.reading.blocks.matching import match_blocks
from dmsi_lib.reading.change_log import ChangeLog
from dmsi_lib.reading.export import read_export
from dmsi_lib.reading.header.header_rows import read_header
from dmsi_lib.reading.header.headers import column_blocks
from dmsi_lib.reading.rows.rows import Rows


@cache
def shipped():
    """Questionnaire, rows and responses."""
    questionnaire = read_questionnaire(QUESTIONNAIRE)
    text = SYNTHETIC_EXPORT.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    return questionnaire, rows, read_export(SYNTHETIC_EXPORT, questionnaire).responses


def responses(folder, rows, mark=",", encoding="utf-8", **changes):
    """What is read of these rows with the shipped questionnaire, changed."""
    target = io.StringIO()
    csv.writer(target, delimiter=mark).writerows(rows)
    path = folder / "export.csv"
    path.write_bytes(target.getvalue().encode(encoding, errors="replace"))
    return read_export(path, replace(shipped()[0], **changes)).responses


@pytest.mark.parametrize(("mark", "encoding"), [(";", "cp1252"), (";", "utf-16"), ("\t", "utf-8")])
def test_read_export_reads_the_shipped_export_between_other_separators(tmp_path, mark, encoding):
    _, rows, expected = shipped()
    assert responses(tmp_path, rows, mark, encoding).equals(expected)


def test_read_export_reads_the_shipped_export_below_a_title(tmp_path):
    _, rows, expected = shipped()
    assert responses(tmp_path, [["A survey"], [], *rows]).equals(expected)


def test_read_export_reads_the_shipped_export_without_ids(tmp_path):
    _, rows, expected = shipped()
    found = responses(tmp_path, [row[1:] for row in rows], id_column="none")
    assert found.reset_index(drop=True).equals(expected.reset_index(drop=True))
    assert list(found.index) == [str(n) for n in range(1, len(found) + 1)]


def test_read_export_reads_the_shipped_export_with_repeated_titles(tmp_path):
    _, (titles, subtitles, *body), expected = shipped()
    alone = [bool(title) for title in [*titles[1:], "end"]]
    cells = zip(titles, subtitles, alone, strict=True)
    repeated = [title if title and is_alone else text for title, text, is_alone in cells]
    assert responses(tmp_path, [titles, repeated, *body]).equals(expected)


@pytest.mark.parametrize("shape", ["{} - {}", "{}: {}", "{} [{}]"])
@pytest.mark.parametrize("two_rows", [False, True])
def test_read_export_reads_the_shipped_export_with_flattened_titles(tmp_path, shape, two_rows):
    _, (titles, subtitles, *body), expected = shipped()
    flat = [
        title if title == both else shape.format(both.removesuffix(f" - {text}"), text)
        for title, text, both in zip(titles, subtitles, one_row(titles, subtitles), strict=True)
    ]
    second = [[text and "Response" for text in subtitles]] if two_rows else []
    assert responses(tmp_path, [flat, *second, *body]).equals(expected)


@pytest.mark.parametrize("rows_of_names", [1, 2])
def test_read_export_reads_the_shipped_export_as_qualtrics_writes_it(tmp_path, rows_of_names):
    _, (titles, subtitles, *body), expected = shipped()
    names = [f"Q{n}" for n in range(len(titles))]
    header = [names, one_row(titles, subtitles), [f'{{"ImportId":"{name}"}}' for name in names]]
    found = responses(tmp_path, [*header[: rows_of_names + 1], *body], layout="qualtrics")
    assert found.equals(expected)


def test_read_export_reads_the_shipped_export_with_coded_titles(tmp_path):
    """Every question is called by a code, every column by that and a number."""
    questionnaire, rows, expected = shipped()
    codes = {question.id: f"Q{n}" for n, question in enumerate(questionnaire.questions)}
    coded = [replace(q, text=codes[q.id], aliases=()) for q in questionnaire.questions]
    header = read_header(Rows.of(rows), questionnaire, SYNTHETIC_EXPORT)
    blocks = column_blocks(header, questionnaire, {header.id_column})
    titles = list(one_row(*rows[:2]))
    matched = match_blocks(blocks, questionnaire, Rows.of(rows[2:]), ChangeLog([]))
    for name, block in matched.items():
        plain = questionnaire[name].type in ("single", "open", "numeric")
        for number, position in enumerate(block.columns):
            endings = {0: "", 1: "_1_TEXT"} if plain else {number: f"_{number + 1}"}
            titles[position] = codes[name] + endings[number]
    found = responses(tmp_path, [titles, *rows[2:]], questions=tuple(coded))
    assert found.equals(expected)
