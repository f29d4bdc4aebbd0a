"""All tables in one file: of everybody or by groups, internal or for the public, of one export or
of a folder of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dmsi_lib.choices import Choices
from dmsi_lib.errors import UsageError
from dmsi_lib.exporting import cross_workbook, tables_workbook
from dmsi_lib.files import csv_bytes
from dmsi_lib.report.folder import marked
from dmsi_lib.survey import read_survey
from dmsi_lib.tables import By, Layout, as_written, by_names
from dmsi_lib.where import Where

if TYPE_CHECKING:
    import pandas as pd

CSV, WORKBOOK = ".csv", ".xlsx"
_ALONE = (
    "What is hidden can't be worked out from this file beside a report of everybody. Files by "
    "other groups were not tried with it: publish one of them alone."
)


@dataclass(frozen=True)
class TableFile:
    """A file of tables: its content, how many rows they have, and what to know before it is passed
    on."""

    content: bytes
    rows: int
    note: str = ""


def table_maker(
    path: Path,
    choices: Choices,
    by: Sequence[By] = (),
    layout: Layout | None = None,
    scheduler: str | None = None,
) -> Callable[[], TableFile]:
    """What makes a file of all tables.

    Parameters
    ----------
    path : its ending says the format: .csv or .xlsx
    choices : how the data are read; an export that is a folder is counted file by file
    by : the questions whose options become groups: each by itself, or one within the other
    layout : how cross tables are wanted; None for groups one under the other
    scheduler : address of a Dask scheduler whose workers count the files of a folder

    Raises
    ------
    UsageError
        For another ending, or what does not go together.
    """
    ending, folder = path.suffix.lower(), choices.export_path.is_dir()
    if ending not in (CSV, WORKBOOK):
        raise UsageError(f"{path}: expected a file name that ends in {CSV} or {WORKBOOK}.")
    if folder and (choices.public or layout or ending != CSV):
        raise UsageError(
            "Of a folder of exports internal tables are made, as .csv, groups one under the other: "
            "leave out --audience, --side-by-side, --percent, --letters and --min-base."
        )
    if scheduler and not folder:
        raise UsageError("--scheduler goes with --export FOLDER, whose files its workers count.")
    if choices.public and ending != CSV:
        raise UsageError(
            f"{path}: tables for the public are written as {CSV}; `dmsi report --audience public "
            "--xlsx` makes a workbook."
        )
    if folder:
        return lambda: _of_folder(choices, by, scheduler)
    if choices.public:
        return lambda: _public(choices, by, layout)
    if layout is not None:
        return lambda: _crossed(choices, by, layout, ending)
    return lambda: _plain(choices, by, ending)


def _nested(by: Sequence[By]) -> list[str]:
    """The one set of groups there is without a layout."""
    return [name for block in by for name in by_names(block)]


def _plain(choices: Choices, by: Sequence[By], ending: str) -> TableFile:
    survey = read_survey(choices)
    table = marked(survey.tables(_nested(by)), survey)
    if ending == WORKBOOK:
        return TableFile(tables_workbook(survey, _nested(by)), len(table))
    return _csv(table)


def _crossed(choices: Choices, by: Sequence[By], layout: Layout, ending: str) -> TableFile:
    survey = read_survey(choices)
    counted, banner = survey.counted_across(by, layout)
    if ending == WORKBOOK:
        return TableFile(cross_workbook(survey, counted, banner, layout), len(counted))
    return _csv(marked(as_written(counted), survey))


def _public(choices: Choices, by: Sequence[By], layout: Layout | None) -> TableFile:
    from dmsi_lib.report.public_tables import public_tables

    whole = read_survey(replace(choices, where=Where()))
    table = public_tables(whole, choices.where, by, layout, choices.min_cell)
    return _csv(marked(table, whole), _ALONE if by else "")


def _of_folder(choices: Choices, by: Sequence[By], scheduler: str | None) -> TableFile:
    from dmsi_lib.report.partitions import tables_of_folder

    found = tables_of_folder(choices, _nested(by), scheduler)
    return _csv(marked(found.table, found))


def _csv(table: "pd.DataFrame", note: str = "") -> TableFile:
    return TableFile(csv_bytes(table), len(table), note)
