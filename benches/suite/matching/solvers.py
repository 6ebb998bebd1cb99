"""Solvers of sums: they get the amounts of the payer's open items and the payment, and find items with this sum, or none.

What they are told that the engine is not: who pays (always); dpss and florecon how many items were paid (they take a bound, and with a
larger one they do not end); CP-SAT and HiGHS which references stand in the text (they start from those, prefer them, then few items:
their best chance to mean what the payer meant). An answer is posted: a solver knows no doubt. A payment has the same limit for
everybody; dpss cannot be interrupted and works in a process of its own that is ended.
"""

from __future__ import annotations

import multiprocessing
import select
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from ..programs import PROGRAMS
from .rules import compact
from .workload import Answer, Book, Payment, Workload, open_items

Question = dict[str, Any]
Solve = Callable[[Question, float], "list[int] | None"]


def question(book: Book, payment: Payment, places: list[int]) -> Question:
    """What a solver is asked: amounts, the sum, a bound for the count, and which items the text names."""
    label = compact(payment.text)
    named = [at for at, place in enumerate(places) if len(book.items[place].reference) > 3 and compact(book.items[place].reference) in label]
    return {
        "amounts": [book.items[place].amount for place in places],
        "amount": payment.amount,
        "most": max(1, len(payment.pays)) if payment.pays else 3,
        "named": named,
    }


def cost(asked: Question) -> list[int]:
    """What taking an item costs: one that the text names nothing, each other one."""
    named = set(asked["named"])
    return [0 if at in named else 1 for at in range(len(asked["amounts"]))]


def cp_sat(asked: Question, limit: float) -> list[int] | None:
    """The set with the sum that has the fewest items which the text does not name; one worker, as its start takes longer with more."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in asked["amounts"]]
    model.add(cp_model.LinearExpr.weighted_sum(chosen, asked["amounts"]) == asked["amount"])
    # A named item is worth more than leaving out all the others.
    many = len(chosen) + 1
    model.minimize(cp_model.LinearExpr.weighted_sum(chosen, [one if one else -many for one in cost(asked)]))
    named = set(asked["named"])
    for at, one in enumerate(chosen):
        model.add_hint(one, at in named)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.num_workers = 1
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [at for at, one in enumerate(chosen) if solver.boolean_value(one)]


def highs(asked: Question, limit: float) -> list[int] | None:
    """The same as a mixed-integer program. Its arithmetic is floating: a set that misses the sum is no answer."""
    import highspy
    import numpy as np

    count = len(asked["amounts"])
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, 1
    lp.col_cost_ = np.array([one if one else -(count + 1) for one in cost(asked)], dtype=float)
    lp.col_lower_, lp.col_upper_ = np.zeros(count), np.ones(count)
    lp.row_lower_ = lp.row_upper_ = np.array([float(asked["amount"])])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array([0, count])
    lp.a_matrix_.index_ = np.arange(count)
    lp.a_matrix_.value_ = np.array(asked["amounts"], dtype=float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    solver = highspy.Highs()
    solver.silent()
    for option, value in (("time_limit", limit), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.5), ("threads", 1)):
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    named = set(asked["named"])
    hint = highspy.HighsSolution()
    hint.col_value = [float(at in named) for at in range(count)]
    solver.setSolution(hint)
    solver.run()
    solution = solver.getSolution()
    if not solution.value_valid:
        return None
    taken = [at for at, value in enumerate(solution.col_value) if value > 0.5]
    return taken if sum(asked["amounts"][at] for at in taken) == asked["amount"] else None


def dpss(asked: Question, _limit: float) -> list[int] | None:
    """The first set that it finds; it gives amounts, which are turned into places."""
    import dpss as library

    sets = library.find_subset(asked["amounts"], asked["amount"], asked["most"])
    if not sets:
        return None
    wanted, places = Counter(sets[0]), []
    for at, amount in enumerate(asked["amounts"]):
        if wanted[amount]:
            wanted[amount] -= 1
            places.append(at)
    return places


class Apart:
    """A solver in a process of its own, which is ended at the limit; imports are done before the first question."""

    def __init__(self, solve: Solve) -> None:
        self.solve, self.process = solve, None
        self.start()

    def start(self) -> None:
        """A new process."""
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=serve, args=(theirs, self.solve), daemon=True)
        self.process.start()
        self.pipe.recv()

    def __call__(self, asked: Question, limit: float) -> list[int] | None:
        self.pipe.send((asked, limit))
        if self.pipe.poll(limit):
            return self.pipe.recv()
        self.process.kill()
        self.process.join()
        self.start()
        return None


def serve(pipe: Any, solve: Solve) -> None:
    """The loop of the process."""
    solve({"amounts": [100, 250, 475], "amount": 350, "most": 2, "named": []}, 1.0)
    pipe.send(None)
    while True:
        pipe.send(solve(*pipe.recv()))


class Florecon:
    """The program of benches/peers/florecon: one line a payment; ended at the limit."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """A new process."""
        program = str(PROGRAMS["florecon-peer"].path())
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, asked: Question, limit: float) -> list[int] | None:
        numbers = [asked["amount"], asked["most"], *asked["amounts"]]
        self.process.stdin.write(" ".join(map(str, numbers)) + "\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], limit)[0]:
            self.process.kill()
            self.process.wait()
            self.start()
            return None
        _micros, *places = self.process.stdout.readline().split()
        return sorted(map(int, places)) or None


def run(make: Callable[[], Solve]) -> Callable[[Workload], Callable[[], Answer]]:
    """A solver over all payments in order; what is posted is no longer open."""

    def start(workload: Workload) -> Callable[[], Answer]:
        solve = make()
        solve({"amounts": [100, 250, 475], "amount": 350, "most": 2, "named": []}, 1.0)

        def work() -> Answer:
            answer = Answer()
            for book in workload.books:
                one_book(book, solve, workload.seconds_each, answer)
            return answer

        return work

    return start


def one_book(book: Book, solve: Solve, limit: float, answer: Answer) -> None:
    """The payments of a book."""
    by_customer, gone = open_items(book), set()
    for payment in book.payments:
        started = time.perf_counter()
        own = by_customer.get(payment.customer, [])
        places = [at for at in own if at not in gone and book.items[at].issued <= payment.received]
        found = solve(question(book, payment, places), limit) if places else None
        taken = sorted(places[at] for at in found) if found else None
        answer.micros.append((time.perf_counter() - started) * 1e6)
        answer.add(taken, bool(taken))
        gone.update(taken or ())
