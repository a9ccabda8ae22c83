"""The Discord bot: slash commands, mentions and direct messages to answers, with good manners."""
