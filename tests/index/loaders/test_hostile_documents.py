"""Documents made to be slow, to take all memory, or to fill the disk, with another's question in between."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.stores import new_store

RANDOM = random.Random(1)
LATIN = "".join(RANDOM.choices("abcdefghijklmnopqrstuvwxyz", k=15_000))
# Each of some ten thousand bytes.
DOCUMENTS = {
    "digits.md": f"# {'1' * 15_000}\n\n# {'2' * 15_000}\n\n" + "本。\n\n" * 100,
    "numerals.md": f"# {'兆億' * 5_000}\n\n本。",
    "heading.md": f"# 題\n\n## {'見出し' * 3_400}\n\n" + "あ\n\n" * 2_000,
    "levels.md": f"# {'あ' * 10_000}\n\n" + "## a\n\nb\n\n" * 1_000,
    "merges.md": "---\na0: &a0 {x: 1}\n"
    + "".join(f"a{level}: &a{level} {{<<: [{', '.join([f'*a{level - 1}'] * 9)}]}}\n" for level in range(1, 10))
    + "title: *a9\n---\n本文。",
    "number.md": f"---\ntitle: {'9' * 30_000}\n---\n本文。",
    "sixties.md": f"---\ntitle: {':'.join(['1'] * 15_000)}\n---\n本文。",
    "runs.txt": f"{'ア' * 9_000}\n\n{LATIN}",
    "words.txt": " ".join(word.title() for word in (LATIN[start : start + 6] for start in range(0, 6_000, 6))),
    "marks.txt": "か" + "\u0301\u0316" * 15_000,
    "joiners.txt": "犬\u200d" * 9_000,
    "hebrew.txt": "\u05d0\u05d1\u202e" * 5_000,
    "ligatures.txt": "\ufdfa" * 5_000,
    "signs.txt": "。、" * 9_000,
    "brackets.txt": "「" * 9_000 + "」" * 9_000,
    "sentences.txt": "あ。" * 9_000,
    "lines.txt": "あ\n" * 9_000,
    "headings.md": "# a\n" * 9_000 + "本文。",
    "items.md": "以下：\n\n" + "- あ\n" * 4_000,
    "within.txt": "\n".join(" " * (number % 40) + "・あ" for number in range(1_000)),
    "programs.md": "以下：\n\n" + "```\na\n```\n\n" * 1_000,
    "lead_ins.md": "".join(f"{'#' * (number % 6 + 1)} 章{number}\n\n以下：\n\n" for number in range(400)),
    "rows.csv": "名\n" + "あ\n" * 2_500,
}
PROGRAM = """
import json, resource, sys
from pathlib import Path
from bot.answerer import Answerer
from index.audience import Audience
from index.intake.intake import Intake
from index.search.ranking_index import RankingIndex
from index.store.store import Store
from index.search.knowledge import Knowledge

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (100, 100))
    store = Store.open(sys.argv[1])
    knowledge = Knowledge(store, RankingIndex(store, None))
    with Intake(store) as intake:
        for path in map(Path, sys.argv[2:]):
            intake.take(store.put_source("file", str(path), Audience()), path)
            Answerer(knowledge.library()).ask(path.read_text(encoding="utf-8"), 3)
            other = Answerer(knowledge.library()).ask("駐車場はどこにありますか？", 1)
            print(json.dumps([path.name, [hit.passage.text for hit in other.result.hits]]), flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to its memory")
def test_no_document_holds_up_anybody_else(tmp_path: Path) -> None:
    """Each is read, indexed and asked about within bounds of time and memory, and takes no more room than allowed."""
    new_store(tmp_path).close()
    paths = [tmp_path / name for name in ("other.txt", *DOCUMENTS)]
    for path in paths:
        path.write_text(DOCUMENTS.get(path.name, "駐車場は裏にあります。"), encoding="utf-8")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, str(program), f"sqlite:///{tmp_path}/kotae.db", *map(str, paths)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    assert answers == [[path.name, ["駐車場は裏にあります。"]] for path in paths]
    assert (tmp_path / "kotae.db").stat().st_size < 20 * sum(path.stat().st_size for path in paths)
