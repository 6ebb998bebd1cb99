"""CSV files of banks. They have no format, so what is assumed is said in the notes, and what may be read in two ways is a problem that names
the argument that decides: `delimiter`, `decimal`, `date_order`, `encoding`, `currency`, `account`, `columns`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from .csv_columns import ROLES, currency_in, is_header, plain, role_of, roles_of
from .csv_values import amount_of, bare_number, date_of, date_order, decimal_sign
from .model import BOOKED, MOST_ENTRIES, PENDING, At, Balance, Entry, File, Statement
from .values import currency_of, long_text, meant, money_of, one_line

# Banks write who, when and how much is on the account before the table.
_MOST_PREAMBLE = 40
_DELIMITERS = ";,\t|"
_COMES = frozenset(
    [
        "c",
        "cr",
        "crdt",
        "credit",
        "h",
        "haben",
        "bij",
        "+",
        "in",
        "gutschrift",
        "ingaand",
        "uznanie",
        "avere",
        "abono",
        "k",
    ]
)
_GOES = frozenset(
    ["d", "dr", "dbit", "debit", "s", "soll", "af", "-", "out", "belastung", "uitgaand", "debet", "dare", "cargo"]
)
_PENDING = frozenset(["pending", "vorgemerkt", "gereserveerd", "en", "attente", "oczekujaca", "reserved"])


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """What the caller says of CSV files; None is found out."""

    delimiter: str | None = None
    decimal: str | None = None
    date_order: str | None = None
    columns: Mapping[str, str | Sequence[str]] | None = None


@dataclass(slots=True)
class _Table:
    delimiter: str
    head: int
    header: list[str]
    rows: list[tuple[int, list[str]]]


def read_csv(
    text: str,
    at: At,
    file: File,
    options: CsvOptions,
    currency: str | None,
    account: str | None,
    accounts: Mapping[str, str],
) -> None:
    """Reads a file. currency and account: of rows that name none; accounts: currency by account."""
    table = _table(text, at, options)
    if table is None:
        return
    roles = _roles(table, at, options)
    if roles is None:
        return
    _Reader(at, file, table, roles).read(options, currency, account, accounts)


def _table(text: str, at: At, options: CsvOptions) -> _Table | None:
    """The table: delimiter and header are those that name the most columns that are known."""
    best: tuple[int, _Table] | None = None
    named = [
        name for names in (options.columns or {}).values() for name in ([names] if isinstance(names, str) else names)
    ]
    for delimiter in [options.delimiter] if options.delimiter else _DELIMITERS:
        rows = _rows(text, delimiter, at, most=_MOST_PREAMBLE)
        for number, (_, row) in enumerate(rows or []):
            header = [cell.strip() for cell in row]
            fits = all(name in header for name in named) if named else is_header(header)
            score = sum(role_of(name) is not None for name in header) + len(named)
            if fits and (best is None or score > best[0]):
                best = (score, _Table(delimiter, number, header, []))
    if best is None:
        wanted = f"the columns {', '.join(named)}" if named else "a day and an amount (or credit and debit)"
        hint = "" if named else "; give columns={'booked_on': ..., 'amount': ...} with the names of the header"
        at.add(
            None,
            "columns",
            "unknown_format",
            f"none of the first {_MOST_PREAMBLE} rows is a header with {wanted}{hint}",
        )
        return None
    table = best[1]
    rows = _rows(text, table.delimiter, at, most=None)
    if rows is None:
        return None
    table.rows = rows[table.head + 1 :]
    at.file.skipped = table.head + 1
    last = table.rows[-1] if table.rows else None
    if last is not None and len(last[1]) < len(table.header) and not text.endswith(("\n", "\r")):
        at.add(
            last[0],
            None,
            "no_end",
            f"the last row has {len(last[1])} of {len(table.header)} cells and no line end: the file was cut",
        )
        return None
    shown = {"\t": "tab"}.get(table.delimiter, table.delimiter)
    at.note(f"CSV: delimiter {shown!r}, header in line {rows[table.head][0]}")
    return table


def _rows(text: str, delimiter: str, at: At, most: int | None) -> list[tuple[int, list[str]]] | None:
    """Rows that are not empty, each with the line on which it ends; None with a problem where quotes do not close."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=most is None)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((line, row))
            line = reader.line_num + 1
            if (most is not None and len(rows) >= most) or len(rows) > MOST_ENTRIES + _MOST_PREAMBLE:
                break
    except csv.Error as error:
        if most is None:
            at.add(line, None, "bad_syntax", f"no CSV: {error}")
        return None
    return rows


