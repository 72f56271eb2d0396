"""The one chart of a digest: the last days, by service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import words
from services.charts.results import Series, TrendSpec

if TYPE_CHECKING:
    from services.digests.results import DigestAnswer
    from storage.model.money import Money


def daily(answer: DigestAnswer) -> TrendSpec | None:
    """The days as a stack of the largest services; None where there is nothing to draw."""
    found = answer.daily
    section = next((each for each in found.sections if each.trend), None) if found else None
    if found is None or section is None or not found.buckets:
        return None
    series = [Series(_name(dict(row.key), row.label), tuple(map(_drawn, row.trend))) for row in section.rows]
    rest = [_drawn(whole) - sum(each.values[at] for each in series) for at, whole in enumerate(section.trend)]
    if any(round(value, 2) for value in rest):
        series.append(Series("other", tuple(round(value, 2) for value in rest), is_rest=True))
    return TrendSpec(
        title=f"Cost by service, {words.period(found.basics.query.period)}",
        currency=section.currency,
        buckets=found.buckets,
        series=tuple(series),
        complete_through=answer.completeness.through,
    )


def _name(key: dict[str, str | None], label: str | None) -> str:
    return words.cut_middle(words.key_words(key, label), 60)


def _drawn(value: Money) -> float:
    return round(float(value.amount), 2)
