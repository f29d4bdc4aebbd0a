"""What the section notebooks say of a survey: every text that a reader would meet, found by running
their cells in this process, which takes a fiftieth of the time that kernels take."""

import ast
from dataclasses import dataclass, replace

import nbformat
from bs4 import BeautifulSoup
from matplotlib.text import Text

from dmsi_lib import Survey
from dmsi_lib.figures import Picture
from dmsi_lib.report.notebooks import edition, section_notebooks

SENTENCE, CAPTION, ALT, DRAWN = "sentence", "caption", "alt", "drawn"
HEAD, CELL = "head", "row"  # of a table; its head with the caption, cells between bars


@dataclass(frozen=True)
class Told:
    """A text, what kind of text it is, and where it stands: notebook, number of the cell."""

    notebook: str
    cell: int
    kind: str
    text: str

    def with_text(self, text):
        return replace(self, text=text)

    def __str__(self):
        return f"{self.notebook} [{self.cell}] {self.kind}: {self.text}"


def tell_all(survey, monkeypatch, only="", audience="internal", lacking=()):
    """All that the notebooks say of a survey, whatever export their first cells name."""
    monkeypatch.setattr(Survey, "load", lambda *_, **__: survey)
    paths = [path for path in section_notebooks() if path.stem.startswith(only)]
    sources = {path.stem: edition(nbformat.read(path, 4), audience, lacking) for path in paths}
    return [
        told
        for name, notebook in sources.items()
        if notebook is not None and not needs(notebook) & {*lacking}
        for told in tell(name, notebook)
    ]


def needs(notebook):
    """What of a survey a whole notebook is about."""
    return {notebook.metadata.get("dmsi", {}).get("needs")}


def tell(name, notebook):
    """All that one notebook says."""
    space = {}
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            shown = run_cell(cell.source, space)
            yield from (Told(name, number, kind, text) for kind, text in texts_of(shown))


def run_cell(source, space):
    """Run a cell as a kernel would; gives what its last line shows."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), space)
    return (
        None if last is None else eval(compile(ast.Expression(last.value), "<cell>", "eval"), space)
    )


def texts_of(shown):
    """The texts of an output with their kinds."""
    if isinstance(shown, Picture):
        yield ALT, shown.alt
        yield CAPTION, shown.caption
        yield from ((DRAWN, text.get_text()) for text in shown.figure.findobj(Text))
    elif hasattr(shown, "_repr_html_"):
        soup = BeautifulSoup(shown._repr_html_(), "html.parser")
        for table in soup("table"):
            yield from texts_of_table(table.extract())
        yield from ((SENTENCE, words(tag)) for tag in soup(["p", "summary"]))


def texts_of_table(table):
    caption = words(table.caption) if table.caption else ""
    yield CAPTION, caption
    for row in table("tr"):
        cells = f"| {' | '.join(map(words, row(['th', 'td'])))} |"
        yield (HEAD, f"{caption} {cells}") if row.find_parent("thead") else (CELL, cells)


def words(tag):
    return " ".join(tag.get_text().split())
