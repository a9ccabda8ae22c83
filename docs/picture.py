"""Makes chat.svg, the README's picture, from a chat that really takes place in a terminal of 92 columns."""

from __future__ import annotations

import fcntl
import html
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

COLUMNS = 92
ROWS = 60
CELL_WIDTH = 12.2  # of rich's pictures, in their own unit
QUESTIONS = (
    "2099年までにAGIができる可能性は？",
    "ロビン・スローンはこの投資をどう思っている？",
    "では、サム・ナザリウスは？",
    "富士山の高さは？",
)
PICTURE = Path(__file__).with_name("chat.svg")


def main() -> None:
    """Ask, and write the picture of what the terminal showed."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(terminal_output()))
    picture = console.export_svg(title="kotae chat")
    # A picture in a README may fetch nothing: without rich's font it takes the reader's.
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    PICTURE.write_text(re.sub(r'textLength="[\d.]+"([^>]*)>([^<]*)<', _with_length, picture), encoding="utf-8")


def _with_length(text: re.Match[str]) -> str:
    """A piece of text as long as its cells: rich counts characters, and Japanese ones are two cells wide."""
    length = cell_len(html.unescape(text[2])) * CELL_WIDTH
    return f'textLength="{length:.1f}"{text[1]}>{text[2]}<'


def terminal_output() -> str:
    """What `kotae chat` writes to a terminal when asked the questions."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    settings = {"KOTAE_LANGUAGE": "ja", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-m", "bot", "chat", "--limit", "1"],
            stdin=subprocess.PIPE,
            stdout=theirs,
            env=os.environ | settings | {"KOTAE_DATABASE_URL": f"sqlite:///{folder}/kotae.db"},
        ) as chat,
    ):
        os.close(theirs)
        if chat.stdin:
            chat.stdin.write("\n".join(QUESTIONS).encode())
            chat.stdin.close()
        return _read_all(ours).replace("\r\n", "\n")


def _read_all(descriptor: int) -> str:
    chunks: list[bytes] = []
    try:
        while chunk := os.read(descriptor, 65_536):
            chunks.append(chunk)
    except OSError:
        pass  # the terminal's other end was closed: the chat is over
    return b"".join(chunks).decode()


if __name__ == "__main__":
    main()
