"""camt.052, camt.053 and camt.054 of ISO 20022, every version: by the names of elements, which the versions share, not by a schema.

Where versions differ, both forms are asked for: the status `Sts` or `Sts/Cd`, a party `Dbtr` or `Dbtr/Pty`, the amount of a transaction `Amt` or
`AmtDtls/TxAmt/Amt`. `CdtDbtInd` is the direction in which the account moved, also of a reversal.
"""

from __future__ import annotations

from decimal import Decimal

from .camt_remittance import remittance_lines, unstructured
from .camt_xml import Node, Walker
from .classify import camt_reason
from .model import BOOKED, INFORMATION, MOST_ENTRIES, PENDING, ZERO, At, Balance, Entry, File, Stated, Statement
from .values import currency_of, iso_day, long_text, meant, money_of, one_line

_CONTAINERS = {"BkToCstmrStmt": "camt.053", "BkToCstmrAcctRpt": "camt.052", "BkToCstmrDbtCdtNtfctn": "camt.054"}
_STATEMENTS = frozenset({"Stmt", "Rpt", "Ntfctn"})
# What is built of a statement, each on its own; the rest is walked over.
_PIECES = frozenset(
    {
        "Id",
        "ElctrncSeqNb",
        "LglSeqNb",
        "CreDtTm",
        "CpyDplctInd",
        "Acct",
        "Bal",
        "TxsSummry",
        "Ntry",
        "StmtPgntn",
        "FrToDt",
    }
)
_STATUS = {"BOOK": BOOKED, "PDNG": PENDING, "FUTR": PENDING, "INFO": INFORMATION}


def read_camt(data: bytes, at: At, file: File) -> None:
    """Reads a message into the file."""
    _Reader(at, file).read(data)


