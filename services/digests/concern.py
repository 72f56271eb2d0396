"""Which anomalies are about the money of a digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.anomalies.permission import may_see
from storage.model.query import TAG_PREFIX

if TYPE_CHECKING:
    from storage.model.anomaly import Anomaly
    from storage.model.digest import Digest
    from storage.model.query import Filter


def concerns(anomaly: Anomaly, digest: Digest) -> bool:
    """Whether it was told in the digest's channel, or is of nothing but the digest's money, as far as its maker may see that."""
    if not may_see(digest.scope, anomaly.series):
        return False
    return anomaly.channel == digest.channel or all(_is_inside(anomaly, each) for each in digest.filters)


def _is_inside(anomaly: Anomaly, limit: Filter) -> bool:
    """Whether a series lies inside a filter, as far as its own dimensions, or the owner of what it costs, say so.

    Whose it is, is what a filter on a tag asks for; which tag says it, the settings know.
    """
    known = dict(anomaly.series.parts)
    if limit.dimension in known:
        return (known[limit.dimension] in limit.values) is not limit.negate
    owner = anomaly.cause.owner if anomaly.cause else None
    return limit.dimension.startswith(TAG_PREFIX) and not limit.negate and owner is not None and owner in limit.values
