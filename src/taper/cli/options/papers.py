"""The options that choose what is printed of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from taper.doses import dose
from taper.errors import UsageError
from taper.operations.plans.one import earlier_plan
from taper.paper.documents import Paper, Press, limited
from taper.record.forms import Format
from taper.trial.fields import parse_count
from taper.wording.case import as_known
from taper.wording.quoting import did_you_mean, shown

if TYPE_CHECKING:
    from taper.paper.pages import PaperSize

Papers = Annotated[
    list[str] | None,
    typer.Option(
        "--document",
        metavar="NAME",
        help=f"What to print of the plan: {', '.join(Paper)}; may be given several times. "
        "[default: calendar]",
        show_default=False,
    ),
]
Diary = Annotated[
    bool,
    typer.Option("--diary", help="A calendar with boxes to tick, and a sheet for what came back."),
]
NoCard = Annotated[
    bool,
    typer.Option(
        "--no-emergency-card",
        help="No emergency card beside the calendar of whom it is found to need one.",
    ),
]
Sheet = Annotated[
    str | None,
    typer.Option("--paper", metavar="letter|A4", help="The paper. [default: by the locale]"),
]
Earlier = Annotated[
    Path | None,
    typer.Option(
        "--replaces", metavar="OLD_PLAN.json", help="The plan that this one takes the place of."
    ),
]
PrintSeconds = Annotated[
    str | None,
    typer.Option(
        "--print-seconds",
        metavar="N",
        help="The most seconds that printing one paper may take. [default: no limit]",
        show_default=False,
    ),
]
PrintMemory = Annotated[
    str | None,
    typer.Option(
        "--print-memory",
        metavar="MB",
        help="The most memory that printing one paper may take. [default: no limit]",
        show_default=False,
    ),
]

_SIZES: Mapping[str, PaperSize] = {"letter": "letter", "a4": "A4"}


def papers(typed: Sequence[str] | None, *, diary: bool = False) -> list[Paper]:
    """The documents that --document names, each once; the calendar where it names none.

    With --diary the calendars among them are diaries.
    """
    named = [_document(each) for each in typed or [Paper.CALENDAR]]
    if diary and not any(each.lists_days for each in named):
        said = dose.join([each.value for each in named])
        raise UsageError(
            f"--diary is given with --document {said}; allowed: with calendar or large-print."
        )
    return list(dict.fromkeys(each.as_diary if diary else each for each in named))


def _document(typed: str) -> Paper:
    try:
        return Paper(as_known(typed, list(Paper)))
    except ValueError:
        meant = did_you_mean(typed, list(Paper))
        allowed = dose.join(list(Paper), "or")
        raise UsageError(f"--document is {shown(typed)}; allowed: {allowed}{meant}.") from None


def usual_format(chosen: Sequence[Paper], typed: Sequence[str] | None) -> Format:
    """What is made of one plan where no --format is given: paper where a --document is."""
    only_calendar = chosen == [Paper.CALENDAR]
    return Format.TABLE if only_calendar and typed is None else Format.PDF


def refuse_no_printed(chosen: Sequence[Paper], wanted: Sequence[Format]) -> None:
    """A document beside the calendar is paper only, and so needs a format that prints."""
    if chosen != [Paper.CALENDAR] and not any(each.is_printed for each in wanted):
        said = dose.join([each for each in chosen if each is not Paper.CALENDAR])
        formats = dose.join(list(wanted) or ["parquet"])
        raise UsageError(f"--format is {formats} with --document {said}; allowed: pdf or html.")


def paper(typed: str | None, wanted: Iterable[Format]) -> PaperSize | None:
    """The paper that --paper names, None for that of the locale; it is of what is printed alone."""
    if typed is None:
        return None
    if not any(each.is_printed for each in wanted):
        raise UsageError(
            "--paper is given without --format pdf or html; allowed: with one of them."
        )
    size = _SIZES.get(typed.casefold())
    if size is None:
        raise UsageError(f"--paper is {shown(typed)}; allowed: letter or A4.")
    return size


def replaced_plan(chosen: Iterable[Paper], path: Path | None) -> Mapping[str, Any] | None:
    """The earlier plan that --replaces names: a notice needs it, a calendar may say it."""
    if path is None:
        if Paper.NOTICE in chosen:
            raise UsageError(
                "--document is notice without --replaces; allowed: --replaces with the JSON of "
                "the plan that has changed."
            )
        return None
    if not any(each is Paper.NOTICE or each.lists_days for each in chosen):
        raise UsageError(
            "--replaces is given without a document that says so; allowed: with calendar, "
            "large-print or notice."
        )
    return earlier_plan(path)


# How long and with how much a paper may be printed ----------------------------------------------

_SECONDS, _MEGABYTES = (1, 86_400), (100, 1_000_000)
"""The least and the most of each: the program itself takes half of the least memory."""


def press(seconds: str | None, memory: str | None, wanted: Iterable[Format]) -> Press | None:
    """Who prints: a process that can be ended, where --print-seconds or --print-memory asks for it.

    Otherwise None, and whoever plans prints too.
    """
    within = _limit("--print-seconds", seconds, _SECONDS, wanted)
    at_most = _limit("--print-memory", memory, _MEGABYTES, wanted)
    return None if within is at_most is None else limited(within, at_most)


def _limit(
    option: str, typed: str | None, bounds: tuple[int, int], wanted: Iterable[Format]
) -> int | None:
    if typed is None:
        return None
    if Format.PDF not in wanted:
        raise UsageError(f"{option} is given without --format pdf; allowed: both, or neither.")
    least, most = bounds
    with suppress(ValueError):
        if least <= parse_count(typed) <= most:
            return parse_count(typed)
    raise UsageError(f"{option} is {shown(typed)}; allowed: a whole number from {least} to {most}.")
