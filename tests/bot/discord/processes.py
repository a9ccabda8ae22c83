"""`kotae discord` as a process of its own."""

from __future__ import annotations

import os
import sys
from asyncio.subprocess import DEVNULL, Process, create_subprocess_exec
from pathlib import Path

from tests.bot.discord.company import Company
from tests.conftest import ROOT


async def start(company: Company, folder: Path, **further: str) -> Process:
    """The process, connected; it keeps what it has in a folder, and further settings are its environment."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KOTAE_", "DISCORD_"))}
    settings = {
        "KOTAE_CACHE_DIR": str(folder / "cache"),
        "KOTAE_ENCODER": "off",
        "KOTAE_DATABASE_URL": f"sqlite:///{folder / 'kotae.db'}",
        "KOTAE_MESSAGE_CONTENT": "on",
        "DISCORD_TOKEN": company.server.token,
        "DISCORD_API_URL": company.server.api_url,
        "DISCORD_GATEWAY_URL": company.server.gateway_url,
    }
    process = await create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "bot", "discord"),
        cwd=ROOT,
        env=plain | settings | further,
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    await company.server.connected(seconds=30)
    return process
