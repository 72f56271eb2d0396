"""What nobody needs any more, put where a search for waste should find it; and beside each, what only looks like it.

Names say what a thing is, so that whoever reads a finding in the demo can tell whether it is right.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.sandbox.clouds.inventory.births import born
from bot.sandbox.clouds.inventory.stock import IMAGE, specified, target_group

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.sandbox.clouds.inventory.stock import Stock

PAYMENTS, PLATFORM, DATA, NONPROD = "000000000101", "000000000102", "000000000103", "000000000105"
REGION, ZONE = "us-east-1", "us-east-1a"

# Name, account, gigabytes, type, days old, more tags. The last two are not waste, though nothing is attached to them.
VOLUMES: tuple[tuple[str, str, int, str, int, dict[str, str]], ...] = (
    ("detached-after-migration", PLATFORM, 500, "gp3", 120, {}),
    ("old-load-test-data", NONPROD, 200, "gp2", 45, {}),
    ("warehouse-restore-drill", DATA, 1000, "gp3", 75, {}),
    ("kept-for-the-auditor", PAYMENTS, 100, "gp3", 200, {"finops:ignore": "until the audit"}),
    ("pvc-of-a-cluster", PLATFORM, 50, "gp3", 60, {"kubernetes.io/created-for/pvc/name": "queue-0"}),
)
# Name, account, gigabytes, days old, whether the volume is gone. The last two are not waste: one is young, one's volume is there.
SNAPSHOTS = (
    ("before-the-upgrade-of-spring", PAYMENTS, 120, 210, True),
    ("warehouse-copy", DATA, 800, 150, True),
    ("last-weeks-copy", PAYMENTS, 80, 9, True),
    ("monthly-of-a-living-volume", PLATFORM, 60, 130, False),
)
# Name, account, type, days since it was stopped. The last one was stopped the other day.
STOPPED = (("old-build-agent", NONPROD, "m7i.4xlarge", 64), ("demo-for-a-customer", NONPROD, "c7g.2xlarge", 6))


def plant(stock: Stock, now: datetime) -> None:
    """Put all of it there."""
    for name, account, gigabytes, kind, days, tags in VOLUMES:
        _volume(stock.places.of(account, REGION), name, gigabytes, kind, now - timedelta(days=days), tags)
    for name, account, gigabytes, days, gone in SNAPSHOTS:
        _snapshot(stock.places.of(account, REGION), name, gigabytes, now - timedelta(days=days), gone=gone)
    for name, account, size, days in STOPPED:
        _stopped(stock.places.of(account, REGION), name, size, now - timedelta(days=days))
    _address(stock.places.of(PLATFORM, REGION), "left-over-address")
    _balancer(stock, now - timedelta(days=90))
    _nat(stock, now - timedelta(days=60))
    _database(stock, now - timedelta(days=100))


def _volume(place: Callable[[str], Any], name: str, gigabytes: int, kind: str, moment: datetime, tags: dict[str, str]) -> str:
    with born(moment):
        made = place("ec2").create_volume(
            AvailabilityZone=ZONE,
            Size=gigabytes,
            VolumeType=kind,
            TagSpecifications=specified("volume", {"Name": name, **tags}),
        )
    return str(made["VolumeId"])


def _snapshot(place: Callable[[str], Any], name: str, gigabytes: int, moment: datetime, *, gone: bool) -> None:
    volume = _volume(
        place, f"volume-of-{name}", gigabytes, "gp3", moment - timedelta(days=30), {"finops:ignore": "has a snapshot"}
    )
    with born(moment):
        place("ec2").create_snapshot(VolumeId=volume, Description=name, TagSpecifications=specified("snapshot", {"Name": name}))
    if gone:
        place("ec2").delete_volume(VolumeId=volume)


def _stopped(place: Callable[[str], Any], name: str, size: str, moment: datetime) -> None:
    """With an address of its own, which is paid for while it waits."""
    ec2 = place("ec2")
    with born(moment - timedelta(days=100)):
        made = ec2.run_instances(
            ImageId=IMAGE,
            MinCount=1,
            MaxCount=1,
            InstanceType=size,
            Placement={"AvailabilityZone": ZONE},
            TagSpecifications=specified("instance", {"Name": name}),
        )
    instance = made["Instances"][0]["InstanceId"]
    ec2.associate_address(InstanceId=instance, AllocationId=_address(place, f"address-of-{name}"))
    with born(moment):
        ec2.stop_instances(InstanceIds=[instance])


def _address(place: Callable[[str], Any], name: str) -> str:
    made = place("ec2").allocate_address(Domain="vpc", TagSpecifications=specified("elastic-ip", {"Name": name}))
    return str(made["AllocationId"])


def _balancer(stock: Stock, moment: datetime) -> None:
    """Its target group is empty."""
    name = "retired-campaign"
    place = stock.places.of(PLATFORM, REGION)
    arn = stock.balancer(place, name, "00000000000c0de1", moment, {"Name": name}, stock.subnets(PLATFORM, REGION))
    target_group(place, name, arn)


def _nat(stock: Stock, moment: datetime) -> None:
    """Nobody goes out by it."""
    place, subnets = stock.places.of(NONPROD, REGION), stock.subnets(NONPROD, REGION)
    stock.nat(place, "nat-00000000000c0de2f", moment, {"Name": "gateway-of-a-closed-team"}, subnets)


def _database(stock: Stock, moment: datetime) -> None:
    """Stopped, and its storage still paid for."""
    place, name = stock.places.of(NONPROD, REGION), "migration-rehearsal"
    stock.database(place, name, moment, {"Name": name}, 400)
    place("rds").stop_db_instance(DBInstanceIdentifier=name)
