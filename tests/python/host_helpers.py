"""A stand-in for the engine, small enough to see what the host does with it, and books to feed it.

It decides by a few rules: an overdue item gets a notice (an act, unless its amount is above 10,000: then it asks; from 500,000 on two
people approve), above a million a person calls, and an item that was noticed, rejected or done is left alone. A question keeps its
identifier for a week, an edit may change the channel, what is stopped is asked for, and an act on an item `S…` is drawn to be looked at.
It counts how often it was run and what it was told.
"""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa

MONEY = pa.decimal128(38, 2)
REASONS = pa.list_(
    pa.struct([("code", pa.string()), ("observed", pa.int64()), ("limit", pa.int64()), ("unit", pa.string())])
)
ASK_ABOVE = Decimal(10_000)
TWO_FROM = Decimal(500_000)
KEEPS_DAYS = 7
CALL_ABOVE = Decimal(1_000_000)
HOSTILE = "<script>alert('Acme')</script> & \"Söhne\""


class InvalidInput(ValueError):
    """As the engine's own: a code and problems."""

    def __init__(self, problems):
        super().__init__("invalid input")
        self.code, self.problems = "invalid_input", problems


class Policy:
    def __init__(self, text="{}"):
        self._text = text
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        self.version = json.loads(text).get("version", "unnamed") if text.startswith("{") else "unnamed"

    default = classmethod(lambda cls: cls())
    from_json = classmethod(lambda cls, text: cls(text))
    from_toml = classmethod(lambda cls, text: cls(text))

    def to_json(self):
        return self._text


class Ledger:
    def __init__(self, **tables):
        self.items = tables["items"].to_pylist()
        self.events = []
        problems = [
            {
                "table": "items",
                "row": row,
                "column": "amount",
                "code": "not_a_number",
                "message": f"'{item['amount']}' is no amount",
            }
            for row, item in enumerate(self.items)
            if not str(item["amount"]).replace(".", "").isdigit()
        ]
        if problems:
            raise InvalidInput(problems)

    def apply(self, text):
        events = json.loads(text)
        problems = [
            {"table": "events", "row": row, "column": None, "code": code, "message": f"no, it is {code}"}
            for row, event in enumerate(events)
            if (code := self._refusal(event, self.events + events[:row]))
        ]
        if problems:
            raise InvalidInput(problems)
        self.events.extend(events)

    @staticmethod
    def _refusal(event, before):
        same = [other for other in before if other.get("decision_id") == event.get("decision_id")]
        if event["event"] == "policy_changed":
            known = {other["version"]: other["digest"] for other in before if other["event"] == "policy_changed"}
            return "version_taken" if known.get(event["version"], event["digest"]) != event["digest"] else None
        if event["event"] == "decision_approved":
            edits = [other["by"] for other in same if other["event"] == "decision_edited"]
            return "same_person" if edits and edits[-1] == event["by"] else None
        if event["event"] == "autonomy_resumed":
            return None if stopped(before) else "impossible_event"
        return None

    def digest(self):
        return hashlib.sha256(json.dumps([self.items, self.events], default=str).encode()).hexdigest()


class AuditLog:
    """Numbers what is appended, and chains nothing."""

    def __init__(self, head=None):
        self._len, self._rows = (head or {"len": 0})["len"], []

    def _push(self, kind):
        row = dict.fromkeys(("previous", "policy_version", "model_version"), "")
        seq = self._len + len(self._rows)
        self._rows.append({**row, "seq": seq, "kind": kind, "digest": f"{seq:064}", "body": "{}"})

    def append(self, report):
        self._push("inputs")

    def append_events(self, events, ledger=None):
        for _ in events:
            self._push("event")

    def append_policy(self, policy, by, on):
        self._push("policy")

    @property
    def table(self):
        return SimpleNamespace(to_dicts=lambda: self._rows)


class FakeEngine:
    """The surface of the native module that the host uses."""

    __version__ = "0.0.0-fake"

    def __init__(self):
        self.Policy, self.Ledger, self.AuditLog, self.runs = Policy, Ledger, AuditLog, []

    def run(self, ledger, policy, models=None, as_of=None):
        self.runs.append(list(ledger.events))
        return _report(ledger, date.fromisoformat(as_of))


