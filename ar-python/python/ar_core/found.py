"""What is found in a text: entries of readings and verdicts, read as `entry.name` or `entry["name"]`. Spans are in characters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

Span = tuple[int, int]
"""`(from, to)` in characters of the text."""


E = TypeVar("E", bound="Entry")


class Entry:
    """What can be read as an attribute and by its name."""

    __slots__ = ()

    def __getitem__(self, name: str) -> Any:
        if name not in self.keys():
            raise KeyError(name)
        return getattr(self, name)

    def keys(self) -> list[str]:
        """The names."""
        return [field.name for field in fields(self)]  # type: ignore[arg-type]


def entry(kind: type[E], row: Mapping[str, Any]) -> E:
    return kind(**{name: _plain(name, value) for name, value in row.items()})


def _plain(name: str, value: Any) -> Any:
    if name == "span":
        return tuple(value)
    return [tuple(span) for span in value] if name == "spans" else value


@dataclass(frozen=True)
class IntentFound(Entry):
    """What the customer wants or says: name, probability, the items it is about, and the parts of the text that say so."""

    name: str
    probability: float
    item_ids: list[str]
    spans: list[Span]


@dataclass(frozen=True)
class DateFound(Entry):
    """A day: its role (promise, extension, instalment, paid, return, other), ISO date, and how it bounds (by, on, after)."""

    role: str
    on: str
    bound: str
    span: Span


@dataclass(frozen=True)
class AmountFound(Entry):
    """An amount: its role, its value as decimal text, and its currency."""

    role: str
    value: str
    currency: str
    span: Span


@dataclass(frozen=True)
class RemittanceFound(Entry):
    """A line of a remittance advice: the reference as it was written, the item (None: not known), and the amount paid."""

    reference: str
    item_id: str | None
    amount: str
    currency: str


@dataclass(frozen=True)
class Finding(Entry):
    """One thing that is wrong with a text: a code, where (empty, at the end, for what is missing), and one sentence."""

    code: str
    span: Span
    message: str


@dataclass(frozen=True)
class Claim(Entry):
    """One thing that a text states: where, its type, its value as it was understood, and the path of the fact it is (None: no fact)."""

    span: Span
    type: str
    value: str
    fact: str | None
