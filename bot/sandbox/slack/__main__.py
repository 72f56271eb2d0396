"""`python -m bot.sandbox.slack`: the local Slack alone, for an app that is started elsewhere."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from bot.sandbox.slack.manifest import BESIDE_THE_PACKAGE, Manifest
from bot.sandbox.slack.server import LocalSlack

PORT = 8484


async def serve(port: int, manifest: Path) -> None:
    """Run until interrupted; the first lines are what the app has to be started with."""
    async with LocalSlack(port=port, manifest=Manifest.read(manifest)) as slack:
        sys.stdout.write(f"{slack.url}\n")
        sys.stdout.write(f"SLACK_API_URL={slack.api_url}\nSLACK_BOT_TOKEN={slack.keys.bot}\n")
        sys.stdout.write(f"SLACK_APP_TOKEN={slack.keys.app}\nSLACK_SIGNING_SECRET={slack.keys.signing}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--manifest", type=Path, default=BESIDE_THE_PACKAGE)
    given = parser.parse_args()
    try:
        asyncio.run(serve(given.port, given.manifest))
    except KeyboardInterrupt:
        return
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        sys.stderr.write(f"Cannot listen on port {given.port}: {reason}. Choose another with --port.\n")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
