"""Every command of the grammar, by its own example: with `--json` it prints one document of the shape that is listed, and nothing else.

The list of commands is taken from the parser: one that is added is run here without being asked.
"""

import json
import re
import shlex
from decimal import Decimal

import pytest
from ar_core.cli.shapes import FAILURE, SHAPES
from cli_story import SmallEngine, commands, copy, inside, ran, wanted

COMMANDS = commands()
DAY_TEXT = re.compile(r"\d{4}-\d\d-\d\d")
# Commands that need something said before.
BEFORE = {"resume": ["stop book --action send_notice --by Ada"]}
CHECKS = {
    "text": lambda value: isinstance(value, str),
    "day": lambda value: isinstance(value, str) and DAY_TEXT.fullmatch(value),
    "amount": lambda value: isinstance(value, str) and Decimal(value).is_finite(),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "any": lambda value: True,
}


@pytest.fixture
def made(tmp_path_factory):
    return ran(tmp_path_factory)


@pytest.fixture
def story(made, tmp_path, monkeypatch):
    monkeypatch.setattr("ar_core.report_html.render", lambda *_: "")
    monkeypatch.setattr("ar_core.host.engine.native", SmallEngine)
    folder = copy(made, tmp_path / "work")
    monkeypatch.chdir(folder)
    return folder


def fits(shape, value):
    """What is wrong with an answer: fields that are missing, of another type, or not listed."""
    entries = value if shape.rows else [value]
    assert isinstance(value, list) == shape.rows, f"a list is {'wanted' if shape.rows else 'not wanted'}"
    found = []
    for entry in entries:
        found += [f"{name} is missing" for name in shape.fields if name not in entry]
        found += [] if shape.open else [f"{name} is not listed" for name in entry if name not in shape.fields]
        for name, kind in shape.fields.items():
            told = entry.get(name)
            if not (told is None and kind.endswith("?")) and name in entry and not CHECKS[kind.rstrip("?")](told):
                found.append(f"{name} is {told!r}, not {kind}")
    return found


def test_every_command_lists_what_it_prints():
    assert set(COMMANDS) == set(SHAPES)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_of_a_command_prints_one_document(name, story):
    for line in BEFORE.get(name, []):
        assert inside(*shlex.split(line)).returncode == 0
    words = shlex.split(COMMANDS[name].example)[1:]
    if "D-…" in words:
        words[words.index("D-…")] = wanted(story / "book", name)
    ended = inside(*words, "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    document = json.loads(ended.stdout)
    assert fits(SHAPES[name], document) == []
    assert document or name in ("samples", "audit search"), "an example shows something"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_fails_prints_one_document_on_stderr(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").write_text("a file where a folder is wanted")
    words = shlex.split(COMMANDS[name].example)[1:]
    if name in ("demo", "completion"):
        words = ["demo", "--out", "out/below"] if name == "demo" else ["completion", "tcsh"]
    ended = inside(*words, "--json")
    assert ended.stdout == "" and ended.returncode not in (0, 130)
    document = json.loads(ended.stderr)
    assert fits(FAILURE, document) == []
    assert document["exit_code"] == ended.returncode
    assert document["code"] != "internal", document["error"]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_an_example_and_the_shape(name, capsys):
    with pytest.raises(SystemExit) as ended:
        from ar_core import cli

        cli.main([*name.split(), "--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"example:\n  ar-core {name} " in text
    assert SHAPES[name].text() in text
