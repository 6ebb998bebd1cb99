"""Exports of ERP systems as they are: which column is what, what their cells mean, and one table of ours out of it.

    mapping = ar.infer_columns(df)          # looks at headings and cells
    print(mapping)                          # what is what, what was assumed, what must be answered
    mapping = mapping.with_(currency="EUR") # what you know better
    ledger = ar.Ledger(items=mapping.apply(df))

The knowledge is data: `systems/*.txt` has a table for each kind of export of each system, `words.txt` what the words of a heading mean,
`roles.txt` what a column can be. `knowledge` reads them, `profile` looks at cells, `infer` puts columns to roles, and `build` makes the
table: `rows` finds lines that are no data, `values` (with `dates` and `numbers`) reads cells, `kinds` finds the side, `terms` the due
date, `lines` one row an item, `items` puts them together. `mapping` is what a user holds and `show` how it looks.

Nothing is guessed in silence: what is told from the cells is an assumption that can be read and changed, what cannot be told is a
problem that names the setting which answers it.
"""

from .mapping import LeftOut, Mapping, infer_columns
from .values import Assumption

__all__ = ["Assumption", "LeftOut", "Mapping", "infer_columns"]
