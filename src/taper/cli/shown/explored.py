"""What `taper protocols explore` shows: a row a baseline, none wider than a narrow terminal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from taper.doses import dose, tablets
from taper.planning.explored import Exploration, Explored
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
    rows = [_row(each, in_ml=in_ml) for each in found.baselines]
    least, most = found.window_days
    long = str(least) if least == most else f"{least} to {most}"
    said = [
        wrapped(
            f"Protocol {found.protocol}: {found.question.drug} in "
            f"{tablets.as_read(found.question.stock)}, to {dose.text(found.target_mg)} mg "
            f"prednisone a day within {found.window}, which are {long} days."
        ),
        "",
        table(titles, rows, right=["Dose", "Days", "mg", "Drop", "Tablets"], whole=titles),
        wrapped(_LEGEND + ("" if in_ml else " Tablets: pieces on the worst day.")),
        "",
        *map(wrapped, _together(found)),
    ]
    return "\n".join(said).rstrip() + "\n"


def _row(each: Explored, *, in_ml: bool) -> list[str]:
    if each.refused is not None:
        return [dose.text(each.dose_mg), "-", "no plan", "-", "-", *([] if in_ml else ["-"])]
    return [
        dose.text(each.dose_mg),
        str(each.days_to_target),
        _window(each),
        str(round(each.cumulative_mg)),
        dose.text(each.largest_drop_mg),
        *([] if in_ml else [str(each.most_tablets)]),
    ]


def _window(each: Explored) -> str:
    """The fewest days left in the window, or the most over."""
    least, _ = each.spare_days
    if each.within_window is None:
        return "depends"
    return f"{least} left" if each.within_window else f"{-least} over"


def _together(found: Exploration) -> Iterator[str]:
    """Which baselines fit, which do not, and what they need."""
    rows = [each for each in found.baselines if each.refused is None]
    for verdict, words in _VERDICTS:
        doses = [each.dose_mg for each in rows if each.within_window is verdict]
        if doses:
            yield f"{words}: {_ranged(doses, found)} mg."
    needed = sorted({mg for each in rows for mg in each.strengths_mg}, reverse=True)
    if needed and found.question.stock.solution is None:
        yield f"Strengths needed: {dose.listed(needed)}."
    low, high = found.eligible_mg
    if high is not None and any(each.prednisone_mg > high for each in found.baselines):
        yield f"Over {dose.text(high)} mg prednisone nobody is eligible by this protocol."
    if low is not None and any(each.prednisone_mg < low for each in found.baselines):
        yield f"Under {dose.text(low)} mg prednisone nobody is eligible by this protocol."
    for reason in dict.fromkeys(each.refused for each in found.baselines if each.refused):
        doses = [each.dose_mg for each in found.baselines if each.refused == reason]
        yield f"No plan from {_ranged(doses, found)} mg: {reason}"


_VERDICTS = (
    (True, "Within the window"),
    (None, "Within it or not, as the months are long"),
    (False, "Over the window"),
)


def _ranged(doses: list[Fraction], found: Exploration) -> str:
    """Doses in a row as `6 to 25`, others one by one."""
    order = [each.dose_mg for each in found.baselines]
    runs: list[list[Fraction]] = []
    for mg in doses:
        is_next = runs and order.index(mg) == order.index(runs[-1][-1]) + 1
        if is_next:
            runs[-1].append(mg)
        else:
            runs.append([mg])
    return dose.join([_said(run) for run in runs])


def _said(run: list[Fraction]) -> str:
    first, last = dose.text(run[0]), dose.text(run[-1])
    return first if len(run) == 1 else f"{first} to {last}"
