"""From the columns of an export to a table of ours. One street, walked twice: when columns are inferred, to say what will be assumed, and
when a mapping is applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..frames import need
from . import items, rows
from .kinds import flags, states, translate
from .knowledge import Layout, general, roles
from .values import Notes, Settings, amounts, days, text


@dataclass
class Built:
    """A table of ours and how it came about. kept: of each of its rows, the row of the export (the first, where it had several)."""

    table: Any
    kept: Any
    notes: Notes


@dataclass
class Source:
    """An export with what is known of its columns. constants: roles that a person gave one value for all rows."""

    table: Any
    kind: str
    headings: Mapping[str, str]
    constants: Mapping[str, Any]
    layout: Layout | None
    settings: Settings

    def named(self, role: str) -> str:
        """The heading of a role."""
        return self.headings.get(role, role)


def build(source: Source) -> Built:
    """Builds the table; problems are collected in `notes`, and what is wrong is null."""
    notes = Notes(source.kind)
    columns = read(source, notes)
    _skipped(columns, source, notes)
    if source.kind == "items":
        made = items.make(columns, source, notes)
    elif source.kind == "payments":
        made = items.make_payments(columns, source, notes)
    else:
        made = make_customers(columns, source, notes)
    table, kept = made
    for name in source.table.column_names:
        if name.startswith("x_"):
            table = table.append_column(name, source.table.column(name).combine_chunks().take(kept))
    notes.problems = [p for p in notes.problems if p["row"] is None or p["row"] not in notes.left]
    if not len(kept) and source.table.num_rows and not notes.problems and source.kind != "payments":
        notes.refuse("empty", "no row is left of the export: " + "; ".join(sorted(set(notes.left.values()))))
    return Built(table, kept, notes)


def plain(table: Any) -> Any:
    """A pyarrow.Table whose text is of the one type that every kernel takes."""
    pa = need("pyarrow")
    for at, field in enumerate(table.schema):
        kind = field.type
        if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
            table = table.set_column(at, field.name, table.column(at).cast(kind.value_type))
            kind = kind.value_type
        if pa.types.is_string_view(kind) or pa.types.is_large_string(kind):
            table = table.set_column(at, field.name, table.column(at).cast(pa.string()))
    return table


def read(source: Source, notes: Notes) -> dict[str, Any]:
    """The columns by role, each in the type of its kind; rows that are no data are left out."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    known = roles()[source.kind]
    raw = {
        role: source.table.column(heading).combine_chunks()
        for role, heading in source.headings.items()
        if role in known
    }
    raw = {
        role: pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array
        for role, array in raw.items()
    }
    contents = {role: known[role].content for role in raw}
    dead = rows.no_data(source, raw, contents, notes)
    if dead is not None:
        raw = {
            role: pc.if_else(dead, pa.scalar(None, array.type), array)
            for role, array in raw.items()
            if not pa.types.is_nested(array.type)
        } | {role: array for role, array in raw.items() if pa.types.is_nested(array.type)}
    columns: dict[str, Any] = {}
    dated = {role: array for role, array in raw.items() if contents[role] == "date"}
    columns |= days(dated, source.headings, source.settings, notes)
    valued = {role: array for role, array in raw.items() if contents[role] in ("amount", "days", "percent")}
    columns |= amounts(valued, source.headings, source.settings, notes)
    for role, array in raw.items():
        if contents[role] in ("id", "text", "word", "currency"):
            columns[role] = _meant(text(array), role, source)
        elif contents[role] == "flag":
            columns[role] = array if pa.types.is_boolean(array.type) else flags(text(array))
        elif contents[role] == "any":
            columns[role] = array
    rows.fill_down(source, columns, notes)
    count = source.table.num_rows
    for role, value in source.constants.items():
        columns[role] = pa.repeat(pa.scalar(value), count)
    return columns


