"""The tables of the state, the same in SQLite and in PostgreSQL, and how every earlier version of them becomes the newest.

`MIGRATIONS` is the truth about what is in a database: entry n brings version n to version n + 1, and none is ever edited. The tables
below describe the newest version to the queries; a test holds both against each other. Versions 1 to 3 existed in SQLite only, so
there the first three entries do nothing in PostgreSQL. All of a book's lines carry its `book_id`: a database holds many books.

A column that is searched is a column of its own, not a path into JSON: `body` is one text, and stays as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy import func as sql
from sqlalchemy.schema import ForeignKey, ForeignKeyConstraint, PrimaryKeyConstraint

metadata = MetaData()


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _book() -> Column[int]:
    return Column("book_id", BigInteger, ForeignKey("books.book_id"), nullable=False)


# `root` is the folder (or file) that the book was last run from; empty in a file of before, which had one book.
books = Table(
    "books",
    metadata,
    Column("book_id", BigInteger, nullable=False),
    *_texts("name", "root"),
    PrimaryKeyConstraint("book_id"),
    UniqueConstraint("name"),
)
runs = Table(
    "runs",
    metadata,
    _book(),
    Column("number", BigInteger, nullable=False),
    *_texts("run_id", "as_of", "book_digest", "policy_digest", "state_digest", "engine_version"),
    *(Column(name, Integer, nullable=False) for name in ("decisions", "acted", "asked")),
    *_texts("started_at"),
    Column("fed_up_to", BigInteger, nullable=False),
    *_texts("policy", "out"),
    Column("heard", BigInteger, nullable=False),
    PrimaryKeyConstraint("book_id", "number"),
    UniqueConstraint("book_id", "run_id"),
)
decisions = Table(
    "decisions",
    metadata,
    Column("book_id", BigInteger, nullable=False),
    *_texts("decision_id", "run_id", "as_of"),
    Column("customer_id", Text),
    *_texts("action", "mode"),
    *(Column(name, Text) for name in ("amount", "currency", "expires_on")),
    Column("sampled", SmallInteger, nullable=False),
    *_texts("body", "status"),
    PrimaryKeyConstraint("book_id", "decision_id"),
    ForeignKeyConstraint(["book_id", "run_id"], ["runs.book_id", "runs.run_id"]),
    Index("decisions_status", "book_id", "status"),
    Index("decisions_sampled", "book_id", "as_of", sqlite_where=text("sampled = 1"), postgresql_where=text("sampled = 1")),
)
# `event` is the name of what happened. `seq` counts within the book, without gaps that a day cut short would leave.
events = Table(
    "events",
    metadata,
    Column("book_id", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    *_texts("event_id", "event", "on_date"),
    Column("decision_id", Text),
    *_texts("body", "recorded_by", "run_id"),
    PrimaryKeyConstraint("book_id", "seq"),
    UniqueConstraint("book_id", "event_id"),
    ForeignKeyConstraint(["book_id", "decision_id"], ["decisions.book_id", "decisions.decision_id"]),
    ForeignKeyConstraint(["book_id", "run_id"], ["runs.book_id", "runs.run_id"]),
    Index("events_on_date", "book_id", "on_date", "seq"),
)
# The audit chain over all days: rows are added and nothing else.
audit = Table(
    "audit",
    metadata,
    _book(),
    Column("seq", BigInteger, nullable=False),
    *_texts("previous", "digest", "kind", "policy_version", "model_version", "body"),
    PrimaryKeyConstraint("book_id", "seq"),
)
schema_version = Table("schema_version", metadata, Column("version", Integer, nullable=False))


@dataclass(frozen=True)
class Migration:
    """The statements that bring one version to the next, for each database."""

    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...] = ()


def _in_postgresql(statements: tuple[str, ...]) -> tuple[str, ...]:
    """Texts are compared byte by byte, as SQLite does: the order of a language would be another, and slower."""
    return tuple(statement.replace(" TEXT", ' TEXT COLLATE "C"') for statement in statements)


# Version 4: many books in a database, the lines of each numbered by itself; what is searched has a column.
_TABLES_4 = (
    "CREATE TABLE books (book_id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, root TEXT NOT NULL)",
    """
    CREATE TABLE runs (
        book_id BIGINT NOT NULL REFERENCES books (book_id),
        number BIGINT NOT NULL,
        run_id TEXT NOT NULL,
        as_of TEXT NOT NULL,
        book_digest TEXT NOT NULL,
        policy_digest TEXT NOT NULL,
        state_digest TEXT NOT NULL,
        engine_version TEXT NOT NULL,
        decisions INTEGER NOT NULL,
        acted INTEGER NOT NULL,
        asked INTEGER NOT NULL,
        started_at TEXT NOT NULL,
        fed_up_to BIGINT NOT NULL,
        policy TEXT NOT NULL,
        out TEXT NOT NULL,
        heard BIGINT NOT NULL,
        PRIMARY KEY (book_id, number),
        UNIQUE (book_id, run_id)
    )
    """,
    """
    CREATE TABLE decisions (
        book_id BIGINT NOT NULL,
        decision_id TEXT NOT NULL,
        run_id TEXT NOT NULL,
        as_of TEXT NOT NULL,
        customer_id TEXT,
        action TEXT NOT NULL,
        mode TEXT NOT NULL CHECK (mode IN ('act', 'ask')),
        amount TEXT,
        currency TEXT,
        expires_on TEXT,
        sampled SMALLINT NOT NULL CHECK (sampled IN (0, 1)),
        body TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('open', 'done', 'approved', 'rejected', 'expired', 'superseded')),
        PRIMARY KEY (book_id, decision_id),
        FOREIGN KEY (book_id, run_id) REFERENCES runs (book_id, run_id)
    )
    """,
    "CREATE INDEX decisions_status ON decisions (book_id, status)",
    # What the engine did and a person is to look at: a few of very many.
    "CREATE INDEX decisions_sampled ON decisions (book_id, as_of) WHERE sampled = 1",
    """
    CREATE TABLE events (
        book_id BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        event_id TEXT NOT NULL,
        event TEXT NOT NULL,
        on_date TEXT NOT NULL,
        decision_id TEXT,
        body TEXT NOT NULL,
        recorded_by TEXT NOT NULL,
        run_id TEXT NOT NULL,
        PRIMARY KEY (book_id, seq),
        UNIQUE (book_id, event_id),
        FOREIGN KEY (book_id, decision_id) REFERENCES decisions (book_id, decision_id),
        FOREIGN KEY (book_id, run_id) REFERENCES runs (book_id, run_id)
    )
    """,
    "CREATE INDEX events_on_date ON events (book_id, on_date, seq)",
    """
    CREATE TABLE audit (
        book_id BIGINT NOT NULL REFERENCES books (book_id),
        seq BIGINT NOT NULL,
        previous TEXT NOT NULL,
        digest TEXT NOT NULL,
        kind TEXT NOT NULL,
        policy_version TEXT NOT NULL,
        model_version TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (book_id, seq)
    )
    """,
)
# SQLite carries a REPLACE out as a deletion that no trigger sees, hence the third.
_AUDIT_SQLITE_4 = (
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END",
    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END",
    """
    CREATE TRIGGER audit_not_replaced BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE book_id = NEW.book_id AND seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END
    """,
)
_AUDIT_POSTGRESQL_4 = (
    """
    CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit chain is append-only' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE PROCEDURE audit_refuses()
    """,
)
# A file of version 3 has one book, whose name nobody asked for. `rowid` is the order in which its runs were recorded.
_COPY_4 = (
    "INSERT INTO books SELECT 1, '', '' WHERE EXISTS (SELECT 1 FROM old_runs)",
    """
    INSERT INTO runs SELECT 1, row_number() OVER (ORDER BY rowid), run_id, as_of, book_digest, policy_digest, state_digest,
        engine_version, decisions, acted, asked, started_at, fed_up_to, policy, out, heard
    FROM old_runs
    """,
    """
    INSERT INTO decisions SELECT 1, decision_id, run_id, as_of, customer_id, action, mode, amount, currency,
        json_extract(body, '$.expires_on'), coalesce(json_extract(body, '$.sampled'), 0) = 1, body, status
    FROM old_decisions ORDER BY rowid
    """,
    """
    INSERT INTO events SELECT 1, seq, event_id, coalesce(json_extract(body, '$.event'), ''), on_date, decision_id, body, recorded_by, run_id
    FROM old_events ORDER BY seq
    """,
    "INSERT INTO audit SELECT 1, seq, previous, digest, kind, policy_version, model_version, body FROM old_audit ORDER BY seq",
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        (
            """
            CREATE TABLE runs (
                run_id TEXT PRIMARY KEY,
                as_of TEXT NOT NULL,
                book_digest TEXT NOT NULL,
                policy_digest TEXT NOT NULL,
                state_digest TEXT NOT NULL,
                engine_version TEXT NOT NULL,
                decisions INTEGER NOT NULL,
                acted INTEGER NOT NULL,
                asked INTEGER NOT NULL,
                started_at TEXT NOT NULL,
                fed_up_to INTEGER NOT NULL,
                policy TEXT NOT NULL,
                out TEXT NOT NULL
            )
            """,
            """
            CREATE TABLE decisions (
                decision_id TEXT PRIMARY KEY,
                run_id TEXT NOT NULL REFERENCES runs (run_id),
                as_of TEXT NOT NULL,
                customer_id TEXT,
                action TEXT NOT NULL,
                mode TEXT NOT NULL CHECK (mode IN ('act', 'ask')),
                amount TEXT,
                currency TEXT,
                body TEXT NOT NULL,
                status TEXT NOT NULL CHECK (status IN ('open', 'done', 'approved', 'rejected', 'expired', 'superseded'))
            )
            """,
            "CREATE INDEX decisions_status ON decisions (status, as_of)",
            """
            CREATE TABLE events (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                event_id TEXT NOT NULL UNIQUE,
                on_date TEXT NOT NULL,
                decision_id TEXT REFERENCES decisions (decision_id),
                body TEXT NOT NULL,
                recorded_by TEXT NOT NULL,
                run_id TEXT NOT NULL REFERENCES runs (run_id)
            )
            """,
            "CREATE INDEX events_on_date ON events (on_date, seq)",
        )
    ),
    Migration(
        (
            """
            CREATE TABLE audit (
                seq INTEGER PRIMARY KEY,
                previous TEXT NOT NULL,
                digest TEXT NOT NULL,
                kind TEXT NOT NULL,
                policy_version TEXT NOT NULL,
                model_version TEXT NOT NULL,
                body TEXT NOT NULL
            )
            """,
            "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END",
            "CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END",
        )
    ),
    Migration(
        (
            # Up to which event a run heard what people said: they may say more before the next one.
            "ALTER TABLE runs ADD COLUMN heard INTEGER NOT NULL DEFAULT 0",
            "UPDATE runs SET heard = (SELECT coalesce(max(seq), 0) FROM events)",
            # What the engine did and a person is to look at: a few of very many.
            "CREATE INDEX decisions_sampled ON decisions (as_of) WHERE mode = 'act' AND json_extract(body, '$.sampled') = 1",
        )
    ),
    Migration(
        (
            # Children are dropped before their parents, and indexes and triggers first: their names are wanted again.
            *(f"DROP INDEX {name}" for name in ("decisions_status", "decisions_sampled", "events_on_date")),
            *(f"DROP TRIGGER {name}" for name in ("audit_unchanged", "audit_kept")),
            *(f"ALTER TABLE {name} RENAME TO old_{name}" for name in ("runs", "decisions", "events", "audit")),
            *_TABLES_4,
            *_COPY_4,
            *(f"DROP TABLE old_{name}" for name in ("events", "decisions", "runs", "audit")),
            *_AUDIT_SQLITE_4,
        ),
        (*_in_postgresql(_TABLES_4), *_AUDIT_POSTGRESQL_4),
    ),
)
NEWEST = len(MIGRATIONS)


def version_of(connection: Connection) -> int:
    """The version of the schema that is there, 0 for none."""
    if not inspect(connection).has_table("schema_version"):
        return 0
    return int(connection.execute(select(sql.coalesce(sql.max(schema_version.c.version), 0))).scalar_one())


def migrate(connection: Connection, version: int) -> None:
    """Bring a version to the newest. The caller's transaction makes it whole or nothing."""
    if version == 0:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
        for statement in getattr(migration, connection.dialect.name):
            connection.exec_driver_sql(statement)
        connection.execute(insert(schema_version).values(version=number))
