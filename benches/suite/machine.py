"""What machine this is, what else it is busy with, and which versions are installed."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path


def facts() -> dict[str, object]:
    """Processor, cores, memory, kernel, Python."""
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "cores_usable": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(memory_kib() / 2**20, 1),
        "kernel": platform.release(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def cpu_model() -> str:
    """The name of the processor, or the architecture where the system does not say it."""
    for line in lines("/proc/cpuinfo"):
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def memory_kib() -> int:
    """Memory of the machine; 0 where the system does not say it."""
    for line in lines("/proc/meminfo"):
        if line.startswith("MemTotal:"):
            return int(line.split()[1])
    return 0


def lines(path: str) -> list[str]:
    """The lines of a file of the system, none where it is not there."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def load() -> list[float]:
    """Load averages of 1, 5 and 15 minutes."""
    return [round(value, 2) for value in os.getloadavg()]


def installed(name: str) -> str | None:
    """The version of a distribution; None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def versions() -> dict[str, str]:
    """Everything that is installed beside us."""
    found = {one.metadata["Name"]: one.version for one in distributions()}
    return dict(sorted(found.items(), key=lambda pair: pair[0].lower()))
