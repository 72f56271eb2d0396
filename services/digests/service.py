"""Digests: made, changed, due, put together, told once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from services.digests.slots import expected_through, last_due, slot_of
from services.errors import NotFoundError, TuppenceError
from storage.digests import Digests as Store
from storage.model.audit import Entry, Origin
from storage.model.digest import Issue, Outcome
from storage.model.letter import Letter
from storage.model.period import utc_today

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from services.access.background import Background
    from services.access.results import Person
    from services.digests.compose import Sources
    from services.digests.results import DigestAnswer
    from services.outbox.service import Outbox
    from storage.database import Database
    from storage.model.digest import Digest
    from storage.model.money import Money

NOWHERE = Origin()
LOOKED_BACK, KEPT = 10, 60
"""Issues that say how fresh the data usually is, and those that can still be shown anew."""
RESTATED_FOR = timedelta(days=7)
"""So long a digest is corrected when the bill changes what it told."""


def key(digest: int, slot: date) -> str:
    """The key of the letter that is one day's digest."""
    return f"digest:{digest}:{slot.isoformat()}"


class Digests:
    """What channels are told without asking. Store calls run in `background`; numbers come from `sources`.

    `generation` tells when the bill changed.
    """

    def __init__(
        self, database: Database, sources: Sources, outbox: Outbox, background: Background, generation: Callable[[], int]
    ) -> None:
        self._generation = generation
        self._store, self._sources, self._outbox, self._background = Store(database), sources, outbox, background
        self._looked_at: int | None = None

    # Which there are.

    async def all(self) -> tuple[Digest, ...]:
        """Every digest, paused ones too."""
        return await self._background(self._store.all)

    async def get(self, number: int) -> Digest:
        """One by its id. Raises NotFoundError."""
        found = await self._background(self._store.get, number)
        if found is None:
            raise missing(number)
        return found

    async def last(self, number: int) -> Issue | None:
        """The latest issue of one."""
        return next(iter(await self._background(self._store.issues, number, 1)), None)

    async def put(self, actor: Person, digest: Digest, origin: Origin = NOWHERE) -> Digest:
        """Store a new or a changed one. It shows no more than whoever made or changed it may see."""
        said = f"{digest.kind} in {digest.channel} at {digest.at:%H:%M} {digest.zone}"
        entry = self._entry(actor, "digest.set", str(digest.id or "new"), said, origin)
        made_at = digest.made_at if digest.id else self._sources.clock()
        return await self._background(self._store.put, digest.but(scope=actor.scope, made_at=made_at, made_by=actor.id), entry)

    async def pause(self, actor: Person, number: int, reason: str, origin: Origin = NOWHERE) -> Digest:
        """Hold it, for a reason; an empty one lets it go on. What was missed meanwhile is not made up for."""
        digest = await self.get(number)
        changed = digest.but(paused=reason) if reason else digest.but(paused="", made_at=self._sources.clock())
        entry = self._entry(actor, "digest.pause" if reason else "digest.resume", str(number), reason, origin)
        return await self._background(self._store.put, changed, entry)

    async def refused(self, number: int, channel: str, reason: str) -> None:
        """Slack does not let it be told in its channel any more: it is held until somebody lets it go on.

        A channel that it has left meanwhile says nothing about the one where it is told now.
        """
        digest = await self._background(self._store.get, number)
        if digest is not None and digest.channel == channel and not digest.paused:
            entry = Entry(self._sources.clock(), "", "digest.pause", str(number), "done", reason)
            await self._background(self._store.put, digest.but(paused=reason), entry)

    async def remove(self, actor: Person, number: int, origin: Origin = NOWHERE) -> None:
        """Stop it for good. Raises NotFoundError."""
        if not await self._background(self._store.remove, number, self._entry(actor, "digest.remove", str(number), "", origin)):
            raise missing(number)

    def _entry(self, actor: Person, action: str, target: str, detail: str, origin: Origin) -> Entry:
        return Entry(self._sources.clock(), actor.id, action, target, "done", detail, origin)

    # What they say.

    async def preview(self, digest: Digest) -> DigestAnswer:
        """What it would say now. Raises NotFoundError for filters that name nothing."""
        through = await self._through(digest)
        return await self._sources.compose(digest, self._today(), through)

    async def answer(self, number: int, slot: date) -> DigestAnswer | None:
        """What one day's digest says, with the bill as it is now; None when that digest is no more."""
        is_there = await self._background(self._store.get, number) is not None
        issues = await self._background(self._store.issues, number, KEPT)
        issue = next((each for each in issues if each.slot == slot), None)
        if not is_there or issue is None:
            return None
        before = [each for each in issues if each.slot < slot][:LOOKED_BACK]
        expected = expected_through(before, slot)
        is_late = expected is not None and issue.through < expected
        return await self._sources.compose(issue.as_told, slot, issue.through, is_late=is_late, told=issue.shown)

    async def _through(self, digest: Digest) -> date:
        state = await self._sources.completeness(digest)
        if state.through is None:
            raise NotFoundError("No day of any bill is complete yet.", "An admin reads a bill in with `tuppence ingest`.")
        return state.through

    def _today(self) -> date:
        return utc_today(self._sources.clock())

    # When they are told.

    async def tell(self, now: datetime) -> None:
        """Tell what is due; what waits for data, or was told, stays. One that fails does not hold up the others.

        Raises the first error after all were tried.
        """
        errors = []
        for digest in await self.all():
            try:
                await self._tell(digest, now)
            except TuppenceError as error:
                structlog.get_logger().warning("a digest could not be told", digest=digest.id, reason=error.sentence)
                errors.append(error)
        if errors:
            raise errors[0]

    async def _tell(self, digest: Digest, now: datetime) -> None:
        due = None if digest.paused else last_due(digest, now)
        if due is None:
            return
        slot, issues = slot_of(digest, due), await self._background(self._store.issues, digest.id, LOOKED_BACK)
        if any(each.slot == slot for each in issues):
            return
        through = await self._through(digest)
        expected = expected_through(issues, slot)
        is_late = expected is not None and through < expected
        if is_late and now < due + timedelta(minutes=digest.wait):
            return
        answer = await self._sources.compose(digest, slot, through, is_late=is_late)
        is_quiet, shown = _is_quiet(answer), _shown(answer)
        outcome = Outcome.QUIET if is_quiet else Outcome.TOLD
        issue = Issue(digest.id, slot, outcome, through, now, digest, shown, shown)
        if await self._background(self._store.issue, issue, () if is_quiet else _letters(digest, slot)):
            self._outbox.wake()

    async def correct(self, now: datetime) -> None:
        """Show the digests of the last days anew where the bill has changed what they told."""
        generation = await asyncio.to_thread(self._generation)
        if generation == self._looked_at:
            return
        for digest in await self.all():
            for issue in await self._background(self._store.issues, digest.id, LOOKED_BACK):
                if issue.outcome is Outcome.TOLD and now - issue.at <= RESTATED_FOR:
                    await self._correct(issue, now)
        self._looked_at = generation

    async def _correct(self, issue: Issue, now: datetime) -> None:
        """Its filters may name nothing in the bill any more: then what was told stays, and the others are looked at."""
        try:
            shown = _shown(await self._sources.compose(issue.as_told, issue.slot, issue.through))
        except TuppenceError as error:
            structlog.get_logger().warning("a digest could not be corrected", digest=issue.digest, reason=error.sentence)
            return
        if shown != issue.now:
            letter = _letters(issue.as_told, issue.slot)[0]
            await self._background(self._store.correct, issue, shown, (letter,), now)
            self._outbox.wake()


def missing(number: int) -> NotFoundError:
    """What is said of a number that no digest has, or none that the asker may see."""
    return NotFoundError(f"There is no digest {number}.", "`/tuppence digest` lists them.")


def _letters(digest: Digest, slot: date) -> tuple[Letter, ...]:
    args = {"digest": str(digest.id), "slot": slot.isoformat(), "channel": digest.channel}
    first = Letter(key(digest.id, slot), "digests.issue", args, channel=digest.channel)
    return (first, Letter(f"{first.key}:details", "digests.details", args, thread_of=first.key))


def _shown(answer: DigestAnswer) -> tuple[Money, ...]:
    return tuple(each.amount for each in answer.figures)


def _is_quiet(answer: DigestAnswer) -> bool:
    """Whether nothing moved by as much as was asked for, and nothing waits for anybody."""
    least = answer.digest.quiet_below
    if not least or answer.anomalies or any(each.is_endangered for each in answer.budgets):
        return False
    changes = [abs(each.amount - each.before).amount for each in answer.figures if each.before is not None]
    return bool(changes) and max(changes) < least
