"""One day of a book: tables and history in, the engine's report out, what it decided carried out and remembered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

from ar_core.host import engine as door
from ar_core.host.book import Book, locate, read_book, state_path
from ar_core.host.errors import InvalidBook, Refused, need
from ar_core.host.events import BY_HAND, FIELDS, VERDICTS, done_event, event_id, verdict_event
from ar_core.host.history import book_opens, fitted, tell
from ar_core.host.outputs import PARTS, part, staged, write_outbox, write_table, write_text
from ar_core.host.plain import decision_bodies, rows
from ar_core.host.progress import Progress
from ar_core.host.state import HOST, Recorded, Run, State, digest, open_state
from ar_core.host.words import words

LIBRARIES = ("pyarrow", "jinja2", "altair", "vl_convert")


@dataclass(frozen=True)
class Verdict:
    """What a person said of open asks: `approved` or `rejected`."""

    word: str
    decision_ids: tuple[str, ...]
    by: str


@dataclass(frozen=True)
class Request:
    """What a day is asked to do. `policy_text` (canonical JSON) wins over files: it repeats an earlier run."""

    book: Path
    as_of: date
    out: Path | None
    policy: Path | None = None
    policy_text: str | None = None
    dry_run: bool = False
    only_csv: bool = False
    verdict: Verdict | None = None
    by: str = ""  # who runs the day: a policy that is another than before is theirs


@dataclass
class Day:
    """What came of it."""

    run: Run
    book: Book
    report: Any
    ledger: Any
    bodies: list[dict[str, Any]]
    already: bool = False
    carried: list[dict[str, Any]] = field(default_factory=list)
    new_events: list[Recorded] = field(default_factory=list)
    void: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def body(self, decision_id: str) -> dict[str, Any] | None:
        """One decision of this day."""
        return next((body for body in self.bodies if body["decision_id"] == decision_id), None)


def run_day(request: Request, progress: Progress, engine: Any = None) -> Day:
    """Run a day and, unless it is a dry run, remember it. The commit is the last step.

    A verdict on a decision that the facts no longer support is void: the day is then run without it.
    """
    if request.out is not None:
        _check_out(request.out)
    engine = engine or door.native()
    with progress.step("read the book"):
        book = read_book(request.book)
    for text in book.notes:
        progress.note(f"note: {text}")
    try:
        return _run_once(request, book, progress, engine)
    except _Void as void:
        return _run_once(request, book, progress, engine, void=void.decision_ids)
    except InvalidBook as error:
        error.problems = locate(book.files, error.problems)
        raise


def _check_out(out: Path) -> None:
    """Fail before the work, not after it; and never among the tables of a book, of which some have the names of results."""
    for name in ("items.csv", "items.parquet"):
        if (out / name).exists():
            raise Refused(
                f"{out} holds a book ({name}); results of the same names would replace its tables. Choose another folder."
            )
    for library in LIBRARIES:
        need(library)


class _Void(Exception):
    """Leaves the transaction so that the verdicts in question are never written."""

    def __init__(self, decision_ids: list[str]) -> None:
        super().__init__("the facts changed")
        self.decision_ids = decision_ids


def _run_once(request: Request, book: Book, progress: Progress, engine: Any, void: list[str] | None = None) -> Day:
    with progress.step("check the book"):
        policy = _policy(request, book, engine)
        ledger = door.load_ledger(engine, book)
        book_digest = ledger.digest()
    started = datetime.now(timezone.utc).isoformat(timespec="seconds")
    as_of, version = request.as_of.isoformat(), str(getattr(engine, "__version__", "unknown"))
    with open_state(state_path(book.root), write=not request.dry_run) as state:
        previous = _check_calendar(state, request)
        if request.verdict and not void:
            _check_open(state, request.verdict)
        unchanged = previous is not None and previous.same_book(book_digest, policy.digest, version)
        fed_up_to = previous.fed_up_to if previous and unchanged else (state.last_event() if previous else 0)
        verdicts = _verdicts(request, as_of, void or [])
        fed = state.events_before(as_of, fed_up_to) + [verdict.body for verdict in verdicts]
        with progress.step("decide"):
            history = fitted(fed, book)
            told = tell(engine, ledger, book, history)
            report = _run(engine, told, policy, request.as_of)
            bodies = decision_bodies(report)
        run = Run(
            run_id=state.next_run_id(as_of),
            as_of=as_of,
            book_digest=book_digest,
            policy_digest=policy.digest,
            state_digest=digest(fed),
            engine_version=version,
            decisions=len(bodies),
            acted=sum(body["mode"] == "act" for body in bodies),
            asked=sum(body["mode"] == "ask" for body in bodies),
            started_at=started,
            fed_up_to=fed_up_to,
            policy=policy.to_json(),
            out=str(request.out.resolve()) if request.out else (previous.out if previous else ""),
        )
        day = Day(run, book, report, told, bodies, void=void or [], notes=book.notes + history.notes())
        if request.verdict and not void:
            _check_verdicts(day, request.verdict)
        if previous and previous.same_inputs(run):
            day.already, day.run = True, previous
        _carry_out(day, state, verdicts)
        _write(request, day, progress)
        if not request.dry_run and not day.already:
            with progress.step("remember the day"):
                _log_day(engine, state, day, verdicts, policy, request.by)
                state.record(run, bodies, day.new_events)
                _close(state, verdicts, day)
    return day


def _policy(request: Request, book: Book, engine: Any) -> Any:
    if request.policy_text is not None and request.policy is None:
        return engine.Policy.from_json(request.policy_text)
    return door.load_policy(engine, request.policy, book)


def _run(engine: Any, ledger: Any, policy: Any, as_of: date) -> Any:
    try:
        return engine.run(ledger, policy, as_of=as_of.isoformat())
    except Exception as error:
        if door.is_refusal(error):
            raise door.refused(error, "the day cannot be run") from error
        raise


def _check_calendar(state: State, request: Request) -> Run | None:
    """The earlier run of this same day, if any; a day before the last one is refused, for its decisions would rest on hindsight."""
    as_of, last = request.as_of.isoformat(), state.latest_run()
    if last is not None and as_of < last.as_of and not request.dry_run:
        raise Refused(
            f"this book has been run for {last.as_of}; {as_of} lies before it and is refused. Look without touching anything with --dry-run."
        )
    return state.latest_run(as_of)


def _verdicts(request: Request, as_of: str, void: list[str]) -> list[Recorded]:
    if request.verdict is None:
        return []
    verdict, recorded = request.verdict, []
    for decision_id in verdict.decision_ids:
        if decision_id not in void:
            body = verdict_event(verdict.word, decision_id, as_of, verdict.by)
            recorded.append(Recorded(event_id(decision_id, body["event"]), as_of, decision_id, body, verdict.by))
    return recorded


def _check_verdicts(day: Day, verdict: Verdict) -> None:
    """An approval must turn its decision into an act; otherwise the facts have moved and it is void."""
    if verdict.word != "approved":
        return
    modes = {body["decision_id"]: body["mode"] for body in day.bodies}
    gone = [decision_id for decision_id in verdict.decision_ids if modes.get(decision_id) != "act"]
    if gone:
        raise _Void(gone)


def _carry_out(day: Day, state: State, verdicts: list[Recorded]) -> None:
    """Find what is still to be done, and what the outbox of the day holds: all that was done on it, also by earlier runs of the day."""
    as_of = day.run.as_of
    allocations: dict[str, list[dict[str, Any]]] = {}
    for row in rows(part(day.report, "allocations")):
        allocations.setdefault(str(row.get("decision_id")), []).append(row)
    kept_back = [body for body in day.bodies if body["action"] == "create_deduction"]
    named = {row["item_id"] for lines in allocations.values() for row in lines}
    named |= {(body.get("params") or {}).get("item_id") for body in kept_back} - {None}
    named |= {item for body in day.bodies if body["action"] == "write_off" for item in body.get("item_ids") or []}
    opens = book_opens(day.book, named)
    day.carried = state.carried_out(as_of)
    day.new_events = list(verdicts)
    for body in day.bodies:
        event = done_event(body, as_of, allocations.get(body["decision_id"], [])) if body["mode"] == "act" else None
        if event is None or state.has_event(key := event_id(body["decision_id"], event["event"])):
            continue
        day.carried.append({"decision": body, "event": dict(event), "event_id": key})
        lines = event.get("allocations", [event] if event["event"] in ("deduction_created", "written_off") else [])
        found = {line["item_id"]: opens[line["item_id"]] for line in lines if line.get("item_id") in opens}
        if found:
            event["x_book_open"] = found  # for `history`: whether the book has moved since
        day.new_events.append(Recorded(key, as_of, body["decision_id"], event, HOST))


def _write(request: Request, day: Day, progress: Progress) -> None:
    """The out folder, before the commit: a day that dies in between is simply run again."""
    from ar_core.report_html import render

    if request.out is None:
        return
    with staged(request.out) as folder:
        with progress.step("write the tables"):
            for name in PARTS:
                write_table(folder, name, part(day.report, name), request.only_csv)
            write_outbox(folder, day.carried)
            write_text(folder / "report.json", day.report.to_json())
        with progress.step("write the page"):
            write_text(
                folder / "report.html",
                render(day.report, day.book, day.carried, request.dry_run, request.as_of, day.notes),
            )


def _log_day(engine: Any, state: State, day: Day, verdicts: list[Recorded], policy: Any, by: str) -> None:
    """The audit chain of the book goes on: the policy, what people said, the run, what was carried out."""
    log, before = engine.AuditLog(state.audit_head()), state.latest_run()
    if before is None or before.policy_digest != policy.digest:
        log.append_policy(policy, by or HOST, day.run.as_of)
    if verdicts:
        log.append_events(_told(verdicts), day.ledger)
    log.append(day.report)
    log.append_events(_told(event for event in day.new_events if event not in verdicts))
    state.append_audit(log.table.to_dicts())


def _told(events: Iterable[Recorded]) -> list[dict[str, Any]]:
    """Events as the engine understands them; those that it knows nothing of are not in its log."""
    known = (event.body for event in events if event.body["event"] in FIELDS or event.body["event"] in VERDICTS)
    return [{key: value for key, value in body.items() if not key.startswith("x_")} for body in known]


def _close(state: State, verdicts: list[Recorded], day: Day) -> None:
    """Note on the decisions what people said; an approved act that has no event is as done as it gets."""
    for verdict in verdicts:
        word = verdict.body["event"].removeprefix("decision_")
        has_event = any(event.decision_id == verdict.decision_id and event is not verdict for event in day.new_events)
        if verdict.decision_id is not None and not has_event:
            state.set_status(verdict.decision_id, word)


def repeat(
    book: Path,
    verdict: Verdict | None,
    progress: Progress,
    out: Path | None = None,
    dry_run: bool = False,
    engine: Any = None,
) -> Day:
    """Run the latest day again as it was asked for: to hear what a person said, or (dry) to look something up."""
    if not state_path(book).exists():
        raise Refused(f"{book} has not been run yet; start with: ar-core run {book} --as-of <date> --out <folder>")
    with open_state(state_path(book), write=False) as state:
        last = state.latest_run()
        if last is None:
            raise Refused(f"{book} has not been run yet; start with: ar-core run {book} --as-of <date> --out <folder>")
    target = out or (Path(last.out) if last.out and not dry_run else None)
    request = Request(
        book, date.fromisoformat(last.as_of), target, policy_text=last.policy, dry_run=dry_run, verdict=verdict
    )
    return run_day(request, progress, engine)


def report_done(book: Path, decision_ids: tuple[str, ...], by: str) -> dict[str, str | None]:
    """What a person did of open asks: calls made, messages answered. Recorded for the engine to know from the next day on."""
    found: dict[str, str | None] = {}
    with open_state(state_path(book), write=True) as state:
        last = _check_open(state, Verdict("done", decision_ids, by))
        recorded = []
        for decision_id in decision_ids:
            event = done_event(state.decision(decision_id) or {}, last.as_of, [])
            if event is not None:
                key = event_id(decision_id, event["event"])
                recorded.append(Recorded(key, last.as_of, decision_id, {**event, "by": by}, by))
                state.record_event(recorded[-1], last.run_id)
            state.set_status(decision_id, "done")
            found[decision_id] = event["event"] if event else None
        log = door.native().AuditLog(state.audit_head())
        log.append_events(_told(recorded))
        state.append_audit(log.table.to_dicts())
    return found


def _check_open(state: State, verdict: Verdict) -> Run:
    """All decisions named are open asks of the latest run, and of a kind that this can be said of."""
    last = state.latest_run()
    for decision_id in verdict.decision_ids:
        known = state.decision(decision_id)
        if known is None:
            raise InvalidBook(f"no decision {decision_id} in this book; see: ar-core worklist")
        if last is None or known["status"] != "open" or known["run_id"] != last.run_id:
            raise Refused(
                f"{decision_id} is not open: it is {known['status']} since {known['as_of']}. Nothing was changed."
            )
        by_hand = known["action"] in BY_HAND
        if verdict.word == "approved" and by_hand:
            raise Refused(
                f"{decision_id} is to {words(known['action']).lower()}, which only a person can; once done: ar-core done {decision_id}"
            )
        if verdict.word == "done" and not by_hand:
            raise Refused(f"{decision_id} is carried out by this command once approved: ar-core approve {decision_id}")
    if last is None:
        raise Refused("this book has not been run yet")
    return last
