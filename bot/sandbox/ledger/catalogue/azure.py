"""Microsoft's price list: public prices, rounded; resource ids in lower case, as the cost details have them."""

from __future__ import annotations

from bot.sandbox.ledger.catalogue.base import Service, Sku

_MILLION = 1_000_000


def _id(path: str) -> str:
    return f"/subscriptions/{{account}}/resourcegroups/rg-{{team}}-{{env}}/providers/{path}"


SERVICES = (
    Service(
        key="vm",
        name="Virtual Machines",
        category="Compute",
        subcategory="Virtual Machines",
        resource=_id("microsoft.compute/virtualmachines/{name}"),
        kind="Virtual machine",
        hourly=True,
        detail=2.5,
        zonal=True,
        skus=(
            Sku("D8s v5", "D8s v5", "0.384", "Hours", 64),
            Sku("E4s v5", "E4s v5", "0.252", "Hours", 22),
            Sku("P30 LRS Disk", "P30 LRS Disk", "135.17", "Disk-Mo", 14),
        ),
    ),
    Service(
        key="aks",
        name="Azure Kubernetes Service",
        category="Compute",
        subcategory="Containers",
        resource=_id("microsoft.containerservice/managedclusters/{name}"),
        kind="Kubernetes service",
        hourly=True,
        skus=(Sku("Standard Uptime SLA", "Standard Uptime SLA", "0.1", "Hours", 1),),
    ),
    Service(
        key="blob",
        name="Azure Storage",
        category="Storage",
        subcategory="Object Storage",
        resource=_id("microsoft.storage/storageaccounts/st{hex:.12}"),
        kind="Storage account",
        detail=1.5,
        skus=(
            Sku("Hot LRS Data Stored", "Hot LRS Data Stored", "0.0184", "GB-Mo", 76),
            Sku("Hot Write Operations", "Hot Write Operations", "5", "1M Operations", 24, "Operations", _MILLION),
        ),
    ),
    Service(
        key="sql",
        name="Azure SQL Database",
        category="Databases",
        subcategory="Relational Databases",
        resource=_id("microsoft.sql/servers/sql-{team}-{env}/databases/{name}"),
        kind="SQL database",
        hourly=True,
        skus=(
            Sku("vCore General Purpose", "vCore", "0.1522", "vCore-Hours", 78),
            Sku("General Purpose Data Stored", "Data Stored", "0.115", "GB-Mo", 22),
        ),
    ),
    Service(
        key="appservice",
        name="Azure App Service",
        category="Compute",
        subcategory="Serverless Compute",
        resource=_id("microsoft.web/serverfarms/{name}"),
        kind="App Service plan",
        hourly=True,
        skus=(Sku("P1 v3 App", "P1 v3 App", "0.169", "Hours", 1),),
    ),
    Service(
        key="bandwidth",
        name="Bandwidth",
        category="Networking",
        subcategory="Network Connectivity",
        detail=0.7,
        skus=(Sku("Standard Data Transfer Out", "Data Transfer Out", "0.087", "GB", 1),),
    ),
    Service(
        key="monitor",
        name="Azure Monitor",
        category="Management and Governance",
        subcategory="Observability",
        resource=_id("microsoft.operationalinsights/workspaces/{name}"),
        kind="Log Analytics workspace",
        skus=(Sku("Analytics Logs Data Ingestion", "Data Ingestion", "2.3", "GB", 1),),
    ),
    Service(
        key="defender",
        name="Microsoft Defender for Cloud",
        category="Security",
        subcategory="Security Posture Management",
        detail=0.6,
        skus=(Sku("Standard Node", "Standard Node", "15", "Node-Mo", 1),),
    ),
)
