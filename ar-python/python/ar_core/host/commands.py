"""What each sub-command does; `cli` parses, `say` speaks."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ar_core.host import bank, policies, say
from ar_core.host import engine as door
from ar_core.host.book import read_book
from ar_core.host.cash import match
from ar_core.host.conversation import notice, read
from ar_core.host.conversation import verify as _verify_text
from ar_core.host.day import Day, Request, Verdict, repeat, report_done, run_day
from ar_core.host.errors import InvalidBook, need, problem
from ar_core.host.grid import answer
from ar_core.host.history import fitted, tell
from ar_core.host.naming import chosen as _chosen
from ar_core.host.naming import has_run as _exists
from ar_core.host.naming import login as _login
from ar_core.host.naming import never_run
from ar_core.host.outlook import forecast, score
from ar_core.host.outputs import flat
from ar_core.host.plain import rows
from ar_core.host.progress import Progress
from ar_core.host.state import open_state, place
from ar_core.host.supervision import autonomy, delegate, edit, narrow, resume, review, samples, stop

DEMO_SEED = 7
DEMO_DAY = "2026-11-20"
# The default policy asks for everything; a demonstration shows what acting looks like as well.
DEMO_POLICY = """# The policy of this book; what is not said here keeps its conservative default.
version = "demo"

[autonomy]
default_level = 2     # act inside the limits below, ask beyond them (1 = always ask)
amount_limit = 5000   # in units of the currency
"""


def run(args: Namespace) -> int:
    """One day of a book."""
    said = {"dry_run": args.dry_run, "only_csv": args.only_csv, "by": _login(), "state": args.state}
    request = Request(args.book, args.as_of, args.out, args.policy, **said)
    if args.dry_run:
        day = run_day(replace(request, statements=tuple(args.statement)), _progress(args))
    else:
        new = bank.keep(args.book, args.statement)
        try:
            day = run_day(request, _progress(args))
        except Exception:  # what is interrupted keeps them: the next run goes on from there
            bank.drop(new)
            raise
    return _finish(day, args, dry_run=args.dry_run)


def approve(args: Namespace) -> int:
    """Yes to open decisions: the day is run again with the approval, and what it allows is carried out."""
    return _verdict(args, "approved")


def reject(args: Namespace) -> int:
    """No to open decisions."""
    return _verdict(args, "rejected")


def _verdict(args: Namespace, word: str) -> int:
    verdict = Verdict(word, _chosen(args), args.by or _login())
    day = repeat(args.book, verdict, _progress(args), args.out, state=args.state)
    say.verdict(day, verdict, args.json)
    return 1 if day.void else 0


def done(args: Namespace) -> int:
    """A person did what only a person can: called, answered, looked."""
    _exists(args.book, args.state)
    by = args.by or _login()
    say.done(report_done(args.book, _chosen(args), by, args.state), by, args.json)
    return 0


def worklist(args: Namespace) -> int:
    """What waits for a person in the latest day."""
    with open_state(_exists(args.book, args.state), write=False) as state:
        last = state.latest_run()
        asks = state.open_asks(last.run_id) if last else []
        drawn = len(state.samples())
    if last is None:
        raise never_run(args.book)
    say.worklist(asks, last, args.limit, args.json, drawn)
    return 0


def statement(args: Namespace) -> int:
    """What a customer owed, what happened, and what it owes: from the book, and what was done since."""
    engine, book = door.native(), read_book(args.book)
    ledger = door.load_ledger(engine, book)
    with open_state(place(book.root, args.state), write=False) as state:
        fed = state.events_before((args.as_of + timedelta(days=1)).isoformat(), 0)
    if fed:
        ledger = tell(engine, ledger, book, fitted(fed, book))
    table = ledger.statement(args.customer_id, args.as_of, args.since)
    say.statement(rows(table.to_pyarrow()), args.customer_id, args.as_of, args.json)
    return 0


def shadow(args: Namespace) -> int:
    """What the engine would have done on a day, beside what people did; nothing is carried out or remembered."""
    try:
        events = args.events.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidBook(f"the events {args.events} cannot be read: {error}") from error
    request = Request(args.book, args.as_of, None, args.policy, dry_run=True, state=args.state)
    report = run_day(request, Progress(quiet=True)).report
    try:
        found = report.shadow(events, args.days)
    except Exception as error:
        if door.is_refusal(error):
            raise door.refused(error, f"the events {args.events}") from error
        raise
    say.shadow(rows(found.rows.to_pyarrow()), rows(found.summary.to_pyarrow()), args.as_of, args.json)
    return 0


def explain(args: Namespace) -> int:
    """Why a decision was made: in the engine's words if it is of the latest day, else what was recorded."""
    with open_state(_exists(args.book, args.state), write=False) as state:
        known = state.decision(args.decision_id)
        last = state.latest_run()
    if known is None or last is None:
        raise InvalidBook(f"no decision {args.decision_id} in this book; see: ar-core worklist {args.book}")
    text = None
    if known["run_id"] == last.run_id:
        day = repeat(args.book, None, Progress(quiet=True), dry_run=True, state=args.state)
        if day.body(args.decision_id) is not None:
            text = day.report.explain(args.decision_id)
    say.explanation(known, text, args.json)
    return 0


