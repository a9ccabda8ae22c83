"""How many passages of Markdown documents nobody would want quoted.

    python -m tests.benchmarks.passages FOLDER... [--show N] [--sample N]

Of each folder it counts the passages without Japanese, those of fewer than 15 characters, those with markup left
outside of code, and lead-ins parted from what they lead to. `--show` prints so many of each, `--sample` so many passages
at random, to be read.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from markdown_it.token import Token

from index.documents.passages import to_passages
from index.loaders import ContentFile, find_files, load
from index.loaders.web.markdown_syntax import markdown_parser
from index.types import Passage

MOST = 0.005
_SHORTEST = 15
_MARKUP = r"\{#|:::|<|\]\(|\*\*"
_LEADS_IN = r"[:：]\s*$|(?:以下|下記|次)(?:の(?:とおり|通り|よう|\S{0,12}を)|に示|に挙げ)[^。\n]*。?\s*$|(?:例えば|たとえば)、?\s*$"


def main() -> None:
    """Print a line for each folder."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folders", type=Path, nargs="+")
    arguments.add_argument("--show", type=int, default=0)
    arguments.add_argument("--sample", type=int, default=0)
    given = arguments.parse_args()
    for folder in given.folders:
        found = [(passage, file) for file in find_files([folder]) for passage in to_passages(load(file))]
        print(f"{folder.name}: {len(found)} passages")
        for name, is_fault in FAULTS.items():
            faulty = [passage for passage, file in found if is_fault(passage, file)]
            share = len(faulty) / max(1, len(found))
            print(f"  {name:<24}{len(faulty):>6}{share:>9.2%}{'' if share < MOST else '  too many'}")
            for passage in faulty[: given.show]:
                print(f"    {passage.heading}: {passage.text!r}")
        for passage, _ in random.Random(0).sample(found, min(given.sample, len(found))):
            print(f"--- {passage.title} › {passage.heading} {passage.speaker or ''}\n{passage.text}")


def without_japanese(passage: Passage, _file: ContentFile) -> bool:
    """Whether a passage has neither kana nor kanji."""
    return re.search(r"[ぁ-ゖァ-ヺ一-鿿]", passage.text) is None


def short(passage: Passage, _file: ContentFile) -> bool:
    """Whether a passage is too short to say anything."""
    return len(passage.text) < _SHORTEST


def with_markup(passage: Passage, file: ContentFile) -> bool:
    """Whether a passage has markup that is not the document's own code."""
    text = passage.text
    if not re.search(_MARKUP, text):
        return False
    code = code_of(file)
    lines = {line.strip() for part in code for line in part.split("\n")}
    text = "\n".join(line for line in text.split("\n") if line.strip() not in lines)
    for part in sorted(code, key=len, reverse=True):
        text = text.replace(part, "")
    return re.search(_MARKUP, text) is not None


def code_of(file: ContentFile) -> set[str]:
    """The programs and code spans of a document."""

    def walk(tokens: list[Token]) -> Iterator[str]:
        for token in tokens:
            if token.type in ("fence", "code_block", "code_inline"):
                yield token.content.strip()
            yield from walk(token.children or [])

    return {part for part in walk(markdown_parser().parse(file.data.decode())) if part}


def parted(passage: Passage, _file: ContentFile) -> bool:
    """Whether a passage ends where what it leads in to should stand."""
    return re.search(_LEADS_IN, re.split(r"(?<=[。！？\n])", passage.text.removesuffix("。"))[-1]) is not None


FAULTS: dict[str, Callable[[Passage, ContentFile], bool]] = {
    "without Japanese": without_japanese,
    f"under {_SHORTEST} characters": short,
    "with markup left": with_markup,
    "lead-ins parted": parted,
}


if __name__ == "__main__":
    main()
