"""The window in which a route is filled in. What the bill knows can be chosen; what else there is can be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers.blocks import build, forms, limits
from handlers.blocks.mrkdwn import cut_middle, size
from handlers.blocks.words import dimension, key_words
from storage.model.anomaly import Severity
from storage.model.people import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handlers.request import Block
    from storage.model.route import Route

OFFERED = ("account", "service", "region", "provider")
"""Dimensions whose values can be chosen; tags and all else are written."""
WRITTEN = "One line or several: team=web,data tag:app=checkout. Values that are not in the lists above belong here too."
HIGH, WEEKENDS = "high", "weekends"


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen: the bill's values, largest spend first, the user groups, and what accounts are called (id → name)."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)


def form(route: Route, choices: Choices, written: str) -> Block:
    """For a new one (id 0) or one that is there. `written`: what it matches beyond what can be chosen, in words."""
    blocks = [*_whose(route, choices, written), *_where(route, choices), *_when(route)]
    kept = {"id": str(route.id), "revision": str(route.revision)}
    title = "Edit a route" if route.id else "Add a route"
    return build.modal(title, blocks, callback="routes.save", submit="Save", close="Cancel", metadata=kept)


def _whose(route: Route, choices: Choices, written: str) -> Iterator[Block]:
    yield forms.text("name", "Name", value=route.name, most=60, placeholder="payments")
    for name in OFFERED:
        chosen = dict(route.match).get(name, ())
        names = choices.accounts if name == "account" else {}
        if offered := offer(name, choices.values.get(name, ()), chosen, names):
            hint = "Nothing chosen: any." if name == OFFERED[0] else ""
            yield forms.several(name, f"{dimension(name)}s", offered, values=chosen, hint=hint, optional=True)
    yield forms.text("match", "Tags and others", value=written, hint=WRITTEN, lines=True, optional=True)
    severities = {str(int(each)): f"{each.word} and above" for each in Severity}
    severities |= {str(int(Severity.LOW)): "Everything", str(int(Severity.HIGH)): "High only"}
    yield forms.select("least", "From which severity", severities, value=str(int(route.least)))


def offer(name: str, known: Iterable[str], chosen: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """Value → what is shown. Those that are chosen come first, so that they are never among what Slack leaves out."""
    values = [each for each in dict.fromkeys((*chosen, *known)) if fits(each)]
    shown = {each: key_words({name: each}, names.get(each)) for each in values[: limits.SELECT_OPTIONS]}
    return {each: cut_middle(text, limits.OPTION_TEXT) for each, text in shown.items()}


def fits(value: str) -> bool:
    """Whether a value can be that of an option."""
    return 0 < size(value) <= limits.OPTION_VALUE and forms.SEPARATOR not in value and bool(value.strip())


def _where(route: Route, choices: Choices) -> Iterator[Block]:
    yield forms.channel("channel", "Channel", value=route.channel, hint="Invite me there first.")
    people = [each.id for each in route.on_call if each.kind is SubjectKind.PERSON]
    groups = [each.id for each in route.on_call if each.kind is SubjectKind.GROUP]
    yield forms.people("people", "On call", values=people, optional=True, hint="They may acknowledge, whatever their role.")
    if known := dict(zip(groups, groups, strict=True)) | dict(choices.groups):
        yield forms.several("groups", "On call: user groups", known, values=groups, optional=True)
    hint = "The on-call are mentioned after so long without an answer, and the escalation channel is told after as long again."
    yield forms.number("minutes", "Minutes to wait", value=str(route.minutes), least="5", most="1440", hint=hint)
    yield forms.channel("escalate_to", "Escalation channel", value=route.escalate_to, optional=True)


def _when(route: Route) -> Iterator[Block]:
    quiet = route.quiet
    yield forms.clock("quiet_from", "Quiet from", value=quiet.start, optional=True)
    yield forms.clock("quiet_to", "Quiet until", value=quiet.end, optional=True)
    passes = {WEEKENDS: "Weekends are quiet too", HIGH: "High severity is told at any hour"}
    chosen = [name for name, is_on in ((WEEKENDS, quiet.weekends), (HIGH, quiet.lets_high_through)) if is_on]
    yield forms.checkboxes("passes", "Quiet time", passes, values=chosen)
    yield forms.text("zone", "Time zone", value=route.zone, most=60, placeholder="Europe/Berlin")
    hint = "The rest of the day's alerts go into the digest."
    yield forms.number("a_day", "Alerts a day", value=str(route.a_day), least="1", most="50", hint=hint)
