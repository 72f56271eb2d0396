"""Keeping: the store's episodes brought up to this morning, one change at a time, each in one transaction with what tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.anomalies import letters
from services.anomalies.watch import episodes, words
from services.anomalies.watch.course import summed
from services.anomalies.watch.episodes import Step, Terms
from services.anomalies.watch.folding import Fold, folded, same_time
from services.anomalies.watch.rules import REVISED
from services.errors import TemporaryError
from storage.model.anomaly import AnomalyKind, Ending, Happening, Status, Suppression, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from services.anomalies.detection.results import Memory
    from services.anomalies.watch.findings import Finding
    from services.anomalies.watch.lessons import Lessons
    from services.anomalies.watch.morning import Morning
    from storage.anomalies import Anomalies
    from storage.model.anomaly import Anomaly, Cause, SeriesKey

    Explain = Callable[[Anomaly], Cause | None]
    Make = Callable[[Anomaly], Step | None]

TRIES = 5
"""How often somebody may act on an episode between our reading and our writing."""
MOST_NAMED = 5
CLOSED = tuple(status for status in Status if not status.is_open)


@dataclass(slots=True)
class Keeper:
    """Writes one morning's episodes. `opened` and `changed` count; `kept_back` is what a snooze silenced."""

    store: Anomalies
    morning: Morning
    lessons: Lessons
    terms: Terms
    explain: Explain
    opened: int = 0
    changed: int = 0
    kept_back: list[Suppression] = field(default_factory=list)

    def keep(self, findings: Sequence[Finding]) -> None:
        """Refresh what is open, reopen what was not fixed, correct what is over, and begin what is new. Raises StoreError."""
        by_series = {each.series: each for each in findings}
        known = self.store.open_ones()
        parents = {each.id for each in known if self._is_parent(each)}
        for each in known:
            if each.id not in parents:
                self._refresh(each, by_series.get(each.series))
        self._revise()
        self._begin(findings)
        for each in self.store.open_ones():
            if self._is_parent(each):
                self._follow(each)
        self._wake()

    # Episodes that are there already.

    def _is_parent(self, anomaly: Anomaly) -> bool:
        return bool(self.store.members(anomaly.id))

    def _refresh(self, anomaly: Anomaly, finding: Finding | None) -> None:
        row, memory = self.morning.rows.get(anomaly.series), self._memory(anomaly.series)
        if row is not None:
            self._write(anomaly, lambda now: self._explained(now, episodes.refreshed(now, row, finding, memory, self.terms)))

    def _follow(self, parent: Anomaly) -> None:
        members = self.store.members(parent.id)
        self._write(parent, lambda now: self._explained(now, episodes.with_members(now, members, self.terms)))

    def _explained(self, before: Anomaly, step: Step | None) -> Step | None:
        """The step of an open one, its cause found anew where that may be another one now."""
        if not before.is_open:
            return None
        after = step.anomaly if step is not None else before
        cause = self.explain(after) if _is_explained_anew(before, after) else None
        return step if cause is None else Step(after.but(cause=cause), step.said if step is not None else None)

    def _revise(self) -> None:
        """Those that are over: not fixed after all, or told of days that were restated."""
        open_series = {each.series for each in self.store.open_ones()}
        for each in self.store.latest(10_000, statuses=CLOSED, since=self.terms.now - REVISED * 2):
            if self.morning.today - each.until > REVISED or each.series in open_series:
                continue
            if self._is_parent(each):
                self._revise_parent(each)
            elif each.parent is None:
                self._revise_one(each)

    def _revise_one(self, anomaly: Anomaly) -> bool:
        row, memory = self.morning.rows.get(anomaly.series), self._memory(anomaly.series, of=anomaly)
        if row is None:
            return False

        def make(now: Anomaly) -> Step | None:
            again = episodes.reopened(now, row, memory, self.terms)
            return again or (episodes.corrected(now, row, memory, self.terms) if self.terms.is_restated else None)

        return self._write(anomaly, make).is_open

    def _revise_parent(self, parent: Anomaly) -> None:
        members = self.store.members(parent.id)
        burning = [each for each in members if self._revise_one(each)]
        after = self.store.members(parent.id)
        if burning and parent.ending is Ending.FIXED:
            self._write(parent, lambda now: self._again(now, after))
        elif self.terms.is_restated and summed(each.figures for each in after) != parent.figures:
            self._write(parent, lambda now: episodes.with_members(now, after, self.terms))

    def _again(self, parent: Anomaly, members: Sequence[Anomaly]) -> Step | None:
        if parent.is_open:
            return None
        total = summed(each.figures for each in members)
        after = parent.but(
            status=Status.NEW,
            ending=None,
            ended_at=None,
            acknowledged_by="",
            acknowledged_at=None,
            claimed_by="",
            reminded=0,
            until=max(each.until for each in members),
            figures=total,
            changed_at=self.terms.now,
        )
        said = f"Called fixed, and still out of the band since. So far {words.cost(after)}."
        return Step(after, Happening(self.terms.now, "", words.REOPENED, said))

    def _wake(self) -> None:
        """What a snooze kept silent is told when that is over."""
        today = self.morning.today
        for each in self.store.open_ones():
            is_silenced = each.told is Told.SILENT and each.parent is None
            if is_silenced and self.lessons.snooze(each.series, today, each.route) is None:
                self._write(each, lambda now: Step(now.but(told=Told.WAITING)) if now.told is Told.SILENT else None)

    # What is new.

    def _begin(self, findings: Iterable[Finding]) -> None:
        known = self.store.open_ones()
        told: list[Anomaly] = []
        for each in filter(None, (self._draft(each) for each in findings if self._is_new(each, known))):
            snooze = self.lessons.snooze(each.series, self.morning.today)
            if snooze is None:
                told.append(each)
            else:
                self.kept_back.append(Suppression(snooze.id, each.series, each.figures.last.day, each.figures.excess))
                self._add(each.but(told=Told.SILENT))
        parents = [each for each in known if each.parent is None and self._is_parent(each)]
        alone = [each for each in known if each.parent is None and each.told is not Told.SILENT and each not in parents]
        for fold in folded([*self._joined(told, parents), *alone]):
            self._fold(fold)

    def _is_new(self, finding: Finding, known: Sequence[Anomaly]) -> bool:
        """Not when its series is under way, it belongs to an account that is told as new, or a person just fixed it."""
        for each in known:
            if each.series == finding.series:
                return False
            if each.kind is AnomalyKind.NEW_ACCOUNT and each.series.holds(finding.series):
                return False
        since = self.morning.today - REVISED
        fixed = (each for each in self.store.of_series(finding.series, since) if each.ending is Ending.FIXED and each.ended_at)
        return all(each.ended_at is None or finding.day > each.ended_at.date() for each in fixed)

    def _draft(self, finding: Finding) -> Anomaly | None:
        row = self.morning.rows.get(finding.series)
        if row is None:
            return None
        return episodes.opened(finding, row, self._memory(finding.series), self.terms, self._label(finding.series))

    def _joined(self, drafts: Sequence[Anomaly], parents: Sequence[Anomaly]) -> list[Anomaly]:
        """Let what belongs to an alert that is told already join it; returns the others."""
        rest = []
        for each in drafts:
            parent = next((one for one in parents if one.series.holds(each.series) and same_time(one, each)), None)
            if parent is None:
                rest.append(each)
            elif self._add(_member(each, parent)) is not None:
                self._write(parent, self._joining([each]))
        return rest

    def _fold(self, fold: Fold) -> None:
        new = [each for each in fold.members if not each.id]
        if len(fold.members) == 1:
            for each in new:
                self._add(each.but(cause=self.explain(each)))
            return
        told = [each for each in fold.members if each.id]
        parent = self._promoted(told[0], fold, new) if told else self._parent(fold)
        if parent is not None:
            for each in new:
                self._add(_member(each, parent))

    def _parent(self, fold: Fold) -> Anomaly | None:
        """The alert of several new ones."""
        largest = max(fold.members, key=lambda each: abs(each.figures.excess))
        parent = largest.but(
            series=fold.series,
            since=min(each.since for each in fold.members),
            until=max(each.until for each in fold.members),
            figures=summed(each.figures for each in fold.members),
            label=self._label(fold.series),
            severity=max(each.severity for each in fold.members),
        )
        weighed = episodes.with_members(parent, fold.members, self.terms)
        parent = weighed.anomaly if weighed else parent
        return self._add(parent.but(cause=self.explain(parent)), _list(fold.members))

    def _promoted(self, told: Anomaly, fold: Fold, new: Sequence[Anomaly]) -> Anomaly | None:
        """One that was told on its own becomes the alert of all, under its message; its own numbers go on as a member's."""
        self._write(told, self._joining(new, fold))
        parent = self.store.get(told.id)
        if parent is not None:
            self._add(_member(told, parent))
        return parent

    def _joining(self, new: Sequence[Anomaly], fold: Fold | None = None) -> Make:
        said = Happening(self.terms.now, "", words.JOINED, f"The same in {_list(new)}")

        def make(now: Anomaly) -> Step | None:
            wide = now.but(series=fold.series, label=self._label(fold.series)) if fold else now
            wide = wide.but(cause=self.explain(wide) or wide.cause) if fold else wide
            return Step(wide.but(changed_at=self.terms.now), said)

        return make

    # The store.

    def _add(self, anomaly: Anomaly, said: str = "") -> Anomaly | None:
        happening = Happening(self.terms.now, "", words.OPENED, said or words.begun(anomaly))
        self.opened += 1
        return self.store.begin(anomaly, happening)

    def _write(self, anomaly: Anomaly, make: Make) -> Anomaly:
        for _ in range(TRIES):
            step = make(anomaly)
            if step is None:
                return anomaly
            stored = self.store.change(step.anomaly, step.said, letters.told(step.said))
            if stored is not None:
                self.changed += 1
                return stored
            anomaly = self.store.get(anomaly.id) or anomaly
        raise TemporaryError(f"Anomaly {anomaly.id} is being worked on by others right now.")

    def _memory(self, series: SeriesKey, *, of: Anomaly | None = None) -> Memory:
        return self.lessons.memory(series, self.morning.rows.first, apart_from=of.id if of else None)

    def _label(self, series: SeriesKey) -> str | None:
        return self.morning.labels.get(series.value("account") or "")


