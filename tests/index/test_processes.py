"""Processes and their signals."""

from __future__ import annotations

import signal
import sys

import pytest

from tests.processes import PIPES, started

_ENDS_AT_SIGTERM = """
import time
from index.processes import take_sigterm_as_interrupt
take_sigterm_as_interrupt()
try:
    print("begun", flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    print("ended")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to handle")
@pytest.mark.parametrize("before", ["", 'trap "" INT;'], ids=["in a terminal", "in the background of a script"])
def test_sigterm_is_an_interrupt_however_a_process_was_started(before: str) -> None:
    """What a script starts with & inherits that Ctrl-C is ignored."""
    command = ["sh", "-c", f'{before} exec "$@"', "sh", sys.executable, "-c", _ENDS_AT_SIGTERM]
    with started(command, **PIPES) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "ended\n"
