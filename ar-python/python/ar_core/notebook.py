"""What notebooks show: tables, charts and results as pieces of HTML. Nothing is loaded, nothing runs, every text is escaped.

Each class of the package has `_repr_html_`, which calls its function here; what they say of one class each stands in
`ar_core.page.cards`. A piece brings its own paper and its own ink, so that it can be read wherever it is shown: a notebook says whether it
is dark (Jupyter, VS Code, Colab each in their way), else the reader's system does.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from .plot.drawing import Plot
from .plot.theme import DARK, FONT, LIGHT

ROWS = 10
MOST_COLUMNS = 40
MOST_TEXT = 80
MOST_SENTENCE = 300
MOST_ENTRIES = 4
# How hosts of notebooks say which theme they are in.
_HOSTS = {
    "light": (
        *("body[data-jp-theme-light='true']", "body.vscode-light", "body.vscode-high-contrast-light"),
        *("html[theme='light']", "html[data-theme='light']", "body[data-theme='light']"),
    ),
    "dark": (
        *(
            "body[data-jp-theme-light='false']",
            "body.vscode-dark",
            "body.vscode-high-contrast:not(.vscode-high-contrast-light)",
        ),
        *("html[theme='dark']", "html[data-theme='dark']", "body[data-theme='dark']"),
    ),
}
_RULES = f"""
.ar-core{{background:var(--ar-paper);color:var(--ar-ink);font:13px/1.45 {FONT};padding:12px 14px;border:1px solid var(--ar-grid);
border-radius:8px;max-width:100%;box-sizing:border-box;overflow-x:auto;text-align:left}}
.ar-core .head{{margin:0 0 8px;font-size:13px}} .ar-core .head b{{font-weight:650}} .ar-core .soft{{color:var(--ar-muted)}}
.ar-core .note{{margin:6px 0 0;color:var(--ar-muted);font-size:12px}}
.ar-core table{{border-collapse:collapse;margin:0;border:0;font-size:12.5px;font-variant-numeric:tabular-nums;background:none;color:inherit}}
.ar-core th,.ar-core td{{border:0;padding:3px 14px 3px 0;text-align:left;vertical-align:top;white-space:nowrap;background:none;color:inherit}}
.ar-core thead th{{color:var(--ar-ink);font-weight:600;border-bottom:1px solid var(--ar-rule)}}
.ar-core thead th span{{display:block;color:var(--ar-muted);font-weight:400;font-size:11px}}
.ar-core tbody th{{font-weight:400;color:var(--ar-muted)}}
.ar-core tbody tr+tr>*{{border-top:1px solid var(--ar-grid)}}
.ar-core .right{{text-align:right}} .ar-core i{{color:var(--ar-muted);font-style:italic}} .ar-core td.gap{{color:var(--ar-muted)}}
.ar-core .wrap{{white-space:normal;min-width:220px;max-width:620px}}
.ar-core pre{{margin:8px 0 0;padding:10px 12px;background:var(--ar-track);color:var(--ar-ink);white-space:pre-wrap;font-size:12px;border-radius:6px}}
.ar-core mark{{background:var(--ar-tint);color:var(--ar-ink);border-bottom:2px solid var(--ar-main)}}
.ar-core .part{{margin-top:14px}} .ar-core .plots{{display:flex;flex-wrap:wrap;gap:20px}}
.ar-core .plot svg{{display:block;max-width:100%;height:auto}}
.ar-core code{{font-size:12px}} .ar-core summary{{cursor:pointer;color:var(--ar-accent)}}
""".replace("\n", "")


def style() -> str:
    """The style sheet of a piece: light where nothing else is known or understood, else as the host or the reader's system says."""
    light = "".join(f"--ar-{role}:{colour};" for role, colour in LIGHT.items())
    both = "".join(f"--ar-{role}:light-dark({LIGHT[role]},{DARK[role]});" for role in LIGHT)
    rules = [
        f".ar-core{{{light}color-scheme:light dark}}",
        f"@supports (color:light-dark(#000,#fff)){{.ar-core{{{both}}}}}",
    ]
    for theme, hosts in _HOSTS.items():
        rules.append(f"{','.join(f'{host} .ar-core' for host in hosts)}{{color-scheme:{theme}}}")
    rules.append("@media print{.ar-core{color-scheme:light!important}}")
    return f"<style>{''.join(rules)}{_RULES}</style>"


