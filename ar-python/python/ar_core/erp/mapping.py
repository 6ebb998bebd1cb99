"""What was recognised of an export, shown, changed and applied."""

from __future__ import annotations

import warnings
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from .._native import InvalidInput
from ..frames import arrow_table, need, to_frame
from .build import Built, Source, build, plain
from ..currencies import BOOKED
from .infer import REQUIRED, THRESHOLD, Choice, Guess, recognise
from .kinds import ITEM_KINDS
from .knowledge import Layout, roles
from .profile import profile
from .values import Assumption, Settings

SETTINGS = ("day_first", "decimal", "lines", "kinds", "minor", "key")


class LeftOut(UserWarning):
    """Rows of an export are no part of the table, such as payments among items or lines of totals; `Mapping.left_out` shows them."""


@dataclass(frozen=True)
class Mapping:
    """Which column of an export is what, and what was assumed: made by `infer_columns`, shown by `print`, changed by `with_`, applied by
    `apply`.

    table: `items`, `customers` or `payments`. system: whose export it is, or None. columns: what a column is (a column of ours, or a
    helper such as `sign`) -> its heading. assumptions, problems: what was taken for granted, and what stops `apply`, each with the
    setting that answers it. unused: heading -> why nothing takes it. missing: columns that the table must have and that nothing gives.
    """

    table: str
    system: str | None
    columns: dict[str, str]
    unused: dict[str, str]
    assumptions: list[Assumption]
    problems: list[dict[str, Any]]
    rows: int
    made: int
    certainty: dict[str, float] = field(default_factory=dict)
    """Role -> how certain, 0 to 1; 1 is what a person said."""
    _choices: dict[str, Choice] = field(default_factory=dict, repr=False)
    _constants: dict[str, Any] = field(default_factory=dict, repr=False)
    _settings: Settings = field(default_factory=Settings, repr=False)
    _layout: Layout | None = field(default=None, repr=False)
    _source: Any = field(default=None, repr=False, compare=False)
    _cut: int | None = field(default=None, repr=False)

    @property
    def missing(self) -> list[str]:
        """Columns that the table must have and that nothing gives."""
        return [
            p["column"] for p in self.problems if p["code"] == "missing_column" and p["column"] in REQUIRED[self.table]
        ]

    def apply(self, df: Any, like: Any = None) -> Any:
        """The export as a table of ours, ready for `ar.Ledger(items=...)`.

        df: the export that was inferred, or another of the same headings; every cell is looked at again. like: the kind of frame that
        comes out, a frame or a name as in `to_frame`; by default that of `df`. Columns named `x_...` come along; amounts are decimals,
        days are dates. Raises InvalidInput with every problem (table, row of the export, heading, code, message); then nothing comes
        out. Warns with `LeftOut` of rows that are no part of the table.

        >>> import ar_core as ar
        >>> rows = [{"Rechnungsnummer": "R1", "Kunde": "C7", "Rechnungsdatum": "31.01.2024", "Fällig am": "01.03.2024",
        ...          "Betrag": "1.250,00", "Währung": "EUR"}]
        >>> ar.infer_columns(rows).apply(rows)[0]["amount"]
        Decimal('1250.00')
        """
        built = self.built(arrow_table(df))
        if built.notes.problems:
            raise _refused(built.notes.problems, built.notes.total)
        if built.notes.left:
            why: dict[str, int] = {}
            for reason in built.notes.left.values():
                why[reason] = why.get(reason, 0) + 1
            said = ", ".join(f"{count} {reason}" for reason, count in why.items())
            warnings.warn(
                f"{len(built.notes.left)} of {self.rows} rows are not in the table: {said}; left_out(df) shows them",
                LeftOut,
                stacklevel=2,
            )
        return to_frame(built.table, df if like is None else like)

    def left_out(self, df: Any, like: Any = None) -> Any:
        """The rows of an export that `apply` leaves out, with two columns in front: `row` (from 0) and `why`."""
        pa = need("pyarrow")
        table = arrow_table(df)
        left = self.built(table).notes.left
        order = sorted(left)
        chosen = table.take(pa.array(order, pa.int64()))
        chosen = chosen.add_column(0, "why", pa.array([left[row] for row in order], pa.string()))
        return to_frame(chosen.add_column(0, "row", pa.array(order, pa.int64())), df if like is None else like)

    def with_(self, **said: Any) -> Mapping:
        """The mapping with what you say in the place of what was assumed; all is looked at again.

        A column by its heading (`due_on="ZFBDT"`), or None to leave it out. `currency="EUR"`: the currency where no column says it.
        `terms_days=30`: days to the due date where nothing says it. `day_first=True`, `decimal=","`: how days and amounts
        are written; `minor=True`: amounts are whole cents.
        `lines="sum"`, `"first"`, `"split"`: rows with one identifier are lines to be summed, repeat the document, or are instalments.
        `key=("fiscal_year", "line_number")`: what is joined to the identifier to tell items apart; `()` for nothing.
        `kinds={"ZX": "invoice"}`: what words of the column of kinds mean (an item's kind, `payment` or `skip`).
        Raises ValueError for a name that is none of these, and for a heading that the export does not have.
        """
        settings, choices, constants = self._settings, dict(self._choices), dict(self._constants)
        headings = list(self._source.column_names)
        for name, value in said.items():
            if name in SETTINGS or (name == "terms_days" and isinstance(value, int)):
                settings = _setting(settings, name, value)
            elif name not in roles()[self.table]:
                near = get_close_matches(name, [*roles()[self.table], *SETTINGS], n=1)
                raise ValueError(
                    f"{name} is nothing a column of {self.table} can be"
                    + (f"; did you mean {near[0]}?" if near else "")
                )
            elif value is None:
                choices.pop(name, None)
                constants.pop(name, None)
                settings = replace(settings, currency=None) if name == "currency" else settings
            elif value in headings:
                choices = {role: choice for role, choice in choices.items() if choice.heading != value or role == name}
                choices[name] = Choice(name, value, 1.0, "you said so")
                constants.pop(name, None)
            elif name == "currency" and str(value).upper() in BOOKED:
                settings = replace(settings, currency=str(value).upper())
            elif name in ("customer_id", "kind") and name not in choices and (name != "kind" or value in ITEM_KINDS):
                constants[name] = str(value)
            else:
                near = get_close_matches(str(value), headings, n=1)
                raise ValueError(f"no heading is {value!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        return _mapped(self._source, self.table, self._layout, choices, constants, settings, self.unused, self._cut)[0]

    def built(self, table: Any) -> Built:
        """What the mapping makes of a pyarrow.Table: the table, where its rows come from, and what was noted, with problems not raised."""
        lost = [heading for heading in self.columns.values() if heading not in table.column_names]
        if lost:
            message = "this export does not have the heading; infer its columns anew"
            raise _refused(
                [
                    {"table": self.table, "row": None, "column": h, "code": "missing_column", "message": message}
                    for h in lost
                ],
                len(lost),
            )
        return build(Source(plain(table), self.table, self.columns, self._constants, self._layout, self._settings))

    def __str__(self) -> str:
        from .show import as_text

        return as_text(self)

    def __repr__(self) -> str:
        system = f" from {self.system}" if self.system else ""
        counts = f"{len(self.columns)} columns, {len(self.assumptions)} assumptions, {len(self.problems)} problems"
        return f"<ar_core.Mapping of {self.table}{system}: {counts}>"

    def _repr_html_(self) -> str:
        from .show import as_html

        return as_html(self)

    def to_dict(self) -> dict[str, Any]:
        """Table, system, columns (role, heading, certainty, how, others), unused, assumptions and problems as plain Python."""
        columns = [
            {
                "role": c.role,
                "heading": c.heading,
                "certainty": round(c.certainty, 2),
                "how": c.how,
                "others": list(c.others),
            }
            for c in self._choices.values()
        ]
        return {
            "table": self.table,
            "system": self.system,
            "columns": columns,
            "unused": dict(self.unused),
            "assumptions": list(self.assumptions),
            "problems": list(self.problems),
        }


def _setting(settings: Settings, name: str, value: Any) -> Settings:
    allowed: Dict[str, tuple[Any, ...]] = {
        "day_first": (True, False, None),
        "decimal": (",", ".", None),
        "lines": ("sum", "first", "split", None),
        "minor": (True, False, None),
    }
    if name in allowed and value not in allowed[name]:
        raise ValueError(f"{name}={value!r}: one of {', '.join(repr(one) for one in allowed[name])}")
    if name == "kinds":
        wrong = [kind for kind in dict(value).values() if kind not in (*ITEM_KINDS, "payment", "skip")]
        if wrong:
            raise ValueError(f"kinds: {wrong[0]!r} is none of {', '.join(ITEM_KINDS)}, payment, skip")
        value = {**settings.kinds, **{str(word): kind for word, kind in dict(value).items()}}
    if name == "terms_days" and (isinstance(value, bool) or not 0 <= value <= 3650):
        raise ValueError(f"terms_days={value!r}: days, 0 to 3650")
    if name == "key":
        value = None if value is None else tuple(value)
    return replace(settings, **{name: value})


def _refused(problems: list[dict[str, Any]], total: int) -> InvalidInput:
    """The engine's own error, with every problem."""
    lines = [f"invalid_tables: {total} problem{'s' if total != 1 else ''}"]
    for p in problems[:10]:
        where = (
            p["table"] + (f"[{p['row']}]" if p["row"] is not None else "") + (f".{p['column']}" if p["column"] else "")
        )
        lines.append(f"  {where}: {p['message']} ({p['code']})")
    if total > 10:
        lines.append(f"  and {total - 10} more")
    error = InvalidInput("\n".join(lines))
    error.code, error.problems, error.total = "invalid_tables", problems, total  # type: ignore[assignment]
    return error


def infer_columns(df: Any, table: str | None = None, *, threshold: float = THRESHOLD) -> Mapping:
    """Recognises the columns of an export of an ERP system by their headings and their cells, and says what it assumed.

    df: any frame, see `ar_core.frames.arrow_table`; text of a CSV file need not be converted before. table: `items`, `customers` or
    `payments`; by default it is found out (rows of payments among SAP's items: say `payments`). threshold: how certain (0 to 1) a column
    must be; below it a column is left out and listed in `unused`.

    Known are SAP (BSID, BSAD, BSEG, KNA1, the line item lists in English and German, views of S/4HANA), Odoo, NetSuite, Dynamics 365
    Business Central and Finance and Operations, QuickBooks, Xero, Sage, DATEV, Oracle Receivables and others (the tables in
    `ar_core/erp/systems`), and headings in English, German, French and Spanish by their words.
    Raises ValueError where no table can be told, TypeError for what is no table, ImportError without pyarrow.

    >>> import ar_core as ar
    >>> mapping = ar.infer_columns({"BELNR": ["1800000001"], "KUNNR": ["0000100023"], "SHKZG": ["S"], "WRBTR": ["119.00"], "WAERS": ["EUR"],
    ...                             "BLDAT": ["20240131"], "ZFBDT": ["20240131"], "ZBD1T": ["30"], "BLART": ["RV"], "AUGDT": ["00000000"]})
    >>> mapping.system, mapping.columns["customer_id"], mapping.missing
    ('SAP', 'KUNNR', [])
    """
    return look(df, table, threshold)[0]


def look(df: Any, table: str | None = None, threshold: float = THRESHOLD) -> tuple[Mapping, Built]:
    """`infer_columns`, with the table that it made to see what it assumed."""
    if table is not None and table not in REQUIRED:
        near = get_close_matches(table, list(REQUIRED), n=1)
        raise ValueError(
            f"table={table!r}: one of {', '.join(REQUIRED)}" + (f"; did you mean {near[0]!r}?" if near else "")
        )
    source = plain(arrow_table(df))
    if not source.num_columns:
        raise ValueError("the table has no columns")
    guess: Guess = recognise(profile(source), table, threshold)
    return _mapped(source, guess.table, guess.layout, guess.choices, {}, Settings(), guess.unused, guess.cut)


def _mapped(
    source: Any,
    table: str,
    layout: Layout | None,
    choices: dict[str, Choice],
    constants: dict[str, Any],
    settings: Settings,
    unused: dict[str, str],
    cut: int | None,
) -> tuple[Mapping, Built]:
    """A mapping, looked at on the whole export, and what it makes of it."""
    order = list(roles()[table])
    choices = {role: choices[role] for role in order if role in choices}
    headings = {role: choice.heading for role, choice in choices.items()}
    built = build(Source(source, table, headings, constants, layout, settings))
    if built.notes.key is not None and settings.key is None:
        settings = replace(settings, key=built.notes.key)  # identifiers stay the same from export to export
    assumptions: list[Assumption] = []
    if cut is not None:
        assumptions.append(
            Assumption(
                what=f"headings were cut to {cut} letters: only those that can be completed in one way are used",
                column=None,
                otherwise=None,
                rows=None,
            )
        )
    for choice in choices.values():
        choice = replace(choice, others=tuple(other for other in choice.others if other not in headings.values()))
        if choice.others and choice.how != "you said so":
            said = " or ".join(f"with_({choice.role}={other!r})" for other in choice.others)
            assumptions.append(
                Assumption(
                    what=f"{choice.role} is {choice.heading!r}, not {', '.join(map(repr, choice.others))}",
                    column=choice.heading,
                    otherwise=said,
                    rows=None,
                )
            )
        if choice.certainty < 0.8 and choice.how != "you said so":
            assumptions.append(
                Assumption(
                    what=f"{choice.heading!r} is {choice.role} ({choice.how}; {choice.certainty:.2f})",
                    column=choice.heading,
                    otherwise=f"with_({choice.role}=None)",
                    rows=None,
                )
            )
    assumptions += built.notes.assumptions
    for problem in built.notes.problems:
        may = [
            heading
            for heading, why in unused.items()
            if problem["code"] == "missing_column" and f" {problem['column']}" in why.replace(",", "")
        ]
        if may and problem["column"] is not None:
            problem["message"] += "; it may be " + " or ".join(
                f"with_({problem['column']}={heading!r})" for heading in may[:3]
            )
    used = set(headings.values())
    left = {h: unused.get(h, "you said so") for h in source.column_names if h not in used and not h.startswith("x_")}
    mapping = Mapping(
        table, layout.system if layout else None, headings, left, assumptions, built.notes.problems, source.num_rows, built.table.num_rows,
        {role: choice.certainty for role, choice in choices.items()}, choices, constants, settings, layout, source, cut,
    )  # fmt: skip
    return mapping, built
