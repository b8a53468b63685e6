"""What the form asks because of its protocol: infusions, visits, a weight, tablets, a regimen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from taper import sources
from taper.errors import Refusal
from taper.operations.changing.entering import NO_STEROID
from taper.sources.drugs import AS_BASELINE, drug_names
from taper.trial.rules import Trial
from taper.web import attended
from taper.web.attended import Attended
from taper.web.form import Form, sheets_of


def trial_of(id_: str) -> Trial | None:
    """The protocol of that name, None where it is none."""
    try:
        return sources.trial(id_)
    except Refusal:
        return None


def fields(form: Form) -> dict[str, object]:
    """The fields that a protocol asks for, a regimen where it has none among them."""
    trial = trial_of(form.get("protocol", ""))
    rule = trial.protocol.taper if trial else None
    given = attended.with_something(form)
    listed = _listed(list(_attended(trial)) if trial else [Attended("1")], given)
    anchor = rule.after_infusion if rule else 1
    infusions = sorted(int(each.name) for each in listed if not each.is_visit)
    takes_none = form.get("drug", "").casefold() == NO_STEROID
    return {
        "numbers": infusions,
        "anchor": anchor,
        "later": [number for number in infusions if number > anchor],
        "later_is_open": any(not each.is_visit and int(each.name) > anchor for each in given),
        "visits": [each for each in listed if each.is_visit],
        "visits_is_open": any(each.is_visit for each in given),
        "by_weight": bool(form.get("weight_kg") or (rule and rule.regimen.needs_weight)),
        "in_another_drug": bool(
            form.get("taper_strengths") or (rule and rule.drug not in (AS_BASELINE, _drug(form)))
        ),
        "regimens": [] if rule or takes_none else regimens(form),
    }


def regimens(form: Form) -> list[str]:
    """What may be chosen where a protocol prescribes no taper: sheets of one's own first."""
    return [*sheets_of(form), *sources.regimen_ids()]


def _attended(trial: Trial) -> Iterator[Attended]:
    """The infusions and visits of a protocol."""
    yield from (Attended(str(each.number)) for each in trial.protocol.infusions)
    yield from (Attended(each.name, is_visit=True) for each in trial.protocol.visits)


def _listed(known: Sequence[Attended], given: Sequence[Attended]) -> list[Attended]:
    """Those of the protocol, in the spelling of what was given, and what else was given."""
    spelt = {(each.is_visit, each.name.casefold()): each for each in (*known, *given)}
    return list(spelt.values())


def _drug(form: Form) -> str:
    """The generic name of the drug that was typed, where it has one."""
    typed = form.get("drug", "").casefold()
    return drug_names().get(typed, typed)
