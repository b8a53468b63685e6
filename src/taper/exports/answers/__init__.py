"""What is answered to another program: plain data, doses as text, and the one way to JSON."""

from __future__ import annotations

import json
from typing import Any


def dumped(data: Any) -> str:
    """An answer as JSON that a person can read too."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def in_one_line(data: Any) -> str:
    """An answer as one line of JSON in ASCII, for what is told line by line."""
    return json.dumps(data)
