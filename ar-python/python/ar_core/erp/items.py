"""Items and payments out of the columns of an export."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..frames import need
from ..currencies import BOOKED, UNUSUAL
from .kinds import kinds_of, sides, word_kinds
from .knowledge import roles
from .lines import one_row_an_item, whole_key
from .rows import alive
from .terms import due_dates
from .values import ROOM, Notes

if TYPE_CHECKING:
    from .build import Source

USUAL_KEY = ("company", "fiscal_year", "instalment", "line_number")


def make(columns: dict[str, Any], source: Source, notes: Notes) -> tuple[Any, Any]:
    """Items: (table, of each row the row of the export)."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    count = source.table.num_rows
    said = _kinds(columns, source, notes)
    if said is not None:
        for word, why in (("payment", "a payment, no item"), ("skip", "no receivable")):
            if found := notes.leave(pc.equal(said, word), why):
                hint = " (infer_columns(df, 'payments') takes them)" if word == "payment" else ""
                notes.assume(
                    f"{source.named('kind')}: rows that are {why} are left out{hint}", source.named("kind"), None, found
                )
    _money(columns, source, notes)
    _minor_units(columns, source, notes)
    signed = _signed(columns, said, source, notes)
    living = alive(count, notes)
    columns["amount"] = signed
    zero = pc.and_(living, pc.fill_null(pc.equal(signed, _zero(signed)), False))
    if "line_amount" not in columns and (found := notes.leave(zero, "nothing owed: the amount is zero")):
        notes.assume("rows with an amount of zero are left out", source.named("amount"), None, found)
    living = alive(count, notes)
    at = pc.indices_nonzero(living).cast(pa.int64())
    notes.at = at
    columns = {role: array.take(at) for role, array in columns.items()}
    said = said.take(at) if said is not None else None
    _dates(columns, source, notes)
    _required(columns, source, notes)
    if "item_id" not in columns:
        return _table(columns, said, source, notes), at
    whole_key(columns, source.layout.key if source.layout else USUAL_KEY, "item_id", source, notes)
    others = {
        n: source.table.column(n).combine_chunks().take(at)
        for n in source.table.column_names
        if n not in source.headings.values()
    }
    kept = one_row_an_item(columns, others, source.headings, source.settings, notes)
    notes.at = at.take(kept)
    columns = {role: array.take(kept) for role, array in columns.items()}
    said = said.take(kept) if said is not None else None
    return _table(columns, said, source, notes), notes.at


def _zero(like: Any) -> Any:
    return need("pyarrow").scalar(0).cast(like.type)


def _kinds(columns: dict[str, Any], source: Source, notes: Notes) -> Any:
    if "kind" not in columns:
        return None
    return word_kinds(columns["kind"], source.layout, source.settings, source.named("kind"), notes)


def _money(columns: dict[str, Any], source: Source, notes: Notes) -> None:
    """Settles which amount, in which currency."""
    pc = need("pyarrow.compute")
    if "currency" in columns:
        columns["currency"] = pc.utf8_upper(columns["currency"])
    home = source.settings.currency
    if (
        "amount" not in columns
        and "amount_local" in columns
        and "debit" not in columns
        and "line_amount" not in columns
    ):
        columns["amount"] = columns["amount_local"]
        if "open_local" in columns:
            columns["open_amount"] = columns["open_local"]
        local = columns.get("currency_local")
        if local is None and home is None and "currency" in columns:
            notes.refuse(
                "missing_column",
                f"{source.named('amount_local')} is in the local currency, and {source.named('currency')} is that of the document: "
                "say with_(currency='EUR'), the local one",
                source.named("amount_local"),
            )
        columns["currency"] = pc.utf8_upper(local) if local is not None else columns.get("currency")
        if home is not None or columns["currency"] is None:
            columns.pop("currency", None)
        notes.assume(
            f"amounts are those in local currency ({source.named('amount_local')})", source.named("amount_local")
        )
    if (
        "open_amount" not in columns
        and "open_local" in columns
        and source.headings.get("amount") == source.headings.get("amount_local")
    ):
        columns["open_amount"] = columns["open_local"]
    _amounts(columns, source, notes)
    if home is not None:
        columns["currency"] = (
            pc.fill_null(columns["currency"], home)
            if "currency" in columns
            else need("pyarrow").repeat(home, source.table.num_rows)
        )
    elif "currency" in columns and "currency_local" in columns and columns["currency"].null_count:
        blank = columns["currency"].null_count
        columns["currency"] = pc.if_else(
            pc.is_null(columns["currency"]), pc.utf8_upper(columns["currency_local"]), columns["currency"]
        )
        notes.assume(
            f"{source.named('currency')}: blank means {source.named('currency_local')}",
            source.named("currency"),
            None,
            blank,
        )


