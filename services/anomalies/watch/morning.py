"""A morning: all that the watch reads of one moment of the store, and everything out of the ordinary in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.watch import commitments, silences
from services.anomalies.watch.firsts import ACCOUNTS, REGIONS, SERVICES, Firsts, firsts
from services.anomalies.watch.rows import Group, Row, Rows, grouped
from services.anomalies.watch.rules import CATCH_UP, HISTORY
from services.anomalies.watch.usual import judged
from services.costs import freshness
from services.costs.service import recent_usage
from storage.model.anomaly import AnomalyKind, Suppression
from storage.model.period import DAY, Period
from storage.series import is_watchable, read_series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from services.anomalies.watch.findings import Finding
    from services.anomalies.watch.firsts import Seen
    from services.anomalies.watch.lessons import Lessons
    from services.anomalies.watch.silences import UsualLag
    from services.costs.freshness import Reaches
    from services.costs.results import Completeness
    from storage.costs import Reading
    from storage.model.anomaly import SeriesKey


@dataclass(frozen=True, slots=True)
class Morning:
    """What is known on `today`. `watched` are the groups that are judged; `missing` says what was not, and why."""

    today: date
    generation: int
    reaches: Reaches
    completeness: Completeness
    rows: Rows
    sources: tuple[Row, ...]
    watched: tuple[Group, ...]
    labels: Mapping[str, str]
    missing: tuple[str, ...] = ()

    @property
    def series(self) -> int:
        """How many series were judged."""
        return sum(len(group.keys) for group in self.watched)


@dataclass(frozen=True, slots=True)
class Found:
    """What is out of the ordinary, one finding a series; what people's lessons kept back; what was there for the first time."""

    findings: tuple[Finding, ...]
    kept_back: tuple[Suppression, ...]
    firsts: Firsts


def read(reading: Reading, today: date, extra: Sequence[str], usual_lag: UsualLag) -> Morning:
    """Read every series. `extra` are further dimensions whose values are judged. Raises StoreError."""
    days = Period(today - HISTORY, today + DAY)
    reaches = freshness.reaches(reading.catalog, today, recent_usage(reading, today))
    state = freshness.completeness(reading.catalog, today, Period(today, today + DAY), reaches)
    late = [source.name for source in state.late]
    watchable = [name for name in extra if is_watchable(reading, name)]
    wanted = dict.fromkeys((SERVICES, REGIONS, ACCOUNTS, commitments.COMMITMENTS, *((name,) for name in watchable)))
    groups = {by: grouped(read_series(reading, by, days), by, reading.catalog, reaches, late) for by in wanted}
    sources = tuple(silences.sources(reading, days, reaches, usual_lag))
    return Morning(
        *(today, reading.catalog.generation, reaches, state, Rows(groups.values(), sources), sources),
        watched=tuple(groups[by] for by in dict.fromkeys((SERVICES, *((name,) for name in watchable)))),
        labels=reading.catalog.labels,
        missing=(
            *(f"{name}: no table has its days; see TUPPENCE_TAGS" for name in extra if name not in watchable),
            *(f"{each.name} after {each.through.day} {each.through:%b}" for each in state.late if each.through),
        ),
    )


def find(morning: Morning, lessons: Lessons, seen: Seen, before: Reaches) -> Found:
    """Judge everything. `before` is how far each source was complete when it was judged last."""
    found: dict[SeriesKey, Finding] = {}
    kept: list[Suppression] = []
    for reaches in _mornings(before, morning.reaches):
        for group in morning.watched:
            known = group.known_by(reaches)
            then = group if reaches is morning.reaches else _as_of(group, known)
            result = judged(then, known, lessons)
            kept += result.kept_back
            _add(found, _heard(result.findings, lessons, kept))
    first = firsts(morning.rows, seen)
    others = [*silences.silent(morning.rows.groups[SERVICES]), *commitments.unused(morning.rows.groups[commitments.COMMITMENTS])]
    others += [each for row in morning.sources if (each := silences.late(row, morning.reaches)) is not None]
    # What is new or silent says more than a number that is out of its band, so it comes last and stands.
    _add(found, _above_floor(_heard((*others, *first.findings), lessons, kept), lessons, morning, kept))
    return Found(tuple(_apart_from_new_accounts(found.values())), tuple(kept), first)


def _mornings(before: Reaches, now: Reaches) -> Iterator[Reaches]:
    """How far everything was complete on each morning since, the present one last."""
    steps = {source: (day - old).days for source, day in now.items() if day and (old := before.get(source)) and day > old}
    for back in range(min(max(steps.values(), default=1), CATCH_UP) - 1, 0, -1):
        yield {source: day - DAY * min(back, steps.get(source, 0)) if day else None for source, day in now.items()}
    yield now


def _as_of(group: Group, known: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Group:
    """The same, without the days after."""
    later = np.arange(group.days.days)[None, :] > known[:, None]
    return replace(group, values=np.where(later, np.nan, group.values), charged=np.where(later, np.nan, group.charged))


def _add(found: dict[SeriesKey, Finding], more: Iterable[Finding]) -> None:
    """The newest finding of a series stands, and reaches back as far as the earlier ones."""
    for each in more:
        known = found.get(each.series)
        is_same = known is not None and known.is_fall is each.is_fall and known.kind is not AnomalyKind.SILENCE
        found[each.series] = replace(each, since=min(each.since, known.since)) if known and is_same else each


def _heard(found: Iterable[Finding], lessons: Lessons, kept: list[Suppression]) -> list[Finding]:
    """Without what people said to leave alone."""
    result = []
    for each in found:
        lesson = lessons.leaves_alone(each.series, each.day)
        if lesson is None:
            result.append(each)
        else:
            kept.append(_suppression(lesson.id, each))
    return result


def _above_floor(found: Iterable[Finding], lessons: Lessons, morning: Morning, kept: list[Suppression]) -> list[Finding]:
    """The floors that people raised, for what the detector did not judge."""
    result = []
    for each in found:
        floor = lessons.memory(each.series, morning.today).floor if lessons else 0.0
        if not floor or abs(each.excess) > floor or each.kind is AnomalyKind.SILENCE:
            result.append(each)
        else:
            kept.append(_suppression(lessons.judged_by(each.series)[-1].id, each))
    return result


def _suppression(lesson: int, found: Finding) -> Suppression:
    return Suppression(lesson, found.series, found.day, Decimal(str(round(found.excess, 6))))


def _apart_from_new_accounts(found: Iterable[Finding]) -> Iterator[Finding]:
    """All of a new account is told with the account."""
    found = list(found)
    new = {each.series.value("account") for each in found if each.kind is AnomalyKind.NEW_ACCOUNT}
    return (each for each in found if each.kind is AnomalyKind.NEW_ACCOUNT or each.series.value("account") not in new)
