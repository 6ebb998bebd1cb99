"""What every command prints with `--json`: the one list, which `--help` shows, the document has and the tests hold the commands to.

A field is never renamed and never changes its type; more may be added. Types: text, day (ISO text), amount (decimal text), int, number,
bool, list, object; `?` where it may be null. Text that a terminal cannot show is escaped, so that nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """An object, or a list of objects. `open` where rows carry more than is listed: every other column of their table."""

    fields: dict[str, str]
    rows: bool = False
    open: bool = False
    also: str = ""  # another answer that an option asks for

    def text(self) -> str:
        """One line for `--help`."""
        names = ", ".join(self.fields) + (", …" if self.open else "")
        text = f"a list, in each entry: {names}" if self.rows else f"an object: {names}"
        return f"{text}; {self.also}" if self.also else text


def _fields(text: str) -> dict[str, str]:
    """`run_id:text? as_of:day` as a dict."""
    pairs = (word.partition(":") for word in text.split())
    return {name: kind for name, _, kind in pairs}


def _object(text: str, open: bool = False) -> Shape:
    return Shape(_fields(text), open=open)


def _rows(text: str, open: bool = True) -> Shape:
    return Shape(_fields(text), rows=True, open=open)


_DAY = (
    "run_id:text? as_of:day already_run:bool dry_run:bool rows:object open:object decisions:int acted:int asked:int newly_carried_out:int"
    " book_digest:text policy_digest:text out:text? notes:list"
)
_VERDICT = f"{_DAY} verdict:text decision_ids:list"
_EVENT = _rows("event:text on:day by:text")
_ASK = "decision_id:text action:text customer_id:text? amount:amount? currency:text? mode:text reasons:list"
_CHAIN = _object("audit:text whole:bool breaks:list")
_FILE = "out:text? notes:list"

SHAPES: dict[str, Shape] = {
    "run": _object(_DAY),
    "demo": _object(_DAY),
    "match": _object(
        f"as_of:day payments:int allocations:int statuses:list entries:int? entry_reasons:object? {_FILE}"
    ),
    "score": _object(f"as_of:day items:int open:object model:object calibration:object? {_FILE}"),
    "forecast": _object(f"as_of:day days:int weekly:bool model:object rows:list {_FILE}"),
    "approve": _object(f"{_VERDICT} void:list"),
    "reject": _object(f"{_VERDICT} void:list"),
    "done": _object("done:object by:text"),
    "edit": _object(f"{_VERDICT} edit:object"),
    "delegate": _EVENT,
    "review": _EVENT,
    "stop": _EVENT,
    "resume": _EVENT,
    "narrow": _EVENT,
    "samples": _rows(_ASK),
    "autonomy": _object("autonomy:list stops:list"),
    "worklist": _rows(f"rank:int? {_ASK} why:text? age_days:int if_unanswered:text"),
    "read": _object(
        "intents:list references:list disputed_references:list dates:list amounts:list dispute_reasons:list language:text? human:bool"
        " human_reasons:list reply_span:list?",
        open=True,
    ),
    "notice": _object("text:text", open=True),
    "statement": _rows("line:text currency:text amount:amount? balance:amount?"),
    "shadow": _object("rows:list summary:list"),
    "explain": _object("decision:object explanation:object?"),
    "why-not": _object("text:text answer:text reasons:list changes:list", open=True),
    "verify": Shape(_CHAIN.fields, also="with --facts an object: accepted, findings, claims"),
    "replay": _object("book:text run_id:text same:bool problems:list"),
    "audit verify": _CHAIN,
    "audit head": _object("len:int digest:text"),
    "audit replay": _object("book:text run_id:text same:bool problems:list"),
    "audit search": _rows(
        "seq:int on:day? kind:text digest:text previous:text body:object policy_version:text model_version:text"
    ),
    "policy diff": _rows(
        "path:text segment:text? before:any after:any unit:text? direction:text effective:bool text:text"
    ),
    "policy check": _object("version:text digest:text remarks:list"),
    "policy rehearse": _object("days:list changes:list summary:list"),
    "completion": _object("shell:text script:text"),
}

FAILURE = Shape(_fields("error:text code:text exit_code:int problems:list"))
"""What stderr has instead, and stdout has nothing, where a command fails."""

__all__ = ["FAILURE", "SHAPES", "Shape"]
