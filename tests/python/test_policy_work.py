"""Work on policies: what differs in words, what is surely not meant, and a rehearsal, from Python and from the command line."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import ar_core as ar
import pytest
from ar_core import cli

DAY = date(2026, 11, 20)
CHANGES = ["path", "segment", "before", "after", "unit", "direction", "effective", "kept_by", "text"]


def acting(limit, more=""):
    return f"[autonomy]\ndefault_level = 2\namount_limit = {limit}\n{more}"


def policy(text):
    return ar.Policy.from_toml(text)


@pytest.fixture
def tables():
    due = {"currency": "EUR", "issued_on": date(2026, 8, 1), "due_on": date(2026, 10, 30)}
    return {
        "customers": [{"customer_id": f"C{number}", "segment": "retail"} for number in (1, 2, 3)],
        "items": [
            {"item_id": f"I{number}", "customer_id": f"C{number}", "amount": Decimal(amount), **due}
            for number, amount in ((1, 100), (2, 800), (3, 9000))
        ],
    }


def test_what_differs_is_a_table():
    before, after = policy("version = 'a'"), policy("version = 'a'\n[autonomy]\namount_limit = 7200")
    table = before.diff(after)
    assert table.column_names == CHANGES and table.name == "policy_changes"
    (row,) = table.to_dicts()
    assert row == {
        "path": "autonomy.amount_limit",
        "segment": None,
        "before": "5000",
        "after": "7200",
        "unit": "units of the currency",
        "direction": "looser",
        "effective": True,
        "kept_by": [],
        "text": "Amount up to which the engine acts at level 2: 7200 instead of 5000 (units of the currency).",
    }
    assert before.diff(before).to_dicts() == [] and before.diff(before).column_names == CHANGES
    assert table.to_pyarrow().num_rows == 1


def test_remarks_with_and_without_books(tables):
    odd = policy("version = 'a'\n[segments.Retail.collections]\ngrace_days = 3\n[autonomy]\nlevels = { call = 2 }")
    assert [row["code"] for row in odd.remarks().to_dicts()] == ["level_of_person"]
    beside = odd.remarks(ar.Ledger(**tables)).to_dicts()
    assert [(row["path"], row["code"]) for row in beside] == [("autonomy.levels.call", "level_of_person"), ("segments.Retail", "segment_without_customer")]
    assert len(ar.Policy.default().remarks()) == 0


def test_a_rehearsal(tables):
    ledger, before, after = ar.Ledger(**tables), policy(acting(500)), policy(acting(1000))
    found = ar.rehearse(ledger, before, after, DAY)
    (row,) = found.changes.to_dicts()
    assert (row["on"], row["customer_id"], row["item_ids"], row["change"], row["differs"]) == (DAY, "C2", ["I2"], "ask_to_act", [])
    assert (row["mode_before"], row["mode_after"], row["amount_after"], row["minutes"]) == ("ask", "act", Decimal(800), -2)
    assert [reason["code"] for reason in row["reasons_before"]] == ["amount_limit"]
    assert row["worth_before"] is not None and row["decision_id"].startswith("D-")
    assert [(line["change"], line["count"]) for line in found.summary.to_dicts()] == [("ask_to_act", 1), ("unchanged", 2)]
    fast = ar.rehearse(ledger, before, after, DAY.isoformat(), days=3, scope="collections")
    assert fast.days == [DAY + timedelta(days=ahead) for ahead in range(3)] and len(fast.changes) == 3
    assert {line["worth_before"] for line in fast.changes.to_dicts()} == {None}
    assert "3 days: 3 of 9 decisions" in repr(fast)
    listed = ar.rehearse(ledger, before, after, [DAY, "2026-11-27"], models=ar.Models.fit(ledger, DAY), scope="collections")
    assert listed.days == [DAY, date(2026, 11, 27)]
    paid = [
        {"event": "payment_received", "on": DAY + timedelta(days=1), "payment_id": "P1", "currency": "EUR", "amount": Decimal(800)},
        {"event": "items_allocated", "on": DAY + timedelta(days=1), "payment_id": "P1", "allocations": [{"item_id": "I2", "amount": "800.00"}]},
    ]
    then = ar.rehearse(ledger, before, after, DAY, days=3, events=paid, scope="collections")
    assert [line["on"] for line in then.changes.to_dicts()] == [DAY]
    assert ledger.digest() == ar.Ledger(**tables).digest(), "the ledger given is as it was"


def test_what_a_rehearsal_refuses(tables):
    ledger, one = ar.Ledger(**tables), ar.Policy.default()
    refused = [
        ({"as_of": DAY, "days": 0}, "out_of_range", "days"),
        ({"as_of": DAY, "days": 401}, "out_of_range", "days"),
        ({"as_of": DAY, "days": 10**12}, "out_of_range", "days"),
        ({"as_of": []}, "out_of_range", "days"),
        ({"as_of": [DAY, DAY]}, "dates_out_of_order", "days"),
        ({"as_of": [DAY], "days": 2}, "contradiction", "days"),
        ({"as_of": DAY, "scope": "cash"}, "unknown_word", "scope"),
        ({"as_of": "not a day"}, "unreadable", "as_of"),
        ({"as_of": DAY, "events": [{"event": "day_closed", "on": DAY}, {"event": "day_closed", "on": "2026-11-01"}]}, "dates_out_of_order", "on"),
        ({"as_of": DAY, "events": "{"}, "syntax", None),
    ]
    for arguments, code, column in refused:
        with pytest.raises(ar.InvalidInput) as caught:
            ar.rehearse(ledger, one, one, **arguments)
        problem = caught.value.problems[0]
        assert (problem["code"], problem["column"]) == (code, column), arguments


@pytest.fixture
def book(tmp_path, tables):
    folder = tmp_path / "book"
    folder.mkdir()
    for name, rows in tables.items():
        lines = [",".join(rows[0]), *(",".join(str(value) for value in row.values()) for row in rows)]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "policy.toml").write_text("version = 'old'\n" + acting(500), encoding="utf-8")
    return folder


def command(capsys, *given):
    code = cli.main([str(word) for word in given])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_policies_from_the_command_line(capsys, book):
    old, new = book / "policy.toml", book.parent / "new.toml"
    new.write_text("version = 'new'\n" + acting(1000, "levels = { call = 2 }\n[segments.Retail.collections]\ngrace_days = 3"), encoding="utf-8")
    code, out, _ = command(capsys, "policy", "diff", old, new)
    assert code == 0 and out.startswith("4 settings differ from old to new\n")
    assert "  looser  autonomy.amount_limit\n          Amount up to which the engine acts at level 2: 1000 instead of 500 (units of the currency).\n" in out
    assert "In the segment Retail: " in out
    code, out, _ = command(capsys, "policy", "diff", old, old)
    assert (code, out) == (0, "the policies are the same\n")
    _, out, _ = command(capsys, "policy", "diff", old, new, "--json")
    assert {row["path"]: row["after"] for row in json.loads(out)}["autonomy.amount_limit"] == 1000
    code, out, _ = command(capsys, "policy", "check", new)
    assert code == 0 and "is in order: version new" in out and "level_of_person" in out and "segment_without" not in out
    code, out, _ = command(capsys, "policy", "check", new, book, "--json")
    assert [row["code"] for row in json.loads(out)["remarks"]] == ["level_of_person", "segment_without_customer"]
    new.write_text("[autonomy]\namount_limt = 3", encoding="utf-8")
    code, _, err = command(capsys, "policy", "check", new)
    assert code == 2 and "unknown_setting" in err and "amount_limit" in err
    assert command(capsys, "policy", "check", book / "none.toml")[0] == 2


def test_a_rehearsal_from_the_command_line(capsys, book, tmp_path):
    new = tmp_path / "new.toml"
    new.write_text(acting(1000), encoding="utf-8")
    words = ("policy", "rehearse", book, new, "--as-of", DAY)
    code, out, _ = command(capsys, *words, "--out", tmp_path / "out")
    assert code == 0 and out.startswith("1 day from 2026-11-20: 3 decisions, 1 is not the same\n")
    assert "Ask to act" in out and "C2  Send notice, ask to act: " in out
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"rehearsal.csv", "rehearsal_summary.csv"}
    _, out, _ = command(capsys, *words, "--days", 2, "--scope", "collections", "--json")
    told = json.loads(out)
    assert (told["days"], len(told["changes"])) == (["2026-11-20", "2026-11-21"], 2)
    assert not (book / "ar-state.sqlite").exists(), "nothing is remembered"
    code, _, err = command(capsys, *words, "--days", 401)
    assert code == 2 and "out_of_range" in err
    code, out, _ = command(capsys, *words, "--old", new)
    assert code == 0 and "0 are not the same" in out


def test_what_the_host_did_is_part_of_the_past(capsys, book, tmp_path):
    """The day was run under the old policy: its own notice of C1 went out on it, and is known from the next day on."""
    new = tmp_path / "new.toml"
    new.write_text("[collections]\ngrace_days = 30", encoding="utf-8")
    assert command(capsys, "run", book, "--as-of", DAY, "--out", tmp_path / "out")[0] == 0
    before = (book / "ar-state.sqlite").read_bytes()
    code, out, _ = command(capsys, "policy", "rehearse", book, new, "--as-of", DAY, "--days", 2, "--json")
    assert code == 0
    gone = [(row["on"], row["customer_id"]) for row in json.loads(out)["changes"] if row["action"] == "send_notice"]
    assert gone == [("2026-11-20", "C1"), ("2026-11-20", "C2"), ("2026-11-20", "C3"), ("2026-11-21", "C2"), ("2026-11-21", "C3")]
    assert (book / "ar-state.sqlite").read_bytes() == before
