"""Loads transcripts and subtitles: WebVTT (.vtt) and SubRip (.srt)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from index.documents.conversations import Message, blocks_of_messages
from index.language.normalization import join_words
from index.language.sentences import sentences_of
from index.loaders.content import Content
from index.types import Block, Document

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]+-->[ \t]+{_TIME}.*")
_TITLE = r"\s*WEBVTT[ \t]+(?:-[ \t]*)?(\S.*)"
_VOICE = r"<v(?:\.[\w.-]+)?[ \t]+([^>]+)>"
_READING = r"<rt>[^<]*(?:</rt>|$)"
_TAG = r"</?[A-Za-z\d][^<>]*>|\{\\[^{}]*\}"
# Before the text of a cue: a name, as meetings are saved that know who speaks.
_LABEL = r"^([^\s:：。、「」<>][^:：。、「」<>]{0,30})[:：][ \t]*(?=\S)"
# What is heard and not said.
_SOUND = r"[\[［♪♬][^\]］]*[\]］♪♬]?|[(（][^()（）]{1,8}[)）]"
# In seconds: a longer pause ends a paragraph. In characters: a paragraph ends with a sentence after so many.
_LONGEST_PAUSE = 5.0
_PARAGRAPH_LENGTH = 200
# Where fewer of the cues than this end a sentence, they are written without full stops, and each stays a line.
_MIN_SENTENCE_SHARE = 0.1
# Of two lines in one cue, each said by somebody else.
_SENTENCE_ENDS = tuple("。．.!?！？…」』")
_DASH = ("-", "–", "—", "－")


class _Cue(NamedTuple):
    """What is shown from `start` to `end`, in seconds."""

    start: float
    end: float
    speaker: str
    text: str


def parse_subtitles(content: Content) -> Document:
    """The document in a transcript: what each said where it has speakers, else paragraphs; without the times."""
    text = content.text()
    title = re.match(_TITLE, text)
    cues = list(_without_repetitions(_with_speakers(list(_cues(text)))))
    ends = sum(cue.text.endswith(_SENTENCE_ENDS) for cue in cues)
    paragraphs = list(_paragraphs(cues, punctuated=ends >= _MIN_SENTENCE_SHARE * len(cues)))
    has_speakers = any(speaker for speaker, _ in paragraphs)
    blocks = (
        blocks_of_messages(Message(author=speaker, text=said) for speaker, said in paragraphs)
        if has_speakers
        else [Block(said) for _, said in paragraphs]
    )
    return Document(
        name=content.name,
        title=title[1].strip() if title else content.stem,
        source=content.name,
        blocks=tuple(blocks),
    )


def _cues(text: str) -> Iterator[_Cue]:
    """The cues; each has the lines below its timing up to an empty one."""
    start = end = 0.0
    is_cue = False
    speaker = ""
    for line in text.split("\n"):
        if found := _TIMING.fullmatch(line):
            start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
            is_cue, speaker = True, ""
        elif not line.strip():
            is_cue = False
        elif is_cue:
            # Somebody else's words may be in the same cue, also in the same line.
            before, *voices = re.split(_VOICE, line)
            for name, said in zip([speaker, *voices[::2]], [before, *voices[1::2]], strict=True):
                speaker = html.unescape(name).strip()
                plain = html.unescape(re.sub(_TAG, "", re.sub(_READING, "", said))).strip()
                if plain and not re.fullmatch(_SOUND, plain):
                    yield _Cue(start, end, speaker, plain)


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


def _with_speakers(cues: Sequence[_Cue]) -> Iterator[_Cue]:
    """The cues, with names before their texts as their speakers where most have one."""
    labels = [re.match(_LABEL, cue.text) for cue in cues]
    labelled = [found for found in labels if found]
    if len(labelled) * 2 <= len(cues) or any(cue.speaker for cue in cues):
        yield from cues
        return
    speaker = ""
    for cue, found in zip(cues, labels, strict=True):
        speaker = found[1].strip() if found else speaker
        yield cue._replace(speaker=speaker, text=cue.text[found.end() :] if found else cue.text)


def _without_repetitions(cues: Iterator[_Cue]) -> Iterator[_Cue]:
    """The cues without those that show again what is already shown, as in subtitles that roll."""
    shown = ""
    for cue in cues:
        if cue.text != shown:
            yield cue
        shown = cue.text


def _paragraphs(cues: Sequence[_Cue], *, punctuated: bool) -> Iterator[tuple[str, str]]:
    """Speakers with what they said without a long pause, in paragraphs that end with a sentence or, without, a cue."""
    for speaker, same in groupby(cues, lambda cue: cue.speaker):
        together: list[_Cue] = []
        for cue in [*same, None]:
            if together and (cue is None or cue.start - together[-1].end > _LONGEST_PAUSE):
                lines = [
                    join_words([one.text for one in inside])
                    for _, inside in groupby(together, lambda one: (not punctuated and one.start, _has_dash(one)))
                ]
                yield from ((speaker, said) for said in _divided("\n".join(lines)))
                together = []
            if cue is not None:
                together.append(cue)


def _has_dash(cue: _Cue) -> str:
    """The text of a cue that begins with a dash; empty for any other."""
    return cue.text if cue.text.startswith(_DASH) else ""


def _divided(text: str) -> Iterator[str]:
    """A text in paragraphs of whole sentences."""
    paragraph = ""
    position = 0
    for sentence in sentences_of(text):
        end = text.index(sentence, position) + len(sentence)
        paragraph += text[position:end]
        position = end
        if len(paragraph) >= _PARAGRAPH_LENGTH:
            yield paragraph.strip()
            paragraph = ""
    if (paragraph + text[position:]).strip():
        yield (paragraph + text[position:]).strip()
