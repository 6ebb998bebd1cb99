"""A day that is killed and run again is the day that was not killed, in every line of the state and every byte of the out folder, in
SQLite and in PostgreSQL; and of two processes on one book one waits or says so."""

import json
import os
import random
import re
import shutil
import time

import pytest
from host_helpers import ITEMS, write_book
from state_helpers import BOTH, bytes_of, dump, rows, runner, wait_for  # noqa: F401

EVERY = bool(os.environ.get("AR_EVERY_POINT"))  # kill at each point that is passed, not once for each name
# The named steps of a day, what it writes, what it puts in place, its end; and of these the ones where most can go wrong.
STEPS = r"(begin|end): |before commit|after (commit|INSERT|UPDATE|COPY|upsert_rows|insert_rows|sync|replace (allocations.csv|outbox.json|worklist.csv))"
ABOUT = r"begin: (decide|remember)|before commit|after (commit|CREATE TABLE audit|INSERT INTO (books|runs)|upsert_rows|sync|replace outbox.json)"
RANDOM_KILLS = 6
FIRST, NEXT = "2026-11-21", "2026-11-22"


def item(key, amount, due="2026-10-01"):
    return {**ITEMS[0], "item_id": key, "amount": amount, "due_on": due}


# Acts, questions, one that a person does, one drawn for review, and what falls due on the second day.
BOOK = [*ITEMS, *(item(f"A{n}", f"{n}0.00") for n in range(4)), item("Q1", "20000.00"), item("Q2", "30000.00")]
BOOK += [item("CALL", "2000000.00"), item("S1", "80.00"), item("N1", "75.00", NEXT[:-2] + "21"), item("N2", "90000.00", NEXT[:-2] + "21")]


