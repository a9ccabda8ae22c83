"""Every metric of our own: what it is, and its label. docs/metrics.md tells the same at length."""

from typing import NamedTuple


class Metric(NamedTuple):
    """What a metric is, and the names of its labels."""

    documentation: str
    labels: tuple[str, ...] = ()


COUNTERS = {
    "kotae_questions_total": Metric(
        "Questions answered or not, by how sure the answer is.", ("certainty", "front_end")
    ),
    "kotae_votes_total": Metric("Votes on passages that were shown.", ("vote",)),
    "kotae_jobs_total": Metric("Jobs of the queue that were done or given up.", ("outcome",)),
    "kotae_errors_total": Metric("What failed, by where the cause lies.", ("kind",)),
}

HISTOGRAMS = {
    "kotae_answer_seconds": Metric("From a question to its answer, waiting for a thread included.", ("front_end",)),
    "kotae_answer_stage_seconds": Metric("A stage of answering a question.", ("stage",)),
    "kotae_store_seconds": Metric(
        "A transaction of the database, from asking for a connection to its end.", ("transaction",)
    ),
    "kotae_job_seconds": Metric("What a worker takes out of the queue at once, until it is stored."),
}

GAUGES = {
    "kotae_ready": Metric("Whether /readyz says that the process is ready."),
    "kotae_store_generation": Metric("Changes that the store has had."),
    "kotae_index_generation": Metric("Changes of the store that index and vectors have taken over."),
    "kotae_index_age_seconds": Metric(
        "Since when the index, or the vectors, may lack something of the store.", ("part",)
    ),
    "kotae_store_age_seconds": Metric("Since when the database has not answered; it is asked every second."),
    "kotae_queue_jobs": Metric("Jobs in the queue of all processes.", ("state",)),
    "kotae_queue_age_seconds": Metric("How long the oldest job has waited that is not given up."),
    "kotae_workers": Metric("Processes that work on the queue."),
    "kotae_gateway_latency_seconds": Metric("From a heartbeat to Discord's answer, of the slowest shard."),
    "kotae_shards": Metric("Shards of this process.", ("state",)),
    "kotae_guilds": Metric("Servers of Discord that this process is connected with."),
    "kotae_learning_channels": Metric("Channels whose history is to be read.", ("state",)),
    "kotae_notes_waiting": Metric("Votes and unanswered questions that wait to be written."),
}

# Of questions that ask for nothing, as thanks, or for more where there is no more.
NO_QUESTION = "no_question"
