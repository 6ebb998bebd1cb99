"""One row an item: identifiers made whole, lines of one document summed or taken once, instalments told apart.

Which of them it is follows from the cells, and is said. Where the cells do not tell, it is refused with the setting that answers it: a
book in which every invoice counts as often as it has lines is worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..frames import need
from .values import ROOM, Notes, Settings

if TYPE_CHECKING:
    from .build import Source

SAME = ("customer_id", "currency")
JOINT = "-"


def whole_key(columns: dict[str, Any], key: tuple[str, ...], identifier: str, source: Source, notes: Notes) -> None:
    """Joins the identifier with what the system tells documents apart by, as little as makes it tell the rows apart.

    What was joined is remembered in `notes.key`: the next export must be given the same identifiers, whether it needs them or not.
    """
    pc = need("pyarrow.compute")
    ids = columns[identifier]
    if source.settings.key is not None:
        chosen = [role for role in source.settings.key if role in columns]
        notes.key = tuple(chosen)
        if chosen:
            _join(columns, chosen, identifier, ids)
        return
    there = [
        role for role in key if role in columns and role != identifier and pc.count_distinct(columns[role]).as_py() > 1
    ]
    if _unique(ids) or not there:
        return
    for chosen in [*([role] for role in there), *(there[:size] for size in range(2, len(there) + 1))]:
        joined = pc.binary_join_element_wise(ids, *_parts(columns, chosen), JOINT)
        if _unique(joined):
            _join(columns, chosen, identifier, ids)
            notes.key = tuple(chosen)
            names = " and ".join(source.named(role) for role in (identifier, *chosen))
            notes.assume(
                f"{source.named(identifier)} alone repeats: {identifier} is {names}",
                source.named(identifier),
                "with_(key=())",
            )
            return


def _parts(columns: Mapping[str, Any], chosen: list[str]) -> list[Any]:
    pc = need("pyarrow.compute")
    return [pc.fill_null(columns[role].cast("string"), "") for role in chosen]


def _join(columns: dict[str, Any], chosen: list[str], identifier: str, ids: Any) -> None:
    columns.setdefault("reference", ids)
    columns[identifier] = need("pyarrow.compute").binary_join_element_wise(ids, *_parts(columns, chosen), JOINT)


def _unique(ids: Any) -> bool:
    pc = need("pyarrow.compute")
    return bool(pc.count_distinct(ids, mode="only_valid").as_py() == len(ids) - ids.null_count)


def one_row_an_item(
    columns: dict[str, Any], others: Mapping[str, Any], named: Mapping[str, str], settings: Settings, notes: Notes
) -> Any:
    """Settles identifiers that repeat. Returns the rows to keep (positions), with the amounts of `columns` made those of the items.

    others: columns that no role took, to tell lines from rows that are there twice. named: role -> heading.
    """
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    ids = columns["item_id"]
    count = len(ids)
    everything = pa.array(range(count), pa.int64())
    if _unique(ids):
        return everything
    frame = pa.table(
        {"id": ids, "row": everything, **{role: array for role, array in columns.items() if role in WATCHED}}
    )
    asked = [
        ("row", "min"),
        ("row", "count"),
        *[(role, how) for role in frame.column_names if role in WATCHED for how in WATCHED[role]],
    ]
    groups = frame.group_by("id", use_threads=False).aggregate(asked)
    for at, name in enumerate(groups.column_names):
        if pa.types.is_decimal(groups.schema.types[at]):
            groups = groups.set_column(at, name, groups[name].cast(pa.decimal128(ROOM, groups[name].type.scale)))
    many = groups.filter(pc.and_(pc.greater(groups["row_count"], 1), pc.is_valid(groups["id"])))
    for role in SAME:
        name = f"{role}_count_distinct"
        if name in many.column_names and pc.any(pc.greater(many[name], 1)).as_py():
            split = many.filter(pc.greater(many[name], 1))
            for entry in split.slice(0, 20).to_pylist():
                notes.refuse(
                    "duplicate",
                    f"'{entry['id']}' is there {entry['row_count']} times with different {named.get(role, role)}",
                    named["item_id"],
                    entry["row_min"],
                )
            return everything
    if settings.lines == "split" or (settings.lines is None and _instalments(frame, many, columns)):
        return _split(columns, many, named, notes, everything)
    how = settings.lines or _how(columns, many, others, named, notes)
    if how is None:
        return everything
    return _joined(columns, groups, many, how, named, notes)


WATCHED: dict[str, tuple[str, ...]] = {
    "customer_id": ("count_distinct",), "currency": ("count_distinct",), "due_on": ("count_distinct",), "issued_on": ("count_distinct",),
    "amount": ("sum", "min", "max"), "open_amount": ("sum", "min", "max"), "line_amount": ("sum",), "line_tax": ("sum",),
}  # fmt: skip


def _instalments(frame: Any, many: Any, columns: Mapping[str, Any]) -> bool:
    """Each row of a document has another due date: parts to be paid one after the other."""
    pc = need("pyarrow.compute")
    if "due_on_count_distinct" not in many.column_names or "line_amount" in columns or not len(many):
        return False
    return bool(pc.all(pc.equal(many["due_on_count_distinct"], many["row_count"])).as_py())


def _split(columns: dict[str, Any], many: Any, named: Mapping[str, str], notes: Notes, everything: Any) -> Any:
    pc = need("pyarrow.compute")
    again = pc.is_in(columns["item_id"], value_set=many["id"].combine_chunks())
    dated = pc.binary_join_element_wise(columns["item_id"], columns["due_on"].cast("string"), JOINT)
    if not _unique(pc.if_else(again, dated, columns["item_id"])):
        notes.refuse(
            "duplicate",
            f"{len(many)} identifiers repeat, with the same due date too: they are no instalments",
            named["item_id"],
        )
        return everything
    columns.setdefault("reference", columns["item_id"])
    columns["item_id"] = pc.if_else(again, dated, columns["item_id"])
    notes.assume(
        f"{len(many)} documents are there once for each due date: each is an instalment, told apart by it",
        named["item_id"],
        "with_(lines='sum') or 'first'",
    )
    return everything


def _how(
    columns: Mapping[str, Any], many: Any, others: Mapping[str, Any], named: Mapping[str, str], notes: Notes
) -> str | None:
    """`first`: the amount is that of the document, and stands in each row. `sum`: it is that of the row."""
    pc = need("pyarrow.compute")
    heading = named.get("amount", named.get("line_amount", ""))
    amount = "amount_min" in many.column_names
    steady = int(pc.sum(pc.equal(many["amount_min"], many["amount_max"])).as_py() or 0) if amount else 0
    if "line_amount" in columns:
        if amount and steady == len(many):
            return _agree(columns, many, named, notes)
        if not amount or named.get("amount") == named.get("line_amount"):
            return "sum"
    if not amount:
        notes.refuse("duplicate", f"{len(many)} identifiers repeat, and no column has an amount", named["item_id"])
        return None
    if steady < len(many):
        notes.assume(
            f"rows are lines of documents ({len(many)} have several): {heading} differs from line to line, so it is summed",
            heading,
            "with_(lines='first')",
        )
        return "sum"
    if _varies(columns, many, others):
        if len(many) >= 3:
            notes.assume(
                f"rows are lines of documents ({len(many)} have several): {heading} is the same in every line of each, so it is taken once",
                heading,
                "with_(lines='sum')",
            )
            return "first"
        notes.refuse(
            "duplicate",
            f"{len(many)} documents have several rows with the same {heading}: "
            "say with_(lines='first') if it is that of the document, 'sum' if it is that of the row",
            heading,
        )
        return None
    notes.assume(
        f"rows of {len(many)} documents are there several times, word for word: taken once",
        named["item_id"],
        "with_(lines='sum')",
    )
    return "first"


def _agree(columns: Mapping[str, Any], many: Any, named: Mapping[str, str], notes: Notes) -> str | None:
    """The total of the document beside its lines: they have to add up to it, with tax or without."""
    pc = need("pyarrow.compute")
    lines = many["line_amount_sum"]
    taxed = pc.add(lines, many["line_tax_sum"]) if "line_tax_sum" in many.column_names else lines
    agree = pc.or_(_near(lines, many["amount_min"]), _near(taxed, many["amount_min"]))
    good = int(pc.sum(agree).as_py() or 0)
    if len(many) - good > len(many) // 20:
        for entry in many.filter(pc.invert(agree)).slice(0, 20).to_pylist():
            notes.refuse(
                "contradiction",
                f"'{entry['id']}': {named['amount']} says {entry['amount_min']}, its {entry['row_count']} lines add up to "
                f"{entry['line_amount_sum']}: say with_(lines='first') to trust the total",
                named["amount"],
                entry["row_min"],
            )
        return None
    notes.assume(
        f"rows are lines of documents: {named['amount']} is that of the document and taken once; in {good} of {len(many)} the lines add up to it",
        named["amount"],
    )
    return "first"


def _near(one: Any, other: Any) -> Any:
    """Equal but for the roundings of a few lines."""
    pc = need("pyarrow.compute")
    return pc.less_equal(pc.abs(pc.subtract(pc.cast(one, "double"), pc.cast(other, "double"))), 0.051)


def _varies(columns: Mapping[str, Any], many: Any, others: Mapping[str, Any]) -> bool:
    """Whether anything differs between the rows of one document."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    again = pc.is_in(columns["item_id"], value_set=many["id"].combine_chunks())
    for array in [*others.values(), *(array for role, array in columns.items() if role not in ("item_id", "amount"))]:
        if pa.types.is_nested(array.type):
            continue
        pair = pa.table({"id": columns["item_id"], "v": array}).filter(again)
        counts = pair.group_by("id").aggregate([("v", "count_distinct")])["v_count_distinct"]
        if pc.any(pc.greater(counts, 1)).as_py():
            return True
    return False


