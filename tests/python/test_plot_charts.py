"""Charts: of nothing, of one row, of a hundred thousand; of two currencies, huge and tiny amounts, names of any script, and little room."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pyarrow as pa
import pytest
from ar_core import plot
from ar_core.plot.calendar import month_grids
from ar_core.plot.labels import axis_unit, clipped, isolated, short
from plot_helpers import DAY, NAMES, aging_rows, example, forecast_rows, ladder_rows, score_rows, worklist_rows

REPORT_CHARTS = ("aging", "forecast", "calendar", "worklist", "effort", "waterfall", "autonomy")
MAKERS = {
    "aging": (plot.aging, lambda n: aging_rows(["1.00"] * min(n, 6))),
    "forecast": (plot.forecast, forecast_rows),
    "calendar": (plot.calendar, forecast_rows),
    "worklist": (plot.worklist, worklist_rows),
    "effort": (plot.effort, worklist_rows),
    "waterfall": (plot.waterfall, score_rows),
    "autonomy": (plot.autonomy, ladder_rows),
    "reliability": (plot.reliability, lambda n: [{"p_late": i / n, "outcome": i % 3 == 0} for i in range(n)]),
}


def drawn(chart):
    """The root of the chart's SVG: it is drawn, and it is whole XML."""
    return ElementTree.fromstring(chart.svg())


def wide(svg):
    return float(svg.get("width"))


@pytest.mark.parametrize("name", MAKERS)
def test_of_nothing_it_says_so(name):
    make, rows = MAKERS[name]
    chart = make(rows(0))
    assert chart.rows == [] and chart.text.endswith(".")
    texts = [node.text for node in drawn(chart).iter("{http://www.w3.org/2000/svg}text")]
    assert any(text and text.startswith(("no", "nothing")) for text in texts)


@pytest.mark.parametrize("name", MAKERS)
def test_of_one_row_it_is_a_chart(name):
    make, rows = MAKERS[name]
    chart = make(rows(1))
    assert len(chart.rows) >= 1 and drawn(chart) is not None


@pytest.mark.parametrize("name", ["worklist", "effort", "waterfall", "autonomy", "reliability"])
def test_of_a_hundred_thousand_rows_it_is_no_larger(name):
    make, rows = MAKERS[name]
    thousand = pa.Table.from_pylist(rows(1000))
    chart = make(pa.concat_tables([thousand] * 100))
    assert len(chart.svg()) < 60_000
    said = {"worklist": "The first 15 of 100,000", "autonomy": "Not drawn: 99,984 rows"}.get(name, "")
    assert said in " ".join(chart.notes)


def test_a_long_forecast_is_cut_and_says_so():
    assert "The first 400 of 3,650 days." in plot.forecast(forecast_rows(3650), step="day").notes
    assert "The first 4 of 121 months." in plot.calendar(forecast_rows(3650)).notes


@pytest.mark.parametrize("name", REPORT_CHARTS)
@pytest.mark.parametrize("width", [280, 560])
def test_no_wider_than_it_was_asked_to_be(name, width):
    chart = getattr(plot.ReportPlots(example()[2]), name)(width=width)
    assert wide(ElementTree.fromstring(chart.svg(titled=False))) <= width + 6, "as a page has it"
    assert wide(drawn(chart)) <= width + 2 * 14 + 4, "with its title, on its paper"


@pytest.mark.parametrize("name", REPORT_CHARTS)
def test_the_specification_is_vega_lite_and_loads_nothing(name):
    chart = getattr(plot.ReportPlots(example()[2]), name)()
    made = chart.altair()
    made.to_dict(validate=True)
    text = re.sub(
        r'"\$schema": "https://vega.github.io/[^"]+"|http://www.w3.org/[\w/]+', "", chart.svg() + str(chart.spec)
    )
    assert "http" not in text and "url" not in re.sub(r"url\(#ar[0-9a-f]{8}-\d+\)", "", text)


def test_one_currency_a_chart_and_the_others_named():
    rows = aging_rows(["5.00"] * 5) + aging_rows(["7.00"] * 5, "USD") + aging_rows(["0.00"] * 5, "CHF")
    chart = plot.aging(rows)
    assert "USD" not in chart.text and "In EUR only; there is also CHF and USD." in chart.notes
    assert {row["currency"] for row in chart.rows} == {"EUR"}
    assert plot.aging(rows, "USD").text.startswith("Open amounts in USD by days past due: 35 in all")
    with pytest.raises(ValueError, match="nothing here is in JPY; there is CHF, EUR, USD"):
        plot.aging(rows, "JPY")
    rows = worklist_rows(3) + worklist_rows(2, "USD")
    assert len(plot.worklist(rows).rows) == 3 and "there is also USD" in " ".join(plot.worklist(rows).notes)


@pytest.mark.parametrize("amount", ["0.00", "0.0003", "999.99", "99999999999999999999.99"])
def test_amounts_of_any_size(amount):
    for chart in (
        plot.aging(aging_rows([amount] * 5)),
        plot.forecast(forecast_rows(30, amount)),
        plot.calendar(forecast_rows(30, amount)),
    ):
        assert "NaN" not in chart.svg() and "Infinity" not in chart.svg()
    assert drawn(plot.worklist(worklist_rows(3, worth=amount))) is not None


