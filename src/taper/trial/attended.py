"""Infusions and visits of a participant: each with its date, or that it was missed (§5.3)."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from taper.trial.fields import Date, Flag, Named, Numbered, Record


class _Attended(Record):
    """The date of something planned, or that it was missed."""

    date: Date | None = None
    missed: Flag = False

    @model_validator(mode="after")
    def _dated_or_missed(self) -> Self:
        if (self.date is None) != self.missed:
            raise ValueError("a date, or missed: true, and not both")
        return self


class GivenInfusion(_Attended, Numbered):
    """An infusion of this participant: its date, or that it was missed."""


class GivenVisit(_Attended, Named):
    """A visit of this participant: its date, or that it was missed."""
