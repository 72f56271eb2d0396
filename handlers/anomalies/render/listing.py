"""Lists of anomalies: the open ones and those of the past, the largest first, and how far everything was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.anomalies.render.words import about, change, moment, money, standing
from handlers.blocks import build, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.blocks.tables import Grid, room, text_table
from handlers.request import Reply
from storage.model.anomaly import AnomalyKind, Status, Told

if TYPE_CHECKING:
    from handlers.request import Block
    from services.anomalies.results import Judged, Listing
    from storage.model.anomaly import Anomaly

CHARACTERS = 7_000
SHOWN = 12
"""Open ones that are told in full; the rest is a table."""


def open_ones(listing: Listing) -> Reply:
    """What is still somebody's to do."""
    found = listing.anomalies
    title = f"{words.plural(len(found), 'open anomaly', 'open anomalies')}" if found else "No open anomalies"
    lines = [_line(each, listing) for each in found[:SHOWN]]
    left = [f"… and {len(found) - SHOWN} smaller ones: `/anomalies past 30d`"] if len(found) > SHOWN else []
    body = build.sections("\n".join([*lines, *left])) if lines else []
    said = f"{title}. {judged(listing.judged)}"
    blocks = (build.section(bold(title)), *body, *_context(listing))
    return Reply(text=build.fallback(escape(said)), blocks=build_fitted(blocks), result=_plain(listing))


def past(listing: Listing) -> Reply:
    """Those of a period, as a table."""
    span = words.period(listing.period) if listing.period else ""
    count = words.plural(len(listing.anomalies), "anomaly", "anomalies")
    title = f"{count} in {span}" if listing.anomalies else f"No anomalies in {span}"
    header = ("No.", "Since", "What", "Kind", "Away", "State")
    rows = tuple(_row(each) for each in listing.anomalies)
    shown = rows[: room(header, rows, CHARACTERS)]
    left = f"… and {len(rows) - len(shown)} smaller ones: ask for a shorter period." if len(rows) > len(shown) else ""
    table = text_table(Grid("Anomalies", header, shown, frozenset({0, 4}))) if rows else []
    blocks = (build.section(bold(title)), *table, *([build.context(left)] if left else []), *_context(listing))
    return Reply(text=build.fallback(escape(title)), blocks=build_fitted(blocks), result=_plain(listing))


def build_fitted(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Within a message."""
    return tuple(build.fitted(blocks))


def judged(state: Judged) -> str:
    """`Last judged day: 20 Nov 2026 (1,204 series). Not judged: …`; plain."""
    if state.through is None:
        return "Nothing has been judged yet: no complete day of a bill was read."
    count = f" ({words.plural(state.series, 'series', 'series')})" if state.series is not None else ""
    missing = f" Not judged: {words.join_names(state.missing, 5)}." if state.missing else ""
    return f"Last judged day: {words.day(state.through)}{count}.{missing}"


def _context(listing: Listing) -> list[Block]:
    at = f"looked at {moment(listing.judged.at)}" if listing.judged.at else ""
    hidden = "Only what you may see is listed." if listing.is_limited else ""
    return [build.context(*filter(None, [escape(judged(listing.judged)), escape(at), hidden]))]


def _line(anomaly: Anomaly, listing: Listing) -> str:
    """One open one on a line: number, severity, what, how much, who is on it, where it stands. Mrkdwn."""
    last = anomaly.figures.last
    if anomaly.kind is AnomalyKind.SILENCE:
        much = f"no charge since {words.day(anomaly.since, anomaly.through)}"
    else:
        on = f"{change(anomaly)} on {words.day(last.day, anomaly.through)}"
        much = f"{on}, {money(anomaly, anomaly.figures.excess, sign=True)} since {words.day(anomaly.since, anomaly.through)}"
    said = f"{standing(anomaly)} · {about(anomaly)}: {much} · {_state(anomaly, listing)}"
    return f"{bold(str(anomaly.id))} {escape(said)}{_place(anomaly)}"


def _state(anomaly: Anomaly, listing: Listing) -> str:
    who = anomaly.claimed_by or anomaly.acknowledged_by
    name = listing.names.get(who, who)
    snoozed = ", snoozed" if anomaly.snoozed_until else ""
    return f"{anomaly.status.word}{f' ({name})' if name else ''}{snoozed}"


def _place(anomaly: Anomaly) -> str:
    if anomaly.told is Told.CHANNEL and anomaly.channel[:1] in {"C", "G"}:
        return f" · <#{anomaly.channel}>"
    return {Told.DIGEST: " · in the digest", Told.SILENT: " · told nobody", Told.WAITING: " · not told yet"}.get(anomaly.told, "")


def _row(anomaly: Anomaly) -> tuple[str, ...]:
    state = anomaly.status.word if anomaly.status is not Status.RESOLVED else standing(anomaly).lower()
    return (
        str(anomaly.id),
        words.day(anomaly.since),
        about(anomaly, 34),
        anomaly.kind.value.replace("_", " "),
        "not known" if anomaly.kind is AnomalyKind.SILENCE else money(anomaly, anomaly.figures.excess, sign=True),
        state,
    )


def _plain(listing: Listing) -> dict[str, object]:
    return {
        "anomalies": [
            {
                "id": each.id,
                "status": each.status.value,
                "severity": each.severity.word,
                "kind": each.kind.value,
                "about": dict(each.series.parts),
                "since": each.since.isoformat(),
                "excess": str(each.figures.excess),
                "currency": each.series.currency,
                "channel": each.channel,
            }
            for each in listing.anomalies
        ],
        "judged_through": listing.judged.through and listing.judged.through.isoformat(),
        "not_judged": list(listing.judged.missing),
    }
