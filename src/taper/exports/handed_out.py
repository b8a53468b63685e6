"""What is handed out, as a text: a table a participant, and one of all together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import chain, zip_longest

from taper.doses import dose
from taper.pharmacy.at_home import AtHome
from taper.pharmacy.dispensing import Dispensing, Interval, Supply, dispense, given_together
from taper.pharmacy.returns import Returns
from taper.pharmacy.terms import Tablet, Terms
from taper.planning.plan import NotTapering, Part, Planned
from taper.record import plan_document
from taper.record.plan_document import SHORT_ID
from taper.wording.banner import banner
from taper.wording.layout import NBSP, is_table, printable, table, wrapped


def quantities(
    done: Sequence[tuple[Planned, Dispensing]],
    terms: Terms,
    left: AtHome | None = None,
    back: Returns | None = None,
) -> str:
    """Each participant's tablets, and those of all together where there are several.

    `left` is what one has at home, `back` what should come back of a former plan's tablets.
    """
    blocks = [f"{_heading(plan, its.part)}\n\n{_dispensing(plan, its)}" for plan, its in done]
    if len(done) > 1:
        blocks.append(f"All {len(done)} participants\n\n{_together_text([d for _, d in done])}")
    blocks += [] if left is None else [_at_home(left)]
    blocks += [] if back is None else [_returns(back)]
    said = [wrapped(_in_words(terms)), *blocks]
    return printable("\n".join(f"{block.rstrip()}\n" for block in said))


def below(plan: Planned, terms: Terms | None) -> str:
    """The same below a plan that has said whose it is; nothing where there are no terms."""
    if terms is None:
        return ""
    return f"\n{wrapped(_in_words(terms))}\n\n{_dispensing(plan, dispense(plan, terms))}"


def _heading(plan: Planned, part: Part | None) -> str:
    protocol = plan.protocol
    short_id = plan_document.plan_id(plan)[:SHORT_ID]
    lines = [
        f"{plan.participant}, protocol {protocol.id} version {protocol.version}, plan {short_id}"
    ]
    lines += [] if part is None else [f"Only {part.first} to {part.last}"]
    lines += banner(plan.status, provisional=plan.provisional)
    return "\n".join(wrapped(line) for line in lines)


def _in_words(terms: Terms) -> str:
    when = "at each infusion"
    if terms.every_days is not None:
        when = f"every {_days(terms.every_days)}"
    elif terms.visits:
        when = f"on the first day and at {_several(len(set(terms.visits)), 'visit')}"
    elif terms.at_visits:
        when = "on the first day and at each visit of the protocol"
    spare = (
        f", each time with {_several(terms.spare_days, 'spare day')}" if terms.spare_days else ""
    )
    halves = "thrown away" if terms.discard_halves else "kept for another day"
    return f"Handed out {when}{spare}. The rest of a broken tablet is {halves}."


def _several(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _days(number: int) -> str:
    return _several(number, "day")


def _dispensing(plan: Planned, dispensing: Dispensing) -> str:
    """The tablets of each interval and of all, for a pharmacist's screen."""
    if isinstance(plan, NotTapering):
        return "No steroid is taken, so nothing is handed out.\n"
    drugs = list(dict.fromkeys(step.drug for step in plan.steps))
    columns = _Columns(dispensing.terms, names_drug=len(drugs) > 1)
    titles = columns.titles
    whole = [title for title in titles if title != "Tablet"]
    rows = columns.rows(dispensing, "\n")
    if not is_table(titles, rows, whole=whole):
        rows = columns.rows(dispensing, ", ")
    made = table(titles, rows, right=titles[3:], whole=whole)
    one_go = wrapped(_at_one_go(dispensing.whole_plan), "All in one go: ")
    is_measured = any(step.in_ml for step in plan.steps)
    what = "Quantities" if is_measured else "Tablets"
    return f"{what} of {dose.join(drugs)}\n\n{made}{one_go}\n"


def _at_one_go(supplies: Iterable[Supply]) -> str:
    each = (f"{_count(s.tablet, s.dispensed)} of {_named(s.tablet)}" for s in supplies)
    return ", ".join(each) or "no tablets"


def _returns(back: Returns) -> str:
    """What the plan before handed out, and what of it this one does not take."""
    rows = [
        [
            _named(each.tablet),
            _count(each.tablet, each.handed_out),
            _count(each.tablet, each.taken),
            _count(each.tablet, each.returned),
        ]
        for each in back.tablets
    ]
    counts = ["Handed out", "Taken", "Back"]
    said = (
        f"Handed out by the plan before, up to {back.counted_on} and for the days to "
        f"{back.supplied_until}; what this plan takes of it on printed days until then is not "
        "expected back."
    )
    return f"{wrapped(said)}\n\n{table(['Tablet', *counts], rows, right=counts)}"


