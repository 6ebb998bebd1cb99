"""Dunning: a book of late items through the ladder, beside Tryton's `account_dunning`.

Each item is 46 to 166 days late, the ladder has levels after 5, 20, 40 and 60 days, nothing was sent yet: everybody must dun every item
at level 1. Tryton is timed from `generate_dunnings` until the records are committed: one record an item, no letter, no reason. The
engine from `run` until the report is there: a decision a customer, an outcome with its reason an item, and the chained log. Loading is
in neither.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from .contender import Case, Contender, Quality, Section, scaled
from .draw import dice

LEVELS = (5, 20, 40, 60)
Rows = list[tuple[int, int, int]]
Answer = dict[str, Any]


def make(settings: dict[str, Any]) -> Rows:
    """Customer, amount in minor units and days late of each item."""
    draw = dice(settings["seed"], "dunning")
    return [(at // settings["each"], draw.randrange(1_000, 1_000_000), 46 + draw.randrange(121)) for at in range(settings["items"])]


def cases(size: str) -> list[Case]:
    """Ten items a customer, and one."""
    items = scaled(size, 1_000, 5_000, 50_000)
    limit = scaled(size, 300.0, 900.0, 3600.0)  # filling Tryton's book takes most of it
    about = f"{items:,} late items, "
    few = {"Tryton account_dunning": scaled(size, 2, 2, 3)}
    found = [
        Case("ten items a customer", about + "ten a customer", {"seed": 7, "items": items, "each": 10}, limit, turns=few),
        Case("one item a customer", about + "one a customer", {"seed": 7, "items": items, "each": 1}, limit, turns=few),
    ]
    return found[:1] if size == "small" else found


def engine(scope: str) -> Callable[[Rows], Callable[[], Answer]]:
    """The engine in a scope."""

    def start(rows: Rows) -> Callable[[], Answer]:
        import ar_core

        today = date.today()
        items = [
            {
                "item_id": f"I{at}",
                "customer_id": f"C{customer}",
                "currency": "EUR",
                "amount_minor": amount,
                "issued_on": today - timedelta(late + 30),
                "due_on": today - timedelta(late),
            }
            for at, (customer, amount, late) in enumerate(rows)
        ]
        ledger = ar_core.Ledger(items=items)
        ladder = "\n".join(f"[[collections.ladder]]\nafter_days = {days}" for days in LEVELS)
        policy = ar_core.Policy.from_toml(ladder)
        models = ar_core.Models.fit(ledger, today)
        return lambda: {"report": ar_core.run(ledger, policy, models, as_of=today, scope=scope)}

    return start


def tryton(rows: Rows) -> Callable[[], Answer]:
    """Tryton with the book in SQLite in memory, its fastest database; `python -O`, as its documentation runs it."""
    os.environ["DB_NAME"] = ":memory:"
    # Activating modules takes half a minute: Tryton's own tests keep the empty database, too.
    os.environ["DB_CACHE"] = str(Path(sys.prefix) / "tryton-cache")
    from proteus import Model
    from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts
    from trytond.modules.company.tests.tools import create_company
    from trytond.tests.tools import activate_modules

    config = activate_modules("account_dunning", create_company, create_chart)
    create_fiscalyear().click("create_period")
    accounts = get_accounts()
    procedure = Model.get("account.dunning.procedure")(name="Ladder")
    for at, days in enumerate(LEVELS):
        level = procedure.levels.new()
        level.sequence, level.overdue = at + 1, timedelta(days)
    procedure.save()
    journal = Model.get("account.journal").find([("code", "=", "REV")])[0]
    period = Model.get("account.period").find([], limit=1)[0]
    ids = journal.id, period.id, accounts["receivable"].id, accounts["revenue"].id, procedure.id
    within(config, lambda: fill(rows, ids))
    return lambda: within(config, generate)


def within(config: Any, work: Callable[[], Any]) -> Any:
    """Work in a transaction that is committed; again with the locks that it turns out to need, as Tryton's own server does."""
    from trytond.transaction import Transaction, TransactionError

    extras: dict[str, Any] = {}
    while True:
        with Transaction().start(config.database_name, config.user, context=config.context, **extras) as transaction:
            try:
                answer = work()
                transaction.commit()
                return answer
            except TransactionError as locked:
                transaction.rollback()
                locked.fix(extras)


def fill(rows: Rows, ids: tuple[int, ...]) -> None:
    """Parties and moves."""
    from trytond.pool import Pool

    journal, period, receivable, revenue, procedure = ids
    party, move, period_row = Pool().get("party.party"), Pool().get("account.move"), Pool().get("account.period")
    names = sorted({row[0] for row in rows})
    parties = party.create([{"name": f"C{name}", "dunning_procedure": procedure} for name in names])
    by_name = dict(zip(names, parties, strict=True))
    day, today, moves = period_row(period).start_date, date.today(), []
    for name, minor, late in rows:
        amount = Decimal(minor) / 100
        debit = {"account": receivable, "debit": amount, "party": by_name[name].id, "maturity_date": today - timedelta(late)}
        credit = {"account": revenue, "credit": amount}
        moves.append({"journal": journal, "period": period, "date": day, "lines": [("create", [debit, credit])]})
    move.create(moves)


def generate() -> Answer:
    """The records, and the levels they are at (read from what was just made: that is in its time, and a fiftieth of it)."""
    from trytond.pool import Pool

    dunning = Pool().get("account.dunning")
    dunning.generate_dunnings(date=date.today())
    made = dunning.browse(dunning.search([]))
    return {"records": [row.level.overdue.days for row in made]}


def judge(rows: Rows, answer: Answer) -> dict[str, float]:
    """The share of the items that are dunned at level 1."""
    if "records" in answer:
        told = sum(days == LEVELS[0] for days in answer["records"])
        return {"right": told / len(rows)}
    notices = [row for row in answer["report"].decisions.to_dicts() if row["action"] == "send_notice" and row["level"] == 1]
    return {"right": sum(len(row["item_ids"]) for row in notices) / len(rows)}


SECTION = Section(
    name="dunning",
    title="Dunning",
    unit="item",
    cases=cases,
    make=make,
    count=len,
    judge=judge,
    quality=[Quality("right", "dunned at level 1", "more")],
    about="Tryton keeps its records in a database, the engine its report in memory; the engine gives reasons and a log besides.",
    contenders=[
        Contender(
            "ar_core, collections",
            engine("collections"),
            ("ar-core",),
            "MIT OR Apache-2.0",
            'scope="collections": decides without predicting payment dates, as Tryton does',
            ours=True,
            base=True,
        ),
        Contender("ar_core, all", engine("all"), ("ar-core",), "MIT OR Apache-2.0", 'scope="all": every payment date predicted, too', ours=True),
        Contender(
            "Tryton account_dunning",
            tryton,
            ("trytond_account_dunning", "trytond", "proteus"),
            "GPL-3.0-or-later",
            "python -O; SQLite in memory, which is faster than its PostgreSQL, as nothing goes over a socket or to a disk",
            options=("-O",),
            once=True,
        ),
    ],
)
