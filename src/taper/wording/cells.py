"""What a person typed, on its way into a file that a spreadsheet will open."""

from __future__ import annotations

from taper.wording.characters import escaped

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - Excel takes these too


def neutral(cell: str) -> str:
    """The cell so that a spreadsheet shows it as text: an apostrophe before what is no text."""
    shown = escaped(cell)
    return f"'{shown}" if cell.lstrip().startswith(_FORMULA) or cell.startswith(_FORMULA) else shown
