"""The command line: exit codes, what is printed where, and nothing half-written."""

import json
import subprocess
import sys

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from ar_core import cli
from host_helpers import ITEMS, FakeEngine, write_book, write_csv


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    fake = FakeEngine()
    monkeypatch.setattr("ar_core.host.engine.native", lambda: fake)
    return fake


@pytest.fixture
def book(tmp_path):
    return write_book(tmp_path / "book")


def command(capsys, *words):
    code = cli.main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def run(capsys, book, *more):
    return command(capsys, "run", book, "--as-of", "2026-11-21", "--out", book.parent / "out", *more)


def test_a_day_from_the_command_line(book, capsys):
    code, out, err = run(capsys, book)
    assert code == 0
    assert "2 decisions: 1 to act, 1 to ask" in out and "needs you" in out
    assert "decide" in err and " s" in err and "\x1b" not in err, "no bar when nobody watches"
    names = {path.name for path in (book.parent / "out").iterdir()}
    parts = (
        "decisions",
        "allocations",
        "payments",
        "scores",
        "worklist",
        "outcomes",
        "forecast",
        "aging",
        "kpis",
        "risk",
        "capacity",
        "root_causes",
        "escalations",
        "autonomy",
        "audit",
    )
    assert names == {f"{part}.{kind}" for part in parts for kind in ("csv", "parquet")} | {
        "report.html",
        "report.json",
        "outbox.csv",
        "outbox.json",
    }
    code, out, _ = run(capsys, book)
    assert code == 0 and out.startswith("already run: nothing changed\n")


def test_csv_and_parquet_say_the_same(book, capsys):
    run(capsys, book)
    folder = book.parent / "out"
    decisions, text = pq.read_table(folder / "decisions.parquet"), pa_csv.read_csv(folder / "decisions.csv")
    assert [json.loads(value) for value in text.column("reasons").to_pylist()] == decisions.column(
        "reasons"
    ).to_pylist()
    assert [json.loads(value) for value in text.column("item_ids").to_pylist()] == decisions.column(
        "item_ids"
    ).to_pylist()
    assert text.column_names == decisions.column_names


def test_only_csv(book, capsys):
    run(capsys, book, "--only-csv")
    assert list((book.parent / "out").glob("*.parquet")) == []


def test_the_summary_as_json(book, capsys):
    code, out, _ = run(capsys, book, "--json", "--dry-run")
    summary = json.loads(out)
    assert code == 0
    assert (summary["acted"], summary["asked"], summary["run_id"], summary["already_run"]) == (1, 1, None, False)
    assert summary["rows"] == {"customers": 2, "items": 3}


def test_wrong_input_is_a_table_of_problems_and_leaves_nothing(book, capsys):
    write_csv(
        book / "items.csv",
        [{"item_id": "1", "customer_id": "C1", "currency": "EUR", "amount": "twelve", "due_on": "2026-10-01"}],
    )
    code, out, err = run(capsys, book)
    assert (code, out) == (2, "")
    assert "items.csv" in err and "not_a_number" in err and "'twelve' is no amount" in err
    assert not (book.parent / "out").exists()
    assert not (book / "ar-state.sqlite").exists()
    code, out, err = run(capsys, book, "--json")
    (found,) = json.loads(err)["problems"]
    assert (code, out) == (2, "") and (found["table"], found["row"], found["column"], found["line"]) == ("items", 0, "amount", 2)


def test_worklist_explain_approve(book, capsys):
    run(capsys, book)
    code, out, _ = command(capsys, "worklist", book, "--json")
    (ask,) = json.loads(out)
    assert code == 0 and ask["rank"] == 1
    code, out, _ = command(capsys, "worklist", book)
    assert code == 0 and ask["decision_id"] in out and "EUR 45,000.00" in out
    code, out, _ = command(capsys, "explain", book, ask["decision_id"])
    assert code == 0 and out.startswith(f"because of {ask['decision_id']}")
    code, out, _ = command(capsys, "approve", book, ask["decision_id"], "--by", "Ada")
    assert code == 0 and f"{ask['decision_id']}: approved by Ada and carried out (notice_sent)" in out
    code, out, err = command(capsys, "approve", book, ask["decision_id"], "--by", "Ada")
    assert code == 4 and "not open" in err
    code, out, _ = command(capsys, "worklist", book)
    assert code == 0 and out == "nothing waits for a person (2026-11-21)\n"


