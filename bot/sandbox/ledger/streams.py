"""Streams: each workload cut by purchase option, with its dollars a day. They are the same however many rows are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.sandbox.ledger.catalogue import SERVICES
from bot.sandbox.ledger.catalogue.base import PRICE
from bot.sandbox.ledger.commitments import COMMITMENTS, Commitment, contracted
from bot.sandbox.ledger.days import FULL_DAY
from bot.sandbox.ledger.noise import name_key, uniform
from bot.sandbox.ledger.organisation import ACCOUNTS, REGIONS
from bot.sandbox.ledger.story import demand
from bot.sandbox.ledger.workloads import WORKLOADS, Workload
from storage.model.period import first_of_month

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.sandbox.ledger.catalogue.base import Service, Sku
    from bot.sandbox.ledger.days import Days

# A commitment covers at most so much of a workload's demand; at least so much of it stays on demand.
_MOST_COVERED = 0.9
_LEAST_ON_DEMAND = 0.04
_USE_NOISE = 0.05
_SPOT_PER_CENT = 38


@dataclass(frozen=True, slots=True)
class Stream:
    """One workload under one purchase option.

    `dollars` is what each whole day costs at contracted prices (spot: at spot prices), `hours` how many of its hours have
    arrived. `commitment` is the one that pays for it, if one does.
    """

    workload: Workload
    commitment: Commitment | None
    dollars: NDArray[np.float64]
    hours: NDArray[np.int64]

    @property
    def key(self) -> str:
        """What no other stream is called."""
        return f"{self.workload.key}|{self.commitment.key if self.commitment else ''}"

    @property
    def payer(self) -> str:
        """Key of the provider's payer."""
        return ACCOUNTS[self.workload.account].payer

    @property
    def service(self) -> Service:
        """The service it is spent on."""
        return SERVICES[self.workload.service]

    @property
    def skus(self) -> tuple[Sku, ...]:
        """The SKUs it may use: one where a reservation is for one, or where storage leaks."""
        only = self.workload.event == "leak" or (self.commitment is not None and self.commitment.units)
        return self.service.skus[:1] if only else self.service.skus

    @property
    def active(self) -> NDArray[np.bool_]:
        """The days that have rows."""
        return (self.dollars > 0) & (self.hours > 0)

    @property
    def several(self) -> bool:
        """Whether it can be spread over more than one resource: what leaks is one bucket."""
        return bool(self.service.resource) and self.workload.event != "leak"

    def prices(self, sku: Sku) -> tuple[int, int, int]:
        """List, contracted and effective price of a unit, in price steps. For spot the last two are the spot price."""
        listed = sku.list_price(REGIONS[self.workload.region][1])
        agreed = listed * _SPOT_PER_CENT // 100 if self.workload.spot else contracted(self.workload.account, listed)
        return listed, agreed, self.commitment.discounted(agreed) if self.commitment else agreed


def bought(days: Days, commitment: Commitment) -> NDArray[np.bool_]:
    """The days on which the commitment exists."""
    if commitment.age is None:
        return np.ones(days.period.days, dtype=np.bool_)
    return days.ordinals >= first_of_month(days.as_of, -commitment.age).toordinal()


def _covered(
    days: Days, commitment: Commitment, demands: dict[str, NDArray[np.float64]], seed: int
) -> dict[str, NDArray[np.float64]]:
    """Contracted dollars a day that the commitment covers, by workload."""
    noise = uniform(seed, name_key(commitment.key), days.ordinals)
    use = np.minimum(commitment.used * (1.0 - _USE_NOISE * noise), 1.0) * bought(days, commitment)
    capacity = commitment.fee / PRICE * FULL_DAY / (1.0 - commitment.saving / 100.0)
    return {key: np.minimum(capacity * use * share, _MOST_COVERED * demands[key]) for key, share in commitment.covers.items()}


def _of(workload: Workload, days: Days, dollars: NDArray[np.float64], commitment: Commitment | None = None) -> Stream:
    return Stream(workload, commitment, dollars, days.hours(workload.account))


def streams(days: Days, seed: int) -> list[Stream]:
    """All streams that have a row on some day, in a fixed order."""
    demands = {workload.key: demand(days, workload, seed) for workload in WORKLOADS}
    left = dict(demands)
    by_key = {workload.key: workload for workload in WORKLOADS}
    used = []
    for commitment in COMMITMENTS:
        for key, dollars in _covered(days, commitment, demands, seed).items():
            used.append(_of(by_key[key], days, dollars, commitment))
            left[key] = left[key] - dollars
    rest = [_of(w, days, np.maximum(left[w.key], _LEAST_ON_DEMAND * demands[w.key])) for w in WORKLOADS]
    return [stream for stream in (*rest, *used) if stream.active.any()]
