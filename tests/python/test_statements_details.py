"""What each format says of an entry: who paid, what for, in which direction, with what fee, and why it is no receipt."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from statement_helpers import IBAN, bai2, camt, camt_entry, edi820, entry, mt940, quiet


def test_mt940_says_who_paid_and_what_for():
    text = mt940(
        [
            entry(
                "119.00",
                "B1",
                "Invoice RE-1001 from 2 October, with thanks",
                "ACME GMBH",
                "DE02120300000000202051",
                e2e="E2E-7",
            )
        ]
    )
    found = quiet(text)
    [row] = found.payments
    assert (row["amount"], row["currency"], row["received_on"], row["method"]) == (
        Decimal("119.00"),
        "EUR",
        date(2026, 11, 2),
        "transfer",
    )
    assert (row["payer_name"], row["payer_account"], row["reference"]) == (
        "ACME GMBH",
        "DE02120300000000202051",
        "E2E-7",
    )
    assert row["text"].replace(" ", "") == "InvoiceRE-1001from2October,withthanks"
    [told] = found.entries
    assert (told["account"], told["bank_reference"], told["payment_ids"], told["code"]) == (
        IBAN,
        "B1",
        [row["payment_id"]],
        "NTRF/166",
    )


@pytest.mark.parametrize(
    ("mark", "amount", "reason"),
    [
        ("C", "10.00", "receipt"),
        ("D", "-10.00", "debit"),
        ("RC", "-10.00", "reversal_of_credit"),
        ("RD", "10.00", "reversal_of_debit"),
        ("CR", "10.00", "receipt"),
        ("RCR", "-10.00", "reversal_of_credit"),
    ],
)
def test_mt940_reversals_move_the_other_way(mark, amount, reason):
    """Sign and funds code: RC takes a credit back, CR is a credit with the third letter of EUR."""
    closing = f"{Decimal(100) + Decimal(amount):.2f}".replace(".", ",")
    text = f":20:A\n:25:{IBAN}\n:28C:1\n:60F:C261101EUR100,00\n:61:2611021102{mark}10,00NMSCNONREF\n:86:x\n:62F:C261102EUR{closing}\n-\n"
    found = quiet(text.encode())
    assert [(row["amount"], row["reason"]) for row in found.entries] == [(Decimal(amount), reason)] and found.accounted[
        0
    ]["holds"]
    assert [row["reason"] for row in found.returned] == (["reversal_of_credit"] if "RC" in mark else [])


@pytest.mark.parametrize(
    ("dates", "valued", "booked"),
    [
        ("2612310102", date(2026, 12, 31), date(2027, 1, 2)),
        ("2701011231", date(2027, 1, 1), date(2026, 12, 31)),
        ("240229", date(2024, 2, 29), None),
        ("2402280229", date(2024, 2, 28), date(2024, 2, 29)),
    ],
)
def test_mt940_entry_days_turn_the_year(dates, valued, booked):
    text = f":20:A\n:25:1\n:28C:1\n:60F:C240101EUR0,00\n:61:{dates}C1,00NTRFNONREF\n:62F:C270101EUR1,00\n"
    [row] = quiet(text.encode()).entries
    assert (row["value_on"], row["booked_on"]) == (valued, booked)


@pytest.mark.parametrize(
    ("info", "name", "account", "text", "reference"),
    [
        (
            "/EREF/E1/ORDP//NAME/J. DOE BV/REMI/Factuur 2026-11/ISDT/2026-11-01",
            "J. DOE BV",
            None,
            "Factuur 2026-11",
            "E1",
        ),
        (
            "/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/ACME/REMI/INV 7/EREF/NOTPROVIDED",
            "ACME",
            "NL91ABNA0417164300",
            "INV 7",
            None,
        ),
        (
            "/EREF/X9//CNTP/NL91ABNA0417164300/ABNANL2A/ACME NV///REMI/USTD//INV 8/",
            "ACME NV",
            "NL91ABNA0417164300",
            "INV 8",
            "X9",
        ),
        (
            "/CNTP/NL91ABNA0417164300/ABNANL2A/ACME NV///REMI/STRD/CUR/RF18539007547034/",
            "ACME NV",
            "NL91ABNA0417164300",
            "CUR/RF18539007547034",
            "RF18539007547034",
        ),
        (
            "166?00GUTSCHRIFT?20EREF+A-1?21SVWZ+RE 1?30X?31DE02120300000000202051?32ACME?33 AG",
            "ACME AG",
            "DE02120300000000202051",
            "RE 1",
            "A-1",
        ),
        ("000>100133967858>20 HUUR>21 KANTOOR", None, None, "HUUR KANTOOR", None),
        (
            "Betaling REK: NL91ABNA0417164300/NAAM: ACME BV",
            "ACME BV",
            "NL91ABNA0417164300",
            "Betaling REK: NL91ABNA0417164300/NAAM: ACME BV",
            None,
        ),
        ("just words of a customer", None, None, "just words of a customer", None),
    ],
)
def test_mt940_field_86_in_its_forms(info, name, account, text, reference):
    wrapped = "\n".join(info[at : at + 65] for at in range(0, len(info), 65))
    body = f":20:A\n:25:1\n:28C:1\n:60F:C261101EUR0,00\n:61:2611021102C1,00NTRFNONREF\n:86:{wrapped}\n:62F:C261102EUR1,00\n"
    [row] = quiet(body.encode()).payments
    assert (row["payer_name"], row["payer_account"], row["text"], row["reference"]) == (name, account, text, reference)


def test_mt940_charges_are_the_fee_only_where_they_make_the_amount():
    body = ":20:A\n:25:1\n:28C:1\n:60F:C261101EUR0,00\n:61:2611021102C{},NTRFNONREF//1\n/OCMT/EUR100,//CHGS/EUR5,/\n:62F:C261102EUR{},\n"
    assert quiet(body.format(95, 95).encode()).payments[0]["bank_fee"] == 5
    assert quiet(body.format(100, 100).encode()).payments[0]["bank_fee"] == 0


def test_mt942_totals_and_expected_entries():
    head = ":20:A\n:25:1\n:28C:1\n:34F:EUR0,\n:13D:2611021200+0100\n"
    text = head + ":61:2611021102C5,00NTRFNONREF\n:61:2611021102EC9,00NTRFNONREF\n:90D:0EUR0,00\n:90C:2EUR14,00\n-\n"
    found = quiet(text.encode())
    assert found.ok and found.reasons() == {"not_booked": 1, "receipt": 1}
    assert [row["code"] for row in quiet(text.replace("90C:2", "90C:3").encode()).problems] == ["total_mismatch"]


def test_camt_batches_returns_fees_and_status():
    batch = "".join(
        f"<TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
        f"<RltdPties><Dbtr><Nm>Payer {n}</Nm></Dbtr></RltdPties></TxDtls>"
        for n, amount in ((1, "60.00"), (2, "40.00"))
    )
    fee = "<Chrgs><Rcrd><Amt Ccy='EUR'>2.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>"
    own = "<TxDtls><Refs/><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"
    raw = (
        camt_entry(entry("100.00", "R1"), details=batch)
        + camt_entry(entry("97.50", "R2", "RE-2"), extra=fee)
        + camt_entry(entry("10.00", "R3"), details=own)
        + camt_entry(entry("11.00", "R4"), status="<Sts>PDNG</Sts>")
        + camt_entry(entry("12.00", "R5"), extra="<RvslInd>true</RvslInd>")
        + camt_entry(entry("13.00", "R6"), code="PMNT/MCRD/INTR")
        + camt_entry(entry("14.00", "R7"), code="CAMT/ACCB/ZABA")
        + camt_entry(entry("-15.00", "R8"), code="PMNT/IDDT/UPDD")
    )
    found = quiet(camt([], kind="053", raw=raw, closing=Decimal(1000) + Decimal("231.50")))
    assert found.ok and found.accounted[0]["holds"] is True
    assert [row["reason"] for row in found.entries] == [
        "receipts",
        "receipt",
        "own_payment_returned",
        "not_booked",
        "reversal_of_debit",
        "interest",
        "own_transfer",
        "returned_receipt",
    ]
    assert [(row["amount"], row["payer_name"], row["bank_fee"]) for row in found.payments] == [
        (60, "Payer 1", 0),
        (40, "Payer 2", 0),
        (Decimal("97.50"), None, Decimal("2.50")),
    ]
    assert found.entries[0]["parts"] == 2 and found.entries[0]["payment_ids"] == [
        row["payment_id"] for row in found.payments[:2]
    ]


def test_camt_structured_remittance_becomes_remittances():
    strd = "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Nb>{number}</Nb></RfrdDocInf><RfrdDocAmt>{amounts}</RfrdDocAmt></Strd>"
    due = "<DuePyblAmt Ccy='EUR'>100.00</DuePyblAmt><DscntApldAmt Ccy='EUR'>2.00</DscntApldAmt>"
    kept = (
        "<AdjstmntAmtAndRsn><Amt Ccy='EUR'>5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Rsn>DAMAGED</Rsn></AdjstmntAmtAndRsn>"
    )
    kept += "<RmtdAmt Ccy='EUR'>93.00</RmtdAmt>"
    lines = strd.format(kind="CINV", number="RE-1", amounts=due + kept) + strd.format(
        kind="CREN", number="CN-1", amounts="<RmtdAmt Ccy='EUR'>13.00</RmtdAmt>"
    )
    details = f"<TxDtls><Refs><EndToEndId>E</EndToEndId></Refs><RmtInf>{lines}</RmtInf></TxDtls>"
    found = quiet(camt([], raw=camt_entry(entry("80.00", "R1"), details=details), closing="1080.00"))
    [paid] = found.payments
    rows = [
        (row["reference"], row["amount"], row["discount"], row["deduction"], row["deduction_reason"], row["payment_id"])
        for row in found.remittances
    ]
    assert rows == [
        ("RE-1", 93, 2, 5, "DAMAGED", paid["payment_id"]),
        ("CN-1", -13, None, None, None, paid["payment_id"]),
    ]
    assert sum(row["amount"] for row in found.remittances) == paid["amount"]


def test_bai2_fields_funds_types_and_decimals():
    rows = [
        ("195", 12345, "V,261103,1200,BREF1,CREF1,WIRE FROM ACME, INV 7/8/\n88,SECOND LINE"),
        ("142", 5000, "S,1,2,3,BREF2,,ACH/"),
        ("165", 100, "D,2,0,50,1,50,BREF3,,DISTRIBUTED/"),
        ("257", 200, "Z,BREF4,,RETURNED/"),
        ("451", 300, ",,,OUT/"),
    ]
    found = quiet(bai2(rows))
    assert found.ok and found.accounted[0]["holds"] is True
    assert [(row["amount"], row["bank_reference"], row["reason"]) for row in found.entries] == [
        (Decimal("123.45"), "BREF1", "receipt"),
        (50, "BREF2", "receipt"),
        (1, "BREF3", "receipt"),
        (2, "BREF4", "own_payment_returned"),
        (-3, None, "debit"),
    ]
    assert found.entries[0]["value_on"] == date(2026, 11, 3) and found.entries[0]["booked_on"] == date(2026, 11, 2)
    assert found.payments[0]["text"] == "WIRE FROM ACME, INV 7/8\nSECOND LINE" and found.payments[0]["method"] == "wire"
    assert quiet(bai2([("195", 12345, "Z,A,,x/")], currency="JPY")).payments[0]["amount"] == 12345
    assert quiet(bai2([("195", 12345, "Z,A,,x/")], currency="KWD")).payments[0]["amount"] == Decimal("12.345")


def test_820_lines_adjustments_and_payment():
    found = quiet(
        edi820(
            ["ENT*1", "RMR*IV*INV-1**1000*1100*50", "ADX*-50*04", "RMR*IV*INV-2**500", "ENT*2", "ADX*-50*ZZ*CM*CN-9"]
        )
    )
    assert found.ok
    [paid] = found.payments
    assert (paid["amount"], paid["currency"], paid["payer_name"], paid["reference"], paid["received_on"]) == (
        1450,
        "USD",
        "ABC PLASTICS",
        "TRACE77",
        date(2026, 11, 2),
    )
    rows = [
        (row["reference"], row["amount"], row["discount"], row["deduction"], row["deduction_reason"])
        for row in found.remittances
    ]
    assert rows == [("INV-1", 1000, 50, 50, "04"), ("INV-2", 500, None, None, None), ("CN-9", -50, None, None, None)]
    only = quiet(edi820(["RMR*IV*INV-1**1450"], handling="I"))
    assert not only.payments and [(row["payment_id"], row["amount"]) for row in only.remittances] == [(None, 1450)]
    assert only.reasons() == {"no_money": 1}
