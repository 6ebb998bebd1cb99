"""A night of a host in Python with ctypes alone: what examples/c/nightly.c does, line by line the same.

    python nightly.py <libar_core.so> <book folder> <YYYY-MM-DD> [answers.json]

Exit status: 0 done, 1 the input was refused (every problem is printed), 2 wrong usage.
"""

from __future__ import annotations

import csv
import ctypes as c
import json
import math
import sys
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from ar_core_ctypes import ACT, AgingRow, Allocation, ArrowArrayStream, Break, Decision, Handle, Kpi, Library, Refused, WorklistRow, entries

TABLES = "customers items payments remittances allocations promises disputes plans instalments notices replies signals fx_rates".split()
LISTS = ("aliases", "channels", "bank_accounts", "item_ids")
EVENTS = {
    "post_allocation": "items_allocated",
    "ask_remittance": "remittance_asked",
    "send_reminder": "notice_sent",
    "send_notice": "notice_sent",
    "remind_promise": "promise_reminded",
}


def texts(values: list[str | None]) -> Any:
    """An array of texts for C; None is a null value."""
    return (c.c_char_p * len(values))(*(None if value is None else value.encode() for value in values))


def days(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


class Host:
    """All that lives from one day to the next. Handles are freed when the host is closed."""

    def __init__(self, library: Library, folder: Path, keep: ExitStack) -> None:
        self.c, self.keep = library, keep
        self.ledger = self.owned("ledger", self._load(folder))
        policy = folder / "policy.toml"
        toml = policy.read_bytes() if policy.exists() else None
        made = self.c.make("ar_policy_default") if toml is None else self.c.make("ar_policy_from_toml", toml, len(toml))
        self.policy = self.owned("policy", made)
        self.log = self.owned("audit_log", self.c.make("ar_audit_log_new", 0, None))

    def owned(self, kind: str, handle: Handle) -> Handle:
        self.keep.callback(getattr(self.c.lib, f"ar_{kind}_free"), handle)
        return handle

    def _load(self, folder: Path) -> Handle:
        tables = self.owned("tables", self.c.make("ar_tables_new"))
        for table in TABLES:
            path = folder / f"{table}.csv"
            if not path.exists():
                continue
            with path.open(newline="", encoding="utf-8-sig") as file:
                names, *rows = [row for row in csv.reader(file, strict=True) if row]
            for place, column in enumerate(names):
                self._add(tables, table.encode(), column, [row[place] or None for row in rows])
        return self.c.make("ar_ledger_new", tables)

    def _add(self, tables: Handle, table: bytes, column: str, cells: list[str | None]) -> None:
        """Every cell is handed over as text: the library reads numbers and days."""
        if column not in LISTS:
            self.c.call("ar_tables_add_text_column", tables, table, column.encode(), texts(cells), None, len(cells))
            return
        lists = [cell.split(";") if cell is not None else [] for cell in cells]
        values = [value for values in lists for value in values]
        ends = (c.c_size_t * len(lists))(*accumulate(map(len, lists)))
        valid = (c.c_uint8 * len(cells))(*(cell is not None for cell in cells))
        self.c.call("ar_tables_add_list_column", tables, table, column.encode(), texts(values), None, len(values), ends, valid, len(cells))

    def amount(self, minor: int, currency: str) -> str:
        decimals = self.c.lib.ar_currency_exponent(currency.encode())
        digits = str(abs(minor)).rjust(decimals + 1, "0")
        return ("-" if minor < 0 else "") + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)

    def action(self, row: Any) -> str:
        return self.c.lib.ar_action_name(row.action).decode()

    def run(self, as_of: date) -> Handle:
        report = self.owned("report", self.c.make("ar_run", self.ledger, self.policy, None, days(as_of)))
        self.c.call("ar_audit_log_append_report", self.log, report)
        decisions = self.c.rows("ar_report_decisions", Decision, report)
        acted = sum(row.mode == ACT for row in decisions)
        print(f"{as_of}: {len(decisions)} decisions, {acted} without a person, {len(decisions) - acted} for people\n\nWorklist, best first:")
        for row in self.c.rows("ar_report_worklist", WorklistRow, report):
            amount = self.amount(row.amount_minor, row.currency)
            who, role = row.customer_id or "?", row.ask_role or "anybody"
            print(f"{row.rank:4}  {row.decision_id}  {self.action(row):18} {who:10} {amount:>14} {row.currency}  {role:16} {row.why}")
        print("\nOpen, by days past due:")
        for row in self.c.rows("ar_report_aging", AgingRow, report):
            print(f"  {row.bucket:8} {self.amount(row.amount_minor, row.currency):>14} {row.currency}  {row.count} item(s)")
        print("\nMeasures:")
        for row in self.c.rows("ar_report_kpis", Kpi, report):
            if not math.isnan(row.value):  # else it is not defined for this book
                print(f"  {row.name:28} {row.value:14.4f} {row.unit} {row.currency or '-'} {row.note or '-'}")
        print()
        return report

    def hear(self, events: bytes) -> None:
        """Moves the books on by events, and writes them into the log. All of them, or none."""
        self.c.call("ar_ledger_apply_json", self.ledger, events, len(events))
        self.c.call("ar_audit_log_append_events", self.log, events, len(events), self.ledger)

    def act(self, report: Handle, as_of: date) -> None:
        """This program sends nothing; one that does would do it here, once for each decision_id, and report what succeeded."""
        events, left = [], 0
        for row in self.c.rows("ar_report_decisions", Decision, report):
            action = self.action(row)
            if row.mode != ACT or action == "wait":
                continue
            if action not in EVENTS:
                left += 1
                continue
            event = {"event": EVENTS[action], "on": str(as_of), "decision_id": row.decision_id}
            if action == "post_allocation":
                event |= self.posting(report, row.decision_id)
            elif row.customer_id is not None:
                event["customer_id"] = row.customer_id
            if event["event"] == "notice_sent":
                event |= {"item_ids": [row.item_ids[i].decode() for i in range(row.item_ids_len)], "level": row.level}
            events.append(event)
        self.hear(json.dumps(events).encode())
        print(f"Done without a person: {len(events)}; not done by this program: {left}")

    def posting(self, report: Handle, decision_id: str) -> dict[str, Any]:
        """The lines of a posting: the cash, discounts and fees that the report proposes for this decision."""
        lines, payment_id = [], ""
        for row in self.c.rows("ar_report_allocations", Allocation, report):
            if row.decision_id != decision_id:
                continue
            payment_id = row.payment_id
            line = {"item_id": row.item_id, "amount": self.amount(row.amount_minor, row.currency), "kind": row.kind}
            if row.currency != row.item_currency:
                line["item_amount"] = self.amount(row.item_amount_minor, row.item_currency)
            lines.append(line)
        return {"payment_id": payment_id, "allocations": lines}

    def show_log(self, decision_id: str | None) -> None:
        length, digest, stream = c.c_int64(), Handle(), ArrowArrayStream()
        self.c.call("ar_audit_log_head", self.log, c.byref(length), c.byref(digest))
        head = self.c.take(digest)  # to be kept elsewhere
        breaks = self.owned("breaks", self.c.make("ar_audit_log_verify", self.log, length, head.encode()))
        found = self.c.rows("ar_breaks_rows", Break, breaks)
        print(f"Audit log: {length.value} entries, {'BROKEN' if found else 'whole'}, head {head}")
        for row in found:
            print(f"  entry {row.seq}: {row.message}")
        if decision_id is None:
            return
        question = json.dumps({"decision_id": decision_id}).encode()
        self.c.call("ar_audit_log_search", self.log, question, len(question), c.byref(stream))
        print(f"What it says of {decision_id}:")
        for seq, kind in entries(stream):
            print(f"{seq:6}  {kind}")
        stream.release(c.byref(stream))


