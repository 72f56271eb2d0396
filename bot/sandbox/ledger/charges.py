"""Everything on a bill that is not usage: fees, commitments and their unused part, credits, refunds, rounding, tax.

A charge appears once its day has arrived, so a bill of the current month grows from morning to morning as a real one does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bot.sandbox.ledger.catalogue import SERVICES
from bot.sandbox.ledger.catalogue.base import COST, PRICE, QUANTITY, Service, digest
from bot.sandbox.ledger.commitments import COMMITMENTS, Commitment
from bot.sandbox.ledger.contracts import (
    CREDITS,
    EVERY_DAY,
    FEES,
    LAST_DAY,
    REFUND_POSTED,
    REFUNDS,
    ROUNDING_CENTS,
    Credit,
    Fee,
    Refund,
)
from bot.sandbox.ledger.days import FULL_DAY
from bot.sandbox.ledger.facts import HOUR, NONE, Facts
from bot.sandbox.ledger.noise import name_key, uniform
from bot.sandbox.ledger.organisation import ACCOUNTS, PAYERS
from bot.sandbox.ledger.slots import (
    ADJUSTMENT,
    COMMITTED,
    CORRECTION,
    CREDIT,
    ONE_TIME,
    PURCHASE,
    RECURRING,
    TAX,
    UNUSED,
    USAGE,
    Priced,
    Slot,
)
from bot.sandbox.ledger.story import growth
from bot.sandbox.ledger.streams import bought
from bot.sandbox.ledger.usage import seconds
from storage.model.period import Period, first_of_month

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from bot.sandbox.ledger.days import Days
    from bot.sandbox.ledger.usage import Source

_CENT = COST // 100
_DAY_SECONDS = FULL_DAY * HOUR


@dataclass(frozen=True, slots=True)
class Charge:
    """One row. Days are proleptic ordinals, the last one is not in it; costs are in cost steps."""

    priced: Priced
    first: int
    end: int
    billed: int
    effective: int
    contracted: int
    list: int
    quantity: int = NONE


@dataclass(frozen=True, slots=True)
class Bill:
    """One payer's billing period while it is being written: its usage is known, the rest follows from here."""

    days: Days
    month: Period
    payer: str
    seed: int
    sources: list[Source]
    usage: list[Facts]

    def hours(self, day: date) -> int:
        """Hours of the day that have arrived; 0 for a day still to come."""
        if day > self.days.as_of:
            return 0
        return int(self.days.arrived(self.payer)[(day - self.days.period.start).days])


def _flat(priced: Priced, first: date, steps: int) -> Charge:
    """A charge of one day that is the same on all four bases."""
    return Charge(priced, first.toordinal(), first.toordinal() + 1, steps, steps, steps, steps)


def _slot(payer: str, account: str | None, service: Service, charge: str, words: str) -> Slot:
    of = PAYERS[payer]
    return Slot(
        payer=payer,
        publisher=of.publisher,
        service_provider=of.provider,
        account=account,
        service=service.name,
        category=service.category,
        subcategory=service.subcategory,
        charge_category=charge,
        description=words,
        frequency=RECURRING if charge == PURCHASE else ONE_TIME,
        pricing_category="Standard" if charge == PURCHASE else None,
        sku_id=digest(payer, words)[:16].upper() if charge == PURCHASE else None,
        sku_price_id=digest(payer, words, "price")[:16].upper() if charge == PURCHASE else None,
    )


def _fee(bill: Bill, fee: Fee) -> Charge:
    place = bill.days.index(bill.month).start
    price = round(fee.dollars * float(growth(bill.days, fee.growth)[place])) * PRICE
    service = Service("", fee.service, fee.category, fee.subcategory, ())
    slot = replace(_slot(fee.payer, fee.account, service, PURCHASE, fee.description), pricing_unit="Months")
    if fee.publisher:
        slot = replace(slot, publisher=fee.publisher, service_provider=fee.publisher)
    return replace(_flat(Priced(slot, price, price), bill.month.start, price * QUANTITY), quantity=QUANTITY)


