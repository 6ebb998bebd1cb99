"""The document of the command line: written from the grammar and the shapes, committed, and held against them.

AR_WRITE_GOLDEN=1 pytest tests/python/test_cli_document.py
"""

import os
from pathlib import Path

from ar_core import cli
from ar_core.cli.shapes import FAILURE, SHAPES
from cli_story import commands

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "command.md"
HEAD = """# The command `ar-core`

Generated. `ar-core COMMAND --help` has every option.

## What every command does

- The answer goes to stdout; progress, notes and complaints go to stderr. Bars are drawn on a terminal only; colours are never used.
- With `--json` stdout has one JSON document and nothing else, and stderr nothing. A command that fails prints nothing to stdout, and to
  stderr one document: {failure}. What ends with 1 for what it found (a broken chain, a void approval) has an answer as always.
- In the tables below `?` is null or a value. Amounts are decimal text, days ISO text. A field is never renamed and never changes its type;
  more may be added.
- Files of results are whole or not there. What is interrupted (Ctrl-C) ends with 130 and is not recorded.

```text
{codes}
```

## Commands
"""


def document():
    codes = "\n".join(line.strip() for line in cli.EXIT_CODES.splitlines()[1:3])
    lines = [HEAD.format(failure=fields(FAILURE), codes=codes)]
    for name, leaf in commands().items():
        shape = SHAPES[name]
        kind = "A list, in each entry" if shape.rows else "An object"
        more = (", and more" if shape.open else "") + (f"; {shape.also}" if shape.also else "")
        lines.append(
            f"### `{name}`\n\n{leaf.description}\n\n```console\n{leaf.example}\n```\n\n{kind}: {fields(shape)}{more}.\n"
        )
    return "\n".join(lines)


def fields(shape):
    return ", ".join(f"`{name}` ({kind})" for name, kind in shape.fields.items())


def test_the_document_is_that_of_the_grammar():
    if os.environ.get("AR_WRITE_GOLDEN"):
        DOCUMENT.write_text(document(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "AR_WRITE_GOLDEN=1 writes it anew"
