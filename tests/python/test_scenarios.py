"""The scenario files give the same bytes through Python as through Rust and C: their digests are committed."""

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import ar_core as ar

TESTS = Path(__file__).resolve().parent.parent
DIGESTS = json.loads((TESTS / "golden" / "scenarios.json").read_text(encoding="utf-8"))
SCENARIOS = sorted((TESTS / "scenarios").glob("*.toml"))


def _days(scenario):
    """The days of a scenario, each with the events that are new on it: one of several `steps` has several, on one ledger."""
    return scenario.get("steps") or [{**scenario, "events": []}]


def _keys(path):
    days = tomllib.loads(path.read_text(encoding="utf-8")).get("steps")
    return [f"{path.stem}@{number}" for number, day in enumerate(days, 1) if "refused" not in day] if days else [path.stem]


def test_every_scenario_has_a_digest():
    assert sorted(DIGESTS) == sorted(key for path in SCENARIOS for key in _keys(path))
    assert len(SCENARIOS) >= 40


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_same_bytes(path):
    scenario = tomllib.loads(path.read_text(encoding="utf-8"))
    ledger = ar.Ledger(**scenario["tables"])
    if "events" in scenario:
        ledger.apply(json.dumps(scenario["events"]))
    policy = ar.Policy.from_toml(scenario["policy"]) if "policy" in scenario else ar.Policy.default()
    given, digests, reports = scenario.get("models"), [], []
    if "statement" in scenario:
        _statement(ledger, **scenario["statement"])
    for day in _days(scenario):
        if day.get("events"):
            ledger.apply(json.dumps([_with_decision(event, reports) for event in day["events"]]))
        policy = ar.Policy.from_toml(day["policy"]) if "policy" in day else policy
        models = _models(ledger, day["as_of"], **given) if given else None
        if "refused" in day:
            with pytest.raises(ar.ArError) as refused:
                ar.run(ledger, policy, models, as_of=day["as_of"], scope=day.get("customers", "all"))
            assert refused.value.problems[0]["code"] == day["refused"]
            continue
        report = ar.run(ledger, policy, models, as_of=day["as_of"], scope=day.get("customers", "all"))
        if "shadow" in day:
            _shadow(report, **day["shadow"])
        reports.append(report.to_json())
        digests.append(hashlib.sha256(reports[-1].encode()).hexdigest())
    assert digests == [DIGESTS[key] for key in _keys(path)]


def _with_decision(event, reports):
    """An event of a step may say in `of` what the decision looks like that it is about: of the step before, or of `step`."""
    event = dict(event)
    wanted = dict(event.pop("of", {}))
    if not wanted:
        return event
    decisions = json.loads(reports[wanted.pop("step", len(reports)) - 1])["parts"]["decisions"]
    found = next(row for row in decisions if all(row[name] == value for name, value in wanted.items()))
    return {**event, "decision_id": found["decision_id"]}


def _statement(ledger, customer_id, as_of, rows, since=None):
    """Every row of the statement of account has what the scenario says of it."""
    found = ledger.statement(customer_id, as_of, since).to_dicts()
    assert len(found) == len(rows)
    for row, wanted in zip(found, rows, strict=True):
        assert {name: str(row[name]) for name in wanted} == {name: str(value) for name, value in wanted.items()}
    assert sum(row["amount"] for row in found if row["line"] == "age") == sum(row["balance"] for row in found if row["line"] == "closing")


def _shadow(report, events, days, rows, summary):
    """Every row and sum of what people did beside what the engine would have done is as the scenario says, in any order of the events."""
    for told in (events, json.dumps(events), events[::-1]):
        found = report.shadow(told, days)
        for table, expected in ((found.rows, rows), (found.summary, summary)):
            assert len(table) == len(expected)
            for row, wanted in zip(table.to_dicts(), expected, strict=True):
                shown = {name: row[name] for name in wanted if name != "reasons"}
                assert {name: str(value) for name, value in shown.items()} == {name: str(value) for name, value in wanted.items() if name != "reasons"}
                assert [reason["code"] for reason in wanted.get("reasons", [])] == [reason["code"] for reason in row.get("reasons", [])][: len(wanted.get("reasons", []))]


def _models(ledger, as_of, holidays=(), pay_times=()):
    calendars = {}
    for row in holidays:
        calendars.setdefault(row["calendar"], []).append(row["on"])
    return ar.Models.fit(ledger, as_of, calendars=calendars, pay_times=pay_times)


@pytest.mark.parametrize("threads", ["1", "2", "5"])
def test_a_large_book_on_threads(threads):
    """More customers than one chunk holds, on so many threads: the bytes that Rust gives on one."""
    program = (
        "import hashlib, ar_core as ar\n"
        "ledger = ar.Ledger(**ar.simulate(seed=9, customers=1300, as_of='2026-11-20'))\n"
        "report = ar.run(ledger, ar.Policy.default(), as_of='2026-11-20')\n"
        "print(hashlib.sha256(report.to_json().encode()).hexdigest())\n"
    )
    environment = {**os.environ, "RAYON_NUM_THREADS": threads}
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment).stdout
    assert printed == (TESTS / "golden" / "large_book.sha256").read_text(encoding="utf-8")
