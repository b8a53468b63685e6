"""Regimens beside each other, in characters: for a terminal."""

from __future__ import annotations

from taper.doses import dose
from taper.planning.comparison import Answer, Figures, Question
from taper.wording.layout import wrapped

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_WIDEST_NAME = 30
_ROWS = 2
"""Rows of characters a regimen: sixteen heights."""


def in_characters(answers: list[Answer], question: Question, width: int) -> str:
    """The doses over time as blocks, a regimen below the other, none wider than `width`."""
    drawn = [(_shortened(a.name), a.figures) for a in answers if a.figures]
    if not drawn:
        return ""
    margin = max(len(name) for name, _ in drawn) + 2
    last_day = max(question.window_days[1] + 1, *(figures.days + 1 for _, figures in drawn))
    a_column = -(-last_day // (width - margin))
    lines: list[str] = []
    for name, figures in drawn:
        *upper, lowest = _blocks(figures, question, last_day, a_column)
        lines += [f"{'':{margin}}{row}".rstrip() for row in upper]
        lines.append(f"{name:<{margin}}{lowest}")
    lines.append(f"{'':{margin + question.window_days[0] // a_column}}▲")
    days = "1 day" if a_column == 1 else f"{a_column} days"
    lines.append(
        wrapped(
            f"A column is {days}, the full height {dose.text(question.start_mg)} mg; "
            "▲ is where the window ends."
        )
    )
    return "\n".join(lines) + "\n"


def _shortened(name: str) -> str:
    return name if len(name) <= _WIDEST_NAME else f"{name[: _WIDEST_NAME - 1]}…"


def _blocks(figures: Figures, question: Question, last_day: int, a_column: int) -> list[str]:
    """The rows of one regimen, the highest first; a column is as high as its highest day."""
    doses = list(figures.daily_mg())
    doses += [question.target_mg] * (last_day - len(doses))
    highest = (max(doses[i : i + a_column]) for i in range(0, len(doses), a_column))
    eighths = [-(-mg * 8 * _ROWS // question.start_mg) for mg in highest]
    return [
        "".join(_EIGHTHS[min(max(n - 8 * row, 0), 8)] for n in eighths)
        for row in reversed(range(_ROWS))
    ]
