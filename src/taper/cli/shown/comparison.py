"""What `taper regimens compare` shows: figures, what must be known beside them, a drawing."""

from __future__ import annotations

from collections.abc import Sequence

from taper.doses import dose
from taper.drawing.characters import in_characters
from taper.planning.comparison import Answer, Question
from taper.planning.explored_words import fit_said
from taper.wording.layout import table, width, wrapped


def comparison(answers: list[Answer], question: Question, notes: Sequence[str]) -> str:
    """Figures, notes, and the doses over time."""
    least, most = question.window_days
    window = f"{least} days" if least == most else f"{least} to {most} days"
    titles = ["Regimen", "Days", "mg in all", "Steps", "Largest drop", f"In {question.window}"]
    rows = [_compared(answer, question) for answer in answers]
    begins = "" if question.start is None else f", from {question.start}"
    said = [
        wrapped(
            f"From {dose.text(question.start_mg)} to {dose.text(question.target_mg)} mg "
            f"prednisone a day{begins}; the window of {question.window} is {window} long."
        ),
        "",
        table(titles, rows, right=titles[1:5], whole=titles[1:5]),
        *(wrapped(note) for note in notes),
        *([""] if notes else []),
        in_characters(answers, question, width()),
    ]
    return "\n".join(said).rstrip() + "\n"


def _compared(answer: Answer, question: Question) -> list[str]:
    figures = answer.figures
    if figures is None:
        return [answer.name, "-", "-", "-", "-", "cannot be used"]
    drop = f"{dose.text(figures.largest_drop_mg)} mg"
    fit = fit_said(figures) + (f"\n{figures.reached(question.start)}" if question.start else "")
    return [answer.name, str(figures.days), dose.text(figures.mg), str(figures.steps), drop, fit]
