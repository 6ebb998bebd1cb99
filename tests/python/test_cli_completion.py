"""Words completed at a TAB, in the shells themselves: each is started on a pseudo-terminal, told the script, and typed into."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time

import pytest
from ar_core.host.events import ACTION_EVENTS
from cli_story import PACKAGE, copy, ran, wanted

PROMPT = "ready> "
START = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}
SET_UP = {
    "bash": f"bind 'set enable-bracketed-paste off'; PS1='{PROMPT}'; eval \"$(ar-core completion bash)\"",
    "zsh": f"autoload -Uz compinit; compinit -D -u; PROMPT='{PROMPT}'; unsetopt zle_bracketed_paste; eval \"$(ar-core completion zsh)\"",
}


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A folder with a book that was run, and the command on the path as pip installs it."""
    folder = copy(ran(tmp_path_factory), tmp_path_factory.mktemp("shells") / "work")
    command = folder / "bin" / "ar-core"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\nimport sys\nfrom ar_core.cli import main\nsys.exit(main())\n")
    command.chmod(0o755)
    return folder


def environment(story):
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PATH": f"{story / 'bin'}:/usr/bin:/bin",
        "PYTHONPATH": str(PACKAGE),
        "TERM": "dumb",
        "COLUMNS": "200",
    }


class Shell:
    """An interactive shell that is typed into."""

    def __init__(self, name, story):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
        self._mother, child = pty.openpty()
        more = {"stdin": child, "stdout": child, "stderr": child, "start_new_session": True}
        self._process = subprocess.Popen(START[name], cwd=story, env=environment(story), **more)
        os.close(child)
        self.type(SET_UP[name] + "; echo set-$((40+2))\n")
        self.until("set-42")

    def type(self, text):
        os.write(self._mother, text.encode())

    def until(self, text, seconds=60):
        """What the shell printed up to a text."""
        seen, end = "", time.monotonic() + seconds
        while text not in seen:
            ready, _, _ = select.select([self._mother], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"no {text!r} in {seen!r}"
            seen += os.read(self._mother, 65536).decode(errors="replace")
        return seen

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._mother)


@pytest.fixture(params=["bash", "zsh"])
def shell(request, story):
    opened = Shell(request.param, story)
    yield opened
    opened.close()


def test_commands_decisions_and_options_are_completed_in_a_shell(shell, story):
    shell.type("ar-core workl\t")
    shell.until("ar-core worklist")
    shell.type(" book --li\t")
    shell.until("--limit")
    shell.type("\x15")
    key = wanted(story / "book", "approve")
    shell.type(f"ar-core approve book {key[:20]}\t")
    shell.until(key)
    shell.type("\x15ar-core statement book NEW\t\t")
    shell.until("NEW2")
    shell.type("\x15ar-core run boo\t")
    shell.until("book/")
    shell.type("\x15")


def test_fish_completes_the_same(story):
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    key = wanted(story / "book", "approve")
    lines = ["ar-core wor", "ar-core policy ", f"ar-core approve book {key[:8]}"]
    script = "ar-core completion fish | source; " + "; ".join(f'complete -C "{line}"; echo =====' for line in lines)
    ended = subprocess.run(
        ["fish", "-c", script],
        check=False,
        cwd=story,
        env=environment(story),
        capture_output=True,
        text=True,
        timeout=90,
    )
    found = [part.split() for part in ended.stdout.split("=====")]
    assert "worklist" in found[0], ended.stderr
    assert {"diff", "check", "rehearse"} <= set(found[1])
    assert key in found[2]


def completed(line, story):
    """What a TAB behind the line offers."""
    asked = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
        "COMP_TYPE": "9",
    }
    out = story / "offered"
    env = {
        **environment(story),
        **asked,
        "_ARGCOMPLETE_STDOUT_FILENAME": str(out),
        "_ARGCOMPLETE_COMP_WORDBREAKS": " \t\n",
    }
    subprocess.run([str(story / "bin" / "ar-core")], cwd=story, env=env, timeout=60, check=True)
    return {word.partition("\v")[0].strip() for word in out.read_text().split("\n") if word.strip()}


def test_what_a_tab_offers(story):
    assert {"run", "match", "completion"} <= completed("ar-core ", story)
    assert completed("ar-core approve book --action ", story) >= set(ACTION_EVENTS)
    key = wanted(story / "book", "approve")
    assert key not in completed(f"ar-core approve book {key} ", story), "each once"
    assert completed("ar-core why-not book send_notice NEW", story) == {"NEW1", "NEW2"}
    assert completed("ar-core explain nowhere D-", story) == set(), "no book, no complaint"


def test_a_tab_loads_nothing_that_a_run_needs(story):
    """A person waits for it."""
    heavy = ("pyarrow", "altair", "numpy", "sqlite3", "jinja2")
    code = (
        f"import sys; from ar_core import cli; cli.parser(); print([name for name in {heavy} if name in sys.modules])"
    )
    line = [sys.executable, "-c", code]
    ended = subprocess.run(line, check=False, env=environment(story), capture_output=True, text=True, timeout=60)
    assert ended.stdout == "[]\n", ended.stderr
