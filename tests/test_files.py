"""Nothing is ever half written."""

import csv
import hashlib
import io
import os

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dmsi_lib.files
from dmsi_lib.errors import InputError
from dmsi_lib.files import (
    csv_bytes,
    neutral,
    restored,
    sha256,
    write_csv,
    write_text,
    write_together,
)


def contents(folder):
    """Every file below a folder with its text, and every empty folder with None."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[str(path.relative_to(folder))] = path.read_text(encoding="utf-8")
        elif not any(path.iterdir()):
            found[str(path.relative_to(folder))] = None
    return found


# ---- one file


def test_write_text_replaces_as_a_whole(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "one\r\ntwo\nü")
    assert path.read_bytes() == "one\r\ntwo\nü".encode()
    write_text(path, "new")
    assert contents(tmp_path) == {"a.txt": "new"}


def test_write_text_can_be_read_by_everybody(tmp_path):
    write_text(tmp_path / "a.txt", "text")
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_write_text_keeps_the_permissions_of_an_old_file(tmp_path, mode):
    (tmp_path / "a.txt").touch(mode)
    (tmp_path / "a.txt").chmod(mode)
    write_text(tmp_path / "a.txt", "text")
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == mode


def test_write_text_that_fails_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "half a surrogate \ud800")
    assert contents(tmp_path) == {"a.txt": "old"}


def test_write_text_that_is_interrupted_leaves_the_old_file_alone(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_text(path, "new")
    assert contents(tmp_path) == {"a.txt": "old"}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder / "none" / "a.txt", "can't be written"),
        (lambda folder: folder, "is a folder; expected a file name"),
    ],
)
def test_write_text_refuses(tmp_path, make, message):
    path = make(tmp_path)
    with pytest.raises(InputError) as error:
        write_text(path, "text")
    assert message in str(error.value) and str(path) in str(error.value)
    assert contents(tmp_path) == {}


def test_write_together_writes_all_or_none(tmp_path):
    write_text(tmp_path / "a.txt", "old")
    with pytest.raises(InputError, match="none"):
        write_together({tmp_path / "a.txt": b"new", tmp_path / "none" / "b.txt": b"new"})
    assert contents(tmp_path) == {"a.txt": "old"}
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(InputError, match=r"b\.txt: is a folder"):
        write_together({tmp_path / "a.txt": b"new", tmp_path / "b.txt": b"new"})
    assert contents(tmp_path) == {"a.txt": "old", "b.txt": None}
    write_together({tmp_path / "a.txt": b"new", tmp_path / "c.txt": b"new"})
    assert contents(tmp_path) == {"a.txt": "new", "b.txt": None, "c.txt": "new"}


def test_write_text_without_permission_says_so(tmp_path, monkeypatch):
    def refuses(*arguments, **settings):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("dmsi_lib.files.working_folder", refuses)
    with pytest.raises(InputError, match=r"a\.txt: can't be written \(Permission denied\)"):
        write_text(tmp_path / "a.txt", "text")


def test_write_csv(tmp_path):
    frame = pd.DataFrame({"a": ["x,y", "é"], "b": [1 / 3, None], "n": pd.array([1, None], "Int64")})
    write_csv(tmp_path / "a.csv", frame)
    assert (tmp_path / "a.csv").read_bytes() == 'a,b,n\n"x,y",0.333333,1\né,,\n'.encode()


FORMULAS = [
    *("=1+1", "+1", "-1", "-none-", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tx", "\rx", "\nx"),
    *("＝1+1", "＋1", "－1", "＠x", " =1", "\u00a0=1", "\u3000＝1", "=", "-"),
    *("'", "''", "'tis", "'=1"),
    *("=cmd|' /C calc'!A0", '=HYPERLINK("http://example.com")', '=1","=1'),
]
PLAIN = ["", "a", "a=1", "1-5", "1", "(=1)", "it's", " x", "é", "$5", "%", "“=1”"]


@pytest.mark.parametrize("text", FORMULAS)
def test_neutral_puts_an_apostrophe_before_a_formula(text):
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", PLAIN)
def test_neutral_leaves_other_texts_alone(text):
    assert neutral(text) == text


@given(
    st.one_of(
        st.text(),
        st.builds(str.__add__, st.sampled_from(["'", "''", "'=", "' =", "=", "'+"]), st.text()),
    )
)
def test_restored_gives_back_any_text(text):
    assert restored(neutral(text)) == text


@pytest.mark.parametrize("dtype", ["object", "string", "str", "category"])
def test_csv_bytes_neutralises_texts_of_every_type(dtype):
    frame = pd.DataFrame({"text": pd.Series([*FORMULAS, *PLAIN[1:]], dtype=dtype)})
    before = frame.copy()
    fields = [row[0] for row in csv.reader(io.StringIO(csv_bytes(frame).decode(), newline=""))]
    lines = [text.replace("\r", "\n") for text in FORMULAS]
    marked = ["'" + text.replace("\t=", "\t'=").replace("\n=", "\n'=") for text in lines]
    assert fields == ["text", *marked, *PLAIN[1:]]
    pd.testing.assert_frame_equal(frame, before)


def test_csv_bytes_leaves_numbers_alone():
    frame = pd.DataFrame(
        {
            "n": [-1, 2],
            "x": [-0.5, float("nan")],
            "i": pd.array([-3, None], "Int64"),
            "b": pd.array([True, None], "boolean"),
            "mixed": pd.Series([-4, "-4"], dtype=object),
        }
    )
    assert csv_bytes(frame).decode() == ("n,x,i,b,mixed\n-1,-0.5,-3,True,-4\n2,,,,'-4\n")


def test_csv_bytes_writes_mixed_cells_as_numbers_where_they_are():
    whole, mixed = pd.Series([1, float("nan")], dtype=object), pd.Series([2.5, 1], dtype=object)
    assert csv_bytes(pd.DataFrame({"a": whole, "b": mixed})) == b"a,b\n1.0,2.5\n,1.0\n"


def test_csv_bytes_lets_no_line_break_begin_a_row():
    frame = pd.DataFrame({"a": ["x\r=1", "x\r\n=1", "x\n=1"]})
    assert csv_bytes(frame) == b'a\n"x\n\'=1"\n"x\n\'=1"\n"x\n\'=1"\n'


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("formula", ["=1+1", " =1", "+1", "-1", "@A1", '"=1"'])
def test_csv_bytes_holds_no_formula_for_spreadsheets_that_divide_elsewhere(separator, formula):
    rows = csv_bytes(pd.DataFrame({"a": ["x" + separator + formula], "b": [1]})).decode()
    read = csv.reader(io.StringIO(rows, newline=""), delimiter=separator)
    cells = [cell.strip('" ') for row in read for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_csv_bytes_leaves_other_semicolons_alone():
    assert csv_bytes(pd.DataFrame({"a": ["x; y", "1;2"]})) == b"a\nx; y\n1;2\n"


def test_csv_bytes_neutralises_titles_and_keeps_blanks():
    frame = pd.DataFrame({"=1": ["a", None], "+x": [1, 2]})
    assert csv_bytes(frame) == b"'=1,'+x\na,1\n,2\n"


def test_sha256(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    assert sha256(tmp_path / "a") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert sha256(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()


def test_sha256_of_a_large_file_is_read_again_once_it_has_changed(tmp_path):
    large, other = b"a" * 5_000_000, b"b" * 5_000_000
    (tmp_path / "a").write_bytes(large)
    assert sha256(tmp_path / "a") == hashlib.sha256(large).hexdigest()
    (tmp_path / "a").write_bytes(other)  # at once, perhaps with the same time
    assert sha256(tmp_path / "a") == hashlib.sha256(other).hexdigest()


def test_sha256_of_a_large_file_that_stays_is_read_once(tmp_path, monkeypatch):
    monkeypatch.setattr(dmsi_lib.files, "_SETTLED", -1.0)  # as if it had been there for long
    path, read = tmp_path / "a", []
    monkeypatch.setattr(dmsi_lib.files, "_sha256", lambda place: str(read.append(place)))
    path.write_bytes(b"a" * 5_000_000)
    assert sha256(path) == sha256(path)
    assert len(read) == 1
    path.write_bytes(b"b" * 5_000_001)
    sha256(path)
    assert len(read) == 2
