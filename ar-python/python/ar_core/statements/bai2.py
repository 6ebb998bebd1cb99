"""BAI2, cash management balance reporting: records 01 to 99, each of fields between commas, gone on with by records 88.

Amounts have no point: how many of their digits are decimals says the currency. The text of a record 16 is the rest of it, commas and slashes
included, so fields are taken from the left, as many as the funds type has. The file carries its own proof: 49, 98 and 99 state sums and counts.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .. import currencies
from .classify import bai_reason
from .model import BOOKED, INFORMATION, MOST_ENTRIES, At, Balance, Entry, File, Stated, Statement
from .values import currency_of, long_text, meant, one_line, short_day

# Several records on one line, which the format does not know and banks' samples show: a slash, blanks, and what only a record begins with.
_INLINE = re.compile(
    r"/[ \t]+(?=(?:01,\w+,\w+,|02,\w*,\w*,|03,\w+,|16,\d{3},|49,[+-]?\d|88,|98,[+-]?\d|99,[+-]?\d))", re.ASCII
)
_RECORD = re.compile(r"\s*(01|02|03|16|49|88|98|99)\s*,(.*)\Z", re.DOTALL)
_KEYED = re.compile(r"([A-Z]{4}):\s?(.*)\Z", re.DOTALL)
_WHOLE = re.compile(r"[+-]?\d{1,17}\Z", re.ASCII)


@dataclass(slots=True)
class _Record:
    line: int
    code: str
    rest: str
    more: list[str] = field(default_factory=list)
    count: int = 1


@dataclass(slots=True)
class _Sum:
    """What a trailer states is compared with this."""

    total: int = 0
    records: int = 0
    members: int = 0


def read_bai2(text: str, at: At, file: File, currency: str | None, accounts: Mapping[str, str]) -> None:
    """Reads a file. currency: of accounts whose currency nobody says; accounts: currency by account."""
    _Reader(at, file, currency, accounts).read(text)


def _records(text: str, at: At) -> list[_Record]:
    records: list[_Record] = []
    for number, physical in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        for line in _INLINE.sub("/\0", physical).split("\0"):
            if not line.strip():
                continue
            match = _RECORD.match(line)
            rest = (match[2] if match else line).strip()
            rest = rest[:-1] if rest.endswith("/") else rest
            if match and match[1] != "88":
                records.append(_Record(number, match[1], rest))
            elif not records:
                at.add(number, None, "bad_syntax", "the first record is none of 01, 02, 03 and 16")
            elif match or records[-1].code == "16":
                if not match:
                    at.note("a line without a record code goes on with the text of the entry before it")
                records[-1].more.append(rest)
                records[-1].count += 1 if match else 0
            else:
                at.add(number, None, "bad_syntax", f"{line.strip()[:40]!r} begins with no record code")
    return records


class _Fields:
    """Takes fields from the left of a record, and of those that go on with it."""

    def __init__(self, record: _Record) -> None:
        self._left = deque(record.rest.split(","))
        self._more = deque(record.more)

    def take(self) -> str | None:
        """The next field; None behind the last."""
        while not self._left and self._more:
            self._left = deque(self._more.popleft().split(","))
        return self._left.popleft().strip() if self._left else None

    def rest(self) -> list[str]:
        """All that is left, as lines of text."""
        lines = [",".join(self._left), *self._more]
        self._left, self._more = deque(), deque()
        return lines


class _Reader:
    def __init__(self, at: At, file: File, currency: str | None, accounts: Mapping[str, str]) -> None:
        self.at, self.file, self.currency, self.accounts = at, file, currency, accounts
        self.statement: Statement | None = None
        self.group_on: date | None = None
        self.group_currency: str | None = None
        self.group_counts = True
        self.sums = {"49": _Sum(), "98": _Sum(), "99": _Sum()}
        self.last = ""
        self.count = 0

    def read(self, text: str) -> None:
        records = _records(text, self.at)
        for record in records:
            for total in self.sums.values():
                total.records += record.count
            getattr(self, f"record_{record.code}")(record, _Fields(record))
            self.last = record.code
        if self.last != "99":
            self.at.add(
                records[-1].line if records else None,
                "99",
                "no_end",
                "the file does not end with a record 99: it was cut",
            )
        if not self.file.statements:
            self.at.add(None, "03", "no_statement", "no account (record 03) is in it")

    def record_01(self, record: _Record, fields: _Fields) -> None:
        """File header."""
        if self.last:
            self.expect(record, "99")
        self.sums["99"] = _Sum(records=record.count)

    def record_02(self, record: _Record, fields: _Fields) -> None:
        """Group header: receiver, originator, status, as-of day, time, currency, modifier."""
        self.expect(record, "01", "98")
        self.sums["98"] = _Sum(records=record.count)
        _, _, status, day, _, code, *_ = [fields.take() or "" for _ in range(7)]
        if not re.fullmatch(r"\d{6}", day, re.ASCII):
            self.at.add(record.line, "02 as-of date", "bad_date", f"{day[:20]!r} is not YYMMDD")
        else:
            self.group_on = short_day(self.at, record.line, "02 as-of date", day)
        self.group_currency = code or None
        self.group_counts = status in ("1", "3", "")
        if not self.group_counts:
            self.at.note(f"a group of status {status[:5]!r} (deletion or test) is information only")

    def record_03(self, record: _Record, fields: _Fields) -> None:
        """Account: number, currency, and sums by type."""
        self.expect(record, "02", "49")
        self.sums["49"] = _Sum(records=record.count)
        account, code = one_line(fields.take()), fields.take()
        code = code or self.group_currency or self.accounts.get(account or "") or self.currency
        if not code:
            code = "USD"
            self.at.note("accounts without a currency are taken in USD, as BAI2 says; give currency= if not")
        currency = currency_of(self.at, record.line, "03 currency", code)
        self.statement = Statement(record.line, account, currency, None, self.group_on)
        self.file.statements.append(self.statement)
        if currency is None:
            return
        while (kind := fields.take()) is not None:
            if not kind:
                continue
            amount, count, funds = fields.take(), fields.take(), fields.take()
            self.funds(record, "03", funds or "", fields)
            self.summary(record, self.statement, kind, amount or "", count or "")

    def summary(self, record: _Record, statement: Statement, kind: str, amount: str, count: str) -> None:
        if not re.fullmatch(r"\d{3}", kind, re.ASCII):
            self.at.add(record.line, "03 type", "bad_field", f"{kind[:20]!r} is no type of three digits")
            return
        value = self.money(record, f"03 {kind}", amount, statement.currency, signed=True) if amount else None
        if value is None or statement.currency is None:
            return
        names = {"010": "OPBD", "015": "CLBD", "040": "OPAV", "045": "CLAV", "030": "ITBD", "060": "ITAV"}
        if kind in names:
            row = Balance(names[kind], value, statement.currency, self.group_on, record.line)
            statement.balances.append(row)
            statement.opening = row if kind == "010" else statement.opening
            statement.closing = row if kind == "015" else statement.closing
        elif kind in ("100", "400"):
            known = int(count) if count.isascii() and count.isdigit() and len(count) <= 12 else None
            statement.stated.append(Stated("C" if kind == "100" else "D", known, value, record.line, f"03 {kind}"))

    def record_16(self, record: _Record, fields: _Fields) -> None:
        """An entry: type, amount, funds type, the bank's and the customer's reference, text."""
        self.count += 1
        statement = self.statement
        if statement is None or self.last not in ("03", "16"):
            self.at.add(
                record.line,
                "16",
                "entry_outside_statement",
                "an entry outside of an account (between records 03 and 49)",
            )
            return
        if self.count > MOST_ENTRIES:
            if self.count == MOST_ENTRIES + 1:
                self.at.add(record.line, "16", "too_large", f"more than {MOST_ENTRIES} entries")
            return
        kind, amount, funds = fields.take() or "", fields.take() or "", fields.take() or ""
        if not re.fullmatch(r"\d{3}", kind, re.ASCII):
            self.at.add(record.line, "16 type", "bad_field", f"{kind[:20]!r} is no type of three digits")
            return
        if statement.currency is None:
            return  # said of record 03
        value = self.money(record, "16 amount", amount or "0", statement.currency, signed=False)
        valued = self.funds(record, "16", funds, fields)
        if value is None:
            return
        comes, moves = (
            "100" <= kind <= "399" or "900" <= kind <= "919",
            "100" <= kind <= "699" or "900" <= kind <= "959",
        )
        if not moves:
            self.at.note(f"entries of type {kind} (loans, no money) are information only")
        entry = Entry(record.line, value if comes or not moves else -value, statement.currency, self.group_on, valued)
        entry.status = BOOKED if moves and self.group_counts else INFORMATION
        entry.code = kind
        entry.bank_reference, entry.reference = meant(fields.take()), meant(fields.take())
        entry.why_not = bai_reason(kind, entry.amount > 0)
        self.describe(entry, fields.rest())
        statement.entries.append(entry)

    def describe(self, entry: Entry, lines: list[str]) -> None:
        """Some banks write a key before each line of text."""
        keyed: dict[str, str] = {}
        free: list[str | None] = []
        for line in lines:
            match = _KEYED.match(line.strip())
            if match:
                keyed[match[1]] = (keyed.get(match[1], "") + " " + match[2]).strip()
            else:
                free.append(line)
        side = ("DBNM", "DACT") if entry.amount >= 0 else ("CRNM", "CACT")
        entry.payer_name, entry.payer_account = one_line(keyed.get(side[0])), one_line(keyed.get(side[1]))
        entry.end_to_end = meant(keyed.get("EREF"))
        others = [
            value
            for key, value in keyed.items()
            if key not in ("REMI", "EREF", "DBNM", "CRNM", "DACT", "CACT", "DABA", "CABA", "DBIC", "CBIC")
        ]
        entry.text = long_text([keyed.get("REMI"), *free, *others])
        entry.reference = entry.reference or entry.end_to_end

    def record_49(self, record: _Record, fields: _Fields) -> None:
        """End of an account: sum of all amounts as written, number of records."""
        self.expect(record, "03", "16")
        self.trailer(record, "49", fields, 0)
        self.sums["98"].members += 1
        self.statement = None

    def record_98(self, record: _Record, fields: _Fields) -> None:
        """End of a group: sum of the accounts' totals, their number, number of records."""
        self.expect(record, "49", "02")
        self.trailer(record, "98", fields, self.sums["98"].members)
        self.sums["99"].members += 1

    def record_99(self, record: _Record, fields: _Fields) -> None:
        """End of the file: sum of the groups' totals, their number, number of records."""
        self.expect(record, "98", "01")
        self.trailer(record, "99", fields, self.sums["99"].members)

    def trailer(self, record: _Record, code: str, fields: _Fields, members: int) -> None:
        found = self.sums[code]
        names = (
            ("sum of amounts", "number of records")
            if code == "49"
            else ("sum of amounts", "number of members", "number of records")
        )
        values = (found.total, found.records) if code == "49" else (found.total, members, found.records)
        stated = [fields.take() or "" for _ in names]
        for name, said, value in zip(names, stated, values, strict=True):
            if not _WHOLE.match(said):
                self.at.add(record.line, f"{code} {name}", "bad_field", f"{said[:20]!r} is no whole number")
            elif int(said) != value:
                self.at.add(record.line, f"{code} {name}", "total_mismatch", f"{int(said)} is stated, {value} found")
        above = {"49": "98", "98": "99"}.get(code)
        if above and _WHOLE.match(stated[0]):
            # What is stated is carried up, so that one wrong account is told once.
            self.sums[above].total += int(stated[0])

    def expect(self, record: _Record, *before: str) -> None:
        if self.last not in before:
            self.at.add(
                record.line,
                record.code,
                "bad_syntax",
                f"record {record.code} behind {self.last or 'nothing'}, not behind {' or '.join(before)}",
            )

    def money(self, record: _Record, column: str, text: str, currency: str | None, *, signed: bool) -> Decimal | None:
        """Whole minor units into units of the currency."""
        if not _WHOLE.match(text) or (text.startswith("-") and not signed):
            self.at.add(record.line, column, "bad_amount", f"{text[:40]!r} is not a whole number of minor units")
            return None
        self.sums["49"].total += int(text)
        return Decimal(int(text)).scaleb(-(currencies.exponent(currency or "") or 0))

    def funds(self, record: _Record, where: str, kind: str, fields: _Fields) -> date | None:
        """Funds type: what else stands before the references, and the value date if it has one."""
        if kind == "V":
            day, _ = fields.take() or "", fields.take()
            if day and not re.fullmatch(r"\d{6}", day, re.ASCII):
                self.at.add(record.line, f"{where} value date", "bad_date", f"{day[:20]!r} is not YYMMDD")
            return (
                short_day(self.at, record.line, f"{where} value date", day)
                if re.fullmatch(r"\d{6}", day, re.ASCII)
                else None
            )
        pairs = {"S": 3, "D": 0}.get(kind, 0)
        if kind == "D":
            number = fields.take() or ""
            if not re.fullmatch(r"\d{1,3}", number, re.ASCII):
                self.at.add(
                    record.line, f"{where} funds type", "bad_field", f"{number[:20]!r} is no number of distributions"
                )
                return None
            pairs = 2 * int(number)
        elif kind not in ("", "0", "1", "2", "S", "Z"):
            self.at.add(
                record.line, f"{where} funds type", "bad_field", f"{kind[:20]!r} is none of Z, 0, 1, 2, S, V and D"
            )
        for _ in range(pairs):
            fields.take()
        return None
