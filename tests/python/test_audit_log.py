"""The audit log of a host: one chain over its days, searched and replayed; and that of the command line."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import ar_core as ar
import pytest
from ar_core import cli

DAY = "2026-11-20"
ACTING = ar.Policy.from_json(
    json.dumps(
        {
            "version": "acting",
            "autonomy": {"default_level": 2, "amount_limit": 1_000_000, "run_budget": 1_000_000_000, "min_confidence": 0.5},
        }
    )
)


@pytest.fixture(scope="module")
def book():
    return {name: table.to_dicts() for name, table in ar.simulate(seed=5, customers=60, as_of=DAY).items()}


@pytest.fixture(scope="module")
def ledger(book):
    return ar.Ledger(**book)


@pytest.fixture(scope="module")
def report(ledger):
    return ar.run(ledger, ACTING, as_of=DAY)


def said(report):
    """What a host does and hears: notices that went out, a verdict, a message with a text."""
    rows = report.decisions.to_dicts()
    notices = [row for row in rows if row["action"] == "send_notice" and row["mode"] == "act"]
    ask = next(row for row in rows if row["mode"] == "ask")
    events = [
        {"event": "notice_sent", "on": DAY, "decision_id": row["decision_id"], "customer_id": row["customer_id"], "item_ids": row["item_ids"], "level": row["level"]}
        for row in notices
    ]
    events.append({"event": "decision_rejected", "on": DAY, "decision_id": ask["decision_id"], "by": "Ada"})
    events.append({"event": "reply_received", "on": DAY, "reply_id": "R-new", "customer_id": rows[0]["customer_id"], "text": "my daughter Zoë is ill"})
    return events, notices[0], ask


@pytest.fixture
def log(ledger, report, book):
    log, (events, _, _) = ar.AuditLog(), said(report)
    log.append_policy(ACTING, "Grace", DAY)
    log.append(report)
    after = ar.Ledger(**book)
    after.apply(events)
    log.append_events(events, after)
    return log


def test_a_log_holds_and_goes_through_its_table(log, report):
    assert log.verify() == log.verify(log.head) == ar.verify_audit(log.table) == ar.verify_audit(log.table, log.head) == []
    assert len(log) == len(log.table) == log.head["len"]
    rows = log.table.to_dicts()
    again = ar.AuditLog.from_table(rows)
    assert again.head == log.head and again.table.to_dicts() == rows
    assert [found["code"] for found in ar.verify_audit(rows[:-1], log.head)] == ["cut_off"]
    part = ar.AuditLog(log.head)
    part.append(report)
    log.append(report)
    assert part.head == log.head
    rows = log.table.to_dicts()
    assert ar.AuditLog.from_table(rows[-3:], {"len": len(rows) - 3, "digest": rows[-4]["digest"]}).verify(log.head) == []


def test_an_entry_names_an_event_by_its_digest_and_holds_no_text(log, report):
    events, _, _ = said(report)
    bodies = [json.loads(row["body"]) for row in log.table.to_dicts() if row["kind"] in ("event", "execution", "authorisation")]
    assert len(bodies) == len(events)
    for body, event in zip(bodies, events, strict=True):
        canonical = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert body["digest"] == hashlib.sha256(canonical.encode()).hexdigest()
    assert "Zoë" not in json.dumps(log.table.to_dicts(), ensure_ascii=False)


def test_search_and_history(log, report):
    events, notice, ask = said(report)
    history = log.history(notice["decision_id"]).to_dicts()
    assert [row["kind"] for row in history] == ["decision", "execution"]
    assert [row["kind"] for row in log.history(ask["decision_id"]).to_dicts()] == ["decision", "authorisation"]
    assert {str(row["on"]) for row in log.search().to_dicts()} == {DAY}
    assert len(log.search(by="Ada")) == 1 and len(log.search(by="Grace", kind="policy")) == 1
    sent = log.search(action="send_notice", kind="execution")
    assert len(sent) == sum(event["event"] == "notice_sent" for event in events)
    own = log.search(customer_id=notice["customer_id"], start=DAY, end=DAY).to_dicts()
    assert {row["seq"] for row in history} <= {row["seq"] for row in own}
    assert len(log.search(item_id=notice["item_ids"][0])) >= 2 and len(log.search(start="2026-11-21")) == 0
    for wrong in ({"customer": "C1"}, {"kind": "decisions"}):
        with pytest.raises(ar.InvalidInput) as caught:
            log.search(**wrong)
        assert caught.value.code == "invalid_argument"


@pytest.mark.parametrize("head", [{"len": 1}, {"len": -1, "digest": "0" * 64}, {"len": 1, "digest": "xy"}, 7])
def test_what_is_no_head(log, head):
    with pytest.raises(ar.InvalidInput):
        log.verify(head)


def test_a_replay_is_the_same_to_the_byte(log, ledger, report, book):
    assert ar.replay(log, ledger, ACTING).to_json() == report.to_json()
    turned = ar.Ledger(**{name: rows[::-1] for name, rows in book.items()})
    models = ar.Models.fit(turned, DAY)
    assert ar.replay(log.table, turned, ACTING, models).to_json() == report.to_json()
    for scope in ("cash", "collections"):
        alone = ar.run(ledger, ACTING, as_of=DAY, scope=scope)
        assert ar.replay(alone.audit, ledger, ACTING).to_json() == alone.to_json()


def test_a_replay_says_what_differs(log, ledger, report, book):
    def refused(audit, *inputs):
        with pytest.raises(ar.InvalidInput) as caught:
            ar.replay(audit, *inputs)
        assert caught.value.code == "invalid_audit"
        return caught.value.problems

    assert refused(log, ledger)[0]["code"] == "unknown_run" and "policy: the log has" in refused(log, ledger)[0]["message"]
    other = ar.Ledger(**book)
    other.apply([{"event": "day_closed", "on": "2026-01-01"}])
    assert "ledger: the log has" in refused(log, other, ACTING)[0]["message"]
    rows = log.table.to_dicts()
    rows[3]["body"] = rows[3]["body"].replace('"amount_minor":', '"amount_minor":1')
    assert {problem["code"] for problem in refused(rows, ledger, ACTING)} == {"broken_chain"}
    # Chained anew, the chain holds; what it says does not come out.
    before = "0" * 64
    for row in rows:
        parts = ["ar-audit-1", str(row["seq"]), before, row["kind"], row["policy_version"], row["model_version"], row["body"]]
        row["previous"], before = before, hashlib.sha256("".join(part + "\n" for part in parts).encode()).hexdigest()
        row["digest"] = before
    assert ar.verify_audit(rows) == [] != ar.verify_audit(rows, log.head)
    (found,) = refused(rows, ledger, ACTING)
    assert (found["row"], found["code"]) == (3, "other_decision") and "amount_minor was" in found["message"]


@pytest.mark.parametrize("threads", ["1", "2"])
def test_a_replay_on_threads(threads):
    """More customers than one chunk holds, rows in another order, on so many threads: the bytes that Rust gives on one."""
    program = (
        "import hashlib, ar_core as ar\n"
        "tables = {name: table.to_dicts() for name, table in ar.simulate(seed=9, customers=1300, as_of='2026-11-20').items()}\n"
        "log = ar.AuditLog()\n"
        "log.append(ar.run(ar.Ledger(**tables), as_of='2026-11-20'))\n"
        "again = ar.replay(log, ar.Ledger(**{name: rows[::-1] for name, rows in tables.items()}))\n"
        "print(hashlib.sha256(again.to_json().encode()).hexdigest())\n"
    )
    environment = {**os.environ, "RAYON_NUM_THREADS": threads}
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment).stdout
    assert printed == (Path(__file__).parent.parent / "golden" / "large_book.sha256").read_text(encoding="utf-8")


def command(capsys, *words):
    code = cli.main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command_line_keeps_one_chain_over_its_days(tmp_path, capsys):
    assert cli.main(["demo", "--out", str(tmp_path)]) == 0
    book, out = tmp_path / "book", tmp_path / "report"
    capsys.readouterr()
    head = command(capsys, "audit", "head", book)[1].strip()
    assert command(capsys, "audit", "verify", book, "--head", head)[0] == 0
    code, text, _ = command(capsys, "audit", "replay", book)
    assert code == 0 and "the same to the byte" in text
    # The same day again appends nothing; a verdict and the next day do.
    assert command(capsys, "run", book, "--as-of", DAY, "--out", out)[0] == 0
    assert command(capsys, "audit", "head", book)[1].strip() == head
    asks = json.loads(command(capsys, "worklist", book, "--json")[1])
    posting = next(ask for ask in asks if ask["action"] == "post_allocation")["decision_id"]
    call = next(ask for ask in asks if ask["action"] == "call")["decision_id"]
    assert command(capsys, "approve", book, posting, "--by", "Ada")[0] == 0
    assert command(capsys, "done", book, call, "--by", "Ada")[0] == 0
    assert command(capsys, "run", book, "--as-of", "2026-11-21", "--out", out)[0] == 0
    assert command(capsys, "audit", "verify", book, "--head", head)[0] == 0
    found = json.loads(command(capsys, "audit", "search", book, "--decision", posting, "--json")[1])
    kinds = [entry["kind"] for entry in found]
    assert kinds[0] == "decision" and {"authorisation", "execution"} <= set(kinds)
    found = json.loads(command(capsys, "audit", "search", book, "--by", "Ada", "--json")[1])
    assert [entry["kind"] for entry in found] == ["authorisation", "execution"]
    assert command(capsys, "audit", "replay", book)[0] == 0
    code, text, _ = command(capsys, "audit", "search", book, "--kind", "policy")
    assert code == 0 and "policy" in text
    newest = command(capsys, "audit", "head", book, "--json")[1]
    with sqlite3.connect(book / "ar-state.sqlite") as connection:
        for change in ("UPDATE audit SET body = '{}' WHERE seq = 3", "DELETE FROM audit WHERE seq = 3"):
            with pytest.raises(sqlite3.DatabaseError):
                connection.execute(change)
        # Whoever takes the triggers away can change it; the chain tells.
        connection.execute("DROP TRIGGER audit_kept")
        connection.execute("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
    assert command(capsys, "audit", "verify", book)[0] == 0
    known = json.loads(newest)
    code, text, _ = command(capsys, "audit", "verify", book, "--head", f"{known['len']}:{known['digest']}")
    assert code == 1 and "cut_off" in text
    assert command(capsys, "audit", "verify", book, "--head", "nothing")[0] == 2
    assert command(capsys, "audit", "verify", tmp_path / "nowhere")[0] == 4
