"""How good payment-time forecasts are: proper scores, calibration, and rolling-origin evaluation that cannot leak.

    found = ar.evaluate.rolling(items, customers)          # as it would have been used, origin by origin, beside two baselines
    print(found); found.by_segment.to_pandas(); found.plot.reliability()
    ar.evaluate.judge(model.distribution(asked, history, at="issued_on"), items)      # forecasts that you have, from any model

Loaded when `ar_core.evaluate` is first asked for; needs numpy and pyarrow, charts vl-convert-python (`pip install 'ar-core[evaluate]'`).

    frames         tables in, columns as numpy, rows out
    distribution   `PayTimes`: a probability for each day, item by item
    outcomes       what came, and how far it was seen; how open items count
    scores         each score as a plain function
    measures       from forecast and outcomes to named measures
    judging        `judge`
    book           what of a book was known on a day
    baselines      a customer's own median; what everybody does
    rolling        `rolling`; what it found: rolled
    charts         reliability, PIT, over time, by segment
"""

from .distribution import PayTimes
from .frames import Rows
from .judging import Judgement, judge
from .measures import Forecast
from .outcomes import Outcomes
from .rolled import Rolling
from .rolling import rolling
from .scores import auc, brier, crps, ece, ece_by_chance, log_score, log_score_days, pinball, pit, reliability, wilson

__all__ = [
    "Forecast",
    "Judgement",
    "Outcomes",
    "PayTimes",
    "Rolling",
    "Rows",
    "auc",
    "brier",
    "crps",
    "ece",
    "ece_by_chance",
    "judge",
    "log_score",
    "log_score_days",
    "pinball",
    "pit",
    "reliability",
    "rolling",
    "wilson",
]
