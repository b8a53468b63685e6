"""Files of ours as plain text, without the program's own reader.

By libyaml, which takes a fifteenth of the time: each process that runs tests reads hundreds of
files before its first test. That no key stands twice in one of them the program's own reader
says, which reads each of them too (`spec/test_schema.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml  # noqa: TID251 - the second reader, which has a part in C

Reader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Where there is no libyaml, the same in Python."""


def texts_of(path: Path) -> Any:
    """A YAML file with every scalar as text."""
    return yaml.load(path.read_bytes(), Reader)
