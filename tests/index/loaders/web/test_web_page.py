from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import ContentEmpty
from tests.index.loaders.examples import load_bytes

# A company's wiki: no main, no article, few and short paragraphs, menus by class and id.
WIKI = """<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>経費精算の手順 - 社内Wiki</title>
<link rel="canonical" href="https://wiki.example/keihi"><script>var x = "秘密";</script><style>.a{}</style></head><body>
<div id="header"><a href="/">社内Wiki</a> <form><input><button>検索</button></form></div>
<ul class="nav"><li><a href="/a">総務</a></li><li><a href="/b">人事</a></li></ul>
<div id="sidebar"><h3>最近の更新</h3><ul><li><a href="/x">健康診断のお知らせ</a></li></ul></div>
<div id="content"><h1>経費精算の手順</h1><p>月末締めです。</p><h2>申請</h2><p>領収書を
添付して<br>ください。</p><ol><li>ログインする</li><li>金額を入力する<ul><li>税込</li></ul></li></ol>
<h2>承認</h2><table><tr><th>金額</th><th>承認者</th></tr><tr><td>5万円未満</td><td>課長</td></tr></table>
<h3>例外</h3><p>出張費は<strong>別</strong>の<a href="/s">出張規程</a>に従います。</p>
<dl><dt>締め日</dt><dd>毎月25日</dd></dl></div>
<div id="footer"><p>© 2026 例株式会社</p><a href="/p">プライバシーポリシー</a></div></body></html>"""
# A town's blog: header, nav, main, aside and footer, with a banner and buttons.
BLOG = """<html><head><title>夏祭りのお知らせ | 町内会</title><meta property="og:url" content="https://town.example/m">
</head><body><header><nav><a href="/">ホーム</a></nav></header>
<div class="cookie-banner"><p>このサイトはCookieを使用します。</p><button>同意する</button></div>
<main><article><h1>夏祭りのお知らせ</h1><p>八月三日に中央公園で行います。</p>
<div class="share"><a href="#">LINEで送る</a></div></article></main>
<aside><h2>関連記事</h2><ul><li><a href="/1">去年の夏祭り</a></li></ul></aside><footer><p>町内会事務局</p></footer>
</body></html>"""
# A shop's questions: divisions in divisions.
QUESTIONS = """<html><head><title>よくある質問</title></head><body><div class="global-nav"><a href=1>製品</a></div>
<div class="wrap"><div class="faq"><div class="q">返品できますか？</div><div class="a">7日以内ならできます。</div></div></div>
<div class="footer">電話 03-0000-0000</div></body></html>"""
# Rules as an article with a header and a footer of its own.
RULES = """<html><head><title>服務規程</title></head><body><article><header><h1>服務規程</h1><p>全社員に適用する。</p></header>
<section><h2>第1条</h2><p>電話で連絡する。</p></section><footer><p>四月一日から施行する。</p></footer></article>
<footer>社外秘</footer></body></html>"""
# What no reader sees, and what only some do.
UNSEEN = """<html><head><title>手引き</title></head><body><nav>メニュー</nav><main><details><summary>忘れたとき</summary>
<p>再設定します。</p></details><p>漢字に<ruby>振仮名<rp>(</rp><rt>ふりがな</rt><rp>)</rp></ruby>を付ける。</p><p hidden>隠し</p>
<div style="display: none">見えない</div>
<p style="color:red; VISIBILITY : Hidden">透明</p><noscript>有効に</noscript><template>雛形</template><!-- 注 --></main></body></html>"""

# An encyclopaedia: links to jump over, a table of contents and buttons within the main text.
ENCYCLOPAEDIA = """<html><head><title>朝礼 - 社内百科</title></head><body><div id="content" role="main"><h1>朝礼</h1>
<a class="mw-jump-link" href="#h">ナビゲーションに移動</a><div id="mw-content-text"><p><b>朝礼</b>は九時に行う。</p>
<div id="toc" class="toc"><h2>目次</h2><ul><li>1 当番</li></ul></div>
<h2>当番<span class="mw-editsection">[<a>編集</a>]</span></h2><p>週替わりである。</p></div>
<div class="printfooter">から取得</div></div><div role="navigation">ログイン</div></body></html>"""


