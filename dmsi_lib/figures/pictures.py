"""A drawn figure that shows itself in a notebook, with its alternative text."""

import base64
import html
import io
from dataclasses import dataclass
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

DPI = 220  # dots an inch: about two for each pixel of a telephone
_SHOWN = 500  # pixels that a drawing of the usual width takes on a page


@dataclass(frozen=True)
class Picture:
    """A drawn figure with its name and alt text; shows itself in a notebook as PNG, or, where lines
    and small print matter, as SVG (`vector`).

    `alt` is what it shows in words, `caption` what is said below it, `tables` are the names of the
    report's tables that hold its figures.
    """

    name: str
    figure: Figure
    alt: str
    caption: str = ""
    tables: tuple[str, ...] = ()
    vector: bool = False

    def svg(self) -> bytes:
        """The figure as SVG bytes, the same for the same figure."""
        drawn = io.BytesIO()
        with matplotlib.rc_context({"svg.hashsalt": self.name}):
            self.figure.savefig(drawn, format="svg", metadata={"Date": None})
        return drawn.getvalue()

    def png(self) -> bytes:
        """The figure as PNG bytes, colours reduced to what a chart needs."""
        # Pictures take more of a report's time than everything else. So letters are not fitted to
        # pixels, and the palette is pillow's quickest.
        self.figure.set_dpi(DPI)
        canvas = FigureCanvasAgg(self.figure)
        with matplotlib.rc_context({"text.hinting": "none"}):
            canvas.draw()
        size = canvas.get_width_height(physical=True)
        image = Image.frombuffer("RGBA", size, canvas.buffer_rgba()).convert("RGB")
        image = image.quantize(256, method=Image.Quantize.FASTOCTREE)
        palette = image.getpalette() or []
        image.putpalette([255 if value > 250 else value for value in palette])  # white
        small = io.BytesIO()
        image.save(small, format="png", compress_level=6)
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
