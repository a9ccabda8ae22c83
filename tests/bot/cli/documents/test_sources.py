"""`kotae add`, `kotae sync`, `kotae sources` and `kotae remove`, as a user runs them."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from index.store import turns
from index.store.schema import documents, expiries
from index.store.store import Store
from tests.bot.commands import kotae
from tests.conftest import Program
from tests.index.store.test_turns import held_by_another
from tests.processes import PATIENCE
from tests.stores import new_store, write

FILES = {
    "a.md": "# 就業の手引き\n\n有給休暇は十日です。\n\n会議室は三つあります。",
    "faq.csv": "質問,回答\n備品はどこで買う？,総務で買えます。\n",
}
BUILT_IN_QUESTION = "ナデラ氏は何と言った？"


class Place:
    """A user's machine with documents and a database, in which commands are run."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.program = program
        self.docs = folder / "docs"
        self.changes = {"KOTAE_DATABASE_URL": f"sqlite:///{folder}/data/kotae.db", "KOTAE_CACHE_DIR": str(folder / "c")}
        write(self.docs, FILES)
        (folder / "data").mkdir()
        new_store(folder / "data")

    def run(self, *arguments: str, status: int = 0, **changes: str) -> str:
        """What a command prints, once it ended with this status."""
        result = self.program.call(*arguments, **self.changes | changes)
        assert result.returncode == status, result.stderr
        assert "Traceback" not in result.stderr
        return result.stdout + result.stderr

    def first(self, question: str) -> str:
        """The text of the first hit, or nothing where the question is not answered."""
        result = self.program.call("ask", "--json", question, **self.changes)
        answer = json.loads(result.stdout)
        return str(answer["hits"][0]["text"]) if answer["answered"] else ""

    def sources(self) -> list[dict[str, Any]]:
        """The sources, as listed for programs."""
        listed: list[dict[str, Any]] = json.loads(self.run("sources", "--json"))
        return listed


@pytest.fixture
def place(program: Program, tmp_path: Path) -> Place:
    """A place of its own."""
    return Place(program, tmp_path)


def test_what_was_added_is_answered_from(place: Place) -> None:
    """Before, only the built-in article is; afterwards only what was added, and that is said once."""
    assert [source["kind"] for source in place.sources()] == ["built-in"]
    assert place.first("備品はどこで買う？") == ""
    assert place.first(BUILT_IN_QUESTION)
    shown = place.run("add", str(place.docs))
    assert "新規 2" in shown
    assert "KOTAE_BUILT_IN" in shown
    assert place.first("備品はどこで買う？") == "備品はどこで買う？\n総務で買えます。"
    assert place.first(BUILT_IN_QUESTION) == ""
    assert [(source["kind"], source["documents"]) for source in place.sources()] == [("built-in", 1), ("folder", 2)]
    shown = place.run("add", str(place.docs))
    assert "変更なし 2" in shown
    assert "KOTAE_BUILT_IN" not in shown
    shown = place.run("sources")
    assert str(place.docs) in shown
    assert "KOTAE_BUILT_IN" in shown


