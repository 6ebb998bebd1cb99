"""One file of results: whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ar_core.host.errors import HostError, Refused, UsageError, need, why
from ar_core.host.outputs import check_writable, flat

SUFFIXES = (".csv", ".parquet")


def check_table_path(path: Path, command: str) -> None:
    """Fail before the work: a table is written as CSV or Parquet, told by the name."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"ar-core {command}: --out {path}: a table is written as .csv or .parquet", f"ar-core {command} --help")
    check_path(path)


def check_path(path: Path) -> None:
    """Fail before the work where a file cannot be written."""
    if path.is_dir():
        raise Refused(f"{path} is a folder, and a file is to be written")
    check_writable(path.parent)


def write_table(path: Path, table: Any) -> None:
    """A table as CSV (lists as JSON text) or Parquet."""
    with written(path) as partial:
        if path.suffix.lower() == ".csv":
            need("pyarrow.csv").write_csv(flat(table), partial)
        else:
            need("pyarrow.parquet").write_table(table, partial)


def write_bytes(path: Path, data: bytes) -> None:
    """Bytes."""
    with written(path) as partial:
        partial.write_bytes(data)


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A name to write under; when the block ends well the file is on disk and takes the place of `path`."""
    partial = path.with_name(f".ar-core-{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        with partial.open("rb") as handle:
            os.fsync(handle.fileno())
        os.replace(partial, path)
    except OSError as error:
        raise HostError(f"cannot write {path}: {why(error)}. Nothing was written.") from error
    finally:
        if partial.exists():
            partial.unlink()


__all__ = ["check_path", "check_table_path", "write_bytes", "write_table", "written"]
