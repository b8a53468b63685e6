"""A protocol with the sheets that it names: what planning needs besides a participant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from taper.doses.equivalence import EquivalenceTable
from taper.doses.forms import Preparation

if TYPE_CHECKING:  # whoever reads a sheet of thresholds needs no model of a protocol
    from taper.trial.protocol import Protocol
    from taper.trial.regimens import Regimen


@dataclass(frozen=True)
class Threshold:
    """A numeric threshold of a finding, with its source and where sources disagree."""

    figures: Mapping[str, Fraction]
    source: str
    disagreement: str | None = None

    @cached_property
    def days(self) -> int:
        """Of how many days it speaks."""
        return int(self.figures["days"])


@dataclass(frozen=True)
class NamedRegimen:
    """A regimen beside the protocol's, by which a ladder goes on: its rule, and what it is called.

    `unverified` names the primary source still to be checked.
    """

    id: str
    rule: Regimen
    unverified: str | None = None

    @cached_property
    def as_data(self) -> dict[str, Any]:
        """The rule itself as plain data, whatever the layout of its file; made once."""
        return self.rule.model_dump(mode="json", by_alias=True, exclude_none=True)


@dataclass(frozen=True)
class Trial:
    """A loaded protocol: its rules, equivalence table, market and thresholds.

    `preparations` are the brands and forms that are no plain tablet, by name.
    `market` holds the whole-tablet strengths of each drug, mg, where the protocol names a
    market, and `marketed` every strength of its plain tablets, however sure; `solutions` the mg
    per mL of each drug's solutions there.
    `unverified_regimen` names the primary source still to be checked, and
    `published_start_mg` the lowest and highest start dose the regimen was published for.
    `protocol_sha256` is the hash of the rules themselves, not of a file's layout. `amendments`
    are the protocols that a participant's amendments name, `regimens` the regimens of their set
    doses, both by what they are called there. `after_flares` is the regimen after a flare.
    `former` is what held before an amendment.
    """

    protocol: Protocol
    protocol_sha256: str
    table: EquivalenceTable
    physiologic: EquivalenceTable
    thresholds: Mapping[str, Threshold]
    market: Mapping[str, tuple[Fraction, ...]]
    preparations: Mapping[str, Preparation]
    marketed: Mapping[str, frozenset[Fraction]]
    solutions: Mapping[str, frozenset[Fraction]] = field(default_factory=dict)
    regimen_id: str | None = None
    unverified_regimen: str | None = None
    published_start_mg: tuple[Fraction, Fraction] | None = None
    amendments: Mapping[str, Trial] = field(default_factory=dict, compare=False)
    regimens: Mapping[str, NamedRegimen] = field(default_factory=dict, compare=False)
    after_flares: NamedRegimen | None = None
    former: Trial | None = field(default=None, compare=False)

    @property
    def first(self) -> Trial:
        """What held before any amendment."""
        return self if self.former is None else self.former.first

    @cached_property
    def unverified_regimens(self) -> dict[str, str]:
        """Every regimen that somebody may go on by and nobody checked, with its primary source."""
        others = [*self.regimens.values(), *([self.after_flares] if self.after_flares else [])]
        named = [(self.regimen_id, self.unverified_regimen)]
        named += [(other.id, other.unverified) for other in others]
        before = {} if self.former is None else self.former.unverified_regimens
        return before | {str(id_): source for id_, source in named if source}

    def amended_by(self, later: Trial) -> Trial:
        """What holds from an amendment on: the other's rules, this one's infusions (§6.14.1).

        The other prescribes a taper. Infusions, visits, the day on which the taper starts,
        eligibility, tables and market stay.
        """
        return replace(
            self,
            protocol=_amended(self, later),
            protocol_sha256=later.protocol_sha256,
            regimen_id=later.regimen_id,
            unverified_regimen=later.unverified_regimen,
            published_start_mg=later.published_start_mg,
            after_flares=later.after_flares,
            former=self,
        )

    def by_regimen(self, named: NamedRegimen) -> Trial:
        """The same with another regimen in the place of its taper's."""
        assert self.protocol.taper is not None  # nobody goes on who has no taper
        taper = self.protocol.taper.model_copy(update={"regimen": named.rule})
        protocol = self.protocol.model_copy(update={"taper": taper})
        return replace(self, protocol=protocol, regimen_id=named.id)

    def __hash__(self) -> int:
        return hash(self.protocol_sha256)


@lru_cache(maxsize=256)
def _amended(first: Trial, later: Trial) -> Protocol:
    """The other's rules with what stays of the first's.

    One for all participants, whatever else each of them names: what is one object is compared at
    once.
    """
    here, there = first.protocol, later.protocol
    assert there.taper is not None  # a protocol that prescribes none amends no taper
    kept = {} if here.taper is None else {"after_infusion": here.taper.after_infusion}
    told = {
        "infusions": here.infusions,
        "visits": here.visits,
        "infusion_day": here.infusion_day,
        "eligibility": here.eligibility,
        "market": here.market,
        "taper": there.taper.model_copy(update=kept),
    }
    return there.model_copy(update=told)
