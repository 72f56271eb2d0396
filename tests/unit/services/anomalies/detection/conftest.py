"""Series to be judged, and the morning on which they are: what every test of the detector begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import pytest

from services.anomalies.detection.judging import judge
from services.anomalies.detection.results import NOTHING, Judgement, Memory

if TYPE_CHECKING:
    import numpy.typing as npt

    Values = npt.NDArray[np.float64]

FIRST = np.datetime64("2026-01-05")  # a Monday
LENGTH = 120  # through 4 May


class Series(Protocol):
    """Make dollars a day."""

    def __call__(
        self, level: float = 100.0, noise: float = 0.04, weekend: float = 1.0, growth: float = 0.0, length: int = LENGTH
    ) -> Values:
        """See the fixture."""


class Days(Protocol):
    """The first so many days, a Monday first."""

    def __call__(self, length: int = LENGTH) -> npt.NDArray[np.datetime64]:
        """See the fixture."""


class Morning(Protocol):
    """Judge one series; its newest `partial` days are incomplete."""

    def __call__(self, values: Values, partial: int = 0, memory: Memory = NOTHING) -> list[Judgement]:
        """See the fixture."""


@pytest.fixture
def days() -> Days:
    """The days of a series."""

    def make(length: int = LENGTH) -> npt.NDArray[np.datetime64]:
        return FIRST + np.arange(length)

    return make


@pytest.fixture
def series() -> Series:
    """An ordinary series: a level, some noise, cheaper weekends, growth a month."""

    def make(
        level: float = 100.0, noise: float = 0.04, weekend: float = 1.0, growth: float = 0.0, length: int = LENGTH
    ) -> Values:
        chance = np.random.default_rng(7)
        week = np.where(np.arange(length) % 7 >= 5, weekend, 1.0)
        grown = (1 + growth) ** (np.arange(length) / 30.44)
        return np.asarray(level * week * grown * np.exp(noise * chance.normal(size=length).clip(-2.5, 2.5)))

    return make


@pytest.fixture
def morning(days: Days) -> Morning:
    """The morning after the last day of the series."""

    def judged(values: Values, partial: int = 0, memory: Memory = NOTHING) -> list[Judgement]:
        return judge(days(len(values)), values[None, :], np.array([len(values) - 1 - partial]), [memory])

    return judged
