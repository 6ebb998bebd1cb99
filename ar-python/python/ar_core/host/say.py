"""What the command prints: results on stdout, complaints on stderr."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ar_core.host.day import Day, Verdict
from ar_core.host.grid import answer as _json
from ar_core.host.grid import cell as _cell
from ar_core.host.grid import grid
from ar_core.host.grid import line as _line
from ar_core.host.outputs import part
from ar_core.host.plain import rows
from ar_core.host.state import Run
from ar_core.host.waiting import age, not_yet, still, unanswered
from ar_core.host.words import money, plural, reason_text, words
from ar_core.plot import BUCKETS

MOST_PROBLEMS = 50
MOST_IN_SUMMARY = 5


def open_and_overdue(report: Any) -> dict[str, tuple[Decimal, Decimal]]:
    """Per currency what customers owe and what of it is overdue, from the ageing; credits are not set against it."""
    totals: dict[str, tuple[Decimal, Decimal]] = {}
    for row in rows(part(report, "aging")):
        amount = Decimal(row["amount"]) if row["bucket"] in BUCKETS else Decimal(0)
        owed, overdue = totals.get(row["currency"], (Decimal(0), Decimal(0)))
        totals[row["currency"]] = (owed + amount, overdue + (amount if row["bucket"] != "not_due" else Decimal(0)))
    return totals


def _facts(day: Day, out: Path | None, dry_run: bool) -> dict[str, Any]:
    return {
        "run_id": None if dry_run else day.run.run_id,
        "as_of": day.run.as_of,
        "already_run": day.already,
        "dry_run": dry_run,
        "rows": day.book.rows(),
        "open": {
            currency: {"open": str(total), "overdue": str(overdue)}
            for currency, (total, overdue) in open_and_overdue(day.report).items()
        },
        "decisions": day.run.decisions,
        "acted": day.run.acted,
        "asked": day.run.asked,
        "newly_carried_out": 0 if dry_run else len(day.new_events),
        "book_digest": day.run.book_digest,
        "policy_digest": day.run.policy_digest,
        "out": str(out) if out else None,
        "notes": day.notes,
    }


def summary(day: Day, out: Path, as_json: bool, dry_run: bool = False) -> None:
    """The day on one screen."""
    facts = _facts(day, out, dry_run)
    if as_json:
        _json(facts)
        return
    if day.already:
        print("already run: nothing changed")
    print(
        f"{day.book.name}, {day.run.as_of}"
        + ("  (dry run: nothing was carried out or remembered)" if dry_run else f"  ({day.run.run_id})")
    )
    for currency, (total, overdue) in open_and_overdue(day.report).items():
        print(f"  open       {money(total, currency)}, of which {money(overdue, currency)} overdue")
    waits = sum(body["action"] == "wait" for body in day.bodies)
    shares = f"{day.run.acted - waits:,} to act, {day.run.asked:,} to ask, {waits:,} to wait"
    print(f"  decisions  {plural(day.run.decisions, 'decision')}: {shares}")
    if not dry_run:
        print(
            f"  done       {facts['newly_carried_out']:,} carried out now, {len(day.carried):,} this day; see {out / 'outbox.csv'}"
        )
    asks = sorted((body for body in day.bodies if body["mode"] == "ask"), key=lambda body: body.get("rank") or 1 << 62)
    if asks:
        print("  needs you")
        for body in asks[:MOST_IN_SUMMARY]:
            print(f"    {body['decision_id']}  {_cell(body.get('why') or words(body['action']))}")
        if len(asks) > MOST_IN_SUMMARY:
            print(f"    … and {len(asks) - MOST_IN_SUMMARY:,} more")
    print(f"  report     {out / 'report.html'}")


def verdict(day: Day, said: Verdict, as_json: bool) -> None:
    """What became of an approval or a rejection."""
    out = Path(day.run.out) if day.run.out else None
    if as_json:
        _json(
            {**_facts(day, out, False), "verdict": said.word, "decision_ids": list(said.decision_ids), "void": day.void}
        )
        return
    done = {event.decision_id: event.body["event"] for event in day.new_events}
    widened = {event.decision_id: event.body for event in day.said if event.body["event"] == "autonomy_widened"}
    for decision_id in said.decision_ids:
        if decision_id in day.void:
            print(f"{decision_id}: the approval is void; {still(day.body(decision_id))}")
        elif decision_id in widened:
            body = widened[decision_id]
            where = f" in the segment {body['segment']}" if body.get("segment") else ""
            print(f"{decision_id}: {words(body['action'])}{where} is at level {body['level']} from now on, confirmed by {said.by}")
        elif said.word == "approved":
            print(
                f"{decision_id}: approved by {said.by}"
                + (f" and carried out ({done[decision_id]})" if decision_id in done else not_yet(day.body(decision_id)))
            )
        else:
            print(f"{decision_id}: rejected by {said.by}")
    others = len(set(done) - set(said.decision_ids))
    if others:
        why = "with the new level" if widened else "the book, or what people said, changed since the last run"
        print(f"{why}: {plural(others, 'more decision')} carried out")


def done(found: dict[str, str | None], by: str, as_json: bool) -> None:
    """What a person reported done."""
    if as_json:
        _json({"done": found, "by": by})
        return
    for decision_id, event in found.items():
        print(f"{decision_id}: done by {by}" + (f" ({event})" if event else ""))


def worklist(asks: list[dict[str, Any]], last: Run, limit: int, as_json: bool, drawn: int = 0) -> None:
    """The open asks of the latest day; and how many acts are drawn to be looked at."""
    if as_json:
        shown = asks[:limit] if limit >= 0 else asks
        _json([{**ask, "age_days": age(ask, last.as_of), "if_unanswered": unanswered(ask, last.as_of)} for ask in shown])
        return
    if asks:
        _waiting(asks, last, limit)
    else:
        print(f"nothing waits for a person ({last.as_of})")
    if drawn:
        print(f"{plural(drawn, 'decision')} of the engine to look at: ar-core samples")


def _waiting(asks: list[dict[str, Any]], last: Run, limit: int) -> None:
    lines = [
        (
            ask.get("rank"),
            ask["decision_id"],
            ask.get("customer_id"),
            money(ask.get("amount"), ask.get("currency")),
            words(ask["action"]),
            ask.get("person") or ask.get("ask_role"),
            age(ask, last.as_of),
            ask.get("answer_by"),
            unanswered(ask, last.as_of),
            ask.get("why"),
        )
        for ask in asks[:limit]
    ]
    names = ("rank", "decision", "customer", "amount", "action", "who", "days", "answer by", "if nobody answers", "why")
    print(grid(names, lines, frozenset({0, 3, 6})))
    if len(asks) > limit:
        print(f"… and {len(asks) - limit:,} more (--limit)")


def shadow(lines: list[dict[str, Any]], sums: list[dict[str, Any]], as_of: date, as_json: bool) -> None:
    """What the engine would have done beside what people did, by action, segment and class."""
    if as_json:
        _json({"rows": lines, "summary": sums})
        return
    print(f"the engine beside people, {as_of}: {plural(len(lines), 'row')}")
    shown = [
        (
            words(row["action"]),
            row["segment"],
            words(row["class"]),
            row["count"],
            money(row["amount"], row["currency"]) if row["amount"] is not None else None,
            money(row["worth"], row["currency"]) if row["worth"] is not None else None,
            row["minutes"],
            f"{row['agreed']} of {row['of']}",
        )
        for row in sums
    ]
    if shown:
        headers = ("action", "segment", "class", "count", "amount", "worth", "minutes", "agreed")
        print(f"\n{grid(headers, shown, frozenset({3, 4, 5, 6, 7}))}")
        print("\nagreement is not correctness: look at what differs before you trust either side")


def statement(lines: list[dict[str, Any]], customer_id: str, as_of: date, as_json: bool) -> None:
    """A statement of account: what moved the balance, then what is open and how old it is."""
    if as_json:
        _json(lines)
        return
    print(f"statement of account of {customer_id}, {as_of}")
    if not lines:
        print("nothing was owed or paid")
    for currency in dict.fromkeys(line["currency"] for line in lines):
        mine = [line for line in lines if line["currency"] == currency]
        moved = [
            (
                line["on"],
                words(line["kind"]) if line["kind"] else f"{line['line']} balance",
                line["reference"] or line["document_id"],
                line["item_id"],
                money(line["amount"], currency) if line["amount"] is not None else None,
                money(line["balance"], currency),
            )
            for line in mine
            if line["line"] in ("opening", "movement", "closing")
        ]
        print(f"\n{grid(('on', 'what', 'number', 'item', 'amount', 'balance'), moved, frozenset({4, 5}))}")
        left = [
            (
                line["reference"] or line["document_id"],
                line["due_on"],
                line["days_late"],
                line["bucket"],
                money(line["amount"], currency),
            )
            for line in mine
            if line["line"] == "open"
        ]
        if left:
            print(f"\n{grid(('open', 'due', 'days late', 'bucket', 'amount'), left, frozenset({2, 4}))}")


def explanation(known: dict[str, Any], text: Any, as_json: bool) -> None:
    """The engine's explanation, or the recorded decision with its reasons."""
    if as_json:
        _json({"decision": known, "explanation": text})
        return
    if text is not None:
        print(
            text
            if isinstance(text, str)
            else text.get("text") or json.dumps(text, indent=2, ensure_ascii=False, default=str)
        )
    else:
        print(
            f"{known['decision_id']}: {words(known['action'])} for {known.get('customer_id') or 'a payer not yet known'}, decided on {known['as_of']}"
        )
        for reason in known.get("reasons") or []:
            print(f"  {reason_text(reason, known.get('currency'))}")
    print(f"status: {known['status']} ({known['run_id']})")


