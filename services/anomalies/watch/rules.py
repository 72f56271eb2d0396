"""The numbers that the watch goes by, in one place. Thresholds of single days are the detector's own.

=====================  ============  ==========================================================================================
what                   value         meaning
=====================  ============  ==========================================================================================
``HIGH_FROM``          500 a day     High, by default (TUPPENCE_HIGH)
``MEDIUM_SHARE``       1/5 of it     Medium
``LARGE`` / ``RARE``   20 % / 2.0    a change below 20 % of the expected with a score below 2 counts one level less
``BACK_DAYS``          2             complete days at the level from before, in a row, end an episode
``BACK_SHARE``         half          a day with more than half of the worst day's excess is not back, however wide the band is
``STAYS_DAYS``         14            complete days on a new level make it a new normal
``SEEN_DAYS``          7             days that it is told before it may be called so
``STEADY``             15 %          by so much its two weeks may differ; a level that still moves has not stayed anywhere
``LONGEST_DAYS``       60            an episode that lasts longer is a new normal, steady or not
``FIRST_FROM``         10 a day      least for a first-seen service, region or account
``YOUNG_DAYS``         14            so long something is new; an account's own series are not judged before
``HISTORY_DAYS``       7             an unknown account that comes with more history was connected, and is no news
``SILENT_DAYS``        2             complete days without any charge are a silence
``DAILY_DAYS``         28            days with a charge, each of them, before that
``SILENT_FROM``        10 a day      least that was spent on them
``LATE_DAYS``          3             days a source may be behind, or one more than it usually is
``UTILISATION``        80 %          a commitment below it is under-used …
``UTILISATION_FALL``   10 points     … if that is so much less than its own middle of four weeks …
``UNUSED_FROM``        10 a day      … and so much of it is not used, and so much more than usual, two complete days in a row
``SAME_DAYS``          1             days between the beginnings of what has one cause
``DOMINATES``          1/2           share of an account's excess that one of its services has, if they have one cause
``COVERS``             70 – 130 %    of a tag's or region's excess that series of services explain
``CATCH_UP``           7             mornings that are made up for after the program stood still
``RESTATED_FROM``      1 and 1 %     a told total that changed by less is corrected without a word
=====================  ============  ==========================================================================================

Amounts are in the reporting currency where the rate table has one for the day; without a rate they are plain numbers of the
series' own currency.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from storage.model.anomaly import AnomalyKind, Severity

if TYPE_CHECKING:
    from datetime import date

    from services.costs.rates import Rates
    from storage.model.anomaly import Figures

HIGH_FROM = Decimal(500)
MEDIUM_SHARE = Decimal("0.2")
LARGE, RARE = Decimal("0.2"), 2.0
BACK_DAYS = 2
BACK_SHARE = 0.5
STAYS_DAYS = 14
SEEN_DAYS = 7
STEADY = 0.15
LONGEST_DAYS = 60
FIRST_FROM = 10.0
YOUNG_DAYS = 14
HISTORY_DAYS = 7
SILENT_DAYS = 2
DAILY_DAYS = 28
SILENT_FROM = 10.0
LATE_DAYS = 3
UTILISATION = 0.8
UTILISATION_FALL = 0.1
UNUSED_FROM = 10.0
SAME_DAYS = timedelta(days=1)
DOMINATES = Decimal("0.5")
COVERS = (Decimal("0.7"), Decimal("1.3"))
CATCH_UP = 7
RESTATED_FROM = (Decimal(1), Decimal("0.01"))
HISTORY = timedelta(days=400)
"""So far back series are read: a year ago is what the detector remembers fees and holidays by."""
REVISED = timedelta(days=62)
"""So long after its end an episode's figures still follow what the provider restates."""

FALLS = frozenset({AnomalyKind.DROP, AnomalyKind.SILENCE})
"""Kinds that cost less than they should."""
FIRSTS = frozenset({AnomalyKind.NEW_SERVICE, AnomalyKind.NEW_REGION, AnomalyKind.NEW_ACCOUNT})
"""Kinds of which nothing at all was expected."""


def severity(figures: Figures, worth: Decimal, high_from: Decimal = HIGH_FROM) -> Severity:
    """By dollars, per cent and surprise of the worst day. `worth` is what one unit of the series' currency counts."""
    worst = max(figures.daily, key=lambda day: abs(day.excess))
    dollars = abs(worst.excess) * worth
    level = Severity.HIGH if dollars >= high_from else Severity.MEDIUM if dollars >= high_from * MEDIUM_SHARE else Severity.LOW
    is_large = not worst.expected or abs(worst.excess / worst.expected) >= LARGE
    return level if is_large or figures.score >= RARE or level is Severity.LOW else Severity(level - 1)


def worth(rates: Rates, currency: str, day: date) -> Decimal:
    """What one unit counts against the thresholds: its rate where there is one."""
    rate = rates.on(currency, day) if rates.reporting and currency != rates.reporting else None
    return rate.value if rate else Decimal(1)
