"""Starts each measurement in a process of its own, contenders in turns, and ends what runs over its limit.

In each turn every contender of a case works once, the engine first and then the peers, so that what else the machine does hits all.
A contender that was ended at its limit or failed is not started again: its row says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import machine
from .contender import Case, Contender, Section
from .programs import PROGRAMS

Say = Callable[[str], None]


def missing(contender: Contender) -> str | None:
    """Why this contender cannot take part; None where it can."""
    for name in contender.needs:
        if name in PROGRAMS:
            if not PROGRAMS[name].path().exists():
                return f"not built: {name} ({PROGRAMS[name].how})"
        elif machine.installed(name) is None:
            return f"not installed: {name}"
    return None


def version_of(contender: Contender) -> str:
    """The version of what the contender stands for; nothing for rules of our own."""
    if not contender.needs:
        return ""
    [first, *_] = contender.needs
    return PROGRAMS[first].version if first in PROGRAMS else machine.installed(first) or ""


def environment() -> dict[str, str]:
    """That of the children: our package on the path, hashes that do not change."""
    root = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    return os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": "0"}


def one(section: Section, contender: Contender, workload: Path, limit: float) -> dict[str, Any]:
    """One measurement: what the child wrote, or why it wrote nothing."""
    answer, log = workload.with_suffix(".answer.json"), workload.with_suffix(f".{safe(contender.name)}.log")
    answer.unlink(missing_ok=True)
    command = [sys.executable, "-B", *contender.options, "-m", "suite.child", section.name, contender.name, workload, answer]
    with log.open("ab") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment(),
            start_new_session=True,
        )
        try:
            code = process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            return {"over": limit}
        finally:
            end(process)
    if not answer.exists():
        return {"error": f"the process ended with {code}, see {log.name}"}
    return json.loads(answer.read_text(encoding="utf-8"))


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process, if it still is, and what it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def safe(name: str) -> str:
    """A name as part of a file's name."""
    return "".join(letter if letter.isalnum() else "_" for letter in name)


def case(section: Section, given: Case, folder: Path, repeats: int, say: Say) -> dict[str, Any]:
    """All contenders on one workload, in turns."""
    workload = folder / f"{section.name}-{safe(given.name)}.pickle"
    content = section.make(given.settings)
    written = pickle.dumps(content, protocol=4)
    workload.write_bytes(written)
    units = section.count(content)
    del content
    rows = [new_row(section, given, contender) for contender in section.contenders]
    for turn in range(repeats):
        for contender, row in zip(section.contenders, rows, strict=True):
            if row["status"] != "measured" or turn >= given.turns.get(contender.name, repeats):
                continue
            started = time.perf_counter()
            found = one(section, contender, workload, given.limit)
            note(row, turn, found)
            took = f"{found['wall_s']:.3f} s of work, " if "wall_s" in found else f"{row['status']}: {row['reason']}, "
            say(f"  {section.name}, {given.name}, turn {turn + 1}, {contender.name}: {took}{time.perf_counter() - started:.1f} s in all")
    workload.unlink()
    return {
        "case": given.name,
        "about": given.about,
        "settings": given.settings,
        "limit_s": given.limit,
        "units": units,
        "workload_sha256": hashlib.sha256(written).hexdigest(),
        "rows": rows,
    }


def new_row(section: Section, given: Case, contender: Contender) -> dict[str, Any]:
    """A row before anything was measured; with a reason where nothing will be."""
    absent = missing(contender)
    status, reason = ("absent", absent) if absent else ("measured", "")
    if not absent and contender.name in given.left_out:
        status, reason = "left_out", given.left_out[contender.name]
    return {
        "contender": contender.name,
        "version": version_of(contender),
        "licence": contender.licence,
        "settings": contender.settings,
        "ours": contender.ours,
        "base": contender.base,
        "status": status,
        "reason": reason,
        "turns": [],
    }


def note(row: dict[str, Any], turn: int, found: dict[str, Any]) -> None:
    """Puts what a measurement found into its row."""
    if "over" in found:
        row["status"], row["reason"] = "over_limit", f"ended at {found['over']:g} s"
    elif "error" in found:
        row["status"], row["reason"] = "failed", found["error"]
    else:
        row["turns"].append({"turn": turn} | found)
