"""How what is missing is installed: beside the Python that runs kotae, which is perhaps not that of the user's shell."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.wording.sentence import Sentence

_PYTHON = (f'"{sys.executable}"' if " " in sys.executable else sys.executable).replace("{", "{{").replace("}", "}}")
INSTALL = f"{_PYTHON} -m pip install"
# Installed from the folder that it runs in, as `make chat` does, it is to stay so.
_EDITABLE = "-e " if (Path(__file__).parents[2] / "pyproject.toml").exists() else ""


def lacking(extra: str, ja: str, en: str) -> Sentence:
    """What is to be said of an extra that is not installed, with the line that installs it."""
    line = f'{INSTALL} {_EDITABLE}".[{extra}]"'
    return Sentence(
        ja=f"{ja}。kotae のフォルダーで {line} を実行してください。", en=f"{en}; in the folder of kotae run: {line}"
    )
