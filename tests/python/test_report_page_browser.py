"""The page as people meet it, in a real browser: phone and screen, light, dark and on paper, by keyboard and by ear; nothing leaves."""

from datetime import date
from itertools import pairwise

import pytest
from ar_core import notebook, plot
from ar_core.host.book import read_book
from ar_core.plot import ReportPlots
from ar_core.report_html import render
from browser import Browser, installed
from host_helpers import FakeEngine, Ledger, write_book
from plot_helpers import DAY, NAMES, example, worklist_rows

pytestmark = pytest.mark.skipif(
    installed() is None, reason="no Chromium here: apt-get install chromium-headless-shell, or set AR_CHROMIUM"
)

# Every text that is seen, with its colour and the first paper behind it, and the contrast of the two (WCAG 2.2).
CONTRASTS = """(() => {
  const parts = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const paper = node => { for (let at = node; at; at = at.parentElement) {
    const c = parts(getComputedStyle(at).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
    if (!text || node.closest('style') || !node.checkVisibility()) continue;
    const style = getComputedStyle(node), drawn = node instanceof SVGElement;
    const ink = parts(drawn ? style.fill : style.color), ground = paper(node);
    const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
    found.push([(high + 0.05) / (low + 0.05), text.slice(0, 40), drawn]);
  }
  return found;
})()"""
WIDEST = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
# Texts of drawings that reach out of their drawing: they would be cut.
CUT = """[...document.querySelectorAll('svg text')].filter(t => t.checkVisibility()).filter(t => {
  const a = t.getBoundingClientRect(), b = t.ownerSVGElement.getBoundingClientRect();
  return a.left < b.left - 4 || a.right > b.right + 4 || a.top < b.top - 4 || a.bottom > b.bottom + 4; }).map(t => t.textContent)"""


