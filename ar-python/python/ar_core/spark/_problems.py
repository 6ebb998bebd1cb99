"""What is wrong with the frames: the problems of all parts as one error, with the rows as the caller knows them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .._native import ArError, InvalidInput
from ..tables import Problem
from ._frames import ROW_BITS

MOST = 10_000
"""Problems that one error keeps, as everywhere; the rest are counted."""
_SHOWN = 20
_LONGEST = 400


def told(error: ArError, numbers: Mapping[str, pa.ChunkedArray]) -> str:
    """The problems of a part as JSON, with the numbers of rows that all parts share."""

    def number(problem: Problem) -> int | None:
        row, rows = problem["row"], numbers.get(problem["table"])
        return row if row is None or rows is None or row >= len(rows) else rows[row].as_py()

    problems = [{**problem, "row": number(problem)} for problem in error.problems]
    return json.dumps({"code": error.code, "total": error.total, "problems": problems})


class Refusals:
    """Problems of all parts of some frames."""

    def __init__(self) -> None:
        self._code: str | None = None
        self._found: dict[tuple[Any, ...], Problem] = {}
        self._beyond = 0
        self._counts: dict[str, Counter[int]] = {}

    def add(self, text: str) -> None:
        """Adds what `told` said of a part. What is wrong with a whole column is so in every part, and told once."""
        part = json.loads(text)
        self._beyond += part["total"] - len(part["problems"])
        for problem in part["problems"]:
            self.push(part["code"], problem)

    def push(self, code: str, problem: Problem) -> None:
        """Adds a problem. Tables that cannot be read are told before arguments that do not fit them."""
        if self._code is None or code == "invalid_tables":
            self._code = code
        self._found.setdefault((problem["table"], problem["row"], problem["column"], problem["code"]), problem)

    def count(self, text: str) -> None:
        """Adds what `counted_rows` said of a part."""
        for table, counts in json.loads(text).items():
            self._counts.setdefault(table, Counter()).update(
                {int(partition): rows for partition, rows in counts.items()}
            )

    def check(self) -> None:
        """Raises InvalidInput where there is any problem."""
        if self._code is not None:
            problems = sorted(map(self._placed, self._found.values()), key=_place)
            raise refusal(self._code, problems, self._beyond)

    def _placed(self, problem: Problem) -> Problem:
        """The problem with its row counted through all partitions of the frame."""
        row, counts = problem["row"], self._counts.get(problem["table"])
        if row is None or counts is None:
            return problem
        place, partition = row & ((1 << ROW_BITS) - 1), row >> ROW_BITS
        return {**problem, "row": place + sum(rows for before, rows in counts.items() if before < partition)}


def _place(problem: Problem) -> tuple[Any, ...]:
    return problem["table"], -1 if problem["row"] is None else problem["row"], problem["column"] or "", problem["code"]


def counted_rows(numbers: Mapping[str, pa.ChunkedArray]) -> str:
    """How many rows of each partition of each frame a part has, as JSON."""
    partitions = {table: pc.value_counts(pc.shift_right(rows, ROW_BITS)) for table, rows in numbers.items()}
    return json.dumps(
        {table: {str(row["values"]): row["counts"] for row in found.to_pylist()} for table, found in partitions.items()}
    )


def refusal(code: str, problems: list[Problem], beyond: int = 0) -> InvalidInput:
    """The error of the engine with these problems, and so many more that nobody kept."""
    total = len(problems) + beyond
    problems = problems[:MOST]
    if total == 1:
        text = f"{code}: {_line(problems[0])}"
    else:
        lines = [f"\n  {_line(problem)}" for problem in problems[:_SHOWN]]
        more = f"\n  … and {total - _SHOWN} more in .problems" if total > _SHOWN else ""
        text = f"{code}: {total} problems" + "".join(lines) + more
    error = InvalidInput(text)
    error.code, error.problems, error.total = code, problems, total
    return error


def _line(problem: Problem) -> str:
    row = "" if problem["row"] is None else f"[{problem['row']}]"
    column = "" if problem["column"] is None else f".{problem['column']}"
    text = f"{problem['table']}{row}{column}: {problem['message']} ({problem['code']})"
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
