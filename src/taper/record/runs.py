"""What a ledger tells beside revisions: that a run ended, and that a paper is back. Pure.

A run is told so that its page follows from the ledger alone: as of which day it planned, whom it
refused, and whom its source no longer named. No sentence of a refusal is in it, for that would
repeat what a person typed; the names of the fields are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

MOST_NAMED = 20_000
"""How many refused, and how many not in the source, a line names; others are counted."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file or row that was refused; `left` is the revision whose paper is out all the same."""

    participant: str | None
    source: str
    row: int | None
    fields: tuple[str, ...]
    left: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """A batch that came to its end, as of `day`.

    `asked` are the papers asked for in this run or one before, each as the end of its file's name.
    `absent` are those of whom the folder has papers and the source said nothing, `unnamed` how many
    refused and absent there were beside those that are named. `pages` are the pages made of it, by
    name, with their SHA-256. `by` is who ran it, a role; empty where nobody said. `terms` are
    those of handing out, said in this run or one before (`taper.record.handing_out`).
    """

    day: date
    source: str
    asked: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    absent: tuple[str, ...] = ()
    unnamed: int = 0
    pages: Mapping[str, str] = field(default_factory=dict)
    engine: str = ""
    number: int = 0
    previous: str = ""
    signed: Mapping[str, str] | None = None
    by: str = ""
    terms: Mapping[str, Any] | None = None

    @property
    def unfit(self) -> Mapping[str, int]:
        """Whose paper is out and no longer fits the data, and its revision."""
        return {
            each.participant: each.left
            for each in self.refused
            if each.participant is not None and each.left is not None
        }

    def doubt_of(self, participant: str, revision: int) -> str:
        """Why a paper of theirs no longer fits the data; empty where the run does not say so."""
        if self.unfit.get(participant) != revision:
            return ""
        of_them = (each.fields for each in self.refused if each.participant == participant)
        fields = ", ".join(dict.fromkeys(chain.from_iterable(of_them)))
        refused = f"refused {fields} of {participant}" if fields else f"refused {participant}"
        return f"no longer fits its data: the run of {self.day} {refused}"

    def says_more_than(self, other: Run | None) -> bool:
        """Whether it says anything that the run before did not."""
        return other is None or _said(self) != _said(other)

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON; dates ISO."""
        return {
            "number": self.number,
            "kind": "run",
            "day": self.day.isoformat(),
            "source": self.source,
            "asked": list(self.asked),
            "refused": [
                [each.participant, each.source, each.row, list(each.fields), each.left]
                for each in self.refused
            ],
            "absent": list(self.absent),
            "unnamed": self.unnamed,
            "pages": dict(self.pages),
            "engine": self.engine,
            **({"by": self.by} if self.by else {}),
            **({"terms": dict(self.terms)} if self.terms is not None else {}),
            "previous": self.previous,
        }

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Run:
        """What `as_dict` said."""
        refused = (
            Refused(who, at, row, tuple(f), left) for who, at, row, f, left in said["refused"]
        )
        rest = {key: value for key, value in said.items() if key not in {"kind", "day"}}
        return cls(
            **{
                **rest,
                "day": date.fromisoformat(said["day"]),
                "asked": tuple(said["asked"]),
                "refused": tuple(refused),
                "absent": tuple(said["absent"]),
            }
        )


def _said(run: Run) -> tuple[object, ...]:
    asked = run.day, run.source, run.asked, run.terms
    return *asked, run.refused, run.absent, run.unnamed


@dataclass(frozen=True, slots=True)
class Recalled:
    """Every paper of a participant up to this revision is back, or known to be destroyed."""

    participant: str
    revision: int
    on: date
    by: str
    engine: str = ""
    number: int = 0
    previous: str = ""
    signed: Mapping[str, str] | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON; dates ISO."""
        return {
            "number": self.number,
            "kind": "recalled",
            "participant": self.participant,
            "revision": self.revision,
            "on": self.on.isoformat(),
            "by": self.by,
            "engine": self.engine,
            "previous": self.previous,
        }

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Recalled:
        """What `as_dict` said."""
        rest = {key: value for key, value in said.items() if key != "kind"}
        return cls(**{**rest, "on": date.fromisoformat(said["on"])})
