"""The one way in. Find what is meant, see who asks, authorise person and place, call the handler; put every error into words.

Bolt, the terminal and the tests are thin adapters to `Dispatcher.dispatch`. Nothing is called that this file has not authorised,
and nobody can hand it a ready-made person: who asks is always looked up here.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import structlog

from handlers.blocks import ids, limits
from handlers.failures import broken, failed
from handlers.incoming import Kind
from handlers.parse.command import Arguments, Grammar, parse
from handlers.request import Request, Surface
from services.access.results import Role
from services.errors import DeniedError, TuppenceError, UsageError
from storage.model.period import utc_today

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from handlers.feature import Action, Event, Feature, Verb, View
    from handlers.incoming import Incoming, Middleware, Next
    from handlers.request import Reply
    from services import Services
    from services.access.results import Person

    Declaration = Verb | Action | View | Event

T = TypeVar("T")
PUBLIC = (Surface.MENTION, Surface.BUTTON)
"""Surfaces whose answer others may read."""
AUDITED_CHARACTERS = 200


class Dispatcher:
    """Everything that the features declared, behind one door.

    `grammar` carries the company's settings; its verbs come from the features. `middleware` runs around each dispatch, the first
    outermost; what it raises is put into words like everything else.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        services: Services,
        *,
        grammar: Grammar | None = None,
        middleware: Sequence[Middleware] = (),
    ) -> None:
        self._services = services
        self._actions = _merged(feature.actions for feature in features)
        self._views = _merged(feature.views for feature in features)
        self._events = _merged(feature.events for feature in features)
        verbs = tuple(_merged(feature.verbs for feature in features).values())
        self.grammar = replace(grammar or Grammar(), verbs=verbs)
        self._enter: Next = self._handle
        for each in reversed(middleware):
            self._enter = partial(each, proceed=self._enter)

    async def dispatch(self, incoming: Incoming) -> Reply | None:
        """What to show for what came in; None when it came before. Raises nothing: an error is a reply too."""
        try:
            return await self._enter(incoming)
        except TuppenceError as error:
            if isinstance(error, DeniedError):
                await self._audit(incoming, "refused", error.sentence)
            return failed(error, incoming)
        except Exception:  # noqa: BLE001  # the boundary: whoever asked gets an id, the log gets everything
            structlog.get_logger().exception("dispatch failed", request_id=incoming.request_id, what=incoming.label)
            await self._audit(incoming, "failed", "unexpected error")
            return broken(incoming)

    async def _handle(self, incoming: Incoming) -> Reply | None:
        """Who asks comes first, so that a stranger does not even learn which words there are."""
        person = await self._services.access.person(incoming.team, incoming.user)
        if person.role is Role.NOBODY:
            raise DeniedError(person.refusal, "If that is wrong, ask an admin of the workspace.")
        now = self._services.clock()
        declaration, arguments = self._meant(incoming, now)
        await self._authorise(declaration, person, incoming)
        reply = await declaration.handler(self._request(incoming, person, arguments, now))
        if declaration.needs > Role.VIEWER:
            await self._audit(incoming, "done")
        return reply

    def _meant(self, incoming: Incoming, now: datetime) -> tuple[Declaration, Arguments]:
        """The declaration that is meant, and for a command what its words say. Raises UsageError when there is none."""
        if incoming.kind is Kind.COMMAND:
            return parse(incoming.name, incoming.text, self.grammar, utc_today(now), escaped=incoming.is_escaped)
        if incoming.kind is Kind.ACTION:
            return _known(self._actions.get(ids.action_name(incoming.name))), Arguments()
        if incoming.kind is Kind.VIEW:
            return _known(self._views.get(incoming.name)), Arguments()
        return _known(self._events.get(incoming.name)), Arguments()

    async def _authorise(self, declaration: Declaration, person: Person, incoming: Incoming) -> None:
        if person.role < declaration.needs:
            raise DeniedError(f"That needs the role {declaration.needs.word}; yours is {person.role.word}.")
        if declaration.needs > Role.VIEWER and incoming.place.surface in PUBLIC and not incoming.place.is_ephemeral:
            await self._services.access.check_audience(incoming.place.channel)

    def _request(self, incoming: Incoming, person: Person, arguments: Arguments, now: datetime) -> Request:
        return Request(
            person=person,
            place=incoming.place,
            services=self._services,
            now=now,
            today=utc_today(now),
            request_id=incoming.request_id,
            arguments=arguments,
            grammar=self.grammar,
            text=incoming.text,
            values=_values(incoming),
        )

    async def _audit(self, incoming: Incoming, outcome: str, detail: str = "") -> None:
        """Record it. Where even that fails the log has it, and the answer does not change."""
        target = (incoming.text or incoming.value)[:AUDITED_CHARACTERS]
        try:
            await self._services.access.record(
                incoming.user, incoming.label, target, outcome, detail=detail, origin=incoming.origin
            )
        except TuppenceError:
            structlog.get_logger().exception("audit failed", request_id=incoming.request_id, what=incoming.label, outcome=outcome)


def _values(incoming: Incoming) -> dict[str, str]:
    """What is filled in never replaces what we made a window or a button remember."""
    most = limits.PRIVATE_METADATA if incoming.kind is Kind.VIEW else limits.BUTTON_VALUE
    kept = ids.decode(incoming.kept, limits.PRIVATE_METADATA) if incoming.kept else {}
    value = ids.decode(incoming.value, most) if incoming.value else {}
    return {**incoming.state, **kept, **value}


def declared(features: Sequence[Feature]) -> frozenset[str]:
    """The name of every root, action, view and event there is."""
    roots = (verb.root for feature in features for verb in feature.verbs.values())
    others = (name for feature in features for table in (feature.actions, feature.views, feature.events) for name in table)
    return frozenset((*roots, *others))


def _known(declaration: T | None) -> T:
    if declaration is None:
        raise UsageError("That button or window is not one of mine any more.", "Ask the question again for a fresh one.")
    return declaration


def _merged(parts: Iterable[dict[str, T]]) -> dict[str, T]:
    """One table of all features' declarations; two features that declare one name are a mistake of ours."""
    merged: dict[str, T] = {}
    for part in parts:
        twice = merged.keys() & part.keys()
        if twice:
            msg = f"declared twice: {', '.join(sorted(twice))}"
            raise ValueError(msg)
        merged |= part
    return merged