@pytest.fixture(scope="module")
def browser():
    found = Browser(installed())
    yield found
    found.close()


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """The page of the example's day."""
    _, book, report = example()
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render(report, book, [], as_of=DAY), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def page(closed):
    """The same, every list of it opened."""
    path = closed.with_name("opened.html")
    path.write_text(closed.read_text(encoding="utf-8").replace("<details", "<details open"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def odd_page(tmp_path_factory):
    """The page of a book whose customers and items have the oddest names."""
    folder = tmp_path_factory.mktemp("odd")
    path = folder / "report.html"
    base = {"customer_id": "C2", "currency": "EUR", "issued_on": "2026-09-01", "due_on": "2026-10-01"}
    items = [
        {**base, "item_id": f"{'X' * 80}{n}", "amount": amount}
        for n, amount in enumerate(("20000", "0.01", "99999999999999.99"))
    ]
    book = read_book(write_book(folder / "book", items))
    report = FakeEngine().run(Ledger(**book.tables), None, as_of=DAY.isoformat())
    names = book.tables["customers"].column("name").to_pylist()
    book.tables["customers"] = book.tables["customers"].set_column(
        1, "name", [[NAMES[n % 3 + 1] * 3 for n, _ in enumerate(names)]]
    )
    path.write_text(render(report, book, [], as_of=date(2026, 11, 21)), encoding="utf-8")
    return path


def test_a_phone_needs_no_sideways_scrolling(browser, page, odd_page):
    for path in (page, odd_page):
        for width in (320, 390, 768):
            browser.open(path, width)
            assert browser.ask(WIDEST) == [width, width]


def test_nothing_is_asked_for_and_nothing_complains(browser, page, odd_page):
    for path in (page, odd_page):
        browser.open(path)
        assert browser.requested() == [] and browser.complaints() == []


def test_the_check_sees_what_is_asked_for(browser, tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text("<img src='http://127.0.0.1:9/x.png'><script>console.error('no')</script>", encoding="utf-8")
    browser.open(bad)
    assert browser.requested() == ["http://127.0.0.1:9/x.png"] and browser.complaints() != []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1200])
def test_every_text_stands_out(browser, page, dark, width):
    browser.open(page, width, dark=dark)
    found = browser.ask(CONTRASTS)
    assert len(found) > 1000 and sum(drawn for *_, drawn in found) > 60
    assert [(round(value, 2), text) for value, text, _ in found if value < 4.5] == []


def test_dark_is_dark_and_paper_is_white(browser, page):
    ground = "getComputedStyle(document.body).backgroundColor"
    grounds = []
    for media, dark in (("screen", False), ("screen", True), ("print", True)):
        browser.open(page, dark=dark, media=media)
        grounds.append(browser.ask(ground))
    assert grounds == ["rgb(244, 246, 248)", "rgb(14, 18, 22)", "rgb(255, 255, 255)"]
    browser.open(page, 800, dark=True, media="print")
    assert [text for value, text, _ in browser.ask(CONTRASTS) if value < 4.5] == []


@pytest.mark.parametrize("width", [390, 1200])
def test_no_text_of_a_drawing_is_cut(browser, page, width):
    browser.open(page, width)
    assert browser.ask(CUT) == []


@pytest.mark.parametrize("width", [280, 420])
def test_no_text_of_a_chart_is_cut(browser, tmp_path, width):
    """At 300 pixels the legend of the forecast lost its last letter."""
    plots = ReportPlots(example()[2])
    names = ("aging", "forecast", "calendar", "worklist", "effort", "waterfall", "autonomy")
    charts = [getattr(plots, name)(width=width) for name in names] + [plots.difference(example()[2], width=width)]
    path = tmp_path / "charts.html"
    path.write_text("<meta charset=utf-8>" + "".join(chart._repr_html_() for chart in charts), encoding="utf-8")
    browser.open(path)
    assert browser.ask("document.querySelectorAll('svg').length") == 8 and browser.ask(CUT) == []


def test_one_drawing_of_each_chart_is_seen(browser, page):
    for width in (390, 1200):
        browser.open(page, width)
        seen = browser.ask(
            "[...document.querySelectorAll('figure')].map(f => [...f.querySelectorAll('.plot')].filter(p => p.checkVisibility()).length)"
        )
        assert len(seen) == 10 and set(seen) == {1}


def test_by_ear_it_has_headings_names_and_captions(browser, page):
    browser.open(page, 390)
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    said = [
        (node.get("role", {}).get("value"), node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"]
    ]
    roles = [role for role, _ in said]
    assert roles.count("heading") > 10 and {"main", "navigation", "columnheader", "rowheader"} <= set(roles)
    assert [said for said in said if said[0] in ("image", "img", "table", "region", "link") and not said[1]] == []
    pictures = [name for role, name in said if role in ("image", "img")]
    assert len(pictures) == 10 and all(name.endswith(".") and len(name) > 40 for name in pictures)
    levels = browser.ask("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))


def test_every_table_has_a_caption_and_its_headers_a_scope(browser, page):
    browser.open(page)
    bare = "[...document.querySelectorAll('table')].filter(t => !t.caption || !t.caption.textContent.trim()).length"
    assert browser.ask(bare) == 0 and browser.ask("document.querySelectorAll('th:not([scope])').length") == 0
    assert browser.ask("document.querySelectorAll('table').length") > 20


def test_by_keyboard_everything_is_reached_and_opens(browser, closed):
    browser.open(closed)

    def press(key):
        code = {"Tab": 9, "Enter": 13}[key]
        for kind in ("keyDown", "keyUp"):
            browser.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                **({"text": "\r"} if key == "Enter" and kind == "keyDown" else {}),
            )

    press("Tab")
    assert browser.ask("document.activeElement.textContent") == "Skip to the content"
    assert browser.ask("document.activeElement.getBoundingClientRect().top") >= 0, "it is seen when it is reached"
    for _ in range(40):
        press("Tab")
        if browser.ask("document.activeElement.tagName") == "SUMMARY":
            break
    assert browser.ask("document.activeElement.parentElement.open") is False
    assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    press("Enter")
    assert browser.ask("document.activeElement.parentElement.open") is True


def test_on_paper_the_figures_behind_the_charts_are_printed(browser, closed):
    browser.open(closed, 800, media="print")
    assert browser.ask("document.querySelector('#money-EUR details table').getBoundingClientRect().height") > 100


@pytest.mark.parametrize("dark", [False, True])
def test_what_notebooks_show_stands_out_in_any_host(browser, tmp_path, dark):
    """The host says light or dark by an attribute; the system of the reader says the opposite."""
    _, _, report = example()
    plots = ReportPlots(report)
    parts = [
        notebook.report_html(report),
        notebook.table_html(report.decisions),
        plots.calendar()._repr_html_(),
        plots.difference(report)._repr_html_(),
    ]
    parts += [
        plots.autonomy()._repr_html_(),
        plots.waterfall()._repr_html_(),
        plot.worklist(worklist_rows(30), width=390)._repr_html_(),
    ]
    path = tmp_path / "notebook.html"
    host = f"<!doctype html><meta charset=utf-8><body data-jp-theme-light='{'false' if dark else 'true'}'>"
    path.write_text(host + "".join(parts), encoding="utf-8")
    browser.open(path, dark=not dark)
    assert browser.ask("getComputedStyle(document.querySelector('.ar-core')).backgroundColor") == (
        "rgb(22, 27, 32)" if dark else "rgb(255, 255, 255)"
    )
    # Words on coloured days of the calendar stand on shapes, not on the paper: their pairs are computed in test_plot_theme.
    weak = [text for value, text, drawn in browser.ask(CONTRASTS) if value < 4.5 and not drawn]
    assert weak == [] and browser.requested() == [] and browser.complaints() == []
