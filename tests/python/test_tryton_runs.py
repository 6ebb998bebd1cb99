"""Runs of another dunning system, reproduced by policy alone: every state of every item after every step.

The data is not part of the project; without it the test is skipped.
"""

import json
import os
from pathlib import Path

import pytest

import ar_core as ar

HERE = Path(__file__).resolve()
FILE = Path(os.environ.get("AR_SHARED", HERE.parents[3] / "shared")) / "data" / "dunning" / "tryton_runs.json"


def policy(after_days):
    return ar.Policy.from_json(
        json.dumps(
            {
                "version": "tryton",
                "collections": {
                    "ladder": [{"after_days": days} for days in after_days],
                    "min_interval_days": 0,
                    "min_notice_amount": 0,
                    "contact_cap": 50,
                    "max_contacts": 100,
                },
                "contact": {"weekend": []},
            }
        )
    )


# Overpaid by a cent: there nothing is reconciled and the item stays active with nothing open, here it is settled.
EXPLAINED = {"tryton-run-048"}


class Host:
    """A host that keeps the items and does what is decided; what is not acknowledged moves nothing."""

    def __init__(self, case):
        self.policy = policy(case["levels_after_days"])
        self.last = len(case["levels_after_days"])
        self.items = {item["id"]: {**item, "paid": 0.0, "level": 0, "sent": None, "blocked": False, "draft": 0, "final": False} for item in case["items"]}
        self.on = "2026-01-01"

    def is_open(self, item):
        return round(float(item["amount"]) - item["paid"], 2) > 0

    def ledger(self):
        rows = [
            {
                "item_id": key,
                "customer_id": "C",
                "currency": "EUR",
                "amount": item["amount"],
                "open_amount": f"{float(item['amount']) - item['paid']:.2f}",
                "issued_on": "2025-12-01",
                "due_on": item["due"],
                "dunning_level": item["level"],
                "last_notice_on": item["sent"],
                "blocked_until": "2099-01-01" if item["blocked"] else None,
            }
            for key, item in self.items.items()
            if self.is_open(item)
        ]
        return ar.Ledger(items=rows) if rows else None

    def run(self, step):
        self.on = step["on"]
        ledger = self.ledger()
        if ledger is None:
            return
        report = ar.run(ledger, self.policy, as_of=self.on)
        notices = [row for row in report.decisions.to_dicts() if row["action"] == "send_notice"]
        assert len(notices) <= 1, "one notice a customer and run"
        own = {row["item_id"]: row for row in report.outcomes.to_dicts()}
        for key, item in self.items.items():
            if not self.is_open(item) or item["blocked"]:
                continue
            reason = own[key]["reasons"][0]
            decided = reason["code"] == "on_notice" and key in notices[0]["item_ids"]
            item["draft"] = reason["limit"] if decided else 0
            item["final"] = reason["code"] == "ladder_exhausted"

    def ack(self, _):
        for item in self.items.values():
            if item["draft"] and not item["blocked"] and self.is_open(item):
                item["level"], item["sent"], item["draft"] = item["draft"], self.on, 0

    def pay(self, step):
        self.items[step["item"]]["paid"] += float(step["amount"])

    partpay = pay

    def block(self, step):
        self.items[step["item"]]["blocked"] = True

    def unblock(self, step):
        self.items[step["item"]]["blocked"] = False

    def states(self):
        def state(item):
            if not item["draft"] and not item["level"]:
                return None
            word = "draft" if item["draft"] else "final" if item["final"] else "waiting"
            return {"level": item["draft"] or item["level"], "state": word, "blocked": item["blocked"], "active": self.is_open(item)}

        return {key: state(item) for key, item in self.items.items()}


@pytest.mark.skipif(not FILE.exists(), reason="the runs of the other system are not here")
def test_every_state_of_every_item():
    # Levels that do not come later and later are no policy here.
    cases = [case for case in json.loads(FILE.read_text(encoding="utf-8"))["cases"] if sorted(set(case["levels_after_days"])) == case["levels_after_days"]]
    wrong, seen = [], 0
    for case in cases:
        host = Host(case)
        for number, step in enumerate(case["steps"]):
            getattr(host, step["do"])(step)
            states = host.states()
            for key, wanted in step["after"].items():
                seen += 1
                if states[key] != wanted and case["id"] not in EXPLAINED:
                    wrong.append((case["id"], number, step["do"], key, wanted, states[key]))
    assert seen >= 1_000
    assert not wrong, f"{len(wrong)} of {seen}: {wrong[:5]}"
