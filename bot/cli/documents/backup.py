"""`kotae backup` and `kotae restore`: the whole store to one file, and back."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from types import MappingProxyType

from bot.cli.terminal import progress_bars
from bot.knowledge import existing_store
from bot.settings import Settings
from bot.wording import Wording, answers
from bot.wording.command_line import documents as sentences
from index.errors import DatabaseDamaged, DatabaseError, KotaeError
from index.search.index_folder import forget_indexes
from index.store.access_tokens import SOURCES, AccessTokens
from index.store.backup.backup import back_up as write_backup
from index.store.backup.restoring import Backup, verified_backup
from index.store.backup.restoring import restore as replace_contents
from index.store.connection import is_there, opted_out_of, set_aside, shown_address
from index.store.erasing import erase
from index.store.store import Store

DONE = 0
NOT_RESTORED = 1
_YES = frozenset({"y", "yes", "はい"})


class RestoreUnconfirmed(KotaeError):
    """There is no terminal to ask for confirmation in; `values` has the `database`."""


def back_up(say: Wording, settings: Settings, path: Path, *, force: bool) -> int:
    """Write a backup and say what is in it; raises KotaeError."""
    with existing_store(settings) as store, progress_bars(say) as progress:
        manifest = write_backup(store, path, progress, force=force)
    counts = manifest.counts
    print(say(sentences.BACKED_UP, path=path, documents=counts["documents"], passages=counts["passages"]), flush=True)
    return DONE


def restore(say: Wording, settings: Settings, path: Path, *, yes: bool) -> int:
    """Replace the store with a backup that is whole, once the user confirms; a KotaeError leaves the store as it was."""
    with progress_bars(say) as progress, verified_backup(path, progress) as backup:
        contents = _current_contents(say, settings.database_url)
        if contents and not yes and not _confirmed(say, settings, contents, backup):
            print(say(sentences.RESTORE_DECLINED), flush=True)
            return NOT_RESTORED
        try:
            _replace(say, settings, backup)
        except DatabaseDamaged:
            aside = set_aside(settings.database_url)
            print(say(sentences.DAMAGED_DATABASE_KEPT, path=aside), file=sys.stderr)
            _replace(say, settings, backup, opted_out_of(aside))
        place = shown_address(settings.database_url)
        print(say(sentences.RESTORED, database=place, backup=_described(say, backup)), flush=True)
        _tell_tokens_without_sources(say, settings)
    return DONE


def _replace(
    say: Wording, settings: Settings, backup: Backup, opted_out: Mapping[int, str] = MappingProxyType({})
) -> None:
    with closing(Store.open(settings.database_url)) as store, progress_bars(say) as progress:
        replace_contents(store, backup, progress, opted_out)
        # What was stored before is erased from the disk. A bot that is running and locks the database does so itself.
        if settings.cache_folder:
            with suppress(OSError):
                forget_indexes(settings.cache_folder / "index")
        with suppress(DatabaseError):
            erase(store)


def _tell_tokens_without_sources(say: Wording, settings: Settings) -> None:
    """Say which tokens open nothing now: they were for sources by numbers that may be those of others."""
    with existing_store(settings) as store:
        numbers = [str(token.number) for token in AccessTokens(store).all() if token.kind == SOURCES]
    if numbers:
        print(say(sentences.TOKENS_WITHOUT_SOURCES, numbers=say(answers.LIST_SEPARATOR).join(numbers)), flush=True)


def _current_contents(say: Wording, address: str) -> str:
    """What the store has now, in words; an empty text if that is nothing."""
    if not is_there(address):
        return ""
    try:
        with closing(Store.open(address)) as store:
            if not store.state().generation:
                return ""
            documents = sum(source.documents for source in store.sources())
            return say(sentences.CONTENTS, documents=documents, passages=store.size())
    except DatabaseDamaged:
        return say(sentences.DAMAGED_CONTENTS)


def _described(say: Wording, backup: Backup) -> str:
    counts = backup.manifest.counts
    return say(sentences.CONTENTS, documents=counts["documents"], passages=counts["passages"])


def _confirmed(say: Wording, settings: Settings, contents: str, backup: Backup) -> bool:
    database = shown_address(settings.database_url)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise RestoreUnconfirmed(database=database)
    backup_is = _described(say, backup)
    question = say(
        sentences.CONFIRM_RESTORE, database=database, held=contents, made=backup.manifest.made, backup=backup_is
    )
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in _YES
