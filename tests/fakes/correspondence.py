"""A feature that writes letters and nothing else: what it says, and what goes wrong with it, is up to the test."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from handlers.blocks.build import section
from handlers.feature import Feature
from handlers.request import Reply
from storage.model.letter import Letter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services import Services


@dataclass
class Correspondence:
    """`says` is what a letter tells under its id (None: nothing any more); one that is not there tells its id.

    `errors` are raised in place of an answer; `extras` are more of the reply; `refused` is what the hook heard.
    """

    says: dict[str, str | None] = field(default_factory=dict)
    errors: list[Exception] = field(default_factory=list)
    extras: dict[str, object] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def feature(self) -> Feature:
        """`news.alert` may be sent twice, `news.digest` may not."""
        feature = Feature("news")
        feature.letter("alert", repeats=True, refused=self._hear)(self._write)
        feature.letter("digest", repeats=False, refused=self._hear)(self._write)
        return feature

    async def _write(self, _: Services, args: Mapping[str, str]) -> Reply | None:
        self.written.append(args["id"])
        if self.errors:
            raise self.errors.pop(0)
        text = self.says.get(args["id"], args["id"])
        return None if text is None else replace(Reply(text, blocks=(section(text),)), **self.extras)

    async def _hear(self, _: Services, args: Mapping[str, str], reason: str) -> None:
        self.refused.append((args["id"], reason))


def letter(name: str, channel: str = "", kind: str = "alert", **fields: object) -> Letter:
    """A letter whose key is its name."""
    return Letter(**{"key": name, "template": f"news.{kind}", "args": {"id": name}, "channel": channel} | fields)


async def anybody(_: str) -> None:
    """Whoever it is may be written to."""
