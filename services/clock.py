"""Time is an argument: nothing asks the machine what day it is but `system_clock`, handed down from the top."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def fixed_clock(moment: datetime) -> Clock:
    """A clock that stands still: for `--as-of` and for tests."""
    return lambda: moment
