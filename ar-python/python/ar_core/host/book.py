"""A book on disk: a folder of tables, or one items file, as Arrow tables in which nothing has been guessed.

CSV columns are read as text, so that the engine alone decides what is a date, a number or a truth value, and so that
`007` stays an id. An empty field is null.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ar_core.host.csv_form import delimiter_of, not_utf8, one_column
from ar_core.host.errors import InvalidBook, need, problem

TABLES = (
    "customers",
    "items",
    "payments",
    "remittances",
    "allocations",
    "promises",
    "disputes",
    "plans",
    "instalments",
    "notices",
    "replies",
    "signals",
    "fx_rates",
)
LIST_COLUMNS = frozenset({"aliases", "channels", "bank_accounts", "item_ids"})
POLICY_FILES = ("policy.toml", "policy.json")


@dataclass
class Book:
    """The tables of one book, and where each came from."""

    root: Path
    tables: dict[str, Any]
    files: dict[str, Path]
    policy_file: Path | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What a person would call it: the folder's or the file's name."""
        return self.root.resolve().name

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return {name: table.num_rows for name, table in self.tables.items()}


def state_path(root: Path) -> Path:
    """The one state file of a book: inside a folder, beside a single file."""
    return root / "ar-state.sqlite" if root.is_dir() else root.with_name(root.name + ".ar-state.sqlite")


def read_book(root: Path, statements: Sequence[Path] = ()) -> Book:
    """Read a book folder or a single items file; every problem of every file is reported at once. Its bank statements, and those given
    besides, are payments and remittances of it."""
    if root.is_dir():
        files, policy_file, notes, problems = _find_tables(root)
        if "items" not in files and not problems:
            raise InvalidBook(f"no items.csv or items.parquet in {root}")
    elif root.is_file():
        files, policy_file, notes, problems = {"items": root}, None, [], []
    else:
        raise InvalidBook(f"no such book: {root} (a folder with items.csv or items.parquet, or one such file)")
    tables: dict[str, Any] = {}
    for name, path in files.items():
        try:
            tables[name] = _read_table(name, path)
        except InvalidBook as error:
            problems.extend(error.problems or [problem(name, "unreadable", str(error))])
    if problems:
        raise InvalidBook(f"{len(problems)} problem(s) in the files of {root}", problems)
    book = Book(root, tables, files, policy_file, notes)
    _add_statements(book, statements)
    return book


def _add_statements(book: Book, given: Sequence[Path]) -> None:
    from ar_core.host import bank  # most books have none

    if paths := bank.added(book.root, given):
        bank.add(book, bank.read(paths))


def _find_tables(root: Path) -> tuple[dict[str, Path], Path | None, list[str], list[dict[str, Any]]]:
    files: dict[str, Path] = {}
    notes: list[str] = []
    problems: list[dict[str, Any]] = []
    for path in sorted(root.iterdir()):
        if path.suffix.lower() not in (".csv", ".parquet") or not path.is_file():
            continue
        name = path.stem.lower()
        if name not in TABLES:
            near = difflib.get_close_matches(name, TABLES, n=1)
            notes.append(
                f"{path.name} is not a table of a book and was ignored" + (f"; did you mean {near[0]}?" if near else "")
            )
        elif name in files:
            problems.append(
                problem(name, "duplicate_table", f"both {files[name].name} and {path.name} are there; keep one")
            )
        else:
            files[name] = path
    found = [root / name for name in POLICY_FILES if (root / name).is_file()]
    if len(found) > 1:
        problems.append(problem("policy", "duplicate_table", "both policy.toml and policy.json are there; keep one"))
    ordered = {name: files[name] for name in TABLES if name in files}
    return ordered, found[0] if found else None, notes, problems


def _read_table(name: str, path: Path) -> Any:
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        table = _read_parquet(name, path)
    elif suffix == ".csv":
        table = _read_csv(name, path)
    else:
        raise InvalidBook(
            f"{path.name}: only .csv and .parquet are read",
            [problem(name, "unreadable", f"{path.name}: only .csv and .parquet are read")],
        )
    return _split_lists(table)