@pytest.mark.parametrize(
    ("page", "title", "url", "blocks"),
    [
        (
            WIKI,
            "経費精算の手順",
            "https://wiki.example/keihi",
            [
                ("", "月末締めです。"),
                ("申請", "領収書を添付して\nください。"),
                ("申請", "1. ログインする\n2. 金額を入力する\n  ・税込"),
                ("承認", "金額 | 承認者\n5万円未満 | 課長"),
                ("承認 › 例外", "出張費は別の出張規程に従います。"),
                ("承認 › 例外", "締め日\n  毎月25日"),
            ],
        ),
        (BLOG, "夏祭りのお知らせ", "https://town.example/m", [("", "八月三日に中央公園で行います。")]),
        (QUESTIONS, "よくある質問", None, [("返品できますか？", "7日以内ならできます。")]),
        (
            RULES,
            "服務規程",
            None,
            [("", "全社員に適用する。"), ("第1条", "電話で連絡する。"), ("第1条", "四月一日から施行する。")],
        ),
        (UNSEEN, "手引き", None, [("忘れたとき", "再設定します。"), ("", "漢字に振仮名を付ける。")]),
        (ENCYCLOPAEDIA, "朝礼", None, [("", "朝礼は九時に行う。"), ("当番", "週替わりである。")]),
        ("<p>営業は9時からです。", "page", None, [("", "営業は9時からです。")]),
        ("営業は9時からです。", "page", None, [("", "営業は9時からです。")]),
    ],
    ids=["wiki", "blog", "questions", "rules", "unseen", "encyclopaedia", "no page", "no tags"],
)
def test_the_main_text_is_read_and_nothing_else(
    tmp_path: Path, page: str, title: str, url: str | None, blocks: list[tuple[str, str]]
) -> None:
    """Headings, paragraphs, lists and tables are there; menus, banners, buttons and feet are not."""
    document = load_bytes(tmp_path, page, "page.html")
    assert (document.title, document.url) == (title, url)
    assert [(block.heading, block.text) for block in document.blocks] == blocks


Q1, A1, Q2, A2 = "駐車場は？", "地下です。", "犬は？", "盲導犬だけ。"


@pytest.mark.parametrize(
    "page",
    [
        f"<h2><button>{Q1}</button></h2><div>{A1}</div><h2><button>{Q2}</button></h2><div hidden>{A2}</div>",
        f"<button>{Q1}</button><div hidden>{A1}</div><button>{Q2}</button><div hidden>{A2}</div>",
        (
            f"<div><div class=head><button aria-expanded=false>{Q1}<i></i></button></div><div style='display: none'>{A1}</div></div>"
            f"<div><div class=head><button aria-expanded=false>{Q2}<i></i></button></div><div style='display:none'>{A2}</div></div>"
        ),
        (
            f"<button aria-controls=a>{Q1}</button><button aria-controls=b>{Q2}</button>"
            f"<section><h2>{Q1}</h2><p id=a hidden>{A1}</p></section><section><h2>{Q2}</h2><p id=b aria-hidden=true>{A2}</p></section>"
        ),
        f"<h3>{Q1}</h3><div style='display:none'>{A1}</div><h3>{Q2}</h3><div style='display:none'>{A2}</div>",
        f"<h3>{Q1}</h3><div style='height:0;visibility:hidden'>{A1}</div><h3>{Q2}</h3><div style='visibility: hidden'>{A2}</div>",
        (
            f"<div class=faq><div class='faq-q'>{Q1}</div><div hidden>{A1}</div></div>"
            f"<div class=faq><div class='faq-q'>{Q2}</div><div hidden>{A2}</div></div>"
        ),
        f"<details><summary>{Q1}</summary>{A1}</details><details><summary>{Q2}</summary>{A2}</details>",
    ],
    ids=["in headings", "alone", "wrapped", "by name", "headings alone", "invisible", "classes", "details"],
)
def test_a_collapsed_answer_is_under_its_question(tmp_path: Path, page: str) -> None:
    """However it is hidden until a click."""
    blocks = load_bytes(tmp_path, f"<title>題</title><main><h1>題</h1>{page}</main>", "page.html").blocks
    assert [(block.heading, block.text) for block in blocks] == [(Q1, A1), (Q2, A2)]