def _member(anomaly: Anomaly, parent: Anomaly) -> Anomaly:
    """Folded into another: it has no message of its own, and whatever people did with the alert they did with it."""
    return anomaly.but(
        id=0,
        revision=0,
        parent=parent.id,
        told=Told.SILENT,
        status=parent.status,
        acknowledged_by=parent.acknowledged_by,
        acknowledged_at=parent.acknowledged_at,
        claimed_by=parent.claimed_by,
        route=None,
        channel="",
        remind_at=None,
        moved=0,
    )


def _is_explained_anew(before: Anomaly, after: Anomaly) -> bool:
    """Nobody has looked yet, its first day is complete now, it has become of another kind, or its days were restated."""
    if after.parent is not None:
        return False
    is_complete_now = before.through < before.since <= after.through
    return before.cause is None or is_complete_now or after.kind is not before.kind or after.restated != before.restated


def _list(members: Sequence[Anomaly]) -> str:
    """`web (Amazon EC2) 120 USD, data (Amazon EC2) 80 USD and 3 more`, the largest first."""
    ranked = sorted(members, key=lambda each: -abs(each.figures.excess))
    named = [f"{_name(each)} {words.amount(each.figures.excess, each.series.currency)}" for each in ranked[:MOST_NAMED]]
    more = f" and {len(ranked) - MOST_NAMED} more" if len(ranked) > MOST_NAMED else ""
    return f"{', '.join(named)}{more}"


def _name(anomaly: Anomaly) -> str:
    account, service = anomaly.label or anomaly.series.value("account"), anomaly.series.value("service")
    parts = [each for each in (service, account) if each]
    return " in ".join(parts) or ", ".join(str(value) for _, value in anomaly.series.parts)
