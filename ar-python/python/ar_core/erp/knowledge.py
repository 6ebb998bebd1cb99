"""What is known of exports, read from the tables beside this file: `systems/*.txt` (what each system calls its columns and writes into
them), `words.txt` (what the words of a heading mean) and `roles.txt` (what a column can be).

A new system is a new file; a new heading is a word in a line. No code names a system.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import product
from typing import Any

_UMLAUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "º": "°"})
_CAMEL = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])")
_TOKEN = re.compile(r"[a-z0-9]+°?|[#%°]")


@dataclass
class Layout:
    """One kind of export of one system: what its headings stand for, and what its words mean."""

    system: str
    table: str
    about: str
    marks: frozenset[str] = frozenset()
    columns: dict[str, list[str]] = field(default_factory=dict)
    """Role -> headings, the usual first."""
    key: tuple[str, ...] = ()
    """Roles that together tell one item from another, where the identifier alone does not."""
    kinds: dict[str, str] = field(default_factory=dict)
    signs: dict[str, int] = field(default_factory=dict)
    posting: dict[str, int] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """Role -> what a cell says -> what it means, where that is another word."""
    totals: tuple[str, ...] = ()
    options: frozenset[str] = frozenset()

    @cached_property
    def roles(self) -> dict[str, str]:
        """Heading without its dress -> role; the first that claims a heading has it."""
        found: dict[str, str] = {}
        for role, names in self.columns.items():
            for name in names:
                found.setdefault(bare(name), role)
        return found


@dataclass(frozen=True)
class Role:
    """What a column can be: its name, what its cells must be, and whether the table has a column of that name."""

    name: str
    content: str
    column: bool


def fold(text: str) -> str:
    """Lower case, umlauts spelled out, no accents; text that was read in the wrong encoding is put right first."""
    if "Ã" in text or "Â" in text:
        with suppress(UnicodeError):
            text = text.encode("cp1252").decode("utf-8")
    lowered = unicodedata.normalize("NFKC", text).lower().translate(_UMLAUT)
    return "".join(mark for mark in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(mark))


def bare(heading: str) -> str:
    """A heading without case, accents, spaces and punctuation: `Doc. Date`, `DocDate` and `doc_date` are one."""
    return "".join(_TOKEN.findall(fold(heading.replace("\ufeff", ""))))


def tokens(heading: str) -> list[str]:
    """The words of a heading: at spaces, punctuation and humps."""
    return _TOKEN.findall(fold(_CAMEL.sub(" ", heading.replace("\ufeff", ""))))


def _lines(name: str) -> list[str]:
    text = files(__package__).joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(" | ") if part.strip()]


@lru_cache(maxsize=1)
def layouts() -> tuple[Layout, ...]:
    """Every known kind of export."""
    names = sorted(
        entry.name for entry in files(__package__).joinpath("systems").iterdir() if entry.name.endswith(".txt")
    )
    found: list[Layout] = []
    for name in names:
        system = ""
        for number, line in enumerate(_lines(f"systems/{name}"), 1):
            word, _, rest = line.partition(" ")
            rest = rest.strip()
            if word == "system":
                system = rest
            elif word == "table":
                table, about = _split(rest)
                found.append(Layout(system, table, about))
            else:
                _statement(found[-1], word, rest, f"{name}:{number}")
    return tuple(found)


def _statement(layout: Layout, word: str, rest: str, where: str) -> None:
    first, _, more = rest.partition(" ")
    if word == "marks":
        layout.marks = frozenset(bare(mark) for mark in rest.split())
    elif word == "column":
        layout.columns.setdefault(first, []).extend(_split(more))
    elif word == "key":
        layout.key = tuple(rest.split())
    elif word == "kind":
        layout.kinds.update({value.casefold(): first for value in _split(more)})
    elif word == "sign":
        layout.signs.update({value.casefold(): int(first + "1") for value in _split(more)})
    elif word == "posting":
        layout.posting.update({value: int(first + "1") for value in more.split()})
    elif word == "status":
        layout.status.update({value.casefold(): first for value in _split(more)})
    elif word == "value":
        means, _, cells = more.strip().partition(" ")
        layout.values.setdefault(first, {}).update({cell.casefold(): means for cell in _split(cells)})
    elif word == "totals":
        layout.totals = tuple(value.casefold() for value in _split(rest))
    elif word == "option":
        layout.options = frozenset(rest.split())
    else:
        raise ValueError(f"{where}: '{word}' is no statement of a table of headings")


@lru_cache(maxsize=1)
def roles() -> dict[str, dict[str, Role]]:
    """Table -> name -> role, in the order in which a mapping shows them."""
    found: dict[str, dict[str, Role]] = {}
    table = ""
    for line in _lines("roles.txt"):
        word, name, *more = line.split()
        if word == "table":
            table = name
            found[table] = {}
        else:
            found[table][name] = Role(name, more[0], "column" in more)
    return found


@lru_cache(maxsize=1)
def _words() -> tuple[dict[tuple[str, ...], set[str]], dict[frozenset[str], list[tuple[str, float]]]]:
    phrases: dict[tuple[str, ...], set[str]] = {}
    means: dict[frozenset[str], list[tuple[str, float]]] = {}
    for line in _lines("words.txt"):
        word, name, rest = line.split(None, 2)
        if word == "word":
            for phrase in _split(rest):
                if split := tuple(tokens(phrase)):
                    phrases.setdefault(split, set()).add(name)
        else:
            certainty, _, sets = rest.partition(" ")
            for concepts in _split(sets):
                means.setdefault(frozenset(concepts.split()), []).append((name, int(certainty) / 100))
    return phrases, means


@lru_cache(maxsize=1)
def _pieces() -> frozenset[str]:
    return frozenset(phrase[0] for phrase in _words()[0] if len(phrase) == 1 and phrase[0].isalpha())


def _compound(word: str) -> list[str] | None:
    """`rechnungsnummer` as `rechnung nummer`, `duedate` as `due date`: whole words only, with the s that German puts between."""
    pieces = _pieces()

    def cut(rest: str, depth: int) -> list[str] | None:
        if not rest or depth > 3:
            return [] if not rest else None
        for size in range(len(rest), 1, -1):
            piece = rest[:size]
            if piece not in pieces or (size < 3 and size != len(rest)):
                continue
            for skip in (0, 1, 2):
                if skip and (size == len(rest) or rest[size : size + skip] not in ("s", "n", "en", "es")):
                    continue
                more = cut(rest[size + skip :], depth + 1)
                if more is not None:
                    return [piece, *more]
        return None

    found = cut(word, 0) if len(word) >= 5 else None
    return found if found and len(found) > 1 else None


@lru_cache(maxsize=4096)
def meanings(heading: str, cut: bool = False) -> tuple[tuple[str, float], ...]:
    """What the words of a heading mean together: roles with certainties. cut: its last word may be the beginning of one."""
    phrases, means = _words()
    split: list[str] = []
    for token in tokens(heading):
        split.extend([token] if (token,) in phrases or not token.isalpha() else _compound(token) or [token])
    found: dict[str, float] = {}
    for ending in _endings(split[-1]) if cut and split else [split[-1] if split else ""]:
        concepts, certainty = _concepts(phrases, [*split[:-1], ending]) if split else ([], 0.0)
        for chosen in product(*concepts) if len(concepts) <= 6 else ():
            for role, base in means.get(frozenset(chosen) - {"noise"}, ()):
                found[role] = max(found.get(role, 0.0), base * certainty)
    return tuple(sorted(found.items(), key=lambda entry: -entry[1]))


def _endings(piece: str) -> list[str]:
    """The words that a piece may begin. A piece that is a word may still be a longer one."""
    return [word for word in _pieces() if word.startswith(piece)] or [piece]


def _concepts(phrases: dict[tuple[str, ...], set[str]], split: list[str]) -> tuple[list[set[str]], float]:
    """The concepts of the words, longest phrases first, and how much of the heading was understood."""
    concepts: list[set[str]] = []
    certainty, at = 1.0, 0
    while at < len(split):
        for size in range(min(4, len(split) - at), 0, -1):
            known = phrases.get(tuple(split[at : at + size]))
            if known:
                concepts.append(known)
                at += size
                break
        else:
            # A number counts columns (`Date 2`); a word that nothing knows may turn the meaning around.
            certainty *= 0.75 if split[at].isdigit() else 0.5
            at += 1
    return concepts, certainty


def general() -> Layout:
    """What cells say in any export."""
    return next(layout for layout in layouts() if layout.system == "any")


@lru_cache(maxsize=8)
def known_names(table: str) -> dict[str, dict[str, Any]]:
    """Heading without its dress -> role -> system, over all systems."""
    found: dict[str, dict[str, Any]] = {}
    for layout in layouts():
        if layout.table == table:
            for name, role in layout.roles.items():
                found.setdefault(name, {}).setdefault(role, layout.system)
    return found
