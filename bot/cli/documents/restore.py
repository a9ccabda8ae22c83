"""`kotae restore`: what a backup holds, in the place of what is stored."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from types import MappingProxyType

from bot.cli.terminal import progress_bars
from bot.settings import Settings
from bot.wording import Wording
from index.errors import DatabaseDamaged, DatabaseError, KotaeError
from index.reranking.encoder import forget_vectors
from index.search.ranking_index import RankingIndex
from index.store.backup.restoring import Backup, whole_backup
from index.store.backup.restoring import restore as put_in_place
from index.store.connection import is_there, opted_out_of, set_aside, shown_address
from index.store.erasing import erase
from index.store.store import Store

RESTORED = 0
NOT_RESTORED = 1
_YES = frozenset({"y", "yes", "はい"})


class RestoreUnconfirmed(KotaeError):
    """Nobody can be asked whether what is stored may go; `values` has the `database`."""


def restore(say: Wording, settings: Settings, path: Path, *, yes: bool) -> int:
    """Restore a backup, once it was found whole and somebody agreed; raises KotaeError, and then nothing has changed."""
    with progress_bars(say) as progress, whole_backup(path, progress) as backup:
        lost = _lost(say, settings.database_url)
        if lost and not yes and not _agreed(say, settings, lost, backup):
            print(say("restore.declined"), flush=True)
            return NOT_RESTORED
        try:
            _put_in_place(say, settings, backup)
        except DatabaseDamaged:
            aside = set_aside(settings.database_url)
            print(say("restore.set_aside", path=aside), file=sys.stderr)
            _put_in_place(say, settings, backup, opted_out_of(aside))
        place = shown_address(settings.database_url)
        print(say("restore.done", database=place, backup=_described(say, backup)), flush=True)
    return RESTORED


def _put_in_place(
    say: Wording, settings: Settings, backup: Backup, opted_out: Mapping[int, str] = MappingProxyType({})
) -> None:
    with closing(Store.open(settings.database_url)) as store, progress_bars(say) as progress:
        put_in_place(store, backup, progress, opted_out)
        # What was stored before leaves the disk. Should a bot that is running keep us from it, it does that itself.
        if settings.cache_folder:
            with suppress(OSError):
                RankingIndex(store, settings.cache_folder / "index").forget()
                forget_vectors(settings.cache_folder)
        with suppress(DatabaseError):
            erase(store)


def _lost(say: Wording, address: str) -> str:
    """What is stored now, in words; nothing if there is nothing."""
    if not is_there(address):
        return ""
    try:
        with closing(Store.open(address)) as store:
            documents = sum(source.documents for source in store.sources())
            return say("restore.held", documents=documents, passages=store.size()) if store.state().generation else ""
    except DatabaseDamaged:
        return say("restore.damaged")


def _described(say: Wording, backup: Backup) -> str:
    counts = backup.manifest.counts
    return say("restore.held", documents=counts["documents"], passages=counts["passages"])


def _agreed(say: Wording, settings: Settings, lost: str, backup: Backup) -> bool:
    database = shown_address(settings.database_url)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise RestoreUnconfirmed(database=database)
    backup_is = _described(say, backup)
    question = say("restore.confirm", database=database, held=lost, made=backup.manifest.made, backup=backup_is)
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in _YES
