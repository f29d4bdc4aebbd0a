"""A drawn figure that shows itself in a notebook, with its alternative text."""

import base64
import html
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial, wraps
from typing import Any, ParamSpec

import matplotlib
import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from dmsi_lib.figures.lettering import each_font_found_once, lacking_letters
from dmsi_lib.figures.reader_tables import Source
from dmsi_lib.figures.saving import save_picture
from dmsi_lib.figures.text_once import TextOnceRenderer
from dmsi_lib.files import Place

DPI = 220  # dots an inch: about two for each pixel of a telephone
Drawn = ParamSpec("Drawn")
_SHOWN = 500  # pixels that a drawing of the usual width takes on a page


@dataclass(frozen=True)
class Picture:
    """A drawn figure with its name and alt text; shows itself in a notebook as PNG, or, where lines
    and small print matter, as SVG (`vector`).

    `alt` is what it shows in words, `caption` what is said below it, `tables` are the names of the
    report's tables that hold its figures, `data` what it shows in numbers, `again` draws it anew.
    """

    name: str
    figure: Figure
    alt: str
    caption: str = ""
    tables: tuple[str, ...] = ()
    vector: bool = False
    data: pd.DataFrame | None = field(default=None, compare=False, repr=False)
    again: "Callable[[], Picture] | None" = field(default=None, compare=False, repr=False)

    def save(
        self,
        place: Place,
        width: float | None = None,
        height: float | None = None,
        unit: str = "mm",
        language: str = "en",
        palette: str = "house",
        dpi: int = 300,
    ) -> tuple[str, ...]:
        """Save the figure for a paper, its data and its alternative text beside it.

        Parameters
        ----------
        place : path
            What it ends with is the format: .svg, .pdf or .png. Beside "role.pdf" go "role.csv",
            the data, and "role.txt", the alternative text and which files were saved with it.
        width, height : float, optional
            In units; by default the width of a telephone, and the height that the figure needs.
            Letters keep their size, lines are broken anew, a greater height is spread over it.
        unit : "mm" or "in"
        language : "en" or "fr"
            Of the numbers alone: 1,058 and 12.5 %, or 1\u202f058 and 12,5\u202f%.
        palette : "house", "grey" or "colorblind" (seaborn's, which the house's is)
        dpi : int
            Dots an inch of a .png.

        Returns
        -------
        tuple of str
            The names of the files written.

        Raises
        ------
        InputError
            For another ending, unit, language or palette, a size that is too small, or a file that
            is there already and was not saved in this way, or changed since.

        Examples
        --------
        >>> survey.chart("role").save("role.pdf", width=120, language="fr", palette="grey")
        ('role.pdf', 'role.csv', 'role.txt')
        """
        size = (width, height, unit)
        return save_picture(self, place, size, language=language, palette=palette, dpi=dpi)

    def svg(self) -> bytes:
        """The figure as SVG bytes, the same for the same figure."""
        drawn = io.BytesIO()
        settings = matplotlib.rc_context({"svg.hashsalt": self.name})
        with settings, lacking_letters(), each_font_found_once():
            self.figure.savefig(drawn, format="svg", metadata={"Date": None})
        return drawn.getvalue()

    def png(self) -> bytes:
        """The figure as PNG bytes, colours reduced to what a chart needs."""
        # Pictures take more of a report's time than everything else. So letters are not fitted to
        # pixels, the palette is pillow's quickest, and zlib looks no further than it pays: it takes
        # half its usual time, and a file becomes a twentieth larger.
        self.figure.set_dpi(DPI)
        wide, high = map(int, self.figure.bbox.size)
        renderer = TextOnceRenderer(wide, high, DPI)
        settings = matplotlib.rc_context({"text.hinting": "none"})
        with settings, lacking_letters(), each_font_found_once():
            self.figure.draw(renderer)
        image = Image.frombuffer("RGBA", (wide, high), renderer.buffer_rgba(), "raw", "RGBA", 0, 1)
        image = image.quantize(256, method=Image.Quantize.FASTOCTREE)
        palette = image.getpalette() or []
        image.putpalette([255 if value > 250 else value for value in palette])  # white
        small = io.BytesIO()
        image.save(small, format="png", compress_level=4)
        return small.getvalue()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        metadata: dict[str, Any] = {"alt": self.alt, "name": self.name, "tables": list(self.tables)}
        metadata |= {"caption": self.caption}
        if self.vector:
            form, content = "image/svg+xml", self.svg().decode()
            encoded, width = base64.b64encode(content.encode()).decode(), ""
        else:
            form, content = "image/png", base64.b64encode(self.png()).decode()
            encoded, width = content, f' width="{_SHOWN}"'
            metadata |= {"width": _SHOWN}  # JupyterLab and nbconvert would show every dot
        # nbconvert's usual template has no alternative text for images, and none has it for SVG.
        alt = html.escape(self.alt)
        image = f'<img src="data:{form};base64,{encoded}" alt="{alt}"{width}>'
        return {form: content, "text/html": image, "text/plain": self.alt}, {form: metadata}


def redrawable(draw: Callable[Drawn, Picture]) -> Callable[Drawn, Picture]:
    """Have the pictures of a function know how they are drawn anew, as in another style."""

    @wraps(draw)
    def drawn(*args: Drawn.args, **kwargs: Drawn.kwargs) -> Picture:
        return replace(draw(*args, **kwargs), again=partial(draw, *args, **kwargs))

    return drawn


def marked_data(data: pd.DataFrame, survey: Source) -> pd.DataFrame:
    """What a picture shows in numbers, with a last column that says what kind of data these are."""
    return data.assign(data="synthetic" if survey.synthetic else "export")
