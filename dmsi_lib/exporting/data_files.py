"""A data set as a file: .csv, .parquet, .sav, .dta or .xlsx.

Codes of choices are the questionnaire's in .csv, .parquet and .xlsx, where blanks are blank and the
status beside says why. SPSS and Stata know numbers with labels, and numbers that mean no answer:
choices are numbered in the questionnaire's order there, and each reason of a blank is a
user-missing value (IBM SPSS Statistics, "MISSING VALUES": one range of numbers, low to high; Stata
User's Guide 12.2.1: extended missing values .a to .z).
"""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.exporting.codebook_tables import variable_table
from dmsi_lib.exporting.dataset import (
    CHOICE,
    DATE,
    NUMBER,
    RANK,
    REASONS,
    STATUS,
    TEXT,
    TICK,
    DataSet,
    Variable,
    missing_codes,
)
from dmsi_lib.exporting.workbooks import Sheet, workbook_bytes
from dmsi_lib.files import csv_bytes, destination, write_bytes
from dmsi_lib.reading import available_memory
from dmsi_lib.working_folders import working_folder

_NUMBERED = (CHOICE, TICK, RANK, NUMBER)
_LONGEST_DTA_NAME = 27  # of 32 letters: the name of a set of labels has a number behind it
_LONGEST_DTA_LABEL = 80
_LONGEST_SAV_NAME = 64
_LONGEST_SAV_LABEL = 256
_LONGEST_SAV_VALUE = 120  # bytes of a value's label
_LONGEST_DTA_TEXT = 2045
_GIB = 2**30
_WORKBOOK_CELL = 215  # bytes of memory, as measured with 100,000 respondents on 330 columns


def write_data_set(path: Path, made: DataSet, labels: bool = False) -> None:
    """Write a data set, in one step.

    Parameters
    ----------
    path : its ending says the format: .csv, .parquet, .sav, .dta or .xlsx
    made : DataSet
    labels : whether .csv and .xlsx hold labels instead of codes

    Raises
    ------
    UsageError
        For another ending, or labels in a format that has both.
    InputError
        Where the place can't be written to, or a text is too long for the format.

    Examples
    --------
    >>> from dmsi_lib.exporting import reconciled_data
    >>> write_data_set(Path("answers.csv"), reconciled_data(survey))
    >>> Path("answers.csv").exists()
    True
    """
    as_bytes = check_data_file(path, labels)
    write_bytes(path, as_bytes(made, labels, path))


def check_data_file(path: Path, labels: bool = False) -> Callable[[DataSet, bool, Path], bytes]:
    """What makes the bytes of a file with this ending; a UsageError for one that there is not."""
    ending = path.suffix.lower()
    if ending not in _FORMATS:
        raise UsageError(f"{path}: expected a file name that ends in {', '.join(_FORMATS)}.")
    if labels and ending not in _WITH_CODES_OR_LABELS:
        raise UsageError(
            f"{path}: a file of this kind holds codes and labels; --labels is for .csv and .xlsx."
        )
    return _FORMATS[ending]


# ---- one sheet of cells


def plain_table(made: DataSet, labels: bool = False) -> pd.DataFrame:
    """The data set as a table of cells, blanks blank and ticks 1 and 0; its last column says
    what kind of data these are."""
    columns = {}
    for variable in made.variables:
        values = made.values[variable.name]
        if labels and variable.values:
            codes = values.astype("Int8").astype("string") if variable.kind == TICK else values
            values = codes.astype(object).map(variable.values, na_action="ignore")
        elif variable.kind == TICK:
            values = values.astype("Int8")
        columns[variable.name] = values
    kind = "synthetic" if made.synthetic else "export"
    return pd.DataFrame(columns).reset_index(drop=True).assign(data=kind)


def _csv(made: DataSet, labels: bool, path: Path) -> bytes:
    return csv_bytes(plain_table(made, labels))


def _parquet(made: DataSet, labels: bool, path: Path) -> bytes:
    frame, target = plain_table(made), io.BytesIO()
    for variable in made.variables:
        if variable.kind == TICK:
            frame[variable.name] = frame[variable.name].astype("boolean")
        elif variable.kind in (CHOICE, STATUS):
            codes = pd.CategoricalDtype(variable.order or [*variable.values], bool(variable.order))
            frame[variable.name] = frame[variable.name].astype(codes)
    frame.to_parquet(target, index=False)
    return target.getvalue()


def _xlsx(made: DataSet, labels: bool, path: Path) -> bytes:
    needed, found = made.values.size * _WORKBOOK_CELL, available_memory()
    if needed > found:
        n, columns = made.values.shape
        raise InputError(
            f"{path}: {n:,} respondents on {columns:,} columns; to make a workbook of them takes "
            f"about {needed / _GIB:.1f} GiB of memory, and {found / _GIB:.1f} GiB are free. Write "
            ".parquet or .csv, or close other programs."
        )
    sheets = [
        Sheet("Data", made.title, plain_table(made, labels)),
        Sheet("Codebook", "What the columns of the data are", variable_table(made)),
    ]
    return workbook_bytes(made.title, sheets, made.synthetic)


# ---- files of statistics programs


