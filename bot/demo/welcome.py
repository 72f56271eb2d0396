"""What a newcomer finds in the workspace: a welcome with things to try, one question that was answered, and who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.acts import words
from bot.sandbox.slack.seed import ADMIN, ANALYST, FINOPS, OPERATOR
from bot.sandbox.slack.workspace import Message
from services.errors import TemporaryError

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State

TEXT = """*Tuppence is here.* It says what our clouds cost, right where we talk. Try:
• `/cost` – how this month is going. Only you see the answer, until you share it
• `/cost by service last month`, `/cost by team`, `/cost movers last month`, `/cost help`
• name it in a message, in a channel or in a thread, and everybody there reads the answer
• open its *Home*, or write to it directly: `cost by account 30d`
#payments, #platform, #data and #ml belong to the four teams. Another company reads #with-partner: numbers stay out of it."""
QUESTION = "@tuppence cost by service last month"
ROLES = {ANALYST: "analyst", OPERATOR: "operator"}


async def welcome(state: State) -> None:
    """Ada, who is the admin, gives roles and says hello; Anton asks something. Raises TemporaryError."""
    people, home = state.workspace.people, state.workspace.direct(ADMIN)
    for person, role in ROLES.items():
        command = f"/tuppence role set @{people[person].name} {role}"
        answer = await words.run(state, ADMIN, home.id, command)
        if not answer["ok"]:
            raise TemporaryError(f"The bot did not take {command}: {answer['error']}.")
    state.post(Message(state.workspace.ts(), FINOPS, ADMIN, TEXT))
    words.say(state, ANALYST, FINOPS, QUESTION)