def stopped(events):
    """Whether all is stopped; the stand-in knows no other extent."""
    words = [event["event"] for event in events if event["event"] in ("autonomy_stopped", "autonomy_resumed")]
    return bool(words) and words[-1] == "autonomy_stopped"


def _named(item_id, as_of, noticed, asked):
    """The identifier under which a matter waits, else that of the day."""
    names = [
        "D-" + hashlib.sha256(f"{item_id}|{as_of - timedelta(days=back)}|{item_id in noticed}".encode()).hexdigest()[:10]
        for back in range(KEEPS_DAYS + 1)
    ]
    return next((name for name in names if name in asked), names[0])


def _told(events):
    """What people said of each decision, and when each was asked."""
    asked, said = {}, {}
    for event in events:
        if event["event"] == "decision_asked":
            asked.setdefault(event["decision_id"], date.fromisoformat(event["on"]))
        elif event["event"].startswith("decision_"):
            said.setdefault(event["decision_id"], []).append(event)
    return asked, said


def _report(ledger, as_of):
    noticed = {item for event in ledger.events if event["event"] == "notice_sent" for item in event["item_ids"]}
    done = {event.get("decision_id") for event in ledger.events if not event["event"].startswith("decision_")} - {None}
    asked, said = _told(ledger.events)
    decisions, worklist, escalations, outcomes, scores = [], [], [], [], []
    for item in ledger.items:
        amount, late = Decimal(item["amount"]), (as_of - date.fromisoformat(item["due_on"])).days
        decision_id = _named(item["item_id"], as_of, noticed, asked)
        own = said.get(decision_id, [])
        skip = "not_due" if late <= 0 else "notice_too_recent" if item["item_id"] in noticed else None
        skip = skip or ("rejected" if any(event["event"] == "decision_rejected" for event in own) else None)
        skip = skip or ("already_done" if decision_id in done else None)
        reasons = [{"code": skip or "past_due", "observed": late, "limit": 0, "unit": "days"}]
        common = {"customer_id": item["customer_id"], "currency": item["currency"]}
        outcomes.append(
            {
                "item_id": item["item_id"],
                "customer_id": item["customer_id"],
                "outcome": "skipped" if skip else "decided",
                "decision_id": None if skip else decision_id,
                "reasons": reasons,
            }
        )
        scores.append(_score(item, amount, late, as_of, reasons))
        if skip:
            continue
        action = "call" if amount > CALL_ABOVE else "send_notice"
        approvers = {event["by"] for event in own if event["event"] == "decision_approved"}
        wanted = 2 if amount >= TWO_FROM else 1
        ask = action == "call" or stopped(ledger.events) or (amount > ASK_ABOVE and len(approvers) < wanted)
        channel = "email"
        for edit in [event["edit"] for event in own if event["event"] == "decision_edited"][-1:]:
            fits = set(edit) == {"channel"}
            channel = edit["channel"] if fits else channel
            reasons = [*reasons, {"code": "edited" if fits else "edit_void", "observed": None, "limit": None, "unit": "count"}]
        if stopped(ledger.events):
            reasons = [*reasons, {"code": "stopped", "observed": None, "limit": None, "unit": "count"}]
        elif ask and approvers:
            reasons = [*reasons, {"code": "second_approval", "observed": len(approvers), "limit": wanted, "unit": "count"}]
        since = asked.get(decision_id, as_of)
        row = {
            **common,
            "decision_id": decision_id,
            "item_ids": [item["item_id"]],
            "action": action,
            "amount": amount,
            "level": 1,
            "priority": late,
            "params": json.dumps({"channel": channel}),
            "mode": "ask" if ask else "act",
            "ask_role": "collector" if ask else None,
            "reasons": reasons,
            "evidence": [f"items/{item['item_id']}"],
            "propensity": 1.0,
            "segment": "",
            "gate": "approve",
            "autonomy_level": 1,
            "sampled": not ask and item["item_id"].startswith("S"),
            "expires_on": since + timedelta(days=KEEPS_DAYS),
        }
        decisions.append(row)
        if ask:
            worklist.append(
                {
                    **common,
                    "rank": len(worklist) + 1,
                    "decision_id": decision_id,
                    "amount": amount,
                    "action": action,
                    "ask_role": "collector",
                    "person": None,
                    "why": f"{HOSTILE} owes {amount} for {late} days",
                    "expected_value": amount,
                    "minutes": 2,
                    "today": True,
                    "context": json.dumps(
                        {"days_late": late, "items": [{"item_id": item["item_id"], "amount": str(amount)}]}
                    ),
                }
            )
            escalations.append(
                {
                    **worklist[-1],
                    **{name: row[name] for name in ("segment", "params", "expires_on")},
                    "question": "do" if action == "call" else "approve",
                    "role": "collector",
                    "asked_on": asked.get(decision_id),
                    "answer_by": since + timedelta(days=2),
                    "unanswered": "lapses",
                    "confidence_ppm": 1_000_000,
                    "alternatives": json.dumps([{"choice": "wait", "expected_value": "0.00", "risk": "0.00"}]),
                }
            )
    return _parts(ledger, as_of, decisions, worklist, escalations, outcomes, scores)