def fees(bill: Bill) -> Iterator[Charge]:
    """Support and subscriptions, on the first."""
    if bill.hours(bill.month.start):
        yield from (_fee(bill, fee) for fee in FEES if fee.payer == bill.payer)


def _commitment_slot(commitment: Commitment, charge: str, words: str) -> Slot:
    covered = SERVICES[commitment.service]
    service = replace(covered, name=commitment.sold_as or covered.name)
    slot = _slot(ACCOUNTS[commitment.account].payer, commitment.account, service, charge, words)
    return replace(
        slot,
        commitment=commitment,
        region=commitment.region if commitment.units else None,
        resource_id=commitment.id,
        resource_name=commitment.name,
        resource_type=commitment.type,
    )


def _purchase(commitment: Commitment, first: int, hours: int) -> Charge:
    slot = replace(_commitment_slot(commitment, PURCHASE, f"{commitment.name}: recurring fee"), pricing_unit="Hours")
    fee, quantity = commitment.fee, hours * QUANTITY
    cost = fee * quantity
    return Charge(Priced(slot, fee, fee), first, first + 1, cost, 0, cost, cost, quantity)


def _unused(commitment: Commitment, day: int, steps: int) -> Charge:
    words = f"{commitment.name}: unused"
    slot = replace(_commitment_slot(commitment, USAGE, words), status=UNUSED, pricing_category=COMMITTED, frequency=RECURRING)
    return Charge(Priced(slot), day, day + 1, 0, steps, 0, 0)


