"""Writes the files that the notebooks read: exports, bank statements and a remittance of a made-up wholesaler, from a fixed seed.

    python scripts/notebook_data.py [FOLDER]        (default: examples/notebooks/data)

The book is that of `ar_core.simulate`. It is written as other systems write it: the line item list and the customer list of SAP in German,
with decimal commas and a minus behind the number, and with the faults that such lists have; the bank's files with what payers
write into them. `truth.csv` says what each payer meant, so that what a program makes of the statements can be held against it.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import ar_core

SEED = 7
CUSTOMERS = 100
# Of what payers write: chosen so that in two weeks something of everything comes in.
WRITTEN = 9
AS_OF = date(2026, 11, 20)
# The statements are of two weeks, and end a week before the list.
FIRST, LAST = date(2026, 11, 2), date(2026, 11, 13)
IBAN, SECOND_IBAN = "DE89370400440532013000", "DE02120300000000202051"
# What came before, back to this day, for counting how often answers are right.
SEASON = date(2026, 5, 1)
FOLDER = Path(__file__).resolve().parent.parent / "examples" / "notebooks" / "data"
Row = dict[str, Any]


class Book:
    """The simulated book, with the numbers that SAP gave."""

    def __init__(self) -> None:
        tables = {name: table.to_dicts() for name, table in ar_core.simulate(SEED, CUSTOMERS, AS_OF).items()}
        self.customers: list[Row] = tables["customers"]
        self.items: list[Row] = tables["items"]
        self.payments = {row["payment_id"]: row for row in tables["payments"]}
        self.paid: dict[str, list[str]] = defaultdict(list)
        for line in tables["allocations"]:
            self.paid[line["credit_id"]].append(line["item_id"])
        self.customer = {row["customer_id"]: row for row in self.customers}
        self.item = {row["item_id"]: row for row in self.items}
        self._subscribe()

    def _subscribe(self) -> None:
        """Every fourth customer is billed the same amount each time, as for rent or a subscription: its amounts say nothing."""
        payers = {row["bank_accounts"][0]: row["customer_id"] for row in self.customers}
        busy = {payers.get(row["payer_account"]) for row in self.open_payments()}
        flat: dict[str, str] = {}
        for item in self.items:
            number = item["customer_id"]
            if int(number[1:]) % 4 == 0 and number not in busy:
                item["amount"] = flat.setdefault(number, item["amount"])
        for number, items in self.paid.items():
            self.payments[number]["amount"] = str(sum((Decimal(self.item[item]["amount"]) for item in items), Decimal(0)))

    def open_payments(self) -> list[Row]:
        """What came in during the last days and is not applied yet."""
        return [row for number, row in self.payments.items() if number not in self.paid]

    def settled_between(self, first: date, last: date) -> list[tuple[Row, list[Row]]]:
        """Payments of some days with the items that they paid, by day."""
        found = [(self.payments[number], [self.item[item] for item in items]) for number, items in self.paid.items()]
        found = [(payment, items) for payment, items in found if first <= payment["received_on"] <= last]
        return sorted(found, key=lambda pair: (pair[0]["received_on"], pair[0]["payment_id"]))


def german(amount: Decimal) -> str:
    """An amount as SAP shows it to a German: 1.234,56, and a minus behind it."""
    text = f"{abs(amount):,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return text + ("-" if amount < 0 else "")


def day(value: date | None) -> str:
    return value.strftime("%d.%m.%Y") if value else ""


def account_number(customer_id: str) -> str:
    return f"{100000 + int(customer_id[1:])}"


def document(item_id: str) -> str:
    return f"18{int(item_id[1:]):08}"


def table(rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def line_items(book: Book) -> str:
    """The line item list (FBL5N) with all items: open, cleared, and the payments that nobody has cleared yet."""
    payers = {row["bank_accounts"][0]: row for row in book.customers}
    rows = [_line(book.customer[row["customer_id"]], row) for row in book.items]
    for number, payment in enumerate(book.open_payments(), start=1):
        customer = payers.get(payment["payer_account"])
        if customer is None:
            continue
        booked = {"issued_on": payment["received_on"], "due_on": payment["received_on"], "settled_on": None}
        booked |= {"item_id": f"I{number}", "reference": "", "text": payment["text"], "dunning_level": 0, "last_notice_on": None}
        line = _line(customer, booked | {"amount": -Decimal(payment["amount"]), "currency": payment["currency"]})
        rows.append(line | {"Belegnummer": f"14{number:08}", "Belegart": "DZ"})
    rows.sort(key=lambda row: (row["Debitor"], row["Belegnummer"]))
    return table(_with_faults(rows))


def _line(customer: Row, item: Row) -> Row:
    return {
        "Buchungskreis": "1000",
        "Debitor": account_number(customer["customer_id"]),
        "Name 1": customer["name"],
        "Belegnummer": document(item["item_id"]),
        "Belegart": "RV",
        "Referenz": item["reference"],
        "Belegdatum": day(item["issued_on"]),
        "Buchungsdatum": day(item["issued_on"]),
        "Nettofälligkeit": day(item["due_on"]),
        "Ausgleichsdatum": day(item["settled_on"]),
        "Betrag in Belegwährung": german(Decimal(item["amount"])),
        "Belegwährung": item["currency"],
        "Mahnstufe": str(item["dunning_level"]),
        "Letzte Mahnung": day(item["last_notice_on"]),
        "Text": item.get("text") or "",
    }


def _with_faults(rows: list[Row]) -> list[Row]:
    """What is wrong with lists as they come: a line that two selections brought, a year mistyped, the line of the sum."""
    opened = [at for at, row in enumerate(rows) if row["Belegart"] == "RV" and not row["Ausgleichsdatum"]]
    twice, mistyped = opened[3], opened[17]
    rows[mistyped] = rows[mistyped] | {"Nettofälligkeit": rows[mistyped]["Nettofälligkeit"].replace("2026", "2025").replace("2027", "2026")}
    rows.insert(twice + 1, dict(rows[twice]))
    euro = sum((_amount(row) for row in rows if row["Belegwährung"] == "EUR"), Decimal(0))
    last = dict.fromkeys(rows[0], "") | {"Buchungskreis": "*", "Betrag in Belegwährung": german(euro), "Belegwährung": "EUR"}
    return [*rows, last]


def _amount(row: Row) -> Decimal:
    text = row["Betrag in Belegwährung"]
    return Decimal(("-" if text.endswith("-") else "") + text.rstrip("-").replace(".", "").replace(",", "."))


def customer_list(book: Book) -> str:
    """The customer list."""
    return table(
        [
            {
                "Debitor": account_number(row["customer_id"]),
                "Name 1": row["name"],
                "Land": row["country"],
                "Sprache": row["language"].upper(),
                "Kundengruppe": row["segment"],
                "Währung": row["currency"],
                "Kreditlimit": german(Decimal(row["credit_limit"])),
                "IBAN": row["bank_accounts"][0],
                "Sachbearbeiter": row["owner"],
            }
            for row in book.customers
        ]
    )


@dataclass
class Entry:
    """What the bank has: a payer's transfer, or something else that moves on the account."""

    on: date
    amount: Decimal
    currency: str
    name: str | None
    text: str
    iban: str | None
    ref: str
    advice: list[Row] = field(default_factory=list)
    """Items that the payer lists apart from the text."""
    meant: list[tuple[Row, Decimal]] = field(default_factory=list)
    """What the payment is for: item and amount."""


