"""Where a page stands: under which address, in which language, on which day, for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote

from taper import __version__


@dataclass(frozen=True, slots=True)
class At:
    """What every page is made with beside what was typed.

    `root` is what stands before every path of the page, `code` the language, `path` where it is.
    `today` is the computer's date, which the form offers and anybody may change. `user` is who the
    proxy says is asking, empty where none was told to. `has_folder`: an output folder is open.
    """

    root: str
    code: str
    path: str
    today: date
    user: str = ""
    has_folder: bool = False
    offered: Mapping[str, bytes] = field(default_factory=dict)

    def to(self, path: str) -> str:
        """The address of another place of the page, in the same language."""
        return f"{self.root}{path}?lang={quote(self.code)}"

    def file(self, name: str) -> str:
        """The address of a file of the page; another one with each version."""
        return f"{self.root}/static/{quote(name)}?v={quote(__version__)}"
