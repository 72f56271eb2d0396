"""Which of Cost Explorer's dimensions the ledger can answer, and in which column of `lines` each stands."""

from __future__ import annotations

from bot.sandbox.clouds.explorer.errors import RefusedError, invalid

COLUMNS = {
    "AZ": "az",
    "BILLING_ENTITY": "billing_entity",
    "INSTANCE_TYPE": "instance_type",
    "INSTANCE_TYPE_FAMILY": "instance_type_family",
    "LEGAL_ENTITY_NAME": "legal_entity_name",
    "LINKED_ACCOUNT": "linked_account",
    "LINKED_ACCOUNT_NAME": "linked_account_name",
    "OPERATION": "operation",
    "PURCHASE_TYPE": "purchase_type",
    "RECORD_TYPE": "record_type",
    "REGION": "region",
    "RESERVATION_ID": "reservation_id",
    "SAVINGS_PLAN_ARN": "savings_plan_arn",
    "SERVICE": "service",
    "USAGE_TYPE": "usage_type",
}


def column(dimension: object) -> str:
    """The column of a dimension. Raises RefusedError, for resources with the operation that would have them."""
    if dimension == "RESOURCE_ID":
        raise _by_resource()
    if not isinstance(dimension, str) or dimension not in COLUMNS:
        msg = f"{dimension} is not a supported dimension."
        raise invalid(msg)
    return COLUMNS[dimension]


def _by_resource() -> RefusedError:
    return invalid("RESOURCE_ID is supported by GetCostAndUsageWithResources only.")
