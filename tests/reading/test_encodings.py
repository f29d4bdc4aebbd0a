"""The encoding of a file is that which its whole text tells."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dmsi_lib.reading.rows import encodings
from dmsi_lib.reading.rows.encodings import encoding_of, in_utf_8

CAPITAL_INSIDE = re.compile("[a-zß-ÿ][À-ÖØ-ÞŒŠŸŽ]")
# Letters that either encoding puts where the other has something else, and what is in neither.
BYTES = st.lists(st.sampled_from([*b'az ZA\n,"', *range(0x80, 0x100)]), max_size=12).map(bytes)


def told_by_the_whole(raw):
    """The encoding of bytes without a mark, all of them seen at once."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        mac = raw.decode("mac_roman")
    else:
        return "utf-8"
    try:
        windows = raw.decode("cp1252")
    except UnicodeDecodeError:
        return "mac_roman"
    inside = [len(CAPITAL_INSIDE.findall(text)) for text in (windows, mac)]
    return "cp1252" if inside[0] <= inside[1] else "mac_roman"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("encodings") / "a.csv"


@given(BYTES, st.integers(1, 4))
@example("don’t".encode("mac_roman"), 1)
@example("déjà, ÉÉ".encode("cp1252"), 3)
@example("é".encode(), 1)  # cut by the end of a block
@settings(deadline=None, max_examples=300)
def test_blocks_tell_what_the_whole_tells(path, raw, block):
    path.write_bytes(raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encodings, "_BLOCK", block)
        encoding = encoding_of(path)
        recoded = bytes(in_utf_8(path))
    assert encoding == told_by_the_whole(raw)
    assert recoded.decode("utf-8-sig") == raw.decode(encoding)


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        ("\ufeffid".encode(), "utf-8-sig"),
        ("id".encode("utf-16"), "utf-16"),
        (b"\xfe\xff\x00i", "utf-16"),
        (b"", "utf-8"),
    ],
)
def test_a_mark_says_the_encoding(path, raw, encoding):
    path.write_bytes(raw)
    assert encoding_of(path) == encoding
    assert bytes(in_utf_8(path)) == b"\xef\xbb\xbf" + raw.decode(encoding).encode()


@pytest.mark.parametrize("raw", [b"\xff\xfei\x00d", b"\xef\xbb\xbf\xff", b"\xff\xfe\x00\xd8a\x00"])
def test_what_is_not_valid_is_not_recoded(path, raw):
    path.write_bytes(raw)
    with pytest.raises(UnicodeDecodeError):
        in_utf_8(path)
