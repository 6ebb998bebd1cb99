"""How well columns are recognised: the share of headings right, wrongly taken and missed, on exports nothing was tuned on.

`python tests/python/exports/holdout.py [file]` prints it.
"""

from __future__ import annotations

import random
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
ROWS = 60


def read(path: Path) -> list[tuple[str, list[tuple[str, set[str], str]]]]:
    """Blocks of (title, [(heading, what it may be, kind of cells)])."""
    blocks: list[tuple[str, list[tuple[str, set[str], str]]]] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("@"):
            blocks.append((line[1:].split(" | ")[0].strip(), []))
        elif line.strip() and not line.startswith("# "):
            heading, right, cells = (part.strip() for part in line.split(" | "))
            blocks[-1][1].append((heading, set(right.split(" or ")), cells))
    return blocks


def cells(columns: list[tuple[str, set[str], str]], seed: int = 7) -> dict[str, list[object]]:
    """Columns with cells of the kinds that the block names."""
    rng = random.Random(seed)
    made: dict[str, list[object]] = {heading: [] for heading, _, _ in columns}
    for row in range(ROWS):
        facts = _facts(rng, row)
        for heading, _, kind in columns:
            made[heading].append(_cell(rng, kind, facts, row))
    return made


def _facts(rng: random.Random, row: int) -> dict[str, object]:
    issued = date(2024, 1, 1) + timedelta(days=rng.randrange(300))
    cents = rng.randrange(1_000, 900_000)
    paid = rng.random() < 0.5
    return {"issued": issued, "due": issued + timedelta(days=30), "settled": issued + timedelta(days=rng.randrange(20, 60)) if paid else None,
            "cents": cents, "open": 0 if paid else cents, "customer": rng.randrange(12), "row": row}  # fmt: skip


def _number(cents: int, mark: str) -> object:
    if mark == ",":
        return f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"
    return cents / 100


def _date(day: date | None, mark: str) -> object:
    if day is None:
        return None
    return day.strftime({".": "%d.%m.%Y", "/": "%d/%m/%Y", "us": "%m/%d/%Y", "": "%Y-%m-%d"}[mark])


def _julian(day: date) -> int:
    return (day.year - 1900) * 1000 + day.timetuple().tm_yday


NAMES = ["Acme Ltd", "Bolt & Co", "Söhne GmbH", "Étoile SARL", "Northgate Inc", "Casa Verde SL", "Delta LLC", "Echo plc", "Fjord AS", "Gamma AG", "Helix SA", "Iris KG"]


def _cell(rng: random.Random, kind: str, facts: dict, row: int) -> object:
    cents, customer = facts["cents"], facts["customer"]
    if kind.startswith("word:"):
        return rng.choice(kind[5:].split(","))
    for name in ("issued", "due", "settled"):
        if kind.startswith(name):
            mark = kind[len(name):]  # fmt: skip
            if mark == "_stamp":
                return datetime(facts[name].year, facts[name].month, facts[name].day, rng.randrange(24), 5)
            return _date(facts[name], mark.strip("_"))
    for name, value in (("amount", cents), ("local", cents * 108 // 100), ("net", cents * 100 // 119), ("tax", cents - cents * 100 // 119), ("open", facts["open"]), ("paid", cents - facts["open"])):
        if kind in (name, name + ","):
            return _number(value, kind[len(name):])  # fmt: skip
    simple = {
        "invoice": f"RE-{10_000 + row}", "number": 900_000 + row * 7, "account": f"C{1000 + customer}", "account_number": 4000 + customer, "name": NAMES[customer],
        "currency": "EUR" if row % 5 else "USD", "currency_lower": "usd", "text": rng.choice(["Goods", "Services as agreed", "order by phone"]), "empty": None, "zero": 0.0,
        "flag": bool(row % 2), "yes": "Yes" if row % 3 else "No", "days": rng.randrange(1, 40), "level": rng.randrange(3), "cents": cents, "cents_open": facts["open"],
        "cents_paid": cents - facts["open"], "date": _date(facts["issued"] - timedelta(days=9), ""), "ymd": int(facts["issued"].strftime("%Y%m%d")),
        "ymd_due": int(facts["due"].strftime("%Y%m%d")), "stamp": datetime(2024, 5, 1 + row % 28, 10, row), "phone": f"+49 30 {12_000 + row}", "email": f"a{row}@example.com",
        "julian_issued": _julian(facts["issued"]), "julian_due": _julian(facts["due"]),
    }  # fmt: skip
    if kind.startswith("line"):
        return {"lines": f"INV-{row // 3}", "line_name": NAMES[row // 3 % 12], "line_issued": "2024-05-01", "line_due": "2024-06-01"}[kind]
    return simple[kind]


def measure(path: Path) -> tuple[list[tuple[str, int, int, list[str]]], int, int, int, int]:
    """Export by export (title, right, of, what was wrong); then all: right, of, wrongly taken, missed."""
    from ar_core.erp.infer import recognise
    from ar_core.erp.profile import profile
    from ar_core.frames import arrow_table

    lines, right, total, taken, missed = [], 0, 0, 0, 0
    for title, columns in read(path):
        table = arrow_table(cells(columns))
        try:
            guess = recognise(profile(table), None)
            got = {choice.heading: role for role, choice in guess.choices.items()}
        except ValueError:
            got = {}
        wrong = []
        for heading, allowed, _ in columns:
            role = got.get(heading, "-")
            good = role in allowed
            right, total = right + good, total + 1
            if not good:
                taken, missed = taken + (role != "-"), missed + (role == "-")
                wrong.append(f"{heading}: {role} for {' or '.join(sorted(allowed))}")
        lines.append((title, len(columns) - len(wrong), len(columns), wrong))
    return lines, right, total, taken, missed


if __name__ == "__main__":
    lines, right, total, taken, missed = measure(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "holdout.txt")
    for title, good, of, wrong in lines:
        print(f"{good:3d} of {of:3d}  {title}", *(f"\n             {line}" for line in wrong))
    print(f"{right} of {total} headings right ({right / total:.1%}); {taken} taken for something else, {missed} not recognised; {len(lines)} exports")
