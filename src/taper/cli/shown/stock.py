"""What `taper stock` shows: for each drug the choices of strengths, and what they save."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from taper.doses import dose
from taper.doses.tablets import Strength
from taper.pharmacy.stocking import MOST_STRENGTHS, Choice, Need, best_of_each_number
from taper.wording.layout import printable, table, wrapped
from taper.wording.tablets import in_stock

SHOWN = 5
"""How many choices of each number of strengths are shown without --all."""
_TITLES = ["Strengths, mg", "Tablets", "Of each", "Most a day", "Broken", "Every dose"]
_NUMBERS = {1: "one", 2: "two", 3: "three"}


def stock(made: Iterable[tuple[Need, Sequence[Choice]]], *, everything: bool) -> str:
    """Every need with its choices, the best of each number of strengths unless `everything`."""
    blocks = [_need_text(need, options, everything=everything) for need, options in made]
    return printable("\n".join(blocks))


def _need_text(need: Need, options: Sequence[Choice], *, everything: bool) -> str:
    days = sum(sum(course.values()) for course in need.courses)
    doses = sorted({mg for course in need.courses for mg in course}, reverse=True)
    who = (
        need.participants[0]
        if len(need.participants) == 1
        else f"{len(need.participants)} participants"
    )
    lines = [
        wrapped(f"{who}: {need.drug} on {days} printed days, {dose.listed(doses)}"),
        wrapped(f"Tablets to choose from ({need.whose}): {in_stock(need.candidates)}"),
        "",
        wrapped(
            f"As planned: {dose.listed(need.as_planned)}, {sum(need.as_planned.values())} tablets."
        ),
        *(wrapped(said) for said in _verdicts(options)),
        "",
        table(
            _TITLES,
            _rows(options, everything=everything),
            right=_TITLES[1:2] + _TITLES[3:5],
            whole=["Tablets", "Most a day", "Broken"],
        ).rstrip(),
        "",
        wrapped(
            "Tablets: for every printed day, whole. Most a day: pieces, a broken part is one. "
            "Broken: days with a broken tablet. 5:2 may be halved, 20:4 quartered."
        ),
    ]
    return "\n".join(lines) + "\n"


def _verdicts(options: Sequence[Choice]) -> Iterator[str]:
    """The best choice of each number of strengths, and what it saves."""
    before: int | None = None
    for number, winner in best_of_each_number(options).items():
        label = f"Best {_NUMBERS[number]}: "
        if not any(o.is_feasible and len(o.strengths) == number for o in options):
            yield f"{label}no {_NUMBERS[number]} of them can make every dose."
        elif winner is None or winner.tablets is None or (before and winner.tablets >= before):
            yield f"{label}no fewer tablets than with fewer strengths."
        else:
            before = winner.tablets
            yield f"{label}{in_stock(winner.strengths)}, {winner.tablets} tablets."
    if before is None:
        yield "Others can be named with --strengths: 5:2 may be halved, 20:4 quartered."


def _rows(options: Sequence[Choice], *, everything: bool) -> Iterator[list[str]]:
    """The best of each number of strengths; a strength that is never used is a choice of fewer."""
    for number in range(1, MOST_STRENGTHS + 1):
        several = [o for o in options if len(o.strengths) == number and o.uses_all]
        feasible = [o for o in several if o.is_feasible]
        shown = several if everything else feasible[:SHOWN] or several[:1]
        yield from (_row(option) for option in shown)


def _typed(strength: Strength) -> str:
    """A strength as --strengths takes it."""
    return dose.text(strength.mg) + (f":{strength.split}" if strength.split > 1 else "")


def _row(option: Choice) -> list[str]:
    strengths = ", ".join(_typed(strength) for strength in option.strengths.tablets)
    if option.quantities is None:
        lacking = ", ".join(dose.text(mg) for mg in option.unmakeable)
        return [strengths, "-", "-", "-", "-", f"not {lacking} mg"]
    each = " + ".join(str(count) for count in option.quantities.values())
    return [
        strengths,
        str(option.tablets),
        each,
        str(option.most_pieces),
        str(option.broken_days),
        "yes",
    ]
