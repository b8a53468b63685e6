"""`taper protocols` and `taper regimens`: what is shipped, when infusions are due, comparisons."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup

from taper import sources
from taper.cli.options.common import Answer, wants_json
from taper.cli.shown import comparison as compared
from taper.cli.shown import protocols as listed
from taper.cli.shown.protocols import Sheet
from taper.cli.speech import put, tell
from taper.doses import dose
from taper.doses.evidence import Status
from taper.drawing.regimens import as_svg
from taper.errors import UsageError
from taper.planning import comparison
from taper.sources import checking
from taper.storage import files
from taper.trial.fields import parse_count, parse_date
from taper.trial.infusions import due
from taper.trial.protocol import MAX_MONTHS, Protocol, Window
from taper.wording.quoting import did_you_mean, quoted

_YAML = (".yaml", ".yml")

Value = TypeVar("Value")


def _put_text(text: str) -> None:
    put(text.encode())


def _put_json(data: Any) -> None:
    _put_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def _refuse_unknown(what: str, id_: str, known: tuple[str, ...]) -> None:
    """Raise for what is neither an id nor a path."""
    if id_ not in known and "/" not in id_ and not id_.endswith(_YAML):
        raise UsageError(
            f"The {what} is {quoted(id_)}; allowed: an id that taper {what}s lists, or a path to "
            f"a file{did_you_mean(id_, known)}."
        )


def _option(name: str, typed: str, parse: Callable[[object], Value]) -> Value:
    try:
        return parse(typed)
    except ValueError as allowed:
        raise UsageError(f"{name} is {quoted(typed)}; allowed: {allowed}.") from None


# Protocols ------------------------------------------------------------------------------------


def protocols(
    id_: Annotated[
        str | None, typer.Argument(metavar="ID", help="One of them, or a path to a file.")
    ] = None,
    first_infusion: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="List when every infusion is due."),
    ] = None,
    answer: Answer = "table",
) -> None:
    """List the protocols, or show one with its sources.

    With --first-infusion every infusion's date and window are listed instead.
    """
    as_json = wants_json(answer)
    if id_ is None:
        if first_infusion is not None:
            raise UsageError("--first-infusion needs the ID of a protocol before it.")
        trials = [sources.trial(each) for each in sources.protocol_ids()]
        if as_json:
            _put_json([listed.protocol_data(trial) for trial in trials])
        else:
            _put_text(listed.protocols(trials))
        return
    _refuse_unknown("protocol", id_, sources.protocol_ids())
    trial = sources.trial(id_)
    if first_infusion is not None:
        _put_infusions(trial.protocol, first_infusion, as_json=as_json)
    elif as_json:
        _put_json(listed.protocol_data(trial))
    else:
        _put_text(listed.protocol(trial))


def _put_infusions(protocol: Protocol, first_infusion: str, *, as_json: bool) -> None:
    dated = due(protocol, _option("--first-infusion", first_infusion, parse_date))
    if as_json:
        _put_json({"protocol": protocol.id, "due": [listed.infusion_data(i) for i in dated]})
    else:
        _put_text(listed.infusions(protocol, dated))


# Regimens -------------------------------------------------------------------------------------


class ShowUnlessNamed(TyperGroup):
    """Commands of which `show` is meant where none is named: `taper regimens ID`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `show` where no command stands and no help is asked for."""
        named = {*self.commands, *ctx.help_option_names}
        return super().parse_args(ctx, args if args[:1] and args[0] in named else ["show", *args])


regimens = typer.Typer(cls=ShowUnlessNamed, help="List the regimens, show one, or compare them.")


@regimens.command()
def show(
    id_: Annotated[
        str | None, typer.Argument(metavar="ID", help="One of them, or a path to a file.")
    ] = None,
    answer: Answer = "table",
) -> None:
    """List the regimens, or show one with its sources and the choices made in it."""
    as_json = wants_json(answer)
    if id_ is None:
        sheets = [sources.regimen_sheet(each) for each in sources.regimen_ids()]
        if as_json:
            _put_json([dict(sheet) for sheet in sheets])
        else:
            _put_text(listed.regimens(sheets, map(sources.burst_sheet, sources.burst_ids())))
        return
    sheet = _sheet(id_)
    if as_json:
        _put_json(dict(sheet))
    else:
        _put_text(listed.regimen(sheet))


def _sheet(id_: str) -> Sheet:
    _refuse_unknown("regimen", id_, sources.regimen_ids())
    if id_ in sources.regimen_ids():
        return sources.regimen_sheet(id_)
    return checking.regimen_file(Path(id_))


@regimens.command("compare")
def compare_regimens(
    ids: Annotated[
        list[str],
        typer.Argument(metavar="ID", help="Regimens, or paths to files of regimens or protocols."),
    ],
    start_mg: Annotated[
        str, typer.Option("--from", metavar="MG", help="The dose to taper from, mg prednisone.")
    ],
    target_mg: Annotated[
        str, typer.Option("--to", metavar="MG", help="The dose to reach, mg prednisone.")
    ],
    window_months: Annotated[
        str, typer.Option(metavar="N", help="The window to reach it in, months.")
    ] = "4",
    weight: Annotated[
        str | None, typer.Option(metavar="KG", help="For regimens that go by weight.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="The first taper day: gives dates, exact windows."),
    ] = None,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw them into this SVG file too.")
    ] = None,
    answer: Answer = "table",
) -> None:
    """Compare regimens by days, dose, steps and window.

    Doses are prednisone-equivalent and ideal, before any tablet. A regimen that cannot be used
    from that dose is listed with the reason.
    """
    as_json = wants_json(answer)
    question = _question(start_mg, target_mg, window_months, weight, start)
    sheets = [(Path(each).name, _sheet(each)) for each in dict.fromkeys(ids)]
    answers = [_answer(name, sheet, question) for name, sheet in sheets]
    if svg is not None:
        files.write_all({svg: as_svg(answers, question).encode()})
    if as_json:
        _put_json([compared.as_data(each, question.start) for each in answers])
    else:
        notes = list(_notes(answers, [sheet for _, sheet in sheets], question))
        _put_text(compared.comparison(answers, question, notes))
    if svg is not None:
        tell(f"Wrote {svg}")


def _question(
    start_mg: str, target_mg: str, months: str, weight: str | None, start: str | None
) -> comparison.Question:
    start_dose = _option("--from", start_mg, dose.parse_positive)
    target = _option("--to", target_mg, dose.parse)
    if start_dose <= target:
        raise UsageError(
            f"--from is {dose.text(start_dose)} and --to is {dose.text(target)}; allowed: a --from "
            "above --to."
        )
    return comparison.Question(
        start_mg=start_dose,
        target_mg=target,
        window=_option("--window-months", months, _window),
        weight_kg=None if weight is None else _option("--weight", weight, dose.parse_positive),
        start=None if start is None else _option("--start", start, parse_date),
    )


def _window(typed: object) -> Window:
    months = parse_count(typed)
    if not 1 <= months <= MAX_MONTHS:
        raise ValueError(f"whole months from 1 to {MAX_MONTHS}")
    return Window(months=months)


def _answer(name: str, sheet: Sheet, question: comparison.Question) -> comparison.Answer:
    if "needs" in sheet:
        open_ = f"not usable before its open numbers are filled in: {'; '.join(sheet['needs'])}"
        return comparison.Answer(name, refused=f"{name}: {open_}.")
    return comparison.answer(name, sources.rule_of(sheet), question)


def _notes(
    answers: list[comparison.Answer], sheets: list[Sheet], question: comparison.Question
) -> Iterator[str]:
    """What must be known beside the figures."""
    for answer, sheet in zip(answers, sheets, strict=True):
        if answer.refused:
            yield answer.refused
        elif listed.outside(sheet, question.start_mg):
            yield (
                f"{answer.name}: {dose.text(question.start_mg)} mg is outside its published start "
                f"doses, {listed.start_doses(sheet)} mg."
            )
        if sheet["status"] == Status.UNVERIFIED:
            yield f"{answer.name}: {Status.UNVERIFIED}; check it against {sheet['verify']}."
