"""`taper forecast`: are there tablets enough, before anybody is enrolled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from taper import sources
from taper.cli.options import dask as dasks
from taper.cli.options.common import Answer, wants_json
from taper.cli.options.pharmacy import Packs
from taper.cli.options.planning import Today, day
from taper.cli.options.sheets import read_option, refuse_unknown
from taper.cli.options.tablets import Strengths
from taper.cli.options.workers import Workers, pool_of
from taper.cli.progress import progress, stop_on_interrupt
from taper.cli.shown import forecast as shown
from taper.cli.speech import put_text, tell
from taper.doses import dose
from taper.errors import Stopped, UsageError
from taper.exports.answers import dumped
from taper.exports.answers.forecast import as_data
from taper.operations.pharmacy.at_hand import DEFAULT_MARKET, read_plain, stock_at_hand
from taper.operations.pharmacy.handing_out import read_packs
from taper.operations.trying.exploring import usual_drug
from taper.operations.trying.forecasting import foretold, read_baselines
from taper.pharmacy.assumed import (
    Assumed,
    Baselines,
    parse_baselines,
    parse_days,
    parse_share,
)
from taper.pharmacy.forecast import Forecast, never_drawn
from taper.pharmacy.terms import Pack
from taper.results.times import parse_time
from taper.sources.tables import is_table
from taper.trial.fields import MAX_DAYS, parse_date
from taper.trial.rules import Trial
from taper.wording.quoting import quoted
from taper.workers.access import Access

_WHO = "taper forecast"
_MOST_PARTICIPANTS, _MOST_TRIALS = 10_000, 100_000
_FEW_TRIALS = 40
"""So many take less time than a second process needs to begin."""
_PRICES = "the price of one tablet of each strength, each once, such as 5:0.12,1:0.08"


def forecast(
    id_: Annotated[
        str, typer.Argument(metavar="PROTOCOL", help="One of them, or a path to a file.")
    ],
    n: Annotated[str, typer.Option("--n", metavar="N", help="How many participants a trial has.")],
    baseline: Annotated[
        str,
        typer.Option(
            metavar="DISTRIBUTION|FILE",
            help="Start doses, mg prednisone: 10,15,20, uniform:10:25, normal:20:5, or a table "
            "with a column dose_mg.",
        ),
    ],
    seed: Annotated[
        str, typer.Option(metavar="N", help="The same seed gives the same forecast.")
    ] = "1",
    trials: Annotated[str, typer.Option(metavar="N", help="How many trials are drawn.")] = "1000",
    enrol_days: Annotated[
        str, typer.Option(metavar="N", help="Infusion 1 is on one of so many days.")
    ] = "365",
    first: Annotated[
        str | None,
        typer.Option("--first", metavar="DATE", help="The first of these days. [default: today]"),
    ] = None,
    delay: Annotated[
        str,
        typer.Option(metavar="DAYS", help="How late later infusions are: 7, or 0:7 for any of it."),
    ] = "0",
    flares: Annotated[
        str, typer.Option(metavar="SHARE", help="The share that has a flare, such as 0.15.")
    ] = "0",
    flare_days: Annotated[
        str, typer.Option(metavar="DAYS", help="How long a flare lasts: 14, or 7:28.")
    ] = "14",
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="TIME", help="Tablets until so long after infusion 1, such as 16m."
        ),
    ] = None,
    drug: Annotated[
        str | None,
        typer.Option(
            metavar="DRUG", help="The drug of the baseline. [default: prednisone, or prednisolone]"
        ),
    ] = None,
    strengths: Strengths = None,
    weight: Annotated[
        str | None,
        typer.Option("--weight-kg", metavar="KG", help="For a regimen that goes by weight."),
    ] = None,
    packs: Packs = None,
    prices: Annotated[
        str | None,
        typer.Option(
            metavar="MG:PRICE,…", help="What a tablet costs, in any money: 5:0.12,1:0.08."
        ),
    ] = None,
    workers: Workers = None,
    dask: dasks.Address = None,
    dask_ca: dasks.Authority = None,
    dask_cert: dasks.Certificate = None,
    dask_key: dasks.Key = None,
    dask_unencrypted: dasks.Unencrypted = False,
    today: Today = None,
    answer: Answer = "table",
) -> None:
    """Forecast a trial's tablets by strength and month, before anybody is enrolled.

    Trials are drawn at random from what is stated, and each participant is planned by the engine.
    So many tablets suffice in 50, 80 and 95 of 100 trials. Costs are told where prices are given.
    """
    as_json = wants_json(answer)
    refuse_unknown("protocol", id_, sources.protocol_ids())
    trial = sources.trial(id_)
    named = usual_drug(trial) if drug is None else read_plain(_WHO, "--drug", drug)
    stock, _ = stock_at_hand(_WHO, named, strengths, trial.protocol.market or DEFAULT_MARKET)
    begins = day(today) if first is None else read_option("--first", first, parse_date)
    assumed = Assumed(
        n=_count("--n", n, _MOST_PARTICIPANTS),
        seed=_count("--seed", seed, 99_999, least=0),
        trials=_count("--trials", trials, _MOST_TRIALS),
        first=begins,
        enrol_days=_count("--enrol-days", enrol_days, MAX_DAYS),
        baselines=_baselines(baseline),
        drug=named,
        stock=stock,
        delay=read_option("--delay", delay, parse_days),
        flares=read_option("--flares", flares, parse_share),
        flare_days=read_option("--flare-days", flare_days, parse_days),
        weight_kg=None
        if weight is None
        else read_option("--weight-kg", weight, dose.parse_positive),
    )
    if until is not None:
        time = read_option("--until", until, parse_time)
        assumed = replace(assumed, until_days=(time.after(begins) - begins).days)
    boxes = () if packs is None else read_packs(_WHO, packs)
    costs = _prices(prices)
    access = dasks.access(dask, Access("", dask_ca, dask_cert, dask_key, dask_unencrypted))
    with ExitStack() as during:
        stop = during.enter_context(stop_on_interrupt())
        bar = during.enter_context(progress(wanted=not as_json))
        pool = during.enter_context(pool_of(access, Path(id_), workers, stop, _FEW_TRIALS))
        made = foretold(id_, assumed, pool=pool, packs=boxes, prices=costs, progress=bar)
        if stop.is_set():
            raise Stopped("Stopped; a forecast of some of the trials would be another one.")
    for said in (*_never_drawn(trial, assumed), *_unused(made, boxes, costs)):
        tell(said)
    put_text(dumped(as_data(made)) if as_json else shown.forecast(made))


# What was typed ---------------------------------------------------------------------------------


def _count(option: str, typed: str, most: int, *, least: int = 1) -> int:
    found = int(typed) if re.fullmatch("0|[1-9][0-9]{0,5}", typed, re.ASCII) else -1
    if not least <= found <= most:
        raise UsageError(
            f"{option} is {quoted(typed)}; allowed: a whole number from {least} to {most}."
        )
    return found


def _never_drawn(trial: Trial, assumed: Assumed) -> Iterator[str]:
    """Which start doses are in no trial, as somebody counts on them."""
    outside = never_drawn(trial, assumed)
    if outside:
        doses = dose.join([dose.text(mg) for mg in sorted(set(outside))], "and")
        yield (
            f"--baseline: {len(outside)} of {len(assumed.baselines.numbers)} start doses "
            f"({doses} mg) are outside what the protocol lets in, and never drawn."
        )


def _unused(
    made: Forecast, packs: Sequence[Pack], prices: Mapping[Fraction, Fraction]
) -> Iterator[str]:
    """Packs and prices of tablets that no trial needs, which is likely to be a slip."""
    needed = [each.tablet for each in made.whole]
    for pack in packs:
        if not any(map(pack.holds, needed)):
            yield f"--packs: no {'solution' if pack.in_ml else 'tablet'} of {pack.said} is needed."
    for mg in prices:
        if mg not in [each.strength_mg for each in needed]:
            yield f"--prices: nothing of {dose.text(mg)} mg is needed."


def _baselines(typed: str) -> Baselines:
    path = Path(typed)
    return (
        read_baselines(path)
        if is_table(path)
        else read_option("--baseline", typed, parse_baselines)
    )


def _prices(typed: str | None) -> Mapping[Fraction, Fraction]:
    prices: dict[Fraction, Fraction] = {}
    for each in typed.split(",") if typed else ():
        mg, _, price = each.strip().partition(":")
        try:
            strength, cost = dose.parse_positive(mg), dose.parse(price)
        except ValueError:
            raise UsageError(f"--prices is {quoted(str(typed))}; allowed: {_PRICES}.") from None
        if strength in prices:
            raise UsageError(f"--prices is {quoted(str(typed))}; allowed: {_PRICES}.")
        prices[strength] = cost
    return prices
