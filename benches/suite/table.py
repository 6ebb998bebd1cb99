"""The measurements as Markdown. A figure with a spread is `median (least to greatest)`; the best of a column is bold, ties included."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .contender import Quality, Section
from .figures import best, median, ratios, spread
from .sections import section as section_of

STATUS = {"absent": "not there", "left_out": "not asked", "over_limit": "over the limit", "failed": "failed"}


def seconds(value: float) -> str:
    """Three digits that count, in the unit that fits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size or unit == "µs":
            return f"{short(value / size)} {unit}"
    return ""


def short(value: float) -> str:
    """Three digits that count (two below a tenth), thousands apart."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) < 0.1:
        return f"{value:.2g}"
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"


def spread_of(values: list[float], form: Any) -> str:
    """`median (least to greatest)`, or the one value there is."""
    found = spread(values)
    if found["min"] == found["max"]:
        return str(form(found["median"]))
    return f"{form(found['median'])} ({form(found['min'])} to {form(found['max'])})"


def summarised(case: dict[str, Any]) -> None:
    """Adds to each row of a case the spread of its turns, the ratio to the engine's, and the quality (the same in every turn, or its median)."""
    [base] = [row for row in case["rows"] if row["base"]]
    for row in case["rows"]:
        if not row["turns"]:
            continue
        keys = [key for key, value in row["turns"][0].items() if isinstance(value, int | float) and key != "turn"]
        row["spread"] = {key: spread([turn[key] for turn in row["turns"]]) for key in keys}
        row["quality"] = {key: median([turn["quality"][key] for turn in row["turns"]]) for key in row["turns"][0]["quality"]}
        for key in ("wall_s", "cpu_s"):
            row[f"times_{key}"] = ratios(by_turn(row, key), by_turn(base, key))


def by_turn(row: dict[str, Any], key: str) -> dict[int, float]:
    """A figure of each turn."""
    return {turn["turn"]: turn[key] for turn in row["turns"]}


def parts_of(rows: Iterable[dict[str, Any]]) -> list[str]:
    """The contenders' own figures (`part: ...`), in the order they come."""
    return list(dict.fromkeys(key for row in rows for key in row.get("spread", {}) if key.startswith("part: ")))


def lines_of(section: Section, case: dict[str, Any]) -> list[str]:
    """The table of a case."""
    measured = [row for row in case["rows"] if row["turns"] and row["status"] == "measured"]
    quality = [one for one in section.quality if any(one.key in row["quality"] for row in measured)]
    parts = parts_of(measured)
    heads = ["", "version", "wall", f"per {section.unit}", "CPU", "times ours (wall)", "times ours (CPU)", "peak MB"]
    heads += [part.removeprefix("part: ") for part in parts] + [one.title for one in quality]
    out = [f"| {' | '.join(heads)} |", "|---|---|" + "---:|" * (len(heads) - 2)]
    marks = marked(measured, quality, parts)
    for row in case["rows"]:
        if row not in measured:
            out.append(f"| {row['contender']} | {row['version']} | {STATUS[row['status']]}: {row['reason']} |" + " |" * (len(heads) - 3))
            continue
        cells = [name_of(row), row["version"], *cells_of(row, quality, parts)]
        for at, key in enumerate(keys_of(quality, parts), start=2):
            if row["contender"] in marks.get(key, ()):
                cells[at] = f"**{cells[at]}**"
        out.append(f"| {' | '.join(cells)} |")
    return out


def name_of(row: dict[str, Any]) -> str:
    """The contender, ours in italics."""
    return f"*{row['contender']}*" if row["ours"] else row["contender"]


def keys_of(quality: list[Quality], parts: list[str]) -> list[str]:
    """What the cells behind the version are of."""
    return ["wall_s", "unit", "cpu_s", "times_wall_s", "times_cpu_s", "peak_mb", *parts, *(one.key for one in quality)]


def marked(measured: list[dict[str, Any]], quality: list[Quality], parts: list[str]) -> dict[str, set[str]]:
    """Who is best in each column: least time and memory, quality as it is better."""
    found = {}
    for key in ("wall_s", "cpu_s", "peak_mb", *parts):
        values = {row["contender"]: row["spread"][key]["median"] for row in measured if key in row["spread"]}
        found[key] = best(values, "more" if key.endswith("a second") else "less")
    for one in quality:
        found[one.key] = best({row["contender"]: row["quality"][one.key] for row in measured if one.key in row["quality"]}, one.better)
    return found


def cells_of(row: dict[str, Any], quality: list[Quality], parts: list[str]) -> list[str]:
    """The cells behind the version."""
    of = row["spread"]
    turns = row["turns"]
    out = [
        spread_of([turn["wall_s"] for turn in turns], seconds),
        seconds(of["wall_s"]["median"] / max(of["units"]["median"], 1)),
        seconds(of["cpu_s"]["median"]),
    ]
    for key in ("times_wall_s", "times_cpu_s"):
        ratio = row[key]
        out.append("1" if row["base"] else spread_of([ratio["min"], ratio["median"], ratio["max"]], short) if ratio else "-")
    out.append(f"{of['peak_mb']['median']:,.0f}")
    out += [spread_of([turn[key] for turn in turns], short) if key in of else "-" for key in parts]
    return out + [one.form.format(row["quality"][one.key]) if one.key in row["quality"] else "-" for one in quality]


def verdict(section: Section, case: dict[str, Any]) -> str:
    """Who is fastest and who is best in each quality, as a sentence: losses of the engine as plainly as wins."""
    measured = [row for row in case["rows"] if row["turns"] and row["status"] == "measured"]
    marks = marked(measured, section.quality, [])
    said = [f"{title}: {', '.join(sorted(marks[key]))}" for key, title in (("wall_s", "Fastest"), ("peak_mb", "least memory")) if marks[key]]
    said += [f"{one.title}: {', '.join(sorted(marks[one.key]))}" for one in section.quality if one.better and not one.detail and marks[one.key]]
    return "; ".join(said) + "." if said else ""


def document(results: dict[str, Any], section_of: Callable[[str], Section] = section_of) -> str:
    """The whole table."""
    out = ["# The engine and its peers", "", *heading(results)]
    for found in results["sections"]:
        section = section_of(found["section"])
        out += ["", f"## {section.title}", "", section.about]
        for case in found["cases"]:
            out += ["", f"### {case['case']}", "", f"{case['about']}. Limit {case['limit_s']:g} s a measurement.", "", *lines_of(section, case)]
            out += ["", verdict(section, case)]
        out += ["", "Settings:", ""]
        out += [f"- {one.name} ({one.licence}): {one.settings}" for one in section.contenders]
    return "\n".join(out) + "\n"


def heading(results: dict[str, Any]) -> list[str]:
    """Machine, load, and how to read the tables."""
    machine, run = results["machine"], results["run"]
    return [
        f"Size {run['size']}, {run['repeats']} turns, seeds as in the JSON; {run['started']} to {run['ended']} (UTC).",
        f"{machine['cpu']}, {machine['cores_usable']} cores, {machine['memory_gib']} GiB, {machine['system']} {machine['kernel']}, "
        f"Python {machine['python']}, engine {run['engine']} of commit {run['commit']}. "
        f"Load average (1, 5, 15 min) before {run['load_before']}, after {run['load_after']}.",
        "",
        "Wall is the median of the turns, least and greatest in brackets; each turn is a process of its own, the contenders follow one",
        "another in each turn. Times ours: their time divided by that of the row in italics with a 1, of the same turn. Peak MB is",
        "that of the whole process, workload included. Bold: best of the column. Ours in italics.",
    ]
