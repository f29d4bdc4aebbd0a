"""Tables of a survey that comes as a folder of files, more than memory holds at once.

Each file is counted by itself: here one after the other, or on the workers of a Dask scheduler. A
worker is told the file's path alone and reads it where it lies, so that nothing which names a
respondent travels; what comes back are counts, and hashes of ids.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dmsi_lib.choices import QUOTATIONS, TAGS, Choices
from dmsi_lib.errors import DmsiError, InputError, UsageError
from dmsi_lib.report.dask_client import (
    check_installed,
    check_versions,
    connect_to,
    needed_versions,
    quiet_logs,
)
from dmsi_lib.survey import CountedFile, SummedFiles, count_file, sum_files

_ENDINGS = (".csv", ".xlsx", ".sav")


def tables_of_folder(
    choices: Choices, by: str | list[str] | None = None, scheduler: str | None = None
) -> SummedFiles:
    """The tables of all files in a folder, counted as one survey.

    Parameters
    ----------
    choices : whose export is the folder
    by : as in `Survey.tables`
    scheduler : address of a Dask scheduler, whose workers reach the folder under the same path

    Returns
    -------
    SummedFiles
        Every count and base is that of one file with all rows; see `tables.sum_parts`.

    Raises
    ------
    InputError
        One message with the faults of all files; where they are not parts of one survey; where no
        scheduler answers.

    Examples
    --------
    >>> wave = "data/synthetic/second_wave"
    >>> tables_of_folder(Choices(wave, f"{wave}/questionnaire.yaml")).n
    443
    """
    files = part_files(choices.export_path)
    each = [replace(choices, export=str(path)) for path in files]
    outcomes = _on_workers(each, by, scheduler) if scheduler else _here(each, by)
    counted, faults = [], []
    for outcome in outcomes:
        if isinstance(outcome, UsageError):
            raise outcome
        if isinstance(outcome, CountedFile):
            counted.append(outcome)
        else:
            faults.append(str(outcome))
    if faults:
        raise InputError("\n".join(faults))
    return sum_files(counted, choices, by)


def part_files(folder: Path) -> list[Path]:
    """The exports in a folder, by name; an InputError where there is none, or other folders, whose
    files would be left out."""
    inner = [p.name for p in sorted(folder.iterdir()) if p.is_dir() and p.name != TAGS]
    inner = [name for name in inner if not name.startswith(".")]
    if inner:
        raise InputError(
            f"{folder}: is a folder in which there are others ({', '.join(inner[:3])}); expected "
            "all parts in one. Move them together, or the others elsewhere."
        )
    found = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in _ENDINGS
        and not path.name.startswith((".", "~"))
        and path.name != QUOTATIONS
    ]
    if not found:
        raise InputError(
            f"{folder}: is a folder without exports; expected .csv, .xlsx or .sav files, each a "
            "part with the header."
        )
    return found


def _here(each: list[Choices], by: str | list[str] | None) -> Iterator[CountedFile | DmsiError]:
    for choices in each:
        try:
            yield count_file(choices, by)
        except DmsiError as error:
            yield error


def _on_workers(
    each: list[Choices], by: str | list[str] | None, address: str
) -> Iterator[CountedFile | DmsiError]:
    check_installed()
    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    with quiet_logs():
        client = connect_to(address)
        try:
            known = needed_versions()
            sent = [client.submit(_count_there, one, by, known, pure=False) for one in each]
            for one, future in zip(each, sent, strict=True):
                try:
                    yield future.result()
                except DmsiError as error:
                    yield error
                except KilledWorker:
                    yield InputError(
                        f"{one.export}: every worker that counted it died; perhaps there is too "
                        "little memory. Divide the file."
                    )
        except (CommClosedError, TimeoutError, OSError) as error:
            raise InputError(
                f"{address}: the scheduler was lost ({error}). Start it again."
            ) from None
        finally:
            client.close(timeout=5)


def _count_there(
    choices: Choices, by: str | list[str] | None, versions: dict[str, str]
) -> CountedFile:
    """Count a file on a worker, which must have the library of whoever asks."""
    check_versions(versions, "a worker")
    return count_file(choices, by)
