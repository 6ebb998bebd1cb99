"""States that earlier versions wrote open, keep every line, and go on as if nothing had happened."""

import hashlib
import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from ar_core.host.day import Request, Verdict, repeat, run_day
from ar_core.host.errors import Refused
from ar_core.host.place import place
from ar_core.host.progress import Progress
from ar_core.host.schema import MIGRATIONS, NEWEST, metadata
from ar_core.host.state import open_state
from host_helpers import ITEMS, FakeEngine, write_book
from sqlalchemy import inspect
from state_helpers import BOTH, dump, emptied, everywhere, rows, wait_for  # noqa: F401

STATES = Path(__file__).parent / "states"
QUIET = Progress(quiet=True)
# What a line of before has become: its columns by name, without those that are new.
NEW = {"runs": {"book_id", "number"}, "decisions": {"book_id", "expires_on", "sampled"}, "events": {"book_id", "event"}, "audit": {"book_id"}}


def item(key, amount, **more):
    return {**ITEMS[0], "item_id": key, "customer_id": "C2" if key > "0005" else "C1", "amount": amount, **more}


# The book that the states were made with.
BOOK = [*ITEMS, item("0004", "20000.00"), item("0005", "2000000.00"), item("0006", "30000.00"), item("0007", "40000.00")]
BOOK += [item("S008", "80.00"), item("0009", "75.00", due_on="2026-11-21")]


def restored(folder, name, book=BOOK):
    root = write_book(folder / "book", book)
    connection = sqlite3.connect(root / "ar-state.sqlite")
    connection.executescript((STATES / name).read_text(encoding="utf-8").replace("/books", str(folder)))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    return root