def _score(item, amount, late, as_of, reasons):
    return {
        "item_id": item["item_id"],
        "customer_id": item["customer_id"],
        "currency": item["currency"],
        "open_amount": amount,
        "days_late": late,
        "p_late": 0.4,
        "p_late_30": 0.2,
        "p_default": 0.01,
        "expected_on": as_of,
        "median_on": as_of,
        "q10_on": as_of,
        "q90_on": as_of + timedelta(days=30),
        "priority": max(0, late),
        "class": "habitual",
        "reasons": reasons,
    }


def _parts(ledger, as_of, decisions, worklist, escalations, outcomes, scores):
    currencies = sorted({item["currency"] for item in ledger.items})
    aging = [
        {"bucket": bucket, "currency": currency, "amount": Decimal(1000 * number), "count": number}
        for currency in currencies
        for number, bucket in enumerate(("not_due", "1-30", "31-60", "61-90", "over_90"), start=1)
    ]
    forecast = [
        {
            "on": as_of + timedelta(days=day),
            "currency": currency,
            "expected": Decimal(100 + day),
            "lo80": Decimal(60),
            "hi80": Decimal(160),
            "lo95": Decimal(20),
            "hi95": Decimal(260),
        }
        for currency in currencies
        for day in range(28)
    ]
    kpis = [
        {
            "name": "dso_countback",
            "value": 41.25,
            "unit": "days",
            "formula": "countback",
            "version": "1",
            "currency": currencies[0],
            "note": None,
        },
        {
            "name": "touchless_rate",
            "value": None,
            "unit": "ratio",
            "formula": "auto / all",
            "version": "1",
            "currency": None,
            "note": "no payments",
        },
    ]
    audit = [
        {
            "seq": 0,
            "previous": "",
            "digest": "ab" * 32,
            "kind": "inputs",
            "policy_version": "1",
            "model_version": "1",
            "body": "{}",
        }
    ]
    data = {
        "decisions": decisions,
        "worklist": worklist,
        "outcomes": outcomes,
        "scores": scores,
        "aging": aging,
        "forecast": forecast,
        "kpis": kpis,
        "risk": [],
        "capacity": [],
        "root_causes": [],
        "escalations": [{name: row.get(name) for name in SCHEMAS["escalations"].names} for row in escalations],
        "autonomy": [_cell()],
        "audit": audit,
        "allocations": [],
        "payments": [],
    }
    parts = {name: pa.Table.from_pylist(rows, schema=SCHEMAS[name]) for name, rows in data.items()}
    return SimpleNamespace(
        **parts, to_json=lambda: json.dumps(data, default=str, sort_keys=True), explain=lambda key: f"because of {key}"
    )


def _cell():
    return {
        **{name: 0 for name in SCHEMAS["autonomy"].names},
        **{"action": "send_notice", "segment": "", "policy_level": 2, "level": 1, "mode": "approve", "since": date(2026, 11, 20)},
        **{"trials": 12, "errors": 3, "error_over_ppm": 0, "error_under_ppm": 400_000, "error_limit_ppm": 20_000, "needed": 150},
        **{"against_people_ppm": None, "earned_level": None, "why": "Narrowed to level 1 on 2026-11-20: 3 wrong."},
    }


