"""Matching: who takes part, and how answers are judged."""

from __future__ import annotations

from typing import Any

from ..contender import Case, Contender, Quality, Section, scaled
from ..figures import quantile
from . import engine, instances, ledger, rules, solvers
from .workload import Answer, Workload

SOLVERS = ("dpss", "florecon subset_sum", "OR-tools CP-SAT", "HiGHS")


def make(settings: dict[str, Any]) -> Workload:
    """The workload of a case."""
    return (instances if "open" in settings else ledger).make(settings)


def cases(size: str) -> list[Case]:
    """One payment among 10, 100, 1,000 (large: 5,000) open items; a book with a past."""
    found = []
    no_past = {"ar_core match_payments, with history": "there is no past"}
    few = dict.fromkeys(SOLVERS, scaled(size, 1, 2, 2))
    seconds, each = scaled(size, 0.25, 0.5, 2.0), scaled(size, 2, 3, 8)
    for count in scaled(size, (10, 100, 1000), (10, 100, 1000), (10, 100, 1000, 5000)):
        about = f"{12 * each} payments of as many customers with {count:,} open items each: " + ", ".join(instances.KINDS)
        settings = {"seed": 21, "open": count, "each": each, "seconds_each": seconds}
        found.append(Case(f"one payment, {count:,} open items", f"{about}; at most {seconds:g} s a payment", settings, 900.0, no_past, few))
    customers, seconds = scaled(size, (60, 0.1), (300, 0.1), (10_000, 0.1))
    about = f"{customers:,} customers, seven months: open items, payments of the last month, a past of six months; 7 % of the payments pay nothing"
    settings = {"seed": 22, "customers": customers, "seconds_each": seconds}
    many = {name: "at this size it takes hours" for name in SOLVERS} if size == "large" else {}
    found.append(Case("a book", f"{about}; at most {seconds:g} s a payment", settings, scaled(size, 300.0, 900.0, 1800.0), many, few))
    return found


def judge(workload: Workload, answer: Answer) -> dict[str, float]:
    """Right: just the items that were paid (whether posted or proposed); for a payment that pays nothing, that nothing is posted."""
    payments = [payment for book in workload.books for payment in book.payments]
    rows = list(zip(payments, answer.found, answer.posted, strict=True))
    paying = [row for row in rows if row[0].pays]
    right = [found == payment.pays for payment, found, _ in paying]
    out = {
        "right": sum(right) / len(paying),
        "right_posted": sum(posts and fine for (_, _, posts), fine in zip(paying, right, strict=True)) / len(paying),
        "posted": sum(posts for _, _, posts in rows) / len(rows),
        "wrong_posts": float(sum(posts and found != (payment.pays or None) for payment, found, posts in rows)),
        "noise_posts": float(sum(posts for payment, _, posts in rows if not payment.pays)),
    }
    out["wrong_share"] = out["wrong_posts"] / max(1, sum(posts for _, _, posts in rows))
    for kind in sorted({payment.kind for payment in payments}):
        of = [found == payment.pays if payment.pays else not posts for payment, found, posts in rows if payment.kind == kind]
        out[f"right_{kind}"] = sum(of) / len(of)
    return out


def latency(answer: Answer) -> dict[str, float]:
    """Milliseconds of one payment, where each was a call of its own."""
    if not answer.micros:
        return {}
    times = [micros / 1000 for micros in answer.micros]
    return {"part: p50 ms": quantile(times, 0.5), "part: worst ms": max(times)}


OURS = ("ar-core",), "MIT OR Apache-2.0"
SECTION = Section(
    name="matching",
    title="Which items a payment pays",
    unit="payment",
    cases=cases,
    make=make,
    count=Workload.count,
    judge=judge,
    quality=[
        Quality("right", "right", "more"),
        Quality("right_posted", "right and posted", "more"),
        Quality("posted", "posted"),
        Quality("wrong_posts", "wrong posts", "less", "{:,.0f}"),
        Quality("wrong_share", "wrong of the posted", "less", "{:.2%}"),
        Quality("noise_posts", "of them paying nothing", "less", "{:,.0f}"),
    ],
    about="Right is a share of the payments that pay something: just the items that were paid, posted or proposed. A wrong post is money on other "
    "items than were paid, without a person. Solvers and rules post whatever they find, and are told who pays; the engine finds that out.",
    contenders=[
        Contender(
            "ar_core match_payments",
            engine.run(with_past=False),
            *OURS,
            "default policy, nothing learned (cautious thresholds); Arrow tables in, answers out as Python rows",
            ours=True,
            base=True,
            figures=latency,
        ),
        Contender(
            "ar_core match_payments, told who pays",
            engine.run(with_past=False, told=True),
            *OURS,
            "the same, and customer_id is given with the payment, as it is to the peers",
            ours=True,
            figures=latency,
        ),
        Contender(
            "ar_core match_payments, with history",
            engine.run(with_past=True),
            *OURS,
            "the past is in the call: loaded, habits counted, thresholds fitted on it, each time",
            ours=True,
            figures=latency,
        ),
        Contender(
            "dpss",
            solvers.run(lambda: solvers.Apart(solvers.dpss)),
            ("dpss",),
            "MIT",
            "find_subset, told how many items were paid (with a larger max_length it does not end); first set",
            figures=latency,
        ),
        Contender(
            "florecon subset_sum",
            solvers.run(solvers.Florecon),
            ("florecon-peer",),
            "MIT",
            "the crate's subset_sum in a small program (on PyPI there is only a host of plugins), told how many items were paid",
            figures=latency,
        ),
        Contender(
            "OR-tools CP-SAT",
            solvers.run(lambda: solvers.cp_sat),
            ("ortools",),
            "Apache-2.0",
            "sum as equality, most of the named items, then fewest others; one worker (more start slower than such a problem takes)",
            figures=latency,
        ),
        Contender(
            "HiGHS",
            solvers.run(lambda: solvers.highs),
            ("highspy",),
            "MIT",
            "the same as a MIP through passModel, one thread, no gap; a set that misses the sum by rounding is no answer",
            figures=latency,
        ),
        Contender(
            "ERPNext-like, ranked",
            rules.run(rules.erpnext_ranked),
            (),
            "our code",
            "bank reconciliation with exact match: points for party and reference, the oldest of equals",
        ),
        Contender("ERPNext-like, FIFO", rules.run(rules.erpnext_fifo), (), "our code", "payment reconciliation: Allocate, oldest invoice first"),
        Contender(
            "Odoo-like",
            rules.run(rules.odoo),
            (),
            "our code",
            "models for invoices: numbers in the label, tolerance 3 % (the largest discount there is), else the partner's item of just this amount",
        ),
    ],
)
