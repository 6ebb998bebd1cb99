"""What cells mean: days, amounts, sides, terms; and what cannot be told is asked."""

from __future__ import annotations

from decimal import Decimal

import ar_core as ar
import pytest

pa = pytest.importorskip("pyarrow")

N = 40


def export(**columns):
    """An export of N rows; what is not said is plain."""
    table = {"Invoice No": [f"R{row}" for row in range(N)], "Customer No": [f"C{row % 5}" for row in range(N)], "Currency": ["EUR"] * N, "Amount": ["10.00"] * N, "Invoice Date": ["2024-01-31"] * N, "Due Date": ["2024-03-01"] * N}
    return table | {name.replace("_", " "): values for name, values in columns.items()}


def problem(table, match, **said):
    mapping = ar.infer_columns(table)
    mapping = mapping.with_(**said) if said else mapping
    with pytest.raises(ar.InvalidInput, match=match) as caught:
        mapping.apply(table)
    return caught.value.problems


def column(table, name, **said):
    mapping = ar.infer_columns(table)
    return (mapping.with_(**said) if said else mapping).apply(table)[name]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31.01.2024", "2024-01-31"), ("31/01/24", "2024-01-31"), ("1/31/2024", "2024-01-31"), ("20240131", "2024-01-31"), ("2024/01/31", "2024-01-31"), ("2024-01-31T00:00:00Z", "2024-01-31"),
        ("31-Jan-2024", "2024-01-31"), ("Jan 31, 2024", "2024-01-31"), ("31. Januar 2024", "2024-01-31"), ("31 janv. 2024", "2024-01-31"), ("15 März 2024", "2024-03-15"), ("31-ene-24", "2024-01-31"),
        (20240131, "2024-01-31"), (45322, "2024-01-31"), (124031, "2024-01-31"), (1706659200, "2024-01-31"), (1706659200000, "2024-01-31"),
    ],
)  # fmt: skip
def test_days_in_every_form(cell, day):
    assert {str(found) for found in column(export(Invoice_Date=[cell] * N, Due_Date=["2024-04-01"] * N), "issued_on")} == {day}


@pytest.mark.parametrize("cell", ["00000000", "00.00.0000", "1900-01-01", "31.12.9999", "12/31/9999", "0000-00-00", "01/01/1753", "31-DEC-4712", "#N/A", "NULL", "-", ""])
def test_days_that_are_none(cell):
    table = export(Settled_On=[cell if row % 2 else "2024-02-15" for row in range(N)])
    assert column(table, "settled_on")[1] is None


def test_one_cell_tells_the_order_of_all():
    table = export(Invoice_Date=["03/04/2024"] * N, Due_Date=["05/06/2024"] * (N - 1) + ["25/06/2024"])
    assert str(column(table, "issued_on")[0]) == "2024-04-03"
    assert any("day first: 1 cells can only be read so" in a["what"] for a in ar.infer_columns(table).assumptions)


def test_an_order_that_no_cell_tells_is_asked():
    table = export(Invoice_Date=["03/04/2024"] * N, Due_Date=["05/06/2024"] * N)
    assert [p["code"] for p in problem(table, "day_first=True")] == ["ambiguous"]
    assert str(column(table, "due_on", day_first=False)[0]) == "2024-05-06"
    assert str(column(table, "due_on", day_first=True)[0]) == "2024-06-05"


def test_due_dates_tell_the_order_where_cells_do_not():
    table = export(Invoice_Date=["10/02/2024"] * N, Due_Date=["11/01/2024"] * N)
    mapping = ar.infer_columns(table)
    assert str(mapping.apply(table)["issued_on"][0]) == "2024-10-02"
    assert any(a["otherwise"] == "with_(day_first=True)" for a in mapping.assumptions)


