"""The command `ar-core`: a thin shell over `ar_core.host`. Results go to stdout, progress and complaints to stderr."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

EXIT_CODES = """exit codes:
  0 done    1 failed (a broken audit chain, a void approval)    2 the input is wrong
  3 another run is working on this book    4 refused    5 a library is missing"""

# The commands that remember, or look up what was remembered; those of `audit` and `policy` say so themselves.
STATEFUL = (
    *("run", "approve", "reject", "done", "edit", "delegate", "review", "stop", "resume", "narrow", "samples", "autonomy"),
    *("worklist", "statement", "shadow", "explain", "why-not", "notice", "demo"),
)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date like 2026-11-21") from None


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = argparse.ArgumentParser(
        prog="ar-core",
        description="Runs an accounts-receivable book through one day: applies cash, scores items, decides, and says what needs you.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="command")

    run = commands.add_parser("run", help="run one day of a book and write the report")
    run.add_argument(
        "book", type=Path, help="a folder with items.csv or items.parquet and more tables, or one items file"
    )
    run.add_argument("--as-of", type=_day, required=True, metavar="DATE", help="the day to decide for, like 2026-11-21")
    run.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the tables and report.html go")
    run.add_argument(
        "--policy",
        type=Path,
        metavar="FILE",
        help="a policy in TOML or JSON (default: policy.toml of the book, else built in)",
    )
    run.add_argument("--dry-run", action="store_true", help="write the report, carry out and remember nothing")
    run.add_argument("--only-csv", action="store_true", help="write no Parquet files")
    run.add_argument("--json", action="store_true", help="print the summary as JSON")

    for word, text in (
        ("approve", "say yes to open decisions of the latest day and carry them out"),
        ("reject", "say no to open decisions of the latest day"),
        ("done", "report that a person called, answered or looked"),
    ):
        verdict = commands.add_parser(word, help=text)
        verdict.add_argument("book", type=Path)
        verdict.add_argument("decision_ids", nargs="*", metavar="D-…")
        verdict.add_argument(
            "--action",
            action="append",
            default=[],
            metavar="ACTION",
            help="all open ones of this action, like send_notice",
        )
        verdict.add_argument(
            "--by", default="", metavar="NAME", help="who says so (default: the name you are logged in with)"
        )
        if word != "done":
            verdict.add_argument("--out", type=Path, metavar="FOLDER", help="default: where the day was written")
        verdict.add_argument("--json", action="store_true", help="print the summary as JSON")

    _supervision(commands)
    _conversation(commands)

    worklist = commands.add_parser("worklist", help="what waits for a person, best first")
    worklist.add_argument("book", type=Path)
    worklist.add_argument("--limit", type=int, default=50, metavar="N")
    worklist.add_argument("--json", action="store_true")

    statement = commands.add_parser("statement", help="the statement of account of a customer")
    statement.add_argument("book", type=Path)
    statement.add_argument("customer_id", metavar="CUSTOMER")
    statement.add_argument("--as-of", type=_day, required=True, metavar="DATE", help="its last day")
    statement.add_argument("--since", type=_day, metavar="DATE", help="its first day (default: from the beginning)")
    statement.add_argument("--json", action="store_true")

    shadow = commands.add_parser("shadow", help="what the engine would have done, beside what people did")
    shadow.add_argument("book", type=Path, help="the book as it was before they did it")
    shadow.add_argument("events", type=Path, metavar="EVENTS", help="a JSON array of events: what people did")
    shadow.add_argument("--as-of", type=_day, required=True, metavar="DATE", help="the day to decide for")
    shadow.add_argument(
        "--days", type=int, default=1, metavar="N", help="days behind it whose events count, 0 to 60 (default: 1)"
    )
    shadow.add_argument("--policy", type=Path, metavar="FILE", help="default: policy.toml of the book, else built in")
    shadow.add_argument("--json", action="store_true", help="print all rows and the summary as JSON")

    explain = commands.add_parser("explain", help="why a decision was made")
    explain.add_argument("book", type=Path)
    explain.add_argument("decision_id", metavar="D-…")
    explain.add_argument("--json", action="store_true")

    why_not = commands.add_parser(
        "why-not", help="why an action was not taken for a customer, and what would have to be different"
    )
    why_not.add_argument("book", type=Path)
    why_not.add_argument("action", metavar="ACTION", help="like send_notice")
    why_not.add_argument("customer_id", metavar="CUSTOMER")
    why_not.add_argument("--json", action="store_true")

    verify = commands.add_parser("verify", help="check that an audit chain is whole, or that a text says only what is true")
    verify.add_argument("audit", type=Path, metavar="FILE", help="audit.csv or audit.parquet of an out folder, or a text")
    verify.add_argument("--facts", type=Path, metavar="FILE", help="the facts of a notice (JSON): FILE is its text, or - for stdin")
    verify.add_argument("--json", action="store_true")

    audit = commands.add_parser("audit", help="the audit chain of a book over all its days")
    parts = audit.add_subparsers(dest="what", required=True, metavar="what")
    for word, text in (
        ("verify", "check that the chain is whole"),
        ("head", "where the chain ends: keep it elsewhere, and verify against it"),
        ("replay", "make the newest run again and compare every decision"),
        ("search", "entries by customer, action, person, reason, item, payment, decision, kind, day"),
    ):
        part = parts.add_parser(word, help=text)
        part.add_argument("book", type=Path)
        if word == "verify":
            part.add_argument("--head", metavar="N:DIGEST", help="a head that was kept: finds that the newest entries are gone")
        if word == "search":
            for name, meta in (
                ("customer", "ID"),
                ("action", "ACTION"),
                ("by", "NAME"),
                ("reason", "CODE"),
                ("item", "ID"),
                ("payment", "ID"),
                ("decision", "D-…"),
                ("kind", "KIND"),
            ):
                part.add_argument(f"--{name}", metavar=meta)
            part.add_argument("--since", type=_day, metavar="DATE")
            part.add_argument("--until", type=_day, metavar="DATE")
            part.add_argument("--limit", type=int, default=50, metavar="N")
        part.add_argument("--json", action="store_true")
        _state(part)
    _policy_grammar(
        commands.add_parser("policy", help="compare, check and rehearse policies before one is put in force")
    )

    demo = commands.add_parser("demo", help="make a small book and run a day of it")
    demo.add_argument("--out", type=Path, default=Path("ar-core-demo"), metavar="FOLDER")
    demo.add_argument("--json", action="store_true", help="print the summary as JSON")
    for name in STATEFUL:
        _state(commands.choices[name])
    return top


def _state(command: argparse.ArgumentParser) -> None:
    """Where the state is, the same for every command that has one."""
    command.add_argument(
        "--state",
        metavar="FILE|URL",
        help="where the book's state is: a SQLite file, or postgresql://user@host/database?book=name (default: AR_CORE_STATE, else a file"
        " in the book)",
    )


def _policy_grammar(policy: argparse.ArgumentParser) -> None:
    tasks = policy.add_subparsers(dest="task", required=True, metavar="task")
    diff = tasks.add_parser("diff", help="what differs between two policies, in words")
    diff.add_argument("old", type=Path, help="a policy in TOML or JSON")
    diff.add_argument("new", type=Path)
    check = tasks.add_parser("check", help="whether a policy is in order, and what in it is surely not meant")
    check.add_argument("file", type=Path)
    check.add_argument("book", type=Path, nargs="?", help="the book it is for: also segments that no customer is in")
    rehearse = tasks.add_parser("rehearse", help="which decisions of past days would have been others")
    rehearse.add_argument("book", type=Path)
    rehearse.add_argument("new", type=Path, help="the policy to try")
    rehearse.add_argument(
        "--old", type=Path, metavar="FILE", help="the one that was in force (default: that of the book)"
    )
    rehearse.add_argument("--as-of", type=_day, required=True, metavar="DATE", help="the first day")
    rehearse.add_argument(
        "--days", type=int, default=1, metavar="N", help="so many days in a row (default: 1, most: 400)"
    )
    rehearse.add_argument(
        "--scope",
        choices=("all", "collections"),
        default="all",
        help="collections: without predicted payment dates; many times as fast, and nothing is worth anything",
    )
    rehearse.add_argument("--out", type=Path, metavar="FOLDER", help="where rehearsal.csv and rehearsal_summary.csv go")
    _state(rehearse)
    for task in (diff, check, rehearse):
        task.add_argument("--json", action="store_true")


def _supervision(commands: Any) -> None:
    """The commands by which people change, hand on and look at decisions, and say how far the engine may go."""
    edit = commands.add_parser("edit", help="change open decisions; another person approves the change")
    edit.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="channel, tone, level, on, item_ids (a,b), amount, due_on, payment_days; what an earlier change named is as proposed again",
    )
    edit.add_argument("--edit", metavar="JSON", help='the whole change, like \'{"item_ids": ["I-1"]}\'')
    edit.add_argument("--out", type=Path, metavar="FOLDER", help="default: where the day was written")
    delegate = commands.add_parser("delegate", help="hand open questions on to another person or role")
    delegate.add_argument("--to", required=True, metavar="NAME")
    review = commands.add_parser("review", help="say whether what the engine did was right")
    found = review.add_mutually_exclusive_group(required=True)
    found.add_argument("--right", action="store_true")
    found.add_argument("--wrong", action="store_true", help="too many of these, and the engine does less by itself")
    for command in (edit, delegate, review):
        command.add_argument("book", type=Path)
        command.add_argument("decision_ids", nargs="*" if command is not review else "+", metavar="D-…")
    for command in (edit, delegate):
        command.add_argument("--action", action="append", default=[], metavar="ACTION", help="all open ones of this action")

    stop = commands.add_parser("stop", help="carry nothing out from the next run on: of an action, a segment, a customer, or at all")
    resume = commands.add_parser("resume", help="end a stop of the same extent")
    narrow = commands.add_parser("narrow", help="let the engine do less of an action")
    for command in (stop, resume):
        command.add_argument("--customer", metavar="ID")
    narrow.add_argument("--level", type=int, choices=(0, 1, 2), required=True, help="0 record, 1 propose, 2 act inside the limits")
    for command in (stop, resume, narrow):
        command.add_argument("book", type=Path)
        command.add_argument("--action", required=command is narrow, metavar="ACTION")
        command.add_argument("--segment", metavar="NAME", help="customers of this segment")
    for command in (edit, delegate, review, stop, resume, narrow):
        command.add_argument("--by", default="", metavar="NAME", help="who says so (default: the name you are logged in with)")

    samples = commands.add_parser("samples", help="what the engine did and a person is to look at")
    samples.add_argument("--limit", type=int, default=50, metavar="N")
    autonomy = commands.add_parser("autonomy", help="how far the engine may go, by what proof, and what is stopped")
    autonomy.add_argument("--all", action="store_true", help="also what nothing is known of but the policy")
    for command in (samples, autonomy):
        command.add_argument("book", type=Path)
    for command in (edit, delegate, review, stop, resume, narrow, samples, autonomy):
        command.add_argument("--json", action="store_true")


def _conversation(commands: Any) -> None:
    read = commands.add_parser("read", help="what a customer wrote: intents, dates, amounts, references")
    read.add_argument("text", metavar="FILE", help="the message, plain or HTML; - for stdin")
    read.add_argument("--received-on", type=_day, required=True, metavar="DATE", help="the day it came in")
    read.add_argument("--book", type=Path, help="the book with the items that it may be about")
    read.add_argument("--customer", metavar="ID", help="only the items of this customer")
    for name, meta, text in (
        ("subject", "TEXT", "its subject"),
        ("locale", "TAG", "language and region of the customer, like de-AT"),
        ("country", "CODE", "how dates and amounts are written there, like US"),
        ("currency", "CODE", "of an amount without one"),
    ):
        read.add_argument(f"--{name}", metavar=meta, help=text)

    notice = commands.add_parser("notice", help="write the notice of a decision of the latest day; nothing is sent")
    notice.add_argument("book", type=Path)
    notice.add_argument("decision_id", metavar="D-…")
    notice.add_argument("--sender", type=Path, metavar="FILE", help="name, email or phone, iban, pay_url (default: sender.toml of the book)")
    notice.add_argument("--draft", type=Path, metavar="FILE", help="a text of another writer, used if all that it says is true")
    notice.add_argument("--contact", metavar="NAME", help="the person who is written to")
    notice.add_argument("--locale", metavar="TAG", help="default: that of the customer")
    notice.add_argument("--tone", choices=("friendly", "question", "neutral", "firm", "final"), help="never firmer than the decision")
    notice.add_argument("--channel", choices=("email", "sms", "letter", "call"), help="default: as the decision says")
    for command in (read, notice):
        command.add_argument("--json", action="store_true")


def _options_last(words: list[str]) -> list[str]:
    """`approve BOOK --by anna D-…` as `approve BOOK D-… --by anna`: decisions may stand behind options."""
    decisions = [word for word in words if word.startswith("D-")]
    if not decisions or words[0] not in ("approve", "reject", "done", "edit", "delegate", "review"):
        return words
    rest = [word for word in words if not word.startswith("D-")]
    return [*rest[:1], *rest[1:2], *decisions, *rest[2:]] if len(rest) > 1 and not rest[1].startswith("-") else words


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    args = parser().parse_args(_options_last(sys.argv[1:] if argv is None else list(argv)))
    from ar_core.host import commands, say
    from ar_core.host.errors import HostError

    try:
        return int(getattr(commands, args.command.replace("-", "_"))(args))
    except HostError as error:
        say.failure(error, as_json=getattr(args, "json", False))
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains when it ends
        return 0
    except Exception as error:
        code = getattr(error, "code", None)
        if not isinstance(code, str):
            raise
        print(
            f"ar-core: {error}", file=sys.stderr
        )  # what the engine refuses, or a fault that says itself that it is one
        return 1 if code == "internal" else 2
    except KeyboardInterrupt:
        print("stopped; nothing was recorded", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
