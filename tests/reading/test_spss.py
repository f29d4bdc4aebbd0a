"""SPSS files are read by another process, whose end is not that of this one."""

import struct
import sys

import pandas as pd
import pyreadstat
import pytest

from dmsi_lib.errors import InputError
from dmsi_lib.reading.rows import spss
from dmsi_lib.reading.rows.file_rows import read_rows

TYPE = 176 + 4  # PSPP manual, "Variable Record": the type follows the file header and the record's


def write_sav(path, **columns):
    frame = pd.DataFrame(columns or {"first": ["a", "b"], "second": [1.0, 2.5]})
    pyreadstat.write_sav(frame, str(path), column_labels={"first": "The first?"})
    return path


def refusal(path):
    with pytest.raises(InputError) as error:
        read_rows(path)
    assert str(error.value).startswith(f"{path}: the .sav file is damaged")
    return str(error.value)


def test_read_spss_gives_labels_and_texts(tmp_path):
    assert read_rows(write_sav(tmp_path / "a.sav")) == (
        [["The first?", "second"], ["a", "1"], ["b", "2.5"]],
        [1, 2, 3],
    )


def test_read_spss_survives_a_file_that_ends_the_process_reading_it(tmp_path):
    path = write_sav(tmp_path / "a.sav")
    raw = bytearray(path.read_bytes())
    struct.pack_into("<l", raw, TYPE, 255)  # a width that takes records which are not there
    path.write_bytes(raw)
    assert "export it again" in refusal(path)


def test_read_spss_gives_up_on_a_process_that_never_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(spss, "_PATIENCE", 0)
    assert "it can't be read to its end" in refusal(write_sav(tmp_path / "a.sav"))


def test_read_spss_refuses_what_begins_otherwise_without_a_process(tmp_path, monkeypatch):
    path = write_sav(tmp_path / "a.sav")
    good = path.read_bytes()
    monkeypatch.setattr(sys, "executable", "absent")
    for content in (b"$FL4" + good[4:], good[:175], b"id\n1\n"):
        path.write_bytes(content)
        assert "it does not begin as one" in refusal(path)


def test_main_refuses_a_column_whose_name_can_not_be_read(tmp_path, monkeypatch, capsys):
    path = write_sav(tmp_path / "a.sav")
    frame, meta = pyreadstat.read_sav(str(path))
    meta.column_names[1], meta.column_labels[1] = None, None  # as of some damaged headers
    monkeypatch.setattr(pyreadstat, "read_sav", lambda *place, **how: (frame, meta))
    limits = "[9, 9, 99, 999]"
    assert spss.main(str(path), limits) == 3
    assert "the .sav file is damaged" in capsys.readouterr().out


def test_main_says_why_it_refuses(tmp_path, capsys):
    limits = "[1, 9, 9, 999]"
    path = write_sav(tmp_path / "a.sav")
    assert spss.main(str(path), limits) == 3
    assert capsys.readouterr().out == f'"{path}: 2 columns; expected at most 1."'
