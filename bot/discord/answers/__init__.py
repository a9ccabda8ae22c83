"""Questions to answers: commands, mentions, embeds, buttons."""