def _joined(columns: dict[str, Any], groups: Any, many: Any, how: str, named: Mapping[str, str], notes: Notes) -> Any:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    order = pc.sort_indices(groups["row_min"])
    groups = groups.take(order)
    first = groups["row_min"].combine_chunks()
    sums: dict[str, Any] = {}
    if how == "sum":
        if "line_amount" in columns and named.get("amount", "") in ("", named["line_amount"]):
            total = groups["line_amount_sum"]
            with_tax = "line_tax_sum" in groups.column_names
            total = pc.add(total, groups["line_tax_sum"]) if with_tax else total
            sums["amount"] = total
            notes.assume(
                f"{named['line_amount']} {'and ' + named['line_tax'] + ' are' if with_tax else 'is'} summed to the amount of the document",
                named["line_amount"],
                None if with_tax else "if it is without tax, the amounts are too small",
            )
        else:
            sums["amount"] = groups["amount_sum"]
        if "open_amount" in columns:
            steady = pc.all(pc.equal(groups["open_amount_min"], groups["open_amount_max"])).as_py()
            sums["open_amount"] = (
                groups["open_amount_min"]
                if steady and pc.any(pc.less(groups["amount_max"], groups["open_amount_max"])).as_py()
                else groups["open_amount_sum"]
            )
    count = len(columns["item_id"])
    for role, values in sums.items():
        values = values.combine_chunks()
        spread = pa.nulls(count, values.type)
        mask = pc.is_in(pa.array(range(count), pa.int64()), value_set=first)
        columns[role] = pc.replace_with_mask(spread, mask, values)
    return first
