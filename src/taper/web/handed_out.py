"""The tablets to hand out to the participant of a file, and how far what is at home goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from taper.errors import Refusal, TaperError
from taper.operations.pharmacy.handing_out import at_home, terms_of, unneeded
from taper.operations.pharmacy.returned import may_be_at_home
from taper.pharmacy.at_home import AtHome, Remaining, used_first
from taper.pharmacy.dispensing import Interval, Supply, Total, dispense
from taper.pharmacy.terms import Tablet, Terms
from taper.record import plan_document
from taper.record.plan_document import SHORT_ID
from taper.web import form as forms
from taper.web.form import Form
from taper.web.mistakes import Mistakes
from taper.web.own_mistakes import beside
from taper.web.planned import Typed, planned
from taper.wording.banner import banner

USUAL: Form = {"dispense": "infusions"}
WHO = "taper quantities"
_FIELDS = {
    "participant": "file",
    "--at-home": "at_home",
    "--dispense": "dispense",
    "--packs": "packs",
    "--spare-days": "spare_days",
    "today": "today",
    "regimen": "regimen",
}
_OF_PLAN = ("base", "today", "regimen", *forms.BROUGHT)


@dataclass(frozen=True, slots=True)
class Counts:
    """What is said of one tablet: how many of each."""

    tablet: str
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandOut:
    """The days from one hand-out to the next, and the tablets of them."""

    opened_by: str
    planned: bool
    start: date
    end: date
    days: int
    tablets: tuple[Counts, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """Until when what is at home lasts, and what is still to be given."""

    start: date
    lasts_until: date | None
    tablets: tuple[Counts, ...]
    not_needed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The hand-outs of a plan; `home` where it was said what is at home."""

    participant: str
    plan: str
    regimen: str
    banners: tuple[str, ...]
    spare_days: int
    has_packs: bool
    hand_outs: tuple[HandOut, ...]
    totals: tuple[Counts, ...]
    home: Home | None
    has_no_day_left: bool
    remarks: tuple[str, ...]


def handed_out(form: Form, today: date) -> tuple[Mistakes, HandedOut | None]:
    """What is wrong, or the tablets, of the participant whose file the form carries."""
    try:
        if not form.get("base"):
            raise Refusal.of(WHO, "participant", "missing", "the file of a participant")
        asked = {key: form[key] for key in _OF_PLAN if key in form}
        return Mistakes({}, [], []), _counted(form, planned(asked, today))
    except TaperError as wrong:
        return beside(wrong, _FIELDS), None


def _counted(form: Form, typed: Typed) -> HandedOut:
    terms = terms_of(
        form.get("dispense") or "infusions",
        form.get("spare_days") or None,
        form.get("packs") or None,
        discard_halves=bool(form.get("discard_halves")),
    )
    assert terms is not None  # there is always a way to hand out
    plan, home = typed.plan, form.get("at_home")
    dispensing = dispense(plan, terms)
    left = None
    if home:
        others = may_be_at_home(plan, typed.participant)
        left = used_first(plan, terms, at_home(home), typed.today, others)
    return HandedOut(
        participant=plan.participant,
        plan=plan_document.plan_id(plan)[:SHORT_ID],
        regimen=form.get("regimen", "") if typed.trial.protocol.taper is None else "",
        banners=tuple(banner(plan.status, provisional=plan.provisional)),
        spare_days=terms.spare_days,
        has_packs=bool(terms.packs),
        hand_outs=tuple(_hand_out(each, terms) for each in dispensing.intervals),
        totals=tuple(map(_total, dispensing.totals)),
        home=None if left is None else _home(left),
        has_no_day_left=bool(home) and left is None,
        remarks=tuple(unneeded(terms, [plan])),
    )


def _hand_out(each: Interval, terms: Terms) -> HandOut:
    supplies = tuple(_supply(supply, terms) for supply in each.supplies)
    return HandOut(each.opened_by, each.planned, each.start, each.end, each.days, supplies)


def _supply(each: Supply, terms: Terms) -> Counts:
    amounts: list[int | Fraction] = [each.taken, each.tablets]
    amounts += [each.with_spare] if terms.spare_days else []
    counts = _said(each.tablet, amounts)
    counts += [_packed(each.packs, each.pack_tablets)] if terms.packs else []
    counts += _said(each.tablet, [each.dispensed, each.returned])
    return Counts(each.tablet.said, tuple(counts))


def _total(each: Total) -> Counts:
    return Counts(
        each.tablet.said, tuple(_said(each.tablet, [each.taken, each.dispensed, each.returned]))
    )


def _home(left: AtHome) -> Home:
    return Home(
        left.start,
        left.lasts_until,
        tuple(map(_remaining, left.remaining)),
        tuple(f"{e.tablet.counted(e.left_over)} × {e.tablet.said}" for e in left.not_needed),
    )


def _remaining(each: Remaining) -> Counts:
    home, taken = _said(each.tablet, [each.at_home, each.taken])
    give, over = _said(each.tablet, [each.to_hand_out, each.left_over])
    return Counts(each.tablet.said, (home, taken, str(each.lasts_until or "–"), give, over))


def _said(tablet: Tablet, amounts: Sequence[int | Fraction]) -> list[str]:
    return [tablet.counted(each) for each in amounts]


def _packed(packs: int | None, tablets: int | None) -> str:
    if packs is None:
        return "–"
    return str(packs) if tablets is None else f"{packs}×{tablets}"
