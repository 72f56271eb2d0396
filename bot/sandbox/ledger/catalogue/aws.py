"""Amazon's price list: public prices of the region that is cheapest, rounded; meters named the way AWS names usage types."""

from __future__ import annotations

from bot.sandbox.ledger.catalogue.base import Service, Sku

_MILLION = 1_000_000
_ARN = "arn:aws:{service}:{{region}}:{{account}}:{path}"


def _arn(service: str, path: str) -> str:
    return _ARN.format(service=service, path=path)


SERVICES = (
    Service(
        key="ec2",
        name="Amazon Elastic Compute Cloud",
        category="Compute",
        subcategory="Virtual Machines",
        resource=_arn("ec2", "instance/i-{hex:.17}"),
        kind="Instance",
        hourly=True,
        detail=2.5,
        zonal=True,
        skus=(
            Sku("m7i.4xlarge Linux", "BoxUsage:m7i.4xlarge", "0.8064", "Hours", 52),
            Sku("c7g.2xlarge Linux", "BoxUsage:c7g.2xlarge", "0.29", "Hours", 24),
            Sku("r7i.2xlarge Linux", "BoxUsage:r7i.2xlarge", "0.5292", "Hours", 16),
            Sku("Data transfer to the internet", "DataTransfer-Out-Bytes", "0.09", "GB", 8),
        ),
    ),
    Service(
        key="ebs",
        name="Amazon Elastic Block Store",
        category="Storage",
        subcategory="Block Storage",
        resource=_arn("ec2", "volume/vol-{hex:.17}"),
        kind="Volume",
        zonal=True,
        skus=(
            Sku("General purpose SSD (gp3)", "EBS:VolumeUsage.gp3", "0.08", "GB-Mo", 70),
            Sku("Snapshots", "EBS:SnapshotUsage", "0.05", "GB-Mo", 30),
        ),
    ),
    Service(
        key="ecs",
        name="Amazon Elastic Container Service",
        category="Compute",
        subcategory="Containers",
        resource=_arn("ecs", "service/{team}-{env}/{name}"),
        kind="Service",
        hourly=True,
        skus=(
            Sku("Fargate vCPU", "Fargate-vCPU-Hours:perCPU", "0.04048", "vCPU-Hours", 72),
            Sku("Fargate memory", "Fargate-GB-Hours", "0.004445", "GB-Hours", 28),
        ),
    ),
    Service(
        key="lambda",
        name="AWS Lambda",
        category="Compute",
        subcategory="Serverless Compute",
        resource=_arn("lambda", "function:{name}"),
        kind="Function",
        hourly=True,
        detail=1.8,
        skus=(
            Sku("Duration", "Lambda-GB-Second", "16.6667", "1M GB-Seconds", 78, "GB-Seconds", _MILLION),
            Sku("Requests", "Request", "0.2", "1M Requests", 22, "Requests", _MILLION),
        ),
    ),
    Service(
        key="s3",
        name="Amazon Simple Storage Service",
        category="Storage",
        subcategory="Object Storage",
        resource="arn:aws:s3:::example-{name}-{hex:.4}",
        kind="Bucket",
        detail=1.6,
        skus=(
            Sku("Standard storage", "TimedStorage-ByteHrs", "0.023", "GB-Mo", 66),
            Sku("Infrequent access storage", "TimedStorage-SIA-ByteHrs", "0.0125", "GB-Mo", 14),
            Sku("PUT and LIST requests", "Requests-Tier1", "5", "1M Requests", 12, "Requests", _MILLION),
            Sku("GET requests", "Requests-Tier2", "0.4", "1M Requests", 8, "Requests", _MILLION),
        ),
    ),
    Service(
        key="rds",
        name="Amazon Relational Database Service",
        category="Databases",
        subcategory="Relational Databases",
        resource=_arn("rds", "db:{name}"),
        kind="DB instance",
        hourly=True,
        skus=(
            Sku("db.r7g.2xlarge PostgreSQL Multi-AZ", "Multi-AZUsage:db.r7g.2xl", "1.912", "Hours", 74),
            Sku("Storage gp3 Multi-AZ", "RDS:Multi-AZ-GP3-Storage", "0.23", "GB-Mo", 20),
            Sku("Backup storage", "RDS:ChargedBackupUsage", "0.095", "GB-Mo", 6),
        ),
    ),
    Service(
        key="dynamodb",
        name="Amazon DynamoDB",
        category="Databases",
        subcategory="NoSQL Databases",
        resource=_arn("dynamodb", "table/{name}"),
        kind="Table",
        skus=(
            Sku("Write request units", "WriteRequestUnits", "0.625", "1M Units", 55, "Units", _MILLION),
            Sku("Read request units", "ReadRequestUnits", "0.125", "1M Units", 25, "Units", _MILLION),
            Sku("Storage", "TimedStorage-ByteHrs", "0.25", "GB-Mo", 20),
        ),
    ),
    Service(
        key="elasticache",
        name="Amazon ElastiCache",
        category="Databases",
        subcategory="Caching",
        resource=_arn("elasticache", "cluster:{name}"),
        kind="Cluster",
        hourly=True,
        skus=(Sku("cache.r7g.xlarge Redis", "NodeUsage:cache.r7g.xlarge", "0.437", "Hours", 1),),
    ),
    Service(
        key="cloudfront",
        name="Amazon CloudFront",
        category="Networking",
        subcategory="Content Delivery",
        resource="arn:aws:cloudfront::{account}:distribution/E{hex:.13}",
        kind="Distribution",
        skus=(
            Sku("Data transfer to the internet", "DataTransfer-Out-Bytes", "0.085", "GB", 84),
            Sku("HTTPS requests", "Requests-Tier2-HTTPS", "1", "1M Requests", 16, "Requests", _MILLION),
        ),
    ),
    Service(
        key="vpc",
        name="Amazon Virtual Private Cloud",
        category="Networking",
        subcategory="Network Infrastructure",
        resource=_arn("ec2", "natgateway/nat-{hex:.17}"),
        kind="NAT gateway",
        detail=0.7,
        skus=(
            Sku("NAT gateway data", "NatGateway-Bytes", "0.045", "GB", 62),
            Sku("NAT gateway hours", "NatGateway-Hours", "0.045", "Hours", 22),
            Sku("Public IPv4 address", "PublicIPv4:InUseAddress", "0.005", "Hours", 16),
        ),
    ),
    Service(
        key="elb",
        name="Elastic Load Balancing",
        category="Networking",
        subcategory="Application Networking",
        resource=_arn("elasticloadbalancing", "loadbalancer/app/{name}/{hex:.16}"),
        kind="Load balancer",
        hourly=True,
        skus=(
            Sku("Application load balancer hours", "LoadBalancerUsage", "0.0225", "Hours", 60),
            Sku("Application load balancer capacity", "LCUUsage", "0.008", "LCU-Hours", 40),
        ),
    ),
    Service(
        key="sqs",
        name="Amazon Simple Queue Service",
        category="Integration",
        subcategory="Messaging",
        resource=_arn("sqs", "{name}"),
        kind="Queue",
        detail=1.4,
        skus=(Sku("Standard requests", "Requests-RBP", "0.4", "1M Requests", 1, "Requests", _MILLION),),
    ),
    Service(
        key="kinesis",
        name="Amazon Kinesis",
        category="Analytics",
        subcategory="Streaming Analytics",
        resource=_arn("kinesis", "stream/{name}"),
        kind="Stream",
        hourly=True,
        skus=(
            Sku("Shard hours", "Storage-ShardHour", "0.015", "Shard-Hours", 68),
            Sku("PUT payload units", "PutRequestPayloadUnits", "0.014", "1M Units", 32, "Units", _MILLION),
        ),
    ),
    Service(
        key="sagemaker",
        name="Amazon SageMaker",
        category="AI and Machine Learning",
        subcategory="AI Platforms",
        resource=_arn("sagemaker", "endpoint/{name}"),
        kind="Endpoint",
        hourly=True,
        skus=(
            Sku("ml.g5.2xlarge hosting", "Host:ml.g5.2xlarge", "1.515", "Hours", 70),
            Sku("ml.p4d.24xlarge training", "Train:ml.p4d.24xlarge", "25.2513", "Hours", 30),
        ),
    ),
    Service(
        key="bedrock",
        name="Amazon Bedrock",
        category="AI and Machine Learning",
        subcategory="Generative AI",
        resource=_arn("bedrock", "application-inference-profile/{hex:.12}"),
        kind="Inference profile",
        detail=1.3,
        skus=(
            Sku("Output tokens", "OutputTokenCount", "15", "1M Tokens", 60, "Tokens", _MILLION),
            Sku("Input tokens", "InputTokenCount", "3", "1M Tokens", 40, "Tokens", _MILLION),
        ),
    ),
    Service(
        key="cloudwatch",
        name="AmazonCloudWatch",
        category="Management and Governance",
        subcategory="Observability",
        skus=(
            Sku("Logs ingested", "DataProcessing-Bytes", "0.5", "GB", 58),
            Sku("Metrics", "CW:MetricMonitorUsage", "0.3", "Metrics", 32),
            Sku("API requests", "CW:Requests", "10", "1M Requests", 10, "Requests", _MILLION),
        ),
    ),
    Service(
        key="kms",
        name="AWS Key Management Service",
        category="Security",
        subcategory="Secret Management",
        skus=(
            Sku("Requests", "KMS-Requests", "3", "1M Requests", 70, "Requests", _MILLION),
            Sku("Keys", "KMS-Keys", "1", "Keys", 30),
        ),
    ),
)
