"""One transaction on the database of a state: SQLite or PostgreSQL, with the same promises.

Whoever writes has the book for himself from the first statement to the commit: in SQLite by the lock of the file, in PostgreSQL by an
advisory lock on the book that ends with the transaction, and so with the process, however it ends. Whoever reads sees one moment. A
transaction that does not end well is not rolled back but cut off; the database forgets it.
"""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from ar_core.host.books import enter, find
from ar_core.host.errors import HostError, Refused, StateBusy, need
from ar_core.host.place import Place, Server
from ar_core.host.schema import NEWEST, migrate, version_of

BUSY_SECONDS = 2.0
CONNECT_SECONDS = 10.0
# The schema of a PostgreSQL database that the tables are in: names like `events` are taken elsewhere.
SCHEMA = "ar_core"
# The first of the two numbers of our advisory locks; the second is the book, or 0 for the tables themselves.
LOCKS = 0x6172_636F
# For the length of a transaction. A day may compute for long between two statements; a client that is gone must be noticed.
SETTINGS = {
    "search_path": f"{SCHEMA}, pg_temp",
    "client_encoding": "UTF8",
    "idle_in_transaction_session_timeout": "0",
    "transaction_timeout": "0",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
# What PostgreSQL's codes mean to whoever runs a day; by class of two characters where the code itself is not here.
WORDS = {
    "28": "it refuses the login of '{user}': {said}. A password stands in the URL, in PGPASSWORD or in ~/.pgpass",
    "3D000": "it has no database '{database}'; make one with: createdb {database}",
    "42501": "'{user}' may not do this there: {said}",
    "25006": "it takes no writes ({said}); it may be a copy of another server",
    "53": "it is out of space or connections: {said}",
    "57": "it ended the connection: {said}",
}
LOST = "network error"  # what the driver says of a connection that broke
# Of a connection that broke SQLAlchemy also logs a traceback, which Python prints where nobody listens; we say it ourselves.
logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())


@contextmanager
def transaction(place: Place, write: bool) -> Iterator[Connection]:
    """A connection inside one transaction on tables of the newest version: committed if the block ends well and `write` is set.

    What is only read and not there is an empty state in memory, so that a dry run leaves nothing behind.
    """
    if place.server is not None and write:
        _prepare(place)
    with explained(place), _engine(place, write).connect() as connection:
        try:
            connection.begin()
            if place.server is not None:
                _begin_postgresql(connection, write)
            version = _version(connection, place)
            if version == 0 and place.server is not None:
                with transaction(Place(place.root), write=False) as empty:
                    yield empty
                return
            if version < NEWEST:
                migrate(connection, version)
            yield connection
            if write:
                connection.commit()
            else:
                connection.rollback()
        except BaseException:
            with suppress(Exception):  # it may be broken already
                connection.invalidate()
            raise


def _version(connection: Connection, place: Place) -> int:
    """The version of what is there, which must not be one of the future."""
    version = version_of(connection)
    if version > NEWEST:
        raise Refused(
            f"{place} was written by a newer ar-core (schema {version}, this one knows {NEWEST}); update ar-core"
        )
    return version


def _prepare(place: Place) -> None:
    """Make the tables of a PostgreSQL database, bring them up to date, and enter the book, in a transaction of its own: what a day locks
    until its end must not be in the way of other books."""
    with explained(place), _engine(place, True).connect() as connection:
        connection.begin()
        _begin_postgresql(connection, True)
        if _version(connection, place) == NEWEST and find(connection, place) is not None:
            return
        lock(connection, 0)
        # From here on nobody else does this; somebody may just have done it.
        if not connection.execute(text("SELECT 1 FROM pg_namespace WHERE nspname = :name"), {"name": SCHEMA}).first():
            connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
        version = _version(connection, place)
        if version < NEWEST:
            migrate(connection, version)
        enter(connection, place)
        connection.commit()


