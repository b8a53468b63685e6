"""One line a measurement: what was measured, what it came to, what is wanted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    what: str
    measured: str
    wanted: str
    met: bool

    def __str__(self) -> str:
        verdict = "met" if self.met else "NOT MET"
        return f"{self.what:<46}  {self.measured:<30}  {self.wanted:<22}  {verdict}"


HEADING = f"{'What':<46}  {'Measured':<30}  {'Wanted':<22}"
