"""What becomes of baselines and regimens, in the few words of a row and a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from taper.doses import dose
from taper.planning.comparison import Figures
from taper.planning.explored import Exploration, Explored
from taper.trial.protocol import Window
from taper.trial.timed import counted


def window_said(window: Window, days: tuple[int, int]) -> str:
    """A window with its days: `4 months, which are 120 to 123 days`."""
    least, most = days
    return f"{window}, which are {least if least == most else f'{least} to {most}'} days"


def row_of(each: Explored, *, in_ml: bool) -> list[str]:
    """A baseline: dose, days, window, mg in all, largest fall, and pieces of the worst day."""
    if each.refused is not None:
        return [dose.text(each.dose_mg), "-", "no plan", "-", "-", *([] if in_ml else ["-"])]
    return [
        dose.text(each.dose_mg),
        str(each.days_to_target),
        _window(each),
        dose.text(each.cumulative_mg, decimals=0),
        dose.text(each.largest_drop_mg),
        *([] if in_ml else [str(each.most_tablets)]),
    ]


def cell_of(each: Explored | None) -> str:
    """A baseline with one set of tablets: `98 days, 22 left`; `-` where they do not make it."""
    if each is None or each.refused is not None:
        return "-" if each is None else "no plan"
    return f"{counted(each.days_to_target, 'days')}, {_window(each)}"


def _window(each: Explored) -> str:
    """The fewest days left in the window, or the most over."""
    least, _ = each.spare_days
    if each.within_window is None:
        return "depends"
    return f"{least} left" if each.within_window else f"{-least} over"


def together(found: Exploration) -> Iterator[str]:
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


_FITS = {True: "fits", False: "too long", None: "depends"}


def fit_said(figures: Figures) -> str:
    """Whether it fits, and how far the target is from the window's end."""
    least, most = figures.spare_days
    if figures.fits is None:
        return f"{_FITS[None]}: {-least} over to {most} left"
    near, far = sorted((abs(least), abs(most)))
    days = counted(near, "days") if near == far else f"{near} to {far} days"
    return f"{_FITS[figures.fits]}, {days} {'left' if figures.fits else 'over'}"
