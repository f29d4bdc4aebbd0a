"""Which caption stands at a figure or table, and which files of the report belong to it.

An output says so in its metadata: `name`, `alt`, `caption` and `tables` (stems of the files in
tables/).
"""

import re
from urllib.parse import quote

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
