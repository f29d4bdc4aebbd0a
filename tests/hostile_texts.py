"""Texts that try to run something in a page, and the places in a report where texts come in."""

import base64
import re

import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from small_survey import ANSWERS, STEAK, write_survey

from dmsi_lib import Survey
from dmsi_lib.figures.reader_tables import Quotations, Wording, say, show
from dmsi_lib.pages.findings import Finding, find_finding
from dmsi_lib.pages.pages import Front, PageContext, Section, render_index, render_section

OUTSIDE = "https://outside.example/x"
RUN = "window.hacked=1;alert(1)"
_SVG = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'><script>{RUN}</script></svg>"
SVG = base64.b64encode(_SVG.encode()).decode()
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
TEXTS = {
    "script": f"<script>{RUN}</script>",
    "script from outside": f"<script src='{OUTSIDE}.js'></script>",
    "image that fails": f"<img src=x onerror={RUN}>",
    "svg": f"<svg onload={RUN}><animate onbegin={RUN} attributeName=x dur=1s></svg>",
    "link that runs": f"[go](javascript:{RUN}) <a href='jAva\tscript:{RUN}'>go</a>",
    "autolink": f"<javascript:{RUN}> <{OUTSIDE}> ![seen]({OUTSIDE}.png)",
    "reference": f"[go][1]\n\n[1]: javascript:{RUN}",
    "link to data": f"[go](data:text/html,<script>{RUN}</script>) <a href=data:text/html,x>go</a>",
    "end of title": f"</title><script>{RUN}</script>",
    "end of style": f"</style><script>{RUN}</script>",
    "end of everything": f"</pre></details></main></body></html><script>{RUN}</script>",
    "end of a comment": f"--><script>{RUN}</script><!--",
    "out of an attribute": f"\" onmouseover=\"{RUN}\" ' onfocus='{RUN}' autofocus tabindex=1 x=",
    "entities": f"&lt;img src=x onerror={RUN}&gt; &#60;script&#62;{RUN}&#60;/script&#62;",
    "entities twice": f"&amp;lt;script&amp;gt;{RUN}&amp;lt;/script&amp;gt;",
    "frame": f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe><iframe src={OUTSIDE}>",
    "base": "<base href='https://outside.example/'><a href='page.html'>go</a>",
    "refresh": f"<meta http-equiv=refresh content='0;url={OUTSIDE}'>",
    "form": f"<form action='{OUTSIDE}'><button formaction='javascript:{RUN}'>go</button></form>",
    "object": f"<object data='{OUTSIDE}'></object><embed src='{OUTSIDE}'><applet code=x>",
    "media": f"<video poster='{OUTSIDE}'><source onerror={RUN}></video><audio src={OUTSIDE}>",
    "stylesheet": f"<style>@import '{OUTSIDE}.css';</style><link rel=stylesheet href={OUTSIDE}>",
    "style attribute": f'<p style="background:url({OUTSIDE});position:fixed">seen</p>',
    "noscript mutation": f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    "math mutation": (
        "<math><mtext><table><mglyph><style><!--</style>"
        f'<img title="--&gt;&lt;img src=x onerror={RUN}&gt;">'
    ),
    "svg mutation": f'<svg></p><style><a id="</style><img src=x onerror={RUN}>">',
    "textarea mutation": f'<textarea><p title="</textarea><img src=x onerror={RUN}>">',
    "select mutation": f"<select><template><style><!--</template><a rel='--><img onerror={RUN}>'>",
    "template": f"<template><script>{RUN}</script></template><template shadowrootmode=open>{RUN}",
    "picture of lines": f"<img src='data:image/svg+xml;base64,{SVG}' alt='drawn'>",
    "picture in plain": f'<img src="data:image/svg+xml;utf8,{_SVG}">',
    "sources of a picture": f"<img srcset='{OUTSIDE} 2x' src='{OUTSIDE}'>",
    "formula": rf"$\href{{javascript:{RUN}}}{{x}}$ \unicode{{<img src=x onerror={RUN}>}} $$x$$",
    "template language": "{{ self.__init__.__globals__ }} {% raw %}{{ 7 * 7 }}",
    "colours of a terminal": f"\x1b[31m<script>{RUN}</script>\x1b]8;;javascript:{RUN}\x07go",
    "computer in the network": "<a href='//outside.example/a'>go</a> [go](\\\\outside.example\\a)",
}


def _shown(data, metadata=None):
    output = new_output("display_data", data, metadata=metadata or {})
    return new_code_cell("survey.show()", outputs=[output])


def _printed(text):
    outputs = [
        new_output("stream", text=text, name="stderr"),
        new_output("error", ename=text, evalue=text, traceback=[text]),
    ]
    return new_code_cell("survey.show()", outputs=outputs)


def _picture(text):
    return _shown(
        {"image/png": PNG, "text/plain": text},
        {"image/png": {"alt": text, "name": text, "caption": text, "tables": [text]}},
    )


