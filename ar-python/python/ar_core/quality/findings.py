"""One finding of a check, and the list that checks add to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

from ..frames import need

Severity = Literal["error", "warning", "info"]
ROWS = 5


class Problem(TypedDict):
    """One thing that a person can act on.

    code: what it is. severity: `error` (the engine refuses the table, or would be wrong), `warning` (look at it) or `info`. table, column:
    where. count: how many rows (or customers, months, days: as `what` says). share: of all rows, 0 to 1. rows: the first rows, counted
    from 0 in the table that was given. example: one of them. what: one sentence. do: what to do about it.
    """

    code: str
    severity: Severity
    table: str
    column: str | None
    count: int
    share: float
    rows: list[int]
    example: str
    what: str
    do: str


@dataclass
class Findings:
    """What checks found. rows: of each row of the table that is looked at, the row of what was given; None where they are the same."""

    table: str
    total: int
    origin: Any = None
    found: list[Problem] = field(default_factory=list)

    def add(
        self,
        code: str,
        severity: Severity,
        count: int,
        what: str,
        do: str,
        *,
        column: str | None = None,
        rows: list[int] | None = None,
        example: str = "",
    ) -> None:
        """A finding that was counted elsewhere. Nothing where the count is 0. `{count}` in `what` is the count."""
        if count:
            share = min(1.0, count / self.total) if self.total else 0.0
            self.found.append(
                Problem(code=code, severity=severity, table=self.table, column=column, count=count, share=share, rows=rows or [],
                        example=example, what=what.replace("{count}", f"{count:,}"), do=do)
            )  # fmt: skip

    def mask(
        self,
        code: str,
        severity: Severity,
        mask: Any,
        what: str,
        do: str,
        *,
        column: str | None = None,
        example: Any = None,
    ) -> int:
        """A finding of the rows of a mask (null is false). example: makes the text of an example from a row."""
        pc = need("pyarrow.compute")
        count = int(pc.sum(mask).as_py() or 0)
        if count:
            where = pc.indices_nonzero(mask).slice(0, ROWS).to_pylist()
            given = [int(self.origin[row].as_py()) for row in where] if self.origin is not None else where
            self.add(
                code,
                severity,
                count,
                what,
                do,
                column=column,
                rows=given,
                example=str(example(where[0])) if example else "",
            )
        return count
