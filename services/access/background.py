"""Blocking calls (SQLite) off the event loop, in the bounded executor that the composition root made."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

P = ParamSpec("P")
R = TypeVar("R")


class Background:
    """`await background(function, …)` runs it in the executor; its exceptions come back as they are."""

    def __init__(self, executor: Executor) -> None:
        """The executor is bounded by whoever made it, and shut down by them."""
        self._executor = executor

    async def __call__(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's result."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, partial(function, *args, **kwargs))
