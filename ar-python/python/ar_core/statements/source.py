"""Files into bytes, bytes into text, and which format they are of."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TypeAlias

from .model import MOST_BYTES, At, File, Problems

Source: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]"
"""A path, the bytes of a file, or a file opened in binary."""

FORMATS = ("camt", "mt940", "bai2", "edi820", "csv")
"""What `format` may name; camt is camt.052, 053 and 054, mt940 also MT942."""

_CAMT = re.compile(rb"BkToCstmr(Stmt|AcctRpt|DbtCdtNtfctn)|camt\.05[234]")
_MT940 = re.compile(rb"(?:^|[\r\n\x01}])[ \t]*:(?:20|25P?|28C?|60[FM]|61|940|942):", re.MULTILINE)
_BAI2 = re.compile(rb"\s*(?:01|02|03|16),[^\r\n]*[,/]")
_X12 = re.compile(rb"\s*ISA[^A-Za-z0-9\s]")


def sources(
    given: Source | list[Source] | tuple[Source, ...], name: str | None, problems: Problems
) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file; what cannot be had is a problem."""
    listed = list(given) if isinstance(given, list | tuple) else [given]
    for number, source in enumerate(listed, 1):
        if isinstance(source, str | os.PathLike):
            title, data = os.fspath(source), _from_disk(Path(source), problems)
        elif isinstance(source, bytes | bytearray | memoryview):
            title, data = f"<bytes {number}>", bytes(source)
        elif hasattr(source, "read"):
            title = str(getattr(source, "name", f"<file {number}>"))
            data = _from_stream(source, title, problems)
        else:
            title, data = f"<source {number}>", None
            problems.add(
                title,
                None,
                None,
                "unreadable_file",
                f"{type(source).__name__} is no path, no bytes and no file opened in binary",
            )
        if name is not None:
            title = name if len(listed) == 1 else f"{name} {number}"
        if data is None:
            continue
        if len(data) > MOST_BYTES:
            problems.add(title, None, None, "too_large", f"{len(data)} bytes; at most {MOST_BYTES} are read")
        elif not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
            problems.add(title, None, None, "empty_file", "nothing is in it")
        else:
            yield title, data


def _from_disk(path: Path, problems: Problems) -> bytes | None:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            problems.add(os.fspath(path), None, None, "too_large", f"{size} bytes; at most {MOST_BYTES} are read")
            return None
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        problems.add(os.fspath(path), None, None, "unreadable_file", error.strerror or str(error))
        return None


def _from_stream(stream: IO[bytes], title: str, problems: Problems) -> bytes | None:
    try:
        data = stream.read(MOST_BYTES + 1)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        problems.add(title, None, None, "unreadable_file", str(error))
        return None
    if not isinstance(data, bytes):
        problems.add(title, None, None, "unreadable_file", "opened as text: open it in binary, open(path, 'rb')")
        return None
    return data


def detect(data: bytes) -> str | None:
    """The format by what the file begins with; None where it is none of those known by their form (a CSV is known by nothing)."""
    head = data[: 1 << 16].replace(b"\0", b"")
    bare = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if bare.startswith(b"<"):
        return "camt" if _CAMT.search(head) else "xml"
    if bare.startswith(b"PK\x03\x04") or bare.startswith(b"\x1f\x8b"):
        return "archive"
    if _X12.match(bare):
        return "edi820"
    if _BAI2.match(bare):
        return "bai2"
    if _MT940.search(head):
        return "mt940"
    return "csv" if re.search(rb"[;,\t|]", bare) and b"\x00\x00\x00" not in data[:4096] else None


def text_of(data: bytes, encoding: str | None, at: At) -> str | None:
    """The text of a file; UTF-8, or what its byte order mark says, or Windows-1252 (noted), or what was asked for."""
    if encoding is not None:
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except LookupError:
            at.add(None, "encoding", "unknown_encoding", f"{encoding!r} is no encoding that is known here")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            at.add(
                line,
                "encoding",
                "unknown_encoding",
                f"byte {data[error.start]:#04x} is no {encoding}; give the right encoding=",
            )
        return None
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(name)
            except UnicodeDecodeError as error:
                at.add(
                    data[: error.start].count(b"\n") + 1,
                    "encoding",
                    "unknown_encoding",
                    f"the mark says {name}, the bytes are not; give encoding=",
                )
                return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        at.note("not UTF-8: read as Windows-1252; give encoding= if names look wrong")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:  # five bytes are none of its signs
        return data.decode("latin-1")


def new_file(name: str, form: str, problems: Problems) -> tuple[File, At]:
    """A file with its collector."""
    file = File(name, form)
    return file, At(problems, file)
