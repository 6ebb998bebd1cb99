"""Identifiers: the same entry is the same wherever it is told, and equal entries are as many as there are."""

from __future__ import annotations

from decimal import Decimal

import ar_core as ar
import pytest
from statement_helpers import IBAN, SAMPLES, bai2, camt, camt_entry, edi820, entry, mt940, quiet

ROWS = [
    entry("119.00", "B1", "RE-1001", "ACME GMBH"),
    entry("119.00", "B2", "RE-1002", "ACME GMBH"),
    entry("-20.00", "B3", "rent"),
]


def ids(found):
    return [row["payment_id"] for row in found.payments]


@pytest.mark.parametrize(
    "data",
    [mt940(ROWS), camt(ROWS), bai2([("195", 100, "Z,,,x/"), ("195", 100, "Z,,,x/")]), edi820(["RMR*IV*INV-1**1450"])],
    ids=["mt940", "camt", "bai2", "820"],
)
def test_a_file_read_twice_is_counted_once(data):
    once, twice = quiet(data), quiet([data, data])
    assert ids(once) == ids(quiet(data)) == ids(twice) and len(set(ids(once))) == len(once.payments) > 0
    assert len(twice.entries) == 2 * len(once.entries) and twice.reasons()["told_before"] == len(once.entries)
    assert any("counted once" in note for note in twice.notes)
    assert twice.remittances == once.remittances


def test_two_formats_tell_one_entry():
    """By the bank's reference; the account may be an IBAN, or bank code and number."""
    told = quiet(mt940(ROWS, account="37040044/0532013000"))
    assert ids(told) == ids(quiet(camt(ROWS))) == ids(quiet(camt(ROWS, kind="052")))
    both = quiet([mt940(ROWS), camt(ROWS), camt(ROWS, kind="054")])
    assert len(both.payments) == 2 and both.reasons() == {"debit": 1, "receipt": 2, "told_before": 6}


def test_two_formats_tell_one_statement_without_references():
    """Where the bank gives no references, the whole statement is known again by its balances and amounts."""
    rows = [{**row, "ref": None} for row in ROWS]
    both = quiet([mt940(rows), camt(rows)])
    assert sorted(row["amount"] for row in both.payments) == [119, 119] and both.reasons()["told_before"] == 3


def test_equal_amounts_of_two_formats_are_not_mixed():
    """Two payments of one amount, told with more words here and there: each payer stays once."""
    long, short = "a long text about invoice RE-1001 and more", "x"
    first = mt940([entry("9.00", None, long, "ALPHA"), entry("9.00", None, short, "BETA")])
    for second in (
        camt([entry("9.00", None, long, "Beta"), entry("9.00", None, short, "Alpha")]),
        camt([entry("9.00", "R1", short, "Alpha"), entry("9.00", "R2", short, "Beta")]),
    ):
        for files in ([first, second], [second, first]):
            assert sorted(row["payer_name"].upper() for row in quiet(files).payments) == ["ALPHA", "BETA"]
    # Where one of them has the bank's references, the identifiers are those.
    assert sorted(ids(quiet([first, second]))) == sorted(ids(quiet(second)))


def test_equal_entries_stay_as_many_as_they_are():
    alike = [entry("50.00", None, "thanks", "ACME")] * 3
    found = quiet(mt940(alike))
    assert len(set(ids(found))) == 3
    # The morning tells two of them, the day three.
    morning = quiet([camt(alike[:2], kind="052"), camt(alike)])
    assert len(morning.payments) == 3 and morning.reasons() == {"receipt": 3, "told_before": 2}
    # Two statements that follow one another cannot tell the same entry.
    day = [mt940(alike, number=1), mt940(alike, opening="1150.00", number=2, first_day=2)]
    for files in (day, [*day, day[0]], [day[1], day[0]]):
        assert len(quiet(files).payments) == 6, files
    assert len(quiet([mt940(alike, number=1), mt940(alike, opening="7.00", number=9)]).payments) == 3


def test_one_reference_for_several_entries_keeps_them_apart():
    """A bank gives one reference to several entries of a batch: the amount belongs to the identifier."""
    found = quiet(SAMPLES / "camt/camt053.v4.moov.xml")
    same = [row for row in found.entries if row["bank_reference"] == "07582000303KBMSU"]
    assert len(same) == 2 == len({row["entry_id"] for row in same})


def test_details_speak_for_a_batch_and_are_known_again():
    batch = "".join(
        f'<TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><Amt Ccy="EUR">50.00</Amt></TxDtls>' for n in (1, 2)
    )
    whole, split = (
        camt([entry("100.00", "R1", "SAMMLER")]),
        camt([], kind="054", raw=camt_entry(entry("100.00", "R1"), details=batch)),
    )
    for files in ([whole, split], [split, whole]):
        assert [row["amount"] for row in quiet(files).payments] == [50, 50]
    first = quiet(whole)
    assert [row["amount"] for row in first.payments] == [100]
    later = quiet(split, known=first.ids)
    assert not later.payments and later.reasons() == {"known": 1} and later.ids >= first.ids
    back = quiet(whole, known=quiet(split).ids)
    assert not back.payments and back.reasons() == {"known": 1}


