"""Detects the encoding of a text: by its byte order mark, its escape sequences, or the most plausible Japanese.

Of pieces of five characters of an article, in six encodings, this detects 99 % and charset-normalizer 77 %, which
relies on the statistics of long texts, and mistakes EUC-JP for something else in four cases of five.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

from index.errors import ContentBinary, ContentEncodingBroken, ContentEncodingUnknown, ContentTruncated
from index.language.normalization import is_japanese

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The cost of each encoding before any character, in the unit of `_cost`.
_PRIOR_COSTS = {"utf-8": 0, "cp932": 3, "euc_jp": 8, "euc_jis_2004": 9, "utf-16-le": 6, "utf-16-be": 8}
_ISO_2022_ESCAPE = rb"\x1b(?:\$[@B]|\$\(|\([BJI])"
_ISO_2022_ENCODINGS = ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2004")
_DISPLAY_NAMES = {"cp932": "Shift_JIS", "euc_jp": "EUC-JP", "euc_jis_2004": "EUC-JP"}
# From the name that a page declares to the encoding that decodes what is so called.
_DECLARED_ENCODINGS = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
}
_DECLARED_ENCODINGS |= {name: name for name in ("utf-8", "euc-jp", "iso-2022-jp", "windows-1252")}

# In bytes: enough of a text to tell its encoding.
_SAMPLE_LENGTH = 20_000
# Per character: no natural language costs more.
_MAX_MEAN_COST = 12.5
# Any bytes are kanji in UTF-16, but Japanese text has kana too, which cost less.
_MAX_MEAN_COST_IN_UTF16 = 7.5
# With more broken characters than both of these, a text is not in the encoding; fewer are damage.
_MAX_BROKEN_SHARE = 0.05
_MAX_BROKEN_ANYWHERE = 3
# How Python decodes bytes that are invalid in Shift_JIS.
_INVALID_IN_SHIFT_JIS = "[\uf8f0-\uf8f3]"
# Two-byte characters of UTF-8 may be half-width katakana of Shift_JIS; with so many bytes more than characters, a text
# that is valid in UTF-8 is in UTF-8.
_MIN_EXTRA_BYTES_OF_UTF8 = 3

# The kanji of every second character in print, from most to less frequent.
_FREQUENT_KANJI = frozenset(
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選立開手米"
    "力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強気小七成期公野協取"
    "都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得解名交資予川向"
    "際査勝面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感特情投示変打男基私"
    "各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流格有疑口過局少放税検藤町常校料沢裁状工建語球"
    "営空職証土与急止送援供可役構木割聞身費付施切由説転食比難防補車優夫研収断井何南石足違消境神番規術護展態導鮮備宅害配副算視"
    "条幹独警宮究育席輸訪楽起万着乗店述残想線率病農州武声質念待試族象銀域助労例衛然早張映限親額監環験追審商葉義伝働形景落欧担"
    "好退準賀訴辺造英被株頭技低毎医復仕去姿味負閣韓渡失移差衆個門写評課末守若脳極種美岡影命含福蔵量望松非撃佐核観察整段横融型"
    "白深字答夜製票況音申様財港識注呼渉達"
)
# The costs of all other characters; the first pattern that matches counts.
_COSTS = (
    (r"[ぁ-ゖ\t\n\r ]", 3),
    (r"[、。「」ー・…（）！？\u3000『』【】：〜～―々]", 3.5),
    (r"[!-~ァ-ヺ]", 4),
    (r"[｡-ﾟ]", 4.5),
    (r"[！-～]", 6),
    (r"[\u3000-\u33ff]", 8),
    (r"[\u2010-\u27ff\u00c0-\u017f]", 9),
    ("\ufffd", 20),
)

# How Python says that a text ends within a character.
_INCOMPLETE_CHARACTER = r"unexpected end of data|truncated data|incomplete multibyte sequence"
_LONGEST_CHARACTER = 4


def decode_text(data: bytes, path: str, declared: str | None = None) -> str:
    """Decode a text, by its `declared` encoding if it is valid in that, else by the detected one.

    Raises ContentBinary for what is no text, ContentTruncated where it ends within a character,
    ContentEncodingUnknown where no encoding is plausible, and ContentEncodingBroken, with the line, where some bytes
    are invalid in the encoding: without them, passages would quote what nobody wrote.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding, path)
    if declared and (encoding := _DECLARED_ENCODINGS.get(declared.lower(), "")):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            pass  # many pages declare the encoding of their template
    if re.search(_ISO_2022_ESCAPE, data):
        for encoding in _ISO_2022_ENCODINGS:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    return _decode(data, _detect_encoding(data, path), path)