def _minor_units(columns: dict[str, Any], source: Source, notes: Notes) -> None:
    """Amounts that are whole minor units, made amounts. Said by our names (`amount_minor`), by the system, or by a person."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    known = roles()[source.kind]
    said = source.settings.minor
    all_of_them = said if said is not None else bool(source.layout and "minor" in source.layout.options)
    chosen = [
        role
        for role in columns
        if role in known and known[role].content == "amount" and (all_of_them or source.named(role).endswith("_minor"))
    ]
    if said is None and not chosen and "amount" in columns:
        _whole(columns["amount"], source, notes)
    if not chosen or "currency" not in columns:
        return
    codes = columns["currency"]
    unit = pa.repeat(pa.scalar(Decimal("0.0100"), pa.decimal128(5, 4)), len(codes))
    for places, list_of in UNUSUAL.items():
        unit = pc.if_else(
            pc.is_in(codes, value_set=pa.array(sorted(list_of))),
            pa.scalar(Decimal(1).scaleb(-places), pa.decimal128(5, 4)),
            unit,
        )
    for role in chosen:
        if columns[role].type.scale and pc.any(pc.not_equal(pc.floor(columns[role]), columns[role])).as_py():
            notes.refuse(
                "wrong_type",
                f"{source.named(role)} has decimals, and is to be in whole minor units",
                source.named(role),
            )
            continue
        columns[role] = pc.multiply(columns[role].cast(pa.decimal128(ROOM, 0), safe=False), unit).cast(
            pa.decimal128(ROOM, 3)
        )
    if all_of_them:
        notes.assume("amounts are whole minor units (cents)", source.headings.get("amount"), "with_(minor=False)")


def _amounts(columns: dict[str, Any], source: Source, notes: Notes) -> None:
    """Settles the amount where no column is it: debit less credit, net and tax, or what is open."""
    pc = need("pyarrow.compute")
    if "amount" not in columns and "debit" in columns and "credit" in columns:
        zero = _zero(columns["debit"])
        columns["amount"] = pc.subtract(
            pc.fill_null(columns["debit"], zero), pc.fill_null(columns["credit"], _zero(columns["credit"]))
        )
        notes.assume(f"amounts are {source.named('debit')} less {source.named('credit')}", source.named("debit"))
    if "amount" not in columns and "net_amount" in columns and "tax_amount" in columns:
        columns["amount"] = pc.add(
            columns["net_amount"], pc.fill_null(columns["tax_amount"], _zero(columns["tax_amount"]))
        )
        notes.assume(
            f"amounts are {source.named('net_amount')} and {source.named('tax_amount')}", source.named("net_amount")
        )
    if "amount" not in columns and "open_amount" in columns:
        columns["amount"] = columns["open_amount"]
        notes.assume(
            f"the original amount is not there: {source.named('open_amount')} is taken for it",
            source.named("open_amount"),
        )


def _whole(amount: Any, source: Source, notes: Notes) -> None:
    """Amounts without a decimal anywhere may be cents: nothing in them tells, so it is said."""
    pc = need("pyarrow.compute")
    filled = len(amount) - amount.null_count
    if (
        filled >= 20
        and pc.all(pc.equal(pc.floor(amount), amount)).as_py()
        and pc.count_distinct(amount).as_py() > filled // 4
    ):
        notes.assume(
            f"{source.named('amount')}: all are whole numbers, taken as units, not cents",
            source.named("amount"),
            "with_(minor=True)",
        )


def _signed(columns: dict[str, Any], said: Any, source: Source, notes: Notes) -> Any:
    """The amounts, below zero where they are owed by us."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    amount = columns.get("amount")
    if amount is None:
        amount = columns.get("line_amount", pa.nulls(source.table.num_rows, pa.decimal128(38, 2)))
    side = sides(columns, source.layout, source.headings, notes)
    if side is not None:
        flipped = pc.fill_null(pc.less(side, 0), False)
        below = pc.any(pc.less(amount, _zero(amount))).as_py()
        if below and pc.all(pc.equal(pc.less(amount, _zero(amount)), flipped)).as_py():
            return amount
        return pc.if_else(flipped, pc.negate(amount), amount)
    if said is None:
        return amount
    credit = pc.and_(pc.fill_null(pc.equal(said, "credit_note"), False), alive(len(amount), notes))
    above = int(pc.sum(pc.and_(credit, pc.greater(amount, _zero(amount)))).as_py() or 0)
    below = int(pc.sum(pc.and_(credit, pc.less(amount, _zero(amount)))).as_py() or 0)
    if above and below:
        notes.refuse(
            "contradiction",
            f"{above} credit notes have an amount above zero and {below} one below: it cannot be told what the sign means",
            source.named("amount"),
        )
    if above and not below:
        notes.assume("credit notes have amounts above zero", source.named("amount"), None, above)
        for role in ("line_amount", "line_tax"):
            if role in columns:
                columns[role] = pc.if_else(credit, pc.negate(columns[role]), columns[role])
        return pc.if_else(credit, pc.negate(amount), amount)
    return amount


