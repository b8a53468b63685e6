"""`refused.csv`: everything that was wrong in the rows of a table, for whoever puts it right.

It is of the last run only, and opened in a spreadsheet: no cell of it may become a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from taper.errors import Problem, Refusal, TaperError
from taper.folder.outcomes import Outcome
from taper.sources.claims import Claimant
from taper.sources.tables import CellProblem, in_columns, participant
from taper.wording.cells import neutral

NAME = "refused.csv"
COLUMNS = ("row", "participant", "column", "value", "allowed", "problem")
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
    for ground, sentence in outcome.refusals():
        if isinstance(ground, CellProblem):
            value = ground.value[:_MOST] + ("…" if len(ground.value) > _MOST else "")
            yield str(ground.row), id_, ground.column, value, ground.allowed, sentence
        else:
            row = "" if outcome.row is None else str(outcome.row)
            yield row, id_, "", "", "", sentence
