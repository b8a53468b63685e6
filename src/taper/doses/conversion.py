"""Doses of one or several drugs as a dose of another, by a named table (§3.2).

Exact inside; what is printed has at most 4 decimals and says whether it was rounded. Every
answer carries its table, the citations behind the figures used, and what speaks against them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from taper.doses import dose
from taper.doses.equivalence import PREDNISONE, EquivalenceTable
from taper.doses.evidence import Status, least_sure
from taper.doses.forms import Preparation
from taper.doses.solutions import Volume


class Route(StrEnum):
    """The routes that an equivalence table holds for."""

    ORAL = "oral"
    IV = "iv"


METHYLPREDNISOLONE = "methylprednisolone"
"""The drug of the pulses; every table has it."""
ROUNDED = f"rounded to {dose.PRINTED_DECIMALS} decimals, half up"
_PULSES = "Intravenous pulses are outside what equivalence tables were made for."


@dataclass(frozen=True, slots=True)
class Figure:
    """What a table gives for one drug: mg equivalent to 5 mg prednisone, how sure, from where."""

    drug: str
    mg: Fraction
    status: Status
    source: str


@dataclass(frozen=True)
class SourcedTable:
    """An equivalence table with the provenance of each figure; `verify` is still to be read.

    `largest_pulse_mg` is the largest dose in use, mg methylprednisolone: one that amounts to more
    may be micrograms.
    """

    table: EquivalenceTable
    figures: Mapping[str, Figure]
    verify: str | None = None
    largest_pulse_mg: Fraction | None = None

    @property
    def id(self) -> str:
        """The name of the table."""
        return self.table.id

    def is_unverified(self, drugs: Iterable[str]) -> bool:
        """Whether its figure of one of these drugs was never checked."""
        return any(self.figures[drug].status is Status.UNVERIFIED for drug in drugs)

    def label(self, drugs: Iterable[str]) -> str:
        """Its name, marked where its figure of one of these drugs was never checked."""
        return f"{self.id} ({Status.UNVERIFIED})" if self.is_unverified(drugs) else self.id

    def is_over_any_pulse(self, dose_mg: Fraction, drug: str) -> bool:
        """Whether a dose amounts to more than the largest one in use."""
        if self.largest_pulse_mg is None:
            return False
        return self.table.convert(dose_mg, drug, METHYLPREDNISOLONE) > self.largest_pulse_mg

    def lacks(self, drugs: Iterable[str]) -> tuple[str, ...]:
        """Those of the drugs that the table has no value for, each once."""
        return tuple(drug for drug in dict.fromkeys(drugs) if drug not in self.table)


@dataclass(frozen=True, slots=True)
class Taken:
    """A dose of one drug, mg a day, how it is given, in what, and what must be known of it.

    `volume` is what was typed where it was mL of a solution, and no mg.
    """

    drug: str
    dose_mg: Fraction
    route: Route = Route.ORAL
    preparation: Preparation | None = None
    remarks: tuple[str, ...] = ()
    volume: Volume | None = None


@dataclass(frozen=True)
class Conversion:
    """A day's doses of one or several drugs as one dose of `to`, by one table.

    `asked_as` is the preparation that was asked for, where that is no plain tablet.
    """

    taken: tuple[Taken, ...]
    to: str
    by: SourcedTable
    asked_as: Preparation | None = None

    @property
    def table(self) -> str:
        """The name of the table."""
        return self.by.id

    @property
    def parts(self) -> tuple[Fraction, ...]:
        """Each dose taken, in mg of the drug asked for."""
        return tuple(self.by.table.convert(t.dose_mg, t.drug, self.to) for t in self.taken)

    @property
    def dose_mg(self) -> Fraction:
        """All of them together, mg of the drug asked for."""
        return sum(self.parts, Fraction(0))

    @property
    def prednisone_mg(self) -> Fraction:
        """All of them together, mg prednisone."""
        each = (self.by.table.to_prednisone(t.dose_mg, t.drug) for t in self.taken)
        return sum(each, Fraction(0))

    @property
    def is_exact(self) -> bool:
        """Whether the dose as it is printed is the exact one."""
        return prints_exactly(self.dose_mg)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures that the answer and its prednisone equivalent rest on, each once."""
        drugs = dict.fromkeys([*(t.drug for t in self.taken), self.to, PREDNISONE])
        return tuple(self.by.figures[drug] for drug in drugs)

    @property
    def status(self) -> Status:
        """How sure the least sure of its figures is."""
        return least_sure(*(figure.status for figure in self.figures))

    @property
    def source(self) -> str:
        """The citations behind its figures, each once."""
        return cited(self.figures)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know besides: the table's caveat, unsure figures, rounding."""
        return (
            self.by.table.caveat,
            *doubts(self.by, self.figures),
            *about_taken(self.taken, self.by),
            *((self.asked_as.sentence,) if self.asked_as else ()),
            *self._rounding(),
        )

    def _rounding(self) -> Iterator[str]:
        if not (self.is_exact and prints_exactly(self.prednisone_mg)):
            rounded = "prednisone equivalent" if self.is_exact else "dose"
            yield f"The {rounded} is {ROUNDED}."


