"""Where the templates are, and how they are rendered."""

from __future__ import annotations

from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from types import CodeType

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

import taper
from taper.paper.pages.line_breaks import bar, beside, broken, is_tall
from taper.paper.pages.words import words
from taper.paper.press import typeface


@lru_cache(maxsize=1)
def templates_dir() -> Path:
    """The templates: beside `src` in a checkout, inside the package where it is installed."""
    package = Path(taper.__file__).resolve().parent
    for place in (package / "templates", package.parent.parent / "templates"):
        if (place / "calendar").is_dir():
            return place
    raise FileNotFoundError(f"no templates in {package} nor beside it")


@lru_cache(maxsize=16)
def environment(locale: str) -> Environment:
    """The templates of a locale."""
    return environment_in(words(locale).language.translations)


class _Compiled(BytecodeCache):
    """Templates as Python, made once for all languages: texts are looked up as they are printed."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What the same text was compiled to, if it was."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember it."""
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def environment_in(translations: NullTranslations) -> Environment:
    """The templates. What is undefined fails; what was typed is printed literally."""
    made = Environment(
        loader=FileSystemLoader(templates_dir()),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
    )
    made.filters.update(broken=broken, bar=bar)
    made.globals["beside"] = beside
    made.tests["tall"] = is_tall
    made.globals["font"] = typeface.FAMILY
    made.policies["ext.i18n.trimmed"] = True
    # the extension adds this method, which no type knows
    made.install_gettext_translations(  # type: ignore[attr-defined]
        translations, newstyle=True
    )
    return made
