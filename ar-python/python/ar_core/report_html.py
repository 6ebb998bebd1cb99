"""`report.html`: one file that a collections manager opens in the morning. Nothing in it is fetched from anywhere."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from ar_core.host.errors import need
from ar_core.host.outputs import part
from ar_core.host.plain import rows
from ar_core.host.words import plural, words


def render(
    report: Any,
    book: Any = None,
    carried: list[dict[str, Any]] | None = None,
    dry_run: bool = False,
    as_of: date | None = None,
    notes: list[str] | None = None,
) -> str:
    """The page of a report. `book` gives the names of customers, `carried` is what the host has done, `notes` what a reader should know."""
    from ar_core.page.facts import collect, long_day

    facts = collect(report, book, carried, dry_run, notes or [], as_of)
    for currency in facts["currencies"]:
        currency["figures"] = _figures(report, currency)
    return str(
        _template().render(
            **facts,
            day=long_day(as_of) if as_of else "",
            iso_day=as_of.isoformat() if as_of else "",
            book_name=book.name if book is not None else "",
        )
    )


def _figures(report: Any, currency: dict[str, Any]) -> dict[str, Any]:
    """The charts of one currency; a chart without data is left out."""
    from ar_core import plot
    from ar_core.page.charts import draw

    code = currency["code"]
    aging = rows(part(report, "aging"))
    forecast = [row for row in part(report, "forecast").to_pylist() if row["currency"] == code]
    told = "; ".join(f"{row['bucket']} {row['amount']}" for row in currency["aging"])
    figures = {
        "aging": draw(
            f"aging-{code}",
            f"Bar chart of open amounts by days past due. {told}.",
            lambda theme, width: plot.aging(aging, code, theme, width),
        )
    }
    if forecast:
        figures["forecast"] = draw(
            f"forecast-{code}",
            f"Cash expected by week with 80 and 95 percent bands; {currency['forecast_total']} in all over "
            f"{plural(len(currency['weeks']), 'week')}. The table beside it has the figures.",
            lambda theme, width: plot.forecast(forecast, code, theme, width),
        )
    return figures


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
