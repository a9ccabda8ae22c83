"""What each feature counts. Written by `python -m index.evaluation.training.learning`; not by hand."""

PASSAGE_WEIGHTS = {
    "first_look": 0.9097,
    "words": 0.8728,
    "words_above": 2.296,
    "synonyms": 1.479,
    "written_alike": 0.7171,
    "rare_kanji": 1.164,
    "rare_pairs": 0.06755,
    "told_apart": 0.4598,
    "same_document": 0.6739,
    "runs": 0.2619,
    "longest_run": 0.05643,
    "best_sentence": 0.9543,
    "pairs_in_sentence": 0.08696,
    "shortness": 0.8959,
    "unit": 2.364,
    "near_date": 5.116,
    "near_person": 1.617,
    "near_place": 2.0,
}
SENTENCE_WEIGHTS = {
    "near": 3.929,
    "near_wanted": 0.8365,
    "words": -0.189,
    "pairs": 0.002218,
    "kanji": 0.1964,
    "last_word": 0.9691,
    "second_last_word": 0.6149,
    "third_last_word": 0.3012,
    "wanted_near_last_word": 0.8851,
    "length": 0.02275,
    "unit": 2.605,
    "date": 1.882,
    "number": 1.553,
    "person": 1.589,
    "place": 0.9235,
}
DENSE_WEIGHTS = {"meaning": 84.77}
CONFIDENCE_WEIGHTS = {
    "words": 2.11,
    "best_sentence": 5.773,
    "runs": 1.875,
    "ideal": 5.864,
    "score": 0.1073,
    "question_length": -1.109,
    "lacks_kind": -1.611,
    "size": -0.7967,
    "always": -3.623,
}
THRESHOLD = {"always": -6.166, "size": 0.9272}