class Case:
    """A book in one folder, which is made anew for each kill: paths are part of the state."""

    def __init__(self, folder, server, run):
        self.folder, self.server, self._run = folder / "case", server, run
        self.database = server.database() if server else ""
        self.state = server.url(self.database) if server else str(self.folder / "state.sqlite")

    def start(self, before=None):
        """Before the day: nothing, or the state and the out folder that the first day left."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.book = write_book(self.folder / "book", BOOK)
        if self.server is not None:
            self.server.sql("DROP SCHEMA IF EXISTS ar_core CASCADE", self.database)
        if before is not None and self.server is None:
            shutil.copy(before[0], self.folder / "state.sqlite")
            shutil.copytree(before[1], self.folder / "out")
        elif before is not None:
            assert self.run(as_of=FIRST) == 0  # faster than a copy of the database
            (self.folder / "release").unlink()

    def task(self, **more):
        return {"folder": str(self.folder), "book": str(self.book), "state": self.state, **more}

    def run(self, **more):
        return self._run(self.task(**more))[0]

    def both(self, *tasks):
        return self._run(*(self.task(**task) for task in tasks))

    def found(self):
        return dump(self.book, self.state), bytes_of(self.folder / "out")


@pytest.fixture(scope="module", params=BOTH)
def case(request, tmp_path_factory, runner):  # noqa: F811
    return Case(tmp_path_factory.mktemp(request.param), wait_for(request, request.param), runner)


@pytest.fixture(scope="module")
def after_first(case, tmp_path_factory):
    """The state and the out folder after the first day."""
    case.start()
    assert case.run(as_of=FIRST) == 0
    kept = tmp_path_factory.mktemp("first")
    shutil.copytree(case.folder / "out", kept / "out")
    if case.server is None:
        shutil.copy(case.state, kept / "state.sqlite")
    asks = rows(case.book, case.state, "SELECT decision_id FROM decisions WHERE status = 'open' AND action = 'send_notice' ORDER BY 1")
    return kept / "state.sqlite", kept / "out", [key for (key,) in asks]


def points_of(names, wanted):
    """At which points to kill: the first and the last of each name that is wanted, or all."""
    named = {name for name in names if re.match(wanted, name)}
    chosen = {names.index(name) for name in named} | {len(names) - 1 - names[::-1].index(name) for name in named}
    return range(len(names)) if EVERY else sorted(chosen)


def killed_at_each_point(case, before, wanted, **day):
    """Kill, run again, compare; returns the names of the points."""
    case.start(before)
    assert case.run(trace=str(case.folder / "trace"), **day) == 0
    undisturbed = case.found()
    names = json.loads((case.folder / "trace").read_text())
    for at in points_of(names, wanted):
        case.start(before)
        assert case.run(kill_at=at, **day) == -9, names[at]
        again = case.run(**day)
        if "approve" in day and names[at] == "after commit":
            assert again == 4, "it is approved already"
        else:
            assert again == 0, (names[at], case._run.said())
        assert case.found() == undisturbed, f"killed at {at}: {names[at]}"
    return names


def test_a_first_day_killed_at_each_step(case):
    names = killed_at_each_point(case, None, ABOUT, as_of=FIRST)
    assert {"begin: decide", "end: write the page", "before replace outbox.json", "before commit", "after commit"} <= set(names)


def test_a_next_day_killed_at_each_step(case, after_first):
    names = killed_at_each_point(case, after_first[:2], STEPS, as_of=NEXT)
    assert {"after upsert_rows", "before insert_rows", "after INSERT INTO runs", "before commit"} <= set(names)


def test_an_approval_killed_at_each_step(case, after_first):
    state, out, asks = after_first
    assert len(asks) >= 3
    names = killed_at_each_point(case, (state, out), ABOUT, approve=asks[:2])
    assert {"after insert_rows", "before commit"} <= set(names)


def test_a_day_killed_at_random_moments(case, after_first):
    case.start(after_first[:2])
    assert case.run(as_of=NEXT) == 0
    undisturbed, chance, codes = case.found(), random.Random(11), []
    for _ in range(RANDOM_KILLS):
        case.start(after_first[:2])
        codes.append(case.run(as_of=NEXT, kill_after=chance.uniform(0.01, 0.25)))
        codes.append(case.run(as_of=NEXT, kill_after=chance.uniform(0.01, 0.25)))
        assert case.run(as_of=NEXT) == 0, case._run.said()
        assert case.found() == undisturbed
    assert -9 in codes


def test_two_processes_on_one_book(case, after_first):
    """Both begin at once; who comes second waits, and finds the day done."""
    case.start(after_first[:2])
    assert case.run(as_of=NEXT) == 0
    undisturbed = case.found()
    for _ in range(3):
        case.start(after_first[:2])
        assert case.both({"as_of": NEXT, "busy": 60.0}, {"as_of": NEXT, "busy": 60.0}) == [0, 0], case._run.said()
        assert case.found() == undisturbed


def test_two_processes_on_the_first_day(case):
    """Neither finds tables; both want to make them."""
    case.start()
    assert case.run(as_of=FIRST) == 0
    undisturbed = case.found()
    case.start()
    assert case.both({"as_of": FIRST, "busy": 60.0}, {"as_of": FIRST, "busy": 60.0}) == [0, 0], case._run.said()
    assert case.found() == undisturbed


def test_who_does_not_get_the_book_says_so_and_changes_nothing(case, after_first):
    case.start(after_first[:2])
    assert case.both({"as_of": NEXT, "hold": "begin: decide"}, {"as_of": NEXT, "busy": 0.1}) == [0, 3]
    assert "another ar-core run is working on" in case._run.said()
    assert rows(case.book, case.state, "SELECT count(*) FROM runs WHERE as_of = '2026-11-22'") == [(1,)]


def test_who_reads_while_a_day_is_written_sees_the_day_before(case, after_first):
    case.start(after_first[:2])
    before = dump(case.book, case.state)
    case._run.start(case.task(as_of=NEXT, hold="after upsert_rows"))
    until = time.monotonic() + 60
    while not (case.folder / "held").exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert (case.folder / "held").exists()
    during = dump(case.book, case.state)
    (case.folder / "release").touch()
    assert case._run.wait() == [0], case._run.said()
    assert during == before != dump(case.book, case.state)


def test_another_book_of_the_same_database_is_not_held_up(case, after_first):
    if case.server is None:
        pytest.skip("a SQLite file has one lock")
    case.start(after_first[:2])
    other = write_book(case.folder / "other" / "book", BOOK)
    task = {**case.task(as_of=FIRST, busy=0.1), "book": str(other), "state": case.state + "&book=other"}
    assert case._run(case.task(as_of=NEXT, hold="after upsert_rows"), task) == [0, 0], case._run.said()
    names = rows(case.book, case.state, "SELECT name FROM books ORDER BY book_id")
    assert names == [("book",), ("other",)]
    assert bytes_of(case.folder / "other" / "out").keys() == bytes_of(case.folder / "out").keys()
