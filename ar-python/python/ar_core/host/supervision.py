"""What people say of the engine's decisions beside yes and no: changes, delegations, reviews, and how far the engine may go.

A change is heard at once: the day is run again with it, as with an approval, so that one sees whether it fits. All else is recorded,
checked by the engine, and heeded by the next run, also by another run of the same day.
"""

from __future__ import annotations

import difflib
import json
from argparse import Namespace
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ar_core.host import engine as door
from ar_core.host import say_supervision as say
from ar_core.host.book import locate, read_book
from ar_core.host.day import Verdict, check_open, repeat
from ar_core.host.errors import InvalidBook, Refused
from ar_core.host.events import WIDENING, event_id, kind_of
from ar_core.host.hearing import hear, told
from ar_core.host.history import fitted, tell
from ar_core.host.naming import chosen, has_run, login, never_run
from ar_core.host.outputs import part
from ar_core.host.plain import rows
from ar_core.host.progress import Progress
from ar_core.host.state import Recorded, Run, open_state

if TYPE_CHECKING:
    from ar_core.host.store import State

# What can be changed of a decision, and how it is written in `--set`: as text, a number, a list of ids, or JSON.
EDITS = {
    "channel": "text",
    "tone": "text",
    "level": "number",
    "on": "text",
    "item_ids": "ids",
    "allocations": "json",
    "amount": "text",
    "due_on": "text",
    "instalments": "json",
    "payment_days": "number",
}
EXTENT = ("action", "segment", "customer_id")

Bodies = list[dict[str, Any]]


def edit(args: Namespace) -> int:
    """A person changes decisions; another one approves them."""
    change = read_edit(args.set, args.edit)
    verdict = Verdict("edited", chosen(args), args.by or login(), change)
    say.edited(repeat(args.book, verdict, Progress(quiet=args.json), args.out, state=args.state), verdict, args.json)
    return 0


def delegate(args: Namespace) -> int:
    """Questions are handed on."""
    decision_ids, by = chosen(args), args.by or login()

    def handed(state: State, last: Run) -> Bodies:
        check_open(state, "delegated", decision_ids)
        state.set_person(decision_ids, args.to)
        return [
            {"event": "decision_delegated", "decision_id": decision_id, "to": args.to} for decision_id in decision_ids
        ]

    say.recorded(*record(args.book, by, handed, args.state), args.json)
    return 0


def review(args: Namespace) -> int:
    """Somebody looked at what was done."""
    decision_ids, by, verdict = (
        tuple(dict.fromkeys(args.decision_ids)),
        args.by or login(),
        "right" if args.right else "wrong",
    )

    def looked_at(state: State, last: Run) -> Bodies:
        bodies, all_known = [], state.decisions(decision_ids)
        for decision_id in decision_ids:
            known = all_known.get(decision_id)
            if known is None:
                raise InvalidBook(f"no decision {decision_id} in this book; see: ar-core samples")
            _check_review(known, state.people_behind(decision_id), by, verdict)
            body = {"event": "decision_reviewed", "decision_id": decision_id, "verdict": verdict}
            bodies.append({**body, **kind_of(known)})
        return bodies

    say.recorded(*record(args.book, by, looked_at, args.state), args.json)
    return 0


def _check_review(known: dict[str, Any], behind: set[str], by: str, verdict: str) -> None:
    decision_id = known["decision_id"]
    if known["status"] not in ("done", "approved"):
        raise Refused(f"{decision_id} was not carried out: it is {known['status']}. Nothing was recorded.")
    if by in behind:
        raise Refused(f"{decision_id} is {by}'s own: another person looks at it. Nothing was recorded.")
    if verdict == "right" and not behind and not known.get("sampled"):
        raise Refused(
            f"{decision_id} was not drawn to be looked at. What is right counts as evidence only where chance chose it; see: ar-core samples."
            " Nothing was recorded."
        )


def samples(args: Namespace) -> int:
    """What was drawn for a person to look at."""
    with open_state(has_run(args.book, args.state), write=False) as state:
        found = state.samples()
    say.samples(found, args.limit, args.json)
    return 0


def stop(args: Namespace) -> int:
    """From the next run on nothing of an extent is carried out."""
    return _of_extent(args, "autonomy_stopped")


def resume(args: Namespace) -> int:
    """A stop of the same extent is over."""
    return _of_extent(args, "autonomy_resumed")


def _of_extent(args: Namespace, event: str) -> int:
    given = zip(EXTENT, (args.action, args.segment, args.customer), strict=True)
    body = {"event": event, **{name: value for name, value in given if value is not None}}
    say.recorded(*record(args.book, args.by or login(), lambda state, last: [body], args.state), args.json)
    return 0


