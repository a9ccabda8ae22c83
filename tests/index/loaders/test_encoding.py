from __future__ import annotations

import pytest

from index.errors import ContentBinary, ContentEncodingBroken, ContentEncodingUnknown, ContentTruncated
from index.loaders.encoding import decode_text

JAPANESE = [
    "東京都",
    "会議は何時？",
    "有給休暇",
    "カタカナ",
    "データベースサーバー",
    "ｶﾌﾞｼｷｶﾞｲｼｬ",
    "ﾊﾝｶｸ と全角",
    "お知らせ",
    "はい。",
    "第1章　総則",
    "電話 03-1234-5678 まで",
    "AIについて",
    "髙橋さんと話す",
    "渡邉様のお宅",
    "①申請書を出す。",
    "質問：締め日はいつですか。\n答え：毎月25日です。\n",
]
ENCODINGS = ["utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", JAPANESE)
def test_a_short_text_is_read_in_whatever_encoding(text: str, encoding: str) -> None:
    """Each text is read as it was written, wherever its encoding has the characters for it."""
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        pytest.skip("the encoding has no such characters")
    assert decode_text(data, "a.txt") == text


@pytest.mark.parametrize(
    "text", ["plain text", "café", "Größe", "Привет, мир", "한국어", "😀", "a\tb\r\nc", "naïve – “so”"]
)
def test_other_languages_in_utf8_stay_as_they_are(text: str) -> None:
    """What is no Japanese is not read as Japanese in another encoding."""
    assert decode_text(text.encode(), "a.txt") == text


@pytest.mark.parametrize(
    ("data", "encoding", "line"),
    [
        ("一行目です。\n二行目".encode() + b"\xff" + "も続きます。\n三行目".encode(), "UTF-8", "2"),
        ("一行目です。\n".encode("cp932") + b"\x81\n" + "三行目も続きます。".encode("cp932"), "Shift_JIS", "2"),
        ("一行目です。\n二行目も続きます。\n".encode("cp932") + b"\xff", "Shift_JIS", "3"),
        (b"\xef\xbb\xbf" + "一行目\n\n".encode() + b"\x80", "UTF-8", "3"),
    ],
)
def test_a_few_broken_bytes_are_reported_with_their_line(data: bytes, encoding: str, line: str) -> None:
    """A text with damage is refused with the line, rather than quoted as nobody wrote it."""
    with pytest.raises(ContentEncodingBroken) as caught:
        decode_text(data, "a.txt")
    assert caught.value.values == {"path": "a.txt", "encoding": encoding, "line": line}


@pytest.mark.parametrize(
    "data",
    [
        "二行目も続きます".encode() + b"\xe3\x81",
        "一行目".encode("utf-16") + b"\x00",
        "続きます。続".encode("cp932")[:-1],
    ],
)
def test_a_text_that_ends_within_a_character_is_truncated(data: bytes) -> None:
    """The rest is missing, and no line can be repaired."""
    with pytest.raises(ContentTruncated):
        decode_text(data, "a.txt")


@pytest.mark.parametrize("data", [bytes(range(128, 256)) * 3, b"\xfe\xfd\xfc\x90\x80\x9f" * 50])
def test_bytes_that_are_no_text_do_not_become_mojibake(data: bytes) -> None:
    """Where no encoding is plausible, none is used."""
    with pytest.raises(ContentEncodingUnknown):
        decode_text(data, "a.txt")


@pytest.mark.parametrize(
    "data", [b"a\0b", b"a\0b" * 1_000, b"\0" * 100, "文".encode() + b"\0", bytes(range(256)) * 9, b"\xff\xfea\0\0\0"]
)
def test_nul_bytes_are_no_text(data: bytes) -> None:
    """No text has the character NUL, in whatever encoding."""
    with pytest.raises(ContentBinary):
        decode_text(data, "a.txt")


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        ("ｺﾝﾆﾁﾊ｡".encode("cp932"), "Shift_JIS", "ｺﾝﾆﾁﾊ｡"),
        ("猫".encode("euc_jp"), "EUC-JP", "猫"),
        ("文字コードの宣言が違います。".encode(), "Shift_JIS", "文字コードの宣言が違います。"),
        ("文字コードの宣言が違います。".encode("cp932"), "utf-8", "文字コードの宣言が違います。"),
        ("知らない名前です。".encode(), "unicode_escape", "知らない名前です。"),
    ],
)
def test_a_declared_encoding_counts_where_the_text_is_valid_in_it(data: bytes, declared: str, text: str) -> None:
    """A page with a declared encoding is believed unless it is invalid."""
    assert decode_text(data, "a.html", declared) == text


def test_ten_megabytes_are_read_at_once() -> None:
    """Only a sample is tested."""
    data = "日本語の文章です。\n".encode("euc_jp") * 500_000
    assert decode_text(data, "a.txt").count("\n") == 500_000
