"""Bank statements and remittances in: camt.052, camt.053, camt.054, MT940, MT942, BAI2, EDI 820 and banks' CSV files.

    statements = ar.statements.read(["november.xml", "november.sta"])
    found = ar.match_payments(items, statements.payments, customers, remittances=statements.remittances)

The way of a file: `source` (bytes, text, which format) -> a reader (`camt`, `mt940`, `bai2`, `edi820`, `csv_bank`), which gives plain values
(`model`) or problems -> `count` (a second count of the entries, which knows nothing of the reader) -> `checks` (balances, sums and counts that the
file states) -> `identity` (which entry is which, over all files) -> `tables` (which is a payment, by `classify`, and what it is for).

Three rules hold for every format. What cannot be read is an error with file, line and field, all of them at once, and nothing of the files is given.
What is an entry is in `.entries`, with the reason why it is a payment or is not. Amounts are decimals as written, never floats.

The readers are our own, on the standard library alone. Entries given without an error by kept Python libraries, of public sample files (files,
entries counted apart):

| | MT940 (41, 483) | camt (36, 70) | BAI2 (6, 81) | what else was found |
|---|---|---|---|---|
| bankfile 0.2.0 | 482 | | | one account and one pair of balances a file; 1 entry of a damaged file left out, with a warning |
| mt-940 5.1.1 | 474 | | | reversals with the wrong sign; account and balances of the last statement for all |
| camt053 0.0.20 | | 69 | | camt.052.001.01 refused; no amounts of transactions in a batch, no remittance information |
| bankstatementparser 0.0.29 | 453 | 40 | 79 | 25 entries of camt.052 and camt.054 and 2 of BAI2 left out without a word |
| bai2 0.15.0 | | | 55 | |
| this package | 480 | 70 | 81 | the 3 others are refused with their lines: a damaged field, an entry outside of a statement |
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence

from ..tables import Problem
from .bai2 import read_bai2
from .camt import read_camt
from .checks import account_for
from .classify import REASONS
from .codes import CODES, TOLERABLE, TOLERATED
from .count import count_entries
from .csv_bank import CsvOptions, read_csv
from .csv_columns import ROLES
from .csv_values import ORDERS
from .edi820 import read_820
from .identity import account_key, identify
from .model import At, File, Problems, StatementError
from .mt940 import read_mt940
from .result import Statements
from .source import FORMATS, Source, detect, new_file, sources, text_of
from .tables import Builder, balances_of

__all__ = [
    "CODES",
    "FORMATS",
    "REASONS",
    "ROLES",
    "TOLERABLE",
    "TOLERATED",
    "Source",
    "StatementError",
    "StatementWarning",
    "Statements",
    "account_key",
    "read",
]

_ALIASES = {
    "camt.052": "camt",
    "camt.053": "camt",
    "camt.054": "camt",
    "camt052": "camt",
    "camt053": "camt",
    "camt054": "camt",
    "mt942": "mt940",
    "820": "edi820",
    "x12": "edi820",
    "bai": "bai2",
}
_WHAT_ELSE = {
    "xml": "XML, but no message of camt.052, camt.053 or camt.054",
    "archive": "an archive: unpack it and give its files",
    None: f"of none of the formats {', '.join(FORMATS)}; give format=",
}


class StatementWarning(UserWarning):
    """Files contradict themselves, and were read all the same: `.problems` of the result says where."""


def read(
    source: Source | list[Source] | tuple[Source, ...],
    *,
    name: str | None = None,
    format: str | None = None,
    accounts: Collection[str] | Mapping[str, str] | None = None,
    known: Iterable[str] = (),
    tolerate: Collection[str] = TOLERATED,
    advised: bool = True,
    currency: str | None = None,
    account: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    date_order: str | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
) -> Statements:
    """Reads bank statements and remittances: all of the files, or none with an error that has every problem.

    source: a path, the bytes of a file, a file opened in binary, or a list of these; formats may be mixed. name: what to call a file that has no
    path. format: `camt`, `mt940` (also MT942), `bai2`, `edi820` or `csv`; by default what the file begins with tells.
    accounts: our own bank accounts. Statements of others are refused, and what comes in from one of them is an `own_transfer`; as a dict it also
    gives the currency of each, where the file does not. known: identifiers that were posted before (`.ids` of earlier readings): they are no
    payments again. tolerate: problems that do not refuse a file, of `TOLERABLE`; `()` is strict. advised: whether money that only an EDI 820 tells
    is a payment.
    currency, account: of CSV and BAI2 files that name none (EDI 820: default USD). encoding: of text files; by default UTF-8, else Windows-1252.
    delimiter, decimal (',' or '.'), date_order ('DMY', 'MDY', 'YMD'), columns (role -> name in the header, roles as in `ROLES`): of CSV files;
    by default found out from whole columns, and said in `.notes`.

    Returns tables as lists of dicts, see `Statements`. Raises StatementError (an InvalidInput) with every problem of every file: table is the file,
    row the line from 1, column the field. Warns (StatementWarning) where problems were tolerated. A file has at most 512 MiB and 2,000,000 entries.

    >>> text = ":20:1\\n:25:DE89370400440532013000\\n:28C:1/1\\n:60F:C261101EUR100,00\\n:61:2611021102C250,00NTRFNONREF//X1\\n" \\
    ...     ":86:166?00GUTSCHRIFT?20SVWZ+Invoice RE-1001?32ACME GMBH\\n:62F:C261102EUR350,00\\n-\\n"
    >>> found = read(text.encode(), name="november.sta")
    >>> [(row["amount"], row["payer_name"], row["text"]) for row in found.payments], found.accounted[0]["holds"]
    ([(Decimal('250.00'), 'ACME GMBH', 'Invoice RE-1001')], True)
    """
    problems = Problems()
    form = _ALIASES.get((format or "").lower(), format)
    _check_arguments(problems, form, tolerate, decimal, date_order, delimiter)
    if problems.rows:
        raise StatementError(problems.rows, problems.total)
    accounts = [accounts] if isinstance(accounts, str) else accounts
    currencies = dict(accounts) if isinstance(accounts, Mapping) else {}
    own = frozenset(account_key(row) for row in accounts or ())
    options = CsvOptions(delimiter, decimal, date_order, columns)
    files, rows = [], []
    for title, data in sources(source, name, problems):
        file, at = new_file(title, form or detect(data) or "", problems)
        before = problems.total
        _read_one(file, at, data, encoding, options, currency, account, currencies)
        if accounts is not None:
            _check_accounts(file, at, own)
        if problems.total == before or _only(problems, title, tolerate):
            rows += account_for(file, at)
        files.append(file)
    result = Statements()
    if not problems.refused:
        result = Builder(problems, frozenset(known), own, advised).build(identify(files))
    result.problems = [row for row in problems.rows if row["code"] in tolerate]
    if len(result.problems) != problems.total:
        raise StatementError(problems.rows, problems.total)
    result.balances, result.accounted = balances_of(files), rows
    result.notes = [f"{file.name}: {note}" for file in files for note in file.notes]
    _say_twice(result)
    if result.problems:
        warnings.warn(_said(result.problems), StatementWarning, stacklevel=2)
    return result


def _said(problems: list[Problem]) -> str:
    first = problems[0]
    more = f" (and {len(problems) - 1} more in .problems)" if len(problems) > 1 else ""
    return f"{first['table']}: {first['message']}{more}"


def _check_arguments(
    problems: Problems,
    form: str | None,
    tolerate: Collection[str],
    decimal: str | None,
    order: str | None,
    delimiter: str | None,
) -> None:
    given = [("format", form, FORMATS), ("decimal", decimal, (",", ".")), ("date_order", order, ORDERS)]
    given += [("tolerate", code, TOLERABLE) for code in tolerate]
    for column, value, allowed in given:
        if value is not None and value not in allowed:
            problems.add("arguments", None, column, "bad_field", f"{value!r} is none of {', '.join(allowed)}")
    if delimiter is not None and len(delimiter) != 1:
        problems.add("arguments", None, "delimiter", "bad_field", f"{delimiter!r} is not one sign")


def _only(problems: Problems, title: str, tolerate: Collection[str]) -> bool:
    return all(row["code"] in tolerate for row in problems.rows if row["table"] == title)


def _read_one(
    file: File,
    at: At,
    data: bytes,
    encoding: str | None,
    options: CsvOptions,
    currency: str | None,
    account: str | None,
    currencies: Mapping[str, str],
) -> None:
    form = file.format
    if form not in FORMATS:
        at.add(None, "format", "unknown_format", _WHAT_ELSE.get(form or None, "of no known format"))
        return
    text = "" if form == "camt" else text_of(data, encoding, at)
    if text is None:
        return
    before = at.total()
    if form == "camt":
        read_camt(data, at, file)
    elif form == "mt940":
        read_mt940(text, at, file)
    elif form == "bai2":
        read_bai2(text, at, file, currency, currencies)
    elif form == "edi820":
        read_820(text, at, file, currency)
    else:
        read_csv(text, at, file, options, currency, account, currencies)
    counts = count_entries(form, data, text, file.skipped)
    file.counted = file.found() if file.found() in counts else max(counts)
    if file.found() not in counts and at.total() == before:  # else what was lost is named, line by line
        at.add(None, "entries", "count_mismatch", f"{file.found()} entries were read, {file.counted} are counted")


def _check_accounts(file: File, at: At, own: frozenset[str]) -> None:
    for statement in file.statements:
        if account_key(statement.account) not in own and file.format != "edi820":
            at.add(
                statement.line, "account", "unknown_account", f"account {statement.account!r} is not among accounts="
            )


def _say_twice(result: Statements) -> None:
    """What is told twice or known is never left out in silence."""
    found = result.reasons()
    for reason, said in (
        ("told_before", "told in more than one place and counted once"),
        ("known", "among known= and no payment again"),
    ):
        if found.get(reason):
            result.notes.append(
                f"{found[reason]} of {len(result.entries)} entries are {said}: see .entries with reason {reason!r}"
            )