def not_taken(told: dict[str, Any], as_json: bool) -> None:
    """The engine's answer, and behind it every change that would do."""
    if as_json:
        _json(told)
        return
    print(told["text"])
    for way in told["changes"]:
        print(f"  {' and '.join(_change(change) for change in way['changes'])}  [{', '.join(way['lifts'])}]")


def _change(change: dict[str, Any]) -> str:
    """One change: a setting with its two values, or a fact with what it is about."""
    if "setting" in change:
        return f"{change['setting']}: {change['from']} -> {change['to']}"
    about = {key: value for key, value in change.items() if key not in ("fact", "who")}
    told = ", ".join(f"{key} {'; '.join(map(str, value)) if isinstance(value, list) else value}" for key, value in about.items())
    return f"{words(change['fact'])} ({change['who']}{': ' if told else ''}{told})"


def verification(path: Path, breaks: list[dict[str, Any]], as_json: bool) -> None:
    """Whether the chain is whole."""
    if as_json:
        _json({"audit": str(path), "whole": not breaks, "breaks": breaks})
    elif not breaks:
        print(f"{path}: the chain is whole")
    else:
        print(f"{path}: the chain is broken in {plural(len(breaks), 'place')}")
        print(
            grid(
                ("seq", "code", "message"),
                [tuple(entry.get(key) for key in ("seq", "code", "message")) for entry in breaks],
                frozenset({0}),
            )
        )


