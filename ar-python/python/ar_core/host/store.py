"""What a book remembers between days, as questions and answers: runs, decisions, events, the audit chain.

Nothing is ever done twice because an event's id (`decision_id:event`) is unique: a day that was cut short computes the same ids
again, and a day that was finished finds them already there. Every question is about one book, and whoever writes has it for himself
(`database`), so lines are numbered here and not by the database: a number that a day cut short took would be a gap.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy import func as sql

from ar_core.host.bulk import batches, insert_rows, upsert_rows
from ar_core.host.events import ASKED, VERDICTS
from ar_core.host.records import HOST, Recorded, Run, canonical
from ar_core.host.schema import audit, decisions, events, runs

AUDIT_COLUMNS = ("seq", "previous", "digest", "kind", "policy_version", "model_version", "body")
_RUN = [runs.c[field.name] for field in fields(Run)]
_DECISION = (
    *("book_id", "decision_id", "run_id", "as_of", "customer_id", "action", "mode", "amount", "currency"),
    *("expires_on", "sampled", "body", "status"),
)
_EVENT = ("book_id", "seq", "event_id", "event", "on_date", "decision_id", "body", "recorded_by", "run_id")
_NAMED_AT_ONCE = 500  # ids in one question
# What people say of a decision without having made it theirs.
_ABOUT = ("decision_rejected", "decision_edited", "decision_delegated", "decision_reviewed")


class State:
    """The state of one book, open inside one transaction."""

    def __init__(self, connection: Connection, book_id: int) -> None:
        self._db, self._book = connection, book_id

    def latest_run(self, as_of: str | None = None) -> Run | None:
        """The newest run, of one day if `as_of` is given."""
        asked = select(*_RUN).where(runs.c.book_id == self._book)
        if as_of:
            asked = asked.where(runs.c.as_of == as_of)
        row = self._db.execute(asked.order_by(runs.c.as_of.desc(), runs.c.number.desc()).limit(1)).first()
        return Run(*row) if row else None

    def next_run_id(self, as_of: str) -> str:
        """`R-<day>-<n>`: the nth run of that day."""
        count = self._number(select(sql.count()).where(runs.c.book_id == self._book, runs.c.as_of == as_of))
        return f"R-{as_of}-{count + 1}"

    def last_event(self) -> int:
        """The number of the newest event, 0 when there is none."""
        return self._number(select(sql.coalesce(sql.max(events.c.seq), 0)).where(events.c.book_id == self._book))

    def events_before(self, as_of: str, fed_up_to: int, heard: int | None = None) -> list[dict[str, Any]]:
        """What the engine is told for a day: all of earlier days, and of that day what people decided and what was known up to `fed_up_to`.

        `heard` tells it no more of what people decided than an earlier run of the day was told.
        """
        verdict: ColumnElement[bool] = events.c.event.in_(VERDICTS)
        if heard is not None:
            verdict = and_(verdict, events.c.seq <= heard)
        told = and_(events.c.on_date == as_of, or_(events.c.seq <= fed_up_to, verdict))
        asked = select(events.c.body).where(events.c.book_id == self._book, or_(events.c.on_date < as_of, told))
        return [json.loads(body) for body in self._db.execute(asked.order_by(events.c.seq)).scalars()]

    def has_event(self, event_id: str) -> bool:
        """Whether this was reported already."""
        return event_id in self.known_events([event_id])

    def known_events(self, event_ids: Iterable[str]) -> set[str]:
        """Those of these that were reported already."""
        return {row.event_id for row in self._named(select(events.c.event_id), events.c.book_id, events.c.event_id, event_ids)}

    def free_keys(self, event_ids: Iterable[str]) -> dict[str, str]:
        """Ids for what may be said more than once: those given, else numbered from 2."""
        keys = {event_id: event_id for event_id in event_ids}
        taken, number = self.known_events(keys), 1
        while taken:
            number += 1
            numbered = {f"{event_id}:{number}": event_id for event_id in taken}
            keys.update({event_id: key for key, event_id in numbered.items()})
            taken = {numbered[key] for key in self.known_events(numbered)}
        return keys

    def people_behind(self, decision_id: str) -> set[str]:
        """Who approved a decision, or did it."""
        asked = select(events.c.recorded_by).where(_keyed(decision_id), events.c.book_id == self._book)
        asked = asked.where(events.c.recorded_by != HOST, events.c.event.not_in(_ABOUT))
        return set(self._db.execute(asked).scalars())

    def stops(self) -> list[dict[str, Any]]:
        """What people stopped and nobody resumed, as the events that said so."""
        said = or_(_keyed("autonomy_stopped"), _keyed("autonomy_resumed"))
        asked = select(events.c.body).where(events.c.book_id == self._book, said).order_by(events.c.seq)
        stopped: dict[tuple[str | None, ...], dict[str, Any]] = {}
        for text in self._db.execute(asked).scalars():
            body = json.loads(text)
            extent = tuple(body.get(name) for name in ("action", "segment", "customer_id"))
            if body["event"] == "autonomy_stopped":
                stopped.setdefault(extent, body)
            else:
                stopped.pop(extent, None)
        return list(stopped.values())

    def samples(self) -> list[dict[str, Any]]:
        """What was carried out, was drawn for a person to look at, and nobody has looked at; the newest first."""
        reviewed = select(1).where(
            events.c.book_id == decisions.c.book_id, events.c.event_id == decisions.c.decision_id + ":decision_reviewed"
        )
        asked = select(decisions.c.body, decisions.c.as_of).where(
            decisions.c.book_id == self._book,
            decisions.c.sampled == literal_column("1"),  # as the index has it
            decisions.c.mode == "act",
            decisions.c.status.in_(("done", "approved")),
            ~reviewed.exists(),
        )
        rows = self._db.execute(asked.order_by(decisions.c.as_of.desc(), decisions.c.decision_id))
        return [{**json.loads(row.body), "as_of": row.as_of} for row in rows]

    def decision(self, decision_id: str) -> dict[str, Any] | None:
        """One decision with its `status`, `run_id` and `as_of`."""
        return self.decisions([decision_id]).get(decision_id)

    def decisions(self, decision_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Those of these that are known, each with its `status`, `run_id` and `as_of`."""
        found = select(decisions.c.decision_id, decisions.c.body, decisions.c.status, decisions.c.run_id, decisions.c.as_of)
        rows = self._named(found, decisions.c.book_id, decisions.c.decision_id, decision_ids)
        return {
            row.decision_id: {**json.loads(row.body), "status": row.status, "run_id": row.run_id, "as_of": row.as_of}
            for row in rows
        }

    def statuses(self, decision_ids: Iterable[str]) -> dict[str, str]:
        """How those of these stand that are known."""
        found = select(decisions.c.decision_id, decisions.c.status)
        rows = self._named(found, decisions.c.book_id, decisions.c.decision_id, decision_ids)
        return {row.decision_id: row.status for row in rows}

    def open_asks(self, run_id: str | None = None) -> list[dict[str, Any]]:
        """What waits for a person, best first."""
        asked = select(decisions.c.body).where(decisions.c.book_id == self._book, decisions.c.status == "open")
        if run_id:
            asked = asked.where(decisions.c.run_id == run_id)
        asks: list[dict[str, Any]] = [json.loads(body) for body in self._db.execute(asked).scalars()]
        return sorted(asks, key=lambda ask: (ask.get("rank") or 1 << 62, ask["decision_id"]))

    def carried_out(self, as_of: str) -> list[dict[str, Any]]:
        """The decisions of a day whose events are recorded, each with those events."""
        both = and_(decisions.c.book_id == events.c.book_id, decisions.c.decision_id == events.c.decision_id)
        asked = select(decisions.c.body.label("decision"), events.c.body, events.c.event_id).join_from(events, decisions, both)
        asked = asked.where(events.c.book_id == self._book, events.c.on_date == as_of)
        asked = asked.where(events.c.recorded_by == HOST, events.c.event != ASKED)
        return [
            {
                "decision": json.loads(row.decision),
                "event": {key: value for key, value in json.loads(row.body).items() if not key.startswith("x_")},
                "event_id": row.event_id,
            }
            for row in self._db.execute(asked.order_by(events.c.seq))
        ]

    def record(
        self, run: Run, bodies: Iterable[dict[str, Any]], said: Iterable[Recorded], happened: Iterable[Recorded]
    ) -> None:
        """Write one finished day: what people said for it, and what came of it. Open asks that the engine no longer makes are closed:
        expired, or superseded by the facts."""
        newest = select(sql.coalesce(sql.max(runs.c.number), 0) + 1).where(runs.c.book_id == self._book)
        row = dict(zip((field.name for field in fields(Run)), astuple(run), strict=True))
        self._db.execute(insert(runs).values(book_id=self._book, number=self._number(newest), **row))
        upsert_rows(self._db, decisions, _DECISION, self._decision_rows(run, bodies), _again)
        own = (decisions.c.book_id == self._book, decisions.c.status == "open", decisions.c.run_id != run.run_id)
        closed = case((decisions.c.expires_on < run.as_of, "expired"), else_="superseded")
        self._db.execute(update(decisions).where(*own).values(status=closed))
        self.record_events(said, run.run_id)
        this = (runs.c.book_id == self._book, runs.c.run_id == run.run_id)
        self._db.execute(update(runs).where(*this).values(heard=self.last_event()))
        self.record_events(happened, run.run_id)

    def record_events(self, recorded: Iterable[Recorded], run_id: str) -> None:
        """Write events; one that is there already stays as it is."""
        unique: dict[str, Recorded] = {}
        for event in recorded:
            unique.setdefault(event.event_id, event)
        known, seq = self.known_events(unique), self.last_event()
        new = (event for event in unique.values() if event.event_id not in known)
        rows = (
            (
                *(self._book, seq + number, event.event_id, event.body["event"], event.on_date, event.decision_id),
                *(canonical(event.body), event.recorded_by, run_id),
            )
            for number, event in enumerate(new, start=1)
        )
        insert_rows(self._db, events, _EVENT, rows)

    def audit_head(self) -> dict[str, Any] | None:
        """Where the audit chain ends; None before its first entry."""
        asked = select(audit.c.seq, audit.c.digest).where(audit.c.book_id == self._book)
        row = self._db.execute(asked.order_by(audit.c.seq.desc()).limit(1)).first()
        return {"len": row.seq + 1, "digest": row.digest} if row else None

    def audit(self) -> dict[str, list[Any]]:
        """The audit chain as columns."""
        asked = select(*(audit.c[name] for name in AUDIT_COLUMNS)).where(audit.c.book_id == self._book)
        rows = self._db.execute(asked.order_by(audit.c.seq)).all()
        return {name: [row[index] for row in rows] for index, name in enumerate(AUDIT_COLUMNS)}

    def append_audit(self, rows: Iterable[dict[str, Any]]) -> None:
        """Write the newest entries of the audit chain."""
        entries = ((self._book, *(row[name] for name in AUDIT_COLUMNS)) for row in rows)
        insert_rows(self._db, audit, ("book_id", *AUDIT_COLUMNS), entries)

    def set_person(self, decision_ids: Iterable[str], person: str) -> None:
        """Who is asked from now on; the next run says the same."""
        found = select(decisions.c.decision_id, decisions.c.body)
        for row in self._named(found, decisions.c.book_id, decisions.c.decision_id, decision_ids):
            body = canonical({**json.loads(row.body), "person": person})
            this = (decisions.c.book_id == self._book, decisions.c.decision_id == row.decision_id)
            self._db.execute(update(decisions).where(*this).values(body=body))

    def set_status(self, decision_ids: Iterable[str], status: str) -> None:
        """Close decisions, or mark what a person said of them."""
        for batch in batches(decision_ids, _NAMED_AT_ONCE):
            these = (decisions.c.book_id == self._book, decisions.c.decision_id.in_(batch))
            self._db.execute(update(decisions).where(*these).values(status=status))

    def _number(self, asked: Select[Any]) -> int:
        return int(self._db.execute(asked).scalar_one())

    def _named(self, asked: Select[Any], book: Column[Any], column: Column[Any], ids: Iterable[str]) -> Iterator[Any]:
        """The rows of this book that have one of these ids."""
        for batch in batches(ids, _NAMED_AT_ONCE):
            yield from self._db.execute(asked.where(book == self._book, column.in_(batch)))

    def _decision_rows(self, run: Run, bodies: Iterable[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
        for body in bodies:
            facts = (body.get(name) for name in ("customer_id", "action", "mode", "amount", "currency", "expires_on"))
            status = "done" if body["mode"] == "act" else "open"
            sampled = int(bool(body.get("sampled")))
            yield (self._book, body["decision_id"], run.run_id, run.as_of, *facts, sampled, canonical(body), status)


def _again(excluded: Any) -> dict[str, Any]:
    """A decision that comes again (another run of the day, or another day of a question that waits) is the same decision; what was done
    or rejected stays so."""
    names = ("run_id", "as_of", "mode", "amount", "expires_on", "sampled", "body")
    stays = decisions.c.status.in_([literal_column("'done'"), literal_column("'rejected'")])
    return {**{name: excluded[name] for name in names}, "status": case((stays, decisions.c.status), else_=excluded.status)}


def _keyed(begin: str) -> ColumnElement[bool]:
    """Events whose id is `begin:…`: a stretch of the index on ids, since `;` is what follows `:`."""
    return and_(events.c.event_id > f"{begin}:", events.c.event_id < f"{begin};")


__all__ = ["AUDIT_COLUMNS", "State"]
