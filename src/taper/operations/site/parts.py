"""The parts of a plan in a batch: those asked for, those that were lost, and why others are none.

A part lies beside the whole as a file of its own, of the same revision, and takes nobody's place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from taper.errors import Ground, Refusal
from taper.operations.plans import outputs
from taper.operations.plans.outputs import Output
from taper.operations.plans.parts import UNTIL, AskedDays, part_of
from taper.planning.plan import Part, Planned
from taper.record.ledger import Entry
from taper.record.marks import Mark


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts are to be printed of one participant, and what is to be told of the others."""

    wanted: tuple[Output, ...] = ()
    refused: tuple[Ground, ...] = ()


def parts_for(
    plan: Planned,
    asked: AskedDays | None,
    whole: Iterable[Output],
    there: Entry | None,
    gone: Collection[str],
) -> Parts:
    """The parts of those `whole` outputs to print, where `there` is what the revision has already.

    Of its files those that are `gone` are printed again. A part with other days under the same
    name is not written over: somebody may take tablets by it.
    """
    who = plan.participant
    kept = {} if there is None else {n: m for n, m in there.files.items() if n not in gone}
    wanted = {each.name(who): each for each in _lost(who, there, gone)}
    try:
        part = part_of(plan, asked)
    except Refusal as refusal:
        return Parts(tuple(wanted.values()), refusal.grounds)
    refused: list[Ground] = []
    for each in () if part is None else outputs.in_part(whole, part):
        name = each.name(who)
        if name not in kept:
            wanted[name] = each
        elif kept[name].part != each.part:
            refused += _other_days(who, each, kept[name]).grounds
    return Parts(tuple(wanted.values()), tuple(refused))


def _lost(who: str, there: Entry | None, gone: Collection[str]) -> Iterator[Output]:
    marks = {} if there is None else there.files
    parts = {mark.part for name, mark in marks.items() if name in gone and mark.part}
    for part in sorted(parts, key=lambda each: (each.first, each.last)):
        for each in outputs.in_part(outputs.ALL, part):
            name = each.name(who)
            if name in gone and marks[name].part == part:
                yield each


def _other_days(who: str, output: Output, mark: Mark) -> Refusal:
    assert output.part is not None
    last = _last(mark.part)
    return Refusal.of(
        who,
        UNTIL,
        f"{output.part.last}, and {output.name(who)} is there with the days until {last}",
        f"{last}, another --from, or that file taken away first",
    )


def _last(part: Part | None) -> str:
    return "another day" if part is None else part.last.isoformat()
