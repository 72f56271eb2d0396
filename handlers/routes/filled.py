"""A window that was filled in, read back as a route; and what it can offer to begin with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.blocks import forms
from handlers.routes.render import Choices
from handlers.routes.render.form import HIGH, OFFERED, WEEKENDS, fits
from handlers.routes.words import clock, match_words, matched
from services.errors import TemporaryError, UsageError
from storage.model.anomaly import Severity
from storage.model.people import Subject, SubjectKind
from storage.model.route import Quiet, Route
from storage.model.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.routes.words import Reader
    from services import Services
    from storage.model.route import Match

    Values = Mapping[str, str]


async def choices(services: Services) -> Choices:
    """What the bill and the workspace know. While Slack does not say which groups there are, people can still be chosen."""
    values = {name: await services.costs.names(name, Scope()) for name in OFFERED}
    try:
        groups = await services.routes.groups()
    except TemporaryError:
        groups = ()
    return Choices(values, {each.id: f"@{each.handle}" for each in groups}, await services.routes.accounts())


def written(route: Route) -> str:
    """What of a route's match cannot be chosen."""
    left = [(name, tuple(each for each in values if not _is_offered(name, each))) for name, values in route.match]
    return match_words(tuple((name, values) for name, values in left if values))


def _is_offered(dimension: str, value: str) -> bool:
    return dimension in OFFERED and fits(value)


def route(values: Values, reader: Reader) -> Route:
    """The route that was filled in. Raises UsageError with the field."""
    quiet = set(forms.chosen(values, "passes"))
    start, end = (clock(values[name], name) if values.get(name) else None for name in ("quiet_from", "quiet_to"))
    return Route(
        id=_number(values, "id"),
        revision=_number(values, "revision"),
        name=values.get("name", ""),
        channel=values.get("channel", ""),
        match=_match(values, reader),
        least=Severity(_number(values, "least", among=tuple(map(int, Severity)))),
        on_call=_on_call(values),
        escalate_to=values.get("escalate_to", ""),
        minutes=_number(values, "minutes"),
        quiet=Quiet(start, end, weekends=WEEKENDS in quiet, lets_high_through=HIGH in quiet),
        zone=values.get("zone", "").strip(),
        a_day=_number(values, "a_day"),
    )


def _match(values: Values, reader: Reader) -> Match:
    """What was chosen and what was written; a dimension that is in both has the values of both."""
    found = {name: set(values) for name, values in matched(" ".join(values.get("match", "").split()), reader)}
    for name in OFFERED:
        found.setdefault(name, set()).update(forms.chosen(values, name))
    return tuple(sorted((name, tuple(sorted(those))) for name, those in found.items() if those))


def _on_call(values: Values) -> tuple[Subject, ...]:
    people = (Subject(SubjectKind.PERSON, each) for each in forms.chosen(values, "people"))
    groups = (Subject(SubjectKind.GROUP, each) for each in forms.chosen(values, "groups"))
    return (*people, *groups)


def _number(values: Values, name: str, *, among: tuple[int, ...] = ()) -> int:
    text = values.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 9) or (among and int(text) not in among):  # noqa: PLR2004  # SQLite's
        raise UsageError("That is not a whole number.", field=name)
    return int(text)


def blank(zone: str, channel: str) -> Route:
    """A new one, to be filled in: in the admin's own time zone, in the channel where they are."""
    where = channel if channel[:1] in {"C", "G"} else ""
    return replace(Route(0, "", where), zone=zone)
