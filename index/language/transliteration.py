"""Transliterates Latin words to katakana, with the model of e2k.

This runs the network of e2k in a quarter of its processor time: products that depend on one character alone are
computed once, both directions of the encoder run together, and no product is large enough for BLAS to start threads,
which wait busily. A test compares the two.
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
        self._letter_ids, self._kana = model.in_table, model.out_table
        self._start, self._end, self._longest = network.sos_idx, network.eos_idx, network.max_len

        encoders = [network.encoder.cell, network.encoder_reverse.cell]
        self._letter_inputs = numpy.stack([_layer_of_embedding(network.e_emb, cell.ih) for cell in encoders])
        self._encoder = (
            numpy.stack([cell.hh.weight.T for cell in encoders]),
            numpy.stack([cell.hh.bias for cell in encoders])[:, None],
        )
        self._encoder_output = _weights(network.encoder_fc)

        self._kana_inputs = _layer_of_embedding(network.k_emb, network.pre_decoder.cell.ih)
        self._pre_decoder = _weights(network.pre_decoder.cell.hh)
        self._post_decoder_inputs = _weights(network.post_decoder.cell.ih)
        self._post_decoder = _weights(network.post_decoder.cell.hh)

        attention = network.attn
        self._query = _weights(attention.q_proj)
        self._key = _weights(attention.k_proj)
        self._value = _weights(attention.v_proj)
        self._attention_output = _weights(attention.o_proj)
        self._scale = attention.scale
        self._output = _weights(network.fc)

    def __call__(self, word: str) -> str:
        """The katakana of a word in small letters; other characters are skipped."""
        letters = [self._letter_ids[letter] for letter in word if letter in self._letter_ids]
        keys, values = self._encode([self._start, *letters, self._end])
        pre_state = post_state = numpy.zeros(self._pre_decoder[0].shape[0], numpy.float32)
        kana: list[str] = []
        last = self._start
        for _ in range(self._longest):
            pre_state = self._step(self._kana_inputs[last], pre_state, self._pre_decoder)
            query = _linear(pre_state, self._query).reshape(_HEADS, 1, -1)
            weights = numpy.exp(query @ keys / self._scale)
            weights /= weights.sum(axis=-1, keepdims=True)
            attended = _linear((weights @ values).reshape(-1), self._attention_output)
            inputs = _linear(numpy.concatenate((pre_state, attended)), self._post_decoder_inputs)
            post_state = self._step(inputs, post_state, self._post_decoder)
            last = int(_linear(post_state, self._output).argmax())
            if last == self._end:
                break
            kana.append(self._kana[last])
        return "".join(kana)

    def _encode(self, letters: list[int]) -> tuple[Any, Any]:
        """The keys and values of the decoder's attention: the encoder's states of the letters."""
        forward, backward = self._letter_inputs[0, letters], self._letter_inputs[1, letters[::-1]]
        states = numpy.empty((2, len(letters), 1, self._encoder[0].shape[1]), numpy.float32)
        state = numpy.zeros_like(states[:, 0])
        for position, pair in enumerate(numpy.stack((forward, backward), axis=1)):
            states[:, position] = state = self._step(pair[:, None], state, self._encoder)
        joined = numpy.concatenate((states[0], states[1, ::-1]), axis=-1)
        joined_states = numpy.tanh(_linear(joined, self._encoder_output))
        keys, values = (
            _linear(joined_states, weights).reshape(len(letters), _HEADS, -1) for weights in (self._key, self._value)
        )
        return keys.transpose(1, 2, 0), values.transpose(1, 0, 2)

    def _step(self, inputs: Any, state: Any, weights: tuple[Any, Any]) -> Any:
        """The next state of a gated recurrent unit (GRU)."""
        recurrent = _linear(state, weights)
        size = state.shape[-1]
        gates = 1 / (1 + numpy.exp(-(inputs[..., : 2 * size] + recurrent[..., : 2 * size])))
        reset, update = gates[..., :size], gates[..., size:]
        new = numpy.tanh(inputs[..., 2 * size :] + reset * recurrent[..., 2 * size :])
        return (1 - update) * new + update * state


def _layer_of_embedding(embedding: Any, layer: Any) -> Any:
    """The output of a layer for each character, computed once."""
    return _linear(embedding.weight[:, None], _weights(layer))[:, 0]


def _weights(layer: Any) -> tuple[Any, Any]:
    return layer.weight.T.copy(), layer.bias


def _linear(values: Any, weights: tuple[Any, Any]) -> Any:
    return values @ weights[0] + weights[1]
