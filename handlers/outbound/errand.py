"""One letter on its way: put into words, looked at who would read it, shown in place, and settled whatever Slack says.

What goes wrong in between is only a matter of which kind it is (`_came_to`): nothing is lost, and nothing is sent again unless it
is clear that it does not stand there, or that it had better stand there twice.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from structlog.contextvars import bound_contextvars

from handlers.incoming import new_request_id
from handlers.outbound.audience import is_person
from handlers.outbound.evidence import HiddenError, find
from handlers.outbound.face import Face, StaleError
from handlers.outbound.refusals import DeletedError, LockedOutError, PacedError, UncertainError
from services.errors import DeniedError, StoreError, TemporaryError, TuppenceError
from storage.model.letter import LetterState

if TYPE_CHECKING:
    from handlers.feature import LetterKind
    from handlers.outbound.post_office import PostOffice
    from handlers.request import Reply
    from services import Services
    from storage.model.letter import Claim

NOBODY_WRITES_IT = "This version of Tuppence does not know how to write it."


@dataclass(slots=True)
class Errand:
    """What is done for one claim."""

    office: PostOffice
    claim: Claim
    face: Face | None = None

    async def run(self) -> None:
        """See it to its end. Raises nothing but StoreError, after which it is taken up again."""
        with bound_contextvars(request_id=new_request_id(), letter=self.claim.key):
            doing = self.office.work.start(self._do(), quiet=True)
            await asyncio.wait({doing})
            error = doing.exception()
            if error is not None:
                await self._came_to(error)

    async def _do(self) -> None:
        kind = self.office.kinds.get(self.claim.template)
        if kind is None:
            raise TuppenceError(NOBODY_WRITES_IT)
        if self.claim.posting_at is not None:
            await self._clear_up(kind)
            return
        writing = self.office.work.start(_written(kind, self.office.services, self.claim), quiet=True)
        await asyncio.wait({writing})
        error = writing.exception()
        if error is not None:
            await self._not_written(error)
        else:
            await self._tell(writing.result())

    # The usual way.

    async def _tell(self, reply: Reply | None) -> None:
        """Show what there is to say by now."""
        sending, claim = self.office.sending, self.claim
        if reply is None:
            self._ended("withdrawn")
            await sending.withdrawn(claim)
            return
        channel = await self._channel()
        self.face = Face(self.office, claim, channel)
        await self.face.show(reply)
        self._ended("edited" if claim.ts else "sent")
        await sending.sent(claim, channel, self.face.ts, self.face.picture)

    async def _channel(self) -> str:
        """Where it goes or stands: for a person, who may have lost their rights since, the direct conversation with them."""
        claim = self.claim
        if is_person(claim.channel):
            await self.office.admit(claim.channel)
        if claim.ts or not is_person(claim.channel):
            return claim.place if claim.ts else claim.channel
        answer = await self.office.wire.call("conversations.open", users=claim.channel)
        return str(answer["channel"]["id"])

    # It may stand there already.

    async def _clear_up(self, kind: LetterKind) -> None:
        """Look for it by its mark; where that may not be read, do what is better for this kind of letter."""
        sending, claim = self.office.sending, self.claim
        since = claim.posting_at
        if since is None:
            return
        try:
            ts = await find(self.office.wire, claim.key, claim.place, claim.thread, since, self.office.bot)
        except HiddenError as error:
            again = await sending.not_clear(claim, repeats=kind.repeats)
            self._ended("repeated" if again else "dropped", error.sentence)
        except (TemporaryError, LockedOutError):
            await sending.look_later(claim)
        else:
            self._ended("found" if ts else "lost")
            await (sending.sent(claim, claim.place, ts, "") if ts else sending.not_found(claim))

    # What went wrong.

    async def _not_written(self, error: BaseException) -> None:
        identity = structlog.contextvars.get_contextvars()["request_id"]
        is_known = isinstance(error, TuppenceError)
        said = error.sentence if isinstance(error, TuppenceError) else "It could not be put into words."
        structlog.get_logger().error("a letter could not be written", reason=said, exc_info=None if is_known else error)
        is_tried = await self.office.sending.faulty(self.claim, f"{said} Its id in the log is {identity}.")
        self._ended("later" if is_tried else "failed")

    async def _came_to(self, error: BaseException) -> None:
        sending, claim = self.office.sending, self.claim
        if isinstance(error, StaleError | StoreError):
            structlog.get_logger().warning("a letter was let go", reason=str(error))
        elif isinstance(error, DeletedError):
            self._ended("deleted")
            await sending.deleted(claim)
        elif isinstance(error, UncertainError) or (not isinstance(error, TuppenceError) and self._may_stand):
            is_known = isinstance(error, TuppenceError)
            structlog.get_logger().warning("whether a letter arrived is looked into", exc_info=None if is_known else error)
            await sending.doubtful(claim)
        elif isinstance(error, TemporaryError | LockedOutError):
            is_tried = await sending.later(claim, error.sentence, error.seconds if isinstance(error, PacedError) else 0.0)
            self._ended("later" if is_tried else "failed", error.sentence)
        elif isinstance(error, DeniedError):
            await self._refused(error)
        elif isinstance(error, TuppenceError):
            self._ended("failed", error.sentence)
            await sending.over(claim, LetterState.FAILED, error.sentence)
        else:
            await self._not_written(error)

    @property
    def _may_stand(self) -> bool:
        return self.face is not None and self.face.is_begun and not self.claim.ts

    async def _refused(self, error: DeniedError) -> None:
        """Slack says no for good. The feature hears it first: were we to die in between, it would hear it again."""
        reason = f"{error.sentence} {error.remedy}".strip()
        kind = self.office.kinds[self.claim.template]
        if kind.refused is not None:
            telling = self.office.work.start(_told(kind, self.office.services, self.claim, reason))
            await asyncio.wait({telling})
        self._ended("refused", reason)
        await self.office.sending.over(self.claim, LetterState.REFUSED, reason)

    def _ended(self, outcome: str, reason: str = "") -> None:
        self.office.count(outcome)
        said = {"reason": reason} if reason else {}
        structlog.get_logger().info("a letter", outcome=outcome, **said)


async def _written(kind: LetterKind, services: Services, claim: Claim) -> Reply | None:
    return await kind.write(services, claim.args)


async def _told(kind: LetterKind, services: Services, claim: Claim, reason: str) -> None:
    if kind.refused is not None:
        await kind.refused(services, claim.args, reason)
