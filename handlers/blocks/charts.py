"""Slack's own charts: drawn by the client, no upload, but small: six series, twenty points, short names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from handlers.blocks import limits
from handlers.blocks.mrkdwn import BLANK, clean, cut, cut_middle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handlers.request import Block

KINDS = ("line", "bar", "area")


def series_fit(series: Mapping[str, Sequence[float]], categories: Sequence[str]) -> bool:
    """Whether Slack can draw it; otherwise a picture is needed."""
    return (
        1 <= len(series) <= limits.CHART_SERIES
        and 1 <= len(categories) <= limits.CHART_POINTS
        and all(len(values) == len(categories) and all(map(math.isfinite, values)) for values in series.values())
    )


def series_chart(
    title: str,
    kind: str,
    series: Mapping[str, Sequence[float]],
    categories: Sequence[str],
    *,
    x_label: str = "",
    y_label: str = "",
) -> Block:
    """A line, bar or area chart; each series has one value a category. Raises ValueError for what does not fit."""
    if kind not in KINDS or not series_fit(series, categories):
        msg = f"Slack draws no {kind} chart of {len(series)} series and {len(categories)} points"
        raise ValueError(msg)
    labels = distinct(categories, limits.CHART_LABEL)
    names = distinct(list(series), limits.CHART_NAME)
    drawn = [
        {"name": name, "data": [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]}
        for name, values in zip(names, series.values(), strict=True)
    ]
    axis: Block = {"categories": labels}
    for name, text in (("x_label", x_label), ("y_label", y_label)):
        if clean(text):
            axis[name] = cut(clean(text), limits.CHART_AXIS)
    return _chart(title, {"type": kind, "series": drawn, "axis_config": axis})


def segments_fit(segments: Mapping[str, float]) -> bool:
    """Whether Slack can draw the pie: up to six segments, each more than nothing."""
    return 1 <= len(segments) <= limits.CHART_SEGMENTS and all(math.isfinite(value) and value > 0 for value in segments.values())


def pie_chart(title: str, segments: Mapping[str, float]) -> Block:
    """A pie. Raises ValueError for what does not fit."""
    if not segments_fit(segments):
        msg = f"Slack draws no pie of {len(segments)} such segments"
        raise ValueError(msg)
    labels = distinct(list(segments), limits.CHART_LABEL)
    drawn = [{"label": label, "value": value} for label, value in zip(labels, segments.values(), strict=True)]
    return _chart(title, {"type": "pie", "segments": drawn})


def _chart(title: str, chart: Block) -> Block:
    return {"type": "data_visualization", "title": cut(clean(title), limits.CHART_TITLE) or BLANK, "chart": chart}


def distinct(names: Sequence[str], limit: int) -> list[str]:
    """The names cleaned, cut to `limit` and still told apart: Slack refuses two of one name."""
    found: list[str] = []
    for name in names:
        text = cut_middle(clean(name), limit) or BLANK
        number = 2
        unique = text
        while unique in found:
            ending = f" {number}"
            unique = cut(text, limit - len(ending)) + ending
            number += 1
        found.append(unique)
    return found