def test_axes_speak_of_money_not_of_physics():
    """An axis said `2G` for two billions and `50m` for five cents."""
    assert axis_unit([2e9], "EUR") == ("EUR, billions", 1e9)
    assert axis_unit([0.05], "EUR") == ("EUR", 1.0)
    tick = re.findall(r">([\d.,]+[a-zA-Zµ]?)<", plot.aging(aging_rows(["0.05"] * 5)).svg())
    assert "0.05" in tick and not [text for text in tick if text[-1].isalpha()]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_any_script_are_shown_as_text(name):
    chart = plot.worklist(worklist_rows(8), names={known: name for known in NAMES}, width=320)
    texts = [node.text or "" for node in drawn(chart).iter("{http://www.w3.org/2000/svg}text")]
    shown = clipped(name, 10)[:-1].strip()
    assert any(shown in text for text in texts)
    assert "<script" not in chart.svg() and "<script" not in chart._repr_html_()


def test_a_name_from_right_to_left_keeps_its_place():
    """The words before such a name went behind it."""
    line = isolated("3 Call: ", NAMES[1])
    assert line[0] == "\u200e" and line.index("\u2068") > line.index("Call") and line.endswith("\u2069")
    assert isolated("3 Call: ", "Nordwind") == "3 Call: Nordwind"


def test_wide_letters_take_two_columns():
    assert clipped("日本商事日本商事", 7) == "日本商…"
    assert clipped("a\x00b\nc\u202ed", 20) == "a b c d"


def test_short_amounts():
    wanted = {
        "1154321.99": "1.15M",
        "999.6": "1k",
        "999500": "1M",
        "-0.001": "-0.001",
        "0": "0",
        "1e17": "100,000T",
        "1e-14": "0",
    }
    assert {amount: short(amount) for amount in wanted} == wanted
    assert short(Decimal("NaN")) == "?"


def test_the_same_table_gives_the_same_bytes():
    report = example()[2]
    assert plot.aging(report.aging).svg() == plot.aging(report.aging).svg()


def test_two_charts_in_one_page_share_no_id():
    report = example()[2]
    found = [set(re.findall(r'id="([^"]+)"', plot.aging(report.aging, code).svg())) for code in ("EUR", "USD")]
    assert found[0] and found[0].isdisjoint(found[1])


def test_charts_are_saved_by_their_ending(tmp_path):
    chart = plot.aging(aging_rows(["5.00"] * 5))
    heads = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!doctype html>", "json": b"{"}
    for kind, head in heads.items():
        assert chart.save(tmp_path / f"chart.{kind}").read_bytes().startswith(head)
    assert (tmp_path / "chart.png").read_bytes() != chart.png("dark")
    with pytest.raises(ValueError, match=r"'chart\.gif' ends in none of"):
        chart.save(tmp_path / "chart.gif")
    with pytest.raises(ValueError, match="one paper"):
        chart.png("auto")


def test_any_frame_and_a_missing_column():
    import pandas as pd
    import polars as pl

    rows = worklist_rows(5)
    texts = {plot.worklist(make(rows)).text for make in (list, pl.DataFrame, pd.DataFrame, pa.Table.from_pylist)}
    assert len(texts) == 1
    with pytest.raises(ValueError, match="the table has no column minutes, today; it has rank"):
        plot.worklist(
            [{key: row[key] for key in ("rank", "customer_id", "currency", "action", "expected_value")} for row in rows]
        )
    with pytest.raises(TypeError, match="a int is no table"):
        plot.worklist(5)


def test_a_last_week_that_is_cut_off_is_not_drawn():
    """It looked as if the money dried up."""
    chart = plot.forecast(forecast_rows(17))
    assert len(chart.rows) == 2 and chart.notes[0] == "Whole weeks; the last 3 days, from 4 Dec 2026, have 30 more."
    assert len(plot.forecast(forecast_rows(3)).rows) == 1 and plot.forecast(forecast_rows(3)).notes[0] == "3 days only."
    assert plot.forecast(forecast_rows(5, step=7)).rows[0]["expected"] == 10, "weeks of the engine stay as they are"


def test_cumulative_ends_at_the_sum_and_its_bands_hold_it():
    chart = plot.forecast(forecast_rows(90), cumulative=True)
    assert chart.rows[-1]["expected"] == 900
    for row in chart.rows:
        assert 0 <= row["lo95"] <= row["lo80"] <= row["expected"] <= row["hi80"] <= row["hi95"]


def test_the_calendar_has_every_day_once_and_its_months_add_up():
    rows = forecast_rows(90)
    days = [row["on"] for row in plot.calendar(rows).rows]
    assert days == [row["on"] for row in rows] and days[0] == DAY
    months = month_grids(rows, "EUR")
    assert sum(month.total for month in months) == 900
    for month in months:
        for week in month.weeks:
            assert len(week) == 7 and all(cell is None or cell.on.weekday() == at for at, cell in enumerate(week))
