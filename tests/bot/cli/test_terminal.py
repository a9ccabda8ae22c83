from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bot.terminals import needs_terminal, terminal
from tests.conftest import Program

ESCAPE = "\x1b"
MARKED = "本当に理解できません。"
QUESTION = "ロビン・スローンはこの投資をどう思っている？"


def write(path: Path, data: str | bytes) -> Path:
    """A file, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder of two documents, one in a folder inside, with files that are none."""
    write(tmp_path / "規則" / "dogs.md", "# 犬\n\n犬は柵の中で遊べます。\n")
    write(tmp_path / "規則" / "more" / "cats.TXT", "猫は窓辺で眠れます。\n")
    write(tmp_path / "規則" / "photo.jpg", b"\xff\xd8\xff\0")
    write(tmp_path / "規則" / ".hidden.md", "鳥は籠の中で歌えます。\n")
    return tmp_path / "規則"


@pytest.mark.parametrize(
    ("content", "question", "text"),
    [
        (["dogs.md"], "犬はどこで遊べる？", "犬は柵の中で"),
        (["more/cats.TXT"], "猫はどこで眠れる？", "猫は窓辺で"),
        (["."], "猫はどこで眠れる？", "猫は窓辺で"),
        (["dogs.md", "more"], "犬はどこで遊べる？", "犬は柵の中で"),
        (["dogs.md", "more"], "猫はどこで眠れる？", "猫は窓辺で"),
    ],
)
def test_content_of_ones_own(program: Program, rules: Path, content: list[str], question: str, text: str) -> None:
    """--content takes a file, a folder, or several, and takes the place of the built-in article."""
    options = [option for path in content for option in ("--content", str(rules / path))]
    answered = program.call("ask", question, *options)
    assert (answered.returncode, answered.stderr) == (0, "")
    assert text in answered.stdout
    assert program.call("ask", "ナデラ氏はAIについて何と言った？", *options).returncode == 1


@pytest.mark.parametrize("question", ["鳥はどこで歌える？", "猫はどこで眠れる？"])
def test_hidden_and_other_files_are_left_out(program: Program, rules: Path, question: str) -> None:
    """Of a folder, hidden files are not read, and a named file brings no others."""
    content = rules if "鳥" in question else rules / "dogs.md"
    assert program.call("ask", question, "--content", str(content)).returncode == 1


def test_changed_content_changes_the_answer(program: Program, rules: Path) -> None:
    """A document that was edited since the last start is read again."""
    command = ("ask", "犬はどこで遊べる？", "--content", str(rules))
    assert "柵の中" in program.call(*command).stdout
    write(rules / "dogs.md", "# 犬\n\n犬は芝生の上で遊べます。\n")
    assert "芝生の上" in program.call(*command).stdout


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("missing.md", None),
        ("empty.md", b""),
        ("blank.txt", b" \n\n\t"),
        ("only_front_matter.md", b"---\ntitle: a\n---\n"),
        ("binary.txt", b"text\0text"),
        ("broken.txt", "日本語の文章です。".encode() + b"\xff"),
        ("no_text.csv", bytes(range(128, 256)) * 3),
        ("report.pdf", b"%PDF-1.7"),
        ("picture.png", b"\x89PNG"),
        ("without_suffix", b"text"),
        ("folder/nothing.png", b"\x89PNG"),
    ],
)
@pytest.mark.parametrize(
    ("command", "language"), [(["ask", "何？"], "ja"), (["ask", "何？"], "en"), (["ask", "-"], "ja"), (["chat"], "en")]
)
def test_content_that_cannot_be_read_is_named(
    program: Program, tmp_path: Path, command: list[str], language: str, name: str, data: bytes | None
) -> None:
    """Content that is missing, empty or no text ends with status 2 and one sentence that has its path."""
    path = tmp_path / name
    if data is not None:
        write(path, data)
    named = path.parent if name.startswith("folder/") else path
    result = program.call(*command, "--content", str(named), KOTAE_LANGUAGE=language)
    assert (result.returncode, result.stdout) == (2, "")
    assert str(named) in result.stderr
    assert result.stderr.count("\n") == 1


