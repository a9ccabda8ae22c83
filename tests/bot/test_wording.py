from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
import tomllib
import warnings
from collections.abc import Iterator
from string import Formatter
from types import ModuleType

import jinja2
import pytest
from jinja2 import nodes

import bot
from bot import wording
from bot.web.page.rendering import _templates
from bot.wording import Sentence, Wording, answers, language_of
from bot.wording.discord import knowledge
from bot.wording.errors import ERRORS
from index.errors import KotaeError, SettingInvalid
from tests.conftest import ROOT

JAPANESE = re.compile(r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
CODE = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for top in ("bot", "index")
    for path in ROOT.glob(f"{top}/**/*.py")
}


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Every module of a package."""
    with warnings.catch_warnings(action="ignore"):  # discord.py uses what Python 3.13 no longer has
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(module.name)


# Every sentence, and every table of sentences, by its module and name.
CONSTANTS = {
    f"{module.__name__}.{name}": value
    for module in modules(wording)
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, Sentence | dict)
}


def placeholders(text: str) -> set[str]:
    """The names of a text's placeholders."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_sentence_is_in_both_languages_with_the_same_placeholders() -> None:
    """A sentence has a Japanese and an English text, which say the same values as they are, braces and all."""
    for name, constant in CONSTANTS.items():
        for sentence in constant.values() if isinstance(constant, dict) else [constant]:
            assert sentence.ja.strip(), name
            assert sentence.en.strip(), name
            assert JAPANESE.search(sentence.ja) or sentence.ja == sentence.en, name
            assert not JAPANESE.match(sentence.en), name
            assert placeholders(sentence.ja) == placeholders(sentence.en), name
            values = {gap: f"{{{gap}の値}}" for gap in placeholders(sentence.ja)}
            for say in (Wording("ja"), Wording("en")):
                assert placeholders(say(sentence, **values)) == {value.strip("{}") for value in values.values()}, name


def test_no_sentence_is_unused_and_each_is_said_with_its_values() -> None:
    """The code names every sentence; where it says one, each placeholder is given a value."""
    used = set()
    for path, tree in CODE.items():
        own = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        names = {constant.removeprefix(f"{own}."): constant for constant in CONSTANTS if constant.startswith(own)}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.wording"):
                names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        for node in ast.walk(tree):
            match node:
                case ast.Call(_, [ast.Attribute(ast.Name(module), name)]) if module in names:
                    given = {keyword.arg for keyword in node.keywords}
                    sentence = CONSTANTS.get(f"{names[module]}.{name}")
                    if isinstance(sentence, Sentence) and None not in given:  # else some values are in a mapping
                        assert placeholders(sentence.en) <= given, f"{path}, line {node.lineno}"
                case ast.Attribute(ast.Name(module), name) if module in names:
                    used.add(f"{names[module]}.{name}")
                case ast.Name(name, ast.Load()) if name in names:
                    used.add(names[name])
    assert set(CONSTANTS) <= used | said_in_templates()


def said_in_templates() -> set[str]:
    """The sentences that templates of the page name, which say each with its values."""
    used = set()
    for path in ROOT.glob("bot/web/page/templates/*.html"):
        tree = jinja2.Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        used |= {found for one in tree.find_all(nodes.Getattr) if (found := _constant(one)) in CONSTANTS}
        for call in tree.find_all(nodes.Call):
            for said in call.args:
                sentence = CONSTANTS.get(_constant(said))
                if isinstance(sentence, Sentence):
                    assert placeholders(sentence.en) == {keyword.key for keyword in call.kwargs}, path
    return used


def test_what_is_not_installed_is_told_with_the_line_that_installs_it() -> None:
    """Beside the Python that runs kotae, and from its folder: kotae is in no registry."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    line = re.compile(re.escape(sys.executable) + r' -m pip install -e "\.\[(\w+)\]"')
    for language in ("ja", "en"):
        assert {extra for one in ERRORS.values() for extra in line.findall(one.text(language))} == {
            *project["optional-dependencies"]
        }


def _constant(node: nodes.Node) -> str:
    """The name of the sentence that an expression of a template names; empty for any other."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{getattr(_templates.globals.get(node.node.name), '__name__', '')}.{node.attr}"
    return ""


def test_every_error_has_its_sentence_and_is_raised_with_its_values() -> None:
    """Every class of error without subclasses has a sentence, and no other; each placeholder is given a value."""
    list(modules(bot))
    names = {error.__name__ for error in errors()}
    assert names == set(ERRORS)
    raised = set()
    for node in (node for tree in CODE.values() for node in ast.walk(tree)):
        match node:
            case ast.Constant(str(name)) if name in names:
                raised.add(name)  # a warning of a document, which is made of its name and values
            case ast.Call(ast.Name(name)) if name in names:
                raised.add(name)
                given = {keyword.arg for keyword in node.keywords}
                assert placeholders(ERRORS[name].en) <= given, f"{name}, line {node.lineno}"
            case ast.Raise(ast.Name(name)) if name in names:
                raised.add(name)
                assert not placeholders(ERRORS[name].en), f"{name}, line {node.lineno}"
    assert raised == names


def errors(parent: type[KotaeError] = KotaeError) -> set[type[KotaeError]]:
    """Every class of error that has no subclasses."""
    return {error for child in parent.__subclasses__() for error in (errors(child) or {child})}


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 messages"), (1, "1 message"), ("1", "1 message"), (2, "2 messages")]
)
def test_one_is_no_plural(count: object, said: str) -> None:
    """What is counted in English is one, or many."""
    assert Wording("en")(knowledge.MESSAGE_COUNT, count=count) == said


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
        (0.5, "確からしさ：中くらい"),
    ],
)
def test_confidence_in_words(confidence: float, words: str) -> None:
    """That of an answer is high or medium."""
    assert Wording("ja")(answers.confidence(confidence)) == words


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
