"""What people said, told to the engine before it counts: what the engine refuses is not recorded."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ar_core.host import engine as door
from ar_core.host.errors import HostError, InvalidBook, Refused
from ar_core.host.events import FIELDS, VERDICTS
from ar_core.host.records import HOST, Recorded

if TYPE_CHECKING:
    from ar_core.host.store import State

# Understood, and not carried out; whatever else the engine refuses is wrong input.
NOT_NOW = ("same_person", "impossible_event")
# Versions that name no policy in particular: what is built in, the demonstration's, and what has no name. These may change.
UNNAMED = ("", "unnamed", "default-1", "demo")


def told(events: Iterable[Recorded]) -> list[dict[str, Any]]:
    """Events as the engine understands them; those that it knows nothing of are not among them."""
    known = (event.body for event in events if event.body["event"] in FIELDS or event.body["event"] in VERDICTS)
    return [{key: value for key, value in body.items() if not key.startswith("x_")} for body in known]


def hear(ledger: Any, said: list[Recorded]) -> None:
    """Tell the engine what people say now, all of it or nothing."""
    if not said:
        return
    try:
        ledger.apply(json.dumps(told(said), ensure_ascii=False))
    except Exception as error:
        if not door.is_refusal(error):
            raise
        raise _refusal(error, said) from error


def _refusal(error: BaseException, said: list[Recorded]) -> HostError:
    problems = [dict(entry) for entry in getattr(error, "problems", None) or []]
    codes = {entry.get("code") for entry in problems}
    texts = []
    for entry in problems:
        row = entry.get("row")
        about = said[row].decision_id if isinstance(row, int) and row < len(said) else None
        texts.append(f"{about}: {entry['message']}" if about else str(entry["message"]))
    if codes == {"version_taken"}:
        return InvalidBook(
            f'the policy was changed and kept its version: {texts[0]}. Give it another one (version = "…", its first line); nothing was run.'
        )
    if codes and codes <= set(NOT_NOW):
        return Refused(f"{'; '.join(texts)}. Nothing was recorded.")
    return door.refused(error, "this is not what the engine can take, and nothing was recorded")


def policy_event(state: State, policy: Any, on: str, by: str) -> list[Recorded]:
    """That a policy is in force whose digest this book has not seen: a version has one digest for ever."""
    key = f"policy_changed:{policy.digest}"
    if policy.version in UNNAMED or state.has_event(key):
        return []
    by = by or HOST
    body = {"event": "policy_changed", "on": on, "version": policy.version, "digest": policy.digest, "by": by}
    return [Recorded(key, on, None, body, by)]
