"""Opening an .xlsx workbook: measured before it is unpacked, its texts as they were typed.

A workbook is a zip archive of XML files. A small one can be made to unpack to terabytes, and XML
can define entities that grow without end; either is refused before openpyxl sees the file. No
program that exports surveys writes such files.
"""

import re
import warnings
import zipfile
import zlib
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from dmsi_lib.errors import InputError

_LARGEST_UNPACKED = 1_000_000_000  # bytes an .xlsx may hold once unpacked
_LARGEST_RATIO = 300  # unpacked to packed; real exports stay under 50
_MOST_PARTS = 10_000  # files in the archive; a workbook has a dozen, and one for each picture
_LONGEST_PROLOG = 65_536  # bytes before a part's first element; usually sixty
_STEP = 16  # bytes read at a time there: too few for an entity and its use at once
# ECMA-376 part 1, 22.9.2.19 (ST_Xstring): what XML can't hold is written _xHHHH_, in UTF-16 units.
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def open_workbook(path: Path) -> Any:
    """An openpyxl Workbook for reading row by row, which the caller closes.

    Its texts are still escaped: see `unescaped`. An archive that is damaged, would unpack to too
    much, or whose XML has a document type, is an InputError.
    """
    _check_archive(path)
    # Imported here: openpyxl takes a tenth of a second that a CSV need not wait for.
    from openpyxl.cell.text import Text
    from openpyxl.reader.excel import SHARED_STRINGS, ExcelReader
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    class Reader(ExcelReader):
        def read_strings(self) -> None:
            """The shared texts; openpyxl's own way loses every "x005F_", escapes among them."""
            part = self.package.find(SHARED_STRINGS)
            if part is None:
                return
            with self.archive.open(part.PartName[1:]) as source:
                for _, node in iterparse(source):
                    if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                        self.shared_strings.append(Text.from_tree(node).content)
                        node.clear()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a workbook without styles is no news to the user
        reader = Reader(path, read_only=True, data_only=True, keep_links=False)
        reader.read()
    return reader.wb


def cell_text(value: Any) -> str:
    """A cell as its text; whole numbers without ".0", dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def escaped(text: str) -> str:
    """A text as ST_Xstring: what XML can't hold, or what looks escaped, as _xHHHH_."""
    return _NOT_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescaped(text: str) -> str:
    """The text that an ST_Xstring stands for; half a surrogate pair becomes U+FFFD."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _check_archive(path: Path) -> None:
    """Raise InputError for an archive that can't be a workbook or that would unpack to too much.

    The sizes are those that the archive states of itself. It can't lie about them: zipfile hands
    out no byte beyond the stated size, and refuses the part as damaged where there are more.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive.infolist(), path)
            for part in archive.infolist():
                with archive.open(part) as source:
                    _check_prolog(source, part.filename, path)
    except RuntimeError:  # what zipfile says of a part that is encrypted
        raise InputError(f"{path}: is protected by a password; save it without one.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        raise InputError(f"{path}: is not a readable .xlsx workbook; export it again.") from None


def _check_parts(parts: list[zipfile.ZipInfo], path: Path) -> None:
    if len(parts) > _MOST_PARTS:
        raise InputError(
            f"{path}: the workbook has {len(parts):,} parts; expected at most {_MOST_PARTS:,}."
        )
    # The two that the format allows; others unpack without a bound on memory.
    if {part.compress_type for part in parts} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise InputError(f"{path}: is packed in a way that no .xlsx workbook is; export it again.")
    unpacked = sum(part.file_size for part in parts)
    packed = max(path.stat().st_size, 1)
    if unpacked > _LARGEST_UNPACKED or (unpacked / packed > _LARGEST_RATIO and unpacked > 10**7):
        raise InputError(
            f"{path}: {packed:,} bytes would unpack to {unpacked:,}; refused. "
            "If the file is genuine, export it as CSV."
        )


def _check_prolog(source: IO[bytes], name: str, path: Path) -> None:
    """Refuse a document type, in whatever encoding, before the entities it defines are used."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *declaration: found.append("document type")
    parser.StartElementHandler = lambda *element: found.append("element")
    read = 0
    while not found and read < _LONGEST_PROLOG and (step := source.read(_STEP)):
        read += len(step)
        try:
            parser.Parse(step)
        except expat.ExpatError:
            return  # a picture, or damaged: openpyxl says so if it needs that part
    if found[:1] == ["document type"] or (not found and read >= _LONGEST_PROLOG):
        what = "a document type" if found else f"no element in its first {_LONGEST_PROLOG:,} bytes"
        raise InputError(
            f"{path}: {name} in the workbook has {what}, which spreadsheet programs never write; "
            "refused. Export the file again."
        )
