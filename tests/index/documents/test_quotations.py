import pytest

from index.documents.quotations import parse_attribution


@pytest.mark.parametrize(
    ("line", "speaker", "role"),
    [
        ("—Cade Metz、ニューヨーク・タイムズの記者", "Cade Metz", "ニューヨーク・タイムズの記者"),
        ("——ジェームズ・ワン、アナリスト", "ジェームズ・ワン", "アナリスト"),
        ("——-スティーブン・メリティ氏、研究者", "スティーブン・メリティ氏", "研究者"),
        ("-- 山田太郎，社長", "山田太郎", "社長"),
        ("―― 鈴木一郎", "鈴木一郎", None),
        ("── 鈴木一郎", "鈴木一郎", None),
        ("– Sam Altman, CEO, OpenAI", "Sam Altman", "CEO, OpenAI"),
        ("— 佐藤花子、記者、作家", "佐藤花子", "記者、作家"),
        ("　—鈴木一郎、", "鈴木一郎", None),
        ("—" + "あ" * 80, "あ" * 80, None),
    ],
)
def test_a_line_of_attribution_has_speaker_and_role(line: str, speaker: str, role: str | None) -> None:
    """After one dash or several stands who spoke, and after the first comma what they are."""
    assert parse_attribution(line) == (speaker, role)


@pytest.mark.parametrize(
    "line",
    [
        "- 箇条書き",
        "-1度",
        "発言は—これ",
        "—そうです。",
        "—本当？",
        "—Really!",
        "—" + "あ" * 81,
        "-" * 100_000 + "。" * 100,
        "—",
        "--",
        "",
        "   ",
    ],
)
def test_other_lines_are_no_attribution(line: str) -> None:
    """List items, sentences, lines too long for a name and dashes alone attribute nothing."""
    assert parse_attribution(line) is None


@pytest.mark.parametrize("line", ["---", "-----", "――――", "———", "────────", "— — —"])
def test_a_rule_is_no_attribution(line: str) -> None:
    """A line of dashes divides a text, and names nobody."""
    assert parse_attribution(line) is None
