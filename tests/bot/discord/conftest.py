"""Imports discord.py once, without the warning about audioop that it causes on Python 3.11 and 3.12."""

import importlib
import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
    importlib.import_module("discord")
