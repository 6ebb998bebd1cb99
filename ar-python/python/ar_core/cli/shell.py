"""Completion in bash, zsh and fish: argcomplete asks the grammar, and the book for decisions, customers and actions.

A shell calls the command itself at every TAB, so what is asked of a book must be quick: its state by index, its customers up to a few
megabytes of their file. Nothing here may fail loudly: a TAB that knows nothing completes nothing.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ar_core.cli.grammar import Grammar, leaf, leaves

SHELLS = ("bash", "zsh", "fish")
MOST_OFFERED = 200
READ_AT_MOST = 1 << 22


def add(commands: Any) -> None:
    """The command that prints the script."""
    text = "print the script that completes this command in a shell"
    completion = leaf(commands, "completion", help=text, example="bash")
    completion.add_argument("shell", choices=SHELLS, metavar="SHELL", help="bash, zsh or fish")
    completion.epilog = f"""{completion.epilog}

to have it in every new shell:
  bash   echo 'eval "$(ar-core completion bash)"' >> ~/.bashrc
  zsh    echo 'eval "$(ar-core completion zsh)"' >> ~/.zshrc       (behind compinit)
  fish   ar-core completion fish > ~/.config/fish/completions/ar-core.fish"""


def complete_if_asked(top: Callable[[], Grammar]) -> None:
    """Answer a TAB and end, if it is a shell that calls."""
    if "_ARGCOMPLETE" not in os.environ:
        return
    try:
        import argcomplete
    except ImportError:
        return
    grammar = top()
    for command in leaves(grammar):
        for action in command._actions:
            _with_values(action)
    argcomplete.autocomplete(grammar)


def _with_values(action: argparse.Action) -> None:
    asked: dict[str, Callable[..., Iterable[str]]] = {
        "decision_id": decisions,
        "decision_ids": decisions,
        "decision": decisions,
        "customer_id": customers,
        "customer": customers,
        "action": actions,
    }
    if action.dest in asked:
        action.completer = asked[action.dest]  # type: ignore[attr-defined]  # where argcomplete looks for it


def decisions(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> dict[str, str]:
    """Decisions of the book that this command can be said of, with what they are about."""
    try:
        from ar_core.host.state import open_state, place

        at = place(parsed_args.book, getattr(parsed_args, "state", None))
        if at.file is not None and not at.file.exists():
            return {}
        with open_state(at, write=False) as state:
            found = state.samples() if parsed_args.command == "review" else state.open_asks()
    except Exception:  # a TAB must not print a traceback into the prompt
        return {}
    named = {str(ask["decision_id"]): f"{ask['action']} {ask.get('customer_id') or ''}".strip() for ask in found}
    given = set(getattr(parsed_args, "decision_ids", None) or ())
    fitting = [key for key in named if key.startswith(prefix) and key not in given]
    return {key: named[key] for key in fitting[:MOST_OFFERED]}


def customers(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    """Customers of the book, as far as its table has them in the first megabytes."""
    root: Path | None = getattr(parsed_args, "book", None)
    try:
        return _customers(root, prefix) if root is not None else []
    except Exception:  # as above
        return []


def _customers(root: Path, prefix: str) -> list[str]:
    import csv

    from ar_core.host.errors import need

    if (path := root / "customers.csv").is_file():
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
            head = handle.read(READ_AT_MOST).splitlines()
        mark = next((mark for mark in ",;\t|" if mark in head[0]), ",")
        rows = [row.get("customer_id") or "" for row in csv.DictReader(head, delimiter=mark)]
    elif (path := root / "customers.parquet").is_file() and path.stat().st_size <= READ_AT_MOST:
        table = need("pyarrow.parquet").read_table(path, columns=["customer_id"])
        rows = [str(value) for value in table.column(0).to_pylist()]
    else:
        return []
    return [row for row in dict.fromkeys(rows) if row and row.startswith(prefix)][:MOST_OFFERED]


def actions(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    """Names of actions."""
    from ar_core.host.events import ACTION_EVENTS

    return [name for name in ACTION_EVENTS if name.startswith(prefix)]


__all__ = ["SHELLS", "add", "complete_if_asked"]
