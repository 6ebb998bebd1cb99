"""Where the state of a book is: one SQLite file in or beside the book, another file, or a PostgreSQL database by its URL.

A place is only named here; `database` opens it. Its text never has a password: it goes into messages.
"""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from ar_core.host.book import state_path
from ar_core.host.errors import InvalidBook

VARIABLE = "AR_CORE_STATE"
POSTGRESQL = ("postgresql", "postgres", "postgresql+pg8000")
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
# What may stand behind the `?` of a URL; the meaning is that of libpq, and `book` is ours.
OPTIONS = ("book", "host", "sslmode", "sslrootcert")
SOCKETS = ("/var/run/postgresql", "/tmp")


@dataclass(frozen=True)
class Server:
    """How to reach a PostgreSQL database. Without a host it is the socket of this machine, else `localhost`."""

    host: str
    port: int
    user: str
    database: str
    password: str = field(default="", repr=False)
    sslmode: str = "prefer"
    sslrootcert: str = ""

    @property
    def socket(self) -> str | None:
        """The path of its Unix socket, where it is reached by one."""
        return f"{self.host}/.s.PGSQL.{self.port}" if self.host.startswith("/") else None


@dataclass(frozen=True)
class Place:
    """Where the state of the book in `root` is: in `file`, or on `server`.

    `book` is its name there, if one was given. `own` is the file that belongs to the book alone and moves with it.
    """

    root: Path
    file: Path | None = None
    server: Server | None = None
    book: str | None = None
    own: bool = False

    def __str__(self) -> str:
        if self.server is None:
            return str(self.file)
        at = self.server
        host = "" if at.socket else (f"[{at.host}]" if ":" in at.host else at.host) + f":{at.port}"
        socket = f"?host={at.host}" if at.socket else ""
        return f"postgresql://{quote(at.user)}@{host}/{quote(at.database)}{socket}"

    def named(self, book: str) -> str:
        """What to give as `--state` to name a book here; without the password, which is never shown."""
        text = f"sqlite:///{quote(str(self.file), safe='/:')}" if self.server is None else str(self)
        return f"{text}{'&' if '?' in text else '?'}book={quote(book, safe='')}"

    @property
    def default_book(self) -> str:
        """What the book is called where nobody says: as its folder or file."""
        return self.root.resolve().name


def place(root: Path, given: str | None = None) -> Place:
    """The place that `--state` names, else the one of AR_CORE_STATE, else the file in or beside the book."""
    text = given or os.environ.get(VARIABLE, "")
    if not text:
        return Place(root, file=state_path(root), own=True)
    scheme, mark, rest = text.partition("://")
    if not mark:
        return _file(root, text)
    if scheme == "sqlite":
        path, _, query = rest.partition("?")
        return _file(root, unquote(path.removeprefix("/")), _options(query, ("book",)).get("book"))
    if scheme not in POSTGRESQL:
        driver = f"; {scheme} names a driver, and the one used is pg8000" if scheme.startswith("postgresql+") else ""
        raise InvalidBook(f"the state is kept in a file or in PostgreSQL (postgresql://user@host/database), not in {scheme}://…{driver}")
    return _server(root, text)


def _file(root: Path, text: str, book: str | None = None) -> Place:
    path = Path(text).expanduser()
    if not text or path.is_dir():
        raise InvalidBook(f"the state is one file, and '{text}' is {'a folder' if text else 'no name of one'}")
    own = book is None and path.absolute() == state_path(root).absolute()
    return Place(root, file=path, book=book, own=own)


def _options(query: str, allowed: tuple[str, ...]) -> dict[str, str]:
    """What stands behind the `?`. A value is never repeated in a message: it may be a secret that was put in the wrong place."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in allowed:
            hint = "; a password stands before the @, in PGPASSWORD or in ~/.pgpass" if "pass" in name.lower() else ""
            raise InvalidBook(f"the URL of the state has '{name}', and may have only {', '.join(allowed)}{hint}")
        if name in found or not value:
            raise InvalidBook(f"the URL of the state has '{name}' {'twice' if value else 'without a value'}")
        found[name] = value
    return found


def _server(root: Path, text: str) -> Place:
    try:
        parts = urlsplit(text)
        host, port = unquote(parts.hostname or ""), parts.port
    except ValueError:
        # Not `from` the cause: its message has the text, and that may have the password.
        raise InvalidBook(
            "the URL of the state cannot be read; it is like postgresql://user:password@host:5432/database?book=name,"
            " with %40 for an @ in the password and %2F for a /"
        ) from None
    options = _options(parts.query, OPTIONS)
    env = os.environ
    port = port or _port(env.get("PGPORT", ""))
    host = options.get("host") or host or env.get("PGHOST", "") or _local(port)
    user = unquote(parts.username or "") or env.get("PGUSER", "") or getpass.getuser()
    database = unquote(parts.path.removeprefix("/")) or env.get("PGDATABASE", "") or user
    sslmode = options.get("sslmode") or env.get("PGSSLMODE", "") or "prefer"
    if sslmode not in SSL_MODES:
        raise InvalidBook(f"sslmode is one of {', '.join(SSL_MODES)}")
    password = unquote(parts.password or "") or env.get("PGPASSWORD", "") or _from_file(host, port, database, user)
    certificate = options.get("sslrootcert") or env.get("PGSSLROOTCERT", "")
    return Place(
        root, server=Server(host, port, user, database, password, sslmode, certificate), book=options.get("book")
    )


def _port(text: str) -> int:
    if text and not text.isdecimal():
        raise InvalidBook(f"PGPORT is a number, not '{text}'")
    return int(text or 5432)


def _local(port: int) -> str:
    return next((folder for folder in SOCKETS if Path(folder, f".s.PGSQL.{port}").exists()), "localhost")


def _from_file(host: str, port: int, database: str, user: str) -> str:
    """The password of `~/.pgpass` (or PGPASSFILE): the first line that fits, as libpq reads it. A file that others may read is not used."""
    path = Path(os.environ.get("PGPASSFILE") or Path.home() / ".pgpass")
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            return ""
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    wanted = ("localhost" if host.startswith("/") else host, str(port), database, user)
    for line in lines:
        fields = _fields(line)
        if len(fields) == 5 and all(one in ("*", own) for one, own in zip(fields, wanted, strict=False)):
            return fields[4]
    return ""


def _fields(line: str) -> list[str]:
    """`host:port:database:user:password`, in which `\\:` and `\\\\` are the characters themselves."""
    fields, escaped = [""], False
    for character in "" if line.startswith("#") else line:
        if character == "\\" and not escaped:
            escaped = True
        elif character == ":" and not escaped and len(fields) < 5:
            fields.append("")
        else:
            fields[-1], escaped = fields[-1] + character, False
    return fields


__all__ = ["VARIABLE", "Place", "Server", "place"]
