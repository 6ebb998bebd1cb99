"""Rows with one identifier: lines are summed or taken once, instalments told apart, and what cannot be told is refused."""

from __future__ import annotations

import ar_core as ar
import pytest

pa = pytest.importorskip("pyarrow")


def table(ids, amounts, **more):
    """An export in which documents have several rows."""
    count = len(ids)
    made = {"Invoice": ids, "Customer": [f"C{key}" for key in ids], "Invoice Date": ["2024-01-31"] * count, "Due Date": ["2024-03-01"] * count, "Amount": amounts, "Currency": ["EUR"] * count}
    return made | {name.replace("_", " "): values for name, values in more.items()}


def made(export, **said):
    mapping = ar.infer_columns(export)
    mapping = mapping.with_(**said) if said else mapping
    return mapping, {row["item_id"]: row for row in mapping.apply(export, like="dicts")}


IDS = ["1", "1", "2", "3", "3", "3", "4"]
WORDS = ["a", "b", "c", "d", "e", "f", "g"]


def test_lines_with_their_own_amounts_are_summed():
    """Regression: each line came out as an item, or was lost."""
    mapping, items = made(table(IDS, ["10.00", "5.50", "7.00", "1.00", "1.00", "2.00", "9.00"], Description=WORDS))
    assert [float(row["amount"]) for row in items.values()] == [15.5, 7.0, 4.0, 9.0]
    assert any("summed" in a["what"] and a["otherwise"] == "with_(lines='first')" for a in mapping.assumptions)
    assert mapping.rows == 7 and mapping.made == 4


def test_totals_that_are_repeated_on_each_line_are_taken_once():
    ids = ["1", "1", "2", "2", "3", "3", "4"]
    _, items = made(table(ids, ["15.50", "15.50", "7.00", "7.00", "4.00", "4.00", "9.00"], Description=WORDS))
    assert [float(row["amount"]) for row in items.values()] == [15.5, 7.0, 4.0, 9.0]


def test_few_documents_with_equal_amounts_are_asked():
    export = table(["1", "1", "2"], ["5.00", "5.00", "7.00"], Description=["a", "b", "c"])
    with pytest.raises(ar.InvalidInput, match="lines='first'.*'sum'"):
        made(export)
    assert made(export, lines="sum")[1]["1"]["amount"] == 10 and made(export, lines="first")[1]["1"]["amount"] == 5


def test_totals_must_be_what_their_lines_add_up_to():
    good = table(["1", "1", "2", "2"], ["30.00", "30.00", "8.00", "8.00"], Line_Amount=["10.00", "20.00", "4.00", "4.00"])
    assert [row["amount"] for row in made(good)[1].values()] == [30, 8]
    taxed = good | {"Amount": ["36.00", "36.00", "9.60", "9.60"], "Line Tax": ["2.00", "4.00", "0.80", "0.80"]}
    assert [float(row["amount"]) for row in made(taxed)[1].values()] == [36.0, 9.6]
    bad = good | {"Amount": ["99.00", "99.00", "8.00", "8.00"]}
    with pytest.raises(ar.InvalidInput, match="add up to 30") as caught:
        made(bad)
    assert caught.value.problems[0]["row"] == 0
    assert made(bad, lines="first")[1]["1"]["amount"] == 99


def test_only_amounts_of_lines():
    export = table(IDS, ["0"] * 7, Line_Amount=["10.00", "5.50", "7.00", "1.00", "1.00", "2.00", "9.00"], Line_Tax=["2.00", "1.10", "1.40", "0.20", "0.20", "0.40", "1.80"])
    del export["Amount"]
    mapping, items = made(export)
    assert [float(row["amount"]) for row in items.values()] == [18.6, 8.4, 4.8, 10.8]
    assert any("Line Tax are summed" in a["what"] for a in mapping.assumptions)


def test_lines_below_zero_are_netted():
    _, items = made(table(IDS, ["10.00", "-2.50", "7.00", "1.00", "-3.00", "0.50", "9.00"], Description=WORDS))
    assert (items["1"]["kind"], float(items["1"]["amount"])) == ("invoice", 7.5)
    assert (items["3"]["kind"], float(items["3"]["amount"])) == ("credit_note", 1.5)


def test_what_is_open_of_lines():
    _, items = made(table(IDS, ["10.00", "5.50", "7.00", "1.00", "1.00", "2.00", "9.00"], Balance=["10.00", "5.50", "0.00", "0.00", "0.00", "2.00", "9.00"], Description=WORDS))
    assert [float(row["open_amount"]) for row in items.values()] == [15.5, 0.0, 2.0, 9.0]
    _, items = made(table(IDS, ["10.00", "5.50", "7.00", "1.00", "1.00", "2.00", "9.00"], Balance=["15.50", "15.50", "0.00", "4.00", "4.00", "4.00", "9.00"], Description=WORDS))
    assert [float(row["open_amount"]) for row in items.values()] == [15.5, 0.0, 4.0, 9.0], "that of the document stands in each line"


def test_instalments_are_items_of_their_own():
    export = table(["1", "1", "2"], ["5.00", "5.00", "7.00"])
    export["Due Date"] = ["2024-03-01", "2024-04-01", "2024-03-01"]
    mapping, items = made(export)
    assert list(items) == ["1-2024-03-01", "1-2024-04-01", "2"] and items["1-2024-04-01"]["reference"] == "1"
    assert any("instalment" in a["what"] for a in mapping.assumptions)


def test_rows_that_are_there_twice_word_for_word():
    mapping, items = made(table(["1", "1", "2", "2", "3"], ["5.00", "5.00", "7.00", "7.00", "9.00"]))
    assert [float(row["amount"]) for row in items.values()] == [5.0, 7.0, 9.0]
    assert any("word for word" in a["what"] for a in mapping.assumptions)


def test_one_number_of_two_customers_is_refused():
    export = table(["1", "1", "2"], ["5.00", "6.00", "7.00"])
    export["Customer"] = ["C1", "C2", "C3"]
    with pytest.raises(ar.InvalidInput, match="different Customer"):
        made(export)


def test_years_tell_numbers_apart_that_begin_anew():
    export = table(["1", "1", "2"], ["5.00", "6.00", "7.00"], Fiscal_Year=["2023", "2024", "2024"])
    export["Customer"] = ["C1", "C2", "C3"]
    mapping, items = made(export)
    assert list(items) == ["1-2023", "1-2024", "2-2024"] and items["1-2023"]["reference"] == "1"


def test_the_next_export_gets_the_same_identifiers():
    """Regression: where the next day's export had no repeats, its identifiers were others than the day before."""
    first = table(["1", "1", "2"], ["5.00", "6.00", "7.00"], Fiscal_Year=["2023", "2024", "2024"])
    mapping = ar.infer_columns(first)
    later = {name: values[2:] for name, values in first.items()}
    assert mapping.apply(later)["item_id"] == ["2-2024"]
    assert mapping.with_(key=()).apply(later)["item_id"] == ["2"]


def test_netted_lines_of_one_document_are_counted_once_at_scale():
    count = 30_000
    ids = [str(row // 3) for row in range(count)]
    export = table(ids, [f"{row % 7 + 1}.25" for row in range(count)], Description=[f"d{row}" for row in range(count)])
    mapping = ar.infer_columns(export)
    amounts = mapping.apply(export)["amount"]
    assert len(amounts) == count // 3 and sum(amounts) == sum(row % 7 + 1 for row in range(count)) + count / 4
