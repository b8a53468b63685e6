"""What stands above and below every page, and the room it needs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from taper.paper.code import MODULE, QUIET, Code
from taper.paper.issue import Issue
from taper.paper.pages.language import NBSP
from taper.paper.pages.line_breaks import broken, width
from taper.paper.pages.words import Words
from taper.record.plan_document import SHORT_ID
from taper.wording.banner import on_paper

PORTRAIT_POINTS, LANDSCAPE_POINTS = 509, 706
"""How long a line of a page is at least, on either paper; less 43 points on both its sides."""
LONGEST_UNBROKEN = 24
"""A phone number up to this long stands on one line."""
PAGE_EM = 9.5
"""How wide the number of a page and the space before it are at most, by the size of its letters."""
RULE = 125
"""How wide the line to write a phone number on is, with the space before it."""
WIDEST_BESIDE_TITLE = 150
"""A participant wider than this, in points, stands above the title of some weeks, not beside it."""
EDGE, CODE_GAP, CODE_SPARE = 11, 10, 0.5
"""Points from a code to the paper's edge below it and to the text on its left; and for rounding."""
TITLE_LINE = 19
"""How many points more a month's title then needs, and its name where the month goes on."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above and below every page. `rule`: a line to write the phone on.

    `code` is the one to scan, of patients' pages.
    """

    banners: tuple[str, ...]
    participant: str
    warning: str
    call: str
    rule: bool
    sheet: str
    code: Code | None
    on_card: bool = False

    @property
    def code_below(self) -> Code | None:
        """The code that stands below the page: none where it is on a card to cut out."""
        return None if self.on_card else self.code


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


def header(issue: Issue, words: Words, code: Code | None, *, on_card: bool = False) -> Header:
    """What stands above and below every page of a paper, or of a part of it."""
    plan, _ = issue.plan, words.gettext
    banners = [_(each) for each in on_paper(plan.status, provisional=plan.provisional)]
    made = Header(
        banners=tuple(banners),
        participant=_("Participant %(id)s") % {"id": plan.participant},
        warning=_("Do not stop suddenly."),
        call=call(typed(plan.contact_site), typed(plan.contact_phone), words),
        rule=not plan.contact_phone,
        sheet=" · ".join(_sheet(issue, words)),
        code=code,
        on_card=on_card,
    )
    return with_draft(made, [words])


def with_draft(head: Header, spoken: Sequence[Words]) -> Header:
    """The same where any of the languages is a draft; in English too, for whoever hands it out."""
    if not any(each.language.is_draft for each in spoken):
        return head
    banner = spoken[0].gettext("DRAFT TRANSLATION") + " · DRAFT TRANSLATION"
    return replace(head, banners=tuple(dict.fromkeys((*head.banners, banner))))


def _sheet(issue: Issue, words: Words) -> Iterator[str]:
    """What tells one sheet of paper from another."""
    plan, part, _, full = issue.plan, issue.part, words.gettext, words.language.full_date
    yield _("Protocol %(protocol)s, version %(version)s") % {
        "protocol": typed(plan.protocol.id),
        "version": typed(plan.protocol.version),
    }
    if plan.protocol.since is not None:
        yield _("This protocol holds from %(date)s on") % {"date": full(plan.protocol.since)}
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


def margins(head: Header, points: float, *, large: bool) -> Margins:
    """The room that the lines of ids and contacts need on pages whose lines are `points` wide."""
    size, line = (18, 23.25) if large else (11.5, 15)
    # the participant begins a line anew where the page's number has no room beside
    who = width(head.participant, size, "Bold") + PAGE_EM * size
    id_lines = 1 if who <= points else ceil(who / points) + 1
    beside, code = _room(head.code_below)
    told = points - beside
    call = most_lines(f"{head.warning} {head.call}", told, size, rule=head.rule)
    banners = sum(5 + (line - 1) * most_lines(each, points, size + 0.5) for each in head.banners)
    short = width(head.participant, size, "Bold") <= WIDEST_BESIDE_TITLE
    below = 20 + line * (call + most_lines(head.sheet, told, size, "Regular"))
    return Margins(
        top=ceil((15 if head.code_below else 20) + line * id_lines + banners),
        bottom=ceil(max(below, code)),
        title=0 if short else TITLE_LINE,
    )


def _room(code: Code | None) -> tuple[float, float]:
    """How much a code takes of a page's width, and of its height from below."""
    if code is None:
        return 0, 0
    white = QUIET * MODULE
    return code.side + CODE_GAP, EDGE + code.side + white + CODE_SPARE


def most_lines(
    text: str, points: float, size: float, face: str = "Bold", *, rule: bool = False
) -> int:
    """How many lines a text takes at most, in which a long word goes over where a line is full."""
    widths = [width(each, size, face) for each in broken(text, points, size, face).split("\n")]
    no_room = rule and widths[-1] % points + RULE > points
    return sum(max(1, ceil(wide / points)) for wide in widths) + no_room
