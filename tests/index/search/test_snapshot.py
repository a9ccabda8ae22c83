import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.errors import ContentEmpty, ContentError, ContentNotExport, ContentTooLarge
from index.loaders import ContentFile, find_files
from index.search.library import Library
from index.search.snapshot import open_library

ARTICLE = "# 記事\n\nMicrosoft は OpenAI へ 10 億ドルを投資した。\n\n> 良い話だ。\n>\n> —サティア・ナデラ、CEO\n\nGitHub の話。"
QUESTIONS = ["マイクロソフトはいくら投資した？", "Nadellaとは", "ギットハブの話", "富士山は？", "誰が良いと言った？"]


class Progress:
    """Writes down the work that it is told of, and how much of it was done."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int]] = []
        self.done = 0

    def __call__(self, name: str, steps: int) -> Callable[[], None]:
        """Begin some work."""
        self.begun.append((name, steps))
        return self.step

    def step(self) -> None:
        """One step of it is done."""
        self.done += 1


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A file with an article."""
    path = tmp_path / "article.md"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The folder for snapshots; it is not there yet."""
    return tmp_path / "cache" / "kotae"


def opened(written: Path, kept: Path | None) -> tuple[Library, bool]:
    """The library of an article, and whether it had to be built."""
    progress = Progress()
    opened_library = open_library([ContentFile(written, written.name)], kept, progress)
    return opened_library, bool(progress.begun)


def test_a_snapshot_answers_like_a_fresh_build(written: Path, kept: Path) -> None:
    """The second start builds nothing, and every question has the same hits, scores and confidence."""
    fresh, built = opened(written, kept)
    again, rebuilt = opened(written, kept)
    assert (built, rebuilt) == (True, False)
    assert list(again.collection.all()) == list(fresh.collection.all())
    for question in QUESTIONS:
        assert again.search(question, 3) == fresh.search(question, 3)
        assert again.knows(question) == fresh.knows(question)


def test_progress_is_told_of_loading_and_analysing(written: Path) -> None:
    """Building tells of each file loaded and each passage analysed."""
    progress = Progress()
    open_library([ContentFile(written, "article.md")], None, progress)
    assert (progress.begun, progress.done) == ([("load", 1), ("analyse", 3)], 4)


def test_without_a_folder_nothing_is_kept(written: Path) -> None:
    """Where snapshots are off, every start builds, and nothing is written beside the article."""
    assert [opened(written, None)[1] for _ in range(2)] == [True, True]
    assert list(written.parent.iterdir()) == [written]


@pytest.mark.parametrize("data", [ARTICLE + "\n\n追記。", ARTICLE.replace("10", "20")], ids=["longer", "as long"])
def test_a_changed_file_is_read_anew(written: Path, kept: Path, data: str) -> None:
    """A snapshot of what the file was is not used, and the new one takes its place."""
    opened(written, kept)
    written.write_text(data, encoding="utf-8")
    changed, built = opened(written, kept)
    assert built
    assert list(changed.collection.all()) == list(opened(written, None)[0].collection.all())
    assert not opened(written, kept)[1]
    assert len(list(kept.iterdir())) == 1


def test_a_large_file_is_known_by_its_digest(written: Path, kept: Path) -> None:
    """A snapshot of a large file is used while it is what it was, and does not hold it."""
    # Comments, of which nothing is analysed.
    text = ARTICLE + "\n\n<!-- " + "a" * 200_000 + " -->\n"
    written.write_text(text, encoding="utf-8")
    assert [opened(written, kept)[1] for _ in range(2)] == [True, False]
    assert sum(file.stat().st_size for file in kept.iterdir()) < 200_000
    written.write_text(text.replace("aaa -->", "aab -->"), encoding="utf-8")
    assert opened(written, kept)[1]


def test_a_file_beyond_the_limit_is_not_read(written: Path, kept: Path) -> None:
    """Size is looked at first, for a snapshot too."""
    with written.open("ab") as sparse:
        sparse.truncate(10**12)
    with pytest.raises(ContentTooLarge):
        opened(written, kept)


def test_a_renamed_file_is_another(written: Path, kept: Path) -> None:
    """The same text under another name has other passages."""
    opened(written, kept)
    assert opened(written.rename(written.with_name("other.md")), kept)[1]


def test_files_whose_names_run_together_are_not_confused(tmp_path: Path, kept: Path) -> None:
    """Two files are not one, though their names and texts in a row are the same."""
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    both = [ContentFile(tmp_path / name, name) for name in ("a.md", "b.md")]
    assert [passage.text for passage in open_library(both, kept).collection.all()] == ["a.md", "b.md"]
    assert [passage.text for passage in open_library(both[1:], kept).collection.all()] == ["b.md"]
    assert [passage.text for passage in open_library(both, kept).collection.all()] == ["a.md", "b.md"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda _text: "",
        lambda _text: "\udcff",
        lambda _text: "null",
        lambda _text: "[]",
        lambda _text: "{}",
    ],
    ids=["truncated", "empty", "no UTF-8", "null", "list", "no fields"],
)
def test_a_damaged_snapshot_is_built_anew(written: Path, kept: Path, damage: Callable[[str], str]) -> None:
    """What is no whole snapshot is ignored and replaced."""
    opened(written, kept)
    (file,) = kept.iterdir()
    file.write_text(damage(file.read_text(encoding="utf-8")), encoding="utf-8", errors="surrogateescape")
    assert opened(written, kept)[1]
    assert not opened(written, kept)[1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("made_by", []),
        ("sources", None),
        ("passages", 1),
        ("passages", [["0", "text"]]),
        ("scores", 1),
        ("scores", [[0, 1, 2], [0, 0, 0], [0, 0, 0]]),
        ("scores", [[0, 1, 2], [0, 0, 0], [0, 0, 0], []]),
        ("scores", [[0, 1, 2], [0, 0, 0], [0, 0, 0], {"1": 1}]),
        ("scores", [[0, 1], [0, 0], [0, 0], {}]),
        ("scores", [["0", "1", "2"], [0, 0, 0], [0, 0, 0], {}]),
        ("scores", [[2, 1, 0], [0, 0, 0], [0, 0, 0], {}]),
        ("latin", 1),
    ],
)
def test_a_snapshot_with_other_types_is_built_anew(written: Path, kept: Path, field: str, value: Any) -> None:
    """A field that is not what it should be makes no error, at the start or at a question."""
    fresh, _ = opened(written, kept)
    (file,) = kept.iterdir()
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | {field: value}), encoding="utf-8")
    again, built = opened(written, kept)
    assert built
    assert again.search(QUESTIONS[0], 3) == fresh.search(QUESTIONS[0], 3)


def test_a_folder_that_cannot_be_written_is_no_error(written: Path) -> None:
    """Where nothing can be kept, under a file for one, every start builds."""
    assert [opened(written, written / "cache")[1] for _ in range(2)] == [True, True]


def test_a_file_without_text_is_told_and_nothing_kept(written: Path, kept: Path) -> None:
    """An error about a file goes through, and leaves no snapshot."""
    written.write_text("# 題だけ", encoding="utf-8")
    with pytest.raises(ContentEmpty):
        opened(written, kept)
    assert not kept.exists()


def test_only_the_latest_are_kept(tmp_path: Path, kept: Path) -> None:
    """Of many libraries the latest twenty have snapshots, and no unfinished one stays."""
    for number in range(23):
        path = tmp_path / f"{number}.txt"
        path.write_text("文。", encoding="utf-8")
        opened(path, kept)
    assert len(list(kept.iterdir())) == len(list(kept.glob("*.json"))) == 20
    assert not opened(tmp_path / "22.txt", kept)[1]


def test_a_large_library_is_not_kept(tmp_path: Path, kept: Path) -> None:
    """Above two thousand passages reading back takes as long as building."""
    path = tmp_path / "large.txt"
    path.write_text("".join(f"{number}番。\n" for number in range(2001)), encoding="utf-8")
    assert len(list(opened(path, kept)[0].collection.all())) == 2001
    assert not kept.exists()


def test_a_file_of_a_folder_that_cannot_be_read_is_told_at_every_start(written: Path, kept: Path) -> None:
    """The rest of the folder is answered from; alone, or by its name, the file is an error."""
    (written.parent / "package.json").write_text("{}", encoding="utf-8")
    for _ in range(2):
        told: list[ContentError] = []
        library = open_library(find_files([written.parent]), kept, skipped=told.append)
        assert [type(error) for error in told] == [ContentNotExport]
        assert len(list(library.collection.all())) == 3
    with pytest.raises(ContentNotExport):
        open_library(find_files([written.parent / "package.json"]), kept)
    written.unlink()
    with pytest.raises(ContentNotExport):
        open_library(find_files([written.parent]), kept)
