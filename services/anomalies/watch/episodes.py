"""Episodes: what a finding becomes, and what the next morning makes of it. Nothing here reads or writes a store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from services.anomalies.watch import words
from services.anomalies.watch.course import Band, Course, course, restated, same_days, summed
from services.anomalies.watch.rules import FALLS, HIGH_FROM, SEEN_DAYS, STAYS_DAYS, severity
from storage.model.anomaly import Anomaly, AnomalyKind, Ending, Figures, Happening, Severity, Status, Told
from storage.model.period import DAY, utc_today
from storage.model.route import DEFAULT_MINUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from services.anomalies.detection.results import Memory
    from services.anomalies.watch.findings import Finding
    from services.anomalies.watch.rows import Row

GROWS = (AnomalyKind.SPIKE, AnomalyKind.DRIFT, AnomalyKind.STEP)
"""A spike may turn out a drift or a step; never the other way."""
SETTLED = 3
"""Complete days out of the band make a spike a step."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What one run goes by. `worth` is what a unit of a currency counts on a day; `is_restated`: bills came in since the last."""

    now: datetime
    is_restated: bool
    worth: Callable[[str, date], Decimal] = lambda _currency, _day: Decimal(1)
    high_from: Decimal = HIGH_FROM


@dataclass(frozen=True, slots=True)
class Step:
    """An episode as it is now; `said` is what is worth a line, None: only its numbers moved. `members` are folded into it now."""

    anomaly: Anomaly
    said: Happening | None = None
    members: tuple[Anomaly, ...] = ()


def opened(finding: Finding, row: Row, memory: Memory, terms: Terms, label: str | None) -> Anomaly:
    """The episode that a finding begins."""
    gone = course(row, finding.kind, finding.since, Band.judged(finding), memory)
    anomaly = Anomaly(
        *(finding.series, finding.kind, Severity.LOW, finding.since, max(gone.until, finding.since), gone.through),
        *(gone.figures, terms.now, terms.now),
        label=label,
        late=row.late,
    )
    return _weighed(anomaly, terms)


def refreshed(anomaly: Anomaly, row: Row, finding: Finding | None, memory: Memory, terms: Terms) -> Step | None:
    """An open episode this morning; None when nothing moved."""
    matching = finding if finding is not None and finding.is_fall is (anomaly.kind in FALLS) else None
    band = Band.of(anomaly.figures)
    if matching is not None:
        band = replace(Band.judged(matching), score=max(band.score, matching.score))
    gone = course(row, anomaly.kind, anomaly.since, band, memory)
    # Days that come in late were not known before: that is no correction.
    may_be = terms.is_restated and anomaly.kind is not AnomalyKind.SILENCE
    correction = restated(anomaly.figures, gone.figures, anomaly.series.currency) if may_be else ""
    after = anomaly.but(
        kind=_kind(anomaly.kind, matching, gone),
        until=max(gone.until, anomaly.since),
        through=gone.through,
        figures=gone.figures,
        late=row.late,
        restated=correction or anomaly.restated,
    )
    after = _weighed(after, terms, least=Severity.LOW if correction else anomaly.severity)
    # A drift may be weeks old when it is found: nobody is told of it and of its end in one breath.
    is_seen = terms.now - anomaly.opened_at >= DAY * SEEN_DAYS
    if gone.ending is Ending.BACK or (gone.ending is not None and is_seen):
        after = _closed(after, gone.ending, terms)
    return step(anomaly, after, correction, terms, is_gone=gone.is_gone and bool(correction))


def with_members(parent: Anomaly, members: Sequence[Anomaly], terms: Terms) -> Step | None:
    """An alert that others are folded into: its numbers are theirs, and it is over when they all are."""
    total = summed([each.figures for each in members])
    largest = max(members, key=lambda each: (abs(each.figures.excess), -each.id))
    correction = restated(parent.figures, total, parent.series.currency) if terms.is_restated else ""
    after = parent.but(
        kind=largest.kind,
        since=min(each.since for each in members),
        until=max(each.until for each in members),
        through=max(each.through for each in members),
        figures=total,
        late=tuple(sorted({name for each in members for name in each.late})),
        restated=correction or parent.restated,
    )
    after = _weighed(after, terms, least=Severity.LOW if correction else parent.severity)
    if parent.is_open and not any(each.is_open for each in members):
        stays = any(each.ending is Ending.NEW_NORMAL for each in members)
        after = _closed(after, Ending.NEW_NORMAL if stays else Ending.BACK, terms)
    return step(parent, after, correction, terms)


