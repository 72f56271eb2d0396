"""The made-up keys of the local Slack. They open nothing anywhere else, and look it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keys:
    """What the app is started with: the three of the settings, and the client's pair for OAuth."""

    bot: str = "xoxb-100000000000-200000000000-localslackonly"
    app: str = "xapp-1-A0TUPPNCE-300000000000-localslackonly"
    signing: str = "10ca1510ca1510ca1510ca1510ca1510"
    client: str = "100000000000.400000000000"
    client_secret: str = "10ca1c11e4710ca1c11e4710ca1c11e4"  # noqa: S105 - opens nothing
