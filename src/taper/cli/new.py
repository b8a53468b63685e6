"""`taper new`: a participant's file by questions, each answer checked as it is typed."""

from __future__ import annotations

import os
import select
import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from taper.cli import streams
from taper.cli.options.planning import Today, day
from taper.cli.options.sheets import read_option
from taper.cli.speech import put_text, refuse, tell
from taper.doses import dose
from taper.errors import Refusal, Stopped, TaperError, UsageError
from taper.operations.changing.entering import Entering, Question, parse_attended
from taper.operations.plans.one import plan_of
from taper.operations.plans.taken import taken
from taper.planning.plan import Plan, Planned
from taper.sources.typed_values import entered
from taper.storage import files
from taper.storage.reasons import CannotWrite
from taper.trial.fields import parse_date
from taper.wording.layout import wrapped
from taper.wording.quoting import quoted

_LONGEST_ANSWER = 10_000
_ENDINGS = (".yaml", ".yml")


def new(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="What to write, or ID.yaml here; never over a file."),
    ] = None,
    today: Today = None,
) -> None:
    """Write a participant's file by questions, each answer checked as it is typed.

    Where answers are not typed but come from a file or a program, one a line, the first that is
    refused ends the command. At the end the file is shown, and planned as of today.
    """
    as_of = day(today)
    if path is not None:
        _refuse_name(path)
    try:
        entering = _asked(Path() if path is None else path.parent)
        path = path or Path(f"{entering.answers['participant']}.yaml")
        _refuse_name(path)
        put_text(f"\n{entering.raw.decode()}\n")
        is_planned = _is_planned(entering, as_of)
        if _somebody_is_there():
            _refuse_unwanted(path, is_planned=is_planned)
    except KeyboardInterrupt:
        raise Stopped("Stopped; nothing was written.") from None
    files.write_all({path: entering.raw}, new=[path])
    streams.note_written()
    tell(f"Wrote {path}. Next: taper plan {path}")


def _refuse_name(path: Path) -> None:
    if path.suffix.lower() not in _ENDINGS:
        raise UsageError(f"FILE is {quoted(str(path))}; allowed: a file that ends in .yaml.")
    if os.path.lexists(path):
        raise CannotWrite(path, "a file of that name is in the way")


# Questions and answers ----------------------------------------------------------------------------


def _asked(folder: Path) -> Entering:
    """Every question answered; a refused one is asked again where somebody is there to answer."""
    tell("An empty answer takes what is shown in brackets; ? shows what is allowed.")
    entering = Entering(_read, folder)
    while (question := entering.next) is not None:
        tell(_prompt(question))
        typed = _answer(question)
        if typed == "?":
            tell(wrapped(f"Allowed: {question.allowed}."))
            continue
        try:
            entering.take(question, typed)
        except TaperError as refused:
            if not _somebody_is_there():
                raise TaperError(f"{refused}\nNothing was written.") from None
            refuse(str(refused))
    if not _somebody_is_there():
        _refuse_left_over()
    return entering


def _refuse_left_over() -> None:
    """Answers that go on after the last question: one of them was not to the question it met."""
    while _has_more():
        line = _line("What follows on the last answer")
        if line.strip():
            raise TaperError(
                f"The answers go on after the last question, with {quoted(line.strip())}; nothing "
                "was written."
            )
        if not line:
            return


def _has_more() -> bool:
    """Whether something can be read without waiting: a program may leave its pipe open."""
    try:
        number = sys.stdin.fileno()
    except (OSError, ValueError):  # in memory
        return True
    try:
        return bool(select.select([number], [], [], 0)[0])
    except (OSError, ValueError):  # no system that could tell
        return False


def _prompt(question: Question) -> str:
    if question.usual is None:
        return f"{question.asked}:"
    return f"{question.asked} [{question.usual or 'nothing'}]:"


def _answer(question: Question) -> str:
    """A line that was typed; raises `TaperError` where there is no more."""
    line = _line(f"The answer to '{question.asked}'")
    if not line:
        raise TaperError(f"The answers end before that to '{question.asked}'; nothing was written.")
    return line.strip()


def _line(what: str) -> str:
    """The next line, empty at the end; raises `TaperError` for `what` is no text."""
    try:
        return "" if sys.stdin is None else sys.stdin.readline(_LONGEST_ANSWER)
    except UnicodeDecodeError:
        raise TaperError(f"{what} is no text in UTF-8; nothing was written.") from None


def _somebody_is_there() -> bool:
    """Whether a person types the answers, who can be asked again."""
    return sys.stdin is not None and sys.stdin.isatty()


def _read(place: str, key: str, typed: str) -> Any:
    """The value of a key, read as everywhere else."""
    if key == "drug" and typed.casefold() == "none":
        return "none"
    if key == "attended":
        return read_option(place, typed, partial(parse_attended, parse_date=parse_date))
    return entered(place, key, typed)


def _is_planned(entering: Entering, as_of: date) -> bool:
    """Show what is taken today, or why there is no plan, which a person may mend later."""
    try:
        plan = plan_of(entering.trial, entering.participant, today=as_of)
    except Refusal as refused:
        if not _somebody_is_there():
            raise TaperError(f"{refused}\nNothing was written.") from None
        refuse(str(refused))
        return False
    put_text(f"{wrapped(_today(plan, as_of))}\n")
    return True


def _refuse_unwanted(path: Path, *, is_planned: bool) -> None:
    """Ask whoever is there whether it is what they meant."""
    tell(f"Write it to {path}? [Y/n]" if is_planned else f"Write it to {path} all the same? [y/N]")
    wanted = ("", "y", "yes") if is_planned else ("y", "yes")
    if sys.stdin.readline(_LONGEST_ANSWER).strip().casefold() not in wanted:
        raise TaperError("Nothing was written.")


def _today(plan: Planned, as_of: date) -> str:
    """What the plan says of today, and until when it goes."""
    who = f"{plan.participant}, {as_of}"
    if not isinstance(plan, Plan):
        return f"{who}: takes no steroid, so there is nothing to plan."
    now = taken(plan, as_of)
    said = f"{dose.text(now[1])} mg {now[0]}" if now else "before the first day of the plan"
    reached = plan.target_reached or "not in this plan"
    return f"{who}: {said} today; taper from {plan.taper_start}, target reached {reached}."
