"""What a paper takes the place of under its name, where that was of another form (§10.10.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from taper.errors import TaperError
from taper.operations.plans.outputs import Output
from taper.operations.verifying.printed_file import MOST_BYTES, WANTED
from taper.paper.issue import Issue
from taper.record.forms import Format
from taper.sources.raw import bytes_of


def other_forms(issue: Issue, wanted: Iterable[Output], folder: Path) -> Iterator[str]:
    """A sentence for each PDF that lies there on other paper, or with other days.

    What is no paper of taper's is passed over: of that there is nothing to compare.
    """
    for each in wanted:
        path = folder / each.name(issue.plan.participant)
        if each.format is Format.PDF and path.is_file():
            yield from _other_form(issue, each, path)


def _other_form(issue: Issue, output: Output, path: Path) -> Iterator[str]:
    there = _lying_at(path)
    if there is None:
        return
    before, now = _size(there), _size(issue)
    if before != now:
        yield f"{path.name} was on {before} paper before, and is on {now} now."
    if there.part and output.part and there.part != output.part:
        yield (
            f"{path.name} had the days until {there.part.last} before, and has those until "
            f"{output.part.last} now."
        )


def _lying_at(path: Path) -> Issue | None:
    from taper.paper import record
    from taper.paper.proof import asked  # who overwrites nothing needs no reader

    with suppress(TaperError, OSError, ValueError, ArithmeticError, LookupError):
        document = asked.found_in(path.name, bytes_of(path, MOST_BYTES, WANTED)).document
        return None if document is None else record.recalled(document)[0]
    return None


def _size(issue: Issue) -> str:
    from taper.paper.pages.language import language

    return issue.paper or language(issue.plan.locale).paper