def _at_home(left: AtHome) -> str:
    """What is at home is used first, from the day on which it was counted."""
    until = f"lasts until {left.lasts_until}" if left.lasts_until else "is not enough for a day"
    is_packed = any(each.packs is not None for each in left.remaining)
    rows = [
        [
            _named(each.tablet),
            _count(each.tablet, each.at_home),
            _count(each.tablet, each.taken),
            str(each.lasts_until or "-"),
            *([_packed(each.packs, None)] if is_packed else []),
            _count(each.tablet, each.to_hand_out),
            _count(each.tablet, each.left_over),
        ]
        for each in left.remaining
    ]
    counts = ["At home", "Taken", *(["Packs"] if is_packed else []), "Still to give", "Left over"]
    titles = ["Tablet", *counts[:2], "Lasts until", *counts[2:]]
    made = table(titles, rows, right=counts)
    over = [f"{_count(e.tablet, e.left_over)} of {_named(e.tablet)}" for e in left.not_needed]
    back = (
        f"\n{wrapped(dose.join(over), 'Not needed on any printed day, to come back: ')}\n"
        if over
        else ""
    )
    return (
        f"{wrapped(f'What is at home {until}, used first from {left.start} on.')}\n\n{made}{back}"
    )


def _named(tablet: Tablet) -> str:
    return f"{tablet.drug} {_strength(tablet)}"


def _strength(tablet: Tablet) -> str:
    return tablet.strength.replace(" ", NBSP)


def _count(tablet: Tablet, amount: int | Fraction) -> str:
    return tablet.counted(amount).replace(" ", NBSP)


class _Columns:
    """The columns that the terms call for, and the cells of a row."""

    def __init__(self, terms: Terms, *, names_drug: bool) -> None:
        self.terms, self.names_drug = terms, names_drug
        spare = [f"+{terms.spare_days} d"] if terms.spare_days else []
        packs = ["Packs"] if terms.packs else []
        self.titles = ["From", "To", "Tablet", "Taken", "Need", *spare, *packs, "Give", "Back"]

    def rows(self, dispensing: Dispensing, parted: str) -> list[list[str]]:
        """Every interval's rows and those of all; `parted` stands between a date and its words."""
        intervals = (self._interval(interval, parted) for interval in dispensing.intervals)
        return [*chain.from_iterable(intervals), *self._totals(dispensing)]

    def _interval(self, interval: Interval, parted: str) -> Iterator[list[str]]:
        """A row a tablet; the interval's dates and words stand in its first rows, or first row."""
        planned = ["planned"] if interval.planned else []
        begin = parted.join([interval.start.isoformat(), interval.opened_by, *planned]).split("\n")
        end = parted.join([interval.end.isoformat(), _days(interval.days)]).split("\n")
        counts = [self._cells(supply) for supply in interval.supplies] or [self._blank("none")]
        for start, stop, cells in zip_longest(begin, end, counts):
            yield [start or "", stop or "", *(cells or self._blank())]

    def _totals(self, dispensing: Dispensing) -> Iterator[list[str]]:
        """A row a tablet for all intervals together, where there are several."""
        if len(dispensing.intervals) < 2:
            return
        for total, label in zip_longest(dispensing.totals, ["in all"], fillvalue=""):
            if isinstance(total, str):
                return
            packs = [_packed(total.packs, None)] if self.terms.packs else []
            spare = [""] if self.terms.spare_days else []
            said = partial(_count, total.tablet)
            counts = [said(total.taken), "", *spare, *packs, said(total.dispensed)]
            yield [label, "", self._tablet(total.tablet), *counts, said(total.returned)]

    def _tablet(self, tablet: Tablet) -> str:
        return _named(tablet) if self.names_drug else _strength(tablet)

    def _cells(self, supply: Supply) -> list[str]:
        said = partial(_count, supply.tablet)
        spare = [said(supply.with_spare)] if self.terms.spare_days else []
        packs = [_packed(supply.packs, supply.pack_tablets)] if self.terms.packs else []
        counts = [said(supply.taken), said(supply.tablets), *spare, *packs]
        return [
            self._tablet(supply.tablet),
            *counts,
            said(supply.dispensed),
            said(supply.returned),
        ]

    def _blank(self, tablet: str = "") -> list[str]:
        return [tablet, *[""] * (len(self.titles) - 3)]


def _packed(packs: int | None, tablets: int | None) -> str:
    if packs is None:
        return "loose"
    return str(packs) if tablets is None else f"{packs}×{tablets}"


def _together_text(dispensings: Sequence[Dispensing]) -> str:
    rows = [
        [_named(tablet), str(len(each)), _count(tablet, sum(each))]
        for tablet, each in given_together(dispensings).items()
    ]
    return table(["Tablet", "Participants", "Give"], rows, right=["Participants", "Give"])
