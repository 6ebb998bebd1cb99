"""The one audit chain of a book: what every day of it appended, kept in its state, which refuses to change or delete a row of it.

A day appends, in this order: the policy, where it is another than before; what people said; the run with its decisions; what was
carried out. Whoever keeps the head elsewhere (`ar-core audit head`) can tell later whether entries were taken away.
"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from ar_core.host import engine as door
from ar_core.host import say
from ar_core.host.day import repeat
from ar_core.host.errors import InvalidBook
from ar_core.host.naming import has_run
from ar_core.host.progress import Progress
from ar_core.host.state import open_state

# What the command line calls what an entry is searched by, and what the engine calls it.
FILTERS = {
    "customer": "customer_id",
    "action": "action",
    "by": "by",
    "reason": "reason",
    "item": "item_id",
    "payment": "payment_id",
    "decision": "decision_id",
    "kind": "kind",
    "since": "start",
    "until": "end",
}


def command(args: Namespace) -> int:
    """`ar-core audit <what>`."""
    return {"verify": _verify, "search": _search, "head": _head, "replay": replayed}[args.what](args)


def _log(args: Namespace) -> Any:
    with open_state(has_run(args.book, args.state), write=False) as state:
        columns = state.audit()
    return door.native().AuditLog.from_table(columns)


def _verify(args: Namespace) -> int:
    breaks = [dict(entry) for entry in _log(args).verify(_read_head(args.head))]
    say.verification(args.book, breaks, args.json)
    return 1 if breaks else 0


def _head(args: Namespace) -> int:
    say.head(_log(args).head, args.json)
    return 0


def _search(args: Namespace) -> int:
    wanted = {name: getattr(args, word) for word, name in FILTERS.items() if getattr(args, word) is not None}
    say.entries(_log(args).search(**wanted).to_dicts(), args.limit, args.json)
    return 0


def replayed(args: Namespace) -> int:
    """The newest run, made again from the book as it stands: every decision must be what the chain has."""
    engine, log = door.native(), _log(args)
    day = repeat(args.book, None, Progress(quiet=True), dry_run=True, state=args.state)
    problems: list[dict[str, Any]] = []
    try:
        engine.replay(log, day.ledger, engine.Policy.from_json(day.run.policy))
    except Exception as error:
        if not door.is_refusal(error):
            raise
        problems = [dict(entry) for entry in getattr(error, "problems", [])]
    say.replayed(args.book, day.run, problems, args.json)
    return 1 if problems else 0


def _read_head(text: str | None) -> dict[str, Any] | None:
    """`12:ab…` as `ar-core audit head` prints it."""
    if text is None:
        return None
    count, _, digest = text.partition(":")
    if not count.isdigit():
        raise InvalidBook(f"'{text}' is not a head like 12:3f0c…; ar-core audit head prints one")
    return {"len": int(count), "digest": digest}

