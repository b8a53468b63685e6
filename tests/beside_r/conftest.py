"""R answers in the long run alone, where it is there; tests/conftest.py says where it is not."""

from __future__ import annotations

from beside_r import r
from proving import PROVE

collect_ignore = [] if PROVE and r.is_there() else ["test_r.py"]
