"""What is answered from, however the documents came in."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.knowledge import add, open_knowledge, open_store, opened_knowledge
from bot.settings import Settings
from index.documents.passages import to_passages
from index.errors import (
    ContentEmpty,
    ContentError,
    ContentMissing,
    ContentNotExport,
    ContentTooLarge,
    FolderWithoutDocuments,
)
from index.intake.intake import Intake
from index.loaders import find_files, load
from index.progress import no_progress
from index.query.question import Question
from index.search.knowledge import Knowledge, temporary_knowledge
from index.store.discord.guilds import Guilds
from index.store.store import Store
from index.types import Result
from tests.bot.commands import settings
from tests.conftest import ROOT
from tests.knowledge import real_encoder
from tests.progress import Told
from tests.stores import new_store, write

ARTICLE = "# 記事\n\nMicrosoft は OpenAI へ 10 億ドルを投資した。\n\n> 良い話だ。\n>\n> —サティア・ナデラ、CEO\n\nGitHub の話。"
QUESTIONS = [
    "マイクロソフトはいくら投資した？",
    "Nadellaとは",
    "ギットハブの話",
    "富士山は？",
    "誰が良いと言った？",
    "記事",
]

# Whether version 51f1db7 answered, and the passage that it found first.
ANSWERED_BY_AN_EARLIER_VERSION = {
    "有給休暇は何日もらえますか": (True, "74e7073bf17f"),
    "在宅勤務は週に何日まで？": (True, "6a4210a3b7c2"),
    "鈴木さんは何と言っている？": (True, "1116eb6c838d"),
    "ナデラ氏はAIについて何と言った？": (True, "6fcceabf5282"),
    "富士山の高さは？": (False, "1ff63ef2ef83"),
}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A file with an article."""
    path = tmp_path / "files" / "article.md"
    write(tmp_path / "files", {path.name: ARTICLE})
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The folder for what can be made again; it is not there yet."""
    return tmp_path / "cache" / "kotae"


def with_cache(folder: Path | None) -> Settings:
    """Settings of a user without a database, who keeps what can be made again in a folder, or nowhere."""
    return Settings(cache_folder=folder, database_url="sqlite:////nowhere/kotae.db")


class Opened:
    """What was answered from some files, and what was told meanwhile."""

    def __init__(self, kept: Path | None, *paths: Path) -> None:
        progress = Told()
        self.skipped: list[ContentError] = []
        with opened_knowledge(with_cache(kept), paths, progress, self.skipped.append) as knowledge:
            self.texts = [passage.text for passage in knowledge.library().collection.all()]
            self.results = results(knowledge)
        self.begun = progress.begun
        self.done = progress.done
        self.read = [name for name, _ in progress.begun if name == "load"] != []


def test_files_that_did_not_change_are_not_read_again(written: Path, kept: Path) -> None:
    """The second start reads nothing, and every question has the same hits, scores and confidence."""
    first, second = Opened(kept, written), Opened(kept, written)
    assert (first.read, second.read) == (True, False)
    assert (first.texts, first.results) == (second.texts, second.results)
    assert len(first.texts) == 3


def test_progress_is_told_of_reading_analysing_indexing_and_encoding(written: Path) -> None:
    """Each file that is read and each passage is told."""
    opened = Opened(None, written)
    assert opened.begun == [("load", 1), ("analyse", 3), ("index", 3), ("encode", 3)]
    assert opened.done == {"load": 1, "analyse": 3, "index": 3, "encode": 3}


def test_without_a_cache_nothing_is_kept(written: Path) -> None:
    """Every start reads the files, and nothing is written beside them."""
    assert [Opened(None, written).read for _ in range(2)] == [True, True]
    assert list(written.parent.iterdir()) == [written]


@pytest.mark.parametrize("data", [ARTICLE + "\n\n追記。", ARTICLE.replace("10", "20")], ids=["longer", "as long"])
def test_a_changed_file_is_read_anew(written: Path, kept: Path, data: str) -> None:
    """What it was is not answered from any more, and nothing of it is kept."""
    Opened(kept, written)
    written.write_text(data, encoding="utf-8")
    changed = Opened(kept, written)
    assert changed.read
    assert changed.results == Opened(None, written).results
    assert not Opened(kept, written).read
    assert len(list((kept / "content").iterdir())) == 1


def test_a_file_beyond_the_limit_is_not_read(written: Path, kept: Path) -> None:
    """Size is looked at first, for a file that was read before too."""
    Opened(kept, written)
    with written.open("ab") as sparse:
        sparse.truncate(10**12)
    with pytest.raises(ContentTooLarge):
        Opened(kept, written)


def test_other_paths_are_answered_from_alone(tmp_path: Path, kept: Path) -> None:
    """What was asked of other files before is no answer."""
    write(tmp_path, {"a.md": "a.md", "b.md": "b.md"})
    both = tmp_path / "a.md", tmp_path / "b.md"
    for _ in range(2):
        assert Opened(kept, *both).texts == ["a.md", "b.md"]
        assert Opened(kept, tmp_path / "b.md").texts == ["b.md"]


def of_something_else(file: Path) -> None:
    """Make a database of another program."""
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE others (number INTEGER)")


def of_a_later_version(file: Path) -> None:
    """Make a database of a version that is yet to come."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "truncated": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "empty": lambda file: file.write_bytes(b""),
    "no database": lambda file: file.write_text("索引" * 1000, encoding="utf-8"),
    "something else": of_something_else,
    "later": of_a_later_version,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_was_kept_and_is_damaged_is_made_anew(written: Path, kept: Path, damage: str) -> None:
    """Whatever became of it, the answers are right, and soon kept again."""
    fresh = Opened(kept, written)
    (file,) = (kept / "content").iterdir()
    DAMAGES[damage](file)
    assert Opened(kept, written).results == fresh.results
    Opened(kept, written)
    assert not Opened(kept, written).read


