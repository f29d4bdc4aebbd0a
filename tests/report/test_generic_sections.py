"""Notebooks for a survey that has none: ordinary ones, which run for every type of question."""

import nbformat
import pytest
from bs4 import BeautifulSoup
from sample_exports import MEALS, MEALS_TWO_ROWS, questionnaire, write_csv
from small_notebooks import write_notebook

from dmsi_lib import Survey
from dmsi_lib.choices import DATA, SYNTHETIC_EXPORT, Choices, Options
from dmsi_lib.cli.commands import main
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.questionnaire import read_questionnaire
from dmsi_lib.report.generic_sections import generic_notebooks, generic_texts
from dmsi_lib.report.notebooks import Generated, check_parameters, read_source, sources_of


@pytest.fixture
def meals(tmp_path):
    """The options of a command for the meals."""
    place = tmp_path / "q.yaml"
    place.write_text(MEALS, encoding="utf-8")
    export = write_csv(tmp_path / "e.csv", MEALS_TWO_ROWS)
    return ["--export", str(export), "--questionnaire", str(place)]


def chosen(meals, **other):
    return Choices(export=meals[1], questionnaire=meals[3]), Options(**other)


def test_every_question_stands_in_one_section(survey, tmp_path):
    made = generic_notebooks(survey.questionnaire, tmp_path, tmp_path)
    sources = "\n".join(cell.source for book in made.values() for cell in book.cells)
    told = set()
    for question in survey.questionnaire.in_file:
        pair = (question.concept or question.id, question.type)
        assert (f'("{question.id}")' in sources) == (pair not in told)  # of twins the first
        told.add(pair)
    assert next(iter(made)) == "00_data_quality" and list(made)[-2:] == [
        "80_sensitivity",
        "81_reproduction",
    ]


def test_generic_notebooks_are_sound(survey, tmp_path):
    for name, text in generic_texts(survey.questionnaire, tmp_path, tmp_path).items():
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        check_parameters(notebook, Choices().parameters(), name)
        assert notebook.cells[0].source.startswith("# ")
        assert all(len(cell.source.splitlines()) <= 15 for cell in notebook.cells)
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_signs_of_a_title_stay_what_they_are(meals, tmp_path):
    title = r"""Do "you" {eat} *this* <10 `lunch` \\ C#?"""
    text = MEALS.replace("text: Do you eat lunch?", f"text: '{title}'")
    place = tmp_path / "q.yaml"
    place.write_text(text, encoding="utf-8")
    rows = [
        [title if cell == "Do you eat lunch?" else cell for cell in row] for row in MEALS_TWO_ROWS
    ]
    write_csv(tmp_path / "e.csv", rows)
    assert main(["report", *meals, "--only", "01", "--out", str(tmp_path / "report")]) == 0
    (page,) = (tmp_path / "report").glob("01_*.html")
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    heads = [
        head.get_text().strip().rstrip("¶").strip() for head in soup.select("main h1, main h2")
    ]
    assert heads[:2] == [title, title]


# ---- which notebooks a survey has


def test_another_survey_has_generic_notebooks(meals):
    sources = sources_of(*chosen(meals))
    assert all(isinstance(source, Generated) for source in sources)
    assert sources[0].name == "00_data_quality.ipynb"
    assert read_source(sources[0]).cells[0].source.startswith("# Data quality")
    (one,) = sources_of(*chosen(meals, only=("80",)))
    assert one.stem == "80_sensitivity"
    with pytest.raises(UsageError, match="No notebook begins with '99'"):
        sources_of(*chosen(meals, only=("99",)))


def test_the_repository_s_notebooks_are_those_of_its_survey_and_its_waves(meals, tmp_path):
    assert sources_of(Choices(), Options())[0].parent.name == "notebooks"
    wave = tmp_path / "wave.yaml"
    wave.write_text("questions: [{id: role, text: R, type: open, page: 1}]", encoding="utf-8")
    assert sources_of(Choices(questionnaire=str(wave)), Options())[0].parent.name == "notebooks"


@pytest.mark.parametrize("key", ["id", "'id'", '"id"'])
def test_one_id_or_none_does_not_make_it_that_survey(tmp_path, key):
    other = tmp_path / "other.yaml"
    ids = ("role", "dogs", "cats")
    entries = ", ".join(f"{{{key}: {name}, text: {name}?, type: open, page: 1}}" for name in ids)
    other.write_text(f"questions: [{entries}]", encoding="utf-8")
    choices = Choices(export=str(tmp_path / "e.csv"), questionnaire=str(other))
    assert isinstance(sources_of(choices, Options())[0], Generated)


def test_notebooks_beside_the_questionnaire_or_in_a_folder_come_first(meals, tmp_path):
    own, other = tmp_path / "notebooks", tmp_path / "other"
    for folder in (own, other):
        folder.mkdir()
        (folder / "01_a.ipynb").touch()
    assert sources_of(*chosen(meals)) == [own / "01_a.ipynb"]
    assert sources_of(*chosen(meals, notebooks=other)) == [other / "01_a.ipynb"]
    (own / "01_a.ipynb").unlink()
    assert isinstance(sources_of(*chosen(meals))[0], Generated)
    with pytest.raises(InputError, match="there is no notebook of a section there"):
        sources_of(*chosen(meals, notebooks=own))


# ---- reports


