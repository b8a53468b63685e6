"""On which terms a pharmacy hands out: how often, how much to spare, which packs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.doses.solutions import in_words, parse_mg_per_ml, typed_parts
from taper.record.handing_out import MOST_IN_A_PACK
from taper.trial.fields import MAX_DAYS, parse_count, parse_date


@dataclass(frozen=True, slots=True, order=True)
class Tablet:
    """One strength of one drug, mg: what a pharmacy has on its shelf.

    Where it is `in_ml`, a solution with `strength_mg` in each mL, and all counts of it are mL.
    """

    drug: str
    strength_mg: Fraction
    in_ml: bool = False

    @property
    def said(self) -> str:
        """In words: `prednisone 20 mg`, `prednisolone 3 mg per mL`."""
        return f"{self.drug} {self.strength}"

    @property
    def strength(self) -> str:
        """Its strength in words, without the drug."""
        return in_words(self.strength_mg, in_ml=self.in_ml)

    def counted(self, amount: int | Fraction) -> str:
        """So many of it: `49`, or `140 mL`."""
        return f"{dose.text(Fraction(amount))}{' mL' if self.in_ml else ''}"


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack of `tablets` tablets of a strength, of any drug where none is named.

    Where it is `in_ml`, a bottle of so many mL of a solution.
    """

    strength_mg: Fraction
    tablets: int
    drug: str | None = None
    in_ml: bool = False

    def holds(self, tablet: Tablet) -> bool:
        """Whether the pack is one of that tablet."""
        is_same = (self.strength_mg, self.in_ml) == (tablet.strength_mg, tablet.in_ml)
        return is_same and self.drug in (None, tablet.drug)

    @property
    def said(self) -> str:
        """What it is of, in words: `5 mg`, `3 mg per mL`, `5 mg of cortisone`."""
        of_drug = f" of {self.drug}" if self.drug else ""
        return f"{in_words(self.strength_mg, in_ml=self.in_ml)}{of_drug}"


@dataclass(frozen=True, slots=True)
class Terms:
    """How a pharmacy dispenses.

    At each infusion, or at each visit of the protocol (`at_visits`), or at each of `visits`, or
    every `every_days` days; with so many spare days each time, in packs where a pack is given,
    half tablets kept for another day or discarded.
    """

    every_days: int | None = None
    visits: tuple[date, ...] = ()
    spare_days: int = 0
    packs: tuple[Pack, ...] = ()
    discard_halves: bool = False
    at_visits: bool = False

    def pack_of(self, tablet: Tablet) -> Pack | None:
        """The pack that a tablet comes in: one that names the drug before one that does not."""
        fitting = [pack for pack in self.packs if pack.holds(tablet)]
        return max(fitting, key=lambda pack: pack.drug is not None, default=None)


# In words -------------------------------------------------------------------------------------

EVERY_ALLOWED = (
    f"infusions, visits, days:28 with 1 to {MAX_DAYS} days, or visits:2026-05-14,2026-06-11 with "
    "dates"
)
PACKS_ALLOWED = (
    "each strength once with the tablets in a pack, 5:30,1:100, of a solution with the mL in a "
    "bottle, 3/mL:240, or with the drug before it, cortisone:5:30"
)
_PACK = re.compile(r"(?:([^:]+):)?([^:]+):([^:]+)")


def every_of(terms: Terms) -> str:
    """How often: `infusions`, `visits`, `days:28` or `visits:2026-05-14,2026-06-11`."""
    if terms.every_days is not None:
        return f"days:{terms.every_days}"
    if terms.visits:
        return f"visits:{','.join(visit.isoformat() for visit in terms.visits)}"
    return "visits" if terms.at_visits else "infusions"


def parse_every(text: str) -> Terms:
    """The terms that `every_of` says; raises `ValueError` whose text is what is allowed."""
    kind, colon, value = text.lower().partition(":")
    try:
        if kind == "infusions" and not colon:
            return Terms()
        if kind == "visits" and not colon:
            return Terms(at_visits=True)
        if kind == "days" and 1 <= parse_count(value) <= MAX_DAYS:
            return Terms(every_days=parse_count(value))
        if kind == "visits":
            return Terms(visits=tuple(parse_date(each) for each in value.split(",")))
    except ValueError:
        pass
    raise ValueError(EVERY_ALLOWED)


def parse_packs(text: str, drug_named: Callable[[str], str]) -> tuple[Pack, ...]:
    """Packs such as `5:30,cortisone:5:30`; raises `ValueError` whose text is what is allowed.

    `drug_named` is the drug of a name, and refuses what is none.
    """
    packs = parse_counts(text, drug_named, MOST_IN_A_PACK, least=1)
    if packs is None:
        raise ValueError(PACKS_ALLOWED)
    return packs


def parse_counts(
    text: str, drug_named: Callable[[str], str], most: int, *, least: int
) -> tuple[Pack, ...] | None:
    """Whole tablets of strengths, each named once; None where the text says no such thing."""
    packs = [_pack(part.strip(" "), drug_named, most, least) for part in text.split(",")]
    found = tuple(pack for pack in packs if pack is not None)
    is_once = len({(pack.drug, pack.strength_mg, pack.in_ml) for pack in found}) == len(packs)
    return found if is_once else None


def _pack(text: str, drug_named: Callable[[str], str], most: int, least: int) -> Pack | None:
    match = _PACK.fullmatch(text)
    if match is None:
        return None
    drug, mg, tablets = match.groups()
    solution = typed_parts(mg)
    try:
        strength = dose.parse_positive(mg) if solution is None else parse_mg_per_ml(solution[0])
        in_pack = parse_count(tablets)
    except ValueError:
        return None
    if not least <= in_pack <= most:
        return None
    return Pack(strength, in_pack, drug_named(drug) if drug else None, solution is not None)


# As plain data --------------------------------------------------------------------------------


def kept(terms: Terms | None) -> dict[str, Any] | None:
    """The terms as a ledger keeps them, None where there are none."""
    return None if terms is None else as_dict(terms)


def as_dict(terms: Terms) -> dict[str, Any]:
    """The terms as plain data; `terms_from` reads them again."""
    return {
        "every": every_of(terms),
        "spare_days": terms.spare_days,
        "discard_halves": terms.discard_halves,
        "packs": [
            {"drug": p.drug, **strength_as_data(p), ("ml" if p.in_ml else "tablets"): p.tablets}
            for p in terms.packs
        ],
    }


def strength_as_data(of: Tablet | Pack) -> dict[str, str]:
    """The strength of tablets, or of a solution, under its own key."""
    return {"mg_per_ml" if of.in_ml else "strength_mg": dose.text(of.strength_mg)}


def amount_as_data(tablet: Tablet, amount: int | Fraction) -> int | str:
    """Whole tablets as a number; mL, which may have decimals, as text."""
    return dose.text(Fraction(amount)) if tablet.in_ml else int(amount)


def terms_from(said: Mapping[str, Any]) -> Terms:
    """The terms of what `as_dict` said.

    Raises `KeyError`, `TypeError` or `ValueError` for anything else.
    """
    return replace(
        parse_every(said["every"]),
        spare_days=said["spare_days"],
        packs=tuple(map(_pack_from, said["packs"])),
        discard_halves=said["discard_halves"],
    )


def _pack_from(said: Mapping[str, Any]) -> Pack:
    if "ml" in said:
        return Pack(dose.exact(said["mg_per_ml"]), said["ml"], said["drug"], in_ml=True)
    return Pack(dose.exact(said["strength_mg"]), said["tablets"], said["drug"])
