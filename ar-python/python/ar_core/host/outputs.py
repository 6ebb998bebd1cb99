"""The out folder: every part as CSV and Parquet, the report, the page, the outbox; whole files or none."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ar_core.host.errors import HostError, Refused, need, why

PARTS = (
    "decisions",
    "allocations",
    "payments",
    "scores",
    "worklist",
    "outcomes",
    "forecast",
    "aging",
    "kpis",
    "audit",
    "risk",
    "capacity",
    "root_causes",
    "escalations",
    "autonomy",
)
# The contact window of a message stands in its parameters; decided on a Saturday, it may go out on Monday.
OUTBOX_PARAMS = ("not_before_utc", "not_after_utc")
OUTBOX_FACTS = ("decision_id", "action", "customer_id", "currency", "amount", "item_ids", "level", "params")
_STAGING = ".ar-core-"


def check_no_book(out: Path) -> None:
    """Never write among the tables of a book, of which some have the names of results. Fails before the work, not after it."""
    for name in ("items.csv", "items.parquet"):
        if (out / name).exists():
            raise Refused(f"{out} holds a book ({name}); results of the same names would replace its tables. Choose another folder.")
    if out.exists() and not out.is_dir():
        raise HostError(f"cannot write into {out}: it is a file, and a folder is wanted")
    check_writable(out)


def check_writable(path: Path) -> None:
    """Fail before the work where nothing can be written: in the folder, or where it would be made."""
    folder = path
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise HostError(f"cannot write {path}: {folder} is no folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise HostError(f"cannot write {path}: no permission to write in {folder}")


def part(report: Any, name: str) -> Any:
    """A part of the report as a pyarrow table."""
    return need("pyarrow").table(getattr(report, name))


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A folder to write into; when the block ends well its files replace those of `out`, one atomic rename each."""
    staging = out / f"{_STAGING}{os.getpid()}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        staging.mkdir()
    except OSError as error:
        raise HostError(f"cannot write into {out}: {why(error)}") from error
    try:
        yield staging
        for path in sorted(staging.iterdir()):
            os.replace(path, out / path.name)
        _sync(out)
    except OSError as error:
        raise HostError(f"cannot write into {out}: {why(error)}. Nothing was recorded.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _sweep(out: Path) -> None:
    """Remove what a killed process left behind."""
    for path in out.glob(f"{_STAGING}*"):
        pid = path.name.removeprefix(_STAGING)
        if not (pid.isdigit() and _alive(int(pid))) or int(pid) == os.getpid():
            shutil.rmtree(path, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _sync(folder: Path) -> None:
    """Make the renames durable before the state says that the day is done."""
    with suppress(OSError):  # some file systems cannot sync a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_text(path: Path, text: str) -> None:
    """Write a text file and wait until it is on disk."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())


def write_table(folder: Path, name: str, table: Any, only_csv: bool) -> None:
    """One part as `<name>.csv` (lists and structs as JSON text) and, unless `only_csv`, as `<name>.parquet`."""
    need("pyarrow.csv").write_csv(flat(table), folder / f"{name}.csv")
    if not only_csv:
        need("pyarrow.parquet").write_table(table, folder / f"{name}.parquet")


def write_outbox(folder: Path, done: list[dict[str, Any]]) -> None:
    """What was carried out this day, as work for a mail gateway or an ERP: `event_id` is the idempotency key."""
    pa = need("pyarrow")
    ordered = sorted(done, key=lambda entry: (-(entry["decision"].get("priority") or 0), str(entry["event_id"])))
    rows = [
        {
            "event_id": entry["event_id"],
            **{key: entry["decision"].get(key) for key in OUTBOX_FACTS},
            **{key: (entry["decision"].get("params") or {}).get(key) for key in OUTBOX_PARAMS},
            "event": entry["event"],
        }
        for entry in ordered
    ]
    write_text(folder / "outbox.json", json.dumps(rows, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    names = ("event_id", *OUTBOX_FACTS, *OUTBOX_PARAMS, "event")
    columns = {name: pa.array([_cell(row.get(name)) for row in rows], pa.string()) for name in names}
    need("pyarrow.csv").write_csv(pa.table(columns), folder / "outbox.csv")


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def flat(table: Any) -> Any:
    """The same table with lists and structs as JSON text and decimals as plain text, for CSV."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    for index, field in enumerate(table.schema):
        column = table.column(index).combine_chunks()
        if pa.types.is_nested(field.type):
            table = table.set_column(index, field.name, _json_text(column))
        elif pa.types.is_decimal(field.type):
            table = table.set_column(index, field.name, pc.cast(column, pa.string()))
    return table


def _json_text(column: Any) -> Any:
    """JSON text of each value, column-wise: a million rows of reasons must not pass through Python objects."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    kind = column.type
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        values = _json_text(column.flatten())
        lengths = pc.fill_null(pc.list_value_length(column), 0).cast(pa.int32())
        ends = pc.cumulative_sum(lengths)
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends.cast(pa.int32())])
        joined = pc.binary_join(pa.ListArray.from_arrays(offsets, values), ",")
        text = pc.binary_join_element_wise("[", joined, "]", "")
        return pc.if_else(column.is_valid(), text, pa.scalar(None, pa.string()))
    if pa.types.is_struct(kind):
        members = []
        for number, field in enumerate(kind):
            values = pc.struct_field(column, [number])
            members.append(pc.binary_join_element_wise(f'"{field.name}":', _json_text(values), ""))
        text = pc.binary_join_element_wise("{", pc.binary_join_element_wise(*members, ","), "}", "")
        return pc.if_else(column.is_valid(), text, pa.scalar("null"))
    return _json_scalar(column)


def _json_scalar(column: Any) -> Any:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_boolean(column.type):
        text = pc.cast(column, pa.string())
    else:
        plain = pc.cast(column, pa.string())
        if pc.any(pc.match_substring_regex(plain, r'["\\\x00-\x1f]')).as_py():
            return pa.array([json.dumps(value, ensure_ascii=False) for value in plain.to_pylist()], pa.string())
        text = pc.binary_join_element_wise('"', plain, '"', "")
    return pc.fill_null(text, "null")
