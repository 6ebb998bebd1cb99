"""`report.html`: one file that a collections manager opens in the morning. Nothing in it is fetched from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from ar_core.host.errors import need
from ar_core.host.outputs import part
from ar_core.host.words import words

# Pixels that a chart has on a screen, beside another or alone, and on a phone.
BESIDE, ALONE, NARROW = 480, 1000, 320
WATERFALLS = 3


def render(
    report: Any,
    book: Any = None,
    carried: list[dict[str, Any]] | None = None,
    dry_run: bool = False,
    as_of: date | None = None,
    notes: list[str] | None = None,
) -> str:
    """The page of a report. `book` gives the names of customers, `carried` is what the host has done, `notes` what a reader should know.

    It is one file of at most some 2 MB, however large the book: lists are capped and say so.
    """
    from ar_core.page.facts import collect, long_day
    from ar_core.plot.theme import variables

    need("vl_convert")
    facts = collect(report, book, carried, dry_run, notes or [], as_of)
    for currency in facts["currencies"]:
        currency["figures"] = _figures(report, currency)
    for row in facts["scores"]["rows"][:WATERFALLS]:
        row["figure"] = _waterfall(row)
    main = facts["currencies"][0]["code"] if facts["currencies"] else None
    return str(
        _template().render(
            **facts,
            effort=_effort(report, main),
            colours={theme: variables(theme) for theme in ("light", "dark")},
            day=long_day(as_of) if as_of else "",
            iso_day=as_of.isoformat() if as_of else "",
            book_name=book.name if book is not None else "",
        )
    )


@dataclass(frozen=True)
class Figure:
    """A chart in the page: its drawings by the width that they are for, and what is said under it."""

    drawings: list[tuple[str, str]]
    notes: tuple[str, ...]


def _drawn(make: Any, wide: int) -> Figure:
    """A chart drawn twice, for a screen and for a phone, of which the style sheet shows one."""
    plots = [("wide", make(wide)), ("narrow", make(NARROW))]
    return Figure([(name, plot.figure()) for name, plot in plots], plots[0][1].notes)


def _figures(report: Any, currency: dict[str, Any]) -> dict[str, Figure]:
    """The charts of one currency; a chart without data is left out."""
    from ar_core import plot

    code, aging, days = currency["code"], part(report, "aging"), currency["days"]
    rows = [row for row in aging.to_pylist() if row["currency"] == code]
    figures = {"aging": _drawn(lambda width: plot.aging(rows, code, width), BESIDE)}
    if days:
        figures["forecast"] = _drawn(lambda width: plot.forecast(days, code, width=width), BESIDE)
    return figures


def _effort(report: Any, main: str | None) -> Figure | None:
    """Value against effort of what waits, in the main currency; of a line or two there is nothing to draw."""
    from ar_core import plot

    table = part(report, "worklist")
    if main is None or table.column("currency").to_pylist().count(main) < 3:
        return None
    return _drawn(lambda width: plot.effort(table, main, width), ALONE)


def _waterfall(row: dict[str, Any]) -> Figure | None:
    from ar_core import plot

    found = plot.waterfall([{name: row[name] for name in ("item_id", "currency", "priority", "reasons")}], width=NARROW)
    return Figure([("both", found.figure())], found.notes) if found.rows else None


@lru_cache(maxsize=1)
def _template() -> Any:
    jinja2 = need("jinja2")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["words"] = words
    environment.filters["thousands"] = lambda count: f"{count:,}"
    return environment.get_template("report.html.j2")
