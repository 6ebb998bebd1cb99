"""Who speaks, and about which decisions: what the commands have in common that name decisions of a book."""

from __future__ import annotations

import getpass
from argparse import Namespace
from pathlib import Path

from ar_core.host.book import state_path
from ar_core.host.errors import InvalidBook, Refused
from ar_core.host.state import open_state


def login() -> str:
    """The name of whoever is logged in."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def never_run(root: Path) -> Refused:
    """A book that was never run has nothing to speak of."""
    return Refused(f"{root} has not been run yet; start with: ar-core run {root} --as-of <date> --out <folder>")


def has_run(root: Path) -> None:
    """Refuse a book that was never run."""
    if not state_path(root).exists():
        raise never_run(root)


def chosen(args: Namespace) -> tuple[str, ...]:
    """The decisions named, and the open ones of the actions named."""
    found = dict.fromkeys(args.decision_ids)
    if args.action:
        has_run(args.book)
        with open_state(state_path(args.book), write=False) as state:
            found.update(dict.fromkeys(ask["decision_id"] for ask in state.open_asks() if ask["action"] in args.action))
    if not found:
        raise InvalidBook(
            "no decision is named, and no open one has the action named"
            if args.action
            else "name a decision, or --action"
        )
    return tuple(found)
