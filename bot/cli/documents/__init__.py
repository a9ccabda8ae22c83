"""Commands for what is answered from: add, sources, remove, sync, watch, export, backup, restore."""
