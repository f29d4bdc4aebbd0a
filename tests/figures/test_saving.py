"""Figures saved for a paper: files opened again, and none overwritten that is not ours."""

import csv
import re

import pytest
from drawn_texts import collisions, words
from matplotlib.text import Text
from PIL import Image
from small_survey import make_table, stub_survey

from dmsi_lib.errors import InputError
from dmsi_lib.figures.bars import plot_table
from dmsi_lib.figures.reader_tables import HIDDEN
from dmsi_lib.figures.saving import in_language
from dmsi_lib.figures.stacked import plot_stacked
from dmsi_lib.figures.styles import PALETTES, Style, drawn_in
from dmsi_lib.report.public_release import plan_release
from dmsi_lib.survey.public_survey import as_public

REAL, SYNTHETIC = stub_survey(), stub_survey(synthetic=True)
THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def picture():
    return plot_table(*make_table("doneness"), REAL)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_save_writes_the_figure_its_data_and_its_alternative_text(picture, tmp_path):
    assert picture.save(tmp_path / "a.png") == ("a.png", "a.csv", "a.txt")
    table, _ = make_table("doneness")
    rows = rows_of(tmp_path / "a.csv")
    assert [row["item"] for row in rows] == table["item"].tolist()
    assert [int(row["count"]) for row in rows] == table["count"].tolist()
    assert {row["data"] for row in rows} == {"export"}
    text = (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert text.startswith(f"{picture.alt}\n\n")


@pytest.mark.parametrize(
    ("unit", "width", "height", "inches"),
    [("mm", 127, 101.6, (5, 4)), ("in", 5, 4, (5, 4)), ("mm", 254, None, (10, None))],
)
def test_save_draws_in_the_size_wanted(picture, tmp_path, unit, width, height, inches):
    size = {"width": width, "height": height, "unit": unit}
    for ending in ("png", "svg", "pdf"):
        picture.save(tmp_path / f"a.{ending}", dpi=100, **size)
    with Image.open(tmp_path / "a.png") as image:
        found = image.size
        assert image.info["dpi"] == pytest.approx((100, 100), abs=0.1)
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    points = [float(n) for n in re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg).groups()]
    pdf = (tmp_path / "a.pdf").read_bytes()
    box = [float(n) for n in re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", pdf).groups()]
    for n, wanted in enumerate(inches):
        if wanted:
            assert found[n] == 100 * wanted
            assert points[n] == box[n] == pytest.approx(72 * wanted, abs=0.01)
    assert b"/FontFile2" in pdf  # letters, no outlines


def test_save_twice_gives_the_same_bytes(picture, tmp_path):
    for ending in ("png", "svg", "pdf"):
        picture.save(tmp_path / f"a.{ending}")
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        picture.save(tmp_path / f"a.{ending}")
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_save_leaves_the_picture_as_it_was(picture, tmp_path):
    before, size = words(picture), picture.figure.get_size_inches().tolist()
    picture.save(tmp_path / "a.svg", width=200, language="fr", palette="grey")
    assert words(picture) == before and picture.figure.get_size_inches().tolist() == size


@pytest.mark.parametrize("draw", [plot_table, plot_stacked])
def test_grey_palette_has_no_colour(draw, tmp_path):
    draw(*make_table("doneness"), SYNTHETIC).save(tmp_path / "a.png", palette="grey")
    with Image.open(tmp_path / "a.png") as image:
        red, green, blue = image.convert("RGB").split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()
    draw(*make_table("doneness"), SYNTHETIC).save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        red, green, _ = image.convert("RGB").split()
    assert red.tobytes() != green.tobytes()


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("1,058 (12.5 %)", f"1{THIN}058 (12,5{THIN}%)"),
        ("1,234,567", f"1{THIN}234{THIN}567"),
        ("100%; <1 %", f"100{THIN}%; <1{THIN}%"),
        ("Yes, no. 3, 4", "Yes, no. 3, 4"),
        ("1-10 clients. 20 more", "1-10 clients. 20 more"),
    ],
)
def test_numbers_are_written_as_the_language_has_them(english, french):
    assert in_language(english, "fr") == french
    assert in_language(english, "en") == english


def test_save_writes_french_numbers_in_the_figure_and_its_text(picture, tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "dmsi_lib.figures.saving._content",
        lambda one, ending, dpi: (
            drawn.extend(text.get_text() for text in one.figure.findobj(Text)) or b""
        ),
    )
    picture.save(tmp_path / "a.svg", language="fr")
    text = (tmp_path / "a.txt").read_text(encoding="utf-8")
    for said in (text, " ".join(drawn)):
        assert f"{THIN}%" in said and not re.search(r"\d %|\d\.\d", said)
    assert all(
        "." in row["percent"] or row["percent"].isdigit() for row in rows_of(tmp_path / "a.csv")
    )


def test_save_says_once_that_data_are_synthetic(tmp_path):
    picture = plot_table(*make_table("doneness"), SYNTHETIC)
    with drawn_in(Style(7)):
        assert words(picture.again()).count("SYNTHETIC DATA") == 1
    picture.save(tmp_path / "a.svg", width=180)
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").count("Synthetic data") == 1
    assert {row["data"] for row in rows_of(tmp_path / "a.csv")} == {"synthetic"}


