"""Respondents' ids as pseudonyms, for everything that leaves the folder of the export.

A pseudonym is a keyed hash (HMAC-SHA256, RFC 2104) of the id. Without the key nobody can tell whose
it is, not even by trying every id there may be; a plain hash of an id of eleven digits falls in
minutes. Whoever has the key and the export can find the respondent again: a pseudonym is personal
data still (ISO 25237, 3.43). The key lies beside the export, and nowhere else.
"""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dmsi_lib.errors import InputError
from dmsi_lib.files import Place, content_of
from dmsi_lib.working_folders import working_folder

if TYPE_CHECKING:
    import pandas as pd

KEY_FILE = ".respondent-key"
_KEY_BYTES = 32
_DIGITS = 12  # 48 bits: among 10,000 respondents two share a pseudonym once in 5 million surveys


def pseudonym(respondent_id: str, key: bytes) -> str:
    """A respondent's pseudonym: "r-" and 12 hexadecimal digits."""
    digest = hmac.digest(key, str(respondent_id).encode("utf-8"), "sha256")
    return f"r-{digest.hex()[:_DIGITS]}"


def pseudonymise(frame: "pd.DataFrame", key: bytes, column: str = "respondent") -> "pd.DataFrame":
    """A table with pseudonyms instead of ids.

    Parameters
    ----------
    frame : DataFrame
    key : as from `key_beside`
    column : the one that holds the ids; blanks stay blank

    Returns
    -------
    DataFrame of the same shape
    """
    import pandas as pd

    codes, ids = pd.factorize(frame[column])  # -1 for a blank
    names = pd.Series([*(pseudonym(each, key) for each in ids), None], dtype="str")
    return frame.assign(**{column: names.array[codes]})


def key_beside(export: Place, synthetic: bool = False) -> bytes:
    """The key for an export: read from its folder, or made there when it is first needed.

    Parameters
    ----------
    export : path of the file
    synthetic : bool
        Synthetic data hide nobody: their key follows from the file's name, so that everybody gets
        the same outputs.

    Returns
    -------
    bytes; in a folder that can't be written to a new random key, good for this run alone

    Raises
    ------
    InputError
        For a key file that can't be read or is no key. It is never replaced: the pseudonyms in
        earlier outputs would no longer be those of the same respondents.
    """
    return lasting_key(export, synthetic) or secrets.token_bytes(_KEY_BYTES)


def lasting_key(export: Place, synthetic: bool = False) -> bytes | None:
    """The same, None in a folder that can't be written to: the next run would have another key."""
    export = Path(export)
    if synthetic:
        return hashlib.sha256(f"published key of {export.name}".encode()).digest()
    folder = export.resolve().parent  # a linked export has its key where the data are
    try:
        return read_key(folder) or make_key(folder)
    except OSError:
        return None


def read_key(folder: Place) -> bytes | None:
    """The key that lies in a folder, None where there is none; an InputError if it is no key."""
    path = Path(folder) / KEY_FILE
    if not os.path.lexists(path):
        return None
    key = content_of(path)
    if len(key) != _KEY_BYTES:
        raise InputError(
            f"{path}: {len(key)} bytes; expected a key of {_KEY_BYTES}. Restore it from a backup, "
            "or delete it: all pseudonyms will be new then."
        )
    return key


def make_key(folder: Place) -> bytes:
    """Make a folder's key, which only the owner may read; where another was faster, theirs counts.

    An OSError where the folder can't be written to.
    """
    path, key = Path(folder) / KEY_FILE, secrets.token_bytes(_KEY_BYTES)
    with working_folder(Path(folder)) as work:
        fresh = work / KEY_FILE
        fresh.touch(mode=0o600)
        fresh.write_bytes(key)
        with suppress(FileExistsError):
            os.link(fresh, path)  # whole or not at all, and never over an older key
    return read_key(folder) or key
