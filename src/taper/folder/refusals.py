"""`refused.csv`: everything that was wrong in the files or rows of a run, for whoever mends it.

It is of the last run only, with its day, and opened in a spreadsheet: no cell of it may become a
formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from taper.errors import Problem, Refusal, TaperError
from taper.folder.outcomes import Outcome
from taper.sources.claims import Claimant
from taper.sources.tables import CellProblem, in_columns, participant
from taper.wording.cells import neutral

NAME = "refused.csv"
COLUMNS = ("row", "participant", "column", "value", "allowed", "problem", "source", "date")
_MOST = 200


def in_its_words(claimant: Claimant, error: TaperError) -> TaperError:
    """The error in the words of where the participant came from: columns for a row's fields."""
    if claimant.row is None or not isinstance(error, Refusal):
        return error
    return in_columns(claimant.row, error)


def also_wrong(claimant: Claimant) -> tuple[Problem, ...]:
    """What is wrong within a row that is refused already: every problem is told at once."""
    if claimant.row is not None:
        try:
            participant(claimant.row)
        except Refusal as wrong:
            return wrong.problems
    return ()


def as_csv(source: str, today: date, outcomes: Iterable[Outcome]) -> bytes:
    """One line a problem; the header alone where nobody was refused."""
    return _csv([*line, source, str(today)] for each in outcomes for line in _lines(each))


def of_source(source: str, today: date, refusal: Refusal) -> bytes:
    """The same where the table, or the folder, is refused as a whole."""
    found = refusal.problems
    return _csv(["", "", "", "", p.allowed, str(p), source, str(today)] for p in found)


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([neutral(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")  # without the mark Excel takes it for another code


def _lines(outcome: Outcome) -> Iterator[tuple[str, ...]]:
    id_ = outcome.participant or ""
    for ground, sentence in outcome.refusals():
        if isinstance(ground, CellProblem):
            value = ground.value[:_MOST] + ("…" if len(ground.value) > _MOST else "")
            yield str(ground.row), id_, ground.column, value, ground.allowed, sentence
        else:
            row = "" if outcome.row is None else str(outcome.row)
            named = outcome.row is not None or outcome.is_named_in(ground)
            yield row, id_, "", "", "", sentence if named else f"{outcome.source}: {sentence}"
