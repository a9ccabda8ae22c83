"""Files that would harm whoever reads them, and the process that keeps the harm to itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bot.wording import Wording
from index.errors import ContentError, ContentNestedTooDeep, ContentTooLarge, ContentTooSlow, LoaderEnded
from index.loaders import ContentFile, Limits
from index.loaders.isolated import Loading
from tests.conftest import ROOT
from tests.index.loaders.examples import pdf, replaced, word, word_of_xml
