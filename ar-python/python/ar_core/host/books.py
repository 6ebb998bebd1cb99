"""Which book of a database is meant. Two books in one must never be taken for each other, nor one for two because its folder moved.

A book goes by the name it was given (`?book=` in the URL of the state), else by the folder it was last run from. Where that leaves a
doubt, a person decides.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update
from sqlalchemy import func as sql

from ar_core.host.errors import Refused
from ar_core.host.place import Place
from ar_core.host.schema import books


def find(connection: Connection, place: Place) -> int | None:
    """The number of the book, None where it has not been entered. A doubt about which one it is, is refused."""
    known = connection.execute(select(books).order_by(books.c.book_id)).all()
    if place.own and len(known) == 1:
        return int(known[0].book_id)  # the file moves with its book
    if place.book is not None:
        return next((int(row.book_id) for row in known if row.name == place.book), None)
    root = _root(place)
    for row in known:
        if row.root in (root, ""):  # a file of before does not say where its one book was
            return int(row.book_id)
    if known:
        raise _doubt(place, [(row.name, row.root) for row in known])
    return None


def enter(connection: Connection, place: Place) -> int:
    """The number of the book, which is entered if it is not known."""
    found = find(connection, place)
    if found is not None:
        return found
    number: int = connection.execute(select(sql.coalesce(sql.max(books.c.book_id), 0) + 1)).scalar_one()
    connection.execute(insert(books).values(book_id=number, name=place.book or place.default_book, root=_root(place)))
    return number


def note_root(connection: Connection, number: int, place: Place) -> None:
    """Remember where the book was last run from."""
    root = _root(place)
    connection.execute(update(books).where(books.c.book_id == number, books.c.root != root).values(root=root))


def _root(place: Place) -> str:
    return str(place.root.resolve())


def _doubt(place: Place, known: list[tuple[str, str]]) -> Refused:
    listed = "; ".join(f"'{name}', last run from {root}" for name, root in known)
    same = known[0][0] if len(known) == 1 else "NAME"
    return Refused(
        f"{place} has other books ({listed}) and none from {_root(place)}. If this is one of them that moved, say which:"
        f" --state '{place.named(same)}'. If it is another book, give it a name of its own: --state '{place.named(_free(place, known))}'"
    )


def _free(place: Place, known: list[tuple[str, str]]) -> str:
    """A name that no book has yet."""
    taken, name, number = {name for name, _ in known}, place.default_book, 1
    while name in taken:
        number += 1
        name = f"{place.default_book}-{number}"
    return name
