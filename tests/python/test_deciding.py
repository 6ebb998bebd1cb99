"""What is said of decisions and of autonomy and makes no sense is refused, with field and code; nothing changes."""

import json
from pathlib import Path

import pytest

import ar_core as ar

CASES = json.loads((Path(__file__).parents[1] / "bad_input" / "deciding.json").read_text(encoding="utf-8"))
ITEM = {"item_id": "I1", "customer_id": "C1", "currency": "EUR", "amount": "100.00", "issued_on": "2026-09-01", "due_on": "2026-10-01"}


def _says(error, case):
    return all(any(words in problem["message"] for problem in error.problems) for words in case.get("says", []))


@pytest.mark.parametrize("case", CASES["events"], ids=lambda case: case["name"])
def test_events(case):
    ledger = ar.Ledger(items=[ITEM])
    ledger.apply(json.dumps(case.get("before", [])))
    digest = ledger.digest()
    with pytest.raises(ar.ArError) as refused:
        ledger.apply(json.dumps(case["events"]))
    assert [[problem["row"], problem["column"], problem["code"]] for problem in refused.value.problems] == case["problems"]
    assert refused.value.code == "invalid_events" and _says(refused.value, case)
    assert ledger.digest() == digest


@pytest.mark.parametrize("case", CASES["policies"], ids=lambda case: case["name"])
def test_policies(case):
    with pytest.raises(ar.PolicyError) as refused:
        ar.Policy.from_toml(case["policy"])
    assert [[problem["column"], problem["code"]] for problem in refused.value.problems] == case["problems"]
    assert _says(refused.value, case)
