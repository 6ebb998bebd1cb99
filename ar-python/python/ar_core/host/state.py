"""What a book remembers between days: one SQLite file, one transaction a day, committed after everything else is on disk.

Nothing is ever done twice because an event's id (`decision_id:event`) is unique: a day that was cut short computes the same ids
again, and a day that was finished finds them already there.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from ar_core.host.errors import HostError, Refused, StateBusy
from ar_core.host.events import ASKED, VERDICTS
from ar_core.host.schema import MIGRATIONS

BUSY_SECONDS = 2.0
_EVERY = (1 << 63) - 1
HOST = "ar-core"  # who recorded an event: this command, or a person by name
AUDIT_COLUMNS = ("seq", "previous", "digest", "kind", "policy_version", "model_version", "body")
# A decision that comes again (another run of the day, or another day of a question that waits) is the same decision; what was done or
# rejected stays so.
_UPSERT = """
INSERT INTO decisions VALUES (:decision_id, :run_id, :as_of, :customer_id, :action, :mode, :amount, :currency, :body, :status)
ON CONFLICT (decision_id) DO UPDATE SET
    run_id = excluded.run_id, as_of = excluded.as_of, mode = excluded.mode, amount = excluded.amount, body = excluded.body,
    status = CASE WHEN decisions.status IN ('done', 'rejected') THEN decisions.status ELSE excluded.status END
"""


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
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: Any) -> str:
    """SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


