"""`check`: what is wrong with a table, put together, shown and counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from ..erp.mapping import Mapping, look
from ..frames import arrow_table, need
from .cells import check_cells, check_repeats
from .customers import check_against, check_names
from .findings import ROWS, Findings, Problem
from .history import check_history
from .items import check_items

ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Quality:
    """What a check found, the worst first: printed for a person, `.problems` for a program.

    table, rows: what was looked at. as_of: the day that counted as today. mapping: how the columns were read.

    >>> import ar_core as ar
    >>> found = ar.check([{"item_id": "1", "customer_id": "Acme", "currency": "EUR", "amount": "80.00", "issued_on": "2026-09-22", "due_on": "2026-09-01"}])
    >>> "no_history" in found.codes()
    True
    """

    table: str
    rows: int
    as_of: date | None
    problems: list[Problem]
    mapping: Mapping

    @property
    def ok(self) -> bool:
        """No errors: the engine takes the table."""
        return not any(problem["severity"] == "error" for problem in self.problems)

    def __len__(self) -> int:
        return len(self.problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def codes(self) -> list[str]:
        """The codes of the problems, the worst first."""
        return [problem["code"] for problem in self.problems]

    def to_frame(self, like: Any = "pandas") -> Any:
        """The problems as a table, one row each; like: the kind of frame, as in `ar_core.to_frame`."""
        from ..frames import to_frame

        return to_frame([dict(problem) for problem in self.problems], like)

    def _head(self) -> str:
        counts = {name: sum(problem["severity"] == name for problem in self.problems) for name in ORDER}
        said = ", ".join(
            f"{count} {name}{'s' if count != 1 and name != 'info' else ''}" for name, count in counts.items() if count
        )
        day = f" as of {self.as_of}" if self.as_of else ""
        return f"{self.rows:,} rows of {self.table}{day}: {said or 'nothing to complain about'}"

    def __str__(self) -> str:
        lines = [self._head()]
        for problem in self.problems:
            rows = f"; rows {', '.join(map(str, problem['rows']))}" if problem["rows"] else ""
            rows += ", …" if problem["rows"] and problem["count"] > len(problem["rows"]) else ""
            lines += ["", f"{problem['severity'].upper():<8}{problem['what']}  ({problem['code']}{rows})"]
            if problem["example"]:
                lines.append(f"        for example {problem['example']}")
            lines.append(f"        do: {problem['do']}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<ar_core.Quality {self._head()}>"

    def _repr_html_(self) -> str:
        from ..notebook import piece

        head = "".join(f"<th>{name}</th>" for name in ("severity", "what", "count", "rows", "example", "do"))
        rows = []
        for p in self.problems:
            # A sign and a word beside the colour, for those who do not see it.
            sign = {"error": "✖", "warning": "▲", "info": "ℹ"}[p["severity"]]  # noqa: RUF001
            cells = [
                f"{sign} {p['severity']}",
                f"{escape(p['what'])}<br><code>{escape(p['code'])}</code>",
                f"{p['count']:,}",
                escape(", ".join(map(str, p["rows"]))),
                escape(p["example"]),
                escape(p["do"]),
            ]
            rows.append("<tr>" + "".join(f'<td style="white-space:normal">{cell}</td>' for cell in cells) + "</tr>")
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>" if rows else ""
        return piece(f'<p class="head"><b>{escape(self._head())}</b></p>', table)


def check(
    df: Any,
    table: str | None = None,
    as_of: date | str | None = None,
    *,
    customers: Any = None,
    mapping: Mapping | None = None,
) -> Quality:
    """Looks for what is wrong with a table, and says what to do about it.

    df: an export, or a table of ours; any frame. table: `items`, `customers` or `payments`; by default it is found out. as_of: the day
    on which the export was made (a date or ISO text); by default the last day of issue or payment in it. customers: the table of
    customers, to hold items against. mapping: how to read the columns, where `infer_columns` alone does not do.

    One pass over columns, in the memory of the columns that were recognised. Raises what `infer_columns` raises.

    >>> import ar_core as ar
    >>> found = ar.check([{"item_id": "I1", "customer_id": "C1", "currency": "EUR", "amount": "10.00",
    ...                    "issued_on": "2026-03-01", "due_on": "2026-01-31"}])
    >>> found.ok, found.codes()[0], found.problems[0]["rows"]
    (False, 'due_before_issued', [0])
    """
    day = None if as_of is None else date.fromisoformat(str(as_of)[:10])
    if mapping is None:
        mapping, built = look(df, table)
        source = mapping._source
    else:
        source = arrow_table(df)
        built = mapping.built(source)
    out = Findings(mapping.table, source.num_rows)
    _unread(built.notes.problems, built.notes.total, out)
    _left_out(built.notes.left, out)
    check_cells(source, mapping.columns, out)
    out.origin = built.kept
    if mapping.table == "items":
        check_repeats(source, mapping.columns, built.notes.left, out)
        day = day or _last_day(built.table)
        check_items(built.table, day or date(2199, 12, 31), out)
        check_history(built.table, out)
        if "customer_name" in mapping.columns and "customer_id" in built.table.column_names:
            names = source.column(mapping.columns["customer_name"]).combine_chunks().take(built.kept).cast("string")
            check_names(
                built.table.column("customer_id").combine_chunks(), names, out, mapping.columns["customer_name"]
            )
        if customers is not None and "customer_id" in built.table.column_names:
            _against(built.table, customers, out)
    elif mapping.table == "customers" and "name" in built.table.column_names:
        check_names(
            built.table.column("customer_id").combine_chunks(), built.table.column("name").combine_chunks(), out, "name"
        )
    found = sorted(out.found, key=lambda problem: (ORDER[problem["severity"]], -problem["count"]))
    return Quality(mapping.table, source.num_rows, day, found, mapping)


def _against(items: Any, customers: Any, out: Findings) -> None:
    check_against(items, look(customers, "customers")[1].table, out)


def _last_day(table: Any) -> date | None:
    pc = need("pyarrow.compute")
    days = [pc.max(table.column(role)).as_py() for role in ("issued_on", "settled_on") if role in table.column_names]
    known = [day for day in days if day is not None]
    return max(known) if known else None


def _unread(problems: list[dict[str, Any]], total: int, out: Findings) -> None:
    """What could not be read at all: one finding for each kind of problem of a column."""
    groups: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
    for problem in problems:
        groups.setdefault((problem["code"], problem["column"]), []).append(problem)
    for (code, column), entries in groups.items():
        rows = [entry["row"] for entry in entries if entry["row"] is not None]
        first = entries[0]["message"]
        what = (
            f"{column}: {first}"
            if column and not rows
            else f"{len(entries):,} cells of {column} cannot be used: {first}"
            if column
            else first
        )
        out.add(
            code, "error", len(entries), what, _do(code), column=column, rows=rows[:ROWS], example=first if rows else ""
        )
    if total > len(problems):
        out.add(
            "more",
            "error",
            total - len(problems),
            "{count} more problems of cells are not listed",
            "mend the first, and check again",
        )


def _left_out(left: dict[int, str], out: Findings) -> None:
    """Rows that are no part of the table: fine where they are payments or totals, and worth a look."""
    reasons: dict[str, list[int]] = {}
    for row, why in left.items():
        reasons.setdefault(why, []).append(row)
    for why, rows in reasons.items():
        what = f"{{count}} rows are no part of the table: {why}"
        out.add("left_out", "info", len(rows), what, "nothing to do where that is right", rows=sorted(rows)[:ROWS])


def _do(code: str) -> str:
    return {
        "missing_column": "say it with infer_columns(df).with_(...), and give that mapping",
        "ambiguous": "say it with infer_columns(df).with_(...), and give that mapping",
        "missing_value": "fill it in, or leave the rows out",
        "unreadable": "correct the cells, or leave the rows out",
        "unknown_word": "say what it means, with_(kinds={...}), or correct it",
        "duplicate": "say what rows with one identifier are, with_(lines=...)",
        "contradiction": "find out which of the two is right",
    }.get(code, "correct it where it comes from")
