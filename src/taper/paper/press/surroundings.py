"""What of the process reaches a page, and is put aside or listened to while one is printed.

The environment, the loggers and the collector belong to all threads: whoever calls these holds
`renderer.ALONE`, so that none of ours puts back what another has just put aside.
"""

from __future__ import annotations

import gc
import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from taper.paper.press import ownership, typeface

LOGGER = "weasyprint"
# Fontconfig reads nothing but this, so what else is installed cannot change a page.
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""
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


@contextmanager
def only_pinned_font() -> Iterator[None]:
    """Fontconfig looks where it is told when it is initialised, and only then."""
    with unsteered(), tempfile.TemporaryDirectory(prefix="taper-") as folder:
        settings = Path(folder) / "fonts.conf"
        settings.write_text(
            _FONTCONFIG.format(fonts=escape(str(typeface.font_dir())), cache=escape(folder)),
            encoding="utf-8",
        )
        os.environ["FONTCONFIG_FILE"] = str(settings)
        try:
            yield
        finally:
            del os.environ["FONTCONFIG_FILE"]


@contextmanager
def unsteered() -> Iterator[None]:
    """Put aside what the environment tells the libraries: each asks when it first has to know."""
    before = {name: os.environ.pop(name) for name in _STEERING if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(before)


@contextmanager
def without_collector() -> Iterator[None]:
    """Leave the looking for dead objects for afterwards: it takes a tenth of the time.

    A page is many small objects that all live until it is done. The collector is the whole
    process's, and so left alone in one that is not ours.
    """
    is_stopped = ownership.is_ours() and gc.isenabled()
    if is_stopped:
        gc.disable()
    try:
        yield
    finally:
        if is_stopped:
            gc.enable()


class _Listener(logging.Handler):
    """Hears what one thread logs; what others do with the renderer is theirs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.said.append(record.getMessage())


@contextmanager
def listening() -> Iterator[list[str]]:
    """What the renderer logs inside, also where the program around us does not want to hear it."""
    listener, logger = _Listener(), logging.getLogger(LOGGER)
    level, is_disabled = logger.level, logger.disabled
    logger.addHandler(listener)
    logger.disabled = False
    if not logger.isEnabledFor(logging.WARNING):
        logger.setLevel(logging.WARNING)
    try:
        yield listener.said
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
        logger.disabled = is_disabled
