"""Given the harness or none, when the benchmark is run, then it measures the model of the product, or says that it cannot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from forecast_series import days, weekly

from benchmarks.forecast import BENCH, forecast

ROOT = Path(__file__).parents[4]


def test_the_contract_is_a_total_and_two_bands_of_it() -> None:
    when = days(120)
    total, inner, outer = forecast(when, weekly(when), 10)
    assert outer[0] <= inner[0] <= total <= inner[1] <= outer[1]


def test_without_a_harness_it_says_so_and_measures_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "benchmarks/forecast.py", "--bench", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=False)  # noqa: S603  # our own script
    assert done.returncode == 2
    assert "nothing was measured" in done.stderr
    assert not done.stdout


@pytest.mark.skipif(not BENCH.is_dir(), reason="the customer's harness is not here")
def test_the_bars_are_kept_on_a_seed_that_nobody_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    import bench_forecast  # noqa: PLC0415  # only where it is

    series = [each for each in bench_forecast.load(seed=77, accounts=12) if each[0] == "sim"]
    errors, _, cover, _ = bench_forecast.evaluate(forecast, series)
    means = [100 * sum(errors["sim", day]) / len(errors["sim", day]) for day in bench_forecast.AS_OF]
    assert all(mean <= bar * 1.3 for mean, bar in zip(means, (5.9, 4.8, 3.5, 2.4, 1.5), strict=True)), means
    assert sum(cover[80]) / len(cover[80]) >= 0.7
    assert sum(cover[95]) / len(cover[95]) >= 0.9
