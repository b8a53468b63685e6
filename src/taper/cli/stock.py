"""`taper stock`: which one, two or three strengths to have on the shelf."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Annotated

import typer

from taper.cli.options.common import Answer, wants_json
from taper.cli.options.planning import Paths, Protocol, Regimen, Today, plans_of
from taper.cli.options.tablets import Strengths
from taper.cli.shown import stock as shown
from taper.cli.speech import put_text, tell
from taper.doses import dose
from taper.doses.tablets import Stock, refuse_too_fine
from taper.errors import ExitCode, TaperError, UsageError
from taper.exports import answers
from taper.exports.answers.stock import as_data
from taper.operations.pharmacy.at_hand import DEFAULT_MARKET, read_drug, read_market, stock_at_hand
from taper.operations.plans.several import PlannedFile
from taper.pharmacy.stocking import (
    MOST_STEPS_OF_A_CHOICE,
    Need,
    Takers,
    choices,
    needs,
    takers,
)
from taper.planning.plan import NotTapering

_WHO = "taper stock"


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
    planned, code = plans_of(paths, today=today, protocol=protocol, regimen=regimen)
    found = _takers(planned, drug, market)
    needed = _needs(found, strengths)
    if len(needed) < len(found):
        code = ExitCode.SOME_REFUSED
    made = [(need, choices(need.courses, need.candidates)) for need in needed]
    put_text(answers.dumped(as_data(made)) if as_json else shown.stock(made, everything=every))
    raise typer.Exit(code)


def _takers(planned: Sequence[PlannedFile], drug: str | None, market: str | None) -> Takers:
    """Whoever takes a tablet of that drug, or of any."""
    wanted = None if drug is None else read_drug(_WHO, "--drug", drug)
    chosen = None if market is None else read_market(market)
    for each in planned:
        if isinstance(each.plan, NotTapering):
            tell(f"{each.plan.participant} takes no steroid: there is nothing to stock.")
        elif any(step.times for step in each.plan.steps):
            tell(
                f"{each.plan.participant} divides the dose of a day: its tablets are chosen here "
                "as if it were taken at once."
            )
    found = takers(((p.plan, chosen or p.market or DEFAULT_MARKET) for p in planned), wanted)
    if not found:
        raise TaperError(f"Nobody here takes a tablet{f' of {wanted}' if wanted else ''}.")
    return found


def _needs(found: Takers, strengths: str | None) -> list[Need]:
    """What is to be stocked. A drug without known tablets is told and stops no other."""
    _refuse_several_drugs({drug: None for drug, _ in found}, strengths)

    def at_hand(drug: str, market: str, highest_mg: Fraction) -> tuple[Stock, str]:
        candidates, whose = stock_at_hand(_WHO, drug, strengths, market)
        refuse_too_fine(_WHO, "--strengths", highest_mg, candidates, MOST_STEPS_OF_A_CHOICE)
        return candidates, whose

    needed, refused = needs(found, at_hand)
    if not needed:
        raise refused[0]
    for each in refused:
        tell(str(each))
    return needed


def _refuse_several_drugs(drugs: Iterable[str], strengths: str | None) -> None:
    several = list(drugs)
    if strengths is not None and len(several) > 1:
        raise UsageError(
            f"--strengths names tablets of one drug, and these plans are of {dose.join(several)}; "
            "allowed: one of them with --drug."
        )
