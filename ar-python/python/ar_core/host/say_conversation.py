"""What the commands of conversation print."""

from __future__ import annotations

from typing import Any

from ar_core.host.grid import answer as _json
from ar_core.host.grid import grid
from ar_core.host.grid import line as _line


def reading(text: str, found: Any, as_json: bool) -> None:
    """What was understood of a message, each thing with the words that say so."""
    if as_json:
        _json(found.to_dict())
        return
    why = f": {', '.join(found.human_reasons)}" if found.human_reasons else ""
    print(
        f"language {found.language or 'unknown'}; {'a person must see it' if found.human else 'no person needs to see it'}{why}"
    )
    lines = [
        (intent.name, f"{intent.probability:.0%}", ", ".join(intent.item_ids), _said(text, intent.spans))
        for intent in found.intents
    ]
    lines += [
        ("reference", "", ref, "disputed" if ref in found.disputed_references else "") for ref in found.references
    ]
    lines += [(f"date: {date.role}", "", f"{date.bound} {date.on}", _said(text, [date.span])) for date in found.dates]
    lines += [
        (f"amount: {amount.role}", "", f"{amount.value} {amount.currency}", _said(text, [amount.span]))
        for amount in found.amounts
    ]
    lines += [("dispute reason", "", code, "") for code in found.dispute_reasons]
    if lines:
        print(grid(("what", "sure", "which", "words"), lines, frozenset({1})))


def _said(text: str, spans: list[tuple[int, int]]) -> str:
    return " … ".join(text[start:end] for start, end in spans)


def verdict(text: str, found: Any, as_json: bool) -> None:
    """Whether a text may go out, and what is wrong with it."""
    if as_json:
        _json(found.to_dict())
        return
    print("accepted: every statement is a fact" if found.accepted else "refused")
    if not found.accepted:
        _findings(text, found.findings)


def _findings(text: str, found: list[Any]) -> None:
    print(grid(("code", "words", "message"), [(one.code, text[slice(*one.span)], one.message) for one in found]))


def notice(found: Any, as_json: bool) -> None:
    """The notice as it goes out."""
    if as_json:
        _json(found.to_dict())
        return
    if found.subject:
        print(f"Subject: {_line(found.subject)}\n")
    print("\n".join(_line(line) for line in found.text.split("\n")))
    if found.draft not in ("none", "used"):
        codes = ", ".join(dict.fromkeys(one.code for one in found.findings))
        print(f"\n(the draft is not used: {found.draft.replace('_', ' ')}{f' ({codes})' if codes else ''})")


__all__ = ["notice", "reading", "verdict"]
