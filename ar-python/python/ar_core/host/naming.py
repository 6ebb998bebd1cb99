"""Who speaks, and about which decisions: what the commands have in common that name decisions of a book."""

from __future__ import annotations

import getpass
from argparse import Namespace
from pathlib import Path

from ar_core.host.errors import InvalidBook, Refused
from ar_core.host.state import Place, open_state, place


def login() -> str:
    """The name of whoever is logged in."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def never_run(root: Path) -> Refused:
    """A book that was never run has nothing to speak of."""
    return Refused(f"{root} has not been run yet; start with: ar-core run {root} --as-of <date> --out <folder>")


def has_run(root: Path, state: str | None = None) -> Place:
    """Where the state of a book is; a book that was never run is refused."""
    where = place(root, state)
    if where.file is not None:
        known = where.file.exists()
    else:
        with open_state(where, write=False) as opened:
            known = opened.latest_run() is not None
    if not known:
        raise never_run(root)
    return where


def chosen(args: Namespace) -> tuple[str, ...]:
    """The decisions named, and the open ones of the actions named."""
    found = dict.fromkeys(args.decision_ids)
    if args.action:
        with open_state(has_run(args.book, args.state), write=False) as state:
            found.update(dict.fromkeys(ask["decision_id"] for ask in state.open_asks() if ask["action"] in args.action))
    if not found:
        raise InvalidBook(
            "no decision is named, and no open one has the action named"
            if args.action
            else "name a decision, or --action"
        )
    return tuple(found)
