"""Writes the documentation as a folder of HTML: the README, the guide, the notebooks, the C header, the published lists, the Rust documentation.

    python scripts/site.py FOLDER [--header-only | --notebooks-only]

`--header-only` writes the page of the C header alone, and needs nothing but Python; the notebooks are executed, and need what the tests
need and `nbconvert`; the rest needs the package `markdown`.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import header_page
import notebooks

ROOT = Path(__file__).resolve().parent.parent
# Pages that are Markdown, by the name of their page, with their title.
PAGES = {
    "index": ("README.md", "ar-core"),
    "embedding": ("docs/embedding.md", "Embed it in an ERP"),
    "command": ("docs/command.md", "The command"),
    "out_of_core": ("docs/out_of_core.md", "Books larger than memory"),
    "tables": ("tests/golden/tables.md", "Tables"),
    "actions": ("tests/golden/actions.md", "Actions and events"),
    "reasons": ("tests/golden/reasons.md", "Reasons"),
    "errors": ("tests/golden/errors.md", "Errors"),
    "states": ("tests/golden/states.md", "States"),
    "cases": ("tests/golden/cases.md", "Cases of other systems"),
    "architecture": ("ARCHITECTURE.md", "Architecture"),
    "changelog": ("CHANGELOG.md", "Changelog"),
}
STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --paper: #fff; --line: #d5dbe1; --soft: #f4f6f8; --link: #0b5cad; --quiet: #57606a }
@media (prefers-color-scheme: dark) { :root { --ink: #e2e6ea; --paper: #12171c; --line: #363f49; --soft: #1b2229; --link: #7cc4f0; --quiet: #a7b0ba } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; max-width: 62rem; padding: 0 1.5rem 4rem }
nav { border-bottom: 1px solid var(--line); padding: 1rem 0; margin-bottom: 1rem } nav a { margin-right: 1rem; white-space: nowrap }
a { color: var(--link); text-decoration: none } a:hover { text-decoration: underline }
pre { background: var(--soft); padding: .8rem 1rem; overflow-x: auto; border-radius: 4px; font-size: 14px } code { font-size: 14px }
table { border-collapse: collapse; margin: 1rem 0 } td, th { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top }
h3 { margin: 2rem 0 .3rem; font-family: ui-monospace, monospace; font-size: 1.05rem } dt { font-weight: 600 } dd { margin: 0 0 .6rem 2rem }
"""
# Prose as wide as a book's page, code and what it gave as wide as the window allows.
NOTEBOOK_STYLE = """
.notebook h2 { margin: 2.4rem 0 .4rem; font-size: 1.25rem } .notebook h3 { font-family: inherit }
.notebook .text_cell_render { max-width: 46rem }
.notebook .cell { margin: 0 0 .9rem } .notebook .highlight { background: none } .notebook .highlight pre { margin: .4rem 0 }
.notebook .output_area { overflow-x: auto } .notebook .output_stderr pre { border-left-color: #c07c00 }
.notebook .output_text pre { background: none; border-left: 3px solid var(--line); border-radius: 0; margin: .4rem 0; white-space: pre-wrap }
.notebook table.dataframe { border: 0; font-size: 13px; font-variant-numeric: tabular-nums; margin: .4rem 0 }
.notebook table.dataframe :is(td, th) { border: 0; border-bottom: 1px solid var(--line); padding: .2rem 0 .2rem .9rem; text-align: right; white-space: nowrap }
.notebook table.dataframe :is(td, th):first-child { padding-left: 0 } .notebook .dataframe + p { color: var(--quiet); font-size: 13px }
"""


def framed(title: str, body: str, up: str = "", more: str = "") -> str:
    """A whole page around a body. up: the way to the folder of the pages. more: rules of style of this page alone."""
    links = {**{f"{name}.html": title for name, (_, title) in PAGES.items()}, "header.html": "ar_core.h", "rust/ar_core/index.html": "Rust"}
    links["notebooks/index.html"] = "Notebooks"
    bar = " ".join(f'<a href="{up}{link}">{html.escape(name)}</a>' for link, name in links.items())
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(title)}</title><style>{STYLE}{more}</style>'
    return f"<!doctype html><html lang=en><head>{head}</head><body><nav>{bar}</nav>\n{body}\n</body></html>\n"


def write_notebooks(folder: Path) -> None:
    """Executes the notebooks and writes a page of each, and one that lists them."""
    folder.mkdir(parents=True, exist_ok=True)
    style = NOTEBOOK_STYLE + notebooks.colours()
    with tempfile.TemporaryDirectory() as own:
        copy = notebooks.copied(Path(own))
        for name, title in notebooks.listed():
            page = framed(title, notebooks.body(notebooks.execute(copy / f"{name}.ipynb")), "../", style)
            (folder / f"{name}.html").write_text(page, encoding="utf-8")
            print(f"notebooks/{name}.html: {title}")
    lines = "".join(f'<li><a href="{name}.html">{html.escape(title)}</a></li>' for name, title in notebooks.listed())
    told = "<p>Executed as they stand in <code>examples/notebooks</code>; what is under a cell is what it gave.</p>"
    (folder / "index.html").write_text(framed("Notebooks", f"<h1>Notebooks</h1>{told}<ol>{lines}</ol>", "../"), encoding="utf-8")


def relinked(text: str, source: str) -> str:
    """Links between the documents become links between the pages; links to other files keep only their text."""
    pages = {(ROOT / path).resolve(): f"{name}.html" for name, (path, _) in PAGES.items()}
    pages[(ROOT / "include/ar_core.h").resolve()] = "header.html"
    pages |= {(notebooks.FOLDER / f"{name}.ipynb").resolve(): f"notebooks/{name}.html" for name, _ in notebooks.listed()}

    def link(seen: re.Match[str]) -> str:
        target, _, anchor = seen[2].partition("#")
        if "://" in target or not target:
            return seen[0]
        page = pages.get(((ROOT / source).parent / target).resolve())
        return f'<a href="{page}{"#" + anchor if anchor else ""}">{seen[1]}</a>' if page else f"<i>{seen[1]}</i>"

    return re.sub(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)", link, text)


def main(folder: Path, only: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if only != "--notebooks-only":
        header = (ROOT / "include/ar_core.h").read_text(encoding="utf-8")
        (folder / "header.html").write_text(framed("ar_core.h", header_page.page(header)), encoding="utf-8")
    if only != "--header-only":
        write_notebooks(folder / "notebooks")
    if only is None:
        write_documents(folder)


def write_documents(folder: Path) -> None:
    """Pages of what is Markdown, and Rust's own."""
    import markdown

    for name, (source, title) in PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        body = markdown.markdown(relinked(text, source), extensions=["tables", "fenced_code", "toc"])
        (folder / f"{name}.html").write_text(framed(title, body), encoding="utf-8")
    rust = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "doc"
    if rust.is_dir():
        shutil.copytree(rust, folder / "rust", dirs_exist_ok=True)


if __name__ == "__main__":
    arguments = [word for word in sys.argv[1:] if not word.startswith("--")]
    flags = [word for word in sys.argv[1:] if word.startswith("--")]
    if len(arguments) != 1 or len(flags) > 1 or not {*flags} <= {"--header-only", "--notebooks-only"}:
        sys.exit("usage: site.py FOLDER [--header-only | --notebooks-only]")
    main(Path(arguments[0]), flags[0] if flags else None)
