"""The page: self-contained, escaped, capped, one currency at a time, the same bytes for the same report."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from types import SimpleNamespace

import ar_core
import pyarrow as pa
import pytest
from ar_core import plot
from ar_core.host.book import read_book
from ar_core.host.words import money, reason_text
from ar_core.page import facts
from ar_core.report_html import render
from host_helpers import HOSTILE, SCHEMAS, FakeEngine, Ledger, write_book

DAY = date(2026, 11, 21)
CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY"
    " COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR"
)
FORECAST = SCHEMAS["forecast"].empty_table()


class Page(HTMLParser):
    """Collects what matters: tags, ids, references."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        values = dict(attributes)
        if "id" in values:
            self.ids.append(values["id"])
        self.links += [values[name] for name in ("href", "src", "xlink:href") if name in values]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    book = read_book(write_book(tmp_path_factory.mktemp("book")))
    report = FakeEngine().run(Ledger(**book.tables), None, as_of=DAY.isoformat())
    return report, book, render(report, book, [], as_of=DAY)


def test_nothing_is_fetched(page):
    found = Page(page[2])
    assert set(found.tags).isdisjoint({"script", "link", "iframe", "img", "object", "embed"})
    assert all(link.startswith("#") for link in found.links)
    assert [url for url in re.findall(r"https?://[^\s\"'<>)]+", page[2]) if "www.w3.org" not in url] == []
    assert "@import" not in page[2] and "url(http" not in page[2]


def test_names_are_escaped(page):
    assert "<script" not in page[2]
    assert "&lt;script&gt;alert" in page[2]
    assert HOSTILE not in page[2]


def test_ids_are_unique_and_links_lead_somewhere(page):
    found = Page(page[2])
    assert len(found.ids) == len(set(found.ids))
    assert {link[1:] for link in found.links} <= set(found.ids)
    assert set(re.findall(r"url\(#([^)]+)\)", page[2])) <= set(found.ids)


def test_a_drawing_for_each_width_takes_both_themes_from_the_page(page):
    for kind in ("wide", "narrow"):
        assert page[2].count(f'<div class="{kind}"><div class="plot" role="img"') == 4, (
            "two plots in each of two currencies"
        )
    said = 'role="img" aria-label="Open amounts in EUR by days past due: 15k in all, 14k (93 %) of it overdue, 5k (33 %) more than 90 days."'
    assert page[2].count(said) == 2
    drawings = re.findall(r"<svg.*?</svg>", page[2], re.DOTALL)
    assert len(drawings) > 8 and all("var(--ar-" in drawing for drawing in drawings)
    assert all(re.findall(r'(?:fill|stroke)="#', drawing) == [] for drawing in drawings), (
        "no colour that the theme cannot change"
    )


def test_currencies_are_never_added(page):
    collected = facts.collect(page[0], page[1], [], False, [], DAY)
    assert [currency["code"] for currency in collected["currencies"]] == ["EUR", "USD"]
    assert [(tile.unit, tile.value) for tile in collected["currencies"][1]["tiles"]][:2] == [
        ("USD", "15,000"),
        ("USD", "14,000"),
    ]
    assert "30,000" not in page[2]


def test_credits_stand_apart_from_debts():
    aging = [
        {"bucket": name, "currency": "EUR", "amount": amount, "count": 1}
        for name, amount in (("not_due", "10"), ("1-30", "30"), ("credits", "-15"))
    ]
    found = facts.currency_facts("EUR", aging, [], FORECAST)
    assert [(tile.unit, tile.value) for tile in found["tiles"]] == [("EUR", "40"), ("EUR", "30")]
    assert found["credits"] == {"count": 1, "amount": "EUR -15.00", "net": "EUR 25.00"}


def test_amounts_have_the_decimals_of_their_currency():
    assert money(Decimal("1500.000"), "JPY") == "JPY 1,500"
    assert money(Decimal("1500.250"), "EUR") == "EUR 1,500.25"
    assert money(Decimal("1500.255"), "EUR") == "EUR 1,500.255", "nothing is rounded away"


def test_the_same_report_gives_the_same_bytes(page):
    assert render(page[0], page[1], [], as_of=DAY) == page[2]


def test_long_lists_are_capped_and_say_so(page, monkeypatch, tmp_path):
    monkeypatch.setattr(facts, "MOST_ROWS", 2)
    items = [
        {
            "item_id": f"{n:04}",
            "customer_id": "C1",
            "currency": "EUR",
            "amount": "20000",
            "issued_on": "2026-09-01",
            "due_on": "2026-10-01",
        }
        for n in range(5)
    ]
    book = read_book(write_book(tmp_path, items))
    text = render(FakeEngine().run(Ledger(**book.tables), None, as_of=DAY.isoformat()), book, as_of=DAY)
    assert "3 more are in <code>worklist.csv</code>" in text


def test_the_page_is_bounded_whatever_the_book_has():
    """300 asks, 60 currencies, three years of forecast, and names, sentences and context of any length."""
    codes = CODES.split()
    endless = "<b>endless & </b>" * 300
    report = hostile_report(codes, endless)
    book = SimpleNamespace(
        tables={"customers": pa.table({"customer_id": ["C1"], "name": [endless]})}, name="odd", rows=dict
    )
    text = render(report, book, [], as_of=DAY, notes=[endless] * 500)
    assert len(text.encode()) < 2_000_000
    assert "endless &amp;" in text and "<b>endless" not in text
    assert (
        "100 more are in <code>worklist.csv</code>" in text
        and "20 more currencies are in <code>aging.csv</code>" in text
    )
    assert "more weeks are in <code>forecast.csv</code>" in text and "more months are in" in text


