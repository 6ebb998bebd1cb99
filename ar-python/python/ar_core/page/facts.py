"""What the page says: the parts of a report, picked, capped and worded. No layout, no drawing."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

from ar_core.host.errors import need
from ar_core.host.outputs import part
from ar_core.host.plain import rows
from ar_core.host.words import money, plural, reason_text, sentence_case, words
from ar_core.page.bounded import Names, sentence, short_name, tree
from ar_core.page.money import count_open, currency_facts, kpi_value, overview
from ar_core.plot.ladder import LEVELS, progress, standing, summary, telling, verdict

MOST_ROWS = 200
SHOWN_FIRST = 20
MOST_SCORES = 25
MOST_CURRENCIES = 6
MOST_LISTED = 40
MOST_REASONS = 12
MOST_CHOICES = 6
MOST_MEASURES = 100
MOST_VALUES = 40
MOST_LEVELS = 40
MOST_NOTES = 50
FAR_DAYS = 365

MEASURES = {
    "dso": "DSO",
    "dso_countback": "DSO by countback",
    "best_possible_dso": "Best possible DSO",
    "true_dso": "True DSO",
    "cei": "CEI",
}
CONTEXT_MONEY = ("open", "overdue")
CONTEXT_WORDS = {
    "class": "Kind of payer",
    "median_on": "Likely day of payment",
    "last_message_days": "Days since last message",
}


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
    currencies = sorted({row["currency"] for row in aging}, key=lambda code: (-count_open(aging, code), code))
    listed = [currency_facts(code, aging, kpis, part(report, "forecast")) for code in currencies[:MOST_LISTED]]
    return {
        "asks": modes["ask"],
        "acts": modes["act"] - waits,
        "waits": waits,
        "currencies": listed[:MOST_CURRENCIES],
        "overview": overview(listed),
        "more_currencies": len(currencies) - len(listed),
        "needs": needs(report, names),
        "done": done(decisions, names),
        "ask_groups": groups(decisions, "ask"),
        "done_groups": groups(decisions, "act"),
        "cash": cash(part(report, "payments")),
        "kpis": measures(kpis),
        "scores": scores(part(report, "scores"), names, as_of),
        "skipped": skipped(part(report, "outcomes")),
        "autonomy": ladder(part(report, "autonomy")),
        "outbox": len(carried) if carried is not None else None,
        "audit": audit_head(audit),
        "notes": notes(book, dry_run, told),
        "dry_run": dry_run,
    }


def needs(report: Any, names: Names) -> dict[str, Any]:
    """What needs a person, best first."""
    table = part(report, "worklist").sort_by("rank")
    first = table.slice(0, MOST_ROWS)
    wanted = set(first.column("decision_id").to_pylist())
    reasons = {row["decision_id"]: row["reasons"] or [] for row in _of(part(report, "decisions"), wanted, ["reasons"])}
    asked = part(report, "escalations")
    columns = ["answer_by", "unanswered", "alternatives"]
    questions = {row["decision_id"]: _question(row) for row in _of(asked, wanted, columns)}
    shown = [
        {
            **row,
            "why": sentence(row["why"]),
            "customer": names.of(row["customer_id"]),
            "money": money(row["amount"], row["currency"]),
            "worth": money(row["expected_value"], row["currency"]),
            "verb": words(row["action"]),
            "person": short_name(row["person"] or ""),
            "who": short_name(row["person"] or words(row["ask_role"])),
            "role": words(row["ask_role"]),
            "context": _context(row),
            "because": _because(reasons.get(row["decision_id"]), row["currency"]),
            "question": questions.get(row["decision_id"], {}),
        }
        for row in rows(first)
    ]
    looks = Counter(asked.column("question").to_pylist())["review"]
    minutes = sum(table.column("minutes").drop_null().to_pylist())
    return {
        "rows": shown,
        "more": table.num_rows - len(shown),
        "shown": SHOWN_FIRST,
        "looks": looks,
        "work": plural(minutes, "minute") if minutes < 180 else f"{round(minutes / 60):,} hours",
    }


def _question(row: dict[str, Any]) -> dict[str, Any]:
    """Until when an answer is wanted, what happens without one, and what each choice is worth."""
    found = json.loads(row["alternatives"]) if row["alternatives"] else []
    return {
        "answer_by": row["answer_by"],
        "unanswered": {"lapses": "it lapses", "deputy": "a deputy is asked", "acts": "the engine acts"}.get(
            row["unanswered"], ""
        ),
        "alternatives": [{**one, "choice": words(one.get("choice"))} for one in found[:MOST_CHOICES]],
    }


def _because(reasons: list[dict[str, Any]] | None, currency: str | None) -> list[str]:
    """The first reasons in words; of many, how many more."""
    found = reasons or []
    said = [sentence(reason_text(reason, currency)) for reason in found[:MOST_REASONS]]
    return [*said, f"and {len(found) - MOST_REASONS:,} more"] if len(found) > MOST_REASONS else said


def _of(table: Any, decision_ids: set[str], columns: list[str]) -> list[dict[str, Any]]:
    """Some columns of some decisions: the filter runs in columns, for the table may be large."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    table = table.select(["decision_id", *columns])
    kind = table.schema.field("decision_id").type
    found = table.filter(pc.is_in(table.column("decision_id"), pa.array(sorted(decision_ids), kind)))
    return list(found.to_pylist())


