"""What taper writes for other systems, looked at by programs that others wrote: `make peers`.

Each part says its figures, or why it cannot be looked at here; 1 where something was found.
"""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from exports.peers import (  # noqa: E402 - found by the path above
    bundles,
    dictionaries,
    events,
    servers,
    workbooks,
)

PARTS = (bundles, dictionaries, events, servers, workbooks)


def main() -> int:
    """1 where a part found something."""
    return max([part.look() for part in PARTS])


if __name__ == "__main__":
    raise SystemExit(main())
