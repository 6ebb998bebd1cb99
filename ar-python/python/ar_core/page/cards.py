"""What a notebook shows of each class: one function a class, called by its `_repr_html_` through `ar_core.notebook`."""

from __future__ import annotations

import html
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from ar_core.host.words import money, words
from ar_core.notebook import clip, facts, grid, piece, table_part
from ar_core.plot.labels import day, share

PLOTS = ("aging", "forecast", "calendar", "worklist", "effort", "waterfall", "autonomy", "reliability", "difference")
MOST_CHANGES = 20
MOST_SHOWN = 5
MOST_LETTER = 4000
_HOLDS = {True: "holds", False: "does not hold", None: "none to compare"}


def report_html(report: Any) -> str:
    """A report: what is open, what was decided and what waits, with two charts and the names of its parts."""
    found = _columns(report.decisions, ("mode", "action"))
    counts = Counter("wait" if row["action"] == "wait" else row["mode"] for row in found)
    head = (
        f"{counts.total():,} decisions: {counts['act']:,} to act, {counts['ask']:,} to ask, {counts['wait']:,} to wait; "
        f"{len(report.worklist):,} lines wait for a person"
    )
    parts = [_head("Report", f"{day(report.as_of)} · {head}"), _charts(report)]
    lines = _first(report.worklist, MOST_SHOWN)
    if lines:
        shown = [
            (row["rank"], row["why"], money(row["expected_value"], row["currency"]), row["minutes"]) for row in lines
        ]
        parts.append(
            _part(
                _head("What waits for a person", "the first, best first"),
                grid(("rank", "why", "worth", "minutes"), shown, frozenset({0, 2, 3}), 1),
            )
        )
    sizes = ", ".join(f"<b>{html.escape(name)}</b> {len(report.part(name)):,}" for name in type(report).parts())
    named = ", ".join(f"<code>.plot.{name}()</code>" for name in PLOTS)
    parts.append(f'<p class="note">Tables and their rows: {sizes}.</p><p class="note">Charts: {named}.</p>')
    return piece(*parts)


def _charts(report: Any) -> str:
    """Ageing and forecast of the main currency; nothing where they cannot be drawn."""
    from ar_core.plot import ReportPlots

    try:
        plots = ReportPlots(report)
        drawn = [plots.aging(width=380), plots.forecast(width=440)]
        figures = [f"<div>{_head(one.title, '')}{one.figure()}</div>" for one in drawn if one.rows]
    except ImportError:
        return ""
    return f'<div class="plots">{"".join(figures)}</div>'


def policy_html(policy: Any) -> str:
    """A policy: its version and digest, and what it says otherwise than the default."""
    rows = type(policy).default().diff(policy).to_dicts()
    head = _head("Policy", f"version {policy.version or 'without a name'} · digest {policy.digest[:12]}")
    if not rows:
        return piece(head, "<p>As the default: nothing is done without a person.</p>")
    shown = [(row["path"], row["segment"] or "all", row["text"]) for row in rows[:MOST_CHANGES]]
    more = f'<p class="note">{len(rows) - MOST_CHANGES:,} more.</p>' if len(rows) > MOST_CHANGES else ""
    count = f"{len(rows):,} setting{'' if len(rows) == 1 else 's'} otherwise than the default"
    return piece(head, f"<p>{count}</p>", grid(("setting", "segment", "what differs"), shown, wide=2), more)


def models_html(models: Any) -> str:
    """Models: their digest."""
    return piece(_head("Models", f"payment times · digest {models.digest[:12]}"))


def pay_time_html(model: Any) -> str:
    """A payment-time model: what is inside, and the losses on the newest part of the past, smaller is better."""
    lines = [(words(name), value) for name, value in model.summary.items()]
    return piece(_head("PayTimeModel", f"fitted with what was known before {day(model.fitted_on)}"), facts(lines))


def figures_html(found: Any) -> str:
    """Figures of a day: ageing, then the measures."""
    tables = (table_part(found.aging, MOST_CHANGES), _part(table_part(found.kpis, MOST_CHANGES)))
    return piece(_head("Figures", day(found.as_of)), *tables)


