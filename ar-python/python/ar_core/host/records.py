"""What the state is made of, as plain values: runs and events. Light on purpose: to speak of them nobody has to load a database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

HOST = "ar-core"  # who recorded an event: this command, or a person by name
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True)
class Run:
    """One line of `runs`: which inputs a day was computed from, and what came of it."""

    run_id: str
    as_of: str
    book_digest: str
    policy_digest: str
    state_digest: str
    engine_version: str
    decisions: int
    acted: int
    asked: int
    started_at: str
    fed_up_to: int
    policy: str
    out: str
    heard: int = 0

    def same_inputs(self, other: Run) -> bool:
        """Whether both were computed from the same book, policy, history and engine."""
        return self._inputs() == other._inputs()

    def same_book(self, book_digest: str, policy_digest: str, engine_version: str) -> bool:
        """Whether this run saw this book, this policy and this engine, whatever the history was."""
        return (self.book_digest, self.policy_digest, self.engine_version) == (
            book_digest,
            policy_digest,
            engine_version,
        )

    def _inputs(self) -> tuple[str, ...]:
        return (self.as_of, self.book_digest, self.policy_digest, self.state_digest, self.engine_version)


@dataclass(frozen=True)
class Recorded:
    """One line of `events`, as it is written."""

    event_id: str
    on_date: str
    decision_id: str | None
    body: dict[str, Any]
    recorded_by: str


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no spaces."""
    return _ENCODER.encode(value)


def digest(value: Any) -> str:
    """SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
