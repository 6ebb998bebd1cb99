"""`figures`: ageing and measures without a run, held against sums in plain Python, against a run, and over threads."""

import hashlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import ar_core as ar
import pytest

AS_OF = date(2026, 11, 20)
BUCKETS = ("not_due", "1-30", "31-60", "61-90", "over_90", "credits")
# A book of more items than are added up together, and what a process says of it.
BOOK = {"seed": 11, "customers": 1500, "as_of": AS_OF}
PROGRAM = """
import hashlib, ar_core
from datetime import date
ledger = ar_core.Ledger(**ar_core.simulate(seed=11, customers=1500, as_of=date(2026, 11, 20)))
print(hashlib.sha256(ar_core.figures(ledger, as_of="2026-11-20").to_json().encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def tables():
    return {name: table.to_dicts() for name, table in ar.simulate(**BOOK).items()}


def plain(tables, day, begin):
    """Rows of the simulated tables, added up one by one: ageing, sales of the period and receivables at its begin."""
    lines = defaultdict(list)
    used = defaultdict(Decimal)
    for row in tables["allocations"]:
        lines[row["item_id"]].append((row["on"], Decimal(row["amount"])))
        lines[row["credit_id"]].append((row["on"], Decimal(row["amount"])))
        if row["on"] <= day:
            used[row["credit_id"]] += Decimal(row["amount"])

    def open_on(item, on):
        if item["issued_on"] > on or (item.get("settled_on") and item["settled_on"] <= on):
            return Decimal(0)
        return max(Decimal(0), Decimal(item["amount"]) - sum(amount for when, amount in lines[item["item_id"]] if when <= on))

    aged, sales, before = defaultdict(lambda: [Decimal(0), 0]), defaultdict(Decimal), defaultdict(Decimal)
    for item in tables["items"]:
        currency, credit, left = item["currency"], item["kind"] == "credit_note", open_on(item, day)
        late = (day - item["due_on"]).days
        bucket = "credits" if credit else BUCKETS[0 if late <= 0 else min(4, (late - 1) // 30 + 1)]
        if left > 0:
            aged[currency, bucket][0] += -left if credit else left
            aged[currency, bucket][1] += 1
        if not credit:
            sales[currency] += Decimal(item["amount"]) if begin < item["issued_on"] <= day else 0
            before[currency] += open_on(item, begin)
    for payment in tables["payments"]:
        left = Decimal(payment["amount"]) - used[payment["payment_id"]] if payment["received_on"] <= day else Decimal(0)
        if left > 0:
            aged[payment["currency"], "credits"][0] -= left
            aged[payment["currency"], "credits"][1] += 1
    return aged, sales, before


@pytest.mark.parametrize("back", [0, 40, 200])
def test_figures_are_plain_sums(tables, back):
    day = AS_OF - timedelta(back)
    found = ar.figures(ar.Ledger(**tables), as_of=day)
    aged, sales, before = plain(tables, day, day - timedelta(90))
    assert len(tables["items"]) > 4 * 4096 and tables["allocations"] and tables["payments"]
    rows = found.aging.to_dicts()
    assert [row["bucket"] for row in rows] == list(BUCKETS) * (len(rows) // 6)
    assert all([row["amount"], row["count"]] == aged[row["currency"], row["bucket"]] for row in rows)
    measured = {(row["currency"], row["name"]): row["value"] for row in found.kpis.to_dicts()}
    for currency in sales:
        total = sum(aged[currency, bucket][0] for bucket in BUCKETS[:5])
        assert abs(measured[currency, "dso"] - total / sales[currency] * 90) <= Decimal("0.0001")
        assert abs(measured[currency, "turnover"] - sales[currency] * 2 / (before[currency] + total)) <= Decimal("0.0001")
        assert abs(measured[currency, "over_90_share"] - aged[currency, "over_90"][0] * 100 / total) <= Decimal("0.0001")


def test_figures_are_those_of_a_run(tables):
    """The default policy posts nothing: ageing is that of the run, and its measures begin with these."""
    ledger = ar.Ledger(**tables)
    found, report = ar.figures(ledger, as_of="2026-11-20"), ar.run(ledger, as_of="2026-11-20")
    assert found.aging.to_dicts() == report.aging.to_dicts()
    rows, whole = found.kpis.to_dicts(), report.kpis.to_dicts()
    assert rows == whole[: len(rows)] and whole[len(rows)]["name"] == "approval_load"
    assert json.loads(found.to_json())["parts"] == {"aging": json.loads(report.to_json())["parts"]["aging"], "kpis": json.loads(report.to_json())["parts"]["kpis"][: len(rows)]}
    assert found.as_of == AS_OF and found.aging.to_pyarrow().schema == report.aging.to_pyarrow().schema
    assert "2026-11-20" in repr(found) and "aging" in found._repr_html_()


def test_figures_do_not_depend_on_rows_or_threads(tables):
    turned = {name: list(reversed(rows)) for name, rows in tables.items()}
    wanted = ar.figures(ar.Ledger(**tables), as_of=AS_OF).to_json()
    assert ar.figures(ar.Ledger(**turned), as_of=AS_OF).to_json() == wanted
    for threads in ("1", "2", "3"):
        environment = {**os.environ, "RAYON_NUM_THREADS": threads}
        said = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
        assert said.stdout.strip() == hashlib.sha256(wanted.encode()).hexdigest(), threads


def test_the_policy_says_how_far_measures_look_back(tables):
    ledger = ar.Ledger(**tables)
    short = ar.figures(ledger, ar.Policy.from_json('{"reporting": {"kpi_days": 30}}'), "2026-11-20")
    assert short.aging.to_dicts() == ar.figures(ledger, as_of=AS_OF).aging.to_dicts()
    assert short.kpis.to_dicts() != ar.figures(ledger, as_of=AS_OF).kpis.to_dicts()


def test_what_does_not_fit_is_refused():
    ledger = ar.Ledger(items=[])
    assert ar.figures(ledger, as_of=AS_OF).aging.to_dicts() == []
    ledger.apply([{"event": "day_closed", "on": "2026-11-19"}])
    for wrong in ({}, {"as_of": "2026-11-18"}, {"as_of": "1969-12-31"}, {"as_of": "soon"}, {"as_of": None}):
        with pytest.raises(ar.InvalidInput) as refused:
            ar.figures(ledger, **wrong)
        assert refused.value.code == "invalid_argument" and refused.value.problems[0]["column"] == "as_of"
