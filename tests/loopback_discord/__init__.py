"""A Discord of our own on 127.0.0.1, which keeps the real one's rules: see README.md.

discord.py is imported here once, without the warning about audioop that it causes before Python 3.13.
"""

import importlib
import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
    importlib.import_module("discord")
