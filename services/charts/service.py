"""Draws charts in one thread of its own; matplotlib is loaded on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.charts.results import ChartSpec, Picture


class Charts:
    """Numbers in, PNG and alt text out."""

    async def draw(self, spec: ChartSpec) -> Picture:
        """Draw it off the event loop."""
        raise NotImplementedError
