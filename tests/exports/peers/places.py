"""Where the programs of others are, which `make peers` has put there."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PYTHON = ROOT / "build" / "peers" / "bin" / "python"
"""That of the packages in requirements.lock, apart from what taper itself is tested with."""
