"""What operators look at: how it answers, what found no answer, and how the sources are.

Of one guild, or of what was asked outside of all (bot.access); the passages and sources are those that the operator may read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePath
from typing import NamedTuple

from bot.access import Access, sources_for
from bot.answerer import Answerer
from bot.attribution import local_day, needs_review, place_and_date
from bot.knowledge import BUILT_IN
from bot.printable import listed, one_line
from bot.source_names import source_name
from bot.web.page.cards import path_of
from bot.web.services import Services
from bot.wording import Wording
from bot.wording.web import operators as sentences
from index.errors import KotaeError
from index.meaning.grouping import grouped
from index.search.library import Library
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import UnansweredQuestion, UnansweredQuestions
from index.store.question_counts import DAYS_KEPT, QuestionCounts
from index.store.rows import Source
from index.store.source_states import SourceState, source_states
from index.types import CERTAINTIES, Certainty

# So many questions are put together by meaning, and so many groups are shown, each with its nearest passages.
_MOST_QUESTIONS = 200
_MOST_GROUPS = 20
_NEAREST = 2
_MOST_ERRORS = 5
# In the chart's units: how high it is, and how wide a day.
_HEIGHT, _DAY_WIDTH = 120, 20


class Bar(NamedTuple):
    """A part of a day's questions in the chart: of how sure answers, and where it is drawn, in its units."""

    certainty: Certainty
    top: int
    height: int


class Day(NamedTuple):
    """How many questions a day had, by how sure their answers were."""

    day: str
    counts: dict[Certainty, int]
    left: int
    bars: tuple[Bar, ...]


class Nearest(NamedTuple):
    """A passage that comes near to a question: what it is called, its path, and the sentence."""

    place: str
    path: str
    sentence: str


class Group(NamedTuple):
    """Questions that mean about the same, by the first of them, how often they were asked, and when last."""

    question: str
    alike: tuple[str, ...]
    times: int
    day: str
    answered: bool
    nearest: tuple[Nearest, ...]


class SourceLine(NamedTuple):
    """A source, how much it has, how long ago it changed and what waits, and what is wrong with it."""

    name: str
    facts: tuple[str, ...]
    problems: tuple[str, ...]


class Overview(NamedTuple):
    """All of it, for some days. `totals` are their questions by certainty; `further` questions are not shown."""

    scope: str
    days: tuple[Day, ...]
    totals: dict[Certainty, int]
    most: int
    in_favour: int
    against: int
    groups: tuple[Group, ...]
    is_grouped: bool
    further: int
    sources: tuple[SourceLine, ...]


def overview(services: Services, access: Access, say: Wording) -> Overview:
    """What an operator sees today; raises a DatabaseError, or an OpenSearchError."""
    store, today = services.store, datetime.now(UTC).date()
    first = today - timedelta(days=DAYS_KEPT - 1)
    days, totals = _days(QuestionCounts(store), access.guild, first)
    in_favour, against = Guilds(store).votes(access.guild, first.isoformat())
    library = services.library_for(access)
    questions = UnansweredQuestions(store).all(access.guild, _MOST_QUESTIONS)
    groups = _grouped(library, questions)
    scope = sentences.OF_GUILD if access.guild else sentences.OUTSIDE_OF_GUILDS
    return Overview(
        say(scope, guild=access.guild, first=first, last=today),
        days,
        totals,
        max(sum(one.counts.values()) for one in days),
        in_favour,
        against,
        tuple(_group(say, library, [questions[number] for number in group]) for group in groups[:_MOST_GROUPS]),
        library.vectors is not None,
        sum(map(len, groups[_MOST_GROUPS:])),
        tuple(_sources(services, access, say)),
    )


