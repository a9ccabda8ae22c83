"""Files into the store."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import active_children
from pathlib import Path

import pytest

from index.audience import Audience
from index.errors import (
    ContentEmpty,
    ContentError,
    ContentFrontMatterBroken,
    ContentKindUnknown,
    ContentMissing,
    ContentTooLarge,
    FolderWithoutDocuments,
    SourceEmptied,
)
from index.intake.intake import LOADING_VERSION, Intake
from index.loaders import ContentFile, Limits, Skipped, find
from index.store.parallel_analysis import AnalysisPool, analyse_texts
from tests.progress import Told
from tests.stores import new_store, take, texts, write

FILES = {"a.md": "# 甲\n\n一つ目の話。\n\n二つ目の話。", "部/b.txt": "三つ目の話。\n\n四つ目の話。"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two documents."""
    write(tmp_path / "folder", FILES)
    return tmp_path / "folder"


def test_a_folder_is_taken_with_all_that_it_holds(tmp_path: Path, folder: Path) -> None:
    """Each file is a document, and what was found is told as it is read and stored."""
    store, progress = new_store(tmp_path), Told()
    with Intake(store) as intake:
        report = intake.take(store.put_source("folder", str(folder), Audience()), folder, progress)
    assert report[:5] == (2, 0, 0, 0, ())
    assert texts(store) == ["一つ目の話。", "二つ目の話。", "三つ目の話。", "四つ目の話。"]
    assert progress.begun == [("load", 2), ("analyse", 4)]
    assert progress.done == {"load": 2, "analyse": 4}


def test_progress_is_told_only_of_what_is_new(tmp_path: Path, folder: Path) -> None:
    """Files that did not change are passed over without a word; from the first new one on, the rest is told."""
    store, progress = new_store(tmp_path), Told()
    take(store, folder)
    take(store, folder, progress=progress)
    assert progress.begun == []
    write(folder, {"b.md": "# 乙\n\n新しい話。"})
    take(store, folder, progress=progress)
    assert progress.begun == [("load", 2), ("analyse", 1)]
    assert progress.done == {"load": 2, "analyse": 1}


def test_what_did_not_change_is_not_touched(tmp_path: Path, folder: Path) -> None:
    """A second time finds everything unchanged, and is no new generation."""
    store = new_store(tmp_path)
    take(store, folder)
    before = store.state()
    assert take(store, folder)[:5] == (0, 0, 2, 0, ())
    assert store.state() == before


def test_an_edited_file_takes_its_place_anew(tmp_path: Path, folder: Path) -> None:
    """Of an edited document only the new text is there, and what was not edited keeps its id."""
    store = new_store(tmp_path)
    take(store, folder)
    ids = {kept.passage.text: kept.passage.id for _, _, kept in store.all()}
    write(folder, {"a.md": "# 甲\n\n一つ目の話。\n\n別の話。"})
    assert take(store, folder)[:5] == (0, 1, 1, 0, ())
    assert sorted(texts(store)) == sorted(["一つ目の話。", "別の話。", "三つ目の話。", "四つ目の話。"])
    assert {kept.passage.id for _, _, kept in store.all()} & set(ids.values()) == {
        ids[text] for text in ("一つ目の話。", "三つ目の話。", "四つ目の話。")
    }


@pytest.mark.parametrize("sync", [True, False])
def test_a_deleted_file_is_removed_by_sync_alone(tmp_path: Path, folder: Path, sync: bool) -> None:
    """Sync makes the source what the folder is; adding again leaves what is no longer there."""
    store = new_store(tmp_path)
    take(store, folder)
    (folder / "a.md").unlink()
    assert take(store, folder, sync=sync).removed == (1 if sync else 0)
    assert ("一つ目の話。" in texts(store)) is not sync


