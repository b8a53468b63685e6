"""The shipped sheets as JSON, because reading YAML takes longer than most commands do.

`python -m taper.sources.compiled` (`make sheets`) writes them again after a sheet was edited. Each
bears the hash of the YAML that it was made of, and no other is ever answered from it: what was not
compiled anew is slower, never out of date.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"
"""Where the sheets are."""
_COMPILED = DATA / "sheets.json"


def data_of(sheet: Path, raw: bytes) -> dict[str, Any] | None:
    """The data of a sheet whose bytes these are, None where it was edited since."""
    known = _sheets().get(_name(sheet))
    if known is None or known["sha256"] != hashlib.sha256(raw).hexdigest():
        return None
    data: dict[str, Any] = known["data"]
    return data


@cache
def _sheets() -> dict[str, Any]:
    try:
        sheets: dict[str, Any] = json.loads(_COMPILED.read_bytes())
    except (OSError, ValueError):  # it saves time, and nothing else
        return {}
    return sheets


def _name(sheet: Path) -> str:
    return sheet.relative_to(DATA).with_suffix("").as_posix()


def as_text() -> str:
    """All sheets, one a line."""
    from taper.sources.yaml import parse_ours

    lines = []
    for sheet in sorted(DATA.rglob("*.yaml")):
        raw = sheet.read_bytes()
        entry = {
            "sha256": hashlib.sha256(raw).hexdigest(),
            "data": parse_ours(raw, sheet.name).data,
        }
        lines.append(f"{json.dumps(_name(sheet))}: {json.dumps(entry, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    from taper.storage import files

    files.write_all({_COMPILED: as_text().encode()})
