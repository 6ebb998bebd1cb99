"""The table of what goes wrong on a command line: which files are there, what is typed, and what it ends with."""

from __future__ import annotations

from dataclasses import dataclass

HEADER = b"item_id,customer_id,currency,amount,issued_on,due_on\n"
ROW = b"1,C1,EUR,10.00,2026-09-01,2026-10-01\n"
RUN = "--as-of 2026-11-21 --out out"


@dataclass(frozen=True)
class Case:
    """Files to be there, the command, and what it ends with."""

    name: str
    words: str
    code: int
    told: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...] = ()


def _file(name, content):
    return ((name, content),)


CASES = [
    # what was typed
    Case(
        "a wrong command",
        "aprove book D-1",
        2,
        ("there is no command 'aprove'; did you mean approve?", "see: ar-core --help"),
    ),
    Case("a command like none", "xyzzy", 2, ("there is no command 'xyzzy'",)),
    Case(
        "a wrong command of a group",
        "policy chek x",
        2,
        ("ar-core policy: there is no command 'chek'; did you mean check?",),
    ),
    Case("a group alone", "audit", 2, ("ar-core audit: say what: verify, head, replay, search",)),
    Case(
        "a wrong option",
        f"run book {RUN} --dryrun",
        2,
        ("ar-core run: there is no option --dryrun; did you mean --dry-run?",),
    ),
    Case(
        "a wrong option with a value",
        "run book --asof=2026-11-21 --out out",
        2,
        ("no option --asof; did you mean --as-of?",),
    ),
    Case("an option cut short", f"run book {RUN} --dry", 2, ("no option --dry; did you mean --dry-run?",)),
    Case("an option of another command", "worklist book --days 3", 2, ("ar-core worklist: there is no option --days",)),
    Case(
        "nothing named",
        "run",
        2,
        ("ar-core run: the following arguments are required: BOOK, --as-of, --out", "see: ar-core run --help"),
    ),
    Case("a word too many", f"run book {RUN} again", 2, ("what is 'again'?",)),
    Case("an option without its value", "run book --as-of", 2, ("argument --as-of: expected one argument",)),
    Case(
        "a day of another country",
        "run book --as-of 21.11.2026 --out out",
        2,
        ("'21.11.2026' is not a date like 2026-11-21; did you mean 2026-11-21?",),
    ),
    Case(
        "a day that is none",
        "run book --as-of 2026-02-30 --out out",
        2,
        ("'2026-02-30' is not a date like 2026-11-21",),
    ),
    Case("a number that is none", "worklist book --limit many", 2, ("'many' is not a whole number",)),
    Case("no days", "forecast book --as-of 2026-11-21 --days 0", 2, ("at least one day",)),
    Case(
        "a choice that is none",
        "notice book D-1 --tone angry",
        2,
        ("'angry' is none of friendly, question, neutral, firm, final",),
    ),
    Case("a choice nearly right", "notice book D-1 --channel mail", 2, ("did you mean email?",)),
    Case("a shell that is not known", "completion tcsh", 2, ("'tcsh' is none of bash, zsh, fish",)),
    # files to be read
    Case("no book", f"run nowhere {RUN}", 2, ("no such book: nowhere",)),
    Case(
        "a folder without items",
        f"run folder {RUN}",
        2,
        ("no items.csv or items.parquet in folder",),
        _file("folder/x.txt", b""),
    ),
    Case("a spreadsheet", f"run book.xlsx {RUN}", 2, ("only .csv and .parquet are read",), _file("book.xlsx", b"PK")),
    Case("an empty CSV", f"run items.csv {RUN}", 2, ("empty_file", "not even a header"), _file("items.csv", b"")),
    Case(
        "another delimiter",
        f"run items.csv {RUN}",
        2,
        ("one_column", "a comma, a semicolon, a tab or a bar"),
        _file("items.csv", HEADER.replace(b",", b"^")),
    ),
    Case(
        "a line too short",
        f"run items.csv {RUN}",
        2,
        ("unreadable", "Expected 6 columns, got 2"),
        _file("items.csv", HEADER + b"1,2\n"),
    ),
    Case(
        "Latin-1",
        f"run items.csv {RUN}",
        2,
        ("not_utf8", "line 3 has the byte 0xfc, which is 'ü' in Windows-1252", "iconv"),
        _file("items.csv", HEADER + ROW + ROW.replace(b"C1", b"M\xfcller")),
    ),
    Case(
        "Latin-1 far behind",
        f"run items.csv {RUN}",
        2,
        ("not_utf8", "line 4002 has the byte 0xfc"),
        _file("items.csv", HEADER + ROW * 4000 + b"2,M\xfc,EUR,1,2026-09-01,2026-10-01\n"),
    ),
    Case(
        "UTF-16",
        f"run items.csv {RUN}",
        2,
        ("not_utf8", "UTF-16"),
        _file("items.csv", (HEADER + ROW).decode().encode("utf-16")),
    ),
    Case(
        "a Parquet file that is none",
        f"run items.parquet {RUN}",
        2,
        ("is not a Parquet file",),
        _file("items.parquet", b"PAR1 and no more"),
    ),
    Case("a Parquet file cut off", f"run cut.parquet {RUN}", 2, ("is not a Parquet file",), _file("cut.parquet", b"")),
    Case(
        "columns of an ERP",
        f"run items.csv {RUN}",
        2,
        ("missing_column", "item_id"),
        _file("items.csv", b"BELNR,KUNNR\n1,2\n"),
    ),
    Case(
        "amounts that are none",
        f"run items.csv {RUN}",
        2,
        ("items.csv", "amount"),
        _file("items.csv", HEADER + ROW.replace(b"10.00", b"ten")),
    ),
    Case(
        "no policy",
        f"run items.csv {RUN} --policy no.toml",
        2,
        ("the policy no.toml cannot be read",),
        _file("items.csv", HEADER + ROW),
    ),
    Case(
        "a policy that is none",
        f"run items.csv {RUN} --policy p.toml",
        2,
        ("p.toml",),
        (("items.csv", HEADER + ROW), ("p.toml", b"[autonomy")),
    ),
    Case(
        "no bank statement",
        "match items.csv no.xml other.sta --out out",
        2,
        ("a bank statement is not there", "no.xml", "other.sta"),
        _file("items.csv", HEADER + ROW),
    ),
    Case(
        "nothing to match",
        "match items.csv --out out",
        2,
        ("there is nothing to match",),
        _file("items.csv", HEADER + ROW),
    ),
    Case(
        "a model that is none",
        "score items.csv --as-of 2026-11-21 --out s.csv --model m",
        2,
        ("the model m cannot be used",),
        (("items.csv", HEADER + ROW), ("m", b"no model")),
    ),
    Case("a mail that is not there", "read no.txt --received-on 2026-11-21", 2, ("no.txt cannot be read",)),
    Case("an audit that is not there", "verify no.csv", 2, ("no such file: no.csv",)),
    Case(
        "a book that was never run",
        "worklist items.csv",
        4,
        ("has not been run yet",),
        _file("items.csv", HEADER + ROW),
    ),
    # places to write
    Case(
        "results among the tables",
        "run book --as-of 2026-11-21 --out book",
        4,
        ("holds a book",),
        _file("book/items.csv", HEADER + ROW),
    ),
    Case(
        "an out folder that is a file",
        f"run items.csv {RUN}",
        1,
        ("cannot write into out: it is a file",),
        (("items.csv", HEADER + ROW), ("out", b"")),
    ),
    Case(
        "an out folder below a file",
        "run items.csv --as-of 2026-11-21 --out out/below",
        1,
        ("out is no folder",),
        (("items.csv", HEADER + ROW), ("out", b"")),
    ),
    Case(
        "a table of no kind",
        "score items.csv --as-of 2026-11-21 --out s.xlsx",
        2,
        ("written as .csv or .parquet",),
        _file("items.csv", HEADER + ROW),
    ),
    Case(
        "a table that is a folder",
        "score items.csv --as-of 2026-11-21 --out s.csv",
        4,
        ("is a folder",),
        (("items.csv", HEADER + ROW), ("s.csv/x", b"")),
    ),
]
