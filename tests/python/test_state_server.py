"""A PostgreSQL server that does not do what one hopes: each failure in one message, without a password, and with nothing recorded."""

import logging
import time
from datetime import date

import pytest
from ar_core.host.day import Request, run_day
from ar_core.host.errors import HostError, Refused, StateBusy
from ar_core.host.naming import has_run
from ar_core.host.place import place
from ar_core.host.progress import Progress
from ar_core.host.state import open_state
from host_helpers import FakeEngine, write_book
from state_helpers import emptied, rows
from test_state_database import RUN

QUIET = Progress(quiet=True)


@pytest.fixture
def book(tmp_path, monkeypatch):
    monkeypatch.delenv("AR_CORE_STATE", raising=False)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    monkeypatch.setattr("ar_core.report_html.render", lambda *_: "page")
    return write_book(tmp_path / "book")


def refused(book, url, write=True):
    with pytest.raises(HostError) as caught, open_state(place(book, url), write=write):
        pass
    assert "s3cret" not in str(caught.value)
    return str(caught.value)


def test_no_server(book, tmp_path):
    assert "there is no answer" in refused(book, f"postgresql://ada:s3cret@/ar?host={tmp_path}")
    assert "there is no answer" in refused(book, "postgresql://ada:s3cret@localhost:1/ar?sslmode=disable", write=False)


def test_no_such_database_or_login(book, postgres_server):
    assert "it has no database 'none'; make one with: createdb none" in refused(book, postgres_server.url("none"))
    stranger = postgres_server.url("postgres").replace("keeper", "stranger:s3cret")
    assert "it refuses the login of 'stranger'" in refused(book, stranger)


def test_a_password(book, postgres_server, monkeypatch):
    url = emptied(postgres_server).replace("keeper", "guarded")
    postgres_server.sql(f"GRANT CREATE ON DATABASE {postgres_server.emptied} TO guarded")
    assert "it refuses the login of 'guarded'" in refused(book, url)
    assert "it refuses the login of 'guarded'" in refused(book, url.replace("guarded", "guarded:s3cret"))
    monkeypatch.setenv("PGPASSWORD", postgres_server.password)
    with open_state(place(book, url), write=True) as state:
        assert state.latest_run() is None


def test_who_may_not_make_tables(book, postgres_server):
    url = emptied(postgres_server).replace("keeper", "visitor")
    assert "'visitor' may not do this there" in refused(book, url)


def test_a_server_that_takes_no_writes(book, postgres_server):
    database = postgres_server.database()
    with open_state(place(book, postgres_server.url(database)), write=True) as state:
        state.record(RUN, [], [], [])
    postgres_server.sql(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    with open_state(place(book, postgres_server.url(database)), write=False) as state:
        assert state.latest_run() == RUN
    with pytest.raises(HostError, match="it takes no writes"), open_state(place(book, postgres_server.url(database)), write=True) as state:
        state.set_status(["D-1"], "done")


def test_other_habits_of_a_server_change_nothing(book, postgres_server):
    """Strict isolation as a habit would show a writer what was there before it got its lock; commits may be lost by habit, too."""
    database = postgres_server.database()
    for habit in (
        "default_transaction_isolation = 'serializable'",
        "synchronous_commit = off",
        "idle_in_transaction_session_timeout = '300ms'",
        "search_path = 'public'",
        "client_encoding = 'LATIN1'",
        "standard_conforming_strings = off",
    ):
        postgres_server.sql(f"ALTER DATABASE {database} SET {habit}")
    with open_state(place(book, postgres_server.url(database)), write=True) as state:
        time.sleep(0.6)
        asked = "SELECT current_setting('transaction_isolation'), current_setting('synchronous_commit')"
        assert tuple(state._db.exec_driver_sql(asked).one()) == ("read committed", "on")
        state.record(RUN, [], [], [])
    with open_state(place(book, postgres_server.url(database)), write=False) as state:
        assert state.latest_run() == RUN
        assert state._db.exec_driver_sql("SELECT current_setting('transaction_isolation')").scalar() == "repeatable read"


def test_tables_of_others_are_not_touched(book, postgres_server):
    database = postgres_server.database()
    for name in ("events", "audit", "schema_version", "runs"):
        postgres_server.sql(f"CREATE TABLE public.{name} (theirs int)", database)
    with open_state(place(book, postgres_server.url(database)), write=True) as state:
        state.record(RUN, [], [], [])
    with open_state(place(book, postgres_server.url(database)), write=False) as state:
        assert state.latest_run() == RUN
    assert postgres_server.sql("SELECT count(*) FROM public.runs", database).strip() == "0"


def test_a_connection_that_breaks_in_the_middle_of_a_day(book, postgres_server, tmp_path, monkeypatch):
    assert logging.getLogger("sqlalchemy").hasHandlers(), "else a traceback of the pool goes to stderr besides"
    url = emptied(postgres_server)
    request = Request(book, date(2026, 11, 21), tmp_path / "out", state=url)

    def cut(*_):
        postgres_server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ar-core'", postgres_server.emptied
        )

    with monkeypatch.context() as patch:
        patch.setattr("ar_core.host.day.write_outbox", cut)
        with pytest.raises(HostError, match="it ended the connection|the connection broke"):
            run_day(request, QUIET, FakeEngine())
    assert rows(book, url, "SELECT count(*) FROM runs") == [(0,)]
    assert not run_day(request, QUIET, FakeEngine()).already
    assert run_day(request, QUIET, FakeEngine()).already


def test_a_book_that_was_never_run_there(book, postgres_server):
    url = emptied(postgres_server)
    with pytest.raises(Refused, match="has not been run yet"):
        has_run(book, url)
    assert postgres_server.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'ar_core'", postgres_server.emptied).strip() == "0"


def test_a_lock_on_the_tables_is_waited_for_and_named(book, postgres_server, monkeypatch):
    url = emptied(postgres_server)
    with open_state(place(book, url), write=True) as state:
        state.record(RUN, [], [], [])
    monkeypatch.setattr("ar_core.host.database.BUSY_SECONDS", 0.1)
    with open_state(place(book, url), write=True) as holder:
        holder._db.exec_driver_sql("LOCK TABLE runs IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StateBusy), open_state(place(book, url), write=False) as state:
            state.latest_run()