def _read_parquet(name: str, path: Path) -> Any:
    pa, pq = need("pyarrow"), need("pyarrow.parquet")
    try:
        return pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise InvalidBook(
            str(error), [problem(name, "unreadable", f"{path.name} is not a Parquet file: {error}")]
        ) from error


def _read_csv(name: str, path: Path) -> Any:
    pa, pa_csv = need("pyarrow"), need("pyarrow.csv")
    header, delimiter = _read_header(name, path)
    repeated = sorted({column for column in header if header.count(column) > 1})
    if repeated:
        raise InvalidBook(
            path.name,
            [
                problem(name, "duplicate_column", f"column '{c}' is there twice in {path.name}", column=c)
                for c in repeated
            ],
        )
    try:
        table = pa_csv.read_csv(
            path,
            parse_options=pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types={column: pa.string() for column in header},
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except (pa.ArrowException, OSError) as error:
        told = not_utf8(name, path) or problem(name, "unreadable", f"{path.name}: {_plain(error)}")
        raise InvalidBook(str(error), [told]) from error
    return table.rename_columns([column.strip() for column in table.column_names])


def _read_header(name: str, path: Path) -> tuple[list[str], str]:
    """The header line and its delimiter: a comma, or else what spreadsheets of some countries write."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            first = handle.readline()
            delimiter = delimiter_of(first)
            handle.seek(0)
            header = next(csv.reader(handle, delimiter=delimiter), [])
    except UnicodeDecodeError as error:
        told = not_utf8(name, path) or problem(name, "not_utf8", f"{path.name} is not UTF-8 text: {error}")
        raise InvalidBook(path.name, [told]) from error
    except (csv.Error, OSError) as error:
        raise InvalidBook(path.name, [problem(name, "unreadable", f"{path.name}: {error}")]) from error
    if not header:
        raise InvalidBook(path.name, [problem(name, "empty_file", f"{path.name} is empty: not even a header")])
    if (found := one_column(name, path, header)) is not None:
        raise InvalidBook(path.name, [found])
    return header, delimiter


def _plain(error: Exception) -> str:
    """Arrow's message without its prefix, on one line."""
    return " ".join(str(error).split()).removeprefix("CSV parse error: ")


def _split_lists(table: Any) -> Any:
    """Turn `a; b` of the list columns into lists of text; lists that are lists already stay."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    for index, column in enumerate(table.column_names):
        values = table.column(index)
        if column not in LIST_COLUMNS or not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
            continue
        rows = [
            None if text is None else [part.strip() for part in text.split(";") if part.strip()]
            for text in pc.cast(values, pa.string()).to_pylist()
        ]
        table = table.set_column(index, column, pa.array(rows, pa.list_(pa.string())))
    return table


def locate(files: dict[str, Path], problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add `file` and `line` to the problems of CSV tables.

    A row's line is row + 2 unless a quoted field spans lines, so the file is read again, up to the last row in question.
    """
    wanted: dict[str, set[int]] = {}
    for entry in problems:
        table, row = entry.get("table"), entry.get("row")
        if isinstance(row, int) and table in files and files[table].suffix.lower() == ".csv":
            wanted.setdefault(table, set()).add(row)
    lines = {table: _row_lines(files[table], rows) for table, rows in wanted.items()}
    located = []
    for entry in problems:
        table, row = str(entry.get("table")), entry.get("row")
        file = files[table].name if table in files else None
        line = lines.get(table, {}).get(row) if isinstance(row, int) else None
        located.append({**entry, "file": file, "line": line})
    return located


def _row_lines(path: Path, rows: set[int]) -> dict[int, int]:
    last, lines = max(rows), {row: row + 2 for row in rows}
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle, delimiter=_read_header("", path)[1])
            next(reader, None)
            row, start = 0, reader.line_num + 1
            for fields in reader:
                if fields:
                    if row in lines:
                        lines[row] = start
                    row += 1
                start = reader.line_num + 1
                if row > last:
                    break
    except (InvalidBook, csv.Error, OSError, UnicodeDecodeError):
        pass  # row + 2 is still a good guess
    return lines