def piece(*parts: str) -> str:
    """Parts of HTML as one piece with its style. The parts are taken as they are: whoever made them escaped their texts."""
    return f'<div class="ar-core" role="region" tabindex="0" aria-label="ar_core">{style()}{"".join(parts)}</div>'


def page(title: str, body: str) -> str:
    """A whole page of HTML around a piece."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    return f'<!doctype html><html lang="en"><head>{head}{policy}<title>{html.escape(title)}</title></head><body>{body}</body></html>\n'


def plot_html(plot: Plot) -> str:
    """A chart with its title and notes; its sentence stands for it where it is not seen. Without vl-convert-python the sentence alone."""
    notes = "".join(f'<p class="note">{html.escape(note)}</p>' for note in plot.notes)
    try:
        drawing = plot.figure()
    except ImportError as error:
        drawing = f"<p>{html.escape(plot.text)}</p><p class='note'>{html.escape(str(error))}</p>"
    return piece(f'<p class="head"><b>{html.escape(plot.title)}</b></p>', drawing, notes)


def table_html(table: Any, rows: int = ROWS) -> str:
    """A table with its name, size, names and types of its columns, and of many rows the first and the last.

    table: a Table, or any frame that pyarrow reads. rows: how many of the first and of the last, 1 or more.
    """
    return piece(table_part(table, rows))


def table_part(table: Any, rows: int = ROWS, name: str | None = None) -> str:
    """As `table_html`, without paper and style: to stand inside another piece."""
    names, kinds, count, first, last = _ends(table, max(1, rows))
    title = name if name is not None else getattr(table, "name", "table")
    size = f"{count:,} row{'' if count == 1 else 's'}, {len(names)} column{'' if len(names) == 1 else 's'}"
    head = f'<p class="head"><b>{html.escape(str(title))}</b> <span class="soft">{size}</span></p>'
    shown = names[:MOST_COLUMNS]
    right = [_is_number(kinds[at]) for at in range(len(shown))]
    heads = "".join(
        f'<th scope="col"{_side(side)}>{html.escape(clip(name))}<span>{html.escape(kind)}</span></th>'
        for name, kind, side in zip(shown, kinds, right, strict=False)
    )
    lines = [_line(row, shown, right) for row in first]
    if last:
        left = count - len(first) - len(last)
        lines.append(
            f'<tr><td class="gap" colspan="{max(1, len(shown))}">… {left:,} more row{"" if left == 1 else "s"} …</td></tr>'
        )
        lines += [_line(row, shown, right) for row in last]
    note = f'<p class="note">{len(names) - len(shown):,} more columns.</p>' if len(names) > len(shown) else ""
    return f"{head}<table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>{note}"


def grid(
    heads: Sequence[str], lines: Iterable[Sequence[Any]], right: frozenset[int] = frozenset(), wide: int | None = None
) -> str:
    """A small table of values, written as the cells of a table are; `wide` is a column of sentences, which may wrap."""
    top = "".join(f'<th scope="col"{_side(at in right)}>{html.escape(head)}</th>' for at, head in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(_cell(value, at in right, at == wide) for at, value in enumerate(line)) + "</tr>"
        for line in lines
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def facts(pairs: Iterable[tuple[str, Any]]) -> str:
    """Names and values, one a line."""
    lines = (f'<tr><th scope="row">{html.escape(name)}</th>{_cell(value, False, True)}</tr>' for name, value in pairs)
    return f"<table><tbody>{''.join(lines)}</tbody></table>"


def clip(text: str, most: int = MOST_TEXT) -> str:
    """A text in at most so many characters, on one line, without marks that print nothing."""
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text[: most * 4]).split())
    return line if len(line) <= most and len(text) <= most * 4 else line[: most - 1] + "…"


def written(value: Any) -> str:
    """A value as a cell says it, escaped: amounts with separators and all their decimals, days in ISO, long lists cut."""
    if value is None:
        return "<i>null</i>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return html.escape(f"{value:,f}" if value.is_finite() else str(value))
    if isinstance(value, float):
        return html.escape(f"{value:.6g}")
    if isinstance(value, (list, tuple)):
        shown = ", ".join(written(entry) for entry in value[:MOST_ENTRIES])
        return f"{shown}, … {len(value) - MOST_ENTRIES:,} more" if len(value) > MOST_ENTRIES else shown
    if isinstance(value, dict):
        if "code" in value and "observed" in value:
            numbers = " / ".join(str(value[key]) for key in ("observed", "limit") if value.get(key) is not None)
            return html.escape(clip(f"{value['code']} {numbers}".strip()))
        return html.escape(clip(", ".join(f"{key} {entry}" for key, entry in value.items())))
    return f"<bdi>{html.escape(clip(str(value)))}</bdi>" if isinstance(value, str) else html.escape(clip(str(value)))


def _line(row: dict[str, Any], names: Sequence[str], right: Sequence[bool]) -> str:
    return "<tr>" + "".join(_cell(row.get(name), side) for name, side in zip(names, right, strict=True)) + "</tr>"


def _cell(value: Any, right: bool, wraps: bool = False) -> str:
    if wraps and isinstance(value, str):
        return f'<td class="wrap"><bdi>{html.escape(clip(value, MOST_SENTENCE))}</bdi></td>'
    return f"<td{_side(right, wraps)}>{written(value)}</td>"


def _side(right: bool, wraps: bool = False) -> str:
    return ' class="right"' if right else ' class="wrap"' if wraps else ""


def _ends(table: Any, most: int) -> tuple[list[str], list[str], int, list[dict[str, Any]], list[dict[str, Any]]]:
    """Names and types of the columns, the number of rows, the first rows and, of more than twice as many, the last."""
    found = _sliced(table)
    if found is None:
        lines = list(table.to_dicts()) if hasattr(table, "to_dicts") else [dict(row) for row in table]
        names = list(getattr(table, "column_names", None) or (lines[0] if lines else []))
        kinds = [next((_kind_of(line[name]) for line in lines if line.get(name) is not None), "") for name in names]
        first, last = _split(len(lines), most)
        return names, kinds, len(lines), lines[:first], lines[len(lines) - last :] if last else []
    first, last = _split(found.num_rows, most)
    tail = found.slice(found.num_rows - last).to_pylist() if last else []
    return (
        list(found.column_names),
        [_kind(field.type) for field in found.schema],
        found.num_rows,
        found.slice(0, first).to_pylist(),
        tail,
    )


def _split(count: int, most: int) -> tuple[int, int]:
    return (count, 0) if count <= 2 * most + 1 else (most, most)


def _sliced(table: Any) -> Any:
    """The table as a pyarrow table, whose ends cost nothing; None without pyarrow."""
    try:
        import pyarrow as pa
    except ImportError:
        return None
    if isinstance(table, pa.Table):
        return table
    return pa.table(table) if hasattr(table, "__arrow_c_stream__") else None


def _kind(kind: Any) -> str:
    """A type of Arrow in the words that frames use for it."""
    text = str(kind)
    if text.startswith("decimal"):
        return f"decimal[{kind.scale}]"
    if text.startswith(("list", "large_list")):
        return f"list[{_kind(kind.value_type)}]"
    short = {
        "large_string": "string",
        "string_view": "string",
        "date32[day]": "date",
        "double": "float64",
        "float": "float32",
    }
    return "struct" if text.startswith("struct") else short.get(text, text)


def _kind_of(value: Any) -> str:
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return f"decimal[{-exponent if isinstance(exponent, int) else 0}]"
    names = (
        (bool, "bool"),
        (int, "int64"),
        (float, "float64"),
        (date, "date"),
        (str, "string"),
        (list, "list"),
        (dict, "struct"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), type(value).__name__)


def _is_number(kind: str) -> bool:
    return kind.startswith(("decimal", "int", "uint", "float"))


def __getattr__(name: str) -> Any:
    """The functions of one class each, which bring what they say it with."""
    if name.endswith("_html") and not name.startswith("_"):
        from ar_core.page import cards

        found = getattr(cards, name, None)
        if found is not None:
            setattr(sys.modules[__name__], name, found)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
