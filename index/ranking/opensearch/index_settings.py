"""How an index of passages is made: its settings and mapping."""

from __future__ import annotations

from typing import Any

from index.ranking.bm25 import K1
from index.ranking.opensearch.documents import LENGTHS, SCALE

SHARDS = 2
# As many passages as a question may have to look at, where very many have almost the same score.
LARGEST_WINDOW = 1_000_000
# Deleted documents are remembered for so long, so that a request which comes late brings none back.
_REMEMBER_DELETED = "1h"

# BM25 has lengths relative to the mean of an audience. A question tells it to the similarity below in the last bits of a
# term's boost, which has room for nothing else: 128 stands for the reference length itself.
PIVOT_BITS = 8
PIVOT_STEPS = 32
PIVOT_MIDDLE = 1 << (PIVOT_BITS - 1)

# What an index needs from the moment on at which it is answered from.
FILLED = {
    "index": {
        "auto_expand_replicas": "0-1",
        "translog.durability": "request",
        "merge.policy.segments_per_tier": None,
        "merge.policy.max_merge_at_once": None,
    }
}
# Merging while an index is filled takes as long as filling it; all is merged once in the end.
_UNMERGED = 100

# The part that is the same for all passages is reckoned once a term.
_HALF = (
    f"int pivot = Float.floatToIntBits(query.boost) & {(1 << PIVOT_BITS) - 1};"
    f"return {K1 * SCALE} * Math.pow(2, (pivot - {PIVOT_MIDDLE}) / {PIVOT_STEPS}.0);"
)
_SIMILARITY = "return query.boost * doc.freq / (doc.freq + weight);"


def index_body(shards: int, metadata: dict[str, Any]) -> dict[str, Any]:
    """The body of the request that makes an index to be filled: without replicas (FILLED are the settings afterwards)."""
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": 0,
            # What is written is found from the moment on at which we say so.
            "refresh_interval": "-1",
            # Nothing is lost where an unfinished index is: it is made anew.
            "translog.durability": "async",
            "max_result_window": LARGEST_WINDOW,
            "gc_deletes": _REMEMBER_DELETED,
            "merge.policy.segments_per_tier": _UNMERGED,
            "merge.policy.max_merge_at_once": _UNMERGED,
            # A deleted passage leaves the disk when it is asked for (`expunge`).
            "merge.policy.expunge_deletes_allowed": 0,
            "similarity": {
                "saturation": {
                    "type": "scripted",
                    "weight_script": {"source": _HALF},
                    "script": {"source": _SIMILARITY},
                }
            },
            "analysis": {
                "analyzer": {"frequencies": {"tokenizer": "whitespace", "filter": ["delimited_term_freq"]}},
            },
        },
        "mappings": {
            "dynamic": False,
            "_meta": metadata,
            "_source": {"enabled": False},
            "properties": {
                "terms": {
                    "type": "text",
                    "analyzer": "frequencies",
                    "norms": False,
                    "index_options": "freqs",
                    "similarity": "saturation",
                },
                "source": {"type": "keyword"},
                "packed": {"type": "binary", "doc_values": True},
                "state": {"type": "keyword", "index": False},
                # The passages of a change.
                "removed": {"type": "binary", "doc_values": True},
                "added": {"type": "binary", "doc_values": True},
                **{name: {"type": "integer", "index": False} for name in LENGTHS},
            },
        },
    }
