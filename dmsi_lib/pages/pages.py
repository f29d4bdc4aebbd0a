"""From executed notebooks to pages that anyone can open: one self-contained file a section.

nbconvert renders the cells by the template in `templates/section`, `body` cleans what comes out,
and the shell around it is `templates/page.html.j2`, which escapes all titles and labels. A page
loads nothing from outside and its content security policy forbids that it ever does.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup
from nbconvert import HTMLExporter, TemplateExporter
from nbformat import NotebookNode
from traitlets.config import Config

from dmsi_lib.errors import NotebookError
from dmsi_lib.pages.body import Link, tidy_body
from dmsi_lib.pages.cells import readers_notebook
from dmsi_lib.pages.findings import Finding
from dmsi_lib.pages.outputs import FORMS, describe_outputs
from dmsi_lib.pages.style import page_style, policy_for

_TEMPLATES = Path(__file__).resolve().parent / "templates"
LONGEST_MARKDOWN = 50_000  # characters; some take the square of their number to become HTML
_MOST_FINDINGS = 10  # on the front page
# The lists of sections on a front page: which, by what notebooks call it, and its heading.
PARTS = {"findings": "Findings", "about": "About the data"}
# What Markdown takes for a sign of its own once a backslash stands before it (CommonMark 2.4).
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# "95 % interval", "p = 0.03", "p < 0.001", "p (Holm)", "P value", "Ci low"
_UNCERTAIN = re.compile(r"\binterval|\bp (=|&lt;|\(Holm\)|value)|\bci low", re.IGNORECASE)
_SHELLS = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, keep_trailing_newline=True
)


@dataclass(frozen=True)
class Section:
    """One page of the report: file name, title, and the first paragraph as its summary.

    `part` is one of PARTS, or "" where sections are in no parts.
    """

    file: str
    title: str
    summary: str
    part: str = ""


@dataclass(frozen=True)
class PageContext:
    """What all pages of a report have in common.

    Attributes
    ----------
    title : the report's
    badge : what kind of data these are; empty where they are no special kind
    audience : for whom the report is; a line beside the badge
    note : what the report is about; the footer
    tables : the stems of the files in tables/, which are linked
    figures : whether the figures are files in figures/, which are linked
    group : in words, whose answers these are; empty where they are everybody's
    sampling : what an interval does not cover; stands once on pages that hold one, or a test
    alone : whether there is but one page, so that no front page leads to it
    """

    title: str
    badge: str = ""
    audience: str = ""
    note: str = ""
    tables: frozenset[str] = frozenset()
    figures: bool = False
    group: str = ""
    sampling: str = ""
    alone: bool = False


@dataclass(frozen=True)
class Front:
    """What a report's front page says besides its contents.

    Attributes
    ----------
    about : what this is, in a paragraph or two
    findings : what the sections found; the first ten are shown
    guide : how to read a report, term to text
    facts : about the numbers, term to text, folded: respondents, date, versions
    """

    about: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    guide: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


def make_exporter() -> HTMLExporter:
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


def describe_section(notebook: NotebookNode, name: str) -> Section:
    """Title and summary of a notebook: its first heading and the paragraph below it."""
    lines: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            lines += [block.strip() for block in cell.source.split("\n\n") if block.strip()]
    title = next((line[2:].strip() for line in lines if line.startswith("# ")), name)
    title = _ESCAPED.sub(r"\1", title)
    summary = next((line for line in lines if not line.startswith("#")), "")
    return Section(f"{name}.html", title, " ".join(summary.split()), part_of(notebook))


def part_of(notebook: NotebookNode) -> str:
    """The part of the report that a notebook says it belongs to, by default the findings."""
    about = notebook.metadata.get("dmsi")
    part = about.get("part") if isinstance(about, dict) else None
    return str(part) if str(part) in PARTS else next(iter(PARTS))


def render_section(
    notebook: NotebookNode,
    section: Section,
    sections: Sequence[Section],
    context: PageContext,
    exporter: HTMLExporter,
) -> str:
    """A complete page for one executed notebook.

    Parameters
    ----------
    notebook : left as it is
    section : the page's own
    sections : for contents and neighbours
    context : what all pages have in common
    exporter : as made by `make_exporter`

    Raises
    ------
    NotebookError
        For a Markdown cell, or an output of Markdown, longer than LONGEST_MARKDOWN.
    """
    _check_lengths(notebook, section)
    notebook = readers_notebook(notebook)
    describe_outputs(notebook, section.file, context.tables, context.figures)
    # HTMLExporter's own method would parse the result once more, to warn of missing alt texts.
    source, _ = TemplateExporter.from_notebook_node(exporter, notebook)
    body = tidy_body(source, context.group)
    before, after = neighbours(sections, section.file)
    return render_page(
        "page.html.j2",
        section.title,
        contents(sections, section.file, body.headings)[context.alone :],
        context,
        body=Markup(body.html),
        has_code=any(c.source for c in notebook.cells if c.cell_type == "code"),
        sampling=context.sampling if is_uncertain(body.html) else "",
        previous=before,
        next=after,
    )


def neighbours(sections: Sequence[Section], file: str) -> tuple[Section | None, Section | None]:
    """The sections before and after a page, None where there is none."""
    position = [section.file for section in sections].index(file)
    around = [None, *sections, None]
    return around[position], around[position + 2]


def is_uncertain(html: str) -> bool:
    """Whether a page holds an interval or a p-value, by its words."""
    return bool(_UNCERTAIN.search(html))


def render_index(sections: Sequence[Section], front: Front, context: PageContext) -> str:
    """The report's front page: what it is, what was found, how to read it, and the contents.

    Parameters
    ----------
    sections : all pages but this one, in the order of their parts
    front : what the page says
    context : what all pages have in common
    """
    parts = {"": ("reports", "Reports"), **{part: (part, text) for part, text in PARTS.items()}}
    listed = {part: [section for section in sections if section.part == part] for part in parts}
    lists = [(*parts[part], found) for part, found in listed.items() if found]
    headings = [Link("#in-brief", "In brief")] if front.findings else []
    headings += [Link("#how-to-read", "How to read this report")] if front.guide else []
    headings += [Link(f"#{anchor}", heading) for anchor, heading, _ in lists]
    return render_page(
        "front.html.j2",
        context.title,
        contents(sections, "index.html", headings),
        context,
        front=front,
        findings=front.findings[:_MOST_FINDINGS],
        lists=lists,
    )


def contents(sections: Iterable[Section], current: str, headings: Iterable[Link]) -> list[Link]:
    """The contents as links, with the headings of the current page below its line, and the name of
    a part above its first section."""
    links, before = [], next(iter(PARTS))  # which goes without saying
    for section in [Section("index.html", "Contents", "", before), *sections]:
        here = section.file == current
        heading = PARTS.get(section.part, "") if section.part != before else ""
        inner = tuple(headings) if here else ()
        links.append(Link(quote(section.file), section.title, here, inner, heading))
        before = section.part
    return links


def render_page(
    template: str, title: str, links: Collection[Link], context: PageContext, **parts: Any
) -> str:
    """Put the shell, a file in the folder templates, around the parts that it shows.

    Everything is escaped but `Markup`.
    """
    style = page_style(context.badge, context.group, context.audience)
    return _SHELLS.get_template(template).render(
        title=title,
        links=links,
        context=context,
        policy=policy_for(style),
        style=Markup(style),
        **parts,
    )


def _check_lengths(notebook: NotebookNode, section: Section) -> None:
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