def transfers(book: Book, first: date, last: date) -> list[Entry]:
    """What customers transfer on these days, each with what it writes."""
    draw = random.Random(WRITTEN)
    return [_transfer(draw, payment, items, book.customer[items[0]["customer_id"]]) for payment, items in book.settled_between(first, last)]


def _transfer(draw: random.Random, payment: Row, items: list[Row], customer: Row) -> Entry:
    numbers = [item["reference"].removeprefix("RE0") for item in items]
    paid = [Decimal(item["amount"]) for item in items]
    entry = Entry(payment["received_on"], Decimal(0), payment["currency"], customer["name"], "", customer["bank_accounts"][0], payment["payment_id"])
    way = draw.randrange(100)
    if way < 28:
        entry.text = " ".join(item["reference"] for item in items)
    elif way < 42:
        entry.text = "Rechnung " + " und ".join(f"{n} vom {day(item['issued_on'])}" for n, item in zip(numbers, items, strict=True))
    elif way < 48:
        entry.text = "RG-Nr. " + "/".join([numbers[0], *(n[-3:] for n in numbers[1:])])
    elif way < 56:  # the last two digits the wrong way round
        entry.text = "Re " + " ".join([numbers[0][:-2] + numbers[0][:-3:-1], *numbers[1:]])
    elif way < 63:
        entry.text = f"{' '.join(numbers)} abzgl. 2% Skonto"
        paid = [(amount * 98).quantize(Decimal(1)) / 100 for amount in paid]
    elif way < 70:
        entry.text, entry.advice = "Zahlung laut Avis", items
    elif way < 75:
        entry.text, entry.name, entry.iban = "RE " + ", ".join(numbers), "Mercator Factoring GmbH", "DE68210501700012345678"
    elif way < 80:
        entry.text = "Akontozahlung"
        paid = [(amount / 2).quantize(Decimal("0.01")) for amount in paid]
    else:
        entry.text = ("Danke", "Zahlung", "Sammelueberweisung", f"Kundennr. {account_number(customer['customer_id'])}")[draw.randrange(4)]
    entry.amount, entry.meant = sum(paid, Decimal(0)), list(zip(items, paid, strict=True))
    return entry


