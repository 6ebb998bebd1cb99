"""MT940 and MT942: statements and interim reports of SWIFT, as banks write them.

A line that begins with a known field begins that field; every other line goes on with the one before. What is not understood in field 61, 60 or 62
is a problem, so that no entry and no balance is skipped.
"""

from __future__ import annotations

import re
from datetime import date

from .classify import mt940_reason
from .model import BOOKED, MOST_ENTRIES, PENDING, ZERO, At, Balance, Entry, File, Stated, Statement
from .mt940_text import details_of
from .values import currency_of, day_of, decimal_of, long_text, meant, money_of, one_line, short_day

_KNOWN = "20|21|25P?|28C?|13D?|34F|60[FM]|61|86|62[FM]|64|65F?|90[CD]|NS|940|942"
_FIELD = re.compile(rf":({_KNOWN}):(.*)\Z", re.DOTALL)
_END = re.compile(r"-(?:\}.*|X{3})?\Z", re.DOTALL)
_BALANCE = re.compile(r"([CD])\s*(\d{6})\s*([A-Z]{3})?\s*(\d[\d.]*,\d*)\s*\Z", re.ASCII)
_ENTRY = re.compile(
    r"(?P<value>\d{6})(?P<booked>\d{4}|\s{4})?(?P<mark>R[CD]|E[CD]|[CD])(?P<funds>[A-Z])?\s*(?P<amount>\d[\d.]*(?:,\d*)?)"
    r"\s*(?P<type>[A-Z][A-Z0-9 ]{3})?(?P<rest>.*)\Z",
    re.ASCII | re.DOTALL,
)
_TOTAL = re.compile(r"(\d{1,9})([A-Z]{3})(\d[\d.]*,\d*)\s*\Z", re.ASCII)
_ORIGINAL = re.compile(r"/OCMT/([A-Z]{3})(\d+,\d*)/")
_CHARGES = re.compile(r"/CHGS/([A-Z]{3})(\d+,\d*)/")


def read_mt940(text: str, at: At, file: File) -> None:
    """Reads messages into the file."""
    reader = _Reader(at, file)
    for line, name, value in _fields(text):
        reader.field(line, name, value)
    reader.finish()


def _fields(text: str) -> list[tuple[int, str, list[str]]]:
    """Line, name and lines of each field; '-' where a message ends."""
    fields: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        line = line.lstrip("\x01\x02\x03\ufeff")
        # Envelopes of SWIFT stand around a message: {1:...}{2:...}{4: ... -}{5:...}
        if "{4:" in line:
            fields.append((number, "-", ["{" if line.lstrip().startswith("-}") else "{4"]))
            line = line.rpartition("{4:")[2]
        bare = line.strip()
        match = _FIELD.match(line.lstrip())
        if match:
            fields.append((number, match[1], [match[2]]))
        elif _END.match(bare):
            fields.append((number, "-", [bare]))
        elif bare and not re.match(r"\{[1235]:", bare) and fields and fields[-1][1] != "-":
            fields[-1][2].append(line)  # else: words before the first message
    return fields


