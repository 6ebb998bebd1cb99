"""The notebooks of examples/notebooks: kept clean, executed, and made into pieces of HTML for the pages of the documentation (site.py).

    python scripts/notebooks.py [NOTEBOOK...]     takes out what Jupyter adds when it saves (outputs, counts, identifiers, metadata)

The notebook itself is the only source: cells without outputs, in the plain form that `clean` writes, so that a difference in Git is a
difference of text. (Pairs of a notebook and a script would be two files that say the same and can say different things.)
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "examples" / "notebooks"
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}
# Cells of the newest minor version have random identifiers; those of 4.4 have none.
VERSION = {"nbformat": 4, "nbformat_minor": 4}
SECONDS = 120


def names() -> list[str]:
    """The notebooks, in the order in which they are read."""
    return sorted(path.name for path in FOLDER.glob("*.ipynb"))


def plain(notebook: dict[str, Any]) -> str:
    """A notebook in the form that is committed."""
    cells = []
    for cell in notebook["cells"]:
        kept: dict[str, Any] = {"cell_type": cell["cell_type"], "metadata": {}}
        if tags := cell["metadata"].get("tags"):
            kept["metadata"] = {"tags": tags}
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": []}
        text = "".join(cell["source"]).strip("\n")
        cells.append(kept | {"source": text.splitlines(keepends=True)})
    return json.dumps({"cells": cells, "metadata": KERNEL, **VERSION}, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def execute(path: Path) -> Any:
    """A notebook with its outputs, executed in a new process in the folder where it is. Raises CellExecutionError."""
    import nbformat
    from nbclient import NotebookClient
    from traitlets.config import Config

    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as own:
        # Nothing of the user's own set-up: no start-up files, and the kernel of this Python.
        settings = {"IPYTHONDIR": own, "JUPYTER_CONFIG_DIR": own, "JUPYTER_RUNTIME_DIR": own, "JUPYTER_PREFER_ENV_PATH": "1"}
        before = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        try:
            # By files, not by ports: nothing of the machine's network is used.
            by_files = Config({"KernelManager": {"transport": "ipc", "ip": str(Path(own) / "kernel")}})
            NotebookClient(notebook, timeout=SECONDS, config=by_files, resources={"metadata": {"path": str(path.parent)}}).execute()
        finally:
            for name, value in before.items():
                os.environ.pop(name, None) if value is None else os.environ.update({name: value})
    return notebook


def copied(folder: Path) -> Path:
    """The folder of the notebooks, without anything around it: what a user would copy."""
    return Path(shutil.copytree(FOLDER, folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")))


def title(notebook: Any) -> str:
    """The first heading."""
    found = re.match(r"# (.+)", notebook["cells"][0]["source"] if isinstance(notebook["cells"][0]["source"], str) else "".join(notebook["cells"][0]["source"]))
    if not found:
        raise ValueError("the first cell of a notebook is a heading")
    return found[1]


def listed() -> list[tuple[str, str]]:
    """Name and title of each notebook."""
    return [(Path(name).stem, title(json.loads((FOLDER / name).read_text(encoding="utf-8")))) for name in names()]


def body(notebook: Any) -> str:
    """A notebook with its outputs as a piece of HTML that loads nothing from anywhere."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True, exclude_anchor_links=True)
    text, _ = exporter.from_notebook_node(notebook)
    # Where a warning was raised is a file that the kernel made up; the cell is above it anyway.
    text = re.sub(r"[^\s<>]*/ipykernel_\d+/\d+\.py:\d+: ", "", text)
    pages = "|".join(re.escape(name) for name, _ in listed())
    text = re.sub(rf'href="({pages})\.ipynb"', r'href="\1.html"', text)
    return f'<div class="notebook">{text}</div>'


def colours() -> str:
    """How code is coloured, on light and on dark paper."""
    from pygments.formatters import HtmlFormatter

    def rules(style: str) -> str:
        found = HtmlFormatter(style=style).get_style_defs(".notebook .highlight").splitlines()
        return "\n".join(line for line in found if line.startswith(".notebook .highlight ."))

    return f"{rules('default')}\n@media (prefers-color-scheme: dark) {{\n{rules('github-dark')}\n}}\n"


def clean(paths: list[Path]) -> None:
    """Writes notebooks in the plain form."""
    for path in paths:
        before = path.read_text(encoding="utf-8")
        after = plain(json.loads(before))
        if after != before:
            path.write_text(after, encoding="utf-8", newline="\n")
            print(f"{path.name}: cleaned")


if __name__ == "__main__":
    clean([Path(word) for word in sys.argv[1:]] or [FOLDER / name for name in names()])
