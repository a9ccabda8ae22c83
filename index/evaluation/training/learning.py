"""Learns all weights from question sets of both kinds, and writes index/reranking/weights.py; the query adapter, too.

    python -m index.evaluation.training.learning --squad ../shared/data/jsquad_valid --squad ../shared/data/jaquad_dev --every 4
        --chat ../shared/data/chat_dev --article content tests/data/article_questions{,_chat}.json

What the weights reach is told of documents that they were not learnt from: for each fold they are learnt from the others.
Those that are written are learnt from all. The query adapter is learnt from the sets in SQuAD format. Every group of cases (index.evaluation.training.cases) counts the same, but in ranking those of large collections. With
--ablation it also tells what is lost in ranking without each feature.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from pprint import pformat
from typing import NamedTuple, TypeVar

import numpy

from index.evaluation.question_sets import article_set, read_chat_sets, read_question_sets
from index.evaluation.training.adaptation import chat_pairs_of, learn_matrix, pairs_of
from index.evaluation.training.cases import AS_ONE, FOLDS, Case, Cases, SentenceCase, chat_cases, fold_of, squad_cases
from index.evaluation.training.cross_fitted_encoder import CrossFittedEncoder
from index.evaluation.training.softmax import Choices, Numbers, choices_of, learn, yes_or_no
from index.meaning.encoder import encoder_named
from index.meaning.query_adapter import QueryAdapter, write_adapter
from index.meaning.universal_sentence_encoder import ADAPTER
from index.reranking import confidence, passage_features, sentence_features, weights
from index.reranking.confidence import SURE_FROM, first_of
from index.reranking.reranker import Reranked
from index.reranking.weights import Weights

_FILE = Path(weights.__file__)
_ARTICLE = "article"
# In the query adapter a question of a chat counts as so many of SQuAD: there are fewer, and they are what people ask.
_CHAT_COUNTS = 4
_HEAD = '''"""What each feature counts. Written by `python -m index.evaluation.training.learning`; not by hand."""

from collections.abc import Mapping
from typing import NamedTuple


class Weights(NamedTuple):
    """The weights of the features of a passage, of a sentence, and of the confidence, by name."""

    passage: Mapping[str, float]
    sentence: Mapping[str, float]
    confidence: Mapping[str, float]

'''

_Grouped = TypeVar("_Grouped", "Case", "SentenceCase", "Ranked")


class Ranked(NamedTuple):
    """What came of a case: what the confidence is made of, whether the first is right, and whether one of three is."""

    group: str
    fold: int
    answerable: bool
    features: list[float]
    right: bool
    right_in_three: bool


def learnt(cases: Cases, ablation: bool) -> Weights:
    """The weights learnt from all cases, after it was told what such weights reach."""
    ranked = [one for fold in range(FOLDS) for one in _ranked(cases.passages, fold)]
    _print_ranking(ranked)
    _print_confidence(ranked)
    _print_marking(cases.sentences)
    if ablation:
        _print_ablation(cases.passages)
    return Weights(
        passage=_table(passage_features.FEATURES, learn(_passage_choices(cases.passages))),
        sentence=_table(sentence_features.FEATURES, learn(_sentence_choices(cases.sentences))),
        confidence=_table(confidence.FEATURES, learn(_confidence_choices(ranked))),
    )


def _ranked(cases: Sequence[Case], fold: int) -> list[Ranked]:
    """What comes of the cases of a fold by weights learnt from the others."""
    of_others = learn(_passage_choices([one for one in cases if one.fold != fold]))
    return [_rank(one, of_others) for one in cases if one.fold == fold]


def _rank(case: Case, of_features: Numbers) -> Ranked:
    scores = case.features @ of_features
    order = numpy.argsort(-scores, kind="stable")
    reranked = [Reranked(int(place), float(scores[place]), {}, case.candidates[place]) for place in order]
    features = confidence.features_of(case.query, first_of(reranked, case.size, case.lacking[order[0]]))
    right = case.right[order]
    return Ranked(case.group, case.fold, case.answerable, features, bool(right[0]), bool(right[:3].any()))


def _by_group(cases: Iterable[_Grouped]) -> dict[str, list[_Grouped]]:
    groups: dict[str, list[_Grouped]] = {}
    for one in cases:
        groups.setdefault(one.group, []).append(one)
    return groups


def _passage_choices(cases: Sequence[Case]) -> list[Choices]:
    """Those of a group count the same as those of another, but three times where there are most passages to choose from.

    That lost the least in any set: without it JSQuAD as one collection was .004 worse, and questions of a chat no better.
    """
    groups = _by_group(one for one in cases if one.right.any())
    return [
        choices
        for name, group in groups.items()
        for choices in [choices_of([(one.features, one.right) for one in group])] * (3 if name.endswith(AS_ONE) else 1)
    ]


def _sentence_choices(cases: Sequence[SentenceCase]) -> list[Choices]:
    """Those of a set in SQuAD format count four times: all sentences with an answer are known there, of a chat only one."""
    return [
        choices
        for name, group in _by_group(cases).items()
        for choices in [choices_of([(one.features, one.right) for one in group])] * (4 if name.endswith(AS_ONE) else 1)
    ]


def _confidence_choices(ranked: Sequence[Ranked]) -> list[Choices]:
    return [
        yes_or_no(numpy.array([one.features for one in group]), numpy.array([one.right for one in group]))
        for group in _by_group(ranked).values()
    ]


def _table(names: Iterable[str], values: Numbers) -> dict[str, float]:
    return dict(zip(names, [float(f"{value:.4g}") for value in values], strict=True))


def _print_ranking(ranked: Sequence[Ranked]) -> None:
    for name, group in _by_group(one for one in ranked if one.answerable).items():
        first, in_three = _mean([one.right for one in group]), _mean([one.right_in_three for one in group])
        print(f"  {name:24}{len(group):6} questions   first {first:.3f}   in three {in_three:.3f}")


def _print_confidence(ranked: Sequence[Ranked]) -> None:
    """The shares of questions that are answered as sure rightly and wrongly, by weights of the other folds."""
    sure: list[tuple[Ranked, bool]] = []
    for fold in range(FOLDS):
        of_others = learn(_confidence_choices([one for one in ranked if one.fold != fold]))
        threshold = numpy.log(SURE_FROM / (1 - SURE_FROM))
        sure += [(one, bool(numpy.dot(one.features, of_others) >= threshold)) for one in ranked if one.fold == fold]
    for name in _by_group(ranked):
        for answerable in (True, False):
            group = [(one, is_sure) for one, is_sure in sure if (one.group, one.answerable) == (name, answerable)]
            if group:
                right = _mean([is_sure and one.right for one, is_sure in group])
                wrong = _mean([is_sure and not one.right for one, is_sure in group])
                kind = "with an answer" if answerable else "without"
                print(f"  {name:24}{kind:16} sure and right {right:.3f}   sure and wrong {wrong:.3f}")


def _print_marking(cases: Sequence[SentenceCase]) -> None:
    right: dict[str, list[bool]] = {}
    for fold in range(FOLDS):
        of_others = learn(_sentence_choices([one for one in cases if one.fold != fold]))
        for one in cases:
            if one.fold == fold:
                right.setdefault(one.group, []).append(bool(one.right[(one.features @ of_others).argmax()]))
    for name, of_group in right.items():
        print(f"  {name:24} sentence that holds the answer {_mean(of_group):.3f}")


def _print_ablation(cases: Sequence[Case]) -> None:
    """What is lost of what is right first, in hundredths, without each feature of a passage."""
    whole = _first(cases)
    print("  without", " " * 16, *whole)
    for place, name in enumerate(passage_features.FEATURES):
        others = [other for other in range(len(passage_features.FEATURES)) if other != place]
        without = _first([one._replace(features=one.features[:, others]) for one in cases])
        print(f"  {name:24}", *(f"{(whole[group] - without[group]) * 100:+.1f}" for group in whole))


def _first(cases: Sequence[Case]) -> dict[str, float]:
    right: dict[str, list[bool]] = {}
    for fold in range(FOLDS):
        of_others = learn(_passage_choices([one for one in cases if one.fold != fold]))
        for one in cases:
            if one.fold == fold and one.answerable:
                right.setdefault(one.group, []).append(bool(one.right[(one.features @ of_others).argmax()]))
    return {name: _mean(of_group) for name, of_group in right.items()}


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values)


def write(tables: Mapping[str, Weights], path: Path = _FILE) -> None:
    """Write the weights as a module."""
    lines = [_HEAD]
    for name, table in tables.items():
        fields = [f"    {field}={pformat(values, sort_dicts=False)}," for field, values in table._asdict().items()]
        lines.append("\n".join([f"{name} = Weights(", *fields, ")\n"]))
    path.write_text("\n".join(lines), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn the weights without an encoder, and with the one that is installed with the program."""
    parser = ArgumentParser(description="Learns the weights, and writes index/reranking/weights.py.")
    parser.add_argument("--squad", action="append", required=True, type=Path, help="a set in SQuAD format")
    parser.add_argument("--chat", action="append", default=[], type=Path, help="a folder with questions.jsonl")
    parser.add_argument(
        "--article", nargs="+", default=[], type=Path, help="documents, then files of questions on them"
    )
    parser.add_argument("--every", default=1, type=int, help="of sets in SQuAD format, one of so many questions")
    parser.add_argument("--ablation", action="store_true", help="also tell what each feature brings")
    wanted = parser.parse_args(arguments)
    squads = [(path.name, read_question_sets([path])) for path in wanted.squad]
    chats = [(path.name, one) for path in wanted.chat for one in read_chat_sets(path)]
    if wanted.article:
        chats.append((_ARTICLE, article_set(_ARTICLE, wanted.article[0], wanted.article[1:])))
    shipped = encoder_named("use", None)
    pairs = [pairs_of(questions, shipped, fold_of) for _, questions in squads]
    pairs += [chat_pairs_of(chat, shipped, fold_of(chat.name)) for _, chat in chats] * _CHAT_COUNTS
    write_adapter(learn_matrix(pairs), ADAPTER)
    cross_fitted = CrossFittedEncoder(shipped, [QueryAdapter(learn_matrix(pairs, fold)) for fold in range(FOLDS)])
    tables = {}
    for name, encoder in (("LEXICAL", None), ("WITH_ENCODER", cross_fitted)):
        print(name)
        cases = Cases([], [])
        for found in (
            *(squad_cases(set_name, questions, wanted.every, encoder) for set_name, questions in squads),
            *(chat_cases(set_name, chat, encoder) for set_name, chat in chats),
        ):
            cases.passages.extend(found.passages)
            cases.sentences.extend(found.sentences)
        tables[name] = learnt(cases, wanted.ablation)
    write(tables)


if __name__ == "__main__":
    main()