def _dates(columns: dict[str, Any], source: Source, notes: Notes) -> None:
    """Settles the day of issue and the due date."""
    pc = need("pyarrow.compute")
    if "issued_on" not in columns and "posted_on" in columns:
        columns["issued_on"] = columns["posted_on"]
        notes.assume(
            f"the day of issue is not there: {source.named('posted_on')} is taken for it", source.named("posted_on")
        )
    elif "issued_on" in columns and "posted_on" in columns and columns["issued_on"].null_count:
        blank = columns["issued_on"].null_count
        columns["issued_on"] = pc.coalesce(columns["issued_on"], columns["posted_on"])
        notes.assume(
            f"{source.named('issued_on')}: where it is empty, {source.named('posted_on')}",
            source.named("issued_on"),
            None,
            blank,
        )
    due_dates(columns, source, notes)


def _required(columns: dict[str, Any], source: Source, notes: Notes) -> None:
    """Problems for values that every row must have."""
    pc = need("pyarrow.compute")
    hints = {
        "currency": "say with_(currency='EUR')", "due_on": "say with_(terms_days=30) for those that have none",
        "item_id": "say with_(item_id='heading')",
        "customer_id": "say with_(customer_id='heading')", "amount": "say with_(amount='heading')", "issued_on": "say with_(issued_on='heading')",
        "payment_id": "say with_(payment_id='heading')", "received_on": "say with_(received_on='heading')",
    }  # fmt: skip
    from .infer import REQUIRED

    for role in REQUIRED[source.kind]:
        if role not in columns:
            notes.refuse("missing_column", f"no column is {role}: {hints[role]}", role)
            continue
        if (
            role == "amount"
            and len(columns[role])
            and columns[role].null_count == len(columns[role])
            and source.headings.get("amount") is None
            and "line_amount" not in columns
        ):
            notes.refuse("missing_column", f"no column is {role}: {hints[role]}", role)
            continue
        missing = pc.indices_nonzero(pc.is_null(columns[role]))
        known = {(p["row"], p["column"]) for p in notes.problems}
        for row in missing.to_pylist()[:200]:
            if (int(notes.at[row].as_py()), source.named(role)) not in known:
                notes.refuse("missing_value", f"no {role}: {hints[role]}", source.named(role), row)
        notes.total += max(0, len(missing) - 200)
    if "currency" in columns:
        codes = columns["currency"]
        strange = pc.and_(
            pc.is_valid(codes), pc.invert(pc.is_in(codes, value_set=need("pyarrow").array(sorted(BOOKED))))
        )
        for row in pc.indices_nonzero(strange).to_pylist()[:50]:
            notes.refuse(
                "unknown_word", f"'{codes[row].as_py()}' is no currency (ISO 4217)", source.named("currency"), row
            )