def lock(connection: Connection, number: int) -> None:
    """Have a book for oneself until the transaction ends, or say that another has it. SQLite's lock was taken by BEGIN IMMEDIATE."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:ours, :book)"), {"ours": LOCKS, "book": number})


def _begin_postgresql(connection: Connection, write: bool) -> None:
    """A writer sees all that was committed before it got its lock, so no snapshot may be older than that; a reader sees one moment."""
    connection.exec_driver_sql(f"SET TRANSACTION ISOLATION LEVEL {'READ COMMITTED' if write else 'REPEATABLE READ'}")
    settings = {**SETTINGS, "lock_timeout": f"{int(BUSY_SECONDS * 1000)}ms"}
    values = ", ".join(f"('{name}', '{value}')" for name, value in settings.items())
    connection.exec_driver_sql(
        f"SELECT set_config(name, value, true) FROM (VALUES {values}) AS own (name, value) JOIN pg_settings USING (name)"
    )
    # What is committed is on disk, also where the server would rather be fast.
    connection.exec_driver_sql(
        "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'"
    )


def _engine(place: Place, write: bool) -> Engine:
    """An engine for one connection. Errors never carry the values of a statement: they are the business of the book."""
    if place.server is not None:
        server = place.server
        need("pg8000", extra="postgresql")
        return create_engine(
            "postgresql+pg8000://", creator=lambda: _connect_postgresql(server), poolclass=NullPool, hide_parameters=True
        )
    path = place.file
    target = str(path) if path is not None and (write or path.exists()) else ":memory:"
    engine = create_engine("sqlite://", creator=lambda: _connect_sqlite(target), poolclass=NullPool, hide_parameters=True)
    begin = "BEGIN IMMEDIATE" if write else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _connect_sqlite(target: str) -> Any:
    import sqlite3

    connection = sqlite3.connect(target, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -65536")  # KiB; a day of 100,000 decisions touches pages all over the indexes
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _connect_postgresql(server: Server) -> Any:
    import pg8000.dbapi

    return pg8000.dbapi.connect(
        user=server.user,
        host=server.host,
        port=server.port,
        database=server.database,
        password=server.password,
        sock=_socket(server),
        ssl_context=False if server.socket else _ssl(server),
        application_name="ar-core",
    )


def _socket(server: Server) -> socket.socket:
    """A connection that does not wait for ever to be made, nor for a server that is gone."""
    from pg8000.exceptions import InterfaceError

    try:
        if server.socket:
            made = socket.socket(getattr(socket, "AF_UNIX", socket.AF_INET), socket.SOCK_STREAM)
            made.settimeout(CONNECT_SECONDS)
            made.connect(server.socket)
        else:
            made = socket.create_connection((server.host, server.port), CONNECT_SECONDS)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
                if hasattr(socket, name):
                    made.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    except (OSError, TypeError) as error:
        raise InterfaceError(f"there is no answer ({error})") from error
    made.settimeout(None)
    return made


def _ssl(server: Server) -> ssl.SSLContext | bool | None:
    """As libpq understands `sslmode`: None takes what the server offers, True insists and trusts anybody, a context checks."""
    if server.sslmode in ("disable", "allow"):
        return False
    if server.sslmode == "prefer":
        return None
    if server.sslmode == "require" and not server.sslrootcert:
        return True
    try:
        context = ssl.create_default_context(cafile=server.sslrootcert or None)
    except (OSError, ssl.SSLError) as error:
        raise HostError(f"the certificates of '{server.sslrootcert}' (sslrootcert) cannot be read: {error}") from error
    context.check_hostname = server.sslmode == "verify-full"
    return context


@contextmanager
def explained(place: Place) -> Iterator[None]:
    """What the database says, as one message for a person, without a password, a statement or its values."""
    try:
        yield
    except DBAPIError as error:
        raise _in_words(place, error.orig or error) from error.orig
    except Exception as error:
        if not _of_driver(error):
            raise
        raise _in_words(place, error) from error


def _of_driver(error: BaseException) -> bool:
    return type(error).__module__.split(".")[0] in ("pg8000", "sqlite3", "scramp") or isinstance(error, ssl.SSLError)


def _in_words(place: Place, error: BaseException) -> HostError:
    if place.server is None:
        said = str(error)
        busy = "locked" in said or "busy" in said
        reason = f"the state file {place} cannot be used: {said}"
    else:
        fields = _told_by_server(error)
        code, said = str(fields.get("C", "")), str(fields.get("M") or error)
        busy = code in ("55P03", "40001", "40P01")
        words = WORDS.get(code) or WORDS.get(code[:2], "{said}")
        if said == LOST:
            words = "the connection broke. Run it again: what was recorded is known, and nothing is done twice"
        known = {"user": place.server.user, "database": place.server.database, "said": said}
        reason = f"the state in {place} cannot be used: {words.format(**known)}"
    if busy:
        return StateBusy(f"another ar-core run is working on {place}; wait for it to end and try again. Nothing was changed.")
    return HostError(reason)


def _told_by_server(error: BaseException | None) -> dict[str, str]:
    """The fields of the server's own message. What the driver says may be no more than that the server hung up after it."""
    while error is not None:
        if error.args and isinstance(error.args[0], dict):
            return error.args[0]
        error = error.__cause__ or error.__context__
    return {}


__all__ = ["BUSY_SECONDS", "LOCKS", "SCHEMA", "explained", "lock", "transaction"]