def test_a_cache_that_cannot_be_written_is_no_error(written: Path) -> None:
    """Where nothing can be kept, under a file for one, every start reads the files."""
    assert [Opened(written / "cache", written).read for _ in range(2)] == [True, True]


def test_a_named_file_without_text_is_an_error(written: Path, kept: Path) -> None:
    """Also where it had text before, which is not answered from any more."""
    Opened(kept, written)
    written.write_text("# 題だけ", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ContentEmpty):
            Opened(kept, written)


def test_what_is_gone_is_not_answered_from(written: Path, kept: Path) -> None:
    """A file that left its folder is forgotten; a folder without documents, or a path with nothing there, is an error."""
    other = written.parent / "b.md"
    other.write_text("別の話。", encoding="utf-8")
    assert len(Opened(kept, written.parent).texts) == 4
    written.unlink()
    assert Opened(kept, written.parent).texts == ["別の話。"]
    other.unlink()
    with pytest.raises(FolderWithoutDocuments):
        Opened(kept, written.parent)
    written.parent.rmdir()
    with pytest.raises(ContentMissing):
        Opened(kept, written.parent)


def test_only_the_latest_are_kept(tmp_path: Path, kept: Path) -> None:
    """Of many that were asked, the latest twenty are kept; one that is asked again is among them."""
    paths = [tmp_path / f"{number}.txt" for number in range(22)]
    for path in paths:
        path.write_text("文。", encoding="utf-8")
    for path in (*paths[:20], paths[0], *paths[20:]):
        Opened(kept, path)
    assert len(list((kept / "content").iterdir())) == 20
    assert [Opened(kept, path).read for path in (paths[0], paths[21], paths[1])] == [False, False, True]


def test_a_file_of_a_folder_that_cannot_be_read_is_told_at_every_start(written: Path, kept: Path) -> None:
    """The rest of the folder is answered from; alone, or by its name, the file is an error."""
    write(written.parent, {"package.json": "{}", "photo.png": ""})
    for _ in range(2):
        opened = Opened(kept, written.parent)
        assert [type(error) for error in opened.skipped] == [ContentNotExport]
        assert len(opened.texts) == 3
    with pytest.raises(ContentNotExport):
        Opened(kept, written.parent / "package.json")
    written.unlink()
    for _ in range(2):
        with pytest.raises(ContentNotExport):
            Opened(kept, written.parent)


def test_a_file_within_a_folder_that_is_named_too_counts_once(written: Path, kept: Path) -> None:
    """In whichever order they are named."""
    for paths in ((written, written.parent), (written.parent, written)):
        for _ in range(2):
            assert len(Opened(kept, *paths).texts) == 3


def results(knowledge: Knowledge) -> list[Result]:
    """What is answered, but for what says where a passage is kept, and since when."""
    found = [knowledge.library().search(Question(question), 3) for question in QUESTIONS]
    return [
        one._replace(hits=tuple(hit._replace(passage=hit.passage._replace(id="", changed=None)) for hit in one.hits))
        for one in found
    ]


@pytest.mark.parametrize("encoder", [None, "use"])
@pytest.mark.parametrize("engine", ["memory", "postings"])
@pytest.mark.parametrize("names", [["article.md"], ["article.md", "other.md"]])
def test_a_question_has_the_same_scores_however_the_documents_came_in(
    tmp_path: Path, written: Path, names: Sequence[str], engine: str, encoder: str | None
) -> None:
    """Added to a store, named on the command line, or measured: hits, shares and confidence are the same."""
    write(written.parent, {"other.md": "# 別の記事\n\nMicrosoft は Windows を作る。\n\n富士山は高い。"})
    paths = [written.parent / name for name in names]
    loaded = real_encoder() if encoder else None
    with closing(new_store(tmp_path)) as store, Intake(store) as intake:
        for path in paths:
            add(store, intake, path, no_progress, sync=False)
        added = results(Knowledge.open(store, engine=engine, encoder=loaded))
    own = with_cache(None)._replace(engine=engine, encoder=encoder)
    with opened_knowledge(own, paths, no_progress, print) as knowledge:
        named = results(knowledge)
    passages = [passage for file in find_files(paths) for passage in to_passages(load(file))]
    with temporary_knowledge(passages, engine, encoder=loaded) as knowledge:
        measured = results(knowledge)
    assert added == named == measured
    assert [bool(one.hits) for one in added] == [True, True, True, bool(encoder) or len(names) > 1, True, True]


