"""CSV files of banks: what is decided by whole columns, what is said in the notes, and what is ambiguous and names the argument that decides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from statement_helpers import codes, quiet

GERMAN = """Girokonto;DE89370400440532013000
Zeitraum;01.11.2026 - 30.11.2026

"Buchungstag";"Wertstellung";"Auftraggeber / Empfänger";"Verwendungszweck";"IBAN";"Betrag (EUR)";"Kundenreferenz"
"02.11.2026";"02.11.2026";"Müller & Söhne";"RE-1001; mit Dank";"DE02120300000000202051";"1.234,50";"E2E-1"
"03.11.26";"03.11.2026";"Acme";"RE-1002
zweite Zeile";"";"-20,00";""
"""
DUTCH = """"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)","Mededelingen"
"20261102","ACME BV","NL91ABNA0417164300","NL26VAYB8060476890","OV","Bij","119,00","Factuur 7"
"20261103","Huur","NL91ABNA0417164300","NL26VAYB8060476890","OV","Af","500,00","November"
"""
AMERICAN = """Date,Description,Debit,Credit,Balance
11/13/2026,ACME CORP INV-7,,"1,250.00","$11,250.00"
11/12/2026,RENT,(500.00),,"$10,000.00"
"""


def rows(text, **more):
    found = quiet(text.encode() if isinstance(text, str) else text, name="bank.csv", **more)
    return found, [
        (row["amount"], row["currency"], row["booked_on"], row["payer_name"], row["text"]) for row in found.entries
    ]


def test_german_bank():
    found, told = rows(GERMAN)
    assert told == [
        (Decimal("1234.50"), "EUR", date(2026, 11, 2), "Müller & Söhne", "RE-1001; mit Dank"),
        (Decimal("-20.00"), "EUR", date(2026, 11, 3), "Acme", "RE-1002\nzweite Zeile"),
    ]
    assert [row["line"] for row in found.entries] == [5, 6] and found.payments[0][
        "payer_account"
    ] == "DE02120300000000202051"
    said = " ".join(found.notes)
    assert all(
        word in said
        for word in (
            "delimiter ';'",
            "header in line 4",
            "decimal sign ','",
            "'Buchungstag'",
            "DMY",
            "'Betrag (EUR)'",
            "account=",
        )
    )
    assert rows(GERMAN.encode("cp1252"))[1] == told
    assert rows(GERMAN.encode("utf-16"))[1] == told


def test_dutch_bank_with_a_direction():
    found, told = rows(DUTCH)
    assert [(row[0], row[1], str(row[2])) for row in told] == [(119, "EUR", "2026-11-02"), (-500, "EUR", "2026-11-03")]
    assert {row["account"] for row in found.entries} == {"NL91ABNA0417164300"}


def test_american_bank_with_two_columns_and_a_balance_downwards():
    found, told = rows(AMERICAN, currency="USD", account="12345")
    assert [(row[0], str(row[2])) for row in told] == [(1250, "2026-11-13"), (-500, "2026-11-12")]
    [account] = found.accounted
    assert (account["opening"], account["closing"], account["holds"]) == (10_500, 11_250, True)
    # One row gone: the running balance says so.
    lines = AMERICAN.splitlines()
    longer = "\n".join(
        [lines[0], lines[1], '11/12/2026,X,,"100.00","$10,000.00"', '11/11/2026,Y,,"1.00","$9,900.00"', ""]
    )
    assert rows(longer, currency="USD")[0].ok
    cut = "\n".join(row for row in longer.splitlines() if ",X," not in row)
    assert [problem["code"] for problem in rows(cut, currency="USD")[0].problems] == ["balance_mismatch"]


@pytest.mark.parametrize(
    ("text", "more", "wanted"),
    [
        ("Date;Amount\n2026-11-02;1,00\n", {}, (2, "currency", "no_currency")),
        ("Date;Amount;Currency\n02/11/2026;1,00;EUR\n", {}, (2, "Date", "ambiguous")),
        ("Date;Amount;Currency\n13/11/2026;1,00;EUR\n11/13/2026;1,00;EUR\n", {}, (2, "Date", "ambiguous")),
        ("Date;Amount;Currency\n2026-11-02;1.234;EUR\n", {}, (2, "decimal", "ambiguous")),
        ("Date;Amount;Currency\n2026-11-02;1.23;EUR\n2026-11-03;1,23;EUR\n", {}, (2, "decimal", "ambiguous")),
        ("Date;Amount;Currency\n2026-11-02;1,234.5;EUR\n2026-11-02;12,34.5;EUR\n", {}, (3, "Amount", "bad_amount")),
        ("Date;Amount;Currency\n2026-11-02;1.005;EUR\n2026-11-02;1.50;EUR\n", {}, (2, "Amount", "bad_amount")),
        ("Date;Amount;Currency\n2026-11-31;1.50;EUR\n", {}, (2, "Date", "bad_date")),
        ("Date;Amount;Currency\n;1.50;EUR\n", {}, (2, "Date", "missing_field")),
        ("Date;Amount;Currency\n2026-11-02;;EUR\n", {}, (2, "Amount", "missing_field")),
        ("Date;Amount;Currency\n2026-11-02;1.50;EUR;more\n", {}, (2, None, "bad_syntax")),
        ("Date;Amount;Currency\n2026-11-02;1.50;XYZ\n", {}, (2, "currency", "unknown_currency")),
        ('Date;Amount;Currency\n2026-11-02;1.50;"EUR\n', {}, (2, None, "bad_syntax")),
        ("Date;Credit;Debit;Currency\n2026-11-02;1.50;2.50;EUR\n", {}, (2, "Credit", "bad_field")),
        ("Date;Amount;D/C;Currency\n2026-11-02;1.50;?;EUR\n", {}, (2, "D/C", "bad_field")),
        ("When;What\n2026-11-02;1.50\n", {}, (None, "columns", "unknown_format")),
        (
            "When;What\n2026-11-02;1.50\n",
            {"columns": {"day": "When", "amount": "What"}},
            (None, "columns", "bad_field"),
        ),
        ("When;What\n2026-11-02;1.50\n", {"columns": {"amount": "What"}}, (None, "columns", "missing_field")),
        (
            b"Date;Amount;Currency\n2026-11-02;1.50;EUR;\xff\n",
            {"encoding": "utf-8"},
            (2, "encoding", "unknown_encoding"),
        ),
    ],
)
def test_what_is_wrong_or_ambiguous_is_one_problem(text, more, wanted):
    assert codes(text.encode() if isinstance(text, str) else text, name="bank.csv", format="csv", **more) == [wanted]


def test_the_arguments_decide():
    text = "When;What;Who\n02/11/2026;1.234;ACME\n"
    said = {"columns": {"booked_on": "When", "amount": "What", "payer_name": "Who"}, "currency": "EUR"}
    for order, sign, day, amount in (
        ("DMY", ",", date(2026, 11, 2), 1234),
        ("MDY", ",", date(2026, 2, 11), 1234),
        ("DMY", ".", date(2026, 11, 2), None),
    ):
        if amount is None:  # 1.234 EUR has more decimals than EUR
            assert codes(text.encode(), date_order=order, decimal=sign, **said) == [(2, "What", "bad_amount")]
        else:
            assert rows(text, date_order=order, decimal=sign, **said)[1] == [(amount, "EUR", day, "ACME", None)]
    assert rows(text, date_order="DMY", decimal=".", **{**said, "currency": "KWD"})[1][0][0] == Decimal("1.234")


def test_every_row_is_an_entry():
    """Whatever stands in quotes: rows are counted apart, with and without line ends inside of them."""
    body = "".join(f'2026-11-{day:02};{day}.25;"ACME ""{day}""\nline two"\n' for day in range(1, 29))
    found, told = rows("Date;Amount;Text\n" + body, currency="EUR")
    assert len(told) == 28 == found.accounted[0]["file_counted"]
    found, told = rows('Date;Amount;Text\n2026-11-01;1.25;5" pipe\n\n;;\n2026-11-02;2.25;x\n', currency="EUR")
    assert len(told) == 2 == found.accounted[0]["file_counted"]


def test_equal_rows_are_two_payments_and_stay_so():
    text = "Date;Amount;Text;Name\n2026-11-01;1.25;x;ACME\n2026-11-01;1.25;x;ACME\n"
    names = [row["payment_id"] for row in rows(text, currency="EUR", account="1")[0].payments]
    assert len(set(names)) == 2
    assert names == [row["payment_id"] for row in rows(text, currency="EUR", account="1")[0].payments]
    assert not set(names) & {row["payment_id"] for row in rows(text, currency="EUR", account="2")[0].payments}