def head(found: dict[str, Any], as_json: bool) -> None:
    """The head of an audit chain, to be kept elsewhere."""
    if as_json:
        _json(found)
    else:
        print(f"{found['len']}:{found['digest']}")


def entries(found: list[dict[str, Any]], limit: int, as_json: bool) -> None:
    """Entries of the audit chain."""
    shown = found[:limit] if limit >= 0 else found
    bodies = [json.loads(entry["body"]) for entry in shown]
    if as_json:
        _json([{**entry, "body": body} for entry, body in zip(shown, bodies, strict=True)])
        return
    lines = [
        (
            entry["seq"],
            entry["on"],
            entry["kind"],
            body.get("decision_id"),
            words(body.get("action") or body.get("event") or ""),
            body.get("customer_id") or ", ".join(body.get("references", {}).get("customer_ids", [])),
            body.get("mode") or body.get("by"),
            ", ".join(reason[0] for reason in body.get("reasons", [])),
        )
        for entry, body in zip(shown, bodies, strict=True)
    ]
    print(grid(("seq", "on", "kind", "decision", "what", "customer", "mode or by", "reasons"), lines, frozenset({0})))
    if len(found) > len(shown):
        print(f"… and {len(found) - len(shown):,} more (--limit)")


def replayed(book: Path, last: Run, problems: list[dict[str, Any]], as_json: bool) -> None:
    """Whether the newest run came out again as the audit chain has it."""
    if as_json:
        _json({"book": str(book), "run_id": last.run_id, "same": not problems, "problems": problems})
    elif not problems:
        print(f"{last.run_id}: {plural(last.decisions, 'decision')}, each the same to the byte")
    else:
        print(f"{last.run_id}: {plural(len(problems), 'problem')}")
        lines = [tuple(entry.get(key) for key in ("row", "code", "message")) for entry in problems[:MOST_PROBLEMS]]
        print(grid(("entry", "code", "message"), lines, frozenset({0})))


