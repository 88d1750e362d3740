"""Pathway's own settings, with an empty view beside its pages and a folder of static files of its own."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403

ROOT_URLCONF = "urls"
WSGI_APPLICATION = None
STATIC_ROOT = Path(os.environ["BENCH_STATIC"])
