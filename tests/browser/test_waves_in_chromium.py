"""The page that compares two waves as a reader opens it: wide, on a telephone, dark, on paper."""

import pytest

from dmsi_lib.choices import DATA, SYNTHETIC_EXPORT, Baseline, Choices, Options
from dmsi_lib.report.notebooks import WAVES
from dmsi_lib.report.start import make_report

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FOLDER = DATA / "synthetic" / "second_wave"
EARLIER = Baseline(str(SYNTHETIC_EXPORT), str(DATA / "questionnaire.yaml"), ("role",))
LATER = Choices(
    str(FOLDER / "dmsi-2020-synthetic.csv"), str(FOLDER / "questionnaire.yaml"), baseline=EARLIER
)
LOOK = """() => ({
  width: document.documentElement.scrollWidth,
  room: document.documentElement.clientWidth,
  images: Array.from(document.querySelectorAll("figure img"), i => [
    i.alt, i.complete, i.naturalWidth, i.clientWidth]),
  tables: document.querySelectorAll("table").length,
  folds: Array.from(document.querySelectorAll("details.fold"), f => f.open),
  badge: document.querySelector(".badge").getBoundingClientRect().height,
})"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    out = tmp_path_factory.mktemp("waves") / "report"
    make_report(out, LATER, Options(only=("85",)), progress=lambda line: None)
    return out / f"{WAVES}.html"


@pytest.mark.parametrize("screen", ["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_waves_page_is_whole_on_every_screen(open_window, visit, address, screen, scheme):
    window = open_window(screen, color_scheme=scheme)
    ((_, seen),) = visit(window, {"waves": address}, LOOK)
    assert [url for url in seen.asked if not url.startswith("data:")] == [seen.url]
    assert seen.complaints == [] and seen.width <= seen.room and seen.badge > 10
    assert len(seen.images) == 2 and seen.tables == 4
    for alt, complete, natural, shown in seen.images:
        assert complete and natural > 100 and 0 < shown <= seen.room
        assert "2018" in alt and "Synthetic data" in alt
    assert seen.folds == [False, False]


def test_waves_page_on_paper_has_its_charts_and_says_where_the_long_tables_are(
    open_window, address
):
    page = open_window("wide").new_page()
    page.goto(address.as_uri())
    page.emulate_media(media="print")
    assert all(one.is_visible() for one in page.locator("figure img").all())
    assert page.locator("tbody tr").first.is_visible()  # what was changed in the questionnaire
    notes = page.locator(".unprinted")
    assert notes.count() == 2 and notes.first.is_visible()
    assert page.locator(".badge").is_visible() and not page.locator("pre.code").first.is_visible()
    page.close()
