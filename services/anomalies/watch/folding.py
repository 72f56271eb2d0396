"""Folding: several series that went the same way at the same time have one cause, and are one alert with a list.

A service that rises in two accounts is the service's; several services of an account, of which one has most of it, are the
account's. What a tag or a region shows beside them is the same money once more: it gives the list its name, or is left out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from services.anomalies.watch.rules import COVERS, DOMINATES, FALLS, SAME_DAYS
from storage.model.anomaly import Anomaly, AnomalyKind, SeriesKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Within = Callable[["Anomaly", "Fold"], bool]

SERVICES = ("account", "service")
APART = frozenset({AnomalyKind.NEW_ACCOUNT, AnomalyKind.NEW_REGION, AnomalyKind.UNUSED})
"""Kinds that are told on their own."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One alert: its series, and the episodes that it is made of. With one member that is the alert itself."""

    series: SeriesKey
    members: tuple[Anomaly, ...]


def folded(found: Sequence[Anomaly], is_within: Within = lambda _coarse, _fold: True) -> list[Fold]:
    """Episodes, new ones (id 0) and those that are told on their own, as the alerts that they make.

    `is_within` says whether what a fold is about is what a tag's or region's excess comes from, where the amounts say it may be.
    """
    fine = [each for each in found if each.series.dimensions == SERVICES and each.kind not in APART]
    coarse = [each for each in found if each not in fine]
    folds: list[Fold] = []
    for dimension in ("service", "account"):
        for group in _together(fine, dimension):
            if len(group) > 1 and any(not each.id for each in group) and _has_one_cause(group, dimension):
                folds.append(Fold(_shared(group, dimension), tuple(group)))
                fine = [each for each in fine if each not in group]
    folds += [Fold(each.series, (each,)) for each in fine]
    return _with_coarse(folds, coarse, is_within)


def same_time(one: Anomaly, other: Anomaly) -> bool:
    """Whether two began together, went the same way and are in one currency."""
    is_near = abs(one.since - other.since) <= SAME_DAYS
    return is_near and _way(one) == _way(other) and one.series.currency == other.series.currency


def _way(anomaly: Anomaly) -> str:
    return "silent" if anomaly.kind is AnomalyKind.SILENCE else "down" if anomaly.kind in FALLS else "up"


def _together(found: Iterable[Anomaly], dimension: str) -> list[list[Anomaly]]:
    """Those of one value that began with the largest of them; the rest of that value once more."""
    by_value: dict[tuple[str | None, str, str], list[Anomaly]] = defaultdict(list)
    for each in found:
        by_value[each.series.value(dimension), each.series.currency, _way(each)].append(each)
    groups = []
    for every in by_value.values():
        rest = sorted(every, key=lambda each: (-abs(each.figures.excess), each.series.id))
        while rest:
            groups.append([each for each in rest if same_time(rest[0], each)])
            rest = [each for each in rest if not same_time(rest[0], each)]
    return groups


def _has_one_cause(group: Sequence[Anomaly], dimension: str) -> bool:
    if dimension == "service" or group[0].kind is AnomalyKind.SILENCE:
        return True
    sizes = [abs(each.figures.excess) for each in group]
    return max(sizes) >= DOMINATES * sum(sizes, Decimal(0))


def _shared(group: Sequence[Anomaly], dimension: str) -> SeriesKey:
    return SeriesKey(((dimension, group[0].series.value(dimension)),), group[0].series.currency)


def _with_coarse(folds: list[Fold], coarse: Iterable[Anomaly], is_within: Within) -> list[Fold]:
    """A tag's or region's anomaly that services explain is theirs; one that they do not is an alert of its own."""
    for each in sorted(coarse, key=lambda each: not each.id):
        near = [fold for fold in folds if same_time(fold.members[0], each)] if each.kind not in APART else []
        fine = [fold for fold in near if all(member.series.dimensions == SERVICES for member in fold.members)]
        if each.id:
            folds.append(Fold(each.series, (each,)))
        elif any(_covers((fold,), each) and is_within(each, fold) for fold in near):
            continue
        elif len(fine) > 1 and _covers(fine, each):
            folds = [fold for fold in folds if fold not in fine]
            folds.append(Fold(each.series, tuple(member for fold in fine for member in fold.members)))
        else:
            folds.append(Fold(each.series, (each,)))
    return folds


def _covers(folds: Iterable[Fold], coarse: Anomaly) -> bool:
    """Whether what these are away from the expected, on the days both have, is about what the coarse one is."""
    days = {each.day for each in coarse.figures.daily}
    inside = sum(
        (each.excess for fold in folds for member in fold.members for each in member.figures.daily if each.day in days),
        Decimal(0),
    )
    whole = coarse.figures.excess
    least, most = COVERS
    return bool(whole) and least <= inside / whole <= most