@pytest.mark.parametrize("width", [80 / 25.4, 5, 500 / 25.4])
@pytest.mark.parametrize("height", [None, 12])
@pytest.mark.parametrize("name", ["doneness", "sauces", "cuts", "views"])
def test_nothing_collides_in_any_size(width, height, name):
    with drawn_in(Style(width, height, PALETTES["grey"])):
        picture = plot_table(*make_table(name), SYNTHETIC, intervals=True)
    assert collisions(picture) == []
    assert picture.figure.get_size_inches()[1] == pytest.approx(
        height or picture.figure.get_size_inches()[1]
    )


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("a.csv", {}, r"a\.csv: expected a name that ends with \.svg, \.pdf, \.png"),
        ("a", {}, "expected a name that ends with"),
        ("a.png", {"unit": "cm"}, "no unit 'cm'"),
        ("a.png", {"language": "de"}, "no language 'de'. Expected one of: en, fr"),
        ("a.png", {"palette": "gray"}, "no palette 'gray'. Did you mean 'grey'"),
        ("a.png", {"width": 40}, "width=40 mm: expected 80 to 500 mm"),
        ("a.png", {"width": 120, "unit": "in"}, "width=120 in: expected 3.15 to 19.69 in"),
        ("a.png", {"width": float("nan")}, "expected 80 to 500 mm"),
        ("a.png", {"height": 10}, r"height=10 mm: at this width the figure needs [\d.]+ mm"),
        ("a.png", {"dpi": 0}, "dpi=0: expected 1 to 2,400"),
        ("none/a.png", {}, r"none.*can't be written"),
    ],
)
def test_save_refuses_what_it_cannot_do(picture, tmp_path, name, options, message):
    with pytest.raises(InputError, match=message):
        picture.save(tmp_path / name, **options)
    assert list(tmp_path.iterdir()) == []


def test_save_takes_the_height_that_it_says_it_needs(picture, tmp_path):
    with pytest.raises(InputError) as refused:
        picture.save(tmp_path / "a.png", height=1)
    needed = float(re.search(r"needs ([\d.]+) mm", str(refused.value))[1])
    assert picture.save(tmp_path / "a.png", height=needed)


@pytest.mark.parametrize("name", ["a.png", "a.csv", "a.txt"])
@pytest.mark.parametrize("ours", [False, True])
def test_save_overwrites_nothing_that_it_did_not_make(picture, tmp_path, name, ours):
    if ours:
        picture.save(tmp_path / "a.png")
    place = tmp_path / name
    place.write_bytes(b"mine " + (place.read_bytes() if ours else b""))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(InputError, match=r"a\....: is there already"):
        picture.save(tmp_path / "a.png")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_save_goes_on_in_other_formats_and_remembers_each(picture, tmp_path):
    for ending in ("png", "svg", "pdf", "png"):
        picture.save(tmp_path / f"a, b.{ending}", palette="grey")
    (tmp_path / "a, b.svg").unlink()
    assert picture.save(tmp_path / "a, b.svg")


def test_public_survey_saves_only_what_it_shows(small, tmp_path):
    public = as_public(small, plan_release(small, [], 2))
    hidden = 0
    for question in public.questionnaire.questions:
        picture = public.plot(question.id)
        if not hasattr(picture, "figure"):
            continue
        picture.save(tmp_path / f"{question.id}.svg", width=120)
        rows = rows_of(tmp_path / f"{question.id}.csv")
        closed = [row for row in rows if row["suppressed"]]
        hidden += len(closed)
        assert not any(row["count"] or row["percent"] or row["ci_low"] for row in closed)
        if closed:
            assert f" {HIDDEN}" in (tmp_path / f"{question.id}.txt").read_text(encoding="utf-8")
    assert hidden > 0


def test_every_kind_of_figure_is_saved(small, tmp_path):
    pictures = {
        "bars": small.plot("sauces"),
        "groups": small.plot("sauces", by="role"),
        "stacked": small.plot_stacked("views"),
        "ranks": small.ranking("cuts").plot(),
        "combinations": small.plot_combinations("sauces"),
        "survival": small.flow.plot_survival(),
        "routing": small.flow.plot_routing(),
        "reach": small.flow.plot_reach("role", "cuts"),
    }
    for name, one in pictures.items():
        one.save(tmp_path / f"{name}.pdf", width=150, height=300, palette="grey", language="fr")
        assert (tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF")
        assert len(rows_of(tmp_path / f"{name}.csv")) > 0, name
    ranks = rows_of(tmp_path / "ranks.csv")
    assert list(ranks[0])[:5] == ["group", "item", "label", "rank", "count"]


def test_save_of_nothing_says_why(small, tmp_path):
    public = as_public(small, plan_release(small, [], 2))
    with pytest.raises(InputError, match=r"a\.pdf: there is no figure to save\. .*left out"):
        public.plot_combinations("sauces").save(tmp_path / "a.pdf", width=100)
