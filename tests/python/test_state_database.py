"""What both databases promise alike: lines that come back as they were written, an audit chain that nobody changes, books that are never
mistaken for each other, and failures that are said in words."""

import shutil
import sqlite3
from dataclasses import replace

import pytest
from ar_core.host import database
from ar_core.host.errors import HostError, InvalidBook, Refused, StateBusy
from ar_core.host.place import place
from ar_core.host.state import Recorded, Run, open_state
from host_helpers import write_book
from sqlalchemy.exc import DBAPIError
from state_helpers import BOTH, dump, emptied, rows, wait_for

RUN = Run("R-2026-11-21-1", "2026-11-21", "b", "p", "s", "1", 0, 0, 0, "now", 0, "{}", "")
NASTY = ["tab\there", "line\nbreak", "\r\n", "back\\slash", "\\N", "\\.", '{"a","b"}', "'; DROP TABLE runs; --", "50 % %s :x", "Söhne 日本 🦀", "", " ", "NULL", "\u00a0"]


@pytest.fixture(params=BOTH)
def at(request, tmp_path, monkeypatch):
    monkeypatch.delenv("AR_CORE_STATE", raising=False)
    server = wait_for(request, request.param)
    return place(write_book(tmp_path / "book"), emptied(server) if server else str(tmp_path / "state.sqlite"))


def body(key, mode="act", **more):
    return {"decision_id": key, "mode": mode, "action": "send_notice", "customer_id": "C1", "amount": "1.00", "currency": "EUR", **more}


def event(key, name="notice_sent", by="ar-core", on="2026-11-21", decision=None, **more):
    return Recorded(key, on, decision, {"event": name, "on": on, **more}, by)


def audit_row(seq, text="{}"):
    return {"seq": seq, "previous": "", "digest": f"{seq:064}", "kind": "event", "policy_version": "1", "model_version": "1", "body": text}


def test_what_is_written_comes_back_to_the_letter(at):
    bodies = [body(f"D-{n}", note=text, customer_id=text, rank=n) for n, text in enumerate(NASTY)]
    happened = [event(f"D-{n}:{text}", text or "x", text, decision=f"D-{n}", note=text) for n, text in enumerate(NASTY)]
    for _ in range(2):  # the second time all of it is there
        with open_state(at, write=True) as state:
            known = state.known_events(item.event_id for item in happened)
            assert known == (set() if not state.last_event() else {item.event_id for item in happened})
            run = replace(RUN, run_id=state.next_run_id(RUN.as_of), out=NASTY[3], policy="\n\t\\")
            state.append_audit([audit_row(len(state.audit()["seq"]) + n, text) for n, text in enumerate(NASTY)])
            state.record(run, bodies, happened[:3], happened)
    with open_state(at, write=False) as state:
        assert state.decisions(f"D-{n}" for n in range(99)) == {
            made["decision_id"]: {**made, "status": "done", "run_id": "R-2026-11-21-2", "as_of": RUN.as_of} for made in bodies
        }
        assert [told["note"] for told in state.events_before("2026-11-22", 0)] == NASTY
        assert state.audit()["body"] == NASTY * 2
        last = state.latest_run()
        assert last is not None and (last.out, last.policy) == (NASTY[3], "\n\t\\")
    assert [number for (number,) in rows(at.root, state_of(at), "SELECT seq FROM events ORDER BY seq")] == list(range(1, len(NASTY) + 1))
    assert {name for (name,) in rows(at.root, state_of(at), "SELECT customer_id FROM decisions")} == set(NASTY)


def state_of(at):
    return str(at.file) if at.server is None else f"{at}{'&book=' + at.book if at.book else ''}"


def test_what_was_done_or_rejected_stays_so_and_what_is_not_asked_again_is_closed(at):
    asks = [body(f"D-{n}", "ask", expires_on="2026-11-2" + str(n)) for n in range(5)]
    with open_state(at, write=True) as state:
        state.record(RUN, asks, [], [])
        state.set_status(["D-0", "D-4"], "rejected")
        state.set_person(["D-1", "D-2"], "Zoë")
        assert [ask.get("person") for ask in state.open_asks()] == ["Zoë", "Zoë", None]
    with open_state(at, write=True) as state:
        state.record(replace(RUN, run_id="R-2026-11-22-1", as_of="2026-11-22"), [asks[0], asks[3]], [], [])
        found = state.statuses(f"D-{n}" for n in range(9))
    assert found == {"D-0": "rejected", "D-1": "expired", "D-2": "superseded", "D-3": "open", "D-4": "rejected"}


