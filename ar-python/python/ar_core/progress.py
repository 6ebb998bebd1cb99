"""How far long work is: a bar on stderr where somebody watches.

    report = ar.run(ledger, as_of="2026-11-21", progress=True)

Or bring a callable of your own: it is given the stage, what of it is done, and the total (0 where that is not known).
"""

from __future__ import annotations

import sys
import time
from typing import TextIO

WIDTH = 24
STAGES = {
    "load": "reading tables",
    "fit": "learning payment times",
    "trials": "asking past payments again",
    "cash": "matching payments",
    "past": "going through the past",
    "customers": "scoring and deciding",
    "report": "putting the report together",
}


class Bar:
    """One line that is written over: stage, share, seconds. Nothing is left of it when it is closed.

    >>> import io
    >>> told = io.StringIO()
    >>> bar = Bar(told)
    >>> bar("cash", 3, 12)
    >>> "matching payments" in told.getvalue() and "3 of 12" in told.getvalue()
    True
    >>> bar.close()
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._began = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        filled = WIDTH * done // total if total else 0
        count = f" {done:,} of {total:,}" if total else ""
        seconds = time.monotonic() - self._began
        self._write(f"\r\x1b[K[{'#' * filled}{'.' * (WIDTH - filled)}] {STAGES.get(stage, stage)}{count}, {seconds:.0f} s")

    def close(self) -> None:
        """Clears the line."""
        self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def bar() -> Bar | None:
    """A bar on stderr; None where that is no terminal.

    >>> import contextlib, io
    >>> with contextlib.redirect_stderr(io.StringIO()):
    ...     print(bar())
    None
    """
    stream = sys.stderr
    # A window without a console has none.
    return Bar(stream) if stream is not None and stream.isatty() else None
