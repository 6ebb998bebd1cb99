"""Amounts as exports write them: `1.234,56`, `1,234.56-`, `(1 234,56)`, `EUR 1'234.56`, `1234.5 CR`, `#N/A`.

Whole columns at a time, exactly: what comes out is decimal, never a float. Whether `1.234` is a thousand or one and a bit can only be told
by other cells; `Numbers` counts what speaks for each, and who asks decides, for all columns of an export together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..frames import need
from .dates import NOTHING

_SPACE = r"[\s\x{00a0}\x{202f}\x{2009}']|\x{2019}"
_MONEY = r"[A-Za-z]{0,3}[€$£¥₹₺₽]|[€$£¥₹₺₽]|^[A-Za-z]{3}\.?|[A-Za-z]{3}$|Fr\.|kr\.?|zł|Kč"
_BODY = r"^[+-]?(\d[\d.,]*|[.,]\d+)$"

# A comma that can only be decimal, and a point that can only be.
_COMMA = r"^[+-]?(\d*,(\d{1,2}|\d{4,})|\d{1,3}(\.\d{3})+,\d*|\d+(\.\d{3}){2,}|\d{4,},\d*|0,\d+)$"
_POINT = r"^[+-]?(\d*\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{3})+\.\d*|\d+(,\d{2,3}){2,}|\d{4,}\.\d*|0\.\d+)$"
_EITHER = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$"


LONGEST = 24
"""Characters of a number: nobody is owed more."""


@dataclass
class Numbers:
    """A column read as numbers.

    texts: the cells without spaces and currencies, the sign in front (None for numbers that were no text). comma, point, either: rows
    that can only have a decimal comma, a decimal point, or either (`1.234`). bad: a mask of the rows that say something that is none.
    """

    array: Any
    texts: Any
    bad: Any
    comma: int = 0
    point: int = 0
    either: int = 0
    empty: int = 0

    @property
    def bad_count(self) -> int:
        """Rows that say something that is no number."""
        return int(need("pyarrow.compute").sum(self.bad).as_py() or 0)

    def values(self, decimal_comma: bool) -> tuple[Any, Any]:
        """The numbers as decimal128 of the fewest decimals that hold them all, and a mask of the rows that are none."""
        pa, pc = need("pyarrow"), need("pyarrow.compute")
        if self.texts is None:
            return _plain(pa, pc, self.array)
        thousands, decimal = (".", ",") if decimal_comma else (",", ".")
        grouped = pc.match_substring_regex(
            self.texts, rf"^-?\d+(\{thousands}\d{{2,3}})*(\{decimal}\d*)?$|^-?\{decimal}\d+$"
        )
        wrong = pc.or_(self.bad, pc.fill_null(pc.invert(grouped), False))
        wrong = pc.or_(wrong, pc.fill_null(pc.greater(pc.utf8_length(self.texts), LONGEST), False))
        texts = pc.if_else(wrong, pa.scalar(None, pa.string()), self.texts)
        texts = pc.replace_substring(texts, thousands, "")
        texts = pc.replace_substring(texts, decimal, ".")
        parts = pc.replace_substring_regex(pc.replace_substring_regex(texts, r"^[^.]*\.?", ""), r"0+$", "")
        scale = min(int(pc.max(pc.utf8_length(parts)).as_py() or 0), 12)
        texts = pc.replace_substring_regex(
            texts, rf"(\.\d{{{scale}}})\d*$" if scale else r"\.\d*$", r"\1" if scale else ""
        )
        texts = pc.replace_substring_regex(texts, r"^(-?)\.", r"\10.")
        return texts.cast(pa.decimal128(38, scale)), wrong


def read_numbers(array: Any) -> Numbers:
    """Reads a column as numbers, whatever its type."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    array = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    if not (
        pa.types.is_string(array.type) or pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type)
    ):
        known = any(
            test(array.type)
            for test in (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_null)
        )
        return Numbers(array, None, _none(pa, array) if known else pc.is_valid(array), empty=array.null_count)
    texts = array.cast(pa.string())
    bare = pc.utf8_trim_whitespace(texts)
    nothing = pc.is_in(pc.utf8_lower(bare), value_set=pa.array(sorted(NOTHING)))
    bare = pc.if_else(nothing, pa.scalar(None, pa.string()), bare)
    if pc.any(pc.match_substring_regex(bare, r"[^\d.,-]")).as_py():
        bare = _cleaned(pc, bare)
    bare = pc.replace_substring_regex(bare, r"^([\d.,]+)-$", r"-\1")
    bare = pc.replace_substring_regex(bare, r"^\+", "")
    whole = pc.match_substring_regex(bare, _BODY)
    bad = pc.fill_null(pc.invert(whole), False)
    bare = pc.if_else(bad, pa.scalar(None, pa.string()), bare)
    comma, point, either = (
        int(pc.sum(pc.match_substring_regex(bare, form)).as_py() or 0) for form in (_COMMA, _POINT, _EITHER)
    )
    return Numbers(array, bare, bad, comma, point, either, int(bare.null_count - (pc.sum(bad).as_py() or 0)))


