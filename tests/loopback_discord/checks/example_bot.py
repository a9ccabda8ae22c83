"""A small bot with one of everything, to test the server with."""

from __future__ import annotations

import asyncio

import discord
from discord import app_commands

DEFAULT_INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


class Question(discord.ui.Modal, title="質問する"):
    """A modal with one input."""

    text: discord.ui.TextInput[Question] = discord.ui.TextInput(label="質問", custom_id="text", max_length=100)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Answer with what was typed."""
        await interaction.response.send_message(f"質問: {self.text.value}", ephemeral=True)


class Buttons(discord.ui.View):
    """A view with a button that edits its message."""

    @discord.ui.button(label="もっと", custom_id="more")
    async def more(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        """Edit the message."""
        await interaction.response.edit_message(content="もっと読みました", view=None)


class Bot(discord.AutoShardedClient):
    """A bot with one of everything; it answers whoever mentions it, and every direct message."""

    def __init__(self, intents: discord.Intents = DEFAULT_INTENTS, *, careful: bool = True) -> None:
        mentions = discord.AllowedMentions.none() if careful else None
        super().__init__(intents=intents, allowed_mentions=mentions, max_messages=None)
        self.tree: app_commands.CommandTree[Bot] = app_commands.CommandTree(self)
        self.seen: list[discord.Message] = []
        self.interactions: list[discord.Interaction] = []
        self.errors: list[discord.HTTPException] = []
        add_commands(self.tree)
        add_mistakes(self)

    async def setup_hook(self) -> None:
        """Register the commands."""
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait for 5 s between identifications, as the library does."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Remember the interaction."""
        self.interactions.append(interaction)

    async def on_message(self, message: discord.Message) -> None:
        """Answer whoever addresses the bot."""
        self.seen.append(message)
        if message.author != self.user and (message.guild is None or self.user in message.mentions):
            await message.reply(f"聞きました: {message.content}")


def add_commands(tree: app_commands.CommandTree[Bot]) -> None:
    """Add what a bot usually has."""

    @tree.command(name="ask", description="Ask")
    @app_commands.rename(question=app_commands.locale_str("question"))
    async def ask(interaction: discord.Interaction, question: str) -> None:
        await interaction.response.send_message(f"{interaction.locale.value}: {question}", view=Buttons(timeout=None))

    @tree.command(name="think", description="Think")
    async def think(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await asyncio.sleep(0.1)
        await interaction.edit_original_response(content="考えました")
        await interaction.followup.send("それから", ephemeral=True)

    @tree.command(name="anywhere", description="Anywhere")
    @app_commands.allowed_installs(guilds=True, users=True)
    async def anywhere(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"{interaction.is_user_integration()}", ephemeral=True)

    @tree.command(name="form", description="Form")
    async def form(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Question())

    @tree.command(name="thread", description="Thread")
    async def thread(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("はい")
        assert isinstance(interaction.channel, discord.TextChannel)
        message = await interaction.channel.send("始まり")
        await message.add_reaction("👀")
        thread = await message.create_thread(name="話の続き")
        async with thread.typing():
            await (await thread.send("続き")).edit(content="続きです")


def add_mistakes(bot: Bot) -> None:
    """Add what a bot should not do; what the library says to it is kept."""
    tree = bot.tree

    @tree.command(name="long", description="Long")
    async def long(interaction: discord.Interaction, length: int) -> None:
        try:
            await interaction.response.send_message(embed=discord.Embed(description="あ" * length))
        except discord.HTTPException as error:
            bot.errors.append(error)
            await interaction.response.send_message("長すぎます")

    @tree.command(name="twice", description="Twice")
    async def twice(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("一")
        try:
            await discord.InteractionResponse(interaction).send_message("二")
        except discord.HTTPException as error:
            bot.errors.append(error)

    @tree.command(name="late", description="Late")
    async def late(interaction: discord.Interaction, seconds: float) -> None:
        await asyncio.sleep(seconds)
        try:
            await interaction.response.send_message("遅い")
        except discord.HTTPException as error:
            bot.errors.append(error)
