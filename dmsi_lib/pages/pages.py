"""From executed notebooks to pages that anyone can open: one self-contained file a section.

nbconvert renders the cells by the template in `templates/section`, `body` cleans what comes out,
and the shell around it is `templates/page.html.j2`, which escapes all titles and labels. A page
loads nothing from outside and its content security policy forbids that it ever does.
"""

import copy
import functools
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup
from nbconvert import HTMLExporter, TemplateExporter
from traitlets.config import Config

from dmsi_lib.errors import NotebookError
from dmsi_lib.pages.body import Heading, tidy_body
from dmsi_lib.pages.outputs import FORMS, describe_outputs
from dmsi_lib.pages.style import page_style, policy_for

_TEMPLATES = Path(__file__).resolve().parent / "templates"
LONGEST_MARKDOWN = 50_000  # characters; some take the square of their number to become HTML
_NO_READERS_CELLS = {"parameters", "injected-parameters", "setup"}


@dataclass(frozen=True)
class Section:
    """One page of the report: file name, title, and the first paragraph as its summary."""

    file: str
    title: str
    summary: str


@dataclass(frozen=True)
class PageContext:
    """What all pages of a report have in common.

    Attributes
    ----------
    title : str, the report's
    badge : str, what kind of data these are; empty where they are no special kind
    audience : str, for whom the report is; a line beside the badge
    note : str, how the report was made; the footer
    tables : frozenset of str, the stems of the files in tables/, which are linked
    figures : bool, whether the figures are files in figures/, which are linked
    """

    title: str
    badge: str = ""
    audience: str = ""
    note: str = ""
    tables: frozenset = frozenset()
    figures: bool = False


@dataclass(frozen=True)
class Link:
    """A line of the contents, with the lines below it."""

    href: str
    text: str
    current: bool = False
    inner: tuple = ()


def make_exporter():
    """An HTML exporter; making one takes longer than using it, so make one and keep it."""
    return HTMLExporter(
        config=Config(
            {
                "NbConvertBase": {"display_data_priority": list(FORMS)},
                "Exporter": {"optimistic_validation": True},  # once, not after every step
            }
        ),
        template_name="section",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )


def describe_section(notebook, name):
    """Title and summary of a notebook: its first heading and the paragraph below it."""
    lines = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            lines += [block.strip() for block in cell.source.split("\n\n") if block.strip()]
    title = next((line[2:].strip() for line in lines if line.startswith("# ")), name)
    summary = next((line for line in lines if not line.startswith("#")), "")
    return Section(f"{name}.html", title, " ".join(summary.split()))


def render_section(notebook, section, sections, context, exporter):
    """A complete page for one executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
    section : Section, the page's own
    sections : list of Section, for contents and neighbours
    context : PageContext
    exporter : as made by `make_exporter`

    Returns
    -------
    str

    Raises
    ------
    NotebookError
        For a Markdown cell, or an output of Markdown, longer than LONGEST_MARKDOWN.
    """
    _check_lengths(notebook, section)
    notebook = _for_readers(notebook)
    describe_outputs(notebook, section.file, context.tables, context.figures)
    # HTMLExporter's own method would parse the result once more, to warn of missing alt texts.
    body, _ = TemplateExporter.from_notebook_node(exporter, notebook)
    body = tidy_body(body)
    position = [s.file for s in sections].index(section.file)
    neighbours = [None, *sections, None]
    return render_page(
        "page.html.j2",
        title=section.title,
        links=contents(sections, section.file, body.headings),
        context=context,
        body=Markup(body.html),
        previous=neighbours[position],
        next=neighbours[position + 2],
    )


def render_index(sections, summary, context, facts=None):
    """The report's front page: what it is, the summary, the contents, and what data these are.

    Parameters
    ----------
    sections : list of Section
    summary : list of str, sentences
    context : PageContext
    facts : dict of term to text, optional
        Kind of data, respondents, edit, base, date, versions.
    """
    headings = [Heading("summary", "Summary"), Heading("sections", "Sections")]
    headings += [Heading("data", "The data")] if facts else []
    return render_page(
        "front.html.j2",
        title=context.title,
        links=contents(sections, "index.html", headings),
        context=context,
        sections=sections,
        summary=summary,
        facts=facts,
    )


def contents(sections, current="", headings=()):
    """The contents as links, with the headings of the current page below its line."""
    inner = tuple(Link(f"#{heading.anchor}", heading.text) for heading in headings)
    pages = [("index.html", "Contents"), *((s.file, s.title) for s in sections)]
    return [
        Link(quote(file), title, file == current, inner if file == current else ())
        for file, title in pages
    ]


def render_page(template, *, title, links, context, **parts):
    """Put the shell around a page. Everything is escaped but `Markup`.

    Parameters
    ----------
    template : name of a file in the folder templates
    title : str
    links : list of Link, the contents
    context : PageContext
    parts : what else the template shows
    """
    style = page_style(context.badge, context.audience)
    template = _shells().get_template(template)
    return template.render(
        title=title,
        links=links,
        context=context,
        policy=policy_for(style),
        style=Markup(style),
        **parts,
    )


@functools.cache
def _shells():
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        keep_trailing_newline=True,
    )


def _check_lengths(notebook, section):
    for number, cell in enumerate(notebook.cells, 1):
        texts = [cell.source] if cell.cell_type == "markdown" else []
        outputs = cell.get("outputs", [])
        texts += [output.get("data", {}).get("text/markdown", "") for output in outputs]
        longest = max(map(len, texts), default=0)
        if longest > LONGEST_MARKDOWN:
            raise NotebookError(
                f"{Path(section.file).stem}.ipynb, cell {number}: Markdown of {longest:,} "
                f"characters; expected at most {LONGEST_MARKDOWN:,}. Divide the cell."
            )


def _for_readers(notebook):
    """A copy of the notebook without its setup cells, which say nothing to a reader."""
    cells = [c for c in notebook.cells if not _NO_READERS_CELLS & set(c.metadata.get("tags", []))]
    notebook = notebook.copy()
    notebook.cells = copy.deepcopy(cells)
    return notebook
