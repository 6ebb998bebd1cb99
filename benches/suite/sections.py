"""The sections of the table, in its order."""

from __future__ import annotations

from . import aging, dates, dunning, names
from .contender import Section

SECTIONS: dict[str, Section] = {one.name: one for one in (dunning.SECTION, aging.SECTION, names.SECTION, dates.SECTION)}
