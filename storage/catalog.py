"""The catalog: what the store holds at one generation. Parts and their files, names and their ids, how far each source reaches.

Read once a generation and kept; the generation itself is read from cost.db each time, because the terminal is another process.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.model.period import Period, first_of_month

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01, as the tables count them."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The day of a number of the tables."""
    return EPOCH + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Part:
    """One billing period of one source. `days`: first to last charge; `missing`: basis → charges without it."""

    id: int
    source: str
    month: date
    file: str
    charges: int
    days: Period
    missing: Mapping[str, int]
    payers: tuple[str, ...]
    format: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """One generation. `charges_a_day` is source → day → number of charges, for judging which days are complete."""

    generation: int
    parts: tuple[Part, ...]
    ids: Mapping[tuple[str, str], int]
    values: Mapping[int, str]
    labels: Mapping[str, str]
    """Account → its name."""
    charges_a_day: Mapping[str, Mapping[date, int]]
    sources: Mapping[str, int] = field(default_factory=dict)
    source_names: Mapping[int, str] = field(default_factory=dict)
    by_dimension: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def in_period(self, period: Period, *, billing: bool) -> tuple[Part, ...]:
        """The parts that can hold charges of the period: by the days they cover, or by their billing month."""
        if billing:
            return tuple(part for part in self.parts if part.month in period or first_of_month(period.start) == part.month)
        return tuple(part for part in self.parts if part.days.overlap(period))


def generation(connection: sqlite3.Connection) -> int:
    """The number that grows with every ingest."""
    return int(connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])


def read_catalog(connection: sqlite3.Connection) -> Catalog:
    """Read it all from one snapshot."""
    sources = dict(connection.execute("SELECT id, name FROM sources").fetchall())
    names = connection.execute("SELECT id, dimension, value, label FROM names ORDER BY id").fetchall()
    by_dimension: dict[str, list[str]] = {}
    for _, dimension, value, _ in names:
        by_dimension.setdefault(dimension, []).append(value)
    return Catalog(
        generation=generation(connection),
        parts=_parts(connection, sources),
        ids={(dimension, value): number for number, dimension, value, _ in names},
        values={number: value for number, _, value, _ in names},
        labels={value: label for _, dimension, value, label in names if dimension == "account" and label},
        charges_a_day=_charges_a_day(connection, sources),
        sources={name: number for number, name in sources.items()},
        source_names=sources,
        by_dimension={dimension: tuple(values) for dimension, values in by_dimension.items()},
    )


def _parts(connection: sqlite3.Connection, sources: Mapping[int, str]) -> tuple[Part, ...]:
    rows = connection.execute(
        "SELECT id, source, period, file, charges, first_day, last_day, missing, payers, format FROM parts ORDER BY id"
    )
    return tuple(
        Part(
            number,
            sources[source],
            day_of(period),
            file,
            charges,
            Period.of_days(day_of(first), day_of(last)),
            json.loads(missing),
            tuple(json.loads(payers)),
            kind,
        )
        for number, source, period, file, charges, first, last, missing, payers, kind in rows.fetchall()
    )


def _charges_a_day(connection: sqlite3.Connection, sources: Mapping[int, str]) -> dict[str, dict[date, int]]:
    rows = connection.execute(
        "SELECT p.source, d.day, sum(d.charges) FROM part_days d JOIN parts p ON p.id = d.part GROUP BY 1, 2 ORDER BY 1, 2"
    )
    result: dict[str, dict[date, int]] = {}
    for source, day, charges in rows.fetchall():
        result.setdefault(sources[source], {})[day_of(day)] = charges
    return result
