"""Dates in what customers write: which day they mean, in four languages, and how many texts a second.

Each text has one date; the generator knows the day. Right: just this day is said. Wrong: another day is said (with or without the right
one). Where people do not agree on the day ("next Friday", a weekday on that weekday) each of the two readings counts as right.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from .contender import Case, Contender, Quality, Section, scaled
from .date_words import LANGUAGES, text_of
from .draw import dice


def make(settings: dict[str, Any]) -> list[dict[str, Any]]:
    """Texts with the language, the day they came in, the words of the date, and the days they may mean."""
    draw = dice(settings["seed"], "dates")
    found = []
    for _ in range(settings["texts"]):
        received = date(2026, 1, 1) + timedelta(draw.randrange(365))
        found.append(text_of(draw, draw.choice(LANGUAGES), received))
    return found


def cases(size: str) -> list[Case]:
    """One workload."""
    texts = scaled(size, 200, 1_000, 10_000)
    about = f"{texts:,} sentences, a quarter each in English, German, French and Spanish, with references and amounts beside the date"
    return [Case("dates in sentences", about, {"seed": 11, "texts": texts}, scaled(size, 60.0, 240.0, 1200.0))]


def ours(workload: list[dict[str, Any]]) -> Callable[[], list[set[date]]]:
    """`read_reply`: the language is not told."""
    import ar_core

    def work() -> list[set[date]]:
        readings = [ar_core.read_reply(row["text"], received_on=row["received_on"]) for row in workload]
        return [{as_date(found.on) for found in reading.dates} for reading in readings]

    return work


def as_date(day: date | str) -> date:
    """A day, however it is said."""
    return date.fromisoformat(day) if isinstance(day, str) else day


def settings_of(row: dict[str, Any]) -> dict[str, Any]:
    """What dateparser's documentation has for this: the day of the mail as base, days ahead preferred, the day before the month."""
    base = datetime.combine(row["received_on"], datetime.min.time())
    return {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "future", "DATE_ORDER": "DMY", "RETURN_AS_TIMEZONE_AWARE": False}


def dateparser_search(workload: list[dict[str, Any]]) -> Callable[[], list[set[date]]]:
    """`search_dates` in the whole text; the language is told, so that it need not be guessed."""
    from dateparser.search import search_dates

    def work() -> list[set[date]]:
        found = (search_dates(row["text"], languages=[row["language"]], settings=settings_of(row)) or [] for row in workload)
        return [{day.date() for _, day in days} for days in found]

    return work


def dateparser_careful(workload: list[dict[str, Any]]) -> Callable[[], list[set[date]]]:
    """The same, and nothing counts as a date that does not name a day: fewer wrong days (`die` and `Mit` are no weekdays then)."""
    from dateparser.search import search_dates

    def work() -> list[set[date]]:
        careful = {"REQUIRE_PARTS": ["day"]}
        found = (search_dates(row["text"], languages=[row["language"]], settings=settings_of(row) | careful) or [] for row in workload)
        return [{day.date() for _, day in days} for days in found]

    return work


def dateparser_words(workload: list[dict[str, Any]]) -> Callable[[], list[set[date]]]:
    """`parse` of the words of the date alone: told where the date is, and the language."""
    from dateparser import parse

    def work() -> list[set[date]]:
        found = (parse(row["words"], languages=[row["language"]], settings=settings_of(row)) for row in workload)
        return [{day.date()} if day else set() for day in found]

    return work


def dateutil_words(workload: list[dict[str, Any]]) -> Callable[[], list[set[date]]]:
    """`parse(fuzzy=True)` of the words of the date alone (in a sentence the reference is taken for a year)."""
    from dateutil.parser import ParserError, parse

    def one(row: dict[str, Any]) -> set[date]:
        base = datetime.combine(row["received_on"], datetime.min.time())
        year_first = row["words"][:4].isdigit()
        try:
            found = parse(row["words"], fuzzy=True, dayfirst=not year_first, default=base)
        except (ParserError, OverflowError):
            return set()
        return {found.date()}

    return lambda: [one(row) for row in workload]


def judge(workload: list[dict[str, Any]], answer: list[set[date]]) -> dict[str, float]:
    """Shares of the texts: right, wrong, nothing said; and right by language and by kind of date."""
    right = [len(said) == 1 and said <= set(row["days"]) for row, said in zip(workload, answer, strict=True)]
    said = [bool(days) for days in answer]
    among = [bool(days & set(row["days"])) for row, days in zip(workload, answer, strict=True)]
    out = {
        "among": sum(among) / len(among),
        "right": sum(right) / len(right),
        "wrong": sum(one and not fine for one, fine in zip(said, right, strict=True)) / len(right),
        "nothing": 1 - sum(said) / len(said),
    }
    for key in ("language", "kind"):
        for value in sorted({row[key] for row in workload}):
            of = [fine for row, fine in zip(workload, right, strict=True) if row[key] == value]
            out[f"right_{value}"] = sum(of) / len(of)
    return out


SECTION = Section(
    name="dates",
    title="Dates in what customers write",
    unit="text",
    cases=cases,
    make=make,
    count=len,
    judge=judge,
    quality=[
        Quality("right", "right", "more"),
        Quality("wrong", "wrong day", "less"),
        Quality("nothing", "nothing said"),
        Quality("among", "right day among those said", "more"),
        *[Quality(f"right_{language}", f"right {language}", "more", detail=True) for language in LANGUAGES],
    ],
    about="Whole reading (intents, references, amounts, dates) for the engine; only the date for the peers.",
    contenders=[
        Contender(
            "ar_core read_reply",
            ours,
            ("ar-core",),
            "MIT OR Apache-2.0",
            "the whole reading of a reply; neither language nor place of the date is told",
            ours=True,
            base=True,
        ),
        Contender(
            "dateparser search_dates",
            dateparser_search,
            ("dateparser",),
            "BSD-3-Clause",
            "language told (guessing it is slower and worse), RELATIVE_BASE the day of the mail, PREFER_DATES_FROM future, DATE_ORDER DMY",
        ),
        Contender(
            "dateparser search_dates, careful",
            dateparser_careful,
            ("dateparser",),
            "BSD-3-Clause",
            "as above, with REQUIRE_PARTS day: on 300 texts of another seed this halves what is right and takes five sixths of what is wrong",
        ),
        Contender(
            "dateparser parse, words alone",
            dateparser_words,
            ("dateparser",),
            "BSD-3-Clause",
            "as above, and told which words are the date: what it can do where something else finds them",
        ),
        Contender(
            "dateutil, words alone",
            dateutil_words,
            ("python-dateutil",),
            "BSD-3-Clause",
            "told which words are the date; fuzzy, day first unless the year is, the day of the mail as default; knows English names only",
        ),
    ],
)
