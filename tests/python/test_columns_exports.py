"""Exports of each system, in the form in which they come, become items that the ledger takes."""

from __future__ import annotations

import csv
import json
import warnings
from datetime import date
from decimal import Decimal
from pathlib import Path

import ar_core as ar
import pytest

pa = pytest.importorskip("pyarrow")

HERE = Path(__file__).parent / "exports"


def rows(name):
    """The rows of an export as text, as `csv` reads it."""
    if name.endswith(".json"):
        return json.loads((HERE / name).read_text("utf-8"))
    text = (HERE / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";" if ";" in text.splitlines()[0] else ","))


def items(name, **said):
    """The items of an export by identifier; `said` is what a person had to answer."""
    export = rows(name)
    mapping = ar.infer_columns(export)
    mapping = mapping.with_(**said) if said else mapping
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = mapping.apply(export)
    assert len(ar.Ledger(items=made, customers=[{"customer_id": c} for c in {row["customer_id"] for row in made}]).digest()) == 64
    return mapping, {row["item_id"]: row for row in made}


def brief(row, *columns):
    return tuple(str(row[column]) if isinstance(row[column], (Decimal, date)) else row[column] for column in columns)


def test_sap_tables():
    mapping, made = items("sap_bsad.csv")
    assert mapping.system == "SAP"
    assert brief(made["1800000001-001"], "kind", "amount", "issued_on", "due_on", "settled_on", "discount_until", "reference") == ("invoice", "1190.00", "2024-01-31", "2024-03-01", "2024-02-28", "2024-02-14", "90001")
    # Net days in the third field; the amount is that of the document (200 USD), not the local one (185).
    assert brief(made["1800000002-001"], "amount", "currency", "due_on", "settled_on") == ("200.00", "USD", "2024-03-16", None)
    assert brief(made["1800000002-002"], "due_on", "customer_id") == ("2024-04-14", "0000100024")
    # A credit waits for nothing: due on the day that its term runs from.
    assert brief(made["1600000001-001"], "kind", "amount", "due_on") == ("credit_note", "50.00", "2024-02-16")
    assert len(made) == 4
    left = {row["row"]: row["why"] for row in mapping.left_out(rows("sap_bsad.csv"))}
    assert set(left) == {4, 5} and "payment" in left[4] and "reversed" in left[5]


def test_sap_payments_among_items():
    """Regression: a payment that had been cleared came in beside the invoice that it settled, as money not yet used."""
    export = rows("sap_bsad.csv")
    with pytest.warns(UserWarning, match="used up"):
        assert ar.infer_columns(export, "payments").apply(export) == []
    export[4]["AUGDT"] = "00000000"
    mapping = ar.infer_columns(export, "payments")
    with pytest.warns(UserWarning, match="5 of 6 rows"):
        [payment] = mapping.apply(export)
    assert brief(payment, "payment_id", "customer_id", "amount", "currency", "received_on") == ("1400000001", "0000100023", "1190.00", "EUR", "2024-02-28")


def test_sap_list_in_german():
    mapping, made = items("sap_fbl5n_de.csv")
    assert mapping.system == "SAP"
    assert brief(made["1800000012"], "amount", "currency", "due_on") == ("2380.50", "USD", "2024-03-16")
    assert brief(made["1600000013"], "kind", "amount") == ("credit_note", "50.00")
    assert list(made) == ["1800000011", "1800000012", "1600000013", "1800000015"]


def test_sap_customers():
    export = rows("sap_kna1.csv")
    mapping = ar.infer_columns(export)
    assert (mapping.table, mapping.system) == ("customers", "SAP")
    made = {row["customer_id"]: row for row in mapping.apply(export)}
    assert made["0000100023"]["name"] == "Müller & Söhne GmbH" and made["0000100023"]["language"] == "de"
    assert made["0000100024"]["parent_id"] == "0000100023" and made["0000100025"]["parent_id"] is None
    ar.Ledger(customers=list(made.values()))