def why_not(args: Namespace) -> int:
    """Why an action was not taken on the latest day, and the smallest change with which it would not have been stopped."""
    _exists(args.book, args.state)
    day = repeat(args.book, None, Progress(quiet=True), dry_run=True, state=args.state)
    say.not_taken(day.report.why_not(args.action, args.customer_id), args.json)
    return 0


def verify(args: Namespace) -> int:
    """Check an audit chain from a file, or with facts the text of a notice."""
    if args.facts is not None:
        return _verify_text(args)
    breaks = [dict(entry) for entry in door.native().verify_audit(_read_audit(args.audit))]
    say.verification(args.audit, breaks, args.json)
    return 1 if breaks else 0


def audit(args: Namespace) -> int:
    """The audit chain of a book over all its days."""
    from ar_core.host.audit import command

    return command(args)


def replay(args: Namespace) -> int:
    """The newest run, made again: `audit replay` in one word."""
    from ar_core.host.audit import replayed

    return replayed(args)


def completion(args: Namespace) -> int:
    """The script that completes this command at a TAB."""
    script = need("argcomplete").shellcode(["ar-core"], shell=args.shell)
    if args.json:
        answer({"shell": args.shell, "script": script})
    else:
        print(script)
    return 0


def _read_audit(path: Path) -> Any:
    pa = need("pyarrow")
    if not path.is_file():
        raise InvalidBook(f"no such file: {path}")
    try:
        if path.suffix.lower() == ".parquet":
            return need("pyarrow.parquet").read_table(path)
        pa_csv = need("pyarrow.csv")
        header = path.open(encoding="utf-8").readline().replace('"', "").strip().split(",")
        return pa_csv.read_csv(
            path,
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.int64() if name == "seq" else pa.string() for name in header},
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InvalidBook(str(error), [problem("audit", "unreadable", f"{path.name}: {error}")]) from error


def policy(args: Namespace) -> int:
    """Work on policies: nothing is decided, carried out or remembered."""
    return {"diff": policies.diff, "check": policies.check, "rehearse": policies.rehearse}[args.task](args)


def demo(args: Namespace) -> int:
    """A made-up book, and a day of it."""
    pa, pa_csv = need("pyarrow"), need("pyarrow.csv")
    book, progress = args.out / "book", _progress(args)
    with progress.step("make a book"):
        book.mkdir(parents=True, exist_ok=True)
        for name, source in door.native().simulate(seed=DEMO_SEED, as_of=DEMO_DAY).items():
            table = pa.table(source)
            if table.num_rows:
                pa_csv.write_csv(_with_semicolons(table), book / f"{name}.csv")
        (book / "policy.toml").write_text(DEMO_POLICY, encoding="utf-8")
    request = Request(book, date.fromisoformat(DEMO_DAY), args.out / "report", by=_login(), state=args.state)
    return _finish(run_day(request, progress), args)


def _with_semicolons(table: Any) -> Any:
    """Lists of text as `a;b`, the way a person would type them into a CSV."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    for index, field in enumerate(table.schema):
        if pa.types.is_list(field.type) or pa.types.is_large_list(field.type):
            table = table.set_column(index, field.name, pc.binary_join(table.column(index), ";"))
    return flat(table)


def _progress(args: Namespace) -> Progress:
    """Steps for a person; with `--json` stderr is kept for what goes wrong."""
    return Progress(quiet=args.json)


def _finish(day: Day, args: Namespace, dry_run: bool = False) -> int:
    say.summary(day, args.out if args.command == "run" else args.out / "report", args.json, dry_run)
    return 0


__all__ = [
    "approve",
    "audit",
    "autonomy",
    "completion",
    "delegate",
    "demo",
    "done",
    "edit",
    "explain",
    "forecast",
    "match",
    "narrow",
    "notice",
    "policy",
    "read",
    "reject",
    "replay",
    "resume",
    "review",
    "run",
    "samples",
    "score",
    "shadow",
    "statement",
    "stop",
    "verify",
    "why_not",
    "worklist",
]