def _context(row: dict[str, Any]) -> dict[str, Any]:
    """What a person wants to know before deciding, with its amounts in money and its keys in words."""
    found = row["context"] if isinstance(row["context"], dict) else {}
    shown = {
        key: money(value, row["currency"]) if key in CONTEXT_MONEY and value else value for key, value in found.items()
    }
    pruned = tree({CONTEXT_WORDS.get(key, words(key)): value for key, value in shown.items()})
    return pruned if isinstance(pruned, dict) else {}


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
            "because": _because(row["reasons"], row["currency"]),
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


def measures(kpis: list[dict[str, Any]]) -> dict[str, Any]:
    """All measures by name, each with its formula, and with a value for every currency or part that it is told of."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in kpis:
        found.setdefault((row["name"], row["version"]), []).append(row)
    shown, silent = [], []
    for (name, version), group in found.items():
        label = MEASURES.get(name, words(name))
        if all(row["value"] is None for row in group):
            silent.append({"label": label, "formula": group[0]["formula"], "version": version})
            continue
        values = [
            {"of": row["currency"] or "", "value": kpi_value(row), "note": sentence(row["note"] or "")}
            for row in group[:MOST_VALUES]
        ]
        more = len(group) - len(values)
        shown.append(
            {"label": label, "formula": group[0]["formula"], "version": version, "values": values, "more": more}
        )
    return {"rows": shown[:MOST_MEASURES], "silent": silent[:MOST_MEASURES]}


def ladder(table: Any) -> dict[str, Any]:
    """How far the engine may go: what stands apart, and in a sentence all of it."""
    shown, hidden = telling(table, MOST_LEVELS)
    lines = [
        {
            **row,
            "verb": words(row["action"]),
            "segment": short_name(row["segment"] or ""),
            "stands": LEVELS[row["level"]] if row["level"] < len(LEVELS) else "",
            "verdict": verdict(row),
            "standing": standing(row),
            "progress": round(100 * progress(row)),
            "bounds": _bounds(row),
            "why": sentence(row["why"]),
        }
        for row in shown
    ]
    return {"rows": lines, "more": hidden, "text": sentence_case(summary(table)) if table.num_rows else ""}


def _bounds(row: dict[str, Any]) -> str:
    """Between which shares the share of errors surely lies."""
    if not row["trials"]:
        return ""
    low, high = row["error_over_ppm"] / 1e4, row["error_under_ppm"] / 1e4
    return f"surely {f'between {low:.3g} and' if low else 'below'} {high:.3g} %"


def _when(row: dict[str, Any], as_of: date | None) -> dict[str, Any]:
    """When the money is expected; a date years ahead would only pretend to know."""
    limit = (as_of + timedelta(days=FAR_DAYS)).isoformat() if as_of else "9999"
    shown = {key: row[key] if row[key] and row[key] <= limit else "" for key in ("expected_on", "q10_on", "q90_on")}
    between = (shown["q10_on"], shown["q90_on"] or "beyond a year") if shown["q10_on"] else None
    return {"expected": shown["expected_on"] or "beyond a year", "between": between}


def scores(table: Any, names: Names, as_of: date | None) -> dict[str, Any]:
    """The open items that matter most."""
    shown = [
        {
            **row,
            "item_id": short_name(row["item_id"]),
            "customer": names.of(row["customer_id"]),
            "money": money(row["open_amount"], row["currency"]),
            "late": f"{row['p_late']:.0%}" if row["p_late"] is not None else "",
            "kind": words(row["class"]),
            "when": _when(row, as_of),
            "because": _because(_telling(row["reasons"]), row["currency"]),
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


def notes(book: Any, dry_run: bool, told: list[str]) -> list[str]:
    """What a reader should know before trusting a figure."""
    found = []
    if dry_run:
        found.append("Dry run: nothing on this page was carried out or remembered.")
    if book is not None:
        found.append("Read: " + ", ".join(plural(count, name, name) for name, count in book.rows().items()) + ".")
        absent = [name for name in ("customers", "payments") if name not in book.tables]
        if absent:
            found.append(f"The book has no {' and no '.join(absent)}: what depends on them is missing here.")
    found.extend(f"{sentence_case(sentence(text))}." for text in told[:MOST_NOTES])
    return found


def long_day(day: date) -> str:
    """`Saturday 21 November 2026`."""
    return day.strftime("%A %-d %B %Y")
