"""The book in examples/book: it is what its generator makes, and a day of it shows what it is there to show."""

from __future__ import annotations

import json
import runpy
import shutil
from collections import Counter
from pathlib import Path

import ar_core as ar
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BOOK = ROOT / "examples" / "book"
DAY = "2026-11-20"


@pytest.fixture(scope="module")
def made():
    """The files as the generator makes them now."""
    return runpy.run_path(str(ROOT / "scripts" / "example_book.py"))["files"]()


def test_the_committed_files_are_what_the_generator_makes(made):
    shipped = {path.name: path.read_bytes().decode() for path in BOOK.glob("*.csv")}
    assert sorted(shipped) == sorted(made)
    changed = [name for name, text in made.items() if shipped[name] != text]
    assert not changed, f"{changed} differ; look at the difference, then: make example-book"


def test_no_text_of_it_needs_a_csv_quote(made):
    """So that a reader can split the lines by eye, and so can the smallest of programs."""
    assert not any('"' in text for text in made.values())


def test_the_first_day_acts_and_asks(tmp_path):
    pytest.importorskip("pyarrow")
    from ar_core.host.book import read_book

    book = read_book(shutil.copytree(BOOK, tmp_path / "book"))
    policy = ar.Policy.from_toml((BOOK / "policy.toml").read_text(encoding="utf-8"))
    report = ar.run(ar.Ledger(**book.tables), policy, as_of=DAY)
    found = Counter((row["action"], row["mode"]) for row in report.decisions.to_dicts())
    for action in ("post_allocation", "send_notice"):
        assert found[action, "act"] and found[action, "ask"], found
    for action in ("call", "send_invoice_copy", "review"):
        assert found[action, "ask"] and not found[action, "act"], found
    assert ar.verify_audit(report.audit) == []


def test_the_command_runs_it_and_the_second_time_changes_nothing(tmp_path, capsys):
    for library in ("pyarrow", "jinja2", "altair", "vl_convert"):
        pytest.importorskip(library)
    from ar_core import cli

    book, out = shutil.copytree(BOOK, tmp_path / "book"), tmp_path / "out"
    told = []
    for _ in range(2):
        assert cli.main(["run", str(book), "--as-of", DAY, "--out", str(out), "--json"]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0]["acted"] and told[0]["asked"] and told[0]["newly_carried_out"]
    assert told[1]["already_run"] and told[1]["newly_carried_out"] == 0
    assert (out / "report.html").stat().st_size > 10_000
