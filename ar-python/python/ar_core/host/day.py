"""One day of a book: tables and history in, the engine's report out, what it decided carried out and remembered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ar_core.host import engine as door
from ar_core.host.book import Book, locate, read_book
from ar_core.host.errors import InvalidBook, Refused, need
from ar_core.host.events import ASKED, BY_HAND, WIDENING, done_event, event_id, is_by_hand, verdict_event
from ar_core.host.hearing import hear, policy_event, told
from ar_core.host.history import book_opens, fitted, tell
from ar_core.host.naming import has_run, never_run
from ar_core.host.outputs import PARTS, check_no_book, part, staged, write_outbox, write_table, write_text
from ar_core.host.plain import decision_bodies, rows
from ar_core.host.progress import Progress
from ar_core.host.state import HOST, Recorded, Run, digest, open_state, place
from ar_core.host.waiting import approvals
from ar_core.host.words import words

if TYPE_CHECKING:
    from ar_core.host.store import State

LIBRARIES = ("pyarrow", "jinja2", "altair", "vl_convert")


@dataclass(frozen=True)
class Verdict:
    """What a person said of open asks: `approved`, `rejected`, or `edited` with what was changed."""

    word: str
    decision_ids: tuple[str, ...]
    by: str
    edit: dict[str, Any] | None = None


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
    statements: tuple[Path, ...] = ()  # bank statements beside those that the book has
    heard: int | None = None  # tells the engine no more of what people said than an earlier run was told
    state: str | None = None  # a file or a URL; else that of AR_CORE_STATE, else the file in or beside the book


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
    said: list[Recorded] = field(default_factory=list)  # by people, for this run
    new_events: list[Recorded] = field(default_factory=list)  # carried out by the host
    asked: list[Recorded] = field(default_factory=list)  # questions that are put to people for the first time
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
        book = read_book(request.book, request.statements)
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
    """Fail before the work, not after it."""
    check_no_book(out)
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
    started = _now()
    as_of, version = request.as_of.isoformat(), str(getattr(engine, "__version__", "unknown"))
    with open_state(place(book.root, request.state), write=not request.dry_run) as state:
        previous = _check_calendar(state, request)
        if request.verdict and not void:
            check_open(state, request.verdict.word, request.verdict.decision_ids)
        unchanged = previous is not None and previous.same_book(book_digest, policy.digest, version)
        fed_up_to = previous.fed_up_to if previous and unchanged else (state.last_event() if previous else 0)
        said = _said(request, state, policy, as_of, void or [])
        earlier = state.events_before(as_of, fed_up_to, request.heard)
        with progress.step("decide"):
            history = fitted(earlier, book)
            ledger = tell(engine, ledger, book, history)
            hear(ledger, said)
            report = _run(engine, ledger, policy, request.as_of, progress)
            bodies = decision_bodies(report)
        run = Run(
            run_id=state.next_run_id(as_of),
            as_of=as_of,
            book_digest=book_digest,
            policy_digest=policy.digest,
            state_digest=digest(earlier + [event.body for event in said]),
            engine_version=version,
            decisions=len(bodies),
            acted=sum(body["mode"] == "act" for body in bodies),
            asked=sum(body["mode"] == "ask" for body in bodies),
            started_at=started,
            fed_up_to=fed_up_to,
            policy=policy.to_json(),
            out=str(request.out.resolve()) if request.out else (previous.out if previous else ""),
        )
        day = Day(run, book, report, ledger, bodies, void=void or [], said=said, notes=book.notes + history.notes())
        if request.verdict and not void:
            _check_verdicts(day, state, request.verdict)
        if previous and previous.same_inputs(run):
            day.already, day.run = True, previous
        _carry_out(day, state)
        _write(request, day, progress)
        if not request.dry_run and not day.already:
            with progress.step("remember the day"):
                _log_day(engine, state, day, policy, request.by)
                state.record(run, bodies, day.said, day.new_events + day.asked)
                _close(state, day)
    return day


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def _policy(request: Request, book: Book, engine: Any) -> Any:
    if request.policy_text is not None and request.policy is None:
        return engine.Policy.from_json(request.policy_text)
    return door.load_policy(engine, request.policy, book)


def _run(engine: Any, ledger: Any, policy: Any, as_of: date, progress: Progress) -> Any:
    try:
        return engine.run(ledger, policy, as_of=as_of.isoformat(), **progress.watch())
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


def _said(request: Request, state: State, policy: Any, as_of: str, void: list[str]) -> list[Recorded]:
    """What people say with this run: that another policy is in force, and their verdicts."""
    verdict = request.verdict
    by = request.by or (verdict.by if verdict else "")
    recorded = [] if request.dry_run else policy_event(state, policy, as_of, by)
    if verdict is None:
        return recorded
    gone = set(void)
    about = [decision_id for decision_id in verdict.decision_ids if decision_id not in gone]
    known = state.decisions(about)
    bodies = {key: verdict_event(verdict.word, known.get(key, {}), as_of, verdict.by, verdict.edit) for key in about}
    names = {key: event_id(key, body["event"]) for key, body in bodies.items()}
    keys = state.free_keys(names.values())
    return recorded + [Recorded(keys[names[key]], as_of, key, body, verdict.by) for key, body in bodies.items()]


def _check_verdicts(day: Day, state: State, verdict: Verdict) -> None:
    """A change must fit its decision. An approval must turn it into an act, or be the first of two; otherwise the facts have moved and it
    is void."""
    if verdict.word == "rejected":
        return
    after = {body["decision_id"]: body for body in day.bodies}
    gone, known = [], state.decisions(verdict.decision_ids)
    for decision_id in verdict.decision_ids:
        before, body = known.get(decision_id, {}), after.get(decision_id)
        if verdict.word == "edited":
            _check_edit(decision_id, body)
        elif before.get("action") != WIDENING and (body is None or body["mode"] != "act"):
            given = approvals(body)
            if given and given == approvals(before):
                raise Refused(f"{verdict.by} approved {decision_id} already: another person does, too. Nothing was recorded.")
            if not given:
                gone.append(decision_id)
    if gone:
        raise _Void(gone)


def _check_edit(decision_id: str, body: dict[str, Any] | None) -> None:
    codes = [reason["code"] for reason in body["reasons"]] if body else []
    if "edited" not in codes:
        why = "this does not fit its action or the facts" if body else "the facts changed and the decision is gone"
        raise Refused(f"{decision_id} cannot be changed so: {why}. Nothing was recorded.")


def _carry_out(day: Day, state: State) -> None:
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
    lines = part(day.report, "escalations").select(["decision_id", "person", "role"]).to_pylist()
    whom = {line["decision_id"]: line["person"] or line["role"] for line in lines}
    day.asked.extend(_questions(state, [body["decision_id"] for body in day.bodies if body["mode"] == "ask"], whom, as_of))
    acts = [(body, done_event(body, as_of, allocations.get(body["decision_id"], []))) for body in day.bodies if body["mode"] == "act"]
    done = state.known_events(event_id(body["decision_id"], event["event"]) for body, event in acts if event)
    for body, event in acts:
        if event is None or (key := event_id(body["decision_id"], event["event"])) in done:
            continue
        day.carried.append({"decision": body, "event": dict(event), "event_id": key})
        lines = event.get("allocations", [event] if event["event"] in ("deduction_created", "written_off") else [])
        found = {line["item_id"]: opens[line["item_id"]] for line in lines if line.get("item_id") in opens}
        if found:
            event["x_book_open"] = found  # for `history`: whether the book has moved since
        day.new_events.append(Recorded(key, as_of, body["decision_id"], event, HOST))


def _questions(state: State, decision_ids: list[str], whom: dict[str, str | None], as_of: str) -> list[Recorded]:
    """That people are asked, or roles; once for a question that is open."""
    keys = {decision_id: event_id(decision_id, ASKED) for decision_id in decision_ids}
    asked, known = state.known_events(keys.values()), state.statuses(keys)
    found = []
    for decision_id, key in keys.items():
        if key not in asked and known.get(decision_id) not in ("done", "rejected"):
            to = whom.get(decision_id)
            body = {"event": ASKED, "on": as_of, "decision_id": decision_id, **({"to": to} if to else {})}
            found.append(Recorded(key, as_of, decision_id, body, HOST))
    return found


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


def _log_day(engine: Any, state: State, day: Day, policy: Any, by: str) -> None:
    """The audit chain of the book goes on: the policy, what people said, the run, what was carried out, who was asked."""
    log, before = engine.AuditLog(state.audit_head()), state.latest_run()
    as_event = any(event.body["event"] == "policy_changed" for event in day.said)
    if not as_event and (before is None or before.policy_digest != policy.digest):
        log.append_policy(policy, by or HOST, day.run.as_of)
    if day.said:
        log.append_events(told(day.said), day.ledger)
    log.append(day.report)
    log.append_events(told(day.new_events + day.asked))
    state.append_audit(log.table.to_dicts())


def _close(state: State, day: Day) -> None:
    """Note on the decisions what people said; an approved act that has no event is as done as it gets. What was only changed, or wants
    another approval, stays open."""
    waiting = {body["decision_id"] for body in day.bodies if body["mode"] == "ask"}
    carried_out = {event.decision_id for event in day.new_events}
    still_open = carried_out | waiting
    words_of: dict[str, list[str]] = {}
    for event in day.said:
        word = {"autonomy_widened": "done"}.get(event.body["event"], event.body["event"].removeprefix("decision_"))
        if event.decision_id is not None and word != "edited" and event.decision_id not in still_open:
            words_of.setdefault(word, []).append(event.decision_id)
    for word, decision_ids in words_of.items():
        state.set_status(decision_ids, word)


def repeat(
    book: Path,
    verdict: Verdict | None,
    progress: Progress,
    out: Path | None = None,
    dry_run: bool = False,
    engine: Any = None,
    hear_all: bool = False,
    state: str | None = None,
) -> Day:
    """Run the latest day again as it was asked for: to hear what a person said, or (dry) to look something up.

    A dry one is what the latest run was; with `hear_all`, what the next one will be.
    """
    with open_state(has_run(book, state), write=False) as opened:
        last = opened.latest_run()
    if last is None:
        raise never_run(book)
    request = Request(
        book,
        date.fromisoformat(last.as_of),
        out or (Path(last.out) if last.out and not dry_run else None),
        policy_text=last.policy,
        dry_run=dry_run,
        verdict=verdict,
        heard=last.heard if dry_run and not hear_all else None,
        state=state,
    )
    return run_day(request, progress, engine)


def report_done(
    book: Path, decision_ids: tuple[str, ...], by: str, at: str | None = None
) -> dict[str, str | None]:
    """What a person did of open asks: calls made, messages answered. Recorded for the engine to know from the next day on."""
    found: dict[str, str | None] = {}
    with open_state(place(book, at), write=True) as state:
        last = check_open(state, "done", decision_ids)
        recorded, known = [], state.decisions(decision_ids)
        for decision_id in decision_ids:
            event = done_event(known[decision_id], last.as_of, [])
            if event is not None:
                key = event_id(decision_id, event["event"])
                recorded.append(Recorded(key, last.as_of, decision_id, {**event, "by": by}, by))
            found[decision_id] = event["event"] if event else None
        state.record_events(recorded, last.run_id)
        state.set_status(decision_ids, "done")
        log = door.native().AuditLog(state.audit_head())
        log.append_events(told(recorded))
        state.append_audit(log.table.to_dicts())
    return found


def check_open(state: State, word: str, decision_ids: tuple[str, ...]) -> Run:
    """All decisions named are open asks of the latest run, and of a kind that this can be said of."""
    last, all_known = state.latest_run(), state.decisions(decision_ids)
    for decision_id in decision_ids:
        known = all_known.get(decision_id)
        if known is None:
            raise InvalidBook(f"no decision {decision_id} in this book; see: ar-core worklist")
        if last is None or known["status"] != "open" or known["run_id"] != last.run_id:
            raise Refused(
                f"{decision_id} is not open: it is {known['status']} since {known['as_of']}. Nothing was changed."
            )
        by_hand = is_by_hand(known)
        if word == "approved" and by_hand:
            whose = "only a person can" if known["action"] in BY_HAND else "the policy leaves to people"
            raise Refused(
                f"{decision_id} is to {words(known['action']).lower()}, which {whose}; once done: ar-core done {decision_id}"
            )
        if word == "done" and not by_hand:
            raise Refused(f"{decision_id} is carried out by this command once approved: ar-core approve {decision_id}")
    if last is None:
        raise Refused("this book has not been run yet")
    return last
