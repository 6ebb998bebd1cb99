"""The sections of the table, in its order. A section is imported when it is asked for: a measurement has nothing of the others in memory."""

from __future__ import annotations

from importlib import import_module

from .contender import Section

NAMES = ("matching", "pay_time", "dunning", "aging", "names", "dates")
_FOLDERS = ("matching", "pay_time")


def section(name: str) -> Section:
    """The section of this name."""
    path = f".{name}.section" if name in _FOLDERS else f".{name}"
    found: Section = import_module(path, __package__).SECTION
    return found
