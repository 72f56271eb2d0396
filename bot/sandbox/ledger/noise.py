"""Noise that depends only on what it is asked for: the same seed and keys give the same number, in any order and any slice.

A generator with a state would make every row depend on all rows drawn before it, so that one service more would change the
whole company. Here a number is a hash (the finaliser of SplitMix64, by Steele, Lea and Flood, 2014).
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MASK = (1 << 64) - 1
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_UNIT = 2.0**-53


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    return state ^ (state >> np.uint64(31))


def name_key(name: str) -> int:
    """A number for a name, to be used as a key."""
    return zlib.crc32(name.encode())


def uniform(seed: int, *keys: int | NDArray[np.int64]) -> NDArray[np.float64]:
    """Numbers in [0, 1), one for each combination of the keys, which are broadcast against each other."""
    state = np.full(1, seed & _MASK, dtype=np.uint64)
    for key in keys:
        state = _mixed((state ^ np.atleast_1d(np.asarray(key)).astype(np.uint64)) + _STEP)
    return (state >> np.uint64(11)).astype(np.float64) * _UNIT
