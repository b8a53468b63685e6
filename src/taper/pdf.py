"""HTML to PDF bytes: the only door to WeasyPrint.

Nothing but the pinned font and the HTML itself reaches the page: no system font, no file, no
network. Anything that the renderer logs is an error, and the same HTML gives the same bytes.
"""

from __future__ import annotations

import gc
import hashlib
import html as markup
import logging
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import fontpkg_atkinson_hyperlegible as pinned_font
from fontTools.ttLib import TTFont

from taper.errors import EnvironmentLacking, Refusal, TaperError

ATTACHMENT_NAME = "plan.json"
IDENTIFIER_BYTES = 16
PANGO_LACKING = (
    "The PDF cannot be made because Pango is missing; install it with"
    " `apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0` (Debian),"
    " `brew install pango` (macOS) or the GTK runtime (Windows)."
)

# Fontconfig reads nothing but this, so what else is installed cannot change a page.
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class RenderingFailed(TaperError):
    """The renderer had something to say of the page; nothing is written."""


def write_calendar(html: str, *, who: str, issued: date, attachment: bytes | None = None) -> bytes:
    """The finished PDF/UA-1 of a calendar's HTML.

    `who` is named where the text holds a character that the font lacks. `attachment` is the
    plan's JSON, which rides along. Raises `Refusal` for such a character, `EnvironmentLacking`
    where Pango is missing and `RenderingFailed` for anything that the renderer logs.
    """
    refuse_unprintable(html, who)
    weasyprint = _weasyprint()
    identifier = hashlib.sha256(html.encode() + b"\0" + (attachment or b""))
    page = weasyprint.HTML(string=html, url_fetcher=refuse_all)
    with _silent(), _without_collector():
        try:
            document = page.render(font_config=_font_configuration())
            rendered: bytes = document.write_pdf(
                pdf_variant="pdf/ua-1",
                pdf_identifier=identifier.digest()[:IDENTIFIER_BYTES],
                attachments=_attachments(weasyprint, issued, attachment),
            )
        except weasyprint.urls.FatalURLFetchingError as fetched:
            raise RenderingFailed(str(fetched)) from fetched
    _refuse_other_fonts(font.family for font in document.fonts.values())
    return rendered


def _refuse_other_fonts(families: Iterable[str]) -> None:
    """Where the pinned font was not found, the renderer would take another without a word."""
    others = set(families) - {pinned_font.FAMILY}
    if others:
        raise RenderingFailed(f"The page was printed in {', '.join(sorted(others))}.")


@contextmanager
def _without_collector() -> Iterator[None]:
    """Leave the looking for dead objects for afterwards: it takes a tenth of the time.

    A page is many small objects that all live until it is done.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def refuse_unprintable(html: str, who: str) -> None:
    """Refuse a character that the font lacks, or that is invisible or turns the text around."""
    text = markup.unescape(re.sub(r"<[^>]*>", " ", html))
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


@lru_cache(maxsize=1)
def printable() -> frozenset[str]:
    """The characters that every face of the pinned font draws, and the line end of markup."""
    faces = (font_dir() / f"AtkinsonHyperlegible-{name}.ttf" for name in ("Regular", "Bold"))
    drawn = {chr(code) for code in set.intersection(*map(_characters, faces))}
    return frozenset(c for c in drawn if unicodedata.category(c) not in ("Cc", "Cf")) | {"\n"}


def _characters(face: Path) -> set[int]:
    with TTFont(face) as font:
        return set(font.getBestCmap())


def font_dir() -> Path:
    """The folder of the pinned font's files."""
    return Path(pinned_font.ROOT) / "files"


def refuse_all(url: str) -> Any:
    """The renderer's door to files and network, shut: the HTML holds all that it needs."""
    from weasyprint.urls import FatalURLFetchingError

    raise FatalURLFetchingError(f"The page asks for {url[:80]!r}; it may ask for nothing.")


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    """WeasyPrint, imported when the first page is printed and not before."""
    try:
        with _only_pinned_font():
            import weasyprint
            import weasyprint.urls
    except OSError as lacking:
        raise EnvironmentLacking(PANGO_LACKING) from lacking
    return weasyprint


def library_versions() -> dict[str, str]:
    """Which libraries lay out the pages; raises `EnvironmentLacking` where they are missing."""
    _weasyprint()
    from weasyprint.text.ffi import harfbuzz, pango

    major, rest = divmod(pango.pango_version(), 10_000)
    found: list[int] = []
    while len(found) < 3:  # it tells only whether it is as new as another
        newer = (n for n in count(1) if not _is_atleast(harfbuzz, [*found, n]))
        found.append(next(newer) - 1)
    return {
        "Pango": f"{major}.{rest // 100}.{rest % 100}",
        "HarfBuzz": ".".join(map(str, found)),
    }


def _is_atleast(harfbuzz: Any, version: list[int]) -> bool:
    return bool(harfbuzz.hb_version_atleast(*version, *[0] * (3 - len(version))))


@lru_cache(maxsize=1)
def _font_configuration() -> Any:
    """The pinned font, loaded once a process."""
    from weasyprint.text.fonts import FontConfiguration

    with _only_pinned_font():
        fonts = FontConfiguration()
    # said again in CSS, for systems where Fontconfig does not see what Python sets for it
    faces = "".join(_face(name) for name in ("Regular", "Bold"))
    _weasyprint().CSS(string=faces, font_config=fonts, url_fetcher=_pinned_font_only)
    return fonts


def _face(name: str) -> str:
    file = (font_dir() / f"AtkinsonHyperlegible-{name}.ttf").as_uri()
    weight = name.replace("Regular", "normal").lower()
    return (
        f"@font-face {{ font-family: '{pinned_font.FAMILY}'; font-weight: {weight};"
        f" src: url('{file}') }}"
    )


def _pinned_font_only(url: str) -> Any:
    from weasyprint.urls import URLFetcherResponse

    faces = {face.as_uri(): face for face in font_dir().glob("*.ttf")}
    return URLFetcherResponse(url, faces[url].read_bytes()) if url in faces else refuse_all(url)


@contextmanager
def _only_pinned_font() -> Iterator[None]:
    """Fontconfig looks where it is told when it is initialised, and only then."""
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.TemporaryDirectory(prefix="taper-") as folder:
        settings = Path(folder) / "fonts.conf"
        settings.write_text(
            _FONTCONFIG.format(fonts=markup.escape(str(font_dir())), cache=markup.escape(folder)),
            encoding="utf-8",
        )
        os.environ["FONTCONFIG_FILE"] = str(settings)
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


def _attachments(weasyprint: Any, issued: date, content: bytes | None) -> list[Any]:
    if content is None:
        return []
    at = datetime.combine(issued, time(), UTC)
    return [
        weasyprint.Attachment(
            string=content,
            name=ATTACHMENT_NAME,
            description="The plan that this calendar prints",
            created=at,
            modified=at,
            relationship="Source",
        )
    ]


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def _silent() -> Iterator[None]:
    """Anything that the renderer logs inside is an error."""
    collector, logger = _Collector(), logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
    if collector.said:
        said = "; ".join(collector.said)
        raise RenderingFailed(f"The page was not printed as it was written: {said}.")
