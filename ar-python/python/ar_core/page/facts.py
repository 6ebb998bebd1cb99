"""What the page says: the parts of a report, picked, capped and worded. No layout, no drawing."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ar_core.host.errors import need
from ar_core.host.outputs import part
from ar_core.host.plain import rows
from ar_core.host.words import money, number, plural, reason_text, sentence_case, words
from ar_core.plot import BUCKET_NAMES, BUCKETS, weeks

MOST_ROWS = 200
SHOWN_FIRST = 20
MOST_SCORES = 25
MOST_REASONS = 4
FAR_DAYS = 365

# The measures of the headline, each by the first of its names that the engine reports.
HEADLINES = (
    ("DSO", "days sales outstanding", ("dso", "dso_countback")),
    ("ADD", "average days delinquent", ("average_days_delinquent", "add")),
    ("CEI", "collection effectiveness", ("cei",)),
    ("Touchless", "items settled untouched", ("touchless_rate",)),
)

MEASURES = {"dso": "DSO", "dso_countback": "DSO by countback", "best_possible_dso": "Best possible DSO", "cei": "CEI"}
CONTEXT_MONEY = ("open", "overdue")
CONTEXT_WORDS = {
    "class": "Kind of payer",
    "median_on": "Likely day of payment",
    "last_message_days": "Days since last message",
}


class Names:
    """Customer ids as a person knows them."""

    def __init__(self, book: Any) -> None:
        table = book.tables.get("customers") if book is not None else None
        self._names: dict[str, str] = {}
        if table is not None and {"customer_id", "name"} <= set(table.column_names):
            ids, names = table.column("customer_id").to_pylist(), table.column("name").to_pylist()
            self._names = {str(key): name for key, name in zip(ids, names, strict=True) if name}

    def of(self, customer_id: str | None) -> dict[str, str]:
        """The name and the id; an unknown payer says so."""
        if customer_id is None:
            return {"name": "Payer not known", "id": ""}
        name = self._names.get(customer_id)
        return {"name": name or customer_id, "id": customer_id if name and name != customer_id else ""}


def collect(
    report: Any,
    book: Any,
    carried: list[dict[str, Any]] | None,
    dry_run: bool,
    told: list[str],
    as_of: date | None,
) -> dict[str, Any]:
    """Everything that the template prints, except the charts."""
    names = Names(book)
    decisions, aging, kpis = part(report, "decisions"), rows(part(report, "aging")), rows(part(report, "kpis"))
    waits = Counter(decisions.column("action").to_pylist())["wait"]
    modes = Counter(decisions.column("mode").to_pylist())
    audit = part(report, "audit")
    currencies = sorted({row["currency"] for row in aging}, key=lambda currency: (-_count(aging, currency), currency))
    shown = [currency_facts(currency, aging, kpis, part(report, "forecast")) for currency in currencies]
    for further in shown[1:]:  # a measure of the whole book stands with the first currency only
        further["tiles"] = [tile for tile in further["tiles"] if not tile["whole"]]
    return {
        "asks": modes["ask"],
        "acts": modes["act"] - waits,
        "waits": waits,
        "currencies": shown,
        "needs": needs(report, names),
        "done": done(decisions, names),
        "ask_groups": groups(decisions, "ask"),
        "done_groups": groups(decisions, "act"),
        "cash": cash(part(report, "payments")),
        "kpis": measures(kpis),
        "scores": scores(part(report, "scores"), names, as_of),
        "skipped": skipped(part(report, "outcomes")),
        "outbox": len(carried) if carried is not None else None,
        "audit": audit_head(audit),
        "notes": notes(book, kpis, dry_run, told),
        "dry_run": dry_run,
    }


def _count(aging: list[dict[str, Any]], currency: str) -> int:
    return sum(row["count"] for row in aging if row["currency"] == currency and row["bucket"] in BUCKETS)


def currency_facts(
    currency: str, aging: list[dict[str, Any]], kpis: list[dict[str, Any]], forecast: Any
) -> dict[str, Any]:
    """Headline figures, ageing and forecast of one currency."""
    mine = {row["bucket"]: row for row in aging if row["currency"] == currency}
    amounts = {bucket: Decimal(mine[bucket]["amount"]) if bucket in mine else Decimal(0) for bucket in BUCKETS}
    total = sum(amounts.values(), Decimal(0))
    overdue = total - amounts["not_due"]
    share = f"{overdue / total:.0%} of what is open" if total else ""
    tiles = [
        _money_tile("Open", total, currency, plural(_count(aging, currency), "item")),
        _money_tile("Overdue", overdue, currency, share),
    ]
    for label, note, candidates in HEADLINES:
        measure = _measure(kpis, candidates, currency)
        if measure is not None:
            value = kpi_value(measure)
            tiles.append(
                {
                    "label": label,
                    "unit": "",
                    "whole": measure["currency"] is None,
                    "value": value,
                    "exact": measure["formula"],
                    "note": note if value != "–" else measure.get("note") or note,
                }
            )
    pc = need("pyarrow.compute")
    days = forecast.filter(pc.equal(forecast.column("currency"), currency)).to_pylist()
    by_week = weeks(days, currency)
    return {
        "code": currency,
        "tiles": tiles,
        "aging": [
            {
                "bucket": words(BUCKET_NAMES.get(bucket, bucket)),
                "amount": money(amounts[bucket], currency),
                "count": mine.get(bucket, {}).get("count", 0),
                "share": f"{amounts[bucket] / total:.0%}" if total else "",
            }
            for bucket in BUCKETS
        ],
        "aging_total": money(total, currency),
        "credits": _credits(mine.get("credits"), total, currency),
        "weeks": [
            {
                "from": week["on"].strftime("%-d %b"),
                "days": week["days"],
                "expected": money(week["expected"], currency, 0),
                "likely": f"{number(week['lo80'], 0)} – {number(week['hi80'], 0)}",
                "wide": f"{number(week['lo95'], 0)} – {number(week['hi95'], 0)}",
            }
            for week in by_week
        ],
        "forecast_total": money(sum((week["expected"] for week in by_week), Decimal(0)), currency, 0),
        "overdue_share": share,
    }


def _money_tile(label: str, amount: Decimal, currency: str, note: str) -> dict[str, Any]:
    return {
        "label": label,
        "unit": currency,
        "whole": False,
        "value": number(amount, 0),
        "exact": money(amount, currency),
        "note": note,
    }


def _credits(row: dict[str, Any] | None, total: Decimal, currency: str) -> dict[str, Any] | None:
    """Credit notes and cash that is not applied, and what remains when they are set against the debts."""
    if row is None or not row["count"]:
        return None
    amount = Decimal(row["amount"])
    return {"count": row["count"], "amount": money(amount, currency), "net": money(total + amount, currency)}


def _measure(kpis: list[dict[str, Any]], candidates: tuple[str, ...], currency: str) -> dict[str, Any] | None:
    for name in candidates:
        for row in kpis:
            if row["name"] == name and row["currency"] in (currency, None):
                return row
    return None


def kpi_value(row: dict[str, Any]) -> str:
    """A measure with its unit; a dash when it cannot be told."""
    value, unit = row["value"], (row["unit"] or "").lower()
    if value is None:
        return "–"
    if unit in ("share", "ratio"):
        return f"{number(Decimal(str(value)) * 100, 1)} %"
    if unit == "percent":
        return f"{number(value, 1)} %"
    if unit == "days":
        return f"{number(value, 1)} days"
    if unit == "count":
        return number(value, 0)
    return f"{number(value, 2)} {unit}".strip()


def needs(report: Any, names: Names) -> dict[str, Any]:
    """What needs a person, best first."""
    table = part(report, "worklist").sort_by("rank")
    reasons = _column(
        report, "reasons", {row["decision_id"] for row in table.slice(0, MOST_ROWS).select(["decision_id"]).to_pylist()}
    )
    shown = [
        {
            **row,
            "customer": names.of(row["customer_id"]),
            "money": money(row["amount"], row["currency"]),
            "worth": money(row["expected_value"], row["currency"]),
            "verb": words(row["action"]),
            "who": words(row["person"] or row["ask_role"]) if not row["person"] else row["person"],
            "role": words(row["ask_role"]),
            "context": _context(row),
            "because": [reason_text(reason, row["currency"]) for reason in reasons.get(row["decision_id"], [])],
        }
        for row in rows(table.slice(0, MOST_ROWS))
    ]
    return {"rows": shown, "more": table.num_rows - len(shown), "shown": SHOWN_FIRST}


def _context(row: dict[str, Any]) -> dict[str, Any]:
    """What a person wants to know before deciding, with its amounts in money and its keys in words."""
    found = row["context"] if isinstance(row["context"], dict) else {}
    shown = {
        key: money(value, row["currency"]) if key in CONTEXT_MONEY and value else value for key, value in found.items()
    }
    return {CONTEXT_WORDS.get(key, words(key)): value for key, value in shown.items()}


def _column(report: Any, column: str, wanted: set[str]) -> dict[str, Any]:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    table = part(report, "decisions").select(["decision_id", column])
    found = table.filter(
        pc.is_in(table.column("decision_id"), pa.array(sorted(wanted), table.schema.field("decision_id").type))
    )
    return {row["decision_id"]: row[column] or [] for row in found.to_pylist()}


def done(decisions: Any, names: Names) -> dict[str, Any]:
    """What the engine did inside the lines, the weightiest first."""
    pc = need("pyarrow.compute")
    taken = pc.and_(pc.equal(decisions.column("mode"), "act"), pc.not_equal(decisions.column("action"), "wait"))
    acts = decisions.filter(taken)
    shown = [
        {
            **row,
            "customer": names.of(row["customer_id"]),
            "money": money(row["amount"], row["currency"]),
            "verb": words(row["action"]),
            "because": [reason_text(reason, row["currency"]) for reason in (row["reasons"] or [])[:MOST_REASONS]],
        }
        for row in rows(_top(acts, MOST_ROWS, "decision_id"))
    ]
    return {"rows": shown, "more": acts.num_rows - len(shown)}


def _top(table: Any, most: int, key: str) -> Any:
    """The rows of highest priority; ties go by id. Only the two columns are sorted, for the whole table may be large."""
    pc = need("pyarrow.compute")
    keys = [("priority", "descending"), (key, "ascending")]
    return table.take(pc.select_k_unstable(table.select(["priority", key]), min(most, table.num_rows), sort_keys=keys))


def groups(decisions: Any, mode: str) -> list[dict[str, Any]]:
    """Decisions by action, with the amount of each currency beside the other: `12 notices, EUR 45,000.00, USD 310.00`."""
    pc = need("pyarrow.compute")
    table = decisions.filter(pc.equal(decisions.column("mode"), mode)).select(["action", "currency", "amount"])
    found = table.group_by(["action", "currency"]).aggregate([("amount", "sum"), ("action", "count")]).to_pylist()
    counts: Counter[str] = Counter()
    amounts: dict[str, list[str]] = {}
    for row in sorted(found, key=lambda row: row["currency"] or ""):
        counts[row["action"]] += row["action_count"]
        amounts.setdefault(row["action"], []).append(money(row["amount_sum"], row["currency"], 0))
    ordered = sorted(counts, key=lambda action: (-counts[action], action))
    return [{"verb": words(action), "count": f"{counts[action]:,}", "money": amounts[action]} for action in ordered]


def cash(payments: Any) -> list[dict[str, str]]:
    """Payments by what became of them."""
    groups = payments.group_by(["status", "currency"]).aggregate(
        [("amount", "sum"), ("unapplied", "sum"), ("status", "count")]
    )
    said = {"auto": "matched for certain", "propose": "match proposed", "unmatched": "not matched"}
    order = list(said)
    ordered = sorted(
        groups.to_pylist(),
        key=lambda row: (row["currency"], order.index(row["status"]) if row["status"] in said else 9),
    )
    return [
        {
            "status": words(said.get(row["status"], row["status"])),
            "count": f"{row['status_count']:,}",
            "money": money(row["amount_sum"], row["currency"]),
            "unapplied": money(row["unapplied_sum"], row["currency"]),
        }
        for row in ordered
    ]


def measures(kpis: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All measures, each with its formula."""
    return [
        {**row, "label": MEASURES.get(row["name"], words(row["name"])), "shown": kpi_value(row)}
        for row in sorted(kpis, key=lambda row: row["currency"] or "")
    ]


