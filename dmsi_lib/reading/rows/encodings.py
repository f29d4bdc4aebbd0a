"""The encoding of a CSV file: by its byte order mark, else UTF-8, else that of Windows or of old
Macs in the West.

cp1252 and Mac Roman have the same letters at other places, so no byte says which it is. But "don’t"
saved on an old Mac and read as cp1252 is "donÕt": a capital where none belongs. The fewer of these,
the better. A file is looked at in blocks, so that its whole text is never in memory.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from dmsi_lib.reading.rows.memory import check_memory

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WINDOWS, _MAC = "cp1252", "mac_roman"
# What a byte stands for: a small letter, a capital that English does not have, or nothing at all.
_KINDS = {"a": re.compile("[a-zß-ÿ]"), "A": re.compile("[À-ÖØ-ÞŒŠŸŽ]"), "?": re.compile("\ufffd")}
_BLOCK = 2**24  # bytes
_GROWTH = 3  # bytes in UTF-8 for a byte of any other encoding, at most


def encoding_of(path: Path) -> str:
    """The name of a file's encoding; one that its mark says may still not be valid."""
    with path.open("rb") as file:
        beginning = file.read(max(map(len, _MARKS)))
    for mark, encoding in _MARKS.items():
        if beginning.startswith(mark):
            return encoding
    try:
        for _ in _decoded(path, "utf-8"):
            pass
    except UnicodeDecodeError:
        return _windows_or_mac(path)
    return "utf-8"


def in_utf_8(path: Path) -> bytearray:
    """A file's text as UTF-8 with its mark; a UnicodeDecodeError where it is not valid."""
    size = path.stat().st_size
    check_memory(path, size, _GROWTH * size)
    found = bytearray(codecs.BOM_UTF8)
    for text in _decoded(path, encoding_of(path)):
        found += text.encode()
    return found


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for block in _blocks(path):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _windows_or_mac(path: Path) -> str:
    """Whichever puts fewer capitals behind small letters; Windows where both put as many."""
    found, before = {_WINDOWS: 0, _MAC: 0}, b""
    kinds = {encoding: _kinds(encoding) for encoding in found}
    for block in _blocks(path):
        for encoding, table in kinds.items():
            text = (before + block).translate(table)
            if b"?" in text:  # Mac Roman has a letter for every byte
                return _MAC
            found[encoding] += text.count(b"aA")
        before = block[-1:]
    return min(found, key=found.__getitem__)


def _kinds(encoding: str) -> bytes:
    """The kind of each byte; a blank for all other letters."""
    letters = bytes(range(256)).decode(encoding, "replace")
    kinds = (next((k for k, one in _KINDS.items() if one.match(each)), " ") for each in letters)
    return "".join(kinds).encode()
