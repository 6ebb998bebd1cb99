"""Bank statements in: every entry of every sample is found, and each format says what is known of its entries."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import ar_core as ar
import pytest
from statement_helpers import SAMPLES, quiet

# Entries, reasons, balances that hold, do not, and cannot be compared; payments. Counted by hand from the files.
FOUND = {
    "mt940/asnb.txt": ({"debit": 5, "receipt": 3}, (31, 0, 0), 3),
    "mt940/citi.txt": ({"debit": 3, "zero": 2}, (1, 0, 0), 0),
    "mt940/mbank_mt942.sta": ({"receipt": 3}, (0, 0, 1), 3),
    "mt940/mbank_with_newline_in_tnr.sta": ({"receipt": 2}, (0, 1, 0), 2),
    "mt940/raiffeisen-cmi.sta": ({"debit": 6, "receipt": 1}, (0, 1, 0), 1),
    "mt940/raphaelm.sta": ({"bank": 1, "currency_not_booked": 7, "debit": 1}, (3, 0, 0), 0),
    "mt940/sberbank.sta": ({"debit": 3}, (1, 0, 0), 0),
    "mt940/transaction_details_wrapped.sta": ({"debit": 1}, (1, 0, 0), 0),
    "camt/camt052.v1.xml": ({"debit": 1}, (0, 0, 1), 0),
    "camt/camt053.v2.multi.statement.xml": ({"debit": 1, "receipt": 1}, (2, 0, 0), 1),
    "camt/camt053.v4.moov.xml": ({"debit": 1, "receipt": 4}, (0, 1, 0), 4),
    "camt/camt054.v4.chdd.xml": ({"receipts": 1}, (0, 0, 1), 2),
    "camt/camt054.v4.esr-asr.xml": ({"debit": 1, "receipts": 1}, (0, 0, 1), 5),
    "camt/camt054.v4.returns.xml": ({"own_payment_returned": 1}, (0, 0, 1), 0),
    "camt/camt054.v8.xml": ({"debit": 1}, (0, 0, 1), 0),
    "bai2/sample1.txt": ({"debit": 12, "receipt": 5}, (0, 0, 2), 5),
    "bai2/sample3.txt": ({"debit": 13, "receipt": 13}, (15, 0, 0), 13),
    "bai2/test2.bai": ({"receipt": 1}, (0, 0, 1), 1),
}
REFUSED = {
    "mt940/multiline.sta": "entry_outside_statement",
    "camt/camt053.v2.wrong.xml": "no_statement",
    "bai2/test3.bai": "no_end",
}


def test_every_sample_is_known_and_has_a_notice():
    files = {
        str(path.relative_to(SAMPLES)) for folder in ("mt940", "camt", "bai2") for path in (SAMPLES / folder).iterdir()
    }
    assert files == FOUND.keys() | REFUSED.keys() and len(files) >= 15
    notices = (SAMPLES / "README.md").read_text()
    assert all(f"`{name}`" in notices for name in files)


@pytest.mark.parametrize("name", FOUND)
def test_all_entries_of_a_sample_are_found(name):
    reasons, (held, broken, apart), payments = FOUND[name]
    found = quiet(SAMPLES / name)
    assert found.reasons() == reasons
    holds = [row["holds"] for row in found.accounted]
    assert (holds.count(True), holds.count(False), holds.count(None)) == (held, broken, apart)
    assert len(found.payments) == payments == len({row["payment_id"] for row in found.payments})
    raw = (SAMPLES / name).read_bytes()
    begins = {"mt940": rb"(?m)^:61:", "camt": rb"<Ntry>", "bai2": rb"(?:^|\n|/ +)16,"}[name.partition("/")[0]]
    assert len(found.entries) == len(re.findall(begins, raw)) == found.accounted[0]["file_counted"]
    assert broken == sum(row["code"] == "balance_mismatch" for row in found.problems)
    # What is a payment goes into the books as it is.
    ar.Ledger(payments=found.payments, remittances=found.remittances)
    assert all(row["file"] == str(SAMPLES / name) and row["line"] > 0 and row["why"] for row in found.entries)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_its_line(name):
    with pytest.raises(ar.statements.StatementError) as caught:
        quiet(SAMPLES / name)
    assert [problem["code"] for problem in caught.value.problems] == [REFUSED[name]]
    assert str(SAMPLES / name) in str(caught.value) and isinstance(caught.value, ar.InvalidInput)


def test_documentation_runs():
    names = [f"ar_core.statements.{module.name}" for module in pkgutil.iter_modules(ar.statements.__path__)]
    tried = 0
    for name in ["ar_core.currencies", "ar_core.statements", *names]:
        result = doctest.testmod(importlib.import_module(name))
        assert result.failed == 0, name
        tried += result.attempted
    assert tried >= 15


def test_currencies_are_those_of_the_engine():
    table = (Path(__file__).resolve().parents[2] / "ar-core/src/money/iso4217.rs").read_text()
    assert {
        code: int(decimals) for code, decimals in re.findall(r'\(\*b"([A-Z]{3})", (\d)\)', table)
    } == ar.currencies.BOOKED
    for code in [*ar.currencies.OLD, "XYZ"]:
        with pytest.raises(ar.InvalidInput):
            ar.reason_text("amount_open", 1, 1, code)