def _used_by_day(bill: Bill, commitment: Commitment, first: int, count: int) -> list[int]:
    """Effective cost of what the commitment paid for on each day, in cost steps."""
    used = np.zeros(count, dtype=np.int64)
    start = int(seconds(np.array([first]))[0])
    for source, facts in zip(bill.sources, bill.usage, strict=True):
        if source.stream.commitment is commitment:
            np.add.at(used, (facts.start - start) // _DAY_SECONDS, facts.effective)
    return [int(steps) for steps in used]


def _committed(bill: Bill, commitment: Commitment) -> Iterator[Charge]:
    """The fee of the hours that have arrived, and what of it nobody used: day by day, to the last step."""
    index = bill.days.index(bill.month)
    hours = bill.days.arrived(bill.payer)[index] * bought(bill.days, commitment)[index]
    first = bill.month.start.toordinal()
    if commitment.monthly and hours.any():
        yield _purchase(commitment, first, int(hours.sum()))
    used = _used_by_day(bill, commitment, first, len(hours))
    for day, count in enumerate(hours.tolist()):
        if count and not commitment.monthly:
            yield _purchase(commitment, first + day, count)
        left = commitment.fee * count * QUANTITY - used[day]
        if left:
            yield _unused(commitment, first + day, left)


def commitments(bill: Bill) -> Iterator[Charge]:
    """Purchases (billed, not effective) and unused parts (effective, not billed)."""
    for commitment in COMMITMENTS:
        if ACCOUNTS[commitment.account].payer == bill.payer:
            yield from _committed(bill, commitment)


def _credit_days(bill: Bill, credit: Credit) -> list[date]:
    if credit.on == EVERY_DAY:
        return bill.days.of(bill.month)
    return [bill.month.last if credit.on == LAST_DAY else bill.month.start.replace(day=credit.on)]


def credits_(bill: Bill) -> Iterator[Charge]:
    """Money off, as lines of its own: never taken off the charges that it is for."""
    for credit in CREDITS:
        if credit.payer == bill.payer:
            slot = _slot(credit.payer, credit.account, SERVICES[credit.service], CREDIT, credit.description)
            for day in _credit_days(bill, credit):
                steps = credit.cents * _CENT * bill.hours(day) // FULL_DAY
                if steps:
                    yield _flat(Priced(slot), day, -steps)


def _refund(bill: Bill, refund: Refund) -> Charge:
    """Take back some usage of the month before: the resource, SKU and prices of the day that was wrong."""
    source = next(s for s in bill.sources if s.stream.workload.key == refund.workload and s.stream.commitment is None)
    wrong = source.slots[0]
    size = 0.5 + float(uniform(bill.seed, name_key(refund.workload), bill.month.start.toordinal())[0])
    quantity = -int(refund.dollars * size * PRICE / wrong.contracted * QUANTITY)
    slot = replace(wrong.slot, charge_class=CORRECTION, description=f"Correction: {wrong.slot.description}")
    day = first_of_month(bill.month.start, -1).replace(day=refund.day).toordinal()
    paid = wrong.contracted * quantity
    return Charge(replace(wrong, slot=slot), day, day + 1, paid, paid, paid, wrong.listed * quantity, quantity)


def refunds(bill: Bill) -> Iterator[Charge]:
    """Corrections: on this month's bill, for a day of the month before."""
    number = bill.month.start.year * 12 + bill.month.start.month
    if bill.month.start == bill.days.period.start or not bill.hours(bill.month.start.replace(day=REFUND_POSTED)):
        return
    for refund in REFUNDS:
        if refund.payer == bill.payer and number % refund.every == 0:
            yield _refund(bill, refund)


def rounding(bill: Bill) -> Iterator[Charge]:
    """What Google rounds off an invoice once the month is over."""
    if bill.payer == "gcp" and not bill.days.is_open(bill.month):
        cents = round(ROUNDING_CENTS * (2 * float(uniform(bill.seed, bill.month.start.toordinal())[0]) - 1))
        slot = _slot("gcp", None, Service("", "Invoice", "Other", "Other (Other)", ()), ADJUSTMENT, "Rounding error")
        yield _flat(Priced(slot), bill.month.last, (cents or 1) * _CENT)


def tax(bill: Bill, billed: int) -> Iterator[Charge]:
    """Once a month and payer, in whole cents, on what is billed; for the month so far while it is open."""
    payer = PAYERS[bill.payer]
    steps = billed * payer.tax // (100 * _CENT) * _CENT
    if steps > 0:
        service = Service("", "Tax", "Other", "Other (Other)", ())
        words = f"Sales tax {payer.tax} % on {bill.month.start:%B %Y}"
        slot = _slot(bill.payer, "management" if bill.payer == "aws" else None, service, TAX, words)
        days = bill.days.of(bill.month)
        yield replace(_flat(Priced(slot), bill.month.start, steps), end=days[-1].toordinal() + 1)


def of_month(bill: Bill) -> list[Charge]:
    """All charges of the bill; tax, which is on all the rest, is the last."""
    charges = [charge for kind in (fees, commitments, credits_, refunds, rounding) for charge in kind(bill)]
    billed = sum(facts.total("billed") for facts in bill.usage) + sum(charge.billed for charge in charges)
    return [*charges, *tax(bill, billed)]


def _seconds(ordinals: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return seconds(np.array(ordinals, dtype=np.int64))


def facts_of(charges: list[Charge]) -> Facts:
    """The charges as columns, each on a slot of its own."""
    return Facts(
        slot=np.arange(len(charges), dtype=np.int64),
        start=_seconds([charge.first for charge in charges]),
        end=_seconds([charge.end for charge in charges]),
        quantity=np.array([charge.quantity for charge in charges], dtype=np.int64),
        billed=np.array([charge.billed for charge in charges], dtype=np.int64),
        effective=np.array([charge.effective for charge in charges], dtype=np.int64),
        contracted=np.array([charge.contracted for charge in charges], dtype=np.int64),
        list=np.array([charge.list for charge in charges], dtype=np.int64),
    )
