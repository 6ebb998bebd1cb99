"""A chart as this package gives it: a Vega-Lite specification in roles of colour, with the words that stand for it."""

from __future__ import annotations

import hashlib
import html
import json
import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .theme import FONT, Role, themed

ThemeName = Literal["light", "dark", "auto"]
# No machine has this font: the renderer then estimates how wide a text is, the same on every machine and in half of the time.
MEASURED = "ar-core"
_FILES = (".svg", ".png", ".html", ".json")
# A glyph of the text under a chart is about so wide.
_GLYPH = 5.5


@dataclass(frozen=True)
class Plot:
    """One chart: shown by a notebook as it is, without a network; saved as SVG, PNG, HTML or Vega-Lite JSON.

    title: what it is about. text: one sentence that says what it shows, for who does not see it. notes: what a reader must know (how
    bands are made, what was left out). rows: the numbers that are drawn, as dicts. spec: the Vega-Lite specification, whose colours are
    `Role`s.
    """

    title: str
    text: str
    spec: dict[str, Any] = field(repr=False)
    notes: tuple[str, ...] = ()
    rows: list[dict[str, Any]] = field(default_factory=list, repr=False)

    def vega_lite(self, theme: ThemeName = "light", titled: bool = True, font: str = FONT) -> dict[str, Any]:
        """The specification for Vega-Lite 6 with the colours of a theme ("auto": CSS variables of the page around it)."""
        spec = {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            **_dressed(self.spec, font),
            "description": self.text,
        }
        if titled:
            wide = int(_width(self.spec) / _GLYPH)
            subtitle = [line for note in self.notes for line in textwrap.wrap(note, wide)]
            # Words that the drawing carries on its own need the paper that they were made for.
            heading = textwrap.wrap(self.title, int(wide * 0.8))
            spec.update(background=Role("paper"), padding=14, title={"text": heading, "subtitle": subtitle})
            if "autosize" in spec:  # the drawing keeps its height beside its words
                spec["height"] += 34 + 18 * len(heading) + 14 * len(subtitle)
        found = themed(spec, theme)
        assert isinstance(found, dict)
        return found

    def altair(self, theme: ThemeName = "light") -> Any:
        """As an altair chart, to change it further. Raises ImportError without altair."""
        return need("altair").Chart.from_dict(self.vega_lite(theme))

    def svg(self, theme: ThemeName = "light", titled: bool = True) -> str:
        """As SVG text, drawn without a browser. Raises ImportError without vl-convert-python."""
        spec = self.vega_lite(theme, titled, FONT if titled else MEASURED)
        own = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:8]
        return _tidied(str(need("vl_convert").vegalite_to_svg(spec, vl_version="6.4")), own)

    def png(self, theme: ThemeName = "light", scale: float = 2) -> bytes:
        """As the bytes of a PNG picture, `scale` dots a pixel."""
        if theme == "auto":
            raise ValueError("a picture has one paper: theme is 'light' or 'dark'")
        return bytes(need("vl_convert").vegalite_to_png(self.vega_lite(theme), vl_version="6.4", scale=scale))

    def html(self) -> str:
        """As a whole page of HTML that loads nothing and follows the reader's theme."""
        from ar_core.notebook import page

        return page(self.title, self._repr_html_())

    def save(self, path: str | Path, theme: ThemeName | None = None) -> Path:
        """Writes the chart into a file, by its ending: .svg, .png, .html or .json (Vega-Lite).

        theme: light by default; a page (.html) follows its reader. Returns the path. Raises ValueError for another ending.
        """
        path = Path(path)
        kind, colours = path.suffix.lower(), theme or "light"
        if kind not in _FILES:
            raise ValueError(f"'{path.name}' ends in none of {', '.join(_FILES)}")
        if kind == ".png":
            path.write_bytes(self.png(colours))
            return path
        if kind == ".json":
            text = json.dumps(self.vega_lite(colours), ensure_ascii=False, indent=1)
        else:
            text = self.html() if kind == ".html" else self.svg(colours)
        path.write_text(text, encoding="utf-8")
        return path

    def figure(self) -> str:
        """The drawing alone as an HTML element, its colours left to the page, its sentence as the text for who does not see it."""
        return (
            f'<div class="plot" role="img" aria-label="{html.escape(self.text)}">{self.svg("auto", titled=False)}</div>'
        )

    def _repr_html_(self) -> str:
        from ar_core.notebook import plot_html

        return plot_html(self)


def _width(spec: dict[str, Any]) -> int:
    """How wide the drawing was asked to be; charts of several parts say it of the first."""
    if "width" in spec:
        return int(spec["width"])
    return max((_width(part) for key in ("vconcat", "hconcat") for part in spec.get(key, [])), default=400)


def _dressed(spec: dict[str, Any], font: str) -> dict[str, Any]:
    """The specification with what all charts share."""
    label, title = {"labelColor": Role("muted")}, {"titleColor": Role("muted"), "titleFontWeight": "normal"}
    config = {
        "font": font,
        "aria": False,
        "view": {"stroke": None},
        "axis": {
            **{**label, **title, "labelFontSize": 11, "titleFontSize": 11, "titlePadding": 8, "labelPadding": 5},
            **{"gridColor": Role("grid"), "domainColor": Role("rule"), "tickColor": Role("rule"), "ticks": False},
        },
        "axisX": {"grid": False},
        "axisY": {"domain": False},
        "text": {"color": Role("ink"), "fontSize": 11},
        "legend": {**label, **title, "labelFontSize": 11, "symbolStrokeWidth": 2, "columnPadding": 8},
        "title": {
            **{"anchor": "start", "align": "left", "frame": "bounds", "offset": 14, "fontSize": 14, "fontWeight": 600},
            **{"color": Role("ink"), "subtitleColor": Role("muted"), "subtitleFontSize": 11, "subtitlePadding": 5},
        },
    }
    return {"background": None, "padding": 2, **spec, "config": {**config, **spec.get("config", {})}}


def empty(title: str, message: str, width: int, notes: tuple[str, ...] = ()) -> Plot:
    """A chart of nothing: it says so."""
    spec = {
        "width": width,
        "height": 60,
        "data": {"values": [{"message": message}]},
        "mark": {"type": "text", "color": Role("muted"), "fontSize": 13},
        "encoding": {"text": {"field": "message", "type": "nominal"}},
    }
    return Plot(title, f"{title}: {message}.", spec, notes)


def need(module: str) -> Any:
    """A library for drawing, or how to get it."""
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(f"plots need {module}: pip install 'ar-core[cli]'") from error


def _tidied(svg: str, own: str) -> str:
    """Without what a drawing inside a page does not need, and with ids of its own.

    Ids are global to a page, and the renderer counts on from picture to picture: they are numbered anew, for the same chart must give
    the same bytes. The font is said once.
    """
    for number, name in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))):
        svg = re.sub(rf'(id="|url\(#|href="#){re.escape(name)}(?=["\)])', rf"\g<1>ar{own}-{number}", svg)
    svg = re.sub(r' (aria-hidden|aria-roledescription|role|pointer-events|font-family|class)="[^"]*"', "", svg)
    svg = re.sub(r'<path d="" display="none"/>|<path d="M0,0h0v0h0Z"/>', "", svg)
    svg = re.sub(r' (opacity="1"|xmlns:xlink="[^"]*")', "", svg)
    head = f'<svg aria-hidden="true" focusable="false" font-family="{html.escape(FONT)}" '
    return re.sub(r"(-?\d+\.\d{2})\d+", r"\1", svg.replace("<svg ", head, 1))