def test_the_order_of_lists_is_that_of_bytes_in_both(at):
    """A server sorts as a language does (here English): `a` before `B`, and signs aside."""
    keys = ["D-a", "D-B", "D-b", "D-A", "D--b", "D_c"]
    with open_state(at, write=True) as state:
        state.record(RUN, [body(key, sampled=True) for key in keys], [], [event(f"{keys[0]}:decision_reviewed", "decision_reviewed")])
        assert [sample["decision_id"] for sample in state.samples()] == sorted(set(keys) - {"D-a"})


def test_who_stands_behind_a_decision_and_what_is_stopped(at):
    said = [
        event("D-1:decision_approved", "decision_approved", "Ada", decision="D-1"),
        event("D-1:decision_approved:2", "decision_approved", "Bob", decision="D-1"),
        event("D-1:decision_reviewed", "decision_reviewed", "Eve", decision="D-1"),
        event("D-1:notice_sent", decision="D-1"),
        event("D-10:decision_approved", "decision_approved", "Zoe", decision="D-10"),
        event("autonomy_stopped:2026-11-21", "autonomy_stopped", "Ada", action="call"),
        event("autonomy_stopped:2026-11-21:2", "autonomy_stopped", "Ada"),
        event("autonomy_resumed:2026-11-21", "autonomy_resumed", "Ada", action="call"),
    ]
    with open_state(at, write=True) as state:
        state.record(RUN, [body("D-1"), body("D-10")], said, [])
        assert state.people_behind("D-1") == {"Ada", "Bob"}
        assert [stop.get("action") for stop in state.stops()] == [None]
        assert state.free_keys(["autonomy_stopped:2026-11-21", "new"]) == {
            "autonomy_stopped:2026-11-21": "autonomy_stopped:2026-11-21:3",
            "new": "new",
        }


CHANGES = [
    "UPDATE audit SET body = 'x' WHERE seq = 1",
    "UPDATE audit SET seq = 9",
    "DELETE FROM audit WHERE seq = 1",
    "DELETE FROM audit",
    "INSERT INTO audit VALUES (1, 1, '', '', '', '', '', 'x') ON CONFLICT (book_id, seq) DO UPDATE SET body = 'x'",
    "INSERT INTO audit VALUES (1, 1, '', '', '', '', '', 'x')",
]
OWN_CHANGES = {
    "sqlite": ["REPLACE INTO audit VALUES (1, 1, '', '', '', '', '', 'x')", "INSERT OR REPLACE INTO audit SELECT * FROM audit"],
    "postgresql": ["TRUNCATE audit", "TRUNCATE audit, books CASCADE"],
}


def test_the_audit_chain_refuses_change_and_loss(at):
    with open_state(at, write=True) as state:
        state.append_audit([audit_row(n) for n in range(3)])
    before = dump(at.root, state_of(at))
    for change in CHANGES + OWN_CHANGES["postgresql" if at.server else "sqlite"]:
        with pytest.raises(HostError, match="append-only|audit_pkey"), database.transaction(at, write=True) as connection:
            connection.exec_driver_sql(change)
        assert dump(at.root, state_of(at)) == before, change


def test_an_error_in_the_middle_leaves_nothing_and_says_no_values(at):
    with open_state(at, write=True) as state:
        state.record(RUN, [], [], [])
    before = dump(at.root, state_of(at))
    with pytest.raises(HostError) as caught, open_state(at, write=True) as state:
        state.append_audit([audit_row(0, "the business of Acme"), audit_row(1)])
        state.record(replace(RUN, run_id="R-2", policy="the business of Acme"), [body("D-1", mode="neither")], [], [])
    assert "Acme" not in str(caught.value) and "cannot be used" in str(caught.value)
    assert isinstance(caught.value.__cause__, Exception) and not isinstance(caught.value.__cause__, DBAPIError)
    assert dump(at.root, state_of(at)) == before


