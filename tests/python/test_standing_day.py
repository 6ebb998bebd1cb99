"""A day that stands, from Python: what an event changes is what a run for the customers says on the ledger behind it."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

import ar_core as ar

AS_OF = dt.date(2026, 11, 20)


@pytest.fixture(scope="module")
def book():
    ledger = ar.Ledger(**ar.simulate(seed=4, customers=40, as_of=AS_OF))
    models = ar.Models.fit(ledger, AS_OF)
    return ledger.to_bytes(), models, ar.run(ledger, models=models, as_of=AS_OF).scores.to_dicts()


def promise(number: int, row: dict) -> dict:
    return {
        "event": "promise_made",
        "on": AS_OF,
        "promise_id": f"N-{number}",
        "customer_id": row["customer_id"],
        "item_id": row["item_id"],
        "due_on": "2026-11-27",
    }


def test_every_change_is_what_a_run_says(book):
    saved, models, scores = book
    ledger = ar.Ledger.from_bytes(saved)
    day = ar.StandingDay(ledger, models=models, as_of="2026-11-20")
    assert day.as_of == AS_OF and repr(day) == "<ar_core.StandingDay of 2026-11-20>"
    for number, row in enumerate(scores[:6]):
        event = promise(number, row)
        changed = day.apply([event])
        ledger.apply([event])
        assert changed.customers == [row["customer_id"]] and not changed.again
        assert changed.report.to_json() == ar.run(ledger, models=models, as_of=AS_OF, scope=changed.customers).to_json()
        assert day.digest() == ledger.digest()
    cash = {
        "event": "payment_received",
        "on": AS_OF,
        "payment_id": "NP-1",
        "customer_id": scores[0]["customer_id"],
        "currency": "EUR",
        "amount": "12.34",
    }
    changed = day.apply([cash])
    ledger.apply([cash])
    assert changed.again and "the whole book again" in repr(changed)
    assert changed.report.to_json() == ar.run(ledger, models=models, as_of=AS_OF, scope=changed.customers).to_json()
    assert day.ledger().digest() == ledger.digest() == day.digest()


def test_what_is_refused_changes_nothing(book):
    saved, models, scores = book
    ledger = ar.Ledger.from_bytes(saved)
    day = ar.StandingDay(ledger, models=models, as_of=AS_OF)
    before = day.digest()
    with pytest.raises(ar.InvalidInput) as caught:
        day.apply([promise(1, scores[0]), {**promise(2, scores[0]), "item_id": "nothing"}])
    assert caught.value.code == "invalid_events" and day.digest() == before == ledger.digest()
    nothing = day.apply("[]")
    assert nothing.customers == [] and nothing.report is None
    with pytest.raises(ar.InvalidInput):
        ar.StandingDay(ledger, models=models)
    with pytest.raises(ar.InvalidInput):
        day.apply("no events")


def test_the_ledger_goes_its_own_way(book):
    saved, models, scores = book
    ledger = ar.Ledger.from_bytes(saved)
    day = ar.StandingDay(ledger, models=models, as_of=AS_OF)
    before = ledger.digest()
    day.apply([promise(1, scores[0])])
    assert ledger.digest() == before != day.digest()


def test_threads_take_turns(book):
    """Events of many threads all come in, whatever their order; readers see a day between two of them."""
    saved, models, scores = book
    day = ar.StandingDay(ar.Ledger.from_bytes(saved), models=models, as_of=AS_OF)
    rows = scores[:24]

    def work(first: int) -> None:
        for number in range(first, len(rows), 4):
            day.apply([promise(number, rows[number])])
            assert len(day.digest()) == 64

    threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger = ar.Ledger.from_bytes(saved)
    ledger.apply([promise(number, row) for number, row in enumerate(rows)])
    assert day.digest() == ledger.digest()
