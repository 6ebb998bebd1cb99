"""The charts of the page as SVG: light and dark, wide and narrow, of which CSS shows one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ar_core import plot

WIDE, NARROW = 460, 270


@dataclass(frozen=True)
class Figure:
    """One chart in all its renderings, with the sentence that stands for it where it is not seen."""

    alt: str
    renderings: list[tuple[str, str]]


def draw(key: str, alt: str, chart: Callable[[plot.Theme, int], Any]) -> Figure:
    """Render a chart four times; `key` keeps the ids inside the pictures apart from those of others on the page."""
    renderings = []
    for theme_name, theme in (("light", plot.LIGHT), ("dark", plot.DARK)):
        for width_name, width in (("wide", WIDE), ("narrow", NARROW)):
            name = f"{theme_name} {width_name}"
            renderings.append((name, _own_ids(plot.svg(chart(theme, width)), f"{key}-{theme_name}-{width_name}-")))
    return Figure(alt, renderings)


def _own_ids(svg: str, prefix: str) -> str:
    """Ids are global to a page, and a picture that is not shown takes its clip paths with it.

    They are numbered anew: the renderer counts on from picture to picture, and the same report must give the same bytes.
    """
    prefix = re.sub(r"[^A-Za-z0-9-]", "", prefix)
    for number, name in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))):
        own = f"{prefix}{number}"
        svg = (
            svg.replace(f'id="{name}"', f'id="{own}"')
            .replace(f"url(#{name})", f"url(#{own})")
            .replace(f'href="#{name}"', f'href="#{own}"')
        )
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
