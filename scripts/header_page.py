"""Turns include/ar_core.h into a page of HTML: the contract, every function by its noun, every struct, every list of codes.

The header is generated and regular, so a few rules read it: a run of `//` lines is the text of what follows.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

# Functions by the word behind `ar_`, in the order of the page; others come under their own word.
NOUNS = {
    "abi": "Version",
    "version": "Version",
    "error": "Errors",
    "tables": "Tables",
    "ledger": "Ledger",
    "policy": "Policy",
    "models": "Models",
    "predict": "Models",
    "distribution": "Models",
    "forecast": "Models",
    "run": "Runs",
    "match": "Runs",
    "collect": "Runs",
    "report": "Report",
    "audit": "Audit",
    "breaks": "Audit",
    "rehearse": "Rehearsal",
    "read": "Conversation",
    "check": "Conversation",
    "verify": "Conversation",
    "write": "Conversation",
}


@dataclass
class Entry:
    """One thing that the header declares."""

    kind: str  # "function", "struct", "enum", "handle", "constant"
    name: str
    text: list[str]
    code: str
    parts: list[tuple[str, list[str]]] = field(default_factory=list)  # fields or values, each with its text


def contract(header: str) -> tuple[str, list[tuple[str, str]]]:
    """The comment at the top: the example, and the clauses of the contract as (word, text)."""
    comment = header[header.index("/*") + 2 : header.index("*/")]
    lines = [line[3:] if line.startswith(" * ") else "" for line in comment.splitlines()]
    start = next(at for at, line in enumerate(lines) if line.startswith("The contract"))
    clauses: list[tuple[str, str]] = []
    for line in lines[start + 1 :]:
        if found := re.match(r"([A-Z]\w+(?: \w+)?) {2,}(.*)", line):
            clauses.append((found[1], found[2]))
        elif line.strip() and clauses:
            clauses[-1] = (clauses[-1][0], f"{clauses[-1][1]} {line.strip()}")
    return "\n".join(lines[1:start]).strip("\n"), clauses


def entries(header: str) -> list[Entry]:
    """Everything that is declared behind the Arrow interfaces."""
    found: list[Entry] = []
    text: list[str] = []
    lines = iter(header[header.index("#endif /* ARROW_C_STREAM_INTERFACE */") :].splitlines())
    for line in lines:
        if line.startswith("// "):
            text.append(line[3:])
            continue
        if started := re.match(r"#define (AR_\w+) (.+)", line):
            found.append(Entry("constant", started[1], text, line))
        elif started := re.match(r"enum (\w+)$", line):
            found.append(Entry("enum", started[1], text, f"enum {started[1]}", block(lines)))
        elif started := re.match(r"typedef struct (\w+) \{", line):
            found.append(Entry("struct", started[1], text, f"struct {started[1]}", block(lines)))
        elif started := re.match(r"typedef struct (\w+) \1;", line):
            found.append(Entry("handle", started[1], text, line))
        elif text and (started := re.match(r"\w.*?\b(ar_\w+)\(", line)):
            code = line
            while not code.endswith(";"):
                code += "\n" + next(lines)
            found.append(Entry("function", started[1], text, code))
        text = []
    return found


def block(lines) -> list[tuple[str, list[str]]]:  # noqa: ANN001
    """Fields or values up to the end of a block, each with its text."""
    parts: list[tuple[str, list[str]]] = []
    text: list[str] = []
    for line in lines:
        line = line.strip()
        if line.startswith("}"):
            break
        if line.startswith("// "):
            text.append(line[3:])
        elif line.endswith((",", ";")):
            parts.append((line[:-1], text))
            text = []
    return parts


def linked(text: str, names: set[str]) -> str:
    """A text as HTML: names of the header are links, what stands in backticks is code."""
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
    return re.sub(r"\b(ar_\w+|AR_\w+)", lambda seen: f'<a href="#{seen[1]}">{seen[1]}</a>' if seen[1] in names else seen[1], text)


def paragraphs(text: list[str], names: set[str]) -> str:
    joined = " ".join(text)
    body, *errors = re.split(r"(?:^| )Errors: ", joined, maxsplit=1)
    out = f"<p>{linked(body, names)}</p>" if body else ""
    return out + (f'\n<p class="errors"><b>Errors:</b> {linked(errors[0], names)}</p>' if errors else "")


def shown(entry: Entry, names: set[str]) -> str:
    """One entry as HTML."""
    out = [f'<section id="{entry.name}"><h3>{entry.name}</h3>', paragraphs(entry.text, names)]
    if not entry.parts:
        out.append(f"<pre>{html.escape(entry.code)}</pre>")
    else:
        rows = []
        for code, text in entry.parts:
            anchor = re.match(r"(AR_\w+) =", code)
            mark = f' id="{anchor[1]}"' if anchor else ""
            rows.append(f"<tr{mark}><td><code>{html.escape(code)}</code></td><td>{linked(' '.join(text), names)}</td></tr>")
        out.append(f"<table>{''.join(rows)}</table>")
    return "\n".join([*out, "</section>"])


def sections(found: list[Entry]) -> dict[str, list[Entry]]:
    """The entries under the titles of the page."""
    by: dict[str, list[Entry]] = {title: [] for title in NOUNS.values()}
    for entry in found:
        if entry.kind == "function":
            word = entry.name.split("_")[1]
            names = "Names and texts" if entry.name.endswith("_name") or word in ("reason", "currency", "string", "bytes") else NOUNS.get(word, word.capitalize())
            by.setdefault(names, []).append(entry)
    for kind, title in (("handle", "Handles"), ("struct", "Rows"), ("enum", "Codes"), ("constant", "Constants")):
        by[title] = [entry for entry in found if entry.kind == kind]
    return {title: rows for title, rows in by.items() if rows}


def page(header: str) -> str:
    """The body of the page."""
    found = entries(header)
    names = {entry.name for entry in found} | {code.split(" =")[0] for entry in found for code, _ in entry.parts if entry.kind == "enum"}
    example, clauses = contract(header)
    by = sections(found)
    out = ["<h1>ar_core.h</h1>", f"<pre>{html.escape(example)}</pre>", "<h2>The contract</h2><dl>"]
    out += [f"<dt>{word}</dt><dd>{linked(text, names)}</dd>" for word, text in clauses]
    out.append("</dl><h2>What there is</h2>")
    for title, rows in by.items():
        links = ", ".join(f'<a href="#{entry.name}">{entry.name}</a>' for entry in rows)
        out.append(f"<p><b>{title}:</b> {links}</p>")
    for title, rows in by.items():
        out.append(f"<h2>{title}</h2>")
        out += [shown(entry, names) for entry in rows]
    return "\n".join(out)
