"""The commands of supervision against the stand-in engine: what is recorded, what is refused with nothing recorded, what is printed."""

import json
import sqlite3
from datetime import date

import pytest
from ar_core import cli
from ar_core.host.book import state_path
from ar_core.host.day import Request, run_day
from ar_core.host.progress import Progress
from host_helpers import ITEMS, FakeEngine, write_book

DAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    fake = FakeEngine()
    monkeypatch.setattr("ar_core.host.engine.native", lambda: fake)
    return fake


@pytest.fixture
def book(tmp_path):
    return write_book(tmp_path / "book")


def run(book, day=DAY, **more):
    return run_day(Request(book, day, None, **more), Progress(quiet=True))


def command(capsys, *words):
    code = cli.main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def table(book, sql):
    with sqlite3.connect(state_path(book)) as connection:
        return connection.execute(sql).fetchall()


def said(book):
    """What people said, and how often the audit chain grew."""
    rows = table(book, "SELECT body FROM events WHERE recorded_by <> 'ar-core' ORDER BY seq")
    return [json.loads(body) for (body,) in rows]


def ask_of(day):
    (ask,) = [body for body in day.bodies if body["mode"] == "ask"]
    return ask["decision_id"]


def test_a_change_as_pairs_or_as_json(book, capsys, engine):
    key = ask_of(run(book))
    code, out, _ = command(capsys, "edit", book, "--set", "channel=letter", key, "--by", "Ada")
    assert code == 0 and out == f"{key}: changed by Ada (channel letter); another person approves it, with: ar-core approve\n"
    assert said(book) == [
        {
            "event": "decision_edited",
            "on": "2026-11-21",
            "decision_id": key,
            "by": "Ada",
            "action": "send_notice",
            "segment": "",
            "edit": {"channel": "letter"},
        }
    ]
    assert table(book, f"SELECT status FROM decisions WHERE decision_id = '{key}'") == [("open",)]
    assert command(capsys, "edit", book, key, "--edit", '{"channel": "fax"}', "--by", "Bob", "--json")[0] == 0
    assert [row for (row,) in table(book, "SELECT event_id FROM events WHERE event_id LIKE '%edited%'")] == [
        f"{key}:decision_edited",
        f"{key}:decision_edited:2",
    ]
    code, _, err = command(capsys, "approve", book, key, "--by", "Bob")
    assert code == 4 and "Nothing was recorded" in err and len(said(book)) == 2
    code, out, _ = command(capsys, "approve", book, key, "--by", "Ada")
    assert code == 0 and "carried out (notice_sent)" in out
    assert json.loads(table(book, "SELECT body FROM events WHERE event_id LIKE '%sent'")[-1][0])["channel"] == "fax"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ((), "say what to change"),
        (("--set", "channel"), "name=value"),
        (("--set", "chanel=letter"), "did you mean channel"),
        (("--set", "level=two"), "whole number"),
        (("--set", "allocations=I1"), "wants JSON"),
        (("--edit", "[1]"), "wants an object"),
        (("--edit", "{"), "wants JSON"),
    ],
)
def test_a_change_that_cannot_be_read(book, capsys, words, text):
    key = ask_of(run(book))
    code, _, err = command(capsys, "edit", book, key, *words)
    assert code == 2 and text in err and said(book) == []


def test_a_change_that_does_not_fit(book, capsys):
    key = ask_of(run(book))
    code, _, err = command(capsys, "edit", book, key, "--set", "item_ids=0002,0009", "--set", "level=2")
    assert code == 4 and "does not fit its action or the facts" in err and said(book) == []


def test_two_approve_what_is_large(book, capsys):
    write_book(book, [{**ITEMS[1], "amount": "600000"}])
    key = ask_of(run(book))
    code, out, _ = command(capsys, "approve", book, key, "--by", "Ada")
    assert code == 0 and "it waits for another person (1 approval so far)" in out
    assert command(capsys, "approve", book, key, "--by", "Ada")[0] == 4
    code, out, _ = command(capsys, "approve", book, key, "--by", "Bob")
    assert code == 0 and "carried out" in out
    assert [row for (row,) in table(book, "SELECT event_id FROM events WHERE event_id LIKE '%approved%'")] == [
        f"{key}:decision_approved",
        f"{key}:decision_approved:2",
    ]


def test_handing_on(book, capsys):
    key = ask_of(run(book))
    for to in ("Zoë", "Bob"):
        code, out, _ = command(capsys, "delegate", book, "--action", "send_notice", "--to", to, "--by", "Ada")
        assert (code, out) == (0, f"{key}: handed on to {to} by Ada\n")
    assert f"  {to}  " in command(capsys, "worklist", book)[1]
    assert [(body["event"], body["to"]) for body in said(book)] == [("decision_delegated", "Zoë"), ("decision_delegated", "Bob")]
    assert command(capsys, "delegate", book, "D-nothing", "--to", "Bob")[0] == 2


