"""Google's price list: public prices, rounded; SKUs described the way the billing export describes them."""

from __future__ import annotations

from bot.sandbox.ledger.catalogue.base import Service, Sku

_MILLION = 1_000_000

SERVICES = (
    Service(
        key="gce",
        name="Compute Engine",
        category="Compute",
        subcategory="Virtual Machines",
        resource="//compute.googleapis.com/projects/{account}/zones/{zone}/instances/{name}",
        kind="Instance",
        hourly=True,
        detail=2.5,
        zonal=True,
        skus=(
            Sku("N2 Instance Core", "N2 Instance Core", "0.031611", "vCPU-Hours", 60),
            Sku("N2 Instance Ram", "N2 Instance Ram", "0.004237", "GiB-Hours", 26),
            Sku("SSD backed PD Capacity", "SSD backed PD Capacity", "0.17", "GiB-Mo", 14),
        ),
    ),
    Service(
        key="gke",
        name="Kubernetes Engine",
        category="Compute",
        subcategory="Containers",
        resource="//container.googleapis.com/projects/{account}/locations/{region}/clusters/{name}",
        kind="Cluster",
        hourly=True,
        skus=(
            Sku("Autopilot Pod mCPU Requests", "Autopilot Pod mCPU Requests", "0.0445", "vCPU-Hours", 75),
            Sku("Regional Kubernetes Clusters", "Regional Kubernetes Clusters", "0.1", "Hours", 25),
        ),
    ),
    Service(
        key="gcs",
        name="Cloud Storage",
        category="Storage",
        subcategory="Object Storage",
        resource="//storage.googleapis.com/projects/_/buckets/example-{name}-{hex:.4}",
        kind="Bucket",
        detail=1.5,
        skus=(
            Sku("Standard Storage US Regional", "Standard Storage", "0.02", "GiB-Mo", 78),
            Sku("Regional Standard Class A Operations", "Class A Operations", "5", "1M Operations", 22, "Operations", _MILLION),
        ),
    ),
    Service(
        key="bigquery",
        name="BigQuery",
        category="Analytics",
        subcategory="Analytics Platforms",
        resource="//bigquery.googleapis.com/projects/{account}/datasets/{name}",
        kind="Dataset",
        detail=1.6,
        skus=(
            Sku("Analysis", "Analysis", "6.25", "TiB", 68),
            Sku("Active Logical Storage", "Active Logical Storage", "0.02", "GiB-Mo", 24),
            Sku("Streaming Insert", "Streaming Insert", "0.05", "GiB", 8),
        ),
    ),
    Service(
        key="cloudsql",
        name="Cloud SQL",
        category="Databases",
        subcategory="Relational Databases",
        resource="//cloudsql.googleapis.com/projects/{account}/instances/{name}",
        kind="Instance",
        hourly=True,
        skus=(
            Sku("PostgreSQL: Regional vCPU", "Regional vCPU", "0.0826", "vCPU-Hours", 70),
            Sku("PostgreSQL: Regional SSD storage", "Regional SSD storage", "0.34", "GiB-Mo", 30),
        ),
    ),
    Service(
        key="vertex",
        name="Vertex AI",
        category="AI and Machine Learning",
        subcategory="AI Platforms",
        resource="//aiplatform.googleapis.com/projects/{account}/locations/{region}/endpoints/{hex:.10}",
        kind="Endpoint",
        hourly=True,
        skus=(
            Sku("Custom Training A100 GPU", "Training A100", "3.3741", "GPU-Hours", 66),
            Sku("Online Prediction N1 core", "Online Prediction", "0.0364", "vCPU-Hours", 34),
        ),
    ),
    Service(
        key="gnet",
        name="Networking",
        category="Networking",
        subcategory="Network Connectivity",
        detail=0.7,
        skus=(
            Sku("Network Internet Data Transfer Out", "Internet Data Transfer Out", "0.12", "GiB", 70),
            Sku("Inter Zone Data Transfer", "Inter Zone Data Transfer", "0.01", "GiB", 30),
        ),
    ),
    Service(
        key="glog",
        name="Cloud Logging",
        category="Management and Governance",
        subcategory="Observability",
        detail=0.8,
        skus=(Sku("Log Storage cost", "Log Storage", "0.5", "GiB", 1),),
    ),
)