def _meant(cells: Any, role: str, source: Source) -> Any:
    """Cells that say a word of ours in another way: the name of a currency, the letter of a language."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    known = {**general().values.get(role, {}), **(source.layout.values.get(role, {}) if source.layout else {})}
    return pc.coalesce(translate(cells, known, pa.string()), cells) if known else cells


def _skipped(columns: dict[str, Any], source: Source, notes: Notes) -> None:
    """Leaves out what was never posted, and what was taken back."""
    pc = need("pyarrow.compute")
    for role in ("status", "state"):
        if role in columns:
            state = states(columns[role], source.layout)
            columns[role + " meant"] = state
            if count := notes.leave(
                pc.equal(state, "skip"), f"{source.named(role)} says that it is no document in force"
            ):
                notes.assume(
                    f"{source.named(role)}: drafts and cancelled documents are left out",
                    source.named(role),
                    None,
                    count,
                )
    if "reversed_by" in columns:
        back = pc.match_substring_regex(columns["reversed_by"], r"[^0]")
        if count := notes.leave(back, "reversed, or the reversal of another"):
            notes.assume(
                f"{source.named('reversed_by')}: documents that were reversed, and their reversals, are left out",
                source.named("reversed_by"),
                None,
                count,
            )


def make_customers(columns: dict[str, Any], source: Source, notes: Notes) -> tuple[Any, Any]:
    """Customers: one row each, parents only where they are known."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    if "customer_id" not in columns:
        notes.refuse("missing_column", "no column is customer_id: say with_(customer_id='heading')", "customer_id")
        return pa.table({}), pa.array([], pa.int64())
    ids = columns["customer_id"]
    count = len(ids)
    everything = pa.array(range(count), pa.int64())
    alive = rows.alive(count, notes)
    for row in pc.indices_nonzero(pc.and_(alive, pc.is_null(ids))).to_pylist():
        notes.refuse("missing_value", "a customer without an identifier", source.named("customer_id"), row)
    frame = pa.table({"id": ids, "row": everything, "name": columns.get("name", ids)}).filter(
        pc.and_(alive, pc.is_valid(ids))
    )
    groups = frame.group_by("id", use_threads=False).aggregate(
        [("row", "min"), ("row", "count"), ("name", "count_distinct")]
    )
    kept = pc.take(groups["row_min"], pc.sort_indices(groups["row_min"])).combine_chunks()
    for entry in groups.filter(pc.greater(groups["name_count_distinct"], 1)).slice(0, 20).to_pylist():
        notes.refuse(
            "duplicate",
            f"'{entry['id']}' is there {entry['row_count']} times with different names",
            source.named("customer_id"),
            entry["row_min"],
        )
    if len(kept) < len(frame):
        notes.assume(
            "customers that are there several times (for several areas, say) are taken once, as in the first row",
            None,
            None,
            len(frame) - len(kept),
        )
    made: dict[str, Any] = {"customer_id": ids.take(kept)}
    for role, known in roles()["customers"].items():
        if role in columns and known.column and role != "customer_id":
            made[role] = columns[role].take(kept)
    if "parent_id" in made:
        parents = pc.if_else(
            pc.equal(made["parent_id"], made["customer_id"]), pa.scalar(None, pa.string()), made["parent_id"]
        )
        strange = pc.invert(pc.is_in(parents, value_set=made["customer_id"]))
        strange = pc.and_(pc.is_valid(parents), strange)
        if lost := int(pc.sum(strange).as_py() or 0):
            notes.assume(
                f"{source.named('parent_id')}: parents that are not in the table are left out",
                source.named("parent_id"),
                None,
                lost,
            )
        made["parent_id"] = pc.if_else(strange, pa.scalar(None, pa.string()), parents)
    for one, several in (("alias", "aliases"), ("bank_account", "bank_accounts")):
        if one in columns and several not in made:
            cells = columns[one].take(kept).to_pylist()
            made[several] = pa.array([[cell] if cell else [] for cell in cells], pa.list_(pa.string()))
    if "language" in made:
        made["language"] = pc.utf8_lower(made["language"])
    return pa.table(made), kept
