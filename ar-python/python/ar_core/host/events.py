"""Which event reports which action done, and what that event has to say.

The engine decides; the host acts and reports. This table is the whole translation between the two, so a host of one's own
(an ERP, a mail gateway) can read here what it owes the engine.
"""

from __future__ import annotations

from typing import Any

from ar_core.host.words import exact

ACTION_EVENTS: dict[str, str | None] = {
    "post_allocation": "items_allocated",
    "reverse_allocation": "allocation_reversed",
    "create_deduction": "deduction_created",
    "ask_remittance": "remittance_asked",
    "refund_overpayment": "refunded",
    "send_invoice": "invoice_sent",
    "send_reminder": "notice_sent",
    "send_notice": "notice_sent",
    "send_statement": "statement_sent",
    "send_invoice_copy": "invoice_copy_sent",
    "call": "call_made",
    "notify_owner": "owner_notified",
    "open_dispute": "dispute_opened",
    "route_dispute": "dispute_routed",
    "resolve_dispute": "dispute_resolved",
    "issue_credit_note": "item_issued",
    "record_promise": "promise_made",
    "remind_promise": "promise_reminded",
    "offer_plan": "plan_offered",
    "agree_plan": "plan_agreed",
    "grant_extension": "extension_granted",
    "charge_interest": "item_issued",
    "charge_fee": "item_issued",
    "retry_payment": "payment_retried",
    "place_hold": "hold_placed",
    "release_hold": "hold_released",
    "change_terms": "terms_changed",
    "write_off": "written_off",
    "hand_over": "handed_over",
    "reply": "reply_sent",
    "widen_autonomy": "autonomy_widened",
    "wait": None,  # nothing is done, so nothing is reported
    "review": None,  # a person looks; what they find arrives as an event of its own
}
# Only a person can do these: they are asked for whatever was approved, and a person reports them done.
BY_HAND = ("call", "reply", "review")
# That the engine may do more of something: a person confirms it, and with that it is done.
WIDENING = "widen_autonomy"
# What people decided. The engine is told of it on the same day already, and a run heeds it from then on.
VERDICTS = (
    "decision_approved",
    "decision_rejected",
    "decision_edited",
    "decision_delegated",
    "decision_reviewed",
    "autonomy_widened",
    "autonomy_narrowed",
    "autonomy_stopped",
    "autonomy_resumed",
    "policy_changed",
)
# That a question was put to people. The host says so itself, for the engine to know from the next day on.
ASKED = "decision_asked"

# The events that the engine understands, each with all of its fields beside `event`, `on` and `decision_id`. Events that are
# not here are recorded and keep an action from being repeated, but the engine is not told of them.
FIELDS: dict[str, tuple[str, ...]] = {
    "items_allocated": ("payment_id", "allocations"),
    "allocation_reversed": ("payment_id", "item_ids", "posting"),
    "deduction_created": ("deduction_id", "item_id", "amount", "reason", "code", "payment_id", "posting"),
    "remittance_asked": ("customer_id", "payment_id", "channel"),
    "notice_sent": ("customer_id", "item_ids", "level", "channel", "notice_id", "item_levels", "precondition"),
    "notice_voided": ("notice_id",),
    "statement_sent": ("customer_id", "channel"),
    "invoice_copy_sent": ("customer_id", "item_ids", "channel"),
    "call_made": ("customer_id", "reached"),
    "owner_notified": ("customer_id",),
    "reply_sent": ("customer_id", "reply_id", "channel"),
    "dispute_opened": ("dispute_id", "item_id", "amount", "reason"),
    "dispute_routed": ("dispute_ids",),
    "dispute_resolved": ("dispute_id", "state", "amount"),
    "promise_made": ("promise_id", "customer_id", "item_id", "amount", "due_on", "source"),
    "promise_withdrawn": ("promise_id",),
    "promise_reminded": ("customer_id", "channel"),
    "plan_offered": ("plan_id", "customer_id", "item_ids", "instalments", "channel"),
    "plan_agreed": ("plan_id", "customer_id", "item_ids", "instalments"),
    "extension_granted": ("item_ids", "due_on"),
    "hold_placed": ("customer_id", "reason"),
    "hold_released": ("customer_id",),
    "terms_changed": ("customer_id", "payment_days", "credit_limit"),
    "written_off": ("item_id", "amount"),
    "handed_over": ("customer_id", "item_ids", "to"),
    "payment_retried": ("payment_id",),
    "item_issued": ("item_id", "customer_id", "kind", "currency", "amount", "due_on", "reference"),
    "autonomy_widened": ("action", "segment", "level"),
    # Whom it was put to is left open: so the engine finds who is behind the role, the owner of the day, and later the deputy.
    "decision_asked": ("to",),
}


def event_id(decision_id: str, event: str) -> str:
    """The idempotency key of an event: one decision is reported done once."""
    return f"{decision_id}:{event}"


def done_event(decision: dict[str, Any], on: str, allocations: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The event that reports an `act` decision carried out on a day; None when there is nothing to report.

    `allocations` are the rows of the report's allocations that belong to this decision; without them a posting is that of its
    parameters. What an event has to say comes from the decision itself or from its parameters.
    """
    name = ACTION_EVENTS.get(decision["action"])
    if name is None:
        return None
    event: dict[str, Any] = {"event": name, "on": on, "decision_id": decision["decision_id"]}
    known = {**decision, **(decision.get("params") or {})}
    event.update({key: known[key] for key in FIELDS.get(name, ()) if known.get(key) is not None})
    if name == "items_allocated" and allocations:
        event["allocations"] = [_line(row) for row in allocations]
        event["payment_id"] = allocations[0]["payment_id"]
    if name == "written_off" and "item_id" not in event and len(decision.get("item_ids") or []) == 1:
        event["item_id"] = decision["item_ids"][0]
    if name == "dispute_resolved" and "amount" not in (decision.get("params") or {}):
        event.pop("amount", None)  # what is disputed is not what was found valid
    if name in ("deduction_created", "item_issued", "written_off") and "amount" in event:
        event["amount"] = str(exact(event["amount"], decision.get("currency")))
    return event


def _line(row: dict[str, Any]) -> dict[str, Any]:
    line = {"item_id": row["item_id"], "amount": str(exact(row["amount"], row["currency"])), "kind": row["kind"]}
    if row["item_currency"] != row["currency"]:
        line["item_amount"] = str(exact(row["item_amount"], row["item_currency"]))
    return line


def is_by_hand(decision: dict[str, Any]) -> bool:
    """Whether people do it themselves, whatever anybody says: nobody else can, or the policy only wants to hear of it."""
    suggested = decision.get("gate") == "suggest" and decision["action"] != WIDENING
    return decision["action"] in BY_HAND or suggested


def verdict_event(
    verdict: str, decision: dict[str, Any], on: str, by: str, edit: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What a person said of an ask: `approved`, `rejected` or `edited`. With action and segment of the decision it is evidence.

    More autonomy is confirmed by what reports it done.
    """
    done = done_event(decision, on, []) if verdict == "approved" and decision["action"] == WIDENING else None
    if done is not None:
        return {**done, "by": by}
    event = {"event": f"decision_{verdict}", "on": on, "decision_id": decision["decision_id"], "by": by, **kind_of(decision)}
    return {**event, "edit": edit} if edit else event


def kind_of(decision: dict[str, Any]) -> dict[str, Any]:
    """The kind of decision that a word about it is evidence of."""
    return {name: decision[name] for name in ("action", "segment") if decision.get(name) is not None}
