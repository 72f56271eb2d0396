"""Baseline pictures of the charts: a third of the size, as a phone shows them.

After a wanted change of style, look at what it draws and write them anew:

    PYTHONPATH=. .venv/bin/python tests/unit/services/charts/chart_baselines.py
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from chart_examples import PICTURED
from PIL import Image

from services.charts import drawing
from services.charts.png import encode

FOLDER = Path(__file__).parents[3] / "fixtures" / "charts"
SHRINK = 3


def on_a_phone(png: bytes) -> np.ndarray:
    """The pixels (height × width × 3) of a picture as a phone shows it, 360 wide."""
    with Image.open(BytesIO(png)) as image:
        return np.asarray(image.convert("RGB").reduce(SHRINK))


def opaque(pixels: np.ndarray) -> np.ndarray:
    """The same pixels with the fourth channel that a canvas has."""
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def baseline(name: str) -> np.ndarray:
    """The pixels that were looked at and found good."""
    with Image.open(FOLDER / f"{name}.png") as image:
        return np.asarray(image.convert("RGB"))


def difference(left: np.ndarray, right: np.ndarray) -> float:
    """Root mean square over all pixels and channels; 0 is the same, 255 is black against white."""
    return float(np.sqrt(np.mean((left.astype(float) - right.astype(float)) ** 2)))


def main() -> None:
    """Write every baseline."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, spec in PICTURED.items():
        (FOLDER / f"{name}.png").write_bytes(encode(opaque(on_a_phone(drawing.png(spec)))))


if __name__ == "__main__":
    main()
