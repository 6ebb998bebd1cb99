"""What form a CSV has: its delimiter, and, where it is not UTF-8, what it is likely to be and where one sees it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from ar_core.host.errors import problem

DELIMITERS = (",", ";", "\t", "|")
# Marks that a header of one column would have if it were written with a delimiter that is not read.
SUSPECT = frozenset(":^~¦\x1f\x01 ")
SAVE = "Save it as CSV in UTF-8"


def delimiter_of(header: str) -> str:
    """The mark that cuts the header into the most columns; the comma among equals. What stands in quotes is not cut."""
    return max(DELIMITERS, key=lambda mark: (_columns(header, mark), -DELIMITERS.index(mark)))


def _columns(header: str, mark: str) -> int:
    try:
        return len(next(csv.reader([header], delimiter=mark), []))
    except csv.Error:
        return 0


def one_column(name: str, path: Path, header: list[str]) -> dict[str, Any] | None:
    """The problem of a header that is one column, and looks like several."""
    if len(header) != 1 or not SUSPECT & set(header[0].strip()):
        return None
    seen = header[0] if len(header[0]) <= 60 else header[0][:60] + "…"
    wanted = "a comma, a semicolon, a tab or a bar"
    return problem(name, "one_column", f"{path.name} has one column, '{seen}': columns are told apart by {wanted}")


def not_utf8(name: str, path: Path) -> dict[str, Any] | None:
    """The problem of a file that is not UTF-8: in which line, and what the bytes would be elsewhere."""
    with path.open("rb") as handle:
        start = handle.read(2)
        if start in (b"\xff\xfe", b"\xfe\xff"):
            return problem(
                name, "not_utf8", f"{path.name} is UTF-16 text, as spreadsheets write 'Unicode text'. {SAVE}"
            )
        handle.seek(0)
        for number, data in enumerate(handle, start=1):
            try:
                data.decode("utf-8")
            except UnicodeDecodeError as error:
                return {**_at(name, path, data[error.start], number), "file": path.name, "line": number}
    return None


def _at(name: str, path: Path, byte: int, number: int) -> dict[str, Any]:
    mark = bytes([byte]).decode("cp1252", errors="replace")
    likely = (
        f", which is '{mark}' in Windows-1252" if mark.isprintable() and mark != "\N{REPLACEMENT CHARACTER}" else ""
    )
    how = f", or: iconv -f WINDOWS-1252 -t UTF-8 {path.name}" if likely else ""
    return problem(
        name, "not_utf8", f"{path.name} is not UTF-8 text: line {number} has the byte 0x{byte:02x}{likely}. {SAVE}{how}"
    )


__all__ = ["delimiter_of", "not_utf8", "one_column"]
