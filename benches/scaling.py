"""How the cost of each stage grows with the book: `make bench-scaling MAX=1000000`, or `python3 benches/scaling.py --max N`.

Runs the program `scale` once for each size, each time in a process of its own, reads what it prints as JSON, and fits a line through the
logarithms of size and processor seconds by least squares: its slope is 1 where the cost is linear. Counts the instructions of the stages
on small books, and has the program `limit` set bare loops beside the stages. Writes `scaling.json`, `scaling.md`, `limit.md` and
`scaling-*.svg` into out/bench; with `--record` also the tables of benches/SCALING.md and the plots beside it. Standard library only.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Stages of one run, in their order; together they are `run`.
OF_RUN = ["run_open", "cash_match", "cash_gate", "past", "customers", "gate_and_measures", "report_chain"]
AROUND = ["load_tables", "load_arrow", "digest", "save", "restore", "run", "collect", "run_for_one", "report_tables", "log_append", "log_verify", "fit"]
SAID = {
    "run_open": "what is open; the gate's past",
    "cash_match": "payments are matched",
    "cash_gate": "postings pass the gate; what failed or was claimed before",
    "past": "the past of the payers is gone through",
    "customers": "messages read, items scored, customers decided on",
    "gate_and_measures": "decisions pass the gate; forecast, ageing, figures, risk",
    "report_chain": "worklist, digests, chain of the log",
    "run": "the whole run",
    "load_tables": "ledger from the engine's own tables",
    "load_arrow": "ledger from Arrow",
    "digest": "digest of the ledger",
    "save": "ledger to bytes",
    "restore": "ledger from bytes",
    "collect": "a run without predictions: cash and dunning",
    "run_for_one": "a run for one customer",
    "report_tables": "all parts of the report as tables",
    "log_append": "the report's entries go into the log",
    "log_verify": "the chain of these entries is verified",
    "fit": "models are fitted",
}
# From this size on a decade is looked at; below, what every run does once is most of it.
SLOPE_FROM = 10_000
WORST = 100_000
# Everything behind this line of benches/SCALING.md is written by `--record`.
MEASURED = "<!-- measured -->"
# Sizes of which instructions are counted.
COUNTED = [1_000, 4_000, 16_000]
# Within this the cost counts as linear.
NEAR = 0.1
COLOURS = ["#0072b2", "#d55e00", "#00785a", "#c07c00", "#7a1f00", "#57606a", "#3a8cc0"]


def program(given: str | None) -> Path:
    return Path(given) if given else Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "scale"


def scale(binary: Path, items: int, case: str, threads: int, models: Path, turns: int, fit: bool = False) -> dict:
    """The figures of one size: of some processes the least of each."""
    words = [str(binary), str(items), case, "--json", *(["fit"] if fit else ["--models", str(models)])]
    best: dict | None = None
    for _ in range(turns):
        env = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
        found = json.loads(subprocess.run(words, env=env, check=True, stdout=subprocess.PIPE).stdout)
        if best is None:
            best = found
        for name, stage in found["stages"].items():
            known = best["stages"].setdefault(name, stage)
            for field in ("wall_seconds", "processor_seconds"):
                known[field] = min(known[field], stage[field])
    assert best is not None
    return {**best, "threads": threads}


def slope(points: list[tuple[float, float]]) -> float | None:
    """Of the line of least squares through the logarithms."""
    logs = [(math.log10(size), math.log10(cost)) for size, cost in points if cost > 0]
    if len(logs) < 2:
        return None
    mean_x, mean_y = (sum(values) / len(logs) for values in zip(*logs))
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread if spread else None


def slopes(runs: list[dict], stage: str) -> dict:
    points = [(run["items"], run["stages"][stage]["processor_seconds"]) for run in runs if stage in run["stages"]]
    decades = {}
    for low in sorted({10 ** math.floor(math.log10(size)) for size, _ in points}):
        inside = [point for point in points if low <= point[0] <= low * 10]
        if inside and inside[-1][0] == low * 10:
            decades[str(low)] = slope(inside)
    return {"from_10000": slope([point for point in points if point[0] >= SLOPE_FROM]), "all": slope(points), "decades": decades, "points": points}


def machine() -> dict:
    model = ""
    if Path("/proc/cpuinfo").exists():
        model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    rustc = subprocess.run(["rustc", "--version"], stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    load = os.getloadavg()
    return {"processor": model, "cores": os.cpu_count(), "system": platform.platform(), "rustc": rustc, "commit": commit, "load": [round(value, 2) for value in load], "on": time.strftime("%Y-%m-%d")}


def number(value: float | None, form: str = ".2f") -> str:
    return "-" if value is None else format(value, form)


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1e3:.2f} ms" if value >= 1e-3 else f"{value * 1e6:.0f} µs"


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|---|" + "---:|" * (len(header) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def slope_table(found: dict, stages: list[str]) -> str:
    decades = sorted({int(low) for stage in stages for low in found["slopes"][stage]["decades"]})
    largest = found["runs"][-1]
    header = ["stage", "what", "slope from 10^4", *(f"10^{round(math.log10(low))} to 10^{round(math.log10(low)) + 1}" for low in decades), f"at {largest['items']:,} items", "ns an item"]
    rows = []
    for stage in stages:
        fitted = found["slopes"][stage]
        if not fitted["points"]:
            continue
        size, cost = fitted["points"][-1]
        value = fitted["from_10000"]
        said = number(value) if value is None or abs(value - 1) <= NEAR else f"**{value:.2f}**"
        at = seconds(cost) if size == largest["items"] else f"{seconds(cost)} at {size:,}"
        rows.append([stage, SAID[stage], said, *(number(fitted["decades"].get(str(low))) for low in decades), at, f"{cost * 1e9 / size:,.0f}"])
    return table(header, rows)


def memory_table(found: dict) -> str:
    rows = []
    for run in found["runs"]:
        counts, items = run["counts"], run["items"]
        each = [counts[name] / items for name in ("arrow_bytes", "ledger_bytes", "saved_bytes", "log_bytes", "run_peak_bytes")]
        speed = counts["arrow_bytes"] / run["stages"]["load_arrow"]["wall_seconds"] / 1e6
        rows.append([f"{items:,}", *(f"{value:,.0f}" for value in each), f"{counts['run_peak_bytes'] / 1e6:,.0f}", f"{speed:,.0f}"])
    return table(["items", "Arrow, bytes an item", "ledger", "saved", "log of the run", "process at the peak of the run", "the same in MB", "load from Arrow, MB a second"], rows)


def thread_table(found: dict) -> str:
    ones = {run["items"]: run for run in found["runs"]}
    rows = []
    for two in found["two_threads"]:
        one = ones[two["items"]]
        for stage in [*OF_RUN, "run", "load_arrow"]:
            if stage in one["stages"] and stage in two["stages"] and one["stages"][stage]["wall_seconds"] > 0.002:
                walls = one["stages"][stage]["wall_seconds"], two["stages"][stage]["wall_seconds"]
                rows.append([stage, f"{two['items']:,}", seconds(walls[0]), seconds(walls[1]), f"{walls[0] / max(walls[1], 1e-9):.2f}"])
    return table(["stage", "items", "one thread, wall", "two threads, wall", "times as fast"], rows)


def worst_table(found: dict) -> str:
    usual = next((run for run in found["runs"] if run["items"] == WORST), None)
    if usual is None or not found["worst"]:
        return ""
    cases = [usual, *found["worst"]]
    rows = []
    for stage in [*OF_RUN, *AROUND]:
        costs = [case["stages"].get(stage, {}).get("processor_seconds") for case in cases]
        if costs[0] is None:
            continue
        told = [seconds(costs[0]), *("-" if cost is None else f"{seconds(cost)} ({cost / max(costs[0], 1e-9):.1f})" for cost in costs[1:])]
        rows.append([stage, *told])
    return table(["stage", *(case["case"] for case in cases)], rows)


def markdown(found: dict) -> str:
    where = found["machine"]
    parts = [
        "# Cost against size\n",
        f"Measured on {where['on']}, {where['processor']}, {where['cores']} cores, {where['rustc']}, commit {where['commit']}, load {where['load']}.",
        "Seconds of the processor on one thread, the least of some turns; every size in a process of its own. Bold: not 1.0 ± 0.1.\n",
        "## Stages of a run\n", slope_table(found, [*OF_RUN, "run"]),
        "## Around it\n", slope_table(found, [stage for stage in AROUND if stage != "run"]),
        "## Instructions\n", "Under callgrind: what neighbours do to the cache is not in them.\n", instruction_table(found),
        "## Memory\n", memory_table(found),
        "## Two threads against one\n", thread_table(found),
        f"## Books that are made to be hard, {WORST:,} items\n", "In brackets: times the usual book.\n", worst_table(found),
    ]
    return "\n".join(parts)


def drawing(found: dict, stages: list[str], title: str) -> str:
    """Size against processor seconds, both as logarithms; the grey line is what is linear."""
    lines = [(stage, [(size, cost) for size, cost in found["slopes"][stage]["points"] if cost > 0]) for stage in stages]
    lines = [(stage, points) for stage, points in lines if len(points) > 1]
    every = [point for _, points in lines for point in points]
    x0, x1 = (math.floor(math.log10(min(x for x, _ in every))), math.ceil(math.log10(max(x for x, _ in every))))
    y0, y1 = (math.floor(math.log10(min(y for _, y in every))), math.ceil(math.log10(max(y for _, y in every))))
    width, height, left, top = 760, 460, 70, 40
    plot_width, plot_height = 470, 370

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (math.log10(x) - x0) / (x1 - x0) * plot_width, top + plot_height - (math.log10(y) - y0) / (y1 - y0) * plot_height

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif" font-size="12" fill="#1b1f24" role="img" aria-label="{title}">',
           f'<rect width="{width}" height="{height}" fill="#ffffff"/><text x="{left}" y="22" font-size="15" font-weight="600">{title}</text>']
    for power in range(x0, x1 + 1):
        x = place(10.0**power, 10.0**y0)[0]
        out.append(f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{top + plot_height}" stroke="#e3e6ea"/><text x="{x:.1f}" y="{top + plot_height + 18}" text-anchor="middle">{10**power:,}</text>')
    for power in range(y0, y1 + 1):
        y = place(10.0**x0, 10.0**power)[1]
        said = seconds(10.0**power).replace(".00", "")
        out.append(f'<line x1="{left}" y1="{y:.1f}" x2="{left + plot_width}" y2="{y:.1f}" stroke="#e3e6ea"/><text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{said}</text>')
    for power in range(y0 - (x1 - x0), y1):
        ends = [(10.0**at, 10.0 ** (power + at - x0)) for at in range(x0, x1 + 1) if y0 <= power + at - x0 <= y1]
        if len(ends) > 1:
            (ax, ay), (bx, by) = place(*ends[0]), place(*ends[-1])
            out.append(f'<line x1="{ax:.1f}" y1="{ay:.1f}" x2="{bx:.1f}" y2="{by:.1f}" stroke="#eef1f4" stroke-dasharray="4 4"/>')
    ends = sorted(((place(*points[-1])[1], at) for at, (_, points) in enumerate(lines)))
    label_y = top
    for y, at in ends:
        stage, points = lines[at]
        colour, dash = COLOURS[at % len(COLOURS)], ' stroke-dasharray="6 3"' if at >= len(COLOURS) else ""
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in (place(*point) for point in points))
        fitted = found["slopes"][stage]["from_10000"]
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        out.extend(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" fill="{colour}"/>' for px, py in (place(*point) for point in points))
        label_y = max(label_y + 15, y + 4)
        out.append(f'<text x="{left + plot_width + 12}" y="{label_y:.1f}" fill="{colour}">{stage}, slope {number(fitted)}</text>')
    out.append(f'<text x="{left + plot_width / 2}" y="{height - 12}" text-anchor="middle" fill="#57606a">items (processor time on one thread; dashed: linear)</text></svg>')
    return "\n".join(out) + "\n"


def record(text: str, plots: dict[str, str]) -> None:
    """Puts the tables into benches/SCALING.md, behind the line that says so, and the plots beside it."""
    page = ROOT / "benches" / "SCALING.md"
    before = page.read_text(encoding="utf-8").split(MEASURED)[0]
    page.write_text(before + MEASURED + "\n\n" + text, encoding="utf-8")
    for name, plot in plots.items():
        (page.parent / name).write_text(plot, encoding="utf-8")


def measure(options: argparse.Namespace, binary: Path, models: Path) -> dict:
    sizes = [10**power for power in range(3, 8) if 10**power <= options.max]
    if options.halves:
        sizes = sorted({*sizes, *(round(10 ** (power + 0.5)) for power in range(3, 7) if 10 ** (power + 0.5) <= min(options.max, 1_000_000))})
    # The first process fits the models and writes them; its memory is that of the fit.
    scale(binary, sizes[0], "usual", 1, models, 1)
    runs, two, fits = [], [], []
    for items in sizes:
        print(f"{items:,} items", file=sys.stderr, flush=True)
        runs.append(scale(binary, items, "usual", 1, models, 2 if items <= 100_000 else 1))
        if items >= 100_000:
            two.append(scale(binary, items, "usual", 2, models, 1))
        if items <= 100_000:
            fits.append(scale(binary, items, "usual", 1, models, 1, fit=True))
    for fit, run in zip(fits, runs):
        run["stages"].update(fit["stages"])
    worst = [scale(binary, WORST, case, 1, models, 1) for case in ("one_customer", "one_each", "equal_amounts", "references")] if options.max >= WORST else []
    return {"machine": machine(), "runs": runs, "two_threads": two, "worst": worst, "instructions": growth(binary.with_name("instructions"))}


def growth(binary: Path) -> list[dict]:
    """Instructions of the stages by size; nothing where there is no valgrind."""
    if shutil.which("valgrind") is None or not binary.exists():
        return []
    print("instructions", file=sys.stderr, flush=True)
    return json.loads(subprocess.run([str(binary), "growth", *map(str, COUNTED)], check=True, stdout=subprocess.PIPE).stdout)


def instruction_table(found: dict) -> str:
    if not found["instructions"]:
        return "Not counted: there is no valgrind.\n"
    rows = []
    for stage in found["instructions"][0]["instructions"]:
        points = [(run["items"], run["instructions"][stage]) for run in found["instructions"]]
        fitted = slope(points)
        rows.append([stage, *(f"{count / size:,.0f}" for size, count in points), number(fitted) if abs((fitted or 1) - 1) <= NEAR else f"**{number(fitted)}**"])
    return table(["stage", *(f"an item of {size:,}" for size in COUNTED), "slope"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--max", type=int, default=1_000_000, help="largest number of items; 10,000,000 needs 8 GB and some minutes")
    parser.add_argument("--halves", action="store_true", help="also the sizes between the powers of ten")
    parser.add_argument("--record", action="store_true", help="write the tables of benches/SCALING.md and its plots anew")
    parser.add_argument("--program", help="the program scale; else that of target/release")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    binary = program(options.program)
    models = options.out / "scaling-models.bin"
    models.unlink(missing_ok=True)
    found = measure(options, binary, models)
    found["slopes"] = {stage: slopes(found["runs"], stage) for stage in dict.fromkeys([*OF_RUN, *AROUND])}
    print("limit", file=sys.stderr, flush=True)
    subprocess.run([str(binary.with_name("limit")), str(min(options.max, 1_000_000)), str(options.out)], check=True, stdout=subprocess.DEVNULL)
    limit = (options.out / "limit.md").read_text(encoding="utf-8")
    plots = {
        "scaling-run.svg": drawing(found, [*OF_RUN, "run"], "Stages of a run"),
        "scaling-around.svg": drawing(found, [stage for stage in AROUND if stage != "run"], "Around a run"),
    }
    (options.out / "scaling.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (options.out / "scaling.md").write_text(markdown(found), encoding="utf-8")
    for name, plot in plots.items():
        (options.out / name).write_text(plot, encoding="utf-8")
    if options.record:
        record(markdown(found).replace("# Cost against size", "## Cost against size").replace("\n## ", "\n### ") + "\n" + limit.replace("# ", "### ", 1), plots)
    print(options.out / "scaling.md")


if __name__ == "__main__":
    main()
