"""What becomes of a letter, whatever Slack says: when it is tried again, when it is over, and who has to know of it.

The one who sends takes claims here, carries them out and says what happened, in words that know nothing of Slack.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.claims import ENOUGH
from storage.model.letter import Letter, LetterState, Settled
from storage.model.period import utc_today

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from services.access.admins import Admins
    from services.access.background import Background
    from services.clock import Clock
    from storage.claims import Claims
    from storage.model.letter import Claim

NOTICE = "outbox.notice"
"""The letter that tells an admin of others that did not arrive."""
LONGEST_WAIT = 300.0
"""Seconds between two tries while Slack takes nothing."""
FAULT_WAITS = (1.0, 5.0, 30.0)
"""Seconds before a letter that could not be put into words, or was lost, is tried again; after the last it is over."""
OTHERS_SINCE, OTHERS_UNTIL = timedelta(hours=1), timedelta(minutes=15)
"""How long ago another letter must have arrived for the fault to lie with one that was not taken ever since."""
LOOK_AFTER = timedelta(seconds=1)
"""When to look whether a post whose answer was lost stands there."""
CERTAIN_AFTER = timedelta(seconds=10)
"""A post of ours whose connection broke so long ago is not carried out any more."""
EXPIRY = timedelta(seconds=45)
"""Until when a process that is gone may still have been posting: longer than a call may take (30 s) and a pause before it."""
FRESH = timedelta(seconds=5)
"""How old the last look at one's claim may be when the post goes out; a process that slept in between looks again."""
TWICE_DELETED = "Its message was deleted twice, so it is not posted again."
NEVER_TAKEN = "So it was at every try for about an hour, while other messages arrived."
UNDER_NOTHING = "The message it belongs to was deleted."
NOT_CLEAR = (
    "Whether it was posted cannot be told: the program or its connection ended meanwhile, and I may not read that channel."
)


