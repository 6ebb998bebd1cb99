"""Which entry is which: identifiers that are the same whenever and wherever the same entry is told.

An entry is known by its account, its day, its amount and the bank's reference for it, so that a camt file, an MT940 and a BAI2 file of the same day
give the same identifier where the bank gives each entry a reference. The amount belongs to it: banks give one reference to several entries of a
batch. Where there is no reference, the words of the entry stand in its place, which differ from format to format.

Entries that are alike are counted. The count goes on over statements that follow one another (the closing balance of one is the opening balance of
the next), because these cannot tell the same entry twice; in all others the first alike is the same as the first alike elsewhere. So three equal
payments stay three, and a file read twice, or an interim report beside the statement of the day, doubles none.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from decimal import Decimal
from typing import TypeAlias

from .. import currencies
from .model import Entry, File, Statement
from .values import is_iban

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\Z", re.ASCII)
_GERMAN = re.compile(r"\s*(\d{8})\s*/\s*(\d{1,10})\s*\Z", re.ASCII)


def account_key(account: str | None) -> str:
    """One spelling of an account: an IBAN, a German bank code with account, or the number without signs, bank and currency.

    >>> account_key("DE89 3704 0044 0532 0130 00") == account_key("37040044/532013000") == account_key("COBADEFFXXX/DE89370400440532013000EUR")
    True
    >>> account_key("1291.99.348EUR"), account_key("UBRTHUHB/0123456/HUF")
    ('129199348', '123456')
    """
    text = (account or "").upper()
    german = _GERMAN.match(text)
    if german:
        return f"DE{german[1]}{german[2]:0>10}"
    found = _iban_in(text)
    if found:
        return f"DE{found[4:]}" if found.startswith("DE") else found
    parts = [part for part in re.split(r"/", text) if part and not currencies.exponent(part) and not _BIC.match(part)]
    bare = re.sub(r"[^A-Z0-9]", "", "".join(parts))
    if currencies.exponent(bare[-3:]) is not None and bare[:-3].isdigit():
        bare = bare[:-3]
    return bare.lstrip("0")


def _iban_in(text: str) -> str | None:
    for part in text.split("/"):
        bare = re.sub(r"[^A-Z0-9]", "", part)
        for cut in (bare, bare[:-3]):
            if is_iban(cut):
                return cut
    return None


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()[:24]


def _bare(text: str | None) -> str:
    return re.sub(r"\s+", "", text or "").upper()


def _money(amount: Decimal) -> str:
    return f"{amount.normalize():f}" if amount else "0"


def entry_key(account: str, entry: Entry) -> str:
    """What is the same wherever the entry is told."""
    day = entry.value_on or entry.booked_on
    common = (account, entry.currency, _money(entry.amount), day.isoformat() if day else "")
    if entry.bank_reference:
        return _digest("reference", *common, _bare(entry.bank_reference))
    words = (entry.end_to_end, entry.reference, entry.payer_name, entry.payer_account, entry.text, entry.code)
    booked = entry.booked_on.isoformat() if entry.booked_on else ""
    return _digest(
        "words",
        *common,
        booked,
        *(_bare(word) for word in words),
        *(_digest(part.currency, _money(part.amount), _bare(part.text)) for part in entry.parts),
    )


class Told:
    """One entry as one file tells it: which, and where."""

    __slots__ = ("account", "entry", "file", "id", "number", "part_ids", "silent", "statement")

    def __init__(self, file: File, statement: Statement, number: int, entry: Entry, account: str) -> None:
        self.file, self.statement, self.number, self.entry, self.account = file, statement, number, entry, account
        self.id = ""
        self.silent = False
        self.part_ids: list[str] = []

    def wealth(self) -> tuple[bool, bool, int, int, int]:
        """How much is told: the richest of several speaks for all."""
        entry = self.entry
        told = sum(bool(word) for word in (entry.payer_name, entry.payer_account, entry.reference, entry.end_to_end))
        return (
            not self.silent,
            entry.status == "booked",
            len(entry.parts),
            len(entry.lines) + told,
            len(entry.text or ""),
        )


_Row: TypeAlias = "tuple[File, Statement, list[Told]]"
# More statements of one account and day than this are taken in the order of the files.
_MOST_A_DAY = 50


def identify(files: list[File]) -> list[list[Told]]:
    """Every entry of all files with its identifier, by statement."""
    statements: list[_Row] = []
    for file in files:
        for statement in file.statements:
            # An order of a payer is no entry of the bank's account.
            account = (
                f"820/{account_key(statement.account)}" if file.format == "edi820" else account_key(statement.account)
            )
            told = [Told(file, statement, number, entry, account) for number, entry in enumerate(statement.entries, 1)]
            statements.append((file, statement, told))
    in_order = _in_order(statements)
    chains: dict[tuple[str, str | None], list[tuple[Statement, Counter[str]]]] = defaultdict(list)
    same: dict[tuple[object, ...], list[list[Told]]] = defaultdict(list)
    for _, statement, told in in_order:
        signature = _signature(statement, told)
        if signature is not None:
            same[signature].append(told)
    # The same statement more than once, perhaps in other formats: the richest one speaks and gives the identifiers.
    speakers = {id(told): max(group, key=_riches) for group in same.values() for told in group}
    for _, statement, told in in_order:
        if not told or speakers.get(id(told), told) is not told:
            continue
        counter = _counter_of(statement, chains[told[0].account, statement.currency])
        for row in told:
            key = entry_key(row.account, row.entry)
            counter[key] += 1
            row.id = key if counter[key] == 1 else f"{key}-{counter[key]}"
            _name_parts(row)
    for _, _, told in in_order:
        speaker = speakers.get(id(told), told)
        if speaker is not told:
            for row, known in zip(_by_amount(told), _by_amount(speaker), strict=True):
                row.id, row.silent = known.id, True
                _name_parts(row)
    return [told for _, _, told in statements]


def _riches(told: list[Told]) -> tuple[int, int, int]:
    """How much a statement tells: references of the bank, transactions of batches, words."""
    entries = [row.entry for row in told]
    return (
        sum(entry.bank_reference is not None for entry in entries),
        sum(len(entry.parts) for entry in entries),
        sum(row.wealth()[3] + row.wealth()[4] for row in told),
    )


def _in_order(statements: list[_Row]) -> list[_Row]:
    """By the day of the closing balance; of one account and day, each behind that whose closing balance it opens with."""
    days: dict[tuple[int, str], list[_Row]] = defaultdict(list)
    for row in statements:
        closing = row[1].closing
        days[closing.on.toordinal() if closing and closing.on else 0, account_key(row[1].account)].append(row)
    ordered: list[_Row] = []
    for _, rows in sorted(days.items(), key=lambda day: day[0][0]):
        left = list(rows) if len(rows) <= _MOST_A_DAY else []
        ordered += [] if left else rows
        while left:
            ends = {id(row): row[1].closing.amount for row in left if row[1].closing}
            first = next(
                (
                    row
                    for row in left
                    if row[1].opening
                    and row[1].opening.amount not in [end for key, end in ends.items() if key != id(row)]
                ),
                left[0],
            )
            left.remove(first)
            ordered.append(first)
    return ordered


def _signature(statement: Statement, told: list[Told]) -> tuple[object, ...] | None:
    """What two statements of the same account and days share: both balances, and amount and value date of every entry."""
    opening, closing = statement.opening, statement.closing
    if not told or not statement.complete or opening is None or closing is None:
        return None
    moved = tuple((row.entry.amount.normalize(), row.entry.value_on or row.entry.booked_on) for row in _by_amount(told))
    return (
        told[0].account,
        closing.currency,
        opening.amount.normalize(),
        closing.amount.normalize(),
        closing.on,
        moved,
    )


def _by_amount(told: list[Told]) -> list[Told]:
    return sorted(
        told,
        key=lambda row: (
            row.entry.amount,
            (row.entry.value_on or row.entry.booked_on or _NO_DAY).isoformat(),
            _bare(row.entry.bank_reference),
        ),
    )


class _NoDay:
    @staticmethod
    def isoformat() -> str:
        return ""


_NO_DAY = _NoDay()


def _counter_of(statement: Statement, chains: list[tuple[Statement, Counter[str]]]) -> Counter[str]:
    """The counter of the chain that the statement goes on with, or a new one."""
    opening = statement.opening
    for at, (last, counter) in enumerate(chains):
        closing = last.closing
        if (
            opening is None
            or closing is None
            or not (statement.complete and last.complete)
            or opening.amount != closing.amount
            or opening.currency != closing.currency
        ):
            continue
        if opening.on is None or closing.on is None or opening.on >= closing.on:
            chains[at] = (statement, counter)
            return counter
    fresh: Counter[str] = Counter()
    chains.append((statement, fresh))
    return fresh


def _name_parts(row: Told) -> None:
    """Identifiers of the transactions of one entry."""
    counts: Counter[str] = Counter()
    row.part_ids = []
    for part in row.entry.parts:
        words = (
            (part.bank_reference,)
            if part.bank_reference
            else (part.end_to_end, part.reference, part.payer_name, part.payer_account, part.text)
        )
        key = _digest("part", row.id, part.currency, _money(part.amount), *(_bare(word) for word in words))
        counts[key] += 1
        row.part_ids.append(key if counts[key] == 1 else f"{key}-{counts[key]}")
