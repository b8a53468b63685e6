"""What stands above and below every page, and the room it needs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from taper.paper.issue import Issue
from taper.paper.pages.language import NBSP
from taper.paper.pages.words import Words
from taper.record.plan_document import SHORT_ID
from taper.wording.banner import on_paper

PORTRAIT_CHARACTERS, LANDSCAPE_CHARACTERS = 84, 119
"""How many characters of 11.5 pt a line surely holds."""
LONGEST_UNBROKEN = 24
"""A phone number up to this long stands on one line."""
PAGE_CHARACTERS = 18
"""How many characters the page number and the space before it take."""
LONGEST_BESIDE_TITLE = 36
"""An id line longer than this stands above a month's title, not beside it."""
TITLE_LINE = 19
"""How many points more a month's title then needs, and its name where the month goes on."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above and below every page. `rule`: a line to write the phone on."""

    banners: tuple[str, ...]
    participant: str
    warning: str
    call: str
    rule: bool
    sheet: str


@dataclass(frozen=True, slots=True)
class Margins:
    """Room for what stands above and below each page, in points.

    `title` is the room that a month's title takes below the id line: none where it stands beside.
    """

    top: int
    bottom: int
    title: int


def typed(text: str | None) -> str:
    """What a person typed, in the composed form that the font draws; the text is the same."""
    return unicodedata.normalize("NFC", text) if text else ""


def header(issue: Issue, words: Words) -> Header:
    """What stands above and below every page of a paper, or of a part of it."""
    plan, _ = issue.plan, words.gettext
    banners = [_(each) for each in on_paper(plan.status, provisional=plan.provisional)]
    if words.language.is_draft:  # in English too, for whoever hands it out
        banners.append(_("DRAFT TRANSLATION") + " · DRAFT TRANSLATION")
    return Header(
        banners=tuple(banners),
        participant=_("Participant %(id)s") % {"id": plan.participant},
        warning=_("Do not stop suddenly."),
        call=call(typed(plan.contact_site), typed(plan.contact_phone), words),
        rule=not plan.contact_phone,
        sheet=" · ".join(_sheet(issue, words)),
    )


def _sheet(issue: Issue, words: Words) -> Iterator[str]:
    """What tells one sheet of paper from another."""
    plan, part, _, full = issue.plan, issue.part, words.gettext, words.language.full_date
    yield _("Protocol %(protocol)s, version %(version)s") % {
        "protocol": typed(plan.protocol.id),
        "version": typed(plan.protocol.version),
    }
    if plan.protocol.since is not None:
        yield _("This protocol holds since %(date)s") % {"date": full(plan.protocol.since)}
    yield from identity(issue, words)
    if part is not None:
        yield _("Only %(first)s until %(last)s") % {
            "first": full(part.first),
            "last": full(part.last),
        }


def call(site: str, phone: str, words: Words) -> str:
    """Whom to call; where no phone is given, a line to write it on follows."""
    if not site:
        site = words.gettext("the study team")
    if len(phone) <= LONGEST_UNBROKEN:
        phone = phone.replace(" ", NBSP)
    form = (
        words.gettext("Call %(site)s, %(phone)s")
        if phone
        else words.gettext("Call %(site)s, phone:")
    )
    return form % {"site": site, "phone": phone}


def identity(issue: Issue, words: Words) -> Iterator[str]:
    """What tells a plan from any other: its id, its revision where it has one, its date."""
    _ = words.gettext
    yield _("Plan %(plan)s") % {"plan": issue.plan_id[:SHORT_ID]}
    if issue.plan.revision is not None:
        yield _("Revision %(revision)s") % {"revision": issue.plan.revision}
    yield _("Issued on %(issued)s") % {"issued": words.language.full_date(issue.issued)}


def which(plan_id: str, revision: int | None, words: Words) -> str:
    """A plan that is named in a sentence."""
    said = {"plan_id": plan_id[:SHORT_ID], "revision": revision}
    if revision is None:
        return words.gettext("plan %(plan_id)s") % said
    return words.gettext("plan %(plan_id)s, revision %(revision)s") % said


def margins(head: Header, line_characters: int, *, large: bool) -> Margins:
    """Enough room for the lines that the longest ids and contacts need."""
    line = 24 if large else 15
    narrow = line_characters * 11 // 18 if large else line_characters
    who = _width(head.participant) + PAGE_CHARACTERS
    # an id that fills more than a line begins on a line of its own
    id_lines = _lines(who, narrow) + (who > narrow)
    call_lines = _lines(_width(head.warning + head.call) + 30 * head.rule, narrow)
    sheet_lines = _lines(_width(head.sheet), narrow)
    short = _width(head.participant) <= LONGEST_BESIDE_TITLE
    return Margins(
        top=20 + line * id_lines + sum(4 + line * _lines(_width(b), narrow) for b in head.banners),
        bottom=22 + line * (call_lines + sheet_lines),
        title=0 if short else TITLE_LINE,
    )


def _lines(width: float, in_a_line: int) -> int:
    return ceil(width / in_a_line)


def _width(text: str) -> float:
    """A little more than the width of a text, counted in characters of a sentence."""
    return sum(1.9 if c in "MWmw%@" else 1.25 if c.isupper() else 1 for c in text)