def others() -> list[Entry]:
    """What is no customer's payment."""
    rows = (
        (FIRST, "-1284.60", "Stadtwerke Musterstadt", "Abschlag Strom November", "DE21700519950000007229"),
        (FIRST + timedelta(days=1), "-19.90", None, "Kontoführung Oktober", None),
        (FIRST + timedelta(days=2), "2317.00", "Finanzamt Musterstadt", "Umsatzsteuer 10/2026 Steuernummer 12/345/67890", "DE75512108001245126199"),
        (FIRST + timedelta(days=4), "-48210.55", "Lohnbuero Nord", "Gehaelter 11/2026", "DE12500105170648489890"),
    )
    return [Entry(on, Decimal(amount), "EUR", name, text, iban, f"9000{at:03}") for at, (on, amount, name, text, iban) in enumerate(rows)]


def truth(entries: list[Entry]) -> str:
    """What each payment was for, by the bank's reference."""
    return table(
        [
            {"bank_reference": entry.ref, "belegnummer": document(item["item_id"]), "amount": f"{amount:.2f}"}
            for entry in entries
            for item, amount in entry.meant
        ]
    )


def season_table(entries: list[Entry]) -> str:
    """Payments of many weeks as a plain table, for counting how often answers are right."""
    return table(
        [
            {
                "payment_id": entry.ref,
                "received_on": entry.on.isoformat(),
                "currency": entry.currency,
                "amount": f"{entry.amount:.2f}",
                "payer_name": entry.name,
                "payer_account": entry.iban,
                "text": entry.text,
            }
            for entry in entries
        ]
    )


def camt(rows: list[Entry]) -> str:
    """A camt.053 of the two weeks, a line of the file for each entry."""
    opening = Decimal("184230.17")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>\n'
        f"<GrpHdr><MsgId>KW46</MsgId><CreDtTm>{LAST}T18:00:00</CreDtTm></GrpHdr>\n"
        f"<Stmt><Id>2026-046</Id><ElctrncSeqNb>46</ElctrncSeqNb><CreDtTm>{LAST}T18:00:00</CreDtTm><Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
        + _balance("OPBD", opening, FIRST)
        + _balance("CLBD", opening + sum((row.amount for row in rows), Decimal(0)), LAST)
        + "".join(map(_entry, rows))
        + "</Stmt>\n</BkToCstmrStmt></Document>\n"
    )


def _balance(code: str, amount: Decimal, on: date) -> str:
    side = "CRDT" if amount >= 0 else "DBIT"
    kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
    return f'<Bal>{kind}<Amt Ccy="EUR">{abs(amount):.2f}</Amt><CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>\n'