@dataclass(frozen=True, slots=True)
class Sending:
    """The outbox from the sender's side. All raise StoreError.

    Attributes:
        owner: this process, as it holds the jobs' lease.
        clock: what `not_before` is measured by, the one that the letters' features have.
        real: when something truly happened, for claims and waits.
        admins: who is told of letters that did not arrive.
        expiry, certain_after: how long to wait for what may still be on its way; see `EXPIRY` and `CERTAIN_AFTER`.
    """

    claims: Claims
    background: Background
    owner: str
    clock: Clock
    real: Clock
    admins: Admins
    expiry: timedelta = EXPIRY
    certain_after: timedelta = CERTAIN_AFTER

    async def next(self, hands: Collection[str], most: int) -> tuple[Claim, ...]:
        """What to see to now, at most so many; nothing while another process does. `hands`: the tokens one is busy with."""
        return await self.background(
            self.claims.take, self.owner, hands, most, now=self.real(), moment=self.clock(), expiry=self.expiry
        )

    async def begin(self, claim: Claim, place: str) -> bool:
        """Ask this right before a message goes out, and send nothing on False: somebody else has the letter, or one slept."""
        asked = self.real()
        return await self.background(self.claims.begin, claim, place, asked) and self.real() - asked < FRESH

    async def sent(self, claim: Claim, place: str, ts: str, picture: str) -> None:
        """It stands there, as its newest state or as one that was asked for before."""
        await self._settle(claim, Settled(LetterState.SENT, place, ts, picture, reposts=claim.reposts))

    async def withdrawn(self, claim: Claim) -> None:
        """There was nothing to say any more. A message that stands already stays as it is."""
        state = LetterState.SENT if claim.ts else LetterState.WITHDRAWN
        await self._settle(claim, _as_it_was(claim, state))

    async def later(self, claim: Claim, reason: str, seconds: float = 0.0) -> bool:
        """Slack takes nothing just now: again in so many seconds, or a little later each time.

        False when that went on for about an hour while other letters arrived: then it is over.
        """
        if not seconds and await self._is_it_alone(claim):
            await self.over(claim, LetterState.FAILED, f"{reason} {NEVER_TAKEN}")
            return False
        wait = seconds or min(LONGEST_WAIT, 2.0 ** min(claim.attempts, 20))
        again, attempts = self.real() + timedelta(seconds=wait), claim.attempts + (not seconds)
        await self._settle(claim, _as_it_was(claim, LetterState.PENDING, reason, retry_at=again, attempts=attempts))
        return True

    async def _is_it_alone(self, claim: Claim) -> bool:
        """Whether it is this letter that is not taken, and not any: those that arrived only just may end a general outage."""
        now = self.real()
        return claim.attempts >= ENOUGH and await self.background(self.claims.arrived, now - OTHERS_SINCE, now - OTHERS_UNTIL)

    async def faulty(self, claim: Claim, reason: str, end: LetterState = LetterState.FAILED) -> bool:
        """Something was wrong with it: again, a few times. False when that was the last, and it has come to its `end`."""
        if claim.faults >= len(FAULT_WAITS):
            await self.over(claim, end, reason)
            return False
        again = self.real() + timedelta(seconds=FAULT_WAITS[claim.faults])
        await self._settle(claim, _as_it_was(claim, LetterState.PENDING, reason, retry_at=again, faults=claim.faults + 1))
        return True

    async def over(self, claim: Claim, state: LetterState, reason: str) -> None:
        """It is over without the message (FAILED, REFUSED, DROPPED), and the admins are told: never silently, never in a loop."""
        notices = () if claim.template == NOTICE else await self._notices(claim)
        await self._settle(claim, _as_it_was(claim, state, reason), notices)

    async def deleted(self, claim: Claim) -> None:
        """Somebody deleted the message, or the one above it. One's own is posted anew, once; that was no mistake twice."""
        if claim.ts and not claim.reposts:
            await self._settle(claim, Settled(LetterState.PENDING, reposts=1))
        else:
            reason = TWICE_DELETED if claim.ts else UNDER_NOTHING
            await self._settle(claim, Settled(LetterState.WITHDRAWN, reason=reason, reposts=claim.reposts))

    # What may or may not stand there.

    async def doubtful(self, claim: Claim) -> None:
        """Its answer was lost: let go, and to be looked for soon."""
        await self.background(self.claims.doubt, claim, self.real() + LOOK_AFTER)

    async def not_found(self, claim: Claim) -> None:
        """It was looked for and does not stand there: sent again as soon as it cannot appear any more."""
        since = claim.posting_at or self.real()
        if self.real() - since < self.certain_after:
            await self.background(self.claims.doubt, claim, since + self.certain_after)
        else:
            await self.later(claim, "It did not arrive at the first try.")

    async def not_clear(self, claim: Claim, *, repeats: bool) -> bool:
        """Whether it stands there cannot be found out. True when it is sent again, and may then stand there twice.

        So is what had better come twice than never, a few times; else it is dropped, and the admins are told.
        """
        if not repeats:
            await self.over(claim, LetterState.DROPPED, NOT_CLEAR)
            return False
        return await self.faulty(claim, NOT_CLEAR, LetterState.DROPPED)

    async def look_later(self, claim: Claim) -> None:
        """Slack could not be asked whether it stands there."""
        waited = (self.real() - claim.posting_at).total_seconds() if claim.posting_at else 0.0
        await self.background(self.claims.doubt, claim, self.real() + timedelta(seconds=min(LONGEST_WAIT, max(2.0, waited))))

    # Behind all of them.

    async def _settle(self, claim: Claim, to: Settled, also: tuple[Letter, ...] = ()) -> None:
        await self.background(self.claims.settle, claim, to, self.real(), also)

    async def _notices(self, claim: Claim) -> tuple[Letter, ...]:
        """One message an admin, channel and day, which grows with what is added."""
        channel, day = claim.channel or claim.place, utc_today(self.real()).isoformat()
        said = {"channel": channel, "day": day}
        return tuple(Letter(f"{NOTICE}:{admin}:{channel}:{day}", NOTICE, said, admin) for admin in await self.admins())


def _as_it_was(
    claim: Claim,
    state: LetterState,
    reason: str = "",
    *,
    retry_at: datetime | None = None,
    attempts: int | None = None,
    faults: int | None = None,
) -> Settled:
    return Settled(
        state,
        claim.place if claim.ts else "",
        claim.ts,
        claim.picture,
        reason,
        retry_at,
        claim.attempts if attempts is None else attempts,
        claim.faults if faults is None else faults,
        claim.reposts,
    )
