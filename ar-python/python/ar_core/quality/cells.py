"""What was written, before anything is made of it: identifiers that a spreadsheet damaged, and text in the wrong encoding."""

from __future__ import annotations

from typing import Any

from ..frames import need
from .findings import ROWS, Findings

IDENTIFIERS = ("item_id", "customer_id", "payment_id", "reference", "parent_id", "purchase_order")
# What the bytes of UTF-8 look like when they are read as cp1252, the sign for what could not be read, and what is left of HTML.
_BROKEN = "Ã.|Â[\u00a0-\u00bf]|â€|ï»¿|\ufffd|&(amp|quot|#\\d+);"
_SPACED = r"^[\s\x{00a0}]|[\s\x{00a0}]$"
_SCIENTIFIC = r"^\d[.,]?\d*[eE]\+\d+$"
_ROW = "row of the export\u2009"
_PLACEHOLDER = (
    r"(?i)^(0+|test|dummy|unknown|unbekannt|inconnu|desconocido|n\.?n\.?|xxx+|9{4,}|tbd|\?+|customer|kunde|client)$"
)


def check_cells(table: Any, headings: dict[str, str], out: Findings) -> None:
    """Checks the columns as they were given. headings: role -> heading."""
    pa = need("pyarrow")
    for role, heading in headings.items():
        column = table.column(heading).combine_chunks()
        column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        if role in IDENTIFIERS:
            _identifiers(column, heading, role, out)
        if role == "amount" and pa.types.is_floating(column.type):
            _floats(column, heading, out)
    for heading in table.column_names:
        column = table.column(heading).combine_chunks()
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
            _encoding(column.cast(pa.string()), heading, out)


def check_repeats(table: Any, headings: dict[str, str], left: dict[int, str], out: Findings) -> None:
    """Checks for rows of items that say word for word what a row before them says. left: rows that are no part of the table."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    known = [heading for heading in dict.fromkeys(headings.values()) if not pa.types.is_nested(table.schema.field(heading).type)]
    if "item_id" not in headings or headings["item_id"] not in known:
        return
    rows = table.select(known).append_column(_ROW, pa.array(range(len(table)), pa.int64()))
    rows = rows.filter(pc.is_valid(rows.column(headings["item_id"])))
    firsts = rows.group_by(known, use_threads=False).aggregate([(_ROW, "min")]).column(f"{_ROW}_min")
    again = pc.invert(pc.is_in(rows.column(_ROW), value_set=firsts.combine_chunks()))
    found = [row for row in rows.column(_ROW).filter(again).to_pylist() if row not in left]
    out.add(
        "repeated",
        "info",
        len(found),
        "{count} rows say word for word what a row before them says: the document counts once",
        "nothing to do where selections overlapped; if each row is an amount of its own: with_(lines='sum')",
        rows=found[:ROWS],
    )


def _identifiers(column: Any, heading: str, role: str, out: Findings) -> None:
    pa, pc = need("pyarrow"), need("pyarrow.compute")

    def show(row: int) -> str:
        return repr(column[row].as_py())

    if pa.types.is_floating(column.type):
        broken = pc.greater(pc.abs(column), 2.0**53)
        out.mask(
            "rounded_ids",
            "error",
            broken,
            f"{{count}} numbers in {heading} are too large for a float: their last digits are lost",
            "read the column as text (dtype=str)",
            column=heading,
            example=show,
        )
        out.add(
            "float_ids",
            "warning",
            len(column) - column.null_count,
            f"{heading} came as floating-point numbers: leading zeros are lost",
            "read the column as text (dtype=str)",
            column=heading,
            rows=[0],
            example=show(0),
        )
        return
    if not (
        pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type)
    ):
        return
    texts = column.cast(pa.string())
    out.mask(
        "spaces",
        "info",
        pc.match_substring_regex(texts, _SPACED),
        f"{{count}} cells of {heading} have spaces around them; they are cut",
        "cut them where the export is made, so that other tables agree",
        column=heading,
        example=show,
    )
    out.mask(
        "scientific_ids",
        "error",
        pc.match_substring_regex(texts, _SCIENTIFIC),
        f"{{count}} cells of {heading} were turned into 1.8E+09 by a spreadsheet: the digits are lost",
        "export again, and do not open the file in a spreadsheet first",
        column=heading,
        example=show,
    )
    if role in ("item_id", "customer_id"):
        out.mask(
            "placeholder_ids",
            "warning",
            pc.match_substring_regex(texts, _PLACEHOLDER),
            f"{{count}} cells of {heading} look like a stand-in, not an identifier",
            "find the real one, or leave the rows out",
            column=heading,
            example=show,
        )
        _zeros(texts, heading, out)


def _zeros(texts: Any, heading: str, out: Findings) -> None:
    """`00123` and `123` in one column: mostly one customer who is two."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    unique = pc.drop_null(pc.unique(pc.utf8_trim_whitespace(texts)))
    digits = unique.filter(pc.match_substring_regex(unique, r"^\d+$"))
    zeroed = digits.filter(pc.starts_with(digits, "0"))
    if not len(zeroed):
        return
    stripped = pc.utf8_ltrim(zeroed, characters="0")
    both = zeroed.filter(pc.is_in(stripped, value_set=digits))
    if len(both):
        mask = pc.is_in(
            pc.utf8_trim_whitespace(texts), value_set=pa.concat_arrays([both, pc.utf8_ltrim(both, characters="0")])
        )
        out.mask(
            "zeros_lost",
            "warning",
            mask,
            f"{{count}} rows: {len(both):,} identifiers of {heading} are there with and without leading zeros",
            "write them in one way; with_ cannot know which is right",
            column=heading,
            example=lambda row: repr(texts[row].as_py()),
        )


def _floats(column: Any, heading: str, out: Findings) -> None:
    pc = need("pyarrow.compute")
    off = pc.greater(pc.abs(pc.subtract(column, pc.round(column, 2))), 1e-6)
    fine = pc.greater(pc.abs(pc.subtract(column, pc.round(column, 3))), 1e-6)
    out.mask(
        "fractions",
        "warning",
        pc.and_not(off, fine),
        f"{{count}} amounts of {heading} have three decimals",
        "right for KWD or BHD; else round them where they come from",
        column=heading,
        example=lambda row: column[row].as_py(),
    )


def _encoding(texts: Any, heading: str, out: Findings) -> None:
    pc = need("pyarrow.compute")
    if pc.all(pc.string_is_ascii(texts)).as_py() is not False and not pc.any(pc.match_substring(texts, "&")).as_py():
        return
    mask = pc.match_substring_regex(texts, _BROKEN)
    out.mask(
        "encoding",
        "warning",
        mask,
        f"{{count}} cells of {heading} were read in the wrong encoding (MÃ¼ller for Müller)",
        "read the file as UTF-8, or as cp1252 where it is older",
        column=heading,
        example=lambda row: repr(texts[row].as_py()[:60]),
    )
