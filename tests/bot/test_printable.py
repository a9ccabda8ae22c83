"""Nothing that others wrote does anything in a terminal but to be read."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cli.evaluation.misses import write_misses
from bot.printable import left_out, one_line, printable, to_json
from bot.wording import Wording
from bot.wording.command_line import documents as sentences
from index.audience import Audience
from index.evaluation.question_sets import read_question_sets
from index.evaluation.runner import evaluated
from index.progress import no_progress
from index.store.discord.channels import Channels
from index.store.discord.message_rows import Message
from index.store.discord.unanswered_questions import UnansweredQuestions
from tests.bot.terminals import needs_terminal, terminal
from tests.conftest import Program
from tests.stores import document, new_store

# What each does in a terminal that is told it, and what of it is to be read.
ATTACKS = {
    "clipboard": ("\x1b]52;c;cm0gLXJmIC8=\x07", "]52;c;cm0gLXJmIC8="),
    "title": ("\x1b]0;題\x1b\\", "]0;題\\"),
    "link": ("\x1b]8;;https://evil.example\x1b\\押す\x1b]8;;\x1b\\", "]8;;https://evil.example\\押す]8;;\\"),
    "clear": ("\x1b[2J\x1b[H", "[2J[H"),
    "conceal": ("\x1b[8m秘密\x1b[0m", "[8m秘密[0m"),
    "answer back": ("\x1b[6n\x05", "[6n"),
    "device": ("\x1bP+q544e\x1b\\", "P+q544e\\"),
    "C1 sequence": ("\x9b2J\x9d0;題\x9c", "2J0;題"),
    "charset": ("\x0e\x1b(0", "(0"),
    "overwrite": ("安全\r危険", "安全危険"),
    "backspace": ("安全\b\b危険\x7f", "安全危険"),
    "bell": ("\a犬", "犬"),
    "override": ("\u202egpj.exe\u202c", "gpj.exe"),
    "isolate": ("\u2067犬\u2069", "犬"),
    "mark": ("\u200e犬\u200f\u061c", "犬"),
    "lines": ("犬\u2028猫\u2029\x85\v\f", "犬猫"),
    "deprecated": ("\u206a犬\ufeff", "犬"),
}
KEPT = ["👩‍👩‍👧", "❤️", "☎︎", "葛󠄀", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "がぎ", "𠮟る", "　", "\t", "a\nb", "ไทย", "क्‍ष"]

# What a bar says to a terminal, and where there are colours what colours a card: all that we say to one, but for a prompt.
BAR = re.compile(r"\r?\x1b\[(?:2K|1A|\?25[hl])\r?")
COLOUR = re.compile(r"\x1b\[(?:[0-4]|3[0-9])(?:;[0-9]+)*m")
DOES_SOMETHING = left_out()


@pytest.mark.parametrize("name", ATTACKS)
def test_what_an_attack_leaves_is_what_is_seen_of_it(name: str) -> None:
    """Everything that can be seen is kept, and what does something is not."""
    attack, seen = ATTACKS[name]
    assert printable(f"犬{attack}は") == f"犬{seen}は"


@pytest.mark.parametrize("text", KEPT)
def test_what_can_be_seen_is_kept(text: str) -> None:
    """Emoji that are joined or varied, variants of characters, and other scripts are as they were."""
    assert printable(text) == text


def test_every_character_that_does_something_is_left_out() -> None:
    """Of all of Unicode: control characters, and whatever has to do with direction or ends a line."""
    for number in range(0x110000):
        character = chr(number)
        directs = unicodedata.bidirectional(character) in {
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        }
        does = unicodedata.category(character) in {"Cc", "Zl", "Zp"} and character not in "\t\n"
        if directs or does:
            assert not printable(character), hex(number)


@given(st.text(), st.text())
def test_json_gives_the_text_back(text: str, other: str) -> None:
    """Whatever a text has in it, its JSON has nothing that does something, and is parsed to the same text."""
    dumped = to_json({"text": text, other: [other]})
    assert json.loads(dumped) == {"text": text, other: [other]}
    assert printable(dumped) == dumped
    assert "\n" not in dumped


def test_json_of_what_is_no_text_can_be_printed() -> None:
    """Halves of characters, which no parser has to take, become question marks."""
    assert json.loads(to_json(["a\ud800b"])) == ["a?b"]


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    """A name is on one line, by whatever rule for what a line is."""
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_sentence_is_printable_whatever_fills_its_gaps(language: str) -> None:
    """Sentences are shown in terminals and in Discord; a path in one does not begin a line of its own."""
    say = Wording("ja" if language == "ja" else "en")
    path = Path("a\n✓ b\x1b[2J.md")
    assert "a ✓ b[2J.md" in say(sentences.FOLDER_MERGED, inner=path, outer="犬\u202e")
    assert "\u202e" not in say(sentences.FOLDER_MERGED, inner=path, outer="犬\u202e")


class Place:
    """A folder, and a store in which hostile people have left their texts everywhere."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.program = program
        self.folder = folder
        self.database = folder / "kotae.db"
        self.docs = folder / "docs"

    def fill(self, texts: Iterable[str]) -> None:
        """Put texts wherever somebody can."""
        self.database.unlink(missing_ok=True)
        with closing(new_store(self.folder)) as store:
            channels = Channels(store)
            for number, hostile in enumerate(texts):
                source = store.put_source("folder", f"/{number}{hostile}", Audience())
                store.put(source, [document(f"{hostile}.md", f"犬{hostile}は柵の中で遊ぶ", title=f"規則{hostile}")])
                of = store.put_source("channel", f"discord:1/{number}", Audience())
                channel = channels.add(of, number, f"#{hostile}", f"会社{hostile}")
                said = Message(number, 4, f"花子{hostile}", f"猫{hostile}は窓辺で眠る。", "2026-01-01")
                channels.take(channel.number, [said])
                UnansweredQuestions(store).record(1, f"{number}羽の鳥{hostile}は？")

    def shown(self, *command: str | bytes, **changes: str) -> str:
        """What a command writes to a terminal."""
        database = {"KOTAE_DATABASE_URL": f"sqlite:///{self.database}", "KOTAE_CACHE_DIR": "off"}
        return self.program.shown(*command, folder=self.folder, **database | changes)