def test_a_question_in_a_box_with_its_answer_ends_with_the_box(tmp_path: Path) -> None:
    """What follows is no answer to it; a heading in a box of its own goes on."""
    page = f"<h2>案内</h2><div><h3>{Q1}</h3><p>{A1}</p></div><p>受付は一階です。</p><div><h2>送料</h2></div><p>五百円です。</p>"
    blocks = load_bytes(tmp_path, f"<title>題</title><main><h1>題</h1>{page}</main>", "page.html").blocks
    assert [(block.heading, block.text) for block in blocks] == [
        (f"案内 › {Q1}", A1),
        ("案内", "受付は一階です。"),
        ("送料", "五百円です。"),
    ]


@pytest.mark.parametrize("question", ["休館日はいつですか", "休館日について"])
def test_a_button_that_a_hidden_text_follows_shows_it(tmp_path: Path, question: str) -> None:
    """It needs no question mark and no attribute to be a toggle."""
    page = f"<button type=button>{question}</button><div style='display:none'>毎週月曜日と年末年始です。</div>"
    blocks = load_bytes(tmp_path, f"<title>題</title><p>案内です。</p><div>{page}</div>", "page.html").blocks
    assert [(block.heading, block.text) for block in blocks[1:]] == [(question, "毎週月曜日と年末年始です。")]


def test_the_caption_of_a_table_is_read_above_it(tmp_path: Path) -> None:
    """It says what the table is of."""
    page = "<title>題</title><table><caption>営業時間</caption><tr><th>曜日<th>時間<tr><td>平日<td>九時から</table>"
    blocks = load_bytes(tmp_path, page, "page.html").blocks
    assert [block.text for block in blocks] == ["営業時間", "曜日 | 時間\n平日 | 九時から"]


def test_a_collapsed_definition_is_read(tmp_path: Path) -> None:
    """Each term has its own definition."""
    page = f"<dl><dt>{Q1}<dd aria-hidden=true>{A1}<dt><button>{Q2}</button><dd style='display:none'>{A2}</dl>"
    assert [block.text for block in load_bytes(tmp_path, page, "page.html").blocks] == [
        f"{Q1}\n  {A1}",
        f"{Q2}\n  {A2}",
    ]


@pytest.mark.parametrize(
    ("part", "is_read"),
    [
        ("<section id=menu><h2>品書き</h2><p>ラーメンは五百円、餃子は三百円です。</p></section>", True),
        ("<section class=search><p>社内検索は右上の欄に語を入れて使います。</p></section>", True),
        ("<div id=menu><a href=/a>総務のページ</a><a href=/b>人事のページ</a></div>", False),
        (
            "<div class=search><form><label>さがす語を入れてください</label><input><button>検索</button></form></div>",
            False,
        ),
        ("<p>前。</p><aside class=note>注意：申請は前日までに出してください。</aside>", True),
        ("<aside><h2>関連</h2><a href=/a>去年のお知らせはこちらです</a></aside>", False),
        ("<figure><img src=a><figcaption>昨年の花火</figcaption></figure>", False),
        ("<figure><img src=a><figcaption>花火は八時に始まります。</figcaption></figure>", True),
        ("<div hidden>見えない文がここにあります。</div>", False),
        ("<button>保存する</button>", False),
        ("<div><button aria-expanded=false>もっと見る</button></div>", False),
    ],
)
def test_the_class_of_an_element_does_not_decide_alone(tmp_path: Path, part: str, is_read: bool) -> None:
    """A section called menu or search may be text, and an aside may be a remark; links and form fields are boilerplate."""
    page = f"<title>題</title><main><h1>題</h1><p>本文です。</p>{part}</main>"
    blocks = load_bytes(tmp_path, page, "page.html").blocks
    assert next(block.text for block in blocks) == "本文です。"
    assert (len(blocks) > 1) is is_read


