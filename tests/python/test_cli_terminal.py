"""The command as a process: who reads it, what the terminal can show, what interrupts it, and where the disk ends."""

import io
import json
import os
import pty
import resource
import select
import shutil
import signal
import subprocess
import sys
import time

import pytest
from cli_story import DAY, PACKAGE, copy, outside, ran

MANY = 3000


@pytest.fixture
def made(tmp_path_factory):
    return ran(tmp_path_factory)


@pytest.fixture
def story(made, tmp_path):
    return copy(made, tmp_path / "work")


def left_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def items(path, rows=MANY):
    """Items enough for a fit that takes a moment, settled but for the last."""
    lines = ["item_id,customer_id,currency,amount,issued_on,due_on,settled_on"]
    for number in range(rows):
        settled = "" if number > rows - 50 else f"2026-{number % 9 + 2:02}-{number % 27 + 1:02}"
        lines.append(
            f"I{number},C{number % 40},EUR,{number + 1}.00,2026-{number % 9 + 1:02}-01,2026-{number % 9 + 1:02}-28,{settled}"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_reader_who_has_seen_enough(story):
    """`ar-core audit search … | head -1`: no traceback, no complaint of the interpreter, no failure."""
    line = f"{sys.executable} -m ar_core audit search book --limit -1 --json | head -1; exit ${{PIPESTATUS[0]}}"
    env = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    ended = subprocess.run(
        ["bash", "-c", line], check=False, cwd=story, env=env, capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "[\n", "")


def test_an_answer_that_does_not_fit_on_the_disk(story):
    with open("/dev/full", "w") as full:
        ended = outside("worklist", "book", cwd=story, stdout=full)
    assert ended.returncode == 1
    assert ended.stderr.decode() == "ar-core: the answer cannot be written: No space left on device\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_has_not_every_character(story, encoding):
    ended = outside("worklist", "book", cwd=story, env={"PYTHONIOENCODING": encoding})
    assert (ended.returncode, ended.stderr) == (0, b"")
    ended.stdout.decode(encoding)
    whole, plain = (
        json.loads(outside("worklist", "book", "--json", cwd=story, env={"PYTHONIOENCODING": name}).stdout)
        for name in ("utf-8", encoding)
    )
    assert whole == plain, "in JSON nothing is lost"


def test_results_that_do_not_fit_on_the_disk_leave_nothing(story):
    """A limit of the size of files ends a write as a full disk does."""

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    (story / "s.csv").write_text("of yesterday")
    before = left_in(story)
    ended = outside("score", "book", "--as-of", DAY, "--out", "s.csv", cwd=story, preexec_fn=small)
    assert ended.returncode == 1, ended.stderr
    assert b"ar-core: cannot write s.csv: File too large. Nothing was written.\n" in ended.stderr
    ended = outside(
        "match",
        "book",
        "--out",
        "m",
        cwd=story,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500)),
    )
    assert ended.returncode == 1 and b"ar-core: cannot write into m: File too large" in ended.stderr
    assert (story / "s.csv").read_text() == "of yesterday"
    assert [name for name in left_in(story) if name != "m"] == before


def test_no_permission(story):
    """Root may write everywhere, unless it gives that up."""
    before = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    if before and not shutil.which(before[0]):
        pytest.skip("root, and no setpriv to be less than root")
    (story / "closed").mkdir(mode=0o500)
    (story / "book" / "customers.csv").chmod(0o000)
    cases = [
        ("match out/nothing.csv --out closed", 1, "ar-core: cannot write closed: no permission to write in closed"),
        ("match out/nothing.csv --out closed/m", 1, "ar-core: cannot write closed/m: no permission to write in closed"),
        (
            f"score book --as-of {DAY} --out closed/s.csv",
            1,
            "ar-core: cannot write closed: no permission to write in closed",
        ),
        ("match book --out m", 2, "customers.csv: [Errno 13] Permission denied"),
    ]
    for words, code, told in cases:
        ended = outside(*words.split(), cwd=story, before=before)
        assert (ended.returncode, ended.stdout) == (code, b""), ended.stderr
        assert told in ended.stderr.decode() and b"Traceback" not in ended.stderr


def test_an_interrupt_leaves_nothing_and_ends_with_130(story):
    """Sent while the engine fits a model, which takes a moment."""
    path = items(story / "many.csv")
    before = left_in(story)
    line = [sys.executable, "-m", "ar_core", "score", str(path), "--as-of", "2026-11-20", "--out", "s.csv"]
    env = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    process = subprocess.Popen(line, cwd=story, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr.readline().startswith(b"read the book")
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, b"")
    last = err.decode().splitlines()
    assert last[-1] == "ar-core: interrupted; what was not finished is not recorded" and "stopped after" in last[-2]
    assert left_in(story) == before


def on_a_terminal(words, cwd, **env):
    """What a person sees who types the words: stderr and stdout of a pseudo-terminal."""
    mother, child = pty.openpty()
    line = [sys.executable, "-m", "ar_core", *words]
    variables = {**os.environ, "PYTHONPATH": str(PACKAGE), "COLUMNS": "60", **env}
    process = subprocess.Popen(line, cwd=cwd, env=variables, stdin=child, stdout=child, stderr=child)
    os.close(child)
    seen = b""
    while True:
        ready, _, _ = select.select([mother], [], [], 60)
        try:
            part = os.read(mother, 65536) if ready else b""
        except OSError:  # the other end is closed
            part = b""
        if not part:
            break
        seen += part
    os.close(mother)
    assert process.wait(60) == 0, seen
    return seen.decode()


def test_bars_are_drawn_on_a_terminal_only_and_never_in_colour(story):
    words = ["match", "book", "--out", "m"]
    seen = on_a_terminal(words, story, TERM="xterm", NO_COLOR="1")
    assert "\r\x1b[K[#####" in seen, "a bar"
    assert "match: learning payment times" in seen, "which the engine moves"
    assert "\x1b[3" not in seen and "\x1b[1m" not in seen, "no colour"
    dumb = on_a_terminal(words, story, TERM="dumb")
    assert "\x1b" not in dumb and "match" in dumb
    ended = outside(*words, cwd=story)
    assert ended.returncode == 0 and b"\x1b" not in ended.stderr and b"[#" not in ended.stderr


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_what_an_engine_calls(monkeypatch):
    from ar_core.host.progress import Progress

    monkeypatch.setenv("TERM", "xterm")
    screen = Terminal()
    progress = Progress(screen, total=2)
    with progress.step("decide"):
        assert progress.watch() == {"progress": progress}
        progress("fit", 5, 0)
        for done in range(0, 1_000_001):
            progress("scoring_items", done, 1_000_000)
    drawn = [part for part in screen.getvalue().split("\r\x1b[K") if "scoring items" in part]
    assert 1 <= len(drawn) < 200, "not at every call"
    assert drawn[-1].startswith("[##########..........] decide: scoring items 1,000,000 of 1,000,000")
    plain = io.StringIO()
    Progress(plain)("scoring", 1, 2)
    assert Progress(plain).watch() == {}
    assert plain.getvalue() == "", "nobody watches"
    quiet = Terminal()
    with Progress(quiet, quiet=True).step("decide"):
        pass
    assert quiet.getvalue() == ""
