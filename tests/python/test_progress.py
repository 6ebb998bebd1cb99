"""Long work tells how far it is, and Ctrl-C stops it."""

import io
import os
import signal
import subprocess
import sys
import threading
import time

import ar_core as ar
import pytest
from ar_core.progress import Bar

DAY = "2026-11-20"
STAGES = ["load", "fit", "trials", "cash", "past", "customers", "report"]


@pytest.fixture(scope="module")
def tables():
    return ar.simulate(seed=3, customers=130, as_of=DAY)


@pytest.fixture(scope="module")
def ledger(tables):
    return ar.Ledger(**tables)


@pytest.fixture(scope="module")
def models(ledger):
    return ar.Models.fit(ledger, DAY)


def test_a_callable_is_told_the_stages_in_order(ledger, models):
    told = []
    report = ar.run(ledger, as_of=DAY, progress=lambda stage, done, total: told.append((stage, done, total)))
    stages = [stage for stage, _, _ in told]
    assert stages == sorted(stages, key=STAGES.index)
    assert all(0 <= done <= total for _, done, total in told)
    assert told[-1][0] == "report"
    assert report.to_json() == ar.run(ledger, models=models, as_of=DAY).to_json()


def test_every_long_call_can_tell(ledger, models, tables):
    said = set()

    def tell(stage, done, total):
        said.add(stage)

    items = tables["items"].to_pyarrow()
    calls = {
        "Ledger": lambda: ar.Ledger(**tables, progress=tell),
        "Models.fit": lambda: ar.Models.fit(ledger, DAY, progress=tell),
        "run": lambda: ar.run(ledger, models=models, as_of=DAY, scope="cash", progress=tell),
        "rehearse": lambda: ar.rehearse(
            ledger, ar.Policy.default(), ar.Policy.default(), DAY, models=models, scope="collections", progress=tell
        ),
        "PayTimeModel.fit": lambda: ar.PayTimeModel.fit(items, DAY, calendars={}, progress=tell),
        "match_payments": lambda: ar.match_payments(tables["items"], tables["payments"], tables["customers"], progress=tell),
    }
    model = ar.PayTimeModel.fit(items, DAY, calendars={})
    calls["predict"] = lambda: model.predict(items, items, DAY, progress=tell)
    calls["distribution"] = lambda: model.distribution(items.slice(0, 500), items, DAY, progress=tell)
    calls["forecast_cash"] = lambda: ar.forecast_cash(model, items, items, DAY, 14, progress=tell)
    for name, call in calls.items():
        said.clear()
        call()
        assert said, name


def test_what_the_callable_raises_stops_the_run_and_comes_out(ledger, models):
    class Enough(Exception):
        pass

    def tell(stage, done, total):
        raise Enough(stage)

    with pytest.raises(Enough):
        ar.run(ledger, models=models, as_of=DAY, progress=tell)


def test_the_ledger_is_whole_behind_a_stopped_run(ledger, models):
    before = ledger.digest()

    def tell(stage, done, total):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ar.run(ledger, models=models, as_of=DAY, progress=tell)
    assert ledger.digest() == before
    assert ar.run(ledger, models=models, as_of=DAY).as_of.isoformat() == DAY


def test_other_threads_go_on_while_the_engine_works(ledger, models):
    counted, stop = [0], threading.Event()

    def count():
        while not stop.is_set():
            counted[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    ar.run(ledger, models=models, as_of=DAY)
    stop.set()
    thread.join()
    assert counted[0] > 0


def test_a_run_on_another_thread_works(ledger, models):
    found = []
    thread = threading.Thread(target=lambda: found.append(ar.run(ledger, models=models, as_of=DAY, scope="cash").to_json()))
    thread.start()
    thread.join()
    assert found == [ar.run(ledger, models=models, as_of=DAY, scope="cash").to_json()]


INTERRUPTED = """
import sys, time
import ar_core as ar
ledger = ar.Ledger(**ar.simulate(seed=3, customers=1_500, as_of="2026-11-20"))
def tell(stage, done, total):
    if sys.argv[1] in (stage, "any") and not told:
        told.append(time.monotonic())
        print("now", flush=True)
told = []
small = ar.Ledger(**ar.simulate(seed=3, customers=10, as_of="2026-11-20"))
models = None if sys.argv[1] == "fit" else ar.Models.fit(small, "2026-11-20")
try:
    ar.run(ledger, models=models, as_of="2026-11-20", progress=tell)
except KeyboardInterrupt:
    print(f"stopped {time.monotonic() - told[0]:.2f}", flush=True)
"""


@pytest.mark.parametrize("stage", ["fit", "any"])
def test_ctrl_c_stops_a_long_run(stage):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    program = [sys.executable, "-c", INTERRUPTED, stage]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        process.send_signal(signal.SIGINT)
        out, complaints = process.communicate(timeout=60)
    assert out.startswith("stopped"), (out, complaints)


def test_progress_true_is_silent_where_nobody_watches(ledger, models, capfd):
    ar.run(ledger, models=models, as_of=DAY, scope="cash", progress=True)
    ar.run(ledger, models=models, as_of=DAY, scope="cash", progress=False)
    assert capfd.readouterr() == ("", "")


def test_progress_true_draws_a_bar_on_a_terminal_and_clears_it(ledger, models, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    ar.run(ledger, models=models, as_of=DAY, progress=True)
    assert "putting the report together" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_bar_knows_what_it_does_not_know():
    told = io.StringIO()
    bar = Bar(told)
    bar("past", 0, 0)
    bar("a stage of tomorrow", 1, 2)
    assert "going through the past, 0 s" in told.getvalue()
    assert "a stage of tomorrow 1 of 2" in told.getvalue()
