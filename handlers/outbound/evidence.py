"""Whether a message of ours stands in a conversation, though nobody heard Slack say so: looked for by the mark it carries.

That needs the right to read the conversation (`channels:history` and its like), which whoever installs us may decline.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from handlers.outbound.refusals import DeletedError, LockedOutError
from services.errors import TemporaryError, TuppenceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from handlers.outbound.routes import Wire
    from handlers.request import Block

EVENT_TYPE = "tuppence_letter"
MARGIN = timedelta(minutes=5)
"""How far our clock and Slack's may be apart."""
PAGES, PAGE = 10, 200


class HiddenError(TuppenceError):
    """We may not read there, so it cannot be known."""


def mark(key: str) -> dict[str, object]:
    """The metadata by which a letter's message is known."""
    return {"event_type": EVENT_TYPE, "event_payload": {"letter": key}}


async def find(wire: Wire, key: str, channel: str, thread: str, since: datetime, bot: str) -> str:
    """The ts of the message that this `bot` posted for a letter, or "". Raises HiddenError, TemporaryError, LockedOutError."""
    method = "conversations.replies" if thread else "conversations.history"
    cursor, oldest = None, f"{(since - MARGIN).timestamp():.6f}"
    for _ in range(PAGES):
        answer = await _asked(
            wire, method, channel=channel, ts=thread or None, oldest=oldest, limit=PAGE, cursor=cursor, include_all_metadata=True
        )
        found = next((str(each["ts"]) for each in answer.get("messages") or () if _is_marked(each, key, bot)), "")
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
        if found or cursor is None:
            return found
    raise HiddenError("Too much was said there since.")


async def _asked(wire: Wire, method: str, **params: object) -> Mapping[str, Any]:
    try:
        answer = await wire.call(method, **params)
    except DeletedError:
        return {}
    except (TemporaryError, LockedOutError):
        raise
    except TuppenceError as error:
        raise HiddenError(error.sentence) from error
    return answer.data if isinstance(answer.data, dict) else {}


def _is_marked(message: Block, key: str, bot: str) -> bool:
    metadata = message.get("metadata") or {}
    is_ours = metadata.get("event_type") == EVENT_TYPE and message.get("bot_id") == bot
    return is_ours and (metadata.get("event_payload") or {}).get("letter") == key
