"""Explain: the cause of one anomaly, from line items where they can be read, else from the daily sums as deep as those go."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Self, TypeVar

from services.anomalies.cause import coverage, origin
from services.anomalies.cause.changes import Ledger, by_unit, excess_by, total
from services.anomalies.cause.days import MONTHS_BEFORE, WEEK, WEEKS_BEFORE, Days, judged, like_dates, like_weekdays
from services.anomalies.cause.path import rounded
from services.anomalies.cause.rates import Split, driver, rates, split
from services.anomalies.cause.walk import MOST_CELLS, Walk
from services.anomalies.results import OWNER
from services.costs.exact import exactly
from storage.engines.base import Slice
from storage.model.anomaly import AnomalyKind, Cause, Driver
from storage.model.errors import StoreError
from storage.model.period import DAY, Period, first_of_month
from storage.model.query import Basis, Filter, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import date

    from services.anomalies.cause.changes import Change
    from storage.costs import Reading
    from storage.model.anomaly import Anomaly, Rate, SeriesKey

Found = TypeVar("Found")
CUBES = "cost.db"
PATH = ("service", "account", "region", "meter")
PATH_OF_UNUSED = ("purchase", "commitment_id", "service", "region", "meter")
WORTH_SAYING = Decimal("0.1")
"""Of the excess: less than this that has no quantities is not mentioned."""


@dataclass(frozen=True, slots=True)
class Episode:
    """What is to be explained, from its first day through the last one that is out of the band, complete or not.

    `before` are the days it is compared with; empty: the usual ones, without the days `apart`, which were out of the ordinary
    themselves. `owner` is the dimension that says whose something is.
    """

    series: SeriesKey
    kind: AnomalyKind
    since: date
    through: date
    before: tuple[date, ...] = ()
    apart: frozenset[date] = frozenset()
    owner: str = OWNER

    @classmethod
    def of(cls, anomaly: Anomaly, earlier: Iterable[Anomaly] = (), owner: str = OWNER) -> Self:
        """The days of an anomaly that are complete and were out of the band; its first day where none is.

        `earlier` are other anomalies of the same series: their days are not usual ones.
        """
        apart = frozenset(day for each in earlier for day in Period.of_days(each.since, each.until))
        return cls(anomaly.series, anomaly.kind, anomaly.since, min(anomaly.until, anomaly.through), apart=apart, owner=owner)

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The charges that were judged: usage alone, unless the series says which."""
        found = [*self.series.filters, Filter("currency", (self.series.currency,))]
        if "charge" not in self.series.dimensions:
            found.append(Filter("charge", ("Usage",)))
        if self.kind is AnomalyKind.UNUSED and "commitment" not in self.series.dimensions:
            found.append(Filter("commitment", ("Unused",)))
        return tuple(found)

    @property
    def path(self) -> tuple[str, ...]:
        """The dimensions to follow, but for the last one, resources."""
        path = PATH_OF_UNUSED if self.kind is AnomalyKind.UNUSED else PATH
        return tuple(each for each in path if each not in self.series.dimensions)


def explain(reading: Reading, episode: Episode, most: int = MOST_CELLS) -> Cause:
    """Where the excess comes from. Blocking: in the executor of the cost questions.

    `most` is how many groups are read at once. A lake that cannot be read raises nothing: the cause reaches as deep as the daily
    sums, and says so. Raises StoreError when cost.db cannot be read.
    """
    if episode.kind is AnomalyKind.SILENCE:
        return Cause(Driver.UNKNOWN, missing=("Nothing is known of days whose data did not arrive.",))
    with exactly():
        sources = _sources(reading, episode)
        days = _days(reading, episode, sources)
        if isinstance(days, str):
            return Cause(Driver.UNKNOWN, missing=(days,))
        ledger = Ledger(reading, days, episode.filters)
        try:
            walk = Walk(ledger, reading.catalog.labels, most, missing=_unpriced(ledger, sources))
            return _from_line_items(walk, episode)
        except StoreError:
            return _from_sums(Walk(ledger, reading.catalog.labels, missing=_unpriced(ledger, sources)), episode)


def _sources(reading: Reading, episode: Episode) -> Collection[str | None]:
    """The sources that have the series; all of them where that takes line items which cannot be read."""
    first = min((*episode.before, first_of_month(episode.since, -MONTHS_BEFORE), episode.since - DAY * WEEK * WEEKS_BEFORE))
    piece = Slice(
        Period.of_days(first, max(episode.since, episode.through)),
        by=("source",),
        filters=episode.filters,
        lines=(Line.CHARGES,),
        measures=(Basis.EFFECTIVE,),
    )
    found = _if_readable(lambda: {cell.key[0] for cell in reading.run(piece).cells})
    return reading.catalog.sources if found is None else found


