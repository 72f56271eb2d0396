"""The metrics, and the two ways in which AWS spells them: `UnblendedCost` of the past, `UNBLENDED_COST` of the future."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.clouds.explorer.amounts import amount
from bot.sandbox.clouds.explorer.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Sequence

_COSTS = {
    "AmortizedCost": "amortized",
    "BlendedCost": "unblended",
    "NetAmortizedCost": "amortized",
    "NetUnblendedCost": "unblended",
    "UnblendedCost": "unblended",
}
_QUANTITY = "UsageQuantity"
_COLUMNS = {**_COSTS, _QUANTITY: "quantity"}
_FORECAST = {"".join(f"_{c}" if c.isupper() else c for c in name).lstrip("_").upper(): name for name in _COLUMNS}

MIXED = "N/A"
"""What AWS gives as the unit of hours and gigabytes added up."""
SUMS = f"sum(unblended), sum(amortized), sum(quantity), CASE WHEN count(DISTINCT unit) = 1 THEN min(unit) ELSE '{MIXED}' END"
"""The columns that `measured` reads, in this order."""
_ORDER = ("unblended", "amortized", "quantity")


def wanted(body: dict[str, Any]) -> list[str]:
    """The Metrics of a request. Raises RefusedError for none and for unknown ones, NormalizedUsageAmount among them."""
    asked = body.get("Metrics")
    if not isinstance(asked, list) or not asked:
        msg = "Metrics must not be empty."
        raise invalid(msg)
    return [known(name) for name in asked]


def known(name: object) -> str:
    """The metric's name. The ledger has no normalised units, so that metric is refused rather than made up."""
    if not isinstance(name, str) or name not in _COLUMNS:
        msg = f"Metric {name} is invalid."
        raise invalid(msg)
    return name


def of_forecast(name: object) -> str:
    """The column of the metric of a forecast."""
    return _COLUMNS[known(_FORECAST.get(str(name)))]


def unit(column: str) -> str:
    """Of a column's sums over everything."""
    return MIXED if column == "quantity" else "USD"


def measured(names: Sequence[str], sums: Sequence[Any]) -> dict[str, dict[str, str]]:
    """The metrics out of a row of SUMS."""
    values, of_usage = dict(zip(_ORDER, sums, strict=False)), sums[len(_ORDER)]
    return {name: amount(values[_COLUMNS[name]], of_usage if name == _QUANTITY else "USD") for name in names}
