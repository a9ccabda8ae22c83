from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import psutil
import pytest

from bot.wording import Wording
from index.errors import (
    ContentError,
    ContentMissing,
    ContentTooMuchMemory,
    ContentTooSlow,
    ContentUnreadable,
    LoaderEnded,
)
from index.loaders import ContentFile, Limits, load
from index.loaders.isolated import IsolatedLoader
from index.types import Document
from tests.conftest import ROOT
from tests.index.loaders.examples import pdf, word
from tests.index.loaders.hostile import HOSTILE
from tests.processes import PATIENCE, PIPES, started

LIMITS = Limits(largest_file=50, longest_loading=30, most_pages=1_000, memory=500)
# In seconds of processor, which a busy machine does not make more: what no file takes that is not too slow.
LONGEST = 6
# What starting a process and passing on what it read may take on top, on a busy machine.
OVERHEAD = 20
PAGE = pdf([[(60, 700, 10, "文書の本文です。")]])


@pytest.fixture(scope="module")
def loader() -> Iterator[IsolatedLoader]:
    """One reader for all files: each is read whatever the one before it did."""
    with IsolatedLoader(LIMITS) as opened:
        yield opened


def processor_seconds() -> float:
    """What this process and those that it started have taken of the processor, those that have ended too."""
    own = psutil.Process()
    return sum(sum(process.cpu_times()[:4]) for process in (own, *own.children()))


def file_of(folder: Path, name: str, data: bytes | str) -> ContentFile:
    """A file of these bytes, or this text in UTF-8."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return ContentFile(path, name)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_read_or_reported_in_one_sentence(
    tmp_path: Path, loader: IsolatedLoader, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Within its limits every file ends in a document or in an error that has a sentence in both languages."""
    make, outcomes = HOSTILE[name]
    file = file_of(tmp_path, name, make())
    if "ContentTooSlow" in outcomes:
        monkeypatch.setattr(loader, "_limits", LIMITS._replace(longest_loading=LONGEST))
    started, taken = time.monotonic(), processor_seconds()
    error_name = ""
    try:
        assert loader.load(file).blocks
    except ContentError as error:
        error_name = type(error).__name__
        sentences = [Wording("ja").of_error(error), Wording("en").of_error(error)]
    taken = processor_seconds() - taken
    file.path.unlink()
    assert error_name in outcomes
    assert not error_name or all(str(file.path) in sentence and "\n" not in sentence for sentence in sentences)
    assert "ContentTooSlow" in outcomes or taken < LONGEST
    assert time.monotonic() - started < LIMITS.longest_loading + OVERHEAD
    assert loader.load(file_of(tmp_path, "a.pdf", PAGE)).blocks[0].text == "文書の本文です。"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", PAGE),
        ("a.docx", word([("Heading 1", "章"), ("Normal", "文。")], "題")),
        ("a.html", "<title>題</title><p>文。"),
        ("a.csv", "質問,回答\n何？,文。"),
        ("a.md", "# 題\n\n文。"),
        ("large.txt", "文。\n" * 50_000),
    ],
)
def test_documents_are_the_same_as_without_a_worker(
    tmp_path: Path, loader: IsolatedLoader, name: str, data: bytes | str
) -> None:
    """A document comes unchanged from the worker."""
    file = file_of(tmp_path, name, data)
    assert loader.load(file) == load(file)


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.txt", PAGE, "文書の本文です。"),
        ("a.docx", PAGE, "文書の本文です。"),
        ("a.pdf", word([("Normal", "文。")]), "文。"),
        ("a.md", word([("Normal", "文。")]), "文。"),
        ("a.pdf", "ただの文章。", "ただの文章。"),
        ("a.docx", "ただの文章。".encode("cp932"), "ただの文章。"),
        ("a.pdf", "<!DOCTYPE html><p>文。", "文。"),
    ],
)
def test_content_decides_the_kind_of_a_file_not_its_suffix(
    tmp_path: Path, loader: IsolatedLoader, name: str, data: bytes | str, text: str
) -> None:
    """A file with a wrong suffix is read for what it is, if it is a kind that can be read."""
    assert loader.load(file_of(tmp_path, name, data)).blocks[0].text == text


def test_a_short_text_starts_no_worker(tmp_path: Path) -> None:
    """The first question after an edit does not wait for one."""
    with IsolatedLoader() as loader:
        assert loader.load(file_of(tmp_path, "a.md", "文。")).blocks[0].text == "文。"
        assert loader._process is None


