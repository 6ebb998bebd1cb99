"""`match_payments` with a past: who paid before is known again, and what is wrong with the past is said of the past."""

from __future__ import annotations

from types import MappingProxyType

import ar_core as ar
import pytest

IBAN = "DE89 3704 0044 0532 0130 00"
CUSTOMERS = [{"customer_id": "C1", "name": "Acme GmbH"}, {"customer_id": "C2", "name": "Beta AG"}]
# What the bank says of a payer whom no customer's record knows.
STRANGERS = [{"payer_name": "Zeta Treuhand"}, {"payer_account": IBAN}]


def item(name, customer, amount, issued_on="2026-10-01", due_on="2026-10-31", **more):
    return {"item_id": name, "customer_id": customer, "currency": "EUR", "amount": amount, "issued_on": issued_on, "due_on": due_on, **more}


def payment(name, amount, received_on, **more):
    return {"payment_id": name, "currency": "EUR", "amount": amount, "received_on": received_on, **more}


# The same amount is open of both: without the payer nobody knows whose it is.
OPEN = [item("N1", "C1", "250.00"), item("N2", "C2", "250.00")]


def past(customer, **payer):
    """An invoice of the customer that the payer settled."""
    return {
        "items": [item("H1", customer, "99.00", "2026-06-01", "2026-07-01", settled_on="2026-07-03")],
        "payments": [payment("Q1", "99.00", "2026-07-03", **payer)],
        "allocations": [{"credit_id": "Q1", "item_id": "H1", "amount": "99.00", "on": "2026-07-03"}],
    }


def asked(payer, history=None, items=OPEN):
    found = ar.match_payments(items, [payment("P9", "250.00", "2026-11-10", **payer)], CUSTOMERS, history=history)
    [answer] = [row for row in found.payments.to_dicts() if row["payment_id"] == "P9"]
    return answer["customer_id"], answer["status"], [row["item_id"] for row in found.allocations.to_dicts() if row["payment_id"] == "P9"]


def problems(**given):
    with pytest.raises(ar.InvalidInput) as caught:
        ar.match_payments(**{"items": OPEN, "payments": [payment("P9", "250.00", "2026-11-10")], "customers": CUSTOMERS, **given})
    assert caught.value.total == len(caught.value.problems)
    return [(problem["table"], problem["row"], problem["column"], problem["code"]) for problem in caught.value.problems]


@pytest.mark.parametrize("payer", STRANGERS, ids=lambda payer: next(iter(payer)))
def test_who_paid_before_is_known_again(payer):
    assert asked(payer) == (None, "unmatched", [])
    for customer, of_customer in (("C1", "N1"), ("C2", "N2")):
        assert asked(payer, past(customer, **payer)) == (customer, "auto", [of_customer])


@pytest.mark.parametrize("payer", STRANGERS, ids=lambda payer: next(iter(payer)))
def test_only_a_payment_that_was_posted_teaches(payer):
    """Settled items alone, a payment that nobody posted, and another payer say nothing of this one."""
    history = past("C2", **payer)
    for known in (history["items"], {"items": history["items"]}, {**history, "allocations": []}, {**history, "allocations": None}):
        assert asked(payer, known) == (None, "unmatched", [])
    [other] = [stranger for stranger in STRANGERS if stranger != payer]
    assert asked(other, history) == (None, "unmatched", [])


def test_an_account_is_known_however_it_is_written():
    assert asked({"payer_account": IBAN.replace(" ", "").lower()}, past("C2", payer_account=IBAN)) == ("C2", "auto", ["N2"])
    assert asked({"payer_name": "ZETA, Treuhand"}, past("C2", payer_name="Zeta Treuhand")) == ("C2", "auto", ["N2"])


def test_past_and_present_are_one_book():
    """The answers are those of a run on all the rows together; what was used up is not asked about again."""
    for payer in STRANGERS:
        history = past("C2", **payer)
        today = [payment("P9", "250.00", "2026-11-10", **payer)]
        found = ar.match_payments(OPEN, today, CUSTOMERS, history=history)
        assert [row["payment_id"] for row in found.payments.to_dicts()] == ["P9"]
        ledger = ar.Ledger(customers=CUSTOMERS, items=OPEN + history["items"], payments=today + history["payments"], allocations=history["allocations"])
        report = ar.run(ledger, as_of="2026-11-10")
        assert found.payments.to_dicts() == report.payments.to_dicts()
        assert found.allocations.to_dicts() == report.allocations.to_dicts()


def test_any_frames_and_any_mapping():
    pa, pl = pytest.importorskip("pyarrow"), pytest.importorskip("polars")
    [payer, _] = STRANGERS
    history = past("C2", **payer)
    arrow = {name: pa.Table.from_pylist(rows) for name, rows in history.items()}
    mixed = {"items": history["items"], "payments": pl.DataFrame(history["payments"]), "allocations": {name: [value] for name, value in history["allocations"][0].items()}}
    for given in (arrow, mixed, MappingProxyType(history), dict(reversed(history.items()))):
        assert asked(payer, given) == ("C2", "auto", ["N2"])


def test_part_of_an_open_item_was_paid_before():
    """The past may have posted to an item that is still open: it is open by the rest."""
    [payer, _] = STRANGERS
    items = [OPEN[0], item("N2", "C2", "400.00")]
    history = {"payments": [payment("Q1", "150.00", "2026-10-20", **payer)], "allocations": [{"credit_id": "Q1", "item_id": "N2", "amount": "150.00", "on": "2026-10-21"}]}
    assert asked(payer, history, items) == ("C2", "auto", ["N2"])


def test_problems_name_the_past_and_its_rows():
    good = past("C2", payer_name="Zeta Treuhand")
    [settled], [line] = good["items"], good["allocations"]
    assert problems(history={**good, "allocations": [line, {**line, "amount": "x"}]}) == [("history.allocations", 1, "amount", "unreadable")]
    assert problems(history={**good, "items": [settled, {**settled, "item_id": "H2", "currency": "EURO"}]}) == [("history.items", 1, "currency", "unknown_currency")]
    # What only shows beside the rows of today is still said of the row that the caller gave.
    assert problems(history={**good, "items": [settled, OPEN[0]]}) == [("history.items", 1, "item_id", "duplicate_id")]
    assert problems(history=[settled, {**settled, "item_id": "H2", "customer_id": "C3"}]) == [("history", 1, "customer_id", "unknown_customer")]
    assert problems(history={**good, "allocations": [{**line, "item_id": "H7"}]}) == [("history.allocations", 0, "item_id", "unknown_item")]
    # Of whole columns and tables.
    assert problems(history={**good, "payments": [{"payment_id": "Q1", "currency": "EUR", "received_on": "2026-07-03"}]})[-1] == ("history.payments", None, "amount", "missing_column")
    assert problems(history={**good, "items": 5}) == [("history.items", None, None, "wrong_type")]
    assert problems(history=5) == [("history", None, None, "wrong_type")]
    # And of today what is today's.
    assert problems(items=[{**OPEN[0], "amount": "x"}], history=good) == [("items", 0, "amount", "unreadable")]
    assert problems(items=[{name: value for name, value in OPEN[0].items() if name != "due_on"}], history=good)[-1] == ("items", None, "due_on", "missing_column")


@pytest.mark.parametrize("name", ["customers", "item", "fx_rates", 5])
def test_tables_that_the_past_has_not_are_named(name):
    assert problems(history={**past("C2"), name: []}) == [(f"history.{name}", None, None, "unknown_table")]
