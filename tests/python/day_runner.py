"""Runs days of a book in processes that can be killed: a server over stdin, which has everything loaded and forks one child a day.

One line of JSON in, one out. A child passes named points (steps of a day, statements, files that are put in place, the commit) and
kills itself with SIGKILL at the one it is told, or is killed after some milliseconds; with `trace` it names all points that it passed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import altair  # noqa: F401 loaded once here, not by each child
import ar_core.report_html
import jinja2  # noqa: F401
import pandas  # noqa: F401 pyarrow loads it where it is there
import pg8000.dbapi  # noqa: F401
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet  # noqa: F401
import sqlalchemy.dialects.postgresql.pg8000
import sqlalchemy.dialects.sqlite  # noqa: F401
import vl_convert  # noqa: F401
from ar_core.host import database, naming, outputs, store  # noqa: F401
from ar_core.host import day as days
from ar_core.host.day import Request, Verdict, repeat, run_day
from ar_core.host.errors import HostError
from ar_core.host.progress import Progress
from host_helpers import FakeEngine
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

CLOCK = "2026-11-21T06:00:00+00:00"


class Points:
    """Counts what a day passes."""

    def __init__(self, kill_at: int | None, hold: str | None) -> None:
        self.passed: list[str] = []
        self.kill_at, self.hold = kill_at, hold

    def pass_by(self, name: str) -> None:
        if len(self.passed) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append(name)
        if name == self.hold:
            Path("held").write_text(name)
            while not Path("release").exists():
                time.sleep(0.002)

    def around(self, owner: object, name: str, label: str) -> None:
        real = getattr(owner, name)

        def passing(*args: object, **more: object) -> object:
            what = label.format(*(Path(arg).name if isinstance(arg, (str, Path)) else "" for arg in args[-1:]))
            self.pass_by(f"before {what}")
            result = real(*args, **more)
            self.pass_by(f"after {what}")
            return result

        setattr(owner, name, passing)


def _watched(points: Points) -> Progress:
    class Watched(Progress):
        @contextmanager
        def step(self, name: str):
            points.pass_by(f"begin: {name}")
            with super().step(name):
                yield
            points.pass_by(f"end: {name}")

    words = {"INSERT": 3, "UPDATE": 2, "CREATE": 3, "ALTER": 3, "DROP": 3, "COPY": 2}

    def named(statement: str) -> str:
        parts = statement.split()
        return " ".join(parts[: words.get(parts[0], 1)])

    event.listen(Engine, "before_cursor_execute", lambda c, cursor, sql, *_: points.pass_by(f"before {named(sql)}"))
    event.listen(Engine, "after_cursor_execute", lambda c, cursor, sql, *_: points.pass_by(f"after {named(sql)}"))
    points.around(Connection, "commit", "commit")
    points.around(os, "replace", "replace {0}")
    points.around(outputs, "_sync", "sync")
    points.around(store, "insert_rows", "insert_rows")
    points.around(store, "upsert_rows", "upsert_rows")
    return Watched(quiet=True)


def _work(task: dict) -> None:
    database.BUSY_SECONDS = task.get("busy", 5.0)
    days._now = lambda: CLOCK
    # The page takes a hundred times as long as the rest, and is no more to a killed day than another file.
    ar_core.report_html.render = lambda *_: "page"
    points = Points(task.get("kill_at"), task.get("hold"))
    progress, book, state = _watched(points), Path(task["book"]), task["state"]
    if task.get("approve"):
        repeat(book, Verdict("approved", tuple(task["approve"]), "Ada"), progress, engine=FakeEngine(), state=state)
    else:
        run_day(Request(book, date.fromisoformat(task["as_of"]), book.parent / "out", state=state), progress, FakeEngine())
    if task.get("trace"):
        Path(task["trace"]).write_text(json.dumps(points.passed))


def _fork(task: dict) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _work(task)
        code = 0
    except HostError as error:
        code = error.exit_code
        print(f"{error}", file=sys.stderr, flush=True)
    except BaseException:  # noqa: BLE001 said, and no more: the parent wants a code
        traceback.print_exc()
    finally:
        os._exit(code)


def main() -> None:
    for line in sys.stdin:
        tasks = json.loads(line)
        os.chdir(tasks[0]["folder"])
        pids = []
        for task in tasks:
            pids.append(_fork(task))
            while task.get("hold") and not Path("held").exists():
                time.sleep(0.002)
        if "kill_after" in tasks[0]:
            time.sleep(tasks[0]["kill_after"])
            os.kill(pids[0], signal.SIGKILL)
        codes = []
        for pid in reversed(pids):  # the first may hold until the others are done
            codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            Path("release").touch()
        print(json.dumps(codes[::-1]), flush=True)


if __name__ == "__main__":
    main()