def test_both_orders_are_a_contradiction():
    table = export(Invoice_Date=["25/01/2024", "01/25/2024"] * (N // 2))
    assert "contradiction" in {p["code"] for p in problem(table, "both orders")}
    rows = {p["row"] for p in problem(table, "no day", day_first=True) if p["row"] is not None}
    assert rows == set(range(1, N, 2))


def test_points_are_day_first_and_said():
    table = export(Invoice_Date=["03.04.2024"] * N, Due_Date=["03.05.2024"] * N)
    assert str(column(table, "issued_on")[0]) == "2024-04-03"
    assert any("no cell tells" in a["what"] for a in ar.infer_columns(table).assumptions)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1.234,50", "1234.5"), ("1,234.50", "1234.5"), ("1 234,50", "1234.5"), ("1\u202f234,50 €", "1234.5"), ("1'234.50", "1234.5"), ("EUR 1234.50", "1234.5"), ("$1,234.50", "1234.5"), ("1234.5", "1234.5"),
        (1234.5, "1234.5"), (Decimal("1234.50"), "1234.5"), (1234, "1234"), ("12,34,567.00", "1234567"), ("+7.10", "7.1"), (".50", "0.5"), ("1.234,50 S", "1234.5"),
    ],
)  # fmt: skip
def test_amounts_in_every_form(cell, amount):
    assert set(column(export(Amount=[cell] * N), "amount")) == {Decimal(amount)}


@pytest.mark.parametrize("cell", ["-7.10", "7.10-", "(7.10)", "\u22127.10", "7.10 CR", "$(7.10)", "-$7.10", "($7.10)"])
def test_amounts_below_zero_are_credit_notes(cell):
    table = export(Amount=["10.00"] * (N - 1) + [cell])
    made = ar.infer_columns(table).apply(table, like="dicts")
    assert (made[-1]["kind"], made[-1]["amount"], made[0]["kind"]) == ("credit_note", Decimal("7.10"), "invoice")


def test_a_mark_that_no_cell_tells_is_asked():
    table = export(Amount=["1.234"] * N)
    assert [p["code"] for p in problem(table, "thousands or fractions")] == ["ambiguous"]
    assert column(table, "amount", decimal=",")[0] == 1234 and column(table, "amount", decimal=".")[0] == Decimal("1.234")
    told = export(Amount=["1.234"] * N, Balance=["0,50"] * N)
    assert column(told, "amount")[0] == 1234, "another column of the export tells"


