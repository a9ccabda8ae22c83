"""Texts of any length in any place: nothing ends the program, and it starts again after them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Program
from tests.stores import new_store, write

# The tagger takes as long a text for the end of everything.
LATIN = "a" * 220_000
EXPORT = {
    "guild": {"id": "1", "name": "会社"},
    "channel": {"id": "2", "name": "案内"},
    "messages": [
        {
            "id": "1",
            "type": "Default",
            "timestamp": "2026-11-24T09:00:00+00:00",
            "content": "受付は入口にあります。",
            "author": {"name": LATIN, "nickname": LATIN},
        }
    ],
}
FILES = {
    "heading.md": f"# 題\n\n## {LATIN}\n\n駐車場は裏にあります。",
    "fields.md": f"---\ntitle: {LATIN}\nsource: {LATIN}\nurl: https://example.com/{LATIN}\n---\n食堂は一階にあります。",
    "cell.csv": f"質問,回答\n図書室はどこ？,三階にあります。\n{LATIN}？,はい。\n",
    "chat.json": json.dumps(EXPORT),
}
ANSWERS = {
    "駐車場はどこ？": "駐車場は裏にあります。",
    "食堂はどこ？": "食堂は一階にあります。",
    "受付はどこ？": "受付は入口にあります。",
    "図書室はどこ？": "図書室はどこ？\n三階にあります。",
}


def test_documents_and_questions_of_any_length(program: Program, tmp_path: Path) -> None:
    """They are taken in and answered from, between questions as long, in one run after the other."""
    changes = {"KOTAE_DATABASE_URL": f"sqlite:///{tmp_path}/kotae.db", "KOTAE_CACHE_DIR": str(tmp_path / "cache")}
    new_store(tmp_path)
    write(tmp_path / "docs", FILES)
    added = program.run("add", str(tmp_path / "docs"), **changes)
    assert added.returncode == 0, added.stderr
    assert f"新規 {len(FILES)}、" in added.stdout
    questions = [question for asked in ANSWERS for question in (LATIN, asked)]
    for _ in range(2):
        asked = program.run("ask", "--json", "-", typed="\n".join(questions), **changes)
        assert asked.returncode == 0, asked.stderr
        answers = [json.loads(line) for line in asked.stdout.splitlines()]
        assert [one["hits"][0]["text"] for one in answers[1::2]] == list(ANSWERS.values())
    chatted = program.run("chat", typed=f"{LATIN}\n:{LATIN}\nそれは？", **changes)
    assert chatted.returncode == 0, chatted.stderr
