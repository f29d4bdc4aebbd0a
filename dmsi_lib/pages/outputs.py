"""What the outputs of a notebook say of themselves: which are figures, what files hold them."""

import base64
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from nbformat import NotebookNode

from dmsi_lib.pages.cells import readers_notebook

_FIGURES = ("image/svg+xml", "image/png", "image/jpeg")
# The forms of an output that a page can show; the first one that there is counts. A figure may have
# HTML, too, for notebooks shown elsewhere.
FORMS = (*_FIGURES, "text/html", "text/markdown", "text/latex", "text/plain")
# Of those that are files in figures/, too: their ending, and how their data become bytes.
_ENDINGS = {"image/png": ".png", "image/svg+xml": ".svg"}
_BYTES: dict[str, Any] = {"image/png": base64.b64decode, "image/svg+xml": str.encode}
_FILE_NAME = re.compile(r"[\w.-]+")  # nothing that leads to another folder


@dataclass(frozen=True)
class Shown:
    """What stands below an output: its caption and pairs of text and address."""

    caption: str = ""
    links: tuple[tuple[str, str], ...] = ()


def describe_outputs(
    notebook: NotebookNode, name: str, tables: Collection[str] = (), figures: bool = False
) -> None:
    """Write what stands below every output into its metadata as `shown`, in place.

    The figures' files, if they are in figures/, carry the number that the notebook's name begins
    with; `tables` are the stems of the files in tables/.
    """
    number = 0
    for output, form, about, file in _described(notebook, name):
        caption, named = "", about.get("tables")
        named = named if isinstance(named, list | tuple) else ()
        stems = [stem for stem in named if isinstance(stem, str) and stem in tables]
        number += form in _FIGURES
        texts = _data_texts(len(stems), f" of figure {number}" if form in _FIGURES else "")
        links = [(text, f"tables/{quote(s)}.csv") for text, s in zip(texts, stems, strict=True)]
        if form in _FIGURES:
            words = f"{about.get('name', '')}.".replace("_", " ").capitalize()
            caption = f"Figure {number}. {about.get('caption', words)}".rstrip()
            if figures and file:
                links.append((f"Figure {number} as a file", f"figures/{quote(file)}"))
        output.setdefault("metadata", {})["shown"] = Shown(caption, tuple(links))


def table_names_of(notebook: NotebookNode) -> list[str]:
    """The stems of the files in tables/ that hold what an executed notebook shows, in its order."""
    named = (
        about.get("tables", [])
        for _, _, about, _ in _described(readers_notebook(notebook), "")
        if isinstance(about.get("tables", []), list | tuple)
    )
    return list(dict.fromkeys(stem for stems in named for stem in stems if isinstance(stem, str)))


def _data_texts(files: int, whose: str) -> list[str]:
    """What the links to the data of an output say, several being those of its groups in order."""
    if files == 1:
        return [f"Data{whose} (CSV)"]
    return [f"Data{whose}, group {n} (CSV)" for n in range(1, files + 1)]


def figure_files(notebook: NotebookNode, name: str) -> dict[str, bytes]:
    """The figures on the page of an executed notebook, which are files in figures/, too.

    Parameters
    ----------
    notebook : executed
    name : the notebook's, whose number the files carry

    Returns
    -------
    content by the name of the file
    """
    return {
        file: _BYTES[form](output["data"][form])
        for output, form, _, file in _described(readers_notebook(notebook), name)
        if file
    }


def _described(notebook: NotebookNode, name: str) -> Iterator[tuple[Any, str, dict[str, Any], str]]:
    """Every output with its form, what its metadata say of it, and the name of its file or ""."""
    times: Counter[str] = Counter()  # a notebook may show a question twice
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


def _about(output: NotebookNode) -> tuple[str, dict[str, Any]]:
    """The form in which an output is shown, and what its metadata say of it."""
    form = next((form for form in FORMS if form in output.get("data", {})), "")
    about = output.get("metadata", {}).get(form)
    return form, about if isinstance(about, dict) else {}