def _roles(table: _Table, at: At, options: CsvOptions) -> dict[str, list[int]] | None:
    """Columns by role: what was said counts, and what was not said is known by its name."""
    roles = roles_of(table.header)
    for role, names in (options.columns or {}).items():
        if role not in ROLES:
            at.add(None, "columns", "bad_field", f"{role!r} is none of {', '.join(ROLES)}")
            return None
        places = [table.header.index(name) for name in ([names] if isinstance(names, str) else names)]
        roles = {other: [place for place in held if place not in places] for other, held in roles.items()}
        roles[role] = places
    roles = {role: places for role, places in roles.items() if places}
    if "amount" in roles and ("credit" in roles or "debit" in roles) and not (options.columns or {}).get("amount"):
        # A bank that writes both writes the same twice; the two columns leave no doubt about the sign.
        if "credit" in roles and "debit" in roles:
            del roles["amount"]
        else:
            roles = {role: places for role, places in roles.items() if role not in ("credit", "debit")}
    missing = [
        wanted
        for wanted in ("booked_on|value_on", "amount|credit")
        if not any(part in roles for part in wanted.split("|"))
    ]
    for wanted in missing:
        at.add(
            None,
            "columns",
            "missing_field",
            f"no column is {wanted.replace('|', ' or ')}; give columns={{'{wanted.split('|')[0]}': ...}}",
        )
    shown = ", ".join(
        f"{role} = {' + '.join(repr(table.header[place]) for place in places)}" for role, places in roles.items()
    )
    left = [
        name for at_, name in enumerate(table.header) if name and not any(at_ in places for places in roles.values())
    ]
    at.note(f"CSV columns: {shown}" + (f"; not read: {', '.join(left)}" if left else ""))
    return None if missing else roles