def test_what_lies_within_a_source_is_a_part_of_it_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of which, by its number and path; neither of the source itself nor where a part is synced."""
    database, docs = tmp_path / "kotae.db", tmp_path / "docs"
    write(docs, {"製品/a.md": "値段は千円です。", "b.md": "色は赤です。"})
    for command, path, told in (
        ("add", docs, False),
        ("add", docs / "製品", True),
        ("add", docs / "製品" / "a.md", True),
        ("add", docs, False),
        ("sync", docs / "製品", False),
    ):
        assert kotae(database, command, str(path)) == 0
        shown = capsys.readouterr().out
        assert (f"{path} は2番の文書 {docs} に含まれる" in shown) is told, (command, path)


def test_the_built_in_article_stays_where_that_is_set(place: Place) -> None:
    """Then both are answered from, and nothing is said of it."""
    place.changes["KOTAE_BUILT_IN"] = "always"
    assert "KOTAE_BUILT_IN" not in place.run("add", str(place.docs)) + place.run("sources")
    assert place.first("備品はどこで買う？")
    assert place.first(BUILT_IN_QUESTION)


def test_sync_follows_the_folder(place: Place) -> None:
    """What was added, edited and deleted counts for the next question, without naming the folder again."""
    place.run("add", str(place.docs))
    write(place.docs, {"a.md": "# 就業の手引き\n\n有給休暇は二十日です。", "部/c.txt": "駐車場は裏にあります。"})
    (place.docs / "faq.csv").unlink()
    assert place.run("sync").startswith("新規 1、変更 1、変更なし 0、削除 1、読み飛ばし 0")
    assert place.first("有給休暇は何日？") == "有給休暇は二十日です。"
    assert place.first("駐車場はどこ？") == "駐車場は裏にあります。"
    assert place.first("備品はどこで買う？") != "総務で買えます。"


def test_a_disk_that_is_not_mounted_removes_nothing(place: Place) -> None:
    """Sync tells what it found empty and fails; answers go on until it is said that it is meant."""
    place.run("add", str(place.docs))
    for name in FILES:
        (place.docs / name).unlink()
    shown = place.run("sync", status=2)
    assert "削除 0" in shown
    assert "--allow-empty" in shown
    place.docs.rmdir()
    assert "--allow-empty" in place.run("sync", status=2)
    assert place.first("備品はどこで買う？") == "備品はどこで買う？\n総務で買えます。"
    assert "削除 2" in place.run("sync", "--allow-empty")
    assert [source["kind"] for source in place.sources()] == ["built-in"]


def test_a_folder_around_one_that_is_not_mounted_leaves_its_documents(place: Place, tmp_path: Path) -> None:
    """What was taken from the inner one becomes a part of the outer once it is found there."""
    inner = place.docs / "部"
    write(inner, {"b.md": "駐車場は裏にあります。"})
    place.run("add", str(inner))
    hidden = inner.rename(tmp_path / "hidden")
    inner.mkdir()
    assert "--allow-empty" in place.run("add", str(place.docs), status=2)
    assert place.first("駐車場はどこ？") == "駐車場は裏にあります。"
    inner.rmdir()
    hidden.rename(inner)
    place.run("add", str(place.docs))
    assert [source["location"] for source in place.sources()] == ["built-in", str(place.docs)]


def test_a_source_is_removed_by_its_number_or_path(place: Place) -> None:
    """What was taken from it is gone from every answer; the built-in article comes back when it is asked for."""
    place.changes["KOTAE_BUILT_IN"] = "always"
    place.run("add", str(place.docs / "a.md"), str(place.docs / "faq.csv"))
    assert "外しました" in place.run("remove", str(place.docs / "a.md"))
    assert place.first("有給休暇は何日？") == ""
    place.run("remove", "1")
    assert place.first(BUILT_IN_QUESTION) == ""
    assert [source["location"] for source in place.sources()] == [str(place.docs / "faq.csv")]
    place.run("add", "--built-in")
    assert place.first(BUILT_IN_QUESTION)
    assert "kotae sources" in place.run("remove", "99", status=2)


def test_everything_can_be_removed(place: Place) -> None:
    """Then nothing is found, and the list says what to do."""
    place.run("add", "--built-in")
    place.run("remove", "1")
    assert "kotae add" in place.run("sources")
    assert place.first(BUILT_IN_QUESTION) == ""


def test_a_path_that_cannot_be_taken_does_not_keep_the_others_out(place: Place) -> None:
    """It is told, the others are added, and the status says that something is missing."""
    shown = place.run("add", str(place.docs / "none.md"), str(place.docs), status=2)
    assert "none.md" in shown
    assert "新規 2" in shown
    assert len(place.sources()) == 2


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ja", "{path} というファイルもフォルダーもないので、パスを確かめてください。\n"),
        ("en", "There is no file or folder {path}; check the path.\n"),
    ],
)
def test_a_path_without_anything_is_one_sentence(place: Place, language: str, sentence: str) -> None:
    """There is no report of what was not done."""
    path = place.docs / "none"
    shown = place.run("add", str(path), status=2, KOTAE_LANGUAGE=language)
    assert shown == sentence.format(path=path)


def test_a_folder_is_one_source_however_it_is_named(place: Place, tmp_path: Path) -> None:
    """By its path, relative or with a slash at its end, and by a link to it."""
    link = tmp_path / "link"
    link.symlink_to(place.docs, target_is_directory=True)
    relative = os.path.relpath(place.docs, place.program.folder)
    place.run("add", str(place.docs))
    for path in (relative, f"{relative}/", f"{place.docs}/", f"{place.docs}/../docs", str(link)):
        assert "新規 0、変更 0、変更なし 2" in place.run("add", path)
    assert [source["location"] for source in place.sources() if source["kind"] == "folder"] == [str(place.docs)]


def test_what_was_skipped_is_told_with_its_cause(place: Place) -> None:
    """Kinds that cannot be read are counted; every other file is named."""
    for name in ("a.png", "b.png", "c.ods"):
        (place.docs / name).write_bytes(b"x")
    write(place.docs, {"empty.md": ""})
    shown = place.run("add", str(place.docs))
    assert ".png ×2、.ods ×1" in shown
    assert "empty.md" in shown
    assert "読み飛ばし 4" in shown


def test_a_file_of_a_folder_that_was_added_stays_a_part_of_it(place: Place) -> None:
    """Adding it by itself takes over its changes, and does not double it."""
    place.run("add", str(place.docs))
    write(place.docs, {"a.md": "# 就業の手引き\n\n有給休暇は三十日です。"})
    assert "変更 1" in place.run("add", str(place.docs / "a.md"))
    assert len(place.sources()) == 2
    assert place.first("有給休暇は何日？") == "有給休暇は三十日です。"


def test_a_folder_takes_in_the_files_that_were_added_alone(place: Place) -> None:
    """They are a part of it from then on."""
    place.run("add", str(place.docs / "a.md"))
    place.run("add", str(place.docs))
    assert [source["location"] for source in place.sources()] == ["built-in", str(place.docs)]
    assert sum(source["documents"] for source in place.sources()) == 3


def test_content_from_elsewhere_is_told(place: Place) -> None:
    """Whoever set KOTAE_CONTENT learns why answers do not come from what was added."""
    assert "KOTAE_CONTENT" in place.run("add", str(place.docs), KOTAE_CONTENT=str(place.docs))


def test_a_database_that_is_none_is_one_sentence(place: Place, tmp_path: Path) -> None:
    """Commands end with status 2, and say which file it is."""
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database, but long enough to be read as one" * 100)
    for arguments in (["add", str(place.docs)], ["sync"], ["sources"], ["remove", "1"], ["ask", "有給休暇は？"]):
        shown = place.run(*arguments, status=2, KOTAE_DATABASE_URL=f"sqlite:///{broken}")
        assert str(broken) in shown
        assert shown.count("\n") == 1


def test_a_chat_notices_what_is_added_meanwhile(place: Place, tmp_path: Path) -> None:
    """It begins with the built-in article, and goes on with what was stored."""
    (tmp_path / "data/kotae.db").unlink()
    with place.program.running("chat", **place.changes) as chat:
        assert chat.stdin is not None
        assert chat.stdout is not None
        place.run("add", str(place.docs))
        said, _ = chat.communicate("備品はどこで買う？\n", timeout=PATIENCE)
    assert "総務で買えます。" in said


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_names_that_are_no_text(place: Place) -> None:
    """A file with one is a part of its folder, also beside one that looks alike; alone it is told."""
    for name in (b"\xff.md", b"\xfe.md"):
        Path(os.fsdecode(bytes(place.docs) + b"/" + name)).write_text(
            "# 題\n\n駐車場は裏にあります。", encoding="utf-8"
        )
    shown = place.run("add", str(place.docs))
    assert "新規 4" in shown
    assert place.first("駐車場はどこ？") == "駐車場は裏にあります。"
    place.run("remove", "2")
    assert "?.md" in place.run("add", os.fsdecode(bytes(place.docs) + b"/\xff.md"), status=2)


@pytest.mark.parametrize("moment", ["locations", "digests"])
@pytest.mark.parametrize("named", [False, True])
def test_a_source_that_somebody_removes_during_a_sync_stays_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], moment: str, named: bool
) -> None:
    """Whether before its turn or while it is read: the sync goes on with the others, and all is well."""
    database = tmp_path / "kotae.db"
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        write(folder, FILES)
        assert kotae(database, "add", str(folder)) == 0
    write(folders[0], {"new.md": "新しい決まりは、来月からです。"})
    write(folders[1], {"new.md": "新しい会議室は、四階です。"})
    look = getattr(Store, moment)

    def remove_before(store: Store, *arguments: Any) -> Any:
        found = look(store, *arguments)
        monkeypatch.undo()
        store.remove_source(next(one.number for one in store.sources() if one.location == str(folders[0])))
        return found

    monkeypatch.setattr(Store, moment, remove_before)
    assert kotae(database, "sync", *map(str, folders if named else ())) == 0
    capsys.readouterr()
    assert kotae(database, "sources") == 0
    shown = capsys.readouterr().out
    assert str(folders[1]) in shown
    assert str(folders[0]) not in shown


def test_a_source_that_another_process_is_reading_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said on whom one waits, and that it took too long; what else was named is read."""
    database, folder, other = tmp_path / "kotae.db", tmp_path / "first", tmp_path / "second"
    write(folder, FILES)
    write(other, FILES)
    assert kotae(database, "add", str(folder)) == 0
    monkeypatch.setattr(turns, "PATIENCE", 0.2)
    url = f"sqlite:///{database}"
    with closing(Store.open(url)) as store:
        number = next(one.number for one in store.sources() if one.location == str(folder))
    capsys.readouterr()
    with held_by_another(url, number) as holder:
        assert kotae(database, "add", str(folder), str(other)) == 2
        waiting, busy = capsys.readouterr().err.splitlines()
        assert "待っています" in waiting
        assert f"{folder} はほかの kotae" in busy
        assert str(holder.pid) in waiting
        assert str(holder.pid) in busy
    assert kotae(database, "sources") == 0
    assert str(other) in capsys.readouterr().out


