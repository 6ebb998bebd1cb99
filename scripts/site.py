"""Writes the documentation as a folder of HTML: the README, the guide, the C header, the published lists, the Rust documentation.

    python scripts/site.py FOLDER [--header-only]

`--header-only` writes the page of the C header alone, and needs nothing but Python; the rest needs the package `markdown`.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import sys
from pathlib import Path

import header_page

ROOT = Path(__file__).resolve().parent.parent
# Pages that are Markdown, by the name of their page, with their title.
PAGES = {
    "index": ("README.md", "ar-core"),
    "embedding": ("docs/embedding.md", "Embed it in an ERP"),
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
body { font: 16px/1.5 system-ui, sans-serif; color: #1d2733; margin: 0 auto; max-width: 62rem; padding: 0 1.5rem 4rem }
nav { border-bottom: 1px solid #d5dbe1; padding: 1rem 0; margin-bottom: 1rem } nav a { margin-right: 1rem; white-space: nowrap }
a { color: #0b5cad; text-decoration: none } a:hover { text-decoration: underline }
pre { background: #f4f6f8; padding: .8rem 1rem; overflow-x: auto; border-radius: 4px; font-size: 14px } code { font-size: 14px }
table { border-collapse: collapse; margin: 1rem 0 } td, th { border: 1px solid #d5dbe1; padding: .3rem .6rem; text-align: left; vertical-align: top }
h3 { margin: 2rem 0 .3rem; font-family: ui-monospace, monospace; font-size: 1.05rem } dt { font-weight: 600 } dd { margin: 0 0 .6rem 2rem }
"""


def framed(title: str, body: str) -> str:
    """A whole page around a body."""
    links = {**{f"{name}.html": title for name, (_, title) in PAGES.items()}, "header.html": "ar_core.h", "rust/ar_core/index.html": "Rust"}
    bar = "".join(f'<a href="{link}">{html.escape(name)}</a>' for link, name in links.items())
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    return f"<!doctype html><html lang=en><head>{head}</head><body><nav>{bar}</nav>\n{body}\n</body></html>\n"


def relinked(text: str, source: str) -> str:
    """Links between the documents become links between the pages; links to other files keep only their text."""
    pages = {(ROOT / path).resolve(): f"{name}.html" for name, (path, _) in PAGES.items()}
    pages[(ROOT / "include/ar_core.h").resolve()] = "header.html"

    def link(seen: re.Match[str]) -> str:
        target, _, anchor = seen[2].partition("#")
        if "://" in target or not target:
            return seen[0]
        page = pages.get(((ROOT / source).parent / target).resolve())
        return f'<a href="{page}{"#" + anchor if anchor else ""}">{seen[1]}</a>' if page else f"<i>{seen[1]}</i>"

    return re.sub(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)", link, text)


def main(folder: Path, header_only: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    header = (ROOT / "include/ar_core.h").read_text(encoding="utf-8")
    (folder / "header.html").write_text(framed("ar_core.h", header_page.page(header)), encoding="utf-8")
    if header_only:
        return
    import markdown

    for name, (source, title) in PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        body = markdown.markdown(relinked(text, source), extensions=["tables", "fenced_code", "toc"])
        (folder / f"{name}.html").write_text(framed(title, body), encoding="utf-8")
    rust = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "doc"
    if rust.is_dir():
        shutil.copytree(rust, folder / "rust", dirs_exist_ok=True)


if __name__ == "__main__":
    arguments = [word for word in sys.argv[1:] if word != "--header-only"]
    if len(arguments) != 1:
        sys.exit("usage: site.py FOLDER [--header-only]")
    main(Path(arguments[0]), "--header-only" in sys.argv)
