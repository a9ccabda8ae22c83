import os
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from index.errors import (
    ContentBinary,
    ContentEmpty,
    ContentError,
    ContentFolderLink,
    ContentKindUnknown,
    ContentLinkDangling,
    ContentMissing,
    ContentNotRegular,
    ContentOtherKind,
    ContentTooLarge,
    ContentTruncated,
    ContentUnreadable,
    FolderWithoutDocuments,
)
from index.loaders import LOADERS, ContentFile, Limits, Skipped, find, find_files, load
from index.types import Document
from tests.index.loaders.examples import pdf, word


def load_bytes(folder: Path, data: bytes, name: str = "article.md") -> Document:
    """The document in a file of these bytes."""
    path = folder / name
    path.write_bytes(data)
    return load(ContentFile(path, name))


@pytest.mark.parametrize(
    "data",
    [
        "# 題\n\n一行目\n二行目\n\n次の段落\n".encode(),
        "# 題\r\n\r\n一行目\r\n二行目\r\n\r\n次の段落\r\n".encode(),
        "# 題\r\r一行目\r二行目\r\r次の段落\r".encode(),
        "# 題\n\n一行目\n二行目\n\n次の段落\n".encode("utf-8-sig"),
    ],
    ids=["LF", "CRLF", "CR", "BOM"],
)
@pytest.mark.parametrize("name", ["article.md", "ARTICLE.MD"])
def test_every_utf8_file_gives_the_same_blocks(tmp_path: Path, data: bytes, name: str) -> None:
    """Line ends, a byte order mark and the suffix's case change nothing."""
    document = load_bytes(tmp_path, data, name)
    assert (document.title, document.name) == ("題", name)
    assert [block.text for block in document.blocks] == ["一行目\n二行目", "次の段落"]


def test_each_suffix_has_its_loader(tmp_path: Path) -> None:
    """Markdown's signs are markup in .md and text in .txt."""
    assert load_bytes(tmp_path, b"**a** b", "a.md").blocks[0].text == "a b"
    assert load_bytes(tmp_path, b"import A from 'a'\n\n<A /> **a** b", "a.mdx").blocks[0].text == "a b"
    assert load_bytes(tmp_path, b"**a** b", "a.txt").blocks[0].text == "**a** b"


@pytest.mark.parametrize("name", ["article.md", "article.txt"])
def test_control_characters_are_left_out(tmp_path: Path, name: str) -> None:
    """No control character of a file reaches a terminal, but for tabs."""
    document = load_bytes(tmp_path, "\x1b[31m赤\x08\x7f\x9b\x85\ta\x01".encode(), name)
    assert re.sub(r"\s", " ", document.blocks[0].text) == "[31m赤 a"


@pytest.mark.parametrize("name", ["article.md", "article.txt"])
@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\x01\n"])
def test_a_file_without_text_is_reported_whatever_its_kind(tmp_path: Path, data: bytes, name: str) -> None:
    """Nothing, white space and control characters are no text."""
    with pytest.raises(ContentEmpty) as caught:
        load_bytes(tmp_path, data, name)
    assert caught.value.values["path"] == str(tmp_path / name)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"---\ntitle: a\n---\n", ContentEmpty),
        ("# 題だけ\n".encode(), ContentEmpty),
        (b"\x89PNG\r\n\x00\x01", ContentOtherKind),
        (b"text with \x00 in it", ContentBinary),
        ("本文が途中で切れ".encode()[:-1], ContentTruncated),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else repr(value),
)
def test_a_file_that_cannot_be_read_is_reported_with_its_path(
    tmp_path: Path, data: bytes, error: type[ContentError]
) -> None:
    """Each cause has its error, and each error names the file."""
    with pytest.raises(error) as caught:
        load_bytes(tmp_path, data)
    assert caught.value.values["path"] == str(tmp_path / "article.md")


def test_a_file_that_the_system_refuses_is_unreadable(tmp_path: Path) -> None:
    """Where the system refuses, as it does for a name that is too long, the error has its reason and the path."""
    with pytest.raises(ContentUnreadable) as caught:
        ContentFile(tmp_path / ("a" * 5_000), "article.md")
    assert caught.value.values["reason"]


def test_a_file_that_went_away_is_unreadable(tmp_path: Path) -> None:
    """Between finding a file and reading it there is time."""
    make_files(tmp_path, "a.md")
    (file,) = find_files([tmp_path])
    file.path.unlink()
    with pytest.raises(ContentUnreadable):
        load(file)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among its files")
