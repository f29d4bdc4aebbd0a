"""What the notebooks say of another wave: nothing that is about this one alone, and of what it
lacks that it was not asked."""

import re
import shutil

import pytest
from sample_exports import write_csv
from told_by_notebooks import tell_all
from wave_variants import BLOCK_OF, PERSON, file_rows

from dmsi_lib import Survey
from dmsi_lib.choices import DATA, QUESTIONNAIRE, SYNTHETIC_EXPORT, Choices, Options
from dmsi_lib.cli.check_lines import check_lines
from dmsi_lib.reading.advice.fixing import fix_questionnaire
from dmsi_lib.report.planning import lacking_material, read_sections

OF_2018 = re.compile(
    r"[Pp]ublished (report|figures|counts|numbers)|The report (printed|often)|calibrated|"
    r"was printed by mistake|never published"
)


def prose(choices):
    """The markdown of a report's sections."""
    sections = read_sections(Options(), choices)
    return [
        cell.source
        for notebook in sections.values()
        for cell in notebook.cells
        if cell.cell_type == "markdown"
    ]


@pytest.fixture
def folder(tmp_path):
    """A copy of the survey's folder."""
    return shutil.copytree(DATA, tmp_path / "data")


def choices_of(folder, wave="2018"):
    """A report with the folder's questionnaire, of a wave."""
    path = folder / QUESTIONNAIRE.name
    text = path.read_text("utf-8").replace('wave: "2018"', f'wave: "{wave}"', 1)
    path.write_text(text.replace("DMSI survey, 2018", "DMSI survey"), encoding="utf-8")
    return Choices(str(folder / "synthetic" / SYNTHETIC_EXPORT.name), str(path))


def test_this_wave_says_what_is_about_it(folder):
    assert lacking_material(Choices()) == set()
    said = prose(Choices())
    assert prose(choices_of(folder)) == said
    assert sum(bool(OF_2018.search(text)) for text in said) > 10


@pytest.mark.parametrize("change", ["another wave", "no ledger"])
def test_another_wave_says_nothing_of_this_one(folder, change, monkeypatch):
    if change == "no ledger":
        (folder / "published_figures.csv").unlink()
    choices = choices_of(folder, "2020" if change == "another wave" else "2018")
    assert lacking_material(choices) == {"published"}
    assert [text for text in prose(choices) if OF_2018.search(text)] == []
    survey = Survey.load(choices.export, choices.questionnaire)
    lines = [line for line in check_lines(survey) if "not beside the questionnaire" not in line]
    assert [line for line in lines if OF_2018.search(line)] == []
    told = tell_all(survey, monkeypatch, "00", lacking=lacking_material(choices))
    assert len(told) > 40 and [str(one) for one in told if OF_2018.search(one.text)] == []


def test_without_a_codebook_every_section_stands(folder, monkeypatch):
    for name in ("themes.yaml", "tiles.yaml", "published_figures.csv"):
        (folder / name).unlink()
    choices = choices_of(folder, "2020")
    assert lacking_material(choices) == {"published", "themes"}
    survey = Survey.load(choices.export, choices.questionnaire)
    for name in ("08", "10"):
        told = tell_all(survey, monkeypatch, name, lacking=lacking_material(choices))
        assert any("has been coded" in one.text for one in told)
    assert not any("sorted the answers by theme" in text for text in prose(choices))


@pytest.mark.parametrize(
    ("lacking", "notebook", "said"),
    [
        ("consent", "00", "reached the last page"),
        ("role", "01", "“Are you a front-line worker or management?” was not asked in this wave."),
        ("use_digital_messaging", "03", "was not asked in this wave."),
        ("tools_management", "04", "Managers: not asked in this wave."),
        ("ways_frontline", "06", "Front-line workers: not asked in this wave."),
        ("impact_comment_frontline", "11", "Front-line workers: not asked in this wave."),
    ],
)
def test_what_a_wave_lacks_is_said_and_the_rest_stands(
    folder, lacking, notebook, said, monkeypatch
):
    blocks = [block for name, block in BLOCK_OF.items() if name != lacking]
    export = write_csv(folder / "synthetic" / "wave.csv", file_rows([*PERSON, *blocks]))
    fixed = folder / "fixed.yaml"
    assert fix_questionnaire(export, folder / QUESTIONNAIRE.name, fixed).refused is None
    survey = Survey.load(export, fixed)
    told = tell_all(survey, monkeypatch, notebook)
    assert any(said in one.text for one in told)
    assert len(told) > 40  # the rest of the section
