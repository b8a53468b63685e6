"""The door of steps that somebody else wrote: text, and tables that are pasted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

from fuzz import texts
from fuzz.door import TODAY, Door
from taper.sources.written import schedule_of

_SEEDS = (
    "Prednisone\n20 mg 7 days\n15 mg (3 x 5 mg) x 1 week\nstop\ntotal 245 mg\n",
    "20 mg from 2026-06-01 to 7 June 2026, then 15 mg until 14 June 2026\ntotal 49 tablets of 5 mg",
    "Weeks 1-2: 20 mg\nDays 15-21: 15 mg (1 and a half tablets of 10 mg) täglich 7 Tage",
    "dose_mg,days,drug\n20,7,prednisone\n15,7,prednisone\n",
    "| Dose | From | To |\n|---|---|---|\n| 20 | 2026-06-01 | 2026-06-07 |\n",
)
_TOKENS = (
    *(b" every 2 days", b"-5", b".5", b"7,5", b"1.000", b" mg", b" days", b" x ", b"(", b")", b";"),
    *(b" then ", b"week 1: ", b"2026-06-01", b"06/05/2026", b"total ", b"\t", b"|", b"\xc2\xbd"),
    *(b"hydrocortisone ", b"99999999999 ", b"\xee\x80\x800\xee\x80\x80", b"\xef\xbb\xbf"),
)


def steps(data: bytes, folder: Path) -> str:
    """The days of the steps, and the codes of what contradicts in them."""
    found = schedule_of(data, "steps.txt", "prednisone", TODAY).schedule
    codes = sorted({each.code for each in found.contradictions})
    return f"{min(len(found.days), 5)} days, {' '.join(codes)}"


def _change(data: bytes, random: Random, donors: Sequence[bytes]) -> bytes:
    return texts.changed(data, random, donors, _TOKENS)


STEPS = Door("steps", lambda: [seed.encode() for seed in _SEEDS], _change, steps)