def test_a_folder_that_never_had_a_document_is_an_error(tmp_path: Path) -> None:
    """Whoever adds it has named another one than they think."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(FolderWithoutDocuments):
        take(new_store(tmp_path), tmp_path / "empty")


def empty(folder: Path) -> None:
    """Leave the folder without its files, as a disk that is not mounted does."""
    shutil.rmtree(folder)
    folder.mkdir()


@pytest.mark.parametrize(
    ("emptied", "lost"),
    [(empty, 2), (shutil.rmtree, 2), (lambda folder: empty(folder / "部"), 1)],
    ids=["folder", "vanished", "folder within"],
)
def test_where_nothing_is_left_everything_is_kept_unless_that_is_meant(
    tmp_path: Path, folder: Path, emptied: Callable[[Path], None], lost: int
) -> None:
    """It is told with how much there was, and only the option to allow it removes that."""
    store = new_store(tmp_path)
    take(store, folder)
    emptied(folder)
    report = take(store, folder)
    assert report.removed == 0
    assert [(type(error), error.values["documents"]) for error in report.skipped] == [(SourceEmptied, str(lost))]
    assert len(texts(store)) == 4
    assert take(store, folder, allow_empty=True) == (0, 0, 2 - lost, lost, (), ())
    assert len(texts(store)) == 4 - 2 * lost


@pytest.mark.parametrize(
    ("synced", "below", "gone"),
    [
        ("report.htm", "", {"report.htm"}),
        ("部", "", {"部/b.txt", "部/c/d.txt", "部/c2.txt"}),
        ("部/c", "部/", {"部/c/d.txt"}),
        ("repor", "", set()),
        ("%", "", set()),
    ],
)
def test_a_path_that_is_gone_takes_no_other_whose_name_begins_alike(
    tmp_path: Path, synced: str, below: str, gone: set[str]
) -> None:
    """Only the document at the path, or those in the folder that was there, are removed."""
    names = {"report.htm", "report.html", "report.htm.md", "部/b.txt", "部/c/d.txt", "部/c2.txt", "部門.txt"}
    store, folder = new_store(tmp_path), tmp_path / "folder"
    write(folder, dict.fromkeys(names, "文書の本文です。"))
    take(store, folder)
    path = folder / synced
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    source = store.sources()[0].number
    with Intake(store) as intake, suppress(ContentMissing):
        assert intake.take(source, path, below=below, sync=True, allow_empty=True).removed == len(gone)
    assert store.digests(source).keys() == names - gone


def test_an_emptied_file_is_removed_and_told(tmp_path: Path, folder: Path) -> None:
    """Whoever empties a file does not want it quoted."""
    store = new_store(tmp_path)
    take(store, folder)
    write(folder, {"a.md": ""})
    report = take(store, folder, sync=False)
    assert report.removed == 1
    assert [type(error) for error in report.skipped] == [ContentEmpty]
    assert texts(store) == ["三つ目の話。", "四つ目の話。"]


def test_a_file_that_cannot_be_read_keeps_what_it_was(tmp_path: Path, folder: Path) -> None:
    """A file that became too large is told, and answers still come from what it said before."""
    store = new_store(tmp_path)
    take(store, folder)
    write(folder, {"a.md": "長い話。" * 200_000})
    source = store.sources()[0].number
    with Intake(store, Limits(largest_file=1)) as intake:
        report = intake.take(source, folder, sync=True)
    assert [type(error) for error in report.skipped] == [ContentTooLarge]
    assert report.removed == 0
    assert "一つ目の話。" in texts(store)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_that_cannot_be_looked_into_keeps_what_it_had(tmp_path: Path, folder: Path) -> None:
    """Its documents may still be there."""
    store = new_store(tmp_path)
    take(store, folder)
    (folder / "部").chmod(0)
    try:
        assert take(store, folder).removed == 0
    finally:
        (folder / "部").chmod(0o755)
    assert "三つ目の話。" in texts(store)


def test_what_is_skipped_is_told_with_its_cause(tmp_path: Path, folder: Path) -> None:
    """A file of an unknown kind does not keep the others out."""
    store = new_store(tmp_path)
    (folder / "photo.png").write_bytes(b"\x89PNG")
    report = take(store, folder)
    assert report.new == 2
    assert [type(error) for error in report.skipped] == [ContentKindUnknown]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """It is told, not taken for a folder that was emptied."""
    with pytest.raises(ContentMissing):
        take(new_store(tmp_path), tmp_path / "none")


def test_a_part_of_a_folder_can_be_synced_alone(tmp_path: Path, folder: Path) -> None:
    """Its documents keep the names that they have in the whole, and the rest is left alone."""
    store = new_store(tmp_path)
    take(store, folder)
    source = store.sources()[0].number
    write(folder, {"部/c.txt": "五つ目の話。"})
    (folder / "部/b.txt").unlink()
    (folder / "a.md").unlink()
    with Intake(store) as intake:
        report = intake.take(source, folder / "部", below="部/", sync=True)
    assert report[:5] == (1, 0, 0, 1, ())
    assert set(store.digests(source)) == {"a.md", "部/c.txt"}


def test_a_process_that_analyses_may_be_ended_by_somebody_else() -> None:
    """What it would have done is done here."""
    texts = [f"{number}番目の話。" for number in range(400)]
    with AnalysisPool(2) as analysing:
        begun = analysing.analyse(texts)
        for process in active_children():
            process.kill()
        assert begun() == analyse_texts(texts)
        assert analysing.analyse(texts)() == analyse_texts(texts)


def test_many_documents_are_analysed_elsewhere_with_the_same_result(tmp_path: Path) -> None:
    """More texts than this process wants to analyse alone come back in their order."""
    files = {f"{number:04}.md": f"# 題{number}\n\n{number}番目の有給休暇の話。" for number in range(400)}
    write(tmp_path / "many", files)
    store = new_store(tmp_path)
    assert take(store, tmp_path / "many").new == 400
    kept = [kept for _, _, kept in store.all()]
    assert [one.passage.text for one in kept] == [f"{number}番目の有給休暇の話。" for number in range(400)]
    assert all(one.sentences[0].text == one.passage.text for one in kept)


def test_files_are_counted_once(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nobody is told of the progress: once for each file would take hours where there are thousands."""
    looked: list[Sequence[Path]] = []

    def counted(paths: Sequence[Path]) -> Iterator[ContentFile | Skipped]:
        looked.append(paths)
        return find(paths)

    monkeypatch.setattr("index.intake.intake.find", counted)
    take(new_store(tmp_path), folder)
    assert looked == [[folder], [folder]]


