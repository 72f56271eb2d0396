"""The buttons under a cost answer. Each remembers a whole question in words; one that cannot hold it is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, ids, limits, words
from handlers.costs.question import values
from storage.model.query import Filter, Granularity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from handlers.request import Block
    from storage.model.query import CostQuery

_CUTS = (("service", "By service"), ("account", "By account"))
_DEEPER = ("service", "account", "region", "resource")
_DAYS, _WEEKS = 31, 124  # longest periods cut by day and by week: as many points as a phone can show
_DRILL = 10


def kept(query: CostQuery, asked: CostQuery | None) -> CostQuery:
    """What the buttons remember of an answered question: what it is held against only where the asker named that.

    What was complete today is not what is complete at the click.
    """
    return query if asked is None else query.but(compare=asked.compare)


def under(
    query: CostQuery,
    verb: str = "",
    *,
    pages: int = 1,
    shared: bool = False,
    charted: bool = False,
    is_empty: bool = False,
    keys: Iterable[tuple[Mapping[str, str | None], str | None]] = (),
) -> list[Block]:
    """The rows of buttons under an answer to `query`, asked with `verb`.

    `shared`: it stands in a channel already; `charted`: its chart is there; `is_empty`: there is nothing to draw, share or save;
    `keys`: the rows (key, label) to look into.
    """
    ask = [*_cuts(query, verb), *_trend(query, verb), *_pages(query, verb, pages)]
    look = _drill(query, keys)
    return [*build.actions([*ask, *look]), *build.actions(_take(query, verb, shared=shared, charted=charted, is_empty=is_empty))]


def _take(query: CostQuery, verb: str, *, shared: bool, charted: bool, is_empty: bool) -> list[Block]:
    """What can be had of the answer itself."""
    wanted = (
        ("Chart", "costs.chart", not (charted or is_empty)),
        ("Share to channel", "costs.share", not (shared or is_empty)),
        ("CSV", "costs.csv", not is_empty),
        ("Show SQL", "costs.sql", True),
    )
    remembered = values(query, verb)
    return [each for label, action, is_wanted in wanted if is_wanted for each in _one(label, action, remembered)]


def _one(label: str, action: str, remembered: Mapping[str, str], spoken: str = "") -> list[Block]:
    return [build.button(label, action, remembered, spoken=spoken)] if ids.fits(remembered) else []


def _cuts(query: CostQuery, verb: str) -> list[Block]:
    """The same money by something else. Movers stay movers; everything else becomes a breakdown."""
    asked = verb if verb == "movers" else ""
    found: list[Block] = []
    for name, label in _CUTS:
        if query.by != (name,) or query.granularity is not Granularity.TOTAL:
            other = query.but(by=(name,), granularity=Granularity.TOTAL, page=1)
            found += _one(label, ids.action("costs.by", name), values(other, asked))
    return found


def _trend(query: CostQuery, verb: str) -> list[Block]:
    days = query.period.days
    if verb == "trend" or days == 1:
        return []
    grain = Granularity.DAY if days <= _DAYS else Granularity.WEEK if days <= _WEEKS else Granularity.MONTH
    return _one("Trend", "costs.trend", values(query.but(by=(), granularity=grain, page=1, top=None), "trend"))


def _pages(query: CostQuery, verb: str, pages: int) -> list[Block]:
    found: list[Block] = []
    turns = (("previous", "Previous page", query.page - 1), ("next", "Next page", query.page + 1))
    for part, label, page in turns:
        if 1 <= page <= pages:
            spoken = f"{label}: page {page} of {pages}"
            found += _one(label, ids.action("costs.page", part), values(query.but(page=page), verb), spoken)
    return found


def _drill(query: CostQuery, keys: Iterable[tuple[Mapping[str, str | None], str | None]]) -> list[Block]:
    """A menu of the rows; choosing one asks about it alone, by the next finer thing."""
    options: dict[str, Block] = {}
    for key, label in list(keys)[:_DRILL]:
        remembered = values(_into(query, key))
        if key and ids.fits(remembered, limits.OPTION_VALUE):
            options.setdefault(
                remembered["q"], build.option(words.cut_middle(words.key_words(key, label), limits.OPTION_TEXT), remembered)
            )
    return [build.static_select("Look into…", "costs.drill", list(options.values()))] if options else []


def _into(query: CostQuery, key: Mapping[str, str | None]) -> CostQuery:
    others = tuple(each for each in query.filters if each.dimension not in key)
    filters = (*others, *(Filter(name, (value,)) for name, value in key.items()))
    by = _finer({each.dimension for each in filters})
    return query.but(by=by, filters=filters, page=1, top=None, granularity=Granularity.TOTAL)


def _finer(fixed: set[str]) -> Sequence[str]:
    return next(((name,) for name in _DEEPER if name not in fixed), ())
