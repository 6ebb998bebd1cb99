"""What is at the other end of stdout and stderr: a terminal or a file, of which encoding, and whether anybody reads."""

from __future__ import annotations

import codecs
import io
import os
import sys
from contextlib import suppress
from typing import Any, TextIO

# How a terminal that has only ASCII or Latin-1 sees the marks that this command prints itself; what else it lacks is a question mark.
PLAIN = {
    "…": "...",
    "–": "-",
    "—": "-",
    "→": "->",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "·": "-",
    "\N{REPLACEMENT CHARACTER}": "?",
}
_HANDLER = "ar_core_plain"


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(mark, "?") for mark in error.object[error.start : error.end]), error.end


def prepare() -> None:
    """Let no character stop an answer: not an ellipsis on a Latin-1 terminal, not the undecodable name of a file."""
    codecs.register_error(_HANDLER, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with suppress(OSError, ValueError):
                stream.reconfigure(errors="backslashreplace" if is_utf8(stream) else _HANDLER)


def is_utf8(stream: Any) -> bool:
    """Whether every character can be written."""
    try:
        return codecs.lookup(stream.encoding).name == "utf-8"
    except (AttributeError, LookupError, TypeError):
        return False


def draws(stream: TextIO) -> bool:
    """Whether somebody watches, and lines can be drawn over."""
    try:
        return stream.isatty() and os.environ.get("TERM") != "dumb"
    except ValueError:  # closed
        return False


def flush() -> None:
    """Bring out what was printed. Raises BrokenPipeError where nobody reads any more, OSError where the disk is full."""
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def silence() -> None:
    """Print no more: the rest of the answer has nowhere to go."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


__all__ = ["draws", "flush", "is_utf8", "prepare", "silence"]