def _days(reading: Reading, episode: Episode, sources: Collection[str | None]) -> Days | str:
    """The days to compare, or in words why there are none. A day counts when one of the sources sent a bill for it."""
    known = {day for source, days in reading.catalog.charges_a_day.items() if source in sources for day in days}
    during = judged(episode.since, max(episode.since, episode.through), known.__contains__)
    if not during:
        return "There is no bill of these days."
    like = like_dates if episode.kind is AnomalyKind.FEE else like_weekdays
    usual = (like(episode.since, during, days.__contains__) for days in (known - episode.apart, known))
    before = tuple(sorted(known.intersection(episode.before))) or next(filter(None, usual), ())
    return Days(during, before) if before else "There is no bill of the weeks before, so there is nothing to compare with."


def _unpriced(ledger: Ledger, sources: Collection[str | None]) -> list[str]:
    parts = ledger.reading.catalog.in_period(ledger.days.period, billing=False)
    lacks = any(part.missing.get(Basis.EFFECTIVE) for part in parts if part.source in sources)
    return ["Some charges of these months have no effective cost, and are not counted."] if lacks else []


def _from_line_items(walk: Walk, episode: Episode) -> Cause:
    walk.names_all = episode.kind is not AnomalyKind.UNUSED
    by, changes = walk.down(episode.path, beside="pricing")
    if not _has_excess(walk, episode):
        return _nothing_stands_out(walk)
    if episode.kind is AnomalyKind.UNUSED:
        return _cause(walk, episode, Driver.UNKNOWN)
    walk.to_resources()
    meter, pricing = by.index("meter"), by.index("pricing")
    metered = by_unit(changes, [place for place in range(len(by)) if place != pricing])
    whole = sum(map(split, metered), Split())
    walk.missing += _without_quantities(whole)
    walk.notes += _coverage(changes, metered, meter, pricing)
    return _cause(walk, episode, driver(whole), rates(metered, meter))


def _coverage(changes: Sequence[Change], metered: Sequence[Change], meter: int, pricing: int) -> tuple[str, ...]:
    """What moved under the price of the usage type whose price moved the most dollars."""
    largest = max(metered, key=lambda each: abs(split(each).by_price), default=None)
    if largest is None or largest.unit is None:
        return ()
    name = largest.key[meter]
    return coverage.notes([each for each in changes if (each.key[meter], each.unit) == (name, largest.unit)], pricing)


def _without_quantities(whole: Split) -> list[str]:
    if not whole.metered:
        return ["The bill has no quantities here, so usage and price cannot be told apart."]
    part = abs(whole.unmetered / whole.whole) if whole.whole else Decimal(0)
    return [f"{part * 100:.0f} % of it has no quantity: usage or price is said of the others."] if part >= WORTH_SAYING else []


def _from_sums(walk: Walk, episode: Episode) -> Cause:
    """As deep as tables of daily sums reach."""
    walk.missing.append("The line items cannot be read, so there is no usage type, no resource and no price.")
    for dimension in (None, *episode.path):
        piece = walk.ledger.piece((dimension,) if dimension else (), walk.filters)
        if walk.ledger.reading.plan(piece).name != CUBES:
            break
        changes = walk.ledger.changes(walk.ledger.answer(piece))
        if dimension is None:
            walk.whole = rounded(total(changes))
            if not _has_excess(walk, episode):
                return _nothing_stands_out(walk)
        else:
            walk.take(dimension, excess_by(changes, 0))
    return _cause(walk, episode, Driver.UNKNOWN)


def _has_excess(walk: Walk, episode: Episode) -> bool:
    """Whether the days differ from those before in the direction of the anomaly."""
    whole = walk.whole or Decimal(0)
    return whole < 0 if episode.kind is AnomalyKind.DROP else whole > 0


def _nothing_stands_out(walk: Walk) -> Cause:
    said = "These days do not differ that way from the days they are compared with, so no part of them stands out."
    return Cause(Driver.UNKNOWN, missing=(said,), excess=walk.whole or Decimal(0))


def _cause(walk: Walk, episode: Episode, driven_by: Driver, found: tuple[Rate, ...] = ()) -> Cause:
    narrowed = (*episode.series.filters, Filter("currency", (episode.series.currency,)), *walk.filters)
    return Cause(
        driver=driven_by,
        steps=tuple(walk.steps),
        rates=found,
        first_seen=_if_readable(lambda: origin.first_seen(walk.ledger.reading, narrowed, episode.through)),
        owner=_if_readable(lambda: origin.owner(walk.ledger, episode.owner, walk.filters)),
        missing=tuple(walk.missing),
        excess=walk.whole or Decimal(0),
        notes=tuple(walk.notes),
    )


def _if_readable(read: Callable[[], Found]) -> Found | None:
    """What is read, or None where that takes line items which cannot be read: the cause says so already."""
    try:
        return read()
    except StoreError:
        return None