def test_one_bad_file_of_a_folder_is_named(program: Program, rules: Path) -> None:
    """It is the file that cannot be read which is named, not its folder; the others are answered from."""
    bad = write(rules / "more" / "old.txt", "古い文章です。".encode() + b"\xff")
    result = program.call("ask", "犬はどこで遊べる？", "--content", str(rules))
    assert result.returncode == 0
    assert "犬" in result.stdout
    assert str(bad) in result.stderr
    assert result.stderr.count("\n") == 1


def test_control_characters_of_a_document_do_not_reach_the_terminal(program: Program, tmp_path: Path) -> None:
    """Escape codes in a document are not passed on."""
    path = write(tmp_path / "evil.txt", "犬は\x1b[2J\x1b]0;x\x07柵の\x9b31m中で遊べます。\n")
    for option in ("--explain", "--json"):
        result = program.call("ask", "犬はどこで遊べる？", option, "--content", str(path))
        assert result.returncode == 0
        assert not set(result.stdout) & {"\x1b", "\x07", "\x9b"}
        assert "u001b" not in result.stdout


@pytest.mark.parametrize("options", [[], ["--explain"], ["--json"]])
def test_piped_output_has_no_escape_codes(program: Program, options: list[str]) -> None:
    """In a pipe nothing is coloured, whatever the terminal."""
    result = program.call("ask", QUESTION, *options, COLORTERM="truecolor")
    assert MARKED in result.stdout
    assert ESCAPE not in result.stdout


@needs_terminal
def test_terminal_has_colours(program: Program) -> None:
    """In a terminal the answer is coloured, its sentence bold and underlined instead of between stars."""
    with terminal(program.command("ask", QUESTION), program.environment(), program.folder) as shown:
        assert shown.wait_for_end() == 0
    assert re.search(r"\x1b\[[0-9;]*3[0-9]m", shown.shown)
    assert f"{MARKED}{ESCAPE}[0m" in shown.shown
    assert "**" not in shown.shown


@needs_terminal
@pytest.mark.parametrize("options", [[], ["--explain"]])
def test_terminal_without_colours(program: Program, options: list[str]) -> None:
    """With NO_COLOR set there are no escape codes in a terminal, and the sentence stands between stars."""
    environment = program.environment(NO_COLOR="1")
    with terminal(program.command("ask", QUESTION, *options), environment, program.folder) as shown:
        assert shown.wait_for_end() == 0
    assert f"{MARKED}**" in shown.shown
    assert ESCAPE not in shown.shown


@needs_terminal
def test_terminal_is_told_what_is_wrong_as_a_pipe_is(program: Program) -> None:
    """In a terminal, too, wrong usage is one sentence and status 2."""
    with terminal(program.command("ask", "--limit", "0", "Azure"), program.environment(), program.folder) as shown:
        assert shown.wait_for_end() == 2
    assert shown.shown.count("\n") == 1
    assert "--limit は 1 から 20 まで" in shown.shown


def test_many_files_show_their_progress(program: Program, tmp_path: Path) -> None:
    """Reading 600 files is announced on standard error, in the user's language, and the answer is alone on output."""
    for number in range(600):
        write(tmp_path / f"{number}.txt", f"{number}号室には{number * 7}個の椅子があります。\n")
    question = ("ask", "123号室には何個の椅子がある？", "--content", str(tmp_path), "--limit", "1")
    first = program.call(*question)
    assert first.returncode == 0
    assert "861個の椅子" in first.stdout
    assert "文書を読み込み中" in first.stderr
    assert "文章を解析中" in first.stderr
    assert "100%" in first.stderr
    again = program.call(*question)
    assert (again.stdout, again.stderr) == (first.stdout, "")


def test_few_files_show_no_progress(program: Program, rules: Path) -> None:
    """Reading a few files is announced nowhere."""
    assert program.call("ask", "犬は？", "--content", str(rules)).stderr == ""
