"""Given the shared benchmark is at hand, when the detector runs a part of it, then it is about as good as was measured.

The whole takes minutes and is run by hand (benchmarks/detection.py, docs/performance.md): this is so that it cannot rot unseen.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[5] / "benchmarks" / "detection.py"
SERIES, LONGEST = 60, 150
"""So many are made, and the long ones of them, which take most of the time, left out."""


@pytest.mark.parametrize("split", ["dev"])
def test_a_part_of_the_benchmark(split: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("detection_benchmark", SCRIPT)
    assert spec
    assert spec.loader
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    if not (benchmark.BENCH / "bench_anomaly.py").exists():
        pytest.skip("the shared benchmark is not beside the project")
    monkeypatch.setitem(sys.modules, "bench_anomaly", None)  # put back afterwards
    harness = benchmark.harness(benchmark.BENCH)
    monkeypatch.setitem(harness.PARAMS, split, {**harness.DEV, "n": SERIES})
    series = [each for each in harness.make_sim(split) if len(each.values) <= LONGEST]
    raw, _, _ = harness.run(benchmark.Detector, series)
    score = harness.score(series, raw, benchmark.THRESHOLD)
    assert score["f1"] > 0.8, score
    assert score["fa_100sm"] < 4, score