def _cleaned(pc: Any, texts: Any) -> Any:
    """Without spaces, apostrophes and currencies, and with any sign as a minus in front."""
    texts = pc.replace_substring(pc.replace_substring(texts, "\u2212", "-"), "\u2013", "-")
    texts = pc.replace_substring_regex(texts, _SPACE, "")
    credit = pc.match_substring_regex(texts, r"(?i)\d\)?(cr|h)$")
    texts = pc.replace_substring_regex(texts, r"(?i)(\d\)?)(cr|dr|h|s)$", r"\1")
    texts = pc.if_else(pc.fill_null(credit, False), pc.binary_join_element_wise("-", texts, ""), texts)
    texts = pc.replace_substring_regex(texts, _MONEY, "")
    texts = pc.replace_substring_regex(texts, r"^(-?)\((.*)\)$", r"-\1\2")
    return pc.replace_substring_regex(texts, r"^--", "-")


def _none(pa: Any, array: Any) -> Any:
    """A mask of no rows."""
    return pa.repeat(False, len(array))


def _plain(pa: Any, pc: Any, array: Any) -> tuple[Any, Any]:
    """Numbers that were numbers. Of a float at most three decimals are meant; one that has more is wrong."""
    if pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array).cast(pa.float64())
        rounded = pc.round(array, 3)
        wrong = pc.fill_null(pc.greater(pc.abs(pc.subtract(array, rounded)), 1e-6), False)
        wrong = pc.or_(wrong, pc.fill_null(pc.invert(pc.is_finite(array)), False))
        wrong = pc.or_(wrong, pc.fill_null(pc.greater(pc.abs(array), 1e15), False))
        array = pc.if_else(wrong, pa.scalar(None, pa.float64()), rounded)
        for scale in (0, 2, 3):
            if scale == 3 or pc.all(pc.equal(pc.round(array, scale), array)).as_py() in (True, None):
                # Rounded again as text would be: the nearest decimal of so many digits, exactly.
                return pc.round(array, scale).cast(pa.decimal128(38, scale)), wrong
    if pa.types.is_null(array.type):
        return array.cast(pa.decimal128(38, 0)), _none(pa, array)
    if pa.types.is_integer(array.type):
        return array.cast(pa.decimal128(38, 0)), _none(pa, array)
    if pa.types.is_decimal(array.type):
        wrong = pc.fill_null(pc.greater(pc.abs(array.cast(pa.float64())), 10.0**LONGEST), False)
        array = pc.if_else(wrong, pa.scalar(None, array.type), array)
        scale = min(max(array.type.scale, 0), 12)
        return pc.round(array, scale).cast(
            pa.decimal128(38, scale), safe=False
        ) if scale != array.type.scale else array.cast(pa.decimal128(38, scale)), wrong
    return pa.nulls(len(array), pa.decimal128(38, 0)), pc.is_valid(array)
