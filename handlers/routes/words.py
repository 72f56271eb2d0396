"""A route in words, one text a column: what an admin types, and what stands in the file. Each reads back as it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import time
from typing import TYPE_CHECKING

from handlers.parse.command import parse
from handlers.parse.mentions import channel, subject
from handlers.parse.vocabulary import nearest
from handlers.parse.words import cut, fold
from handlers.parse.written import filters
from services.errors import UsageError
from storage.model.anomaly import Severity
from storage.model.query import Filter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from handlers.parse.command import Grammar
    from storage.model.route import Match, Route

EXAMPLE = "/tuppence routes set payments in #payments on-call @ana escalate #leads quiet 20:00-08:00 for team=payments"
SUBJECT_BY_ID = "Type @ and choose the person or group from Slack's list; in a file stand their ids."
CHANNEL_BY_ID = "Type # and choose the channel from Slack's list; in a file stands its id, such as C0123ABCD."
CLOCKS = re.compile(r"(?P<start>\d{1,2}(?::\d\d)?)\s*-\s*(?P<end>\d{1,2}(?::\d\d)?)")
NOTHING = frozenset({"", "none", "nobody", "nowhere", "never", "no", "everything", "loud", "waits", "off"})
"""Words that say that there is none of it."""
SEVERITIES = {each.word.lower(): each for each in Severity}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads columns. `grammar` knows this company's tags; `today` is only there because the grammar asks for it."""

    grammar: Grammar
    today: date

    def changed(self, route: Route, column: str, text: str) -> Route:
        """The route with what a column says. Raises UsageError, which names the input that it belongs to."""
        return COLUMNS[column](route, text.strip(), self)


def written(route: Route) -> dict[str, str]:
    """Column → text."""
    quiet = route.quiet
    return {
        "name": route.name,
        "match": match_words(route.match),
        "least": route.least.word.lower(),
        "channel": route.channel,
        "on_call": " ".join(each.id for each in route.on_call),
        "escalate_to": route.escalate_to,
        "minutes": str(route.minutes),
        "quiet": f"{quiet.start:%H:%M}-{quiet.end:%H:%M}" if quiet.start is not None and quiet.end is not None else "",
        "weekends": "quiet" if quiet.weekends else "",
        "high": "passes" if quiet.lets_high_through else "",
        "zone": route.zone,
        "a_day": str(route.a_day),
    }


def match_words(match: Match) -> str:
    """`account=1,2 tag:team=web`, as the grammar reads it after `for`."""
    return filters(tuple(Filter(dimension, values) for dimension, values in match)).removeprefix("for ")


def matched(text: str, reader: Reader) -> Match:
    """What a route is about. Raises UsageError."""
    if fold(text) in NOTHING:
        return ()
    try:
        _, said = parse("cost", f"for {text.removeprefix('for ')}", reader.grammar, reader.today, escaped=False)
        _, nothing = parse("cost", "", reader.grammar, reader.today)
    except UsageError as error:
        raise UsageError(error.sentence, error.remedy, word=error.word, suggestion=error.suggestion, field="match") from None
    if not said.filters or replace(said, filters=()) != nothing:
        raise _not_a_match(text)
    found: dict[str, set[str]] = {}
    for each in said.filters:
        if each.negate or None in each.values:
            raise _not_a_match(text)
        found.setdefault(each.dimension, set()).update(value for value in each.values if value is not None)
    return tuple(sorted((dimension, tuple(sorted(values))) for dimension, values in found.items()))


def _not_a_match(text: str) -> UsageError:
    remedy = "Write what it is about as dimension=value, such as account=123,456 team=web."
    return UsageError(f"“{cut(text)}” does not say whose alerts these are.", remedy, word=text, field="match", example=EXAMPLE)


# One column each


def _name(route: Route, text: str, _: Reader) -> Route:
    return replace(route, name=text)


def _match(route: Route, text: str, reader: Reader) -> Route:
    return replace(route, match=matched(text, reader))


