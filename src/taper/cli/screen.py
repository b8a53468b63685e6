"""What the screen can show: how many columns, and whether in colour, which says nothing alone.

Colour is for who looks at a terminal, and never in a pipe or a file. `NO_COLOR` and
`CLICOLOR=0` put it out, as does a terminal that calls itself dumb; `FORCE_COLOR` and
`CLICOLOR_FORCE` put it in wherever text is shown, and `NO_COLOR` is stronger than they are.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any, TextIO

import typer

from taper.wording.layout import WIDTH

_RED: Mapping[str, Any] = {"fg": typer.colors.RED, "bold": True}
_YELLOW: Mapping[str, Any] = {"fg": typer.colors.YELLOW, "bold": True}
_MARKS: tuple[tuple[re.Pattern[str], Mapping[str, Any]], ...] = (
    (re.compile(r"^(?:EXAMPLE|PROVISIONAL|DRAFT)\b.*$", re.MULTILINE), _YELLOW),
    (re.compile(r"^WARNING\b", re.MULTILINE), _RED),
    (re.compile(r"^CAUTION\b", re.MULTILINE), _YELLOW),
    (re.compile(r"(?:^|(?<=  ))refused(?=  |$)", re.MULTILINE), _RED),
    (re.compile(r"\bUNVERIFIED\b"), _YELLOW),
)
"""What must be seen among other lines, as the texts write it."""
_REFUSED = re.compile(r"^.+?(?=; allowed: |$)", re.MULTILINE)
_FOR_PROGRAMS = ("{", "[", "<")


def columns() -> int:
    """How wide the terminal is; 80 where there is none."""
    return shutil.get_terminal_size((WIDTH, 24)).columns


def is_coloured(stream: TextIO) -> bool:
    """Whether what goes there may be coloured."""
    given = os.environ
    if given.get("NO_COLOR"):
        return False
    if any(given.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if given.get("CLICOLOR") == "0" or given.get("TERM") == "dumb" or not stream.isatty():
        return False
    return sys.platform != "win32" or "WT_SESSION" in given  # older windows show the codes


def marked(text: str, stream: TextIO) -> str:
    """An answer in which what must be seen is coloured; one for a program never is."""
    if text.startswith(_FOR_PROGRAMS) or not is_coloured(stream):
        return text
    for words, style in _MARKS:
        text = words.sub(partial(_styled, style), text)
    return text


def _styled(style: Mapping[str, Any], found: re.Match[str]) -> str:
    return typer.style(found[0], **style)


def refused(sentences: str, stream: TextIO) -> str:
    """Refusals, in which all up to what is allowed is coloured."""
    if not is_coloured(stream):
        return sentences
    return _REFUSED.sub(partial(_styled, _RED), sentences)