def test_both_marks_are_a_contradiction():
    table = export(Amount=["1.234,50", "1,234.50"] * (N // 2))
    assert "contradiction" in {p["code"] for p in problem(table, "decimal comma")}
    assert {p["row"] for p in problem(table, "no amount", decimal=",") if p["row"] is not None} == set(range(1, N, 2))


def test_cells_that_are_no_amounts_are_named():
    [first] = problem(export(Amount=["10.00"] * (N - 1) + ["ten"]), "'ten' is no amount")
    assert (first["row"], first["column"], first["code"], first["table"]) == (N - 1, "Amount", "unreadable", "items")


def test_floats_are_exact():
    assert column(export(Amount=[0.1 + 0.2] * N), "amount")[0] == Decimal("0.30")
    assert problem(export(Amount=[1.23456] * N), "three decimals")[0]["row"] == 0


def test_numbers_without_end_are_refused():
    assert problem(export(Amount=["9" * 50] + ["1.00"] * (N - 1)), "is no amount")[0]["row"] == 0


def test_sides_from_their_column():
    table = export(Amount=["10.00"] * N, D_C=["S"] * (N - 1) + ["H"])
    table["S/H"] = table.pop("D C")
    made = ar.infer_columns(table).apply(table, like="dicts")
    assert [row["kind"] for row in made[-2:]] == ["invoice", "credit_note"]


def test_credit_notes_that_stand_on_both_sides_are_asked():
    table = export(Type=["Invoice"] * (N - 2) + ["Credit Note"] * 2, Amount=["10.00"] * (N - 2) + ["5.00", "-5.00"])
    assert "contradiction" in {p["code"] for p in problem(table, "cannot be told what the sign means")}


@pytest.mark.parametrize(("term", "day"), [("Net 30", "2024-03-01"), ("14 Tage netto", "2024-02-14"), ("2/10 net 45", "2024-03-16"), ("Due on receipt", "2024-01-31"), ("30 jours", "2024-03-01"), ("NET60", "2024-03-31")])
def test_due_from_terms(term, day):
    table = export(Terms=[term] * N)
    del table["Due Date"]
    assert str(column(table, "due_on")[0]) == day


def test_terms_that_are_keys_are_asked():
    table = export(Terms=["ZB30"] * N)
    del table["Due Date"]
    assert "missing_column" in {p["code"] for p in problem(table, "terms_days=30")}


def test_paid_states_and_drafts():
    table = export(Status=["Paid", "Open", "Draft", "Cancelled"] * (N // 4))
    with pytest.warns(UserWarning, match="20 of 40"):
        made = ar.infer_columns(table).apply(table, like="dicts")
    assert [(row["item_id"], row["open_amount"]) for row in made[:2]] == [("R0", 0), ("R1", 10)]


def test_a_day_of_payment_of_what_is_still_open_is_a_part_payment():
    table = export(Balance=["0.00", "4.00"] * (N // 2), Paid_On=["2024-02-20"] * N)
    made = ar.infer_columns(table).apply(table, like="dicts")
    assert made[0]["settled_on"] is not None and made[1]["settled_on"] is None
    assert any("part payment" in a["what"] and a["rows"] == N // 2 for a in ar.infer_columns(table).assumptions)


def test_paid_too_much_is_no_open_amount():
    table = export(Balance=["10.00"] * (N - 1) + ["-3.00"])
    assert [(p["row"], p["column"]) for p in problem(table, "paid too much")] == [(N - 1, "Balance")]


def test_blank_rows_headings_again_and_totals():
    table = export()
    for name, cells in {"Invoice No": ["", "Invoice No", "Total", None], "Customer No": ["", "Customer No", "", None], "Currency": ["", "Currency", "", None], "Amount": ["", "Amount", "400.00", "400.00"], "Invoice Date": ["", "Invoice Date", "", None], "Due Date": ["", "Due Date", "", None]}.items():
        table[name] = [*table[name], *cells]
    mapping = ar.infer_columns(table)
    with pytest.warns(UserWarning, match="4 of 44"):
        assert len(mapping.apply(table)["item_id"]) == N
    assert mapping.left_out(table)["why"] == ["blank", "the headings again", "a line of totals", "a line of totals"]


def test_numbers_of_customers_stay_text():
    made = column(export(Customer_No=[1001.0] * N), "customer_id")
    assert made[0] == "1001"
    assert column(export(Customer_No=["00123"] * N), "customer_id")[0] == "00123"


def test_whole_amounts_may_be_cents_and_that_is_said():
    """Regression: a column of cents came out a hundred times too large without a word."""
    table = export(Amount=[1_000 + 7 * row for row in range(N)])
    [said] = [a for a in ar.infer_columns(table).assumptions if "not cents" in a["what"]]
    assert said["otherwise"] == "with_(minor=True)"
    assert column(table, "amount", minor=True)[1] == Decimal("10.07")
    assert not any("not cents" in a["what"] for a in ar.infer_columns(export(Amount=[10.5 + row for row in range(N)])).assumptions)


def test_payments_are_told_from_items():
    table = {"id": ["P1", "P2"], "date": ["2024-01-31", "2024-02-13"], "amount": ["10.00", "20.00"], "currency": ["EUR"] * 2, "payer": ["Acme Ltd", "Bolt"], "iban": ["DE1", "DE2"], "text": ["INV 1", "INV 2"]}
    mapping = ar.infer_columns(table)
    assert mapping.table == "payments" and not mapping.problems
    assert (mapping.columns["payer_name"], mapping.columns["payer_account"], mapping.columns["text"], mapping.columns["received_on"]) == ("payer", "iban", "text", "date")


def test_what_is_left_of_payments():
    table = {"Payment No": ["P1", "P2", "P3"], "Payment Date": ["2024-01-31"] * 3, "Customer": ["C1"] * 3, "Amount": ["10.00", "20.00", "30.00"], "Unapplied Balance": ["0.00", "5.00", "30.00"], "Currency": ["EUR"] * 3}
    mapping = ar.infer_columns(table, "payments").with_(open_amount="Unapplied Balance")
    with pytest.warns(UserWarning, match="1 of 3"):
        assert mapping.apply(table)["amount"] == [5, 30]