# Where a text comes in, and the cell that shows it.
CELLS = {
    "heading": lambda text: new_markdown_cell(f"## {text}"),
    "prose": lambda text: new_markdown_cell(f"Before {text}\n\nafter"),
    "list": lambda text: new_markdown_cell(f"- {text}\n- `{text}`\n\n> {text}"),
    "code": lambda text: new_code_cell(f"say({text!r})\n{text}"),
    "printed": _printed,
    "sentence": lambda text: _shown({"text/html": say(text)._repr_html_()}),
    "answer": lambda text: _shown({"text/html": Quotations((text,))._repr_html_()}),
    "wording": lambda text: _shown({"text/html": Wording(text, text, text)._repr_html_()}),
    "table": lambda text: _shown(
        {"text/html": show(pd.DataFrame({text: [text, text]}), text)._repr_html_()}
    ),
    "unescaped table": lambda text: _shown(
        {"text/html": pd.DataFrame({text: [text]}, index=[text]).to_html(escape=False)}
    ),
    "styled table": lambda text: _shown(
        {"text/html": pd.DataFrame({text: [text]}).style.set_caption(text).to_html()}
    ),
    "html": lambda text: _shown({"text/html": text}),
    "isolated html": lambda text: _shown({"text/html": text}, {"text/html": {"isolated": True}}),
    "markdown": lambda text: _shown({"text/markdown": text}),
    "latex": lambda text: _shown({"text/latex": text}),
    "script": lambda text: _shown({"application/javascript": f"{RUN}//{text}"}),
    "drawing": lambda text: _shown({"image/svg+xml": f"{_SVG}{text}"}),
    "picture": _picture,
    "finding": lambda text: _tagged("finding", text),
    "folded table": lambda text: _tagged("table", text),
}


def _tagged(tag, text):
    cell = _shown({"text/html": text})
    cell.metadata.tags = [tag]
    return cell


def hostile_context(text):
    """A context that says the text wherever it can."""
    return PageContext(text, text, text, text, frozenset({text}), True, text)


def hostile_sections(text):
    return [Section("02_page.html", text, text), Section(f"{text}.html", text, text)]


def hostile_page(text, cells, exporter):
    """A page with the text in its title, in its shell and in the given cells."""
    notebook = new_notebook(cells=[new_markdown_cell("# Title"), *cells])
    sections = hostile_sections(text)
    return render_section(notebook, sections[0], sections, hostile_context(text), exporter)


def hostile_index(text, sections=None):
    sections = sections or hostile_sections(text)
    words = {text: text}
    front = Front([text], [hostile_finding(text)], words, words)
    return render_index(sections, front, hostile_context(text))


def hostile_finding(text):
    """What a notebook found, in an output that says the text and of which all is as it should not
    be."""
    about = {"text/html": {"share": text}}
    output = new_output("display_data", {"text/html": f"<p>{text}</p>x"}, metadata=about)
    cell = new_code_cell(text, outputs=[output], metadata={"tags": ["finding"]})
    found = find_finding(new_notebook(cells=[cell]), f"{text}.html", text)
    return found or Finding(text, "index.html", text, 0.5)


def hostile_survey(folder, text):
    """A survey that says a text in its title, questions, labels, answers, themes and file name.

    Returns
    -------
    NotebookNode
        With everything that a notebook shows of such a survey.
    """
    line = " ".join(re.sub(r"[\x00-\x1f]", " ", text).split())
    folder.mkdir()
    instrument = STEAK
    for known in ("title: Steak", "text: Do you eat steak?", "rare: Rare", "pepper: Pepper"):
        key, label = known.split(": ")
        quoted = f"{label} {line}".replace("'", "''")
        instrument = instrument.replace(known, f"{key}: '{quoted}'", 1)
    answers = ANSWERS | {("why", ""): [line, None, line, None, None, line, None, None]}
    export, questionnaire = write_survey(folder, instrument, answers)
    (folder / "themes.yaml").write_text(f"why:\n  - {{code: a, label: '{quoted}'}}\n", "utf-8")
    (folder / "tags").mkdir()
    tags = "respondent,theme,coder\nr1,a,ann\nr3,a,ann\n"
    (folder / "tags" / "why.csv").write_text(tags, encoding="utf-8")
    named = folder / f"{''.join(c for c in line if c not in '/')[:80]}.csv"
    survey = Survey.load(export.rename(named), questionnaire)
    shown = [
        *(survey, survey.wording("eats", "doneness"), survey.show("doneness")),
        *(survey.show("sauces", "eats"), survey.plot("doneness"), survey.plot_stacked("eats")),
        *(survey.plot_combinations("sauces"), survey.summarise("doneness"), survey.show("views")),
        *(survey.themes.show("why"), survey.themes.plot("why"), survey.themes.summarise("why")),
        *(survey.flow.plot_routing(), survey.compare("doneness", by="role")),
        show(survey.export.findings, named.name),
        Quotations(tuple(survey.responses["why", ""].dropna())),
    ]
    return new_notebook(cells=[new_markdown_cell("# Survey"), *map(_cell_of, shown)])


def _cell_of(shown):
    if hasattr(shown, "_repr_mimebundle_"):
        data, metadata = shown._repr_mimebundle_()
    else:
        data, metadata = {"text/html": shown._repr_html_(), "text/plain": repr(shown)}, {}
    return _shown(data, metadata)
