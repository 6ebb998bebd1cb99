"""The sections of the table, in its order."""

from __future__ import annotations

from . import aging, dates
from .contender import Section

SECTIONS: dict[str, Section] = {one.name: one for one in (aging.SECTION, dates.SECTION)}
