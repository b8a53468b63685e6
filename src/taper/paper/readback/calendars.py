"""The pages of a calendar against what they were to say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from html import unescape
from itertools import zip_longest

from taper.paper.pages import front_html
from taper.paper.pages.calendar import Calendar
from taper.paper.pages.grid import Cell, WeeksPage
from taper.paper.pages.instructions import to_sign
from taper.paper.pages.words import Words
from taper.paper.readback.boxes import Differs
from taper.paper.readback.legible import (
    LEAST_CELL,
    Slot,
    refuse_illegible,
    refuse_no_room_to_sign,
    slots_of,
)
from taper.paper.readback.pdf import Page
from taper.paper.readback.places import refuse_out_of_place
from taper.planning.plan import Plan

LIST_COLUMNS = 3
BULLET, GONE = "•", "\N{NULL}"


def refuse_other_doses(plan: Plan, view: Calendar, said: Words) -> None:
    """What is looked for on paper must itself be the plan's, day by day."""
    for day in plan.days():
        if view.part is not None and not view.part.holds(day.date):
            continue
        cell = view.days[day.date]
        in_ml = day.step.in_ml
        amount = said.amount(day.dose_mg, day.tablets, in_ml=in_ml)
        tablets = said.tablets(day.tablets, in_ml=in_ml, listed=view.listed)
        if (cell.dose, cell.tablets) != (amount, tablets):
            raise Differs(f"{day.date} was to be printed as {cell.dose}: {cell.tablets}")


def compare(pages: Sequence[Page], view: Calendar, said: Words) -> None:
    """Refuse pages that do not say, in order, all that was to be printed and nothing else."""
    printed: list[date] = []
    front: list[Page] = []
    grids = list(view.pages)
    front_rest = rest = ending = ""
    for page in pages:
        refuse_illegible(page, view.header.code)
        slots = slots_of(page, page.width * (2 / 3 if view.large else 1 / 6))
        days, slots = _listed(page, slots, view, said) if view.large else _grid(page, slots, grids)
        in_slots = {id(text) for slot in slots for text in slot.texts}
        rest = _squeezed(text.said for text in page.texts if id(text) not in in_slots)
        rest = _without_header(rest, page, len(pages), view, said)
        if slots and not (view.on_front and page.number == 1):
            _refuse_rest(rest, page, view, said)
        else:
            front.append(page)
            front_rest += _without_heads(rest, view) if slots else rest
        ending = rest if slots or not view.returns else ending
        printed += days
    _refuse_wrong_days(printed, grids, view)
    _refuse_wrong_steps(_spaced(text.said for page in front for text in page.texts), view)
    html = front_html(view, said.language.locale)
    _refuse_wrong_front(front_rest, html)
    page_of = said.gettext("Page %(x)s of %(y)s") % {"x": "%(x)s", "y": len(pages)}
    refuse_out_of_place(front, html, view.header, page_of, columns=not view.large)
    refuse_no_room_to_sign(pages[0], to_sign(said))
    if _squeezed([view.after]) not in ending:
        raise Differs(f"the last page lacks {view.after!r}")


def _grid(
    page: Page, slots: Sequence[Slot], left: list[WeeksPage]
) -> tuple[list[date], list[Slot]]:
    """The days of a page of weeks, each in its own place under its own weekday."""
    named = _spaced([left[0].title]) if left else None
    title = next((text for text in page.texts if text.said == named), None)
    if title is None:
        return [], []
    # above them a first page may have shaded rows of steps
    shown = [slot for slot in slots if slot.texts and slot.box.top < title.box.bottom]
    weeks = left.pop(0)
    days: list[date] = []
    rows = _rows(shown)
    for row, week in zip_longest(rows, weeks.weeks, fillvalue=()):
        if len(row) != len(week):
            raise Differs(f"page {page.number} has other weeks than {weeks.title}")
        for slot, cell, weekday in zip(row, week, weeks.weekdays, strict=True):
            _refuse_other(slot, _cell_says(cell), page.number)
            _refuse_other_column(slot, page, weekday)
            days += [cell.day] if cell.dose else []
    return days, shown


def _rows(slots: Iterable[Slot]) -> list[list[Slot]]:
    """Slots in rows from the top down, each from left to right."""
    rows: list[list[Slot]] = []
    for slot in sorted(slots, key=lambda slot: -slot.box.top):
        if rows and rows[-1][0].box.top - slot.box.top < LEAST_CELL / 2:
            rows[-1].append(slot)
        else:
            rows.append([slot])
    return [sorted(row, key=lambda slot: slot.box.left) for row in rows]


def _cell_says(cell: Cell) -> str:
    parts = (cell.number, cell.mark, cell.dose, cell.drug, cell.tablets, cell.when, *cell.events)
    return _spaced((*parts, *cell.ticks))


