"""`refused.csv`: everything that was wrong in the rows of a table, for whoever puts it right.

It is of the last run only, and opened in a spreadsheet: no cell of it may become a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from taper.errors import Problem, Refusal, TaperError
from taper.folder.outcomes import Outcome
from taper.sources.claims import Source
from taper.sources.tables import CellProblem, in_columns, participant
from taper.wording.cells import neutral

NAME = "refused.csv"
COLUMNS = ("row", "participant", "column", "value", "allowed", "problem")
_MOST = 200


def of_source(source: Source, error: TaperError) -> TaperError:
    """The error in the words of where the participant came from: columns for a row's fields."""
    if source.row is None or not isinstance(error, Refusal):
        return error
    return in_columns(source.row, error)


def problems_of(error: TaperError) -> tuple[Problem, ...]:
    """The single problems of an error, where it has any."""
    return error.problems if isinstance(error, Refusal) else ()


def also_wrong(source: Source) -> tuple[Problem, ...]:
    """What is wrong within a row that is refused already: every problem is told at once."""
    if source.row is not None:
        try:
            participant(source.row)
        except Refusal as wrong:
            return wrong.problems
    return ()


def as_csv(outcomes: Iterable[Outcome]) -> bytes:
    """One line a problem; the header alone where nobody was refused."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for outcome in outcomes:
        writer.writerows([neutral(cell) for cell in line] for line in _lines(outcome))
    return out.getvalue().encode("utf-8-sig")  # without the mark Excel takes it for another code


def _lines(outcome: Outcome) -> Iterator[tuple[str, ...]]:
    id_ = outcome.participant or ""
    row = "" if outcome.row is None else str(outcome.row)
    of_cells = {str(each): each for each in outcome.problems if isinstance(each, CellProblem)}
    for sentence in outcome.refused:
        # More may follow it, such as what becomes of the calendar that there is.
        at = next((each for said, each in of_cells.items() if sentence.startswith(said)), None)
        if at is None:
            yield row, id_, "", "", "", sentence
        else:
            value = at.value[:_MOST] + ("…" if len(at.value) > _MOST else "")
            yield str(at.row), id_, at.column, value, at.allowed, sentence