@pytest.mark.parametrize("written", ["utf-8", "cp932", "euc_jp"])
@pytest.mark.parametrize("declared", ["Shift_JIS", "UTF-8", "EUC-JP", "windows-1252", "iso-8859-1"])
def test_a_page_that_declares_a_wrong_encoding_is_read_right(tmp_path: Path, written: str, declared: str) -> None:
    """Many pages declare the encoding of their template."""
    page = f"<meta charset={declared}><title>題</title><p>有給休暇は十日です。会社の規則による。".encode(written)
    assert load_bytes(tmp_path, page, "page.html").blocks[0].text == "有給休暇は十日です。会社の規則による。"


@pytest.mark.parametrize(
    "page",
    [
        "<body><nav>文一</nav></body>",
        "<div class='footer'>文一</div>",
        "<div hidden>文一</div>",
        "<aside><p>文一</p></aside>",
    ],
)
def test_a_page_of_boilerplate_alone_is_read_whole(tmp_path: Path, page: str) -> None:
    """A page with nothing but boilerplate is not empty."""
    assert [block.text for block in load_bytes(tmp_path, page, "page.html").blocks] == ["文一"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16"])
@pytest.mark.parametrize(
    "meta", ["", '<meta charset="{}">', '<meta http-equiv=Content-Type content="text/html; charset={}">']
)
def test_a_page_is_read_in_its_encoding(tmp_path: Path, encoding: str, meta: str) -> None:
    """The declared encoding, or else the detected one."""
    names = {"cp932": "Shift_JIS", "euc_jp": "EUC-JP", "iso2022_jp": "ISO-2022-JP"}
    page = meta.format(names.get(encoding, encoding)) + "<title>題</title><p>本文です。"
    document = load_bytes(tmp_path, page.encode(encoding), "page.htm")
    assert (document.title, document.blocks[0].text) == ("題", "本文です。")


def test_a_layout_table_is_no_table(tmp_path: Path) -> None:
    """Old pages have their text in cells."""
    page = "<table><tr><td><h2>休暇</h2><p>十日。</p><table><tr><td>年</td><td>日</td></tr></table></td></tr></table>"
    blocks = load_bytes(tmp_path, page, "page.html").blocks
    assert [(block.heading, block.text) for block in blocks] == [("休暇", "十日。"), ("休暇", "年 | 日")]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>題 | 会社</title></head><h1>題</h1>", "題"),
        ("<title>題</title></head><h1>会社</h1>", "題"),
        ("<title>題</title></head><h1>一</h1><h1>二</h1>", "題"),
        ("</head><h1>一</h1><h1>二</h1>", "一"),
        ("<title> </title></head>", "page"),
    ],
)
def test_the_title_of_a_page(tmp_path: Path, head: str, title: str) -> None:
    """The only heading of the first level without the site's name, the window's title, or the file's name."""
    assert load_bytes(tmp_path, f"<html><head>{head}<p>文。", "page.html").title == title


@pytest.mark.parametrize(
    "page", ["<html></html>", "<p> </p>", "<!-- a -->", "<script>a</script>", "<title>題</title>", "<img>"]
)
def test_a_page_without_text_is_empty(tmp_path: Path, page: str) -> None:
    """Markup alone is nothing to quote."""
    with pytest.raises(ContentEmpty):
        load_bytes(tmp_path, page, "page.html")