def _least(route: Route, text: str, _: Reader) -> Route:
    found = SEVERITIES.get(fold(text) or "low")
    if found is None:
        remedy = f"It is one of {', '.join(SEVERITIES)}."
        word = nearest(text, SEVERITIES)
        raise UsageError(f"“{cut(text)}” is not a severity.", remedy, word=text, suggestion=word, field="least", example=EXAMPLE)
    return replace(route, least=found)


def _channel(route: Route, text: str, _: Reader) -> Route:
    return replace(route, channel=channel(text, example=EXAMPLE, remedy=CHANNEL_BY_ID))


def _escalate_to(route: Route, text: str, _: Reader) -> Route:
    if fold(text) in NOTHING:
        return replace(route, escalate_to="")
    return replace(route, escalate_to=channel(text, example=EXAMPLE, field="escalate_to", remedy=CHANNEL_BY_ID))


def _on_call(route: Route, text: str, _: Reader) -> Route:
    if fold(text) in NOTHING:
        return replace(route, on_call=())
    words = filter(None, re.split(r"[\s,;]+", text))
    found = (subject(word, example=EXAMPLE, field="people", remedy=SUBJECT_BY_ID) for word in words)
    return replace(route, on_call=tuple(dict.fromkeys(found)))


def _minutes(route: Route, text: str, _: Reader) -> Route:
    return replace(route, minutes=_number(re.sub(r"\s*m(in(utes?)?)?$", "", text), "minutes"))


def _a_day(route: Route, text: str, _: Reader) -> Route:
    return replace(route, a_day=_number(text, "a_day"))


def _number(text: str, field: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise UsageError(f"“{cut(text)}” is not a whole number.", word=text, field=field, example=EXAMPLE)
    return int(text)


def _quiet(route: Route, text: str, _: Reader) -> Route:
    if fold(text) in NOTHING:
        return replace(route, quiet=replace(route.quiet, start=None, end=None))
    found = CLOCKS.fullmatch(text.translate({0x2013: "-", 0x2014: "-"}))
    if not found:
        raise _no_hours(text)
    start, end = (clock(found[name], "quiet_from") for name in ("start", "end"))
    return replace(route, quiet=replace(route.quiet, start=start, end=end))


def clock(text: str, field: str) -> time:
    """`8`, `08:00`. Raises UsageError at the field."""
    hour, _, minute = text.partition(":")
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise UsageError(f"“{cut(text)}” is not a time of day.", "Write 20:00.", word=text, field=field) from None


def _no_hours(text: str) -> UsageError:
    return UsageError(
        f"“{cut(text)}” are no hours.", "Write 20:00-08:00, or never.", word=text, field="quiet_from", example=EXAMPLE
    )


def _weekends(route: Route, text: str, _: Reader) -> Route:
    return replace(route, quiet=replace(route.quiet, weekends=_is_said(text, "quiet", "loud")))


def _high(route: Route, text: str, _: Reader) -> Route:
    return replace(route, quiet=replace(route.quiet, lets_high_through=_is_said(text, "passes", "waits")))


def _is_said(text: str, yes: str, no: str) -> bool:
    said = fold(text)
    if said not in {*NOTHING, yes, "yes"}:
        raise UsageError(f"“{cut(text)}” is neither {yes} nor {no}.", word=text, field="passes", example=EXAMPLE)
    return said in {yes, "yes"}


def _zone(route: Route, text: str, _: Reader) -> Route:
    return replace(route, zone=text or "UTC")


COLUMNS: Mapping[str, Callable[[Route, str, Reader], Route]] = {
    "name": _name,
    "match": _match,
    "least": _least,
    "channel": _channel,
    "on_call": _on_call,
    "escalate_to": _escalate_to,
    "minutes": _minutes,
    "quiet": _quiet,
    "weekends": _weekends,
    "high": _high,
    "zone": _zone,
    "a_day": _a_day,
}
"""In the order of the file."""