def _entry(row: Entry) -> str:
    incoming = row.amount > 0
    who, family = ("Dbtr", "RCDT") if incoming else ("Cdtr", "ICDT")
    domain = f"<Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
    if row.name is None:
        domain = "<Domn><Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn>"
    party = f"<RltdPties><{who}><Pty><Nm>{escape(row.name)}</Nm></Pty></{who}>" if row.name else ""
    party += f"<{who}Acct><Id><IBAN>{row.iban}</IBAN></Id></{who}Acct></RltdPties>" if row.name else ""
    advised = "".join(
        f"<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>{item['reference']}</Nb></RfrdDocInf>"
        f'<RfrdDocAmt><RmtdAmt Ccy="EUR">{item["amount"]}</RmtdAmt></RfrdDocAmt></Strd>'
        for item in row.advice
    )
    return (
        f'<Ntry><Amt Ccy="EUR">{abs(row.amount):.2f}</Amt><CdtDbtInd>{"CRDT" if incoming else "DBIT"}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{row.on}</Dt></BookgDt><ValDt><Dt>{row.on}</Dt></ValDt><AcctSvcrRef>{row.ref}</AcctSvcrRef>"
        f"<BkTxCd>{domain}</BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{party}"
        f"<RmtInf><Ustrd>{escape(row.text)}</Ustrd>{advised}</RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def mt940(rows: list[Entry]) -> str:
    """An MT940 of the two weeks, of the account at the other bank."""

    def money(value: Decimal) -> str:
        return f"{abs(value):.2f}".replace(".", ",")

    opening = Decimal("20417.88")
    lines = [":20:STARTUMS", f":25:{SECOND_IBAN}", ":28C:46/1", f":60F:C{FIRST - timedelta(days=3):%y%m%d}EUR{money(opening)}"]
    for row in rows:
        lines.append(f":61:{row.on:%y%m%d}{row.on:%m%d}{'C' if row.amount > 0 else 'D'}{money(row.amount)}NTRFNONREF//{row.ref}")
        purpose = "SVWZ+" + row.text
        pieces = [purpose[at : at + 27] for at in range(0, len(purpose), 27)]
        whole = "166?00GUTSCHRIFT" + "".join(f"?{20 + at}{piece}" for at, piece in enumerate(pieces)) + f"?31{row.iban}?32{row.name}"
        lines += [":86:" + whole[:61], *(whole[at : at + 65] for at in range(61, len(whole), 65))]
    lines += [f":62F:C{LAST:%y%m%d}EUR{money(opening + sum((row.amount for row in rows), Decimal(0)))}", "-", ""]
    return "\n".join(lines)


def edi820(advices: list[Entry]) -> str:
    """Payment orders with their remittance advice, as customers in the United States send them."""
    sets = []
    for number, entry in enumerate(advices, start=1):
        paid = f"BPR*C*{entry.amount:.2f}*C*ACH*CTX*01*021000021*DA*55501234*1512345678**01*121000248*DA*{IBAN[-10:]}*{entry.on:%Y%m%d}"
        lines = [f"ST*820*{number:04}", paid, f"TRN*1*{entry.ref}*1512345678", "N1*PE*NORDWIND GROSSHANDEL GMBH", f"N1*PR*{str(entry.name).upper()}", "ENT*1"]
        lines += [f"RMR*IV*{item['reference']}*PI*{amount:.2f}*{item['amount']}" for item, amount in entry.meant]
        sets += [*lines, f"SE*{len(lines) + 1}*{number:04}"]
    envelope = [
        f"ISA*00*          *00*          *ZZ*CUSTOMERS      *ZZ*NORDWIND       *{LAST:%y%m%d}*0900*U*00401*000000046*0*P*>",
        f"GS*RA*CUSTOMERS*NORDWIND*{LAST:%Y%m%d}*0900*46*X*004010",
        *sets,
        f"GE*{len(advices)}*46",
        "IEA*1*000000046",
    ]
    return "~\n".join(envelope) + "~\n"


def files() -> dict[str, str]:
    """The text of each file by its name."""
    book = Book()
    paid = transfers(book, FIRST, LAST)
    advised = [entry for entry in paid if entry.currency == "USD"]
    own = sorted([entry for entry in paid if entry.currency == "EUR"] + others(), key=lambda entry: (entry.on, entry.ref))
    second = [entry for entry in own if entry.amount > 0 and entry.iban and entry.ref[-1] in "379" and not entry.advice]
    season = [entry for entry in transfers(book, SEASON, FIRST - timedelta(days=1)) if not entry.advice]
    return {
        "fbl5n.csv": line_items(book),
        "debitoren.csv": customer_list(book),
        "statement.xml": camt([entry for entry in own if entry not in second]),
        "statement.sta": mt940(second),
        "remittance.edi": edi820(advised),
        "truth.csv": truth([*own, *advised]),
        "season.csv": season_table(season),
        "season_truth.csv": truth(season),
    }


def main() -> None:
    """Writes the files."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
        print(f"{name}: {text.count(chr(10)):,} lines, {len(text.encode()):,} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
