"""A conversion in words: what was taken, how sure a figure is, where tables disagree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from taper.doses import dose
from taper.doses.conversion import (
    Conversion,
    Route,
    SourcedTable,
    Taken,
    disagreements,
    prints_exactly,
)
from taper.doses.equivalence import PREDNISONE
from taper.doses.evidence import Status
from taper.doses.forms import Preparation
from taper.doses.solutions import Volume
from taper.wording.layout import NBSP


def in_mg(mg: Fraction) -> str:
    """A dose with its unit, held together at the end of a line."""
    return f"{dose.text(mg)}{NBSP}mg"


def about(mg: Fraction) -> str:
    """A dose in mg; `about` where its printed form is not exact."""
    return in_mg(mg) if prints_exactly(mg) else f"about{NBSP}{in_mg(mg)}"


def asked(taken: Iterable[Taken]) -> str:
    """The doses taken, in words."""
    return dose.join(
        [
            f"{in_mg(t.dose_mg)} {'intravenous ' if t.route is Route.IV else ''}"
            f"{with_form(t.drug, t.preparation)}"
            for t in taken
        ]
    )


def measured(taken: Iterable[Taken]) -> Iterator[str]:
    """How mL became mg, of each dose that was typed as a volume."""
    for each in taken:
        if each.volume is not None:
            ml, strength = dose.text(each.volume.ml), dose.text(each.volume.mg_per_ml)
            yield (
                f"{ml}{NBSP}mL × {strength}{NBSP}mg per mL = {in_mg(each.dose_mg)} {each.drug}"
                f"{_as_labelled(each.volume)}"
            )


def _as_labelled(volume: Volume) -> str:
    if volume.in_ml == 1:
        return ""
    label = f"{in_mg(volume.mg)} in {dose.text(volume.in_ml)}{NBSP}mL"
    exact = f", which are {dose.text(volume.mg_per_ml)}{NBSP}mg per mL"
    return f" ({label}{exact})"


def asked_for(answer: Conversion) -> str:
    """The drug that was asked for, and in what."""
    return with_form(answer.to, answer.asked_as)


def with_form(drug: str, made: Preparation | None) -> str:
    """A drug with the brand or form that was typed, where that is no plain tablet."""
    return drug if made is None else f"{drug} ({made.aside})"


def checked(status: Status) -> str:
    """How sure a figure is; what nobody has checked stands out."""
    return status.upper() if status is Status.UNVERIFIED else status.value


def other_figures(answer: Conversion) -> str:
    """The figures behind an answer but that of prednisone, mg equivalent to 5 mg of it."""
    return ", ".join(
        f"{figure.drug}{NBSP}{dose.text(figure.mg)}"
        for figure in answer.figures
        if figure.drug != PREDNISONE or len(answer.figures) == 1
    )


def agreement(answers: Sequence[Conversion], tables: Sequence[SourcedTable]) -> Iterator[str]:
    """Where the tables disagree, and between which doses the answers lie."""
    found = disagreements((f.drug for f in answers[0].figures), tables)
    yield from (str(disagreement) for disagreement in found)
    doses = sorted({answer.dose_mg for answer in answers})
    if len(answers) == 1:
        yield f"Only {answers[0].by.id} has a value for all that is asked."
    elif len(doses) == 1:
        yield f"All {len(answers)} tables with these drugs give the same dose."
    else:
        yield f"The dose lies from {about(doses[0])} to {about(doses[-1])} {answers[0].to}."
