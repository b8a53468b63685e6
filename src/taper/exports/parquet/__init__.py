"""The plans of an output folder as Parquet tables, from the ledger's entries alone.

One table a kind of row: plans, steps, days, quantities, findings; by participant, in the order of
their ids. Doses are decimals and dates are dates, so that nobody has to read text. A table is
written some participants at a time and never held. `docs/parquet.md` describes the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO

from taper.errors import EnvironmentLacking
from taper.exports.parquet import columns, rows
from taper.exports.parquet.columns import Column
from taper.exports.parquet.days import Days
from taper.record.kept import KEY
from taper.record.ledger import Entry

PLANS, STEPS, DAYS = "plans.parquet", "steps.parquet", "days.parquet"
QUANTITIES, FINDINGS = "quantities.parquet", "findings.parquet"
NAMES = (PLANS, STEPS, DAYS, QUANTITIES, FINDINGS)
SCHEMA = "taper-tables/1"
PARTICIPANTS_A_GROUP = 250
"""How many participants are written together; a row group of days has some thirty thousand."""
LACKING = (
    "pyarrow is missing, which writes Parquet: install taper with its extra [parquet], as by "
    "pip install '.[parquet]' in its folder, or leave out --format parquet."
)

Entries = Callable[[], Iterable[Entry]]


def refuse_without_library() -> None:
    """Raise `EnvironmentLacking` where there is nothing to write Parquet with."""
    try:
        import pyarrow.parquet  # noqa: F401 - asked for before anything is written
    except ImportError as lacking:
        raise EnvironmentLacking(LACKING) from lacking


def has_what_it_takes(entry: Entry) -> bool:
    """Whether the ledger's line has all that the tables say; those of the first taper have not."""
    return KEY in entry.row


def writers() -> Mapping[str, Callable[[BinaryIO, Entries], None]]:
    """What writes each table, by its name."""
    return {PLANS: plans, STEPS: steps, DAYS: days, QUANTITIES: quantities, FINDINGS: findings}


def plans(out: BinaryIO, entries: Entries) -> None:
    """A row a participant."""
    _write_rows(out, entries, columns.of_plans(), lambda entry: [rows.of_plan(entry)])


def steps(out: BinaryIO, entries: Entries) -> None:
    """A row a step."""
    _write_rows(out, entries, columns.of_steps(), rows.of_steps)


def quantities(out: BinaryIO, entries: Entries) -> None:
    """A row a participant, drug and strength: the tablets of every printed day."""
    _write_rows(out, entries, columns.of_quantities(), rows.of_quantities)


def findings(out: BinaryIO, entries: Entries) -> None:
    """A row a finding of the day of issue."""
    _write_rows(out, entries, columns.of_findings(), rows.of_findings)


def days(out: BinaryIO, entries: Entries) -> None:
    """A row a printed day."""
    _write(out, entries, columns.of_days(), lambda group: Days().of(group))


def _write_rows(
    out: BinaryIO,
    entries: Entries,
    of: Sequence[Column],
    rows_of: Callable[[Entry], Iterable[Sequence[Any]]],
) -> None:
    def made(group: Iterable[Entry]) -> list[Any]:
        found = [row for entry in group for row in rows_of(entry)]
        return list(zip(*found, strict=True)) if found else [[] for _ in of]

    _write(out, entries, of, made)


def _write(
    out: BinaryIO,
    entries: Entries,
    of: Sequence[Column],
    made: Callable[[Iterable[Entry]], Sequence[Any]],
) -> None:
    """A table, some participants at a time; `made` gives the columns of a few."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema(of, metadata={"schema": SCHEMA})
    source = iter(entries())
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        for first in source:
            group = _chain(first, islice(source, PARTICIPANTS_A_GROUP - 1))
            arrays = [
                values if isinstance(values, pa.Array) else pa.array(values, kind)
                for values, (_, kind) in zip(made(group), of, strict=True)
            ]
            if len(arrays[0]):
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _chain(first: Entry, others: Iterable[Entry]) -> Iterator[Entry]:
    yield first
    yield from others
