"""The pump of the outbox, wired: Slack on one side, the rows on the other, every feature's letters in between."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.services import admins_of
from handlers.outbound.audience import Audience
from handlers.outbound.outbox import Pump
from handlers.outbound.pictures import Uploads
from handlers.outbound.post_office import PostOffice, impatient
from handlers.outbound.routes import Wire
from services.access.results import Role
from services.clock import system_clock
from services.errors import DeniedError
from services.outbox.sending import Sending
from storage.claims import Claims

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.app import House
    from bot.metrics import Metrics
    from bot.tokens import Installation
    from handlers.outbound.patience import Lanes, Sleep
    from handlers.outbound.work import Work
    from services.access.service import Access


def pump(
    client: AsyncWebClient,
    house: House,
    work: Work,
    metrics: Metrics,
    lanes: Lanes,
    sleep: Sleep,
    *,
    installed: Installation,
    owner: str,
) -> Pump:
    """The pump; nothing is sent before it is started. `client` is patient, `installed` is who we are, `owner` the scheduler's."""
    once, stores = impatient(client), house.stores
    office = PostOffice(
        kinds={name: kind for feature in house.features for name, kind in feature.letters.items()},
        services=house.services,
        sending=Sending(
            Claims(stores.state),
            stores.background,
            owner,
            house.services.clock,
            system_clock,
            admins_of(house.settings, stores, house.services.access),
        ),
        wire=Wire(once, lanes, sleep),
        uploads=Uploads(Wire(client, lanes, sleep)),
        audience=Audience(once),
        work=work,
        admit=partial(_admit, house.services.access, installed.team),
        bot=installed.bot,
        count=lambda outcome: metrics.letters.labels(outcome).inc(),
    )
    return Pump(office)


async def _admit(access: Access, team: str, user: str) -> None:
    """Whoever left the company, or became a guest in it, is not written to any more."""
    person = await access.person(team, user)
    if person.role is Role.NOBODY:
        raise DeniedError(f"{person.name} may not use Tuppence: {person.refusal}", "Take them out of what is sent to them.")
