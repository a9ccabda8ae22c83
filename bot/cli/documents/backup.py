"""`kotae backup`: all that is stored, in one file."""

from __future__ import annotations

from pathlib import Path

from bot.cli.terminal import progress_bars
from bot.knowledge import existing_store
from bot.settings import Settings
from bot.wording import Wording
from index.store.backup.backup import back_up as write_backup


def back_up(say: Wording, settings: Settings, path: Path, *, force: bool) -> int:
    """Write a backup and say what is in it; raises KotaeError."""
    with existing_store(settings) as store, progress_bars(say) as progress:
        manifest = write_backup(store, path, progress, force=force)
    print(
        say("backup.done", path=path, documents=manifest.counts["documents"], passages=manifest.counts["passages"]),
        flush=True,
    )
    return 0