def lines(path, tables):
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        return {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY rowid")] for name in tables}


def kept(before, after):
    """Every line of before is there, in its columns; `heard` came with version 3."""
    for name, old in before.items():
        plain = [{key: value for key, value in row.items() if key not in NEW[name]} for row in after[name]]
        if name == "runs" and old and "heard" not in old[0]:
            plain = [{key: value for key, value in row.items() if key != "heard"} for row in plain]
        assert sorted(plain, key=repr) == sorted(old, key=repr), name


@pytest.mark.parametrize("version", [1, 2, 3])
def test_an_earlier_state_keeps_every_line(tmp_path, version):
    root = restored(tmp_path, f"state_v{version}.sql")
    path = root / "ar-state.sqlite"
    before = lines(path, ("runs", "decisions", "events") + (("audit",) if version > 1 else ()))
    assert all(before.values())
    with open_state(path, write=True):
        pass
    after = lines(path, tuple(NEW))
    kept(before, after)
    assert [row["number"] for row in after["runs"]] == list(range(1, len(after["runs"]) + 1))
    assert {row["event"] for row in after["events"]} == {json.loads(row["body"])["event"] for row in after["events"]}
    assert [row["version"] for row in lines(path, ("schema_version",))["schema_version"]] == list(range(1, NEWEST + 1))
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_state_of_before_is_only_read_and_stays_as_it_was(tmp_path, monkeypatch):
    monkeypatch.delenv("AR_CORE_STATE", raising=False)
    root = restored(tmp_path, "state_v3.sql")
    with sqlite3.connect(root / "ar-state.sqlite") as connection:
        before = list(connection.iterdump())
    with open_state(root / "ar-state.sqlite", write=False) as state:
        last, asks = state.latest_run(), state.open_asks()
        (sampled,) = state.samples()
    assert last is not None and last.run_id == "R-2026-11-21-4" and sampled["item_ids"] == ["S008"]
    assert [ask["item_ids"] for ask in asks] == [["0006"], ["0007"]] and asks[0]["person"] == "Bob"
    with sqlite3.connect(root / "ar-state.sqlite") as connection:
        assert list(connection.iterdump()) == before


@pytest.mark.parametrize("version", [1, 2])
def test_the_newest_run_of_before_heard_all_that_was_said(tmp_path, version):
    root = restored(tmp_path, f"state_v{version}.sql")
    with open_state(root / "ar-state.sqlite", write=False) as state:
        last = state.latest_run()
        assert last is not None and last.heard == state.last_event() > 0


def test_the_next_day_is_the_one_that_the_code_of_before_made(tmp_path, monkeypatch):
    """An approval and a day on a state of version 3, against what version 3 itself made of it."""
    monkeypatch.delenv("AR_CORE_STATE", raising=False)
    monkeypatch.setattr("ar_core.report_html.render", lambda *_: "page")
    root, engine = restored(tmp_path, "state_v3.sql"), FakeEngine()
    (changed,) = rows(root, None, "SELECT decision_id FROM events WHERE event = 'decision_edited'")
    repeat(root, Verdict("approved", changed, "Bob"), QUIET, engine=engine)
    run_day(Request(root, date(2026, 11, 22), tmp_path / "out"), QUIET, engine)
    expected = restored(tmp_path / "expected", "state_v3_next.sql")
    before = lines(expected / "ar-state.sqlite", tuple(NEW))
    after = lines(root / "ar-state.sqlite", tuple(NEW))
    for found in (before, after):
        for run in found["runs"]:
            del run["started_at"], run["out"]
    kept(before, after)
    assert (tmp_path / "out" / "outbox.json").read_text() == (STATES / "outbox_v3_next.json").read_text()


def test_a_migration_that_is_cut_short_changes_nothing(tmp_path, monkeypatch):
    root = restored(tmp_path, "state_v2.sql")
    path = root / "ar-state.sqlite"
    with sqlite3.connect(path) as connection:
        before = list(connection.iterdump())
    with pytest.raises(KeyboardInterrupt), open_state(path, write=True):
        raise KeyboardInterrupt
    with sqlite3.connect(path) as connection:
        assert list(connection.iterdump()) == before


def test_a_newer_state_is_refused(tmp_path, everywhere):  # noqa: F811
    root = write_book(tmp_path / "book")
    at = place(root)
    with open_state(at, write=True):
        pass
    if at.file is not None:
        with sqlite3.connect(at.file) as connection:
            connection.execute("INSERT INTO schema_version VALUES (?)", (NEWEST + 1,))
    else:
        from ar_core.host import database

        with database.transaction(at, write=True) as connection:
            connection.exec_driver_sql(f"INSERT INTO schema_version VALUES ({NEWEST + 1})")
    for write in (True, False):
        with pytest.raises(Refused, match="newer ar-core"), open_state(at, write=write):
            pass


@pytest.mark.parametrize("kind", BOTH)
def test_the_tables_are_those_that_the_queries_are_told_of(tmp_path, request, kind):
    """In both databases: columns, which may be empty, keys, what is unique, what points where, indexes."""
    from ar_core.host import database

    server = wait_for(request, kind)
    at = place(write_book(tmp_path / "book"), emptied(server) if server else str(tmp_path / "state.sqlite"))
    with database.transaction(at, write=True) as connection:
        found = inspect(connection)
        assert set(found.get_table_names()) - {"sqlite_sequence"} == set(metadata.tables)
        for name, table in metadata.tables.items():
            columns = {c["name"]: (str(c["type"]).split(" ")[0], c["nullable"]) for c in found.get_columns(name)}
            assert columns == {c.name: (str(c.type), c.nullable) for c in table.columns}, name
            assert found.get_pk_constraint(name)["constrained_columns"] == [c.name for c in table.primary_key], name
            unique = {tuple(entry["column_names"]) for entry in found.get_unique_constraints(name)}
            declared = {tuple(c.columns.keys()) for c in table.constraints if type(c).__name__ == "UniqueConstraint"}
            assert unique == declared, name
            points = {(tuple(f["constrained_columns"]), f["referred_table"]) for f in found.get_foreign_keys(name)}
            assert points == {(tuple(f.column_keys), f.referred_table.name) for f in table.foreign_key_constraints}, name
            indexes = {i["name"]: i["column_names"] for i in found.get_indexes(name) if "duplicates_constraint" not in i}
            assert indexes == {str(i.name): list(i.columns.keys()) for i in table.indexes}, name


DIGESTS = ["07067598d73c07d9", "afde587a61ae77e6", "a7fbfe650c72b4cf", "9399f3b3e09e902f"]


def test_no_migration_was_edited():
    """Each is what it was when it was published; a change of the schema is another entry at the end."""
    texts = ["\n".join(" ".join(s.split()) for s in (*m.sqlite, "--", *m.postgresql)) for m in MIGRATIONS]
    assert [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts] == DIGESTS