class _Reader:
    def __init__(self, at: At, file: File, table: _Table, roles: dict[str, list[int]]) -> None:
        self.at, self.file, self.table, self.roles = at, file, table, roles
        self.sign = "."
        self.orders: dict[str, str] = {}
        self.statements: dict[tuple[str | None, str], Statement] = {}

    def cell(self, row: list[str], role: str) -> str:
        """What a row says in the columns of a role."""
        return "\n".join(
            text for place in self.roles.get(role, ()) if place < len(row) and (text := row[place].strip())
        )

    def column(self, role: str) -> list[tuple[int, str]]:
        """Line and text of the values of a role."""
        return [(line, text) for line, row in self.table.rows if (text := self.cell(row, role))]

    def name(self, role: str) -> str:
        """The name of the column."""
        return self.table.header[self.roles[role][0]]

    def read(self, options: CsvOptions, currency: str | None, account: str | None, accounts: Mapping[str, str]) -> None:
        """Decides by columns, then reads row by row."""
        money = [row for role in ("amount", "credit", "debit", "balance") for row in self.column(role)]
        sign = decimal_sign(self.at, money, options.decimal)
        for role in ("booked_on", "value_on"):
            if role in self.roles:
                order = date_order(self.at, self.name(role), self.column(role), options.date_order)
                if order is not None:
                    self.orders[role] = order
        if sign is None or len(self.orders) != sum(role in self.roles for role in ("booked_on", "value_on")):
            return
        self.sign = sign
        self.at.note(
            f"CSV: decimal sign {sign!r}, dates {', '.join(f'{self.name(role)} {order}' for role, order in self.orders.items())}"
        )
        said = next(
            (found for role in ("amount", "credit") if role in self.roles and (found := currency_in(self.name(role)))),
            None,
        )
        if len(self.table.rows) > MOST_ENTRIES:
            self.at.add(None, None, "too_large", f"more than {MOST_ENTRIES} entries")
            return
        for line, row in self.table.rows:
            self.row(line, row, currency or said, account, accounts)
        if "account" not in self.roles and account is None:
            self.at.note(
                "CSV: no column names the account; identifiers derive from the rows alone: give account= where you read several accounts"
            )
        for statement in self.statements.values():
            _balances(statement)
            self.file.statements.append(statement)

    def row(
        self, line: int, row: list[str], currency: str | None, account: str | None, accounts: Mapping[str, str]
    ) -> None:
        extra = [cell for cell in row[len(self.table.header) :] if cell.strip()]
        if extra:
            self.at.add(
                line,
                None,
                "bad_syntax",
                f"{len(row)} cells under {len(self.table.header)} columns: {extra[0][:30]!r} is under none",
            )
            return
        own = one_line(self.cell(row, "account")) or account
        code = self.cell(row, "currency") or accounts.get(own or "") or currency
        if not code:
            self.at.add(
                line, "currency", "no_currency", "no column and no name of a column says the currency; give currency="
            )
            return
        checked = currency_of(self.at, line, "currency", code)
        days = {
            role: date_of(self.at, line, self.name(role), text, self.orders[role])
            if (text := self.cell(row, role))
            else None
            for role in self.orders
        }
        if not any(self.cell(row, role) for role in self.orders):
            self.at.add(line, self.name(next(iter(self.orders))), "missing_field", "a row without a day")
            return
        amount = self.amount(line, row, checked) if checked else None
        if amount is None or checked is None:
            return
        entry = Entry(line, amount, checked, days.get("booked_on"), days.get("value_on"))
        entry.status = PENDING if plain(self.cell(row, "status")) in _PENDING else BOOKED
        entry.code = one_line(self.cell(row, "code"), 64)
        entry.bank_reference, entry.reference = (
            meant(self.cell(row, "bank_reference")),
            meant(self.cell(row, "reference")),
        )
        entry.payer_name, entry.payer_account = (
            one_line(self.cell(row, "payer_name")),
            one_line(self.cell(row, "payer_account")),
        )
        entry.text = long_text([self.cell(row, "text")])
        if text := self.cell(row, "balance"):
            entry.balance = amount_of(self.at, line, self.name("balance"), text, self.sign)
        statement = self.statements.setdefault((own, checked), Statement(line, own, checked, complete=False))
        statement.entries.append(entry)

    def amount(self, line: int, row: list[str], currency: str) -> Decimal | None:
        """The signed amount: of one column, of one with a direction, or of two."""
        if "amount" in self.roles:
            text = self.cell(row, "amount")
            value = self.money(line, "amount", text, currency) if text else None
            if not text:
                self.at.add(line, self.name("amount"), "missing_field", "a row without an amount")
            if value is None or "direction" not in self.roles:
                return value
            said = plain(self.cell(row, "direction")) or self.cell(row, "direction").strip()
            if said not in _COMES and said not in _GOES:
                self.at.add(line, self.name("direction"), "bad_field", f"{said[:20]!r} is neither credit nor debit")
                return None
            return abs(value) if said in _COMES else -abs(value)
        sides = {
            role: text
            for role in ("credit", "debit")
            if (text := self.cell(row, role)) and bare_number(text).strip("+-0.,")
        }
        if len(sides) == 2 or not (sides or self.cell(row, "credit") or self.cell(row, "debit")):
            self.at.add(
                line,
                self.name("credit"),
                "missing_field" if not sides else "bad_field",
                "a row with " + ("both a credit and a debit" if sides else "neither a credit nor a debit"),
            )
            return None
        if not sides:
            return Decimal(0)
        [(role, text)] = sides.items()
        value = self.money(line, role, text, currency)
        # A debit is written with or without its minus. A credit below zero is a credit that was taken back.
        return None if value is None else (value if role == "credit" else -abs(value))

    def money(self, line: int, role: str, text: str, currency: str) -> Decimal | None:
        value = amount_of(self.at, line, self.name(role), text, self.sign)
        return None if value is None else money_of(self.at, line, self.name(role), f"{value:f}", currency)


def _balances(statement: Statement) -> None:
    """Running balances prove that no row is missing, from the first to the last or the other way round; then the ends are the balances."""
    rows = [entry for entry in statement.entries if entry.status == BOOKED]
    if not rows or any(entry.balance is None for entry in rows) or statement.currency is None:
        return
    up = sum(row.balance == before.balance + row.amount for before, row in pairwise(rows) if before.balance is not None)
    down = sum(
        before.balance == row.balance + before.amount for before, row in pairwise(rows) if row.balance is not None
    )
    first, last = (rows[0], rows[-1]) if up >= down else (rows[-1], rows[0])
    if first.balance is None or last.balance is None:
        return
    statement.complete = True
    statement.opening = Balance(
        "OPBD", first.balance - first.amount, statement.currency, first.booked_on or first.value_on, first.line
    )
    statement.closing = Balance("CLBD", last.balance, statement.currency, last.booked_on or last.value_on, last.line)
    statement.balances = [statement.opening, statement.closing]
