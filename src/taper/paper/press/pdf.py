"""HTML to PDF bytes: what a page is printed with, from first to last.

Nothing but the pinned font and the HTML itself reaches the page: no system font, no file, no
network. Anything that the renderer logs is an error, and the same HTML gives the same bytes, from
whichever thread.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from taper.paper.press import memory, ownership, packing, tags
from taper.paper.press.fonts import font_configuration, refuse_other_fonts, refuse_unprintable
from taper.paper.press.markup import page, style_sheet, without_style
from taper.paper.press.renderer import TRIED, RenderingFailed, undisturbed, weasyprint
from taper.paper.press.versions import made_with

ATTACHMENT_NAME = "plan.json"


def write_calendar(
    html: str,
    *,
    who: str,
    issued: date,
    attachment: bytes | None = None,
    tried: frozenset[str] = TRIED,
) -> bytes:
    """The finished PDF/UA-1 of a calendar's HTML.

    `who` is named where the text holds a character that the font lacks. `attachment` is the
    plan's JSON, which rides along. With a WeasyPrint that is not one of `tried`, nothing is done
    in a quicker way. Raises `Refusal` for such a character, `EnvironmentLacking` where Pango is
    missing and `RenderingFailed` for anything that the renderer logs.
    """
    refuse_unprintable(html, who)
    content, style = without_style(html)
    is_tried = weasyprint().__version__ in tried
    with undisturbed():
        memory.take() if is_tried and ownership.is_ours() else memory.leave()
        try:
            document = page(content, quickly=is_tried).render(
                font_config=font_configuration(), stylesheets=[style_sheet(style)]
            )
            document.metadata.generator = made_with()
            # No identifier: PDF/UA-1 asks for none, and for its sake everything is packed twice.
            rendered: bytes = document.write_pdf(
                finisher=_finish,
                pdf_variant="pdf/ua-1",
                attachments=_attachments(issued, attachment),
            )
        except weasyprint().urls.FatalURLFetchingError as fetched:
            raise RenderingFailed(str(fetched)) from fetched
    refuse_other_fonts(font.family for font in document.fonts.values())
    return rendered


def _attachments(issued: date, content: bytes | None) -> list[Any]:
    if content is None:
        return []
    at = datetime.combine(issued, time(), UTC)
    return [
        weasyprint().Attachment(
            string=content,
            name=ATTACHMENT_NAME,
            description="The plan that this calendar prints",
            created=at,
            modified=at,
        )
    ]


def _finish(_: object, file: Any) -> None:
    """Set right what WeasyPrint leaves open in a file that it is about to write."""
    tags.complete(file)
    if "Names" in file.catalog:
        # it names the relationship of an attachment in PDF/A only
        names = file.objects[_number(file.catalog["Names"]["EmbeddedFiles"])]["Names"]
        file.objects[_number(names[1])]["AFRelationship"] = "/Source"
        file.catalog["AF"] = b"[" + names[1] + b"]"
    packing.ease(file)


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
