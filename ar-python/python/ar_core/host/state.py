"""The state of a book, opened: one transaction a day, committed after everything else is on disk.

`place` says where it is, `database` opens it, `store` asks it. The database libraries are loaded here and only here, when a state is
opened: to parse a command or to speak of an event nobody needs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ar_core.host.errors import need
from ar_core.host.place import Place, place
from ar_core.host.records import HOST, Recorded, Run, canonical, digest

if TYPE_CHECKING:
    from ar_core.host.store import State


@contextmanager
def open_state(at: Place | Path, write: bool) -> Iterator[State]:
    """The state inside one transaction: committed when the block ends well and `write` is set, else forgotten.

    A path is that of a state file. A book without state that is only read gets an empty state, so that a dry run leaves nothing behind.
    """
    need("sqlalchemy")
    from ar_core.host import books, database, store

    where = at if isinstance(at, Place) else Place(at.parent, file=at, own=True)
    with database.transaction(where, write) as connection:
        number = books.find(connection, where)
        if write:
            number = books.enter(connection, where)
            database.lock(connection, number)
            books.note_root(connection, number, where)
        yield store.State(connection, number or 0)


__all__ = ["HOST", "Place", "Recorded", "Run", "canonical", "digest", "open_state", "place"]
