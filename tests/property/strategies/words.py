"""What several of the strategies draw from."""

from __future__ import annotations

import datetime as dt
from typing import Any

Fields = dict[str, Any]
Case = tuple[Fields, Fields, dt.date]
