"""The organisation: the payer's account and the others under it, with the ids of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.clouds.inventory.births import born
from bot.sandbox.clouds.inventory.places import HOME, ROLE
from bot.sandbox.ledger.organisation import ACCOUNTS, PAYERS

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sandbox.clouds.inventory.places import Places


def organise(places: Places, founded: datetime) -> None:
    """Make the accounts; each comes with the role by which the payer gets in."""
    payer = PAYERS["aws"]
    organizations = places.client(payer.id, HOME, "organizations")
    with born(founded, "account", payer.id):
        organizations.create_organization(FeatureSet="ALL")
    for account in ACCOUNTS.values():
        if account.payer == payer.key and account.id != payer.id:
            with born(founded, "account", account.id):
                email = f"aws+{account.name}@example.com"
                organizations.create_account(AccountName=account.name, Email=email, RoleName=ROLE)
