"""The digests that there are, each with what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, words
from handlers.blocks.ids import action
from handlers.blocks.mrkdwn import bold, escape
from handlers.request import Reply
from storage.model.digest import DigestKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from handlers.request import Block
    from storage.model.digest import Digest

MOST = 15
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WORKDAYS, EVERY_DAY = (0, 1, 2, 3, 4), tuple(range(7))
EXAMPLE = "/tuppence digest set in #finops at 09:00 Europe/Berlin mon-fri"


def listing(digests: Sequence[Digest], due: Mapping[int, datetime]) -> Reply:
    """All of them. `due` is when each comes next."""
    new = build.button("New digest", "digests.edit", style="primary")
    if not digests:
        said = f"{bold('No digest yet')}. One is made with the button, or with `{EXAMPLE}`."
        return Reply(build.fallback(said), blocks=(*build.sections(said), *build.actions([new])), result={"digests": []})
    lead = bold(words.plural(len(digests), "digest"))
    blocks: list[Block] = [*build.sections(lead)]
    for each in digests[:MOST]:
        blocks += [build.section(line(each, due.get(each.id))), *build.actions(_buttons(each))]
    if digests[MOST:]:
        blocks.append(build.context(f"and {len(digests) - MOST} more: `/tuppence digest preview <number>`"))
    text = "\n".join([lead, *(line(each, due.get(each.id)) for each in digests[:MOST])])
    result = {"digests": [_result(each, due.get(each.id)) for each in digests]}
    return Reply(build.fallback(text), blocks=(*blocks, *build.actions([new])), result=result)


def changed(digest: Digest, what: str, due: datetime | None = None) -> Reply:
    """What was done, and how it stands now."""
    said = f"{escape(what)}\n{line(digest, due)}"
    return Reply(
        build.fallback(said), blocks=(*build.sections(said), *build.actions(_buttons(digest))), result=_result(digest, due)
    )


def line(digest: Digest, due: datetime | None) -> str:
    """`*2* daily in #finops, Mon–Fri at 09:00 Europe/Berlin, for team web · next: …`."""
    where = words.filters_words(digest.filters)
    about = f", for {escape(where)}" if where else ""
    said = [
        f"{bold(str(digest.id))} {digest.kind} in {_channel(digest.channel)}, {when(digest)}{about}",
        f"quiet below {digest.quiet_below:,f}" if digest.quiet_below else "",
        escape(words.scope_words(digest.scope)),
        f"{bold('paused')}: {escape(digest.paused)}" if digest.paused else _next(due),
    ]
    return " · ".join(filter(None, said))


def when(digest: Digest) -> str:
    """Days and time of a digest in words."""
    clock = f"at {digest.at:%H:%M} {escape(digest.zone)}"
    if digest.kind is DigestKind.MONTHLY:
        return f"when the month has closed, {clock}"
    known = {WORKDAYS: "Mon–Fri", EVERY_DAY: "every day"}
    return f"{known.get(digest.weekdays) or ', '.join(DAYS[each] for each in digest.weekdays)} {clock}"


def _channel(channel: str) -> str:
    return f"<#{channel}>" if channel.isalnum() else "a channel"


def _next(due: datetime | None) -> str:
    if due is None:
        return ""
    moment = int(due.timestamp())
    return f"next <!date^{moment}^{{date_short_pretty}} {{time}}|{due:%d %b %H:%M} UTC>"


def _buttons(digest: Digest) -> list[Block]:
    remembered = {"digest": str(digest.id)}
    held = ("Resume", "digests.resume") if digest.paused else ("Pause", "digests.pause")
    sure = build.confirm("Remove the digest?", f"Digest {digest.id} ends. What was posted stays.", "Remove", danger=True)
    part = str(digest.id)
    return [
        build.button("Preview", action("digests.preview", part), remembered),
        build.button("Edit", action("digests.edit", part), remembered),
        build.button(held[0], action(held[1], part), remembered),
        build.button("Remove", action("digests.remove", part), remembered, style="danger", confirm=sure),
    ]


def _result(digest: Digest, due: datetime | None) -> dict[str, object]:
    return {
        "id": digest.id,
        "channel": digest.channel,
        "kind": digest.kind.value,
        "at": f"{digest.at:%H:%M}",
        "zone": digest.zone,
        "weekdays": list(digest.weekdays),
        "for": words.filters_words(digest.filters),
        "parts": [each.value for each in digest.parts],
        "quiet_below": str(digest.quiet_below),
        "wait_minutes": digest.wait,
        "paused": digest.paused,
        "next": due.isoformat() if due else None,
    }