def _schema(text, **special):
    kinds = {
        "s": pa.string(),
        "i": pa.int64(),
        "b": pa.bool_(),
        "f": pa.float64(),
        "d": pa.date32(),
        "m": MONEY,
        "r": REASONS,
        "l": pa.list_(pa.string()),
        "ll": pa.list_(pa.list_(pa.string())),
    }
    return pa.schema([(name, kinds[kind]) for name, kind in (column.split(":") for column in text.split())])


SCHEMAS = {
    "allocations": _schema("payment_id:s item_id:s amount:m currency:s kind:s decision_id:s"),
    "payments": _schema(
        "payment_id:s customer_id:s currency:s amount:m status:s confidence:f certificate:s alternatives:ll unapplied:m decision_id:s reasons:r"
    ),
    "scores": _schema(
        "item_id:s customer_id:s currency:s open_amount:m days_late:i p_late:f p_late_30:f p_default:f expected_on:d median_on:d q10_on:d"
        " q90_on:d priority:i class:s reasons:r"
    ),
    "decisions": _schema(
        "decision_id:s customer_id:s currency:s item_ids:l action:s amount:m level:i priority:i params:s mode:s ask_role:s reasons:r"
        " evidence:l propensity:f expires_on:d segment:s gate:s autonomy_level:i sampled:b"
    ),
    "worklist": _schema(
        "rank:i decision_id:s customer_id:s currency:s amount:m action:s ask_role:s person:s why:s expected_value:m context:s minutes:i today:b"
    ),
    "capacity": _schema(
        "role:s capacity_minutes:i minutes:i today:i waiting:i currency:s value:m bound:m gap:f exact:b without_rate:i"
    ),
    "root_causes": _schema(
        "currency:s reason:s by:s product:s customer_id:s count:i amount:m open_count:i open_amount:m decided_count:i valid_share:f mean_days_open:f"
    ),
    "escalations": _schema(
        "rank:i decision_id:s question:s customer_id:s action:s segment:s currency:s amount:m role:s person:s why:s asked_on:d answer_by:d"
        " unanswered:s expires_on:d confidence_ppm:i alternatives:s params:s context:s"
    ),
    "autonomy": _schema(
        "action:s segment:s policy_level:i level:i mode:s since:d trials:i errors:i samples:i failed_samples:i error_over_ppm:i error_under_ppm:i"
        " error_limit_ppm:i evidence_ppm:i enough_ppm:i against_people_ppm:i needed:i drift:i earned_level:i why:s"
    ),
    "outcomes": _schema("item_id:s customer_id:s outcome:s decision_id:s reasons:r"),
    "forecast": _schema("on:d currency:s expected:m lo80:m hi80:m lo95:m hi95:m"),
    "aging": _schema("bucket:s currency:s amount:m count:i"),
    "kpis": _schema("name:s value:f unit:s formula:s version:s currency:s note:s"),
    "risk": _schema("measure:s currency:s customer_id:s bucket:s amount:m rate:f count:i formula:s reasons:r"),
    "audit": _schema("seq:i previous:s digest:s kind:s policy_version:s model_version:s body:s"),
}

ITEMS = [
    {
        "item_id": "0001",
        "customer_id": "C1",
        "currency": "EUR",
        "amount": "1200.50",
        "issued_on": "2026-09-01",
        "due_on": "2026-10-01",
    },
    {
        "item_id": "0002",
        "customer_id": "C2",
        "currency": "EUR",
        "amount": "45000.00",
        "issued_on": "2026-09-01",
        "due_on": "2026-10-15",
    },
    {
        "item_id": "0003",
        "customer_id": "C2",
        "currency": "USD",
        "amount": "310.00",
        "issued_on": "2026-11-01",
        "due_on": "2026-12-01",
    },
]


def write_csv(path: Path, rows: list[dict]) -> None:
    """A CSV as a spreadsheet would write it."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_book(folder: Path, items: list[dict] | None = None) -> Path:
    """A folder with items and customers."""
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "items.csv", items or ITEMS)
    write_csv(
        folder / "customers.csv",
        [
            {"customer_id": "C1", "name": "Nordwind GmbH", "aliases": "Nordwind; NW "},
            {"customer_id": "C2", "name": HOSTILE, "aliases": ""},
        ],
    )
    return folder
