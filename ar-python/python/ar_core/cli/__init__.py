"""The command `ar-core`: a thin shell over `ar_core.host`. Results go to stdout, progress and complaints to stderr."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from ar_core.cli import conversation, days, looking, policies, supervision

EXIT_CODES = """exit codes:
  0 done    1 failed (a broken audit chain, a void approval)    2 the input is wrong
  3 another run is working on this book    4 refused    5 a library is missing"""


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = argparse.ArgumentParser(
        prog="ar-core",
        description="Runs an accounts-receivable book through one day: applies cash, scores items, decides, and says what needs you.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    for grammar in (days, supervision, conversation, looking, policies):
        grammar.add(commands)
    return top


def _options_last(words: list[str]) -> list[str]:
    """`approve BOOK --by anna D-…` as `approve BOOK D-… --by anna`: decisions may stand behind options."""
    decisions = [word for word in words if word.startswith("D-")]
    if not decisions or words[0] not in ("approve", "reject", "done", "edit", "delegate", "review"):
        return words
    rest = [word for word in words if not word.startswith("D-")]
    return [*rest[:1], *rest[1:2], *decisions, *rest[2:]] if len(rest) > 1 and not rest[1].startswith("-") else words


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    args = parser().parse_args(_options_last(sys.argv[1:] if argv is None else list(argv)))
    from ar_core.host import commands, say
    from ar_core.host.errors import HostError

    try:
        return int(getattr(commands, args.command.replace("-", "_"))(args))
    except HostError as error:
        say.failure(error, as_json=getattr(args, "json", False))
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains when it ends
        return 0
    except Exception as error:
        code = getattr(error, "code", None)
        if not isinstance(code, str):
            raise
        print(
            f"ar-core: {error}", file=sys.stderr
        )  # what the engine refuses, or a fault that says itself that it is one
        return 1 if code == "internal" else 2
    except KeyboardInterrupt:
        print("stopped; nothing was recorded", file=sys.stderr)
        return 130
