"""One line a measurement: what was measured, what it came to, what is wanted, if anything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    what: str
    measured: str
    wanted: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        verdict = {True: "met", False: "NOT MET", None: "for information"}[self.met]
        return f"{self.what:<46}  {self.measured:<30}  {self.wanted:<22}  {verdict}"


HEADING = f"{'What':<46}  {'Measured':<30}  {'Wanted':<22}"
