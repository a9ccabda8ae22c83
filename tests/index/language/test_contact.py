import pytest

from index.language.contact import contact_asked, gives_contact
from index.language.normalization import normalize


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("大阪営業所の電話番号は？", "telephone"),
        ("総務の内線は？", "telephone"),
        ("大阪営業所の住所どこ", "address"),
        ("人事のメールアドレス教えて", "mail"),
        ("申請フォームのURLは？", "link"),
        ("電話は誰が取る？", ""),
        ("住所が変わったらどこに届ける？", ""),
        ("大阪営業所は何人？", ""),
    ],
)
def test_a_question_may_want_a_contact(question: str, kind: str) -> None:
    """A number to call, an address, or a link."""
    assert contact_asked(normalize(question)) == kind


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("電話は03-1234-5678です。", "telephone", True),
        ("内線2290へ。", "telephone", True),
        ("電話は総務が取ります。", "telephone", False),
        ("大阪市北区梅田1-2-3", "address", True),
        ("大阪営業所に14名います。", "address", False),
        ("soumu@example.jpへ。", "mail", True),
        ("メールで総務へ。", "mail", False),
        ("https://example.jp/form", "link", True),
        ("フォームから申請します。", "link", False),
    ],
)
def test_a_text_gives_a_contact(text: str, kind: str, expected: bool) -> None:
    """Or only speaks of it."""
    assert gives_contact(text, kind) is expected
