"""How a pharmacy hands out tablets, and what is at home, as they are typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from taper.doses import dose
from taper.errors import UsageError
from taper.operations.options import read_list
from taper.operations.pharmacy.at_hand import read_drug
from taper.pharmacy.at_home import parse_at_home
from taper.pharmacy.slips import unused, without_visits
from taper.pharmacy.terms import Pack, Terms, parse_every, parse_packs
from taper.planning.plan import Part, Planned
from taper.trial.fields import MAX_DAYS, parse_count
from taper.wording.quoting import shown


def terms_of(
    every: str | None, spare_days: str | None, packs: str | None, *, discard_halves: bool
) -> Terms | None:
    """The terms that the options name, None where they ask for no dispensing."""
    if every is None:
        if spare_days is not None or packs is not None or discard_halves:
            raise UsageError(
                "--spare-days, --packs and --discard-halves say how --dispense hands out tablets; "
                "allowed: them together with --dispense."
            )
        return None
    return replace(
        read_list("--dispense", every, parse_every),
        spare_days=0 if spare_days is None else _spare_days(spare_days),
        packs=() if packs is None else read_packs("taper", packs),
        discard_halves=discard_halves,
    )


def _spare_days(typed: str) -> int:
    try:
        count = parse_count(typed)
    except ValueError:
        count = -1
    if not 0 <= count <= MAX_DAYS:
        raise UsageError(
            f"--spare-days is {shown(typed)}; allowed: a whole number from 0 to {MAX_DAYS}."
        )
    return count


def read_packs(who: str, typed: str) -> tuple[Pack, ...]:
    """The packs that --packs names; `who` asks, as in a refusal of a drug."""
    drug_named = partial(read_drug, who, "--packs")
    return read_list("--packs", typed, partial(parse_packs, drug_named=drug_named))


def at_home(typed: str) -> tuple[Pack, ...]:
    """The tablets that --at-home names."""
    drug_named = partial(read_drug, "taper", "--at-home")
    return read_list("--at-home", typed, partial(parse_at_home, drug_named=drug_named))


def unneeded(terms: Terms, plans: Sequence[Planned], parts: Sequence[Part] = ()) -> Iterator[str]:
    """What of the terms concerns none of the plans, and for whom all is handed out at once.

    So are visits in another order than planned: tablets are handed out from one to the next.
    """
    yield from unused_by(terms, plans, parts)
    for plan in plans if terms.at_visits else ():
        for each in plan.findings:
            if each.code == "visits-exchanged":
                yield f"--dispense, {plan.participant}: {each.text}"
    for plan in () if parts else without_visits(terms, plans):
        yield all_at_once([plan.participant])


def unused_by(terms: Terms, plans: Sequence[Planned], parts: Sequence[Part] = ()) -> Iterator[str]:
    """Packs and visits that concern none of the plans, which is likely to be a slip."""
    for each in unused(terms, plans, parts):
        if isinstance(each, Pack):
            what = "solution" if each.in_ml else "tablet"
            yield f"--packs: no {what} of {each.said} is needed."
        else:
            yield f"--dispense: {each} is no {'day of these' if parts else 'printed day'}."


def all_at_once(participants: Sequence[str]) -> str:
    """Who gets everything on the first day, though visits were asked for."""
    return (
        f"--dispense: no visit of {dose.join(list(participants), 'or')} is a printed day after the "
        "first: all is handed out on that."
    )
