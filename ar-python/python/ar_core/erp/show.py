"""A mapping as text and as HTML: what is what, what was assumed, what is missing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .mapping import Mapping


def _rows(mapping: Mapping) -> list[tuple[str, str, str]]:
    return [(role, heading, f"{mapping.certainty[role]:.2f}") for role, heading in mapping.columns.items()]


def _head(mapping: Mapping) -> str:
    of = f" of {mapping.system}" if mapping.system else ""
    made = f"{mapping.made:,} {mapping.table}" if not mapping.problems else mapping.table
    return f"{mapping.rows:,} rows{of} -> {made}"


def _said(mapping: Mapping) -> list[str]:
    lines = []
    for entry in mapping.assumptions:
        rows = f" ({entry['rows']:,} rows)" if entry["rows"] else ""
        other = f" [else: {entry['otherwise']}]" if entry["otherwise"] else ""
        lines.append(f"{entry['what']}{rows}{other}")
    return lines


def _wrong(mapping: Mapping) -> list[str]:
    """One line for each kind of problem of a column, with the first rows."""
    groups: dict[tuple[str, str | None, str], list[dict[str, Any]]] = {}
    for problem in mapping.problems:
        many = problem["message"] if problem["row"] is None else ""
        groups.setdefault((problem["code"], problem["column"], many), []).append(problem)
    lines = []
    for (_, column, _), entries in list(groups.items())[:30]:
        rows = [str(entry["row"]) for entry in entries[:5] if entry["row"] is not None]
        more = "…" if len(entries) > 5 else ""
        where = f"{column}: " if column else ""
        lines.append(
            f"{where}{entries[0]['message']}" + (f" ({len(entries):,} rows: {', '.join(rows)}{more})" if rows else "")
        )
    return lines


def as_text(mapping: Mapping) -> str:
    """For `print`."""
    width = max((len(role) for role in mapping.columns), default=0)
    lines = [_head(mapping), ""]
    lines += [f"  {role:<{width}}  <-  {heading!r}  {certainty}" for role, heading, certainty in _rows(mapping)]
    for title, entries in (("assumed", _said(mapping)), ("to be answered", _wrong(mapping))):
        if entries:
            lines += ["", f"{title}:", *(f"  - {entry}" for entry in entries)]
    if mapping.unused:
        lines += ["", "not used:", *(f"  - {heading!r}: {why}" for heading, why in mapping.unused.items())]
    return "\n".join(lines)


def as_html(mapping: Mapping) -> str:
    """For notebooks, on the paper that all of the package's pieces have."""
    from ..notebook import grid, piece

    parts = [f'<p class="head"><b>{escape(_head(mapping))}</b></p>', grid(("is", "heading", "certainty"), _rows(mapping))]
    for title, entries in (
        ("Assumed", _said(mapping)),
        ("To be answered", _wrong(mapping)),
        ("Not used", [f"{heading}: {why}" for heading, why in mapping.unused.items()]),
    ):
        if entries:
            items = "".join(f"<li>{escape(entry)}</li>" for entry in entries)
            parts.append(
                f"<details {'open' if title != 'Not used' else ''}><summary>{title} ({len(entries)})</summary><ul>{items}</ul></details>"
            )
    return piece(*parts)
