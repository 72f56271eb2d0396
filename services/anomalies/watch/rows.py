"""Rows: every watched series of a morning as numbers, with how far each is complete, and its sources that are late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.costs.freshness import WAITED_FOR
from storage.model.period import DAY, Period
from storage.series import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from numpy.typing import NDArray

    from services.costs.freshness import Reaches
    from storage.catalog import Catalog
    from storage.model.anomaly import SeriesKey
    from storage.series import SeriesTable

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """One series. Columns are days from `first` on; `known` is the last complete one, or -1.

    `charged` is NaN where the bill has no charge; in `values` that is nothing spent where its source has other charges that day,
    and NaN where it has none.
    """

    key: SeriesKey
    first: date
    charged: Floats
    values: Floats
    known: int
    late: tuple[str, ...] = ()

    def place(self, day: date) -> int:
        """The column of a day."""
        return (day - self.first).days

    def day(self, place: int) -> date:
        """The day of a column."""
        return self.first + DAY * place

    @property
    def through(self) -> date:
        """The last complete day."""
        return self.day(self.known)

    @property
    def begins(self) -> date | None:
        """The first day with a charge."""
        found = np.flatnonzero(~np.isnan(self.charged))
        return self.day(int(found[0])) if found.size else None


@dataclass(frozen=True, slots=True)
class Group:
    """All series of one set of dimensions, `k` of them. `mine` is k × sources: which of them still send it."""

    by: tuple[str, ...]
    days: Period
    keys: tuple[SeriesKey, ...]
    charged: Floats
    values: Floats
    known: Ints
    mine: NDArray[np.bool_]
    sources: tuple[str, ...]
    late: frozenset[str]

    def row(self, number: int) -> Row:
        """One of them."""
        late = tuple(name for name, is_mine in zip(self.sources, self.mine[number], strict=True) if is_mine and name in self.late)
        return Row(self.keys[number], self.days.start, self.charged[number], self.values[number], int(self.known[number]), late)

    def known_by(self, reaches: Reaches) -> Ints:
        """The last complete columns as they were when the sources reached so far."""
        return _known(self.mine, self.sources, reaches, self.days)

    def begins(self) -> Ints:
        """The first column with a charge, `k`."""
        return np.asarray(np.argmax(~np.isnan(self.charged), axis=1), np.int64)


class Rows:
    """The series of a morning, by their key."""

    def __init__(self, groups: Iterable[Group], more: Iterable[Row] = ()) -> None:
        """`more` are rows that are no group's (a whole source)."""
        self.groups = {group.by: group for group in groups}
        self.first = min(group.days.start for group in self.groups.values())
        self._places = {key: (group, place) for group in self.groups.values() for place, key in enumerate(group.keys)}
        self._more = {row.key: row for row in more}

    def get(self, key: SeriesKey) -> Row | None:
        """One of them; None where the bill has nothing of it in all these days."""
        if key in self._more:
            return self._more[key]
        found = self._places.get(key)
        return found[0].row(found[1]) if found else None


def grouped(table: SeriesTable, by: tuple[str, ...], catalog: Catalog, reaches: Reaches, late: Iterable[str]) -> Group:
    """The series of a table with what the catalog knows of their sources."""
    newest = table.last.max(axis=1, initial=NEVER, keepdims=True)
    mine = (table.last != NEVER) & (table.last >= newest - WAITED_FOR.days)
    sent = np.array(
        [[day in catalog.charges_a_day.get(source, {}) for day in table.days] for source in table.sources], np.float64
    )
    has_data = mine.astype(np.float64) @ sent.reshape(len(table.sources), table.days.days) > 0
    values = np.where(np.isnan(table.values) & has_data, 0.0, table.values)
    known = _known(mine, table.sources, reaches, table.days)
    return Group(by, table.days, table.keys, table.values, values, known, mine, table.sources, frozenset(late))


def _known(mine: NDArray[np.bool_], sources: tuple[str, ...], reaches: Reaches, days: Period) -> Ints:
    """A series is complete as far as all who send it are."""
    reach = np.array([_place(reaches, source, days) for source in sources], np.int64)
    return np.asarray(np.where(mine, reach[None, :], days.days).min(axis=1, initial=days.days - 1), np.int64)


def _place(reaches: Mapping[str, date | None], source: str, days: Period) -> int:
    day = reaches.get(source)
    return -1 if day is None else max((day - days.start).days, -1)
