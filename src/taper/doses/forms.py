"""A drug in another form than plain tablets: what it is, and what its label says (§3.4.8).

An equivalence table and a plan speak of the drug, mg for mg. Whether another form does the same
is for a pharmacist to say, so the name that was typed stays in every answer.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preparation:
    """A brand, or a drug with the form named beside it, that is no plain tablet.

    `described` is what it is, as in `in delayed-release tablets`, and `says` the sense of its
    label; a day's dose can be counted of one `in_tablets`, which are never broken.
    """

    name: str
    drug: str
    form: str
    described: str
    says: str
    source: str
    in_tablets: bool
    is_injected: bool

    @property
    def is_brand(self) -> bool:
        """Whether it goes by a name of its own, and not by that of its drug and form."""
        return self.name != f"{self.drug} {self.described}"

    @property
    def aside(self) -> str:
        """What stands in brackets behind the drug's name: the brand, or what it is in."""
        return self.name if self.is_brand else self.described

    @property
    def sentence(self) -> str:
        """What it is and what its label says of it."""
        name = f"{self.name} is {self.drug} {self.described}" if self.is_brand else self.name
        return f"{name[0].upper()}{name[1:]}: {self.says}."
