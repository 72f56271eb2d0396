"""Which anomalies are about the money of a digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.model.query import TAG_PREFIX, Filter

if TYPE_CHECKING:
    from storage.model.anomaly import Anomaly
    from storage.model.digest import Digest


def concerns(anomaly: Anomaly, digest: Digest) -> bool:
    """Whether it was told in the digest's channel, or is of nothing but the digest's money.

    The rows of a limited scope are kept apart in every case: what somebody may not see, their digest does not tell either.
    """
    limits = [Filter(name, values) for name, values in digest.scope.limits]
    if not all(_is_inside(anomaly, each) for each in limits):
        return False
    return anomaly.channel == digest.channel or all(_is_inside(anomaly, each) for each in digest.filters)


def _is_inside(anomaly: Anomaly, limit: Filter) -> bool:
    """Whether a series lies inside a filter, as far as its own dimensions, or the owner of what it costs, say so."""
    known = dict(anomaly.series.parts)
    if limit.dimension in known:
        return (known[limit.dimension] in limit.values) is not limit.negate
    owner = anomaly.cause.owner if anomaly.cause else None
    return limit.dimension.startswith(TAG_PREFIX) and not limit.negate and owner is not None and owner in limit.values
