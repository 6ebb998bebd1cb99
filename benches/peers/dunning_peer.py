"""One book of late items through Tryton's dunning and through the engine, in turns, in one run: items a CPU second of each.

    pip install trytond==8.2.1 trytond-account-dunning==8.2.0 proteus==8.2.0     # and ar-core, into the same environment
    python -O benches/peers/dunning_peer.py [--items 10000] [--each 10] [--turns 3]

Each item is 46 to 166 days late, the ladder has levels after 5, 20, 40 and 60 days, nothing was sent yet. Tryton (SQLite in memory,
its fastest) is timed from the call of `generate_dunnings` until the records are committed: one record an item, without a letter. The
engine is timed from `run(scope="collections")` until the report is there: a decision a customer, an outcome with its reason an item,
and the chained audit log; then also for `scope="all"`, with every payment date predicted. Loading is in neither figure. Both must
dun every item at level 1.
"""

import argparse
import os
import random
import sys
import time
from datetime import date, timedelta
from decimal import Decimal

TODAY = date.today()
LEVELS = [5, 20, 40, 60]


def book(items, each):
    """Customer, amount and due date of each item."""
    dice = random.Random(7)
    return [
        (at // each, Decimal(dice.randrange(1_000, 1_000_000)) / 100, TODAY - timedelta(46 + dice.randrange(121)))
        for at in range(items)
    ]


class Tryton:
    """A database in memory with the book in it."""

    def __init__(self, rows):
        os.environ.setdefault("DB_NAME", ":memory:")
        from proteus import Model
        from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts
        from trytond.modules.company.tests.tools import create_company
        from trytond.tests.tools import activate_modules

        self.config = activate_modules("account_dunning", create_company, create_chart)
        create_fiscalyear().click("create_period")
        accounts = get_accounts()
        procedure = Model.get("account.dunning.procedure")(name="Ladder")
        for at, days in enumerate(LEVELS):
            level = procedure.levels.new()
            level.sequence, level.overdue = at + 1, timedelta(days)
        procedure.save()
        journal = Model.get("account.journal").find([("code", "=", "REV")])[0]
        period = Model.get("account.period").find([], limit=1)[0]
        self.ids = journal.id, period.id, accounts["receivable"].id, accounts["revenue"].id, procedure.id
        self.rows = rows

    def within(self, work):
        """Runs in a transaction that is committed; again with the locks that it turns out to need, as Tryton's own server does."""
        from trytond.transaction import Transaction, TransactionError

        extras = {}
        while True:
            with Transaction().start(self.config.database_name, self.config.user, context=self.config.context, **extras) as transaction:
                try:
                    work()
                    return transaction.commit()
                except TransactionError as locked:
                    transaction.rollback()
                    locked.fix(extras)

    def load(self):
        from trytond.pool import Pool

        journal, period, receivable, revenue, procedure = self.ids

        def work():
            party, move, period_row = Pool().get("party.party"), Pool().get("account.move"), Pool().get("account.period")
            names = sorted({row[0] for row in self.rows})
            parties = party.create([{"name": f"C{name}", "dunning_procedure": procedure} for name in names])
            by_name = dict(zip(names, parties, strict=True))
            day = period_row(period).start_date
            moves = []
            for name, amount, due in self.rows:
                debit = {"account": receivable, "debit": amount, "party": by_name[name].id, "maturity_date": due}
                credit = {"account": revenue, "credit": amount}
                moves.append({"journal": journal, "period": period, "date": day, "lines": [("create", [debit, credit])]})
            move.create(moves)

        self.within(work)

    def turn(self):
        """CPU seconds to make the records, which are removed again."""
        from trytond.pool import Pool

        before = time.process_time()
        self.within(lambda: Pool().get("account.dunning").generate_dunnings(date=TODAY))
        spent = time.process_time() - before

        def check():
            dunning = Pool().get("account.dunning")
            made = dunning.search([])
            levels = {row.level.overdue.days for row in dunning.browse(made)}
            if len(made) != len(self.rows) or levels != {LEVELS[0]}:
                sys.exit(f"Tryton made {len(made)} records at levels after {levels} days")
            dunning.delete(made)

        self.within(check)
        return spent


class Engine:
    """The same book in a ledger."""

    def __init__(self, rows):
        import ar_core as ar

        self.ar, self.count = ar, len(rows)
        items = [
            {
                "item_id": f"I{at}",
                "customer_id": f"C{name}",
                "currency": "EUR",
                "amount": str(amount),
                "issued_on": due - timedelta(30),
                "due_on": due,
            }
            for at, (name, amount, due) in enumerate(rows)
        ]
        self.ledger = ar.Ledger(items=items)
        ladder = "\n".join(f"[[collections.ladder]]\nafter_days = {days}" for days in LEVELS)
        self.policy = ar.Policy.from_toml(ladder)
        self.models = ar.Models.fit(self.ledger, TODAY)

    def turn(self, scope, times):
        before = time.process_time()
        for _ in range(times):
            report = self.ar.run(self.ledger, self.policy, self.models, as_of=TODAY, scope=scope)
        spent = (time.process_time() - before) / times
        notices = [row for row in report.decisions.to_dicts() if row["action"] == "send_notice"]
        told = sum(len(row["item_ids"]) for row in notices)
        if told != self.count or {row["level"] for row in notices} != {1}:
            sys.exit(f"the engine duns {told} of {self.count} items")
        return spent


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, default=10_000)
    options.add_argument("--each", type=int, default=10, help="items a customer")
    options.add_argument("--turns", type=int, default=3)
    given = options.parse_args()
    rows = book(given.items, given.each)
    engine, tryton = Engine(rows), Tryton(rows)
    tryton.load()
    best = {"tryton": [], "collections": [], "all": []}
    for _ in range(given.turns):
        best["tryton"].append(tryton.turn())
        best["collections"].append(engine.turn("collections", 20))
        best["all"].append(engine.turn("all", 3))
    rates = {name: given.items / min(spent) for name, spent in best.items()}
    for name, rate in rates.items():
        print(f"{name:<12} {rate:>12,.0f} items a CPU s   {1e6 / rate:8.2f} µs an item   {rate / rates['tryton']:8,.0f} x Tryton")


if __name__ == "__main__":
    main()
