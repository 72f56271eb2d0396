"""Usage: a stream's dollars of a month become rows, without losing a step of a quantity to rounding between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.sandbox.ledger.catalogue.base import PRICE, QUANTITY
from bot.sandbox.ledger.days import FULL_DAY
from bot.sandbox.ledger.facts import HOUR, Facts, priced
from bot.sandbox.ledger.noise import name_key, uniform
from bot.sandbox.ledger.slots import priced_slots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.sandbox.ledger.days import Days
    from bot.sandbox.ledger.plan import Cut
    from bot.sandbox.ledger.slots import Priced
    from bot.sandbox.ledger.streams import Stream
    from storage.model.period import Period

_EPOCH = 719163
"""Proleptic ordinal of 1 January 1970."""
_SLICE_NOISE = 0.5
_RESOURCE_POWER = 0.6
_DAY_SWING = 0.35
_BUSIEST_HOUR = 15


@dataclass(frozen=True, slots=True)
class Source:
    """A stream, how it is cut, and its slots."""

    stream: Stream
    cut: Cut
    slots: list[Priced]


def source(stream: Stream, cut: Cut) -> Source:
    """A stream made ready to be written, month by month."""
    return Source(stream, cut, priced_slots(stream, cut))


def seconds(ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first second of each day."""
    return (ordinals - _EPOCH) * FULL_DAY * HOUR


def _quantities(of: Source, dollars: NDArray[np.float64], hours: NDArray[np.int64]) -> NDArray[np.int64]:
    """Quantity of each day (rows) and SKU (columns), cut down to the hours that have arrived."""
    skus = of.stream.skus[: of.cut.skus]
    shares = np.array([sku.share for sku in skus], dtype=np.float64)
    prices = np.array([of.stream.prices(sku)[1] for sku in skus], dtype=np.float64) / PRICE
    a_day = dollars[:, np.newaxis] * (shares / shares.sum()) / prices * QUANTITY
    return np.asarray(np.floor(a_day * hours[:, np.newaxis] / FULL_DAY), dtype=np.int64)


def _weights(cut: Cut, hours: NDArray[np.int64]) -> NDArray[np.float64]:
    """How a day's quantity leans: (days, resources, hours), zero where an hour has not arrived."""
    resources = (np.arange(cut.resources) + 1.0) ** -_RESOURCE_POWER
    clock = np.arange(cut.hours)
    swing = 1.0 + _DAY_SWING * np.cos(2.0 * np.pi * (clock - _BUSIEST_HOUR) / FULL_DAY)
    arrived = np.ones((len(hours), cut.hours)) if cut.hours == 1 else clock < hours[:, np.newaxis]
    return np.asarray(resources[:, np.newaxis] * (swing * arrived)[:, np.newaxis, :], dtype=np.float64)


def _split(quantity: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Divide each quantity (days, SKUs) by the weights (days, slices): whole steps that add up to it exactly."""
    bounds = np.cumsum(weights, axis=1)
    bounds /= bounds[:, -1:]
    edges = np.floor(quantity[:, :, np.newaxis] * bounds[:, np.newaxis, :]).astype(np.int64)
    return np.diff(edges, axis=2, prepend=0)


def _noisy(of: Source, seed: int, ordinals: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights with noise of their own, days × slices."""
    flat = weights.reshape(len(ordinals), -1)
    noise = uniform(seed, name_key(of.stream.key), ordinals[:, np.newaxis], np.arange(flat.shape[1], dtype=np.int64))
    return flat * (1.0 + _SLICE_NOISE * (noise - 0.5))


def usage(of: Source, days: Days, month: Period, seed: int) -> Facts:
    """The rows of a stream in a month: by day, SKU, resource and hour. Slices that come to nothing are no rows."""
    index = days.index(month)
    kept = of.stream.active[index]
    ordinals, hours = days.ordinals[index][kept], of.stream.hours[index][kept]
    quantity = _quantities(of, of.stream.dollars[index][kept], hours)
    slices = _split(quantity, _noisy(of, seed, ordinals, _weights(of.cut, hours))) if len(ordinals) else quantity
    cells = slices.reshape(len(ordinals), of.cut.skus, of.cut.resources, of.cut.hours)
    day, sku, resource, hour = np.nonzero(cells)
    length = HOUR * (FULL_DAY // of.cut.hours)
    start = seconds(ordinals)[day] + hour * length
    return priced(of.slots, sku * of.cut.resources + resource, start, start + length, cells[day, sku, resource, hour])
