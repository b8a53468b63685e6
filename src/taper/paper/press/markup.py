"""HTML and its style sheet as the renderer takes them in, the quicker way where that was tried.

Our templates are XML too, which the standard library reads at once, and have none of the
footnotes, links and turns of direction for which the renderer's own style sheet looks at each
element: that is a tenth of all the time. It is a kind of `weasyprint.HTML` of our own; the
renderer's stays as it is.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from taper.paper.press.fonts import font_configuration
from taper.paper.press.renderer import refuse_all, silent, weasyprint

# What the renderer's own style sheet says of footnotes, and of what `_RARE` finds in a page.
_RARE_STYLES = re.compile(r"(?m)^(::(foot)?note-|\[dir|:is\([^)]*\)\[dir|:link \{).*$")
_RARE = re.compile(r"<[^>]*[ \n](dir|href)\s*=")


def without_style(html: str) -> tuple[str, str]:
    """The HTML without its style sheet, and the sheet; what a person typed holds no `<style>`."""
    before, _, rest = html.partition("<style>")
    style, _, after = rest.partition("</style>")
    return before + after, style


@lru_cache(maxsize=64)
def style_sheet(style: str) -> Any:
    """A style sheet as the renderer understands it: once for all calendars that share it."""
    with silent():  # by itself, because what fails is not remembered
        return weasyprint().CSS(
            string=style, font_config=font_configuration(), url_fetcher=refuse_all
        )


def page(html: str, *, quickly: bool) -> Any:
    """The page as the renderer takes it; `quickly` where it can be, with the same bytes."""
    if quickly and not _RARE.search(html):
        with suppress(ElementTree.ParseError):
            return _quick_page()(ElementTree.fromstring(html))
    return weasyprint().HTML(string=html, url_fetcher=refuse_all)


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
