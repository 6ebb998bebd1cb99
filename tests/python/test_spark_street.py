"""Cash application and a day's run on Spark are those of one machine, byte by byte; and a cluster that loses a process gives the same."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from spark_helpers import AT, book, frame, session

import ar_core as ar

ROWS = book(900)
OPEN = [row for row in ROWS if row["settled_on"] is None]


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """Two executors, each a process of its own, that have the package from the archive alone."""
    folder = tmp_path_factory.mktemp("spark")
    for library in ("pyspark", "pyarrow"):
        pytest.importorskip(library)
    archive = ar.spark.pack(folder / "ar.tar.gz")
    sent = {
        "spark.archives": f"{archive}#ar",
        "spark.executorEnv.PYTHONPATH": f"./ar:{Path(__file__).resolve().parent}",
    }
    made = session("local-cluster[2,1,1024]", folder, **{"spark.executor.memory": "700m", **sent})
    yield made
    made.stop()


@pytest.fixture(scope="module")
def model():
    return ar.PayTimeModel.fit(ROWS, AT, calendars={})


@pytest.fixture(scope="module")
def tables():
    """A simulated book: payments without a known payer, remittances, promises, disputes, replies."""
    import pyarrow as pa

    found = {name: pa.table(table) for name, table in ar.simulate(seed=4, customers=60).items()}
    customers = found["customers"].to_pylist()
    parents = pa.array(
        [customers[at // 5]["customer_id"] if at % 5 == 3 and at > 5 else None for at in range(len(customers))]
    )
    return {**found, "customers": found["customers"].append_column("parent_id", parents)}


def test_the_executors_have_the_package_from_the_archive(spark):
    def where(_):
        import ar_core

        return ar_core.__file__

    found = set(spark.sparkContext.parallelize(range(4), 4).map(where).collect())
    assert found and str(Path(ar.__file__)) not in found and all("/ar/ar_core/" in path for path in found)


def _parent_of(process):
    return int(
        subprocess.run(["ps", "-o", "ppid=", "-p", str(process)], capture_output=True, text=True, check=True).stdout
    )


def _executors(spark):
    """The processes of the executors: of a worker the parent is its daemon, and of that the executor."""

    def seen(_):
        time.sleep(0.2)
        return _parent_of(os.getppid())

    for _ in range(60):
        found = sorted(set(spark.sparkContext.parallelize(range(4), 4).map(seen).collect()))
        if len(found) == 2:
            return found
        time.sleep(1)
    raise AssertionError(f"the cluster has executors {found}, not two")


@pytest.mark.parametrize("when", ["before the rounds", "between the rounds and the scores"])
def test_a_cluster_that_loses_an_executor_gives_the_same(spark, model, when):
    items, history = frame(spark, OPEN), frame(spark, ROWS)
    before = _executors(spark)
    if when == "before the rounds":
        killed = _kill_when_busy(spark, before[0])
        asked = ar.spark.Asked(model, items, history, AT, parts=4)
        killed.join(60)
    else:
        asked = ar.spark.Asked(model, items, history, AT, parts=4)
        os.kill(before[0], signal.SIGKILL)
    with asked:
        found = [row.asDict(recursive=True) for row in asked.scores().collect()]
        cash = asked.forecast(30)
    assert found == model.predict(OPEN, ROWS, AT).to_dicts()
    assert cash.to_dicts() == ar.forecast_cash(model, OPEN, ROWS, AT, 30).to_dicts()
    assert before[0] not in _executors(spark), "the executor was killed, and another came"


def _kill_when_busy(spark, executor):
    """Kills an executor as soon as tasks are running."""
    from threading import Thread

    def work():
        tracker = spark.sparkContext.statusTracker()
        for _ in range(600):
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
            if any(stage and stage.numActiveTasks for stage in stages):
                break
            time.sleep(0.05)
        os.kill(executor, signal.SIGKILL)

    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_the_cash_of_unknown_payers_is_that_of_one_machine(spark, tables):
    names = {"items": "items", "payments": "payments", "customers": "customers", "remittances": "remittances"}
    given = {name: tables[table] for name, table in names.items()}
    alone = ar.match_payments(**given)
    found = ar.spark.match(**{name: spark.createDataFrame(table) for name, table in given.items()})
    assert found.payments.to_dicts() == alone.payments.to_dicts()
    assert found.allocations.to_dicts() == alone.allocations.to_dicts()
    assert any(row["customer_id"] and row["status"] == "auto" for row in found.payments.to_dicts())
    past = {"items": tables["items"].slice(0, 40)}
    rest = tables["items"].slice(40)
    with_past = ar.spark.match(
        spark.createDataFrame(rest),
        given["payments"],
        history={name: spark.createDataFrame(table) for name, table in past.items()},
    )
    assert with_past.payments.to_dicts() == ar.match_payments(rest, given["payments"], history=past).payments.to_dicts()


POLICY = """
version = "spark-1"
[autonomy]
default_level = 2
amount_limit = 100000
run_budget = 3000
[[autonomy.budgets]]
action = "post_allocation"
count = 5
days = 2
"""


def test_a_day_is_that_of_one_machine(spark, tables):
    """Budgets of the run and of a period, and the capacity of people, go over all customers in one order."""
    policy, ledger = ar.Policy.from_toml(POLICY), ar.Ledger(**tables)
    models = ar.Models.fit(ledger, "2026-11-20")
    alone = ar.run(ledger, policy, models, "2026-11-20")
    reasons = {reason["code"] for row in alone.decisions.to_dicts() for reason in row["reasons"]}
    assert {"budget_count", "budget_limit"} <= reasons, "the budgets bind"
    frames = {name: spark.createDataFrame(table).repartition(3) for name, table in tables.items()}
    assert ar.spark.run(policy, models, "2026-11-20", **frames).to_json() == alone.to_json()


def test_what_the_ledger_refuses_names_the_rows_of_the_frames(spark, tables):
    import pyarrow as pa

    items = tables["items"]
    bad = items.set_column(
        items.schema.get_field_index("due_on"),
        "due_on",
        pa.array([None] * 3 + items["due_on"].to_pylist()[3:], pa.date32()),
    )
    with pytest.raises(ar.InvalidInput) as caught:
        ar.spark.run(items=spark.createDataFrame(bad), as_of="2026-11-20")
    assert [(problem["row"], problem["column"]) for problem in caught.value.problems] == [
        (0, "due_on"),
        (1, "due_on"),
        (2, "due_on"),
    ]
