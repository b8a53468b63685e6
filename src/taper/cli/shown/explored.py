"""What `taper protocols explore` shows: a row a baseline, none wider than a narrow terminal."""

from __future__ import annotations

from collections.abc import Iterator

from taper.doses import dose, tablets
from taper.planning.explored import Exploration
from taper.planning.explored_sets import ExploredSets
from taper.planning.explored_words import cell_of, row_of, together, window_said
from taper.wording.layout import table, wrapped
from taper.wording.tablets import in_stock

_LEGEND = (
    "Dose: of the baseline, mg a day. Days: from the first taper day to the target. Window: days "
    "left in it, or over. mg: taken on those days, in whole mg prednisone. Drop: the largest fall, "
    "mg prednisone."
)
_IN_A_CELL = (
    "Dose: of the baseline, mg a day. Days: from the first taper day to the target, and those left "
    "in the window, or over. -: a dose that these tablets do not make."
)


def explored(found: Exploration) -> str:
    """What was asked, the rows, and what they say together."""
    made_of = f"{found.question.drug} in {tablets.as_read(found.question.stock)}"
    said = [_asked(found, made_of), "", *_rows(found), *map(wrapped, together(found))]
    return "\n".join(said).rstrip() + "\n"


def compared(found: ExploredSets) -> str:
    """Each baseline with every set of tablets in a row, then each set by itself."""
    first = found.sets[0]
    sets = [f"{letter}: {in_stock(x.question.stock)}" for letter, x in found.lettered]
    titles = ["Dose", *(letter for letter, _ in found.lettered)]
    rows = [[dose.text(mg), *map(cell_of, found.with_dose(mg))] for mg in found.doses]
    said = [
        _asked(first, first.question.drug),
        *map(wrapped, sets),
        "",
        table(titles, rows, right=["Dose"]),
        wrapped(_IN_A_CELL),
    ]
    for name, each in zip(sets, found.sets, strict=True):
        said += ["", wrapped(name), "", *_rows(each), *map(wrapped, together(each))]
    return "\n".join(said).rstrip() + "\n"


def _asked(found: Exploration, made_of: str) -> str:
    return wrapped(
        f"Protocol {found.protocol}: {made_of}, to {dose.text(found.target_mg)} mg prednisone a "
        f"day within {window_said(found.window, found.window_days)}."
    )


def _rows(found: Exploration) -> Iterator[str]:
    """The table, and what its columns mean."""
    in_ml = found.question.stock.solution is not None
    titles = ["Dose", "Days", "Window", "mg", "Drop", *([] if in_ml else ["Tablets"])]
    rows = [row_of(each, in_ml=in_ml) for each in found.baselines]
    yield table(titles, rows, right=["Dose", "Days", "mg", "Drop", "Tablets"], whole=titles)
    yield wrapped(_LEGEND + ("" if in_ml else " Tablets: pieces on the worst day."))
    yield ""
