"""The parser: argparse that suggests, that gives every command `--json` and an example, and that fails in one sentence."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from ar_core.cli.shapes import SHAPES
from ar_core.host.errors import UsageError

LONG = re.compile(r"--[a-z][a-z-]*")
MOST_LISTED = 8


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean approve?`, or nothing."""
    found = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {found[0]}?" if found else ""


class Grammar(argparse.ArgumentParser):
    """A parser whose complaints are a `UsageError`, and which knows what was meant.

    Options are not abbreviated: what `--d` means must not depend on the options that a later version has.
    """

    example = ""

    def __init__(self, **more: Any) -> None:
        kept: dict[str, Any] = {"allow_abbrev": False, "formatter_class": argparse.RawDescriptionHelpFormatter}
        if sys.version_info >= (3, 14):
            kept["color"] = False  # nothing else here has colours
        super().__init__(**{**more, **kept})
        self._words: list[str] = []

    def error(self, message: str) -> NoReturn:
        """One sentence; an option that nobody has is the likeliest cause of a missing one."""
        strange = [word for word in self._words if LONG.fullmatch(word.partition("=")[0]) and not self._has(word)]
        if strange:
            message = self.no_option(strange[0])
        raise UsageError(f"{self.prog}: {message}", f"{self.prog} --help")

    def no_option(self, word: str) -> str:
        """That there is no such option, and what it may have been."""
        name = word.partition("=")[0]
        return f"there is no option {name}{nearest(name, self._option_string_actions)}"

    def _has(self, word: str) -> bool:
        return word.partition("=")[0] in self._option_string_actions

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse does, remembering the words for `error`."""
        self._words = list(args or ())
        return super().parse_known_args(args, namespace)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        choices = action.choices
        if choices is not None and value not in choices:
            known = [str(choice) for choice in choices]
            if isinstance(action, argparse._SubParsersAction):
                self._words = []
                hint = nearest(value, known) or ("" if len(known) > MOST_LISTED else f": {', '.join(known)}")
                self.error(f"there is no command '{value}'{hint}")
            raise argparse.ArgumentError(action, f"'{value}' is none of {', '.join(known)}{nearest(str(value), known)}")


def leaf(commands: Any, name: str, *, help: str, example: str) -> Any:
    """A command: its parser has `--json`, says in `--help` what that prints, and shows an example that runs."""
    parser = commands.add_parser(name, help=help, description=f"{help[:1].upper()}{help[1:]}.")
    parser.example = f"{parser.prog} {example}"
    shape = SHAPES.get(parser.prog.partition(" ")[2])
    answer = f"\n\n--json prints:\n  {shape.text()}" if shape else ""
    parser.epilog = f"example:\n  {parser.example}{answer}"
    parser.add_argument("--json", action="store_true", help="print one JSON document; errors as JSON on stderr")
    parser.set_defaults(grammar=parser)
    return parser


def group(commands: Any, name: str, *, help: str, dest: str) -> Any:
    """A word in front of other commands: `policy check`."""
    parser = commands.add_parser(name, help=help, description=f"{help[:1].upper()}{help[1:]}.")
    parser.set_defaults(grammar=parser)
    return parser.add_subparsers(dest=dest, metavar=dest)


def leaves(parser: argparse.ArgumentParser) -> list[Grammar]:
    """Every command of a grammar, in its order."""
    found: list[Grammar] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in dict.fromkeys(action.choices.values()):
                found.extend(leaves(child) or ([child] if isinstance(child, Grammar) else []))
    return found


def parse(top: Grammar, words: Sequence[str]) -> argparse.Namespace:
    """The command with its arguments. Raises UsageError for what is no command, no option, or too much."""
    args: argparse.Namespace
    args, rest = top.parse_known_args(positionals_first(top, words))
    parser: Grammar = getattr(args, "grammar", top)
    if rest:
        parser._words = []
        option = next((word for word in rest if word.startswith("--")), None)
        parser.error(parser.no_option(option) if option else f"what is '{rest[0]}'? There is no place for it")
    if not parser.example:
        parser._words = []
        children = ", ".join(child.prog.rpartition(" ")[2] for child in leaves(parser))
        parser.error(f"say what: {children}")
    return args


def positionals_first(top: argparse.ArgumentParser, words: Sequence[str]) -> list[str]:
    """`approve BOOK --by anna D-…` as `approve BOOK D-… --by anna`: argparse takes a list of words only where they stand together."""
    rest, parser, front = list(words), top, []
    while rest and (children := _children(parser)) and rest[0] in children:
        parser = children[rest[0]]
        front.append(rest.pop(0))
    options: list[str] = []
    while rest and rest[0] != "--":
        word = rest.pop(0)
        if not word.startswith("-") or word == "-":
            front.append(word)
            continue
        options.append(word)
        action = parser._option_string_actions.get(word)
        if action is not None and action.nargs is None and rest and rest[0] not in parser._option_string_actions:
            options.append(rest.pop(0))
    return [*front, *options, *rest]


def _children(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0]) if found else {}


def book(
    parser: Any, text: str = "a folder with items.csv or items.parquet and more tables, or one items file"
) -> None:
    """The book that a command works on."""
    parser.add_argument("book", type=Path, metavar="BOOK", help=text)


__all__ = ["Grammar", "book", "group", "leaf", "leaves", "nearest", "parse", "positionals_first"]
