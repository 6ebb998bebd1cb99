"""What keeps the page bounded, whatever the book has: names and sentences cut, trees of context pruned, and all of it said."""

from __future__ import annotations

from typing import Any

from ar_core.plot.labels import clipped

# Characters (columns) of a name and of a sentence.
MOST_NAME, MOST_SENTENCE = 90, 400
# Values of a tree of context, and how deep it is shown.
MOST_LEAVES, MOST_DEPTH = 60, 4


class Names:
    """Customer ids as a person knows them."""

    def __init__(self, book: Any) -> None:
        table = book.tables.get("customers") if book is not None else None
        self._names: dict[str, str] = {}
        if table is not None and {"customer_id", "name"} <= set(table.column_names):
            ids, names = table.column("customer_id").to_pylist(), table.column("name").to_pylist()
            self._names = {str(key): name for key, name in zip(ids, names, strict=True) if name}

    def of(self, customer_id: str | None) -> dict[str, str]:
        """The name and the id; an unknown payer says so."""
        if customer_id is None:
            return {"name": "Payer not known", "id": ""}
        name, shown = self._names.get(customer_id), short_name(customer_id)
        return {"name": short_name(name) if name else shown, "id": shown if name and name != customer_id else ""}


def short_name(text: Any) -> str:
    """A name or an identifier on one line."""
    return clipped(text, MOST_NAME)


def sentence(text: Any) -> str:
    """A sentence on one line."""
    return clipped(text, MOST_SENTENCE)


def tree(value: Any) -> Any:
    """A tree of dicts, lists and values with at most so many values, each of bounded length."""
    return _pruned(value, [MOST_LEAVES], MOST_DEPTH)


def _pruned(value: Any, left: list[int], depth: int) -> Any:
    if left[0] <= 0 or (depth == 0 and isinstance(value, (dict, list))):
        return "…"
    left[0] -= 1
    if isinstance(value, dict):
        found: dict[str, Any] = {}
        for key, entry in value.items():
            if left[0] <= 0:
                found["…"] = f"{len(value) - len(found):,} more"
                break
            found[short_name(key)] = _pruned(entry, left, depth - 1)
        return found
    if isinstance(value, list):
        kept: list[Any] = []
        for entry in value:
            if left[0] <= 0:
                break
            kept.append(_pruned(entry, left, depth - 1))
        more = f"{len(value) - len(kept):,} more"
        if len(kept) < len(value) and kept:  # of dicts a table is made: the first of its columns says it
            kept.append({next(iter(kept[0]), ""): more} if isinstance(kept[0], dict) else more)
        return kept
    return sentence(value) if isinstance(value, str) else value
