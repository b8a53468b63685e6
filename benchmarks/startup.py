"""What a command costs besides its work: each beside importing Typer and Pydantic alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.report import Line
from benchmarks.site import TODAY, write_folder

PAIRS = 11
MOST = 1.6
"""How many times as long a command may take that needs no model of a file."""
FILE = "site/BEN-00001.yaml"
AS_OF = ("--today", TODAY)
BARE = (sys.executable, "-c", "import typer, pydantic")

WITHOUT_MODELS: Sequence[tuple[str, ...]] = (
    ("--version",),
    ("--help",),
    ("convert", "20", "prednisone", "--to", "hydrocortisone"),
    ("tablets", "8", "prednisone"),
    ("products",),
    ("regimens",),
)
WITH_MODELS: Sequence[tuple[str, ...]] = (
    ("plan", "--help"),
    ("protocols",),
    ("regimens", "compare", "ese-es-2024-fast", "ese-es-2024-slow", "--from", "25", "--to", "5"),
    ("plan", FILE, *AS_OF),
    ("plan", FILE, *AS_OF, "--format", "json"),
    ("quantities", FILE, *AS_OF),
    ("stock", FILE, *AS_OF),
    ("check", FILE),
    ("schema", "participant"),
    ("template", "csv"),
    ("history", "out"),
    ("audit", "out"),
    (
        "batch",
        "site",
        "--out",
        "out",
        *AS_OF,
        "--format",
        "json",
        "--workers",
        "1",
    ),
    ("verify", "paper/BEN-00001.pdf", FILE, *AS_OF),
)


def measure() -> Iterator[Line]:
    """In turn and several times: the ratio of a pair holds although a machine's speed drifts."""
    with tempfile.TemporaryDirectory(prefix="taper-bench-") as name:
        place = _Place(Path(name))
        write_folder(Path(name) / "site", 3)
        place.run(_taper("batch", "site", "--out", "out", *AS_OF, "--format", "json"))
        place.run(_taper("plan", FILE, *AS_OF, "--format", "pdf", "--out", "paper"))
        for words in WITHOUT_MODELS:
            yield place.line(words, MOST)
        for words in WITH_MODELS:
            yield place.line(words)


def _taper(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "taper", *words)


class _Place:
    """An empty folder, and a Python that keeps what it compiled there, whatever is set outside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        outside = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        self._env: Mapping[str, str] = {
            **outside,
            "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }

    def line(self, words: tuple[str, ...], most: float | None = None) -> Line:
        """How many times as long as the imports alone; each has run once before."""
        pairs = [(self.run(_taper(*words)), self.run(BARE)) for _ in range(PAIRS + 1)]
        ratios = [ours / bare for ours, bare in pairs[1:]]
        ratio = median(ratios)
        return Line(
            f"taper {' '.join(words[:2])}"[:46],
            f"{ratio:.2f} times ({min(ratios):.2f} to {max(ratios):.2f})",
            "" if most is None else f"<= {most}",
            None if most is None else ratio <= most,
        )

    def run(self, command: Sequence[str]) -> float:
        """How long it takes, by the clock on the wall."""
        began = time.perf_counter()
        subprocess.run(
            command,
            check=True,
            cwd=self._folder,
            env=self._env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return time.perf_counter() - began
