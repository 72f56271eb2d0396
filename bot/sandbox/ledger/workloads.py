"""Who spends how much on what: the made-up company's architecture, as dollars a month by account, team, region and service.

The figures are contracted dollars before commitments, in the month that the ledger ends in; `story` says how they got there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SPOT = ":spot"


@dataclass(frozen=True, slots=True)
class Workload:
    """One team's use of one service in one place. `growth` is per cent a month, `event` one of those in `story`."""

    account: str
    service: str
    team: str
    env: str
    region: str
    dollars: float
    growth: float
    spot: bool = False
    event: str = ""
    finest: bool = False
    """Billed by the hour however few rows were asked for, so that every ledger has hourly rows."""

    @property
    def key(self) -> str:
        """What no other workload is called; noise, resource ids and commitments hang on it."""
        option = "spot" if self.spot else self.event
        return f"{self.account}/{self.service}/{self.team}/{self.env}/{self.region}/{option}"


@dataclass(frozen=True, slots=True)
class _Group:
    """Workloads that share everything but the service. `spend` reads `service:dollars`, `service:spot:dollars`."""

    account: str
    team: str
    env: str
    region: str
    growth: float
    spend: str

    def workloads(self) -> Iterator[Workload]:
        for word in self.spend.split():
            name, dollars = word.rsplit(":", 1)
            service, spot = name.removesuffix(SPOT), name.endswith(SPOT)
            yield Workload(self.account, service, self.team, self.env, self.region, float(dollars), self.growth, spot)


# An empty team and environment: resources that nobody tagged, and services whose bills name no resource.
_GROUPS = (
    _Group(
        "payments-prod",
        "payments",
        "prod",
        "us-east-1",
        1.5,
        "ebs:2600 ecs:5200 lambda:3100 rds:11500 elasticache:2300 elb:900 sqs:700",
    ),
    _Group("payments-prod", "payments", "prod", "eu-central-1", 1.8, "ec2:7000 rds:4300 ecs:2200 elb:400 s3:900"),
    _Group("payments-prod", "", "", "us-east-1", 1.5, "vpc:1700 cloudwatch:1800"),
    _Group(
        "platform-prod",
        "platform",
        "prod",
        "us-east-1",
        1.0,
        "ec2:13500 ebs:2200 ecs:5400 elb:1200 cloudfront:5600 sqs:450 s3:1500 elasticache:1500",
    ),
    _Group("platform-prod", "platform", "prod", "us-west-2", 1.0, "ec2:6200 ecs:2100 rds:3300"),
    _Group("platform-prod", "", "", "us-east-1", 1.0, "vpc:2100 cloudwatch:1500"),
    _Group(
        "data-prod", "data", "prod", "us-east-1", 2.2, "ec2:6800 ec2:spot:5200 s3:9800 kinesis:3400 rds:2900 lambda:1200 ebs:1500"
    ),
    _Group("data-prod", "", "", "us-east-1", 2.0, "vpc:1300 cloudwatch:700"),
    _Group("ml-prod", "ml", "prod", "us-west-2", 3.0, "sagemaker:12500 ec2:spot:6400 s3:2600 ebs:700"),
    _Group("nonprod", "payments", "staging", "us-east-1", 1.2, "ec2:2200 rds:1300 ecs:700"),
    _Group("nonprod", "payments", "dev", "us-east-1", 1.2, "ec2:1500 rds:500 lambda:200"),
    _Group("nonprod", "platform", "staging", "us-east-1", 1.0, "ec2:1900 ecs:800 rds:600"),
    _Group("nonprod", "platform", "dev", "us-east-1", 1.0, "ec2:1600 ebs:400 ecs:400"),
    _Group("nonprod", "data", "staging", "us-east-1", 1.4, "ec2:900 s3:700"),
    _Group("nonprod", "data", "dev", "us-east-1", 1.4, "ec2:900 kinesis:150"),
    _Group("nonprod", "ml", "staging", "us-west-2", 2.0, "sagemaker:900"),
    _Group("nonprod", "ml", "dev", "us-west-2", 2.0, "sagemaker:2200 ec2:900"),
    _Group("management", "", "", "us-east-1", -0.5, "ec2:2800 ebs:700 s3:2200 vpc:2900 cloudwatch:2600 kms:700"),
    _Group("g-data", "data", "prod", "us-central1", 2.2, "gcs:5200 gce:5600 gke:2600 cloudsql:2200"),
    _Group("g-data", "data", "prod", "europe-west3", 1.6, "gce:2500 gcs:900"),
    _Group("g-data", "", "", "us-central1", 1.6, "gnet:2200 glog:1100"),
    _Group("g-ml", "ml", "prod", "us-central1", 2.8, "vertex:12500 gke:2800 gcs:2300 gce:2400 gce:spot:3100"),
    _Group("g-nonprod", "data", "staging", "us-central1", 1.0, "gce:900 bigquery:700"),
    _Group("g-nonprod", "data", "dev", "us-central1", 1.0, "gce:800 bigquery:500"),
    _Group("g-nonprod", "ml", "dev", "us-central1", 1.6, "vertex:1500 gke:300"),
    _Group("g-nonprod", "platform", "dev", "us-central1", 1.0, "gke:700 cloudsql:400"),
    _Group("g-nonprod", "", "", "us-central1", 0.5, "gce:1600 gnet:500"),
    _Group("z-payments", "payments", "prod", "westeurope", 1.4, "vm:7200 sql:6400 blob:1500 appservice:2100 monitor:900"),
    _Group("z-payments", "", "", "westeurope", 1.2, "bandwidth:1400 defender:700"),
    _Group(
        "z-platform",
        "platform",
        "prod",
        "eastus",
        1.0,
        "vm:8200 vm:spot:1500 aks:700 blob:2400 monitor:2300 sql:2600 appservice:900",
    ),
    _Group("z-platform", "", "", "eastus", 1.0, "bandwidth:1300 defender:800"),
    _Group("z-nonprod", "payments", "staging", "westeurope", 1.0, "vm:900 sql:500"),
    _Group("z-nonprod", "payments", "dev", "westeurope", 1.0, "vm:800"),
    _Group("z-nonprod", "platform", "staging", "eastus", 1.0, "vm:700 appservice:300"),
    _Group("z-nonprod", "platform", "dev", "eastus", 1.0, "vm:900"),
    _Group("z-nonprod", "", "", "eastus", 0.5, "vm:1400 bandwidth:600"),
)

_SINGLE = (
    Workload("payments-prod", "ec2", "payments", "prod", "us-east-1", 14000, 1.5, finest=True),
    Workload("payments-prod", "dynamodb", "payments", "prod", "us-east-1", 4200, 1.5, event="surge"),
    Workload("ml-prod", "bedrock", "ml", "prod", "us-west-2", 11000, 0.0, event="launch"),
    Workload("data-prod", "s3", "data", "prod", "us-east-1", 1500, 0.0, event="leak"),
    Workload("g-data", "bigquery", "data", "prod", "us-central1", 14500, 1.8, event="spike"),
)

WORKLOADS = (*_SINGLE, *(workload for group in _GROUPS for workload in group.workloads()))
