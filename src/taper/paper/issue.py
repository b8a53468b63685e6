"""What is printed when: a plan with its document, and all that papers say beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from taper.pharmacy.returns import Returns
from taper.pharmacy.terms import Terms
from taper.planning import beyond
from taper.planning.plan import NotTapering, Part, Plan
from taper.record.changes import Replaced, Revision, dates_of
from taper.record.kept import KeptStep
from taper.record.plan_document import PlanDocument, as_dict

if TYPE_CHECKING:
    from taper.paper.pages import PaperSize


Sign = Callable[[str, bytes], Mapping[str, str] | None]
"""Who signs: the signature of some content, by its kind (`taper.signing.keys`), or None."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A plan on the day that its papers carry: what every page, record and read-back is made from.

    `plan_document` is the plan as JSON data, built once for all of them. `paper` is by the plan's
    locale where none is given. A `part` is for what lists days, `terms` and `history` (every
    revision that the plan has had, this one the last) for the pages for staff. `replaces` is the
    plan that a calendar tells its reader to destroy, and that a notice is about. `returns` are what
    a pharmacy expects back of what earlier revisions handed out. `signer` signs what rides along.
    `earlier` are the steps of plans before this one.
    """

    plan: Plan
    plan_document: PlanDocument
    issued: date
    terms: Terms | None = None
    replaces: Replaced | None = None
    history: tuple[Revision, ...] = ()
    paper: PaperSize | None = None
    part: Part | None = None
    signer: Sign | None = None
    returns: Returns | None = None
    earlier: tuple[KeptStep, ...] = ()

    @classmethod
    def of(
        cls,
        plan: Plan,
        issued: date,
        terms: Terms | None = None,
        replaces: Replaced | None = None,
        history: tuple[Revision, ...] = (),
        paper: PaperSize | None = None,
        part: Part | None = None,
        signer: Sign | None = None,
        returns: Returns | None = None,
    ) -> Issue:
        """The issue of a plan of which nothing was built yet."""
        document = as_dict(plan)
        return cls(plan, document, issued, terms, replaces, history, paper, part, signer, returns)

    @property
    def plan_id(self) -> str:
        """The id that every page carries."""
        return str(self.plan_document["plan_id"])

    @property
    def earlier_days(self) -> tuple[date, ...]:
        """All days that plans before this one had."""
        return dates_of(self.earlier)

    @property
    def shown(self) -> Plan:
        """The plan with every day that its papers show, those beyond its last printed one too."""
        return beyond.shown(self.plan, self.part)

    def revised(
        self, revision: int, issued: date, replaces: Replaced | None, history: tuple[Revision, ...]
    ) -> Issue:
        """The same plan as a revision, whose number changes nothing in what it says or its id."""
        return replace(
            self,
            plan=replace(self.plan, revision=revision),
            plan_document={**self.plan_document, "revision": revision},
            issued=issued,
            replaces=replaces,
            history=history,
        )


@dataclass(frozen=True, slots=True)
class Unprinted:
    """The plan of one who is not tapering, with its document: it has no days, and so no papers."""

    plan: NotTapering
    plan_document: PlanDocument
    terms: Terms | None = None

    @classmethod
    def of(cls, plan: NotTapering, terms: Terms | None = None) -> Unprinted:
        """The same of a plan of which nothing was built yet."""
        return cls(plan, as_dict(plan), terms)

    def revised(self, revision: int) -> Unprinted:
        """The same plan as a revision, whose number changes nothing in what it says or its id."""
        return replace(
            self,
            plan=replace(self.plan, revision=revision),
            plan_document={**self.plan_document, "revision": revision},
        )
