"""What `taper protocols explore` shows: a row a baseline, none wider than a narrow terminal."""

from __future__ import annotations

from taper.doses import dose, tablets
from taper.planning.explored import Exploration
from taper.planning.explored_words import row_of, together, window_said
from taper.wording.layout import table, wrapped

_LEGEND = (
    "Dose: of the baseline, mg a day. Days: from the first taper day to the target. Window: days "
    "left in it, or over. mg: taken on those days, in whole mg prednisone. Drop: the largest fall, "
    "mg prednisone."
)


def explored(found: Exploration) -> str:
    """What was asked, the rows, and what they say together."""
    in_ml = found.question.stock.solution is not None
    titles = ["Dose", "Days", "Window", "mg", "Drop", *([] if in_ml else ["Tablets"])]
    rows = [row_of(each, in_ml=in_ml) for each in found.baselines]
    said = [
        wrapped(
            f"Protocol {found.protocol}: {found.question.drug} in "
            f"{tablets.as_read(found.question.stock)}, to {dose.text(found.target_mg)} mg "
            f"prednisone a day within {window_said(found.window, found.window_days)}."
        ),
        "",
        table(titles, rows, right=["Dose", "Days", "mg", "Drop", "Tablets"], whole=titles),
        wrapped(_LEGEND + ("" if in_ml else " Tablets: pieces on the worst day.")),
        "",
        *map(wrapped, together(found)),
    ]
    return "\n".join(said).rstrip() + "\n"
