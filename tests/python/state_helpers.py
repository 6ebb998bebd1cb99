"""States for tests, on both databases: a fresh one, a copy of one, and all of its lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from ar_core.host.place import place
from ar_core.host.schema import metadata

HERE = Path(__file__).parent
BOTH = ("sqlite", "postgresql")


def wait_for(request, kind):
    """The server, for tests on PostgreSQL; None for SQLite. Skips where there is none."""
    return request.getfixturevalue("postgres_server") if kind == "postgresql" else None


def emptied(server) -> str:
    """The URL of a database without a state, the same one each time: to make one takes longer than a day."""
    if not server.emptied:
        server.emptied = server.database()
    server.sql("DROP SCHEMA IF EXISTS ar_core CASCADE", server.emptied)
    return server.url(server.emptied)


@pytest.fixture(params=BOTH)
def everywhere(request, monkeypatch):
    """Days on both databases: AR_CORE_STATE names a server, or nothing. The page, which takes longer than all else, is left out."""
    server = wait_for(request, request.param)
    monkeypatch.delenv("AR_CORE_STATE", raising=False)
    if server:
        monkeypatch.setenv("AR_CORE_STATE", emptied(server))
    monkeypatch.setattr("ar_core.report_html.render", lambda *_: "page")
    return request.param


def rows(root: Path, state: str | None, sql: str):
    """What a state says, past all that the host does."""
    from ar_core.host import database

    with database.transaction(place(root, state), write=False) as connection:
        escaped = sql if connection.dialect.name == "sqlite" else sql.replace("%", "%%")
        return [tuple(row) for row in connection.exec_driver_sql(escaped)]


def dump(root: Path, state: str | None) -> dict[str, list[tuple]]:
    """All lines of all tables."""
    from ar_core.host import database

    with database.transaction(place(root, state), write=False) as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for name, table in metadata.tables.items()
        }


def bytes_of(folder: Path) -> dict[str, bytes]:
    """All files of a folder, also hidden ones."""
    return {path.name: path.read_bytes() if path.is_file() else b"folder" for path in sorted(folder.iterdir())}


class Runner:
    """Days in processes of their own (`day_runner`)."""

    def __init__(self, folder: Path) -> None:
        self._log = (folder / "runner.log").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "day_runner.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            bufsize=1,
        )

    def __call__(self, *tasks: dict) -> list[int]:
        """The exit codes; -9 for what was killed."""
        self.start(*tasks)
        return self.wait()

    def start(self, *tasks: dict) -> None:
        """Begin; what holds somewhere writes the file `held` into its folder, and waits for one called `release`."""
        print(json.dumps(tasks), file=self._process.stdin, flush=True)

    def wait(self) -> list[int]:
        """The exit codes of what was begun."""
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())

    def said(self) -> str:
        """What the processes complained of."""
        self._log.flush()
        return Path(self._log.name).read_text()

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(10)
        self._log.close()


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    """One for the tests of a file."""
    started = Runner(tmp_path_factory.mktemp("runner"))
    yield started
    started.close()

