"""The workspace that the demo opens with: a small company, five people, and a channel for each thing that has to be tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.workspace import Channel, Group, Person, Workspace

if TYPE_CHECKING:
    from bot.sandbox.slack.manifest import Manifest

TEAM, PARTNER = "T0EXAMPLE", "T0PARTNER"
VIEWER, ANALYST, OPERATOR, ADMIN, GUEST = "U0VERA0001", "U0ANTON001", "U0OLGA0001", "U0ADA00001", "U0GUS00001"
BOT_USER, BOT, APP = "U0TUPPENCE", "B0TUPPENCE", "A0TUPPENCE"
FINOPS, PAYMENTS, PLATFORM, DATA, ML = "C0FINOPS01", "C0PAYMENTS", "C0PLATFORM", "C0DATA0001", "C0ML000001"
WITH_PARTNER, LEADS = "C0PARTNER1", "C0LEADS001"


def seeded(manifest: Manifest) -> Workspace:
    """A fresh workspace with the app installed in it."""
    made = Workspace(TEAM, "Example Corp", "example", BOT_USER, BOT, APP)
    for person in _people(manifest):
        made.people[person.id] = person
    for channel in _channels():
        made.channels[channel.id] = channel
    for group in _groups():
        made.groups[group.id] = group
    for user in (VIEWER, ANALYST, OPERATOR, ADMIN, GUEST):
        made.direct(user)
    return made


def _people(manifest: Manifest) -> tuple[Person, ...]:
    return (
        Person(VIEWER, "vera", "Vera Novak", TEAM, "viewer", "#2f6f8f", "Europe/Prague"),
        Person(ANALYST, "anton", "Anton Berg", TEAM, "analyst", "#7a5195", "Europe/Berlin"),
        Person(OPERATOR, "olga", "Olga Lind", TEAM, "operator", "#b5562b", "Europe/Stockholm"),
        Person(ADMIN, "ada", "Ada Okoye", TEAM, "admin", "#2e7d4f", "Europe/London"),
        Person(GUEST, "gus", "Gus Hale (Guest)", TEAM, "a guest", "#8a6d1f", "America/New_York", is_guest=True),
        Person(BOT_USER, manifest.bot_name, manifest.name, TEAM, "", "#1f4e5f", "Etc/UTC", is_bot=True),
    )


def _channels() -> tuple[Channel, ...]:
    own = {VIEWER, ANALYST, OPERATOR, ADMIN}
    everybody = {*own, BOT_USER}
    return (
        Channel(FINOPS, "finops", set(everybody), topic="What the clouds cost, and what we do about it"),
        Channel(PAYMENTS, "payments", {*everybody, GUEST}, topic="Team payments"),
        Channel(PLATFORM, "platform", set(everybody), topic="Team platform"),
        Channel(DATA, "data", set(everybody), topic="Team data"),
        Channel(ML, "ml", set(everybody), topic="Team ml"),
        Channel(
            WITH_PARTNER,
            "with-partner",
            {*everybody, GUEST},
            topic="Shared with Partner Ltd: their people read along",
            partners=(PARTNER,),
        ),
        Channel(LEADS, "leads", {OPERATOR, ADMIN, BOT_USER}, topic="Private: budgets before they are public", is_private=True),
    )


def _groups() -> tuple[Group, ...]:
    return (
        Group("S0FINOPS01", "finops-team", "FinOps", [ANALYST, ADMIN]),
        Group("S0PLATFORM", "platform-team", "Platform", [OPERATOR]),
    )
