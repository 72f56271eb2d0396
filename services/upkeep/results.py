"""What was tidied up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tidied:
    """How much went: files of the lake and of the scratch folder, deliveries that were noted, runs of jobs, letters."""

    files: int
    deliveries: int
    runs: int
    letters: int = 0