def _sav(made: DataSet, labels: bool, path: Path) -> bytes:
    import pyreadstat

    codes = missing_codes(made)
    reasons = {code: REASONS[name] for name, code in codes.items()}
    names = short_names(made.variables, _LONGEST_SAV_NAME)
    frame = pd.DataFrame({names[v.name]: _numbers(v, made, codes) for v in made.variables})
    numbered = [v for v in made.variables if v.kind in _NUMBERED]
    span: Any = [{"lo": min(codes.values()), "hi": max(codes.values())}]

    def write(place: Path) -> None:
        pyreadstat.write_sav(
            _with_kind(frame, made),
            place,
            file_label=_cut(_about(made), 64),
            column_labels=_labels_of(made, _LONGEST_SAV_LABEL),
            variable_value_labels={
                names[name]: {c: _cut(label, _LONGEST_SAV_VALUE) for c, label in labels.items()}
                for name, labels in _all_value_labels(made, reasons).items()
            },
            missing_ranges={names[v.name]: span for v in numbered},
            variable_measure={names[v.name]: _measure(v) for v in made.variables},
        )

    return _written(write, path)


def _measure(variable: Variable) -> Any:
    """How SPSS takes the numbers of a variable. Choices are numbered as the questionnaire has them,
    which suits an order that goes up or down with it."""
    if variable.kind in (NUMBER, RANK):
        return "scale"
    numbered = tuple(variable.values)
    return "ordinal" if variable.order in (numbered, numbered[::-1]) and numbered else "nominal"


def _dta(made: DataSet, labels: bool, path: Path) -> bytes:
    import pyreadstat

    tags = {name: chr(ord("a") + place) for place, name in enumerate(REASONS)}
    reasons = {tag: REASONS[name] for name, tag in tags.items()}
    names = short_names(made.variables, _LONGEST_DTA_NAME)
    frame = pd.DataFrame({names[v.name]: _numbers(v, made, tags) for v in made.variables})
    numbered = [v for v in made.variables if v.kind in _NUMBERED]
    for variable in made.variables:
        if variable.kind in (TEXT, DATE):
            _check_length(made.values[variable.name], path)

    def write(place: Path) -> None:
        pyreadstat.write_dta(
            _with_kind(frame, made),
            place,
            file_label=_cut(_about(made), _LONGEST_DTA_LABEL),
            column_labels=_labels_of(made, _LONGEST_DTA_LABEL),
            variable_value_labels={
                names[name]: labels for name, labels in _all_value_labels(made, reasons).items()
            },
            missing_user_values={names[v.name]: [*tags.values()] for v in numbered},
        )

    return _written(write, path)


def _numbers(variable: Variable, made: DataSet, reasons: Mapping[str, Any]) -> pd.Series:
    """The values of a variable as numbers, a reason in the place of each blank; texts as texts."""
    values = made.values[variable.name]
    if variable.kind in (TEXT, DATE):
        return values.fillna("").astype(object)
    blank = values.isna()
    if variable.kind in (CHOICE, STATUS):  # numbered from 1 in the questionnaire's order
        values = values.cat.codes + 1
    numbers = values.astype("Float64").astype(object)
    return numbers.mask(blank, made.reasons[variable.name].astype(object).map(reasons))


def _labels_of(made: DataSet, most: int) -> list[str | None]:
    """What each column is, in so many bytes."""
    return [*(_cut(variable.label, most) for variable in made.variables), "Kind of the data"]


def _all_value_labels(made: DataSet, reasons: dict[Any, str]) -> dict[str, dict[Any, str]]:
    """Labels by number of every variable that has some, with those of the reasons of a blank."""
    return {
        variable.name: value_labels(variable) | (reasons if variable.kind != STATUS else {})
        for variable in made.variables
        if variable.kind in (*_NUMBERED, STATUS)
    }


def value_labels(variable: Variable) -> dict[Any, str]:
    """Labels by number."""
    if variable.kind == TICK:
        return {int(code): label for code, label in variable.values.items()}
    return dict(enumerate(variable.values.values(), 1))


def short_names(variables: tuple[Variable, ...], most: int) -> dict[str, str]:
    """The name of each variable in a file whose names hold so many letters and know no capitals:
    longer ones are cut, and those that are the same then numbered."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for variable in variables:
        name, number = variable.name[:most], 1
        while name.casefold() in taken:
            number += 1
            name = f"{variable.name[: most - len(str(number)) - 1]}_{number}"
        found[variable.name] = name
        taken.add(name.casefold())
    return found


def _with_kind(frame: pd.DataFrame, made: DataSet) -> pd.DataFrame:
    return frame.assign(data="synthetic" if made.synthetic else "export")


def _about(made: DataSet) -> str:
    return f"Synthetic data: {made.title}" if made.synthetic else made.title


def _cut(text: str, most: int) -> str:
    """A text of at most so many bytes, with a sign where it was cut."""
    if len(text.encode("utf-8")) <= most:
        return text
    return f"{text.encode('utf-8')[: most - 3].decode('utf-8', 'ignore')}…"


def _check_length(texts: pd.Series, path: Path) -> None:
    longest = int(texts.fillna("").map(lambda text: len(text.encode("utf-8"))).max() or 0)
    if longest > _LONGEST_DTA_TEXT:
        raise InputError(
            f"{path}: an answer of {longest:,} bytes; a .dta file holds {_LONGEST_DTA_TEXT:,}. "
            "Write .sav or .parquet, or leave out the texts."
        )


def _written(write: Callable[[Path], None], path: Path) -> bytes:
    """The bytes that something writes, by way of a folder that nobody else can read."""
    with working_folder(destination(path).parent) as folder:
        place = folder / path.name
        write(place)
        return place.read_bytes()


_FORMATS: dict[str, Callable[[DataSet, bool, Path], bytes]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".sav": _sav,
    ".dta": _dta,
    ".xlsx": _xlsx,
}
_WITH_CODES_OR_LABELS = (".csv", ".xlsx")
