from __future__ import annotations

import json

from hypothesis import given

from index.ranking.engine import Entry
from index.ranking.opensearch.documents import LENGTHS, documents_of, passages_of, unpack_passage, word_of
from tests.index.ranking.examples import collections


@given(collection=collections())
def test_a_document_has_all_of_its_passage(collection: list[Entry]) -> None:
    """Each term as a word with a number, and exactly what cannot be told by these."""
    documents = [json.loads(document) for document in documents_of(collection)]
    for entry, passage, document in zip(collection, passages_of(collection), documents, strict=True):
        assert [word.split("|")[0] for word in document["terms"].split()] == list(map(word_of, passage.keys.tolist()))
        assert (passage.number, document["source"]) == (entry.number, str(entry.source))
        assert tuple(document[name] for name in LENGTHS) == passage.lengths
        kept = unpack_passage(document["packed"].rstrip("="))
        assert kept[:4] == passage[:4]
        assert [column.tolist() for column in kept[4:]] == [column.tolist() for column in passage[4:]]
