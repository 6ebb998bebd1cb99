"""The second count: how many entries a file has, by how an entry begins and nothing else.

It shares no code with the readers, and it looks where they do not: also outside of statements, inside of what they skip, before the header. A reader
that gives another number has lost or invented an entry, and the file is refused.
"""

from __future__ import annotations

import re

_CAMT = re.compile(rb"<(?:[\w.-]+:)?Ntry[\s/>]")
_MT940 = re.compile(r"(?:^|[\r\n\x01\x03}])[ \t]*:61:")
_BAI2 = re.compile(r"(?:^|[\r\n]|/(?=[ \t]))[ \t]*16[ \t]*,\d")
_BLANK = ' \t\r\n;,|"\ufeff'


def count_entries(form: str, data: bytes, text: str, skipped: int) -> set[int]:
    """Every number of entries that may be right: more than one only for CSV, where a quote may or may not hold a line end.

    skipped: rows of a CSV up to its header.
    """
    if form.startswith("camt"):
        return {len(_CAMT.findall(data if b"\0" not in data else data.replace(b"\0", b"")))}
    if form == "mt940":
        return {len(_MT940.findall(text))}
    if form == "bai2":
        return {len(_BAI2.findall(text))}
    if form == "edi820":
        return {_sets(text)}
    return {_rows(text) - skipped, sum(bool(line.strip(_BLANK)) for line in text.splitlines()) - skipped}


def _sets(text: str) -> int:
    start = text.find("ISA")
    if start < 0 or len(text) < start + 106:
        return 0
    return len(re.findall(rf"(?:^|{re.escape(text[start + 105])})\s*BPR{re.escape(text[start + 3])}", text))


def _rows(text: str) -> int:
    """Rows of a CSV: a line end between an odd and an even quote is none."""
    rows, blank, quotes = 0, True, 0
    for line in re.split(r"\r\n|\n|\r", text):
        quotes += line.count('"')
        blank = blank and not line.strip(_BLANK)
        if quotes % 2 == 0:
            rows += not blank
            blank = True
    return rows + (not blank)
