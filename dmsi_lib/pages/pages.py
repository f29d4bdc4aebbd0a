"""From executed notebooks to pages that anyone can open: one self-contained file a section.

nbconvert renders the cells by the template in `templates/section`, `page_body` cleans what comes
out, and the shell around it is `templates/page.html.j2`, which escapes all titles and labels. A
page loads nothing from outside and its content security policy forbids that it ever does.
"""

import copy
import functools
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup
from nbconvert import HTMLExporter, TemplateExporter
from traitlets.config import Config

from dmsi_lib.errors import NotebookError
from dmsi_lib.pages.body import tidy_body
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
    context : dict
        "title" (the report's), "badge" (text or "") and "note" (how it was made); optional are
        "audience" (a line beside the badge), "tables" (set of the stems of the files in tables/)
        and "figures" (whether the figures are files in figures/, too): what is there is linked.
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
    describe_outputs(notebook, section.file, context.get("tables", ()), context.get("figures"))
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


def render_index(sections, summary, context):
    """The report's front page: what it is, the summary, the contents, and what data these are.

    Parameters
    ----------
    sections : list of Section
    summary : list of str, sentences
    context : dict
        As in `render_section`; "facts", optional, is a dict of term to text: kind of data,
        respondents, edit, base, date, versions.
    """
    headings = [("summary", "Summary"), ("sections", "Sections")]
    headings += [("data", "The data")] if context.get("facts") else []
    return render_page(
        "front.html.j2",
        title=context["title"],
        links=contents(sections, "index.html", headings),
        context=context,
        sections=sections,
        summary=summary,
        facts=context.get("facts", {}),
    )


def contents(sections, current="", headings=()):
    """The contents as links, with the headings of the current page below its line."""
    inner = tuple(Link(f"#{anchor}", text) for anchor, text in headings)
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
    context : as in `render_section`
    parts : what else the template shows
    """
    marks = [context.get(name, "") for name in ("badge", "audience")]
    style = page_style(*marks)
    return _shells().get_template(template).render(
        title=title,
        report=context["title"],
        links=links,
        badge=marks[0],
        audience=marks[1],
        note=context["note"],
        policy=policy_for(style),
        style=Markup(style),
        **parts,
    )  # fmt: skip


@functools.cache
def _shells():
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        keep_trailing_newline=True,
        undefined=jinja2.ChainableUndefined,
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


# The forms of an output that a page can show; the first one that there is counts.
FORMS = (
    *("text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg"),
    *("text/latex", "text/plain"),
)
_ENDINGS = {"image/png": "png", "text/html": "svg"}  # of the files in figures/
_ONE_IMAGE = re.compile(r"\s*<img\b[^<>]*>\s*")


def describe_outputs(notebook, page, tables=(), figures=False):
    """Write caption and links of every output into its metadata as `shown`, in place.

    Parameters
    ----------
    notebook : NotebookNode
    page : file name of its page, whose number the figures' files carry
    tables : set of str, the stems of the files there are in tables/
    figures : bool, whether the figures are files in figures/
    """
    number, seen = 0, {}
    for output in _outputs(notebook):
        form, about = _about(output)
        is_figure = _is_figure(output, form)
        links = [
            (f"Data (CSV): {stem}", f"tables/{quote(stem)}.csv") for stem in _stems(about, tables)
        ]
        caption = ""
        if is_figure:
            number += 1
            caption = f"Figure {number}. {_caption(about)}".rstrip()
            if figures and "name" in about and form in _ENDINGS:
                file = f"{page[:2]}_{about['name']}"
                seen[file] = seen.get(file, 0) + 1
                file += f"_{seen[file]}" if seen[file] > 1 else ""
                href = f"figures/{quote(file)}.{_ENDINGS[form]}"
                links.append((f"Figure {number} as a file", href))
        output.setdefault("metadata", {})["shown"] = {
            "is_figure": is_figure,
            "caption": caption,
            "links": links,
        }


def _outputs(notebook):
    return [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type in ("execute_result", "display_data")
    ]


def _about(output):
    """The form in which an output is shown, and what its metadata say of it."""
    data, metadata = output.get("data", {}), output.get("metadata", {})
    form = next((form for form in FORMS if form in data), "")
    about = metadata.get(form)
    return form, about if isinstance(about, dict) else {}


def _is_figure(output, form):
    """Whether it is a picture; one of lines comes as HTML that is nothing but an image."""
    if form != "text/html":
        return form.startswith("image/")
    return bool(_ONE_IMAGE.fullmatch(output["data"][form]))


def _caption(about):
    """The caption that comes along, or the name in words."""
    name = f"{about.get('name', '')}.".replace("_", " ").capitalize()
    return str(about.get("caption", name))


def _stems(about, tables):
    """The tables behind an output, as far as the report has them as files."""
    named = about.get("tables")
    named = named if isinstance(named, list | tuple) else []
    return [stem for stem in named if isinstance(stem, str) and stem in tables]