def prints_exactly(mg: Fraction) -> bool:
    """Whether a dose is the same after it was printed."""
    return Fraction(dose.text(mg)) == mg


def about_taken(taken: Sequence[Taken], by: SourcedTable) -> Iterator[str]:
    """What must be known of the doses: of their routes, of what they are in, and of their size."""
    if any(t.route is Route.IV for t in taken):
        yield _PULSES
    yield from dict.fromkeys(remark for t in taken for remark in t.remarks)
    yield from (_as_micrograms(t) for t in taken if by.is_over_any_pulse(t.dose_mg, t.drug))


def _as_micrograms(taken: Taken) -> str:
    mg = dose.text(taken.dose_mg)
    return (
        f"{mg} mg {taken.drug} is more than any dose in use: make sure that {mg} micrograms, "
        f"{dose.text(taken.dose_mg / 1000)} mg, were not meant."
    )


def cited(figures: Iterable[Figure]) -> str:
    """The citations behind figures, each once."""
    return "; ".join(dict.fromkeys(figure.source for figure in figures))


def doubts(by: SourcedTable, figures: Iterable[Figure]) -> Iterator[str]:
    """A sentence for the figures of each status that is less than looked up."""
    for status in (Status.UNVERIFIED, Status.HIGH_CONFIDENCE):
        unsure = [f"{f.drug} {dose.text(f.mg)} mg" for f in figures if f.status is status]
        if unsure:
            are = "is" if len(unsure) == 1 else "are"
            to_do = f"; to be checked: {by.verify}" if by.verify else ""
            yield f"{dose.join(unsure)} in {by.id} {are} {status}, {status.meaning}{to_do}."


# A whole row of one table ---------------------------------------------------------------------

Row = Sequence[Conversion]
"""The same doses as every drug of one table."""


def own_figures(row: Row) -> list[Figure]:
    """The figure of each drug of a row."""
    return [answer.by.figures[answer.to] for answer in row]


def row_is_exact(row: Row) -> bool:
    """Whether every dose of a row is, as it is printed, the exact one."""
    return all(answer.is_exact for answer in row)


def row_notes(row: Row) -> list[str]:
    """The notes of all answers of a row, each once."""
    by = row[0].by
    rounded = [] if row_is_exact(row) else [f"Doses are {ROUNDED}."]
    return [
        by.table.caveat,
        *doubts(by, own_figures(row)),
        *about_taken(row[0].taken, by),
        *rounded,
    ]


# All tables side by side ----------------------------------------------------------------------


@dataclass(frozen=True)
class Disagreement:
    """A drug that the tables give different values, mg equivalent to 5 mg prednisone."""

    drug: str
    tables_of: Mapping[Fraction, tuple[str, ...]]

    def __str__(self) -> str:
        each = (
            f"{dose.text(mg)} mg in {dose.join(list(tables))}"
            for mg, tables in self.tables_of.items()
        )
        return f"The tables disagree about {self.drug}: {'; '.join(each)}."


def disagreements(drugs: Iterable[str], tables: Sequence[SourcedTable]) -> tuple[Disagreement, ...]:
    """The drugs about which the tables disagree, in their own order, smallest values first."""
    found = []
    for drug in dict.fromkeys(drugs):
        tables_of: dict[Fraction, tuple[str, ...]] = {}
        for by in tables:
            if drug in by.table:
                mg = by.figures[drug].mg
                tables_of[mg] = (*tables_of.get(mg, ()), by.label([drug]))
        if len(tables_of) > 1:
            found.append(Disagreement(drug, dict(sorted(tables_of.items()))))
    return tuple(found)


def lacking(
    drugs: Iterable[str], tables: Iterable[SourcedTable]
) -> Iterator[tuple[str, list[str]]]:
    """The tables that have no value for some of these drugs, and for which."""
    for by in tables:
        lacks = by.lacks(drugs)
        if lacks:
            yield by.id, list(lacks)


def tables_with(drugs: Iterable[str], tables: Sequence[SourcedTable]) -> list[str]:
    """The tables that have all these drugs, those that were never checked marked and last."""
    asked = tuple(drugs)
    having = sorted(
        (by for by in tables if not by.lacks(asked)),
        key=lambda by: (by.is_unverified(asked), by.id),
    )
    return [by.label(asked) for by in having]
