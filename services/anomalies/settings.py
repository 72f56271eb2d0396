"""What the watch goes by, for people to read: every threshold with its unit and what it means, and where it is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.anomalies.results import Setting
from services.anomalies.watch import rules

if TYPE_CHECKING:
    from services.anomalies.watch.results import Watching

ALWAYS = "service × account"


def in_force(watching: Watching) -> tuple[Setting, ...]:
    """The numbers as they count now. Amounts are in the reporting currency, without a rate in the series' own."""
    high = watching.high_from or rules.HIGH_FROM
    medium = high * rules.MEDIUM_SHARE
    return (
        Setting("Watched", ", ".join((ALWAYS, *watching.extra)), "each series on its last complete day", "TUPPENCE_WATCH"),
        Setting("First seen", "services, regions, accounts", f"from {rules.FIRST_FROM:g} a day"),
        Setting("High", f"from {high.normalize():f} a day", "the worst day's distance from the expected", "TUPPENCE_HIGH"),
        Setting("Medium", f"from {medium.normalize():f} a day", "a fifth of High"),
        Setting(
            "One level less",
            f"below {rules.LARGE * 100:.0f} %",
            f"a small share of the expected with a score below {rules.RARE:g}",
        ),
        Setting("Over", f"{rules.BACK_DAYS} days", "complete days back at the level from before end it"),
        Setting("New normal", f"{rules.STAYS_DAYS} days", f"on a level that moves by less than {rules.STEADY * 100:.0f} %"),
        Setting("No data", f"{rules.SILENT_DAYS} days", f"without a charge, after {rules.DAILY_DAYS} with one each"),
        Setting("Late", f"{rules.LATE_DAYS} days", "a source is behind, or a day more than it usually is"),
        Setting(
            "Unused commitment", f"below {rules.UTILISATION * 100:.0f} % used", f"and from {rules.UNUSED_FROM:g} a day unused"
        ),
    )
