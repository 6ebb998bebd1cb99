"""Colours by role, once for light and once for dark paper.

They start from those of Okabe and Ito, which people with any colour vision can tell apart, and are darkened or lightened until each
can be seen: text stands out from its paper by 4.5 to 1 and marks by 3 to 1, as WCAG 2.2 asks (1.4.3, 1.4.11). `TEXT_ON` and `MARKS_ON`
say which role is drawn on which, and a test computes every pair.

A chart names roles, never colours. In a page a role becomes a CSS variable, so that one drawing serves both papers; in a file it
becomes a colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Never a fetched font: what the machine has.
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif"

LIGHT: Mapping[str, str] = {
    "page": "#f4f6f8",
    "paper": "#ffffff",
    "ink": "#1b1f24",
    "muted": "#57606a",
    "grid": "#e3e6ea",
    "rule": "#7d8793",
    "track": "#eef1f4",
    "accent": "#005b8f",
    "tint": "#e6f1f8",
    "warn": "#8a4300",
    "warn-tint": "#fdeee2",
    "main": "#0072b2",
    "edge": "#3a8cc0",
    "band80": "#b3d8f0",
    "band95": "#dfeffa",
    "raise": "#d55e00",
    "lower": "#0072b2",
    "total": "#4b5563",
    "other": "#c25700",
    "fine": "#00785a",
    "age0": "#0072b2",
    "age1": "#c07c00",
    "age2": "#d55e00",
    "age3": "#ac3a00",
    "age4": "#7a1f00",
    "heat0": "#f4f8fb",
    "heat1": "#d6e9f6",
    "heat2": "#a3cdea",
    "heat3": "#1f78b0",
    "heat4": "#0b4a75",
    "on0": "#57606a",
    "on1": "#1b1f24",
    "on2": "#1b1f24",
    "on3": "#ffffff",
    "on4": "#ffffff",
}
DARK: Mapping[str, str] = {
    "page": "#0e1216",
    "paper": "#161b20",
    "ink": "#e8eaed",
    "muted": "#a7b0ba",
    "grid": "#2e353d",
    "rule": "#78838f",
    "track": "#232a31",
    "accent": "#7cc4f0",
    "tint": "#15303f",
    "warn": "#f5b183",
    "warn-tint": "#3a2413",
    "main": "#56b4e9",
    "edge": "#3f8fc2",
    "band80": "#1f4d6b",
    "band95": "#1a3140",
    "raise": "#f0753a",
    "lower": "#56b4e9",
    "total": "#9aa5b1",
    "other": "#f0894a",
    "fine": "#2bc59a",
    "age0": "#56b4e9",
    "age1": "#a86d1c",
    "age2": "#d98324",
    "age3": "#f2a65e",
    "age4": "#ffd3ab",
    "heat0": "#1b2128",
    "heat1": "#17364a",
    "heat2": "#1b4f70",
    "heat3": "#56b4e9",
    "heat4": "#b5e0fb",
    "on0": "#a7b0ba",
    "on1": "#e8eaed",
    "on2": "#ffffff",
    "on3": "#0b1116",
    "on4": "#0b1116",
}
THEMES = {"light": LIGHT, "dark": DARK}

_CARD_TEXT = ("ink", "muted", "accent")
TEXT_ON = (
    *[(role, paper) for paper in ("paper", "page") for role in _CARD_TEXT],
    *[(role, "tint") for role in _CARD_TEXT],
    ("warn", "warn-tint"),
    ("warn", "paper"),
    ("muted", "track"),
    *[(f"on{step}", f"heat{step}") for step in range(5)],
)
MARKS_ON = (
    *[
        (role, "paper")
        for role in ("rule", "main", "edge", "raise", "lower", "total", "other", "fine", "accent", "warn")
    ],
    *[(f"age{step}", "paper") for step in range(5)],
    *[(role, "track") for role in ("main", "raise", "lower", "total", "fine")],
    ("main", "band80"),
    ("main", "band95"),
)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 (the same) to 21 (black and white).

    One and other: `#rrggbb`. Source: WCAG 2.2, "contrast ratio" and "relative luminance".

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Role(str):
    """A colour by its role; a type of its own, so that no customer who is called "ink" is ever taken for one."""

    __slots__ = ()


def themed(value: Any, theme: str) -> Any:
    """A specification with its roles as colours: of "light", of "dark", or with "auto" as CSS variables that follow the page."""
    if isinstance(value, dict):
        return {key: themed(entry, theme) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [themed(entry, theme) for entry in value]
    if isinstance(value, Role):
        return f"var(--ar-{value},{LIGHT[value]})" if theme == "auto" else THEMES[theme][value]
    return value


def variables(theme: str) -> str:
    """The roles of a theme as CSS declarations."""
    return "".join(f"--ar-{role}:{colour};" for role, colour in THEMES[theme].items())