def test_what_was_drawn_is_looked_at_by_another(book, capsys):
    write_book(book, [{**ITEMS[0], "item_id": "S1"}, {**ITEMS[0], "item_id": "T1"}, {**ITEMS[1], "item_id": "S2"}])
    acts = {body["item_ids"][0]: body["decision_id"] for body in run(book).bodies}
    assert "1 decision of the engine to look at" in command(capsys, "worklist", book)[1]
    code, out, _ = command(capsys, "samples", book)
    assert code == 0 and acts["S1"] in out and acts["T1"] not in out
    code, _, err = command(capsys, "review", book, acts["T1"], "--right", "--by", "Ada")
    assert code == 4 and "not drawn" in err
    code, _, err = command(capsys, "review", book, acts["S2"], "--right", "--by", "Ada")
    assert code == 4 and "was not carried out" in err
    assert command(capsys, "review", book, "D-nothing", "--right")[0] == 2 and said(book) == []
    assert command(capsys, "approve", book, acts["S2"], "--by", "Ada")[0] == 0
    code, _, err = command(capsys, "review", book, acts["S2"], "--wrong", "--by", "Ada")
    assert code == 4 and "Ada's own" in err
    for key, word, by in ((acts["S1"], "--right", "Ada"), (acts["T1"], "--wrong", "Ada"), (acts["S2"], "--right", "Bob")):
        code, out, _ = command(capsys, "review", book, key, word, "--by", by)
        assert (code, out) == (0, f"{key}: found {word[2:]} by {by}\n")
    assert command(capsys, "samples", book)[1] == "nothing waits to be looked at\n"
    assert [body["verdict"] for body in said(book) if body["event"] == "decision_reviewed"] == ["right", "wrong", "right"]


def test_a_stop_is_heard_by_another_run_of_the_day(book, capsys, engine):
    write_book(book, [ITEMS[2]])
    run(book)
    assert command(capsys, "resume", book, "--by", "Ada")[0] == 4
    for _ in range(2):
        code, out, _ = command(capsys, "stop", book, "--by", "Ada")
        assert code == 0 and out.startswith("Everything: stopped by Ada; holds stay\nThis counts from the next run on")
    write_book(book)
    day = run(book)
    assert not day.already and {body["mode"] for body in day.bodies} == {"ask"}
    assert [event["event"] for event in engine.runs[-1]] == ["autonomy_stopped", "autonomy_stopped"]
    key = day.bodies[0]["decision_id"]
    code, out, _ = command(capsys, "approve", book, key, "--by", "Ada")
    assert code == 1 and "it is stopped" in out
    assert "Everything: stopped by Ada on 2026-11-21" in command(capsys, "autonomy", book)[1]
    assert command(capsys, "resume", book, "--by", "Ada")[0] == 0
    assert "stopped" not in command(capsys, "autonomy", book)[1]
    assert "act" in {body["mode"] for body in run(book).bodies}


def test_narrower_is_less(book, capsys):
    run(book)
    code, _, err = command(capsys, "narrow", book, "--action", "send_notice", "--level", "1")
    assert code == 4 and "at level 1" in err and said(book) == []
    code, out, _ = command(capsys, "narrow", book, "--action", "send_notice", "--segment", "small", "--level", "0", "--by", "Ada")
    assert code == 0 and "Send notice in the segment small: narrowed to level 0 by Ada" in out
    (body,) = said(book)
    assert (body["event"], body["segment"], body["level"], body["on"]) == ("autonomy_narrowed", "small", 0, "2026-11-21")


def test_autonomy_on_one_screen(book, capsys):
    run(book)
    code, out, _ = command(capsys, "autonomy", book)
    assert code == 0 and "send_notice" in out and "40.00 %" in out and "3 wrong" in out
    assert json.loads(command(capsys, "autonomy", book, "--json")[1])["autonomy"][0]["trials"] == 12


def test_a_version_has_one_policy(book, capsys, tmp_path):
    policy = tmp_path / "mine.json"
    policy.write_text('{"version": "1", "x": 1}')
    run(book, policy=policy, by="Grace")
    assert [(body["event"], body["version"], body["by"]) for body in said(book)] == [("policy_changed", "1", "Grace")]
    assert run(book, policy=policy, by="Grace").already
    policy.write_text('{"version": "1", "x": 2}')
    assert run(book, policy=policy, dry_run=True).bodies, "to look at what it would do takes no version"
    words = ("run", book, "--as-of", "2026-11-22", "--out", tmp_path / "out", "--policy", policy)
    code, _, err = command(capsys, *words)
    assert code == 2 and "kept its version" in err and "Give it another one" in err and len(said(book)) == 1
    for text in ('{"x": 3}', '{"x": 4}', '{"version": "demo", "x": 5}', '{"version": "2", "x": 2}', '{"version": "1", "x": 1}'):
        policy.write_text(text)
        run(book, policy=policy, by="Ada")
    assert [body["version"] for body in said(book)] == ["1", "2"]


@pytest.mark.parametrize(
    "words",
    [
        ("edit", "D-1", "--set", "channel=fax"),
        ("delegate", "D-1", "--to", "Bob"),
        ("review", "D-1", "--right"),
        ("samples",),
        ("stop",),
        ("resume",),
        ("narrow", "--action", "call", "--level", "0"),
        ("autonomy",),
    ],
)
def test_a_book_that_was_never_run(book, capsys, words):
    code, _, err = command(capsys, words[0], book, *words[1:])
    assert code == 4 and "has not been run yet" in err
    assert not state_path(book).exists()