def policy_diff(changes: list[dict[str, Any]], versions: tuple[str, str], as_json: bool) -> None:
    """What differs, a sentence a setting."""
    if as_json:
        _json([{**row, **{side: _parsed(row[side]) for side in ("before", "after")}} for row in changes])
        return
    if not changes:
        print("the policies are the same")
        return
    print(
        f"{plural(len(changes), 'setting differs', 'settings differ')} from {_cell(versions[0])} to {_cell(versions[1])}"
    )
    for row in changes:
        way = row["direction"] if row["direction"] != "other" else ""
        print(f"  {way:<8}{row['path']}\n          {_line(row['text'])}")


def policy_check(path: Path, policy: Any, remarks: list[dict[str, Any]], as_json: bool) -> None:
    """A policy that is in order, and what is remarked of it."""
    if as_json:
        _json({"version": policy.version, "digest": policy.digest, "remarks": remarks})
        return
    print(f"{path} is in order: version {_cell(policy.version)}, digest {policy.digest}")
    for row in remarks:
        print(f"  {row['path']} ({row['code']})\n          {_line(row['text'])}")


def rehearsal(changes: list[dict[str, Any]], summary: list[dict[str, Any]], days: list[date], as_json: bool) -> None:
    """What another policy would have decided: how much, and the first of it."""
    if as_json:
        _json({"days": days, "changes": changes, "summary": summary})
        return
    decided = sum(row["count"] for row in summary)
    what = plural(len(changes), "is not the same", "are not the same")
    print(f"{plural(len(days), 'day')} from {days[0]}: {plural(decided, 'decision')}, {what}")
    lines = [
        (
            words(row["change"]),
            words(row["action"]),
            row["count"],
            money(row["amount_before"], row["currency"]),
            money(row["amount_after"], row["currency"]),
            row["minutes_after"] - row["minutes_before"],
        )
        for row in summary
    ]
    if lines:
        heads = ("change", "action", "count", "amount before", "after", "minutes more")
        print(grid(heads, lines, frozenset({2, 3, 4, 5})))
    for row in changes[:MOST_IN_SUMMARY]:
        why = [
            reason_text(reason, row["currency"]) for side in ("before", "after") for reason in row[f"reasons_{side}"]
        ]
        print(
            f"  {row['on']}  {_cell(row['customer_id'])}  {words(row['action'])}, {words(row['change']).lower()}: {_line('; '.join(why))}"
        )
    if len(changes) > MOST_IN_SUMMARY:
        print(f"  … and {len(changes) - MOST_IN_SUMMARY:,} more (all of them with --json or --out)")


def _parsed(text: str | None) -> Any:
    return None if text is None else json.loads(text)
