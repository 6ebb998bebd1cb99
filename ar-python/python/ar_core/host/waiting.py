"""How a question stands that waits for a person: since when, until when, and what becomes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ar_core.host.words import plural


def age(ask: dict[str, Any], on: str) -> int:
    """Days for which a question has waited."""
    asked = ask.get("asked_on")
    return (date.fromisoformat(on) - date.fromisoformat(asked)).days if asked else 0


def unanswered(ask: dict[str, Any], on: str) -> str:
    """What happens if nobody answers, and when."""
    what = ask.get("unanswered")
    if what == "acts":
        limit = next((reason["limit"] for reason in ask.get("reasons") or [] if reason["code"] == "veto_window"), 0)
        return f"acts on {date.fromisoformat(ask.get('asked_on') or on) + timedelta(days=int(limit))}"
    return {"deputy": "goes to the deputy", "lapses": f"lapses on {ask.get('expires_on')}"}.get(str(what), "")


def still(body: dict[str, Any] | None) -> str:
    """Why an approval is void."""
    if body is None:
        return "the facts changed and the decision is gone"
    codes = {reason["code"] for reason in body.get("reasons") or []}
    if codes & {"stopped", "kill_switch"}:
        return "it is stopped (ar-core autonomy shows by whom, ar-core resume ends it)"
    if "edit_void" in codes:
        return "what was changed of it no longer fits the facts"
    return "the engine still asks: this needs more than a yes"


def approvals(body: dict[str, Any] | None) -> int:
    """How many people have approved a decision that wants more; 0 where it is not approvals that it waits for."""
    reasons = body.get("reasons") or [] if body else []
    return next((int(reason["observed"]) for reason in reasons if reason["code"] == "second_approval"), 0)


def not_yet(body: dict[str, Any] | None) -> str:
    """What an approval has not done."""
    given = approvals(body)
    return f"; it waits for another person ({plural(given, 'approval')} so far)" if given else ""
