"""Facts and slots as an Arrow table with the columns of FOCUS 1.2, plus the two names that 1.3 puts in ProviderName's place.

Words stay dictionaries (a code a row) and decimals are built from integer buffers, so that a million rows cost no Python object.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from bot.sandbox.ledger.catalogue.base import COST_DECIMALS, PRICE_DECIMALS, QUANTITY_DECIMALS
from bot.sandbox.ledger.facts import NONE
from bot.sandbox.ledger.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.sandbox.ledger.facts import Facts
    from bot.sandbox.ledger.slots import Priced
    from storage.model.period import Period

_DIGITS = 38
_MICROSECONDS = 1_000_000
_QUANTITY_TO_COST = 10 ** (COST_DECIMALS - QUANTITY_DECIMALS)
_TIMESTAMP = pa.timestamp("us", tz="UTC")
_BASES = {"BilledCost": "billed", "EffectiveCost": "effective", "ContractedCost": "contracted", "ListCost": "list"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list of slots as columns: the words as a table with a row a slot, the prices as arrays."""

    words: pa.Table
    listed: NDArray[np.int64]
    contracted: NDArray[np.int64]
    per_unit: NDArray[np.int64]
    commitment_step: NDArray[np.int64]
    """What to divide committed cost steps by to get the commitment's quantity: 1 where that is money, else the unit price."""


def _committed_price(priced: Priced) -> int:
    commitment = priced.slot.commitment
    if commitment is None:
        return NONE
    return commitment.unit_price if commitment.units else 1


def sheet(slots: Sequence[Priced]) -> Sheet:
    """The slots as columns. Do it once for slots that every month uses."""
    words = {name: pa.array([of(p.slot) for p in slots], pa.string()).dictionary_encode() for name, of in WORDS.items()}
    return Sheet(
        words=pa.table(words),
        listed=np.array([p.listed for p in slots], dtype=np.int64),
        contracted=np.array([p.contracted for p in slots], dtype=np.int64),
        per_unit=np.array([p.per_unit for p in slots], dtype=np.int64),
        commitment_step=np.array([_committed_price(p) for p in slots], dtype=np.int64),
    )


def _valid(values: NDArray[np.int64]) -> tuple[pa.Buffer | None, int]:
    """Arrow's bitmap of the values that are not NONE, and how many are."""
    nulls = values == NONE
    count = int(nulls.sum())
    return (pa.py_buffer(np.packbits(~nulls, bitorder="little").tobytes()) if count else None), count


def decimals(values: NDArray[np.int64], places: int) -> pa.Array:
    """Integer steps of `10**-places` as DECIMAL(38, places); NONE is null. A 128-bit number is its 64 bits and their sign."""
    wide = np.empty((len(values), 2), dtype="<i8")
    wide[:, 0], wide[:, 1] = values, values >> 63
    bitmap, nulls = _valid(values)
    return pa.Array.from_buffers(pa.decimal128(_DIGITS, places), len(values), [bitmap, pa.py_buffer(wide)], nulls)


def _moments(seconds: NDArray[np.int64]) -> pa.Array:
    return pa.array(seconds * _MICROSECONDS).cast(_TIMESTAMP)


def _same(word: str | None, rows: int) -> pa.DictionaryArray:
    """One word, or none, in every row. A null stands in the codes: Parquet cannot write one that stands in the dictionary."""
    codes = pa.nulls(rows, pa.int32()) if word is None else pa.array(np.zeros(rows, dtype=np.int32))
    return pa.DictionaryArray.from_arrays(codes, pa.array([] if word is None else [word], pa.string()))


def _midnight(day: date, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(datetime.combine(day, time(), UTC), _TIMESTAMP), rows)


def _where(known: NDArray[np.bool_], values: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(known, values, NONE)


def _commitment_quantity(facts: Facts, steps: NDArray[np.int64]) -> NDArray[np.int64]:
    """How much of its commitment a row buys, uses or leaves: exactly one of billed and effective cost is not zero there."""
    paid = facts.billed + facts.effective
    units = paid // np.maximum(steps, 1) * np.where(steps > 1, _QUANTITY_TO_COST, 1)
    return _where(steps != NONE, units)


def _numbers(facts: Facts, of: Sheet) -> dict[str, pa.Array]:
    """The decimal columns."""
    per_unit = of.per_unit[facts.slot]
    consumed = _where((per_unit > 0) & (facts.quantity != NONE), facts.quantity * per_unit)
    quantity = _commitment_quantity(facts, of.commitment_step[facts.slot])
    return {
        **{name: decimals(getattr(facts, basis), COST_DECIMALS) for name, basis in _BASES.items()},
        "ListUnitPrice": decimals(of.listed[facts.slot], PRICE_DECIMALS),
        "ContractedUnitPrice": decimals(of.contracted[facts.slot], PRICE_DECIMALS),
        "PricingQuantity": decimals(facts.quantity, QUANTITY_DECIMALS),
        "ConsumedQuantity": decimals(consumed, QUANTITY_DECIMALS),
        "CommitmentDiscountQuantity": decimals(quantity, COST_DECIMALS),
    }


def table(facts: Facts, of: Sheet, month: Period, invoice: str | None) -> pa.Table:
    """The rows of one billing period, columns in alphabetical order; `invoice` is None while the period is open."""
    rows = len(facts)
    words = of.words.take(pa.array(facts.slot))
    columns = {
        **dict(zip(words.column_names, words.columns, strict=True)),
        **_numbers(facts, of),
        "BillingPeriodStart": _midnight(month.start, rows),
        "BillingPeriodEnd": _midnight(month.end, rows),
        "ChargePeriodStart": _moments(facts.start),
        "ChargePeriodEnd": _moments(facts.end),
        "InvoiceId": _same(invoice, rows),
    }
    return pa.table({name: columns[name] for name in sorted(columns)})
