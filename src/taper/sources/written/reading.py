"""Bytes of somebody else's steps to days: FHIR, a table, or text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from taper.confined.reading import apart
from taper.sources.fhir import Schedule
from taper.sources.fhir import schedule_of as requests_of
from taper.sources.raw import MAX_JSON, bytes_of, refuse_larger, text_of
from taper.sources.written import days, table, text
from taper.sources.written.steps import WrittenTotal
from taper.wording.quoting import plain

_BOM = b"\xef\xbb\xbf"
_WHAT = "steps as text, a CSV table, or a FHIR request as JSON"


@dataclass(frozen=True, slots=True)
class WrittenSchedule:
    """The days with what contradicts, and the sums that were written beside them."""

    schedule: Schedule
    totals: Sequence[WrittenTotal] = ()


def schedule_in(path: Path, drug: str | None, start: date | None) -> WrittenSchedule:
    """The same of a file."""
    return read_apart(bytes_of(path, MAX_JSON, _WHAT), plain(path.name), drug, start)


def read_apart(raw: bytes, name: str, drug: str | None, start: date | None) -> WrittenSchedule:
    """The same, read in the process that can be ended."""
    return apart(name, schedule_of, raw, name, drug, start)


def schedule_of(raw: bytes, name: str, drug: str | None, start: date | None) -> WrittenSchedule:
    """The days of steps that somebody wrote; a refusal calls them `name`.

    `drug` is what is taken where nothing names one, `start` the first day of steps without a date.
    Raises `Refusal` for what cannot be read, or could be meant otherwise.
    """
    if raw.lstrip().startswith((b"{", b"[")):
        refuse_larger(raw, name, MAX_JSON)
        return WrittenSchedule(requests_of(raw, name, start))
    refuse_larger(raw, name)
    said = text_of(raw.removeprefix(_BOM), name)
    form = table if table.is_table(said) else text
    written = form.written_in(said, name, drug)
    return WrittenSchedule(days.schedule(written, name, start), tuple(written.totals))
