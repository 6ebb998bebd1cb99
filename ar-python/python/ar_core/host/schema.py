"""The schema of the state file, as a list of migrations: entry n brings version n to version n + 1, and none is ever edited."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
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
    ),
    (
        # The audit chain over all days: rows are added and nothing else.
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
    ),
    (
        # Up to which event a run heard what people said: they may say more before the next one.
        "ALTER TABLE runs ADD COLUMN heard INTEGER NOT NULL DEFAULT 0",
        "UPDATE runs SET heard = (SELECT coalesce(max(seq), 0) FROM events)",
        # What the engine did and a person is to look at: a few of very many.
        "CREATE INDEX decisions_sampled ON decisions (as_of) WHERE mode = 'act' AND json_extract(body, '$.sampled') = 1",
    ),
)
