"""What notebooks show: bounded, escaped, typed, in the theme of its host, without a network; with and without the optional libraries."""

import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import ar_core
import pyarrow as pa
import pytest
from ar_core import notebook, plot
from plot_helpers import DAY, NAMES, example

VOID = {"meta", "br", "img", "rect"}


class Shape(HTMLParser):
    """Checks that every element that is opened is closed, and collects tags and the cells of tables."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.cells = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if {"td", "th"} & set(self.open):
            self.cells[-1] += data


def shape(text):
    found = Shape(text)
    assert {"script", "link", "iframe", "img", "object"}.isdisjoint(found.tags)
    assert "http" not in re.sub(r"http://www.w3.org/[\w/]+", "", text) and "@import" not in text
    return found


def test_a_long_table_shows_its_ends_and_its_size():
    table = pa.table(
        {
            "id": [f"I{n}" for n in range(100_000)],
            "amount": pa.array([Decimal("1234.50")] * 100_000, pa.decimal128(38, 2)),
        }
    )
    text = notebook.table_html(table)
    cells = shape(text).cells
    assert cells[:2] == ["idstring", "amountdecimal[2]"] and "100,000 rows, 2 columns" in text
    assert [cell for cell in cells if cell.startswith("I")] == [f"I{n}" for n in (*range(10), *range(99_990, 100_000))]
    assert "… 99,980 more rows …" in cells and cells.count("1,234.50") == 20
    assert len(text) < 12_000
    assert text.count('<td class="right">') == 20


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, 1), (21, 21), (22, 20)])
def test_a_short_table_is_shown_whole(count, shown):
    cells = shape(notebook.table_html(pa.table({"id": [f"I{n}" for n in range(count)]}))).cells
    assert sum(cell.startswith("I") for cell in cells) == shown
    assert ("… 2 more rows …" in cells) == (count == 22)


def test_every_part_of_a_report_is_shown_with_its_types():
    report = example()[2]
    for name in report.parts():
        text = notebook.table_html(report.part(name))
        cells = shape(text).cells
        columns = report.part(name).column_names
        assert len(text) < 60_000 and [cell for cell in cells[: len(columns)]] != [] and f"<b>{name}</b>" in text
        assert all(
            cell.startswith(column) and len(cell) > len(column) for cell, column in zip(cells, columns, strict=False)
        ), name


def test_values_are_written_as_people_read_them():
    wanted = {
        None: "null",
        True: "true",
        Decimal("-1234567.890"): "-1,234,567.890",
        0.1 + 0.2: "0.3",
        date(2026, 11, 20): "2026-11-20",
        "x" * 200: "x" * 79 + "…",
        ("a", "b", "c", "d", "e", "f"): "a, b, c, d, … 2 more",
    }
    assert {value: re.sub("<[^>]+>", "", notebook.written(value)) for value in wanted} == wanted
    reason = {"code": "past_due", "observed": 37, "limit": None, "unit": "days"}
    assert notebook.written([reason]) == "past_due 37"


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_escaped(name):
    text = notebook.table_html(pa.table({name: [name]})) + notebook.table_html([{name: name}])
    shape(text)
    assert "<script" not in text


def test_light_and_dark_follow_the_host_before_the_system():
    text = notebook.style()
    assert "color-scheme:light dark" in text and "light-dark(#1b1f24,#e8eaed)" in text
    for host in ("body[data-jp-theme-light='false']", "body.vscode-dark", "html[theme='dark']"):
        assert re.search(re.escape(f"{host} .ar-core") + r"[^{}]*\{color-scheme:dark\}", text)
    assert re.search(re.escape("body[data-jp-theme-light='true'] .ar-core") + r"[^{}]*\{color-scheme:light\}", text)


def test_a_chart_is_shown_with_its_title_its_notes_and_its_sentence():
    chart = plot.ReportPlots(example()[2]).aging()
    text = chart._repr_html_()
    shape(text)
    assert f'role="img" aria-label="{chart.text.replace("<", "&lt;")}"' in text
    assert all(note in text for note in chart.notes) and chart.title in text and len(text) < 20_000


def statements():
    data = Path(__file__).resolve().parents[2] / "examples" / "notebooks" / "data"
    return ar_core.statements.read([data / name for name in ("statement.xml", "statement.sta", "remittance.edi")])


def test_statements_are_one_line_a_file_where_they_have_no_balances():
    text = notebook.statements_html(statements())
    assert text.count("statement.xml") == text.count("statement.sta") == 1 and text.count(">holds<") == 2
    assert text.count("<td><bdi>remittance.edi</bdi></td>") == 1 and "none to compare" in text and "read the bank&#x27;s statement" in text


def test_the_middle_of_a_long_log_is_left_out():
    log = ar_core.AuditLog()
    log.append(example()[2])
    text = notebook.audit_html(log)
    assert f"{len(log) - 10:,} more" in text and f'<td class="right">{len(log) - 1}</td>' in text
    assert log.table.to_dicts()[0]["digest"][:8] + "…" in text and log.table.to_dicts()[7]["digest"][:8] not in text
    assert "more" not in re.sub("<style>.*?</style>", "", notebook.audit_html(ar_core.AuditLog()))


def test_results_of_every_class_are_shown():
    ledger, book, report = example()
    items = book.tables["items"]
    policy = ar_core.Policy.from_json('{"autonomy": {"amount_limit": 7000}}')
    log = ar_core.AuditLog()
    log.append(report)
    shown = {
        "45 decisions: 19 to act, 19 to ask, 7 to wait; 19 lines wait for a person": notebook.report_html(report),
        "2 settings otherwise than the default": notebook.policy_html(policy),
        "nothing is done without a person": notebook.policy_html(ar_core.Policy.default()),
        "fitted with what was known before 20 Nov 2026": notebook.pay_time_html(ar_core.PayTimeModel.fit(items, DAY)),
        "payment times": notebook.models_html(ar_core.Models.fit(ledger, DAY)),
        ledger.digest()[:12]: notebook.ledger_html(ledger),
        f"head {log.head['len']}:{log.head['digest']}": notebook.audit_html(log),
        "3 payments": notebook.match_html(ar_core.match_payments(items, book.tables["payments"].slice(1930, 3))),
        "1 day from 20 Nov 2026": notebook.rehearsal_html(
            ar_core.rehearse(ledger, policy, ar_core.Policy.default(), DAY)
        ),
        "Agreement is not correctness": notebook.shadow_html(report.shadow([])),
        "54 payments, 13 remittance lines of 57 entries": notebook.statements_html(statements()),
    }
    for words, text in shown.items():
        shape(text)
        assert words in text and len(text) < 80_000, words


def test_readings_verdicts_and_notices_are_shown():
    _, book, report = example()
    mail = "RE0100001: we pay EUR 1,053.01 on 27 November 2026. <script>alert(1)</script>"
    reading = notebook.result_html(ar_core.read_reply(mail, received_on=DAY, items=book.tables["items"]))
    assert {"RE0100001", "2026-11-27", "EUR 1,053.01"} <= set(shape(reading).cells)
    notice_id = next(row["decision_id"] for row in report.decisions.to_dicts() if row["action"] == "send_notice")
    notice = ar_core.write_notice(
        report, notice_id, sender={"name": "<b>North</b>", "email": "ar@north.example"}, draft="You owe nothing."
    )
    text = notebook.result_html(notice)
    shape(text)
    assert "&lt;b&gt;North&lt;/b&gt;" in text and "draft refused" in text and "Findings in the draft" in text


def test_without_the_optional_libraries_tables_are_shown_and_charts_are_words():
    """In a process of its own, where pyarrow and vl_convert cannot be imported."""
    code = """
import sys
for name in ("pyarrow", "vl_convert", "altair", "jinja2", "pandas", "polars"):
    sys.modules[name] = None
import ar_core
assert not [name for name in sys.modules if name.startswith(("ar_core.plot", "ar_core.notebook"))], "importing draws nothing"
assert ar_core.plot.aging and ar_core.notebook.table_html
from ar_core import notebook
from ar_core.plot.drawing import Plot
book = ar_core.simulate(seed=1, customers=5)
report = ar_core.run(ar_core.Ledger(**book), as_of="2026-11-20")
text = notebook.table_html(report.scores)
assert "<td" in text and "decimal[2]" in text and "2026-" in text
assert "to ask" in notebook.report_html(report)
words = notebook.plot_html(Plot("Title", "One sentence.", {"mark": "bar"}))
assert "One sentence." in words and "pip install" in words
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_is_no_class_of_ours_has_no_function():
    with pytest.raises(AttributeError, match="has no attribute 'nobody_html'"):
        _ = notebook.nobody_html
