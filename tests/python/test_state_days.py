"""What a book remembers between days, in SQLite and in PostgreSQL: nothing is done twice, nothing is lost, nothing is rewritten from
hindsight."""

import json
import os
import sqlite3
from datetime import date

import pytest
from ar_core.host.book import state_path
from ar_core.host.day import Request, Verdict, repeat, report_done, run_day
from ar_core.host.errors import Refused
from ar_core.host.progress import Progress
from host_helpers import ITEMS, FakeEngine, write_book
from state_helpers import bytes_of, everywhere, rows  # noqa: F401

DAY, NEXT = date(2026, 11, 21), date(2026, 11, 22)
QUIET = Progress(quiet=True)


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def book(tmp_path, everywhere):  # noqa: F811
    return write_book(tmp_path / "book")


def run(book, engine, day=DAY, out="out", **more):
    return run_day(Request(book, day, book.parent / out, **more), QUIET, engine)


def table(book, sql):
    return rows(book, None, sql)


def outbox(book):
    return [
        (row["item_ids"], row["event"]["event"])
        for row in json.loads((book.parent / "out" / "outbox.json").read_text())
    ]


def test_the_same_day_twice_changes_nothing_and_says_so(book, engine):
    first = run(book, engine)
    before, state = bytes_of(book.parent / "out"), table(book, "SELECT * FROM events")
    second = run(book, engine)
    assert (first.already, second.already) == (False, True)
    assert second.run.run_id == first.run.run_id
    assert bytes_of(book.parent / "out") == before
    assert table(book, "SELECT * FROM events") == state
    assert table(book, "SELECT count(*) FROM runs") == [(1,)]
    assert engine.runs[0] == engine.runs[1], "the engine must be told the same both times"


def test_the_next_day_knows_what_was_done(book, engine):
    run(book, engine)
    day = run(book, engine, NEXT)
    assert [event["event"] for event in engine.runs[1]] == ["notice_sent", "decision_asked"]
    assert [body["item_ids"] for body in day.bodies] == [["0002"]], "0001 was noticed yesterday"
    assert outbox(book) == []


def test_an_ask_that_nobody_answered_is_the_same_question_the_next_day(book, engine):
    first = ask_of(run(book, engine))
    assert ask_of(run(book, engine, NEXT)) == first
    assert table(book, "SELECT decision_id, as_of, status FROM decisions WHERE mode = 'ask'") == [(first, "2026-11-22", "open")]
    assert table(book, "SELECT event_id, on_date, recorded_by FROM events WHERE event_id LIKE '%asked'") == [
        (f"{first}:decision_asked", "2026-11-21", "ar-core")
    ]


def test_an_ask_that_the_facts_overtook_is_superseded(book, engine):
    run(book, engine)
    write_book(book, [item for item in ITEMS if item["item_id"] != "0002"])
    run(book, engine, NEXT)
    assert table(book, "SELECT as_of, status FROM decisions WHERE mode = 'ask'") == [("2026-11-21", "superseded")]
    write_book(book)
    run(book, engine, NEXT)
    assert table(book, "SELECT as_of, status FROM decisions WHERE mode = 'ask'") == [("2026-11-22", "open")], (
        "the same matter again is the same question"
    )


def test_an_ask_past_its_day_expires(book, engine):
    run(book, engine)
    run(book, engine, date(2026, 12, 21))
    assert table(book, "SELECT status FROM decisions WHERE as_of = '2026-11-21' AND mode = 'ask'") == [("expired",)]


def test_a_changed_book_on_the_same_day_repeats_nothing(book, engine):
    run(book, engine)
    write_book(book, [*ITEMS, {**ITEMS[0], "item_id": "0004"}])
    day = run(book, engine)
    assert not day.already
    told = [(event["event"], event.get("item_ids")) for event in engine.runs[1]]
    assert told == [("notice_sent", ["0001"]), ("decision_asked", None)], "what was done this morning is known at noon"
    assert sorted(outbox(book)) == [(["0001"], "notice_sent"), (["0004"], "notice_sent")], (
        "the outbox holds the whole day"
    )
    assert table(book, "SELECT count(*), count(DISTINCT event_id) FROM events") == [(3, 3)]
    assert run(book, engine).already


def test_a_changed_policy_is_a_new_run(book, engine):
    run(book, engine)
    (book / "policy.toml").write_text("x = 1\n")
    day = run(book, engine)
    assert not day.already and day.run.run_id == "R-2026-11-21-2"


def test_a_day_in_the_past_is_refused_unless_dry(book, engine):
    run(book, engine, NEXT)
    with pytest.raises(Refused, match="2026-11-22"):
        run(book, engine, DAY, out="past")
    assert not (book.parent / "past").exists()
    day = run(book, engine, DAY, out="past", dry_run=True)
    assert (book.parent / "past" / "decisions.csv").exists()
    assert day.bodies and engine.runs[-1] == []
    assert table(book, "SELECT count(*) FROM runs") == [(1,)]


def test_a_dry_run_leaves_no_state(book, engine):
    run(book, engine, dry_run=True)
    assert not state_path(book).exists()
    assert (book.parent / "out" / "report.html").exists()


