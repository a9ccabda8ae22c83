"""Commands that manage the documents in the store: add, sync, watch, sources, remove, export, backup, restore."""
