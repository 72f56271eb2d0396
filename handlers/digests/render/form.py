"""The window in which a digest is made or changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, forms
from storage.model.digest import MOST_WAIT, DigestKind, Part

if TYPE_CHECKING:
    from handlers.request import Block
    from storage.model.digest import Digest

KINDS = {
    DigestKind.DAILY.value: "Daily: the last complete day",
    DigestKind.WEEKLY.value: "Weekly: the last seven complete days",
    DigestKind.MONTHLY.value: "Monthly: a month that has closed",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PARTS = {
    Part.TO_DATE.value: "Month to date",
    Part.FORECAST.value: "Forecast and budgets",
    Part.MOVERS.value: "What moved most",
    Part.ANOMALIES.value: "Open anomalies",
    Part.CHART.value: "Chart of the last days",
}


def form(digest: Digest, written: str) -> Block:
    """All that can be said about a digest. `written`: its filters as people write them."""
    fields = [
        forms.channel("channel", "Channel", value=digest.channel, hint="I must be in it, and nobody of another company."),
        forms.radio("kind", "What it tells", KINDS, value=digest.kind),
        forms.clock("at", "At", value=digest.at),
        forms.text("zone", "In the time zone of", value=digest.zone, hint="Such as Europe/Berlin or UTC."),
        forms.checkboxes(
            "weekdays",
            "On",
            {str(at): name for at, name in enumerate(WEEKDAYS)},
            values=tuple(map(str, digest.weekdays)),
            hint="A weekly digest comes on the first of these. A monthly one comes when the month has closed.",
        ),
        forms.text(
            "for",
            "Only the money of",
            value=written,
            optional=True,
            hint="Such as team=payments account=prod; empty: everything.",
        ),
        forms.checkboxes("parts", "It also tells", PARTS, values=digest.parts),
        forms.number(
            "quiet",
            "Not told below a change of",
            value=f"{digest.quiet_below:f}",
            least="0",
            decimals=True,
            hint="0: always told.",
        ),
        forms.number("wait", "Minutes it waits for late data", value=str(digest.wait), least="0", most=str(MOST_WAIT)),
    ]
    title = f"Digest {digest.id}" if digest.id else "New digest"
    return build.modal(title, fields, callback="digests.save", submit="Save", metadata={"digest": str(digest.id)})
