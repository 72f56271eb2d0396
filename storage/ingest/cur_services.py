"""What AWS's product codes are called, and where they belong in the fixed list of FOCUS service categories.

Names are AWS's own product names, so that a row that comes with a name (usage) and a row that has only a code (tax, a fee) fall
under one service. Categories follow AWS's FOCUS export where it says something, so that a company that ingests both sees one
picture. https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-focus-1-2-aws.html (2025-11)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.ingest.columns import Kind, literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.ingest.reader import Reader

UNKNOWN_CATEGORY = "Other"

AI = "AI and Machine Learning"
APPLICATIONS = "Business Applications"
DEVELOPERS = "Developer Tools"
THINGS = "Internet of Things"
MANAGEMENT = "Management and Governance"

# Product code → (service name, FOCUS service category).
SERVICES: Mapping[str, tuple[str, str]] = {
    "AmazonEC2": ("Amazon Elastic Compute Cloud", "Compute"),
    "AWSLambda": ("AWS Lambda", "Compute"),
    "AmazonECS": ("Amazon Elastic Container Service", "Compute"),
    "AmazonEKS": ("Amazon Elastic Container Service for Kubernetes", "Compute"),
    "AmazonECR": ("Amazon EC2 Container Registry (ECR)", "Compute"),
    "AmazonECRPublic": ("Amazon Elastic Container Registry Public", "Compute"),
    "AmazonLightsail": ("Amazon Lightsail", "Compute"),
    "AWSAppRunner": ("AWS App Runner", "Compute"),
    "AWSElasticBeanstalk": ("AWS Elastic Beanstalk", "Compute"),
    "AWSBatch": ("AWS Batch", "Compute"),
    "AWSOutposts": ("AWS Outposts", "Compute"),
    "ComputeSavingsPlans": ("Savings Plans for AWS Compute usage", "Compute"),
    "AmazonStates": ("AWS Step Functions", "Compute"),
    "AmazonS3": ("Amazon Simple Storage Service", "Storage"),
    "AmazonS3GlacierDeepArchive": ("Amazon S3 Glacier Deep Archive", "Storage"),
    "AmazonGlacier": ("Amazon Glacier", "Storage"),
    "AmazonEFS": ("Amazon Elastic File System", "Storage"),
    "AmazonFSx": ("Amazon FSx", "Storage"),
    "AWSBackup": ("AWS Backup", "Storage"),
    "AWSStorageGateway": ("AWS Storage Gateway", "Storage"),
    "AmazonRDS": ("Amazon Relational Database Service", "Databases"),
    "AmazonDynamoDB": ("Amazon DynamoDB", "Databases"),
    "AmazonElastiCache": ("Amazon ElastiCache", "Databases"),
    "AmazonMemoryDB": ("Amazon MemoryDB", "Databases"),
    "AmazonDocDB": ("Amazon DocumentDB (with MongoDB compatibility)", "Databases"),
    "AmazonNeptune": ("Amazon Neptune", "Databases"),
    "AmazonTimestream": ("Amazon Timestream", "Databases"),
    "AmazonDAX": ("Amazon DynamoDB Accelerator (DAX)", "Databases"),
    "AmazonMCS": ("Amazon Keyspaces (for Apache Cassandra)", "Databases"),
    "AmazonQLDB": ("Amazon Quantum Ledger Database", "Databases"),
    "DatabaseSavingsPlans": ("Savings Plans for AWS Database usage", "Databases"),
    "AmazonRedshift": ("Amazon Redshift", "Analytics"),
    "AmazonAthena": ("Amazon Athena", "Analytics"),
    "AWSGlue": ("AWS Glue", "Analytics"),
    "ElasticMapReduce": ("Amazon Elastic MapReduce", "Analytics"),
    "AmazonES": ("Amazon OpenSearch Service", "Analytics"),
    "AmazonKinesis": ("Amazon Kinesis", "Analytics"),
    "AmazonKinesisFirehose": ("Amazon Kinesis Firehose", "Analytics"),
    "AmazonKinesisAnalytics": ("Amazon Kinesis Analytics", "Analytics"),
    "AmazonMSK": ("Amazon Managed Streaming for Apache Kafka", "Analytics"),
    "AmazonQuickSight": ("Amazon QuickSight", "Analytics"),
    "AWSLakeFormation": ("AWS Lake Formation", "Analytics"),
    "AmazonVPC": ("Amazon Virtual Private Cloud", "Networking"),
    "AWSELB": ("Elastic Load Balancing", "Networking"),
    "AmazonCloudFront": ("Amazon CloudFront", "Networking"),
    "AmazonRoute53": ("Amazon Route 53", "Networking"),
    "AmazonRegistrar": ("Amazon Registrar", "Networking"),
    "AmazonApiGateway": ("Amazon API Gateway", "Networking"),
    "AWSDirectConnect": ("AWS Direct Connect", "Networking"),
    "AWSGlobalAccelerator": ("AWS Global Accelerator", "Networking"),
    "AWSDataTransfer": ("AWS Data Transfer", "Networking"),
    "AWSCloudMap": ("AWS Cloud Map", "Networking"),
    "AmazonCloudWatch": ("AmazonCloudWatch", MANAGEMENT),
    "AWSCloudTrail": ("AWS CloudTrail", MANAGEMENT),
    "AWSConfig": ("AWS Config", MANAGEMENT),
    "AWSSystemsManager": ("AWS Systems Manager", MANAGEMENT),
    "AWSServiceCatalog": ("AWS Service Catalog", MANAGEMENT),
    "AWSCloudFormation": ("AWS CloudFormation", MANAGEMENT),
    "AWSXRay": ("AWS X-Ray", MANAGEMENT),
    "AmazonGrafana": ("Amazon Managed Grafana", MANAGEMENT),
    "AmazonPrometheus": ("Amazon Managed Service for Prometheus", MANAGEMENT),
    "AWSCostExplorer": ("AWS Cost Explorer", MANAGEMENT),
    "AWSBudgets": ("AWS Budgets", MANAGEMENT),
    "AWSSupportBusiness": ("AWS Support (Business)", UNKNOWN_CATEGORY),
    "AWSSupportEnterprise": ("AWS Support (Enterprise)", UNKNOWN_CATEGORY),
    "AWSDeveloperSupport": ("AWS Support (Developer)", UNKNOWN_CATEGORY),
    "awskms": ("AWS Key Management Service", "Identity"),
    "AmazonCognito": ("Amazon Cognito", "Identity"),
    "AWSDirectoryService": ("AWS Directory Service", "Identity"),
    "AWSSecretsManager": ("AWS Secrets Manager", "Security"),
    "awswaf": ("AWS WAF", "Security"),
    "AWSShield": ("AWS Shield", "Security"),
    "AWSSecurityHub": ("AWS Security Hub", "Security"),
    "AmazonGuardDuty": ("Amazon GuardDuty", "Security"),
    "AmazonInspectorV2": ("Amazon Inspector", "Security"),
    "AmazonMacie": ("Amazon Macie", "Security"),
    "AmazonDetective": ("Amazon Detective", "Security"),
    "AWSNetworkFirewall": ("AWS Network Firewall", "Security"),
    "AWSCertificateManager": ("AWS Certificate Manager", "Security"),
    "CloudHSM": ("AWS CloudHSM", "Security"),
    "AWSQueueService": ("Amazon Simple Queue Service", "Integration"),
    "AmazonSNS": ("Amazon Simple Notification Service", "Integration"),
    "AmazonMQ": ("Amazon MQ", "Integration"),
    "AWSEvents": ("CloudWatch Events", "Integration"),
    "AWSAppSync": ("AWS AppSync", "Integration"),
    "AmazonMWAA": ("Amazon Managed Workflows for Apache Airflow", "Integration"),
    "AmazonSES": ("Amazon Simple Email Service", APPLICATIONS),
    "AmazonPinpoint": ("Amazon Pinpoint", APPLICATIONS),
    "AmazonConnect": ("Amazon Connect", APPLICATIONS),
    "AmazonWorkSpaces": ("Amazon WorkSpaces", APPLICATIONS),
    "AmazonWorkDocs": ("Amazon WorkDocs", APPLICATIONS),
    "AmazonSageMaker": ("Amazon SageMaker", AI),
    "MachineLearningSavingsPlans": ("Savings Plans for Machine Learning usage", AI),
    "AmazonBedrock": ("Amazon Bedrock", AI),
    "AmazonBedrockService": ("Amazon Bedrock Service", AI),
    "AmazonRekognition": ("Amazon Rekognition", AI),
    "AmazonTextract": ("Amazon Textract", AI),
    "comprehend": ("Amazon Comprehend", AI),
    "transcribe": ("Amazon Transcribe", AI),
    "translate": ("Amazon Translate", AI),
    "AmazonPolly": ("Amazon Polly", AI),
    "AmazonLex": ("Amazon Lex", AI),
    "AmazonKendra": ("Amazon Kendra", AI),
    "AmazonQ": ("Amazon Q", AI),
    "CodeBuild": ("CodeBuild", DEVELOPERS),
    "AWSCodePipeline": ("AWS CodePipeline", DEVELOPERS),
    "AWSCodeArtifact": ("AWS CodeArtifact", DEVELOPERS),
    "AWSCodeCommit": ("AWS CodeCommit", DEVELOPERS),
    "AWSAmplify": ("AWS Amplify", "Web"),
    "AWSIoT": ("AWS IoT", THINGS),
    "AWSIoTAnalytics": ("AWS IoT Analytics", THINGS),
    "AWSGreengrass": ("AWS Greengrass", THINGS),
    "AWSElementalMediaConvert": ("AWS Elemental MediaConvert", "Media"),
    "AWSElementalMediaLive": ("AWS Elemental MediaLive", "Media"),
    "AmazonIVS": ("Amazon Interactive Video Service", "Media"),
    "AWSDatabaseMigrationSvc": ("AWS Database Migration Service", "Migration"),
    "AWSDataSync": ("AWS DataSync", "Migration"),
    "AWSTransfer": ("AWS Transfer Family", "Migration"),
    "AWSDeviceFarm": ("AWS Device Farm", "Mobile"),
}


def product_code(reader: Reader) -> str:
    """SQL for the product code of a line."""
    return reader.value(Kind.WORD, "line_item_product_code", "product_servicecode")


def service_name(reader: Reader) -> str:
    """SQL for a name people know: AWS's own where the line carries it, else ours for the code, else the code."""
    given = reader.value(Kind.WORD, "product_product_name")
    code = product_code(reader)
    named = _looked_up(code, {key: name for key, (name, _) in SERVICES.items()})
    return f"coalesce({given}, {reader.entry('product', 'product_name')}, {named}, {code})"


def service_category(reader: Reader, usage_type: str) -> str:
    """SQL for the FOCUS category; disks and snapshots are Storage although AWS bills them under EC2."""
    code = product_code(reader)
    family = f"coalesce({reader.value(Kind.WORD, 'product_product_family')}, {reader.entry('product', 'product_family')})"
    named = _looked_up(code, {key: category for key, (_, category) in SERVICES.items()})
    disks = f"{code} = 'AmazonEC2' AND ({family} LIKE 'Storage%' OR {usage_type} LIKE '%EBS:%')"
    return f"CASE WHEN {disks} THEN 'Storage' ELSE coalesce({named}, {literal(UNKNOWN_CATEGORY)}) END"


def _looked_up(key: str, table: Mapping[str, str]) -> str:
    entries = ", ".join(f"{literal(name)}: {literal(value)}" for name, value in table.items())
    return f"MAP {{{entries}}}[{key}]"
