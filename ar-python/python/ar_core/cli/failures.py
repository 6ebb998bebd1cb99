"""How the command ends: with its answer, or with one message, the right exit code and no traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress

from ar_core.host import terminal
from ar_core.host.errors import HostError, InvalidBook, why

INTERRUPTED = 130
DEBUG = "AR_CORE_DEBUG"
# What the engine says with a code; `internal` is a fault of its own.
_INTERNAL = "internal"


def explained(work: Callable[[], int], as_json: bool) -> int:
    """Carry it out, and turn whatever goes wrong into one message on stderr. Returns the exit code."""
    terminal.prepare()
    try:
        try:
            code = work()
        finally:
            terminal.flush()  # here, or the interpreter complains of a closed pipe when it ends
        return code
    except BrokenPipeError:  # who reads has seen enough
        terminal.silence()
        return 0
    except KeyboardInterrupt:
        return _fail(_Interrupted("interrupted; what was not finished is not recorded"), as_json)
    except HostError as error:
        return _fail(error, as_json)
    except MemoryError:
        return _fail(HostError("there is not enough memory for this"), as_json)
    except OSError as error:
        terminal.silence()
        return _fail(HostError(_system(error)), as_json)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        return _fail(_known(error) or _fault(error), as_json)


class _Interrupted(HostError):
    exit_code = INTERRUPTED
    code = "interrupted"


class _Fault(HostError):
    code = _INTERNAL


def _known(error: Exception) -> HostError | None:
    """What the engine refuses, which has a code and mostly problems; or a fault that says itself that it is one."""
    code = getattr(error, "code", None)
    if not isinstance(code, str):
        return None
    if code == _INTERNAL:
        return _Fault(str(error))
    problems = [dict(entry) for entry in getattr(error, "problems", None) or []]
    found = InvalidBook(str(error).partition("\n")[0] if problems else str(error), problems)
    found.code = code
    return found


def _fault(error: Exception) -> HostError:
    told = " ".join(str(error).split())
    return _Fault(
        f"a fault of ar-core itself ({type(error).__name__}: {told}). With {DEBUG}=1 it says where; please report it"
    )


def _system(error: OSError) -> str:
    return f"{error.filename}: {why(error)}" if error.filename else f"the answer cannot be written: {why(error)}"


def _fail(error: HostError, as_json: bool) -> int:
    from ar_core.host import failure

    with suppress(OSError):  # stderr may be gone as well
        failure.tell(error, as_json)
        sys.stderr.flush()
    return error.exit_code


__all__ = ["DEBUG", "explained"]
