"""What is wrong with a table before it is trusted, in words that somebody can act on.

    print(ar.check(df))                                   # an export, or a table of ours
    ar.check(items, customers=customers, as_of="2026-11-21").problems

`check` reads the table as `ar.infer_columns` does, so that an export and a table of ours go the same way; `cells` looks at what was
written (spaces, lost zeros, broken umlauts), `items` and `customers` at what it means, `history` at what a model would learn from it.
`result` is what comes out. Each finding has a code, how many rows, the first of them, an example and what to do.
"""

from .findings import Problem
from .result import Quality, check

__all__ = ["Problem", "Quality", "check"]
