"""What a newcomer finds in the workspace: a welcome with things to try, one question that was answered, and who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.acts import words
from bot.sandbox.slack.seed import ADMIN, ANALYST, FINOPS
from bot.sandbox.slack.workspace import Message
from services.errors import TemporaryError

if TYPE_CHECKING:
    from bot.sandbox.slack.server import LocalSlack

TEXT = """*Tuppence is here.* It says what our clouds cost, right where we talk. Try:
• `/cost` – how this month is going. Only you see the answer, until you share it
• `/cost by service last month`, `/cost by team`, `/cost movers last month`, `/cost help`
• `/anomalies`, `/budget`, `/cost forecast`: what is unusual, what may be spent, where it is heading
• name it in a message, in a channel or in a thread, and everybody there reads the answer
• open its *Home*, or write to it directly: `cost by account 30d`
#payments, #platform, #data and #ml belong to the four teams. Another company reads #with-partner: numbers stay out of it."""
QUESTION = "@tuppence cost by service last month"
SETTINGS = (
    "/tuppence role set @anton analyst",
    "/tuppence role set @olga operator",
    *(f"/tuppence routes set {team} in #{team} on-call @olga for team={team}" for team in ("payments", "platform", "data", "ml")),
    "/tuppence routes set everything-else in #finops on-call @finops-team",
    "/budget set payments 76000 USD monthly for team=payments in #payments",
)
"""What Ada decided on her first day."""
ANSWERED_SECONDS = 20.0


async def settle(slack: LocalSlack) -> None:
    """Ada, who is the admin, gives roles, says whose alerts are whose, and sets a budget. Raises TemporaryError."""
    for command in SETTINGS:
        await _run(slack, command)


async def _run(slack: LocalSlack, command: str) -> None:
    """Run a command and wait for its answer: the next one may build on it."""
    home = slack.state.workspace.direct(ADMIN).id
    before = _answers(slack, home)
    taken = await words.run(slack.state, ADMIN, home, command)
    if not taken["ok"]:
        raise TemporaryError(f"The bot did not take {command}: {taken['error']}.")
    try:
        await slack.until(lambda: _answers(slack, home) > before, ANSWERED_SECONDS)
    except TimeoutError:
        raise TemporaryError(f"The bot did not answer {command}.") from None


def _answers(slack: LocalSlack, channel: str) -> int:
    return len(slack.state.workspace.messages.get(channel, ()))


def welcome(slack: LocalSlack) -> None:
    """Ada says hello; Anton asks something."""
    slack.state.post(Message(slack.state.workspace.ts(), FINOPS, ADMIN, TEXT))
    words.say(slack.state, ANALYST, FINOPS, QUESTION)