class State:
    """The state file, open inside one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def latest_run(self, as_of: str | None = None) -> Run | None:
        """The newest run, of one day if `as_of` is given."""
        where, args = ("WHERE as_of = ?", (as_of,)) if as_of else ("", ())
        row = self._db.execute(f"SELECT * FROM runs {where} ORDER BY as_of DESC, rowid DESC LIMIT 1", args).fetchone()
        return Run(*row) if row else None

    def next_run_id(self, as_of: str) -> str:
        """`R-<day>-<n>`: the nth run of that day."""
        (count,) = self._db.execute("SELECT count(*) FROM runs WHERE as_of = ?", (as_of,)).fetchone()
        return f"R-{as_of}-{count + 1}"

    def last_event(self) -> int:
        """The number of the newest event, 0 when there is none."""
        (seq,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
        return int(seq)

    def events_before(self, as_of: str, fed_up_to: int, heard: int | None = None) -> list[dict[str, Any]]:
        """What the engine is told for a day: all of earlier days, and of that day what people decided and what was known up to `fed_up_to`.

        `heard` tells it no more of what people decided than an earlier run of the day was told.
        """
        verdicts = ", ".join("?" for _ in VERDICTS)
        rows = self._db.execute(
            "SELECT body FROM events WHERE on_date < ?1 OR (on_date = ?1 AND (seq <= ?2"
            f" OR (seq <= ?3 AND json_extract(body, '$.event') IN ({verdicts})))) ORDER BY seq",
            (as_of, fed_up_to, _EVERY if heard is None else heard, *VERDICTS),
        )
        return [json.loads(body) for (body,) in rows]

    def has_event(self, event_id: str) -> bool:
        """Whether this was reported already."""
        return self._db.execute("SELECT 1 FROM events WHERE event_id = ?", (event_id,)).fetchone() is not None

    def free_key(self, event_id: str) -> str:
        """An id for what may be said more than once: the one given, else numbered from 2."""
        key, number = event_id, 1
        while self.has_event(key):
            number += 1
            key = f"{event_id}:{number}"
        return key

    def people_behind(self, decision_id: str) -> set[str]:
        """Who approved a decision, or did it."""
        rows = self._db.execute("SELECT body, recorded_by FROM events WHERE decision_id = ? AND recorded_by <> ?", (decision_id, HOST))
        about = ("decision_rejected", "decision_edited", "decision_delegated", "decision_reviewed")
        return {by for body, by in rows if json.loads(body)["event"] not in about}

    def stops(self) -> list[dict[str, Any]]:
        """What people stopped and nobody resumed, as the events that said so."""
        rows = self._db.execute(
            "SELECT body FROM events WHERE json_extract(body, '$.event') IN ('autonomy_stopped', 'autonomy_resumed') ORDER BY seq"
        )
        stopped: dict[tuple[str | None, ...], dict[str, Any]] = {}
        for (text,) in rows:
            body = json.loads(text)
            extent = tuple(body.get(name) for name in ("action", "segment", "customer_id"))
            if body["event"] == "autonomy_stopped":
                stopped.setdefault(extent, body)
            else:
                stopped.pop(extent, None)
        return list(stopped.values())

    def samples(self) -> list[dict[str, Any]]:
        """What was carried out, was drawn for a person to look at, and nobody has looked at; the newest first."""
        rows = self._db.execute(
            "SELECT body, as_of FROM decisions WHERE mode = 'act' AND json_extract(body, '$.sampled') = 1 AND status IN ('done', 'approved')"
            " AND NOT EXISTS (SELECT 1 FROM events WHERE event_id = decisions.decision_id || ':decision_reviewed')"
            " ORDER BY as_of DESC, decision_id"
        )
        return [{**json.loads(body), "as_of": as_of} for body, as_of in rows]

    def decision(self, decision_id: str) -> dict[str, Any] | None:
        """One decision with its `status`, `run_id` and `as_of`."""
        row = self._db.execute(
            "SELECT body, status, run_id, as_of FROM decisions WHERE decision_id = ?", (decision_id,)
        ).fetchone()
        return {**json.loads(row[0]), "status": row[1], "run_id": row[2], "as_of": row[3]} if row else None

    def open_asks(self, run_id: str | None = None) -> list[dict[str, Any]]:
        """What waits for a person, best first."""
        where, args = ("AND run_id = ?", (run_id,)) if run_id else ("", ())
        rows = self._db.execute(f"SELECT body FROM decisions WHERE status = 'open' {where}", args)
        asks: list[dict[str, Any]] = [json.loads(body) for (body,) in rows]
        return sorted(asks, key=lambda ask: (ask.get("rank") or 1 << 62, ask["decision_id"]))

    def carried_out(self, as_of: str) -> list[dict[str, Any]]:
        """The decisions of a day whose events are recorded, each with those events."""
        rows = self._db.execute(
            "SELECT d.body, e.body, e.event_id FROM events e JOIN decisions d USING (decision_id)"
            " WHERE e.on_date = ? AND e.recorded_by = ? AND json_extract(e.body, '$.event') <> ? ORDER BY e.seq",
            (as_of, HOST, ASKED),
        )
        return [
            {
                "decision": json.loads(decision),
                "event": {key: value for key, value in event.items() if not key.startswith("x_")},
                "event_id": event_id,
            }
            for decision, event, event_id in (
                (decision, json.loads(body), event_id) for decision, body, event_id in rows
            )
        ]

    def record(
        self, run: Run, decisions: Iterable[dict[str, Any]], said: Iterable[Recorded], events: Iterable[Recorded]
    ) -> None:
        """Write one finished day: what people said for it, and what came of it. Open asks that the engine no longer makes are closed:
        expired, or superseded by the facts."""
        db = self._db
        db.execute(f"INSERT INTO runs VALUES ({', '.join('?' for _ in astuple(run))})", astuple(run))
        db.executemany(
            _UPSERT,
            ({**_decision_row(body), "run_id": run.run_id, "as_of": run.as_of} for body in decisions),
        )
        db.execute(
            "UPDATE decisions SET status = CASE WHEN json_extract(body, '$.expires_on') < ?1 THEN 'expired' ELSE 'superseded' END"
            " WHERE status = 'open' AND run_id <> ?2",
            (run.as_of, run.run_id),
        )
        for event in said:
            self.record_event(event, run.run_id)
        db.execute("UPDATE runs SET heard = ? WHERE run_id = ?", (self.last_event(), run.run_id))
        for event in events:
            self.record_event(event, run.run_id)

    def record_event(self, event: Recorded, run_id: str) -> None:
        """Write one event; one that is there already stays as it is."""
        self._db.execute(
            "INSERT OR IGNORE INTO events (event_id, on_date, decision_id, body, recorded_by, run_id) VALUES (?, ?, ?, ?, ?, ?)",
            (event.event_id, event.on_date, event.decision_id, canonical(event.body), event.recorded_by, run_id),
        )

    def audit_head(self) -> dict[str, Any] | None:
        """Where the audit chain ends; None before its first entry."""
        row = self._db.execute("SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        return {"len": row[0] + 1, "digest": row[1]} if row else None

    def audit(self) -> dict[str, list[Any]]:
        """The audit chain as columns."""
        rows = self._db.execute(f"SELECT {', '.join(AUDIT_COLUMNS)} FROM audit ORDER BY seq").fetchall()
        return {name: [row[index] for row in rows] for index, name in enumerate(AUDIT_COLUMNS)}

    def append_audit(self, rows: Iterable[dict[str, Any]]) -> None:
        """Write the newest entries of the audit chain."""
        places = ", ".join(f":{name}" for name in AUDIT_COLUMNS)
        self._db.executemany(f"INSERT INTO audit ({', '.join(AUDIT_COLUMNS)}) VALUES ({places})", rows)

    def set_person(self, decision_id: str, person: str) -> None:
        """Who is asked from now on; the next run says the same."""
        self._db.execute(
            "UPDATE decisions SET body = json_set(body, '$.person', ?) WHERE decision_id = ?", (person, decision_id)
        )

    def set_status(self, decision_id: str, status: str) -> None:
        """Close a decision, or mark what a person said of it."""
        self._db.execute("UPDATE decisions SET status = ? WHERE decision_id = ?", (status, decision_id))


def _decision_row(body: dict[str, Any]) -> dict[str, Any]:
    names = ("decision_id", "customer_id", "action", "mode", "amount", "currency")
    return {
        **{name: body.get(name) for name in names},
        "body": canonical(body),
        "status": "done" if body["mode"] == "act" else "open",
    }


@contextmanager
def open_state(path: Path, write: bool) -> Iterator[State]:
    """The state inside one transaction: committed when the block ends well and `write` is set, else rolled back.

    A book without state that is only read gets an empty state in memory, so that a dry run leaves nothing behind.
    """
    connection = _connect(str(path) if write or path.exists() else ":memory:")
    try:
        with _explained(path):
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            _migrate(connection, path)
        yield State(connection)
        with _explained(path):
            connection.execute("COMMIT" if write else "ROLLBACK")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()


def _connect(target: str) -> sqlite3.Connection:
    with _explained(Path(target)):
        connection = sqlite3.connect(target, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StateBusy(
                f"another ar-core run is working on {path}; wait for it to end and try again. Nothing was changed."
            ) from error
        raise HostError(f"the state file {path} cannot be used: {error}") from error
    except sqlite3.DatabaseError as error:
        raise HostError(f"the state file {path} cannot be used: {error}") from error


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    row = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    version = row[0] or 0
    if version > len(MIGRATIONS):
        raise Refused(
            f"{path} was written by a newer ar-core (schema {version}, this one knows {len(MIGRATIONS)}); update ar-core"
        )
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO schema_version VALUES (?)", (number,))