def test_odoo_through_its_interface():
    mapping, made = items("odoo_moves.json")
    assert mapping.system == "Odoo"
    assert brief(made["INV/2024/00001"], "customer_id", "amount", "open_amount", "currency", "purchase_order") == ("7", "1150.00", "0.00", "EUR", None)
    assert brief(made["INV/2024/00002"], "open_amount", "currency", "purchase_order") == ("30.50", "USD", "PO 77")
    assert brief(made["RINV/2024/00001"], "kind", "amount", "open_amount") == ("credit_note", "20.00", "20.00")
    assert len(made) == 3, "a draft and a bill are no receivables"


def test_odoo_instalments_are_items():
    mapping, made = items("odoo_lines.csv")
    assert {row["reference"] for row in made.values()} == {"INV/2024/00010", "RINV/2024/00003"}
    second = made["INV/2024/00010-2024-03-10"]
    assert (second["amount"], second["open_amount"], second["due_on"]) == (500, 500, date(2024, 3, 10))
    assert made["RINV/2024/00003-2024-01-12"]["kind"] == "credit_note"


def test_netsuite():
    mapping, made = items("netsuite.csv")
    assert mapping.system == "NetSuite"
    assert brief(made["INV1001"], "currency", "issued_on", "due_on", "settled_on") == ("USD", "2024-01-31", "2024-03-01", "2024-02-27")
    assert made["INV1001"]["amount"] == 1250 and made["CM201"]["kind"] == "credit_note"
    assert len(made) == 3


def test_business_central_asks_for_the_local_currency():
    export = rows("bc.csv")
    with pytest.raises(ar.InvalidInput, match=r"items\[0\].*currency"):
        ar.infer_columns(export).apply(export)
    mapping, made = items("bc.csv", currency="EUR")
    assert mapping.system == "Dynamics 365 Business Central"
    assert brief(made["103001"], "currency", "settled_on") == ("EUR", "2024-02-20") and made["103001"]["amount"] == 1250
    assert brief(made["103002"], "currency", "settled_on") == ("USD", None) and made["103002"]["open_amount"] == 125
    assert (made["106001"]["kind"], made["104001"]["kind"]) == ("interest", "credit_note") and "G00012" not in made


def test_finance_and_operations_writes_1900_for_nothing():
    mapping, made = items("fo_custtrans.csv")
    assert mapping.system == "Dynamics 365 Finance and Operations"
    assert brief(made["CIV-000001"], "issued_on", "settled_on") == ("2024-01-31", "2024-02-25")
    assert made["CIV-000002"]["settled_on"] is None and made["CIV-000002"]["open_amount"] == 250


def test_quickbooks_names_a_customer_once_above_its_invoices():
    mapping, made = items("quickbooks_open_invoices.csv", currency="USD")
    assert mapping.system == "QuickBooks"
    assert {key: row["customer_id"] for key, row in made.items()} == {"1021": "Amy's Bird Sanctuary", "1030": "Amy's Bird Sanctuary", "1027": "Bill's Windsurf Shop", "1029": "Bill's Windsurf Shop"}
    assert made["1029"]["amount"] == 1085 and made["1029"]["due_on"] == date(2024, 2, 17), "2 February and 15 days"
    assert made["1027"]["kind"] == "credit_note" and made["1021"]["open_amount"] == 239


def test_xero_lines_are_not_added_to_totals():
    mapping, made = items("xero_invoices.csv")
    assert mapping.system == "Xero"
    assert [(key, row["amount"]) for key, row in made.items()] == [("INV-0041", 360), ("INV-0042", 120), ("CN-0007", 24)]
    assert made["CN-0007"]["kind"] == "credit_note" and made["INV-0041"]["due_on"] == date(2024, 3, 1)


def test_sage():
    mapping, made = items("sage50.csv", currency="GBP")
    assert mapping.system == "Sage"
    assert [(row["kind"], row["amount"], row["disputed"]) for row in made.values()] == [("invoice", 120, None), ("invoice", 300, True), ("credit_note", 12, None)]


