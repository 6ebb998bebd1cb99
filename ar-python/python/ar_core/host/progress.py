"""Progress on stderr: one line a step with its seconds, and a bar when somebody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

STEPS_OF_A_DAY = 6
BAR_WIDTH = 20


class Progress:
    """Names the steps as they happen; `seconds` keeps what each took."""

    def __init__(self, stream: TextIO | None = None, total: int = STEPS_OF_A_DAY, quiet: bool = False) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._total = total
        self._quiet = quiet
        self._terminal = self._stream.isatty()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step; a step that fails leaves its name behind, so that one sees where it stopped."""
        self._bar(name)
        start = time.perf_counter()
        try:
            yield
        except BaseException:
            self._line(f"{name:<28} stopped after {time.perf_counter() - start:6.2f} s")
            raise
        self.seconds[name] = time.perf_counter() - start
        self._line(f"{name:<28} {self.seconds[name]:6.2f} s")

    def note(self, text: str) -> None:
        """A line that is no step."""
        self._line(text)

    def _bar(self, name: str) -> None:
        if self._terminal and not self._quiet:
            done = min(BAR_WIDTH, BAR_WIDTH * len(self.seconds) // max(1, self._total))
            self._stream.write(f"\r\x1b[K[{'#' * done}{'.' * (BAR_WIDTH - done)}] {name} ")
            self._stream.flush()

    def _line(self, text: str) -> None:
        if self._quiet:
            return
        self._stream.write(f"\r\x1b[K{text}\n" if self._terminal else f"{text}\n")
        self._stream.flush()