def _days(counts: QuestionCounts, guild: int, first: date) -> tuple[tuple[Day, ...], dict[Certainty, int]]:
    days = [(first + timedelta(days=number)).isoformat() for number in range(DAYS_KEPT)]
    counted: dict[str, Counter[Certainty]] = {day: Counter() for day in days}
    for day, certainty, number in counts.by_day(days[0], days[-1], guild=guild):
        counted[day][certainty] += number
    most = max(of_day.total() for of_day in counted.values())
    totals = {certainty: sum(of_day[certainty] for of_day in counted.values()) for certainty in CERTAINTIES}
    return tuple(_day(day, number, counted[day], most) for number, day in enumerate(days)), totals


def _day(day: str, number: int, counted: Counter[Certainty], most: int) -> Day:
    bars, top = [], _HEIGHT
    for certainty in CERTAINTIES:
        height = round(counted[certainty] * _HEIGHT / most) if most else 0
        top -= height
        bars.append(Bar(certainty, max(top, 0), height))
    return Day(day, {certainty: counted[certainty] for certainty in CERTAINTIES}, number * _DAY_WIDTH, tuple(bars))


def _grouped(library: Library, questions: Sequence[UnansweredQuestion]) -> list[list[int]]:
    """The positions of questions by meaning, those asked most often first; without an encoder each alone."""
    if library.vectors is None:
        return [[number] for number in range(len(questions))]
    groups = grouped([one.question for one in questions], library.vectors.encoder)
    return sorted(groups, key=lambda group: -sum(questions[number].times for number in group))


def _group(say: Wording, library: Library, questions: Sequence[UnansweredQuestion]) -> Group:
    first, *others = questions
    result = Answerer(library).ask(first.question, _NEAREST).result
    passages = [hit.passage for hit in result.hits]
    return Group(
        listed(first.question),
        tuple(listed(one.question) for one in others),
        sum(one.times for one in questions),
        local_day(max(one.last_asked for one in questions)),
        result.answered,
        tuple(
            Nearest(
                one_line(place_and_date(say, hit.passage, passages)),
                path_of(hit.passage),
                one_line(hit.sentence),
            )
            for hit in result.hits
        ),
    )


def _sources(services: Services, access: Access, say: Wording) -> Iterator[SourceLine]:
    """The sources that an operator may read, also those that nothing can be quoted from now."""
    store = services.store
    states, channels = source_states(store), Channels(store).all()
    answering = {source.number for source in sources_for(services.settings, store, access)}
    for source in store.sources():
        left_out = source.location == BUILT_IN and source.number not in answering
        if access.may_read(source.number, source.audience) and not left_out:
            state = states.get(source.number, SourceState())
            yield SourceLine(
                one_line(source_name(say, source, channels)),
                tuple(_facts(say, source, state)),
                tuple(_problems(say, source, state)),
            )


def _facts(say: Wording, source: Source, state: SourceState) -> Iterator[str]:
    yield say(sentences.SIZE, documents=source.documents, passages=source.passages)
    # Early versions did not store when.
    if changed := state.changed or source.added:
        days = (datetime.now().astimezone().date() - date.fromisoformat(day := local_day(changed))).days
        yield say(sentences.CHANGED, days=days, day=day) if days > 0 else say(sentences.CHANGED_TODAY)
    if state.waiting:
        yield say(sentences.WAITING, count=state.waiting)


def _problems(say: Wording, source: Source, state: SourceState) -> Iterator[str]:
    if warning := needs_review(say, source.needs_review_since):
        yield warning
    if state.withheld:
        yield say(sentences.WITHHELD, day=local_day(state.withheld))
    if not source.passages and not state.waiting:
        yield say(sentences.EMPTY)
    if state.dead:
        yield say(sentences.FAILED, count=len(state.dead))
        yield from (one_line(say.of_error(_without_folders(one.error))) for one in state.dead[:_MOST_ERRORS])


def _without_folders(error: KotaeError) -> KotaeError:
    """An error that names its file as `source_name` does: where it lies on the server is not told."""
    return type(error)(
        **{name: PurePath(value).name if name == "path" else value for name, value in error.values.items()}
    )
