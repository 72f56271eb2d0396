"""Too much: a single day over its band, two or three days that are high together, a weekend at weekday level, a rare large burst.

Every rule says how far a day is on the way to its threshold (1.0), as the least of its conditions; the highest rule counts.
A day that is not complete yet is judged against the band of a whole day: it can only be higher in the end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.anomalies.detection.bursts import largest_usual
from services.anomalies.detection.fees import Fees
from services.anomalies.detection.model import Model, own_spreads
from services.anomalies.detection.robust import TINY, Flags, Floats, Ints
from services.anomalies.detection.window import DAYS, JUDGED, RECENT, Window

LEAST_DOLLARS, LEAST_SHARE = 7.0, 0.25
"""Floors: nothing under $7 a day or 25 per cent of the expected is news, however quiet the series."""
ALMOST = 0.5
"""A day under half of the floors is not looked at more closely, whatever the days before it were."""
ONE_DAY = 4.3
"""Spreads by which a single day is out of the ordinary."""
RUN = 3.8
"""The same for the mean of two or three days, in the spread of such means. Each of them is over the floor in dollars."""
IDLE = 0.7
"""A weekday is an idle one when it usually costs less than this share of the middle weekday …"""
AT_WORK, AT_WORK_SPREADS = 0.8, 2.3
"""… and it worked when it reached this share of the middle weekday, and so many spreads: rarer by chance than either alone."""


@dataclass(frozen=True, slots=True)
class Rises:
    """k × judged days, dollars a day but for the score."""

    score: Floats
    expected: Floats
    upper: Floats
    fee: Floats
    """What is known to come on that day; included in the two above."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules look at, k × columns but for `floor` (k × 1). `columns`: the judged day and the incomplete ones after it."""

    view: Window
    model: Model
    columns: Ints
    spread: Floats
    level: Floats
    usual: Floats
    net: Floats
    """Dollars without known fees."""
    flat: Floats
    """The same in logarithms, without the week; k × the RECENT days too, which stand before the judged ones."""
    floor: Floats

    @property
    def excess(self) -> Floats:
        """Dollars over what is usual."""
        return self.net - self.usual


def rises(view: Window, model: Model, known: Fees, floor: Floats) -> Rises:
    """Judge the judged day and those after it. `known`: their fees, k × (RECENT + judged days)."""
    recent = recent_columns(view)
    level = model.before(recent)
    spread = own_spreads(model, recent)
    usual = view.in_dollars(level + model.week[:, recent])
    net = view.values[:, recent] - known.allowed
    flat = view.in_logs(net) - model.week[:, recent]
    judged = slice(RECENT, None)
    case = Case(
        view,
        model,
        recent[judged],
        spread[:, judged],
        level[:, judged],
        usual[:, judged],
        net[:, judged],
        flat,
        floor + LEAST_DOLLARS,
    )
    return _judged(case, Fees(known.expected[:, judged], known.allowed[:, judged]))


def recent_columns(view: Window) -> Ints:
    """The judged day, what may belong to a run with it, and the incomplete days."""
    return np.arange(JUDGED - RECENT, DAYS + view.partial)


def is_high(view: Window, model: Model, columns: Ints) -> Flags:
    """Which series cost clearly more than usual on one of the columns, k. The others need not be looked at closely."""
    usual = view.in_dollars(model.before(columns) + model.week[:, columns])
    least = ALMOST * np.fmax(LEAST_DOLLARS, LEAST_SHARE * usual)
    return np.asarray((view.values[:, columns] - usual >= least).any(axis=1))


def _judged(case: Case, known: Fees) -> Rises:
    erratic, upper = case.model.erratic, _upper(case)
    if erratic.any():
        upper = _by_size(case, upper, erratic)
    score = case.excess / np.maximum(upper - case.usual, TINY)
    high = (case.excess >= ALMOST * np.fmax(case.floor, LEAST_SHARE * case.usual)) & ~erratic[:, None]
    if high.any():
        together = np.fmax(np.fmax(_run(case, 2), _run(case, 3)), _at_work(case))
        score = np.where(high, np.fmax(score, together), score)
    return Rises(score, case.usual + known.expected, upper + known.allowed, known.expected)


def _upper(case: Case) -> Floats:
    logs = case.level + case.model.week[:, case.columns] + ONE_DAY * case.spread
    return np.fmax(np.fmax(case.view.in_dollars(logs), case.usual + case.floor), case.usual * (1 + LEAST_SHARE))


def _by_size(case: Case, upper: Floats, erratic: Flags) -> Floats:
    """The upper end of the band of those that come in bursts."""
    upper = upper.copy()
    upper[erratic] = np.fmax(largest_usual(case.view.past[erratic])[:, None], case.usual[erratic] + case.floor[erratic])
    return upper


def _run(case: Case, size: int) -> Floats:
    """So many days in a row against the level before the first of them."""
    columns = case.columns[:, None] - np.arange(size)
    before = case.model.before(columns[:, -1])
    strays = case.flat[:, columns - (JUDGED - RECENT)] - before[..., None]
    usual = np.exp(before[..., None] + case.model.week[:, columns])
    dollars = np.expm1(strays) * usual
    spread = case.model.spreads[:, size - 1, None] * case.spread / case.model.spreads[:, :1]
    conditions = (
        strays.mean(axis=-1) / (RUN * spread),
        dollars.min(axis=-1) / case.floor,
        dollars.mean(axis=-1) / np.fmax(LEAST_SHARE * usual.mean(axis=-1), TINY),
    )
    return np.asarray(np.minimum.reduce(conditions))


def _at_work(case: Case) -> Floats:
    week = case.model.week[:, :7]
    middle = np.sort(week, axis=1)[:, 3:4]
    working = case.view.in_dollars(case.level + middle)
    strays = case.flat[:, RECENT:] - case.level
    conditions = (
        case.net / np.fmax(AT_WORK * working, TINY),
        strays / (AT_WORK_SPREADS * case.spread),
        case.excess / case.floor,
    )
    idle = case.model.week[:, case.columns] - middle < np.log(IDLE)
    return np.asarray(np.where(idle, np.minimum.reduce(conditions), 0.0))