def test_what_was_read_otherwise_before_is_read_anew(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version that reads files in another way finds them changed, though nobody edited them."""
    store = new_store(tmp_path)
    take(store, folder)
    monkeypatch.setattr("index.intake.intake.LOADING_VERSION", LOADING_VERSION + 1)
    assert take(store, folder).changed == 2


@pytest.mark.parametrize(("data", "error"), [(b"\xff\x00\xff", ContentError), (b" ", ContentEmpty)])
def test_a_file_by_itself_that_cannot_be_read_is_an_error(tmp_path: Path, data: bytes, error: type[Exception]) -> None:
    """Whoever adds one file wants to know; in a folder it is skipped, and so it is when what was added is synced."""
    (tmp_path / "a.txt").write_bytes(data)
    store = new_store(tmp_path)
    source = store.put_source("file", str(tmp_path / "a.txt"), Audience())
    with Intake(store) as intake:
        with pytest.raises(error):
            intake.take(source, tmp_path / "a.txt")
        assert len(intake.take(source, tmp_path / "a.txt", sync=True).skipped) == 1


def test_what_could_not_be_read_of_a_document_is_told(tmp_path: Path) -> None:
    """Front matter that is no YAML is a warning, and the text is there."""
    write(tmp_path / "folder", {"a.md": "---\ntitle: 第2回: 休暇\n---\n有給休暇は十日です。"})
    store = new_store(tmp_path)
    report = take(store, tmp_path / "folder")
    assert (report.new, report.skipped, [type(one) for one in report.warned]) == (1, (), [ContentFrontMatterBroken])
    assert texts(store) == ["有給休暇は十日です。"]
