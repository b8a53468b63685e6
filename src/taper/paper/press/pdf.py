"""HTML to PDF bytes: the only door to WeasyPrint.

Nothing but the pinned font and the HTML itself reaches the page: no system font, no file, no
network. Anything that the renderer logs is an error, and the same HTML gives the same bytes.
"""

from __future__ import annotations

import gc
import html as markup
import logging
import os
import re
import tempfile
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

from taper import __version__
from taper.errors import EnvironmentLacking, Refusal, TaperError
from taper.paper.press import memory, tags, typeface
from taper.paper.press.typeface import printable

ATTACHMENT_NAME = "plan.json"
TRIED = frozenset({"70.0"})
"""The versions of WeasyPrint whose pages may be read in the quick way."""
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
# What the renderer's own style sheet says of footnotes, and of what `_RARE` finds in a page.
_RARE_STYLES = re.compile(r"(?m)^(::(foot)?note-|\[dir|:is\([^)]*\)\[dir|:link \{).*$")
_RARE = re.compile(r"<[^>]*[ \n](dir|href)\s*=")

# By these a user's environment would steer which font is found, or how letters are set.
_STEERING = (
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "FONTCONFIG_SYSROOT",
    "FREETYPE_PROPERTIES",
    "HB_FACE_LOADER",
    "HB_FONT_FUNCS",
    "HB_OPTIONS",
    "HB_SHAPER_LIST",
    "PANGO_LANGUAGE",
)


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
    memory.take() if weasyprint.__version__ in TRIED else memory.leave()
    content, style = _without_style(html)
    with _silent(), _without_collector(), _unsteered():
        try:
            document = _page(content).render(
                font_config=_font_configuration(), stylesheets=[_sheet(style)]
            )
            document.metadata.generator = made_with()
            # No identifier: PDF/UA-1 asks for none, and for its sake everything is packed twice.
            rendered: bytes = document.write_pdf(
                finisher=_finish,
                pdf_variant="pdf/ua-1",
                attachments=_attachments(weasyprint, issued, attachment),
            )
        except weasyprint.urls.FatalURLFetchingError as fetched:
            raise RenderingFailed(str(fetched)) from fetched
    _refuse_other_fonts(font.family for font in document.fonts.values())
    return rendered


def _finish(_: object, file: Any) -> None:
    """Set right what WeasyPrint leaves open in a file that it is about to write."""
    tags.complete(file)
    if "Names" in file.catalog:
        # it names the relationship of an attachment in PDF/A only
        names = file.objects[_number(file.catalog["Names"]["EmbeddedFiles"])]["Names"]
        file.objects[_number(names[1])]["AFRelationship"] = "/Source"
        file.catalog["AF"] = b"[" + names[1] + b"]"


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _without_style(html: str) -> tuple[str, str]:
    """The HTML without its style sheet, and the sheet; what a person typed holds no `<style>`."""
    before, _, rest = html.partition("<style>")
    style, _, after = rest.partition("</style>")
    return before + after, style


@lru_cache(maxsize=64)
def _sheet(style: str) -> Any:
    """A style sheet as the renderer understands it: once for all calendars that share it."""
    with _silent():  # by itself, because what fails is not remembered
        return _weasyprint().CSS(
            string=style, font_config=_font_configuration(), url_fetcher=refuse_all
        )


def _refuse_other_fonts(families: Iterable[str]) -> None:
    """Where the pinned font was not found, the renderer would take another without a word."""
    others = set(families) - {typeface.FAMILY}
    if others:
        raise RenderingFailed(f"The page was printed in {', '.join(sorted(others))}.")


def _page(html: str) -> Any:
    """The page as the renderer takes it; quicker by a tenth of all the time, where that was tried.

    Our templates are XML too, which the standard library reads at once, and have none of the
    footnotes, links and turns of direction for which the renderer's own style sheet looks at each
    element.
    """
    weasyprint = _weasyprint()
    if weasyprint.__version__ in TRIED and not _RARE.search(html):
        with suppress(ElementTree.ParseError):
            return _quick_page()(ElementTree.fromstring(html))
    return weasyprint.HTML(string=html, url_fetcher=refuse_all)


