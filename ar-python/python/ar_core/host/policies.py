"""Work on policies: what differs, what is surely not meant, and what another one would have decided on past days."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import timedelta
from typing import Any

from ar_core.host import engine as door
from ar_core.host import say
from ar_core.host.book import Book, read_book
from ar_core.host.history import History, fitted, tell
from ar_core.host.outputs import staged, write_table
from ar_core.host.plain import rows
from ar_core.host.state import open_state, place


def diff(args: Namespace) -> int:
    """What differs between two policies, in words."""
    engine = door.native()
    old, new = (door.read_policy(engine, path) for path in (args.old, args.new))
    say.policy_diff(old.diff(new).to_dicts(), (old.version, new.version), args.json)
    return 0


def check(args: Namespace) -> int:
    """Whether a policy is in order, and what in it is surely not meant. A remark is no failure."""
    engine = door.native()
    policy = door.read_policy(engine, args.file)
    ledger = door.load_ledger(engine, read_book(args.book)) if args.book else None
    say.policy_check(args.file, policy, policy.remarks(ledger).to_dicts(), args.json)
    return 0


def rehearse(args: Namespace) -> int:
    """Which decisions of past days would have been others under another policy."""
    engine, book = door.native(), read_book(args.book)
    old, new = door.load_policy(engine, args.old, book), door.read_policy(engine, args.new)
    ledger, events = _since(engine, book, args)
    try:
        found = engine.rehearse(ledger, old, new, args.as_of, args.days, events=events, scope=args.scope)
    except Exception as error:
        if door.is_refusal(error):
            raise door.refused(error, "the days cannot be rehearsed") from error
        raise
    changes, summary = found.changes.to_pyarrow(), found.summary.to_pyarrow()
    if args.out:
        with staged(args.out) as folder:
            write_table(folder, "rehearsal", changes, only_csv=True)
            write_table(folder, "rehearsal_summary", summary, only_csv=True)
    say.rehearsal(rows(changes), rows(summary), found.days, args.json)
    return 0


def _since(engine: Any, book: Book, args: Namespace) -> tuple[Any, str]:
    """The books before the first day, and what this host recorded from then on, by day.

    The book itself is of today: what it posted or issued since is in it, and counts from its own day on.
    """
    ledger = door.load_ledger(engine, book)
    end = args.as_of + timedelta(days=max(args.days, 1))
    with open_state(place(book.root, args.state), write=False) as state:
        known = state.events_before(end.isoformat(), 0)
    if not known:
        return ledger, "[]"
    history = fitted(known, book)
    tell(engine, door.load_ledger(engine, book), book, history)  # leaves out what no longer fits
    first = args.as_of.isoformat()
    early = [event for event in history.events if event["on"] < first]
    late = sorted((event for event in history.events if event["on"] >= first), key=lambda event: event["on"])
    return tell(engine, ledger, book, History(early, history.posted)), json.dumps(late, ensure_ascii=False)


__all__ = ["check", "diff", "rehearse"]
