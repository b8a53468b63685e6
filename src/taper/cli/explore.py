"""`taper protocols explore`: every baseline of a protocol, before anybody is enrolled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from taper import sources
from taper.cli import streams
from taper.cli.options.common import Answer, wants_json
from taper.cli.options.sheets import read_option, refuse_unknown
from taper.cli.options.tablets import SetsOfStrengths
from taper.cli.shown import explored as shown
from taper.cli.speech import put_text, tell
from taper.doses import dose
from taper.doses.tablets import Stock
from taper.drawing import baselines
from taper.exports.answers import dumped
from taper.operations.pharmacy.at_hand import DEFAULT_MARKET, read_drug, stock_at_hand
from taper.operations.trying.exploring import usual_drug
from taper.planning import exploration
from taper.planning.explored import Question
from taper.planning.explored_sets import refuse_other_sets
from taper.storage import files
from taper.trial.rules import Trial

_WHO = "taper protocols explore"


def explore(
    id_: Annotated[
        str, typer.Argument(metavar="PROTOCOL", help="One of them, or a path to a file.")
    ],
    drug: Annotated[
        str | None,
        typer.Option(
            metavar="DRUG", help="The drug of the baseline. [default: prednisone, or prednisolone]"
        ),
    ] = None,
    strengths: SetsOfStrengths = None,
    least_mg: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="MG",
            help="The least baseline, mg prednisone. [default: the protocol's, or over the target]",
        ),
    ] = None,
    most_mg: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="MG", help="The most, mg prednisone. [default: the protocol's]"
        ),
    ] = None,
    weight: Annotated[
        str | None,
        typer.Option("--weight-kg", metavar="KG", help="For a regimen that goes by weight."),
    ] = None,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw them into this SVG file too.")
    ] = None,
    answer: Answer = "table",
) -> None:
    """Try every baseline of a protocol: days to the target, window, tablets.

    Each dose that the tablets make, from the least that is eligible to the most, is planned as a
    participant's would be. Without --strengths with the plain tablets of the protocol's market;
    given several times, sets of tablets are compared.
    """
    as_json = wants_json(answer)
    refuse_unknown("protocol", id_, sources.protocol_ids())
    trial = sources.trial(id_)
    market = trial.protocol.market or DEFAULT_MARKET
    named = usual_drug(trial) if drug is None else read_drug(_WHO, "--drug", drug)
    sets: list[str | None] = [*(strengths or [])] or [None]
    stocks = [stock_at_hand(_WHO, named, each, market)[0] for each in sets]
    refuse_other_sets(_WHO, stocks)
    question = Question(
        drug=named,
        stock=stocks[0],
        least_mg=_dose("--from", least_mg),
        most_mg=_dose("--to", most_mg),
        weight_kg=_dose("--weight-kg", weight),
    )
    said, drawn = _found(trial, question, stocks, as_json=as_json)
    if svg is not None:
        from taper.folder.ledger_file import refuse_kept  # who draws nothing needs no folder

        refuse_kept([svg])
        files.write_all({svg: drawn().encode()})
        streams.note_written()
    put_text(said)
    if svg is not None:
        tell(f"Wrote {svg}")


def _found(
    trial: Trial, question: Question, stocks: Sequence[Stock], *, as_json: bool
) -> tuple[str, Callable[[], str]]:
    """What is said, and who draws it, of one set of tablets or of several."""
    if len(stocks) == 1:
        one = exploration.explore(trial, question)
        said = dumped(one.as_dict()) if as_json else shown.explored(one)
        return said, partial(baselines.as_svg, one)
    sets = exploration.explore_sets(trial, question, stocks)
    said = dumped(sets.as_dict()) if as_json else shown.compared(sets)
    return said, partial(baselines.sets_as_svg, sets)


def _dose(option: str, typed: str | None) -> Fraction | None:
    return None if typed is None else read_option(option, typed, dose.parse_positive)
