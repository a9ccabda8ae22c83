"""What a person touches: the command line and the chat. It imports index, never the other way."""
