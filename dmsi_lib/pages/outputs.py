"""What the outputs of a notebook say of themselves: which are figures, what files hold them."""

import base64
import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import quote

_FIGURES = ("image/svg+xml", "image/png", "image/jpeg")
# The forms of an output that a page can show; the first one that there is counts.
FORMS = ("text/html", "text/markdown", *_FIGURES, "text/latex", "text/plain")
# Of those that are files in figures/, too: their ending, and how their data become bytes.
_ENDINGS = {"image/png": ".png", "image/svg+xml": ".svg"}
_BYTES = {"image/png": base64.b64decode, "image/svg+xml": str.encode}
_FILE_NAME = re.compile(r"[\w.-]+")  # nothing that leads to another folder


@dataclass(frozen=True)
class Shown:
    """What stands below an output: its caption and pairs of text and address."""

    caption: str = ""
    links: tuple = ()


def describe_outputs(notebook, name, tables=(), figures=False):
    """Write what stands below every output into its metadata as `shown`, in place.

    Parameters
    ----------
    notebook : NotebookNode
    name : str, the notebook's, whose number the figures' files carry
    tables : collection of str, the stems of the files there are in tables/
    figures : bool, whether the figures are files in figures/
    """
    number = 0
    for output, form, about, file in _described(notebook, name):
        caption = ""
        stems = _stems(about, tables)
        links = [(f"Data (CSV): {stem}", f"tables/{quote(stem)}.csv") for stem in stems]
        if form in _FIGURES:
            number += 1
            caption = f"Figure {number}. {_caption(about)}".rstrip()
            if figures and file:
                links.append((f"Figure {number} as a file", f"figures/{quote(file)}"))
        output.setdefault("metadata", {})["shown"] = Shown(caption, tuple(links))


def figure_files(notebook, name):
    """The figures of an executed notebook that are files in figures/, too.

    Parameters
    ----------
    notebook : NotebookNode
    name : str, the notebook's

    Returns
    -------
    dict of file name to bytes
    """
    return {
        file: _BYTES[form](output["data"][form])
        for output, form, _, file in _described(notebook, name)
        if file
    }


def _described(notebook, name):
    """Every output with its form, what its metadata say of it, and the name of its file or ""."""
    times = Counter()  # a notebook may show a question twice
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type in ("execute_result", "display_data"):
                form, about = _about(output)
                file = ""
                if form in _ENDINGS and _FILE_NAME.fullmatch(str(about.get("name", ""))):
                    stem = f"{name[:2]}_{about['name']}"
                    times[stem] += 1
                    again = f"_{times[stem]}" if times[stem] > 1 else ""
                    file = f"{stem}{again}{_ENDINGS[form]}"
                yield output, form, about, file


def _about(output):
    """The form in which an output is shown, and what its metadata say of it."""
    form = next((form for form in FORMS if form in output.get("data", {})), "")
    about = output.get("metadata", {}).get(form)
    return form, about if isinstance(about, dict) else {}


def _caption(about):
    """The caption that comes along, or the name in words."""
    name = f"{about.get('name', '')}.".replace("_", " ").capitalize()
    return str(about.get("caption", name))


def _stems(about, tables):
    """The tables behind an output, as far as the report has them as files."""
    named = about.get("tables")
    named = named if isinstance(named, list | tuple) else []
    return [stem for stem in named if isinstance(stem, str) and stem in tables]