def match_html(result: Any) -> str:
    """Matched payments: by status and currency, then the payments and the allocations."""
    counts: dict[tuple[str, str], list[Any]] = {}
    for row in _columns(result.payments, ("status", "currency", "amount")):
        found = counts.setdefault((row["status"], row["currency"]), [0, Decimal(0)])
        found[0], found[1] = found[0] + 1, found[1] + row["amount"]
    lines = [(status, currency, count, amount) for (status, currency), (count, amount) in sorted(counts.items())]
    summary = grid(("status", "currency", "payments", "amount"), lines, frozenset({2, 3}))
    tables = (_part(table_part(result.payments, MOST_SHOWN)), _part(table_part(result.allocations, MOST_SHOWN)))
    return piece(_head("MatchResult", f"{len(result.payments):,} payments"), summary, *tables)


def statements_html(statements: Any) -> str:
    """Bank statements as read: what is in the files, whether their balances hold, and why entries are payments or are not."""
    payments, lines = len(statements.payments), len(statements.remittances)
    head = _head("Statements", f"{payments:,} payments, {lines:,} remittance lines of {len(statements.entries):,} entries")
    # What has no balances is one line a file, however many messages are in it.
    told: dict[tuple[str, str, Any], dict[str, Any]] = {}
    for at, row in enumerate(statements.accounted):
        key = (row["file"], row["account"], at if row["holds"] is not None else row["currency"])
        one = told.setdefault(key, {**row, "entries": 0, "moved": Decimal(0)})
        one["entries"], one["moved"] = one["entries"] + row["entries"], one["moved"] + (row["moved"] or 0)
    shown = [
        (
            *(Path(row["file"]).name, row["account"], row["currency"], row["entries"]),
            *("" if row[name] is None else row[name] for name in ("opening", "moved", "closing")),
            _HOLDS[row["holds"]],
        )
        for row in list(told.values())[:MOST_CHANGES]
    ]
    names = ("file", "account", "currency", "entries", "opening", "moved", "closing", "balance")
    more = len(told) - MOST_CHANGES
    note = f'<p class="note">{more:,} more statements.</p>' if more > 0 else ""
    reasons = grid(("entries are", "count"), [(words(name), count) for name, count in statements.reasons().items()], frozenset({1}))
    said = [*(f"{row['table']}: {row['message']}" for row in statements.problems), *statements.notes]
    notes = "".join(f'<p class="note">{html.escape(clip(text, 300))}</p>' for text in said[:MOST_CHANGES])
    return piece(head, grid(names, shown, frozenset({3, 4, 5, 6})), note, _part(reasons), notes)


def shadow_html(shadow: Any) -> str:
    """The engine beside people: the summary, then the rows."""
    note = '<p class="note">Agreement is not correctness.</p>'
    return piece(table_part(shadow.summary, name="Shadow: summary"), note, _part(table_part(shadow.rows, MOST_SHOWN)))


def rehearsal_html(rehearsal: Any) -> str:
    """Another policy on past days: the summary, then what changed."""
    days = rehearsal.days
    over = f"{len(days):,} day{'' if len(days) == 1 else 's'} from {day(days[0])}" if days else "no day"
    tables = (
        table_part(rehearsal.summary, name="summary"),
        _part(table_part(rehearsal.changes, MOST_SHOWN, "changes")),
    )
    return piece(_head("Rehearsal", over), *tables)


def ledger_html(ledger: Any) -> str:
    """Books: their digest."""
    return piece(_head("Ledger", f"digest {ledger.digest()[:12]}"))


def audit_html(log: Any) -> str:
    """An audit log: its head, to be kept elsewhere, and its entries with the first digits of their digests."""
    head, count = log.head, len(log)
    ends = _first(log.table, MOST_SHOWN), _last(log.table, min(MOST_SHOWN, count - MOST_SHOWN))
    names = ("seq", "kind", "previous", "digest", "body")
    first, last = ([(row["seq"], row["kind"], row["previous"][:8] + "…", row["digest"][:8] + "…", row["body"]) for row in end] for end in ends)
    gap = [("…", f"{count - len(first) - len(last):,} more", "", "", "")] if count > 2 * MOST_SHOWN else []
    return piece(
        _head("AuditLog", f"head {head['len']}:{head['digest']}"),
        _head("entries", f"{count:,} row{'' if count == 1 else 's'}"),
        grid(names, [*first, *gap, *last], frozenset({0})),
    )


