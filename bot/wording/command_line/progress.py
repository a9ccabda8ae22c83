"""What a progress bar stands for."""

from bot.wording.sentence import Sentence

PROGRESS = {
    "load": Sentence(ja="文書を読み込み中", en="Reading documents"),
    "index": Sentence(ja="索引を準備中", en="Preparing the index"),
    "encode": Sentence(ja="文章の意味を読み取り中", en="Reading what passages mean"),
    "analyse": Sentence(ja="文章を解析中", en="Analysing passages"),
    "work": Sentence(ja="キューを処理中", en="Working on the queue"),
    "backup": Sentence(ja="バックアップを作成中", en="Backing up"),
    "verify": Sentence(ja="バックアップを検査中", en="Checking the backup"),
    "restore": Sentence(ja="バックアップから復元中", en="Restoring"),
    "export": Sentence(ja="書き出し中", en="Exporting"),
    "evaluate": Sentence(ja="質問を評価中", en="Asking questions"),
    "evaluate_article": Sentence(ja="記事ごとに質問を評価中", en="Asking each article alone"),
    "evaluate_half": Sentence(ja="半分の記事で質問を評価中", en="Asking half of the articles"),
}
