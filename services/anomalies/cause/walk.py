"""The walk down: one question for all steps where that is few groups, step by step where it is many; resources by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from services.anomalies.cause import origin, path
from services.anomalies.cause.changes import NOTHING, excess_by, total
from storage.model.query import OF_LINE_ITEMS, Basis, Filter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from services.anomalies.cause.changes import Change, Ledger
    from storage.model.anomaly import CauseStep

MOST_CELLS = 20_000
"""More groups than these are not read at once: the first step is taken alone, and the others within it."""
MOST_NAMED = 200
"""Of more resources than can be read at once, so many of the largest are looked at on both sides."""
PLURALS = {
    "service": "services",
    "account": "accounts",
    "region": "regions",
    "meter": "usage types",
    "resource": "resources",
    "purchase": "purchase options",
    "commitment_id": "commitments",
}

NAMED = {"resource": "resource_name", "commitment_id": "commitment_name"}
"""Ids that have a name beside them in line items."""


@dataclass(slots=True)
class Walk:
    """Where it has come to: the steps taken, and what they filter by. `whole` is the excess a day, known from the first step."""

    ledger: Ledger
    labels: Mapping[str, str]
    """Account → its name."""
    most: int = MOST_CELLS
    whole: Decimal | None = None
    steps: list[CauseStep] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    names_all: bool = True
    """Whether a bill would name usage types and resources here; it rarely does for what is not used."""
    is_over: bool = False
    """Nothing leads on from here."""

    @property
    def filters(self) -> tuple[Filter, ...]:
        """What the steps so far narrow it to."""
        return tuple(Filter(each.dimension, (each.value,)) for each in self.steps)

    def down(self, dimensions: Sequence[str], beside: str) -> tuple[tuple[str, ...], list[Change]]:
        """Follow these dimensions. Returns the changes that the last of them were read from, and what their keys are.

        `beside` is grouped by too, and not followed.
        """
        left = list(dimensions)
        while True:
            by = (*left, beside)
            limit = self.most if len(left) > 1 else None
            answer = self.ledger.answer(self.ledger.piece(by, self.filters, metered=True, limit=limit))
            if limit is None or answer.groups <= limit:
                break
            first = left.pop(0)
            self.take(first, self._alone(first))
        changes = self.ledger.changes(answer)
        inside = changes
        if self.whole is None:
            self.whole = path.rounded(total(changes))
        for place, dimension in enumerate(left):
            if not self.is_over:
                self.take(dimension, excess_by(inside, place))
                inside = [each for each in inside if self._is_inside(each, by)]
        return by, changes

    def to_resources(self) -> None:
        """The last step. Of very many resources the largest are named, and the others stay together."""
        if self.is_over:
            return
        piece = self.ledger.piece(("resource",), self.filters, order=Basis.EFFECTIVE, limit=self.most)
        answer = self.ledger.answer(piece)
        if answer.groups > self.most:
            largest = sorted(self.ledger.changes(answer), key=lambda each: -abs(each.excess))[:MOST_NAMED]
            named = Filter("resource", tuple(each.key[0] for each in largest))
            answer = self.ledger.answer(replace(piece, filters=(*piece.filters, named), limit=None))
        self.take("resource", excess_by(self.ledger.changes(answer), 0))

    def take(self, dimension: str, values: Mapping[str | None, Decimal]) -> None:
        """One step, to the value that leads; what nothing of is named is passed over, and said where people would look for it."""
        if self.whole is None:
            self.whole = path.rounded(sum(values.values(), NOTHING))
        if self.is_over or not self.whole:
            return
        if values.keys() <= {None}:
            if dimension in OF_LINE_ITEMS and self.names_all:
                self.missing.append(f"The bill names no {PLURALS[dimension]} here.")
            return
        found = path.step(dimension, values, self.whole)
        if found is None:
            self.is_over = True
            self.notes.append(f"It is spread over {len(values):,} {PLURALS[dimension]}, none of which has a tenth of it.")
            return
        self.steps.append(found)
        self.steps[-1] = replace(found, label=self._label(found))

    def _label(self, last: CauseStep) -> str | None:
        """The name beside the id that the last step led to."""
        if last.value is None or last.dimension not in NAMED:
            return self.labels.get(last.value or "") if last.dimension == "account" else None
        name = origin.label(self.ledger, self.filters, NAMED[last.dimension])
        return name if name != last.value else None

    def _alone(self, dimension: str) -> Mapping[str | None, Decimal]:
        answer = self.ledger.answer(self.ledger.piece((dimension,), self.filters))
        return excess_by(self.ledger.changes(answer), 0)

    def _is_inside(self, change: Change, by: Sequence[str]) -> bool:
        taken = {each.dimension: each.value for each in self.steps}
        return all(taken.get(name, value) == value for name, value in zip(by, change.key, strict=True))
