"""The place of a report: held by one run at a time, and given up by an old report alone.

A report is written in a working folder beside its place and moved there once it is complete. What
it replaces must be a report, every file as the program wrote it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dmsi_lib.errors import InputError, advice_on, problems
from dmsi_lib.files import SYSTEM_FILES
from dmsi_lib.report.freshness import read_record
from dmsi_lib.report.own_files import strangers
from dmsi_lib.working_folders import exchange, working_folder

_NEW = "new"  # what is to become the report, within the working folder


@contextmanager
def claimed_place(out: Path) -> Iterator[Path]:
    """Hold the place of a report; yields a working folder beside it.

    Raises
    ------
    InputError
        Where another run holds it, where something else than a report stands there, or where
        nothing can be written.
    """
    _check_place(out)
    out = out.resolve()  # what a link points to is replaced, not the link
    missing = [folder for folder in out.parents if not folder.exists()]
    try:
        with _explained(out):
            out.parent.mkdir(parents=True, exist_ok=True)
        with _explained(out, out.parent), working_folder(out.parent, out.name) as work:
            yield work
    finally:
        for folder in missing:
            with suppress(OSError):  # there is a report in it now
                folder.rmdir()


@contextmanager
def replaced_folder(out: Path, work: Path) -> Iterator[Path]:
    """A new folder to fill, which takes the place of `out` once the block ends without an error.

    Parameters
    ----------
    work : as from `claimed_place`
    """
    out, fresh = out.resolve(), work / _NEW
    fresh.mkdir()
    yield fresh
    _check_place(out)  # again: somebody may have put a file there meanwhile
    try:
        exchange(work, fresh, out)
    except OSError as error:
        raise InputError(
            f"{out}: can't be replaced ({error.strerror or error}). Is a file in it still open?"
        ) from None


def _check_place(out: Path) -> None:
    """Raise InputError where something stands that is not to be replaced."""
    if not out.exists():
        return
    if not out.is_dir():
        raise InputError(f"{out}: is a file; expected a folder to write to.")
    if not read_record(out) and any(path.name not in SYSTEM_FILES for path in out.iterdir()):
        raise InputError(f"{out}: holds files that are no report; choose an empty folder.")
    place = out.resolve()  # of a link that is named in what is said
    if foreign := strangers(place):
        lines = [path.relative_to(place).as_posix() for path in foreign]
        heading = (
            f"{out}: is not replaced, since it holds what the program has not written or what was "
            "changed since. Move that elsewhere, or choose another folder:"
        )
        raise InputError(problems(heading, lines))


@contextmanager
def _explained(out: Path, below: Path | None = None) -> Iterator[None]:
    """Turn an error of the drive into a message about the report.

    Of others, such as a full temporary folder of the system, the command line speaks.
    """
    try:
        yield
    except OSError as error:
        if below and error.filename and not Path(str(error.filename)).is_relative_to(below):
            raise
        text = f"{out}: can't be written ({error.strerror or error}). {advice_on(error)}"
        raise InputError(text.rstrip()) from None