def narrow(args: Namespace) -> int:
    """The engine may do less of something."""
    has_run(args.book, args.state)
    segment = args.segment or ""
    found = _standing(args)
    levels = {(row["action"], row["segment"]): row["level"] for row in found}
    level = levels.get((args.action, segment), levels.get((args.action, "")))
    if level is not None and args.level >= level:
        raise Refused(
            f"{args.action} is at level {level}: narrower is less. More autonomy is earned, and proposed as {WIDENING}. Nothing was recorded."
        )
    body = {"event": "autonomy_narrowed", "action": args.action, "level": args.level}
    body.update({"segment": segment} if segment else {})
    say.recorded(*record(args.book, args.by or login(), lambda state, last: [body], args.state), args.json)
    return 0


def autonomy(args: Namespace) -> int:
    """How far the engine may go, by all that is known now."""
    where = has_run(args.book, args.state)
    found = _standing(args)
    with open_state(where, write=False) as state:
        stops = state.stops()
    say.autonomy(found if args.all else [row for row in found if _is_known(row)], stops, args.json)
    return 0


def _standing(args: Namespace) -> list[dict[str, Any]]:
    day = repeat(args.book, None, Progress(quiet=True), dry_run=True, hear_all=True, state=args.state)
    return rows(part(day.report, "autonomy"))


def _is_known(row: dict[str, Any]) -> bool:
    """Whether anything is known of a cell but what the policy says."""
    return bool(row["trials"] or row["since"] or row["level"] != row["policy_level"])


def record(
    root: Path, by: str, make: Callable[[State, Run], Bodies], at: str | None = None
) -> tuple[Run, list[Recorded]]:
    """Record what people say now: as of the latest day, once the engine has taken it, in the state and in the audit chain."""
    where = has_run(root, at)
    engine, book = door.native(), read_book(root)
    with open_state(where, write=True) as state:
        last = state.latest_run()
        if last is None:
            raise never_run(root)
        said = _recorded(state, make(state, last), last.as_of, by)
        until = (date.fromisoformat(last.as_of) + timedelta(days=1)).isoformat()
        try:
            known = fitted(state.events_before(until, 0), book)
            hear(tell(engine, door.load_ledger(engine, book), book, known), said)
        except InvalidBook as error:
            error.problems = locate(book.files, error.problems)
            raise
        log = engine.AuditLog(state.audit_head())
        log.append_events(told(said))
        state.append_audit(log.table.to_dicts())
        state.record_events(said, last.run_id)
    return last, said


def _recorded(state: State, bodies: Bodies, on: str, by: str) -> list[Recorded]:
    names = [
        event_id(body["decision_id"], body["event"]) if body.get("decision_id") else f"{body['event']}:{on}"
        for body in bodies
    ]
    keys = state.free_keys(names)
    return [
        Recorded(keys[name], on, body.get("decision_id"), {**body, "on": on, "by": by}, by)
        for name, body in zip(names, bodies, strict=True)
    ]


def read_edit(pairs: list[str], text: str | None) -> dict[str, Any]:
    """What is to be changed: `name=value` pairs, JSON, or both."""
    change: dict[str, Any] = {}
    if text is not None:
        read = _json(text, "--edit")
        if not isinstance(read, dict):
            raise InvalidBook('--edit wants an object, like {"item_ids": ["I-1"]}')
        change.update(read)
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark:
            raise InvalidBook(f"--set wants name=value, not '{pair}'")
        change[name] = _value(name, value)
    for name in change.keys() - EDITS.keys():
        near = difflib.get_close_matches(name, EDITS, n=1)
        raise InvalidBook(
            f"nothing called '{name}' can be changed"
            + (f"; did you mean {near[0]}?" if near else f": {', '.join(EDITS)}")
        )
    if not change:
        raise InvalidBook("say what to change: --set channel=letter, or --edit with JSON")
    return change


def _value(name: str, value: str) -> Any:
    kind = EDITS.get(name)
    if kind == "json" or value.startswith(("[", "{")):
        return _json(value, f"--set {name}")
    if kind == "ids":
        return [item.strip() for item in value.split(",") if item.strip()]
    if kind == "number":
        if not value.isdecimal():
            raise InvalidBook(f"--set {name} wants a whole number, not '{value}'")
        return int(value)
    return value


def _json(text: str, what: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidBook(f"{what} wants JSON: {error}") from error