class _Reader:
    def __init__(self, at: At, file: File) -> None:
        self.at, self.file = at, file
        self.statement: Statement | None = None
        self.entry: Entry | None = None
        self.details: list[str] = []
        self.opened = self.closed = self.interim = False
        self.count = 0

    def field(self, line: int, name: str, value: list[str]) -> None:
        """One field, in the order of the file."""
        if name not in ("86", "NS"):
            self.settle_entry()
        if name == "20":
            self.settle()
            self.statement = Statement(line)
            self.file.statements.append(self.statement)
        elif name == "-":
            self.settle()
        elif name == "61":
            self.begin_entry(line, value)
        elif name == "86" or (name == "NS" and self.entry is not None):
            if self.entry is not None:
                self.details += value if name == "86" else [*(re.sub(r"^\d\d", "", row) + "\n" for row in value)]
        elif self.statement is not None and name not in ("21", "NS", "940", "942"):
            self.head(line, name, value[0].strip(), self.statement)

    def head(self, line: int, name: str, value: str, statement: Statement) -> None:
        """What is said of the statement."""
        if name in ("25", "25P"):
            statement.account = one_line(value)
        elif name in ("28", "28C"):
            statement.number = one_line(value)
        elif name[:2] in ("60", "62", "64", "65"):
            self.balance(line, name, value, statement)
        elif name == "34F":
            self.interim, statement.complete = True, False
            statement.currency = currency_of(self.at, line, ":34F:", value[:3])
        elif name in ("13", "13D"):
            if not self.opened:
                self.interim, statement.complete = True, False
            if re.match(r"\d{6}", value, re.ASCII):
                statement.on = short_day(self.at, line, f":{name}:", value)
        elif name in ("90C", "90D"):
            self.closed = True
            match = _TOTAL.match(value)
            total = decimal_of(match[3].replace(".", "")) if match else None
            if match is None or total is None:
                self.at.add(line, f":{name}:", "bad_field", f"{value[:40]!r} is not a count, a currency and a sum")
            else:
                statement.stated.append(Stated(name[2], int(match[1]), total, line, f":{name}:"))

    def balance(self, line: int, name: str, value: str, statement: Statement) -> None:
        kind = {"60": "OPBD", "62": "CLBD", "64": "CLAV", "65": "FWAV"}[name[:2]]
        self.opened, self.closed = self.opened or kind == "OPBD", self.closed or kind == "CLBD"
        match = _BALANCE.match(value)
        if match is None:
            self.at.add(
                line,
                f":{name}:",
                "bad_field",
                f"{value[:40]!r} is not C or D, a day, a currency and an amount with a comma",
            )
            return
        code = match[3] or statement.currency
        if match[3] is None and code is not None:
            self.at.note(f"a balance without a currency is taken as {code}, that of its statement")
        currency = currency_of(self.at, line, f":{name}:", code)
        on = short_day(self.at, line, f":{name}:", match[2])
        amount = money_of(self.at, line, f":{name}:", match[4].replace(".", ""), currency) if currency else None
        if amount is None or currency is None or on is None:
            return
        row = Balance(kind, amount if match[1] == "C" else -amount, currency, on, line)
        statement.balances.append(row)
        if kind == "OPBD":
            statement.opening = statement.opening or row
            statement.currency = statement.currency or currency
        elif kind == "CLBD":
            statement.closing = row
            statement.on = on

    def begin_entry(self, line: int, value: list[str]) -> None:
        self.count += 1
        if self.count > MOST_ENTRIES:
            if self.count == MOST_ENTRIES + 1:
                self.at.add(line, ":61:", "too_large", f"more than {MOST_ENTRIES} entries")
            return
        statement = self.statement
        if statement is None or (self.closed and not self.interim):
            self.at.add(line, ":61:", "entry_outside_statement", "an entry before a statement begins or after it ended")
            return
        match = _ENTRY.match(value[0].strip())
        if match is None:
            self.at.add(
                line, ":61:", "bad_field", f"{value[0].strip()[:60]!r} is not a day, C or D, an amount and a type"
            )
            return
        currency = statement.currency
        if currency is None:
            self.at.add(line, ":61:", "no_currency", "neither field 60 nor 34F names the currency of the statement")
            return
        valued = short_day(self.at, line, ":61: value date", match["value"])
        amount = money_of(self.at, line, ":61: amount", match["amount"].replace(".", ""), currency)
        if valued is None or amount is None:
            return
        booked = self.entry_day(line, match["booked"], valued)
        mark = match["mark"]
        comes = mark in ("C", "RD", "EC")
        self.entry = Entry(
            line,
            amount if comes else -amount,
            currency,
            booked,
            valued,
            PENDING if mark[0] == "E" else BOOKED,
            mark[0] == "R",
        )
        self.entry.code = one_line(match["type"])
        self.references(match["rest"], value[1:], self.entry)
        statement.entries.append(self.entry)

    def entry_day(self, line: int, digits: str | None, valued: date) -> date | None:
        """The day of the entry has no year: it is the one nearest to the value date, also over the turn of a year."""
        if digits is None or not digits.strip():
            return None
        found = [
            day
            for year in (valued.year - 1, valued.year, valued.year + 1)
            if digits[2:] != "29" or digits[:2] != "02" or year % 4 == 0
            for day in [day_of(self.at, line, ":61: entry date", year, int(digits[:2]), int(digits[2:]), thirty=True)]
            if day is not None
        ]
        return min(found, key=lambda day: abs((day - valued).days)) if found else None

    def references(self, rest: str, more: list[str], entry: Entry) -> None:
        """Subfields 7 to 9: the customer's reference, // the bank's, and on the next line more of it."""
        ours, found, banks = rest.partition("//")
        also = ""
        if not found and " " in ours[15:17]:  # not by the standard: behind 16 signs stands the other party
            ours, also = ours[:16], ours[16:]
        entry.reference = meant(ours)
        entry.bank_reference = meant(banks)
        lines = [also, *more]
        entry.text = long_text([*lines])
        joined = "".join(more)
        original, charges = _ORIGINAL.search(joined), _CHARGES.search(joined)
        if original and charges and original[1] == charges[1] == entry.currency:
            before, fee = decimal_of(original[2]) or ZERO, decimal_of(charges[2]) or ZERO
            if before - fee == entry.amount:
                entry.bank_fee = fee

    def settle_entry(self) -> None:
        """All lines of field 86 are there."""
        entry, self.entry = self.entry, None
        lines, self.details = self.details, []
        if entry is None:
            return
        said = details_of(lines, self.statement.account if self.statement else None)
        entry.end_to_end = said.end_to_end
        entry.reference = said.reference or said.end_to_end or entry.reference
        entry.payer_name, entry.payer_account, entry.failure = said.name, said.account, said.failure
        # What stands in field 61 besides the codes is often the text of the bank, once more in field 86.
        extra = "\n".join(row for row in (entry.text or "").splitlines() if not row.startswith("/")) or None
        entry.text = long_text([said.text, extra if extra and extra not in (said.text or "") else None])
        entry.why_not = mt940_reason(entry, entry.code, said.code)
        entry.code = entry.code if said.code is None else f"{entry.code or ''}/{said.code}"

    def settle(self) -> None:
        """The statement is over."""
        statement, self.statement = self.statement, None
        opened, closed, interim = self.opened, self.closed, self.interim
        self.opened = self.closed = self.interim = False
        if statement is None:
            return
        if opened and not closed and not interim:
            self.at.add(
                statement.line,
                ":62F:",
                "no_closing_balance",
                "the statement opens with a balance (:60F:) and has none at its end: the file may be cut",
            )
        elif not opened and not interim:
            self.at.add(
                statement.line,
                ":60F:",
                "missing_field",
                "neither an opening balance (:60F:) nor the limit or the time of an interim report (:34F:, :13D:)",
            )

    def finish(self) -> None:
        """The file is over."""
        self.settle_entry()
        last = self.statement
        cut = last is not None and self.interim and not self.closed
        self.settle()
        if cut and last is not None:
            self.at.add(
                last.line,
                None,
                "no_end",
                "the interim report has neither totals (:90C:, :90D:) nor an end (a line '-'): it may be cut",
            )
        if not self.file.statements:
            self.at.add(None, ":20:", "no_statement", "no message (:20:) is in it")
