"""Shadow mode: what the engine would have done beside what people did, from Python and from the command line."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from ar_core import cli

import ar_core as ar

ITEMS = [
    {"item_id": name, "customer_id": customer, "currency": "EUR", "amount": amount, "issued_on": "2026-10-10", "due_on": "2026-11-10"}
    for name, customer, amount in (("A1", "C1", "1000.00"), ("B1", "C2", "700.00"))
]
CUSTOMERS = [{"customer_id": name} for name in ("C1", "C2")]
NOTICE = {"event": "notice_sent", "on": dt.date(2026, 11, 20), "by": "A. Berg", "customer_id": "C1", "item_ids": ["A1"], "level": 1, "channel": "email"}
AS_OF = "2026-11-20"


@pytest.fixture
def report():
    return ar.run(ar.Ledger(customers=CUSTOMERS, items=ITEMS), as_of=AS_OF)


def test_a_deed_beside_its_decision(report):
    before = report.to_json()
    found = report.shadow([NOTICE])
    assert repr(found) == "<ar_core.Shadow: 2 rows>"
    assert [(row["customer_id"], row["class"]) for row in found.rows.to_dicts()] == [("C1", "same"), ("C2", "engine_only")]
    sums = {row["class"]: row for row in found.summary.to_dicts()}
    assert sums["same"]["amount"] == Decimal("1000.00") and sums["engine_only"]["minutes"] == 0
    assert all((row["agreed"], row["of"], row["agreement"]) == (1, 2, Decimal("0.5")) for row in sums.values())
    assert report.to_json() == before


def test_the_days_behind(report):
    late = [{**NOTICE, "on": "2026-11-22"}]
    assert [row["class"] for row in report.shadow(late).rows.to_dicts()] == ["engine_only", "engine_only"]
    assert report.shadow(late, days=2).rows.to_dicts()[0]["differs"] == ["day"]
    for wrong in (-1, 61):
        with pytest.raises(ar.InvalidInput) as refused:
            report.shadow(late, days=wrong)
        assert refused.value.problems[0]["code"] == "out_of_range"
    with pytest.raises(ar.InvalidInput):
        report.shadow("{", days=1)


def test_the_command(tmp_path, capsys):
    book = tmp_path / "book"
    book.mkdir()
    for name, rows in (("customers", CUSTOMERS), ("items", ITEMS)):
        lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
        (book / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    events = tmp_path / "events.json"
    events.write_text(json.dumps([NOTICE], default=str), encoding="utf-8")
    words = ["shadow", str(book), str(events), "--as-of", AS_OF]
    assert cli.main([*words, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [row["class"] for row in said["rows"]] == ["same", "engine_only"]
    assert cli.main(words) == 0
    shown = capsys.readouterr().out
    assert "1 of 2" in shown and "agreement is not correctness" in shown
    assert cli.main([*words, "--days", "61"]) == 2
    assert cli.main(["shadow", str(book), str(tmp_path / "nothing.json"), "--as-of", AS_OF]) == 2
    assert sorted(path.name for path in book.iterdir()) == ["customers.csv", "items.csv"], "nothing is remembered"
