"""Who gets the bills: the payers and accounts of the made-up company. Every id is fictitious, and looks it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Payer:
    """A provider's side of the contract, and the one account that it invoices.

    `discount` and `tax` are whole per cent: negotiated off the list price, and added on top of what is billed.
    """

    key: str
    provider: str
    publisher: str
    id: str
    name: str
    type: str
    sub_type: str
    discount: int
    tax: int


@dataclass(frozen=True, slots=True)
class Account:
    """What the money is spent in: an AWS account, a Google Cloud project, an Azure subscription."""

    key: str
    payer: str
    id: str
    name: str
    team_key: str = "team"
    """The tag key under which this account's people write their team: nobody ever agreed on one spelling."""


PAYERS = {
    payer.key: payer
    for payer in (
        Payer(
            key="aws",
            provider="AWS",
            publisher="Amazon Web Services, Inc.",
            id="000000000100",
            name="Example Corp",
            type="Management account",
            sub_type="Member account",
            discount=8,
            tax=4,
        ),
        Payer(
            key="gcp",
            provider="Google Cloud",
            publisher="Google LLC",
            id="00AAAA-00BBBB-00CCCC",
            name="Example Corp Billing",
            type="Billing account",
            sub_type="Project",
            discount=6,
            tax=5,
        ),
        Payer(
            key="azure",
            provider="Microsoft",
            publisher="Microsoft",
            id="00000000-0000-4000-8000-0000000000a0",
            name="Example Corp Enterprise",
            type="Billing profile",
            sub_type="Subscription",
            discount=5,
            tax=6,
        ),
    )
}

ACCOUNTS = {
    account.key: account
    for account in (
        Account("management", "aws", "000000000100", "corp-management"),
        Account("payments-prod", "aws", "000000000101", "payments-prod"),
        Account("platform-prod", "aws", "000000000102", "platform-prod"),
        Account("data-prod", "aws", "000000000103", "data-prod", team_key="Team"),
        Account("ml-prod", "aws", "000000000104", "ml-prod"),
        Account("nonprod", "aws", "000000000105", "engineering-nonprod"),
        Account("g-data", "gcp", "example-data-prod", "Data Production"),
        Account("g-ml", "gcp", "example-ml-prod", "ML Production", team_key="owner-team"),
        Account("g-nonprod", "gcp", "example-nonprod", "Engineering Non-production"),
        Account("z-payments", "azure", "00000000-0000-4000-8000-0000000000a1", "Payments Production", team_key="Team"),
        Account("z-platform", "azure", "00000000-0000-4000-8000-0000000000a2", "Platform Production"),
        Account("z-nonprod", "azure", "00000000-0000-4000-8000-0000000000a3", "Non-production", team_key="owner-team"),
    )
}

# Region id → its name, and how its prices compare with the first one's in per cent.
REGIONS = {
    "us-east-1": ("US East (N. Virginia)", 100),
    "us-west-2": ("US West (Oregon)", 100),
    "eu-central-1": ("Europe (Frankfurt)", 114),
    "us-central1": ("Iowa", 100),
    "europe-west3": ("Frankfurt", 118),
    "eastus": ("East US", 100),
    "westeurope": ("West Europe", 112),
}
