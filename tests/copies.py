"""A copy of the package in which a test may change a sheet, and what is answered there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Copy:
    """The package and its templates, in a folder of their own."""

    folder: Path

    @classmethod
    def into(cls, folder: Path) -> Copy:
        """Everything that is needed to plan and to print."""
        for part in (Path("src", "taper"), Path("templates")):
            shutil.copytree(ROOT / part, folder / part)
        return cls(folder)

    @property
    def data(self) -> Path:
        """The sheets."""
        return self.folder / "src" / "taper" / "data"

    def answer(self, names: str, expression: str) -> Any:
        """What Python says there of an expression; `names` are the imports that it needs."""
        said = subprocess.run(
            [sys.executable, "-c", f"import json, taper\n{names}\nprint(json.dumps({expression}))"],
            env=os.environ | {"PYTHONPATH": os.pathsep.join((str(self.folder / "src"), *sys.path))},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert said.returncode == 0, said.stderr
        return json.loads(said.stdout)
