"""Puts a resource of the bill into its account: one function a kind, through the same API that reads it later."""

from __future__ import annotations

import io
import json
import zipfile
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.sandbox.clouds.inventory.bill import BALANCER, BUCKET, DATABASE, FUNCTION, INSTANCE, NAT, VOLUME, Resource
from bot.sandbox.clouds.inventory.births import born

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.sandbox.clouds.inventory.places import Places

IMAGE = "ami-00000000000000000"
_LARGEST_VOLUME, _LARGEST_DATABASE = 16_384, 65_536
_BYTES_A_DAY, _MEASURED_DAYS = 4e10, 30
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


def listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as most services want them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def specified(kind: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """Tags as EC2 wants them."""
    return [{"ResourceType": kind, "Tags": listed(tags)}]


def _code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return None\n")
    return packed.getvalue()


class Stock:
    """What has been put where, so that what comes later can hang on it."""

    def __init__(self, places: Places, now: datetime) -> None:
        self.places, self.now = places, now
        self.running: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._subnets: dict[tuple[str, str], list[str]] = {}
        self._roles: dict[str, str] = {}
        self._makers: dict[str, Callable[[Resource, Callable[[str], Any]], None]] = {
            INSTANCE: self._instance,
            NAT: self._nat,
            VOLUME: self._volume,
            BALANCER: self._balancer,
            BUCKET: self._bucket,
            FUNCTION: self._function,
            DATABASE: self._database,
        }

    def put(self, resource: Resource) -> None:
        """Make it, with its id and its age."""
        self._makers[resource.kind](resource, self.places.of(resource.account, resource.region))

    def subnets(self, account: str, region: str) -> list[str]:
        """The subnets that every account has from the start."""
        if (account, region) not in self._subnets:
            self._subnets[account, region] = _default_subnets(self.places.of(account, region))
        return self._subnets[account, region]

    def _instance(self, resource: Resource, place: Callable[[str], Any]) -> None:
        spot = {"InstanceMarketOptions": {"MarketType": "spot"}} if "SpotUsage" in resource.meter else {}
        with born(resource.born, "instance", resource.short):
            place("ec2").run_instances(
                ImageId=IMAGE,
                MinCount=1,
                MaxCount=1,
                InstanceType=resource.size,
                Placement={"AvailabilityZone": resource.zone},
                TagSpecifications=specified("instance", resource.tags),
                **spot,
            )
        self.running[resource.account, resource.region].append(resource.short)

    def _volume(self, resource: Resource, place: Callable[[str], Any]) -> None:
        """In use, where anything runs that could use it."""
        ec2, runs = place("ec2"), self.running[resource.account, resource.region]
        with born(resource.born, "volume", resource.short):
            ec2.create_volume(
                AvailabilityZone=resource.zone,
                Size=min(max(resource.gigabytes, 8), _LARGEST_VOLUME),
                VolumeType="gp3",
                TagSpecifications=specified("volume", resource.tags),
            )
        if runs:
            with born(resource.born):
                device = f"/dev/sd{chr(ord('f') + len(resource.short) % 10)}-{resource.short[-4:]}"
                ec2.attach_volume(VolumeId=resource.short, InstanceId=runs[hash_of(resource.short) % len(runs)], Device=device)

    def _nat(self, resource: Resource, place: Callable[[str], Any]) -> None:
        self.nat(place, resource.short, resource.born, resource.tags, self.subnets(resource.account, resource.region))
        self._traffic(place, resource.short)

    def nat(self, place: Callable[[str], Any], short: str, moment: datetime, tags: Mapping[str, str], subnets: list[str]) -> None:
        """A NAT gateway with its address."""
        ec2 = place("ec2")
        address = ec2.allocate_address(Domain="vpc", TagSpecifications=specified("elastic-ip", tags))
        with born(moment, "natgateway", short):
            ec2.create_nat_gateway(
                SubnetId=subnets[hash_of(short) % len(subnets)],
                AllocationId=address["AllocationId"],
                TagSpecifications=specified("natgateway", tags),
            )

    def _traffic(self, place: Callable[[str], Any], gateway: str) -> None:
        """Measured traffic of every day of a month: what is on the bill for its bytes is no idle gateway."""
        points = [
            {
                "MetricName": "BytesOutToDestination",
                "Dimensions": [{"Name": "NatGatewayId", "Value": gateway}],
                "Timestamp": self.now - timedelta(days=days, hours=12),
                "Value": _BYTES_A_DAY,
                "Unit": "Bytes",
            }
            for days in range(_MEASURED_DAYS)
        ]
        place("cloudwatch").put_metric_data(Namespace="AWS/NATGateway", MetricData=points)

    def _balancer(self, resource: Resource, place: Callable[[str], Any]) -> None:
        subnets = self.subnets(resource.account, resource.region)
        arn = self.balancer(place, resource.name, resource.short, resource.born, resource.tags, subnets)
        runs = self.running[resource.account, resource.region]
        if runs:
            group = target_group(place, resource.name, arn)
            place("elbv2").register_targets(TargetGroupArn=group, Targets=[{"Id": id_} for id_ in runs[:2]])

    def balancer(
        self,
        place: Callable[[str], Any],
        name: str,
        short: str,
        moment: datetime,
        tags: Mapping[str, str],
        subnets: list[str],
    ) -> str:
        """An application load balancer, and its ARN."""
        with born(moment, "loadbalancer", short):
            made = place("elbv2").create_load_balancer(Name=name[:32], Subnets=subnets[:2], Tags=listed(tags), Type="application")
        return str(made["LoadBalancers"][0]["LoadBalancerArn"])

    def _bucket(self, resource: Resource, place: Callable[[str], Any]) -> None:
        s3 = place("s3")
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": resource.region}}
        s3.create_bucket(Bucket=resource.short, **({} if resource.region == "us-east-1" else elsewhere))
        s3.put_bucket_tagging(Bucket=resource.short, Tagging={"TagSet": listed(resource.tags)})

    def _function(self, resource: Resource, place: Callable[[str], Any]) -> None:
        with born(resource.born):
            place("lambda").create_function(
                FunctionName=resource.name,
                Runtime="python3.11",
                Role=self._role(resource.account, place),
                Handler="main.handler",
                Code={"ZipFile": _code()},
                MemorySize=1024,
                Tags=resource.tags,
            )

    def _role(self, account: str, place: Callable[[str], Any]) -> str:
        if account not in self._roles:
            made = place("iam").create_role(RoleName="functions", AssumeRolePolicyDocument=_TRUST)
            self._roles[account] = str(made["Role"]["Arn"])
        return self._roles[account]

    def _database(self, resource: Resource, place: Callable[[str], Any]) -> None:
        self.database(place, resource.name, resource.born, resource.tags, resource.gigabytes)

    def database(self, place: Callable[[str], Any], name: str, moment: datetime, tags: Mapping[str, str], gigabytes: int) -> None:
        """A PostgreSQL in two zones, as all of the company's are."""
        with born(moment):
            place("rds").create_db_instance(
                DBInstanceIdentifier=name,
                DBInstanceClass="db.r7g.2xlarge",
                Engine="postgres",
                MultiAZ=True,
                StorageType="gp3",
                AllocatedStorage=min(max(gigabytes, 20), _LARGEST_DATABASE),
                MasterUsername="example",
                MasterUserPassword="not-a-secret",
                Tags=listed(tags),
            )


def hash_of(short: str) -> int:
    """A number for an id, the same on every machine."""
    return sum(short.encode())


def _default_subnets(place: Callable[[str], Any]) -> list[str]:
    found = place("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    return [subnet["SubnetId"] for subnet in found]


def target_group(place: Callable[[str], Any], name: str, balancer: str) -> str:
    """A target group that the balancer sends everything to."""
    elb, vpc = place("elbv2"), place("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    made = elb.create_target_group(Name=name[:32], Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="instance")
    arn = str(made["TargetGroups"][0]["TargetGroupArn"])
    forward = [{"Type": "forward", "TargetGroupArn": arn}]
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
    return arn
