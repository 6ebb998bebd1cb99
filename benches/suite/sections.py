"""The sections of the table, in its order."""

from __future__ import annotations

from . import aging, dates, dunning, names
from .contender import Section
from .matching import section as matching

SECTIONS: dict[str, Section] = {one.name: one for one in (matching.SECTION, dunning.SECTION, aging.SECTION, names.SECTION, dates.SECTION)}
