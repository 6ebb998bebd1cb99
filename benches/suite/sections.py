"""The sections of the table, in its order."""

from __future__ import annotations

from . import dates
from .contender import Section

SECTIONS: dict[str, Section] = {one.name: one for one in (dates.SECTION,)}