def test_a_survey_without_notebooks_is_reported(meals, tmp_path, capsys):
    out = tmp_path / "report"
    assert main(["report", *meals, "--out", str(out), "--jobs", "2"]) == 0
    pages = {path.stem: path.read_text("utf-8") for path in out.glob("*.html")}
    assert {"index", "00_data_quality", "80_sensitivity"} < set(pages)
    text = "".join(BeautifulSoup(page, "html.parser").get_text(" ") for page in pages.values())
    for question in questionnaire(MEALS).questions:
        assert question.short in text, question.id
    assert "Traceback" not in text
    assert main(["report", *meals, "--out", str(out)]) == 0
    assert "nothing has changed" in capsys.readouterr().out


def test_twins_themes_and_published_figures_stand_in_a_generic_report(tmp_path):
    """With the shipped survey, which has all of them, and notebooks of its own besides."""
    place, themes = DATA / "questionnaire.yaml", ["why_personal_frontline"]
    instrument = read_questionnaire(place)
    for name, text in generic_texts(instrument, SYNTHETIC_EXPORT, place, themes).items():
        if name == "81_reproduction" or "materials_frontline" in text:
            (tmp_path / f"{name}.ipynb").write_text(text, encoding="utf-8")
    out = tmp_path / "report"
    assert main(["report", "--notebooks", str(tmp_path), "--out", str(out)]) == 0
    pages = {p.stem: BeautifulSoup(p.read_text("utf-8"), "html.parser") for p in out.glob("*.html")}
    assert "figures come out as printed" in pages.pop("81_reproduction").get_text(" ")
    front = " ".join(pages.pop("index").get_text(" ").split())
    assert pages.pop("codebook").h1.get_text() == "Codebook"
    ((_, section),) = pages.items()
    said = " ".join(section.get_text(" ").split())
    survey = Survey.load()
    (first,) = survey.compare("materials_frontline").sentences().texts[:1]
    assert first in said
    assert survey.themes.compare("why_personal_frontline").sentences().texts[0] in said
    assert "sets groups side by side" not in said  # which a researcher reads in the notebook
    assert "“Staff who use digital messaging”:" in front


def test_new_begins_a_repository_that_can_be_reported(tmp_path, capsys):
    export = write_csv(tmp_path / "e.csv", MEALS_TWO_ROWS)
    assert main(["new", str(tmp_path / "own"), "--export", str(export)]) == 0
    assert "README.md says what they are" in capsys.readouterr().out
    own = tmp_path / "own"
    assert {path.name for path in own.iterdir()} == {"README.md", "questionnaire.yaml", "notebooks"}
    assert str(export) in (own / "README.md").read_text("utf-8")
    first = next((own / "notebooks").glob("01_*.ipynb"))
    cells = nbformat.read(first, as_version=4).cells
    assert str(own / "questionnaire.yaml") in cells[1].source
    files = ["--export", str(export), "--questionnaire", str(own / "questionnaire.yaml")]
    assert main(["report", *files, "--only", "01", "--out", str(tmp_path / "report")]) == 0
    assert (tmp_path / "report" / f"{first.stem}.html").exists()


def test_new_leaves_what_is_there(tmp_path, capsys):
    export = write_csv(tmp_path / "e.csv", MEALS_TWO_ROWS)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "thesis.txt").write_text("mine", encoding="utf-8")
    assert main(["new", str(tmp_path / "own"), "--export", str(export)]) == 1
    assert "expected a new or an empty folder" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["thesis.txt"]


def test_keep_going_leaves_what_could_be_made(meals, tmp_path, capsys):
    folder, out = tmp_path / "own", tmp_path / "report"
    write_notebook(folder / "01_good.ipynb", "1 + 1", title="A good one")
    write_notebook(folder / "02_bad.ipynb", "raise ValueError('secret')", title="A bad one")
    command = ["report", *meals, "--notebooks", str(folder), "--out", str(out)]
    assert main(command) == 1 and not out.exists()
    capsys.readouterr()
    assert main([*command, "--keep-going"]) == 1
    said = capsys.readouterr().err
    assert f"{out}: written; of 2 sections 1 could not be made:" in said and "secret" in said
    bad = (out / "02_bad.html").read_text("utf-8")
    assert "This section could not be made." in bad and "A bad one" in bad and "secret" not in bad
    assert "2" in BeautifulSoup((out / "01_good.html").read_text("utf-8"), "html.parser").text
    write_notebook(folder / "02_bad.ipynb", "2 + 2", title="A good one now")
    assert main(command) == 0  # what failed is tried again, what did not is taken over
    assert capsys.readouterr().out.count("  ") == 1
    assert "could not be made" not in (out / "02_bad.html").read_text("utf-8")


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_a_survey_of_open_questions_alone_is_reported(tmp_path, audience):
    rows = [["Respondent ID", "Why?", "And how?"]]
    rows += [[str(n), f"because of {n} things", f"in {n} ways or so"] for n in range(60)]
    export = write_csv(tmp_path / "e.csv", rows)
    assert main(["draft", str(export), "--out", str(tmp_path)]) == 0
    files = ["--export", str(export), "--questionnaire", str(tmp_path / "questionnaire.yaml")]
    command = ["report", *files, "--audience", audience, "--out", str(tmp_path / "report")]
    assert main(command) == 0