def test_oracle_instalments_and_its_last_day():
    mapping, made = items("oracle_payment_schedules.csv")
    assert mapping.system == "Oracle Receivables"
    assert brief(made["10021-1"], "settled_on", "reference") == ("2024-02-27", "10021")
    assert made["10021-2"]["settled_on"] is None and made["10022-1"]["kind"] == "credit_note"
    assert len(made) == 3


def test_datev():
    mapping, made = items("datev_opos.csv", currency="EUR")
    assert mapping.system == "DATEV"
    assert [(key, row["kind"], row["amount"], row["open_amount"]) for key, row in made.items()] == [("RE-1", "invoice", 1190, 1190), ("GU-2", "credit_note", 119, 119), ("RE-3", "invoice", Decimal("59.50"), Decimal("59.50"))]


def test_french_and_spanish_headings():
    _, made = items("factures_fr.csv")
    assert [(row["kind"], row["amount"], row["open_amount"]) for row in made.values()] == [("invoice", 1200, 0), ("invoice", 300, 300), ("credit_note", 60, 60)]
    _, made = items("facturas_es.csv")
    assert made["F-1"]["amount"] == 1210 and made["F-1"]["settled_on"] == date(2024, 2, 10)
    assert made["F-2"]["open_amount"] == Decimal("605.5")


@pytest.mark.parametrize("kind", ["pandas", "polars", "lazy", "pyarrow", "duckdb", "columns"])
def test_every_kind_of_frame_gives_the_same_and_gets_its_own_kind_back(kind):
    pytest.importorskip({"lazy": "polars", "columns": "pyarrow"}.get(kind, kind))
    export = rows("sap_bsad.csv")
    frame = ar.to_frame(export, kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = ar.infer_columns(frame).apply(frame)
        wanted = ar.infer_columns(export).apply(export)
    from ar_core.frames import kind_of

    assert kind_of(made) == kind
    assert ar.Ledger(items=ar.to_frame(made, "dicts"), customers=[{"customer_id": "0000100023"}, {"customer_id": "0000100024"}]).digest() == ar.Ledger(items=wanted, customers=[{"customer_id": "0000100023"}, {"customer_id": "0000100024"}]).digest()


def test_lists_of_sap_in_german_are_recognised_without_a_word():
    """Regression: the customer list was no table that could be told, and payments among items were asked for their day."""
    master = {"Debitor": ["100001", "100002"], "Name 1": ["Elster GmbH", "Calder Ltd"], "Land": ["DE", "GB"], "Sprache": ["DE", "EN"]}
    master |= {"Kundengruppe": ["small", "medium"], "Währung": ["EUR", "GBP"], "Kreditlimit": ["2.400,00", "180.000,00"], "IBAN": ["DE72726741296713265079", None]}
    mapping = ar.infer_columns(master)
    assert (mapping.table, mapping.system, mapping.problems) == ("customers", "SAP", [])
    made = mapping.apply(master)
    assert made["bank_accounts"] == [["DE72726741296713265079"], []] and made["name"][1] == "Calder Ltd" and str(made["credit_limit"][1]) in ("180000", "180000.00")
    line = {"Buchungskreis": ["1000"] * 2, "Debitor": ["100001"] * 2, "Name 1": ["Elster GmbH"] * 2, "Belegnummer": ["1800000001", "1400000001"], "Belegart": ["RV", "DZ"]}
    line |= {"Belegdatum": ["13.10.2026", "18.11.2026"], "Buchungsdatum": ["13.10.2026", "18.11.2026"], "Nettofälligkeit": ["12.11.2026", "18.11.2026"]}
    line |= {"Betrag in Belegwährung": ["1.118,40", "1.118,40-"], "Belegwährung": ["EUR"] * 2, "Text": ["", "RE 1"]}
    mapping = ar.infer_columns(line, table="payments")
    assert (mapping.system, mapping.columns["received_on"], mapping.problems) == ("SAP", "Buchungsdatum", [])
    with pytest.warns(ar.LeftOut):
        made = mapping.apply(line)
    assert (made["payment_id"], [str(day) for day in made["received_on"]], made["customer_id"]) == (["1400000001"], ["2026-11-18"], ["100001"])
