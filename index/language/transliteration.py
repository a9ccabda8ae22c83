"""A Latin word in katakana, by the model of e2k.

e2k puts its network together from small parts, and lets BLAS start threads that wait busily. Here the same network
takes a quarter of the processor time: what depends on a character alone is multiplied once, both directions of the
encoder go together, and no product is large enough for threads. A test compares the two.
"""

from __future__ import annotations

from typing import Any

import numpy
from e2k import C2K

_HEADS = 4


class Transliterator:
    """e2k's network from characters to katakana: `Transliterator()("azure")` is `アジュール`."""

    def __init__(self) -> None:
        model = C2K(model="turbo")
        network = model.s2s
        self._letters, self._kana = model.in_table, model.out_table
        self._start, self._end, self._longest = network.sos_idx, network.eos_idx, network.max_len

        encoders = [network.encoder.cell, network.encoder_reverse.cell]
        self._read = numpy.stack([_table(network.e_emb, cell.ih) for cell in encoders])
        self._encoder = (
            numpy.stack([cell.hh.weight.T for cell in encoders]),
            numpy.stack([cell.hh.bias for cell in encoders])[:, None],
        )
        self._join = _transposed(network.encoder_fc)

        self._written = _table(network.k_emb, network.pre_decoder.cell.ih)
        self._before = _transposed(network.pre_decoder.cell.hh)
        self._after_input = _transposed(network.post_decoder.cell.ih)
        self._after = _transposed(network.post_decoder.cell.hh)

        attention = network.attn
        self._query = _transposed(attention.q_proj)
        self._key = _transposed(attention.k_proj)
        self._value = _transposed(attention.v_proj)
        self._attended = _transposed(attention.o_proj)
        self._scale = attention.scale
        self._choice = _transposed(network.fc)

    def __call__(self, word: str) -> str:
        """The katakana of a word in small letters; what is no letter is passed over."""
        letters = [self._letters[letter] for letter in word if letter in self._letters]
        keys, values = self._memory([self._start, *letters, self._end])
        before = after = numpy.zeros(self._before[0].shape[0], numpy.float32)
        kana: list[str] = []
        last = self._start
        for _ in range(self._longest):
            before = self._step(self._written[last], before, self._before)
            query = _linear(before, self._query).reshape(_HEADS, 1, -1)
            weights = numpy.exp(query @ keys / self._scale)
            weights /= weights.sum(axis=-1, keepdims=True)
            attended = _linear((weights @ values).reshape(-1), self._attended)
            seen = _linear(numpy.concatenate((before, attended)), self._after_input)
            after = self._step(seen, after, self._after)
            last = int(_linear(after, self._choice).argmax())
            if last == self._end:
                break
            kana.append(self._kana[last])
        return "".join(kana)

    def _memory(self, letters: list[int]) -> tuple[Any, Any]:
        """What the decoder looks back at: the letters, each as it stands between those before and those behind it."""
        forward, backward = self._read[0, letters], self._read[1, letters[::-1]]
        states = numpy.empty((2, len(letters), 1, self._encoder[0].shape[1]), numpy.float32)
        state = numpy.zeros_like(states[:, 0])
        for position, pair in enumerate(numpy.stack((forward, backward), axis=1)):
            states[:, position] = state = self._step(pair[:, None], state, self._encoder)
        joined = numpy.concatenate((states[0], states[1, ::-1]), axis=-1)
        seen = numpy.tanh(_linear(joined, self._join))
        keys, values = (
            _linear(seen, weights).reshape(len(letters), _HEADS, -1) for weights in (self._key, self._value)
        )
        return keys.transpose(1, 2, 0), values.transpose(1, 0, 2)

    def _step(self, seen: Any, state: Any, weights: tuple[Any, Any]) -> Any:
        """The next state of a gated recurrent unit."""
        kept = _linear(state, weights)
        size = state.shape[-1]
        gates = 1 / (1 + numpy.exp(-(seen[..., : 2 * size] + kept[..., : 2 * size])))
        reset, update = gates[..., :size], gates[..., size:]
        new = numpy.tanh(seen[..., 2 * size :] + reset * kept[..., 2 * size :])
        return (1 - update) * new + update * state


def _table(embedding: Any, layer: Any) -> Any:
    """What a layer makes of each character."""
    return _linear(embedding.weight[:, None], _transposed(layer))[:, 0]


def _transposed(layer: Any) -> tuple[Any, Any]:
    return layer.weight.T.copy(), layer.bias


def _linear(values: Any, weights: tuple[Any, Any]) -> Any:
    return values @ weights[0] + weights[1]
