"""Where a state is: what `--state` and AR_CORE_STATE may say, what is refused, and that a password is never repeated."""

import subprocess
import sys
from pathlib import Path

import pytest
from ar_core.host.errors import InvalidBook
from ar_core.host.place import place

SECRET = "s3cr/t:@"
VARIABLES = ("AR_CORE_STATE", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD", "PGPASSFILE", "PGSSLMODE", "PGSSLROOTCERT")


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def book(tmp_path):
    (tmp_path / "book").mkdir()
    return tmp_path / "book"


def test_a_file_in_the_book_unless_somebody_says_otherwise(book, monkeypatch, tmp_path):
    assert (place(book).file, place(book).own) == (book / "ar-state.sqlite", True)
    assert (place(book, "elsewhere.db").file, place(book, "elsewhere.db").own) == (Path("elsewhere.db"), False)
    assert place(book, str(book / "ar-state.sqlite")).own, "the same file under its own name"
    assert place(book, "sqlite:///rel.db").file == Path("rel.db")
    assert place(book, f"sqlite:///{tmp_path}/a%20b.db?book=acme").file == tmp_path / "a b.db"
    assert place(book, f"sqlite:///{tmp_path}/a.db?book=acme").book == "acme"
    monkeypatch.setenv("AR_CORE_STATE", "of-the-environment.db")
    assert place(book).file == Path("of-the-environment.db")
    assert place(book, "said.db").file == Path("said.db"), "what is said wins"


def test_a_server(book, monkeypatch):
    at = place(book, "postgresql://ada:s3cr%2Ft%3A%40@db.example:5433/ar?book=north%20gate&sslmode=verify-full")
    assert (at.server.host, at.server.port, at.server.user, at.server.database) == ("db.example", 5433, "ada", "ar")
    assert (at.server.password, at.server.sslmode, at.book) == (SECRET, "verify-full", "north gate")
    assert str(at) == "postgresql://ada@db.example:5433/ar"
    assert SECRET not in repr(at) and "s3cr" not in repr(at)
    socket = place(book, "postgres:///ar?host=/run/pg")
    assert (socket.server.socket, str(socket).endswith("@/ar?host=/run/pg")) == ("/run/pg/.s.PGSQL.5432", True)
    monkeypatch.setenv("PGHOST", "10.0.0.7")
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGUSER", "bob")
    monkeypatch.setenv("PGPASSWORD", SECRET)
    known = place(book, "postgresql+pg8000:///").server
    assert (known.host, known.port, known.user, known.database, known.password) == ("10.0.0.7", 6000, "bob", "bob", SECRET)
    assert str(place(book, "postgresql://[::1]/ar")) == "postgresql://bob@[::1]:6000/ar"


@pytest.mark.parametrize("state", ["postgresql://ada@db.example:5433/a%20b", "postgresql:///ar?host=/run/pg", "sqlite:////tmp/x%3Fy.db"])
def test_a_book_is_named_by_what_is_shown(book, state):
    at = place(book, state)
    named = place(book, at.named("n&m=1?"))
    assert (named.server, named.file, named.book) == (at.server, at.file, "n&m=1?")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("mysql://ada:{}@h/ar", "not in mysql://"),
        ("postgresql+psycopg2://ada:{}@h/ar", "names a driver, and the one used is pg8000"),
        ("postgresql://ada:{}@h:port/ar", "cannot be read"),
        ("postgresql://ada:{}@[h/ar", "cannot be read"),
        ("postgresql://h/ar?password={}", "has 'password', and may have only book, host, sslmode, sslrootcert; a password stands before"),
        ("postgresql://h/ar?sslmode={}", "sslmode is one of disable"),
        ("postgresql://h/ar?book=a&book={}", "'book' twice"),
        ("postgresql://h/ar?book=", "'book' without a value"),
        ("sqlite:///x.db?mode={}", "may have only book"),
    ],
)
def test_what_is_refused_is_said_without_the_secret(book, state, said):
    with pytest.raises(InvalidBook) as caught:
        place(book, state.format("s3cret"))
    error, texts = caught.value, []
    while error is not None:
        texts.append(f"{error} {error.args}")
        error = error.__cause__
    assert said in texts[0] and not [text for text in texts if "s3cret" in text]


def test_a_folder_is_no_state(book):
    with pytest.raises(InvalidBook, match="is a folder"):
        place(book, str(book))


@pytest.mark.parametrize(
    ("line", "password"),
    [
        ("db:5432:ar:ada:plain", "plain"),
        ("*:*:*:ada:of any server", "of any server"),
        (r"db:5432:ar:ada:a\:b\\c", r"a:b\c"),
        ("db:5432:ar:ada:with:colons", "with:colons"),
        ("db:5432:ar:bob:not hers", ""),
        ("#db:5432:ar:ada:no", ""),
        ("db:5432:ar", ""),
    ],
)
def test_the_password_of_a_file(book, tmp_path, line, password):
    path = tmp_path / ".pgpass"
    path.write_text(f"other:*:*:*:x\n{line}\n")
    path.chmod(0o600)
    assert place(book, "postgresql://ada@db/ar").server.password == password
    path.chmod(0o644)
    assert place(book, "postgresql://ada@db/ar").server.password == "", "others may read it"


def test_no_command_loads_a_database_before_it_opens_a_state():
    code = (
        "import sys, ar_core.cli, ar_core.host.commands; ar_core.cli.parser(); from pathlib import Path;"
        " from ar_core.host.place import place; place(Path('.'), 'postgresql:///x');"
        " sys.exit(', '.join({'sqlalchemy', 'pg8000', 'sqlite3'} & sys.modules.keys()) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_command_that_has_a_state_says_where():
    from ar_core import cli

    words = {
        "run": ("b", "--as-of", "2026-11-21", "--out", "o"),
        "statement": ("b", "C1", "--as-of", "2026-11-21"),
        "shadow": ("b", "e", "--as-of", "2026-11-21"),
        "explain": ("b", "D-1"),
        "notice": ("b", "D-1"),
        "why-not": ("b", "call", "C1"),
        "delegate": ("b", "--to", "x"),
        "review": ("b", "D-1", "--right"),
        "narrow": ("b", "--action", "call", "--level", "0"),
        "demo": (),
        "policy rehearse": ("b", "p", "--as-of", "2026-11-21"),
    }
    for command in cli.STATEFUL:
        args = cli.parser().parse_args([*command.split(), *words.get(command, ("b",)), "--state", "postgresql:///x"])
        assert args.state == "postgresql:///x", command
