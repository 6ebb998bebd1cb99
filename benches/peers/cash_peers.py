"""The same payments for the engine and for subset-sum peers: time, share answered, share right.

    cargo build --release -p ar-benches
    cargo build --release --manifest-path benches/peers/florecon/Cargo.toml     # the peer that is a crate
    pip install dpss==0.23.3 ortools==9.15.6755                                 # the peers that are on PyPI
    python benches/peers/cash_peers.py [--target target/release] [--florecon PROGRAM] [--each 3] [--limit 3]

A peer that is not there is named and left out. Every payment has the same limit for every peer. Right means: the
amounts of the items returned are those of the items paid. What peers are told that the engine is not: dpss and
florecon how many items were paid, CP-SAT which references stand in the text (it prefers those items).
"""

import argparse
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

EPOCH = date(1970, 1, 1)
TODAY = date(2026, 11, 20)


def cp_sat(instance, limit):
    """Any set with the sum, if possible of items whose reference is in the text."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in instance["amounts"]]
    model.add(sum(amount * one for amount, one in zip(instance["amounts"], chosen, strict=True)) == instance["amount"])
    named = [
        one for one, reference in zip(chosen, instance["references"], strict=True) if reference in instance["text"]
    ]
    if named:
        model.maximize(sum(named))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.num_workers = 1
    start = time.perf_counter()
    status = solver.solve(model)
    micros = (time.perf_counter() - start) * 1e6
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return micros, None
    return micros, [at for at, one in enumerate(chosen) if solver.boolean_value(one)]


def dpss(instance, _limit):
    """The first set found; told the number of items. Returns amounts, which are turned into places."""
    import dpss as library

    start = time.perf_counter()
    sets = library.find_subset(instance["amounts"], instance["amount"], len(instance["true"]))
    micros = (time.perf_counter() - start) * 1e6
    if not sets:
        return micros, None
    wanted, places = Counter(sets[0]), []
    for at, amount in enumerate(instance["amounts"]):
        if wanted[amount]:
            wanted[amount] -= 1
            places.append(at)
    return micros, places


def engine(instance, _limit):
    """The whole way of one payment through Python: tables in, models fitted, a day run, the answer out."""
    import ar_core

    day = [EPOCH + timedelta(days=issued) for issued in instance["issued"]]
    items = [
        {
            "item_id": f"I{at}",
            "customer_id": "C1",
            "currency": "EUR",
            "amount_minor": amount,
            "issued_on": issued,
            "due_on": issued + timedelta(days=30),
            "reference": reference,
        }
        for at, (amount, issued, reference) in enumerate(
            zip(instance["amounts"], day, instance["references"], strict=True)
        )
    ]
    payment = {
        "payment_id": "P1",
        "customer_id": "C1",
        "currency": "EUR",
        "amount_minor": instance["amount"],
        "received_on": TODAY,
        "text": instance["text"],
    }
    start = time.perf_counter()
    result = ar_core.match_payments(items, [payment], customers=[{"customer_id": "C1"}])
    micros = (time.perf_counter() - start) * 1e6
    allocations = columns(result.allocations)
    return micros, sorted({int(item[1:]) for item in allocations["item_id"]}) or None


def columns(table):
    """A table of the engine as a dict of lists."""
    import pyarrow

    return pyarrow.table(table).to_pydict()


class Worker:
    """A process of its own for a solver that cannot be interrupted: at the limit it is killed."""

    def __init__(self, solve):
        self.solve, self.process = solve, None

    def start(self):
        """A new process, imports done before the first payment."""
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=serve, args=(theirs, self.solve), daemon=True)
        self.process.start()
        self.pipe.recv()

    def ask(self, instance, limit):
        """Microseconds and places; the limit and None where it was reached."""
        if self.process is None:
            self.start()
        self.pipe.send((instance, limit))
        if self.pipe.poll(limit + 0.2):
            return self.pipe.recv()
        self.close()
        return limit * 1e6, None

    def close(self):
        """Ends the process."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.process = None


WARM_UP = {
    "amounts": [100, 250, 475],
    "amount": 350,
    "references": ["A", "B", "C"],
    "text": "",
    "true": [0, 1],
    "issued": [20700, 20700, 20700],
}


