"""The shipped export and real ones, drafted, written in every format and read back."""

from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from read_back import cells, decoded

from dmsi_lib import Survey
from dmsi_lib.drafting import draft_questionnaire
from dmsi_lib.exporting import reconciled_data, write_data_set
from dmsi_lib.exporting.dataset import REASONS, STATUS, TICK, missing_codes

EXPORTS = Path(__file__).parents[2].resolve().parent / "shared" / "exports"
# Real exports that are no part of the repository, where they lie beside it.
REAL = [*map(str, sorted(EXPORTS.glob("*.csv")))] if EXPORTS.is_dir() else []


@pytest.fixture(scope="module", params=["shipped", *REAL], ids=lambda place: Path(place).stem)
def made(request, tmp_path_factory):
    if request.param == "shipped":
        return reconciled_data(Survey.load(edit="gate"))
    place = tmp_path_factory.mktemp("drafted") / "questionnaire.yaml"
    place.write_text(draft_questionnaire(request.param).text, encoding="utf-8")
    return reconciled_data(Survey.load(request.param, place, edit="gate"))


def test_spss_and_stata_read_back_answers_and_reasons(made, tmp_path):
    write_data_set(tmp_path / "d.sav", made)
    frame, meta = pyreadstat.read_sav(tmp_path / "d.sav", user_missing=True)
    assert decoded(frame, made, missing_codes(made), meta.variable_value_labels) == cells(made)
    write_data_set(tmp_path / "d.dta", made)
    frame, meta = pyreadstat.read_dta(tmp_path / "d.dta", user_missing=True)
    codes = {name: "abcdef"[n] for n, name in enumerate(REASONS)}
    assert decoded(frame, made, codes, meta.variable_value_labels) == cells(made)


def test_tables_of_cells_read_back_answers_and_statuses(made, tmp_path):
    expected = {}
    for variable in made.variables:
        values = made.values[variable.name]
        values = values.astype("Int8") if variable.kind == TICK else values
        expected[variable.name] = ["" if pd.isna(one) else one for one in values]
    for ending in ("csv", "parquet", "xlsx"):
        write_data_set(tmp_path / f"d.{ending}", made)
    as_text = {name: [*map(str, values)] for name, values in expected.items()}
    csv = pd.read_csv(tmp_path / "d.csv", dtype=str, keep_default_na=False)
    assert csv.drop(columns="data").to_dict("list") == as_text
    parquet = pd.read_parquet(tmp_path / "d.parquet").drop(columns="data")
    for name, values in parquet.items():
        found = ["" if pd.isna(one) else one for one in values.astype(object)]
        assert found == expected[name], name
    page = openpyxl.load_workbook(tmp_path / "d.xlsx", read_only=True)["Data"]
    heads, *rows = [*page.iter_rows(values_only=True)][1:]
    sheet = dict(zip(heads, zip(*rows, strict=True), strict=True))
    for name, values in expected.items():
        found = ["" if one is None else one for one in sheet[name]]
        assert [*map(plain, found)] == [*map(plain, values)], name


def plain(value):
    """A value as text, whole numbers without a point."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_statuses_counted_in_the_file_are_those_of_the_routing(made, tmp_path):
    write_data_set(tmp_path / "d.csv", made)
    frame = pd.read_csv(tmp_path / "d.csv", dtype=str, keep_default_na=False)
    for variable in (v for v in made.variables if v.kind == STATUS):
        blanks = frame[variable.name].value_counts()
        own = [v for v in made.variables if v.question == variable.question and v is not variable]
        for reason in ("legitimate_skip", "break_off", "not_asked"):
            for column in own:
                why = (made.reasons[column.name] == reason).sum()
                assert why == blanks.get(reason, 0), (column.name, reason)
