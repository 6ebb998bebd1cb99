"""The command with the real engine: a made-up book through days, approvals, a book that moved on, and a chain that was touched."""

import csv
import json
import shutil
import sqlite3

import pyarrow.parquet as pq
import pytest
from ar_core import cli


def command(capsys, *words):
    code = cli.main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    assert cli.main(["demo", "--out", str(out)]) == 0
    return out


@pytest.fixture
def demo(made, tmp_path):
    return shutil.copytree(made, tmp_path / "demo")


def events(book, where="1"):
    with sqlite3.connect(book / "ar-state.sqlite") as connection:
        rows = connection.execute(f"SELECT body FROM events WHERE {where} ORDER BY seq").fetchall()
    return [json.loads(body) for (body,) in rows]


def column(demo, part, name):
    return set(pq.read_table(demo / "report" / f"{part}.parquet").column(name).to_pylist())


def run(capsys, demo, day):
    return command(capsys, "run", demo / "book", "--as-of", day, "--out", demo / "report", "--json")


def test_the_demonstration_twice(demo, capsys):
    before = {path.name: path.read_bytes() for path in (demo / "report").iterdir()}
    code, out, _ = run(capsys, demo, "2026-11-20")
    assert code == 0 and json.loads(out)["already_run"]
    assert {path.name: path.read_bytes() for path in (demo / "report").iterdir()} == before
    assert {event["event"] for event in events(demo / "book")} >= {"items_allocated", "notice_sent"}


def test_what_was_approved_is_carried_out_and_known_the_next_day(demo, capsys):
    asks = json.loads(command(capsys, "worklist", demo / "book", "--json")[1])
    ask = next(ask for ask in asks if ask["action"] == "post_allocation")
    code, out, _ = command(capsys, "explain", demo / "book", ask["decision_id"])
    assert code == 0 and out.startswith("Post the payment of")
    code, out, _ = command(capsys, "why-not", demo / "book", ask["action"], ask["customer_id"])
    assert code == 0 and out.startswith(f"post_allocation for {ask['customer_id']}: asked") and "Decision approved" in out
    assert json.loads(command(capsys, "why-not", demo / "book", ask["action"], ask["customer_id"], "--json")[1])["changes"]
    assert command(capsys, "why-not", demo / "book", "no_such_action", ask["customer_id"])[0] == 2
    code, out, _ = command(capsys, "approve", demo / "book", ask["decision_id"], "--by", "Ada")
    assert code == 0 and "carried out (items_allocated)" in out
    call = next(ask for ask in asks if ask["action"] == "call")
    assert command(capsys, "approve", demo / "book", call["decision_id"], "--by", "Ada")[0] == 4
    assert command(capsys, "done", demo / "book", call["decision_id"], "--by", "Ada")[0] == 0
    told = len(events(demo / "book"))
    code, out, _ = run(capsys, demo, "2026-11-21")
    assert code == 0 and len(events(demo / "book", "on_date = '2026-11-20'")) == told
    assert ask["item_ids"][0] not in column(demo, "scores", "item_id"), "the item was paid yesterday"


def test_a_book_that_posted_what_we_posted_stays_whole(demo, capsys):
    """The next day's export has our postings as settled items and lists no allocation of them."""
    posted = {line["item_id"] for event in events(demo / "book") for line in event.get("allocations", [])}
    assert posted
    path = demo / "book" / "items.csv"
    with path.open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        if row["item_id"] in posted:
            row["settled_on"] = "2026-11-20"
    with path.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    used = {event["payment_id"] for event in events(demo / "book") if event["event"] == "items_allocated"}
    code, _, err = run(capsys, demo, "2026-11-21")
    assert code == 0, err
    again = {
        event["payment_id"]
        for event in events(demo / "book", "on_date = '2026-11-21'")
        if event["event"] == "items_allocated"
    }
    assert again.isdisjoint(used), "cash is not posted twice"
    assert used.isdisjoint(column(demo, "payments", "payment_id")), "nor looked for again"


def test_a_chain_that_was_touched(demo, capsys):
    audit = demo / "report" / "audit.csv"
    assert command(capsys, "verify", audit)[0] == 0
    assert command(capsys, "verify", demo / "report" / "audit.parquet")[0] == 0
    text = audit.read_text()
    audit.write_text(text.replace('""mode"":""ask""', '""mode"":""act""', 1))
    assert audit.read_text() != text, "the audit says who decides"
    code, out, _ = command(capsys, "verify", audit)
    assert code == 1 and "broken" in out


def test_a_bad_book_names_file_and_line(demo, capsys):
    items = demo / "book" / "items.csv"
    lines = items.read_text().splitlines()
    lines[3] = lines[3].replace("EUR", "EURO")
    items.write_text("\n".join(lines) + "\n")
    code, _, err = run(capsys, demo, "2026-11-21")
    found = json.loads(err)["problems"]
    assert code == 2
    assert ("items", 2, "currency", "items.csv", 4) in [
        tuple(row[key] for key in ("table", "row", "column", "file", "line")) for row in found
    ]


def test_a_bad_policy_names_the_setting(demo, capsys):
    (demo / "book" / "policy.toml").write_text("[autonomy]\namount_limits = 5\n")
    code, _, err = run(capsys, demo, "2026-11-21")
    (found,) = json.loads(err)["problems"]
    assert code == 2 and found["column"] == "autonomy.amount_limits"


def test_a_file_that_is_no_audit_is_refused_in_one_line(tmp_path, capsys):
    from ar_core.cli import main

    (tmp_path / "scores.csv").write_text("item_id,p_late\nI1,0.5\n", encoding="utf-8")
    assert main(["verify", str(tmp_path / "scores.csv")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_statement_of_account(demo, capsys):
    rows = list(csv.DictReader((demo / "book" / "items.csv").open(encoding="utf-8")))
    customer = rows[0]["customer_id"]
    code, out, _ = command(capsys, "statement", demo / "book", customer, "--as-of", "2026-11-20", "--json")
    whole = json.loads(out)
    assert code == 0 and {line["line"] for line in whole} >= {"opening", "movement", "closing", "age"}
    # What the command did since is in it: the day posted payments that the book does not have on its items.
    posted = [event for event in events(demo / "book") if event["event"] == "items_allocated"]
    paid = next(line["item_id"] for event in posted for line in event["allocations"] if any(row["item_id"] == line["item_id"] for row in rows))
    owner = next(row["customer_id"] for row in rows if row["item_id"] == paid)
    lines = json.loads(command(capsys, "statement", demo / "book", owner, "--as-of", "2026-11-20", "--json")[1])
    assert any(line["kind"] == "applied" and line["item_id"] == paid and line["on"] == "2026-11-20" for line in lines)
    code, out, _ = command(capsys, "statement", demo / "book", customer, "--since", "2026-11-01", "--as-of", "2026-11-20")
    assert code == 0 and "opening balance" in out and "closing balance" in out
    assert command(capsys, "statement", demo / "book", "nobody", "--as-of", "2026-11-20")[0] == 2
