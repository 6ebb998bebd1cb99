"""What of ar_core.h the example needs, for ctypes: where the wheel cannot be installed, this file and libar_core.so are enough.

A function of the C interface is called as `call(lib.ar_…, arguments…)`, which adds the place for an error and raises `Refused`.
"""

from __future__ import annotations

import ctypes as c
from collections.abc import Iterator
from typing import Any

ABI = 0  # AR_ABI_VERSION of the header that this file follows
ACT = 1  # AR_MODE_ACT
Text, Handle = c.c_char_p, c.c_void_p


class Rows(c.Structure):
    """Rows of the header; the fields in its order, so that ctypes lays them out as C does."""

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        return value.decode() if isinstance(value, bytes) else value


class Problem(Rows):
    _fields_ = [("table", Text), ("row", c.c_int64), ("column", Text), ("code", c.c_uint16), ("message", Text)]


class Decision(Rows):
    _fields_ = [
        ("decision_id", Text), ("customer_id", Text), ("currency", c.c_char * 4), ("action", c.c_uint16), ("mode", c.c_uint16),
        ("amount_minor", c.c_int64), ("ask_role", Text), ("level", c.c_int32), ("expires_on", c.c_int32), ("priority", c.c_int64),
        ("propensity", c.c_double), ("params", Text), ("item_ids", c.POINTER(Text)), ("item_ids_len", c.c_size_t),
        ("evidence", c.POINTER(Text)), ("evidence_len", c.c_size_t), ("reasons", Handle), ("reasons_len", c.c_size_t),
    ]  # fmt: skip


class WorklistRow(Rows):
    _fields_ = [
        ("rank", c.c_int64), ("decision_id", Text), ("customer_id", Text), ("currency", c.c_char * 4), ("action", c.c_uint16),
        ("today", c.c_uint8), ("amount_minor", c.c_int64), ("expected_value_minor", c.c_int64), ("minutes", c.c_int64),
        ("priority", c.c_int64), ("ask_role", Text), ("person", Text), ("why", Text), ("context", Text),
    ]  # fmt: skip


class Allocation(Rows):
    _fields_ = [
        ("payment_id", Text), ("item_id", Text), ("currency", c.c_char * 4), ("status", c.c_uint16), ("item_currency", c.c_char * 4),
        ("amount_minor", c.c_int64), ("item_amount_minor", c.c_int64), ("kind", Text), ("decision_id", Text),
    ]  # fmt: skip


class AgingRow(Rows):
    _fields_ = [("bucket", Text), ("currency", c.c_char * 4), ("amount_minor", c.c_int64), ("count", c.c_int64)]


class Kpi(Rows):
    _fields_ = [("name", Text), ("value", c.c_double), ("unit", Text), ("currency", Text), ("formula", Text), ("version", Text), ("note", Text)]


class Break(Rows):
    _fields_ = [("seq", c.c_int64), ("code", Text), ("message", Text)]


class ArrowSchema(c.Structure):
    pass


class ArrowArray(c.Structure):
    pass


class ArrowArrayStream(c.Structure):
    pass


ArrowSchema._fields_ = [
    ("format", Text), ("name", Text), ("metadata", Text), ("flags", c.c_int64), ("n_children", c.c_int64),
    ("children", c.POINTER(c.POINTER(ArrowSchema))), ("dictionary", Handle), ("release", c.CFUNCTYPE(None, c.POINTER(ArrowSchema))), ("private_data", Handle),
]  # fmt: skip
ArrowArray._fields_ = [
    ("length", c.c_int64), ("null_count", c.c_int64), ("offset", c.c_int64), ("n_buffers", c.c_int64), ("n_children", c.c_int64),
    ("buffers", c.POINTER(Handle)), ("children", c.POINTER(c.POINTER(ArrowArray))), ("dictionary", Handle),
    ("release", c.CFUNCTYPE(None, c.POINTER(ArrowArray))), ("private_data", Handle),
]  # fmt: skip
ArrowArrayStream._fields_ = [
    ("get_schema", c.CFUNCTYPE(c.c_int, c.POINTER(ArrowArrayStream), c.POINTER(ArrowSchema))),
    ("get_next", c.CFUNCTYPE(c.c_int, c.POINTER(ArrowArrayStream), c.POINTER(ArrowArray))),
    ("get_last_error", c.CFUNCTYPE(Text, c.POINTER(ArrowArrayStream))), ("release", c.CFUNCTYPE(None, c.POINTER(ArrowArrayStream))), ("private_data", Handle),
]  # fmt: skip

