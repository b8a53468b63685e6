"""What a participant has of a drug: tablets, or one oral solution in place of them (§5.2)."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from taper.doses import dose
from taper.doses.solutions import STEP_ALLOWED, Solution, prints_exactly
from taper.doses.tablets import MAX_STRENGTHS, Stock, Strength, stock
from taper.trial.fields import FieldError, MgPerMl, PositiveMg, Record, SmallestMl, parse_count


class Tablet(Record):
    """A tablet strength, mg, and into how many parts it may be broken."""

    TAG: ClassVar = "tablet"
    mg: PositiveMg
    split: Annotated[Literal[1, 2, 4], BeforeValidator(parse_count)] = 1

    @property
    def strength(self) -> Strength:
        """The same as the engine knows it."""
        return Strength(self.mg, self.split)


class OralSolution(Record):
    """A solution in place of tablets: the mg in each mL, and the smallest volume measured, mL."""

    TAG: ClassVar = "solution"
    mg_per_ml: MgPerMl
    smallest_ml: SmallestMl

    @model_validator(mode="after")
    def _prints_exactly(self) -> Self:
        if not prints_exactly(self.mg_per_ml, self.smallest_ml):
            raise FieldError("smallest_ml", STEP_ALLOWED)
        return self

    @property
    def mg(self) -> Fraction:
        """The mg in each mL."""
        return self.mg_per_ml

    @property
    def strength(self) -> Solution:
        """The same as the engine knows it."""
        return Solution(self.mg_per_ml, self.smallest_ml)


def _kind(value: object) -> str:
    """A tablet or a solution: a key that speaks of mL is one of a solution."""
    if not isinstance(value, dict):
        return getattr(value, "TAG", Tablet.TAG)
    is_solution = any("ml" in str(key).lower() for key in value)
    return OralSolution.TAG if is_solution else Tablet.TAG


def _tablet(value: object) -> object:
    """A bare number is a tablet that is taken whole."""
    return value if isinstance(value, dict | Tablet) else {"mg": value}


def _one_kind(tablets: tuple[Tablet | OralSolution, ...]) -> tuple[Tablet | OralSolution, ...]:
    if len(tablets) > 1 and any(isinstance(each, OralSolution) for each in tablets):
        raise ValueError("tablets, or one solution by itself: never both, and never two solutions")
    if len({tablet.mg for tablet in tablets}) != len(tablets):
        raise ValueError("each strength once")
    return tablets


Tablets = Annotated[
    tuple[
        Annotated[
            Annotated[Tablet, BeforeValidator(_tablet), Tag(Tablet.TAG)]
            | Annotated[OralSolution, Tag(OralSolution.TAG)],
            Discriminator(_kind),
        ],
        ...,
    ],
    Field(min_length=1, max_length=MAX_STRENGTHS),
    AfterValidator(_one_kind),
]


def as_stock(tablets: Tablets) -> Stock:
    """The tablets of a file, or the solution, as the engine's stock."""
    (first, *_) = tablets
    if isinstance(first, OralSolution):
        return stock([first.strength])
    whole = [each for each in tablets if isinstance(each, Tablet)]
    return _stock(tuple([(*each.mg.as_integer_ratio(), each.split) for each in whole]))


@lru_cache(maxsize=4096)
def _stock(ratios: tuple[tuple[int, int, int], ...]) -> Stock:
    """Remembered by integers: to hash fractions anew for each participant costs far more."""
    return stock(Strength(Fraction(mg, of), split) for mg, of, split in ratios)


def in_a_file(strength: Strength | Solution) -> Any:
    """A strength as a participant's file says it."""
    mg = dose.text(strength.mg)
    if isinstance(strength, Solution):
        return {"mg_per_ml": mg, "smallest_ml": dose.text(strength.smallest_ml)}
    return mg if strength.split == 1 else {"mg": mg, "split": str(strength.split)}
