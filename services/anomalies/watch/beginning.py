"""Beginning: what was found this morning and is no episode yet, as the alerts that it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.anomalies.watch import episodes, words
from services.anomalies.watch.episodes import Step
from services.anomalies.watch.folding import Fold, folded, same_time
from services.anomalies.watch.rules import REVISED
from storage.model.anomaly import AnomalyKind, Ending, Happening, Severity, Status, Suppression, Told
from storage.model.period import utc_today

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from services.anomalies.watch.findings import Finding
    from services.anomalies.watch.writing import Make, Pen
    from storage.model.anomaly import Anomaly

MOST_NAMED = 5
TAUGHT = frozenset({Status.EXPECTED, Status.FALSE_POSITIVE})


@dataclass(frozen=True, slots=True)
class Beginner:
    """Begins episodes. Every method may raise StoreError, TemporaryError."""

    pen: Pen

    def begin(self, findings: Iterable[Finding]) -> None:
        """Store what is new: alone, silent while it is snoozed, or folded with what has the same cause."""
        known = self.pen.store.open_ones()
        told: list[Anomaly] = []
        for each in filter(None, (self._draft(each) for each in findings if self._is_new(each, known))):
            snooze = self.pen.lessons.snooze(each.series, self.pen.morning.today)
            if snooze is None:
                told.append(each)
            else:
                self.pen.kept_back.append(Suppression(snooze.id, each.series, each.figures.last.day, each.figures.excess))
                self.pen.add(each.but(told=Told.SILENT))
        parents = [each for each in known if each.parent is None and self.pen.is_parent(each)]
        standing = [each for each in known if each.parent is None and each.told is not Told.SILENT]
        for fold in folded([*self._joined(told, parents), *standing], self._is_within):
            self._fold(fold)

    def _is_new(self, finding: Finding, known: Sequence[Anomaly]) -> bool:
        """Not when its series is under way or was judged through that day, nor what is part of a new account, or just fixed."""
        for each in known:
            if each.series == finding.series:
                return False
            if each.kind is AnomalyKind.NEW_ACCOUNT and each.series.holds(finding.series):
                return False
        before = self.pen.store.of_series(finding.series, self.pen.morning.today - REVISED)
        return not any(self._settles(each, finding) for each in before)

    def _settles(self, over: Anomaly, finding: Finding) -> bool:
        """Whether an episode that is over has the last word about a day: until a lesson is undone, or a day after the mending."""
        if over.ended_at is None or over.ended_at == over.opened_at:
            return False
        if over.status in TAUGHT and not any(each.anomaly == over.id for each in self.pen.lessons.of(over.series)):
            return False
        return finding.day <= max(over.through, utc_today(over.ended_at) if over.ending is Ending.FIXED else over.through)

    def _is_within(self, coarse: Anomaly, fold: Fold) -> bool:
        """Whether the largest of a fold lies on the path that the coarse one's excess comes down."""
        cause = self.pen.explain(coarse)
        path = {each.dimension: each.value for each in cause.steps} if cause is not None else {}
        largest = max(fold.members, key=lambda each: abs(each.figures.excess))
        return all(path.get(name, value) == value for name, value in largest.series.parts)

    def _draft(self, finding: Finding) -> Anomaly | None:
        row = self.pen.morning.rows.get(finding.series)
        if row is None:
            return None
        return episodes.opened(finding, row, self.pen.memory(finding.series), self.pen.terms, self.pen.label(finding.series))

    def _joined(self, drafts: Sequence[Anomaly], parents: Sequence[Anomaly]) -> list[Anomaly]:
        """Let what belongs to an alert that is told already join it; returns the others."""
        rest = []
        for each in drafts:
            parent = next((one for one in parents if one.series.holds(each.series) and same_time(one, each)), None)
            if parent is None:
                rest.append(each)
            else:
                self.pen.write(parent, self._joining([each]))
        return rest

    def _fold(self, fold: Fold) -> None:
        new, told = ([each for each in fold.members if bool(each.id) is is_told] for is_told in (False, True))
        if len(fold.members) == 1:
            for each in new:
                self.pen.add(each.but(cause=self.pen.explain(each)))
        elif told:
            self.pen.write(told[0], self._joining(new, fold))
        else:
            parent = self._parent(fold)
            self.pen.add(parent, _list(new), [_member(each, parent) for each in new])

    def _parent(self, fold: Fold) -> Anomaly:
        """The alert of several new ones."""
        largest = max(fold.members, key=lambda each: abs(each.figures.excess))
        parent = largest.but(series=fold.series, label=self.pen.label(fold.series), severity=Severity.LOW)
        weighed = episodes.with_members(parent, fold.members, self.pen.terms)
        parent = weighed.anomaly if weighed else parent
        return parent.but(cause=self.pen.explain(parent))

    def _joining(self, new: Sequence[Anomaly], fold: Fold | None = None) -> Make:
        """New ones are folded into one that is told.

        One that was about itself becomes the alert of all, under its message; its own numbers go on as a member's.
        """
        said = Happening(self.pen.terms.now, "", words.JOINED, f"The same in {_list(new)}")

        def make(now: Anomaly) -> Step | None:
            members = tuple(_member(each, now) for each in new)
            if fold is None:
                return Step(now.but(changed_at=self.pen.terms.now), said, members)
            wide = now.but(series=fold.series, label=self.pen.label(fold.series), changed_at=self.pen.terms.now)
            return Step(wide.but(cause=self.pen.explain(wide) or wide.cause), said, (_member(now, now), *members))

        return make


def _member(anomaly: Anomaly, parent: Anomaly) -> Anomaly:
    """Folded into another: it has no message of its own, and whatever people did with the alert they did with it."""
    return anomaly.but(
        id=0,
        revision=0,
        parent=parent.id or None,
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