def test_all_of_an_action_at_once(book, capsys):
    run(capsys, book)
    code, out, _ = command(capsys, "approve", book, "--action", "send_notice", "--by", "Ada")
    assert code == 0 and out.count("approved by Ada and carried out") == 1
    code, _, err = command(capsys, "approve", book, "--action", "send_notice")
    assert code == 2 and "no open one has the action named" in err
    code, _, err = command(capsys, "approve", book)
    assert code == 2 and "name a decision" in err


def test_a_call_that_was_made(book, capsys):
    write_csv(book / "items.csv", [{**ITEMS[0], "amount": "2000000"}])
    run(capsys, book)
    code, out, _ = command(capsys, "done", book, "--action", "call", "--by", "Ada")
    assert code == 0 and out.endswith(": done by Ada (call_made)\n")
    assert command(capsys, "worklist", book)[1] == "nothing waits for a person (2026-11-21)\n"


def test_a_void_approval_says_so_and_fails(book, capsys):
    run(capsys, book)
    (ask,) = json.loads(command(capsys, "worklist", book, "--json")[1])
    write_book(
        book,
        [
            {
                "item_id": "9",
                "customer_id": "C1",
                "currency": "EUR",
                "amount": "5",
                "issued_on": "2026-11-01",
                "due_on": "2026-12-01",
            }
        ],
    )
    code, out, _ = command(capsys, "approve", book, ask["decision_id"])
    assert code == 1 and "the approval is void; the facts changed" in out


def test_an_earlier_decision_is_explained_from_what_was_recorded(book, capsys):
    run(capsys, book)
    (ask,) = json.loads(command(capsys, "worklist", book, "--json")[1])
    command(capsys, "run", book, "--as-of", "2026-12-01", "--out", book.parent / "out")
    code, out, _ = command(capsys, "explain", book, ask["decision_id"])
    assert code == 0 and "37 days past due" in out and "status: expired" in out


@pytest.mark.parametrize("words", [("worklist",), ("explain", "D-1"), ("approve", "D-1")])
def test_a_book_that_was_never_run(book, capsys, words):
    code, _, err = command(capsys, words[0], book, *words[1:])
    assert code == 4 and "has not been run yet" in err
    assert not (book / "ar-state.sqlite").exists()


def test_an_unknown_decision(book, capsys):
    run(capsys, book)
    for word in ("approve", "explain"):
        code, _, err = command(capsys, word, book, "D-nothing")
        assert code == 2 and "no decision D-nothing" in err


def test_results_never_go_among_the_tables_of_a_book(book, capsys):
    before = sorted(path.name for path in book.iterdir())
    code, _, err = command(capsys, "run", book, "--as-of", "2026-11-21", "--out", book)
    assert code == 4 and "holds a book" in err
    assert sorted(path.name for path in book.iterdir()) == before


def test_a_missing_library_is_named_before_any_work(book, capsys, monkeypatch):
    monkeypatch.setattr("ar_core.host.day.LIBRARIES", ("pyarrow", "no_such_library"))
    code, _, err = run(capsys, book)
    assert code == 5 and "pip install 'ar-core[cli]'" in err
    assert not (book.parent / "out").exists()


def test_importing_the_package_loads_nothing_but_the_engine():
    heavy = ["pyarrow", "pandas", "polars", "numpy", "altair", "jinja2", "vl_convert", "sqlite3", "ar_core.host"]
    code = f"import sys, ar_core; found = [name for name in {heavy} if name in sys.modules]; sys.exit(', '.join(found) or 0)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_control_characters_do_not_reach_the_terminal(capsys):
    from ar_core.host.grid import grid

    assert "\x1b" not in grid(("a",), [("\x1b[2Jgone\n",)])
