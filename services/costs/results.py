"""What `services.costs` returns: frozen, and complete enough to render without another query.

Amounts are `Money`, exact. One `Section` a currency, because two currencies are never added without a stated rate.
A key value of None is the untagged or unallocated remainder; it is always a row of its own, so the parts add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from storage.model.money import Money
    from storage.model.period import Period
    from storage.model.query import Basis, CostQuery, Line


@dataclass(frozen=True, slots=True)
class SourceState:
    """How far one source's bill reaches. `through` is its last complete day; `late` when it ends before it should."""

    name: str
    through: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Completeness:
    """Through which day the sources are complete, and which are late. `through` is None when no day is complete.

    A source that has fallen far behind the others is late, but does not hold them back: `through` may then be a day that it does
    not have yet.
    """

    through: date | None
    sources: tuple[SourceState, ...]

    @property
    def late(self) -> tuple[SourceState, ...]:
        """The sources that end before they should."""
        return tuple(source for source in self.sources if source.late)


@dataclass(frozen=True, slots=True)
class MissingBasis:
    """A basis that a source does not have, and for how many of the charges asked for. Never filled in from another basis."""

    basis: Basis
    source: str
    charges: int
    is_compared: bool = False
    """The charges are those of the compared period."""


@dataclass(frozen=True, slots=True)
class Basics:
    """What every answer carries: the query it answers, its freshness, what is missing, and the SQL that was run."""

    query: CostQuery
    completeness: Completeness
    missing: tuple[MissingBasis, ...]
    sql: str
    generation: int
    estimated: bool
    """The period touches a month that the provider has not closed yet."""
    rates: tuple[str, ...] = ()
    """Exchange rates that were applied, in words; empty when none was."""
    unrated: tuple[str, ...] = ()
    """Where rates are set: the currencies of charges on whose day there was no rate. They stand in sections of their own."""


@dataclass(frozen=True, slots=True)
class Usage:
    """A usage amount in its one unit (ConsumedQuantity, ConsumedUnit)."""

    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class CostRow:
    """One line of a breakdown. `share` is of the section's total (1 = all); `trend` has one amount a bucket, oldest first.

    `previous` is None where nothing may be compared: see `Breakdown.judged`.
    """

    key: Mapping[str, str | None]
    label: str | None
    """A display name that goes with the key (an account's name), where the bill has one."""
    amount: Money
    previous: Money | None
    share: Decimal | None
    trend: tuple[Money, ...] = ()
    category: str | None = None
    usage: Usage | None = None
    judged: Money | None = None
    """What of the amount lies on the judged days; None: all of it."""

    @property
    def comparable(self) -> Money:
        """What `previous` may fairly be held against: the amount on complete days."""
        return self.amount if self.judged is None else self.judged


@dataclass(frozen=True, slots=True)
class BelowLine:
    """Credits, refunds or tax of the same period and filters, standing below a gross total."""

    line: Line
    amount: Money


@dataclass(frozen=True, slots=True)
class Section:
    """One currency of an answer. rows + remainder = total; total + below = net (for a gross question)."""

    currency: str
    rows: tuple[CostRow, ...]
    remainder: Money
    """What the rows not on this page add up to."""
    remainder_previous: Money | None
    remainder_rows: int
    total: Money
    previous: Money | None
    below: tuple[BelowLine, ...]
    net: Money
    trend: tuple[Money, ...] = ()
    """The total's own series, one amount a bucket."""
    previous_trend: tuple[Money, ...] = ()
    """The compared period's series, bucket by bucket beside `trend`: as many days, from its first day on. It may be shorter (the
    last buckets are not complete yet) or longer (it was given as a longer period)."""
    judged: Money | None = None
    """What of the total lies on the judged days; None: all of it."""
    remainder_judged: Money | None = None
    """What of the remainder lies on the judged days; None: all of it."""

    @property
    def comparable(self) -> Money:
        """What `previous` may fairly be held against: the total on complete days."""
        return self.total if self.judged is None else self.judged

    @property
    def remainder_comparable(self) -> Money:
        """What `remainder_previous` may fairly be held against."""
        return self.remainder if self.remainder_judged is None else self.remainder_judged


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Spend by dimensions and, when the query has a granularity, over time. `buckets` are the first days of each cut.

    Amounts are of all days asked for. A comparison is of the days that are complete, with as many days before: `query.compare`.
    """

    basics: Basics
    sections: tuple[Section, ...]
    rows_total: int
    buckets: tuple[date, ...] = ()
    judged: Period | None = None
    """The complete days that were compared, where they are fewer than those asked for; `comparable` is the amount on them. None:
    all days were compared, or none could be (every `previous` is None then)."""

    @property
    def pages(self) -> int:
        """How many pages of `query.top` rows there are; at least one."""
        size = self.basics.query.top or max(self.rows_total, 1)
        return max(-(-self.rows_total // size), 1)


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """The month so far, in one currency. `previous` is the same number of days of the month before.

    `previous` and `last_month` are None where the bill begins later than they do.
    """

    to_date: Money
    previous: Money | None
    last_month: Money | None
    run_rate: Money
    """A day, over the days of `KeyFigures.week`."""
    remaining: Money
    """What the rest of the month costs at that run rate; not a forecast."""
    below: tuple[BelowLine, ...]
    net: Money
    daily: tuple[Money, ...]
    """One amount a day of `days`."""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The bare question: how are we doing this month."""

    basics: Basics
    figures: tuple[KeyFigure, ...]
    days: Period
    """The complete days of the month that `to_date` adds up."""
    compared: Period
    week: Period
    """The last seven complete days, which the run rate is of; fewer, where the bill began since."""
    top: tuple[Section, ...]
    """The largest services of the month to date, one section a currency."""


@dataclass(frozen=True, slots=True)
class BasisFigures:
    """The four bases side by side, in one currency. None where no source has the basis."""

    currency: str
    amounts: Mapping[Basis, Money | None]
    negotiated_saving: Money | None
    """List - Contracted, without commitment purchases."""
    negotiated_rate: Decimal | None
    """Of List; 1 = all of it."""
    commitment_saving: Money | None
    """Σ(Contracted - Effective) over Used rows, minus Effective of Unused rows."""
    commitment_rate: Decimal | None
    """Of Contracted."""
    used: Money
    """Effective cost of the used part of commitments."""
    unused: Money
    utilisation: Decimal | None
    """Effective(Used) / Effective(Used + Unused)."""


@dataclass(frozen=True, slots=True)
class Bases:
    """The four bases of one period."""

    basics: Basics
    figures: tuple[BasisFigures, ...]


@dataclass(frozen=True, slots=True)
class Mover:
    """What one key contributed to the change between two periods. `share` is of the whole change (may exceed 1)."""

    key: Mapping[str, str | None]
    label: str | None
    before: Money
    after: Money
    change: Money
    share: Decimal | None
    is_new: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class MoverSection:
    """One currency and one dimension of movers. Σ movers.change + rest = change."""

    currency: str
    before: Money
    after: Money
    change: Money
    movers: tuple[Mover, ...]
    rest: Money
    dimension: str = ""
    """What the movers are values of."""


@dataclass(frozen=True, slots=True)
class Movers:
    """What moved between `query.compared` and `query.period`, by each of the query's dimensions."""

    basics: Basics
    sections: tuple[MoverSection, ...]


CostAnswer = Breakdown | KeyFigures | Bases | Movers
