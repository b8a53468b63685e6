"""`taper stock`: which one, two or three strengths to have on the shelf."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

import typer

from taper.cli.options.common import Answer, Regimen, Today, day, wants_json
from taper.cli.options.pharmacy import Paths, Planned, Protocol, plans
from taper.cli.speech import put, tell
from taper.cli.tablets import (
    DEFAULT_MARKET,
    Strengths,
    in_words,
    read_drug,
    read_market,
    stock_at_hand,
)
from taper.doses import dose
from taper.doses.tablets import Stock, Strength
from taper.errors import ExitCode, Refusal, TaperError, UsageError
from taper.pharmacy.stocking import MOST_STRENGTHS, Choice, Course, best, choices, courses
from taper.planning.plan import Plan
from taper.wording.layout import printable, table, wrapped

SHOWN = 5
"""How many choices of each number of strengths are shown without --all."""
_WHO = "taper stock"


@dataclass(frozen=True)
class _Need:
    """What participants take of one drug, and the tablets to choose from."""

    drug: str
    candidates: Stock
    whose: str
    participants: tuple[str, ...]
    courses: tuple[Course, ...]
    as_planned: Mapping[Fraction, int]


def stock(
    paths: Paths,
    strengths: Strengths = None,
    market: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The market. [default: the protocol's, or US]"),
    ] = None,
    drug: Annotated[
        str | None, typer.Option(metavar="DRUG", help="Only the days on this drug.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Show every choice, not only the best ones.")
    ] = False,
    protocol: Protocol = None,
    regimen: Regimen = None,
    today: Today = None,
    answer: Answer = "table",
) -> None:
    """Find the one, two or three strengths that make every printed day with the fewest tablets.

    Every choice is tried on every dose. They are the market's plain tablets, none of them broken,
    unless --strengths names others.
    """
    as_json = wants_json(answer)
    planned, code = plans(paths, as_of=day(today), protocol=protocol, regimen=regimen)
    found = _taken(planned, drug, market)
    needs = _needs(found, strengths)
    if len(needs) < len(found):
        code = ExitCode.SOME_REFUSED
    made = [(need, choices(need.courses, need.candidates)) for need in needs]
    put((_json(made) if as_json else _text(made, everything=every)).encode())
    raise typer.Exit(code)


_Taken = dict[tuple[str, str], list[tuple[Plan, Course]]]
"""Who takes what of each drug on each market."""


def _taken(planned: Sequence[Planned], drug: str | None, market: str | None) -> _Taken:
    """The courses by drug and market, in the order in which they turn up."""
    wanted = None if drug is None else read_drug(_WHO, "--drug", drug)
    chosen = None if market is None else read_market(market)
    found: _Taken = {}
    for each in planned:
        sold_in = chosen or each.market or DEFAULT_MARKET
        if not each.plan.steps:
            tell(f"{each.plan.participant} takes no steroid: there is nothing to stock.")
        for taken, course in courses(each.plan).items():
            if wanted in (None, taken):
                found.setdefault((taken, sold_in), []).append((each.plan, course))
    if not found:
        raise TaperError(f"Nobody here takes a tablet{f' of {wanted}' if wanted else ''}.")
    return found


def _needs(found: _Taken, strengths: str | None) -> list[_Need]:
    """What is to be stocked. A drug without known tablets is told and stops no other."""
    drugs = list(dict.fromkeys(drug for drug, _ in found))
    if strengths is not None and len(drugs) > 1:
        raise UsageError(
            f"--strengths names tablets of one drug, and these plans are of {dose.join(drugs)}; "
            "allowed: one of them with --drug."
        )
    needs: list[_Need] = []
    refused: list[Refusal] = []
    for (drug, sold_in), taken in found.items():
        try:
            candidates, whose = stock_at_hand(_WHO, drug, strengths, sold_in)
        except Refusal as wrong:
            refused.append(wrong)
            continue
        takers = tuple(plan.participant for plan, _ in taken)
        as_planned = _as_planned(drug, (plan for plan, _ in taken))
        needs.append(_Need(drug, candidates, whose, takers, tuple(c for _, c in taken), as_planned))
    if not needs:
        raise refused[0]
    for each in refused:
        tell(str(each))
    return needs


def _as_planned(drug: str, several: Iterable[Plan]) -> dict[Fraction, int]:
    """The tablets of the plans as they are, by strength, the largest first."""
    planned: Counter[Fraction] = Counter()
    for plan in several:
        planned.update({q.strength_mg: q.tablets for q in plan.quantities if q.drug == drug})
    return dict(sorted(planned.items(), reverse=True))


# As text --------------------------------------------------------------------------------------

_TITLES = ["Strengths, mg", "Tablets", "Of each", "Most a day", "Broken", "Every dose"]
_NUMBERS = {1: "one", 2: "two", 3: "three"}


def _text(made: Iterable[tuple[_Need, Sequence[Choice]]], *, everything: bool) -> str:
    blocks = [_need_text(need, options, everything=everything) for need, options in made]
    return printable("\n".join(blocks))


def _need_text(need: _Need, options: Sequence[Choice], *, everything: bool) -> str:
    days = sum(sum(course.values()) for course in need.courses)
    doses = sorted({mg for course in need.courses for mg in course}, reverse=True)
    who = (
        need.participants[0]
        if len(need.participants) == 1
        else f"{len(need.participants)} participants"
    )
    lines = [
        wrapped(f"{who}: {need.drug} on {days} printed days, {dose.listed(doses)}"),
        wrapped(f"Tablets to choose from ({need.whose}): {in_words(need.candidates)}"),
        "",
        wrapped(
            f"As planned: {dose.listed(need.as_planned)}, {sum(need.as_planned.values())} tablets."
        ),
        *(wrapped(said) for said in _verdicts(options)),
        "",
        table(
            _TITLES,
            _rows(options, everything=everything),
            right=_TITLES[1:2] + _TITLES[3:5],
            whole=["Tablets", "Most a day", "Broken"],
        ).rstrip(),
        "",
        wrapped(
            "Tablets: for every printed day, whole. Most a day: pieces, a broken part is one. "
            "Broken: days with a broken tablet. 5:2 may be halved, 20:4 quartered."
        ),
    ]
    return "\n".join(lines) + "\n"


def _verdicts(options: Sequence[Choice]) -> Iterator[str]:
    """The best choice of each number of strengths, and what it saves."""
    before: int | None = None
    for number in range(1, MOST_STRENGTHS + 1):
        winner = best(options, number)
        label = f"Best {_NUMBERS[number]}: "
        if not any(o.is_feasible and len(o.strengths) == number for o in options):
            yield f"{label}no {_NUMBERS[number]} of them can make every dose."
        elif winner is None or winner.tablets is None or (before and winner.tablets >= before):
            yield f"{label}no fewer tablets than with fewer strengths."
        else:
            before = winner.tablets
            yield f"{label}{in_words(winner.strengths)}, {winner.tablets} tablets."
    if before is None:
        yield "Others can be named with --strengths: 5:2 may be halved, 20:4 quartered."


def _rows(options: Sequence[Choice], *, everything: bool) -> Iterator[list[str]]:
    """The best of each number of strengths; a strength that is never used is a choice of fewer."""
    for number in range(1, MOST_STRENGTHS + 1):
        several = [o for o in options if len(o.strengths) == number and o.uses_all]
        feasible = [o for o in several if o.is_feasible]
        shown = several if everything else feasible[:SHOWN] or several[:1]
        yield from (_row(option) for option in shown)


def _typed(strength: Strength) -> str:
    """A strength as --strengths takes it."""
    return dose.text(strength.mg) + (f":{strength.split}" if strength.split > 1 else "")


def _row(option: Choice) -> list[str]:
    strengths = ", ".join(_typed(strength) for strength in option.strengths)
    if option.quantities is None:
        lacking = ", ".join(dose.text(mg) for mg in option.unmakeable)
        return [strengths, "-", "-", "-", "-", f"not {lacking} mg"]
    each = " + ".join(str(count) for count in option.quantities.values())
    return [
        strengths,
        str(option.tablets),
        each,
        str(option.most_pieces),
        str(option.broken_days),
        "yes",
    ]


# As JSON --------------------------------------------------------------------------------------


def _json(made: Iterable[tuple[_Need, Sequence[Choice]]]) -> str:
    document = [_need(need, options) for need, options in made]
    return json.dumps({"stock": document}, indent=2, ensure_ascii=False) + "\n"


def _need(need: _Need, options: Sequence[Choice]) -> dict[str, Any]:
    winners = (best(options, number) for number in range(1, MOST_STRENGTHS + 1))
    return {
        "drug": need.drug,
        "participants": list(need.participants),
        "as_planned": _quantities(need.as_planned),
        "candidates": _strengths(need.candidates),
        "best": [_choice(winner) for winner in winners if winner is not None],
        "choices": [_choice(option) for option in options],
    }


def _strengths(stock: Stock) -> list[dict[str, Any]]:
    return [{"strength_mg": dose.text(s.mg), "split": s.split} for s in stock]


def _choice(option: Choice) -> dict[str, Any]:
    quantities = option.quantities
    return {
        "strengths": _strengths(option.strengths),
        "feasible": option.is_feasible,
        "tablets": option.tablets,
        "quantities": quantities
        and [{"strength_mg": dose.text(mg), "tablets": count} for mg, count in quantities.items()],
        "most_pieces_a_day": option.most_pieces,
        "broken_days": option.broken_days,
        "cannot_make_mg": [dose.text(mg) for mg in option.unmakeable],
        "days_unmade": option.days_unmade,
    }


def _quantities(quantities: Mapping[Fraction, int]) -> list[dict[str, Any]]:
    return [{"strength_mg": dose.text(mg), "tablets": count} for mg, count in quantities.items()]
