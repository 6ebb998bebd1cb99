"""Which side a row stands on and what it is: from the side column, the kind of document, the posting key, or the sign of the amount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..frames import need
from .knowledge import Layout, general
from .profile import NO, YES
from .values import Notes, Settings

ITEM_KINDS = ("invoice", "debit_note", "fee", "interest", "deduction", "credit_note")


def counted(array: Any) -> Counter[str]:
    """How often each text is there."""
    pc = need("pyarrow.compute")
    return Counter({entry["values"]: entry["counts"] for entry in pc.value_counts(pc.drop_null(array)).to_pylist()})


def translate(array: Any, known: Mapping[str, Any], kind: Any) -> Any:
    """Each text by what is known of it; null where nothing is."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    encoded = pc.dictionary_encode(array)
    meant = [known.get(value.casefold()) if value is not None else None for value in encoded.dictionary.to_pylist()]
    return pa.array(meant, kind).take(encoded.indices)


def word_kinds(words: Any, layout: Layout | None, settings: Settings, heading: str, notes: Notes) -> Any:
    """The kinds that the words of a column name; `payment` and `skip` for rows that are no items.

    Where some words are known and others are not, the unknown are a problem; where none is, the column is not one of kinds after all.
    """
    pa = need("pyarrow")
    known: dict[str, str] = {**general().kinds, **(layout.kinds if layout else {})}
    known |= {word.casefold(): kind for word, kind in settings.kinds.items()}
    unknown: Counter[str] = Counter()
    seen: dict[str, str] = {}
    for word, count in counted(words).items():
        folded = word.casefold()
        kind = known.get(folded) or next(
            (known[k] for k in sorted(known, key=len, reverse=True) if len(k) >= 6 and folded.startswith(k)), None
        )
        if kind is None:
            unknown[word] += count
        else:
            seen[folded] = kind
    if not seen:
        shown = ", ".join(repr(word) for word in list(unknown)[:5])
        notes.assume(
            f"{heading}: none of its words ({shown}) is a kind that is known; kinds follow from the sign of the amount",
            heading,
            "with_(kinds={'word': 'invoice'})",
        )
        return None
    for word, count in unknown.most_common(20):
        notes.refuse(
            "unknown_word",
            f"'{word}' ({count} rows): say what it is, with_(kinds={{'{word}': 'invoice'}}); one of {', '.join(ITEM_KINDS)}, payment, skip",
            heading,
        )
    return translate(words, seen, pa.string())


def sides(columns: Mapping[str, Any], layout: Layout | None, headings: Mapping[str, str], notes: Notes) -> Any:
    """+1 for what is owed to us, -1 for what we owe, from a column that says it; None without one."""
    pa = need("pyarrow")
    for role, name in (("sign", "signs"), ("posting_key", "posting")):
        if role not in columns:
            continue
        known = {**getattr(general(), name), **(getattr(layout, name) if layout else {})}
        found = translate(columns[role], known, pa.int8())
        missing = counted(columns[role].filter(need("pyarrow.compute").is_null(found)))
        if len(missing) and found.null_count == len(found):
            continue
        for word, count in missing.most_common(5):
            notes.refuse("unknown_word", f"'{word}' ({count} rows) says no side", headings[role])
        return found
    return None


def states(words: Any, layout: Layout | None) -> Any:
    """`skip`, `paid`, `open` or null for the words of a column of states."""
    pa = need("pyarrow")
    known = {**general().status, **(layout.status if layout else {})}
    return translate(words, known, pa.string())


def flags(words: Any) -> Any:
    """True and False for the ways in which exports write them; null for anything else. Counts above zero are true."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    known: dict[str, bool] = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
    found = translate(words, known, pa.bool_())
    return pc.if_else(
        pc.is_null(found),
        pc.if_else(pc.fill_null(pc.match_substring_regex(words, r"^[1-9]\d*$"), False), True, found),
        found,
    )


def kinds_of(signed: Any, said: Any, notes: Notes) -> Any:
    """The kind of each item, from the side of its amount and what its words say; the side is stronger."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    credit = pc.fill_null(pc.less(signed, pa.scalar(0, pa.int8()).cast(signed.type)), False)
    if said is None:
        said = pa.nulls(len(signed), pa.string())
        if count := int(pc.sum(credit).as_py() or 0):
            notes.assume("amounts below zero are credit notes", None, None, count)
    owed = pc.if_else(pc.fill_null(pc.equal(said, "credit_note"), False), "debit_note", pc.fill_null(said, "invoice"))
    turned = int(pc.sum(pc.and_(pc.invert(credit), pc.fill_null(pc.equal(said, "credit_note"), False))).as_py() or 0)
    if turned:
        notes.assume("credit notes on the debit side (taken back) are debit notes", None, None, turned)
    against = int(pc.sum(pc.and_(credit, pc.fill_null(pc.not_equal(said, "credit_note"), False))).as_py() or 0)
    if against:
        notes.assume("documents of debit kinds with an amount below zero are credit notes", None, None, against)
    return pc.if_else(credit, "credit_note", owed)