def test_what_of_a_document_was_not_read_is_told(place: Place) -> None:
    """The rest of it is answered from, and a sentence names the rows."""
    rows = '会費はいくら？,1,200円です。\n集合は？,"駅前です。\n名札は？,甲,乙,丙\n解散は？,五時です。\n'
    write(place.docs, {"faq.csv": f"質問,回答\n{rows}", "表.csv": "品名,価格,数\n机,10,200,300\n棚,800円,2\n"})
    shown = place.run("add", str(place.docs))
    assert [
        line.partition("docs/")[2].partition("、")[0] for line in shown.splitlines() if line.startswith("注意：")
    ] == [
        'faq.csv の 3 行目は引用符（"）の数が合わないため',
        "faq.csv の 2, 4 行目は値が列より多いので",
        "表.csv の 2 行目は値が列より多く",
    ]
    assert place.first("会費はいくら？").endswith("1,200円です。")


def test_what_was_added_may_have_to_be_reviewed(place: Place) -> None:
    """A source expires after some days or at a date, says so in the list, and no longer where that is taken back, or its texts changed since."""
    place.run("add", str(place.docs))
    shown = place.run("sources", "--expiry", str(place.docs), "2036-04-01")
    assert "2036-04-01に確認" in shown
    assert "最後の変更" not in shown
    assert [source["due"] is not None for source in place.sources()] == [False, True]
    assert "に確認" not in place.run("sources", "--expiry", "2", "never")
    refused = place.run("sources", "--expiry", "2", "2020-01-01", status=2)
    assert "--expiry の「2020-01-01」は、先の日ではありません" in refused
    assert "kotae sources" in place.run("sources", "--expiry", "99", "90", status=2)
    place.run("sources", "--expiry", "2", "90")
    store = new_store(Path(place.changes["KOTAE_DATABASE_URL"].removeprefix("sqlite:///")).parent)
    with store.engine.begin() as connection:
        connection.execute(update(documents).values(changed="2026-01-01T12:00:00+00:00"))
        connection.execute(update(expiries).values(due="2026-02-01T12:00:00+00:00"))
    shown = place.run("sources")
    assert "最後の変更 2026-01-01、⚠️ 確認が必要（2026-02-01から）" in shown
    assert "確認が必要（2026-02-01から）" in place.run("ask", "有給休暇は何日？")
    assert "確認：1件は確認の期限を過ぎています" in place.run("doctor", status=1)
    with store.engine.begin() as connection:
        connection.execute(update(documents).values(changed="2026-03-01T12:00:00+00:00"))
    store.close()
    shown = place.run("sources")
    assert "最後の変更 2026-03-01" in shown
    assert "確認" not in shown
