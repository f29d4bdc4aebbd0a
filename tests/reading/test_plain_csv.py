"""Whatever Arrow reads of a CSV file is what the strict reader makes of it, row for row."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sample_exports import csv_text

from dmsi_lib.errors import InputError
from dmsi_lib.reading.rows import encodings, file_rows, plain_csv
from dmsi_lib.reading.rows.plain_csv import read_plain_csv

ORDINARY = [["id", "a, b", 'say "it"'], ["1", "x\r\n\r\ny", '"'], ["2", "", " z "], ["3", "é", ""]]
# What the two readers may take otherwise, and letters between.
PIECES = st.sampled_from(
    [
        *(
            '"',
            '""',
            '"""',
            ",",
            ";",
            "\t",
            "\r",
            "\n",
            "\r\n",
            "\n\n",
            ",,",
            ' "',
            '" ',
            "a",
            "id",
        ),
        *("é", "\ufeff", "\u2028", "\x0b", "\x1c", "\x85", "\x00", " ", "'", "\\", "x\ny", '"a,b"'),
    ]
)
CELLS = st.one_of(
    PIECES,
    st.builds(lambda text: '"' + text.replace('"', '""') + '"', st.text('ab",;\r\n é', max_size=6)),
    st.text("ab é", max_size=3),
)


ENCODINGS = [
    (b"", "utf-8"),
    (b"", "utf-8"),
    (b"", "utf-8-sig"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"", "cp1252"),
    (b"", "mac_roman"),
]


@st.composite
def files(draw):
    """Bytes of a file: rows of one width, most often, with a piece put in or cut out anywhere."""
    mark, end = draw(st.sampled_from(",,,;\t")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6))
    text = end.join(map(mark.join, [["id", *"abc"][:width], *rows])) + draw(
        st.sampled_from(["", end, end + end])
    )
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(PIECES) + text[place + draw(st.integers(0, 2)) :]
    said = draw(st.sampled_from(["", "", "", "", f"sep={mark}{end}", f'"SEP={mark}"{mark}{end}']))
    start, encoding = draw(st.sampled_from(ENCODINGS))
    return start + (said + text).encode(encoding, "replace")


def outcome(read):
    """What a reader gives, or says."""
    try:
        rows, numbers = read()
    except InputError as error:
        return str(error)
    return [*rows], numbers


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("plain") / "a.csv"


@given(files(), st.sampled_from([32, 61, 2**20]))
@example(b'id,a\r\n1,"x\r\n\r\ny"\r\n2,z\r\n', 16)  # which Arrow would cut between \r and \n
@example(b'id,a\n1,"x"y\n', 61)
@example(b'id,a\n1,"x\n', 61)
@example(b'id,a\n1,"x"\n2,"y', 61)
@example(b'id,a\n1,5" pipe\n2,5" pipe\n', 61)
@example(b'\xef\xbb\xbf"id",a\n"1",b\n', 61)
@example(b"id,a\r1,b\r\r2,c", 61)
@example(b"\xef\xbb\xbf\xef\xbb\xbfid,a\n1,b\n", 61)  # Arrow takes either for a mark
@example(b"sep=;\n\xef\xbb\xbfid;a\n1;b\n", 61)
@example(b"\xff\xfei\x00d\x00\n\x00\x00\xd8", 61)  # half a letter
@example(b"\xef\xbb\xbfid,a\n1,\xe9\n", 61)  # not what its mark says
@settings(deadline=None, max_examples=400)
def test_what_is_plain_is_read_as_the_strict_reader_reads_it(path, content, block):
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_csv, "_BLOCK", block)
        patch.setattr(encodings, "_BLOCK", 7)
        plain = read_plain_csv(path, 16_384, 1_000_000)
    if plain is not None:
        read = outcome(lambda: file_rows._without_blank_rows(*plain))
        assert read == outcome(lambda: file_rows._read_strictly(path))


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_ordinary_files_are_plain(path, mark, start, end):
    target = io.StringIO()
    csv.writer(target, delimiter=mark, lineterminator=end).writerows(ORDINARY)
    text = start + target.getvalue()
    path.write_text(text + end + mark * 2 + end, encoding="utf-8", newline="")
    rows, numbers = file_rows._without_blank_rows(*read_plain_csv(path, 16_384, 1_000_000))
    assert ([*rows], numbers) == (ORDINARY, [1, 2, 3, 4])


@pytest.mark.parametrize(("start", "encoding"), ENCODINGS)
def test_other_encodings_are_plain_and_a_line_may_say_the_separator(path, start, encoding):
    text = 'id;a\r\n1;"café; déjà, don’t"\r\n;\r\n2;naïve\r\n'
    rows = [["id", "a"], ["1", "café; déjà, don’t"], ["2", "naïve"]]
    for said, numbers in (("", [1, 2, 4]), ("sep=;\r\n", [2, 3, 5])):
        path.write_bytes(start + (said + text).encode(encoding))
        found = file_rows._without_blank_rows(*read_plain_csv(path, 16_384, 1_000_000))
        assert found == (rows, numbers)


def test_a_file_in_another_encoding_is_refused_where_it_would_outgrow_the_memory(path, monkeypatch):
    path.write_bytes("id,a\n1,é\n".encode("cp1252"))
    monkeypatch.setattr("dmsi_lib.reading.rows.memory.available_memory", lambda: 20)
    with pytest.raises(InputError, match="9 bytes; to read them takes about"):
        read_plain_csv(path, 2, 1000)


@pytest.mark.parametrize(
    "content",
    [
        b'id,a\n1,"x"y\n',
        b'id,a\n1,"x',
        b"id,a\n1,x\x00\n",
        b"id,a\n1,x,y\n",
        b"id,a\n1\n",
        b"\xef\xbb\xbfid,a\n1,\xe9\n",
        b"\xff\xfei\x00d\x00,\x00a",
        b"\xef\xbb\xbf\xef\xbb\xbfid,a\n1,b\n",
        b"My survey\nid,a\n1,b\n",
        b"id,a\n1," + b"x" * 1001 + b"\n",
        b"id,a,b\n1,x,y\n",
        b"",
        b'id,"a\n',
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_strict_reader(path, content):
    path.write_bytes(content)
    assert read_plain_csv(path, 2, 1000) is None


def test_a_file_of_nothing_but_different_texts_is_refused_where_it_outgrows_the_memory(
    path, monkeypatch
):
    monkeypatch.setattr(plain_csv, "_BLOCK", 64)
    monkeypatch.setattr(plain_csv, "available_memory", lambda: 200 * 60)
    path.write_text("id,a\n" + "".join(f"{n},x\n" for n in range(50)), encoding="utf-8")
    assert len(read_plain_csv(path, 2, 1000)[0]) == 51
    path.write_text("id,a\n" + "".join(f"{n},x\n" for n in range(500)), encoding="utf-8")
    with pytest.raises(InputError, match=r"2,895 bytes; to read them takes about 0\.0 GiB"):
        read_plain_csv(path, 2, 1000)


def test_rows_longer_than_a_block_are_read_all_the_same(path, monkeypatch):
    monkeypatch.setattr(plain_csv, "_BLOCK", 64)
    rows = [["id", "a"], ["1", "x" * 100], ["2", "y" * 300], ["3", "z"]]
    path.write_text(csv_text(rows), encoding="utf-8", newline="")
    assert file_rows.read_rows(path) == (rows, [1, 2, 3, 4])