def _detect_encoding(data: bytes, path: str) -> str:
    try:
        utf8_text = data.decode("utf-8")
    except UnicodeDecodeError:
        utf8_text = "\0"
    if "\0" not in utf8_text:
        extra_bytes = len(data) - len(utf8_text)
        # Control characters are second bytes of punctuation in UTF-16.
        if extra_bytes >= _MIN_EXTRA_BYTES_OF_UTF8 or (not extra_bytes and not _has_control_characters(utf8_text)):
            return "utf-8"
    sample = data[:_SAMPLE_LENGTH]
    readings = {
        encoding: sample.decode(encoding, errors="replace")
        for encoding in _PRIOR_COSTS
        if len(data) % 2 == 0 or not encoding.startswith("utf-16")
    }
    costs = {encoding: _PRIOR_COSTS[encoding] + sum(map(_cost, text)) for encoding, text in readings.items()}
    encoding = min(costs, key=lambda name: costs[name])
    text = readings[encoding]
    if "\0" not in utf8_text and not any(map(is_japanese, text)):
        return "utf-8"
    if "\0" in text:
        raise ContentBinary(path=path)
    broken = text.count("\ufffd") > max(_MAX_BROKEN_ANYWHERE, _MAX_BROKEN_SHARE * len(text))
    max_mean_cost = _MAX_MEAN_COST_IN_UTF16 if encoding.startswith("utf-16") else _MAX_MEAN_COST
    if broken or costs[encoding] > max_mean_cost * len(text) + _PRIOR_COSTS[encoding]:
        raise ContentBinary(path=path) if b"\0" in data else ContentEncodingUnknown(path=path)
    return encoding


def _decode(data: bytes, encoding: str, path: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if re.match(_INCOMPLETE_CHARACTER, error.reason) and len(data) - error.start < _LONGEST_CHARACTER:
            raise ContentTruncated(path=path) from error
        raise _encoding_error(data[: error.start].decode(encoding, errors="replace"), encoding, path) from error
    if encoding == "cp932" and (found := re.search(_INVALID_IN_SHIFT_JIS, text)):
        raise _encoding_error(text[: found.start()], encoding, path)
    if "\0" in text:
        raise ContentBinary(path=path)
    return text


def _has_control_characters(text: str) -> bool:
    return re.search(r"[\x01-\x08\x0e-\x1a]", text[:_SAMPLE_LENGTH]) is not None


def _encoding_error(before: str, encoding: str, path: str) -> ContentEncodingBroken:
    name = _DISPLAY_NAMES.get(encoding, encoding.upper().removesuffix("-LE").removesuffix("-BE"))
    return ContentEncodingBroken(path=path, encoding=name, line=str(before.count("\n") + 1))


@lru_cache(maxsize=4_096)
def _cost(character: str) -> float:
    """The cost of a character in a Japanese text: roughly the negative logarithm of its probability."""
    if character in _FREQUENT_KANJI:
        return 5.5
    if "一" <= character <= "\u9fff":
        return _kanji_cost(character)
    for characters, cost in _COSTS:
        if re.match(characters, character):
            return cost
    return 25 if unicodedata.category(character).startswith("C") else 14


def _kanji_cost(kanji: str) -> float:
    """Level 1 of JIS X 0208, up to 0xCF in EUC-JP, has the kanji in common use; most of Unicode are in no level."""
    try:
        return 8 if kanji.encode("euc_jp")[0] < 0xD0 else 11
    except UnicodeEncodeError:
        return 16
