"""The command `ar-core`: a thin shell over `ar_core.host`. Results go to stdout, progress and complaints to stderr.

`grammar` is the parser; the commands stand in `days`, `cash`, `supervision`, `conversation`, `looking` and `policies`; `shapes` lists what
each prints with `--json`; `shell` completes words at a TAB. What a command does is in `ar_core.host.commands`, under its own name.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ar_core.cli import cash, conversation, days, looking, policies, shell, supervision
from ar_core.cli.failures import explained
from ar_core.cli.grammar import Grammar, leaves, parse

EXIT_CODES = """exit codes:
  0 done    1 failed (a broken audit chain, a void approval)    2 the input is wrong
  3 another run is working on this book    4 refused    5 a library is missing    130 interrupted

Each command has its own --help, with an example. Completion at TAB: ar-core completion --help"""

START = """ar-core runs an accounts-receivable book through a day, and says what needs you.

  ar-core demo                                              make a small book, and run a day of it
  ar-core run BOOK --as-of 2026-11-21 --out out             run a day of your own; then look at out/report.html
  ar-core match ITEMS STATEMENT --out matched               which items a bank statement pays
  ar-core score ITEMS --as-of 2026-11-21 --out scores.csv   when each open item will be paid
  ar-core forecast ITEMS --as-of 2026-11-21 --days 28       the cash to expect

BOOK is a folder with items.csv or items.parquet and more tables; ITEMS is that, or one file of items.
All commands: ar-core --help"""


# The commands that remember, or look up what was remembered.
STATEFUL = (
    *("run", "approve", "reject", "done", "edit", "delegate", "review", "stop", "resume", "narrow", "samples", "autonomy"),
    *("worklist", "statement", "shadow", "explain", "why-not", "notice", "demo", "replay", "policy rehearse"),
    *("audit verify", "audit head", "audit replay", "audit search"),
)


def parser() -> Grammar:
    """The grammar of the command line."""
    from ar_core import __version__

    top = Grammar(
        prog="ar-core",
        description="Runs an accounts-receivable book through one day: applies cash, scores items, decides, and says what needs you.",
        epilog=EXIT_CODES,
    )
    top.add_argument("--version", action="version", version=f"ar-core {__version__}")
    commands = top.add_subparsers(dest="command", metavar="command")
    for group in (days, cash, supervision, conversation, looking, policies, shell):
        group.add(commands)
    for command in leaves(top):
        if command.prog.partition(" ")[2] in STATEFUL:
            command.add_argument(
                "--state",
                metavar="FILE|URL",
                help="where the book's state is: a SQLite file, or postgresql://user@host/database?book=name"
                " (default: AR_CORE_STATE, else a file in the book)",
            )
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    shell.complete_if_asked(parser)
    return explained(lambda: _carry_out(words), as_json="--json" in words)


def _carry_out(words: list[str]) -> int:
    if not words:
        print(START)
        return 0
    args = parse(parser(), words)
    from ar_core.host import commands

    return int(getattr(commands, args.command.replace("-", "_"))(args))


__all__ = ["main", "parser"]