def test_a_new_database_has_the_built_in_article(tmp_path: Path) -> None:
    """From the first start on; once it was removed, it stays so."""
    own = settings(tmp_path / "data" / "kotae.db")
    with opened_knowledge(own, (), no_progress, print) as knowledge:
        assert knowledge.library().search(Question("ナデラ氏は何と言った？"), 1).answered
    with closing(open_store(own)) as store:
        (source,) = store.sources()
        store.remove_source(source.number)
    with opened_knowledge(own, (), no_progress, print) as knowledge:
        assert knowledge.library().search(Question("ナデラ氏は何と言った？"), 1).hits == ()


def test_where_no_database_can_be_made_the_built_in_article_is_answered_from(tmp_path: Path) -> None:
    """A disk that cannot be written is no reason to be silent; nothing is kept."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    nowhere = Settings(database_url=f"sqlite:///{tmp_path / 'file' / 'kotae.db'}", cache_folder=None)
    with opened_knowledge(nowhere, [], no_progress, print) as knowledge:
        assert knowledge.library().search(Question("サティア・ナデラ"), 1).hits


def test_what_earlier_versions_kept_for_a_quick_start_is_deleted(tmp_path: Path) -> None:
    """It has texts that may be removed from now on."""
    kept = tmp_path / "cache"
    secret = ("0123abcd.json", "0123abcd-store.json", "tmpabc.part", "vectors.sqlite3")
    write(kept, {"history": "質問", **dict.fromkeys(secret, "秘密")})
    with closing(Store.open(f"sqlite:///{tmp_path / 'kotae.db'}")) as store:
        open_knowledge(with_cache(kept)._replace(encoder=None), store)
    assert [path.name for path in kept.iterdir()] == ["history"]


@pytest.fixture
def earlier(tmp_path: Path) -> Settings:
    """What version 51f1db7 left: its database with the built-in article, a file and a guild's setting, and its index."""
    with ZipFile(ROOT / "tests" / "data" / "version_51f1db7.zip") as archive:
        archive.extract("kotae.db", tmp_path)
        archive.extractall(tmp_path / "cache", [name for name in archive.namelist() if name.startswith("index/")])
    database = f"sqlite:///{tmp_path / 'kotae.db'}"
    return with_cache(tmp_path / "cache")._replace(database_url=database, built_in_always=True)


@pytest.mark.parametrize("engine", [None, "memory", "postings"])
def test_a_database_of_an_earlier_version_is_taken_over(earlier: Settings, engine: str | None) -> None:
    """At the first start it is brought to this version; what was answered from it is, and what a guild set holds."""
    progress = Told()
    for begun in ([("analyse", 32), ("index", 32), ("encode", 32)], [("index", 32)]):
        progress.begun.clear()
        with opened_knowledge(earlier._replace(engine=engine), (), progress, print) as knowledge:
            answers = {
                question: knowledge.library().search(Question(question), 3)
                for question in ANSWERED_BY_AN_EARLIER_VERSION
            }
            assert progress.begun == begun
            assert Guilds(knowledge.store).settings(1001) == {"auto_answer.2002": "2026-11-01T09:00:00+00:00"}
            assert [(one.kind, one.documents, one.passages) for one in knowledge.store.sources()] == [
                ("built-in", 1, 29),
                ("file", 1, 3),
            ]
        for question, (answered, passage_id) in ANSWERED_BY_AN_EARLIER_VERSION.items():
            found = answers[question]
            assert (found.certainty != "none") is answered, question
            assert not answered or passage_id in [hit.passage.id for hit in found.hits], question


def test_the_index_of_an_earlier_version_is_made_anew(earlier: Settings) -> None:
    """It leaves the disk with the next index that is written."""
    assert earlier.cache_folder
    with opened_knowledge(earlier._replace(engine="postings", encoder=None), (), no_progress, print) as knowledge:
        (before,) = (earlier.cache_folder / "index").iterdir()
        knowledge.erase_index()
        after = [path.suffix for path in (earlier.cache_folder / "index").iterdir() if path != before]
        assert after == [".postings"]
        assert not before.exists()
        assert knowledge.library().search(Question("有給休暇は何日もらえますか"), 1).answered
