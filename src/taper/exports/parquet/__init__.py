"""The plans of an output folder as Parquet tables, from the ledger's entries alone.

One table a kind of row: plans, steps, days, quantities, findings; by participant, in the order of
their ids. Doses are decimals and dates are dates, so that nobody has to read text. A table is
written some participants at a time and never held. `docs/parquet.md` describes the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, BinaryIO

from taper.errors import EnvironmentLacking
from taper.exports.parquet import columns, rows
from taper.exports.parquet.columns import ParquetColumn
from taper.exports.parquet.days import Days
from taper.record.ledger import Entries, Entry

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


def refuse_without_library() -> None:
    """Raise `EnvironmentLacking` where there is nothing to write Parquet with."""
    try:
        import pyarrow.parquet  # noqa: F401 - asked for before anything is written
    except ImportError as lacking:
        raise EnvironmentLacking(LACKING) from lacking


Made = Callable[[Iterable[Entry]], Sequence[Any]]
"""The columns of a table, of some participants."""


def writers(
    at_a_time: int = PARTICIPANTS_A_GROUP,
) -> Mapping[str, Callable[[BinaryIO, Entries], None]]:
    """What writes each table, by its name, so many participants at a time."""
    of_rows = {  # a row a participant, step, drug and strength, finding
        PLANS: (columns.of_plans(), lambda entry: [rows.of_plan(entry)]),
        STEPS: (columns.of_steps(), rows.of_steps),
        QUANTITIES: (columns.of_quantities(), rows.of_quantities),
        FINDINGS: (columns.of_findings(), rows.of_findings),
    }
    tables = {name: (of, _by_row(of, made)) for name, (of, made) in of_rows.items()}
    tables[DAYS] = (columns.of_days(), lambda group: Days().of(group))
    return {
        name: partial(_write, of=tables[name][0], made=tables[name][1], at_a_time=at_a_time)
        for name in NAMES
    }


def _by_row(
    of: Sequence[ParquetColumn], rows_of: Callable[[Entry], Iterable[Sequence[Any]]]
) -> Made:
    """The columns that rows make."""

    def made(group: Iterable[Entry]) -> list[Any]:
        found = [row for entry in group for row in rows_of(entry)]
        return list(zip(*found, strict=True)) if found else [[] for _ in of]

    return made


def _write(
    out: BinaryIO, entries: Entries, *, of: Sequence[ParquetColumn], made: Made, at_a_time: int
) -> None:
    """A table, some participants at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema(of, metadata={"schema": SCHEMA})
    source = iter(entries())
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(source, at_a_time)):
            arrays = [
                values if isinstance(values, pa.Array) else pa.array(values, kind)
                for values, (_, kind) in zip(made(group), of, strict=True)
            ]
            if len(arrays[0]):
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