@pytest.mark.parametrize("named", [True, False])
def test_a_pipe_is_not_waited_for(tmp_path: Path, named: bool) -> None:
    """A special file is reported, though its name has the suffix of a loader."""
    os.mkfifo(tmp_path / "pipe.md")
    make_files(tmp_path, "a.md")
    (skipped,) = (file for file in find([tmp_path / "pipe.md" if named else tmp_path]) if isinstance(file, Skipped))
    assert (type(skipped.error), skipped.path, skipped.named) == (ContentNotRegular, tmp_path / "pipe.md", named)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no such device")
def test_a_device_is_not_read() -> None:
    """A device that never ends is no file."""
    with pytest.raises(ContentNotRegular):
        ContentFile(Path("/dev/zero"), "zero.md")


def test_a_file_is_found_without_being_read(tmp_path: Path) -> None:
    """A file beyond the limit is reported by its size alone; a sparse one of a terabyte costs nothing."""
    with (tmp_path / "large.md").open("wb") as sparse:
        sparse.truncate(10**12)
    (file,) = find_files([tmp_path])
    assert file.size == 10**12
    with pytest.raises(ContentTooLarge) as caught:
        load(file, Limits(largest_file=3))
    assert (caught.value.values["size"], caught.value.values["largest"]) == ("1000000", "3")


def test_a_file_knows_when_it_was_changed(tmp_path: Path) -> None:
    """Size and time tell whether a file has to be read again; the data are those of now."""
    make_files(tmp_path, "a.md")
    os.utime(tmp_path / "a.md", ns=(1, 1_700_000_000_000_000_000))
    (file,) = find_files([tmp_path])
    assert (file.size, file.modified_ns, file.data) == (4, 1_700_000_000_000_000_000, b"a.md")


def make_files(folder: Path, *names: str) -> None:
    """Files of these names, each with its name as text."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")


def test_a_folders_documents_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Documents in subfolders belong to a folder; hidden files, other kinds and folders with a suffix do not."""
    make_files(tmp_path, "b.md", "a.TXT", "c/d.md", "e.png", ".hidden.md", ".git/f.md", "g.md/h.txt")
    assert [file.name for file in find_files([tmp_path])] == ["a.TXT", "b.md", "c/d.md", "g.md/h.txt"]


def test_a_hidden_folder_can_be_asked_for(tmp_path: Path) -> None:
    """Only what is hidden within the folder that was asked for is left out."""
    make_files(tmp_path, ".notes/a.md")
    assert [file.name for file in find_files([tmp_path / ".notes"])] == ["a.md"]


def test_paths_are_read_in_the_order_given(tmp_path: Path) -> None:
    """A file is named after itself, whatever folder it is in, and keeps its whole path."""
    make_files(tmp_path, "b.md", "c/a.txt")
    found = list(find_files([tmp_path / "c" / "a.txt", tmp_path / "b.md"]))
    assert [(file.name, file.path, file.data) for file in found] == [
        ("a.txt", tmp_path / "c" / "a.txt", b"c/a.txt"),
        ("b.md", tmp_path / "b.md", b"b.md"),
    ]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    """A file and the folder that it is in have it in common."""
    make_files(tmp_path, "a.md", "b.md")
    assert [file.name for file in find_files([tmp_path / "b.md", tmp_path, tmp_path / "b.md"])] == ["b.md", "a.md"]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ("none.md", ContentMissing),
        ("paper.png/none.md", ContentMissing),
        ("paper.png", ContentKindUnknown),
        ("README", ContentKindUnknown),
        ("empty", FolderWithoutDocuments),
        ("papers", FolderWithoutDocuments),
    ],
)
def test_a_path_without_documents_is_reported(tmp_path: Path, asked: str, error: type[ContentError]) -> None:
    """What is missing, of another kind, or a folder without documents raises an error that names it."""
    make_files(tmp_path, "paper.png", "README", "papers/a.png", "papers/.b.md")
    (tmp_path / "empty").mkdir()
    with pytest.raises(error) as caught:
        list(find_files([tmp_path / asked]))
    assert caught.value.values["path"] == str(tmp_path / asked)
    assert caught.value.values.get("known") == (None if error is ContentMissing else " ".join(LOADERS))


def test_files_of_several_folders_have_names_of_their_own(tmp_path: Path) -> None:
    """Two files with one name in two folders stay two documents, whose passages have ids of their own."""
    make_files(tmp_path, "a/README.md", "b/README.md")
    assert len({file.name for file in find_files([tmp_path / "a", tmp_path / "b"])}) == 2