STATUS, SIZE = c.c_uint32, c.c_size_t
# Result and arguments of each function that is used. What is passed by address is `Handle`.
FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "ar_abi_version": (c.c_uint32, []),
    "ar_error_code": (STATUS, [Handle]),
    "ar_error_message": (Text, [Handle]),
    "ar_error_problems_len": (SIZE, [Handle]),
    "ar_error_problems_total": (c.c_uint64, [Handle]),
    "ar_error_problem": (c.POINTER(Problem), [Handle, SIZE]),
    "ar_error_free": (None, [Handle]),
    "ar_tables_new": (STATUS, [Handle, Handle]),
    "ar_tables_add_text_column": (STATUS, [Handle, Text, Text, Handle, Handle, SIZE, Handle]),
    "ar_tables_add_list_column": (STATUS, [Handle, Text, Text, Handle, Handle, SIZE, Handle, Handle, SIZE, Handle]),
    "ar_tables_free": (None, [Handle]),
    "ar_ledger_new": (STATUS, [Handle, Handle, Handle]),
    "ar_ledger_apply_json": (STATUS, [Handle, Text, SIZE, Handle]),
    "ar_ledger_free": (None, [Handle]),
    "ar_policy_default": (STATUS, [Handle, Handle]),
    "ar_policy_from_toml": (STATUS, [Text, SIZE, Handle, Handle]),
    "ar_policy_free": (None, [Handle]),
    "ar_run": (STATUS, [Handle, Handle, Handle, c.c_int32, Handle, Handle]),
    "ar_report_decisions": (STATUS, [Handle, Handle, Handle]),
    "ar_report_worklist": (STATUS, [Handle, Handle, Handle]),
    "ar_report_allocations": (STATUS, [Handle, Handle, Handle]),
    "ar_report_aging": (STATUS, [Handle, Handle, Handle]),
    "ar_report_kpis": (STATUS, [Handle, Handle, Handle]),
    "ar_report_explain": (STATUS, [Handle, Text, Handle, Handle, Handle]),
    "ar_report_free": (None, [Handle]),
    "ar_audit_log_new": (STATUS, [c.c_int64, Text, Handle, Handle]),
    "ar_audit_log_append_report": (STATUS, [Handle, Handle, Handle]),
    "ar_audit_log_append_events": (STATUS, [Handle, Text, SIZE, Handle, Handle]),
    "ar_audit_log_append_policy": (STATUS, [Handle, Handle, Text, c.c_int32, Handle]),
    "ar_audit_log_head": (STATUS, [Handle, Handle, Handle, Handle]),
    "ar_audit_log_verify": (STATUS, [Handle, c.c_int64, Text, Handle, Handle]),
    "ar_audit_log_search": (STATUS, [Handle, Text, SIZE, Handle, Handle]),
    "ar_audit_log_free": (None, [Handle]),
    "ar_breaks_rows": (STATUS, [Handle, Handle, Handle]),
    "ar_breaks_free": (None, [Handle]),
    "ar_status_name": (Text, [STATUS]),
    "ar_problem_code_name": (Text, [c.c_uint16]),
    "ar_action_name": (Text, [c.c_uint16]),
    "ar_currency_exponent": (c.c_int32, [Text]),
    "ar_string_free": (None, [Handle]),
}


class Refused(Exception):
    """A call that failed: its status, how many problems there are, and a line for each that is kept."""

    def __init__(self, status: str, total: int, lines: list[str]) -> None:
        super().__init__(f"refused: {status}, {total} problem(s)")
        self.lines = lines


class Library:
    """The shared library, its functions declared."""

    def __init__(self, path: str) -> None:
        self.lib = c.CDLL(path)
        for name, (result, arguments) in FUNCTIONS.items():
            function = getattr(self.lib, name)
            function.restype, function.argtypes = result, arguments
        if self.lib.ar_abi_version() != ABI:
            raise OSError(f"{path} has binary interface {self.lib.ar_abi_version()}, wanted is {ABI}")

    def call(self, name: str, *arguments: Any) -> None:
        """Calls a function that takes a place for an error as its last argument."""
        error = Handle()
        status = getattr(self.lib, name)(*arguments, c.byref(error))
        if status != 0:
            raise self._refused(status, error)

    def _refused(self, status: int, error: Handle) -> Refused:
        lib, lines = self.lib, []
        for index in range(lib.ar_error_problems_len(error)):
            seen = lib.ar_error_problem(error, index).contents
            row = f" row {seen.row}" if seen.row >= 0 else ""
            column = f" column {seen.column}" if seen.column is not None else ""
            lines.append(f"  {seen.table}{row}{column}: {seen.message} ({lib.ar_problem_code_name(seen.code).decode()})")
        total = lib.ar_error_problems_total(error)
        lib.ar_error_free(error)
        return Refused(lib.ar_status_name(status).decode(), total, lines)

    def make(self, name: str, *arguments: Any) -> Handle:
        """Calls a function that gives a handle through `out`, its argument before the last. The handle is the caller's to free."""
        out = Handle()
        self.call(name, *arguments, c.byref(out))
        return out

    def rows(self, name: str, kind: type[Rows], handle: Handle) -> list[Any]:
        """Rows that are lent by a handle: valid until it is freed."""
        first, length = c.POINTER(kind)(), SIZE()
        status = getattr(self.lib, name)(handle, c.byref(first), c.byref(length))
        if status != 0:
            raise Refused(self.lib.ar_status_name(status).decode(), 0, [])
        return first[: length.value]

    def take(self, text: Handle) -> str:
        """The text that the library gave away."""
        copied = c.cast(text, Text).value or b""
        self.lib.ar_string_free(text)
        return copied.decode()


def entries(stream: ArrowArrayStream) -> Iterator[tuple[int, str]]:
    """The columns `seq` and `kind` of a stream. With pyarrow: RecordBatchReader._import_from_c(ctypes.addressof(stream))."""
    schema, batch = ArrowSchema(), ArrowArray()
    if stream.get_schema(c.byref(stream), c.byref(schema)) != 0:
        raise OSError("the entries of the log cannot be read")
    columns = [(schema.children[i].contents.name, schema.children[i].contents.format) for i in range(schema.n_children)]
    schema.release(c.byref(schema))
    seq, kind = columns.index((b"seq", b"l")), columns.index((b"kind", b"u"))
    while stream.get_next(c.byref(stream), c.byref(batch)) == 0 and batch.release:
        seqs, kinds = batch.children[seq].contents, batch.children[kind].contents
        numbers = c.cast(seqs.buffers[1], c.POINTER(c.c_int64))
        ends = c.cast(kinds.buffers[1], c.POINTER(c.c_int32))
        for row in range(batch.length):
            start, end = ends[kinds.offset + row], ends[kinds.offset + row + 1]
            yield numbers[seqs.offset + row], c.string_at(kinds.buffers[2] + start, end - start).decode()
        batch.release(c.byref(batch))
