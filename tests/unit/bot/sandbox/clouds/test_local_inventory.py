"""Given moto stocked from the ledger, when AWS's own SDK looks around, then what is on the bill stands there, and some waste."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.clouds.inventory.process import LocalInventory, NoInventoryError
from bot.sandbox.ledger.organisation import ACCOUNTS
from tests.fakes.local_aws import CREDENTIALS, client, refusal, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import duckdb
    from botocore.client import BaseClient

NOW = datetime(2026, 3, 19, tzinfo=UTC)
AWS = {account.id: account.name for account in ACCOUNTS.values() if account.payer == "aws"}
PAYMENTS, PLATFORM, DATA, NONPROD = "000000000101", "000000000102", "000000000103", "000000000105"


@pytest.fixture(scope="module")
def inventory(written: Path) -> Iterator[LocalInventory]:
    with running(LocalInventory(written, NOW.date())) as started:
        yield started


@pytest.fixture(scope="module")
def clients(inventory: LocalInventory) -> Callable[..., BaseClient]:
    """Clients of an account: reached from the payer's by the role that Organizations left there."""
    environment = {**CREDENTIALS, "AWS_ENDPOINT_URL": inventory.url}

    @cache
    def of(service: str, account: str, region: str = "us-east-1") -> BaseClient:
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        given = client(environment, "sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        keys = {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }
        return client({**environment, **keys, "AWS_DEFAULT_REGION": region}, service)

    return of


def billed(ledger: duckdb.DuckDBPyConnection, kind: str, account: str, region: str = "us-east-1") -> set[str]:
    """Last parts of the resource ids of the bill's last week."""
    rows = ledger.execute(
        "SELECT DISTINCT regexp_extract(ResourceId, '[^/:]+$') FROM ledger WHERE ResourceType = ? AND SubAccountId = ?"
        " AND RegionId = ? AND ChargePeriodStart > '2026-03-12' AND ChargeClass IS NULL",
        [kind, account, region],
    )
    return {row[0] for row in rows.fetchall()}


def instances(ec2: BaseClient) -> list[dict[str, Any]]:
    return [instance for each in ec2.describe_instances()["Reservations"] for instance in each["Instances"]]


def named(things: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By their Name tag; what has none is left out."""
    tags = [({tag["Key"]: tag["Value"] for tag in thing.get("Tags", [])}, thing) for thing in things]
    return {of["Name"]: thing for of, thing in tags if "Name" in of}


def test_the_accounts_are_the_ledgers(inventory: LocalInventory) -> None:
    environment = {**CREDENTIALS, "AWS_ENDPOINT_URL": inventory.url}
    assert client(environment, "sts").get_caller_identity()["Account"] == "000000000100"
    found = {each["Id"]: each["Name"] for each in client(environment, "organizations").list_accounts()["Accounts"]}
    assert set(found) == set(AWS)
    assert {id_: name for id_, name in found.items() if id_ != "000000000100"} == {
        id_: name for id_, name in AWS.items() if id_ != "000000000100"
    }


@pytest.mark.parametrize("account", [PAYMENTS, PLATFORM, DATA, NONPROD])
def test_instances_of_the_bill_run(clients: Callable[..., BaseClient], ledger: duckdb.DuckDBPyConnection, account: str) -> None:
    running_now = {each["InstanceId"] for each in instances(clients("ec2", account)) if each["State"]["Name"] == "running"}
    assert running_now == billed(ledger, "Instance", account)


def test_resources_have_the_tags_the_type_and_the_age_of_the_bill(
    clients: Callable[..., BaseClient], ledger: duckdb.DuckDBPyConnection
) -> None:
    found = instances(clients("ec2", PAYMENTS, "eu-central-1"))
    assert {each["InstanceId"] for each in found} == billed(ledger, "Instance", PAYMENTS, "eu-central-1")
    tags = {tag["Key"]: tag["Value"] for tag in found[0]["Tags"]}
    assert (tags["team"], tags["env"]) == ("payments", "prod")
    assert {each["LaunchTime"] for each in found} == {datetime(2026, 1, 1, tzinfo=UTC)}
    assert {each["InstanceType"] for each in found} <= {"m7i.4xlarge", "c7g.2xlarge", "r7i.2xlarge"}


def test_everything_else_of_the_bill_stands_there_too(
    clients: Callable[..., BaseClient], ledger: duckdb.DuckDBPyConnection
) -> None:
    volumes = {each["VolumeId"]: each for each in clients("ec2", PAYMENTS).describe_volumes()["Volumes"]}
    assert {volumes[id_]["State"] for id_ in billed(ledger, "Volume", PAYMENTS)} == {"in-use"}
    gateways = clients("ec2", PAYMENTS).describe_nat_gateways()["NatGateways"]
    assert {each["NatGatewayId"] for each in gateways} == billed(ledger, "NAT gateway", PAYMENTS)
    functions = clients("lambda", PAYMENTS).list_functions()["Functions"]
    assert {each["FunctionName"] for each in functions} == billed(ledger, "Function", PAYMENTS)
    buckets = clients("s3", DATA).list_buckets()["Buckets"]
    assert {each["Name"] for each in buckets} == billed(ledger, "Bucket", DATA)
    databases = clients("rds", PAYMENTS).describe_db_instances()["DBInstances"]
    assert {each["DBInstanceIdentifier"] for each in databases} == billed(ledger, "DB instance", PAYMENTS)


def test_balancers_of_the_bill_have_somebody_behind_them(
    clients: Callable[..., BaseClient], ledger: duckdb.DuckDBPyConnection
) -> None:
    elb = clients("elbv2", PAYMENTS)
    balancers = elb.describe_load_balancers()["LoadBalancers"]
    assert {each["LoadBalancerArn"].rsplit("/", 1)[-1] for each in balancers} == billed(ledger, "Load balancer", PAYMENTS)
    for each in balancers:
        group = elb.describe_target_groups(LoadBalancerArn=each["LoadBalancerArn"])["TargetGroups"][0]
        health = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
        assert {target["TargetHealth"]["State"] for target in health} == {"healthy"}


def test_volumes_that_nothing_uses_are_as_old_as_they_say(clients: Callable[..., BaseClient]) -> None:
    found = clients("ec2", PLATFORM).describe_volumes(Filters=[{"Name": "status", "Values": ["available"]}])["Volumes"]
    left = named(found)["detached-after-migration"]
    assert (left["Size"], left["VolumeType"], left["Attachments"]) == (500, "gp3", [])
    assert left["CreateTime"] == NOW - timedelta(days=120)


def test_some_things_only_look_like_waste(clients: Callable[..., BaseClient]) -> None:
    kept = named(clients("ec2", PAYMENTS).describe_volumes()["Volumes"])["kept-for-the-auditor"]
    assert {"Key": "finops:ignore", "Value": "until the audit"} in kept["Tags"]
    living = named(clients("ec2", PLATFORM).describe_snapshots(OwnerIds=["self"])["Snapshots"])["monthly-of-a-living-volume"]
    assert living["VolumeId"] in {each["VolumeId"] for each in clients("ec2", PLATFORM).describe_volumes()["Volumes"]}


def test_old_snapshots_have_lost_their_volumes(clients: Callable[..., BaseClient]) -> None:
    ec2 = clients("ec2", PAYMENTS)
    snapshots = named(ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"])
    old = snapshots["before-the-upgrade-of-spring"]
    assert (old["StartTime"], old["VolumeSize"]) == (NOW - timedelta(days=210), 120)
    assert old["VolumeId"] not in {each["VolumeId"] for each in ec2.describe_volumes()["Volumes"]}
    assert set(snapshots) == {"before-the-upgrade-of-spring", "last-weeks-copy"}, "moto's own snapshots would drown these"


def test_stopped_instances_say_since_when_and_keep_their_addresses(clients: Callable[..., BaseClient]) -> None:
    ec2 = clients("ec2", NONPROD)
    agent = named(instances(ec2))["old-build-agent"]
    assert agent["State"]["Name"] == "stopped"
    assert (NOW - timedelta(days=64)).strftime("%Y-%m-%d") in agent["StateTransitionReason"]
    waiting = named(ec2.describe_addresses()["Addresses"])["address-of-old-build-agent"]
    assert waiting["InstanceId"] == agent["InstanceId"]


def test_an_address_a_balancer_a_gateway_and_a_database_are_left_over(clients: Callable[..., BaseClient]) -> None:
    address = named(clients("ec2", PLATFORM).describe_addresses()["Addresses"])["left-over-address"]
    assert not address.get("AssociationId")
    elb = clients("elbv2", PLATFORM)
    retired = elb.describe_load_balancers(Names=["retired-campaign"])["LoadBalancers"][0]
    group = elb.describe_target_groups(LoadBalancerArn=retired["LoadBalancerArn"])["TargetGroups"][0]
    assert elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"] == []
    assert retired["CreatedTime"] == NOW - timedelta(days=90)
    gateway = named(clients("ec2", NONPROD).describe_nat_gateways()["NatGateways"])["gateway-of-a-closed-team"]
    assert (gateway["State"], gateway["CreateTime"]) == ("available", NOW - timedelta(days=60))
    database = clients("rds", NONPROD).describe_db_instances(DBInstanceIdentifier="migration-rehearsal")["DBInstances"][0]
    assert (database["DBInstanceStatus"], database["InstanceCreateTime"]) == ("stopped", NOW - timedelta(days=100))


def test_gateways_of_the_bill_have_traffic_and_the_left_over_one_has_none(clients: Callable[..., BaseClient]) -> None:
    def bytes_out(account: str, gateway: str) -> float:
        found = clients("cloudwatch", account).get_metric_statistics(
            Namespace="AWS/NATGateway",
            MetricName="BytesOutToDestination",
            Dimensions=[{"Name": "NatGatewayId", "Value": gateway}],
            StartTime=NOW - timedelta(days=30),
            EndTime=NOW,
            Period=86400,
            Statistics=["Sum"],
        )
        return float(sum(point["Sum"] for point in found["Datapoints"]))

    used = clients("ec2", PAYMENTS).describe_nat_gateways()["NatGateways"]
    assert all(bytes_out(PAYMENTS, each["NatGatewayId"]) > 1e9 for each in used)
    left = named(clients("ec2", NONPROD).describe_nat_gateways()["NatGateways"])["gateway-of-a-closed-team"]
    assert bytes_out(NONPROD, left["NatGatewayId"]) == 0


def test_what_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(NoInventoryError, match="there is no ledger"), running(LocalInventory(tmp_path, NOW.date())):
        pass


def test_a_call_that_is_wrong_is_refused_by_the_service(clients: Callable[..., BaseClient]) -> None:
    ec2 = clients("ec2", DATA)
    code, _ = refusal(lambda: ec2.describe_volumes(VolumeIds=["vol-00000000000000000"]))
    assert code == "InvalidVolume.NotFound"
