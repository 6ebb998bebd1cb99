"""Runs sections and writes the tables: `python -m suite --size small --only dates,names --out out/bench`. See benches/README.md."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from . import machine, measure, table
from .sections import NAMES
from .sections import section as section_of

REPEATS = {"small": 3, "medium": 3, "large": 5}


def say(line: str) -> None:
    """Progress, on stderr."""
    print(line, file=sys.stderr, flush=True)


def commit() -> str:
    """The commit that is checked out, with a plus where files were changed; nothing outside a repository."""
    folder = Path(__file__).parent
    try:
        name = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
        changed = subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return name + ("+" if changed else "")


def now() -> str:
    """The time, to the minute."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M")


def run(sections: list[str], size: str, repeats: int, out: Path) -> None:
    """All measurements of these sections; the tables are written after each, so that a run that is stopped leaves what it has."""
    facts = {"size": size, "repeats": repeats, "started": now(), "load_before": machine.load(), "commit": commit()}
    facts["engine"] = machine.installed("ar-core") or "not installed"
    results = {"run": facts, "machine": machine.facts(), "versions": machine.versions(), "sections": []}
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ar-bench-") as folder:
        for name in sections:
            section, started = section_of(name), time.perf_counter()
            cases = [measure.case(section, one, Path(folder), repeats, say) for one in section.cases(size)]
            for one in cases:
                table.summarised(one)
            found = {"section": name, "title": section.title, "unit": section.unit, "ended": now(), "load_after": machine.load(), "cases": cases}
            results["sections"].append(found)
            facts |= {"ended": now(), "load_after": machine.load()}
            write(results, out)
            say(f"{name}: {time.perf_counter() - started:.0f} s")


def write(results: dict[str, Any], out: Path) -> None:
    """`results.json` and `results.md`."""
    (out / "results.json").write_text(json.dumps(results, indent=1, default=str) + "\n", encoding="utf-8")
    (out / "results.md").write_text(table.document(results), encoding="utf-8")


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="suite", description=__doc__)
    parser.add_argument("--size", choices=sorted(REPEATS), default="small")
    parser.add_argument("--only", default="", help=f"sections, with commas between them: {', '.join(NAMES)}")
    parser.add_argument("--repeats", type=int, help="turns; default 3, large 5")
    parser.add_argument("--out", type=Path, default=Path("out/bench"))
    given = parser.parse_args()
    given.sections = [name.strip() for name in given.only.split(",") if name.strip()] or list(NAMES)
    unknown = [name for name in given.sections if name not in NAMES]
    if unknown:
        parser.error(f"no such section: {', '.join(unknown)}; there are {', '.join(NAMES)}")
    return given


def main() -> None:
    """Measures and writes."""
    given = parse()
    run(given.sections, given.size, given.repeats or REPEATS[given.size], given.out)
    say(f"{given.out / 'results.md'} and {given.out / 'results.json'}")


if __name__ == "__main__":
    main()
