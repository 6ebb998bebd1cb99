"""What goes wrong on a command line, as a table: each has one message, the right exit code, no traceback, and leaves nothing behind."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ar_core import cli
from cli_failures import CASES
from cli_story import inside
from host_helpers import write_book


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_one_message_and_nothing_left_behind(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in case.files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    before = sorted(tmp_path.rglob("*"))
    ended = inside(*case.words.split())
    assert (ended.returncode, ended.stdout) == (case.code, ""), ended.stderr
    for part in case.told:
        assert part in ended.stderr
    assert "Traceback" not in ended.stderr and "ar-core" in ended.stderr
    assert len([line for line in ended.stderr.splitlines() if line.startswith("ar-core")]) == 1, "one message"
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_typed_shows_how_to_start():
    ended = inside()
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "ar-core demo" in ended.stdout and len(ended.stdout.splitlines()) < 15


def test_the_version(capsys):
    from ar_core import __version__

    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0 and capsys.readouterr().out == f"ar-core {__version__}\n"


def test_words_stand_in_any_order():
    from ar_core.cli.grammar import positionals_first

    top = cli.parser()
    assert positionals_first(top, ["approve", "b", "--by", "anna", "D-1"]) == ["approve", "b", "D-1", "--by", "anna"]
    assert positionals_first(top, ["approve", "--by", "anna", "b", "D-1"]) == ["approve", "b", "D-1", "--by", "anna"]
    assert positionals_first(top, ["run", "b", "--out", "D-out"]) == ["run", "b", "--out", "D-out"]
    assert positionals_first(top, ["policy", "check", "--json", "p"]) == ["policy", "check", "p", "--json"]
    assert positionals_first(top, ["match", "b", "--out", "o", "--", "-s.sta"]) == [
        "match",
        "b",
        "--out",
        "o",
        "--",
        "-s.sta",
    ]


def test_a_bar_and_a_header_with_both_marks_are_read(tmp_path):
    from ar_core.host.book import read_book

    (tmp_path / "items.csv").write_text('item_id|"a, b"|amount\n7|x, y|1.50\n')
    assert read_book(tmp_path).tables["items"].to_pylist() == [{"item_id": "7", "a, b": "x, y", "amount": "1.50"}]


def test_a_fault_of_our_own_is_said_and_not_hidden(tmp_path, monkeypatch):
    book = write_book(tmp_path / "book")

    def broken(*_):
        raise KeyError("nonsense")

    monkeypatch.setattr("ar_core.host.commands.run_day", broken)
    ended = inside("run", book, "--as-of", "2026-11-21", "--out", tmp_path / "out")
    assert ended.returncode == 1 and "a fault of ar-core itself (KeyError: 'nonsense')" in ended.stderr
    monkeypatch.setenv("AR_CORE_DEBUG", "1")
    with pytest.raises(KeyError):
        inside("run", book, "--as-of", "2026-11-21", "--out", tmp_path / "out")


def test_a_parquet_file_of_the_wrong_types_names_the_column(tmp_path):
    pq.write_table(pa.table({"item_id": [1], "customer_id": ["C"], "currency": [True]}), tmp_path / "items.parquet")
    ended = inside("run", tmp_path, "--as-of", "2026-11-21", "--out", tmp_path / "out")
    assert ended.returncode == 2 and "currency" in ended.stderr