def test_files_skipped_in_a_folder_are_reported_with_the_cause(tmp_path: Path) -> None:
    """Every file that is no document is named with the reason; hidden ones are not."""
    make_files(tmp_path, "a.md", "b/photo.png", ".git/config", "README")
    found = [(file.path.name, type(file.error)) for file in find([tmp_path]) if isinstance(file, Skipped)]
    assert found == [("README", ContentKindUnknown), ("photo.png", ContentKindUnknown)]


def test_finding_goes_on_after_a_path_that_is_no_document(tmp_path: Path) -> None:
    """One wrong path among several does not keep the others from being found."""
    make_files(tmp_path, "a.md", "photo.png")
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / name for name in ("none.md", "photo.png", "empty", "a.md")]
    found = [type(file.error) if isinstance(file, Skipped) else file.name for file in find(paths)]
    assert found == [ContentMissing, ContentKindUnknown, FolderWithoutDocuments, "a.md"]
    assert all(file.named for file in find(paths) if isinstance(file, Skipped))


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_links_are_never_followed_in_circles(tmp_path: Path) -> None:
    """A link to a folder is reported and not followed; one to itself or to nothing is reported too."""
    make_files(tmp_path, "a.md")
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    (tmp_path / "to_nothing.md").symlink_to(tmp_path / "nothing.md")
    found = [(file.path.name, type(file.error)) for file in find([tmp_path]) if isinstance(file, Skipped)]
    assert found == [
        ("round", ContentFolderLink),
        ("self.md", ContentUnreadable),
        ("to_nothing.md", ContentLinkDangling),
    ]
    assert [file.name for file in find_files([tmp_path])] == ["a.md"]
    with pytest.raises(ContentUnreadable):
        list(find_files([tmp_path / "self.md"]))


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there names of files are text")
def test_a_name_that_is_no_text_can_be_printed(tmp_path: Path) -> None:
    """Bytes of a name that are no characters are shown as question marks, and the file is read."""
    Path(os.fsdecode(bytes(tmp_path) + b"/\xff.md")).write_text("本文。", encoding="utf-8")
    (file,) = find_files([tmp_path])
    assert (file.name, load(file).title) == ("?.md", "?")


def test_the_lock_file_of_an_open_document_is_left_out(tmp_path: Path) -> None:
    """It has the document's suffix, and none of its text."""
    (tmp_path / "~$規程.docx").write_bytes(b"\x04user")
    (tmp_path / "a.txt").write_text("文。")
    assert [str(file.path.name) for file in find([tmp_path])] == ["a.txt"]


def test_invisible_characters_are_left_out(tmp_path: Path) -> None:
    """Passages have no soft hyphens, variation selectors or zero-width spaces; が is one character, a family one emoji."""
    text = "葛\U000e0100飾区の\u200bソ\u00adフト、か\u3099き\ufe0f、👨\u200d👩\u200d👧と\u200d人、神\ufa19。"
    for name in ("a.md", "a.txt"):
        (block,) = load_bytes(tmp_path, text.encode(), name).blocks
        assert block.text == "葛飾区のソフト、がき、👨\u200d👩\u200d👧と人、神\ufa19。"


@pytest.mark.parametrize(("kept", "asked"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_a_name_is_found_however_its_letters_are_composed(tmp_path: Path, kept: str, asked: str) -> None:
    """Where the disk has が as two characters, as on macOS, one finds it too, and the file is called by that."""

    def path(form: Any) -> Path:
        return tmp_path / unicodedata.normalize(form, "規程が") / unicodedata.normalize(form, "ガイド.md")

    path(kept).parent.mkdir()
    path(kept).write_text("本文。", encoding="utf-8")
    (file,) = find_files([path(asked)])
    assert file.name == "ガイド.md"
    (file,) = find_files([path(asked).parent])
    assert file.name == unicodedata.normalize("NFC", "ガイド.md")


@pytest.mark.parametrize(
    ("whole", "name"),
    [
        (word([("Normal", "文。" * 500)]), "a.docx"),
        (pdf([[(60, 700, 10, "文。")]]), "a.pdf"),
        (b'{"guild": {"id": "1"}, "messages": []}', "a.json"),
    ],
    ids=["docx", "pdf", "json"],
)
def test_a_truncated_file_is_reported_as_such(tmp_path: Path, whole: bytes, name: str) -> None:
    """A truncated file is not "damaged": it has to be copied again."""
    with pytest.raises(ContentTruncated):
        load_bytes(tmp_path, whole[: len(whole) // 2], name)