def _when(row: dict[str, Any], as_of: date | None) -> dict[str, str]:
    """When the money is expected; a date years ahead would only pretend to know."""
    limit = (as_of + timedelta(days=FAR_DAYS)).isoformat() if as_of else "9999"
    shown = {key: row[key] if row[key] and row[key] <= limit else "" for key in ("expected_on", "q10_on", "q90_on")}
    between = f"{shown['q10_on']} to {shown['q90_on'] or 'beyond a year'}" if shown["q10_on"] else ""
    return {"expected": shown["expected_on"] or "beyond a year", "between": between}


def scores(table: Any, names: Names, as_of: date | None) -> dict[str, Any]:
    """The open items that matter most."""
    shown = [
        {
            **row,
            "customer": names.of(row["customer_id"]),
            "money": money(row["open_amount"], row["currency"]),
            "late": f"{row['p_late']:.0%}" if row["p_late"] is not None else "",
            "kind": words(row["class"]),
            "when": _when(row, as_of),
            "because": [reason_text(reason, row["currency"]) for reason in _telling(row["reasons"])],
        }
        for row in rows(_top(table, MOST_SCORES, "item_id"))
    ]
    return {"rows": shown, "more": table.num_rows - len(shown)}


def _telling(reasons: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """Without the contributions that contribute nothing."""
    return [reason for reason in reasons or [] if reason["unit"] != "points" or reason["observed"]]


def skipped(outcomes: Any) -> list[dict[str, Any]]:
    """How many open items were left alone, by the first reason why."""
    pc = need("pyarrow.compute")
    left = outcomes.filter(pc.equal(outcomes.column("outcome"), "skipped")).column("reasons").combine_chunks()
    with_reason = left.filter(pc.fill_null(pc.greater(pc.list_value_length(left), 0), False))
    codes = pc.struct_field(pc.list_element(with_reason, 0), "code") if len(with_reason) else None
    counts = Counter(
        dict(zip(*[column.to_pylist() for column in pc.value_counts(codes).flatten()], strict=True))
        if codes is not None
        else {}
    )
    if len(left) > len(with_reason):
        counts["no reason given"] += len(left) - len(with_reason)
    return [
        {"reason": words(code), "count": count}
        for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def audit_head(audit: Any) -> dict[str, Any]:
    """The last link of the chain: whoever keeps it can prove later that nothing was changed."""
    if audit.num_rows == 0:
        return {"entries": 0, "digest": "", "policy_version": "", "model_version": ""}
    (last,) = audit.sort_by("seq").slice(audit.num_rows - 1).to_pylist()
    return {"entries": audit.num_rows, **{key: last[key] for key in ("digest", "policy_version", "model_version")}}


def notes(book: Any, kpis: list[dict[str, Any]], dry_run: bool, told: list[str]) -> list[str]:
    """What a reader should know before trusting a figure."""
    found = []
    if dry_run:
        found.append("Dry run: nothing on this page was carried out or remembered.")
    if book is not None:
        found.append("Read: " + ", ".join(plural(count, name, name) for name, count in book.rows().items()) + ".")
        absent = [name for name in ("customers", "payments") if name not in book.tables]
        if absent:
            found.append(f"The book has no {' and no '.join(absent)}: what depends on them is missing here.")
    found.extend(f"{sentence_case(text)}." for text in told)
    found.extend(dict.fromkeys(f"{words(row['name'])}: {row['note']}" for row in kpis if row.get("note")))
    return found


def long_day(day: date) -> str:
    """`Saturday 21 November 2026`."""
    return day.strftime("%A %-d %B %Y")
