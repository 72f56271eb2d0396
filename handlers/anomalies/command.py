"""`/anomalies`: what is open, what was, what people taught, how good it all is; and every act of the buttons in words."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from handlers.anomalies import feature, render
from handlers.anomalies.doing import desk, do
from handlers.anomalies.words import EXAMPLES, number, wish
from handlers.incoming import origin
from services.anomalies.results import Act
from services.errors import UsageError
from storage.model.anomaly import SeriesKey
from storage.model.period import DAY, Period

if TYPE_CHECKING:
    from handlers.feature import Handler
    from handlers.request import Reply, Request
    from storage.model.query import Filter

MONTH = 30
MOST_SCOPES = 20


@feature.verb("", summary="what is open, the largest first, and how far everything was judged", example="")
async def bare(request: Request) -> Reply:
    """The open ones that the asker may see."""
    return render.open_ones(await desk(request).board.open_ones(request.person))


@feature.verb("show", summary="everything about one", example="show 17", aliases=("details",), takes_words=True)
async def show(request: Request) -> Reply:
    """One with its days, cause, history, and what to do next."""
    which = number(request.arguments.words, "show 17")
    return render.details(await desk(request).board.alert(which, request.now, person=request.person))


@feature.verb("past", summary="those of a period, the last 30 days by default", example="past last month", aliases=("history",))
async def past(request: Request) -> Reply:
    """Those that were going on then."""
    period = request.arguments.period or Period.of_days(request.today - DAY * (MONTH - 1), request.today)
    return render.past(await desk(request).board.past(request.person, period))


@feature.verb("tuning", summary="feedback in force and what it kept back", example="tuning", aliases=("feedback",))
async def tuning(request: Request) -> Reply:
    """What people taught, with what each lesson did."""
    return render.tuning(await desk(request).tuning.list(request.person, request.now))


@feature.verb("tuning undo", summary="take feedback back", example="tuning undo 4", takes_words=True)
async def undo(request: Request) -> Reply:
    """It counts no more."""
    which = number(request.arguments.words, "tuning undo 4")
    lesson = await desk(request).undo(which, request.person, origin(request))
    return render.undone(which, lesson)


@feature.verb("settings", summary="thresholds, severities and what is watched", example="settings", aliases=("thresholds",))
async def settings(request: Request) -> Reply:
    """What the watch goes by, and where it is changed."""
    return render.settings(desk(request).settings())


@feature.verb("quality", summary="precision by feedback, time to acknowledge, who owns nothing", example="quality")
async def quality(request: Request) -> Reply:
    """Eight weeks of alerts, by what people did with them."""
    return render.quality(await desk(request).quality.quality(request.person, request.now))


@feature.verb(
    "planned",
    summary="days that are neither judged nor learned from",
    example="planned 2026-12-24..2026-12-26 for account=123456789012",
    aliases=("plan",),
)
async def planned(request: Request) -> Reply:
    """A window for a migration, a sale, a load test."""
    said = request.arguments
    if said.period is None:
        raise UsageError("Which days?", example="/anomalies planned 2026-12-24..2026-12-26 for account=123456789012")
    scopes = _scopes(said.filters)
    await desk(request).plan(scopes, said.period.start, said.period.last, "", request.person, origin(request))
    return render.planned(scopes, said.period)


def _scopes(filters: tuple[Filter, ...]) -> list[SeriesKey]:
    """One for each combination of the values. Without a currency they are about any."""
    if any(each.negate for each in filters):
        raise UsageError("What is planned is named, not left out.", example="/anomalies planned tomorrow for service=lambda")
    named = [[(each.dimension, value) for value in each.values] for each in filters]
    found = [SeriesKey(tuple(sorted(parts)), "") for parts in product(*named)]
    if len(found) > MOST_SCOPES:
        raise UsageError(f"That names {len(found)} combinations; {MOST_SCOPES} are the most.", "Plan them one after another.")
    return found


# The acts in words


def _said(act: Act) -> Handler:
    async def said(request: Request) -> Reply | None:
        routes = await desk(request).routes() if act is Act.REROUTE else ()
        return await do(request, wish(act, request.arguments.words, request.today, routes))

    return said


_VERBS: dict[Act, tuple[str, tuple[str, ...], str]] = {
    Act.ACKNOWLEDGE: ("acknowledge", ("ack",), "somebody has seen it"),
    Act.CLAIM: ("claim", (), "it is yours"),
    Act.TAKE_OVER: ("take over", ("take",), "it is yours now, whoever had claimed it"),
    Act.INVESTIGATE: ("investigate", ("investigating",), "somebody is looking for the cause"),
    Act.EXPECTED: ("expected", ("expect",), "leave the series alone until a day, then judge it against its new level"),
    Act.FALSE_POSITIVE: ("false positive", ("fp",), "raise the floor of that series"),
    Act.SNOOZE: ("snooze", (), "tell nobody until a day: of the series, its service, account or route"),
    Act.ESCALATE: ("escalate", (), "mention the on-call and tell the escalation channel now"),
    Act.REROUTE: ("reroute", ("not mine", "pass on"), "it is somebody else's: a route's or a channel's"),
    Act.FIXED: ("fixed", ("fix", "resolve"), "the cause is mended"),
    Act.REOPEN: ("reopen", (), "it is not over"),
}
for _act, (_name, _aliases, _summary) in _VERBS.items():
    feature.verb(_name, summary=_summary, example=EXAMPLES[_act], aliases=_aliases, takes_words=True)(_said(_act))
