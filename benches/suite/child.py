"""One measurement, in this process: `python -m suite.child SECTION CONTENDER WORKLOAD ANSWER`.

Loads the workload, lets the contender load it, works, judges, and writes what it saw: wall seconds, processor seconds (of all threads
and of children that ended), peak memory of the process (not of its children), and the quality of the answer. Work that takes less than
a second is done once to warm up and then again for about a second, and the least is taken: the contender's own caches are then warm for
everybody.
"""

from __future__ import annotations

import json
import pickle
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from . import machine
from .contender import Contender, Section
from .sections import section as section_of

TIMES, ENOUGH = 5, 1.0


def processor() -> float:
    """Processor seconds of this process, its threads, and its children that ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak_mb() -> float:
    """Peak memory of this process. (`ru_maxrss` begins with what the process that started this one had.)"""
    for line in machine.lines("/proc/self/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(work: Any) -> tuple[Any, float, float]:
    """The answer, wall seconds, processor seconds."""
    before, started = processor(), time.perf_counter()
    answer = work()
    return answer, time.perf_counter() - started, processor() - before


def measured(section: Section, contender: Contender, workload: Any) -> dict[str, Any]:
    """What there is to say of this contender on this workload."""
    work = contender.start(workload)
    before = peak_mb()
    answer, wall, spent = timed(work)
    first = wall
    if not contender.once and wall < ENOUGH:
        runs = []
        while len(runs) < TIMES and sum(run[0] for run in runs) < ENOUGH:
            answer, wall, spent = timed(work)
            runs.append((wall, spent))
        wall, spent = min(runs)[0], min(run[1] for run in runs)
    found = {"wall_s": wall, "cpu_s": spent, "first_s": first, "peak_mb": peak_mb(), "loaded_mb": before}
    if contender.figures:
        found |= contender.figures(answer)
    return found | {"quality": section.judge(workload, answer), "units": section.count(workload)}


def main(section_name: str, contender_name: str, workload: str, answer: str) -> None:
    """Measures and writes; an exception is written, too."""
    section = section_of(section_name)
    contender = next(one for one in section.contenders if one.name == contender_name)
    try:
        with Path(workload).open("rb") as file:
            found = measured(section, contender, pickle.load(file))
    except Exception as error:
        traceback.print_exc()
        found = {"error": f"{type(error).__name__}: {error}"}
    Path(answer).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
