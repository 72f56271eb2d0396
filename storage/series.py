"""Series: every value of some dimensions as a row of daily numbers, read in bulk for whoever judges them all.

Ten thousand series of four hundred days are four million cells. SQLite joins the cells of a day into two texts, which numpy reads
at once: no Python object is made a cell. What is read is what is watched: effective cost of usage alone, without purchases, fees,
credits, refunds and tax.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from storage.catalog import day_number, day_of
from storage.engines.base import Slice
from storage.engines.cubes import CubeEngine
from storage.layout import LINES, column, digits
from storage.model.anomaly import SeriesKey
from storage.model.errors import StoreError
from storage.model.period import Period
from storage.model.query import Basis, Filter, Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from storage.catalog import Catalog
    from storage.costs import Reading
    from storage.layout import Table

USAGE = Filter("charge", ("Usage",))
NEVER = -1
"""The last day of a series in a source that does not have it."""


@dataclass(frozen=True, slots=True)
class SeriesTable:
    """`k` series over `n` days. `values` is k × n in the series' own currencies; NaN where the bill has no charge.

    `last` is k × sources: the column of the last day that a source has of a series, `NEVER` where it has none.
    """

    keys: tuple[SeriesKey, ...]
    days: Period
    values: NDArray[np.float64]
    sources: tuple[str, ...]
    last: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of one part in one currency: coded series, and amounts in the currency's own scale."""

    source: int
    column: int
    codes: NDArray[np.int64]
    amounts: NDArray[np.float64]


def is_watchable(reading: Reading, dimension: str) -> bool:
    """Whether a table has the days of usage by this dimension."""
    return _table(reading, _piece(Period(day_of(0), day_of(1)), (dimension,))) is not None


def read_series(reading: Reading, by: Sequence[str], days: Period) -> SeriesTable:
    """Every combination of values of `by` that has usage in these days. Raises StoreError where no table has it."""
    piece = _piece(days, tuple(by))
    table = _table(reading, piece)
    if table is None:
        raise StoreError(f"{' × '.join(by)} cannot be watched: no table has its days.", "Take it out of TUPPENCE_WATCH.")
    return _gathered(list(_days(reading, piece, table)), reading.catalog, piece)


def _piece(days: Period, by: tuple[str, ...]) -> Slice:
    return Slice(days, by=by, daily=True, lines=(Line.CHARGES,), filters=(USAGE,), measures=(Basis.EFFECTIVE,))


def _table(reading: Reading, piece: Slice) -> Table | None:
    engine = reading.plan(piece)
    if {"source", "currency"} & set(piece.by) or not isinstance(engine, CubeEngine):
        return None
    return engine.table_for(piece)


def _base(catalog: Catalog) -> int:
    """Series are coded as numbers with this base: the currency, then a digit a dimension. Three fit for two million names."""
    return max(catalog.values, default=0) + 1


def _days(reading: Reading, piece: Slice, table: Table) -> Iterator[_Day]:
    catalog, base = reading.catalog, _base(reading.catalog)
    parts = {part.id: catalog.sources[part.source] for part in catalog.in_period(piece.period, billing=False)}
    order = {number: place for place, number in enumerate(sorted(catalog.source_names))}
    scale = {catalog.ids["currency", code]: 10.0 ** digits(code) for code in catalog.by_dimension.get("currency", ())}
    if not parts or USAGE.values[0] is None or ("charge", USAGE.values[0]) not in catalog.ids:
        return
    first = day_number(piece.period.start)
    for part, day, currency, codes, amounts in reading.connection.execute(_select(piece, table, list(parts), catalog)):
        yield _Day(
            order[parts[part]],
            day - first,
            np.fromstring(codes, np.int64, sep=",") + currency * base ** len(piece.by),
            np.fromstring(amounts, np.int64, sep=",") / scale[currency],
        )


def _select(piece: Slice, table: Table, parts: Sequence[int], catalog: Catalog) -> str:
    """Grouped as the key is ordered, so that SQLite sorts nothing. Every value in it is an integer of our own making.

    Usage of which nobody states an effective cost is left out: it would read as nothing spent.
    """
    code, base = "", _base(catalog)
    for name in piece.by:
        code = f"({code}) * {base} + {column(name)}" if code else column(name)
    inside, usage = ", ".join(map(str, sorted(parts))), catalog.ids["charge", str(USAGE.values[0])]
    return (
        f"SELECT part, day, currency, group_concat({code}), group_concat(effective) FROM {table.name} "
        f"WHERE part IN ({inside}) AND day BETWEEN {day_number(piece.period.start)} AND {day_number(piece.period.last)} "
        f"AND line = {LINES.index(Line.CHARGES)} AND charge = {usage} AND effective IS NOT NULL GROUP BY part, day, currency"
    )


def _gathered(cells: Sequence[_Day], catalog: Catalog, piece: Slice) -> SeriesTable:
    sources = tuple(catalog.source_names[number] for number in sorted(catalog.source_names))
    every = np.concatenate([each.codes for each in cells]) if cells else np.empty(0, np.int64)
    codes, rows = np.unique(every, return_inverse=True)
    n, last = piece.period.days, np.full((len(codes), len(sources)), NEVER, np.int64)
    places = np.split(rows, np.cumsum([len(each.codes) for each in cells])[:-1]) if cells else []
    values, known = np.zeros(len(codes) * n), np.zeros(len(codes) * n, bool)
    for each, place in zip(cells, places, strict=True):
        # A code can come twice in a day: of two providers or categories, or of one day in two parts.
        np.add.at(values, place * n + each.column, each.amounts)
        known[place * n + each.column] = True
        last[place, each.source] = np.maximum(last[place, each.source], each.column)
    values[~known] = np.nan
    return SeriesTable(_keys(codes, catalog, piece), piece.period, values.reshape(len(codes), n), sources, last)


def _keys(codes: NDArray[np.int64], catalog: Catalog, piece: Slice) -> tuple[SeriesKey, ...]:
    base, names = _base(catalog), [*reversed(piece.by)]
    digits_of: list[list[str | None]] = []
    rest = codes
    for _ in names:
        rest, digit = np.divmod(rest, base)
        digits_of.append([catalog.values.get(number) for number in digit.tolist()])
    currencies = [catalog.values[number] for number in rest.tolist()]
    return tuple(
        SeriesKey(tuple(sorted(zip(names, values, strict=True), key=lambda part: part[0])), currency)
        for currency, *values in zip(currencies, *digits_of, strict=True)
    )
