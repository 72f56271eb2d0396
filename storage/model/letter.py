"""A letter: something that the program says without being asked, as a recipe. What it says is found out when it is sent.

So it is fresh, and whoever may read it by then is looked at by then. Its key names one message for as long as that stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said, and where.

    Attributes:
        key: unique for ever: `alert:17`, `alert:17:note:4`, `digest:3:2026-11-22`. Queued again, it is shown anew in place.
        template: `<feature>.<name>` of whoever puts it into words.
        args: what the template needs to know, small: ids, a day. The rest is looked up when it is sent.
        channel: a conversation's id, or a person's (then it goes into the direct messages with them).
        thread_of: the key of the message under which it stands; it waits for that one, and `channel` is not needed.
        broadcast: an answer in a thread that is shown in the channel too.
        not_before: it is not sent earlier; None: at once.
    """

    key: str
    template: str
    args: Mapping[str, str] = field(default_factory=dict)
    channel: str = ""
    thread_of: str = ""
    broadcast: bool = False
    not_before: datetime | None = None

    def __post_init__(self) -> None:
        if not self.key or "." not in self.template or not (self.channel or self.thread_of):
            msg = f"a letter needs a key, a template `<feature>.<name>` and a place: {self.key!r}, {self.template!r}"
            raise ValueError(msg)


class LetterState(StrEnum):
    """How far a letter is.

    PENDING waits, SENDING is in somebody's hands, SENT stands there. The rest is over without the message, or without its newest
    state: FAILED (could not be put into words, or Slack does not take it), REFUSED (it may not be said there), DROPPED (it may
    have been sent, nobody could tell, and it is not one to be sent twice), WITHDRAWN (there was nothing to say any more).
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    REFUSED = "refused"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a letter: `channel` and `ts` of its message once it stands, `reason` in words where it does not."""

    key: str
    state: LetterState
    channel: str = ""
    ts: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A letter in the hands of one who sends it, as it was when they took it.

    Attributes:
        token: proves whose hands these are; another claim of the same letter has another.
        channel: where it goes: the letter's own, or that of the message it stands under.
        thread: the ts of the message it stands under.
        revision: which of its wanted states it will show; with `posting_at`, which one may stand there.
        place, ts: where its message stands; empty for a new one.
        picture: what the sender noted of the picture in it.
        attempts, faults, reposts: how often Slack did not take it (nor said when to come again), it could not be put
            into words, it was posted anew.
        posting_at: since when it may stand in Slack, though nobody heard so; None where that cannot be.
    """

    token: str
    key: str
    template: str
    args: Mapping[str, str]
    channel: str
    thread: str
    broadcast: bool
    revision: int
    place: str = ""
    ts: str = ""
    picture: str = ""
    attempts: int = 0
    faults: int = 0
    reposts: int = 0
    posting_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What a claim came to. PENDING: it is tried again, from `retry_at`."""

    state: LetterState
    place: str = ""
    ts: str = ""
    picture: str = ""
    reason: str = ""
    retry_at: datetime | None = None
    attempts: int = 0
    faults: int = 0
    reposts: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """A letter that did not arrive, for whoever has to see to it. `at` is when that was clear."""

    key: str
    template: str
    state: LetterState
    reason: str
    at: datetime
