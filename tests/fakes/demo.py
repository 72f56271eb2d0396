"""The demo as its user starts it, and ends it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator
    from pathlib import Path

SECONDS = 90.0
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@asynccontextmanager
async def started(home: Path) -> AsyncIterator[tuple[Process, str]]:
    """The demo as its user starts it, and where its page is; ended as its user ends it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "TUPPENCE_"))}
    own["TUPPENCE_PREFIX"] = "acme-"  # of a real workspace, where names collide; here they do not
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0"),
        env=own | {"TUPPENCE_HOME": str(home)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(SECONDS):
            while not (found := ADDRESS.search(line := (await process.stdout.readline()).decode())):
                assert line, "the demo ended"
        yield process, found[0]
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), SECONDS) == 0
