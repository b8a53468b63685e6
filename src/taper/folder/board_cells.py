"""What the board says of each participant in words, whoever shows it."""

from __future__ import annotations

from collections.abc import Iterable

from taper.folder.board import Line

TITLES = ("Participant", "Today", "Next change", "To see to", "Printed until", "Papers")


def cells(line: Line) -> tuple[str, ...]:
    """What the board says of one, in the order of `TITLES`."""
    return (
        line.participant,
        _today(line),
        f"{line.change_on}: {line.change_to}" if line.change_on else "-",
        "; ".join(_to_see_to(line)) or "-",
        _until(line),
        "; ".join(line.papers) or "-",
    )


def _today(line: Line) -> str:
    if line.today is None:
        return "no steroid" if line.state == "not-on-steroid" else "not known"
    return line.today if line.is_printed else f"{line.today} (not a printed day)"


def _to_see_to(line: Line) -> Iterable[str]:
    for number, due in line.undated:
        which = "an infusion" if number is None else f"infusion {number}"
        yield f"{which} due {due}, no date"
    for due in line.undated_visits:
        yield f"a visit due {due}, no date"
    for each in line.open:
        yield f"{each.kind} open since {each.since}, day {each.days}"


def _until(line: Line) -> str:
    if line.last_day is None or line.days_left is None:
        return "-"
    if line.days_left < 0:
        return f"{line.last_day}, over"
    return f"{line.last_day}, {line.days_left} day{'' if line.days_left == 1 else 's'}"
