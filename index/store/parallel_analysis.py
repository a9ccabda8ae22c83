"""Analyses many texts in parallel, on all processors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.language.sound import latin_words
from index.processes import WorkerPool
from index.store.rows import Analysed, analyse_text

# How many texts a process gets at a time: work for a tenth of a second.
_AT_A_TIME = 64
# Fewer texts are analysed sooner than processes have started.
_MIN_TEXTS = 300
# And so are fewer distinct Latin words, whose pronunciation takes up to two milliseconds each.
_MIN_LATIN_WORDS = 1_000

# Waits for the analyses of submitted texts, and returns them in order.
Analyses = Callable[[], list[Analysed]]


class AnalysisPool(WorkerPool[str, Analysed]):
    """Analyses texts: a few here, many in other processes."""

    def __init__(self, processes: int | None = None) -> None:
        super().__init__(analyse_texts, analyse_texts, _AT_A_TIME, processes=processes)

    def analyse(self, texts: Sequence[str]) -> Analyses:
        """Start to analyse texts; returns a function that waits for the results."""
        is_much = (
            len(texts) >= _MIN_TEXTS or len({word for one in texts for word in latin_words(one)}) >= _MIN_LATIN_WORDS
        )
        return self.submit(texts, is_much=is_much)


def analyse_texts(texts: Sequence[str]) -> list[Analysed]:
    """The analysis of each text."""
    return [analyse_text(text) for text in texts]
