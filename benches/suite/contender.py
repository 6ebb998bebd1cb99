"""What a contender is, and what a section is: a workload, who works on it, and how the answers are judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Work = Callable[[], Any]


@dataclass(frozen=True)
class Contender:
    """Somebody who does the work of a section, at settings that are said and explained."""

    name: str
    start: Callable[[Any], Work]
    """Takes the workload, imports and loads (not timed), returns what is timed. Its answer is what `judge` reads."""
    needs: tuple[str, ...]
    """Distributions that must be installed; the first one's version is shown. A name of `programs` for what is no Python package."""
    licence: str
    settings: str
    """Which settings were chosen and why: goes into the table's notes."""
    ours: bool = False
    base: bool = False
    """The contender that the others' times are divided by; one a section."""
    options: tuple[str, ...] = ()
    """Options of the interpreter, such as -O."""
    once: bool = False
    """The work changes what it works on, or is long: it is done once a process, without warming up."""
    figures: Callable[[Any], dict[str, float]] | None = None
    """What the answer says of time and memory beside the clock of the child (parts of the work, for instance)."""


@dataclass(frozen=True)
class Quality:
    """A column of how good the answers are."""

    key: str
    title: str
    better: str = ""
    """`more`, `less`, a number that is to be met ('0.95'), or nothing where the figure only describes."""
    form: str = "{:.1%}"
    detail: bool = False
    """A part of another column: left out of the sentence below the table."""


@dataclass(frozen=True)
class Case:
    """One workload of a section."""

    name: str
    about: str
    settings: dict[str, Any]
    limit: float
    """Seconds that a measurement may take, loading included."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Contenders that this case is not given to, and why."""
    turns: dict[str, int] = field(default_factory=dict)
    """How many turns at most some contenders take, where a turn takes minutes."""


@dataclass(frozen=True)
class Section:
    """A section of the table."""

    name: str
    title: str
    unit: str
    """What is counted: payments, items, dates."""
    cases: Callable[[str], list[Case]]
    """The cases of a size (small, medium, large)."""
    make: Callable[[dict[str, Any]], Any]
    """The workload of a case: the same bytes for the same settings."""
    count: Callable[[Any], int]
    """How many units a workload has."""
    contenders: list[Contender]
    judge: Callable[[Any, Any], dict[str, float]]
    """How good an answer to a workload is: the keys of `quality`."""
    quality: list[Quality]
    about: str
    """What the rows mean, for the table."""


def scaled(size: str, small: Any, medium: Any, large: Any) -> Any:
    """The one of three values that belongs to the size."""
    return {"small": small, "medium": medium, "large": large}[size]
