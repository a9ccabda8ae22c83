"""The program: `kotae`, or `python -m bot`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TextIO

from bot.wording import errors

WRONG_USAGE = 2
INTERRUPTED = 130

# Python looks for garbage after so many new objects. After 700, as it does by itself, it takes a tenth of a start, which
# makes objects that stay.
_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and give its exit status; what a user can mend is one sentence on standard error."""
    # The matrices of e2k's network are small: threads of BLAS wait busily for each other, here and in workers.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    _open_closed_streams()
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: Sequence[str] | None) -> int:
    from bot.printable import guard_streams

    guard_streams()
    from bot.cli.commands import run
    from bot.settings import Settings, read_environment
    from bot.wording import Wording, language_of
    from index.errors import KotaeError

    say = Wording(language_of(os.environ))
    try:
        environment = read_environment()
        say = Wording(language_of(environment))
        return run(say, Settings.from_environment(environment), sys.argv[1:] if arguments is None else arguments)
    except KotaeError as error:
        print(say.of_error(error), file=sys.stderr)
        return WRONG_USAGE
    except BrokenPipeError:
        # Whoever read our output has had enough, as `head` has; what is still buffered goes nowhere, without a complaint.
        _discard_output()
        return 0
    except OSError as error:
        print(say(errors.OUTPUT_FAILED, reason=error.strerror or str(error)), file=sys.stderr)
        _discard_output()
        return WRONG_USAGE


def _open_closed_streams() -> None:
    """A stream that was closed before the start is None; an empty one asks for no special case."""
    sys.stdin = sys.stdin or _nothing("r")
    sys.stdout = sys.stdout or _nothing("w")
    sys.stderr = sys.stderr or _nothing("w")


def _nothing(mode: Literal["r", "w"]) -> TextIO:
    return Path(os.devnull).open(mode, encoding="utf-8")


def _discard_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
