"""Which drawing belongs to which spec. Importing this loads matplotlib, so `service.py` does it in its thread, on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.charts import band, breakdown, movers, style, trend
from services.charts.results import BandSpec, BreakdownSpec, TrendSpec

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from services.charts.results import ChartSpec


def figure(spec: ChartSpec) -> Figure:
    """The drawing, before it becomes pixels: its artists hold the numbers."""
    if isinstance(spec, TrendSpec):
        return trend.figure(spec)
    if isinstance(spec, BandSpec):
        return band.figure(spec)
    return breakdown.figure(spec) if isinstance(spec, BreakdownSpec) else movers.figure(spec)


def png(spec: ChartSpec) -> bytes:
    """The picture."""
    return style.png(figure(spec))
