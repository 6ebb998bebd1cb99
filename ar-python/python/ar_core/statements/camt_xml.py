"""XML of banks, element by element: no document types, no entities, bounded depth, and the line of every element.

expat comes with Python. A document type is where entities, files and addresses come in, and no camt message has one: it is refused before
anything of it is read. Only the part of the tree that is asked for is built, so that a file of a million entries needs the memory of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.parsers import expat

from .model import MOST_DEPTH, At


class Node:
    """An element: name without namespace, text without what its children say, line in the file."""

    __slots__ = ("attributes", "children", "line", "name", "pieces")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name, self.attributes, self.line = name, attributes, line
        self.children: list[Node] = []
        self.pieces: list[str] = []

    @property
    def text(self) -> str:
        """Text of the element."""
        return "".join(self.pieces).strip()

    def all(self, path: str) -> list[Node]:
        """Elements by a path of names such as 'Refs/EndToEndId'; `*` is any name."""
        found: Iterable[Node] = (self,)
        for name in path.split("/"):
            found = [child for node in found for child in node.children if name in ("*", child.name)]
        return list(found)

    def one(self, *paths: str) -> Node | None:
        """The first element of the first path that has one."""
        return next((node for path in paths for node in self.all(path)), None)

    def get(self, *paths: str) -> str | None:
        """Text of the first element of the first path that has text."""
        return next((node.text for path in paths for node in self.all(path) if node.text), None)


class _Stop(Exception):
    """The file is refused."""


class Walker:
    """Reads a file; `open` and `close` are called for the elements that `wants` says yes to, with the path of names above them."""

    def __init__(
        self, at: At, wanted: frozenset[str], opened: Callable[[str, int], None], closed: Callable[[Node], None]
    ) -> None:
        """wanted: names of elements that are built and given to `closed`, when they end; `opened` gets the name of every other one."""
        self._at, self._wanted, self._opened, self._closed = at, wanted, opened, closed
        self._stack: list[Node] = []
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.ExternalEntityRefHandler = self._refuse

    def read(self, data: bytes) -> bool:
        """Whether all of it was read; else there is a problem."""
        try:
            self._parser.Parse(data, True)
        except _Stop:
            return False
        except expat.ExpatError as error:
            self._at.add(
                error.lineno,
                None,
                "bad_syntax",
                f"no well-formed XML: {expat.errors.messages.get(error.code, str(error))} (column {error.offset + 1})",
            )
            return False
        except (LookupError, ValueError) as error:  # an encoding that is none, or of more than one byte a sign
            self._at.add(1, None, "unknown_encoding", f"the XML says an encoding that is not read: {error}")
            return False
        return True

    def _refuse(self, *_: object) -> int:
        self._at.add(
            self._parser.CurrentLineNumber,
            None,
            "unsafe_xml",
            "a document type or an entity; no statement has one, and it is not read",
        )
        raise _Stop

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._depth += 1
        if self._depth > MOST_DEPTH:
            self._at.add(
                self._parser.CurrentLineNumber, name, "too_large", f"elements are nested more than {MOST_DEPTH} deep"
            )
            raise _Stop
        if self._stack or name in self._wanted:
            node = Node(name, attributes, self._parser.CurrentLineNumber)
            if self._stack:
                self._stack[-1].children.append(node)
            self._stack.append(node)
        else:
            self._opened(name, self._parser.CurrentLineNumber)

    def _end(self, _: str) -> None:
        self._depth -= 1
        if self._stack:
            node = self._stack.pop()
            if not self._stack:
                self._closed(node)

    def _characters(self, text: str) -> None:
        if self._stack:
            self._stack[-1].pieces.append(text)
