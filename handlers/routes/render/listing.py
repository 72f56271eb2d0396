"""The list: each route with what is its own, how much of the spend nobody owns, and what an admin should look at."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from handlers.blocks import build, ids
from handlers.blocks.mrkdwn import bold, escape, size
from handlers.blocks.words import dimensions_words, join_names, key_words, money, per_cent, period, plural
from handlers.request import Reply
from storage.model.anomaly import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from handlers.request import Block, File
    from services.routes.results import Listing
    from storage.model.people import Subject
    from storage.model.route import Quiet, Route

MOST = 40
"""Routes that are shown; a message has 50 blocks."""
VALUES = 5
NONE_YET = "No routes yet: every alert goes to an admin. Add one for each team, and one without a match for the rest."
CHARACTERS, NOTES = 7_000, 8
"""Characters of all routes together, and notes below them: a message holds 10,000."""


def listing(found: Listing, note: str = "") -> Reply:
    """All of it, with buttons. `note` says what was just done."""
    title = plural(len(found.routes), "route") if found.routes else NONE_YET
    told = " ".join(f"{each.rstrip('.')}." for each in (note, title, *_unowned(found)) if each)
    return Reply(
        build.fallback(escape(told)),
        (*body(found, note), *_buttons(found)),
        result={"routes": [plain(each) for each in found.routes], "notes": list(found.notes), **_shares(found)},
    )


def saved(found: Listing, note: str) -> Block:
    """The same in a window that takes the place of the form; what it stands on may be old by now, so it has no buttons."""
    return build.modal("Alert routes", body(found, note, with_menus=False))


def exported(file: File) -> Reply:
    """The file, for the asker."""
    return Reply(f"{file.title}: {file.name}", files=(file,), to_asker=True)


def body(found: Listing, note: str = "", *, with_menus: bool = True) -> list[Block]:
    """What is done, what there is, what to look at."""
    said = [build.section(bold(note))] if note else []
    title = f"{bold(plural(len(found.routes), 'route'))}. The first that matches takes an alert." if found.routes else NONE_YET
    sections = (_section(at, each, found, with_menu=with_menus) for at, each in enumerate(found.routes, start=1))
    routes = list(_fitting(sections))
    left = len(found.routes) - len(routes)
    notes = [*found.notes[:NOTES], *([f"{left} more do not fit here: the file has all of them."] if left else [])]
    look = [build.context(*(escape(f"⚠ {each}") for each in notes))] if notes else []
    return [*said, build.section(" ".join([title, *map(escape, _unowned(found))])), *routes, *look]


def _fitting(sections: Iterable[Block]) -> Iterator[Block]:
    """The first of them, as long as a message holds them."""
    left = CHARACTERS
    for section in islice(sections, MOST):
        left -= sum(map(size, build.texts(section)))
        if left < 0:
            return
        yield section


def _unowned(found: Listing) -> list[str]:
    """One sentence a currency in which anything was spent."""
    month = f" of {period(found.month)}" if found.month else ""
    spent = [each for each in found.coverage if each.share is not None]
    return [f"{per_cent(each.share)} of the spend{month} ({money(each.unowned)}) has no owner." for each in spent]


def _shares(found: Listing) -> dict[str, object]:
    shares = {each.total.currency: str(each.share) if each.share is not None else None for each in found.coverage}
    return {"unowned": shares, "month": str(found.month.start)[:7] if found.month else None}


def _section(at: int, route: Route, found: Listing, *, with_menu: bool) -> Block:
    title = f"{bold(f'{at}. {route.name}')} in {channel(route.channel)}"
    lines = [title, escape(_about(route, found.accounts)), " · ".join(_terms(route, found.names))]
    return build.section("\n".join(lines), accessory=_menu(route) if with_menu else None)


def channel(name: str) -> str:
    """A channel as a link that Slack shows by its name. Ids come from Slack, yet are read back from a file."""
    return f"<#{name}>" if name.isascii() and name.isalnum() else escape(name)


def _about(route: Route, accounts: Mapping[str, str]) -> str:
    """`account Web Shop (1), 2 and 3 more; team (tag) web, from Medium`."""
    parts = [f"{dimensions_words([name])} {join_names(_values(name, values, accounts), VALUES)}" for name, values in route.match]
    least = f", from {route.least.word}" if route.least > Severity.LOW else ""
    return f"{'; '.join(parts) or 'everything that no other takes'}{least}"


def _values(dimension: str, values: Sequence[str], accounts: Mapping[str, str]) -> list[str]:
    return [key_words({dimension: each}, accounts.get(each) if dimension == "account" else None) for each in values]


def _terms(route: Route, names: Mapping[Subject, str]) -> Iterator[str]:
    on_call = join_names([names.get(each, each.id) for each in route.on_call], VALUES)
    yield escape(f"on call {on_call} after {route.minutes} min" if on_call else "nobody on call")
    if route.escalate_to:
        yield f"then {channel(route.escalate_to)}"
    if route.quiet.is_ever:
        yield escape(f"quiet {_hours(route.quiet)} ({route.zone})")
    yield escape(f"{plural(route.a_day, 'alert')} a day")


def _hours(quiet: Quiet) -> str:
    hours = f"{quiet.start:%H:%M}–{quiet.end:%H:%M}" if quiet.start is not None and quiet.end is not None else ""
    times = join_names([each for each in (hours, "weekends" if quiet.weekends else "") if each])
    return f"{times}, High passes" if quiet.lets_high_through else times


def _menu(route: Route) -> Block:
    acts: Sequence[tuple[str, str]] = (("Edit…", "edit"), ("Try earlier", "up"), ("Try later", "down"), ("Remove…", "remove"))
    options = [build.option(label, {"do": act, "id": str(route.id)}) for label, act in acts]
    return build.overflow(ids.action("routes.menu", str(route.id)), options)


def _buttons(found: Listing) -> list[Block]:
    add = build.button("Add a route…", "routes.add", style="" if found.routes else "primary")
    fill = build.button("Paste CSV…", "routes.paste")
    return build.actions([add, fill, *([build.button("CSV", "routes.export")] if found.routes else [])])


def plain(route: Route) -> dict[str, object]:
    """For `--json`."""
    quiet = route.quiet
    hours = [f"{each:%H:%M}" for each in (quiet.start, quiet.end) if each is not None]
    return {
        "id": route.id,
        "name": route.name,
        "match": {dimension: list(values) for dimension, values in route.match},
        "least": route.least.word.lower(),
        "channel": route.channel,
        "on_call": [each.id for each in route.on_call],
        "escalate_to": route.escalate_to,
        "minutes": route.minutes,
        "quiet": {"hours": hours, "weekends": quiet.weekends, "high_passes": quiet.lets_high_through},
        "zone": route.zone,
        "a_day": route.a_day,
    }
