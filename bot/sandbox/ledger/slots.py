"""Slots: everything about a row that is words, kept once. A million rows point at a few thousand slots."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.sandbox.ledger.catalogue.base import digest
from bot.sandbox.ledger.facts import NONE
from bot.sandbox.ledger.organisation import ACCOUNTS, PAYERS, REGIONS

if TYPE_CHECKING:
    from bot.sandbox.ledger.catalogue.base import Sku
    from bot.sandbox.ledger.commitments import Commitment
    from bot.sandbox.ledger.plan import Cut
    from bot.sandbox.ledger.streams import Stream

USAGE, PURCHASE, TAX, CREDIT, ADJUSTMENT = "Usage", "Purchase", "Tax", "Credit", "Adjustment"
STANDARD, DYNAMIC, COMMITTED, OTHER = "Standard", "Dynamic", "Committed", "Other"
ONE_TIME, RECURRING, USAGE_BASED = "One-Time", "Recurring", "Usage-Based"
USED, UNUSED = "Used", "Unused"
CORRECTION = "Correction"

_ROLES = ("api", "worker", "web", "batch", "core", "edge", "store", "jobs")
_ZONES = 3
# A note that somebody really wrote into a tag: it would call everybody in a channel, were it not escaped.
_NOTE = '<!channel> ask before deleting & "never" on a Friday'
_NOTED_EVERY = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The words of a FOCUS row; the names are those of the columns, in lower case."""

    payer: str
    publisher: str
    service_provider: str
    account: str | None
    service: str
    category: str
    subcategory: str
    charge_category: str
    charge_class: str | None = None
    description: str = ""
    frequency: str = USAGE_BASED
    pricing_category: str | None = STANDARD
    pricing_unit: str | None = None
    consumed_unit: str | None = None
    commitment: Commitment | None = None
    status: str | None = None
    region: str | None = None
    zone: str | None = None
    resource_id: str | None = None
    resource_name: str | None = None
    resource_type: str | None = None
    sku_id: str | None = None
    sku_meter: str | None = None
    sku_price_id: str | None = None
    tags: str | None = None


@dataclass(frozen=True, slots=True)
class Priced:
    """A slot with its prices in price steps: what one unit adds to each of the four costs (NONE: it has no unit price).

    `per_unit` is how many consumed units are in a priced one; 0 where nothing is consumed.
    """

    slot: Slot
    listed: int = NONE
    contracted: int = NONE
    effective: int = NONE
    billed: int = NONE
    per_unit: int = 0


def _zone(payer: str, region: str, number: int) -> str:
    letter = "abc"[number % _ZONES]
    return {"aws": f"{region}{letter}", "gcp": f"{region}-{letter}", "azure": str(number % _ZONES + 1)}[payer]


def _name(stream: Stream, number: int) -> str:
    """What the people who made it called it."""
    workload = stream.workload
    if workload.event == "leak":
        return f"scratch-exports-{number + 1:03d}"
    team = workload.team or "shared"
    role = _ROLES[int(digest(workload.key, str(number))[:4], 16) % len(_ROLES)]
    return f"{team}-{workload.env or 'legacy'}-{role}-{number + 1:03d}"


def _tags(stream: Stream, name: str, number: int) -> str | None:
    """The tags as JSON; what nobody tagged has none, an empty object, or only a name."""
    workload, account = stream.workload, ACCOUNTS[stream.workload.account]
    if not workload.team:
        return (None, "{}", json.dumps({"Name": name}))[number % 3] if stream.service.resource else None
    tags = {account.team_key: workload.team, "env": workload.env, "app": f"{workload.team}-{stream.service.key}"}
    if workload.env == "dev" and number % _NOTED_EVERY == _NOTED_EVERY - 1:
        tags["note"] = _NOTE
    return json.dumps(tags)


def _resource(stream: Stream, name: str, zone: str, number: int) -> str:
    workload = stream.workload
    return stream.service.resource.format(
        account=ACCOUNTS[workload.account].id,
        region=workload.region,
        zone=zone,
        team=workload.team or "shared",
        env=workload.env or "legacy",
        name=name,
        hex=digest(workload.key, str(number)),
    )


def _sku_ids(stream: Stream, sku: Sku) -> tuple[str, str]:
    """SKU id and SKU price id: one SKU has another price on demand, on spot and under each commitment."""
    workload = stream.workload
    sku_id = digest(workload.service, sku.meter, workload.region)[:16].upper()
    option = stream.commitment.key if stream.commitment else ("spot" if workload.spot else "on-demand")
    return sku_id, f"{sku_id}.{digest(option)[:10].upper()}"


def _pricing(stream: Stream) -> str:
    if stream.commitment:
        return COMMITTED
    return DYNAMIC if stream.workload.spot else STANDARD


def _slot(stream: Stream, sku: Sku) -> Slot:
    """A stream's SKU, without a resource."""
    workload, payer = stream.workload, PAYERS[stream.payer]
    sku_id, price_id = _sku_ids(stream, sku)
    return Slot(
        payer=stream.payer,
        publisher=payer.publisher,
        service_provider=payer.provider,
        account=workload.account,
        service=stream.service.name,
        category=stream.service.category,
        subcategory=stream.service.subcategory,
        charge_category=USAGE,
        description=f"{sku.name} in {REGIONS[workload.region][0]}{', spot' if workload.spot else ''}",
        pricing_category=_pricing(stream),
        pricing_unit=sku.unit,
        consumed_unit=sku.consumed or sku.unit,
        commitment=stream.commitment,
        status=USED if stream.commitment else None,
        region=workload.region,
        sku_id=sku_id,
        sku_meter=sku.meter,
        sku_price_id=price_id,
        tags=_tags(stream, "", 0),
    )


def _on(slot: Slot, stream: Stream, number: int) -> Slot:
    """The slot on the stream's resource of that number."""
    name, zone = _name(stream, number), _zone(stream.payer, stream.workload.region, number)
    return replace(
        slot,
        zone=zone if stream.service.zonal else None,
        resource_id=_resource(stream, name, zone, number),
        resource_name=name,
        resource_type=stream.service.kind,
        tags=_tags(stream, name, number),
    )


def priced_slots(stream: Stream, cut: Cut) -> list[Priced]:
    """A slot for each SKU and resource of the cut, all resources of the first SKU first."""
    slots = []
    for sku in stream.skus[: cut.skus]:
        listed, agreed, effective = stream.prices(sku)
        billed = 0 if stream.commitment else agreed
        slot = _slot(stream, sku)
        for number in range(cut.resources):
            words = _on(slot, stream, number) if stream.service.resource else slot
            slots.append(Priced(words, listed, agreed, effective, billed, sku.per_unit))
    return slots