@lru_cache(maxsize=1)
def _quick_page() -> Any:
    """A kind of `weasyprint.HTML` that is made from a tree and gives the same bytes."""
    import weasyprint.html  # whoever calls has seen to it that it can be

    usual = _RARE_STYLES.sub("", weasyprint.html.UA)
    sheet = weasyprint.CSS(string=re.sub(r"(?m)^::marker", "li::marker", usual))

    class Page(weasyprint.HTML):  # type: ignore[misc]
        def __init__(self, root: ElementTree.Element) -> None:
            self.base_url, self.url_fetcher, self.media_type = None, refuse_all, "print"
            self.wrapper_element = weasyprint.cssselect2.ElementWrapper.from_html_root(root, None)
            self.etree_element = root

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: ARG002 - as it calls
            return [sheet]

    return Page


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


@lru_cache(maxsize=1)
def made_with() -> str:
    """What makes the bytes of a file: taper, and each library as it is loaded."""
    from weasyprint.text.ffi import ffi, fontconfig, harfbuzz, pango

    # WeasyPrint declares only what it calls
    ffi.cdef("const char *pango_version_string(void); const char *hb_version_string(void);")
    ffi.cdef("int FcGetVersion(void);")
    major, minor = divmod(fontconfig.FcGetVersion(), 10_000)
    versions = {
        "taper": __version__,
        "WeasyPrint": _weasyprint().__version__,
        "Pango": ffi.string(pango.pango_version_string()).decode(),
        "HarfBuzz": ffi.string(harfbuzz.hb_version_string()).decode(),
        "Fontconfig": f"{major}.{minor // 100}.{minor % 100}",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    return ", ".join(f"{name} {version}" for name, version in versions.items())


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


def refuse_all(url: str) -> Any:
    """The renderer's door to files and network, shut: the HTML holds all that it needs."""
    from weasyprint.urls import FatalURLFetchingError

    raise FatalURLFetchingError(f"The page asks for {url[:80]!r}; it may ask for nothing.")


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    """WeasyPrint, imported when the first page is printed and not before."""
    try:
        with _only_pinned_font():
            import pydyf
            import weasyprint
            import weasyprint.urls
    except OSError as lacking:
        raise EnvironmentLacking(PANGO_LACKING) from lacking
    pydyf.zlib = SimpleNamespace(**{**vars(zlib), "compressobj": _packer})
    return weasyprint


def _packer(*_: Any, **__: Any) -> Any:
    """What packs a part of a file, whatever was asked: in a quarter of the hardest's time.

    The file is larger by a thirtieth for it.
    """
    return zlib.compressobj(level=6)


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
    faces = "".join(map(_face, typeface.FACES))
    _weasyprint().CSS(string=faces, font_config=fonts, url_fetcher=_pinned_font_only)
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


@contextmanager
def _only_pinned_font() -> Iterator[None]:
    """Fontconfig looks where it is told when it is initialised, and only then."""
    with _unsteered(), tempfile.TemporaryDirectory(prefix="taper-") as folder:
        settings = Path(folder) / "fonts.conf"
        settings.write_text(
            _FONTCONFIG.format(
                fonts=markup.escape(str(typeface.font_dir())), cache=markup.escape(folder)
            ),
            encoding="utf-8",
        )
        os.environ["FONTCONFIG_FILE"] = str(settings)
        try:
            yield
        finally:
            del os.environ["FONTCONFIG_FILE"]


@contextmanager
def _unsteered() -> Iterator[None]:
    """Put aside what the environment tells the libraries: each asks when it first has to know."""
    before = {name: os.environ.pop(name) for name in _STEERING if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(before)


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
