"""From executed notebooks to pages that anyone can open: one self-contained file a section.

nbconvert renders the cells; one pass over the result adds what readers need (headings' anchors,
scopes, folded code) and removes whatever could run. A page loads nothing from outside and its
content security policy forbids that it ever does.
"""

import html
import re
from dataclasses import dataclass

import nh3
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'"
_KEPT_ATTRIBUTES = {
    "*": {"class", "id", "lang"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
_STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --line: #d0d7de; --soft: #f4f6f8;
  --link: #0b5394; --badge: #7a2e00; --badge-paper: #fff1e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #15181c; --line: #3d444d;
  --soft: #20252b; --link: #8ec5ff; --badge: #ffd9a8; --badge-paper: #4a2500; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, "DejaVu Sans", sans-serif; color: var(--ink);
  background: var(--paper); }
.badge { position: sticky; top: 0; z-index: 2; padding: .3rem 1rem; font-weight: 600;
  color: var(--badge); background: var(--badge-paper); border-bottom: 1px solid var(--badge); }
.page { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 2rem; max-width: 80rem;
  margin: 0 auto; padding: 1rem; }
nav ol { list-style: none; margin: 0; padding: 0; font-size: .92rem; }
nav li { margin: .3rem 0; }
nav [aria-current] { font-weight: 700; }
nav.sections { align-self: start; position: sticky; top: 3rem; }
a { color: var(--link); }
h1 { font-size: 1.7rem; line-height: 1.25; } h2 { font-size: 1.25rem; margin-top: 2.2rem; }
img { max-width: 100%; height: auto; background: #fff; border-radius: 4px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .6rem 0; font-size: .9rem; min-width: 24rem; }
caption { text-align: left; padding: .2rem 0; font-size: .85rem; }
th, td { padding: .25rem .5rem; border-bottom: 1px solid var(--line); text-align: right;
  vertical-align: top; }
th:first-child, td:first-child, .words { text-align: left; }
td:not(.words, :first-child) { white-space: nowrap; }
thead th { background: var(--soft); }
pre { overflow-x: auto; padding: .6rem; background: var(--soft); font-size: .82rem; }
details summary { cursor: pointer; font-size: .82rem; }
.anchor-link { display: none; }
footer { font-size: .85rem; border-top: 1px solid var(--line); margin-top: 2rem; }
.steps { display: flex; justify-content: space-between; gap: 1rem; }
@media (max-width: 52rem) { .page { display: block; } nav.sections { position: static; } }
@media print { nav, details, .steps { display: none; } .page { display: block; }
  .badge { position: static; } figure, tr, img { break-inside: avoid; } body { font-size: 11pt; } }
"""


@dataclass(frozen=True)
class Section:
    """One page of the report: file name, title, and the first paragraph as its summary."""

    file: str
    title: str
    summary: str


def make_exporter():
    """An HTML exporter; making one takes longer than using it, so make one and keep it."""
    return HTMLExporter(
        template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True
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
    context : dict with "title" (the report's), "badge" (text or "") and "note" (how it was made)
    exporter : as made by `make_exporter`

    Returns
    -------
    str
    """
    notebook = _without_parameters(notebook)
    body, _ = exporter.from_notebook_node(notebook)
    position = [s.file for s in sections].index(section.file)
    steps = "".join(
        f'<a href="{html.escape(sections[n].file)}">{word}: {html.escape(sections[n].title)}</a>'
        for n, word in ((position - 1, "Previous"), (position + 1, "Next"))
        if 0 <= n < len(sections)
    )
    main = f'{_tidy(body)}<nav class="steps" aria-label="Neighbours">{steps}</nav>'
    return _shell(section.title, main, sections, section.file, context)


def render_index(sections, summary, context):
    """The report's front page: what it is, the summary, and the contents.

    Parameters
    ----------
    sections : list of Section
    summary : list of str, sentences
    context : as in `render_section`
    """
    title = html.escape(context["title"])
    sentences = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in summary)
    rows = "".join(
        f'<li><a href="{html.escape(s.file)}">{html.escape(s.title)}</a>'
        f"<br>{html.escape(s.summary)}</li>"
        for s in sections
    )
    main = f"<h1>{title}</h1>{sentences}<h2>Sections</h2><ol>{rows}</ol>"
    return _shell(context["title"], main, sections, "index.html", context)


def _without_parameters(notebook):
    """The notebook without its setup cells, which say nothing to a reader."""
    notebook = notebook.copy()
    tags = {"parameters", "injected-parameters", "setup"}
    notebook.cells = [c for c in notebook.cells if not tags & set(c.metadata.get("tags", []))]
    return notebook


def _tidy(body):
    """Fold code, mark table headers, drop everything that could run."""
    soup = BeautifulSoup(body, "html.parser")
    for source in soup.select("div.input"):
        folded = soup.new_tag("details")
        summary = soup.new_tag("summary")
        summary.string = "Code"
        source.wrap(folded)
        folded.insert(0, summary)
    for cell in soup.select("thead th"):
        cell["scope"] = "col"
    for table in soup.select("table"):
        _align_text(table)
        table.wrap(soup.new_tag("div", attrs={"class": "scroll"}))
    for image in soup.select("img"):
        image["alt"] = image.get("alt", "")
    return nh3.clean(
        str(soup),
        tags=nh3.ALLOWED_TAGS | {"details", "summary", "figure", "figcaption", "section"},
        attributes=_KEPT_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "data"},
        attribute_filter=_only_image_data,
        link_rel=None,
    )


def _align_text(table):
    """Mark the columns that hold words, so that only figures are set to the right."""
    rows = [row.select("th, td") for row in table.select("tr")]
    for column in zip(*rows, strict=False):
        if any(re.search("[^\\W\\d_]{3}", cell.get_text()) for cell in column[1:]):
            for cell in column:
                cell["class"] = "words"


def _only_image_data(tag, attribute, value):
    """Images hold their own data, in which nothing runs; nothing else is a data: address."""
    if tag == "img" and attribute == "src":
        is_image = re.fullmatch(r"data:image/(png|svg\+xml);base64,[A-Za-z0-9+/=\s]+", value)
        return value if is_image else None
    return None if value.strip().lower().startswith("data:") else value


def _shell(title, main, sections, current, context):
    links = [("index.html", "Contents"), *((s.file, s.title) for s in sections)]
    contents = "".join(
        f'<li><a href="{html.escape(file)}"{" aria-current=page" if file == current else ""}>'
        f"{html.escape(text)}</a></li>"
        for file, text in links
    )
    badge = (
        f'<p class="badge" role="note">{html.escape(context["badge"])}</p>'
        if context["badge"]
        else ""
    )
    badge = badge.replace("<p ", '<p style="margin:0" ')
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)} – {html.escape(context['title'])}</title>"
        f"<style>{_STYLE}</style></head><body>{badge}"
        f'<div class="page"><nav class="sections" aria-label="Sections"><ol>{contents}</ol></nav>'
        f"<main>{main}<footer><p>{html.escape(context['note'])}</p></footer></main></div>"
        "</body></html>\n"
    )
