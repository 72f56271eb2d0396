"""How a method, a response URL or a person's act is refused: with Slack's own code, and where Slack says more, with that."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Json


class RefusedError(Exception):
    """Slack's `{"ok": false, "error": code}`. `messages` go to response_metadata, `extras` beside the code."""

    def __init__(self, code: str, *messages: str, **extras: object) -> None:
        super().__init__(code, *messages)
        self.code, self.messages, self.extras = code, messages, extras

    def answer(self) -> Json:
        """The body that Slack answers with."""
        body: Json = {"ok": False, "error": self.code, **self.extras}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in self.messages]}
        return body


class NotPossibleError(Exception):
    """What a person tried cannot be done in Slack either; the sentence is for whoever wrote the test or the page."""
