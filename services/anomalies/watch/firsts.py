"""What a bill has for the first time: a service in an account, a region, an account. What was connected is no news.

A value is noted as seen when it was told, or when it stayed below the floor for as long as something is new. On the very first
run, and for an account that comes with a history of its own, everything is noted in silence, and one summary says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.watch.findings import Finding
from services.anomalies.watch.rules import FIRST_FROM, HISTORY_DAYS, YOUNG_DAYS
from storage.model.anomaly import AnomalyKind, SeriesKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from services.anomalies.watch.rows import Group, Row, Rows

    Seen = Mapping[tuple[str, str], date]

SERVICES, REGIONS, ACCOUNTS = ("account", "service"), ("region",), ("account",)
KINDS = {
    SERVICES: AnomalyKind.NEW_SERVICE,
    REGIONS: AnomalyKind.NEW_REGION,
    ACCOUNTS: AnomalyKind.NEW_ACCOUNT,
}
YOUNG = timedelta(days=YOUNG_DAYS)


@dataclass(frozen=True, slots=True)
class Firsts:
    """What is told, what is noted as seen (dimension, value, first day), and the accounts that were connected (→ first day)."""

    findings: tuple[Finding, ...]
    seen: tuple[tuple[str, str, date], ...]
    connected: Mapping[str, date]


def firsts(rows: Rows, seen: Seen) -> Firsts:
    """Compare what the bills have with what was seen before."""
    accounts = [_Value(row) for row in _rows(rows.groups[ACCOUNTS]) if row.begins]
    connected = {each.name: each.begins for each in accounts if each.place not in seen and (not seen or each.has_history)}
    new = {each.name for each in accounts if each.place not in seen and each.name not in connected}
    findings, noted = [], []
    for by, kind in KINDS.items():
        for row in _rows(rows.groups[by]):
            value = _Value(row)
            if row.begins is None or value.place in seen:
                continue
            is_silent = (
                not seen or bool(connected and by == REGIONS) or row.key.value("account") in {*connected, *_apart(by, new)}
            )
            finding = None if is_silent else value.finding(kind)
            if finding is not None:
                findings.append(finding)
            if is_silent or finding is not None or value.is_old:
                noted.append((*value.place, row.begins))
    return Firsts(tuple(findings), tuple(dict.fromkeys(noted)), connected)


def _apart(by: tuple[str, ...], new: set[str]) -> set[str]:
    """What is in an account that is itself new is told with the account."""
    return new if by == SERVICES else set()


def _rows(group: Group) -> Iterator[Row]:
    return (group.row(number) for number in range(len(group.keys)))


@dataclass(frozen=True, slots=True)
class _Value:
    """One value, or account and service, in one currency."""

    row: Row

    @property
    def place(self) -> tuple[str, str]:
        """Where it is noted. The currency does not count: a service that is billed in another one is not new."""
        return (",".join(self.row.key.dimensions), self.name)

    @property
    def name(self) -> str:
        """The value; for a service in an account the two as they are stored."""
        values = [value for _, value in self.row.key.parts]
        return str(values[0]) if len(values) == 1 else SeriesKey(self.row.key.parts, "").id

    @property
    def begins(self) -> date:
        """Its first day."""
        return self.row.begins or self.row.first

    @property
    def has_history(self) -> bool:
        """Whether it came with more days than something new has."""
        return (self.row.through - self.begins).days >= HISTORY_DAYS

    @property
    def is_old(self) -> bool:
        """Whether it was there for so long that it is no news, however little it cost."""
        return self.row.through - self.begins >= YOUNG

    def finding(self, kind: AnomalyKind) -> Finding | None:
        """Its largest day, as it may be over already; None below the floor, and before its first complete day."""
        begins, known = self.row.place(self.begins), self.row.known
        if known < begins:
            return None
        largest = begins + int(np.nanargmax(self.row.values[begins : known + 1]))
        most = float(self.row.values[largest])
        if most < FIRST_FROM:
            return None
        return Finding(self.row.key, kind, self.row.day(largest), self.begins, most, 0.0, 0.0, FIRST_FROM, most / FIRST_FROM)
