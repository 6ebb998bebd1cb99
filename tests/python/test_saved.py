"""Ledgers, models and policies as bytes: kept, sent to another process, copied."""

import copy
import json
import pickle
import tomllib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

import ar_core as ar

SCENARIOS = sorted((Path(__file__).resolve().parent.parent / "scenarios").glob("*.toml"))



def _item(at):
    month = f"2026-0{at % 8 + 1}"
    days = {"issued_on": f"{month}-01", "due_on": f"{month}-20"}
    return {"item_id": f"I{at}", "customer_id": f"C{at % 3}", "currency": "EUR", "amount": str(at + 1), **days}


ITEMS = [_item(at) for at in range(40)]
EVENT = [
    {"event": "notice_sent", "on": "2026-11-20", "customer_id": "C1", "item_ids": ["I1"], "level": 1, "channel": "email"}
]


def _digest(ledger):
    return ledger.digest()


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_book_comes_back(path):
    scenario = tomllib.loads(path.read_text(encoding="utf-8"))
    ledger = ar.Ledger(**scenario["tables"])
    if "events" in scenario:
        ledger.apply(json.dumps(scenario["events"]))
    restored = ar.Ledger.from_bytes(ledger.to_bytes())
    assert restored.digest() == ledger.digest()
    assert restored.to_bytes() == ledger.to_bytes()
    if "steps" not in scenario and "refused" not in scenario:
        assert ar.run(restored, as_of=scenario["as_of"]).to_json() == ar.run(ledger, as_of=scenario["as_of"]).to_json()


def test_all_inputs_of_a_run_can_be_pickled():
    ledger, policy = ar.Ledger(items=ITEMS), ar.Policy.from_toml('version = "7"')
    models = ar.Models.fit(ledger, "2026-11-01")
    model = ar.PayTimeModel.fit(ITEMS, "2026-11-01", calendars={})
    again = [pickle.loads(pickle.dumps(thing)) for thing in (ledger, policy, models, model)]
    assert [type(thing) for thing in again] == [ar.Ledger, ar.Policy, ar.Models, ar.PayTimeModel]
    assert again[0].digest() == ledger.digest()
    assert (again[1], again[1].version) == (policy, "7")
    assert again[2].digest == models.digest
    assert again[3].to_json() == model.to_json()
    assert [copy.deepcopy(thing).digest for thing in (policy, models)] == [policy.digest, models.digest]


def test_a_ledger_goes_to_another_process():
    ledger = ar.Ledger(items=ITEMS)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(_digest, ledger).result() == ledger.digest()


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda ledger: pickle.loads(pickle.dumps(ledger))])
def test_a_copy_lives_a_life_of_its_own(copied):
    ledger = ar.Ledger(items=ITEMS)
    other, before = copied(ledger), ledger.digest()
    other.apply(EVENT)
    assert ledger.digest() == before != other.digest()
    ledger.apply(EVENT)
    assert ledger.digest() == other.digest()


def test_bytes_are_refused_with_the_reason():
    data = ar.Ledger(items=ITEMS).to_bytes()
    bad = {
        "wrong_length": data[:-1],
        "wrong_checksum": data[:40] + b"?" + data[41:],
        "not_saved": b"PK\x03\x04",
        "wrong_kind": ar.Models.fit(ar.Ledger(), "2026-11-01").to_bytes(),
    }
    for code, given in bad.items():
        with pytest.raises(ar.InvalidInput) as caught:
            ar.Ledger.from_bytes(given)
        assert (caught.value.code, [problem["code"] for problem in caught.value.problems]) == ("invalid_bytes", [code])
    with pytest.raises(ar.InvalidInput):
        ar.Models.from_bytes(data)
    with pytest.raises(TypeError):
        ar.Ledger.from_bytes("text")
