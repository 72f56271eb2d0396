"""How far month-end forecasts are off, and how often the truth lies within their bands: the product's model beside baselines.

The data, the baselines and the scoring are those of the customer's harness, `../shared/bench/bench_forecast.py`; without it
nothing can be measured, and this says so. That harness can also run the model by itself:

    python ../shared/bench/bench_forecast.py benchmarks.forecast:forecast

Here it runs with the seed that the model was looked at with and with two others, and errors of real cost also by dollars. From
the root of the project:

    PYTHONPATH=. python benchmarks/forecast.py [--seeds 31337,1,2] [--bench ../shared/bench]
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
from rich.console import Console
from rich.table import Table

from services.forecasts import model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from services.forecasts.calendar import Days, Values

    Band = tuple[float, float]
    Series = tuple[str, str, Days, Values]


class Harness(Protocol):
    """What is used of the customer's module."""

    AS_OF: Sequence[int]

    def load(self, seed: int) -> list[Series]:
        """Simulated and real series."""

    def evaluate(
        self, model: object, series: Sequence[Series]
    ) -> tuple[Mapping[Any, Any], Mapping[Any, Any], Mapping[int, Any], float]:
        """Errors, errors with amounts, coverage, milliseconds."""


BENCH = Path(__file__).resolve().parents[2] / "shared" / "bench"
COST = "binder_cost"
"""The real series that are money; their errors are weighed by dollars."""


def forecast(dates: Days, values: Values, days: int) -> tuple[float, Band, Band]:
    """The harness's contract: the total of the next `days` days, with its 80 and 95 % bands."""
    outlook = model.forecast(dates, values, days)
    inner, outer = ((float(low[-1]), float(high[-1])) for low, high in (outlook.inner, outlook.outer))
    return outlook.total, inner, outer


def main() -> None:
    """Print one table a seed. Exits with 2 where the harness is not there."""
    said = arguments()
    if not (said.bench / "bench_forecast.py").is_file():
        print(f"There is no harness in {said.bench}: nothing was measured. Say where it is with --bench.", file=sys.stderr)
        raise SystemExit(2)
    sys.path.insert(0, str(said.bench))
    harness = importlib.import_module("bench_forecast")
    models = {
        "run rate": harness.run_rate,
        "last month": harness.last_month,
        "seasonal naive": harness.seasonal_naive,
        "Tuppence": forecast,
    }
    for seed in map(int, said.seeds.split(",")):
        Console(width=150).print(table(cast("Harness", harness), models, seed))


def arguments() -> argparse.Namespace:
    """Which seeds, and where the harness is."""
    parser = argparse.ArgumentParser(description="measure month-end forecasts")
    parser.add_argument("--seeds", default="31337,1,2")
    parser.add_argument("--bench", type=Path, default=BENCH)
    return parser.parse_args()


def table(harness: Harness, models: Mapping[str, object], seed: int) -> Table:
    """Every model on one seed: errors in per cent on each as-of day, coverage of each band."""
    series = harness.load(seed=seed)
    cost = [each for each in series if each[1].startswith(COST)]
    days = " / ".join(map(str, harness.AS_OF))
    found = Table(title=f"Seed {seed}: error of the month-end total in %, seen on day {days}")
    for name in ("model", "simulated", "real, each alike", "real cost, by dollars", "coverage 80 / 95", "ms"):
        found.add_column(name, justify="left" if name == "model" else "right")
    for name, each in models.items():
        errors, _, cover, took = harness.evaluate(each, series)
        _, spend, _, _ = harness.evaluate(each, cost)
        groups = [joined([np.mean(errors[group, day]) for day in harness.AS_OF]) for group in ("sim", "real")]
        weighed = joined([by_dollars(spend["real", day]) for day in harness.AS_OF])
        covered = " / ".join(f"{100 * np.mean(cover[level]):.1f}" if cover[level] else "–" for level in (80, 95))
        found.add_row(name, *groups, weighed, covered, f"{took:.1f}")
    return found


def by_dollars(pairs: Sequence[tuple[float, float]]) -> float:
    """Errors over amounts, so that a dollar counts the same in every series."""
    return sum(error for error, _ in pairs) / sum(actual for _, actual in pairs)


def joined(errors: Sequence[Any]) -> str:
    """In per cent, one after the other."""
    return " / ".join(f"{100 * error:.1f}" for error in errors)


if __name__ == "__main__":
    main()
