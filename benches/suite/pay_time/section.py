"""When invoices are paid: workloads, contenders, judgement."""

from __future__ import annotations

from typing import Any

from ..contender import Case, Contender, Quality, Section, scaled
from . import books, engine, plain, recipe

RECIPE = "LightGBM hazards, our recipe"
OURS = "MIT OR Apache-2.0"


def cases(size: str) -> list[Case]:
    """The engine's simulator, and other payers."""
    customers, limit = scaled(size, (120, 120), (300, 300), (4_000, 4_000)), scaled(size, 300.0, 900.0, 3600.0)
    few = {RECIPE: scaled(size, 1, 1, 2)}
    slow = {} if size == "large" else {RECIPE: "its histories take minutes to tune; at this size in the first case only"}
    about = "fitted on what was known 150 days before the end, asked about the invoices of the 50 days behind it, each on the day of its issue"
    return [
        Case(
            "payers of another generator",
            f"{customers[0]:,} customers over 16 months with pay runs, moods, changes of habit, disputes and seasons; {about}",
            {"book": "invented", "seed": 31, "customers": customers[0]},
            limit,
            turns=few,
        ),
        Case(
            "payers of ar_core.simulate",
            f"{customers[1]:,} customers over a year; {about}",
            {"book": "simulate", "seed": 32, "customers": customers[1]},
            limit,
            slow,
            few,
        ),
    ]


def count(book: dict[str, Any]) -> int:
    """Invoices to be predicted."""
    return sum(book["t0"] <= issued < book["t1"] for issued in book["issued"])


def judge(book: dict[str, Any], answer: dict[str, Any]) -> dict[str, float]:
    """The scorer's measures."""
    from . import scorer
    from .features import frame_of

    _, rows = scorer.split(frame_of(book), book["t0"], book["t1"], book["cut_off"])
    return scorer.score(answer["p"], rows, book["cut_off"])


def parts(answer: dict[str, Any]) -> dict[str, float]:
    """Fit apart from prediction."""
    return {"part: fit s": answer["fit_s"], "part: predictions a second": len(answer["p"]) / max(answer["predict_s"], 1e-9)}


SECTION = Section(
    name="pay_time",
    title="When invoices are paid",
    unit="invoice",
    cases=cases,
    make=books.make,
    count=count,
    judge=judge,
    quality=[
        Quality("crps", "CRPS, days", "less", "{:.3f}"),
        Quality("mae", "error of the median, days", "less", "{:.2f}"),
        Quality("cover_80", "in the 80 % interval", "0.8"),
        Quality("cover_95", "in the 95 % interval", "0.95"),
        Quality("width_80", "its width (80 %), days", "", "{:.1f}"),
        Quality("auc_late", "AUC late", "more", "{:.3f}"),
        Quality("ece_late", "ECE late", "less", "{:.3f}"),
    ],
    about="Time is fitting and predicting; predictions are whole distributions over 182 days. Inside: the share of the outcome's probability "
    "between the quantiles (a day is a lump: counted with both ends it is higher for everybody; the JSON has both).",
    contenders=[
        Contender(
            "ar_core PayTimeModel",
            engine.start,
            ("ar-core",),
            OURS,
            "as it comes; one core to fit",
            ours=True,
            base=True,
            figures=parts,
        ),
        Contender(
            RECIPE,
            recipe.boosted,
            ("lightgbm",),
            "MIT",
            "person-periods, 59 features of rolled and tuned histories, starts from the histogram's logit, trees by the newest 15 %, one core. "
            "The histories are Python: most of its time",
            figures=parts,
        ),
        Contender(
            "LightGBM quantiles",
            plain.quantiles(plain.lightgbm_quantile),
            ("lightgbm",),
            "MIT",
            "eleven quantiles, 300 trees of 31 leaves at 0.05, subsampled; features as known at issue; trained on what was due 60 days "
            "before; one core up to 50,000 rows (two are slower there)",
            figures=parts,
        ),
        Contender(
            "scikit-learn quantiles",
            plain.quantiles(plain.sklearn_quantile),
            ("scikit-learn",),
            "BSD-3-Clause",
            "the same with HistGradientBoostingRegressor and its early stopping",
            figures=parts,
        ),
        Contender(
            "lifelines Weibull AFT",
            plain.survival("weibull"),
            ("lifelines",),
            "MIT",
            "the same features scaled and the log of the days that the past makes one expect, penalizer 0.01; what is open is censored",
            figures=parts,
        ),
        Contender(
            "lifelines Cox",
            plain.survival("cox"),
            ("lifelines",),
            "MIT",
            "the same, Breslow baseline: free in the shape of the distribution",
            figures=parts,
        ),
        Contender(
            "customer's median", plain.median, (), "our code", "median of the last thirty known delays, all weight on a day", once=True, figures=parts
        ),
    ],
)
