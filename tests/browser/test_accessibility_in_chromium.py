"""Every rule of axe-core on every page, in both colour schemes."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from dmsi_lib.pages.pages import Front, PageContext, Section, render_index
from dmsi_lib.pages.single_file import combine_pages
from dmsi_lib.report.notebooks import section_notebooks

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ["index.html", *(f"{path.stem}.html" for path in section_notebooks()), "codebook.html"]
# All rules there are, also those for best practice, the experimental ones and those of level AAA.
# Of long tables the first rows stand for the others: a second a page instead of six.
CHECK = """async () => {
  for (const row of document.querySelectorAll("tbody tr:nth-child(n+25)")) row.remove();
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  const rules = Object.fromEntries(axe.getRules().map(rule => [rule.ruleId, {enabled: true}]));
  const {violations, passes} = await axe.run(document, {rules, resultTypes: ["violations"]});
  return {
    findings: violations.flatMap(v => v.nodes.map(n => [v.id, n.html.slice(0, 200)])),
    rules: Object.keys(rules),
    passed: passes.map(rule => rule.id),
  };
}"""


@pytest.fixture(scope="module", params=["light", "dark"])
def window(request, open_window):
    return open_window(color_scheme=request.param)


@pytest.fixture
def check(window):
    """A function that runs all rules on a file."""
    page = window.new_page()

    def check_one(path):
        page.goto(path.as_uri())
        # By the driver, not by a script element: the policy stays as it is.
        page.evaluate(AXE_SCRIPT)
        return page.evaluate(CHECK)

    yield check_one
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_findings(check, report, name):
    result = check(report / name)
    assert result["findings"] == []
    assert {"color-contrast-enhanced", "landmark-unique", "focus-order-semantics"} <= {
        *result["rules"],
    }
    assert {"color-contrast", "region", "skip-link", "document-title"} <= {*result["passed"]}


def test_single_file_has_no_findings(check, report, tmp_path):
    names = [PAGES[1], PAGES[4], PAGES[8]]
    sections = [Section(name, f"Section {name[:2]}", "What it is about.") for name in names]
    context = PageContext("A report", "Synthetic data.", "Internal.", "Made of pages.")
    front = render_index(sections, Front(["A sentence."], facts={"Respondents": "8"}), context)
    pages = [(report / name).read_text(encoding="utf-8") for name in names]
    whole = combine_pages(front, pages, sections, context)
    (tmp_path / "report.html").write_text(whole, encoding="utf-8")
    assert check(tmp_path / "report.html")["findings"] == []


def test_check_finds_what_is_wrong(check, report, tmp_path):
    page = (report / "index.html").read_text(encoding="utf-8")
    wrong = '<p>No heading<img src="data:image/png;base64,AAAA"></p><h1>'
    (tmp_path / "wrong.html").write_text(page.replace("<h1>", wrong, 1), encoding="utf-8")
    found = {rule for rule, _ in check(tmp_path / "wrong.html")["findings"]}
    assert "image-alt" in found
