"""The command line: the arguments of each command, what it does, and what it prints."""
