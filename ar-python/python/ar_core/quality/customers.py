"""Customers against their items and against each other."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from ..erp.knowledge import fold
from ..frames import need
from .findings import Findings

_FORMS = re.compile(
    r"\b(gmbh|mbh|ag|kg|ohg|gbr|e ?k|ug|se|co|inc|incorporated|corp|corporation|llc|llp|lp|ltd|limited|plc|pty|bv|b v|nv|n v|sarl|s a r l|sas|sa|s a|"
    r"srl|s r l|spa|s p a|sl|s l|slu|oy|ab|as|aps|a s|kft|sro|s r o|doo|d o o|company|the|und|and|et|y)\b"
)


def plain_name(name: str) -> str:
    """A name without case, accents, punctuation and legal form.

    >>> from ar_core.quality.customers import plain_name
    >>> plain_name("Müller & Söhne GmbH") == plain_name("MUELLER UND SOEHNE")
    True
    """
    words = re.sub(r"[^a-z0-9]+", " ", fold(name)).strip()
    return " ".join(_FORMS.sub(" ", words).split()) or words


def check_names(ids: Any, names: Any, out: Findings, column: str) -> None:
    """One name under several identifiers, and one identifier under several names. ids, names: columns of one length."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    frame = pa.table({"id": ids, "name": names, "row": pa.array(range(len(ids)), pa.int64())})
    frame = frame.filter(pc.and_(pc.is_valid(frame["id"]), pc.is_valid(frame["name"])))
    pairs = frame.group_by(["id", "name"]).aggregate([("row", "min")]).to_pylist()
    by_name: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    by_id: dict[str, dict[str, int]] = defaultdict(dict)
    for pair in pairs:
        plain = plain_name(pair["name"])
        by_name[plain].setdefault(pair["id"], (pair["row_min"], pair["name"]))
        by_id[pair["id"]].setdefault(plain, pair["row_min"])
    twice = {plain: known for plain, known in by_name.items() if len(known) > 1 and len(plain) >= 3}
    if twice:
        known = next(iter(twice.values()))
        rows = [_given(out, min(row for row, _ in known.values())) for known in list(twice.values())[:5]]
        shown = " and ".join(f"{key} '{name}'" for key, (_, name) in list(known.items())[:2])
        out.add(
            "one_name_two_ids",
            "warning",
            len(twice),
            "{count} customers are there under several identifiers",
            "one payer, two habits: merge them, or give them one parent_id",
            column=column,
            rows=rows,
            example=shown,
        )
    renamed = {key: plains for key, plains in by_id.items() if len(plains) > 1}
    if renamed:
        key, plains = next(iter(renamed.items()))
        rows = [_given(out, max(plains.values())) for plains in list(renamed.values())[:5]]
        out.add(
            "one_id_two_names",
            "warning",
            len(renamed),
            "{count} identifiers stand for several names",
            "one-time customers, or numbers given twice: tell them apart",
            column=column,
            rows=rows,
            example=f"{key}: {', '.join(list(plains)[:2])}",
        )


def _given(out: Findings, row: int) -> int:
    return int(out.origin[row].as_py()) if out.origin is not None else row


def check_against(items: Any, customers: Any, out: Findings) -> None:
    """Items whose customer is not in the table of customers, and customers without items."""
    pc = need("pyarrow.compute")
    used, known = items.column("customer_id").combine_chunks(), customers.column("customer_id").combine_chunks()
    strange = pc.and_(pc.is_valid(used), pc.invert(pc.is_in(used, value_set=known)))
    count = out.mask(
        "unknown_customer",
        "error",
        strange,
        "{count} items are of customers that the table of customers does not have: the engine refuses them",
        "export all customers, or leave the table out",
        column="customer_id",
        example=lambda row: used[row].as_py(),
    )
    if count:
        short, full = pc.utf8_ltrim(used.filter(strange), characters="0"), pc.utf8_ltrim(known, characters="0")
        same = int(pc.sum(pc.is_in(short, value_set=full)).as_py() or 0)
        out.add(
            "zeros_differ",
            "error",
            same,
            "{count} of them are there with other leading zeros",
            "read both columns as text, and write them in one way",
            column="customer_id",
        )
    idle = pc.invert(pc.is_in(known, value_set=used))
    lonely = int(pc.sum(idle).as_py() or 0)
    if lonely:
        out.add(
            "customers_without_items",
            "info",
            lonely,
            "{count} customers have no items",
            "nothing to do, unless their items are missing",
            column="customer_id",
            example=str(known.filter(idle)[0].as_py()),
        )