def result_html(result: Any) -> str:
    """A reading, a verdict or a notice."""
    kind = type(result).__name__
    say = {"Reading": _reading, "Verdict": _verdict, "Notice": _notice}.get(kind)
    return piece(say(result) if say else _head(kind, ""))


def _reading(reading: Any) -> str:
    told = (
        "a person must see it: " + ", ".join(map(words, reading.human_reasons))
        if reading.human
        else "no person needs to see it"
    )
    found: list[tuple[str, Any, str]] = [
        ("intent", words(one.name), f"{share(one.probability)}{_about(one.item_ids)}") for one in reading.intents
    ]
    found += [
        ("reference", name, "disputed" if name in reading.disputed_references else "") for name in reading.references
    ]
    found += [("day", one.on, f"{one.role}, {one.bound}") for one in reading.dates]
    found += [("amount", money(one.value, one.currency), one.role) for one in reading.amounts]
    found += [("reason of dispute", words(name), "") for name in reading.dispute_reasons]
    found += [("odd", words(name), "") for name in reading.oddities]
    body = grid(("what", "found", "about it"), found) if found else "<p>Nothing was understood.</p>"
    return _head("Reading", f"{reading.language or 'language not known'} · {told}") + body


def _about(item_ids: list[str]) -> str:
    return f", about {', '.join(item_ids[:3])}{' and more' if len(item_ids) > 3 else ''}" if item_ids else ""


def _verdict(verdict: Any) -> str:
    head = _head("Verdict", "accepted: it may go out" if verdict.accepted else "refused")
    found = grid(
        ("finding", "at", "what is wrong"),
        [(one.code, list(one.span), one.message) for one in verdict.findings],
        wide=2,
    )
    claims = [(one.type, str(one.value), "no fact" if one.fact is None else str(one.fact)) for one in verdict.claims]
    stated = _part(_head("What it states", ""), grid(("type", "value", "fact"), claims)) if claims else ""
    return head + (found if verdict.findings else "") + stated


def _notice(notice: Any) -> str:
    draft = "no draft" if notice.draft == "none" else f"draft {notice.draft.replace('_', ' ')}"
    head = _head("Notice", f"{words(notice.kind)} by {notice.channel}, {notice.language}, {notice.tone} · {draft}")
    subject = f"<p><b>{html.escape(clip(notice.subject, 300))}</b></p>" if notice.subject else ""
    text = notice.text if len(notice.text) <= MOST_LETTER else notice.text[:MOST_LETTER] + "…"
    findings = [(one.code, one.message) for one in notice.findings]
    wrong = (
        _part(_head("Findings in the draft", ""), grid(("finding", "what is wrong"), findings, wide=1))
        if findings
        else ""
    )
    return f'{head}{subject}<pre dir="auto">{html.escape(text)}</pre>{wrong}'


def _head(name: str, text: str) -> str:
    soft = f' <span class="soft">{html.escape(text)}</span>' if text else ""
    return f'<p class="head"><b>{html.escape(name)}</b>{soft}</p>'


def _part(*parts: str) -> str:
    return f'<div class="part">{"".join(parts)}</div>'


def _columns(table: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    try:
        import pyarrow as pa
    except ImportError:
        return list(table.to_dicts())
    return list(pa.table(table).select(list(names)).to_pylist())


def _first(table: Any, most: int) -> list[dict[str, Any]]:
    try:
        import pyarrow as pa
    except ImportError:
        return list(table.to_dicts()[:most])
    return list(pa.table(table).slice(0, most).to_pylist())


def _last(table: Any, most: int) -> list[dict[str, Any]]:
    if most <= 0:
        return []
    try:
        import pyarrow as pa
    except ImportError:
        return list(table.to_dicts()[-most:])
    found = pa.table(table)
    return list(found.slice(found.num_rows - most).to_pylist())


__all__ = [
    "audit_html",
    "figures_html",
    "ledger_html",
    "match_html",
    "models_html",
    "pay_time_html",
    "policy_html",
    "rehearsal_html",
    "report_html",
    "result_html",
    "shadow_html",
    "statements_html",
]
