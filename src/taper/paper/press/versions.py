"""Which libraries make the bytes of a file, as they are loaded."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import count
from typing import Any

from taper import __version__
from taper.paper.press.renderer import ALONE, weasyprint

_FONTCONFIG = (
    *("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
    *("libfontconfig-1", "fontconfig-1", "fontconfig"),
)
"""What Fontconfig is called, from system to system; where there is no dot, it is looked for."""


@lru_cache(maxsize=1)
def made_with() -> str:
    """What makes the bytes of a file: taper, and each library as it is loaded."""
    with ALONE:
        versions = {
            "taper": __version__,
            "WeasyPrint": weasyprint().__version__,
            **library_versions(),
            "Fontconfig": _fontconfig(),
            "zlib": zlib.ZLIB_RUNTIME_VERSION,
        }
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def library_versions() -> dict[str, str]:
    """Which libraries lay out the pages; raises `EnvironmentLacking` where they are missing."""
    with ALONE:
        weasyprint()
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


def _fontconfig() -> str:
    """Asked in declarations of our own: WeasyPrint declares what it calls, and those are its."""
    from weasyprint.text.ffi import ffi

    ours = type(ffi)()
    ours.cdef("int FcGetVersion(void);")
    major, minor = divmod(next(_opened(ours)).FcGetVersion(), 10_000)
    return f"{major}.{minor // 100}.{minor % 100}"


def _opened(ffi: Any) -> Iterator[Any]:
    """Fontconfig, which is loaded already, by the name that it has here."""
    for name in _FONTCONFIG:
        with suppress(OSError):
            yield ffi.dlopen(name)
