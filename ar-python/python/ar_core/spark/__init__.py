"""The engine on Spark: scores, forecasts, cash application and a day's run over DataFrames, with the bytes of a single machine.

    import ar_core as ar

    scores = ar.spark.score(model, items.where("settled_on is null"), items, at="2026-11-20")        # a DataFrame
    cash = ar.spark.forecast(model, items.where("settled_on is null"), items, "2026-11-20", days=90)  # a table
    found = ar.spark.match(items, payments, customers=customers)
    report = ar.spark.run(policy, models, as_of="2026-11-20", customers=customers, items=items, payments=payments)

What goes where. Scores and forecasts are worked on where the data is: each customer goes, whole, into one part, and two small rounds over
all parts find what the whole book has done (`ar_core.parts` tells how). No machine ever holds the book. The application of cash and the
decisions of a day look at all customers at once, in one order: any payment may take what another could, and budgets, the capacity of the
day and the log are shared. They are made on the driver, on all its cores; the executors read, and send the tables packed.

Every executor needs `ar_core` of the version of the driver: installed, or sent with the job (`pack` makes the archive):

    SparkSession.builder.config("spark.archives", "ar.tar.gz#ar").config("spark.executorEnv.PYTHONPATH", "./ar")

Frames go in with the columns of the contract. Amounts are Spark decimals or text. Bad input is one `InvalidInput` with all problems of all
parts, each with the row of the frame as `collect` would number it. A lost executor costs time: Spark makes its parts again, and the
answer is the same.

`_frames` cuts and carries tables, `_asked` has scores and forecasts and `_work` what executors do for them, `_problems` puts together what
is wrong, `_street` is the driver's part.
Needs PySpark 4 (`pip install "ar-core[spark]"`); Spark Connect is not supported, since models are broadcast.
"""

from __future__ import annotations

from ._asked import Asked, forecast, score
from ._frames import pack
from ._street import match, run

__all__ = ["Asked", "forecast", "match", "pack", "run", "score"]
