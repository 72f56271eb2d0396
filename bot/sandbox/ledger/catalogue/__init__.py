"""What can be bought: one file a cloud. A new service is one more entry there and a price in somebody's workload."""

from __future__ import annotations

from bot.sandbox.ledger.catalogue import aws, azure, gcp

SERVICES = {service.key: service for service in (*aws.SERVICES, *gcp.SERVICES, *azure.SERVICES)}
