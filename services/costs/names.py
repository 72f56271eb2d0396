"""Names: what people call things against what the bill calls them. `service=ec2`, `account=Atlas`, `provider=azure`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process, utils

from services.errors import NotFoundError
from storage.model.query import Filter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What engineers type → part of the name that the bill has.
NICKNAMES = {
    "aws": "amazon web services",
    "azure": "microsoft",
    "gcp": "google",
    "ec2": "elastic compute cloud",
    "s3": "simple storage service",
    "rds": "relational database service",
    "eks": "kubernetes service",
    "ecs": "elastic container service",
    "ebs": "elastic block store",
    "sqs": "simple queue service",
    "sns": "simple notification service",
    "kms": "key management service",
    "gke": "kubernetes engine",
    "aks": "azure kubernetes service",
}
LEAST_LIKENESS = 60
SHOWN = 3


def resolve(each: Filter, known: Sequence[str], labels: Mapping[str, str]) -> Filter:
    """The filter with every value as the bill spells it. Raises NotFoundError with the nearest names."""
    if not known:
        return each
    found = [value if value is None else _spelled(value, each.dimension, known, labels) for value in each.values]
    return Filter(
        each.dimension,
        tuple(name for names in found for name in ([names] if isinstance(names, str | None) else names)),
        each.negate,
    )


def _spelled(word: str, dimension: str, known: Sequence[str], labels: Mapping[str, str]) -> str | list[str]:
    """The exact name; else the same in another case; else the names (or labels) it is a part of when there is just one."""
    if word in known:
        return word
    low = word.casefold()
    same = [name for name in known if low in (name.casefold(), labels.get(name, "").casefold())]
    if same:
        return same
    part = NICKNAMES.get(low, low)
    within = [name for name in known if part in name.casefold() or part in labels.get(name, "").casefold()]
    if len(within) == 1:
        return within
    raise NotFoundError(f"There is no {dimension} “{word[:60]}”.", _advice(dimension, within or _nearest(word, known, labels)))


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
