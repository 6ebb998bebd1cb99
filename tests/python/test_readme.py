"""The Python of README.md runs as it stands, and shows what the text around it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_examples_run(capsys):
    pytest.importorskip("polars")
    pytest.importorskip("pyarrow")
    printed, names = [], {}
    for block in BLOCKS:
        exec(compile(block, "README.md", "exec"), names)  # noqa: S102 - ours
        printed.append(capsys.readouterr().out.splitlines())
    [[notice], shown, [], [payment, line], [score, cash], [today, gap], [sent, heard, closing], [said, written]] = printed
    assert notice.startswith("send_notice 250.00 ") and "29 days past due" in notice
    assert "no_history" in shown[2] and any(line.startswith("  due_on       <-  'Fällig am'") for line in shown)
    assert payment.split()[:3] == ["P1", "Acme", "auto"] and payment.endswith(" unique")
    assert line == "I1 250.00 payment"
    late, median, low, high = score.split()
    assert 0 < float(late) < 1 and "2026-11-20" <= low <= median <= high
    assert 0 < float(cash) < 250
    assert today.startswith("True 2 ") and gap == "0.0"
    assert said == "promise 2026-11-27 27 November False"
    assert "invoice I1 refused" in written and "BAD_AMOUNT" in written
    assert heard.startswith("['Acme'] [")
    assert sent == "send_notice email True" and closing == "[Decimal('250.00')]"
