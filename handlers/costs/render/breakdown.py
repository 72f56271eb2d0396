"""Spend by something: the total in one line, then what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import words
from handlers.blocks.frame import SECTIONS, Content, reply
from handlers.costs.render import buttons, charts, lines, mapping
from handlers.costs.render.listing import listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.request import Reply
    from services.costs.results import Breakdown, Section
    from storage.model.query import CostQuery


def breakdown(
    result: Breakdown, *, verb: str = "", chart: bool = False, shared: bool = False, asked: CostQuery | None = None
) -> Reply:
    """The answer to "by …". `verb` and `asked` are what was asked with, `chart` adds one, `shared` leaves sharing out."""
    query = result.basics.query
    sections = [section for section in result.sections if not is_empty(section)]
    picture, missing = charts.pictured(charts.breakdown, result) if chart else (None, [])
    keys = [(row.key, row.label) for section in sections for row in section.rows]
    return reply(
        Content(
            lead=total_line(sections, result) + _largest(sections) if sections else lines.nothing(result.basics),
            context=compared_context(result, sections),
            listings=[
                listing(each, query, is_only=len(sections) == 1, judged=result.judged)
                for each in sections[:SECTIONS]
                if _is_listed(each, query)
            ],
            notes=[*further(sections), *_page_note(result), *missing],
            charts=charts.native_breakdown(picture),
            buttons=buttons.under(
                buttons.kept(query, asked),
                verb,
                pages=result.pages,
                shared=shared,
                charted=chart,
                keys=keys,
                is_empty=not sections,
            ),
            picture=picture,
            result=mapping.breakdown(result),
        ),
    )


def is_empty(section: Section) -> bool:
    """Whether there is nothing in it, now or before."""
    below = any(part.amount for part in section.below)
    return not (section.rows or section.total or section.previous or section.remainder or below)


def _is_listed(section: Section, query: CostQuery) -> bool:
    """Whether the table says more than the line above it; what stands below the line needs it too."""
    return bool(query.by) or len(section.rows) > 1 or any(part.amount for part in section.below)


def compared_context(result: Breakdown, sections: Sequence[Section]) -> str:
    """The context line, with the days that were compared where any were."""
    compared = any(each.previous is not None for each in sections)
    return lines.context(result.basics, compared=compared, judged=result.judged)


def total_line(sections: Sequence[Section], result: Breakdown) -> str:
    """`*$12,345* by service, 1–21 Nov 2026, +$120 (+8 %) against 1–21 Oct 2026.`; several currencies stand side by side."""
    query = result.basics.query
    totals = " and ".join(lines.strong(section.total) for section in sections[:SECTIONS])
    asked = f"{lines.subject(query)}, {words.escape(words.period(query.period))}{_so_far(result)}"
    if len(sections) > 1:
        return f"{totals}{asked}. Currencies are not added up."
    only = sections[0]
    return f"{totals}{asked}{lines.against(only.comparable, only.previous, query.compared, result.judged)}."


def _so_far(result: Breakdown) -> str:
    """What is said beside the amount when no day of the period is complete: everybody would take it for a small one."""
    through = result.basics.completeness.through
    return " (not complete yet)" if through is None or through < result.basics.query.period.start else ""


def _largest(sections: Sequence[Section]) -> str:
    """The first row, where there is more than one: what most people look for."""
    rows = sections[0].rows
    if len(rows) < 2 or len(sections) > 1 or not rows[0].amount or sections[0].total.ratio(sections[0].total) is None:  # noqa: PLR2004  # one row is the total itself
        return ""
    part = f" ({words.per_cent(rows[0].share)})" if rows[0].share is not None else ""
    name = words.cut_middle(words.key_words(rows[0].key, rows[0].label), 60)
    return f" Largest: {words.bold(name)} {words.escape(words.money(rows[0].amount) + part)}."


def further(sections: Sequence[Section]) -> list[str]:
    """The currencies that have no table of their own here."""
    rest = sections[SECTIONS:]
    if not rest:
        return []
    return [words.escape(f"Also {words.join_names([words.money(each.total) for each in rest], 8)}: all rows are in the CSV.")]


def _page_note(result: Breakdown) -> list[str]:
    if result.pages == 1:
        return []
    query = result.basics.query
    return [f"Page {query.page} of {result.pages}: {words.plural(result.rows_total, 'row')} in all."]
