"""The home folder as one thing: who has its stores open, and what a restore that was cut off has left to finish.

Everybody who opens the stores holds the lock together with the others; whoever replaces them (a restore, a rebuild for other
settings) holds it alone. The system lets go of it when its process dies.
"""

from __future__ import annotations

import fcntl
import os
import time
from typing import TYPE_CHECKING

from storage import swap
from storage.model.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

HOME_LOCK, BACKUP_LOCK = "home.lock", "backup.lock"
PATIENCE = 5.0
"""Seconds to wait for somebody who has the home alone: a restore puts its files in place in less."""
LOOK_EVERY = 0.05


class HomeLock:
    """One lock file of a home. Held by an object: a second object of the same process is somebody else."""

    def __init__(self, home: Path, name: str = HOME_LOCK) -> None:
        self._path = home / name
        self._file: int | None = None

    def share(self, patience: float = PATIENCE) -> None:
        """Hold it together with others. Raises StoreError when somebody has it alone for longer than `patience` seconds."""
        deadline = time.monotonic() + patience
        while not self._try(fcntl.LOCK_SH):
            if time.monotonic() > deadline:
                raise StoreError("The stores are being restored or rebuilt just now.", "Wait until that is done, then try again.")
            time.sleep(LOOK_EVERY)

    def take_alone(self) -> bool:
        """Hold it alone; False, holding nothing, while anybody else has it. Raises StoreError when it cannot be made."""
        return self._try(fcntl.LOCK_EX)

    def release(self) -> None:
        """Let go."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _try(self, kind: int) -> bool:
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            # The system may have taken away what was held before: nothing is held now, and this says so.
            self.release()
            return False
        except OSError as error:
            self.release()
            raise StoreError(
                f"{self._path.name} cannot be written: {error.strerror}.", "Check who may write in TUPPENCE_HOME."
            ) from error
        return True


def enter(home: Path) -> HomeLock:
    """Hold the home together with others, first finishing a restore that was cut off. Raises StoreError."""
    lock = HomeLock(home)
    if swap.is_begun(home) and lock.take_alone():
        try:
            swap.settle(home)
        finally:
            lock.release()
    lock.share()
    return lock
