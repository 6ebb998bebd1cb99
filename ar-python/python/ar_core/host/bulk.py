"""Many rows at once, in the way each database takes them fastest: prepared statements in SQLite, COPY in PostgreSQL.

A day has as many decisions as the book has customers with something due. Sent one by one to PostgreSQL, most of the time would be
spent on the way there and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from sqlalchemy import Column, Connection, Table, insert, select
from sqlalchemy import table as light_table
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

Row = tuple[Any, ...]
BATCH = 2_000
_PIECE = 64  # rows of a message of COPY
_STAGED = "staged_rows"


def batches(rows: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """The same rows, some at a time: a day need not be in memory twice."""
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Add rows, none of which may be there already."""
    if connection.dialect.name == "postgresql":
        _copy(connection, f"{table.name} ({', '.join(columns)})", rows)
        return
    statement = insert(table).values({name: None for name in columns})
    _execute_many(connection, statement, columns, rows)


def upsert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row], update: Any
) -> None:
    """Add rows; those whose key is there are changed as `update(excluded)` says: a dict of column and value."""
    key = list(table.primary_key.columns)
    if connection.dialect.name == "sqlite":
        statement = insert_sqlite(table).values({name: None for name in columns})
        statement = statement.on_conflict_do_update(index_elements=key, set_=update(statement.excluded))
        _execute_many(connection, statement, columns, rows)
        return
    source = iter(rows)
    first = next(source, None)
    if first is None:
        return
    listed = ", ".join(columns)
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_STAGED} ON COMMIT DROP AS SELECT {listed} FROM {table.name} WITH NO DATA")
    _copy(connection, f"pg_temp.{_STAGED} ({listed})", chain([first], source))
    staged = light_table(_STAGED, *(Column(name) for name in columns), schema="pg_temp")
    added = insert_postgresql(table).from_select(list(columns), select(*staged.c))
    connection.execute(added.on_conflict_do_update(index_elements=key, set_=update(added.excluded)))
    connection.exec_driver_sql(f"DROP TABLE pg_temp.{_STAGED}")


def _execute_many(connection: Connection, statement: Any, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Compiled once, then the driver's own `executemany`: per row nothing is left of SQLAlchemy but the text."""
    compiled = statement.compile(dialect=connection.dialect)
    order = [columns.index(name) for name in compiled.positiontup]
    for batch in batches(rows):
        ordered = batch if order == list(range(len(columns))) else [tuple(row[at] for at in order) for row in batch]
        connection.exec_driver_sql(str(compiled), ordered)


def _copy(connection: Connection, target: str, rows: Iterable[Row]) -> None:
    pieces = ("".join(map(_line, piece)).encode() for piece in batches(rows, _PIECE))
    cursor: Any = connection.connection.cursor()
    try:
        cursor.execute(f"COPY {target} FROM STDIN", stream=pieces)
    finally:
        cursor.close()


def _line(row: Row) -> str:
    return "\t".join([_field(value) for value in row]) + "\n"


def _field(value: str | int | None) -> str:
    """A value in COPY's text format, in which a tab ends a field, a newline a row, and a backslash begins an escape."""
    if value is None:
        return "\\N"
    if not isinstance(value, str):
        return str(value)
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if value.isprintable():
        return value
    return value.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


__all__ = ["BATCH", "batches", "insert_rows", "upsert_rows"]