def hostile_report(codes, endless):
    """Parts of a report as large and as long as they can be."""
    reasons = [{"code": "past_due", "observed": 37, "limit": 30, "unit": "days"}] * 60
    context = json.dumps(
        {"items": [{"text": endless, "deep": [[[[endless]]]]}] * 300, endless: {str(n): endless for n in range(300)}}
    )
    asks = [
        {
            **{
                "decision_id": f"D-{n}",
                "customer_id": "C1",
                "currency": codes[0],
                "amount": Decimal(10**16),
                "action": "call",
            },
            **{
                "reasons": reasons,
                "mode": "ask",
                "priority": n,
                "rank": n,
                "ask_role": "collector",
                "person": endless,
                "why": endless,
            },
            **{
                "expected_value": Decimal(n),
                "context": context if n < 5 else "{}",
                "minutes": 2,
                "today": True,
                "question": "do",
            },
            **{
                "alternatives": json.dumps([{"choice": "wait", "expected_value": "1.00", "risk": "0.00"}] * 500),
                "unanswered": "lapses",
            },
        }
        for n in range(300)
    ]
    days = [
        {
            "on": DAY + timedelta(days=n),
            "currency": code,
            **dict.fromkeys(("expected", "lo80", "hi80", "lo95", "hi95"), Decimal(n + 1)),
        }
        for code in codes
        for n in range(1100 if code == codes[0] else 30)
    ]
    score = {
        "item_id": endless,
        "customer_id": "C1",
        "currency": codes[0],
        "open_amount": Decimal(1),
        "days_late": 3,
        "p_late": 0.5,
    }
    score |= {
        "priority": 9,
        "class": "new",
        "expected_on": DAY,
        "reasons": [{**reasons[0], "code": "points_amount", "unit": "points"}] * 40,
    }
    cell = {name: 1 for name in SCHEMAS["autonomy"].names} | {
        "action": "call",
        "segment": endless,
        "mode": "",
        "since": DAY,
        "why": endless,
    }
    kpi = {"name": "dso", "value": 1.5, "unit": "days", "formula": "f", "version": "1", "note": endless}
    data = {
        **{
            "decisions": asks,
            "worklist": asks,
            "escalations": asks,
            "forecast": days,
            "scores": [score] * 50,
            "autonomy": [cell] * 300,
        },
        "aging": [{"bucket": "1-30", "currency": code, "amount": Decimal(5), "count": 1} for code in codes],
        "kpis": [{**kpi, "currency": code} for code in codes],
    }
    parts = {
        name: [{key: row.get(key) for key in schema.names} for row in data.get(name, [])]
        for name, schema in SCHEMAS.items()
    }
    return SimpleNamespace(**{name: pa.Table.from_pylist(rows, schema=SCHEMAS[name]) for name, rows in parts.items()})


def test_an_empty_day_is_a_page_too(tmp_path):
    items = [
        {
            "item_id": "1",
            "customer_id": "C1",
            "currency": "EUR",
            "amount": "5",
            "issued_on": "2026-11-01",
            "due_on": "2026-12-01",
        }
    ]
    book = read_book(write_book(tmp_path, items))
    text = render(FakeEngine().run(Ledger(**book.tables), None, as_of=DAY.isoformat()), book, as_of=DAY, dry_run=True)
    assert "Nothing needs you" in text and "dry run" in text


def test_weeks_add_up_and_their_bands_stay_inside_the_days():
    days = [
        {
            "on": DAY + timedelta(days=n),
            "currency": "EUR",
            "expected": Decimal("10.00"),
            "lo80": Decimal("4.00"),
            "hi80": Decimal("20.00"),
            "lo95": Decimal("0.00"),
            "hi95": Decimal("40.00"),
        }
        for n in range(10)
    ]
    first, rest = plot.weeks(days, "EUR")
    assert (first["on"], first["days"], first["expected"]) == (DAY, 7, Decimal("70.00"))
    assert (rest["days"], rest["expected"]) == (3, Decimal("30.00"))
    for week in (first, rest):
        assert Decimal(0) <= week["lo95"] <= week["lo80"] <= week["expected"] <= week["hi80"] <= week["hi95"]
        assert week["hi95"] < 40 * week["days"]
    assert plot.weeks(days, "USD") == []


def test_charts_come_from_a_report(page):
    plots = plot.ReportPlots(page[0])
    for chart in (plots.aging(), plots.forecast("USD"), plots.forecast(step="day"), plots.worklist()):
        assert chart.svg().startswith("<svg")


def test_words_of_reasons_and_money():
    late = {"code": "past_due", "observed": 37, "limit": 30, "unit": "days"}
    assert reason_text(late) == "37 days past due, 30 days allowed"
    assert reason_text({**late, "code": "level_reached", "unit": "level"}) == "Level 37 reached, level 30 before"
    assert reason_text({**late, "limit": 0}) == "37 days past due"
    with pytest.raises(ar_core.InvalidInput):
        reason_text({**late, "code": "news"})
    assert money(Decimal("1234567.5"), "EUR", 0) == "EUR 1,234,568"
    assert money(None, "EUR") == ""
