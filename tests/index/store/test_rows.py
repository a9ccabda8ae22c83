from __future__ import annotations

from hashlib import blake2b

from index.ranking.packed_terms import unpack
from index.store.outlines import decompress
from index.store.rows import ANALYSIS_VERSION, analyse_text
from tests.index.examples import passage

# A digest of the analysis of TEXTS, by version ANALYSIS_VERSION.
DIGEST = "4:b9fa8cc6058b376fea3ef7d17c1924d2"

TEXTS = [
    "",
    "マイクロソフトは2019年にOpenAIへ10億ドルを投資した。",
    "Ａｚｕｒｅ は\n10,000 円。ｱｼﾞｭｰﾙは一万円。",
    "「在宅勤務では集中できるので、はかどります。」と鈴木さんは言った。",
    "𠮟る、𩸽、🎉👩‍👩‍👧、\u202eAzure\u200b",
    "コンピューターとcomputer、ナデラ（Nadella）氏、GitHubのGPT-2。",
    "第3条 前2項の規定は、令和6年4月1日から三十日以内に準用する。",
    "a\tb\0c 1/2 ½ ² 3.14 −5℃ 50%",
    "いろはにほへとちりぬるを、わかよたれそつねならむ",
    "人々は時々、国々の佐々木さんを訪ねた。なぜ？",
    "http://example.com/a?b=c#d メール: info@example.com",
    "ー々〆ヶ 東京都千代田区1-2-3 〒100-0001",
    "The quick brown fox isn't the one that we've been looking for.",
]


def test_a_changed_analysis_has_a_new_version() -> None:
    """Stored analyses are as this version would make them, or have an older version number."""
    digest = blake2b(digest_size=16)
    for text in TEXTS:
        analysed = analyse_text(text)
        # Decompressed, since compressed bytes depend on the version of zlib.
        digest.update(analysed.terms + repr(decompress(analysed.outline)).encode(errors="surrogatepass"))
    found = f"{ANALYSIS_VERSION}:{digest.hexdigest()}"
    assert found == DIGEST, (
        f"The analysis of texts has changed: raise ANALYSIS_VERSION in index/store/rows.py, "
        f"so that stored passages are analysed again, and set DIGEST here to {found}"
    )


def test_an_analysis_is_of_the_text_alone() -> None:
    """Terms and sentences are those of the text, without its context."""
    analysed = analyse_text("犬は遊ぶ。猫は寝る。")
    assert [sentence.text for sentence in decompress(analysed.outline)] == ["犬は遊ぶ。", "猫は寝る。"]
    assert unpack(analysed.terms).lengths[0] == 4
    assert analyse_text("") == analyse_text(passage("").text)