def reopened(anomaly: Anomaly, row: Row, memory: Memory, terms: Terms) -> Step | None:
    """What a person called fixed, when a complete day since is still out of the band; None when it is not."""
    fixed_on = utc_today(anomaly.ended_at) if anomaly.ended_at else None
    if fixed_on is None or anomaly.ending is not Ending.FIXED or row.through - fixed_on > DAY * STAYS_DAYS:
        return None
    gone = course(row, anomaly.kind, anomaly.since, Band.of(anomaly.figures), memory)
    burning = [day for day in gone.outs if day > fixed_on]
    if gone.ending is Ending.BACK or not burning:
        return None
    step = again(anomaly.but(until=gone.until, through=gone.through), gone.figures, terms)
    day = burning[0]
    still = f"Called fixed on {fixed_on.day} {fixed_on:%b}, and {day.day} {day:%b} was still out of the band."
    return replace(step, said=Happening(terms.now, "", words.REOPENED, f"{still} So far {words.cost(step.anomaly)}."))


def again(anomaly: Anomaly, figures: Figures, terms: Terms) -> Step:
    """One that was over goes on: somebody has to look at it as if it had just been found."""
    after = anomaly.but(
        status=Status.NEW,
        ending=None,
        ended_at=None,
        acknowledged_by="",
        acknowledged_at=None,
        claimed_by="",
        reminded=0,
        remind_at=terms.now + timedelta(minutes=DEFAULT_MINUTES) if anomaly.parent is None else None,
        until=max(anomaly.until, figures.daily[-1].day),
        figures=figures,
        changed_at=terms.now,
    )
    said = f"Called fixed, and still out of the band since. So far {words.cost(after)}."
    return Step(after, Happening(terms.now, "", words.REOPENED, said))


def corrected(anomaly: Anomaly, row: Row, memory: Memory, terms: Terms) -> Step | None:
    """An episode that is over, whose days the provider restated; None when they are what they were."""
    gone: Course = course(row, anomaly.kind, anomaly.since, Band.of(anomaly.figures), memory)
    figures = same_days(anomaly.figures, gone, row)
    said = restated(anomaly.figures, figures, anomaly.series.currency)
    if not said:
        return None
    after = anomaly.but(figures=figures, restated=said, changed_at=terms.now)
    return Step(after, Happening(terms.now, "", words.RESTATED, said))


def step(before: Anomaly, after: Anomaly, correction: str, terms: Terms, *, is_gone: bool = False) -> Step | None:
    """What moved between two states, and the one line that says the most of it."""
    if after == before:
        return None
    what, said = _most(before, after, correction, is_gone=is_gone)
    after = after.but(changed_at=terms.now)
    return Step(after, Happening(terms.now, "", what, said) if what else None)


def _most(before: Anomaly, after: Anomaly, correction: str, *, is_gone: bool) -> tuple[str, str]:
    if is_gone:
        return words.VANISHED, f"The provider corrected the bill, and nothing is left of it. {correction}"
    if after.ending is not None and before.ending is None:
        what = words.STAYED if after.ending is Ending.NEW_NORMAL else words.RESOLVED
        return what, " ".join(filter(None, (words.ended(after, after.ending), correction)))
    if correction:
        return words.RESTATED, correction
    changes = []
    if after.severity > before.severity:
        changes.append(f"It is {after.severity.word} now: {words.cost(after)} so far.")
    if after.kind is not before.kind:
        changes.append(f"It has become {words.KINDS[after.kind]}.")
    what = words.ROSE if after.severity > before.severity else words.CHANGED if changes else ""
    return what, " ".join(changes)


def _kind(kind: AnomalyKind, finding: Finding | None, gone: Course) -> AnomalyKind:
    if kind not in GROWS:
        return kind
    kinds = [kind, *([finding.kind] if finding is not None and finding.kind in GROWS else [])]
    if kind is AnomalyKind.SPIKE and len(gone.outs) >= SETTLED and gone.outs[-1] - gone.outs[-SETTLED] < DAY * SETTLED:
        kinds.append(AnomalyKind.STEP)
    return max(kinds, key=GROWS.index)


def _weighed(anomaly: Anomaly, terms: Terms, least: Severity = Severity.LOW) -> Anomaly:
    """With its severity, which does not fall while it goes on, unless the numbers were corrected. One that rose is told again."""
    worth = terms.worth(anomaly.series.currency, anomaly.figures.last.day)
    level = max(severity(anomaly.figures, worth, terms.high_from), least)
    is_due = level > anomaly.severity and anomaly.told is Told.DIGEST
    return anomaly.but(severity=level, told=Told.WAITING if is_due else anomaly.told)


def _closed(anomaly: Anomaly, ending: Ending, terms: Terms) -> Anomaly:
    return anomaly.but(status=Status.RESOLVED, ending=ending, ended_at=terms.now, remind_at=None)
