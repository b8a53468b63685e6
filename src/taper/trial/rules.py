"""A protocol with the sheets that it names: what planning needs besides a participant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from taper.doses.equivalence import EquivalenceTable
from taper.doses.forms import Preparation

if TYPE_CHECKING:  # whoever reads a sheet of thresholds needs no model of a protocol
    from taper.trial.protocol import Protocol, TaperRule


@dataclass(frozen=True)
class Threshold:
    """A numeric threshold of a finding, with its source and where sources disagree."""

    figures: Mapping[str, Fraction]
    source: str
    disagreement: str | None = None


@dataclass(frozen=True)
class Trial:
    """A loaded protocol: its rules, equivalence table, market and thresholds.

    `preparations` are the brands and forms that are no plain tablet, by name.
    `market` holds the whole-tablet strengths of each drug, mg, where the protocol names a
    market, and `marketed` every strength of its plain tablets, however sure.
    `unverified_regimen` names the primary source still to be checked, and
    `published_start_mg` the lowest and highest start dose the regimen was published for.
    `protocol_sha256` is the hash of the rules themselves, not of a file's layout. `amendments`
    are the protocols that a participant's amendments name, by what they are called there.
    """

    protocol: Protocol
    protocol_sha256: str
    table: EquivalenceTable
    physiologic: EquivalenceTable
    thresholds: Mapping[str, Threshold]
    market: Mapping[str, tuple[Fraction, ...]]
    preparations: Mapping[str, Preparation]
    marketed: Mapping[str, frozenset[Fraction]]
    regimen_id: str | None = None
    unverified_regimen: str | None = None
    published_start_mg: tuple[Fraction, Fraction] | None = None
    amendments: Mapping[str, Trial] = field(default_factory=dict, compare=False)

    def amended_by(self, later: Trial, taper: TaperRule) -> Trial:
        """What holds from an amendment on: the other's rules, this one's infusions (§6.14.1).

        `taper` is the other's, where it prescribes one. Infusions, visits, the day on which the
        taper starts, eligibility, tables and market stay.
        """
        rule, here = self.protocol.taper, self.protocol
        kept = {} if rule is None else {"after_infusion": rule.after_infusion}
        told = {
            "infusions": here.infusions,
            "visits": here.visits,
            "infusion_day": here.infusion_day,
            "eligibility": here.eligibility,
            "market": here.market,
            "taper": taper.model_copy(update=kept),
        }
        return replace(
            self,
            protocol=later.protocol.model_copy(update=told),
            protocol_sha256=later.protocol_sha256,
            regimen_id=later.regimen_id,
            unverified_regimen=later.unverified_regimen,
            published_start_mg=later.published_start_mg,
        )

    def __hash__(self) -> int:
        return hash(self.protocol_sha256)
