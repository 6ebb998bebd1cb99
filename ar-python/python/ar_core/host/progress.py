"""Progress on stderr: one line a step with its seconds, and a bar when somebody watches.

A `Progress` is also what the engine calls from inside a long run, as `progress(stage, done, total)`: the bar then moves within the step.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from ar_core.host.terminal import draws
from ar_core.progress import STAGES

STEPS_OF_A_DAY = 6
BAR_WIDTH = 20
DRAW_EVERY = 0.1  # seconds; an engine that calls a million times must not spend them on a terminal
SAY_WHEN_LEFT = 2.0  # seconds; less is over before it is read


class Progress:
    """Names the steps as they happen; `seconds` keeps what each took.

    >>> import io
    >>> progress = Progress(io.StringIO(), total=2)
    >>> with progress.step("read"):
    ...     progress("rows", 10, 100)
    >>> list(progress.seconds)
    ['read']
    """

    def __init__(self, stream: TextIO | None = None, total: int = STEPS_OF_A_DAY, quiet: bool = False) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._total = total
        self._quiet = quiet
        self._terminal = self._stream is not None and draws(self._stream)
        self._step = ""
        self._stage = ("", 0.0)  # the stage within the step, and since when
        self._drawn = 0.0
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step; a step that fails leaves its name behind, so that one sees where it stopped."""
        self._step, self._stage = name, ("", 0.0)
        self._bar(0.0, name)
        start = time.perf_counter()
        try:
            yield
        except BaseException:
            self._line(f"{name:<28} stopped after {time.perf_counter() - start:6.2f} s")
            raise
        self.seconds[name] = time.perf_counter() - start
        self._line(f"{name:<28} {self.seconds[name]:6.2f} s")

    def watch(self) -> dict[str, Any]:
        """The keyword `progress` for the engine, where somebody watches; nothing else is worth a call out of its work."""
        return {"progress": self} if self._terminal and not self._quiet else {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """How far a stage of the step is: `done` of `total` of whatever it counts. Drawn ten times a second at most, and only on a terminal."""
        now = time.perf_counter()
        if stage != self._stage[0]:
            self._stage = (stage, now)
        if not self._terminal or self._quiet or (now - self._drawn < DRAW_EVERY and (done < total or not total)):
            return
        self._drawn = now
        share = min(1.0, done / total) if total > 0 else 0.0
        left = (now - self._stage[1]) * (1 - share) / share if share else 0.0
        rest = f", {left:,.0f} s left" if left >= SAY_WHEN_LEFT else ""
        count = f" {done:,} of {total:,}" if total > 0 else ""
        self._bar(share, f"{self._step}: {STAGES.get(stage, stage.replace('_', ' '))}{count}{rest}")

    def note(self, text: str) -> None:
        """A line that is no step."""
        self._line(text)

    def _bar(self, share: float, text: str) -> None:
        if self._terminal and not self._quiet:
            whole = (len(self.seconds) + share) / max(1, self._total)
            done = min(BAR_WIDTH, int(BAR_WIDTH * whole))
            shown = f"[{'#' * done}{'.' * (BAR_WIDTH - done)}] {text} "
            width = shutil.get_terminal_size().columns - 1  # a line that wraps cannot be drawn over
            self._stream.write(f"\r\x1b[K{shown[: max(width, BAR_WIDTH + 2)]}")
            self._stream.flush()

    def _line(self, text: str) -> None:
        if self._quiet or self._stream is None:
            return
        self._stream.write(f"\r\x1b[K{text}\n" if self._terminal else f"{text}\n")
        self._stream.flush()
