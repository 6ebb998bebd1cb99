"""The sections of the table, in its order."""

from __future__ import annotations

from . import aging, dates, dunning, names
from .contender import Section
from .matching import section as matching
from .pay_time import section as pay_time

SECTIONS: dict[str, Section] = {one.name: one for one in (matching.SECTION, pay_time.SECTION, dunning.SECTION, aging.SECTION, names.SECTION, dates.SECTION)}
