"""The hash of plain data, whatever its layout and the order of its keys."""

from __future__ import annotations

import hashlib
import json
from typing import Any

# One encoder for all: `json.dumps` makes a new one each time that it is asked for a layout.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(data: Any) -> bytes:
    """The data as JSON with sorted keys and no spaces: what is hashed, and what is signed."""
    return _CANONICAL.encode(data).encode()


def sha256_of(data: Any) -> str:
    """SHA-256 of the data as JSON with sorted keys and no spaces, in hexadecimal digits."""
    return hashlib.sha256(canonical(data)).hexdigest()
