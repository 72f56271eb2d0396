"""Names: what people call things against what the bill calls them. `service=ec2`, `account=Atlas`, `provider=azure`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process, utils

from services.errors import NotFoundError
from storage.model.query import Filter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Dimension → what engineers type → parts of the name that the bill may have, the usual one first.
NICKNAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "provider": {
        "aws": ("amazon web services", "aws"),
        "amazon": ("amazon", "aws"),
        "azure": ("microsoft", "azure"),
        "gcp": ("google",),
        "oci": ("oracle",),
    },
    "service": {
        "ec2": ("elastic compute cloud",),
        "s3": ("simple storage service",),
        "rds": ("relational database service",),
        "eks": ("elastic kubernetes service", "elastic container service for kubernetes"),
        "ecs": ("elastic container service",),
        "ecr": ("elastic container registry", "container registry (ecr)"),
        "efs": ("elastic file system",),
        "ebs": ("elastic block store",),
        "elb": ("elastic load balancing",),
        "vpc": ("virtual private cloud",),
        "sqs": ("simple queue service",),
        "sns": ("simple notification service",),
        "kms": ("key management service",),
        "gke": ("kubernetes engine",),
        "gce": ("compute engine",),
        "gcs": ("cloud storage",),
        "bq": ("bigquery",),
        "aks": ("azure kubernetes service",),
    },
    "purchase": {"ri": ("reserved",), "sp": ("savings plan",)},
}
LEAST_LIKENESS = 60
SHOWN = 3


def resolve(each: Filter, known: Sequence[str], labels: Mapping[str, str]) -> Filter:
    """The filter with every value as the bill spells it. Raises NotFoundError with the nearest names."""
    if not known:
        return each
    found = [[None] if value is None else _spelled(value, each.dimension, known, labels) for value in each.values]
    return Filter(each.dimension, tuple(dict.fromkeys(name for names in found for name in names)), each.negate)


def _spelled(word: str, dimension: str, known: Sequence[str], labels: Mapping[str, str]) -> Sequence[str]:
    """The name as it is; else without regard to case, spaces and dashes; else what a nickname means; else a part of one name."""
    if word in known:
        return [word]
    for alike in (str.casefold, _bare):
        same = [name for name in known if alike(word) and alike(word) in (alike(name), alike(labels.get(name, "")))]
        if same:
            return same
    low = word.casefold()
    for part in NICKNAMES.get(dimension, {}).get(low, ()):
        found = _meant([name for name in known if part in name.casefold()], part, dimension)
        if found:
            return found
    within = [name for name in known if low in name.casefold() or low in labels.get(name, "").casefold()]
    if len(within) == 1:
        return within
    if within:
        raise NotFoundError(f"More than one {dimension} has “{word[:60]}” in its name.", _advice(dimension, within))
    raise NotFoundError(f"There is no {dimension} “{word[:60]}”.", _advice(dimension, _nearest(word, known, labels)))


def _meant(names: list[str], part: str, dimension: str) -> list[str]:
    """Of the names that a nickname fits: a provider may have several, of anything else the one that ends in it is meant."""
    if len(names) == 1 or dimension == "provider":
        return names
    ending = [name for name in names if name.casefold().endswith(part)]
    return ending if len(ending) == 1 else []


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _nearest(word: str, known: Sequence[str], labels: Mapping[str, str]) -> list[str]:
    names = {name: f"{name} {labels.get(name, '')}" for name in known}
    found = process.extract(
        word, names, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=LEAST_LIKENESS, limit=SHOWN
    )
    return [key for _, _, key in found]


def _advice(dimension: str, names: Sequence[str]) -> str:
    if not names:
        return f"`/cost by {dimension}` lists what there is."
    return f"Did you mean {' or '.join(f'“{name[:80]}”' for name in names[:SHOWN])}?"
