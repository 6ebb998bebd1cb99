"""Public samples of four formats: every entry found, or the file refused by name; compared with another reader where there is one.

The data is not part of the project; without it the test is skipped.
"""

from __future__ import annotations

import os
import re
import warnings
from pathlib import Path

import ar_core as ar
import pytest
from statement_helpers import quiet

FOLDER = Path(os.environ.get("AR_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "data" / "statements"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no sample files in {FOLDER}")

BEGINS = {"mt940": rb"(?m)^:61:", "camt": rb"<(?:\w+:)?Ntry[\s>]", "bai2": rb"(?:^|\n|/[ \t]+)16,"}
# Files, entries in them, files that are refused, entries in those.
EXPECTED = {"mt940": (41, 483, 2, 3), "camt": (36, 70, 2, 0), "bai2": (6, 81, 1, 0)}


@pytest.mark.parametrize("form", EXPECTED)
def test_every_entry_is_found_or_its_file_refused(form):
    files = refused = entries = lost = 0
    for path in sorted((FOLDER / form).iterdir()):
        files += 1
        count = len(re.findall(BEGINS[form], path.read_bytes().replace(b"\r\n", b"\n")))
        entries += count
        try:
            found = quiet(path)
        except ar.statements.StatementError as error:
            assert all(row["table"] == str(path) for row in error.problems)
            refused += 1
            lost += count
            continue
        assert len(found.entries) == count, path
        assert count == 0 or {row["file_counted"] for row in found.accounted} == {count}, path
        ar.Ledger(payments=found.payments, remittances=found.remittances)
        # Read again, and beside itself: the same identifiers, nothing twice.
        names = [row["payment_id"] for row in found.payments]
        assert names == [row["payment_id"] for row in quiet([path, path]).payments] and len(set(names)) == len(names), (
            path
        )
        assert not quiet(path, known=found.ids).payments, path
    assert (files, entries, refused, lost) == EXPECTED[form]


def test_all_files_at_once():
    """One reading of everything that can be read: no identifier twice, every entry told."""
    paths = []
    for form in EXPECTED:
        for path in sorted((FOLDER / form).iterdir()):
            try:
                quiet(path)
            except ar.statements.StatementError:
                continue
            paths.append(path)
    found = quiet(paths)
    assert len(found.entries) == sum(entries - lost for _, entries, _, lost in EXPECTED.values())
    names = [row["payment_id"] for row in found.payments]
    assert len(set(names)) == len(names)
    ar.Ledger(payments=found.payments, remittances=found.remittances)


def test_820_samples_sum_up():
    texts = re.findall(
        r'r#"(ISA.*?)"#', (FOLDER / "edi820" / "apimeister__x12-types__820_test.rs").read_text(), re.DOTALL
    )
    assert len(texts) == 6
    found = [quiet(text.encode()) for text in texts]
    assert [len(one.remittances) for one in found] == [2, 5, 3, 1, 5, 3]
    # The first one pays more than its lines, and two state a wrong number of segments.
    assert [sorted({row["code"] for row in one.problems}) for one in found] == [
        ["balance_mismatch"],
        [],
        ["total_mismatch"],
        ["total_mismatch"],
        [],
        [],
    ]
    for one in found[1:]:
        assert sum(row["amount"] for row in one.remittances) == sum(row["amount"] for row in one.entries)


def test_amounts_and_days_of_mt940_are_those_of_another_reader():
    bankfile = pytest.importorskip("bankfile")
    compared = 0
    for path in sorted((FOLDER / "mt940").iterdir()):
        try:
            ours = quiet(path).entries
        except ar.statements.StatementError:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = bankfile.parse(path).transactions
        # 30 February is another day with every reader.
        same = [(row["amount"], row["value_on"]) for row in ours]
        if "wrapped" not in path.name:
            assert same == [(row.amount, row.date) for row in theirs], path
        compared += len(same)
    assert compared == 480