def _listed(
    page: Page, found: Sequence[Slot], view: Calendar, said: Words
) -> tuple[list[date], list[Slot]]:
    """The days of a large print's page: three boxes beside each other for each."""
    by_text = {_spaced([said.language.line_date(day)]): day for day in view.days}
    days, slots = [], []
    for row in _rows(found):
        day = _first_known((text.said for text in row[0].texts), by_text)
        if len(row) == LIST_COLUMNS and day is not None:
            whole = Slot(row[0].box, tuple(text for slot in row for text in slot.texts))
            _refuse_other(
                whole, _row_says(view.days[day], said.language.line_date(day)), page.number
            )
            days.append(day)
            slots.append(whole)
    return days, slots


def _first_known(parts: Iterable[str], known: dict[str, date]) -> date | None:
    """The date that the first words of a row spell, over however many lines."""
    spelt = ""
    for part in parts:
        spelt = _spaced((spelt, part))
        if spelt in known:
            return known[spelt]
    return None


def _row_says(cell: Cell, day: str) -> str:
    return _spaced((day, cell.mark, *cell.events, cell.dose, cell.drug, *cell.ticks, cell.said))


def _refuse_other(slot: Slot, right: str, page: int) -> None:
    if _spaced([slot.said]) != right:
        raise Differs(f"on page {page}, it says {slot.said!r} where {right!r} was planned")


def _refuse_other_column(slot: Slot, page: Page, weekday: str) -> None:
    heads = [text for text in page.texts if text.said == weekday]
    if not any(slot.box.left <= h.box.left and h.box.right <= slot.box.right for h in heads):
        raise Differs(f"on page {page.number}, {slot.said!r} is not under {weekday}")


def _without_header(rest: str, page: Page, pages: int, view: Calendar, said: Words) -> str:
    """A page's text without what must stand on every page; refused where that is missing."""
    head = view.header
    number = said.gettext("Page %(x)s of %(y)s") % {"x": page.number, "y": pages}
    footer = _spaced((head.warning, head.call))
    for line in (*head.banners, _spaced((head.participant, number)), footer, head.sheet):
        before, found, after = rest.rpartition(_squeezed([line]))
        if not found:
            raise Differs(f"page {page.number} lacks {line!r}")
        rest = before + after
    return rest


def _refuse_rest(rest: str, page: Page, view: Calendar, said: Words) -> None:
    """Beside its days and header a page has its heads, and at last what comes after."""
    left = rest.replace(_squeezed([view.after]), "", 1)
    if left not in _heads(view, said):
        raise Differs(f"page {page.number} says something that was not planned: {left!r}")


def _without_heads(rest: str, view: Calendar) -> str:
    """A first page without the heads of the week that stands on it too."""
    (week,) = view.pages
    return rest.replace(_squeezed([week.title, *week.weekdays]), "", 1)


def _heads(view: Calendar, said: Words) -> set[str]:
    """What may stand above the days of a page."""
    if view.large:
        columns = _squeezed((said.gettext("Day"), said.gettext("Dose"), view.heads.listed))
        return {_squeezed([week.title]) + columns for week in view.weeks}
    return {_squeezed([page.title, *page.weekdays]) for page in view.pages}


def _refuse_wrong_days(printed: list[date], left: Sequence[WeeksPage], view: Calendar) -> None:
    if printed == sorted(view.days) and not left:
        return
    missing = [day.isoformat() for day in view.days if day not in printed]
    if missing:
        raise Differs(f"it lacks {missing[0]}")
    twice = [day.isoformat() for day in view.days if printed.count(day) > 1]
    raise Differs(f"it has {twice[0]} twice" if twice else "its days are not in order")


def _refuse_wrong_steps(front: str, view: Calendar) -> None:
    """The table says the steps, row by row."""
    at = 0
    for step in view.steps:
        days = str(step.days) if view.counts_days else ""
        said = (step.first, step.last, days, step.dose, step.drug, step.label)
        row = _spaced((*said, step.tablets))
        found = front.find(row, at)
        if found < 0:
            raise Differs(f"the step table lacks {row!r}")
        at = found + len(row)


def _refuse_wrong_front(front: str, html: str) -> None:
    """The front says what its template says: all of it and nothing else."""
    for piece in sorted(_pieces(html), key=len, reverse=True):
        if piece not in front:
            raise Differs(f"the first pages lack {piece!r}")
        front = front.replace(piece, GONE, 1)
    # a table that goes on repeats its heads, and a list has its bullets
    for piece in _pieces("".join(re.findall(r"<th .*?</th>", html))):
        front = front.replace(piece, GONE)
    left = front.translate({ord(GONE): None, ord(BULLET): None})
    if left:
        raise Differs(f"the first pages say something that was not planned: {left!r}")


def _pieces(html: str) -> list[str]:
    """What each block of some markup shows, without any space."""
    blocks = re.sub(r"</?(?:b|i|em|strong)\b[^>]*>|<title>.*?</title>", "", html)
    said = (_squeezed([unescape(each)]) for each in re.split(r"<[^>]*>", blocks))
    return [each for each in said if each]


def _spaced(parts: Iterable[str]) -> str:
    """The parts as one line with single spaces; a line may end within "quinta-feira"."""
    return " ".join(" ".join(parts).split()).replace("- ", "-")


def _squeezed(parts: Iterable[str]) -> str:
    """The parts without any space: where a long line breaks does not matter."""
    return "".join("".join(parts).split())
