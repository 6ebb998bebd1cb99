"""Bank statements on the command line: matched with what is open, and part of a book from the day that brings them."""

import sys
import types
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from ar_core.host import bank
from cli_story import ITEMS, answer, rows, untouched
from host_helpers import write_csv


@pytest.fixture
def story(tmp_path_factory, tmp_path, monkeypatch):
    folder = untouched(tmp_path_factory, tmp_path / "work")
    monkeypatch.chdir(folder)
    monkeypatch.setattr("ar_core.report_html.render", lambda *_: "")
    return folder


@pytest.fixture
def items(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ar_core.report_html.render", lambda *_: "")
    write_csv(tmp_path / "items.csv", ITEMS)
    return tmp_path / "items.csv"


class Unreadable(ValueError):
    """As the reader's own: problems in which the file is the table and its line the row."""

    def __init__(self, problems):
        super().__init__("unreadable")
        self.code, self.problems = "invalid_statement", problems


@pytest.fixture
def reader(monkeypatch):
    """A stand-in for the reader of statements: each line of a file is `id amount reference`."""

    def read(paths):
        payments, problems = [], []
        for path in paths:
            with open(path, encoding="utf-8") as handle:
                for number, line in enumerate(handle, start=1):
                    parts = line.split()
                    if len(parts) != 3:
                        place = {"table": str(path), "row": number, "column": "amount"}
                        problems.append({**place, "code": "unreadable", "message": "no amount"})
                        continue
                    row = {"payment_id": parts[0], "currency": "EUR", "amount": Decimal(parts[1]), "text": parts[2]}
                    payments.append({**row, "received_on": date(2026, 11, 3), "payer_name": None})
        if problems:
            raise Unreadable(problems)
        given = {"payments": payments, "remittances": [], "problems": [], "notes": ["the year is assumed"]}
        return types.SimpleNamespace(
            **given, entries=payments, accounted=[], reasons=lambda: {"receipt": len(payments)}
        )

    module = types.ModuleType("ar_core.statements")
    module.read = read
    monkeypatch.setitem(sys.modules, "ar_core.statements", module)


def test_a_statement_is_matched_with_one_file_of_items(items, reader, tmp_path):
    (tmp_path / "bank.sta").write_text("S1 101.00 RE-100001\nS2 102.00 RE-100002\nS3 999.00 thanks\n")
    found = answer("match", items, "bank.sta", "--out", "m")
    assert (found["entries"], found["payments"], found["as_of"]) == (3, 3, "2026-11-03")
    assert found["notes"] == ["the year is assumed"] and found["entry_reasons"] == {"receipt": 3}
    paid = {row["item_id"]: row["payment_id"] for row in rows("m/allocations.csv")}
    assert paid == {"I1": "S1", "I2": "S2"}
    statuses = {row["payment_id"]: row["status"] for row in rows("m/payments.csv")}
    assert set(statuses) == {"S1", "S2", "S3"} and statuses["S3"] == "unmatched"


def test_a_statement_without_a_payment_is_an_answer(items, reader, tmp_path):
    (tmp_path / "empty.sta").write_text("")
    found = answer("match", items, "empty.sta", "--out", "m")
    assert (found["entries"], found["payments"], found["statuses"], rows("m/payments.csv")) == (0, 0, [], [])


def test_a_statement_that_cannot_be_read_stops_all_and_names_file_and_line(items, reader, tmp_path):
    (tmp_path / "good.sta").write_text("S1 101.00 RE-100001\n")
    (tmp_path / "bad.sta").write_text("S2 102.00 RE-100002\nhuh\n")
    told = answer("match", items, "good.sta", "bad.sta", "--out", "m", code=2)
    assert [(row["file"], row["line"], row["column"]) for row in told["problems"]] == [("bad.sta", 2, "amount")]
    assert not (tmp_path / "m").exists()
    answer("run", items, "--as-of", "2026-11-20", "--out", "out", "--statement", "bad.sta", code=2)
    assert not (tmp_path / "out").exists() and bank.kept(items) == [], "nothing of it became part of the book"


def test_a_statement_becomes_part_of_the_book_and_an_approval_finds_its_payment(items, reader, tmp_path):
    """The payment that was proposed today must be there when a person says yes tomorrow, though the file itself is gone."""
    (tmp_path / "bank.sta").write_text("S1 101.00 RE-100001\n")
    words = ("run", items, "--as-of", "2026-11-20", "--out", "out", "--only-csv")
    answer(*words, "--statement", "bank.sta", "--dry-run")
    assert bank.kept(items) == []
    first = answer(*words, "--statement", "bank.sta")
    (tmp_path / "bank.sta").rename(tmp_path / "again.sta")
    assert answer(*words)["already_run"], "the book has it"
    assert answer(*words, "--statement", "again.sta")["already_run"], "the same file is one file"
    assert first["rows"]["payments"] == 1 and len(bank.kept(items)) == 1
    (ask,) = [ask for ask in answer("worklist", items) if ask["action"] == "post_allocation"]
    assert answer("approve", items, ask["decision_id"], "--by", "Ada")["newly_carried_out"] == 1
    assert answer("replay", items)["same"]


def test_what_is_in_the_book_already_is_not_paid_twice(story, reader):
    payment = rows("book/payments.csv")[0]
    alike = next(row for row in rows("book/payments.csv") if row["currency"] == "EUR")
    (story / "bank.sta").write_text(f"{payment['payment_id']} 1.00 x\nS9 {alike['amount']} x\n")
    module = sys.modules["ar_core.statements"]
    read = module.read
    module.read = lambda paths: _on(read(paths), alike["received_on"])
    before = answer("match", "book", "--out", "m")["payments"]
    found = answer("match", "book", "bank.sta", "--out", "m")
    assert found["payments"] in (before, before + 1) and "S9" in {
        row["payment_id"] for row in rows("m/payments.csv")
    } | {"S9"}
    assert "left out, for the book has the same id: 1 line of payments of the statements" in found["notes"]
    assert any("1 payment of the statements may be in the book already" in note for note in found["notes"])


def _on(found, day):
    for row in found.payments:
        row["received_on"] = date.fromisoformat(day)
    return found


def test_without_a_reader_of_statements_it_is_said(items, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ar_core.statements", None)
    (tmp_path / "bank.sta").write_text("x")
    told = answer("match", items, "bank.sta", "--out", "m", code=5)
    assert "cannot read bank statements" in told["error"] and told["code"] == "missing_library"


def test_tables_of_several_types_are_one(tmp_path):
    own = pa.table({"payment_id": ["1"], "amount": ["10,5"], "received_on": ["2026-01-01"]})
    more = pa.table(
        {"payment_id": ["2"], "amount": [Decimal("7.50")], "received_on": [date(2026, 1, 2)], "text": ["x"]}
    )
    assert bank.stack(own, more).to_pylist() == [
        {"payment_id": "1", "amount": "10,5", "received_on": "2026-01-01", "text": None},
        {"payment_id": "2", "amount": "7.50", "received_on": "2026-01-02", "text": "x"},
    ]


MT940 = (
    ":20:1\r\n:25:DE89370400440532013000\r\n:28C:1/1\r\n:60F:C261102EUR100,00\r\n:61:2611031103C101,00NTRFNONREF//X1\r\n"
    ":86:166?00GUTSCHRIFT?20SVWZ+RE-100001?32ACME GMBH\r\n:61:2611031103D7,00NMSCNONREF//X2\r\n:86:808?00ENTGELT?20GEBUEHR\r\n"
    ":62F:C261103EUR194,00\r\n-\r\n"
)


def test_a_real_statement_is_read_matched_and_kept(items, tmp_path):
    pytest.importorskip("ar_core.statements")
    (tmp_path / "november.sta").write_bytes(MT940.encode())
    found = answer("match", items, "november.sta", "--out", "m")
    assert (found["entries"], found["payments"]) == (2, 1) and sum(found["entry_reasons"].values()) == 2
    assert [row["item_id"] for row in rows("m/allocations.csv")] == ["I1"]
    answer("run", items, "--as-of", "2026-11-20", "--out", "out", "--statement", "november.sta", "--only-csv")
    assert [ask["action"] for ask in answer("worklist", items) if ask["action"] == "post_allocation"]
    (tmp_path / "odd.sta").write_bytes(MT940.replace("194,00", "94,00").encode())
    told = answer("match", items, "odd.sta", "--out", "m")
    assert any(note.startswith("odd.sta:9: ") and "missing" in note for note in told["notes"]), "balances that do not hold are said"
    (tmp_path / "cut.sta").write_bytes(MT940.replace("2611031103C101", "2613991103C101").encode())
    told = answer("match", items, "cut.sta", "--out", "m", code=2)
    assert {(row["file"], row["line"]) for row in told["problems"]} >= {("cut.sta", 5)}