def test_a_worker_that_is_killed_is_reported_and_replaced(tmp_path: Path) -> None:
    """A worker killed during a file, as by a system without memory, is one error at once."""
    with IsolatedLoader() as loader:
        loader.load(file_of(tmp_path, "a.pdf", PAGE))
        assert loader._process is not None
        Timer(0.5, loader._process.kill).start()
        with pytest.raises(LoaderEnded):
            loader.load(file_of(tmp_path, "brackets.md", "[" * 5_000_000))
        assert loader.load(file_of(tmp_path, "a.pdf", PAGE)).blocks


def test_a_worker_that_died_between_files_is_replaced(tmp_path: Path) -> None:
    """A dead worker costs at most one file."""
    with IsolatedLoader() as loader:
        loader.load(file_of(tmp_path, "a.pdf", PAGE))
        assert loader._process is not None
        loader._process.kill()
        loader._process.join()
        with pytest.raises(LoaderEnded):
            loader.load(file_of(tmp_path, "a.pdf", PAGE))
        assert loader.load(file_of(tmp_path, "a.pdf", PAGE)).blocks


class Full(IsolatedLoader):
    """Its worker has no memory left from the second file on."""

    read = 0

    def _load_in_worker(self, file: ContentFile) -> Document:
        if self._connection is None:
            self.read = 0
        self.read += 1
        if self.read > 1:
            self._stop()
            raise ContentTooMuchMemory(path=str(file.path), most="500")
        return super()._load_in_worker(file)


def test_a_file_is_read_anew_where_those_before_it_left_no_memory(tmp_path: Path) -> None:
    """A file that needs little is not refused because others needed much."""
    with Full() as loader:
        assert [bool(loader.load(file_of(tmp_path, "a.pdf", PAGE)).blocks) for _ in range(3)] == [True] * 3


def test_time_is_limited(tmp_path: Path) -> None:
    """A file that takes too long is abandoned on time."""
    started = time.monotonic()
    with IsolatedLoader(Limits(longest_loading=1)) as loader, pytest.raises(ContentTooSlow):
        loader.load(file_of(tmp_path, "brackets.md", "[" * 5_000_000))
    assert time.monotonic() - started < OVERHEAD


def test_a_file_that_was_deleted_is_reported(tmp_path: Path, loader: IsolatedLoader) -> None:
    """Errors come from the worker with all their values."""
    file = file_of(tmp_path, "a.pdf", PAGE)
    file.path.unlink()
    with pytest.raises(ContentUnreadable) as caught:
        loader.load(file)
    assert caught.value.values["path"] == str(file.path)
    assert caught.value.values["reason"]
    assert ContentMissing not in type(caught.value).__mro__


def is_running(process: int) -> bool:
    """Whether a process runs; one that ended and that nobody asked about does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


PROGRAM = """
import sys
from pathlib import Path
from index.loaders import ContentFile
from index.loaders.isolated import IsolatedLoader
from index.types import Document

if __name__ == "__main__":
    with IsolatedLoader() as loader:
        loader.load(ContentFile(Path(sys.argv[1]), "a.pdf"))
        print(loader._process.pid, flush=True)
        if sys.argv[2] == "busy":
            loader.load(ContentFile(Path(sys.argv[3]), "brackets.md"))
        input()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("work", ["idle", "busy"])
@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT])
def test_no_worker_is_left_behind(tmp_path: Path, work: str, kind: signal.Signals) -> None:
    """However a program ends, its worker ends too, also amid a file, and prints nothing."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    files = [file_of(tmp_path, "a.pdf", PAGE), file_of(tmp_path, "brackets.md", "[" * 20_000_000)]
    command = [sys.executable, str(program), str(files[0].path), work, str(files[1].path)]
    with started(command, os.environ | {"PYTHONPATH": str(ROOT)}, **PIPES) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        time.sleep(0.5)
        if kind == signal.SIGINT:
            os.killpg(process.pid, kind)  # as a terminal does
        else:
            process.kill()
        sentences = process.communicate(timeout=PATIENCE)[1]
        deadline = time.monotonic() + PATIENCE
        while is_running(child) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not is_running(child)
    assert sentences.count("Traceback") == (kind == signal.SIGINT), sentences