def test_known_payments_are_not_posted_again():
    first = quiet(mt940(ROWS[:1]))
    next_day = quiet(camt(ROWS), known=first.ids)
    assert [row["bank_reference"] for row in next_day.entries if row["is_payment"]] == ["B2"]
    assert next_day.ids > first.ids and any("known" in note for note in next_day.notes)


def test_own_accounts():
    rows = [entry("10.00", "B1", iban="DE02120300000000202051"), entry("20.00", "B2", iban="NL91ABNA0417164300")]
    found = quiet(camt(rows), accounts=[IBAN, "DE02 1203 0000 0000 2020 51"])
    assert [row["reason"] for row in found.entries] == ["own_transfer", "receipt"]
    with pytest.raises(ar.statements.StatementError, match="unknown_account"):
        quiet(camt(rows), accounts=["DE02120300000000202051"])


def test_a_direct_debit_that_comes_back_is_a_failed_payment():
    paid = camt_entry(entry("80.00", "R1", "RE-1", "ACME", e2e="DD-1"), code="PMNT/IDDT/ESDD")
    reason = "<TxDtls><Refs><EndToEndId>DD-1</EndToEndId></Refs><RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf></TxDtls>"
    back = camt_entry(entry("-80.00", "R2", day=3), details=reason, code="PMNT/IDDT/UPDD")
    found = quiet(camt([], raw=paid + back, closing="1000.00"))
    [row] = found.payments
    assert (row["failed"], row["failure"], str(row["failed_on"])) == (True, "insufficient_funds", "2026-11-03")
    assert [(one["payment_id"], one["amount"]) for one in found.returned] == [(row["payment_id"], Decimal("80.00"))]
    ar.Ledger(payments=found.payments)
    alone = quiet(camt([], raw=back, closing="920.00"))
    assert not alone.payments and [(one["payment_id"], one["failure"]) for one in alone.returned] == [
        (None, "insufficient_funds")
    ]


def test_an_820_and_the_banks_entry_are_one_payment():
    advice = edi820(["RMR*IV*INV-1**1000", "RMR*IV*INV-2**450"])
    bank = bai2([("142", 145_000, "Z,BREF,,ABC PLASTICS TRN TRACE77/")])
    both = quiet([advice, bank])
    [row] = both.payments
    assert row["method"] == "ach" and row["payer_account"] is None and both.reasons() == {"advised": 1, "receipt": 1}
    assert [(line["reference"], line["payment_id"]) for line in both.remittances] == [
        ("INV-1", row["payment_id"]),
        ("INV-2", row["payment_id"]),
    ]
    alone = quiet(advice, advised=False)
    assert not alone.payments and [line["payment_id"] for line in alone.remittances] == [None, None]


def item(name, customer, amount, reference):
    return {
        "item_id": name,
        "customer_id": customer,
        "currency": "EUR",
        "amount": amount,
        "issued_on": "2026-10-01",
        "due_on": "2026-10-31",
        "reference": reference,
    }


ITEMS = [
    item("I1", "C1", "119.00", "RE-1001"),
    item("I2", "C1", "119.00", "RE-1002"),
    item("I3", "C2", "119.00", "RE-1003"),
    item("I4", "C2", "250.00", "RE-1004"),
]
CUSTOMERS = [{"customer_id": "C1", "name": "Acme GmbH"}, {"customer_id": "C2", "name": "Beta AG"}]


@pytest.mark.parametrize("write", [mt940, camt], ids=["mt940", "camt"])
def test_from_a_statement_to_the_right_invoices(write):
    found = quiet(
        write(
            [
                entry("119.00", "B1", "RE-1003 mit Dank", "BETA AG"),
                entry("119.00", "B2", "Rechnung RE-1002", "ACME GMBH"),
                entry("-5.00", "B3", "fee"),
            ]
        )
    )
    match = ar.match_payments(ITEMS, found.payments, CUSTOMERS, remittances=found.remittances)
    by_payment = {row["payment_id"]: row["item_id"] for row in match.allocations.to_dicts()}
    assert [by_payment[name] for name in ids(found)] == ["I3", "I2"]
    assert {row["status"] for row in match.payments.to_dicts()} == {"auto"}


def test_from_remittance_lines_to_several_invoices():
    lines = "".join(
        f"<Strd><RfrdDocInf><Nb>{number}</Nb></RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy='EUR'>{amount}</RmtdAmt></RfrdDocAmt></Strd>"
        for number, amount in (("RE-1003", "119.00"), ("RE-1004", "250.00"))
    )
    details = f"<TxDtls><RltdPties><Dbtr><Nm>Beta AG</Nm></Dbtr></RltdPties><RmtInf>{lines}</RmtInf></TxDtls>"
    found = quiet(camt([], raw=camt_entry(entry("369.00", "R1"), details=details), closing="1369.00"))
    match = ar.match_payments(ITEMS, found.payments, CUSTOMERS, remittances=found.remittances)
    assert sorted(row["item_id"] for row in match.allocations.to_dicts()) == ["I3", "I4"]
