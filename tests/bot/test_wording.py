from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import warnings
from string import Formatter

import pytest

import bot
from bot.wording import SENTENCES, Language, Wording, language_of
from index.errors import KotaeError, SettingInvalid
from tests.conftest import ROOT

LANGUAGES: tuple[Language, ...] = ("ja", "en")
JAPANESE = re.compile(r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("bot/**/*.py"))}
# All code but the table of sentences itself.
CODE = "\n".join(text.partition("\nclass Wording:")[2] or text for text in SOURCES.values())


def gaps(sentence: str) -> set[str]:
    """The names of a sentence's gaps."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def causes(parent: type[KotaeError] = KotaeError) -> set[type[KotaeError]]:
    """Every class of error that is raised: those that are no mere heading for others."""
    with warnings.catch_warnings(action="ignore"):  # discord.py uses what Python 3.13 no longer has
        for module in pkgutil.walk_packages(bot.__path__, "bot."):
            importlib.import_module(module.name)
    found: set[type[KotaeError]] = set()
    for child in parent.__subclasses__():
        found |= causes(child) or {child}
    return found


@pytest.mark.parametrize("key", SENTENCES)
def test_every_sentence_is_in_both_languages(key: str) -> None:
    """A sentence has a Japanese and an English form, with the same gaps in both."""
    sentence = SENTENCES[key]
    assert set(sentence) == set(LANGUAGES)
    assert all(text.strip() for text in sentence.values())
    assert gaps(sentence["ja"]) == gaps(sentence["en"])
    assert JAPANESE.search(sentence["ja"]) or sentence["ja"] == sentence["en"]
    assert not JAPANESE.match(sentence["en"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", SENTENCES)
def test_gaps_are_filled(key: str, language: Language) -> None:
    """Whatever fills a gap is in the sentence, braces and all, and no gap is left."""
    values = {name: f"{{{name}の値}}" for name in gaps(SENTENCES[key][language])}
    said = Wording(language)(key, **values)
    assert all(value in said for value in values.values())
    assert gaps(said) == {value.strip("{}") for value in values.values()}


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 messages"), (1, "1 message"), ("1", "1 message"), (2, "2 messages")]
)
def test_one_is_no_plural(count: object, said: str) -> None:
    """What is counted in English is one, or many."""
    assert Wording("en")("discord.list.messages", count=count) == said


def test_every_cause_has_its_sentence() -> None:
    """Every error that can be raised has a sentence under its name."""
    names = {cause.__name__ for cause in causes()}
    assert "UsageWrong" in names
    assert names <= set(SENTENCES)


def test_every_error_is_raised_with_what_its_sentence_says() -> None:
    """Wherever an error is made, each gap of its sentence is given a value."""
    names = {cause.__name__ for cause in causes()}
    raised: set[str] = set()
    for path in [*SOURCES, *ROOT.glob("index/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in names:
                raised.add(str(node.value))  # a warning of a document, which is made of its name and values
            if not isinstance(node, ast.Call | ast.Raise):
                continue
            made = node.func if isinstance(node, ast.Call) else node.exc
            if isinstance(made, ast.Name) and made.id in names:
                raised.add(made.id)
                values = {keyword.arg for keyword in node.keywords} if isinstance(node, ast.Call) else set()
                assert gaps(SENTENCES[made.id]["en"]) <= values, f"{path}, line {node.lineno}"
    assert raised == names


def test_every_sentence_named_in_the_code_is_there_and_no_other() -> None:
    """The code asks for no sentence that is missing, and no sentence is left that the code does not ask for."""
    asked = set(re.findall(r"""say\(["']([\w.]+)["'][,)]""", CODE))
    assert asked <= set(SENTENCES)
    quoted = set(re.findall(r"""["']([\w.]+)["']""", CODE))
    beginnings = tuple(re.findall(r"""["']((?:\w+\.)+)(?:\{|["'] \+)""", CODE))
    errors = {cause.__name__ for cause in causes()}
    assert {key for key in SENTENCES if key not in quoted | errors and not key.startswith(beginnings)} == set()


def test_an_error_is_said_in_the_users_language() -> None:
    """The sentence of an error is in the language of the wording, with the error's values."""
    error = SettingInvalid(name="KOTAE_LIMIT", value="多い", allowed="1–20")
    assert Wording("ja").of_error(error) == "KOTAE_LIMIT の値「多い」は使えません。使えるのは 1–20 です。"
    assert Wording("en").of_error(error) == "KOTAE_LIMIT cannot be “多い”; it takes 1–20."


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "確からしさ：高い"),
        (0.8, "確からしさ：高い"),
        (0.79, "確からしさ：中くらい"),
        (0.65, "確からしさ：中くらい"),
        (0.64, "確からしさ：低い"),
    ],
)
def test_confidence_in_words(confidence: float, words: str) -> None:
    """A confidence is high, medium or low."""
    assert Wording("ja").of_confidence(confidence) == words


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja"}, "ja"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LC_ALL": "ja_JP.UTF-8", "LANG": "en_US.UTF-8"}, "ja"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "ja_JP.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LC_MESSAGES": "ja_JP.UTF-8", "LANG": "C"}, "ja"),
        ({"LC_ALL": "C", "LC_MESSAGES": "ja_JP.UTF-8"}, "en"),
        ({"KOTAE_LANGUAGE": "ja", "LC_ALL": "C"}, "ja"),
        ({"KOTAE_LANGUAGE": "en", "LC_ALL": "ja_JP.UTF-8"}, "en"),
        ({"KOTAE_LANGUAGE": "", "LANG": "ja_JP.UTF-8"}, "ja"),
        ({"KOTAE_LANGUAGE": " ", "LANG": "ja_JP.UTF-8"}, "ja"),
    ],
)
def test_language_of_the_user(environment: dict[str, str], language: str) -> None:
    """The language is the one chosen, or that of the locale; English where neither is Japanese."""
    assert language_of(environment) == language
