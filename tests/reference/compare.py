"""Compares the reports of the engine with this implementation: one line of JSON a book."""

import json
import sys
from datetime import date
from fractions import Fraction

from autonomy import autonomy
from ladder import Ladder
from measures import ageing, measures
from rows import Book


def rounded(value):
    """Four decimals, half to even, as the report shows them."""
    return None if value is None else Fraction(round(value * 10_000), 10_000)


def compare_open(book, day, parts):
    """Every open item is scored with what is open of it, and has one outcome."""
    expected = {key: left for key, item in book.items.items() if (left := book.open_on(item, day)) > 0}
    found = {row["item_id"]: Fraction(row["open_amount"]) for row in parts["scores"]}
    if found != expected:
        yield f"open amounts: {found}, expected {expected}"
    outcomes = sorted(row["item_id"] for row in parts["outcomes"])
    if outcomes != sorted(expected):
        yield f"outcomes of {outcomes}, open are {sorted(expected)}"


def compare_numbers(book, day, policy, parts):
    """Ageing and measures."""
    found = {(row["currency"], row["bucket"]): (Fraction(row["amount"]), row["count"]) for row in parts["aging"]}
    expected = ageing(book, day)
    for key in sorted(set(found) | set(expected)):
        if found.get(key) != expected.get(key):
            yield f"ageing {key}: {found.get(key)}, expected {expected.get(key)}"
    found = {(row["currency"], row["name"]): row["value"] for row in parts["kpis"] if row["currency"]}
    for key, value in measures(book, day, policy["reporting"]["kpi_days"]).items():
        shown = None if found[key] is None else Fraction(found[key])
        if shown != rounded(value):
            yield f"{key}: {found[key]}, expected {value}"


def compare_ladder(book, day, policy, parts):
    """Outcomes against holds, customer and ladder."""
    ladder = Ladder(book, policy, day, parts)
    lefts = {key: book.open_on(item, day) for key, item in book.items.items()}
    due = {key: ladder.pursued(item, lefts[key]) for key, item in book.items.items() if lefts[key] > 0 and not ladder.holds(item, lefts[key])}
    for row in parts["outcomes"]:
        item = book.items[row["item_id"]]
        account = (item["customer_id"], item["currency"])
        mine = {key: amount for key, amount in due.items() if (book.items[key]["customer_id"], book.items[key]["currency"]) == account}
        wrong = ladder.check(item, lefts[row["item_id"]], row["reasons"][0]["code"], row["decision_id"], mine)
        if wrong:
            yield f"{row['item_id']}: {wrong}"


def compare_autonomy(data):
    """Measures of autonomy. One that stands there once is known by its name, else by what it is of."""
    expected, found = autonomy(data), {}
    for row in data["parts"]["kpis"]:
        several = (row["note"] or "").startswith(("action ", "role "))
        found[(row["name"], row["note"] if several else None)] = row["value"]
    for key, value in expected.items():
        shown = found.get(key)
        if key not in found or (None if shown is None else Fraction(shown)) != rounded(value):
            yield f"{key}: {found.get(key, 'nothing')}, expected {value}"
    for key in found.keys() - expected.keys():
        if key[0] in {name for name, _ in expected}:
            yield f"{key}: {found[key]}, expected nothing"


def differences(line):
    """What differs in one book; of one with events, how autonomy is measured."""
    data = json.loads(line)
    if "events" in data:
        yield from compare_autonomy(data)
        return
    book, day, parts = Book(data["tables"]), date.fromisoformat(data["as_of"]), data["parts"]
    yield from compare_open(book, day, parts)
    yield from compare_numbers(book, day, data["policy"], parts)
    yield from compare_ladder(book, day, data["policy"], parts)


def main(path):
    """Reads the books, prints differences; 1 if there are any."""
    wrong = books = 0
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            books += 1
            for difference in differences(line):
                wrong += 1
                if wrong <= 40:
                    print(f"book {number}: {difference}")
    print(f"{wrong} differences" if wrong else f"{books} books agree")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
