"""The pinned font for the renderer, and that nothing is printed in another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from html import unescape
from typing import Any

from taper.errors import Refusal
from taper.paper.press import typeface
from taper.paper.press.renderer import RenderingFailed, refuse_all, weasyprint
from taper.paper.press.surroundings import only_pinned_font
from taper.paper.press.typeface import printable


@lru_cache(maxsize=1)
def font_configuration() -> Any:
    """The pinned font, loaded once a process."""
    from weasyprint.text.fonts import FontConfiguration

    with only_pinned_font():
        fonts = FontConfiguration()
    # said again in CSS, for systems where Fontconfig does not see what Python sets for it
    faces = "".join(map(_face, typeface.FACES))
    weasyprint().CSS(string=faces, font_config=fonts, url_fetcher=_pinned_font_only)
    return fonts


def _face(name: str) -> str:
    file = typeface.face_file(name).as_uri()
    weight = name.replace("Regular", "normal").lower()
    return (
        f"@font-face {{ font-family: '{typeface.FAMILY}'; font-weight: {weight};"
        f" src: url('{file}') }}"
    )


def _pinned_font_only(url: str) -> Any:
    from weasyprint.urls import URLFetcherResponse

    faces = {face.as_uri(): face for face in typeface.font_dir().glob("*.ttf")}
    return URLFetcherResponse(url, faces[url].read_bytes()) if url in faces else refuse_all(url)


def refuse_other_fonts(families: Iterable[str]) -> None:
    """Where the pinned font was not found, the renderer would take another without a word."""
    others = set(families) - {typeface.FAMILY}
    if others:
        raise RenderingFailed(f"The page was printed in {', '.join(sorted(others))}.")


def refuse_unprintable(html: str, who: str) -> None:
    """Refuse a character that the font lacks, or that is invisible or turns the text around."""
    text = unescape(re.sub(r"<[^>]*>", " ", html))
    unknown = sorted(set(text) - printable())
    if not unknown:
        return
    at = text.index(unknown[0])
    near = "".join(
        c for c in text[max(at - 20, 0) : at + 20] if c in printable() or c == unknown[0]
    )
    raise Refusal.of(
        who,
        "the printed text",
        f"{' '.join(near.split())!r} with {_name(unknown[0])}",
        "characters that the calendar's font can print",
    )


def _name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'unnamed')}"
