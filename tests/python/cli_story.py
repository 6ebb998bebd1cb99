"""A small book that was run for a day, in the folder in which the examples of `--help` make sense; and the command inside a process.

The book is of the real engine, with few customers, and without the page: what is tested here is what the commands say.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import ar_core
import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest
from ar_core import _native, cli
from ar_core.cli.grammar import leaves
from ar_core.host.commands import DEMO_POLICY, _with_semicolons

DAY = "2026-11-20"
PACKAGE = Path(ar_core.__file__).parent.parent
SEED, CUSTOMERS = 7, 60


ITEMS = [
    {
        "item_id": f"I{n}",
        "customer_id": f"C{n % 3}",
        "currency": "EUR",
        "amount": f"{100 + n}.00",
        "issued_on": "2026-09-01",
        "due_on": "2026-10-01",
        "reference": f"RE-10000{n}",
    }
    for n in range(1, 7)
]


class SmallEngine:
    """The engine, but for how large a book it invents."""

    def __getattr__(self, name):
        return getattr(_native, name)

    def simulate(self, seed, as_of):
        return _native.simulate(seed=seed, customers=CUSTOMERS, as_of=as_of)


def make(folder: Path) -> Path:
    """`folder` with `book`, `out` and the other files that the examples name."""
    book = folder / "book"
    book.mkdir(parents=True)
    for name, source in _native.simulate(seed=SEED, customers=CUSTOMERS, as_of=DAY).items():
        table = pa.table(source)
        if table.num_rows:
            pa_csv.write_csv(_with_semicolons(table), book / f"{name}.csv")
    (book / "policy.toml").write_text(
        DEMO_POLICY.replace("5000", "500"), encoding="utf-8"
    )  # so that some notices are asked for
    _add(book / "customers.csv", customer_id="NEW1", name="Neuhaus GmbH", country="DE", language="de", currency="EUR")
    for number, amount in enumerate(
        ("900.00", "80.00"), start=1
    ):  # two notices: one that is asked for, one that is sent
        days = {"issued_on": "2026-09-20", "due_on": "2026-10-20"}
        _add(
            book / "items.csv",
            item_id=f"N{number}",
            customer_id=f"NEW{number}",
            kind="invoice",
            currency="EUR",
            amount=amount,
            **days,
        )
    _add(book / "customers.csv", customer_id="NEW2", name="Neuland GmbH", country="DE", language="de", currency="EUR")
    (folder / "policy.toml").write_text(DEMO_POLICY, encoding="utf-8")
    (folder / "new.toml").write_text(DEMO_POLICY.replace("5000", "50"), encoding="utf-8")
    (folder / "mail.txt").write_text(
        "We will pay invoice RE0100012 of EUR 152.82 on 1 December 2026.", encoding="utf-8"
    )
    (folder / "sender.toml").write_text('name = "Northgate Ltd"\nemail = "ar@northgate.example"\n', encoding="utf-8")
    (folder / "events.json").write_text("[]", encoding="utf-8")
    return folder


_RAN: list[Path] = []


def ran(tmp_path_factory) -> Path:
    """The story after its first day; made once for all tests, to be copied."""
    if not _RAN:
        folder = make(tmp_path_factory.mktemp("story") / "work")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ar_core.report_html.render", lambda *_: "")
            patch.chdir(folder)
            ended = inside("run", "book", "--as-of", DAY, "--out", "out")
            assert ended.returncode == 0, ended.stderr
        _RAN.append(folder)
    return _RAN[0]


def answer(*words, code=0):
    """The document that a command prints with `--json`: its answer, or why it failed."""
    ended = inside(*words, "--json")
    assert ended.returncode == code, ended.stderr
    return json.loads(ended.stdout if code == 0 else ended.stderr)


def rows(path) -> list[dict]:
    """The rows of a CSV."""
    with open(path, encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _add(path: Path, **row: str) -> None:
    with path.open(encoding="utf-8", newline="") as handle:
        names = csv.DictReader(handle).fieldnames or []
    with path.open("a", encoding="utf-8", newline="") as handle:
        csv.DictWriter(handle, names, restval="", extrasaction="ignore").writerow(row)


def commands():
    """Every command of the grammar, as `policy check`."""
    return {leaf.prog.partition(" ")[2]: leaf for leaf in leaves(cli.parser())}


def wanted(book: Path, command: str) -> str:
    """A decision that a command can be said of."""
    asks = json.loads(inside("worklist", book, "--limit", "-1", "--json").stdout)
    if command == "review":
        with (book.parent / "out" / "outbox.json").open(encoding="utf-8") as handle:
            return json.load(handle)[0]["decision_id"]
    fits = {
        "approve": {"send_notice", "notify_owner", "post_allocation"},
        "edit": {"send_notice"},
        "notice": {"send_notice"},
    }
    found = [ask for ask in asks if ask["action"] in fits.get(command, {ask["action"]})]
    if not found and command in ("notice", "edit"):
        raise LookupError(f"the small book asks for nothing that {command} can be said of")
    return found[0]["decision_id"]


class Ended:
    """What a command left: its exit code and what it printed."""

    def __init__(self, returncode, stdout, stderr):
        self.returncode, self.stdout, self.stderr = returncode, stdout, stderr


def inside(*words) -> Ended:
    """The command inside this process."""
    import contextlib
    import io

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main([str(word) for word in words])
    return Ended(code, out.getvalue(), err.getvalue())


def outside(*words, cwd=None, env=None, before=(), **more):
    """The command as a process of its own, as a shell runs it."""
    variables = {**os.environ, "PYTHONPATH": str(PACKAGE), **(env or {})}
    line = [*before, sys.executable, "-m", "ar_core", *(str(word) for word in words)]
    more.setdefault("stdout", subprocess.PIPE)
    more.setdefault("stderr", subprocess.PIPE)
    return subprocess.run(line, cwd=cwd, env=variables, timeout=120, check=False, **more)


def copy(made: Path, to: Path) -> Path:
    """A story of one's own."""
    return shutil.copytree(made, to)


def untouched(tmp_path_factory, to: Path) -> Path:
    """A story of one's own whose book was never run."""
    folder = copy(ran(tmp_path_factory), to)
    for path in (folder / "book").glob("ar-state*"):
        path.unlink()
    shutil.rmtree(folder / "out")
    return folder
