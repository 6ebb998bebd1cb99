"""Frames in and out: whatever tables you work with, and the same kind back.

    scores = ar.to_frame(report.scores, like=df)        # a pandas frame where `df` is one, a polars frame where it is that
    ar.to_frame(df, like="pyarrow")                     # or by name

The engine itself reads anything that speaks Arrow. `arrow_table` reads more: what has to be asked first (a lazy frame, a data set),
what knows no Arrow (arrays of records of numpy, named tuples), and what Arrow cannot hold (columns of mixed values, the cells
`[7, "Azure Interior"]` and `False` that Odoo's interface gives for a record and for nothing).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

FrameKind: TypeAlias = Literal["pandas", "polars", "lazy", "pyarrow", "batch", "reader", "duckdb", "dicts", "columns"]
"""What `kind_of` says and `to_frame` takes: frames of pandas and polars, a LazyFrame of polars, a Table, RecordBatch or
RecordBatchReader of pyarrow, a relation of DuckDB, a list of dicts, a dict of columns."""

KINDS: tuple[FrameKind, ...] = ("pandas", "polars", "lazy", "pyarrow", "batch", "reader", "duckdb", "dicts", "columns")

PART = "\u2009"  # a thin space: no export has one in a heading
"""Behind it the second half of a column of pairs: `partner_id` holds 7, `partner_id name` 'Azure Interior'."""


def need(module: str) -> Any:
    """Import an optional library, or say how to get it. Raises ImportError."""
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError as error:
        library = module.split(".", 1)[0]
        raise ImportError(
            f"this needs the library '{library}' ({error}). Install it with: pip install 'ar-core[frames]'"
            if library == "pyarrow"
            else f"this needs the library '{library}' ({error}). Install it with: pip install {library}"
        ) from error


def kind_of(frame: Any) -> FrameKind:
    """What kind of table this is.

    Raises TypeError for what is none.

    >>> from ar_core.frames import kind_of
    >>> kind_of([{"item_id": "I1"}]), kind_of({"item_id": ["I1"]})
    ('dicts', 'columns')
    """
    kind = type(frame)
    names = {f"{base.__module__.split('.', 1)[0]}.{base.__name__}" for base in kind.__mro__}
    for name, known in _CLASSES.items():
        if name in names:
            return known
    if isinstance(frame, Mapping):
        return "columns"
    if any(hasattr(frame, name) for name in ("__arrow_c_stream__", "__arrow_c_array__", "to_table")):
        return "pyarrow"
    if isinstance(frame, Iterable) and not isinstance(frame, (str, bytes)):
        return "dicts"
    raise TypeError(
        f"{kind.__name__} is not a table: give a frame of pandas, polars, pyarrow or DuckDB, a list of dicts, or a dict of columns"
    )


_CLASSES: dict[str, FrameKind] = {
    "pandas.DataFrame": "pandas",
    "polars.DataFrame": "polars",
    "polars.LazyFrame": "lazy",
    "pyarrow.Table": "pyarrow",
    "pyarrow.RecordBatch": "batch",
    "pyarrow.RecordBatchReader": "reader",
    "_duckdb.DuckDBPyRelation": "duckdb",
    "_duckdb.DuckDBPyConnection": "duckdb",
    "duckdb.DuckDBPyRelation": "duckdb",
    "duckdb.DuckDBPyConnection": "duckdb",
    "numpy.recarray": "dicts",
    "numpy.ndarray": "dicts",
}


def to_frame(table: Any, like: Any = "pandas") -> Any:
    """A table as another kind of frame.

    table: any table: a `Table` of the engine, or whatever `arrow_table` reads. like: a frame of the kind that is wanted, or a name:
    `pandas`, `polars`, `lazy`, `pyarrow`, `batch`, `reader`, `duckdb`, `dicts`, `columns`. A connection of DuckDB gives a relation of
    that connection, a relation one of the default connection (a relation does not tell its own).

    Amounts stay exact: `decimal.Decimal` in pandas and plain Python, decimals of Arrow elsewhere. For pandas the types follow `like`:
    where it has columns of Arrow, all are (`ArrowDtype`); where it has days as datetime64, days are that too.
    Raises TypeError for what is no table, ValueError for another name, ImportError without the library.

    >>> import ar_core as ar
    >>> ar.to_frame({"amount": ["12.50"], "currency": ["EUR"]}, like="dicts")
    [{'amount': '12.50', 'currency': 'EUR'}]
    """
    if isinstance(like, str):
        if like not in KINDS:
            raise ValueError(f"like='{like}': give a frame, or one of {', '.join(KINDS)}")
        kind: FrameKind = like
    else:
        kind = kind_of(like)
    if kind == "dicts" and hasattr(table, "to_dicts") and hasattr(table, "column_names"):
        return table.to_dicts()
    arrow = arrow_table(table)
    if kind == "pandas":
        return _to_pandas(arrow, like)
    if kind in ("polars", "lazy"):
        frame = need("polars").DataFrame(arrow)
        return frame.lazy() if kind == "lazy" else frame
    if kind == "batch":
        batches = arrow.combine_chunks().to_batches()
        return batches[0] if batches else need("pyarrow").RecordBatch.from_pylist([], schema=arrow.schema)
    if kind == "reader":
        return arrow.to_reader()
    if kind == "duckdb":
        source = like if hasattr(like, "from_arrow") and hasattr(like, "cursor") else need("duckdb")
        return source.from_arrow(arrow)
    if kind == "dicts":
        return arrow.to_pylist()
    if kind == "columns":
        return {name: arrow.column(index).to_pylist() for index, name in enumerate(arrow.column_names)}
    return arrow


def _to_pandas(arrow: Any, like: Any) -> Any:
    pd = need("pandas")
    dtypes = [] if isinstance(like, str) else list(like.dtypes)
    if any(isinstance(dtype, pd.ArrowDtype) for dtype in dtypes):
        return arrow.to_pandas(types_mapper=pd.ArrowDtype)
    return arrow.to_pandas(date_as_object=not any(getattr(dtype, "kind", "") == "M" for dtype in dtypes))


def arrow_table(frame: Any) -> Any:
    """Any table as a pyarrow.Table, without a copy where the frame speaks Arrow.

    frame: a frame of pandas (numpy, nullable, Arrow, categorical and period columns), polars (also lazy: it is collected), pyarrow
    (also a Dataset or Scanner), DuckDB (a relation, or a connection with a result), a numpy array of records, rows (dicts, named tuples,
    dataclasses) or a dict of columns. Names of columns become text; where two are the same, the later ones get `.1`, `.2` as pandas
    gives them. A column whose values are of many types becomes text, value by value. Raises TypeError for what is no table,
    ImportError without pyarrow.

    >>> from ar_core.frames import arrow_table
    >>> arrow_table([{"id": 1, "partner": [7, "Azure"]}, {"id": 2, "partner": False}]).column("partner").to_pylist()
    ['7', None]
    """
    pa = need("pyarrow")
    kind = kind_of(frame)
    if kind == "lazy":
        frame, kind = frame.collect(), "polars"
    if kind == "pandas":
        return _from_pandas(pa, frame)
    if kind == "duckdb":
        result = frame.to_arrow_table() if hasattr(frame, "to_arrow_table") else frame.fetch_arrow_table()
        return _unique(result)
    if kind == "dicts":
        return _from_rows(pa, frame)
    if kind == "columns":
        return _from_columns(pa, {str(name): _listed(values) for name, values in frame.items()})
    if hasattr(frame, "to_table"):  # a Dataset or a Scanner of pyarrow
        return _unique(frame.to_table())
    return _unique(pa.table(frame))


def _listed(values: Any) -> list[Any]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise TypeError(f"a column is a list, an array or a series, not a {type(values).__name__}")
    plain = values.tolist() if hasattr(values, "tolist") and not hasattr(values, "to_pylist") else None
    if plain is not None and not _needs_values(values):
        return list(plain)
    if hasattr(values, "to_pylist"):
        return list(values.to_pylist())
    return list(values)


def _needs_values(values: Any) -> bool:
    """Days of numpy: `tolist` gives bare numbers for some units."""
    return getattr(getattr(values, "dtype", None), "kind", "") == "M"


def _unique(table: Any) -> Any:
    names = table.column_names
    return table if len(set(names)) == len(names) else table.rename_columns(_numbered(names))


def _numbered(names: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    numbered = []
    for name in names:
        count = seen.get(name, 0)
        seen[name] = count + 1
        numbered.append(f"{name}.{count}" if count else name)
    return numbered


def _from_pandas(pa: Any, frame: Any) -> Any:
    named = [str(name) for name in frame.index.names if name is not None]
    frame = frame.reset_index() if named else frame
    columns: dict[str, Any] = {}
    names = _numbered(
        [" ".join(map(str, name)).strip() if isinstance(name, tuple) else str(name) for name in frame.columns]
    )
    for at, name in enumerate(names):
        series = frame.iloc[:, at]
        if str(series.dtype).startswith("period"):
            series = series.dt.to_timestamp()
        columns[name] = _array(pa, series)
    return pa.table(columns)


def _array(pa: Any, series: Any) -> Any:
    """One column of pandas; value by value where Arrow does not take it as it is."""
    if str(series.dtype) != "object":
        try:
            array = pa.array(series, from_pandas=True)
            return array if not isinstance(array, pa.ExtensionArray) else array.storage
        except (pa.ArrowException, TypeError, ValueError, NotImplementedError):
            pass
    return _values(pa, [None if _missing(value) else value for value in series.tolist()])


def _missing(value: Any) -> bool:
    if value is None or type(value).__name__ in ("NaTType", "NAType"):
        return True
    return isinstance(value, (float, Decimal)) and value != value


def _from_rows(pa: Any, rows: Any) -> Any:
    if type(rows).__module__.split(".", 1)[0] == "numpy":
        if rows.dtype.names is None:
            raise TypeError("an array of numpy is a table only with named fields (a structured array or a recarray)")
        return _from_columns(pa, {str(name): _listed(rows[name]) for name in rows.dtype.names})
    columns: dict[str, list[Any]] = {}
    count = 0
    for row in rows:
        if hasattr(row, "_asdict"):
            row = row._asdict()
        elif is_dataclass(row) and not isinstance(row, type):
            row = asdict(row)
        if not isinstance(row, Mapping):
            raise TypeError(f"row {count} is a {type(row).__name__}, not a dict")
        for name, value in row.items():
            column = columns.setdefault(str(name), [])
            column.extend([None] * (count - len(column)))
            column.append(value)
        count += 1
    for column in columns.values():
        column.extend([None] * (count - len(column)))
    return _from_columns(pa, columns)


def _from_columns(pa: Any, columns: dict[str, list[Any]]) -> Any:
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise TypeError(
            f"columns of different lengths: {', '.join(f'{name} {size}' for name, size in lengths.items())}"
        )
    arrays: dict[str, Any] = {}
    for name, values in columns.items():
        values = [None if _missing(value) else value for value in values]
        pairs = _pairs(values)
        if pairs:
            arrays[name], arrays[name + PART + "name"] = (
                pa.array(pairs[0], pa.string()),
                pa.array(pairs[1], pa.string()),
            )
        else:
            arrays[name] = _values(pa, values)
    return pa.table(arrays)


def _pairs(values: list[Any]) -> tuple[list[str | None], list[str | None]] | None:
    """Cells `[7, 'Azure Interior']`: the record that a field points to, as Odoo's interface gives it; False where there is none."""
    found = [value for value in values if isinstance(value, (list, tuple))]
    if not found or not all(len(pair) == 2 and isinstance(pair[0], int) and isinstance(pair[1], str) for pair in found):
        return None
    if any(value is not None and value is not False and not isinstance(value, (list, tuple)) for value in values):
        return None
    split = [value if isinstance(value, (list, tuple)) else (None, None) for value in values]
    return [None if key is None else str(key) for key, _ in split], [text for _, text in split]


def _values(pa: Any, values: list[Any]) -> Any:
    """Python values as an array. False among texts, numbers or days is Odoo's nothing."""
    kinds = {type(value) for value in values if value is not None}
    if bool in kinds and len(kinds) > 1 and True not in (value for value in values if value is True):
        values = [None if value is False else value for value in values]
        kinds.discard(bool)
    try:
        if not kinds & {int, float} or len(kinds) == 1:
            return pa.array(values, from_pandas=True)
        if kinds <= {int, float}:
            return pa.array([None if value is None else float(value) for value in values], pa.float64())
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        pass
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


__all__ = ["FrameKind", "arrow_table", "kind_of", "need", "to_frame"]