def test_a_dry_look_makes_nothing(at):
    with open_state(at, write=False) as state:
        assert (state.latest_run(), state.open_asks(), state.audit_head(), state.last_event()) == (None, [], None, 0)
    if at.file is not None:
        assert not at.file.exists()
    with open_state(at, write=True) as state:
        state.record(RUN, [], [], [])
    other = place(write_book(at.root.parent / "other"), at.named("unknown"))
    with open_state(other, write=False) as state:
        assert state.latest_run() is None
    assert rows(at.root, state_of(at), "SELECT count(*) FROM books") == [(1,)]


def test_two_writers_exclude_each_other_and_a_reader_neither(at, monkeypatch):
    monkeypatch.setattr("ar_core.host.database.BUSY_SECONDS", 0.1)
    with open_state(at, write=True) as state:
        state.record(RUN, [], [], [])
    with open_state(at, write=True) as state:
        with pytest.raises(StateBusy, match="another ar-core run is working on"), open_state(at, write=True):
            pass
        with open_state(at, write=False) as reader:
            assert reader.latest_run() == RUN
        state.record(replace(RUN, run_id="R-2026-11-21-2"), [], [], [])
    with open_state(at, write=True) as state:
        assert state.next_run_id("2026-11-21") == "R-2026-11-21-3"


def test_a_book_that_moved_or_another_one_is_for_a_person_to_say(at):
    with open_state(at, write=True) as state:
        state.record(RUN, [], [], [])
    state = state_of(at)
    moved = at.root.parent / "2026-11-22" / "book"
    shutil.copytree(at.root, moved)
    for write in (True, False):
        with pytest.raises(Refused) as caught, open_state(place(moved, state), write=write):
            pass
    same, other = place(moved, at.named("book")), place(moved, at.named("book-2"))
    assert same.named("book") in str(caught.value) and other.named("book-2") in str(caught.value)
    with open_state(other, write=True) as opened:
        assert opened.latest_run() is None, "another book begins anew"
        opened.record(replace(RUN, policy="of the other"), [body("D-1")], [], [event("D-1:notice_sent", decision="D-1")])
        opened.append_audit([audit_row(0)])
    with open_state(same, write=True) as opened:
        assert (opened.latest_run(), opened.last_event(), opened.audit_head(), opened.decision("D-1")) == (RUN, 0, None, None)
    with open_state(place(moved, state), write=False) as opened:
        assert opened.latest_run() == RUN, "now it is known to be here"
    assert rows(at.root, at.named("book"), "SELECT book_id, name FROM books ORDER BY 1") == [(1, "book"), (2, "book-2")]


def test_a_state_file_moves_with_its_book(tmp_path, monkeypatch):
    monkeypatch.delenv("AR_CORE_STATE", raising=False)
    book = write_book(tmp_path / "a" / "book")
    with open_state(place(book), write=True) as state:
        state.record(RUN, [], [], [])
    moved = tmp_path / "b"
    book.rename(moved)
    with open_state(place(moved), write=True) as state:
        assert state.latest_run() == RUN


def test_a_file_that_cannot_be_a_state(tmp_path):
    book = write_book(tmp_path / "book")
    for state in (str(tmp_path / "nowhere" / "state.db"), "sqlite:////proc/version"):
        with pytest.raises(HostError, match="the state file .* cannot be used"), open_state(place(book, state), write=True):
            pass
    with pytest.raises(InvalidBook, match="is a folder"):
        place(book, str(tmp_path))


def test_a_missing_library_is_named(at, monkeypatch):
    import sys

    from ar_core.host.errors import MissingExtra

    name, extra = ("sqlalchemy", "cli") if at.server is None else ("pg8000", "postgresql")
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=rf"pip install 'ar-core\[{extra}\]'"), open_state(at, write=True):
        pass


def test_rows_of_a_state_can_be_read_without_the_command(tmp_path, monkeypatch):
    """The file is plain SQLite, for whoever looks with other tools."""
    monkeypatch.delenv("AR_CORE_STATE", raising=False)
    book = write_book(tmp_path / "book")
    with open_state(place(book), write=True) as state:
        state.record(RUN, [body("D-1")], [], [])
    with sqlite3.connect(book / "ar-state.sqlite") as connection:
        assert connection.execute("SELECT decision_id, status FROM decisions").fetchall() == [("D-1", "done")]
