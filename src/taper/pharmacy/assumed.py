"""What a forecast assumes: distributions that somebody states, and nothing that nobody stated."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random

from taper.doses import dose
from taper.doses.tablets import Stock, above, nearest
from taper.errors import Refusal
from taper.trial.fields import MAX_DAYS, parse_count
from taper.trial.protocol import Eligibility
from taper.trial.timed import counted

BASELINE_ALLOWED = (
    "mg prednisone: doses with commas between them, each alike (10,15,20); uniform:10:25; "
    "normal:20:5 with the mean and the SD; or a table with a column dose_mg, each row alike"
)
DAYS_ALLOWED = f"days from 0 to {MAX_DAYS}, such as 7, or the least and the most, such as 0:7"
MOST_TRIES = 1000
"""Draws for one participant: where all of them lie outside the bounds, the distribution does."""
_NUMBER = r"(?:0|[1-9][0-9]{0,3})(?:\.[0-9]{1,4})?"
_IN_DOUBT = re.compile(r"(?<![.\d])((?:[1-9]\d?)?[1-46-9]|5),5(?![.\d])", re.ASCII)
"""Two doses, or one with a comma where its point should be: 12,5. Nobody begins with 10.5 mg."""
_SHAPE = re.compile(rf"(uniform|normal):({_NUMBER}):({_NUMBER})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Baselines:
    """Where start doses come from, mg prednisone; `said` is how it was stated."""

    said: str
    shape: str
    numbers: tuple[Fraction, ...]

    def draw(self, by: Random) -> Fraction:
        """One of them, as it comes: it fits no tablet and no bound yet."""
        match self.shape:
            case "uniform":
                least, most = map(float, self.numbers)
                return Fraction(by.uniform(least, most))
            case "normal":
                mean, sd = map(float, self.numbers)
                return Fraction(by.gauss(mean, sd))
        return by.choice(self.numbers)


def parse_baselines(typed: str) -> Baselines:
    """A distribution as it is typed; raises `ValueError` with what is allowed."""
    doubt = _IN_DOUBT.search(typed)
    if doubt is not None:
        raise ValueError(
            f"a point in one number ({doubt[1]}.5), a space after the comma of two "
            f"('{doubt[1]}, 5')"
        )
    shaped = _SHAPE.fullmatch(typed)
    try:
        if shaped is None:
            doses = tuple(dose.parse_positive(each.strip()) for each in typed.split(","))
            return Baselines(typed, "choice", doses)
        numbers = dose.parse(shaped[2]), dose.parse(shaped[3])
    except ValueError:
        raise ValueError(BASELINE_ALLOWED) from None
    if shaped[1] == "uniform" and numbers[0] > numbers[1]:
        raise ValueError(BASELINE_ALLOWED)
    return Baselines(typed, shaped[1], numbers)


@dataclass(frozen=True, slots=True)
class Days:
    """Days from the least to the most, each alike."""

    least: int
    most: int

    def draw(self, by: Random) -> int:
        """One of them."""
        return by.randint(self.least, self.most)

    def __str__(self) -> str:
        if self.least == self.most:
            return counted(self.most, "days") if self.most else "none"
        return f"{self.least} to {self.most} days"


def parse_days(typed: str) -> Days:
    """`0:7`, or `7` alone; raises `ValueError` with what is allowed."""
    least, colon, most = typed.partition(":")
    try:
        days = Days(parse_count(least), parse_count(most if colon else least))
    except ValueError:
        raise ValueError(DAYS_ALLOWED) from None
    if not days.least <= days.most <= MAX_DAYS:
        raise ValueError(DAYS_ALLOWED)
    return days


def parse_share(typed: str) -> Fraction:
    """A share from 0 to 1; raises `ValueError` with what is allowed."""
    allowed = "a share from 0 to 1, such as 0.15"
    try:
        share = dose.parse(typed)
    except ValueError:
        raise ValueError(allowed) from None
    if share > 1:
        raise ValueError(allowed)
    return share


@dataclass(frozen=True, slots=True)
class Assumed:
    """All that a forecast assumes.

    Participants have infusion 1 on a day of the `enrol_days` from `first` on, each alike; later
    infusions are late by `delay`; a `flares` share of them has one flare, on a day of the window
    after the taper's start, that lasts `flare_days`. Tablets are of `drug`, for the printed days,
    or until so many days after infusion 1.
    """

    n: int
    seed: int
    trials: int
    first: date
    enrol_days: int
    baselines: Baselines
    drug: str
    stock: Stock
    delay: Days = Days(0, 0)
    flares: Fraction = Fraction(0)
    flare_days: Days = Days(14, 14)
    until_days: int | None = None
    weight_kg: Fraction | None = None

    def baseline(
        self, by: Random, eligible: Eligibility, to_drug: Callable[[Fraction], Fraction]
    ) -> Fraction:
        """A start dose, mg of the drug, that the tablets make and the protocol lets in.

        Raises `Refusal` where no draw gives one.
        """
        for _ in range(MOST_TRIES):
            drawn = self.baselines.draw(by)
            mg = self.let_in(drawn, eligible, to_drug) if drawn > 0 else None
            if mg is not None:
                return mg
        allowed = "one that gives doses within the eligibility of the protocol"
        raise Refusal.of("taper forecast", "--baseline", self.baselines.said, allowed)

    def let_in(
        self, mg: Fraction, eligible: Eligibility, to_drug: Callable[[Fraction], Fraction]
    ) -> Fraction | None:
        """What the tablets make of a dose in mg prednisone, None where the protocol refuses it."""
        made = nearest(to_drug(mg), self.stock) or above(Fraction(0), self.stock)
        per_mg = 1 / to_drug(Fraction(1))
        return made if made <= dose.MAX_MG and eligible.allows(made * per_mg) else None

    def likely(self, by: Random) -> bool:
        """Whether this participant flares."""
        return by.random() < self.flares