COMMANDS: list[tuple[str, ...]] = [
    ("ask", "犬は柵のどこで遊ぶ？", "--limit", "20"),
    ("ask", "猫は窓辺で何をする？", "--explain"),
    ("ask", "猫は窓辺で何をする？", "--json", "--limit", "20"),
    ("sources",),
    ("gaps",),
    ("export",),
]
HOSTILE = st.text(st.sampled_from(sorted(DOES_SOMETHING - {"\0"}) + list("犬[]0;m\\")), min_size=5, max_size=40)


@pytest.fixture
def place(program: Program, tmp_path: Path) -> Place:
    """A place of its own."""
    return Place(program, tmp_path)


def test_no_attack_reaches_a_terminal(place: Place) -> None:
    """Whatever was left in documents, names, channels, messages and questions, a terminal is told nothing by it."""
    place.fill(attack for attack, _ in ATTACKS.values())
    for command in COMMANDS:
        shown = place.shown(*command, NO_COLOR="1")
        assert not set(shown) & DOES_SOMETHING, command
        assert "cm0gLXJmIC8=" in shown or "--explain" in command
    coloured = place.shown(*COMMANDS[0])
    assert COLOUR.search(coloured)
    assert not set(COLOUR.sub("", coloured)) & DOES_SOMETHING


@given(st.lists(HOSTILE, min_size=20, max_size=30))
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_reaches_a_terminal_but_to_be_read(place: Place, texts: list[str]) -> None:
    """Whatever they think of next."""
    place.fill(texts)
    for command in COMMANDS[::2]:
        assert not set(place.shown(*command, NO_COLOR="1")) & DOES_SOMETHING, command


def test_a_file_s_name_does_nothing_in_a_terminal(place: Place) -> None:
    """Added, skipped, asked from, backed up, watched for or missing: its name is only read, also where it is no text."""
    name = "犬\x1b]0;題\x07\x1b[2J\u202e\x85\n✓ 安全"
    folder = place.folder / f"フォルダー{name}"
    folder.mkdir()
    (folder / f"{name}.md").write_text("犬は柵の中で遊ぶ。", encoding="utf-8")
    (folder / f"{name}.pdf").write_bytes(b"%PDF-1.7")
    (folder / f"{name}.x\x1b[2J").touch()
    outside = place.folder / f"{name}.txt"
    for command in (
        ["add", str(folder)],
        ["add", str(outside)],
        ["add", b"\xff\x1b[2J.md"],
        ["sync"],
        ["ask", "犬はどこで遊ぶ？", "--content", str(folder / f"{name}.md")],
        ["ask", "犬は？", f"--{name}"],
        [name],
        ["remove", name],
        ["backup", str(place.folder / f"{name}.zip")],
        ["restore", str(outside)],
        ["evaluate", str(outside)],
        ["evaluate", str(outside), "--configuration", name],
    ):
        shown = BAR.sub("", place.shown(*command, NO_COLOR="1"))
        assert not set(shown) & DOES_SOMETHING, command
        assert "\n✓ 安全" not in shown, command
        assert "Traceback" not in shown, command


@needs_terminal
def test_what_is_pasted_and_remembered_does_nothing_in_a_prompt(place: Place) -> None:
    """A chat shows what was typed with signs for what cannot be seen, then and from its history."""
    place.fill([])
    environment = place.program.environment(
        KOTAE_DATABASE_URL=f"sqlite:///{place.database}", KOTAE_CACHE_DIR=str(place.folder / "cache")
    )
    pasted = "\x1b[200~犬\u202e\u200f\x9b31mは？\x1b[201~"
    for typed in (f"{pasted}\r:quit\r", "\x1b[A\x1b[A\r:quit\r"):
        with terminal(place.program.command("chat"), environment, place.folder) as chat:
            chat.wait_for("質問>")
            chat.press(typed)
            chat.wait_for_end()
        # A terminal begins a line where another one ends.
        shown = chat.shown.replace("\r\n", "\n")
        assert "<202e>" in shown
        assert not set(shown) & (DOES_SOMETHING - {"\x1b", "\r", "\b"})


def test_misses_can_be_read(tmp_path: Path) -> None:
    """The files of an evaluation are read in terminals, too."""
    hostile = "\x1b[2J\u202e"
    paragraphs = [
        {
            "context": f"{number}匹の犬{hostile}は柵の中で遊ぶ。",
            "qas": [
                {
                    "id": str(number),
                    "question": f"犬{hostile}は？",
                    "answers": [{"text": f"{number}匹", "answer_start": 0}],
                }
            ],
        }
        for number in range(3)
    ]
    questions = tmp_path / "set.json"
    questions.write_text(json.dumps({"data": [{"title": f"犬{hostile}", "paragraphs": paragraphs}]}), encoding="utf-8")
    found = read_question_sets([questions])
    with evaluated("default", found, no_progress) as (run, library):
        for name in ("misses.md", "misses.jsonl"):
            write_misses(Wording("ja"), tmp_path / name, library, found.queries, run, None)
    for name in ("misses.md", "misses.jsonl"):
        written = (tmp_path / name).read_text(encoding="utf-8")
        assert "犬" in written
        assert printable(written) == written