def night(host: Host, today: date, answers: Path | None) -> None:
    host.c.call("ar_audit_log_append_policy", host.log, host.policy, b"nightly", days(today))
    report = host.run(today)
    for row in host.c.rows("ar_report_worklist", WorklistRow, report)[:1]:
        text = Handle()
        host.c.call("ar_report_explain", report, row.decision_id.encode(), c.byref(text), None)
        print(f"Why {row.decision_id}:\n{host.c.take(text)}\n")
    host.act(report, today)
    if answers is not None:
        host.hear(answers.read_bytes())
    print(f"Answers: {'none' if answers is None else 'heard'}\n")
    tomorrow = today + timedelta(days=1)
    host.act(host.run(tomorrow), tomorrow)  # what was approved is done without a person now
    done = [row.decision_id for row in host.c.rows("ar_report_decisions", Decision, report) if row.mode == ACT and host.action(row) != "wait"]
    host.show_log(done[0] if done else None)


def main(arguments: list[str]) -> int:
    try:
        library, folder, day, *rest = arguments
        today = date.fromisoformat(day)
        answers = Path(*rest) if rest else None
    except (ValueError, TypeError):
        print("usage: nightly.py <libar_core.so> <book folder> <YYYY-MM-DD> [answers.json]", file=sys.stderr)
        return 2
    try:
        with ExitStack() as keep:
            night(Host(Library(library), Path(folder), keep), today, answers)
    except (Refused, OSError, csv.Error) as wrong:
        print(wrong, *getattr(wrong, "lines", []), sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
