"""The pages of a calendar against what they were to say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from html import unescape

from taper.paper.pages import front_html
from taper.paper.pages.calendar import Calendar
from taper.paper.pages.grid import Cell
from taper.paper.pages.words import Words
from taper.paper.readback.legible import Slot, refuse_illegible, slots_of
from taper.paper.readback.pdf import Differs, Page
from taper.planning.plan import Plan

LIST_COLUMNS = 3
BULLET, GONE = "•", "\N{NULL}"


def refuse_other_doses(plan: Plan, view: Calendar, said: Words) -> None:
    """What is looked for on paper must itself be the plan's, day by day."""
    for day in plan.days():
        if view.part is not None and not view.part.holds(day.date):
            continue
        cell = view.days[day.date]
        if (cell.dose, cell.tablets) != (said.mg(day.dose_mg), said.tablets(day.tablets)):
            raise Differs(f"{day.date} was to be printed as {cell.dose}: {cell.tablets}")


def compare(pages: Sequence[Page], view: Calendar, said: Words) -> None:
    """Refuse pages that do not say, in order, all that was to be printed and nothing else."""
    printed: list[date] = []
    front: list[Page] = []
    front_rest = rest = ""
    for page in pages:
        refuse_illegible(page)
        days, slots = (_listed if view.large else _grid)(page, view, said)
        in_slots = {id(text) for slot in slots for text in slot.texts}
        rest = _squeezed(text.said for text in page.texts if id(text) not in in_slots)
        rest = _without_header(rest, page, len(pages), view, said)
        if slots or (page.is_landscape and not view.large):
            _refuse_rest(rest, page, view, said)
            printed += days
        else:
            front.append(page)
            front_rest += rest
    _refuse_wrong_days(printed, view)
    _refuse_wrong_steps(_spaced(text.said for page in front for text in page.texts), view)
    _refuse_wrong_front(front_rest, front_html(view, said.language.locale))
    if _squeezed([view.after]) not in rest:
        raise Differs(f"the last page lacks {view.after!r}")


def _grid(page: Page, view: Calendar, said: Words) -> tuple[list[date], list[Slot]]:
    """The days of a month's page, each with its own words under its own weekday."""
    if not page.is_landscape:
        return [], []
    slots = [slot for slot in slots_of(page, page.width / 6) if slot.texts]
    shown = {text.said for text in page.texts}
    month = next((m for m in view.months if m.title in shown or m.again in shown), None)
    if month is None:
        return [], []
    days: list[date] = []
    for slot in slots:
        day = _day_of(slot, month.first, page.number)
        cell = view.days.get(day) or view.others[day]
        _refuse_other(slot, _cell_says(cell), page.number)
        _refuse_other_column(slot, page, said.language.weekday(day.weekday()))
        days += [day] if day in view.days else []
    return days, slots


def _day_of(slot: Slot, month: date, page: int) -> date:
    number = re.search(r"\d+", slot.texts[0].said)
    try:
        return month.replace(day=int(number[0]) if number else 0)
    except ValueError:
        raise Differs(f"on page {page}, {slot.said!r} is no day of {month:%Y-%m}") from None


def _cell_says(cell: Cell) -> str:
    parts = (cell.number, cell.mark, cell.dose, cell.drug, cell.tablets, cell.when, *cell.events)
    return _spaced(parts)


def _listed(page: Page, view: Calendar, said: Words) -> tuple[list[date], list[Slot]]:
    """The days of a large print's page: three boxes beside each other for each."""
    rows: dict[tuple[int, int], list[Slot]] = {}
    for slot in slots_of(page, page.width * 2 / 3):
        rows.setdefault((round(slot.box.top), round(slot.box.bottom)), []).append(slot)
    by_text = {said.language.line_date(day): day for day in view.days}
    days, slots = [], []
    for row in rows.values():
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
    tablets = f"{cell.tablets}, {cell.when}" if cell.when else cell.tablets
    return _spaced((day, cell.mark, *cell.events, cell.dose, cell.drug, tablets))


def _refuse_other(slot: Slot, right: str, page: int) -> None:
    if slot.said != right:
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


def _heads(view: Calendar, said: Words) -> set[str]:
    """What may stand above the days of a page; nothing above what comes after alone."""
    if view.large:
        columns = _squeezed(map(said.gettext, ("Day", "Dose", "Tablets")))
        return {"", columns, *(_squeezed([week.title]) + columns for week in view.weeks)}
    heads = {""}
    for month in view.months:
        weekdays = _squeezed(month.weekdays)
        heads |= {_squeezed([month.title]) + weekdays, weekdays + _squeezed([month.again])}
    return heads


def _refuse_wrong_days(printed: list[date], view: Calendar) -> None:
    if printed == sorted(view.days):
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
        said = (step.first, step.last, str(step.days), step.dose, step.drug, step.label)
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
    """The parts as one line with single spaces."""
    return " ".join(" ".join(parts).split())


def _squeezed(parts: Iterable[str]) -> str:
    """The parts without any space: where a long line breaks does not matter."""
    return "".join("".join(parts).split())