def _table(columns: dict[str, Any], said: Any, source: Source, notes: Notes) -> Any:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    signed = columns["amount"]
    made: dict[str, Any] = {role: columns[role] for role in ("item_id", "customer_id") if role in columns}
    made["kind"] = kinds_of(signed, said, notes)
    if "currency" in columns:
        made["currency"] = columns["currency"]
    made["amount"] = pc.abs(signed)
    made |= {role: columns[role] for role in ("issued_on", "due_on") if role in columns}
    _open(made, columns, source, notes)
    for role, known in roles()["items"].items():
        if known.column and role in columns and role not in made and role not in ("kind", "open_amount", "settled_on"):
            array = columns[role]
            made[role] = array.cast(pa.int64(), safe=False) if known.content == "days" else array
    return pa.table(_shortest(made))


def _shortest(made: dict[str, Any]) -> dict[str, Any]:
    """The columns, amounts in one type: of two decimals, so that exports agree, or as many more as they need."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    money = {role: array for role, array in made.items() if pa.types.is_decimal(array.type)}
    full = max([2, *(array.type.scale for array in money.values())])
    fits = (s for s in (2, 3) if all(pc.all(pc.equal(pc.round(a, s), a)).as_py() is not False for a in money.values()))
    scale = next(fits, full)
    # Rounding costs a digit; what is rounded has room for it.
    return made | {
        role: (pc.round(a, scale) if scale < a.type.scale else a).cast(pa.decimal128(38, scale))
        for role, a in money.items()
    }


def _open(made: dict[str, Any], columns: dict[str, Any], source: Source, notes: Notes) -> None:
    """What is open of each item, and when it was settled."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    amount = made["amount"]
    still = columns.get("open_amount")
    if still is None and "paid_amount" in columns:
        paid = pc.abs(pc.fill_null(columns["paid_amount"], _zero(columns["paid_amount"])))
        still = pc.subtract(amount, paid)
        notes.assume(f"open is the amount less {source.named('paid_amount')}", source.named("paid_amount"))
    elif still is not None:
        still = _open_side(still, columns["amount"], source, notes)
    if still is None:
        state = _paid(columns)
        if state is not None:
            still = pc.if_else(state, _zero(amount), amount)
            notes.assume(
                "what is open follows from the state: nothing of what is paid, else all", source.named("status")
            )
    settled = columns.get("settled_on")
    if still is not None:
        none = pc.fill_null(pc.equal(still, _zero(still)), False)
        if settled is not None:
            part = int(pc.sum(pc.and_(pc.is_valid(settled), pc.invert(none))).as_py() or 0)
            if part:
                notes.assume(
                    f"{source.named('settled_on')}: of what is still open it is the day of a part payment, and left out",
                    source.named("settled_on"),
                    None,
                    part,
                )
            settled = pc.if_else(none, settled, pa.scalar(None, pa.date32()))
        elif "last_payment_on" in columns:
            settled = pc.if_else(none, columns["last_payment_on"], pa.scalar(None, pa.date32()))
            notes.assume(
                f"what is no longer open was settled on {source.named('last_payment_on')}",
                source.named("last_payment_on"),
            )
        made["open_amount"] = still
    if settled is not None:
        made["settled_on"] = settled


