"""The process in which moto runs: `python -m bot.sandbox.clouds.inventory LEDGER DAY PORT`.

It stocks the accounts as they stand on the day, writes one line of JSON with how much there is, and answers until its input ends.
An interrupt from the keyboard goes to the parent, which ends the input in its own time.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from moto.server import ThreadedMotoServer

from bot.sandbox.clouds.inventory.bill import resources
from bot.sandbox.clouds.inventory.births import strangers_are
from bot.sandbox.clouds.inventory.organisation import organise
from bot.sandbox.clouds.inventory.places import Places
from bot.sandbox.clouds.inventory.planted import plant
from bot.sandbox.clouds.inventory.stock import Stock
from bot.sandbox.ledger.organisation import PAYERS

LOOPBACK = "127.0.0.1"
_FOUNDED = timedelta(days=1500)


def _stock(url: str, ledger: Path, now: datetime) -> int:
    """Put everything in; how many things of the bill there are."""
    found = resources(ledger)
    places = Places(url)
    organise(places, now - _FOUNDED)
    stock = Stock(places, now)
    for resource in found:
        stock.put(resource)
    plant(stock, now)
    return len(found)


def main(ledger: Path, now: datetime, port: int) -> None:
    """Start, stock, say so, and stay."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    strangers_are(PAYERS["aws"].id)
    server = ThreadedMotoServer(LOOPBACK, port, verbose=False)
    server.start()
    count = _stock(f"http://{LOOPBACK}:{port}", ledger, now)
    sys.stdout.write(json.dumps({"resources": count}) + "\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()
    os._exit(0)  # there is nothing to save, and tidying a million small objects away takes seconds


if __name__ == "__main__":
    main(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]).replace(tzinfo=UTC), int(sys.argv[3]))
