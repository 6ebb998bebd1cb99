"""What the tests of Spark share: a session with processes as small as they get, and a book cut in many ways."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

AT = date(2026, 3, 2)


def session(master, folder, **options):
    """A Spark session; its executors find the package where the driver found it."""
    for library in ("pyspark", "pyarrow"):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"{library} is not installed: pip install 'ar-core[spark]'")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("there is no Java: Spark needs 17 or newer")
    from pyspark.sql import SparkSession

    import ar_core

    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "600m",
        "spark.sql.shuffle.partitions": "4",
        "spark.default.parallelism": "2",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder),
        # The package, and the functions of these tests.
        "spark.executorEnv.PYTHONPATH": os.pathsep.join(
            map(str, [Path(ar_core.__file__).resolve().parent.parent, Path(__file__).resolve().parent])
        ),
        **options,
    }
    builder = SparkSession.builder.master(master).appName("ar-core tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("OFF")
    return made


def book(count=1500, customers=23):
    """Items of a year: half of them of one customer, in two currencies; some open, some never paid in time."""
    rows = []
    for at in range(count):
        customer = 0 if at % 2 else at * 7 % customers
        issued = date(2025, 2, 3) + timedelta(days=at * 380 // count)
        due = issued + timedelta(days=14 + customer % 3 * 8)
        paid = issued + timedelta(days=12 + at * 31 % 40)
        rows.append(
            {
                "item_id": f"I{at:05}",
                "customer_id": f"C{customer:02}",
                "currency": "USD" if customer % 5 == 1 else "EUR",
                "amount": Decimal(1000 + at * 7919 % 90_000) / 100,
                "issued_on": issued,
                "due_on": due,
                "settled_on": paid if at % 13 and paid < AT else None,
                "x_at": AT + timedelta(days=at % 3),
            }
        )
    return rows


def people(customers=23):
    """The customers of the book: some have parents, one of them is a parent of parents."""
    return [
        {
            "customer_id": f"C{at:02}",
            "segment": "large" if at % 2 else "small",
            "country": "DE" if at % 3 else None,
            "parent_id": f"C{at // 4:02}" if at % 4 == 1 and at > 4 else None,
        }
        for at in range(customers)
    ]


def frame(spark, rows, slices=2, like=None):
    """A DataFrame of rows, in their order, over partitions that are the same each time it is asked."""
    import pyarrow as pa

    named = like or rows
    table = pa.Table.from_pylist(rows, schema=pa.Table.from_pylist(named).schema)
    size = max(1, -(-len(rows) // slices))
    made = spark.createDataFrame(table.slice(0, size))
    for start in range(size, len(rows), size):
        made = made.unionAll(spark.createDataFrame(table.slice(start, size)))
    return made
