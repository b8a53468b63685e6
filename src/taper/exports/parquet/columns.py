"""The columns of each table and their types; `docs/parquet.md` says what they mean."""

from __future__ import annotations

from typing import Any

ParquetColumn = tuple[str, Any]


def mg() -> Any:
    """A dose: at most 4 decimals, as in the plan's JSON."""
    import pyarrow as pa

    return pa.decimal128(12, 4)


def tablets() -> Any:
    """What is taken: so many tablets of each strength, or so many mL of a solution."""
    import pyarrow as pa

    names = ("strength_mg", "count", "mg_per_ml", "ml")
    return pa.list_(pa.struct([(name, mg()) for name in names]))


def times() -> Any:
    """What is taken at each time of a day that is divided; null where it is not."""
    import pyarrow as pa

    return pa.list_(pa.struct([("time", pa.string()), ("dose_mg", mg()), ("tablets", tablets())]))


def of_plans() -> list[ParquetColumn]:
    """The columns of a plan."""
    import pyarrow as pa

    text, day, whole = pa.string(), pa.date32(), pa.int32()
    return [
        ("participant", text),
        ("revision", whole),
        ("issued", day),
        ("plan_id", text),
        ("site", text),
        ("protocol", text),
        ("protocol_version", text),
        ("protocol_status", text),
        ("protocol_sha256", text),
        ("equivalence", text),
        ("state", text),
        ("provisional", pa.bool_()),
        ("baseline_drug", text),
        ("baseline_mg", mg()),
        ("baseline_prednisone_mg", mg()),
        ("drug", text),
        ("anchor_infusion", whole),
        ("anchor_date", day),
        ("first_infusion", day),
        ("taper_start", day),
        ("target_mg", mg()),
        ("target_reached", day),
        ("last_day", day),
        ("steps", whole),
        ("days", whole),
        ("cumulative_prednisone_mg", pa.decimal128(18, 4)),
        ("after_drug", text),
        ("after_mg", pa.list_(mg())),
        ("after_instruction", text),
        ("inputs_sha256", text),
        ("engine", text),
    ]


def of_steps() -> list[ParquetColumn]:
    """The columns of a step."""
    import pyarrow as pa

    doses = pa.list_(mg())
    return [
        ("participant", pa.string()),
        ("step", pa.int32()),
        ("kind", pa.string()),
        ("start", pa.date32()),
        ("end", pa.date32()),
        ("days", pa.int32()),
        ("drug", pa.string()),
        ("daily_mg", doses),
        ("prednisone_equivalent_mg", doses),
        ("ideal_mg", pa.list_(doses)),
        ("tablets", pa.list_(tablets())),
        ("times", pa.list_(times())),
    ]


def of_days() -> list[ParquetColumn]:
    """The columns of a day."""
    import pyarrow as pa

    return [
        ("participant", pa.string()),
        ("date", pa.date32()),
        ("day", pa.int32()),
        ("taper_day", pa.int32()),
        ("step", pa.int32()),
        ("drug", pa.string()),
        ("dose_mg", mg()),
        ("prednisone_equivalent_mg", mg()),
        ("tablets", tablets()),
        ("times", times()),
    ]


def of_quantities() -> list[ParquetColumn]:
    """The columns of tablets to dispense, and of mL."""
    import pyarrow as pa

    named = [("participant", pa.string()), ("drug", pa.string())]
    of_tablets = [("strength_mg", mg()), ("tablets", pa.int32())]
    return [*named, *of_tablets, ("mg_per_ml", mg()), ("ml", mg())]


def of_findings() -> list[ParquetColumn]:
    """The columns of a finding."""
    import pyarrow as pa

    named = [(name, pa.string()) for name in ("participant", "code", "severity")]
    return [*named, ("date", pa.date32()), ("step", pa.int32())]