class _Reader:
    def __init__(self, at: At, file: File) -> None:
        self.at, self.file = at, file
        self.kind: str | None = None
        self.statement: Statement | None = None
        self.count = 0

    def read(self, data: bytes) -> None:
        whole = Walker(self.at, _PIECES | {"GrpHdr", "RltdAcct", "Intrst", "AppHdr"}, self.opened, self.closed).read(
            data
        )
        self.settle()
        if self.kind:
            self.file.format = self.kind
        if whole and self.kind is None:
            self.at.add(1, None, "unknown_format", "XML without a message of camt.052, 053 or 054")
        elif whole and not self.file.statements:
            self.at.add(None, None, "no_statement", f"a message of {self.kind} without a statement")

    def opened(self, name: str, line: int) -> None:
        """An element that is walked into."""
        container = name[:-3] if name[-3:-2] == "V" and name[-2:].isdigit() else name
        if container in _CONTAINERS:
            self.kind = _CONTAINERS[container]
        elif name in _STATEMENTS:
            self.settle()
            self.statement = Statement(line, complete=self.kind == "camt.053")
            self.file.statements.append(self.statement)

    def closed(self, node: Node) -> None:
        """A piece that was built."""
        statement = self.statement
        if node.name == "Ntry" and statement is None:
            self.at.add(node.line, "Ntry", "entry_outside_statement", "an entry outside of a statement")
        if statement is None:
            return
        if node.name == "Ntry":
            self.count += 1
            if self.count == MOST_ENTRIES + 1:
                self.at.add(node.line, "Ntry", "too_large", f"more than {MOST_ENTRIES} entries")
            entry = self.entry(node, statement) if self.count <= MOST_ENTRIES else None
            if entry is not None:
                statement.entries.append(entry)
        elif node.name == "Bal":
            self.balance(node, statement)
        elif node.name == "Acct":
            statement.account = one_line(
                node.get("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN", "Id/UPIC", "Id/*")
            )
            statement.currency = node.get("Ccy")
        elif node.name == "TxsSummry":
            self.stated(node, statement)
        elif node.name in ("ElctrncSeqNb", "LglSeqNb") or (node.name == "Id" and statement.number is None):
            statement.number = (
                one_line(node.text) if node.name == "Id" or statement.number is None else statement.number
            )
        elif node.name == "CreDtTm":
            statement.on = iso_day(self.at, node.line, "CreDtTm", node.text)
        elif node.name == "CpyDplctInd":
            statement.copy = node.text in ("DUPL", "CODU", "COPY")

    def settle(self) -> None:
        """The statement is over: which balances open and close it."""
        if self.statement is None:
            return
        statement, self.statement = self.statement, None
        booked = [row for row in statement.balances if row.kind in ("OPBD", "PRCD", "CLBD", "ITBD")]
        openings = [row for kind in ("OPBD", "PRCD") for row in booked if row.kind == kind] or [
            row for row in booked[:1] if row.kind == "ITBD"
        ]
        closings = [row for row in booked if row.kind == "CLBD"] or [
            row for row in booked[-1:] if row.kind == "ITBD" and row not in openings
        ]
        statement.opening = openings[0] if openings else None
        statement.closing = closings[-1] if closings else None
        if statement.opening is not None and statement.closing is None and statement.complete:
            self.at.add(
                statement.line,
                "Bal",
                "no_closing_balance",
                "the statement opens with a balance and has none at its end",
            )
        if statement.currency is None and statement.opening is not None:
            statement.currency = statement.opening.currency

    def money(self, node: Node | None, parent: Node, column: str) -> tuple[Decimal, str] | None:
        """Amount and currency of an element with `Ccy`."""
        if node is None:
            self.at.add(parent.line, column, "missing_field", f"{parent.name} has no amount")
            return None
        currency = currency_of(self.at, node.line, f"{column}/@Ccy", node.attributes.get("Ccy"))
        amount = money_of(self.at, node.line, column, node.text, currency) if currency else None
        if amount is not None and amount < 0:
            self.at.add(node.line, column, "bad_amount", f"{node.text} is below zero: the direction is in CdtDbtInd")
            return None
        return (amount, currency) if amount is not None and currency else None

    def sign(self, node: Node) -> int | None:
        """1 for what comes in, -1 for what goes out."""
        said = node.get("CdtDbtInd")
        if said not in ("CRDT", "DBIT"):
            code = "missing_field" if said is None else "bad_field"
            self.at.add(
                node.line,
                "CdtDbtInd",
                code,
                f"{node.name} is neither CRDT nor DBIT" + ("" if said is None else f" but {said[:20]!r}"),
            )
            return None
        return 1 if said == "CRDT" else -1

    def balance(self, node: Node, statement: Statement) -> None:
        money, sign = self.money(node.one("Amt"), node, "Bal/Amt"), self.sign(node)
        if money is None or sign is None:
            return
        on = iso_day(self.at, node.line, "Bal/Dt", node.get("Dt/Dt", "Dt/DtTm"))
        statement.balances.append(
            Balance(
                node.get("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd") or "OTHR",
                sign * money[0],
                money[1],
                on,
                node.line,
            )
        )

    def stated(self, node: Node, statement: Statement) -> None:
        for side, name in (("A", "TtlNtries"), ("C", "TtlCdtNtries"), ("D", "TtlDbtNtries")):
            for total in node.all(name):
                count, amount = total.get("NbOfNtries"), total.get("Sum")
                known = int(count) if count and count.isascii() and count.isdigit() and len(count) <= 15 else None
                value = money_of(self.at, total.line, f"{name}/Sum", amount, None) if amount else None
                statement.stated.append(Stated(side, known, value, total.line, name))

    def entry(self, node: Node, statement: Statement) -> Entry | None:
        """An entry; None where it cannot be read, with the problems."""
        money, sign = self.money(node.one("Amt"), node, "Ntry/Amt"), self.sign(node)
        said = node.get("Sts/Cd", "Sts/Prtry", "Sts")
        if said is not None and said not in _STATUS:
            self.at.note(f"entries of status {said[:20]!r} are taken as information only")
        if money is None or sign is None:
            return None
        booked = iso_day(self.at, node.line, "BookgDt", node.get("BookgDt/Dt", "BookgDt/DtTm"))
        valued = iso_day(self.at, node.line, "ValDt", node.get("ValDt/Dt", "ValDt/DtTm"))
        entry = Entry(node.line, sign * money[0], money[1], booked, valued, _STATUS.get(said or "BOOK", INFORMATION))
        entry.reversal = node.get("RvslInd") in ("true", "1")
        entry.bank_reference = meant(node.get("AcctSvcrRef")) or meant(
            node.get("NtryRef") if not node.get("NtryDtls/TxDtls/Refs/AcctSvcrRef") else None
        )
        entry.code = code_of(node)
        entry.bank_fee = self.fees(node)
        details = node.all("NtryDtls/TxDtls")
        single = len(details) == 1
        entry.parts = (
            [] if single else [part for part in (self.part(detail, entry) for detail in details) if part is not None]
        )
        if single:
            self.describe(details[0], entry, alone=True)
        entry.text = long_text([entry.text, node.get("AddtlNtryInf")] if not entry.text or not single else [entry.text])
        entry.why_not = camt_reason(entry, entry.code)
        if entry.parts:
            self.check_parts(node, entry, len(details))
        return entry

    def part(self, node: Node, entry: Entry) -> Entry | None:
        """One of several transactions of an entry."""
        amount = node.one("Amt", "AmtDtls/TxAmt/Amt")
        money = self.money(amount, node, "TxDtls/Amt") if amount is not None else None
        sign = self.sign(node) if node.one("CdtDbtInd") else (1 if entry.amount >= 0 else -1)
        if sign is None or (amount is not None and money is None):
            return None
        value, currency = money or (ZERO, entry.currency)
        part = Entry(
            node.line,
            sign * value,
            currency,
            entry.booked_on,
            entry.value_on,
            entry.status,
            entry.reversal,
            code_of(node) or entry.code,
        )
        part.bank_fee = self.fees(node)
        self.describe(node, part, alone=False)
        part.why_not = camt_reason(part, part.code)
        return part

    def check_parts(self, node: Node, entry: Entry, count: int) -> None:
        """Parts stand for the entry only where they are all of it."""
        if len(entry.parts) != count:
            return  # there is a problem already
        same = all(part.currency == entry.currency for part in entry.parts)
        if same and sum((part.amount for part in entry.parts), ZERO) == entry.amount:
            return
        sign = 1 if entry.amount >= 0 else -1
        if same and sum((abs(part.amount) for part in entry.parts), ZERO) == abs(entry.amount):
            self.at.note("transactions within a batch that state the other direction are taken in that of the entry")
            for part in entry.parts:
                part.amount = sign * abs(part.amount)
                part.why_not = camt_reason(part, part.code)
            return
        entry.text = long_text([entry.text, *(part.text for part in entry.parts)])
        entry.lines = [line for part in entry.parts for line in part.lines]
        self.at.add(
            node.line,
            "NtryDtls",
            "batch_mismatch",
            f"the {count} transactions are not the {abs(entry.amount)} {entry.currency} of the entry; it is taken as one",
        )
        entry.parts = []

    def describe(self, node: Node, entry: Entry, *, alone: bool) -> None:
        """Who, what for, and by what reference."""
        refs = node.one("Refs")
        if refs is not None:
            own = meant(refs.get("AcctSvcrRef"))
            entry.bank_reference = entry.bank_reference or own if alone else own
            entry.end_to_end = meant(refs.get("EndToEndId")) or (
                None if alone and entry.bank_reference else meant(refs.get("TxId", "InstrId", "UETR"))
            )
        # Who is on the other side: of money that comes back, it is whom we paid.
        side = "Dbtr" if entry.amount >= 0 else "Cdtr"
        parties = node.one("RltdPties")
        if parties is not None:
            entry.payer_name = one_line(
                parties.get(
                    f"{side}/Nm",
                    f"{side}/Pty/Nm",
                    f"{side}/Agt/FinInstnId/Nm",
                    f"Ultmt{side}/Nm",
                    f"Ultmt{side}/Pty/Nm",
                )
            )
            accounts = [f"{side}Acct/Id/{kind}" for kind in ("IBAN", "Othr/Id", "BBAN", "PrtryAcct/Id")]
            entry.payer_account = one_line(parties.get(*accounts))
            ultimate = one_line(parties.get(f"Ultmt{side}/Nm", f"Ultmt{side}/Pty/Nm"))
        else:
            ultimate = None
        entry.lines, structured = remittance_lines(node, entry, self.at)
        # A creditor reference is ours; the end-to-end reference is what the payer chose.
        entry.reference = structured or entry.end_to_end
        free = unstructured(node)
        also = None if ultimate is None or ultimate == entry.payer_name else ultimate
        entry.text = long_text([*free, also, node.get("AddtlTxInf")])
        reason = node.one("RtrInf")
        if reason is not None:
            entry.failure = one_line(reason.get("Rsn/Cd", "Rsn/Prtry", "RtrRsn/Cd", "AddtlInf"), 64) or "returned"
        if not alone:
            entry.reversal = entry.reversal or node.get("RvslInd") in ("true", "1")
        elif entry.code is None:
            entry.code = code_of(node)
        if alone and not entry.bank_fee:
            entry.bank_fee = self.fees(node)

    def fees(self, node: Node) -> Decimal:
        """Charges that were taken off the amount; those booked on their own are not of this entry."""
        total = ZERO
        for row in [*node.all("Chrgs/Rcrd"), *(child for child in node.all("Chrgs") if child.one("Amt"))]:
            if row.get("ChrgInclInd") in ("true", "1") and row.get("CdtDbtInd") != "CRDT":
                money = self.money(row.one("Amt"), row, "Chrgs/Amt")
                total += money[0] if money else ZERO
        return total


def code_of(node: Node) -> str | None:
    """The bank transaction code: domain/family/sub-family, or the bank's own."""
    domain = [node.get(f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    return one_line("/".join(part for part in domain if part) or node.get("BkTxCd/Prtry/Cd"), 64)
