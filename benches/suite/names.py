"""Who paid, by the name on the statement: right customer, wrong customer, nobody said.

The engine has no function for names: its rows are `match_payments` of payments that carry a name and an amount and nothing else. In the
first case all open items have the same amount, so that only the name can tell; in the second the amounts differ, as they do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .contender import Case, Contender, Quality, Section, scaled
from .draw import cents, dice, weighted
from .matching.engine import table
from .matching.workload import TODAY
from .name_words import WAYS, companies, company, distorted, plain

Answer = list[tuple[int | None, bool]]


def make(settings: dict[str, Any]) -> dict[str, Any]:
    """Names of customers, an open amount of each, and payments: name, way it was written, amount, customer (None: a stranger)."""
    draw = dice(settings["seed"], "names")
    names = companies(draw, settings["customers"])
    known = {plain(name) for name in names}
    amounts = [10_000 if settings["equal"] else cents(draw) for _ in names]
    payments = []
    for customer in draw.sample(range(len(names)), settings["payments"]):
        way = weighted(draw, WAYS)
        if way == "stranger":
            name = company(draw)
            while plain(name) in known:
                name = company(draw)
            payments.append({"name": distorted(draw, name, "upper"), "way": way, "amount": amounts[customer], "customer": None})
            continue
        row = {"name": distorted(draw, names[customer], way), "way": way, "amount": amounts[customer], "customer": customer}
        payments.append(row)
    return {"names": names, "amounts": amounts, "payments": payments}


def cases(size: str) -> list[Case]:
    """Names alone, and names with amounts."""
    customers, payments = scaled(size, (2_000, 400), (20_000, 2_000), (100_000, 10_000))
    common = {"seed": 3, "customers": customers, "payments": payments}
    about = f"{payments:,} payments against {customers:,} customers; a tenth are strangers, a third is cut, mistyped, turned or has other words"
    limit = scaled(size, 60.0, 300.0, 1200.0)
    slow = (
        {}
        if size == "small"
        else {"rapidfuzz WRatio, careful": f"3 µs a pair of names: some {customers * payments * 3e-6:,.0f} s; see the small size"}
    )
    alone, amounts = common | {"equal": True}, common | {"equal": False}
    return [
        Case("names alone", f"{about}; everybody owes 100.00", alone, limit, slow),
        Case("names and amounts", f"{about}; everybody owes one item of some amount, which is paid exactly", amounts, limit, slow),
    ]


def engine(workload: dict[str, Any]) -> Callable[[], Answer]:
    """All payments in one call; the customer that is said, and whether the engine would post without a person."""
    import ar_core

    asked, count = workload["payments"], len(workload["names"])
    ids = [f"C{at}" for at in range(count)]
    customers = table({"customer_id": ids, "name": workload["names"]}, ())
    common = {"currency": ["EUR"] * count, "issued_on": [TODAY - 40] * count, "due_on": [TODAY - 10] * count}
    owed = {"item_id": [f"I{at}" for at in range(count)], "customer_id": ids, "amount_minor": workload["amounts"]}
    items = table(owed | common, ("issued_on", "due_on"))
    numbers = [f"P{at:06}" for at in range(len(asked))]
    came = {"amount_minor": [row["amount"] for row in asked], "payer_name": [row["name"] for row in asked]}
    payments = table(came | {"payment_id": numbers, "currency": ["EUR"] * len(asked), "received_on": [TODAY] * len(asked)}, ("received_on",))

    def work() -> Answer:
        found = {row["payment_id"]: row for row in ar_core.match_payments(items, payments, customers).payments.to_dicts()}
        rows = (found[number] for number in numbers)
        return [(int(row["customer_id"][1:]) if row["customer_id"] else None, row["status"] == "auto") for row in rows]

    return work


def rapidfuzz(scorer: str, cutoff: int) -> Callable[[dict[str, Any]], Callable[[], Answer]]:
    """`cdist` of all names against all, on all cores, in pieces of 1,000 payments (a whole matrix would not fit)."""

    def start(workload: dict[str, Any]) -> Callable[[], Answer]:
        import numpy as np
        from rapidfuzz import distance, fuzz, process

        # Jaro-Winkler is a share, the others are percent.
        score, kind, least = (
            (distance.JaroWinkler.normalized_similarity, np.float32, cutoff / 100)
            if scorer == "Jaro-Winkler"
            else (getattr(fuzz, scorer), np.uint8, cutoff)
        )

        def work() -> Answer:
            known = [plain(name) for name in workload["names"]]
            asked = [plain(row["name"]) for row in workload["payments"]]
            out: Answer = []
            for first in range(0, len(asked), 1000):
                piece = asked[first : first + 1000]
                scores = process.cdist(piece, known, scorer=score, score_cutoff=least, dtype=kind, workers=-1)
                places = scores.argmax(axis=1)
                out += [(int(place), True) if scores[at, place] else (None, False) for at, place in enumerate(places)]
            return out

        return work

    return start


def judge(workload: dict[str, Any], answer: Answer) -> dict[str, float]:
    """Shares of all payments; of strangers nobody is right."""
    truths = [row["customer"] for row in workload["payments"]]
    said = [customer for customer, _ in answer]
    count = len(truths)
    out = {
        "right": sum(one == true for one, true in zip(said, truths, strict=True)) / count,
        "wrong": sum(one is not None and one != true for one, true in zip(said, truths, strict=True)) / count,
        "posted": sum(posts for _, posts in answer) / count,
        "wrong_posts": float(sum(posts and one != true for (one, posts), true in zip(answer, truths, strict=True))),
    }
    for way, _ in WAYS:
        of = [one == true for one, true, row in zip(said, truths, workload["payments"], strict=True) if row["way"] == way]
        if of:
            out[f"right_{way}"] = sum(of) / len(of)
    return out


def tuned(name: str, scorer: str, cutoff: int, why: str) -> Contender:
    """rapidfuzz with a scorer at a cutoff."""
    settings = (
        f"cdist with {scorer} on all cores, names without legal forms, accents and case (its scores fall without that), cutoff {cutoff}: {why}; "
        "chosen on another seed (1,000 payments, 5,000 customers) among ratio, token_sort_ratio, token_set_ratio, WRatio and Jaro-Winkler"
    )
    return Contender(name, rapidfuzz(scorer, cutoff), ("rapidfuzz",), "MIT", settings)


SECTION = Section(
    name="names",
    title="Who paid, by name",
    unit="payment",
    cases=cases,
    make=make,
    count=lambda workload: len(workload["payments"]),
    judge=judge,
    quality=[
        Quality("right", "right", "more"),
        Quality("wrong", "wrong customer said", "less"),
        Quality("posted", "posted"),
        Quality("wrong_posts", "wrong posts", "less", "{:,.0f}"),
        *[Quality(f"right_{way}", way, "more", "{:.0%}", detail=True) for way, _ in WAYS],
    ],
    about="Right counts a stranger of whom nobody is said. The engine finds what is to be posted, not only who paid; the peer posts what it says.",
    contenders=[
        Contender(
            "ar_core match_payments",
            engine,
            ("ar-core",),
            "MIT OR Apache-2.0",
            "default policy, no history; the whole matching of each payment",
            ours=True,
            base=True,
        ),
        tuned("rapidfuzz Jaro-Winkler, most right", "Jaro-Winkler", 91, "the most right answers (89.5 %, 5.4 % wrong)"),
        tuned("rapidfuzz token_sort, careful", "token_sort_ratio", 92, "the lowest of this scorer with at most 0.5 % wrong (82.1 % right)"),
        tuned("rapidfuzz WRatio, careful", "WRatio", 94, "the most right answers with at most 0.5 % wrong (84.8 %), at forty times the time"),
    ],
)
