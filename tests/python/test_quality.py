"""`check` finds what is planted, says where and what to do, and finds nothing where nothing is."""

from __future__ import annotations

import doctest
import importlib
import random
from datetime import date, timedelta

import ar_core as ar
import pytest

pa = pytest.importorskip("pyarrow")


def book(count=400):
    """Items of two years without a fault."""
    rng = random.Random(3)
    rows = []
    for number in range(count):
        issued = date(2024, 1, 1) + timedelta(days=number * 700 // count)
        due = issued + timedelta(days=30)
        paid = rng.random() < 0.8
        rows.append({
            "item_id": f"R{10_000 + number}", "customer_id": f"C{rng.randrange(40):03d}", "currency": "EUR", "amount": f"{rng.randrange(1_000, 90_000) / 100:.2f}",
            "issued_on": issued.isoformat(), "due_on": due.isoformat(), "settled_on": (due + timedelta(days=rng.randrange(-8, 25))).isoformat() if paid else None, "reference": f"PO{number}",
        })  # fmt: skip
    return rows


DAY = "2026-01-31"


def found(rows, code, **arguments):
    """The finding of one code."""
    quality = ar.check(rows, **{"as_of": DAY, **arguments})
    matching = [problem for problem in quality if problem["code"] == code]
    assert matching, quality.codes()
    for problem in quality:
        assert problem["what"] and problem["do"] and problem["severity"] in ("error", "warning", "info") and 0 <= problem["share"] <= 1
        assert "{" not in problem["what"], problem["what"]
    return matching[0]


def changed(at, **values):
    rows = book()
    for row in at:
        rows[row].update(values)
    return rows


def test_a_clean_book_has_no_faults():
    quality = ar.check(book(), as_of=DAY)
    assert quality.ok and quality.problems == [] and "nothing to complain about" in str(quality)
    ar.Ledger(items=book(), customers=[{"customer_id": c} for c in {row["customer_id"] for row in book()}])


@pytest.mark.parametrize(
    ("code", "severity", "values"),
    [
        ("due_before_issued", "error", {"due_on": "2023-12-01"}),
        ("settled_before_issued", "error", {"settled_on": "2023-12-01"}),
        ("settled_in_future", "error", {"settled_on": "2027-01-01"}),
        ("future", "warning", {"issued_on": "2026-06-01", "due_on": "2026-07-01", "settled_on": None}),
        ("old", "warning", {"issued_on": "1984-06-01"}),
        ("long_terms", "warning", {"due_on": "2034-07-01"}),
        ("missing_value", "error", {"currency": None}),
        ("unknown_word", "error", {"currency": "EUX"}),
        ("unreadable", "error", {"amount": "ten"}),
        ("too_fine", "error", {"amount": "12.345"}),
        ("huge", "warning", {"amount": "99000000.00"}),
        ("spaces", "info", {"customer_id": " C001 "}),
        ("scientific_ids", "error", {"customer_id": "1.8E+09"}),
        ("placeholder_ids", "warning", {"customer_id": "DUMMY"}),
        ("encoding", "warning", {"reference": "MÃ¼ller"}),
    ],
)
def test_what_is_planted_is_found_where_it_is(code, severity, values):
    problem = found(changed((7, 250), **values), code)
    assert (problem["severity"], problem["count"], problem["rows"]) == (severity, 2, [7, 250])
    assert problem["table"] == "items" and problem["column"]


def test_what_it_calls_an_error_the_engine_refuses():
    for values in ({"due_on": "2023-12-01"}, {"settled_on": "2023-12-01"}, {"amount": "12.345"}, {"amount": "ten"}, {"currency": None}):
        rows = changed((7,), **values)
        assert not ar.check(rows, as_of=DAY).ok
        with pytest.raises(ar.InvalidInput):
            ar.Ledger(items=rows, customers=[{"customer_id": c} for c in {row["customer_id"] for row in rows}])


def test_zero_and_below():
    assert found(changed((7,), amount="0.00"), "left_out")["count"] == 1
    assert ar.check(changed((7,), amount="-5.00"), as_of=DAY).ok, "a credit note"


def test_identifiers_that_repeat():
    rows = changed((7,), item_id="R10006", customer_id="C999")
    assert found(rows, "duplicate")["rows"] == [6]


def test_one_document_under_two_numbers():
    rows = book()
    rows.append({**rows[20], "item_id": "R99999", "reference": None})
    problem = found(rows, "maybe_twice")
    assert problem["count"] == 1 and problem["example"] == "R10020 and R99999" and problem["rows"] == [400]


def test_zeros_that_were_lost():
    rows = [{**row, "customer_id": "00" + row["customer_id"][1:] if number % 9 else row["customer_id"][1:].lstrip("0") or "0"} for number, row in enumerate(book())]
    assert found(rows, "zeros_lost")["severity"] == "warning"
    pd = pytest.importorskip("pandas")
    floats = pd.DataFrame(book()).assign(customer_id=1001.0)
    assert "float_ids" in ar.check(floats, as_of=DAY).codes()


def test_currencies():
    assert found(changed(range(0, 400, 2), currency="USD"), "currencies")["what"] == "2 currencies: EUR 200, USD 200"
    [problem] = [p for p in ar.check([{k: v for k, v in row.items() if k != "currency"} for row in book()], as_of=DAY) if p["code"] == "missing_column"]
    assert problem["severity"] == "error" and "with_(currency='EUR')" in problem["what"]


def test_days_too_regular_to_be_true():
    exact = [{**row, "settled_on": row["due_on"] if row["settled_on"] else None} for row in book()]
    assert found(exact, "settled_when_due")["count"] > 250
    ends = [{**row, "settled_on": "2026-01-31" if row["settled_on"] else None} for row in book()]
    assert {"month_ends"} <= set(ar.check(ends, as_of=DAY).codes())
    bulk = [{**row, "settled_on": "2025-12-15" if number % 3 == 0 and row["issued_on"] < "2025-12" else row["settled_on"]} for number, row in enumerate(book())]
    assert "2025-12-15" in found(bulk, "one_day")["what"]


def test_gaps_in_the_history():
    rows = [row for row in book() if not row["issued_on"].startswith(("2024-06", "2024-07"))]
    problem = found(rows, "gap")
    assert problem["count"] == 2 and "2024-06, 2024-07" in problem["what"]


def test_too_little_to_learn_from():
    assert found([{**row, "settled_on": None} for row in book()], "no_history")["severity"] == "warning"
    assert found([{**row, "settled_on": row["due_on"][:8] + "28"} for row in book()], "only_settled")["count"] == 400
    assert found(book(150), "little_history")["severity"] == "info"


def test_closed_without_a_day_and_more_open_than_owed():
    rows = [{**row, "open_amount": "0.00" if row["settled_on"] else row["amount"]} for row in book()]
    rows[3].update(settled_on=None, open_amount="0.00")
    assert found(rows, "closed_without_day")["rows"] == [3]
    rows[5].update(settled_on=None, open_amount="9999.00", amount="1.00")
    assert found(rows, "open_above_amount")["rows"] == [5]


def test_customers_against_items():
    customers = [{"customer_id": f"C{number:03d}", "name": f"Name {number}"} for number in range(39)] + [{"customer_id": "C777", "name": "Idle"}]
    assert found(book(), "unknown_customer", customers=customers)["severity"] == "error"
    assert found(book(), "customers_without_items", customers=customers)["example"] == "C777"


def test_one_customer_under_two_names():
    customers = [{"customer_id": "1", "name": "Müller & Söhne GmbH"}, {"customer_id": "2", "name": "MUELLER UND SOEHNE"}, {"customer_id": "3", "name": "Northgate Ltd."}]
    problem = found(customers, "one_name_two_ids")
    assert problem["count"] == 1 and "Müller" in problem["example"]


def test_exports_are_checked_as_they_are():
    from test_columns_exports import rows

    quality = ar.check(rows("sap_bsad.csv"), as_of="2024-03-31")
    assert quality.mapping.system == "SAP" and quality.ok
    assert found(rows("quickbooks_open_invoices.csv"), "missing_column")["severity"] == "error"
    said = ar.infer_columns(rows("quickbooks_open_invoices.csv")).with_(currency="USD")
    assert ar.check(rows("quickbooks_open_invoices.csv"), mapping=said).ok


def test_shown():
    quality = ar.check(changed((7,), due_on="2023-12-01", reference="<b>Ã¼</b>"), as_of=DAY)
    assert "<b>Ã" not in quality._repr_html_() and "&lt;b&gt;" in quality._repr_html_()
    assert str(quality).startswith("400 rows of items as of 2026-01-31: 1 error")
    assert list(quality.to_frame("columns"))[:3] == ["code", "severity", "table"] and len(quality) == len(quality.codes())


def test_a_million_rows_in_little_memory_over_the_table():
    """At a tenth of the size here; a million rows took 840 MB and four seconds of one core."""
    count = 100_000
    rng = random.Random(1)
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range(900)]
    issued = [days[rng.randrange(700)] for _ in range(count)]
    table = pa.table({
        "item_id": [f"R{n}" for n in range(count)], "customer_id": [f"C{rng.randrange(5_000)}" for _ in range(count)], "currency": ["EUR"] * count, "amount": pa.array([rng.randrange(100, 10**6) for _ in range(count)]),
        "issued_on": issued, "due_on": [day + timedelta(days=30) for day in issued], "settled_on": [day + timedelta(days=rng.randrange(20, 60)) for day in issued],
    })  # fmt: skip
    before = pa.total_allocated_bytes()
    quality = ar.check(table, as_of="2026-01-01")
    assert quality.codes() == ["only_settled"]
    peak = pa.default_memory_pool().max_memory()
    assert peak is None or peak - before < 40 * table.nbytes
    del quality
    assert pa.total_allocated_bytes() - before < table.nbytes


@pytest.mark.parametrize("module", ["frames", "erp.mapping", "erp.terms", "quality.result", "quality.customers"])
def test_examples_of_docstrings_run(module):
    assert (result := doctest.testmod(importlib.import_module(f"ar_core.{module}"))).failed == 0 and result.attempted > 0


def test_a_row_that_is_there_twice_is_said():
    """Regression: it was taken once, and only the mapping said so, without its row."""
    rows = book()
    told = found([*rows, rows[7]], "repeated")
    assert (told["severity"], told["count"], told["rows"]) == ("info", 1, [len(rows)])
    assert "repeated" not in ar.check(rows, as_of=DAY).codes()
    assert ar.check([{**rows[0], "extra": [1]}, {**rows[1], "extra": [2]}], as_of=DAY).ok, "what cannot be compared is no fault"


def test_a_check_is_shown_on_the_paper_of_all_pieces():
    text = ar.check(changed([5], due_on="2020-01-01"), as_of=DAY)._repr_html_()
    assert text.startswith('<div class="ar-core"') and "due_before_issued" in text and text.count("<table>") == 1
