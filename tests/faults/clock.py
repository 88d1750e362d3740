"""A clock in our hands: libfaketime, loaded into programs before anything else, adds what we say to the real one.

The monotonic clock stays as it is, as it does when the time of a machine is set.
"""

import platform
import time
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

HERE = platform.system() == "Linux" and platform.machine() == "x86_64"
"""What the wheel of libfaketime is for."""


class Clock:
    """`file`: from which the programs read, once a second, how far they are off."""

    def __init__(self, file: Path):
        self.file = file
        self.off = timedelta()
        self.set(self.off)

    def set(self, off: timedelta) -> None:
        self.off = off
        # Replaced as a whole: nobody reads half a number.
        new = self.file.with_suffix(".new")
        new.write_text(f"{off.total_seconds():+.0f}\n")
        new.chmod(0o644)
        new.replace(self.file)

    def set_to(self, year: int) -> None:
        """The middle of that year."""
        self.set(datetime(year, 7, 1, 12, tzinfo=UTC) - datetime.now(UTC))

    def today(self) -> date:
        """What it says."""
        return datetime.fromtimestamp(time.time() + self.off.total_seconds(), ZoneInfo(settings.TIME_ZONE)).date()

    @property
    def environment(self) -> dict[str, str]:
        """For a program that is to live by this clock."""
        library = Path(find_spec("libfaketime").origin).parent / "vendor/libfaketime/src/libfaketime.so.1"
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            # It would reckon waits by the monotonic clock with the time that it makes up: they would last forever, or not at
            # all. Python's threads wait so for their turn, five milliseconds each time.
            "FAKETIME_WAIT_MS": "5",
            "FAKETIME_FORCE_MONOTONIC_FIX": "1",
        }