def ask_of(day):
    (ask,) = [body for body in day.bodies if body["mode"] == "ask"]
    return ask["decision_id"]


def test_an_approval_is_carried_out_once(book, engine):
    decision = ask_of(run(book, engine))
    day = repeat(book, Verdict("approved", (decision,), "Ada"), QUIET, engine=engine)
    assert day.void == []
    said = {"event": "decision_approved", "on": "2026-11-21", "decision_id": decision, "by": "Ada"}
    assert engine.runs[-1] == [{**said, "action": "send_notice", "segment": ""}]
    assert sorted(outbox(book)) == [(["0001"], "notice_sent"), (["0002"], "notice_sent")]
    assert table(book, f"SELECT status FROM decisions WHERE decision_id = '{decision}'") == [("done",)]
    assert table(book, "SELECT recorded_by FROM events WHERE event_id LIKE '%approved'") == [("Ada",)]
    assert run(book, engine).already
    with pytest.raises(Refused, match="not open"):
        repeat(book, Verdict("approved", (decision,), "Ada"), QUIET, engine=engine)


def test_an_approval_that_the_facts_overtook_is_void(book, engine):
    decision = ask_of(run(book, engine))
    write_book(book, [item for item in ITEMS if item["item_id"] != "0002"])
    day = repeat(book, Verdict("approved", (decision,), "Ada"), QUIET, engine=engine)
    assert day.void == [decision]
    assert table(book, "SELECT count(*) FROM events WHERE event_id LIKE '%approved'") == [(0,)]
    assert table(book, f"SELECT status FROM decisions WHERE decision_id = '{decision}'") == [("superseded",)]


def test_a_rejection_is_remembered(book, engine):
    decision = ask_of(run(book, engine))
    repeat(book, Verdict("rejected", (decision,), "Ada"), QUIET, engine=engine)
    assert table(book, f"SELECT status FROM decisions WHERE decision_id = '{decision}'") == [("rejected",)]
    assert run(book, engine).already
    assert engine.runs[-1][0]["event"] == "decision_rejected"


def test_what_a_person_did_is_told_from_the_next_day_on(book, engine):
    write_book(book, [{**ITEMS[0], "amount": "2000000"}])
    call = ask_of(run(book, engine))
    with pytest.raises(Refused, match="only a person can"):
        repeat(book, Verdict("approved", (call,), "Ada"), QUIET, engine=engine)
    assert report_done(book, (call,), "Ada") == {call: "call_made"}
    with pytest.raises(Refused, match="is not open: it is done"):
        report_done(book, (call,), "Ada")
    assert run(book, engine).already, "the day itself stays as it was computed"
    assert outbox(book) == [], "what a person did is no work for the host"
    run(book, engine, NEXT)
    assert engine.runs[-1] == [
        {"event": "decision_asked", "on": "2026-11-21", "decision_id": call, "to": "collector"},
        {"event": "call_made", "on": "2026-11-21", "decision_id": call, "customer_id": "C1", "by": "Ada"},
    ]


def test_only_what_a_person_does_is_reported_done(book, engine):
    with_notice = ask_of(run(book, engine))
    with pytest.raises(Refused, match="once approved"):
        report_done(book, (with_notice,), "Ada")


def test_the_policy_of_the_day_is_the_policy_of_its_approval(book, engine, tmp_path):
    policy = tmp_path / "mine.json"
    policy.write_text('{"mine": true}')
    first = run(book, engine, policy=policy)
    policy.unlink()
    day = repeat(book, Verdict("approved", (ask_of(first),), "Ada"), QUIET, engine=engine)
    assert day.run.policy_digest == first.run.policy_digest


def test_what_a_killed_process_left_in_the_out_folder_is_swept(book, engine):
    left = book.parent / "out" / ".ar-core-999999999"
    left.mkdir(parents=True)
    (left / "decisions.csv").write_text("half")
    run(book, engine)
    assert not left.exists()
    assert [path.name for path in (book.parent / "out").iterdir() if path.name.startswith(".")] == []


def test_a_failure_while_writing_is_not_remembered(book, engine, monkeypatch, everywhere):  # noqa: F811
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ar_core.host.day.write_outbox", full)
    with pytest.raises(Exception, match="No space left"):
        run(book, engine)
    assert list((book.parent / "out").iterdir()) == []
    assert table(book, "SELECT count(*) FROM runs") == [(0,)]
    if everywhere == "sqlite":
        with sqlite3.connect(state_path(book)) as connection:
            assert not connection.execute("SELECT * FROM sqlite_master").fetchall(), "not even the schema was committed"


def test_a_file_that_is_no_state_is_named(book, engine, monkeypatch):
    monkeypatch.delenv("AR_CORE_STATE", raising=False)
    state_path(book).write_text("not a database, but long enough to be taken for one " * 30)
    with pytest.raises(Exception, match=r"ar-state\.sqlite"):
        run(book, engine)


def test_a_single_file_keeps_its_state_beside_it(book, engine, monkeypatch):
    monkeypatch.delenv("AR_CORE_STATE", raising=False)
    single = book / "items.csv"
    run(single, engine)
    assert state_path(single) == book / "items.csv.ar-state.sqlite"
    assert state_path(single).exists()
    assert os.listdir(book) != []
    assert run(single, engine).already
