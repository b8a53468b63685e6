"""Where the templates are, and how they are rendered."""

from __future__ import annotations

from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import taper
from taper.paper.pages.line_breaks import bar, beside, broken
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
    )
    made.filters.update(broken=broken, bar=bar)
    made.globals["beside"] = beside
    made.globals["font"] = typeface.FAMILY
    made.policies["ext.i18n.trimmed"] = True
    # the extension adds this method, which no type knows
    made.install_gettext_translations(  # type: ignore[attr-defined]
        translations, newstyle=True
    )
    return made
