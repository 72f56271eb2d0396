"""What did not arrive, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.blocks import build, words
from handlers.blocks.mrkdwn import bold, cut, escape, escape_code
from handlers.request import Reply
from storage.model.letter import LetterState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from handlers.request import Block
    from storage.model.letter import Trouble

MOST, LONGEST_REASON = 10, 400
TO_DO = {
    LetterState.REFUSED: "What sends these is paused or will be refused again: give it another channel, or mend this one.",
    LetterState.FAILED: "The log has the cause under that id, or under the letter's name.",
    LetterState.DROPPED: "Look whether it stands there. With the right to read that channel's history I can look myself.",
}


def notice(channel: str, day: date, troubles: Sequence[Trouble]) -> Reply:
    """The newest ten, and what to do about each kind."""
    count = f"{words.plural(len(troubles), 'message')} could not be posted"
    where = f"{_where(channel)} on {words.day(day)}."
    lines = [_line(each) for each in troubles[-MOST:]]
    left = f"… and {len(troubles) - MOST} before these." if len(troubles) > MOST else ""
    kinds = [kind for kind in TO_DO if any(each.state is kind for each in troubles)]
    blocks: list[Block] = [build.section(f"{bold(count)} {where}"), *build.sections("\n".join(lines))]
    blocks.append(build.context(left, *(TO_DO[kind] for kind in kinds)))
    return Reply(text=build.fallback(f"{count} {where} {_reason(troubles[-1])}"), blocks=tuple(blocks))


def _line(trouble: Trouble) -> str:
    feature = trouble.template.partition(".")[0]
    return f"• {escape(feature)} `{escape_code(trouble.key)}`, {trouble.at:%H:%M} UTC: {_reason(trouble)}"


def _reason(trouble: Trouble) -> str:
    return escape(cut(trouble.reason, LONGEST_REASON))


def _where(channel: str) -> str:
    """The channel or person, as Slack shows them."""
    if not re.fullmatch(r"[A-Z0-9]+", channel):
        return "somewhere"
    return f"to <@{channel}>" if channel[0] in "UW" else f"in <#{channel}>"