def _open_side(still: Any, signed: Any, source: Source, notes: Notes) -> Any:
    """Open amounts without their sign. On the other side of the amount they are more than was owed."""
    pc = need("pyarrow.compute")
    credit = pc.less(signed, _zero(signed))
    zero = _zero(still)
    below = pc.less(still, zero)
    # Where no credit note has an open amount below zero, the column has no signs.
    unsigned = not pc.any(pc.and_(credit, below)).as_py()
    wrong = (
        pc.and_(below, pc.invert(credit))
        if unsigned
        else pc.and_(pc.not_equal(still, zero), pc.not_equal(below, credit))
    )
    for row in pc.indices_nonzero(pc.fill_null(wrong, False)).to_pylist()[:50]:
        notes.refuse(
            "contradiction",
            f"{still[row].as_py()} is open of {signed[row].as_py()}: paid too much, which is a credit of its own",
            source.named("open_amount"),
            row,
        )
    return pc.abs(still)


def _paid(columns: dict[str, Any]) -> Any:
    """Rows that are paid, as their state says; None where no column says it."""
    pc = need("pyarrow.compute")
    if "settled_on" in columns:
        return None
    for role in ("status meant", "state meant"):
        if role in columns and pc.any(pc.equal(columns[role], "paid")).as_py():
            return pc.fill_null(pc.equal(columns[role], "paid"), False)
    if "paid_flag" in columns:
        return pc.fill_null(columns["paid_flag"], False)
    if "open_flag" in columns:
        return pc.invert(pc.fill_null(columns["open_flag"], True))
    return None


def make_payments(columns: dict[str, Any], source: Source, notes: Notes) -> tuple[Any, Any]:
    """Payments: (table, of each row the row of the export). Among items, only rows of the kind payment; money that came in, not back."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    count = source.table.num_rows
    said = _kinds(columns, source, notes)
    if said is not None and (found := notes.leave(pc.fill_null(pc.not_equal(said, "payment"), True), "no payment")):
        notes.assume(
            f"{source.named('kind')}: rows that are no payments are left out", source.named("kind"), None, found
        )
    _money(columns, source, notes)
    _minor_units(columns, source, notes)
    if "received_on" not in columns and "issued_on" in columns:
        columns["received_on"] = columns["issued_on"]
    amount = columns.get("amount", pa.nulls(count, pa.decimal128(38, 2)))
    side = sides(columns, source.layout, source.headings, notes)
    inward = pc.equal(side, -1) if side is not None else pc.greater(amount, _zero(amount))
    if side is None and said is not None and pc.any(pc.less(amount, _zero(amount))).as_py():
        inward = pc.less(amount, _zero(amount))  # among items, what is paid stands below zero
    if found := notes.leave(pc.invert(pc.fill_null(inward, True)), "money that went back, or none"):
        notes.assume("payments on the other side are left out", source.named("amount"), None, found)
    columns["amount"] = _left_of(pc.abs(amount), columns, source, notes)
    at = pc.indices_nonzero(alive(count, notes)).cast(pa.int64())
    notes.at = at
    columns = {role: array.take(at) for role, array in columns.items()}
    _required(columns, source, notes)
    if "payment_id" in columns:
        whole_key(columns, source.layout.key if source.layout else (), "payment_id", source, notes)
    made = {role: columns[role] for role, known in roles()["payments"].items() if known.column and role in columns}
    return pa.table(_shortest(made)), at


def _left_of(amount: Any, columns: dict[str, Any], source: Source, notes: Notes) -> Any:
    """What is left of payments: the items that they paid are settled already, so what was used of them must not count again."""
    pc = need("pyarrow.compute")
    if "cleared_on" in columns and (
        found := notes.leave(pc.is_valid(columns["cleared_on"]), "a payment that was used up")
    ):
        said = f"{source.named('cleared_on')}: payments that were cleared are left out; what they paid is settled"
        notes.assume(said, source.named("cleared_on"), None, found)
    if "open_amount" not in columns:
        return amount
    left = pc.abs(columns["open_amount"])
    if found := notes.leave(pc.equal(left, _zero(left)), "a payment that was used up"):
        notes.assume("payments of which nothing is open are left out; what they paid is settled", None, None, found)
    notes.assume(
        f"amounts of payments are what is left of them ({source.named('open_amount')})", source.named("open_amount")
    )
    return pc.coalesce(left, amount)
