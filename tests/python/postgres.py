"""A PostgreSQL server for tests: the binaries of the system, a folder of its own, a socket in it, gone when the tests are.

As root it runs as the user `postgres`, else `nobody`: the server refuses to run as root. Its order of texts is that of English (ICU), as
many servers have it and SQLite has not.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MISSING = "PostgreSQL is not installed (initdb, pg_ctl; on Debian, as root: apt-get install postgresql)"
SUPERUSER = "keeper"
_SETTINGS = "fsync=off", "max_connections=40", "shared_buffers=32MB", "log_min_messages=fatal"


def binaries() -> Path | None:
    """The folder of the newest server programs."""
    on_path = shutil.which("initdb")
    found = [Path(on_path)] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found += sorted(Path("/usr").glob("pgsql-*/bin/initdb"))
    return found[-1].parent if found else None


class Server:
    """One running server. The role `guarded` wants a password, the role `visitor` may do nothing; others come in without."""

    password = "korrekt: Pferd/Akku"

    def __init__(self, bin_folder: Path, folder: Path, user: str | None) -> None:
        self._bin, self._folder, self._user, self._made, self.emptied = bin_folder, folder, user, 0, ""

    def run(self, program: str, *words: str) -> str:
        """One of the server's own programs; its failure with all that it said."""
        done = subprocess.run(
            [self._bin / program, *words],
            user=self._user,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        if done.returncode:
            raise RuntimeError(f"{program} {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def sql(self, text: str, database: str = "postgres") -> str:
        """What psql says to it, without frills."""
        return self.run("psql", "-XAtq", "-h", str(self._folder), "-U", SUPERUSER, "-d", database, "-v", "ON_ERROR_STOP=1", "-c", text)

    def database(self) -> str:
        """A new database."""
        self._made += 1
        self.sql(f"CREATE DATABASE book_{self._made}")
        return f"book_{self._made}"

    def url(self, database: str, more: str = "") -> str:
        """How a database of this server is named."""
        return f"postgresql://{SUPERUSER}@/{database}?host={self._folder}{more}"


@contextmanager
def server() -> Iterator[Server]:
    """A server that lives as long as the block."""
    folder = binaries()
    if folder is None:
        raise FileNotFoundError(MISSING)
    user = None
    if os.geteuid() == 0:
        known = {entry.pw_name for entry in pwd.getpwall()}
        user = next(name for name in ("postgres", "nobody") if name in known)
    # The path of a socket has at most 107 bytes: a folder of pytest may be too deep.
    home = Path(tempfile.mkdtemp(prefix="ar-pg-"))
    started = Server(folder, home, user)
    try:
        if user:
            shutil.chown(home, user)
        home.chmod(0o755)
        started.run(
            "initdb", "-D", str(home / "data"), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8",
            "--locale-provider=icu", "--icu-locale=en-US",
        )  # fmt: skip
        rules = home / "data" / "pg_hba.conf"
        rules.write_text(f"local all guarded scram-sha-256\n{rules.read_text()}")
        options = " ".join(f"-c {setting}" for setting in _SETTINGS)
        started.run(
            "pg_ctl", "-D", str(home / "data"), "-w", "-t", "60", "-l", str(home / "log"),
            "-o", f"-k {home} -c listen_addresses='' {options}", "start",
        )  # fmt: skip
        started.sql(f"CREATE ROLE guarded LOGIN PASSWORD '{started.password}'")
        started.sql("CREATE ROLE visitor LOGIN")
        yield started
    finally:
        if (home / "data" / "postmaster.pid").exists():
            started.run("pg_ctl", "-D", str(home / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One server for all tests; they skip where there is none."""
    if binaries() is None:
        pytest.skip(MISSING)
    with server() as started:
        yield started


__all__ = ["MISSING", "Server", "binaries", "postgres_server", "server"]
