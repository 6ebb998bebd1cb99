"""What the commands of supervision print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ar_core.host.day import Day, Verdict
from ar_core.host.grid import answer as _json
from ar_core.host.grid import grid
from ar_core.host.say import _facts
from ar_core.host.state import Recorded, Run
from ar_core.host.words import money, words

_WHAT = {
    "autonomy_stopped": "stopped",
    "autonomy_resumed": "resumed",
    "autonomy_narrowed": "narrowed",
}


def edited(day: Day, said: Verdict, as_json: bool) -> None:
    """What a change made of decisions."""
    if as_json:
        out = Path(day.run.out) if day.run.out else None
        _json(
            {
                **_facts(day, out, False),
                "verdict": said.word,
                "decision_ids": list(said.decision_ids),
                "edit": said.edit,
            }
        )
        return
    acted = {event.decision_id for event in day.new_events}
    for decision_id in said.decision_ids:
        what = ", ".join(f"{name} {value}" for name, value in (said.edit or {}).items())
        rest = "and carried out" if decision_id in acted else "another person approves it, with: ar-core approve"
        print(f"{decision_id}: changed by {said.by} ({what}); {rest}")


def recorded(last: Run, said: list[Recorded], as_json: bool) -> None:
    """What was recorded, and when it counts."""
    if as_json:
        _json([event.body for event in said])
        return
    for event in said:
        print(_sentence(event.body))
    if any(event.body["event"] in _WHAT for event in said):
        print(f"This counts from the next run on, also of the same day: ar-core run … --as-of {last.as_of}")


def _sentence(body: dict[str, Any]) -> str:
    about, by = body.get("decision_id"), body["by"]
    if body["event"] == "decision_delegated":
        return f"{about}: handed on to {body['to']} by {by}"
    if body["event"] == "decision_reviewed":
        return f"{about}: found {body['verdict']} by {by}"
    level = f" to level {body['level']}" if "level" in body else ""
    holds = "; holds stay" if body["event"] == "autonomy_stopped" else ""
    return f"{extent(body)}: {_WHAT[body['event']]}{level} by {by}{holds}"


def extent(body: dict[str, Any]) -> str:
    """What a stop covers."""
    parts = [
        words(body["action"]) if body.get("action") else "Everything",
        f"in the segment {body['segment']}" if body.get("segment") else "",
        f"for {body['customer_id']}" if body.get("customer_id") else "",
    ]
    return " ".join(part for part in parts if part)


def samples(found: list[dict[str, Any]], limit: int, as_json: bool) -> None:
    """What was drawn for a person to look at."""
    shown = found[:limit] if limit >= 0 else found
    if as_json:
        _json(shown)
        return
    if not found:
        print("nothing waits to be looked at")
        return
    lines = [
        (
            row["decision_id"],
            row["as_of"],
            row.get("customer_id"),
            money(row.get("amount"), row.get("currency")),
            words(row["action"]),
            row.get("segment"),
        )
        for row in shown
    ]
    print(grid(("decision", "done on", "customer", "amount", "action", "segment"), lines, frozenset({3})))
    if len(found) > len(shown):
        print(f"… and {len(found) - len(shown):,} more (--limit)")
    print("look at each, then: ar-core review BOOK D-… --right, or --wrong")


def autonomy(found: list[dict[str, Any]], stops: list[dict[str, Any]], as_json: bool) -> None:
    """How far the engine may go."""
    if as_json:
        _json({"autonomy": found, "stops": stops})
        return
    for body in stops:
        print(f"{extent(body)}: stopped by {body['by']} on {body['on']}")
    if not found:
        print("nobody has said anything of a decision yet: every level is the policy's (--all lists them)")
        return
    lines = [
        (
            row["action"],
            row["segment"],
            row["policy_level"],
            row["level"],
            row["mode"],
            row["trials"],
            row["errors"],
            _share(row["error_under_ppm"]),
            _share(row["error_limit_ppm"]),
            row["needed"],
            row["why"],
        )
        for row in found
    ]
    names = ("action", "segment", "policy", "level", "mode", "trials", "errors", "under", "limit", "needed", "why")
    print(grid(names, lines, frozenset({2, 3, 5, 6, 7, 8, 9})))


def _share(ppm: int) -> str:
    return f"{ppm / 10_000:.2f} %"