def serve(pipe, solve):
    """The loop of a worker."""
    solve(WARM_UP, 1.0)
    pipe.send(None)
    while True:
        instance, limit = pipe.recv()
        pipe.send(solve(instance, limit))


class Florecon:
    """The program in florecon/, one line a payment."""

    def __init__(self, program):
        self.program, self.process = program, None

    def ask(self, instance, limit):
        """As Worker.ask; told the number of items."""
        import select

        if self.process is None:
            self.process = subprocess.Popen([self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        numbers = [instance["amount"], len(instance["true"]), *instance["amounts"]]
        self.process.stdin.write(" ".join(map(str, numbers)) + "\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], limit)[0]:
            self.close()
            return limit * 1e6, None
        micros, *places = self.process.stdout.readline().split()
        return float(micros), sorted(map(int, places)) or None

    def close(self):
        """Ends the program."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def peers(florecon):
    """Name and solver of every peer that is installed."""
    found = []
    for name, module, distribution, solve in [
        ("engine through Python", "ar_core", "ar-core", engine),
        ("dpss", "dpss", "dpss", dpss),
        ("OR-tools CP-SAT", "ortools", "ortools", cp_sat),
    ]:
        try:
            __import__(module)
            found.append((f"{name} {version(distribution)}", Worker(solve)))
        except ImportError:
            print(f"not installed, left out: {name} (pip install {distribution})")
    if Path(florecon).exists():
        found.append(("florecon 0.7.0", Florecon(florecon)))
    else:
        print(
            f"not built, left out: florecon ({florecon}); cargo build --release --manifest-path benches/peers/florecon/Cargo.toml"
        )
    return found


def quantile(values, share):
    """The value at that share of the sorted values."""
    return sorted(values)[round((len(values) - 1) * share)]


def is_right(instance, places):
    """Whether these items have the amounts of those that were paid."""
    amounts = instance["amounts"]
    return places is not None and Counter(amounts[at] for at in places) == Counter(
        amounts[at] for at in instance["true"]
    )


def table(title, keys, key_of, runs):
    """Rows by key, for each solver: p50 / p99 / worst in ms, answered, right."""
    print(f"\n{title}\n")
    print("| payments | solver | count | p50 ms | p99 ms | worst ms | answered | right | p50 against the engine |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
    for key in keys:
        base = None
        for name, rows in runs.items():
            rows = [row for row in rows if key_of(row[0]) == key]
            times = [micros / 1000 for _, micros, _ in rows]
            base = base or quantile(times, 0.5)
            share = [
                sum(test(row) for row in rows) / len(rows)
                for test in (lambda row: row[2] is not None, lambda row: is_right(row[0], row[2]))
            ]
            cells = [f"{quantile(times, part):.3f}" for part in (0.5, 0.99, 1.0)]
            print(
                f"| {key} | {name} | {len(rows)} | {' | '.join(cells)} | {share[0]:.0%} | {share[1]:.0%} | {quantile(times, 0.5) / base:.2f} |"
            )


def main():
    """Makes the instances, asks everybody, prints the tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--target", default="target/release", help="folder of the program `cash`")
    arguments.add_argument(
        "--florecon", default="benches/peers/florecon/target/release/florecon-peer", help="the program in florecon/"
    )
    arguments.add_argument("--each", type=int, default=3, help="payments of each amount model, kind and size")
    arguments.add_argument("--limit", type=float, default=3.0, help="seconds for one payment")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "instances.json"
        subprocess.run([Path(given.target) / "cash", "instances", file, str(given.each)], check=True)
        instances = json.loads(file.read_text(encoding="utf-8"))
    runs = defaultdict(list)
    runs["engine (Rust)"] = [(one, one["ours"]["micros"], one["ours"]["places"] or None) for one in instances]
    for name, solver in peers(given.florecon):
        start = time.perf_counter()
        runs[name] = [(one, *solver.ask(one, given.limit)) for one in instances]
        solver.close()
        print(f"{name}: {len(instances)} payments in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    kinds = list(dict.fromkeys(one["kind"] for one in instances))
    sizes = sorted({one["n"] for one in instances})
    table("All", ["all"], lambda _: "all", runs)
    table("By kind", kinds, lambda one: one["kind"], runs)
    table("By open items", sizes, lambda one: one["n"], runs)


if __name__ == "__main__":
    main()
